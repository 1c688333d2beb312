//! Public reports within a box of the map: each for itself where they are few, counted by tiles where they are many.
//! The index by place covers what is asked here, but for what only a shown point needs.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use simpul_kernel::Timestamp;
use simpul_kernel::geo::{BBox, CELL_ZOOM, Point};
use simpul_store::{Args, Conn, Error, Result, Value, args};
use uuid::Uuid;

use super::lists::{MapPoint, PublicFilter};
use crate::model::Status;
use crate::model::public::Group;
use crate::model::silence::silent_before;

/// The filters of a box. The states are written so that no planner takes the index by state in place of that by place.
macro_rules! within {
    ($columns:literal, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.is_public AND r.cell IS NOT NULL AND r.cell BETWEEN $2 AND $3
            AND r.lat_e7 BETWEEN $4 AND $5 AND r.lon_e7 BETWEEN $6 AND $7
            AND (CAST($8 AS TEXT) IS NULL OR r.category = $8) AND (CAST($9 AS BIGINT) IS NULL OR r.district = $9)
            AND (r.status || '') IN ($10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            AND r.id >= $21 AND r.id < $22",
            $more
        )
    };
}

macro_rules! point {
    ($more:literal) => {
        within!("r.number, r.lat_e7, r.lon_e7, r.status, r.category, r.due_at, r.id, r.updated_at", $more)
    };
}

macro_rules! crowd {
    ($more:literal) => {
        concat!("SELECT COUNT(*) FROM (", within!("1", $more), ") AS few")
    };
}

macro_rules! tile {
    ($more:literal) => {
        within!("r.cell / $20, COUNT(*), SUM(r.lat_e7) / COUNT(*), SUM(r.lon_e7) / COUNT(*)", $more)
    };
}

/// What the index by place does not hold: a look at each report is needed.
macro_rules! close {
    ($of:ident, $more:literal) => {
        concat!(
            $of!(
                " AND (CAST($23 AS BIGINT) IS NULL OR r.due_at < $23)
                AND (CAST($24 AS BIGINT) IS NULL OR (r.updated_at < $24 AND r.paused_until IS NULL))
                AND (CAST($25 AS BIGINT) IS NULL OR r.village = $25)"
            ),
            $more
        )
    };
}

simpul_store::statements! {
    pub(crate) CROWD = crowd!(" LIMIT $20");
    pub(crate) CROWD_CLOSE = crowd!(" AND (CAST($23 AS BIGINT) IS NULL OR r.due_at < $23)
        AND (CAST($24 AS BIGINT) IS NULL OR (r.updated_at < $24 AND r.paused_until IS NULL))
        AND (CAST($25 AS BIGINT) IS NULL OR r.village = $25) LIMIT $20");
    pub(crate) BOX = point!(" LIMIT $20");
    pub(crate) BOX_CLOSE = close!(point, " LIMIT $20");
    pub(crate) TILES = tile!(" GROUP BY r.cell / $20");
    pub(crate) TILES_CLOSE = close!(tile, " GROUP BY r.cell / $20");
}

/// Reports that stand close together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cluster {
    /// How many there are.
    pub count: i64,
    /// The middle of them.
    pub middle: Point,
}

/// What is asked of the map: a box, a filter, and the moment against which lateness is held.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Which states, category and district.
    pub filter: &'a PublicFilter,
    /// Which part of the map.
    pub bounds: &'a BBox,
    /// The present.
    pub now: Timestamp,
}

impl Asked<'_> {
    /// Whether the filter asks for what the index by place does not hold.
    fn is_close(&self) -> bool {
        matches!(self.filter.group, Some(Group::Late | Group::Unknown)) || self.filter.village.is_some()
    }

    fn statuses(&self) -> Vec<Status> {
        match self.filter.group {
            Some(group) => group.statuses().to_vec(),
            None if self.filter.open => Status::ALL.into_iter().filter(|status| status.is_open()).collect(),
            None => Status::ALL.into_iter().filter(|status| *status != Status::Merged).collect(),
        }
    }

    fn args(&self, range: &RangeInclusive<i64>, last: i64) -> Args {
        let BBox { min, max } = *self.bounds;
        let box_of = |value: i32| i64::from(value);
        let (south, north, west, east) =
            (box_of(min.lat_e7), box_of(max.lat_e7), box_of(min.lon_e7), box_of(max.lon_e7));
        let mut args = args![*range.start(), *range.end(), south, north, west, east];
        args.0.push(Value::from(self.filter.category.clone()));
        args.0.push(Value::from(self.filter.district));
        let states = self.statuses();
        args.0.extend((0..10).map(|at| Value::from(states.get(at).unwrap_or(&states[0]).name())));
        args.0.push(Value::from(last));
        let (from, to) = self.filter.ids.unwrap_or((Uuid::nil(), Uuid::max()));
        args.0.extend([Value::from(from), Value::from(to)]);
        if self.is_close() {
            let late = (self.filter.group == Some(Group::Late)).then_some(self.now);
            let silent = (self.filter.group == Some(Group::Unknown)).then(|| silent_before(self.now));
            args.0.extend([Value::from(late), Value::from(silent), Value::from(self.filter.village)]);
        }
        args
    }
}

/// The reports one by one; `None` where there are more than `most`.
pub async fn points(conn: &mut Conn, asked: Asked<'_>, most: i64) -> Result<Option<Vec<MapPoint>>> {
    let (crowd, each) = if asked.is_close() { (&CROWD_CLOSE, &BOX_CLOSE) } else { (&CROWD, &BOX) };
    // Asked of the index alone: a crowd is told without a look at its reports.
    let mut room = most;
    for range in asked.bounds.cover() {
        let (few,): (i64,) = conn.one(crowd, asked.args(&range, room + 1)).await?;
        room -= few;
        if room < 0 {
            return Ok(None);
        }
    }
    let mut points: Vec<MapPoint> = Vec::new();
    for range in asked.bounds.cover() {
        points.extend(conn.all::<MapPoint>(each, asked.args(&range, most)).await?);
    }
    points.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(Some(points))
}

/// The reports counted by tiles, of which the box has at most `side` by `side`.
pub async fn clusters(conn: &mut Conn, asked: Asked<'_>, side: u32) -> Result<Vec<Cluster>> {
    let statement = if asked.is_close() { &TILES_CLOSE } else { &TILES };
    let cells_of_tile = 1_i64 << (2 * (CELL_ZOOM - asked.bounds.zoom_of(side)));
    // Two ranges may share a tile: it is one cluster, in the middle of both.
    let mut tiles: BTreeMap<i64, (i64, i64, i64)> = BTreeMap::new();
    for range in asked.bounds.cover() {
        let found: Vec<(i64, i64, i64, i64)> = conn.all(statement, asked.args(&range, cells_of_tile)).await?;
        for (tile, count, lat, lon) in found {
            let sums = tiles.entry(tile).or_default();
            *sums = (sums.0 + count, sums.1 + lat * count, sums.2 + lon * count);
        }
    }
    let middle = |(count, lat, lon): (i64, i64, i64)| {
        let middle = Point::from_e7(lat / count, lon / count).map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Cluster { count, middle })
    };
    tiles.into_values().map(middle).collect()
}
