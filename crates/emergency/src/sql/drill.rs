//! Drills, and what belongs to them.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::drill::Drill;

macro_rules! drill {
    () => {
        "g.id, g.name, g.started_at, g.ended_at, g.steps, g.played, g.beat_at"
    };
}

simpul_store::statements! {
    pub(crate) RUNNING_DRILL = concat!("SELECT ", drill!(), " FROM emergency_drill g
        WHERE g.region = $1 AND g.is_running = TRUE");
    pub(crate) DRILLS = concat!("SELECT ", drill!(), " FROM emergency_drill g
        WHERE g.region = $1 ORDER BY g.started_at DESC, g.id DESC LIMIT $2");
    pub(crate) BEAT_DRILL = "UPDATE emergency_drill SET played = $3, beat_at = $4
        WHERE region = $1 AND id = $2 AND is_running = TRUE";
    pub(crate) END_DRILL = "UPDATE emergency_drill SET is_running = FALSE, ended_at = $3
        WHERE region = $1 AND id = $2 AND is_running = TRUE";
    pub(crate) REVIVE_UNIT = "UPDATE emergency_unit SET agency_id = $3, kind = $4, base_lat_e7 = $5, base_lon_e7 = $6,
        status = 'available', lat_e7 = NULL, lon_e7 = NULL, position_at = NULL, is_active = TRUE
        WHERE region = $1 AND id = $2 AND is_drill = TRUE";
    pub(crate) RETIRE_UNIT = "UPDATE emergency_unit SET is_active = FALSE WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_DRILL = "emergency_drill" (id, name, started_at, steps, played, beat_at, is_running);
    pub(crate) INSERT_DRILL_UNIT = "emergency_unit" (id, agency_id, call_sign, kind, base_lat_e7, base_lon_e7, status,
        is_active, is_drill);
}

/// Most drills that are listed.
const DRILLS_MAX_COUNT: i64 = 50;

impl FromRow for Drill {
    fn from_row(row: &Row) -> Result<Drill> {
        Ok(Drill {
            id: row.at(0)?,
            name: row.at(1)?,
            started: row.at(2)?,
            ended: row.at(3)?,
            steps: row.at(4)?,
            played: row.at(5)?,
            beat: row.at(6)?,
        })
    }
}

/// The drill that is being played.
pub async fn running(conn: &mut Conn) -> Result<Option<Drill>> {
    conn.opt(&RUNNING_DRILL, args![]).await
}

/// Drills, the latest first.
pub async fn all(conn: &mut Conn) -> Result<Vec<Drill>> {
    conn.all(&DRILLS, args![DRILLS_MAX_COUNT]).await
}

/// Gathers a drill that begins.
pub fn insert(tx: &mut Tx, drill: &Drill) {
    let Drill { id, name, started, steps, played, beat, .. } = drill;
    tx.insert(&INSERT_DRILL, args![*id, name.as_str(), *started, *steps, *played, *beat, true]);
}

/// The drill goes on. Answers whether it is still running.
pub async fn beat(tx: &mut Tx, id: Uuid, played: i64, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&BEAT_DRILL, args![id, played, at]).await? == 1)
}

/// The drill ends. Answers whether it was running.
pub async fn end(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&END_DRILL, args![id, at]).await? == 1)
}

/// Gathers a unit of a drill.
pub fn insert_unit(tx: &mut Tx, id: Uuid, agency: Uuid, call_sign: &str, kind: &str, base: Point) {
    let values = args![id, agency, call_sign, kind, base.lat_e7, base.lon_e7, "available", true, true];
    tx.insert(&INSERT_DRILL_UNIT, values);
}

/// A unit of an earlier drill is used again. Answers whether it is one.
pub async fn revive_unit(tx: &mut Tx, id: Uuid, agency: Uuid, kind: &str, base: Point) -> Result<bool> {
    Ok(tx.exec(&REVIVE_UNIT, args![id, agency, kind, base.lat_e7, base.lon_e7]).await? == 1)
}

/// A unit is used no more.
pub async fn retire_unit(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.exec(&RETIRE_UNIT, args![id]).await?;
    Ok(())
}
