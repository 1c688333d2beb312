//! The ceiling that the writer is held against: the same rows, the same statements, the same chain and the same disk,
//! without queues, answers, refusals and keys. Only measurements use it.

use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, RegionId};

use crate::conn::Gathered;
use crate::tx::Tx;
use crate::{Action, Db, Engine, Error, Result};

/// What one action writes, taken before it was written.
#[derive(Debug)]
pub struct Captured {
    rows: Vec<Gathered>,
    lines: Vec<JournalLine>,
    numbers: Vec<(String, i64)>,
}

/// Runs the actions and keeps what they would have written, without writing it. Only actions that do nothing but
/// gather (no `exec`) can be captured whole.
///
/// # Errors
/// The first action's that was refused, or the database's.
pub async fn capture<A: Action>(db: &Db, ctx: &Ctx, actions: Vec<A>) -> Result<Vec<Captured>> {
    let conn = db.raw_writer(ctx.region, false).await?;
    let mut tx = Tx::begin(conn).await.map_err(|(_, error)| error)?;
    let mut captured = Vec::with_capacity(actions.len());
    for action in actions {
        tx.mark();
        let output = action.apply(&mut tx, ctx).await?;
        if !tx.is_untouched() {
            return Err(Error::Broken("an action that reads after it has gathered can't be captured".into()));
        }
        if let Some(key) = action.key() {
            tx.keep_answer(ctx.now(), key, serde_json::to_string(&output)?);
        }
        let (lines, numbers) = tx.take_gathered();
        captured.push(Captured { rows: tx.take_waiting(), lines, numbers });
    }
    tx.into_conn().command("ROLLBACK").await?;
    Ok(captured)
}

/// Lets SQLite fill a region that nobody will miss: nothing waits for the disk, and much stays in memory. Undone by
/// [`walk`].
pub async fn run(db: &Db, region: RegionId) -> Result<()> {
    const HASTE: &str = "PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA wal_autocheckpoint = 50000";
    set(db, region, HASTE).await
}

/// Makes the writer as it was, with all that was filled in its place.
pub async fn walk(db: &Db, region: RegionId) -> Result<()> {
    const CARE: &str = "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous = FULL; PRAGMA cache_size = -2000;
        PRAGMA wal_autocheckpoint = 1000";
    set(db, region, CARE).await
}

async fn set(db: &Db, region: RegionId, pragmas: &'static str) -> Result<()> {
    match db.engine() {
        Engine::Sqlite => db.raw_writer(region, false).await?.command(pragmas).await,
        Engine::Postgres => Ok(()),
    }
}

/// Writes what was captured, `group` actions to a commit.
pub async fn write(db: &Db, ctx: &Ctx, captured: Vec<Captured>, group: usize) -> Result<()> {
    let mut rest = captured.into_iter().peekable();
    while rest.peek().is_some() {
        let conn = db.raw_writer(ctx.region, false).await?;
        let mut tx = Tx::begin(conn).await.map_err(|(_, error)| error)?;
        for action in rest.by_ref().take(group) {
            action.rows.into_iter().for_each(|row| tx.give(row));
            tx.give_back(action.lines, action.numbers);
        }
        tx.commit().await.map_err(|(_, error)| error)?;
    }
    Ok(())
}
