//! Reports of a drill. They are in no other statement of the room.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::Place;

macro_rules! columns {
    () => {
        "d.id, d.number, d.village, d.district, d.landmark, d.lat_e7, d.lon_e7, d.body, d.at"
    };
}

simpul_store::statements! {
    pub(crate) DRILL_REPORT = concat!("SELECT ", columns!(), " FROM report_drill d WHERE d.region = $1 AND d.id = $2");
    pub(crate) OPEN_DRILL_REPORTS = concat!("SELECT ", columns!(), " FROM report_drill d
        WHERE d.region = $1 AND d.ended_at IS NULL ORDER BY d.at, d.id LIMIT $2");
    pub(crate) END_DRILL_REPORTS = "UPDATE report_drill SET ended_at = $2 WHERE region = $1 AND ended_at IS NULL";
}

simpul_store::inserts! {
    pub(crate) INSERT_DRILL_REPORT = "report_drill" (id, number, village, district, landmark, lat_e7, lon_e7, body, at);
}

/// Most reports of a drill that are listed.
const LISTED_MAX_COUNT: i64 = 50;

/// A report of a drill.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillReport {
    /// Id.
    pub id: Uuid,
    /// Its number, such as `GLADI-0007`.
    pub number: String,
    /// Where.
    pub place: Place,
    /// What is said.
    pub body: String,
    /// When it came.
    pub at: Timestamp,
}

impl FromRow for DrillReport {
    fn from_row(row: &Row) -> Result<DrillReport> {
        let (lat, lon): (Option<i64>, Option<i64>) = (row.at(5)?, row.at(6)?);
        let place = Place {
            village: row.at(2)?,
            district: row.at(3)?,
            landmark: row.at(4)?,
            point: lat.zip(lon).and_then(|(lat, lon)| Point::from_e7(lat, lon).ok()),
            accuracy_m: None,
        };
        Ok(DrillReport { id: row.at(0)?, number: row.at(1)?, place, body: row.at(7)?, at: row.at(8)? })
    }
}

/// A report of a drill by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<DrillReport>> {
    conn.opt(&DRILL_REPORT, args![id]).await
}

/// Those of the drill that runs, the oldest first.
pub async fn open(conn: &mut Conn) -> Result<Vec<DrillReport>> {
    conn.all(&OPEN_DRILL_REPORTS, args![LISTED_MAX_COUNT]).await
}

/// Gathers one.
pub fn insert(tx: &mut Tx, one: &DrillReport) {
    let Place { village, district, point, landmark, .. } = &one.place;
    let (lat, lon) = (point.map(|at| i64::from(at.lat_e7)), point.map(|at| i64::from(at.lon_e7)));
    let values = args![one.id, &one.number, *village, *district, landmark, lat, lon, &one.body, one.at];
    tx.insert(&INSERT_DRILL_REPORT, values);
}

/// The drill is over. Answers how many ended with it.
pub async fn end_all(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    tx.exec(&END_DRILL_REPORTS, args![now]).await
}
