//! Frameworks come into a region.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use crate::model::framework::{Framework, SHIPPED};
use crate::sql;

/// What the journal calls a framework.
pub const FRAMEWORK: &str = "plan_framework";

/// Puts a framework that comes with Simpul into the region, if it is not there. Its answer is the framework's id.
#[derive(Debug, Clone)]
pub struct SeedFramework {
    /// Which one.
    pub code: String,
}

impl Action for SeedFramework {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        if let Some(known) = sql::framework::by_code(tx, &self.code).await? {
            return Ok(known.id);
        }
        let shipped = SHIPPED.iter().find(|one| one.code == self.code);
        let unknown = || Refusal::new("plan.refused.no_framework").with("code", self.code.clone());
        let shipped = shipped.ok_or_else(|| Error::Refused(unknown()))?;
        let framework = Framework {
            id: ctx.new_id(),
            code: shipped.code.to_owned(),
            name: shipped.name.to_owned(),
            source: shipped.source.to_owned(),
            terms: shipped.terms(),
        };
        sql::framework::insert(tx, &framework, ctx.now());
        let body = json!({ "code": framework.code, "terms": framework.terms.len() });
        tx.journal(ctx, FRAMEWORK, framework.id, "plan.framework_added", body);
        Ok(framework.id)
    }
}
