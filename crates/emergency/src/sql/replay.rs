//! What may have been at work within a span of time.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_store::{Conn, Result, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) INCIDENTS_AT_WORK = "SELECT i.id FROM emergency_incident i
        WHERE i.region = $1 AND i.received_at >= $2 AND i.received_at <= $3
        AND (i.closed_at IS NULL OR i.closed_at >= $4) ORDER BY i.received_at, i.id LIMIT $5";
    pub(crate) CALLS_AT_WORK = "SELECT c.id FROM emergency_call c
        WHERE c.region = $1 AND c.started_at >= $2 AND c.started_at <= $3
        AND (c.ended_at IS NULL OR c.ended_at >= $4) ORDER BY c.started_at, c.id LIMIT $5";
    pub(crate) UNIT_SIGNS = "SELECT id, call_sign FROM emergency_unit WHERE region = $1 ORDER BY id LIMIT $2";
}

/// Incidents that were open for longer than this are not found, in days.
const INCIDENT_DAYS: i64 = 30;
/// A call is over within this time, in days.
const CALL_DAYS: i64 = 1;
/// Most things of each kind.
const AT_WORK_MAX_COUNT: i64 = 2_000;

/// Incidents that were open at some moment of the span.
pub async fn incidents(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<Uuid>> {
    let since = from.plus_micros(-INCIDENT_DAYS * DAY_MICROS);
    let rows: Vec<(Uuid,)> = conn.all(&INCIDENTS_AT_WORK, args![since, until, from, AT_WORK_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Calls that were not over at some moment of the span.
pub async fn calls(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<Uuid>> {
    let since = from.plus_micros(-CALL_DAYS * DAY_MICROS);
    let rows: Vec<(Uuid,)> = conn.all(&CALLS_AT_WORK, args![since, until, from, AT_WORK_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Call signs of all units that there ever were.
pub async fn signs(conn: &mut Conn) -> Result<Vec<(Uuid, String)>> {
    conn.all(&UNIT_SIGNS, args![AT_WORK_MAX_COUNT]).await
}
