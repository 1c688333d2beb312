//! Frameworks come into a region.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use crate::model::framework::{FRAMEWORK_CODE_MAX_CHARS, Framework, SHIPPED, Term, is_code};
use crate::model::programme::NAME_MAX_CHARS;
use crate::sql;
use crate::sql::framework::FRAMEWORKS_MAX_COUNT;

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
        framework(tx, ctx, &self.code).await
    }
}

/// The framework of a code; one that comes with Simpul is put into the region.
pub(crate) async fn framework(tx: &mut Tx, ctx: &Ctx, code: &str) -> Result<Uuid> {
    if let Some(known) = sql::framework::by_code(tx, code).await? {
        return Ok(known.id);
    }
    let shipped = SHIPPED.iter().find(|one| one.code == code);
    let shipped = shipped.ok_or_else(|| Refusal::new("plan.refused.no_framework").with("code", code))?;
    let framework = shipped.framework(ctx.new_id());
    add(tx, ctx, &framework);
    Ok(framework.id)
}

/// A region's own framework: another version of the words.
#[derive(Debug, Clone)]
pub struct AddFramework {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Its code, unique in the region.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Where it comes from: a regulation, a guide.
    pub source: String,
    /// Its words, as [`read_terms`](crate::model::framework::read_terms) reads them.
    pub terms: Vec<Term>,
}

impl Action for AddFramework {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::ManagePlan)?;
        let code = self.code.trim().to_lowercase();
        if !is_code(&code, FRAMEWORK_CODE_MAX_CHARS) {
            let most = FRAMEWORK_CODE_MAX_CHARS.to_string();
            return Err(Refusal::field("code", "plan.framework.refused.framework_code").with("most", most).into());
        }
        let is_shipped = SHIPPED.iter().any(|one| one.code == code);
        if is_shipped || sql::framework::by_code(tx, &code).await?.is_some() {
            return Err(Refusal::field("code", "plan.framework.refused.taken").with("code", code).into());
        }
        let count = sql::framework::list(tx).await?.len();
        if i64::try_from(count).unwrap_or(i64::MAX) >= FRAMEWORKS_MAX_COUNT {
            return Err(Refusal::new("plan.framework.refused.full").into());
        }
        let framework = Framework {
            id: ctx.new_id(),
            code,
            name: words::clean_line("name", &self.name, NAME_MAX_CHARS, true)?,
            source: words::clean_line("source", &self.source, LINE_MAX_CHARS, false)?,
            terms: self.terms.clone(),
        };
        add(tx, ctx, &framework);
        Ok(framework.id)
    }
}

fn add(tx: &mut Tx, ctx: &Ctx, framework: &Framework) {
    sql::framework::insert(tx, framework, ctx.now());
    let body = json!({ "code": framework.code, "terms": framework.terms.len() });
    tx.journal(ctx, FRAMEWORK, framework.id, "plan.framework_added", body);
}
