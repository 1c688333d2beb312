//! What the system counted for indicators when reports were handed in.

use simpul_kernel::calendar::parse_date;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::plan::OF_PLAN_MAX_COUNT;
use crate::model::Quantity;
use crate::model::figure::Taken;

simpul_store::statements! {
    pub(crate) LIVE_OF_PROGRESS = "SELECT indicator_id, figure, first_day, last_day, amount, cases, seq, at
        FROM plan_live_value WHERE region = $1 AND progress_id = $2 ORDER BY indicator_id LIMIT $3";
    pub(crate) SET_LIVE = "INSERT INTO plan_live_value (region, progress_id, indicator_id, figure, first_day, last_day,
        amount, cases, seq, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (region, progress_id, indicator_id) DO UPDATE SET figure = excluded.figure,
        first_day = excluded.first_day, last_day = excluded.last_day, amount = excluded.amount,
        cases = excluded.cases, seq = excluded.seq, at = excluded.at";
}

impl FromRow for Taken {
    fn from_row(row: &Row) -> Result<Taken> {
        let day = |index: usize| -> Result<time::Date> {
            let text: String = row.at(index)?;
            parse_date(&text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of days")))
        };
        Ok(Taken {
            indicator: row.at(0)?,
            figure: row.at(1)?,
            first_day: day(2)?,
            last_day: day(3)?,
            amount: row.at::<Option<i64>>(4)?.map(Quantity),
            cases: row.at(5)?,
            seq: row.at(6)?,
            at: row.at(7)?,
        })
    }
}

/// What the system counted for a report.
pub async fn of_progress(conn: &mut Conn, progress: Uuid) -> Result<Vec<Taken>> {
    conn.all(&LIVE_OF_PROGRESS, args![progress, OF_PLAN_MAX_COUNT]).await
}

pub(crate) async fn set(tx: &mut Tx, progress: Uuid, taken: &Taken) -> Result<()> {
    let (first, last) = (taken.first_day.to_string(), taken.last_day.to_string());
    let amount = taken.amount.map(|amount| amount.0);
    let row = args![progress, taken.indicator, &taken.figure, first, last, amount, taken.cases, taken.seq, taken.at];
    tx.exec(&SET_LIVE, row).await.map(drop)
}
