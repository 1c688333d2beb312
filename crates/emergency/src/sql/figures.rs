//! Counts of the room.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, args};

use super::named;
use crate::model::{CallClass, CallStatus};

simpul_store::statements! {
    pub(crate) CALLS_BY_CLASS = "SELECT status, COALESCE(class, 'unclassified'), COUNT(*) FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND started_at < $3 AND NOT is_drill
        GROUP BY status, COALESCE(class, 'unclassified')";
    pub(crate) CALL_WAITS = "SELECT answered_at - started_at FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND started_at < $3 AND NOT is_drill AND answered_at IS NOT NULL
        ORDER BY started_at DESC LIMIT $4";
}

/// Calls of a span of time by state and class, drills left out.
pub async fn by_class(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<(CallStatus, CallClass, i64)>> {
    let rows: Vec<(String, String, i64)> = conn.all(&CALLS_BY_CLASS, args![from, until]).await?;
    let read = |(status, class, count): (String, String, i64)| {
        Ok((named(&status, CallStatus::parse)?, named(&class, CallClass::parse)?, count))
    };
    rows.into_iter().map(read).collect()
}

/// How long callers waited until somebody answered, in microseconds, the newest first; drills left out.
pub async fn waits(conn: &mut Conn, from: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = conn.all(&CALL_WAITS, args![from, until, limit]).await?;
    Ok(rows.into_iter().map(|(wait,)| wait).collect())
}
