//! Units and where they are.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::incident::point;
use super::named;
use crate::model::unit::POSITION_PAUSE_MILLIS;
use crate::model::{Position, Unit, UnitStatus};

macro_rules! columns {
    () => {
        "u.id, u.agency_id, u.call_sign, u.kind, u.base_lat_e7, u.base_lon_e7, u.status, u.lat_e7, u.lon_e7,
        u.accuracy_m, u.position_at, u.rested_at, u.is_active, u.is_drill"
    };
}

simpul_store::statements! {
    pub(crate) UNIT = concat!("SELECT ", columns!(), " FROM emergency_unit u WHERE u.region = $1 AND u.id = $2");
    pub(crate) UNITS = concat!("SELECT ", columns!(), " FROM emergency_unit u
        WHERE u.region = $1 AND u.is_active ORDER BY u.call_sign LIMIT $2");
    /// Units that are out for an incident.
    pub(crate) UNITS_OF_INCIDENT = concat!("SELECT ", columns!(), " FROM emergency_dispatch d
        JOIN emergency_unit u ON u.region = d.region AND u.id = d.unit_id
        WHERE d.region = $1 AND d.incident_id = $2 AND d.ended_at IS NULL ORDER BY d.id LIMIT $3");
    pub(crate) EVERY_UNIT = concat!("SELECT ", columns!(), " FROM emergency_unit u
        WHERE u.region = $1 ORDER BY u.call_sign LIMIT $2");
    pub(crate) UNIT_BY_SIGN = concat!("SELECT ", columns!(), " FROM emergency_unit u
        WHERE u.region = $1 AND u.call_sign = $2");
    pub(crate) UNIT_BY_TOKEN = concat!("SELECT ", columns!(), " FROM emergency_unit u
        WHERE u.region = $1 AND u.token_hash = $2 AND u.is_active");
    pub(crate) SET_UNIT_STATUS = "UPDATE emergency_unit SET status = $3, rested_at = $4 WHERE region = $1 AND id = $2";
    pub(crate) SET_TOKEN = "UPDATE emergency_unit SET token_hash = $3 WHERE region = $1 AND id = $2";
    pub(crate) MOVE_UNIT = "UPDATE emergency_unit SET lat_e7 = $3, lon_e7 = $4, accuracy_m = $5, position_at = $6
        WHERE region = $1 AND id = $2 AND is_active AND (position_at IS NULL OR position_at <= $7)";
}

simpul_store::inserts! {
    pub(crate) INSERT_UNIT = "emergency_unit" (id, agency_id, call_sign, kind, base_lat_e7, base_lon_e7, status,
        is_active);
}

/// Most units that a region has.
pub const UNITS_MAX_COUNT: i64 = 2_000;

impl FromRow for Unit {
    fn from_row(row: &Row) -> Result<Unit> {
        let status: String = row.at(6)?;
        let (accuracy_m, at): (Option<i64>, Option<Timestamp>) = (row.at(9)?, row.at(10)?);
        let measured = point(row.at(7)?, row.at(8)?).zip(at);
        Ok(Unit {
            id: row.at(0)?,
            agency: row.at(1)?,
            call_sign: row.at(2)?,
            kind: row.at(3)?,
            base: point(row.at(4)?, row.at(5)?),
            status: named(&status, UnitStatus::parse)?,
            position: measured.map(|(point, at)| Position { point, accuracy_m, at }),
            rested: row.at(11)?,
            active: row.at(12)?,
            drill: row.at(13)?,
        })
    }
}

/// A unit by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Unit>> {
    conn.opt(&UNIT, args![id]).await
}

/// A unit by its call sign.
pub async fn by_call_sign(conn: &mut Conn, call_sign: &str) -> Result<Option<Unit>> {
    conn.opt(&UNIT_BY_SIGN, args![call_sign]).await
}

/// The unit whose crew holds that key.
pub async fn by_token(conn: &mut Conn, hash: [u8; 32]) -> Result<Option<Unit>> {
    conn.opt(&UNIT_BY_TOKEN, args![hash]).await
}

/// All units in use, by call sign.
pub async fn all(conn: &mut Conn) -> Result<Vec<Unit>> {
    conn.all(&UNITS, args![UNITS_MAX_COUNT]).await
}

/// The units that are out for an incident, in the order in which they were sent.
pub async fn of_incident(conn: &mut Conn, incident: Uuid) -> Result<Vec<Unit>> {
    conn.all(&UNITS_OF_INCIDENT, args![incident, UNITS_MAX_COUNT]).await
}

/// Every unit, those out of use as well, by call sign.
pub async fn every(conn: &mut Conn) -> Result<Vec<Unit>> {
    conn.all(&EVERY_UNIT, args![UNITS_MAX_COUNT]).await
}

/// Gathers a new unit.
pub fn insert(tx: &mut Tx, unit: &Unit) {
    let (lat, lon) = (unit.base.map(|base| base.lat_e7), unit.base.map(|base| base.lon_e7));
    tx.insert(
        &INSERT_UNIT,
        args![unit.id, unit.agency, &unit.call_sign, &unit.kind, lat, lon, unit.status.name(), unit.active],
    );
}

/// What a unit does now.
pub async fn set_status(tx: &mut Tx, unit: Uuid, status: UnitStatus, rested: Option<Timestamp>) -> Result<()> {
    tx.exec(&SET_UNIT_STATUS, args![unit, status.name(), rested]).await?;
    Ok(())
}

/// The key of the crew's page; the one before it opens nothing any more.
pub async fn set_token(tx: &mut Tx, unit: Uuid, hash: [u8; 32]) -> Result<()> {
    tx.exec(&SET_TOKEN, args![unit, hash]).await?;
    Ok(())
}

/// Where a unit is now. A position that is older than the known one, or follows it within a second, changes nothing.
/// Answers whether it was news. One statement: 2,000 units may tell each second.
pub async fn set_position(tx: &mut Tx, unit: Uuid, position: &Position) -> Result<bool> {
    let Position { point, accuracy_m, at } = *position;
    let before = at.plus_micros(-POSITION_PAUSE_MILLIS * 1_000);
    Ok(tx.exec(&MOVE_UNIT, args![unit, point.lat_e7, point.lon_e7, accuracy_m, at, before]).await? == 1)
}
