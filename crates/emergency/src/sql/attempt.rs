//! What takers did to reach callers.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::{Attempt, AttemptKind, AttemptResult};

simpul_store::statements! {
    pub(crate) ATTEMPTS = "SELECT id, call_id, kind, result, author, at FROM emergency_attempt
        WHERE region = $1 AND call_id = $2 ORDER BY id DESC LIMIT $3";
    /// What was done to reach the callers of all calls since a moment that nobody answered or that broke off.
    pub(crate) ATTEMPTS_OF_LOST = "SELECT a.id, a.call_id, a.kind, a.result, a.author, a.at FROM emergency_attempt a
        JOIN emergency_call c ON c.region = a.region AND c.id = a.call_id
        WHERE a.region = $1 AND c.started_at >= $2
        AND (c.status IN ('abandoned', 'missed') OR c.class = 'disconnected') ORDER BY a.id DESC LIMIT $3";
    pub(crate) TELL_ATTEMPT = "UPDATE emergency_attempt SET result = $3
        WHERE region = $1 AND id = $2 AND result IN ('asked', 'dialled')";
    pub(crate) DIAL_ATTEMPT = "UPDATE emergency_attempt SET result = 'dialled'
        WHERE region = $1 AND id = $2 AND call_id = $3 AND result = 'asked'";
}

simpul_store::inserts! {
    pub(crate) INSERT_ATTEMPT = "emergency_attempt" (id, call_id, kind, result, author, at);
}

/// Most attempts of one call that are read.
const ATTEMPTS_MAX_COUNT: i64 = 20;
/// Most attempts of all calls to be called back.
const OF_LOST_MAX_COUNT: i64 = 2_000;

impl FromRow for Attempt {
    fn from_row(row: &Row) -> Result<Attempt> {
        let (kind, result): (String, String) = (row.at(2)?, row.at(3)?);
        Ok(Attempt {
            id: row.at(0)?,
            call: row.at(1)?,
            kind: named(&kind, AttemptKind::parse)?,
            result: named(&result, AttemptResult::parse)?,
            author: row.at(4)?,
            at: row.at(5)?,
        })
    }
}

/// What was done to reach the caller, the newest first.
pub async fn of_call(conn: &mut Conn, call: Uuid) -> Result<Vec<Attempt>> {
    conn.all(&ATTEMPTS, args![call, ATTEMPTS_MAX_COUNT]).await
}

/// What was done to reach the callers of all calls since a moment that are to be called back, the newest first.
pub async fn of_lost(conn: &mut Conn, since: Timestamp) -> Result<Vec<Attempt>> {
    conn.all(&ATTEMPTS_OF_LOST, args![since, OF_LOST_MAX_COUNT]).await
}

/// Gathers an attempt.
pub fn insert(tx: &mut Tx, attempt: &Attempt) {
    let Attempt { id, call, kind, result, author, at } = attempt.clone();
    tx.insert(&INSERT_ATTEMPT, args![id, call, kind.name(), result.name(), author, at]);
}

/// Tells what came of an attempt. Answers whether that was not told before.
pub async fn tell(tx: &mut Tx, id: Uuid, result: AttemptResult) -> Result<bool> {
    Ok(tx.exec(&TELL_ATTEMPT, args![id, result.name()]).await? == 1)
}

/// The switch connects both now. Answers whether nobody had told it to.
pub async fn dial(tx: &mut Tx, id: Uuid, call: Uuid) -> Result<bool> {
    Ok(tx.exec(&DIAL_ATTEMPT, args![id, call]).await? == 1)
}
