//! Working hours between two instants, for tables of many reports: the calendar is walked once and then only asked.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::clock::MINUTE_MICROS;
use time::{Date, Duration};

/// Longest span that is laid out, in days: a century. What lies beyond counts to its end.
const SPAN_MAX_DAYS: i64 = 36_600;

/// One day of the calendar.
#[derive(Debug, Clone, Copy)]
struct Day {
    /// Open time of all days before it, in microseconds.
    before: i64,
    /// When the offices open and close; the same instant twice where they don't.
    open: i64,
    close: i64,
}

/// The offices' open time from one day to another.
#[derive(Debug, Clone)]
pub struct WorkingTime {
    zone: Zone,
    first: Date,
    days: Vec<Day>,
}

impl WorkingTime {
    /// Lays out the days from that of `from` to that of `to`.
    pub fn over(calendar: &Calendar, from: Timestamp, to: Timestamp) -> WorkingTime {
        let (first, last) = (calendar.zone.date(from), calendar.zone.date(to.max(from)));
        let count = (i64::from(last.to_julian_day()) - i64::from(first.to_julian_day()) + 1).min(SPAN_MAX_DAYS);
        let mut before = 0;
        let days = (0..count).map(|offset| {
            let date = first.checked_add(Duration::days(offset)).unwrap_or(Date::MAX);
            let (open, close) = calendar.opening(date).map_or((0, 0), |(open, close)| (open.0, close.0));
            let day = Day { before, open, close };
            before += close - open;
            day
        });
        WorkingTime { zone: calendar.zone, first, days: days.collect() }
    }

    /// Open time from the first day to the instant.
    fn until(&self, at: Timestamp) -> i64 {
        let offset = i64::from(self.zone.date(at).to_julian_day()) - i64::from(self.first.to_julian_day());
        let last = self.days.len().saturating_sub(1);
        let index = usize::try_from(offset.max(0)).unwrap_or(usize::MAX).min(last);
        self.days.get(index).map_or(0, |day| day.before + (at.0.clamp(day.open, day.close) - day.open))
    }

    /// Whole working minutes from one instant to a later one; 0 where the second is the earlier one, as clocks that
    /// jump and files of other systems have it.
    pub fn minutes(&self, from: Timestamp, to: Timestamp) -> i64 {
        (self.until(to) - self.until(from)).max(0) / MINUTE_MICROS
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    proptest! {
        #[test]
        fn the_layout_counts_as_the_calendar_does(
            start in 1_700_000_000_000_000i64..1_800_000_000_000_000,
            (a, b) in (0i64..90 * DAY_MICROS, 0i64..90 * DAY_MICROS),
            zone in prop::sample::select(Zone::ALL.to_vec()),
        ) {
            let calendar = Calendar::standard(zone);
            let (from, to) = (Timestamp(start + a.min(b)), Timestamp(start + a.max(b)));
            let working = WorkingTime::over(&calendar, Timestamp(start), Timestamp(start + 90 * DAY_MICROS));
            prop_assert_eq!(working.minutes(from, to), calendar.working_minutes_between(from, to));
            prop_assert_eq!(working.minutes(to, from), 0);
        }
    }
}
