//! The figures that everybody may see. Secret and hidden reports are in none of them.

use std::collections::HashMap;

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Calendar;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::figures::{DistrictFigures, Figures};
use crate::model::id_floor;
use crate::model::measure::Durations;
use crate::model::silence::silent_before;
use crate::model::worktime::WorkingTime;
use crate::sql::public as sql;

/// What came in during a span and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Came in.
    pub received: i64,
    /// Of those, solved by now: never what was turned down, passed on or laid down.
    pub fixed: i64,
    /// Of those, past their deadline now.
    pub late: i64,
    /// Of those, open and without a step for eight weeks.
    pub silent: i64,
}

impl Counted {
    fn of((received, fixed, late, silent): (i64, i64, i64, i64)) -> Counted {
        Counted { received, fixed, late, silent }
    }
}

/// What came in from `from` to before `to`, by district; `None` is what has none.
pub async fn by_district(
    conn: &mut Conn,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Vec<(Option<i64>, Counted)>> {
    let rows = sql::by_district(conn, (id_floor(from), id_floor(to)), (now, silent_before(now))).await?;
    Ok(rows.into_iter().map(|(code, counted)| (code, Counted::of(counted))).collect())
}

/// `report.answer_time` of what came in from `from` to before `to`: the median by district, in working hours; `None` is
/// what has no district.
pub async fn answer_hours(
    conn: &mut Conn,
    (from, to): (Timestamp, Timestamp),
    (calendar, now): (&Calendar, Timestamp),
) -> Result<HashMap<Option<i64>, f64>> {
    let working = WorkingTime::over(calendar, from, now);
    let mut minutes: HashMap<Option<i64>, Vec<i64>> = HashMap::new();
    let tell = |(district, reported, answered)| {
        minutes.entry(district).or_default().push(working.minutes(reported, answered));
    };
    sql::answers(conn, (id_floor(from), id_floor(to)), tell).await?;
    let median = |(district, minutes): (_, Vec<i64>)| Some((district, Durations::from_iter(minutes).median()?));
    Ok(minutes.into_iter().filter_map(median).collect())
}

/// The same by agency; `None` is what no agency has been given.
pub async fn by_agency(
    conn: &mut Conn,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Vec<(Option<Uuid>, Counted)>> {
    let rows = sql::by_agency(conn, (id_floor(from), id_floor(to)), (now, silent_before(now))).await?;
    Ok(rows.into_iter().map(|(id, counted)| (id, Counted::of(counted))).collect())
}

/// The figures of what came in from `from` to before `to`.
pub async fn between(conn: &mut Conn, (from, to): (Timestamp, Timestamp), now: Timestamp) -> Result<Figures> {
    let ids = (id_floor(from), id_floor(to));
    let (received, fixed, solved, on_time, reopened) = sql::counts(conn, ids).await?;
    Ok(Figures { received, fixed, late: sql::late(conn, now).await?, solved, on_time, reopened })
}

/// The district figures of a map: where something came in from `from` to before `to`.
pub async fn districts(conn: &mut Conn, span: (Timestamp, Timestamp), now: Timestamp) -> Result<Vec<DistrictFigures>> {
    let rows = by_district(conn, span, now).await?.into_iter();
    let figures = rows.filter_map(|(code, Counted { received, fixed, late, .. })| {
        Some(DistrictFigures { district: code?, received, fixed, late })
    });
    Ok(figures.collect())
}
