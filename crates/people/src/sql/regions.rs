//! Regions, and the version of everything that the directory shows.

use simpul_kernel::calendar::Zone;
use simpul_kernel::{RegionId, Timestamp};
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};

use super::unknown;
use crate::model::{NewRegion, Region, RegionKind, RegionSettings};

simpul_store::statements! {
    ALL = "SELECT id, name, kind, zone, prefix, host, demo, created_at, settings FROM region_profile
        WHERE region = $1 ORDER BY id";
    SET = "UPDATE region_profile SET name = $3, kind = $4, zone = $5, prefix = $6, host = $7
        WHERE region = $1 AND id = $2";
    SET_SETTINGS = "UPDATE region_profile SET settings = $3 WHERE region = $1 AND id = $2";
    VERSION = "SELECT version, boundaries FROM people_version WHERE region = $1";
    COUNT_UP = "INSERT INTO people_version (region, version, boundaries) VALUES ($1, 1, $2)
        ON CONFLICT (region) DO UPDATE SET version = people_version.version + 1,
        boundaries = people_version.boundaries + $2";
}

simpul_store::inserts! {
    INSERT = "region_profile" (id, name, kind, zone, prefix, host, demo, created_at, settings);
}

impl FromRow for Region {
    fn from_row(row: &Row) -> Result<Region> {
        let (kind, zone, settings): (String, String, String) = (row.at(2)?, row.at(3)?, row.at(8)?);
        let id = i32::try_from(row.at::<i64>(0)?).map_err(|_| unknown("region", "code"))?;
        Ok(Region {
            id: RegionId(id),
            name: row.at(1)?,
            kind: RegionKind::parse(&kind).ok_or_else(|| unknown("kind of region", &kind))?,
            zone: Zone::parse(&zone).ok_or_else(|| unknown("zone", &zone))?,
            prefix: row.at(4)?,
            host: row.at(5)?,
            demo: row.at(6)?,
            created_at: row.at(7)?,
            settings: serde_json::from_str(&settings)?,
        })
    }
}

/// Every region of the installation; the connection is one to [`RegionId::SHARED`].
pub async fn all(conn: &mut Conn) -> Result<Vec<Region>> {
    conn.all(&ALL, args![]).await
}

/// How often what the directory shows has changed in the connection's region.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Version {
    /// Every change.
    pub all: i64,
    /// Those of boundaries.
    pub boundaries: i64,
}

/// The version of what the directory shows in the connection's region.
pub async fn version(conn: &mut Conn) -> Result<Version> {
    let row: Option<(i64, i64)> = conn.opt(&VERSION, args![]).await?;
    Ok(row.map_or(Version::default(), |(all, boundaries)| Version { all, boundaries }))
}

/// Says that what the directory shows has changed.
pub(crate) async fn count_up(tx: &mut Tx) -> Result<()> {
    tx.exec(&COUNT_UP, args![0i64]).await.map(|_| ())
}

/// Says that boundaries have changed.
pub(crate) async fn count_up_boundaries(tx: &mut Tx) -> Result<()> {
    tx.exec(&COUNT_UP, args![1i64]).await.map(|_| ())
}

pub(crate) fn insert(tx: &mut Tx, new: &NewRegion, at: Timestamp, settings: &RegionSettings) -> Result<()> {
    let settings = serde_json::to_string(settings)?;
    let row = args![
        new.id.0,
        &new.name,
        new.kind.as_str(),
        new.zone.name(),
        &new.prefix,
        new.host.clone(),
        new.demo,
        at,
        settings
    ];
    tx.insert(&INSERT, row);
    Ok(())
}

pub(crate) async fn set(tx: &mut Tx, new: &NewRegion) -> Result<u64> {
    let row = args![new.id.0, &new.name, new.kind.as_str(), new.zone.name(), &new.prefix, new.host.clone()];
    tx.exec(&SET, row).await
}

pub(crate) async fn set_settings(tx: &mut Tx, id: RegionId, settings: &RegionSettings) -> Result<u64> {
    let settings = serde_json::to_string(settings)?;
    tx.exec(&SET_SETTINGS, args![id.0, settings]).await
}
