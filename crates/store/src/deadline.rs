//! Deadlines: one mechanism for all rooms. A room asks; the ticker writes `deadline.passed` once, when the time comes.

use serde_json::json;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::limits::IDEMPOTENCY_KEPT_DAYS;
use simpul_kernel::{Actor, Ctx, RegionId, Timestamp};
use uuid::Uuid;

use crate::{Action, Db, Error, FromRow, Result, Row, Tx, args, sql};

/// The kind of the journal line that tells of a passed deadline.
pub const PASSED: &str = "deadline.passed";

/// Most deadlines that one action fires.
const FIRED_MAX_COUNT: i64 = 64;

/// How often old answers are removed, in hours.
const SWEEP_HOURS: i64 = 6;

/// What a room asks for.
#[derive(Debug, Clone)]
pub struct Deadline {
    /// What kind of thing is meant, such as `report`.
    pub subject_kind: &'static str,
    /// Which one.
    pub subject_id: Uuid,
    /// Which of its deadlines, such as `resolve`.
    pub what: &'static str,
    /// When.
    pub due_at: Timestamp,
}

struct Due {
    id: Uuid,
    subject_kind: String,
    subject_id: Uuid,
    what: String,
    due_at: Timestamp,
}

impl FromRow for Due {
    fn from_row(row: &Row) -> Result<Due> {
        Ok(Due {
            id: row.at(0)?,
            subject_kind: row.at(1)?,
            subject_id: row.at(2)?,
            what: row.at(3)?,
            due_at: row.at(4)?,
        })
    }
}

/// Fires the deadlines that are due, some at a time, so that no transaction grows long.
struct Fire;

impl Action for Fire {
    type Output = usize;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<usize> {
        let due: Vec<Due> = tx.all(&sql::DUE_DEADLINES, args![ctx.now(), FIRED_MAX_COUNT]).await?;
        for deadline in &due {
            if tx.exec(&sql::DEADLINE_DONE, args![deadline.id, ctx.now()]).await? == 1 {
                let body = json!({ "what": deadline.what, "due_at": deadline.due_at.0 });
                tx.journal_about(ctx, &deadline.subject_kind, deadline.subject_id, PASSED, body);
            }
        }
        Ok(due.len())
    }
}

/// Fires what is due in a region now. Answers how many.
pub(crate) async fn fire_due(db: &Db, region: RegionId) -> Result<usize> {
    let mut conn = db.read(region).await?;
    let due: Vec<Due> = conn.all(&sql::DUE_DEADLINES, args![db.env().now(), 1i64]).await?;
    drop(conn);
    if due.is_empty() {
        return Ok(0);
    }
    db.write(&db.env().ctx(region, Actor::system("deadlines")), Fire).await
}

/// Watches the deadlines of all regions, a look each second, until Simpul closes.
pub(crate) async fn tick(db: Db) {
    let mut swept = db.env().now();
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        let sweep = db.env().now().micros_since(swept) >= SWEEP_HOURS * HOUR_MICROS;
        for region in db.regions().await.unwrap_or_default() {
            match fire_all(&db, region).await {
                Ok(()) => {}
                Err(Error::Closing) => return,
                Err(error) => tracing::warn!(%region, %error, "deadlines can't be looked at just now"),
            }
            if sweep && let Err(error) = sweep_region(&db, region).await {
                tracing::warn!(%region, %error, "old answers can't be swept just now");
            }
        }
        if sweep {
            swept = db.env().now();
        }
    }
}

/// Removes stored answers that no retry asks for any more.
struct Sweep;

impl Action for Sweep {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let before = ctx.now().plus_micros(-IDEMPOTENCY_KEPT_DAYS * DAY_MICROS);
        tx.exec(&sql::PURGE_ANSWERS, args![before]).await?;
        Ok(())
    }
}

async fn sweep_region(db: &Db, region: RegionId) -> Result<()> {
    db.write(&db.env().ctx(region, Actor::system("sweeper")), Sweep).await
}

async fn fire_all(db: &Db, region: RegionId) -> Result<()> {
    while fire_due(db, region).await? > 0 {}
    Ok(())
}
