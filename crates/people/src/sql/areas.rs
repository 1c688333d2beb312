//! Districts, villages and their polygons.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::{MultiPolygon, Point};
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};

use super::unknown;
use crate::boundaries::{Prepared, Shape};
use crate::model::area::{AreaRow, Stored};
use crate::model::{AreaLevel, District, Village};

simpul_store::statements! {
    DISTRICTS = "SELECT d.code, d.name, d.bps, d.label_lat_e7, d.label_lon_e7, b.code FROM district d
        LEFT JOIN boundary b ON b.region = d.region AND b.code = d.code WHERE d.region = $1 ORDER BY d.code";
    VILLAGES = "SELECT v.code, v.district, v.name, v.bps, v.label_lat_e7, v.label_lon_e7, b.code FROM village v
        LEFT JOIN boundary b ON b.region = v.region AND b.code = v.code WHERE v.region = $1 ORDER BY v.code";
    DISTRICT_LABEL = "SELECT label_lat_e7, label_lon_e7 FROM district WHERE region = $1 AND code = $2";
    VILLAGE_LABEL = "SELECT label_lat_e7, label_lon_e7 FROM village WHERE region = $1 AND code = $2";
    SET_DISTRICT = "UPDATE district SET name = $3, bps = $4 WHERE region = $1 AND code = $2";
    SET_VILLAGE = "UPDATE village SET name = $3, bps = $4 WHERE region = $1 AND code = $2";
    LABEL_DISTRICT = "UPDATE district SET label_lat_e7 = $3, label_lon_e7 = $4, bps = COALESCE($5, bps)
        WHERE region = $1 AND code = $2";
    LABEL_VILLAGE = "UPDATE village SET label_lat_e7 = $3, label_lon_e7 = $4, bps = COALESCE($5, bps)
        WHERE region = $1 AND code = $2";
    SHAPES = "SELECT level, code, geometry FROM boundary WHERE region = $1 ORDER BY code";
    KEEP_SHAPE = "INSERT INTO boundary (region, code, level, geometry, imported_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, code) DO UPDATE SET geometry = $4, imported_at = $5";
}

simpul_store::inserts! {
    INSERT_DISTRICT = "district" (code, name, bps);
    INSERT_VILLAGE = "village" (code, district, name, bps);
}

fn label(lat: Option<i64>, lon: Option<i64>) -> Option<Point> {
    Point::from_e7(lat?, lon?).ok()
}

/// The middle of a village, or else of a district, where it is known.
pub async fn middle(conn: &mut Conn, village: Option<i64>, district: Option<i64>) -> Result<Option<Point>> {
    for (statement, code) in [(&VILLAGE_LABEL, village), (&DISTRICT_LABEL, district)] {
        let Some(code) = code else { continue };
        let found: Option<(Option<i64>, Option<i64>)> = conn.opt(statement, args![code]).await?;
        if let Some(point) = found.and_then(|(lat, lon)| label(lat, lon)) {
            return Ok(Some(point));
        }
    }
    Ok(None)
}

impl FromRow for District {
    fn from_row(row: &Row) -> Result<District> {
        Ok(District {
            code: row.at(0)?,
            name: row.at(1)?,
            bps: row.at(2)?,
            label: label(row.at(3)?, row.at(4)?),
            has_boundary: row.at::<Option<i64>>(5)?.is_some(),
        })
    }
}

impl FromRow for Village {
    fn from_row(row: &Row) -> Result<Village> {
        Ok(Village {
            code: row.at(0)?,
            district: row.at(1)?,
            name: row.at(2)?,
            bps: row.at(3)?,
            label: label(row.at(4)?, row.at(5)?),
            has_boundary: row.at::<Option<i64>>(6)?.is_some(),
        })
    }
}

impl FromRow for Shape {
    fn from_row(row: &Row) -> Result<Shape> {
        let (level, geometry): (String, String) = (row.at(0)?, row.at(2)?);
        let code = row.at(1)?;
        let geometry = serde_json::from_str(&geometry)?;
        let polygon = MultiPolygon::from_geojson(&geometry)
            .map_err(|error| Error::Broken(format!("boundary of {code}: {error}")))?;
        Ok(Shape { level: AreaLevel::parse(&level).ok_or_else(|| unknown("level", &level))?, code, polygon })
    }
}

/// All districts, by code.
pub async fn districts(conn: &mut Conn) -> Result<Vec<District>> {
    conn.all(&DISTRICTS, args![]).await
}

/// All villages, by code.
pub async fn villages(conn: &mut Conn) -> Result<Vec<Village>> {
    conn.all(&VILLAGES, args![]).await
}

/// All polygons, by code.
pub async fn shapes(conn: &mut Conn) -> Result<Vec<Shape>> {
    conn.all(&SHAPES, args![]).await
}

/// Districts and villages as an import compares them.
pub(crate) async fn stored(conn: &mut Conn) -> Result<Stored> {
    let districts = districts(conn).await?.into_iter().map(|d| (d.code, (d.name, d.bps)));
    let mut stored: Stored = districts.collect();
    stored.extend(villages(conn).await?.into_iter().map(|v| (v.code, (v.name, v.bps))));
    Ok(stored)
}

pub(crate) fn insert(tx: &mut Tx, row: &AreaRow) {
    let (code, parent) = (row.code.number(), row.code.parent().map_or(0, |parent| parent.number()));
    if row.code.village_kind().is_some() {
        tx.insert(&INSERT_VILLAGE, args![code, parent, &row.name, row.bps.clone()]);
    } else {
        tx.insert(&INSERT_DISTRICT, args![code, &row.name, row.bps.clone()]);
    }
}

pub(crate) async fn change(tx: &mut Tx, row: &AreaRow) -> Result<u64> {
    let statement = if row.code.village_kind().is_some() { &SET_VILLAGE } else { &SET_DISTRICT };
    tx.exec(statement, args![row.code.number(), &row.name, row.bps.clone()]).await
}

/// Stores a polygon with its label; answers whether the area is there.
pub(crate) async fn keep_shape(tx: &mut Tx, shape: &Prepared, at: Timestamp) -> Result<bool> {
    let labelled = match shape.level {
        AreaLevel::District => &LABEL_DISTRICT,
        AreaLevel::Village => &LABEL_VILLAGE,
    };
    let row = args![shape.code, shape.label.lat_e7, shape.label.lon_e7, shape.bps.clone()];
    if tx.exec(labelled, row).await? == 0 {
        return Ok(false);
    }
    let geometry = shape.shape.to_geojson().to_string();
    tx.exec(&KEEP_SHAPE, args![shape.code, shape.level.as_str(), geometry, at]).await?;
    Ok(true)
}

/// Places a label where no boundary says better.
pub(crate) async fn keep_label(tx: &mut Tx, level: AreaLevel, code: i64, label: Point) -> Result<bool> {
    let statement = match level {
        AreaLevel::District => &LABEL_DISTRICT,
        AreaLevel::Village => &LABEL_VILLAGE,
    };
    let row = args![code, label.lat_e7, label.lon_e7, Option::<String>::None];
    Ok(tx.exec(statement, row).await? == 1)
}
