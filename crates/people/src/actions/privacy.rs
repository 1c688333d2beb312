//! Who looked at what, and how long what is kept.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Ctx, Timestamp};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use crate::model::{Permission, Retention, region_subject, require};
use crate::sql;
use crate::sql::access::AccessLine;

/// Somebody looked at a person's data. Written by the page or the answer that shows them, before it does.
#[derive(Debug, Clone)]
pub struct LogAccess {
    /// What kind of thing was looked at: `report`.
    pub subject_kind: &'static str,
    /// Which one; the nil id for a list.
    pub subject_id: Uuid,
    /// What was looked at: `reporter`, `export`, …
    pub what: &'static str,
}

impl Action for LogAccess {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let line = AccessLine {
            id: ctx.new_id(),
            at: ctx.now(),
            actor: ctx.actor.journal_name(),
            officer: ctx.actor.officer_id(),
            subject_kind: self.subject_kind.to_owned(),
            subject_id: self.subject_id,
            what: self.what.to_owned(),
        };
        sql::access::insert(tx, &line);
        Ok(())
    }
}

/// What has been kept long enough is removed: the log of looks, ended sessions, links, counted failures.
#[derive(Debug, Clone)]
pub struct Purge {
    /// The region's own terms.
    pub retention: Retention,
}

/// What a purge removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Lines of the log of looks.
    pub access_lines: u64,
    /// Sessions, links and counters.
    pub sessions: u64,
}

impl Action for Purge {
    type Output = Purged;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Purged> {
        require(ctx, Permission::ErasePersons)?;
        let before = |days: i64| Timestamp(ctx.now().0.saturating_sub(days.saturating_mul(DAY_MICROS)));
        let access_lines = sql::access::purge(tx, before(self.retention.access_log_days)).await?;
        let sessions = sql::door::purge(tx, before(self.retention.session_days)).await?;
        if access_lines + sessions > 0 {
            let body = json!({ "access_lines": access_lines, "sessions": sessions });
            tx.journal(ctx, "region", region_subject(ctx.region), "privacy.purged", body);
        }
        Ok(Purged { access_lines, sessions })
    }
}
