//! Agencies.

use simpul_store::{Args, Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::unknown;
use crate::model::agency::short_key;
use crate::model::{Agency, AgencyKind, NewAgency};

simpul_store::statements! {
    ALL = "SELECT id, short, name, kind, outside, parent, district, duties, contact, active FROM agency
        WHERE region = $1 ORDER BY short_key";
    BY_ID = "SELECT id, short, name, kind, outside, parent, district, duties, contact, active FROM agency
        WHERE region = $1 AND id = $2";
    BY_SHORT = "SELECT id, short, name, kind, outside, parent, district, duties, contact, active FROM agency
        WHERE region = $1 AND short_key = $2";
    SET = "UPDATE agency SET short = $3, short_key = $4, name = $5, kind = $6, outside = $7, parent = $8, district = $9,
        duties = $10, contact = $11, active = $12 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    INSERT = "agency" (id, short, short_key, name, kind, outside, parent, district, duties, contact, active);
}

impl FromRow for Agency {
    fn from_row(row: &Row) -> Result<Agency> {
        let kind: String = row.at(3)?;
        Ok(Agency {
            id: row.at(0)?,
            short: row.at(1)?,
            name: row.at(2)?,
            kind: AgencyKind::parse(&kind).ok_or_else(|| unknown("kind of agency", &kind))?,
            outside: row.at(4)?,
            parent: row.at(5)?,
            district: row.at(6)?,
            duties: row.at(7)?,
            contact: row.at(8)?,
            active: row.at(9)?,
        })
    }
}

/// All agencies by short name, inactive ones included.
pub async fn all(conn: &mut Conn) -> Result<Vec<Agency>> {
    conn.all(&ALL, args![]).await
}

/// The agency of that id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Agency>> {
    conn.opt(&BY_ID, args![id]).await
}

/// The agency of that short name, whatever its case.
pub async fn by_short(conn: &mut Conn, short: &str) -> Result<Option<Agency>> {
    conn.opt(&BY_SHORT, args![short_key(short)]).await
}

/// The columns of an agency in the order that [`INSERT`] and [`SET`] share.
fn row(id: Uuid, new: &NewAgency) -> Args {
    args![
        id,
        &new.short,
        short_key(&new.short),
        &new.name,
        new.kind.as_str(),
        new.outside,
        new.parent,
        new.district,
        &new.duties,
        &new.contact,
        new.active
    ]
}

pub(crate) fn insert(tx: &mut Tx, id: Uuid, new: &NewAgency) {
    tx.insert(&INSERT, row(id, new));
}

pub(crate) async fn set(tx: &mut Tx, id: Uuid, new: &NewAgency) -> Result<u64> {
    tx.exec(&SET, row(id, new)).await
}
