//! The list that a [`Filter`] asks for: its rows, their count, and what the figures need of them.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_store::{Args, Conn, Error, FromRow, Result, Row, Value, args};
use uuid::Uuid;

use crate::model::filter::{Of, Reached, SEARCH_WORDS_MAX_COUNT, Sort};
use crate::model::measure::Fact;
use crate::model::silence::silent_before;
use crate::model::{Class, Filter, Level, Sight, Source, Status, id_floor};

use super::parts::Contact;

/// Most agencies of one officer that a list is drawn from.
const AGENCIES_MAX_COUNT: usize = 6;
/// Words of a citizen's text are sought in so many of the newest reports of the span.
pub const SEARCH_REPORTS_MAX_COUNT: i64 = 20_000;
/// Facts that are read at a time.
const FACTS_BLOCK_COUNT: usize = 5_000;

/// What every list of a filter has in common. `$state` leads to the index by state, or leaves the one by id.
macro_rules! chosen {
    ($state:expr) => {
        concat!(
            "r.region = $1 AND r.id > $2 AND r.id < $3 AND ",
            $state,
            " AND (NOT $5 OR (r.due_at IS NOT NULL AND r.due_at < $6))
            AND (NOT $7 OR (r.is_open AND r.status <> 'planned' AND r.paused_until IS NULL
                AND r.updated_at < $8))
            AND (NOT $9 OR r.agency_id IN ($10, $11, $12, $13, $14, $15)) AND (NOT $16 OR r.agency_id IS NULL)
            AND (CAST($17 AS UUID) IS NULL OR r.officer_id = $17) AND (NOT $18 OR r.officer_id IS NULL)
            AND (CAST($19 AS TEXT) IS NULL OR r.category = $19)
            AND (CAST($20 AS BIGINT) IS NULL OR r.district = $20) AND (NOT $21 OR r.district IS NULL)
            AND (CAST($22 AS BIGINT) IS NULL OR r.village = $22)
            AND (CAST($23 AS TEXT) IS NULL OR r.class = $23) AND (CAST($24 AS TEXT) IS NULL OR r.source = $24)
            AND (CAST($25 AS BIGINT) IS NULL OR r.resolved_at >= $25)
            AND (CAST($26 AS BIGINT) IS NULL OR r.resolved_at < $26)
            AND (NOT $27 OR r.reopened_count > 0)
            AND (NOT $28 OR (r.status IN ('resolved', 'closed') AND r.resolved_at IS NOT NULL
                AND (r.resolved_at <= r.resolve_due) = $29))
            AND (NOT $30 OR r.verified_at IS NOT NULL) AND (NOT $31 OR r.answered_at IS NOT NULL)
            AND (NOT $32 OR r.status IN ('resolved', 'closed') OR r.reopened_count > 0)
            AND (CAST($33 AS TEXT) IS NULL OR lower(r.body) LIKE $33 ESCAPE '!')
            AND (CAST($34 AS TEXT) IS NULL OR lower(r.body) LIKE $34 ESCAPE '!')
            AND (CAST($35 AS TEXT) IS NULL OR lower(r.body) LIKE $35 ESCAPE '!')
            AND (NOT r.is_secret OR $36 OR r.agency_id IN ($37, $38, $39, $40, $41, $42))
            AND (NOT $43 OR EXISTS (SELECT 1 FROM report_rating q WHERE q.region = r.region AND q.report_id = r.id))"
        )
    };
}

macro_rules! any_state {
    () => {
        "(CAST($4 AS TEXT) IS NULL OR r.status = $4)"
    };
}

/// `s` walks the index of states, which holds all that is asked of it; left to choose, SQLite would walk all reports by
/// their id for the few of a rare state.
macro_rules! one_state {
    () => {
        "s.region = $1 AND s.status = $4 AND s.id > $2 AND s.id < $3 AND r.id = s.id"
    };
}

macro_rules! by_state {
    () => {
        "report s CROSS JOIN report r"
    };
}

/// Of what is counted for the officer, what may stand in a list: `$44` lets in what anybody may see, `$45` the work of
/// the whole region. What is secret has been let through by its own rule.
macro_rules! listed {
    () => {
        "(($44 AND r.is_public) OR ($45 AND NOT r.is_secret) OR ($36 AND r.is_secret)
            OR r.agency_id IN ($37, $38, $39, $40, $41, $42))"
    };
}

macro_rules! rows {
    ($from:expr, $state:expr, $order:expr) => {
        concat!(
            "SELECT r.id, r.number, r.status, r.category, r.agency_id, r.officer_id, r.district, r.village, r.landmark,
            r.body, r.class, r.source, r.reported_at, r.verified_at, r.answered_at, r.resolved_at, r.closed_at,
            r.resolve_due, r.due_at, r.updated_at, r.reopened_count, r.follower_count, r.level, r.is_secret,
            r.is_public, c.name, c.phone, c.email, r.paused_until IS NOT NULL,
            r.attributes FROM ",
            $from,
            " LEFT JOIN report_contact c ON c.region = r.region AND c.report_id = r.id
            AND $47 WHERE ",
            chosen!($state),
            " AND ",
            listed!(),
            $order,
            " LIMIT $46"
        )
    };
}

macro_rules! count {
    ($from:expr, $state:expr) => {
        concat!(
            "SELECT COUNT(*), CAST(COALESCE(SUM(few.listed), 0) AS BIGINT) FROM (SELECT CASE WHEN ",
            listed!(),
            " THEN 1 ELSE 0 END AS listed FROM ",
            $from,
            " WHERE ",
            chosen!($state),
            " LIMIT $46) AS few"
        )
    };
}

simpul_store::statements! {
    pub(crate) CHOSEN_NEWEST = rows!("report r", any_state!(), " ORDER BY r.id DESC");
    pub(crate) CHOSEN_NEWEST_STATUS = rows!(by_state!(), one_state!(), " ORDER BY s.id DESC");
    pub(crate) CHOSEN_OLDEST = rows!("report r", any_state!(), " ORDER BY r.id");
    pub(crate) CHOSEN_OLDEST_STATUS = rows!(by_state!(), one_state!(), " ORDER BY s.id");
    /// What has no moment that counts, such as paused work, stands last.
    pub(crate) CHOSEN_DUE_STATUS = rows!(by_state!(), one_state!(), " AND
        (COALESCE(r.due_at, 9223372036854775807), r.id) > ($48, $49)
        ORDER BY COALESCE(r.due_at, 9223372036854775807), r.id");
    pub(crate) CHOSEN_COUNT = count!("report r", any_state!());
    pub(crate) CHOSEN_COUNT_STATUS = count!(by_state!(), one_state!());
    pub(crate) FACTS = concat!("SELECT r.id, r.status, r.category, r.agency_id, r.district, r.class, r.source,
        r.reported_at, r.verified_at, r.answered_at, r.resolved_at, r.resolve_due, r.due_at, r.updated_at,
        r.reopened_count, r.paused_until IS NOT NULL, q.stars FROM report r
        LEFT JOIN report_rating q ON q.region = r.region AND q.report_id = r.id WHERE ",
        chosen!(any_state!()), " ORDER BY r.id LIMIT $44");
    /// The report before which words are no longer sought.
    pub(crate) SEARCH_FLOOR = "SELECT id FROM report WHERE region = $1 AND id > $2 AND id < $3 ORDER BY id DESC
        LIMIT 1 OFFSET $4";
}

/// Who asks, and when.
#[derive(Debug, Clone)]
pub struct Asker {
    /// What may be counted and seen.
    pub sight: Sight,
    /// The officer.
    pub officer: Option<Uuid>,
    /// The officer's agencies.
    pub agencies: Vec<Uuid>,
    /// The present instant: one for all that is counted together.
    pub now: Timestamp,
    /// In which zone days begin.
    pub zone: Zone,
}

/// A page's place in a list: the last row before it, with the moment that counts where that gives the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The moment that counts.
    pub due: Option<Timestamp>,
    /// Its id.
    pub id: Uuid,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListRow {
    /// What the figures know of it.
    pub fact: Fact,
    /// Number.
    pub number: String,
    /// Who has it in hand.
    pub officer: Option<Uuid>,
    /// Village.
    pub village: Option<i64>,
    /// What stands near by.
    pub landmark: String,
    /// What the citizen wrote, unmasked.
    pub body: String,
    /// What was answered to the category's questions, as JSON.
    pub attributes: Option<String>,
    /// Over.
    pub closed: Option<Timestamp>,
    /// How many others said "the same here".
    pub followers: i64,
    /// How far up it has gone.
    pub level: Level,
    /// Only the agency sees it.
    pub secret: bool,
    /// Anybody may see it.
    pub public: bool,
    /// Who reported; only where it was asked for.
    pub contact: Contact,
}

fn status(name: &str) -> Result<Status> {
    Status::parse(name).ok_or_else(|| Error::Broken(format!("status {name:?}")))
}

fn class(name: &str) -> Result<Class> {
    Class::parse(name).ok_or_else(|| Error::Broken(format!("class {name:?}")))
}

fn source(name: &str) -> Result<Source> {
    Source::parse(name).ok_or_else(|| Error::Broken(format!("source {name:?}")))
}

impl FromRow for ListRow {
    fn from_row(row: &Row) -> Result<ListRow> {
        let fact = Fact {
            id: row.at(0)?,
            status: status(&row.at::<String>(2)?)?,
            category: row.at(3)?,
            agency: row.at(4)?,
            district: row.at(6)?,
            class: class(&row.at::<String>(10)?)?,
            source: source(&row.at::<String>(11)?)?,
            reported: row.at(12)?,
            verified: row.at(13)?,
            answered: row.at(14)?,
            resolved: row.at(15)?,
            resolve_due: row.at(17)?,
            due: row.at(18)?,
            updated: row.at(19)?,
            reopened_count: row.at(20)?,
            paused: row.at(28)?,
            stars: None,
        };
        Ok(ListRow {
            fact,
            number: row.at(1)?,
            officer: row.at(5)?,
            village: row.at(7)?,
            landmark: row.at(8)?,
            body: row.at(9)?,
            attributes: row.at(29)?,
            closed: row.at(16)?,
            followers: row.at(21)?,
            level: Level::of(row.at(22)?),
            secret: row.at(23)?,
            public: row.at(24)?,
            contact: Contact { name: row.at(25)?, phone: row.at(26)?, email: row.at(27)? },
        })
    }
}

impl FromRow for Fact {
    fn from_row(row: &Row) -> Result<Fact> {
        Ok(Fact {
            id: row.at(0)?,
            status: status(&row.at::<String>(1)?)?,
            category: row.at(2)?,
            agency: row.at(3)?,
            district: row.at(4)?,
            class: class(&row.at::<String>(5)?)?,
            source: source(&row.at::<String>(6)?)?,
            reported: row.at(7)?,
            verified: row.at(8)?,
            answered: row.at(9)?,
            resolved: row.at(10)?,
            resolve_due: row.at(11)?,
            due: row.at(12)?,
            updated: row.at(13)?,
            reopened_count: row.at(14)?,
            paused: row.at(15)?,
            stars: row.at(16)?,
        })
    }
}

/// A filter as an asker's question: the arguments that all of its statements share.
#[derive(Debug, Clone)]
pub struct Question<'a> {
    filter: &'a Filter,
    asker: &'a Asker,
    after: Uuid,
    before: Uuid,
}

/// The id just before the first one of that instant.
fn before_first(at: Timestamp) -> Uuid {
    Uuid::from_u128(id_floor(at).as_u128().saturating_sub(1))
}

/// A text as a part of another, with what `LIKE` would read as a sign of its own marked.
fn like(word: &str) -> String {
    let marked: String =
        word.chars().flat_map(|c| matches!(c, '!' | '%' | '_').then_some('!').into_iter().chain([c])).collect();
    format!("%{marked}%")
}

/// Where a moment stands in the order; what has none stands last.
fn due_key(due: Option<Timestamp>) -> i64 {
    due.map_or(i64::MAX, |due| due.0)
}

fn six(ids: &[Uuid]) -> impl Iterator<Item = Value> + '_ {
    (0..AGENCIES_MAX_COUNT).map(|at| Value::from(ids.get(at).copied().unwrap_or_default()))
}

impl<'a> Question<'a> {
    /// The question. Words are sought in the newest reports only, so that no search walks through all.
    pub async fn new(conn: &mut Conn, filter: &'a Filter, asker: &'a Asker) -> Result<Question<'a>> {
        let (from, to) = filter.reported.instants(asker.zone);
        let after = from.map_or(Uuid::nil(), before_first);
        let mut question = Question { filter, asker, after, before: to.map_or(Uuid::max(), id_floor) };
        if filter.text.is_some() {
            let args = args![question.after, question.before, SEARCH_REPORTS_MAX_COUNT];
            let floor: Option<(Uuid,)> = conn.opt(&SEARCH_FLOOR, args).await?;
            question.after = floor.map_or(question.after, |(id,)| id.max(question.after));
        }
        Ok(question)
    }

    /// Whether words were sought in the newest reports only, and since when those came in.
    pub fn searched_since(&self) -> Option<Timestamp> {
        let (from, _) = self.filter.reported.instants(self.asker.zone);
        let cut = self.after != from.map_or(Uuid::nil(), before_first);
        cut.then(|| Timestamp(i64::try_from(self.after.as_u128() >> 80).unwrap_or(0) * 1_000))
    }

    /// The states that can hold; `None` is any.
    fn statuses(&self) -> Option<Vec<Status>> {
        let Filter { standing, late, unknown, on_time, sort, .. } = self.filter;
        if standing.is_none() && !late && !unknown && on_time.is_none() && *sort != Sort::Due {
            return None;
        }
        let mut left = standing.map_or_else(|| Status::ALL.to_vec(), |standing| standing.statuses());
        left.retain(|status| {
            (!(*late || *unknown) || (status.is_open() && *status != Status::Planned))
                && (on_time.is_none() || status.is_fixed())
                && (*sort != Sort::Due || status.is_open())
        });
        Some(left)
    }

    /// `$2` to `$43`.
    fn args(&self, (after, before): (Uuid, Uuid), status: Option<Status>) -> Args {
        let Question { filter, asker, .. } = self;
        let agencies: Vec<Uuid> = match filter.agency {
            Some(Of::One(agency)) => vec![agency],
            Some(Of::Mine) => asker.agencies.clone(),
            _ => Vec::new(),
        };
        let officer = match filter.officer {
            Some(Of::Mine) => Some(asker.officer.unwrap_or_default()),
            other => other.and_then(Of::one),
        };
        let mut args = args![after, before, status.map(Status::name)];
        args.0.extend(args![filter.late, asker.now, filter.unknown, silent_before(asker.now)].0);
        args.0.push(Value::from(matches!(filter.agency, Some(Of::One(_) | Of::Mine))));
        args.0.extend(six(&agencies));
        let (resolved_from, resolved_to) = filter.resolved.instants(asker.zone);
        args.0.extend(
            args![
                filter.agency == Some(Of::Nobody),
                officer,
                filter.officer == Some(Of::Nobody),
                filter.category.clone(),
                filter.district.and_then(Of::one),
                filter.district == Some(Of::Nobody),
                filter.village,
                filter.class.map(Class::name),
                filter.source.map(Source::name),
                resolved_from,
                resolved_to,
                filter.reopened,
                filter.on_time.is_some(),
                filter.on_time.unwrap_or(false),
                filter.reached == Some(Reached::Verified),
                filter.reached == Some(Reached::Answered),
                filter.reached == Some(Reached::Solved)
            ]
            .0,
        );
        let words = filter.words();
        args.0.extend((0..SEARCH_WORDS_MAX_COUNT).map(|at| Value::from(words.get(at).map(|word| like(word)))));
        args.0.push(Value::from(asker.sight.secrets));
        args.0.extend(six(&asker.sight.own));
        args.0.push(Value::from(filter.rated));
        args
    }

    /// `$44` and `$45`. Whoever sees a text only as the public does may not seek words in what is masked there.
    fn listing(&self) -> [Value; 2] {
        [Value::from(self.filter.text.is_none()), Value::from(self.asker.sight.region)]
    }

    /// A page of the list, with the people behind it where `contacts`.
    pub async fn rows(
        &self,
        conn: &mut Conn,
        place: Option<Place>,
        limit: usize,
        contacts: bool,
    ) -> Result<Vec<ListRow>> {
        let (mut after, mut before) = (self.after, self.before);
        let rows = i64::try_from(limit).unwrap_or(i64::MAX);
        match (self.filter.sort, place) {
            (Sort::Newest, Some(place)) => before = before.min(place.id),
            (Sort::Oldest, Some(place)) => after = after.max(place.id),
            _ => {}
        }
        let bind = |status: Option<Status>| {
            let mut args = self.args((after, before), status);
            args.0.extend(self.listing());
            args.0.extend(args![rows, contacts].0);
            args
        };
        let Some(statuses) = self.statuses() else {
            let all = if self.filter.sort == Sort::Oldest { &CHOSEN_OLDEST } else { &CHOSEN_NEWEST };
            return conn.all(all, bind(None)).await;
        };
        let mut found: Vec<ListRow> = Vec::new();
        for status in statuses {
            found.extend(match self.filter.sort {
                Sort::Newest => conn.all(&CHOSEN_NEWEST_STATUS, bind(Some(status))).await?,
                Sort::Oldest => conn.all(&CHOSEN_OLDEST_STATUS, bind(Some(status))).await?,
                Sort::Due => {
                    let (due, id) = place.map_or((i64::MIN, Uuid::nil()), |place| (due_key(place.due), place.id));
                    let mut args = bind(Some(status));
                    args.0.extend(args![due, id].0);
                    conn.all(&CHOSEN_DUE_STATUS, args).await?
                }
            });
        }
        match self.filter.sort {
            Sort::Newest => found.sort_by_key(|row| std::cmp::Reverse(row.fact.id)),
            Sort::Oldest => found.sort_by_key(|row| row.fact.id),
            Sort::Due => found.sort_by_key(|row| (due_key(row.fact.due), row.fact.id)),
        }
        found.truncate(limit);
        Ok(found)
    }

    /// How many are counted for the officer, and how many of them may stand in the list; not counted beyond `most`.
    pub async fn count(&self, conn: &mut Conn, most: i64) -> Result<(i64, i64)> {
        let bind = |status| {
            let mut args = self.args((self.after, self.before), status);
            args.0.extend(self.listing());
            args.0.push(Value::from(most));
            args
        };
        let Some(statuses) = self.statuses() else { return conn.one(&CHOSEN_COUNT, bind(None)).await };
        let mut sum = (0, 0);
        for status in statuses {
            let (all, listed): (i64, i64) = conn.one(&CHOSEN_COUNT_STATUS, bind(Some(status))).await?;
            sum = (sum.0 + all, sum.1 + listed);
            if sum.0 >= most {
                break;
            }
        }
        Ok((sum.0.min(most), sum.1.min(most)))
    }

    /// What the figures know of each report in question, oldest first, told one by one.
    pub async fn facts(&self, conn: &mut Conn, mut tell: impl FnMut(Fact)) -> Result<()> {
        let statuses = self.statuses();
        let mut after = self.after;
        loop {
            let mut args = self.args((after, self.before), None);
            args.0.push(Value::from(i64::try_from(FACTS_BLOCK_COUNT).unwrap_or(i64::MAX)));
            let block: Vec<Fact> = conn.all(&FACTS, args).await?;
            let full = block.len() == FACTS_BLOCK_COUNT;
            after = block.last().map_or(after, |fact| fact.id);
            block
                .into_iter()
                .filter(|fact| statuses.as_ref().is_none_or(|states| states.contains(&fact.status)))
                .for_each(&mut tell);
            if !full {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_pattern_are_sought_as_they_are() {
        assert_eq!(like("100%_!"), "%100!%!_!!%");
    }
}
