//! What walls show of the room.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) OUT_BY_INCIDENT = "SELECT COALESCE(i.merged_into, i.id), COUNT(*) FROM emergency_dispatch d
        JOIN emergency_incident i ON i.region = d.region AND i.id = d.incident_id
        WHERE d.region = $1 AND d.ended_at IS NULL GROUP BY COALESCE(i.merged_into, i.id)";
    pub(crate) ANSWERED_WITHIN = "SELECT COUNT(*),
        COALESCE(SUM(CASE WHEN answered_at - started_at <= $4 THEN 1 ELSE 0 END), 0) FROM emergency_call
        WHERE region = $1 AND started_at >= $2 AND started_at < $3 AND NOT is_drill AND answered_at IS NOT NULL
        AND source IN ('cti', 'cdr', 'paper')";
}

/// How many units are out for each incident; those of one that was merged count for the other.
pub async fn out_by_incident(conn: &mut Conn) -> Result<Vec<(Uuid, i64)>> {
    conn.all(&OUT_BY_INCIDENT, args![]).await
}

/// Of the calls of a span that were answered: how many, and how many within so many microseconds. Drills are left out.
pub async fn answered_within(conn: &mut Conn, from: Timestamp, until: Timestamp, micros: i64) -> Result<(i64, i64)> {
    Ok(conn.opt(&ANSWERED_WITHIN, args![from, until, micros]).await?.unwrap_or_default())
}
