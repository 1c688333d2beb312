//! The ceiling that the writer is held against: the same rows, the same statements, the same chain and the same disk,
//! without queues, answers, refusals and keys. Only measurements use it.

use simpul_kernel::Ctx;
use simpul_kernel::journal::JournalLine;

use crate::conn::Gathered;
use crate::tx::Tx;
use crate::{Action, Db, Result};

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
        let output = action.apply(&mut tx, ctx).await?;
        if let Some(key) = action.key() {
            tx.keep_answer(ctx.now(), key, serde_json::to_string(&output)?);
        }
        let (lines, numbers) = tx.take_gathered();
        captured.push(Captured { rows: tx.take_waiting(), lines, numbers });
    }
    tx.into_conn().command("ROLLBACK").await?;
    Ok(captured)
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
