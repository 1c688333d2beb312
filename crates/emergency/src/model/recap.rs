//! The monthly recap of 112: what came in, what of it was answered and how soon, and what it was. Every number is a
//! part of one total.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::SECOND_MICROS;
use time::{Date, Month as CalendarMonth};

use super::{CallClass, CallStatus};

/// Within how many seconds calls are to be answered: NFPA 1225 (2022): 10 s for 90 %; NENA-STA-020: 15 s
/// for 90 % and 20 s for 95 %.
pub const ANSWER_GOALS_SECONDS: [i64; 3] = [10, 15, 20];

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    year: i32,
    month: CalendarMonth,
}

impl Month {
    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let good = year.len() == 4 && month.len() == 2 && text.bytes().filter(u8::is_ascii_digit).count() == 6;
        let year: i32 = year.parse().ok().filter(|year| good && (2000..=2999).contains(year))?;
        let month = CalendarMonth::try_from(month.parse::<u8>().ok()?).ok()?;
        Some(Month { year, month })
    }

    /// The month of an instant.
    pub fn of(at: Timestamp, zone: Zone) -> Month {
        let date = zone.date(at);
        Month { year: date.year(), month: date.month() }
    }

    /// The month before.
    #[must_use]
    pub fn previous(self) -> Month {
        match self.month {
            CalendarMonth::January => Month { year: self.year - 1, month: CalendarMonth::December },
            month => Month { year: self.year, month: month.previous() },
        }
    }

    /// `2026-11`.
    pub fn text(self) -> String {
        format!("{:04}-{:02}", self.year, u8::from(self.month))
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month of it.
    pub fn month(self) -> CalendarMonth {
        self.month
    }

    /// From its first instant to before that of the next, in the region's zone.
    pub fn span(self, zone: Zone) -> (Timestamp, Timestamp) {
        let first = |month: Month| {
            let date = Date::from_calendar_date(month.year, month.month, 1).unwrap_or(Date::MIN);
            zone.instant(date, 0)
        };
        let next = match self.month {
            CalendarMonth::December => Month { year: self.year + 1, month: CalendarMonth::January },
            month => Month { year: self.year, month: month.next() },
        };
        (first(self), first(next))
    }
}

/// What came in during a span.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recap {
    /// Calls by what they were, in the order of the classes; each class once.
    pub classes: Vec<(CallClass, i64)>,
    /// All calls.
    pub received: i64,
    /// The caller left before anybody answered (`call.abandon_rate` is their share).
    pub abandoned: i64,
    /// Nobody answered.
    pub missed: i64,
    /// They ring at this moment.
    pub ringing: i64,
    /// Somebody answered.
    pub answered: i64,
    /// How long the answered ones waited, in microseconds, the shortest first.
    waits: Vec<i64>,
}

impl Recap {
    /// Sums calls by state and class, and how long the answered ones waited.
    pub fn new(counts: &[(CallStatus, CallClass, i64)], mut waits: Vec<i64>) -> Recap {
        waits.sort_unstable();
        let mut recap = Recap { waits, ..Recap::default() };
        for (status, _, count) in counts {
            recap.received += count;
            let part = match status {
                CallStatus::Abandoned => &mut recap.abandoned,
                CallStatus::Missed => &mut recap.missed,
                CallStatus::Ringing => &mut recap.ringing,
                CallStatus::Answered | CallStatus::Held | CallStatus::WrapUp | CallStatus::Ended => &mut recap.answered,
            };
            *part += count;
        }
        let of =
            |class: CallClass| counts.iter().filter(|(_, known, _)| *known == class).map(|(.., count)| count).sum();
        recap.classes = CallClass::ALL.iter().map(|class| (*class, of(*class))).collect();
        recap
    }

    /// `call.answer_time`: the wait that so many percent of the answered calls did not exceed, in seconds; `None` where
    /// none was answered.
    pub fn answer_seconds(&self, percent: usize) -> Option<f64> {
        let place = (self.waits.len() * percent).div_ceil(100).max(1) - 1;
        #[expect(clippy::cast_precision_loss, reason = "a caller waits minutes, not centuries")]
        self.waits.get(place).map(|micros| *micros as f64 / 1e6)
    }

    /// Share of the answered calls that waited no longer than so many seconds, 0 to 1.
    pub fn within(&self, seconds: i64) -> Option<f64> {
        let (count, all) = self.within_count(seconds);
        share(count, all)
    }

    /// How many of the answered calls waited no longer than so many seconds, and how many were measured.
    pub fn within_count(&self, seconds: i64) -> (usize, usize) {
        let count = self.waits.iter().filter(|wait| **wait <= seconds * SECOND_MICROS).count();
        (count, self.waits.len())
    }

    /// `call.abandon_rate`: share of all calls whose caller left before anybody answered, 0 to 1.
    pub fn abandon_rate(&self) -> Option<f64> {
        share(usize::try_from(self.abandoned).ok()?, usize::try_from(self.received).ok()?)
    }

    /// `call.prank_rate`: share of the answered calls that were pranks or silent, 0 to 1.
    pub fn prank_rate(&self) -> Option<f64> {
        share(usize::try_from(self.prank_count()).ok()?, usize::try_from(self.answered).ok()?)
    }

    /// Calls that were pranks or silent.
    pub fn prank_count(&self) -> i64 {
        let nuisance = |class: &CallClass| matches!(class, CallClass::Prank | CallClass::Ghost);
        self.classes.iter().filter(|(class, _)| nuisance(class)).map(|(_, count)| count).sum()
    }
}

#[expect(clippy::cast_precision_loss, reason = "calls of a month")]
fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_month_is_read_and_reaches_from_local_midnight_to_local_midnight() {
        let month = Month::parse("2026-12").unwrap();
        let (from, until) = month.span(Zone::Wita);
        assert_eq!(until.micros_since(from), 31 * 86_400 * SECOND_MICROS);
        assert_eq!((Month::of(from, Zone::Wita), Month::of(until, Zone::Wita).text()), (month, "2027-01".to_owned()));
        assert_eq!(Month::of(until, Zone::Wita).previous(), month);
        for wrong in ["", "2026", "2026-13", "2026-1", "26-11", "2026-00", "2026-1+", "9999-01", "+026-11"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn waits_are_told_as_shares_and_percentiles_and_an_empty_month_as_nothing() {
        let seconds = |list: &[i64]| list.iter().map(|s| s * SECOND_MICROS).collect::<Vec<_>>();
        let counts = [(CallStatus::Ended, CallClass::Normal, 8), (CallStatus::Ended, CallClass::Prank, 2)];
        let recap = Recap::new(&counts, seconds(&[4, 5, 6, 7, 8, 9, 10, 11, 16, 30]));
        assert_eq!((recap.answer_seconds(50), recap.answer_seconds(90)), (Some(8.0), Some(16.0)));
        let within = ANSWER_GOALS_SECONDS.map(|goal| recap.within(goal).unwrap());
        assert_eq!(within, [0.7, 0.8, 0.9]);
        assert_eq!(recap.prank_rate(), Some(0.2));
        let empty = Recap::new(&[], Vec::new());
        assert_eq!((empty.answer_seconds(50), empty.within(10), empty.abandon_rate()), (None, None, None));
    }

    proptest! {
        #[test]
        fn the_parts_always_sum_to_the_total(
            counts in proptest::collection::vec((0..7usize, 0..8usize, 0..1000i64), 0..40),
        ) {
            let counts: Vec<_> = counts
                .into_iter()
                .map(|(status, class, count)| (CallStatus::ALL[status], CallClass::ALL[class], count))
                .collect();
            let recap = Recap::new(&counts, Vec::new());
            let by_class: i64 = recap.classes.iter().map(|(_, count)| count).sum();
            prop_assert_eq!(by_class, recap.received);
            prop_assert_eq!(recap.abandoned + recap.missed + recap.ringing + recap.answered, recap.received);
            prop_assert_eq!(recap.classes.len(), CallClass::ALL.len());
        }
    }
}
