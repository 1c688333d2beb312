//! What has been kept long enough is forgotten by itself (UU 27/2022, article 16).

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Result, Tx};

use crate::sql;

/// Forgets names and contacts of reporters, and numbers of those who follow, whose reports ended long ago.
#[derive(Debug, Clone)]
pub struct ForgetReporters {
    /// How long they are kept after the report's last change, in days.
    pub kept_days: i64,
}

impl Action for ForgetReporters {
    type Output = u64;

    /// Answers how many contacts were forgotten.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ErasePersons)?;
        let before = ctx.now().plus_micros(self.kept_days.saturating_mul(-DAY_MICROS));
        let count =
            sql::parts::forget_contacts(tx, before).await? + sql::inspection::forget_attendees(tx, before).await?;
        if count > 0 {
            tx.journal(
                ctx,
                "region",
                region_subject(ctx.region),
                "privacy.contacts_forgotten",
                json!({ "count": count }),
            );
        }
        Ok(count)
    }
}
