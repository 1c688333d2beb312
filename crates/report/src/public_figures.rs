//! The figures that everybody may see. Secret and hidden reports are in none of them.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::figures::{DistrictFigures, Figures};
use crate::model::id_floor;
use crate::model::silence::silent_before;
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
    /// Time to the first answer in the middle of all answered ones, in microseconds.
    pub median_answer_micros: Option<i64>,
}

impl Counted {
    fn of((received, fixed, late, silent): (i64, i64, i64, i64)) -> Counted {
        Counted { received, fixed, late, silent, median_answer_micros: None }
    }

    /// The median answer in days of 24 hours.
    pub fn median_answer_days(&self) -> Option<f64> {
        self.median_answer_micros.map(|micros| micros as f64 / DAY_MICROS as f64)
    }
}

/// What came in from `from` to before `to`, by district; `None` is what has none.
pub async fn by_district(
    conn: &mut Conn,
    (from, to): (Timestamp, Timestamp),
    now: Timestamp,
) -> Result<Vec<(Option<i64>, Counted)>> {
    let ids = (id_floor(from), id_floor(to));
    let medians = sql::medians(conn, ids).await?;
    let rows = sql::by_district(conn, ids, (now, silent_before(now))).await?;
    let counted = |(code, counted): (Option<i64>, (i64, i64, i64, i64))| {
        let median = medians.iter().find(|(of, _)| *of == code).map(|(_, micros)| *micros);
        (code, Counted { median_answer_micros: median, ..Counted::of(counted) })
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// The same by agency, without the median; `None` is what no agency has been given.
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
    let (received, fixed, answered, solved, on_time, reopened) = sql::counts(conn, ids).await?;
    Ok(Figures {
        received,
        fixed,
        late: sql::late(conn, now).await?,
        median_answer_micros: sql::answer_time_at(conn, ids, answered).await?,
        solved,
        on_time,
        reopened,
    })
}

/// The district figures of a map: where something came in from `from` to before `to`.
pub async fn districts(conn: &mut Conn, span: (Timestamp, Timestamp), now: Timestamp) -> Result<Vec<DistrictFigures>> {
    let rows = by_district(conn, span, now).await?.into_iter();
    let figures = rows.filter_map(|(code, Counted { received, fixed, late, .. })| {
        Some(DistrictFigures { district: code?, received, fixed, late })
    });
    Ok(figures.collect())
}
