//! Takers who wait for a supervisor, and calls that a supervisor took over.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::help::{Help, TakeOver};

macro_rules! columns {
    () => {
        "h.id, h.call_id, h.asked_at, h.asked_by, h.comes_by, h.comes_at, h.ended_at"
    };
}

simpul_store::statements! {
    pub(crate) OPEN_HELPS = concat!("SELECT ", columns!(), " FROM emergency_help h
        WHERE h.region = $1 AND h.ended_at IS NULL ORDER BY h.asked_at, h.id LIMIT $2");
    pub(crate) OPEN_HELP = concat!("SELECT ", columns!(), " FROM emergency_help h
        WHERE h.region = $1 AND h.call_id = $2 AND h.ended_at IS NULL");
    pub(crate) HELPS_OF_CALL = concat!("SELECT ", columns!(), " FROM emergency_help h
        WHERE h.region = $1 AND h.call_id = $2 ORDER BY h.id LIMIT $3");
    pub(crate) COME_TO_HELP = "UPDATE emergency_help SET comes_by = $3, comes_at = $4
        WHERE region = $1 AND id = $2 AND comes_at IS NULL AND ended_at IS NULL";
    pub(crate) END_HELP = "UPDATE emergency_help SET ended_at = $3
        WHERE region = $1 AND id = $2 AND ended_at IS NULL";
    pub(crate) TAKE_OVERS_OF_CALL = "SELECT id, call_id, at, taken_by, taken_from, reason FROM emergency_take_over
        WHERE region = $1 AND call_id = $2 ORDER BY id LIMIT $3";
    pub(crate) FORGET_REASONS = "UPDATE emergency_take_over SET reason = ''
        WHERE region = $1 AND at < $2 AND reason <> ''";
}

simpul_store::inserts! {
    pub(crate) INSERT_HELP = "emergency_help" (id, call_id, asked_at, asked_by);
    pub(crate) INSERT_TAKE_OVER = "emergency_take_over" (id, call_id, at, taken_by, taken_from, reason);
}

/// Most takers who wait at once.
const OPEN_MAX_COUNT: i64 = 100;
/// Most rows of one call that are read.
const OF_CALL_MAX_COUNT: i64 = 50;

impl FromRow for Help {
    fn from_row(row: &Row) -> Result<Help> {
        let (by, at): (Option<String>, Option<Timestamp>) = (row.at(4)?, row.at(5)?);
        Ok(Help {
            id: row.at(0)?,
            call: row.at(1)?,
            asked: row.at(2)?,
            by: row.at(3)?,
            comes: by.zip(at),
            ended: row.at(6)?,
        })
    }
}

impl FromRow for TakeOver {
    fn from_row(row: &Row) -> Result<TakeOver> {
        Ok(TakeOver {
            id: row.at(0)?,
            call: row.at(1)?,
            at: row.at(2)?,
            by: row.at(3)?,
            from: row.at(4)?,
            reason: row.at(5)?,
        })
    }
}

/// Takers who wait for a supervisor, the longest waiting first.
pub async fn open(conn: &mut Conn) -> Result<Vec<Help>> {
    conn.all(&OPEN_HELPS, args![OPEN_MAX_COUNT]).await
}

/// Whether the taker of a call waits for a supervisor.
pub async fn open_of(conn: &mut Conn, call: Uuid) -> Result<Option<Help>> {
    conn.opt(&OPEN_HELP, args![call]).await
}

/// Every time that a supervisor was asked for in a call.
pub async fn of_call(conn: &mut Conn, call: Uuid) -> Result<Vec<Help>> {
    conn.all(&HELPS_OF_CALL, args![call, OF_CALL_MAX_COUNT]).await
}

/// Gathers that a taker waits.
pub fn insert(tx: &mut Tx, help: &Help) {
    let Help { id, call, asked, by, .. } = help.clone();
    tx.insert(&INSERT_HELP, args![id, call, asked, by]);
}

/// A supervisor comes. Answers whether that is news.
pub async fn come(tx: &mut Tx, id: Uuid, by: &str, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&COME_TO_HELP, args![id, by, at]).await? == 1)
}

/// Nobody waits any more. Answers whether that is news.
pub async fn end(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&END_HELP, args![id, at]).await? == 1)
}

/// Every time that a supervisor took a call over.
pub async fn take_overs(conn: &mut Conn, call: Uuid) -> Result<Vec<TakeOver>> {
    conn.all(&TAKE_OVERS_OF_CALL, args![call, OF_CALL_MAX_COUNT]).await
}

/// Gathers that a supervisor took a call over.
pub fn insert_take_over(tx: &mut Tx, over: &TakeOver) {
    let TakeOver { id, call, at, by, from, reason } = over.clone();
    tx.insert(&INSERT_TAKE_OVER, args![id, call, at, by, from, reason]);
}

/// Forgets why calls were taken over before a moment: the words may name somebody.
pub async fn forget_reasons(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&FORGET_REASONS, args![before]).await?;
    Ok(())
}
