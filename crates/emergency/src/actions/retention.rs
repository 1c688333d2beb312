//! Who called is forgotten when it was kept long enough (UU 27/2022, article 16). Calls and their times stay: they are
//! what is counted.

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Result, Tx};

use crate::model::CallClass;
use crate::sql;

/// Numbers of calls that were no emergency are kept so long: a month of history, and time to look into abuse, in days.
pub const CALLER_KEPT_DAYS: i64 = 90;

/// Forgets numbers, recordings and what was typed.
#[derive(Debug, Clone)]
pub struct ForgetCallers {
    /// How long those of emergencies are kept, in days; the others are kept for [`CALLER_KEPT_DAYS`].
    pub kept_days: i64,
}

impl Action for ForgetCallers {
    type Output = u64;

    /// Answers how many callers were forgotten.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ErasePersons)?;
        let before = |days: i64| ctx.now().plus_micros(days.saturating_mul(-DAY_MICROS));
        let mut count = 0;
        for class in CallClass::ALL {
            let days = if *class == CallClass::Normal { self.kept_days } else { CALLER_KEPT_DAYS };
            count += sql::call::forget_callers(tx, *class, before(days)).await?;
        }
        sql::call::forget_words(tx, before(CALLER_KEPT_DAYS)).await?;
        sql::help::forget_reasons(tx, before(CALLER_KEPT_DAYS)).await?;
        sql::offer::forget(tx, before(CALLER_KEPT_DAYS), ctx.now()).await?;
        sql::place::forget(tx, before(CALLER_KEPT_DAYS)).await?;
        sql::block::forget(tx, before(CALLER_KEPT_DAYS)).await?;
        if count > 0 {
            let subject = region_subject(ctx.region);
            tx.journal(ctx, "region", subject, "privacy.callers_forgotten", json!({ "count": count }));
        }
        Ok(count)
    }
}
