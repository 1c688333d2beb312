//! Lists of reports: the public one, the inbox, the map, and those near a place. All page by a key, none by counting.

use std::ops::RangeInclusive;

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, Error, FromRow, Result, Row, Statement, Value, args};
use uuid::Uuid;

use super::disposition::in_hand;
use crate::model::public::Group;
use crate::model::{Level, Status, silence};

/// Secret since its reporter wished so, and not since it complains of an official. Written as an equality, by which an
/// index of the few that no agency has can begin.
macro_rules! wish {
    () => {
        "(r.is_secret = TRUE AND NOT EXISTS (SELECT 1 FROM category k WHERE k.region = r.region AND k.code = r.category
            AND k.is_secret))"
    };
}

pub(crate) use wish;

macro_rules! line {
    () => {
        concat!(
            "r.id, r.number, r.status, r.category, r.agency_id, r.district, r.village, r.body, r.reported_at, r.due_at,
        r.photo_count, r.level, r.version, r.officer_id, r.follower_count, r.is_secret,
        CASE WHEN r.photo_count > 0 THEN (SELECT p.digest FROM report_photo p WHERE p.region = r.region
            AND p.report_id = r.id AND p.purpose = 'before' ORDER BY p.ordinal LIMIT 1) END, r.is_public,
            r.updated_at, ",
            $crate::sql::lists::wish!()
        )
    };
}

pub(crate) use line as line_columns;

macro_rules! dot {
    () => {
        "r.number, r.lat_e7, r.lon_e7, r.status, r.category, r.due_at, r.id, r.updated_at"
    };
}

/// One list in the four ways in which an index leads to it: everything, a district, a state, a category; and the fifth,
/// by the moment that counts; a category in a district; and what is silent, by the last step. `$2` is the key of the
/// page before. A village lies in its district, whose index leads to it.
macro_rules! everything {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.id < $2 AND r.id >= $4 AND r.is_public
            AND r.status <> 'merged'",
            $more,
            " ORDER BY r.id DESC LIMIT $3"
        )
    };
}

macro_rules! of_district {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.id < $2 AND r.is_public
            AND r.status <> 'merged' AND r.district = $4 AND (CAST($5 AS BIGINT) IS NULL OR r.village = $5)
            AND r.id >= $6",
            $more,
            " ORDER BY r.id DESC LIMIT $3"
        )
    };
}

macro_rules! of_status {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.id < $2 AND r.is_public AND r.status = $4
            AND (CAST($5 AS BIGINT) IS NULL OR r.district = $5) AND (CAST($6 AS BIGINT) IS NULL OR r.village = $6)
            AND r.id >= $7",
            $more,
            " ORDER BY r.id DESC LIMIT $3"
        )
    };
}

macro_rules! of_category {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.id < $2 AND r.is_public
            AND r.category = $4 AND (CAST($5 AS BIGINT) IS NULL OR r.district = $5)
            AND r.status IN ($6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            AND (CAST($16 AS BIGINT) IS NULL OR r.village = $16) AND r.id >= $17",
            $more,
            " ORDER BY r.id DESC LIMIT $3"
        )
    };
}

/// A category in a district: an index of its own, which holds the state too.
macro_rules! of_corner {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.category = $4 AND r.district = $5 AND r.id < $2 AND r.is_public
            AND r.status IN ($6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            AND (CAST($16 AS BIGINT) IS NULL OR r.village = $16) AND r.id >= $17",
            $more,
            " ORDER BY r.id DESC LIMIT $3"
        )
    };
}

/// The same by the moment that counts: few enough are open in one corner to be put in order when they are asked for.
macro_rules! corner_by_due {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.category = $7 AND r.district = $6 AND r.is_public
            AND r.status IN ('new', 'verified', 'assigned', 'in_progress', 'planned', 'resolved')
            AND r.due_at + 0 < $4 AND (r.due_at + 0 > $5 OR (r.due_at + 0 = $5 AND r.id > $2))
            AND (CAST($8 AS BIGINT) IS NULL OR r.village = $8) AND r.id >= $9 AND r.id < $10",
            $more,
            " ORDER BY r.due_at + 0, r.id LIMIT $3"
        )
    };
}

macro_rules! by_due {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.due_at < $4 AND r.due_at IS NOT NULL
            AND (r.due_at, r.id) > ($5, $2) AND r.is_public AND (CAST($6 AS BIGINT) IS NULL OR r.district = $6)
            AND (CAST($7 AS TEXT) IS NULL OR r.category = $7) AND (CAST($8 AS BIGINT) IS NULL OR r.village = $8)
            AND r.id >= $9 AND r.id < $10",
            $more,
            " ORDER BY r.due_at, r.id LIMIT $3"
        )
    };
}

/// Open work whose last step lies before `$4`, the longest silent first.
macro_rules! silent {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.is_open AND r.updated_at < $4 AND (r.updated_at, r.id) > ($5, $2)
            AND r.is_public AND r.status <> 'planned' AND r.paused_until IS NULL
            AND (CAST($6 AS BIGINT) IS NULL OR r.district = $6) AND (CAST($7 AS TEXT) IS NULL OR r.category = $7)
            AND (CAST($8 AS BIGINT) IS NULL OR r.village = $8) AND r.id >= $9 AND r.id < $10",
            $more,
            " ORDER BY r.updated_at, r.id LIMIT $3"
        )
    };
}

/// The same of a category in a district: few enough are open in one corner to be put in order when they are asked for.
macro_rules! corner_silent {
    ($columns:expr, $more:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM report r WHERE r.region = $1 AND r.category = $7 AND r.district = $6 AND r.is_public AND r.is_open
            AND r.status IN ('new', 'verified', 'assigned', 'in_progress') AND r.paused_until IS NULL
            AND r.updated_at + 0 < $4 AND (r.updated_at + 0 > $5 OR (r.updated_at + 0 = $5 AND r.id > $2))
            AND (CAST($8 AS BIGINT) IS NULL OR r.village = $8) AND r.id >= $9 AND r.id < $10",
            $more,
            " ORDER BY r.updated_at + 0, r.id LIMIT $3"
        )
    };
}

simpul_store::statements! {
    pub(crate) PUBLIC = everything!(line!(), "");
    pub(crate) PUBLIC_DISTRICT = of_district!(line!(), "");
    pub(crate) PUBLIC_STATUS = of_status!(line!(), "");
    pub(crate) PUBLIC_CATEGORY = of_category!(line!(), "");
    pub(crate) PUBLIC_DUE = by_due!(line!(), "");
    pub(crate) PUBLIC_CORNER = of_corner!(line!(), "");
    pub(crate) PUBLIC_CORNER_DUE = corner_by_due!(line!(), "");
    pub(crate) PUBLIC_SILENT = silent!(line!(), "");
    pub(crate) PUBLIC_CORNER_SILENT = corner_silent!(line!(), "");
    pub(crate) MAP = everything!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_DISTRICT = of_district!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_STATUS = of_status!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_CATEGORY = of_category!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_DUE = by_due!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_CORNER = of_corner!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_CORNER_DUE = corner_by_due!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_SILENT = silent!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) MAP_CORNER_SILENT = corner_silent!(dot!(), " AND r.cell IS NOT NULL");
    pub(crate) INBOX_DUE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.agency_id = $2
        AND r.due_at >= $3 AND r.due_at < $4 AND (r.due_at, r.id) > ($5, $6) AND (NOT r.is_secret OR $7)
        ORDER BY r.due_at, r.id LIMIT $8");
    pub(crate) INBOX_DUE_ALL = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.due_at >= $2 AND r.due_at < $3 AND (r.due_at, r.id) > ($4, $5) AND (NOT r.is_secret OR $6)
        ORDER BY r.due_at, r.id LIMIT $7");
    pub(crate) INBOX_DUE_NOBODY = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.agency_id IS NULL AND r.due_at IS NOT NULL AND (r.due_at, r.id) > ($2, $3) AND (NOT r.is_secret OR $4)
        ORDER BY r.due_at, r.id LIMIT $5");
    /// Of what no agency has, what only its reporter's wish hides: whoever assigns must find it. They are few: the sum
    /// keeps the plan from the index that holds the order, and with it all that no agency has.
    pub(crate) INBOX_DUE_WISHES = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.agency_id IS NULL AND r.due_at + 0 >= $2 AND r.due_at + 0 < $3
        AND (r.due_at + 0 > $4 OR (r.due_at + 0 = $4 AND r.id > $5)) AND ", wish!(), "
        ORDER BY r.due_at + 0, r.id LIMIT $6");
    pub(crate) INBOX_STATUS_WISHES = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.id IN (SELECT w.id FROM report w WHERE w.region = $1 AND w.agency_id IS NULL AND w.is_secret = TRUE)
        AND r.status = $2 AND r.id < $3 AND ", wish!(), " ORDER BY r.id DESC LIMIT $4");
    pub(crate) COUNT_DUE_WISHES = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM report r WHERE r.region = $1
        AND r.agency_id IS NULL AND r.due_at >= $2 AND r.due_at < $3 AND ", wish!(), " LIMIT $4) AS few");
    pub(crate) INBOX_STATUS = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.agency_id = $2
        AND r.status = $3 AND r.id < $4 AND (NOT r.is_secret OR $5) ORDER BY r.id DESC LIMIT $6");
    pub(crate) INBOX_STATUS_ALL = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.status = $2
        AND r.id < $3 AND (NOT r.is_secret OR $4) ORDER BY r.id DESC LIMIT $5");
    /// An officer's own: what was given to the officer by name, and what a step of is in the officer's hand.
    pub(crate) INBOX_DUE_MINE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.id IN (SELECT o.id FROM report o WHERE o.region = $1 AND o.officer_id = $2 AND o.due_at >= $3
            AND o.due_at < $4 UNION SELECT d.report_id ", in_hand!(), ")
        AND r.due_at >= $3 AND r.due_at < $4 AND (r.due_at, r.id) > ($5, $6) AND ($7 OR r.agency_id = $8)
        AND (NOT r.is_secret OR $9) ORDER BY r.due_at, r.id LIMIT $10");
    pub(crate) INBOX_STATUS_MINE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.id IN (SELECT few.id FROM (SELECT o.id FROM report o WHERE o.region = $1 AND o.officer_id = $2
            AND o.status = $3 AND o.id < $4 AND ($5 OR o.agency_id = $6) AND (NOT o.is_secret OR $7)
            ORDER BY o.id DESC LIMIT $8) AS few UNION SELECT d.report_id ", in_hand!(), ")
        AND r.status = $3 AND r.id < $4 AND ($5 OR r.agency_id = $6) AND (NOT r.is_secret OR $7)
        ORDER BY r.id DESC LIMIT $8");
    /// What waits for somebody outside the agency.
    pub(crate) PAUSED = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.paused_until IS NOT NULL AND r.id < $2 AND ($3 OR r.agency_id = $4) AND (NOT r.is_secret OR $5)
        AND ($6 OR r.officer_id = $7 OR EXISTS (SELECT 1 FROM report_disposition d WHERE d.region = r.region
            AND d.report_id = r.id AND d.to_officer = $7 AND d.done_at IS NULL AND d.agency_id = r.agency_id))
        ORDER BY r.id DESC LIMIT $8");
    pub(crate) COUNT_DUE_MINE = concat!("SELECT COUNT(*) FROM (SELECT 1 FROM report m WHERE m.region = $1
        AND m.id IN (SELECT o.id FROM report o WHERE o.region = $1 AND o.officer_id = $2 AND o.due_at >= $3
            AND o.due_at < $4 UNION SELECT d.report_id ", in_hand!(), ")
        AND m.due_at >= $3 AND m.due_at < $4 AND ($5 OR m.agency_id = $6) AND (NOT m.is_secret OR $7) LIMIT $8)
        AS few");
    pub(crate) COUNT_DUE = "SELECT COUNT(*) FROM (SELECT 1 FROM report WHERE region = $1 AND agency_id = $2
        AND due_at >= $3 AND due_at < $4 AND (NOT is_secret OR $5) LIMIT $6) AS few";
    pub(crate) COUNT_DUE_ALL = "SELECT COUNT(*) FROM (SELECT 1 FROM report WHERE region = $1 AND due_at >= $2
        AND due_at < $3 AND (NOT is_secret OR $4) LIMIT $5) AS few";
    /// What nobody has been given yet, in one of the two states, by the order in which it came in.
    pub(crate) WAITING = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1
        AND r.status = $3 AND r.is_public ORDER BY r.id LIMIT $2");
    /// Late work that has gone up to a level of the ladder, longest overdue first.
    pub(crate) ESCALATED = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.due_at < $2
        AND r.due_at IS NOT NULL AND r.is_open AND r.level >= $3 AND r.is_public ORDER BY r.due_at, r.id LIMIT $4");
    pub(crate) ONE_LINE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.id = $2");
    /// What is open of a kind in a village, newest first.
    pub(crate) IN_VILLAGE = concat!("SELECT ", line!(), " FROM report r WHERE r.region = $1 AND r.category = $2
        AND r.district = $3 AND r.village = $4 AND r.id >= $5 AND r.is_public AND r.is_open
        ORDER BY r.id DESC LIMIT $6");
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
    /// When it last changed.
    pub updated: Timestamp,
    /// Secret since its reporter wished so, and not since it complains of an official.
    pub wish: bool,
}

impl Line {
    /// Whether nothing has happened to it for eight weeks although work is owed.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        silence::is_silent(self.status, self.is_paused(), self.updated, now)
    }

    /// Whether its deadlines stand still: work that is owed has a moment that counts unless it is paused.
    pub fn is_paused(&self) -> bool {
        let working = matches!(self.status, Status::New | Status::Verified | Status::Assigned | Status::InProgress);
        working && self.due.is_none()
    }

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
            updated: row.at(18)?,
            wish: row.at(19)?,
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
    /// One village, with its district.
    pub village: Option<i64>,
    /// Only what came in from the first to before the second of these.
    pub ids: Option<(Uuid, Uuid)>,
    /// Only reports with a smaller id: the page after that one.
    pub before: Option<Uuid>,
    /// The same where the moment that counts gives the order.
    pub after: Option<(Timestamp, Uuid)>,
}

impl PublicFilter {
    /// Whether the list goes by a moment and not by when reports came in.
    pub fn by_moment(&self) -> bool {
        matches!(self.group, Some(Group::Late | Group::Unknown)) || (self.open && self.group.is_none())
    }

    /// The moment by which such a list goes.
    pub fn moment(&self, line: &Line) -> Option<Timestamp> {
        if self.group == Some(Group::Unknown) { Some(line.updated) } else { line.due }
    }
}

/// The statements of one list.
struct List {
    everything: &'static Statement,
    district: &'static Statement,
    status: &'static Statement,
    category: &'static Statement,
    due: &'static Statement,
    corner: &'static Statement,
    corner_due: &'static Statement,
    silent: &'static Statement,
    corner_silent: &'static Statement,
}

const LINES: List = List {
    everything: &PUBLIC,
    district: &PUBLIC_DISTRICT,
    status: &PUBLIC_STATUS,
    category: &PUBLIC_CATEGORY,
    due: &PUBLIC_DUE,
    corner: &PUBLIC_CORNER,
    corner_due: &PUBLIC_CORNER_DUE,
    silent: &PUBLIC_SILENT,
    corner_silent: &PUBLIC_CORNER_SILENT,
};

const POINTS: List = List {
    everything: &MAP,
    district: &MAP_DISTRICT,
    status: &MAP_STATUS,
    category: &MAP_CATEGORY,
    due: &MAP_DUE,
    corner: &MAP_CORNER,
    corner_due: &MAP_CORNER_DUE,
    silent: &MAP_SILENT,
    corner_silent: &MAP_CORNER_SILENT,
};

/// Reads a filtered list by the index that fits it: whatever is asked, only a few rows beside those shown are read.
/// `id` tells a row's id, by which what several statements found is put in order.
async fn listed<T: FromRow>(
    conn: &mut Conn,
    list: List,
    filter: &PublicFilter,
    (now, limit): (Timestamp, i64),
    id: impl Fn(&T) -> Uuid,
) -> Result<Vec<T>> {
    let (from, to) = filter.ids.unwrap_or((Uuid::nil(), Uuid::max()));
    let before = filter.before.unwrap_or(Uuid::max()).min(to);
    let (district, village) = (filter.district, filter.village);
    if filter.by_moment() {
        let (due, after) = filter.after.unwrap_or((Timestamp(i64::MIN), Uuid::nil()));
        let is_corner = district.is_some() && filter.category.is_some();
        let (until, statement) = match filter.group {
            Some(Group::Unknown) => {
                (silence::silent_before(now), if is_corner { list.corner_silent } else { list.silent })
            }
            Some(_) => (now, if is_corner { list.corner_due } else { list.due }),
            None => (Timestamp(i64::MAX), if is_corner { list.corner_due } else { list.due }),
        };
        let args = args![after, limit, until, due, district, filter.category.clone(), village, from, to];
        return conn.all(statement, args).await;
    }
    if let Some(category) = &filter.category {
        let mut args = args![before, limit, category.as_str(), district];
        args.0.extend(ten_states(filter.group));
        args.0.extend([Value::from(village), Value::from(from)]);
        return conn.all(if district.is_some() { list.corner } else { list.category }, args).await;
    }
    let Some(group) = filter.group else {
        return match district {
            Some(district) => conn.all(list.district, args![before, limit, district, village, from]).await,
            None => conn.all(list.everything, args![before, limit, from]).await,
        };
    };
    let mut found = Vec::new();
    for status in group.statuses() {
        let args = args![before, limit, status.name(), district, village, from];
        found.extend(conn.all::<T>(list.status, args).await?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(id(row)));
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found)
}

/// The names of a group's states, or of all but merged, filling ten places.
fn ten_states(group: Option<Group>) -> impl Iterator<Item = Value> {
    let states: Vec<Status> = match group {
        Some(group) => group.statuses().to_vec(),
        None => Status::ALL.into_iter().filter(|status| *status != Status::Merged).collect(),
    };
    (0..10).map(move |at| Value::from(states.get(at).unwrap_or(&states[0]).name()))
}

/// A page of the public list, newest first; late work by the moment that has been past for longest.
pub async fn public_page(conn: &mut Conn, filter: &PublicFilter, now: Timestamp, limit: i64) -> Result<Vec<Line>> {
    listed(conn, LINES, filter, (now, limit), |line: &Line| line.id).await
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
    /// What one officer has in hand.
    Mine {
        /// Who.
        officer: Uuid,
        /// In which agency; `None` in all.
        agency: Option<Uuid>,
        /// Whether secret reports are shown.
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
    /// What no agency has and its reporter wished to be secret: the coordinator's until an agency has it.
    Wishes,
}

/// Whether every agency is meant, and else which one.
fn in_agency(agency: Option<Uuid>) -> (bool, Uuid) {
    (agency.is_none(), agency.unwrap_or_default())
}

impl Whose {
    /// Whether every agency is meant, else which one; and whether secret reports are shown.
    pub fn agency(self) -> (bool, Uuid, bool) {
        let (agency, secrets) = match self {
            // No agency has any of it.
            Whose::Wishes => (Some(Uuid::nil()), false),
            Whose::Agency { agency, secrets } => (Some(agency), secrets),
            Whose::Mine { agency, secrets, .. } => (agency, secrets),
            Whose::All { secrets } | Whose::Nobody { secrets } => (None, secrets),
        };
        let (all, agency) = in_agency(agency);
        (all, agency, secrets)
    }
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
        Whose::Mine { officer, agency, secrets } => {
            let (all, agency) = in_agency(agency);
            conn.all(&INBOX_DUE_MINE, args![officer, from, to, at, id, all, agency, secrets, limit]).await
        }
        Whose::All { secrets } => conn.all(&INBOX_DUE_ALL, args![from, to, at, id, secrets, limit]).await,
        Whose::Nobody { secrets } => conn.all(&INBOX_DUE_NOBODY, args![at, id, secrets, limit]).await,
        Whose::Wishes => conn.all(&INBOX_DUE_WISHES, args![from, to, at, id, limit]).await,
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
        Whose::Mine { officer, agency, secrets } => {
            let (all, agency) = in_agency(agency);
            conn.all(&INBOX_STATUS_MINE, args![officer, status.name(), before, all, agency, secrets, limit]).await
        }
        Whose::All { secrets } | Whose::Nobody { secrets } => {
            conn.all(&INBOX_STATUS_ALL, args![status.name(), before, secrets, limit]).await
        }
        Whose::Wishes => conn.all(&INBOX_STATUS_WISHES, args![status.name(), before, limit]).await,
    }
}

/// Paused reports, newest first.
pub async fn paused(conn: &mut Conn, whose: Whose, before: Option<Uuid>, limit: i64) -> Result<Vec<Line>> {
    let before = before.unwrap_or(Uuid::max());
    let (all, agency, secrets) = whose.agency();
    let officer = if let Whose::Mine { officer, .. } = whose { Some(officer) } else { None };
    let args = args![before, all, agency, secrets, officer.is_none(), officer.unwrap_or_default(), limit];
    conn.all(&PAUSED, args).await
}

/// How much work has its moment from `from` to before `to`; not counted beyond `most`.
pub async fn count_due(conn: &mut Conn, whose: Whose, (from, to): (Timestamp, Timestamp), most: i64) -> Result<i64> {
    let (count,): (i64,) = match whose {
        Whose::Agency { agency, secrets } => conn.one(&COUNT_DUE, args![agency, from, to, secrets, most]).await?,
        Whose::Mine { officer, agency, secrets } => {
            let (all, agency) = in_agency(agency);
            conn.one(&COUNT_DUE_MINE, args![officer, from, to, all, agency, secrets, most]).await?
        }
        Whose::All { secrets } | Whose::Nobody { secrets } => {
            conn.one(&COUNT_DUE_ALL, args![from, to, secrets, most]).await?
        }
        Whose::Wishes => conn.one(&COUNT_DUE_WISHES, args![from, to, most]).await?,
    };
    Ok(count)
}

/// Public reports that nobody has been given yet, oldest first.
pub async fn waiting(conn: &mut Conn, limit: i64) -> Result<Vec<Line>> {
    let mut waiting: Vec<Line> = conn.all(&WAITING, args![limit, Status::New.name()]).await?;
    waiting.extend(conn.all::<Line>(&WAITING, args![limit, Status::Verified.name()]).await?);
    waiting.sort_by_key(|line| line.id);
    waiting.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(waiting)
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
    /// Id.
    pub id: Uuid,
    /// When it last changed.
    pub updated: Timestamp,
}

impl MapPoint {
    /// Whether nothing has happened to it for eight weeks although work is owed.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        silence::is_silent(self.status, self.due.is_none(), self.updated, now)
    }
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
            id: row.at(6)?,
            updated: row.at(7)?,
        })
    }
}

fn point(row: &Row, at: usize) -> Result<Point> {
    let (lat, lon): (i32, i32) = (row.at(at)?, row.at(at + 1)?);
    Point::from_e7(i64::from(lat), i64::from(lon)).map_err(|error| Error::Broken(format!("point: {error}")))
}

/// Public reports that have a point: the newest, or those with the least time left.
pub async fn map_points(conn: &mut Conn, filter: &PublicFilter, now: Timestamp, limit: i64) -> Result<Vec<MapPoint>> {
    listed(conn, POINTS, filter, (now, limit), |point: &MapPoint| point.id).await
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
        Ok(NearLine { line: Line::from_row(row)?, point: point(row, 20)? })
    }
}

/// Open public reports of a category in a village of a district that came in since the moment of the id `since`.
pub async fn in_village(
    conn: &mut Conn,
    category: &str,
    (district, village): (i64, i64),
    since: Uuid,
    most: i64,
) -> Result<Vec<Line>> {
    conn.all(&IN_VILLAGE, args![category, district, village, since, most]).await
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
