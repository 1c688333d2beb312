//! What the room offers to walls: how things stand, and what goes onto the map.

use std::collections::BTreeMap;

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{DAY_MICROS, SECOND_MICROS};
use simpul_kernel::geo::Point;
use simpul_people::{District, Snapshot, Village};
use simpul_store::{Conn, Result};

use crate::model::incident::type_name;
use crate::model::recap::ANSWER_GOALS_SECONDS;
use crate::model::{Board, Incident, Priority, lacks_unit};
use crate::sql;

/// Most active incidents that a wall looks at.
pub const ACTIVE_MAX_COUNT: i64 = 1_000;
/// The share of calls that were answered in time is that of so many days.
const ANSWERED_DAYS: i64 = 1;
/// Calls are to be answered within so many seconds (NFPA 1225:2022).
pub const ANSWER_GOAL_SECONDS: i64 = ANSWER_GOALS_SECONDS[0];

/// How 112 stands.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The counts.
    pub board: Board,
    /// Names of the types of incidents without a unit, in their order.
    pub waiting: Vec<Waiting>,
    /// Share of the last day's answered calls that waited no longer than [`ANSWER_GOAL_SECONDS`], 0 to 1.
    pub answered_in_time: Option<f64>,
    /// Whether the region has units at all.
    pub has_units: bool,
}

/// An incident to which nobody is on the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The name of its type.
    pub kind: String,
    /// How urgent it is.
    pub priority: Priority,
    /// The village, else the district.
    pub place: String,
    /// When it came in.
    pub since: Timestamp,
}

/// Reads how 112 stands.
pub async fn standing(conn: &mut Conn, place: &Snapshot, now: Timestamp) -> Result<Standing> {
    let incidents = sql::incident::active(conn, ACTIVE_MAX_COUNT).await?;
    let out = sql::board::out_by_incident(conn).await?;
    let units = sql::unit::all(conn).await?;
    let types = sql::incident::types(conn).await?;
    let since = now.plus_micros(-ANSWERED_DAYS * DAY_MICROS);
    let goal = ANSWER_GOAL_SECONDS * SECOND_MICROS;
    let (answered, in_time) = sql::board::answered_within(conn, since, now, goal).await?;
    let board = Board::of(&incidents, &out, &units);
    let waiting = board.waiting.iter().map(|incident| Waiting {
        kind: type_name(&types, &incident.kind),
        priority: incident.priority,
        place: area_of(place, incident),
        since: incident.received,
    });
    #[expect(clippy::cast_precision_loss, reason = "calls of a day")]
    let answered_in_time = (answered > 0).then(|| in_time as f64 / answered as f64);
    Ok(Standing {
        waiting: waiting.collect(),
        answered_in_time,
        has_units: units.iter().any(|unit| !unit.drill),
        board,
    })
}

/// The village's name, else the district's: never the landmark, which may lead to a door.
pub fn area_of(place: &Snapshot, incident: &Incident) -> String {
    let (village, district) = areas_of(place, incident);
    let village = village.map(|village| village.name.clone());
    village.or_else(|| district.map(|district| format!("Kec. {}", district.name))).unwrap_or_default()
}

/// The village and the district that an incident is in, by what was said, else by its point.
fn areas_of<'p>(place: &'p Snapshot, incident: &Incident) -> (Option<&'p Village>, Option<&'p District>) {
    let site = &incident.site;
    let at_point = || site.point.and_then(|point| place.village_at(point)).map(|village| village.code);
    let village = site.village.or_else(at_point).and_then(|code| place.village(code));
    let district_at = || site.point.and_then(|point| place.district_at(point)).map(|district| district.code);
    let of_village = village.map(|village| village.district);
    let district = site.district.or(of_village).or_else(district_at).and_then(|code| place.district(code));
    (village, district)
}

/// Something on the wall's map.
#[derive(Debug, Clone, PartialEq)]
pub struct Spot {
    /// Where it is drawn: the middle of its village or district, or a unit's own position.
    pub point: Point,
    /// `incident` or `unit`.
    pub what: &'static str,
    /// The group of the incident's type, or the unit's kind: it tells the shape.
    pub group: String,
    /// What it is called.
    pub title: String,
    /// Whether it is trouble: an incident without a unit.
    pub is_trouble: bool,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

/// Active incidents at the middle of their villages. Several in one village stand beside each other.
pub async fn spots(conn: &mut Conn, place: &Snapshot) -> Result<Vec<Spot>> {
    let incidents = sql::incident::active(conn, ACTIVE_MAX_COUNT).await?;
    let out = sql::board::out_by_incident(conn).await?;
    spots_of(conn, place, &incidents, |incident| lacks_unit(incident, &out)).await
}

/// The same of incidents as they stood at another time.
pub async fn spots_of(
    conn: &mut Conn,
    place: &Snapshot,
    incidents: &[Incident],
    is_trouble: impl Fn(&Incident) -> bool,
) -> Result<Vec<Spot>> {
    let types = sql::incident::types(conn).await?;
    let mut beside: BTreeMap<(i32, i32), i32> = BTreeMap::new();
    let mut spots = Vec::new();
    for incident in incidents {
        let Some(middle) = middle_of(place, incident) else { continue };
        let taken = beside.entry((middle.lat_e7, middle.lon_e7)).or_default();
        let kind = types.iter().find(|kind| kind.code == incident.kind);
        spots.push(Spot {
            point: step_aside(middle, *taken),
            what: "incident",
            group: kind.map_or_else(String::new, |kind| kind.group.clone()),
            title: type_name(&types, &incident.kind),
            is_trouble: is_trouble(incident),
            drill: incident.drill,
        });
        *taken += 1;
    }
    Ok(spots)
}

/// The middle of the village, else of the district. A place that is neither is not drawn: its point may be a door.
fn middle_of(place: &Snapshot, incident: &Incident) -> Option<Point> {
    let (village, district) = areas_of(place, incident);
    village.and_then(|village| village.label).or_else(|| district.and_then(|district| district.label))
}

/// Those of one place stand around it, so that none hides another.
fn step_aside(middle: Point, taken: i32) -> Point {
    const STEP_E7: i32 = 90_000;
    const AROUND: [(i32, i32); 8] = [(0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, -1), (-1, 1)];
    if taken == 0 {
        return middle;
    }
    let turn = usize::try_from((taken - 1) % 8).unwrap_or_default();
    let ring = (taken - 1) / 8 + 1;
    let (lat, lon) = AROUND[turn];
    let moved = Point::from_e7(
        i64::from(middle.lat_e7) + i64::from(lat * ring * STEP_E7),
        i64::from(middle.lon_e7) + i64::from(lon * ring * STEP_E7),
    );
    moved.unwrap_or(middle)
}

/// A unit's position is drawn no finer than this, in 1e-7 degrees (about a kilometre): an ambulance stands at a door.
const UNIT_GRID_E7: i64 = 100_000;

/// Units about where they are, as long as their positions still say something.
pub async fn unit_spots(conn: &mut Conn, now: Timestamp) -> Result<Vec<Spot>> {
    let units = sql::unit::all(conn).await?;
    let drawn = units.into_iter().filter(|unit| !unit.drill).filter_map(|unit| {
        let position = unit.position.filter(|position| position.is_fresh(now))?;
        Some(Spot {
            point: coarse(position.point),
            what: "unit",
            group: unit.kind,
            title: unit.call_sign,
            is_trouble: false,
            drill: false,
        })
    });
    Ok(drawn.collect())
}

fn coarse(point: Point) -> Point {
    let cell = |e7: i32| i64::from(e7).div_euclid(UNIT_GRID_E7) * UNIT_GRID_E7 + UNIT_GRID_E7 / 2;
    Point::from_e7(cell(point.lat_e7), cell(point.lon_e7)).unwrap_or(point)
}
