//! What has been kept long enough is forgotten by itself (UU 27/2022, article 16).

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Result, Tx};

use super::news::forget_unanswered;
use crate::sql;

/// Forgets names and contacts of reporters, and of those who follow, whose reports ended long ago; their further keys
/// and the words of their ratings; places that were followed for as long; and codes that nobody typed.
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
        forget_unanswered(tx, ctx).await?;
        sql::keys::end_keys_of_forgotten(tx, before).await?;
        sql::keys::drop_old_stops(tx, before).await?;
        sql::rating::forget_reasons(tx, before).await?;
        let watches = sql::watch::drop_old_watches(tx, before).await?;
        let attendees = sql::inspection::forget_attendees(tx, before).await?;
        let count = sql::parts::forget_contacts(tx, before).await? + watches + attendees;
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
