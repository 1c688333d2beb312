//! Where callers may be, and the links by which they say so.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::place::PLACES_MAX_COUNT;
use crate::model::{Candidate, PlaceLink, PlaceSource, Spot};

simpul_store::statements! {
    pub(crate) PLACES_OF_CALL = "SELECT id, source, lat_e7, lon_e7, radius_m, words, at FROM emergency_place
        WHERE region = $1 AND call_id = $2 ORDER BY id DESC LIMIT $3";
    pub(crate) FORGET_PLACES = "DELETE FROM emergency_place WHERE region = $1 AND at < $2";
    pub(crate) LINK = "SELECT id, call_id, expires_at, used_at FROM emergency_place_link
        WHERE region = $1 AND token_hash = $2";
    pub(crate) LINKS_OF_CALL = "SELECT id, call_id, expires_at, used_at FROM emergency_place_link
        WHERE region = $1 AND call_id = $2 ORDER BY id DESC LIMIT $3";
    pub(crate) USE_LINK = "UPDATE emergency_place_link SET used_at = $3
        WHERE region = $1 AND id = $2 AND used_at IS NULL";
}

simpul_store::inserts! {
    pub(crate) INSERT_PLACE = "emergency_place" (id, call_id, source, lat_e7, lon_e7, radius_m, words, at);
    pub(crate) INSERT_LINK = "emergency_place_link" (id, call_id, token_hash, created_at, expires_at);
}

impl FromRow for Candidate {
    fn from_row(row: &Row) -> Result<Candidate> {
        let (source, lat, lon): (String, Option<i64>, Option<i64>) = (row.at(1)?, row.at(2)?, row.at(3)?);
        let point = lat.zip(lon).map(|(lat, lon)| Point::from_e7(lat, lon)).transpose();
        Ok(Candidate {
            id: row.at(0)?,
            source: named(&source, PlaceSource::parse)?,
            point: point.map_err(|error| Error::Broken(error.to_string()))?,
            radius_m: row.at(4)?,
            words: row.at(5)?,
            at: row.at(6)?,
        })
    }
}

impl FromRow for PlaceLink {
    fn from_row(row: &Row) -> Result<PlaceLink> {
        Ok(PlaceLink { id: row.at(0)?, call: row.at(1)?, expires: row.at(2)?, used: row.at(3)? })
    }
}

/// Where the caller may be, the newest first.
pub async fn of_call(conn: &mut Conn, call: Uuid) -> Result<Vec<Candidate>> {
    let most = i64::try_from(PLACES_MAX_COUNT).unwrap_or(i64::MAX);
    conn.all(&PLACES_OF_CALL, args![call, most]).await
}

/// Gathers a candidate.
pub fn insert(tx: &mut Tx, id: Uuid, call: Uuid, source: PlaceSource, spot: &Spot, at: Timestamp) {
    let (lat, lon) = (spot.point.map(|point| point.lat_e7), spot.point.map(|point| point.lon_e7));
    let values =
        args![id, call, source.name(), lat.map(i64::from), lon.map(i64::from), spot.radius_m, spot.words.clone(), at];
    tx.insert(&INSERT_PLACE, values);
}

/// Forgets where callers were before a moment.
pub async fn forget(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&FORGET_PLACES, args![before]).await?;
    Ok(())
}

/// The link of a token, by its digest.
pub async fn link(conn: &mut Conn, hash: &[u8]) -> Result<Option<PlaceLink>> {
    conn.opt(&LINK, args![hash.to_vec()]).await
}

/// Links that were sent about a call, the newest first.
pub async fn links(conn: &mut Conn, call: Uuid, limit: i64) -> Result<Vec<PlaceLink>> {
    conn.all(&LINKS_OF_CALL, args![call, limit]).await
}

/// Gathers a link.
pub fn insert_link(tx: &mut Tx, link: &PlaceLink, hash: &[u8], now: Timestamp) {
    tx.insert(&INSERT_LINK, args![link.id, link.call, hash.to_vec(), now, link.expires]);
}

/// Uses a link up. Answers whether it was not used before.
pub async fn use_link(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&USE_LINK, args![id, at]).await? == 1)
}
