//! Lists of reports: the public one, the inbox, the map, and those near a place. All page by a key, none by counting.

use std::ops::RangeInclusive;

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Args, Conn, Error, FromRow, Result, Row, Statement, Value, args};
use uuid::Uuid;

use crate::model::public::Group;
use crate::model::{Level, Status};

macro_rules! line {
    () => {
        "r.id, r.number, r.status, r.category, r.agency_id, r.district, r.village, r.body, r.reported_at, r.due_at,
        r.photo_count, r.level, r.version, r.officer_id, r.follower_count, r.is_secret,
        CASE WHEN r.photo_count > 0 THEN (SELECT p.digest FROM report_photo p WHERE p.region = r.region
            AND p.report_id = r.id AND p.purpose = 'before' ORDER BY p.ordinal LIMIT 1) END, r.is_public"
    };
}

/// The states that a filter lets through, five places; and the moment before which a deadline must lie.
macro_rules! public_where {
    () => {
        "r.region = $1 AND r.id < $2 AND r.is_public AND r.status IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        AND (CAST($13 AS BIGINT) IS NULL OR r.due_at < $13)"
    };
}

simpul_store::statements! {
    pub(crate) PUBLIC = concat!("SELECT ", line!(), " FROM report r WHERE ", public_where!(),
        " ORDER BY r.id DESC LIMIT $14");
    pub(crate) PUBLIC_DISTRICT = concat!("SELECT ", line!(), " FROM report r WHERE ", public_where!(),
        " AND r.district = $14 AND (CAST($15 AS TEXT) IS NULL OR r.category = $15) ORDER BY r.id DESC LIMIT $16");
    pub(crate) PUBLIC_CATEGORY = concat!("SELECT ", line!(), " FROM report r WHERE ", public_where!(),
        " AND r.category = $14 ORDER BY r.id DESC LIMIT $15");
    pub(crate) INBOX_DUE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.agency_id = $2
        AND r.due_at >= $3 AND r.due_at < $4 AND (r.due_at, r.id) > ($5, $6) AND (NOT r.is_secret OR $7)
        ORDER BY r.due_at, r.id LIMIT $8");
    pub(crate) INBOX_DUE_ALL = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.due_at >= $2 AND r.due_at < $3 AND (r.due_at, r.id) > ($4, $5) AND (NOT r.is_secret OR $6)
        ORDER BY r.due_at, r.id LIMIT $7");
    pub(crate) INBOX_DUE_NOBODY = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.agency_id IS NULL AND r.due_at IS NOT NULL AND (r.due_at, r.id) > ($2, $3) AND (NOT r.is_secret OR $4)
        ORDER BY r.due_at, r.id LIMIT $5");
    pub(crate) INBOX_STATUS = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.agency_id = $2
        AND r.status = $3 AND r.id < $4 AND (NOT r.is_secret OR $5) ORDER BY r.id DESC LIMIT $6");
    pub(crate) INBOX_STATUS_ALL = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.status = $2
        AND r.id < $3 AND (NOT r.is_secret OR $4) ORDER BY r.id DESC LIMIT $5");
    pub(crate) COUNT_DUE = "SELECT COUNT(*) FROM (SELECT 1 FROM report WHERE region = $1 AND agency_id = $2
        AND due_at >= $3 AND due_at < $4 AND (NOT is_secret OR $5) LIMIT $6) AS few";
    pub(crate) COUNT_DUE_ALL = "SELECT COUNT(*) FROM (SELECT 1 FROM report WHERE region = $1 AND due_at >= $2
        AND due_at < $3 AND (NOT is_secret OR $4) LIMIT $5) AS few";
    /// What nobody has been given yet, by the order in which it came in.
    pub(crate) WAITING = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.status IN ('new', 'verified') AND r.is_public ORDER BY r.id LIMIT $2");
    /// Late work that has gone up to a level of the ladder, longest overdue first.
    pub(crate) ESCALATED = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.due_at < $2
        AND r.due_at IS NOT NULL AND r.is_open AND r.level >= $3 AND r.is_public ORDER BY r.due_at, r.id LIMIT $4");
    pub(crate) ONE_LINE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.id = $2");
    pub(crate) MAP = concat!("SELECT r.number, r.lat_e7, r.lon_e7, r.status, r.category, r.due_at FROM report r
        WHERE ", public_where!(), " AND r.cell IS NOT NULL ORDER BY r.id DESC LIMIT $14");
    pub(crate) MAP_DISTRICT = concat!("SELECT r.number, r.lat_e7, r.lon_e7, r.status, r.category, r.due_at
        FROM report r WHERE ", public_where!(), " AND r.cell IS NOT NULL AND r.district = $14
        AND (CAST($15 AS TEXT) IS NULL OR r.category = $15) ORDER BY r.id DESC LIMIT $16");
    pub(crate) MAP_CATEGORY = concat!("SELECT r.number, r.lat_e7, r.lon_e7, r.status, r.category, r.due_at
        FROM report r WHERE ", public_where!(), " AND r.cell IS NOT NULL AND r.category = $14
        ORDER BY r.id DESC LIMIT $15");
    pub(crate) NEAR = concat!("SELECT ", line!(), ", r.lat_e7, r.lon_e7 FROM report r WHERE r.region = $1
        AND r.cell BETWEEN $2 AND $3 AND r.is_public AND r.cell IS NOT NULL AND r.category = $4 AND r.is_open
        LIMIT $5");
}

/// A report as one line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Id.
    pub id: Uuid,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// Code of its category.
    pub category: String,
    /// In whose inbox.
    pub agency: Option<Uuid>,
    /// District.
    pub district: Option<i64>,
    /// Village.
    pub village: Option<i64>,
    /// What the citizen wrote, unmasked.
    pub body: String,
    /// When it came in.
    pub reported: Timestamp,
    /// The moment that counts now.
    pub due: Option<Timestamp>,
    /// The reporter's photos.
    pub photos: i64,
    /// How far up it has gone.
    pub level: Level,
    /// Its version.
    pub version: i64,
    /// Who has it in hand.
    pub officer: Option<Uuid>,
    /// How many others said "the same here".
    pub followers: i64,
    /// Only the agency sees it.
    pub secret: bool,
    /// The first photo.
    pub photo: Option<[u8; 32]>,
    /// Whether anybody may see it.
    pub public: bool,
}

impl Line {
    /// Whether its moment has passed.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| due < now)
    }
}

impl FromRow for Line {
    fn from_row(row: &Row) -> Result<Line> {
        let status: String = row.at(2)?;
        Ok(Line {
            id: row.at(0)?,
            number: row.at(1)?,
            status: Status::parse(&status).ok_or_else(|| Error::Broken(format!("status {status:?}")))?,
            category: row.at(3)?,
            agency: row.at(4)?,
            district: row.at(5)?,
            village: row.at(6)?,
            body: row.at(7)?,
            reported: row.at(8)?,
            due: row.at(9)?,
            photos: row.at(10)?,
            level: Level::of(row.at(11)?),
            version: row.at(12)?,
            officer: row.at(13)?,
            followers: row.at(14)?,
            secret: row.at(15)?,
            photo: row.at::<Option<Vec<u8>>>(16)?.and_then(|bytes| bytes.try_into().ok()),
            public: row.at(17)?,
        })
    }
}

/// What the public list is asked for.
#[derive(Debug, Clone, Default)]
pub struct PublicFilter {
    /// One group of states; none means all.
    pub group: Option<Group>,
    /// Only what somebody still owes work on, where no group is named.
    pub open: bool,
    /// One category.
    pub category: Option<String>,
    /// One district.
    pub district: Option<i64>,
    /// Only reports with a smaller id: the page after that one.
    pub before: Option<Uuid>,
}

/// The statement that a filter wants, of those for everything, for a district and for a category; and its values.
fn filtered(
    filter: &PublicFilter,
    now: Timestamp,
    limit: i64,
    [all, district, category]: [&'static Statement; 3],
) -> (&'static Statement, Args) {
    let statuses: Vec<Status> = match filter.group {
        Some(group) => group.statuses().to_vec(),
        None if filter.open => Status::ALL.into_iter().filter(|status| status.is_open()).collect(),
        None => Status::ALL.into_iter().filter(|status| *status != Status::Merged).collect(),
    };
    let fill = statuses[0];
    let late_before = (filter.group == Some(Group::Late)).then_some(now);
    let mut args = args![filter.before.unwrap_or(Uuid::max())];
    args.0.extend((0..10).map(|at| Value::from(statuses.get(at).copied().unwrap_or(fill).name())));
    args.0.push(Value::from(late_before));
    let (statement, more) = match (filter.district, &filter.category) {
        (Some(code), wanted) => (district, args![code, wanted.clone(), limit]),
        (None, Some(code)) => (category, args![code.as_str(), limit]),
        (None, None) => (all, args![limit]),
    };
    args.0.extend(more.0);
    (statement, args)
}

/// A page of the public list, newest first.
pub async fn public_page(conn: &mut Conn, filter: &PublicFilter, now: Timestamp, limit: i64) -> Result<Vec<Line>> {
    let (statement, args) = filtered(filter, now, limit, [&PUBLIC, &PUBLIC_DISTRICT, &PUBLIC_CATEGORY]);
    conn.all(statement, args).await
}

/// Whose work an inbox shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One agency's.
    Agency {
        /// Which one.
        agency: Uuid,
        /// Whether secret reports are shown: to its own officers.
        secrets: bool,
    },
    /// Everybody's; secret ones only where `secrets`.
    All {
        /// Whether secret reports are shown.
        secrets: bool,
    },
    /// That of no agency yet: the coordinator's own.
    Nobody {
        /// Whether secret reports are shown.
        secrets: bool,
    },
}

/// Work whose moment lies from `from` to before `to`, after the key of the page before; least time left first.
pub async fn inbox_due(
    conn: &mut Conn,
    whose: Whose,
    (from, to): (Timestamp, Timestamp),
    after: Option<(Timestamp, Uuid)>,
    limit: i64,
) -> Result<Vec<Line>> {
    let (at, id) = after.unwrap_or((Timestamp(i64::MIN), Uuid::nil()));
    match whose {
        Whose::Agency { agency, secrets } => {
            conn.all(&INBOX_DUE, args![agency, from, to, at, id, secrets, limit]).await
        }
        Whose::All { secrets } => conn.all(&INBOX_DUE_ALL, args![from, to, at, id, secrets, limit]).await,
        Whose::Nobody { secrets } => conn.all(&INBOX_DUE_NOBODY, args![at, id, secrets, limit]).await,
    }
}

/// Reports of one state, newest first.
pub async fn inbox_status(
    conn: &mut Conn,
    whose: Whose,
    status: Status,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Line>> {
    let before = before.unwrap_or(Uuid::max());
    match whose {
        Whose::Agency { agency, secrets } => {
            conn.all(&INBOX_STATUS, args![agency, status.name(), before, secrets, limit]).await
        }
        Whose::All { secrets } | Whose::Nobody { secrets } => {
            conn.all(&INBOX_STATUS_ALL, args![status.name(), before, secrets, limit]).await
        }
    }
}

/// How much work has its moment from `from` to before `to`; not counted beyond `most`.
pub async fn count_due(conn: &mut Conn, whose: Whose, (from, to): (Timestamp, Timestamp), most: i64) -> Result<i64> {
    let (count,): (i64,) = match whose {
        Whose::Agency { agency, secrets } => conn.one(&COUNT_DUE, args![agency, from, to, secrets, most]).await?,
        Whose::All { secrets } | Whose::Nobody { secrets } => {
            conn.one(&COUNT_DUE_ALL, args![from, to, secrets, most]).await?
        }
    };
    Ok(count)
}

/// Public reports that nobody has been given yet, oldest first.
pub async fn waiting(conn: &mut Conn, limit: i64) -> Result<Vec<Line>> {
    conn.all(&WAITING, args![limit]).await
}

/// Late public reports that have gone up to that level or further, longest overdue first.
pub async fn escalated(conn: &mut Conn, level: Level, now: Timestamp, limit: i64) -> Result<Vec<Line>> {
    conn.all(&ESCALATED, args![now, level.number(), limit]).await
}

/// One report as a line.
pub async fn line(conn: &mut Conn, id: Uuid) -> Result<Option<Line>> {
    conn.opt(&ONE_LINE, args![id]).await
}

/// A report on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapPoint {
    /// Number.
    pub number: String,
    /// Where.
    pub point: Point,
    /// Its state.
    pub status: Status,
    /// Code of its category.
    pub category: String,
    /// The moment that counts now.
    pub due: Option<Timestamp>,
}

impl FromRow for MapPoint {
    fn from_row(row: &Row) -> Result<MapPoint> {
        let status: String = row.at(3)?;
        Ok(MapPoint {
            number: row.at(0)?,
            point: point(row, 1)?,
            status: Status::parse(&status).ok_or_else(|| Error::Broken(format!("status {status:?}")))?,
            category: row.at(4)?,
            due: row.at(5)?,
        })
    }
}

fn point(row: &Row, at: usize) -> Result<Point> {
    let (lat, lon): (i32, i32) = (row.at(at)?, row.at(at + 1)?);
    Point::from_e7(i64::from(lat), i64::from(lon)).map_err(|error| Error::Broken(format!("point: {error}")))
}

/// The newest public reports that have a point.
pub async fn map_points(conn: &mut Conn, filter: &PublicFilter, now: Timestamp, limit: i64) -> Result<Vec<MapPoint>> {
    let (statement, args) = filtered(filter, now, limit, [&MAP, &MAP_DISTRICT, &MAP_CATEGORY]);
    conn.all(statement, args).await
}

/// A report near a place, with its own.
#[derive(Debug, Clone, PartialEq)]
pub struct NearLine {
    /// The report.
    pub line: Line,
    /// Where it is.
    pub point: Point,
}

impl FromRow for NearLine {
    fn from_row(row: &Row) -> Result<NearLine> {
        Ok(NearLine { line: Line::from_row(row)?, point: point(row, 18)? })
    }
}

/// Open public reports of a category in these ranges of cells.
pub async fn near(
    conn: &mut Conn,
    ranges: &[RangeInclusive<i64>],
    category: &str,
    limit: i64,
) -> Result<Vec<NearLine>> {
    let mut found = Vec::new();
    for range in ranges {
        found.extend(conn.all::<NearLine>(&NEAR, args![*range.start(), *range.end(), category, limit]).await?);
    }
    Ok(found)
}
