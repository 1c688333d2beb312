//! Figures of the house in a plan: what the system counted for an indicator, and a snapshot of a figure as evidence.

use serde::{Deserialize, Serialize};
use simpul_kernel::{FigureCount, FigureSpan, Refusal, Timestamp};
use time::Date;
use uuid::Uuid;

use super::period::Period;
use super::quantity::Quantity;

/// What the system counted for an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The indicator.
    pub indicator: Uuid,
    /// The key of the figure, as the indicator had it.
    pub figure: String,
    /// The first day of what was counted.
    pub first_day: Date,
    /// The last day.
    pub last_day: Date,
    /// How much; `None` where there was nothing to count.
    pub amount: Option<Quantity>,
    /// On how many cases it rests.
    pub cases: i64,
    /// The line of the journal up to which everything is in it.
    pub seq: i64,
    /// When it was counted.
    pub at: Timestamp,
}

/// What was counted as a value of an indicator, rounded to millionths; `None` where there was nothing to count.
pub fn amount(count: FigureCount) -> Option<Quantity> {
    let (above, below) = count.value?;
    Quantity::whole(above).scaled(1, below)
}

/// The days over which a figure of now is counted: those of the period that runs, else those of the year so far.
///
/// # Errors
/// `shell.figure.refused.span` for a period that is longer than any figure's.
pub fn span_now(periods: &[Period], today: Date) -> Result<FigureSpan, Refusal> {
    let runs = periods.iter().filter(|period| (period.first_day..=period.last_day).contains(&today));
    let first = runs.map(|period| period.first_day).max();
    let new_year = Date::from_ordinal_date(today.year(), 1).unwrap_or(today);
    FigureSpan::new(first.unwrap_or(new_year), today)
}

/// Where the journal stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalPlace {
    /// The number of the line.
    pub seq: i64,
    /// Its hash, in hexadecimal digits.
    pub hash: String,
}

/// A figure at one moment, as a file: what it is, over which days, what came out, and where the journal stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Of which region: its code.
    pub region: i32,
    /// What it is called.
    pub region_name: String,
    /// What marks a sample; empty for a real region.
    pub sample: String,
    /// The figure's key.
    pub figure: String,
    /// What it is called, in Indonesian.
    pub title: String,
    /// What is counted, in Indonesian.
    pub definition: String,
    /// Its unit.
    pub unit: String,
    /// The first day, `2026-10-01`.
    pub first_day: String,
    /// The last day.
    pub last_day: String,
    /// The zone in which days begin.
    pub zone: String,
    /// How much, with a point; `None` where there was nothing to count.
    pub value: Option<String>,
    /// The same as an exact fraction: above the line, below it.
    pub fraction: Option<(i64, i64)>,
    /// On how many cases it rests.
    pub cases: i64,
    /// When it was counted, in microseconds UTC.
    pub counted_at: i64,
    /// The same for people, in the region's zone.
    pub counted_at_text: String,
    /// The line of the journal up to which everything is in it.
    pub journal: JournalPlace,
}

impl Snapshot {
    /// The file. The same snapshot is the same bytes.
    ///
    /// # Errors
    /// What can't be written as JSON, which no snapshot is.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// Reads what [`Snapshot::to_bytes`] wrote.
    pub fn read(bytes: &[u8]) -> Option<Snapshot> {
        serde_json::from_slice(bytes).ok()
    }

    /// The value as a quantity.
    pub fn amount(&self) -> Option<Quantity> {
        amount(FigureCount { value: self.fraction, cases: self.cases })
    }
}

/// Digits of a hash, two for each byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::calendar::parse_date;

    use super::*;
    use crate::model::period::{PeriodKind, days, part};

    fn day(text: &str) -> Date {
        parse_date(text).unwrap()
    }

    fn period(kind: PeriodKind, number: i64) -> Period {
        let (first_day, last_day) = days(2026, kind, number, 1).unwrap();
        Period {
            id: Uuid::nil(),
            masterplan: Uuid::nil(),
            name: String::new(),
            kind,
            year: 2026,
            part: part(kind, number).unwrap(),
            first_day,
            last_day,
            opens_at: Timestamp(0),
            due_at: Timestamp(1),
            locks_at: Timestamp(2),
        }
    }

    #[test]
    fn now_is_the_period_that_runs_else_the_year() {
        let periods = [period(PeriodKind::Quarter, 4), period(PeriodKind::Quarter, 3)];
        let span = span_now(&periods, day("2026-11-27")).unwrap();
        assert_eq!((span.from(), span.to()), (day("2026-10-01"), day("2026-11-27")));
        let span = span_now(&periods, day("2026-03-05")).unwrap();
        assert_eq!(span.from(), day("2026-01-01"), "no period runs");
        let both = [period(PeriodKind::Quarter, 4), period(PeriodKind::Month, 11)];
        assert_eq!(span_now(&both, day("2026-11-27")).unwrap().from(), day("2026-11-01"), "the shorter one");
    }

    #[test]
    fn a_share_becomes_a_value_and_nothing_becomes_none() {
        assert_eq!(amount(FigureCount::percent(2, 3)).unwrap().plain(), "66.666667");
        assert_eq!(amount(FigureCount::number(12)).unwrap().plain(), "12");
        assert_eq!(amount(FigureCount::percent(0, 0)), None);
    }

    proptest! {
        #[test]
        fn a_snapshot_is_read_as_it_was_written(cases in 0i64..1_000_000, above in 0i64..1_000, title in "\\PC{0,30}") {
            let snapshot = Snapshot {
                region: 7322,
                region_name: "Luwu Utara".to_owned(),
                sample: String::new(),
                figure: "report.received".to_owned(),
                title,
                definition: String::new(),
                unit: "aduan".to_owned(),
                first_day: "2026-10-01".to_owned(),
                last_day: "2026-12-31".to_owned(),
                zone: "WITA".to_owned(),
                value: None,
                fraction: (above > 0).then_some((above, 3)),
                cases,
                counted_at: 5,
                counted_at_text: String::new(),
                journal: JournalPlace { seq: 7, hash: hexadecimal(&[0, 255]) },
            };
            let bytes = snapshot.to_bytes().unwrap();
            prop_assert_eq!(Snapshot::read(&bytes), Some(snapshot.clone()));
            prop_assert_eq!(snapshot.to_bytes().unwrap(), bytes, "the same digest each time");
        }
    }
}
