//! The room's figures, each defined once: for the home page, the wall and the leader's page.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Calendar;
use simpul_kernel::clock::{DAY_MICROS, MINUTE_MICROS};
use simpul_people::Snapshot;
use simpul_shell::Shared;
use simpul_store::{Conn, Error, Result};
use uuid::Uuid;

use crate::model::filter::{Days, Sight};
use crate::model::measure::{FigureTable, last_day};
use crate::model::worktime::WorkingTime;
use crate::model::{Dimension, Filter, Level, id_floor};
pub use crate::sql::figures::News;
use crate::sql::filter::{Asker, Question};
use crate::sql::{Line, figures as sql, lists};

/// What came in during a span of time, and what became of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Figures {
    /// Came in during the span.
    pub received: i64,
    /// Of those, solved by now: never what was turned down or passed on.
    pub fixed: i64,
    /// Past its deadline now, whenever it came in.
    pub late: i64,
    /// Of those that came in and are solved: how many there are.
    pub solved: i64,
    /// Of the solved: how many in time. `report.on_time_rate` is this over `solved`.
    pub on_time: i64,
    /// Of those that came in: how many the citizen sent back.
    pub reopened: i64,
}

impl Figures {
    /// `report.on_time_rate`, from 0 to 1; `None` where nothing was solved.
    pub fn on_time_rate(&self) -> Option<f64> {
        (self.solved > 0).then(|| self.on_time as f64 / self.solved as f64)
    }
}

/// Late work of one agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateAgency {
    /// Whose; `None` is the report coordinator's own.
    pub agency: Option<Uuid>,
    /// How many.
    pub count: i64,
    /// The moment that has been past for longest.
    pub oldest_due: Timestamp,
}

/// What happened in one district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DistrictFigures {
    /// Code of the district.
    pub district: i64,
    /// Came in.
    pub received: i64,
    /// Solved.
    pub fixed: i64,
    /// Of those that came in: past the deadline now.
    pub late: i64,
}

/// The first instant of the month that the region's calendar shows at `now`, and of the one after.
pub fn month_of(calendar: &Calendar, now: Timestamp) -> (Timestamp, Timestamp) {
    let date = calendar.zone.date(now);
    let first = date.replace_day(1).unwrap_or(date);
    // 32 days after the first of a month lie in the next one, whatever its length.
    let next = calendar.zone.instant(first, 0).plus_micros(32 * DAY_MICROS + MINUTE_MICROS);
    let next = calendar.zone.date(next);
    let next = next.replace_day(1).unwrap_or(next);
    (calendar.zone.instant(first, 0), calendar.zone.instant(next, 0))
}

/// The figures of the reports that a filter asks for, by group, as they stand at the asker's moment.
pub async fn table(
    conn: &mut Conn,
    filter: &Filter,
    dimension: Dimension,
    (asker, calendar): (&Asker, &Calendar),
) -> Result<FigureTable> {
    let (from, _) = filter.reported.instants(calendar.zone);
    let working = WorkingTime::over(calendar, from.unwrap_or(asker.now), asker.now);
    let mut table = FigureTable::default();
    let question = Question::new(conn, filter, asker).await?;
    question.facts(conn, |fact| table.add(&fact, dimension, (calendar, &working), asker.now)).await?;
    table.close();
    Ok(table)
}

/// The days of the month that the region's calendar shows at `now`.
pub fn month_days(calendar: &Calendar, now: Timestamp) -> Days {
    let date = calendar.zone.date(now);
    let first = date.replace_day(1).unwrap_or(date);
    Days::between(first, last_day(first))
}

/// The wall is asked for these every few seconds by each screen, and they walk a whole month.
const WALL_FRESH: Duration = Duration::from_secs(20);
static WALL: LazyLock<Shared<Arc<FigureTable>>> = LazyLock::new(|| Shared::new(WALL_FRESH));

/// This month's figures by agency as whoever passes a wall may know them: without what is secret. They are at most
/// [`WALL_FRESH`] old.
pub async fn month_of_wall(
    place: &Arc<Snapshot>,
    now: Timestamp,
    open: impl AsyncFnOnce() -> Result<Conn>,
) -> Result<Arc<FigureTable>> {
    let calendar = &place.calendar;
    let asker = Asker { sight: Sight::default(), officer: None, agencies: Vec::new(), now, zone: calendar.zone };
    let filter = Filter { reported: month_days(calendar, now), ..Filter::default() };
    let moment = now.0.div_euclid(WALL_FRESH.as_micros().try_into().unwrap_or(i64::MAX));
    let count = async || {
        let mut conn = open().await?;
        Ok::<_, Error>(Arc::new(table(&mut conn, &filter, Dimension::Agency, (&asker, calendar)).await?))
    };
    WALL.get(place, moment.to_string(), count).await
}

/// How many reports a filter asks for, as the asker may count them.
pub async fn count(conn: &mut Conn, filter: &Filter, asker: &Asker) -> Result<i64> {
    let question = Question::new(conn, filter, asker).await?;
    Ok(question.count(conn, i64::MAX).await?.0)
}

/// Late work by agency, most first; what is secret only for those who may read it.
pub async fn late_by_agency(conn: &mut Conn, now: Timestamp, secrets: bool) -> Result<Vec<LateAgency>> {
    Ok(late_agencies(sql::late_by_agency(conn, now, secrets).await?))
}

/// Late work that anybody may see by agency, most first: for the wall and the home page, since a count of secret
/// reports would tell that there are any.
pub async fn public_late_by_agency(conn: &mut Conn, now: Timestamp) -> Result<Vec<LateAgency>> {
    Ok(late_agencies(sql::public_late_by_agency(conn, now).await?))
}

fn late_agencies(rows: Vec<(Option<Uuid>, i64, Timestamp)>) -> Vec<LateAgency> {
    rows.into_iter().map(|(agency, count, oldest_due)| LateAgency { agency, count, oldest_due }).collect()
}

/// Open work with a deadline, by agency; what is secret only for those who may read it.
pub async fn open_by_agency(conn: &mut Conn, secrets: bool) -> Result<Vec<(Option<Uuid>, i64)>> {
    sql::open_by_agency(conn, secrets).await
}

/// Open work with a deadline by district: code, how much, and how much of it is late.
pub async fn open_by_district(conn: &mut Conn, now: Timestamp) -> Result<Vec<(i64, i64, i64)>> {
    sql::open_by_district(conn, now).await
}

/// How many reports nobody has been given yet.
pub async fn waiting(conn: &mut Conn) -> Result<i64> {
    sql::waiting(conn).await
}

/// Public reports that nobody has been given yet, oldest first.
pub async fn oldest_waiting(conn: &mut Conn, limit: i64) -> Result<Vec<Line>> {
    lists::waiting(conn, limit).await
}

/// Late public reports that have gone up to that level or further, longest overdue first.
pub async fn escalated(conn: &mut Conn, level: Level, now: Timestamp, limit: i64) -> Result<Vec<Line>> {
    lists::escalated(conn, level, now, limit).await
}

/// The newest steps that the public may read of, newest first.
pub async fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<News>> {
    sql::latest(conn, limit).await
}

/// How many reports came in from `from` to before `to` without a district.
pub async fn without_place(conn: &mut Conn, (from, to): (Timestamp, Timestamp)) -> Result<i64> {
    sql::placeless(conn, (id_floor(from), id_floor(to))).await
}

#[cfg(test)]
mod tests {
    use simpul_kernel::calendar::Zone;
    use simpul_kernel::clock::HOUR_MICROS;

    use super::*;

    #[test]
    fn a_month_begins_and_ends_at_the_regions_midnight() {
        let calendar = Calendar::standard(Zone::Wita);
        // 31 October 2026, 20:00 UTC is 1 November in Makassar.
        let now = Timestamp(1_793_476_800_000_000);
        let (from, to) = month_of(&calendar, now);
        assert_eq!(now.micros_since(from), 4 * HOUR_MICROS);
        assert_eq!(to.micros_since(from), 30 * DAY_MICROS);
    }
}
