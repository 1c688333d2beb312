//! Numbers that are turned away, and the calls that were.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::Block;

simpul_store::statements! {
    pub(crate) BLOCK = "SELECT id, number, reason, created_at, created_by, ends_at, lifted_at FROM emergency_block
        WHERE region = $1 AND id = $2";
    pub(crate) BLOCKS = "SELECT id, number, reason, created_at, created_by, ends_at, lifted_at FROM emergency_block
        WHERE region = $1 ORDER BY ends_at DESC, id DESC LIMIT $2";
    pub(crate) LIVE_BLOCK = "SELECT id FROM emergency_block WHERE region = $1 AND number = $2 AND ends_at > $3
        AND created_at <= $3 AND lifted_at IS NULL ORDER BY ends_at DESC LIMIT 1";
    pub(crate) LIFT_BLOCK = "UPDATE emergency_block SET lifted_at = $3, lifted_by = $4
        WHERE region = $1 AND id = $2 AND lifted_at IS NULL";
    pub(crate) FORGET_BLOCKED = "UPDATE emergency_block SET number = NULL, reason = ''
        WHERE region = $1 AND ends_at < $2 AND number IS NOT NULL";
    pub(crate) KEEP_BLOCKED_CALL = "INSERT INTO emergency_blocked_call (region, call_id, block_id, at)
        VALUES ($1, $2, $3, $4) ON CONFLICT (region, call_id) DO NOTHING";
    pub(crate) BLOCKED_CALL = "SELECT block_id FROM emergency_blocked_call WHERE region = $1 AND call_id = $2";
    pub(crate) COUNT_BLOCKED = "SELECT COUNT(*) FROM emergency_blocked_call WHERE region = $1 AND block_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_BLOCK = "emergency_block" (id, number, reason, created_at, created_by, ends_at);
}

impl FromRow for Block {
    fn from_row(row: &Row) -> Result<Block> {
        Ok(Block {
            id: row.at(0)?,
            number: row.at(1)?,
            reason: row.at(2)?,
            created: row.at(3)?,
            by: row.at(4)?,
            ends: row.at(5)?,
            lifted: row.at(6)?,
        })
    }
}

/// A block by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Block>> {
    conn.opt(&BLOCK, args![id]).await
}

/// Blocks, those that end last first.
pub async fn list(conn: &mut Conn, limit: i64) -> Result<Vec<Block>> {
    conn.all(&BLOCKS, args![limit]).await
}

/// The block of a number (as numbers are compared) that holds at a moment.
pub async fn live(conn: &mut Conn, key: &str, at: Timestamp) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = conn.opt(&LIVE_BLOCK, args![key, at]).await?;
    Ok(found.map(|(id,)| id))
}

/// Gathers a new block.
pub fn insert(tx: &mut Tx, block: &Block) {
    let Block { id, number, reason, created, by, ends, .. } = block.clone();
    tx.insert(&INSERT_BLOCK, args![id, number, reason, created, by, ends]);
}

/// Lifts a block. Answers whether it was not lifted before.
pub async fn lift(tx: &mut Tx, id: Uuid, at: Timestamp, by: &str) -> Result<bool> {
    Ok(tx.exec(&LIFT_BLOCK, args![id, at, by]).await? == 1)
}

/// Forgets the numbers of blocks that ended before a moment.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&FORGET_BLOCKED, args![before]).await?;
    Ok(())
}

/// Notes that a call came from a number that was blocked.
pub async fn keep_call(tx: &mut Tx, call: Uuid, block: Uuid, at: Timestamp) -> Result<()> {
    tx.exec(&KEEP_BLOCKED_CALL, args![call, block, at]).await?;
    Ok(())
}

/// Whether a call came from a number that was blocked.
pub async fn is_blocked_call(conn: &mut Conn, call: Uuid) -> Result<bool> {
    let found: Option<(Uuid,)> = conn.opt(&BLOCKED_CALL, args![call]).await?;
    Ok(found.is_some())
}

/// How many calls came while a block held.
pub async fn count(conn: &mut Conn, block: Uuid) -> Result<i64> {
    let found: Option<(i64,)> = conn.opt(&COUNT_BLOCKED, args![block]).await?;
    Ok(found.map_or(0, |(count,)| count))
}
