//! Drills, and what belongs to them.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::incident::point;
use crate::model::Site;
use crate::model::drill::{CitizenTold, Drill};

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
    pub(crate) DRILL_REPORT = "SELECT d.id, d.drill_id, d.village, d.district, d.landmark, d.lat_e7, d.lon_e7, d.body
        FROM emergency_drill_report d WHERE d.region = $1 AND d.id = $2";
    pub(crate) RETIRE_UNIT = "UPDATE emergency_unit SET is_active = FALSE WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_DRILL = "emergency_drill" (id, name, started_at, steps, played, beat_at, is_running);
    pub(crate) INSERT_DRILL_UNIT = "emergency_unit" (id, agency_id, call_sign, kind, base_lat_e7, base_lon_e7, status,
        is_active, is_drill);
    pub(crate) INSERT_DRILL_REPORT = "emergency_drill_report" (id, drill_id, village, district, landmark, lat_e7,
        lon_e7, body);
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

impl FromRow for CitizenTold {
    fn from_row(row: &Row) -> Result<CitizenTold> {
        let site = Site {
            village: row.at(2)?,
            district: row.at(3)?,
            landmark: row.at(4)?,
            point: point(row.at(5)?, row.at(6)?),
            radius_m: None,
        };
        Ok(CitizenTold { id: row.at(0)?, drill: row.at(1)?, site, text: row.at(7)? })
    }
}

/// What a citizen would report in a drill.
pub async fn told(conn: &mut Conn, id: Uuid) -> Result<Option<CitizenTold>> {
    conn.opt(&DRILL_REPORT, args![id]).await
}

/// Gathers what a citizen would report.
pub fn insert_told(tx: &mut Tx, told: &CitizenTold) {
    let Site { village, district, landmark, point, .. } = &told.site;
    let (lat, lon) = (point.map(|point| point.lat_e7), point.map(|point| point.lon_e7));
    let values = args![told.id, told.drill, *village, *district, landmark, lat, lon, &told.text];
    tx.insert(&INSERT_DRILL_REPORT, values);
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
