//! Zones, working days and deadlines.
//!
//! A deadline of n working days ends when the office closes on the n-th working day after the day it started; the day
//! of the start does not count. What a region's calendar calls a working day is data, with the national holidays as a
//! start.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::{Date, Duration};

use crate::clock::{MINUTE_MICROS, Timestamp};

mod holidays;
mod zone;

pub use holidays::{Holiday, HolidayKind, national_holidays, parse_date};
use zone::DAY_MINUTES;
pub use zone::Zone;

/// Most units a span may count: a century of working days is a typing error.
const SPAN_MAX_COUNT: u32 = 10_000;
/// How far a working day is sought before the calendar is taken to have none, in days.
const SEARCH_MAX_DAYS: u32 = 400;

/// What a [`Span`] counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanUnit {
    /// Days on which the offices work (hari kerja).
    WorkingDay,
    /// Days of the wall calendar (hari kalender).
    Day,
    /// Hours in which the offices are open (jam kerja).
    WorkingHour,
}

impl SpanUnit {
    /// The name in tables and files.
    pub fn as_str(self) -> &'static str {
        match self {
            SpanUnit::WorkingDay => "working_day",
            SpanUnit::Day => "day",
            SpanUnit::WorkingHour => "working_hour",
        }
    }

    /// Reads what [`SpanUnit::as_str`] writes.
    pub fn parse(text: &str) -> Option<SpanUnit> {
        [SpanUnit::WorkingDay, SpanUnit::Day, SpanUnit::WorkingHour]
            .into_iter()
            .find(|unit| unit.as_str() == text.trim())
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: SpanUnit,
}

impl Span {
    /// `count` working days.
    pub const fn working_days(count: u32) -> Span {
        Span { count, unit: SpanUnit::WorkingDay }
    }

    /// `count` days of the wall calendar.
    pub const fn days(count: u32) -> Span {
        Span { count, unit: SpanUnit::Day }
    }

    /// `count` hours in which the offices are open.
    pub const fn working_hours(count: u32) -> Span {
        Span { count, unit: SpanUnit::WorkingHour }
    }
}

/// Why a calendar cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No day of the week is a working day.
    #[error("the calendar has no working day")]
    NoWorkDay,
    /// The office closes before it opens, or after midnight.
    #[error("the office must close after it opens, on the same day")]
    BadHours,
}

/// When a region's offices work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calendar {
    /// The region's time zone.
    pub zone: Zone,
    /// Days off, whatever their weekday: national holidays, shared leave, the region's own.
    #[serde(with = "iso_dates")]
    pub holidays: BTreeSet<Date>,
    /// Which weekdays are worked, Monday first.
    pub work_days: [bool; 7],
    /// When the offices open, in minutes past midnight.
    pub open_minute: u16,
    /// When the offices close, in minutes past midnight.
    pub close_minute: u16,
}

impl Calendar {
    /// Monday to Friday, 08.00 to 16.00, with the national holidays and shared leave known to this version.
    pub fn standard(zone: Zone) -> Calendar {
        Calendar {
            zone,
            holidays: national_holidays().map(|holiday| holiday.date).collect(),
            work_days: [true, true, true, true, true, false, false],
            open_minute: 8 * 60,
            close_minute: 16 * 60,
        }
    }

    /// Whether the calendar can be used; whoever stores one asks first. An unusable one still breaks nothing:
    /// without working days every day is one, with impossible hours a day is worked from midnight to midnight.
    pub fn check(&self) -> Result<(), CalendarError> {
        if !self.work_days.contains(&true) {
            return Err(CalendarError::NoWorkDay);
        }
        if self.open_minute >= self.close_minute || self.close_minute > DAY_MINUTES {
            return Err(CalendarError::BadHours);
        }
        Ok(())
    }

    /// Opening and closing minute, or the whole day if those stored are impossible.
    fn hours(&self) -> (u16, u16) {
        let possible = self.open_minute < self.close_minute && self.close_minute <= DAY_MINUTES;
        if possible { (self.open_minute, self.close_minute) } else { (0, DAY_MINUTES) }
    }

    /// Whether the offices work on `date`.
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekday = usize::from(date.weekday().number_days_from_monday());
        let works = self.work_days[weekday] || !self.work_days.contains(&true);
        works && !self.holidays.contains(&date)
    }

    /// Whether the offices are open at the instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.opening(self.zone.date(at)).is_some_and(|(open, close)| (open.0..close.0).contains(&at.0))
    }

    /// When the offices open and close on `date`; `None` if they do not work.
    pub fn opening(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let (open, close) = self.hours();
        self.is_working_day(date).then(|| (self.zone.instant(date, open), self.zone.instant(date, close)))
    }

    /// The first working day after `date`. If there is none within some 400 days, the day after `date`.
    pub fn next_working_day(&self, date: Date) -> Date {
        let mut day = date;
        for _ in 0..SEARCH_MAX_DAYS {
            day = day.next_day().unwrap_or(Date::MAX);
            if self.is_working_day(day) {
                return day;
            }
        }
        date.next_day().unwrap_or(Date::MAX)
    }

    /// When a span that starts at `start` is over:
    /// working days when the office closes on the last of them, days of the wall calendar at 23.59 of the last
    /// (the day of the start does not count in either), working hours after so much time of open offices.
    /// Zero working days end when the office next closes.
    pub fn due(&self, start: Timestamp, span: Span) -> Timestamp {
        let count = span.count.min(SPAN_MAX_COUNT);
        let start_day = self.zone.date(start);
        match span.unit {
            SpanUnit::WorkingDay if count == 0 => match self.opening(start_day) {
                Some((_, close)) if start <= close => close,
                _ => self.zone.instant(self.next_working_day(start_day), self.hours().1),
            },
            SpanUnit::WorkingDay => {
                let last = (0..count).fold(start_day, |day, _| self.next_working_day(day));
                self.zone.instant(last, self.hours().1)
            }
            SpanUnit::Day => {
                let last = start_day.checked_add(Duration::days(i64::from(count))).unwrap_or(Date::MAX);
                // A span of zero days that starts in the last minute of a day is over at once.
                self.zone.instant(last, DAY_MINUTES - 1).max(start)
            }
            SpanUnit::WorkingHour => self.add_working_micros(start, i64::from(count) * 60 * MINUTE_MICROS),
        }
    }

    /// The instant at which `percent` of the working time from `start` to `due` is over; for the warning before a
    /// deadline. If no office is open in between, the same share of the time that passes.
    pub fn at_fraction(&self, start: Timestamp, due: Timestamp, percent: u8) -> Timestamp {
        let percent = i128::from(percent.min(100));
        let share = |whole: i64| i64::try_from(i128::from(whole) * percent / 100).unwrap_or(0);
        let working = self.working_micros_between(start, due);
        if due <= start || percent == 100 {
            return due;
        }
        if working == 0 {
            return start.plus_micros(share(due.micros_since(start)));
        }
        self.add_working_micros(start, share(working)).min(due)
    }

    /// The instant at which the offices have been open for `micros` since `start`. The end of a day's work stands for
    /// the beginning of the next: what is used up at closing time ends at closing time.
    pub fn add_working_micros(&self, start: Timestamp, micros: i64) -> Timestamp {
        if micros <= 0 {
            return start;
        }
        let mut left = micros;
        let mut day = self.zone.date(start);
        // A century of days is more than any span may count; the bound keeps an odd calendar from turning for ever.
        for _ in 0..40_000 {
            if let Some((open, close)) = self.opening(day) {
                let from = open.max(start);
                let here = close.micros_since(from).max(0);
                if left <= here {
                    return from.plus_micros(left);
                }
                left -= here;
            }
            day = self.next_working_day(day);
        }
        self.zone.instant(day, self.hours().1)
    }

    /// Microseconds of open offices from `from` to `to`; negative if `to` is earlier.
    pub fn working_micros_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to < from {
            return -self.working_micros_between(to, from);
        }
        let (mut day, last) = (self.zone.date(from), self.zone.date(to));
        let mut sum = 0i64;
        while day <= last {
            if let Some((open, close)) = self.opening(day) {
                sum += close.min(to).micros_since(open.max(from)).max(0);
            }
            let Some(next) = day.next_day() else { break };
            day = next;
        }
        sum
    }

    /// Whole minutes of open offices from `from` to `to`; negative if `to` is earlier.
    pub fn working_minutes_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.working_micros_between(from, to) / MINUTE_MICROS
    }

    /// Working days after the day of `from` up to and with the day of `to`; negative if `to` is on an earlier day.
    pub fn working_days_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let (first, last) = (self.zone.date(from), self.zone.date(to));
        if last < first {
            return -self.working_days_between(to, from);
        }
        let mut day = first;
        let mut count = 0;
        while day < last {
            let Some(next) = day.next_day() else { break };
            day = next;
            count += i64::from(self.is_working_day(day));
        }
        count
    }
}

/// Dates as `2026-11-22` in JSON.
mod iso_dates {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};
    use time::Date;

    pub(super) fn serialize<S: Serializer>(dates: &BTreeSet<Date>, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(dates.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<Date>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        let read = |text: String| super::parse_date(&text).ok_or_else(|| D::Error::custom(format!("no date: {text}")));
        texts.into_iter().map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::clock::{DAY_MICROS, HOUR_MICROS};

    fn wita() -> Calendar {
        Calendar::standard(Zone::Wita)
    }

    fn at(date: Date, hour: u16, minute: u16) -> Timestamp {
        Zone::Wita.instant(date, hour * 60 + minute)
    }

    #[test]
    fn a_report_of_sunday_is_checked_by_wednesday_and_answered_by_friday() {
        let sent = at(date!(2026 - 11 - 22), 8, 10);
        assert_eq!(wita().due(sent, Span::working_days(3)), at(date!(2026 - 11 - 25), 16, 0));
        assert_eq!(wita().due(sent, Span::working_days(5)), at(date!(2026 - 11 - 27), 16, 0));
    }

    #[test]
    fn the_day_of_the_start_does_not_count_at_whatever_hour() {
        for (hour, minute) in [(0, 0), (8, 0), (15, 59), (16, 0), (23, 59)] {
            let due = wita().due(at(date!(2026 - 11 - 23), hour, minute), Span::working_days(1));
            assert_eq!(due, at(date!(2026 - 11 - 24), 16, 0));
        }
    }

    #[test]
    fn the_day_is_that_of_the_region_and_not_of_utc() {
        // 23.30 UTC on Sunday is Monday morning in Masamba, so the first working day after it is Tuesday.
        let sent = Timestamp(1_795_390_200 * 1_000_000);
        assert_eq!(Zone::Wita.date(sent), date!(2026 - 11 - 23));
        assert_eq!(wita().due(sent, Span::working_days(1)), at(date!(2026 - 11 - 24), 16, 0));
    }

    #[test]
    fn holidays_and_shared_leave_do_not_count() {
        // Thursday before Christmas 2026: 24 is shared leave, 25 a holiday, 26 and 27 the weekend.
        let sent = at(date!(2026 - 12 - 23), 10, 0);
        assert_eq!(wita().due(sent, Span::working_days(1)), at(date!(2026 - 12 - 28), 16, 0));
        // Idulfitri 2026: from Wednesday 18 to Tuesday 24 March nobody works.
        let sent = at(date!(2026 - 03 - 17), 10, 0);
        assert_eq!(wita().due(sent, Span::working_days(1)), at(date!(2026 - 03 - 25), 16, 0));
    }

    #[test]
    fn plain_days_count_weekends_and_end_with_the_day() {
        let sent = at(date!(2026 - 12 - 18), 10, 0);
        assert_eq!(wita().due(sent, Span::days(10)), at(date!(2026 - 12 - 28), 23, 59));
        assert_eq!(wita().due(sent, Span::days(0)), at(date!(2026 - 12 - 18), 23, 59));
        let last_seconds = at(date!(2026 - 12 - 18), 23, 59).plus_micros(30_000_000);
        assert_eq!(wita().due(last_seconds, Span::days(0)), last_seconds);
    }

    #[test]
    fn zero_working_days_end_when_the_office_next_closes() {
        let friday = date!(2026 - 11 - 20);
        assert_eq!(wita().due(at(friday, 9, 0), Span::working_days(0)), at(friday, 16, 0));
        assert_eq!(wita().due(at(friday, 17, 0), Span::working_days(0)), at(date!(2026 - 11 - 23), 16, 0));
        assert_eq!(
            wita().due(at(date!(2026 - 11 - 22), 9, 0), Span::working_days(0)),
            at(date!(2026 - 11 - 23), 16, 0)
        );
    }

    #[test]
    fn working_hours_run_only_while_the_office_is_open() {
        let friday = at(date!(2026 - 11 - 20), 15, 0);
        assert_eq!(wita().due(friday, Span::working_hours(1)), at(date!(2026 - 11 - 20), 16, 0));
        assert_eq!(wita().due(friday, Span::working_hours(2)), at(date!(2026 - 11 - 23), 9, 0));
        assert_eq!(
            wita().due(at(date!(2026 - 11 - 21), 12, 0), Span::working_hours(8)),
            at(date!(2026 - 11 - 23), 16, 0)
        );
    }

    #[test]
    fn the_warning_counts_working_time() {
        let calendar = wita();
        let start = at(date!(2026 - 11 - 20), 8, 0);
        let due = calendar.due(start, Span::working_days(3));
        assert_eq!(due, at(date!(2026 - 11 - 25), 16, 0));
        // Four days of eight hours; three of them end on Tuesday, not on the wall's Tuesday morning.
        assert_eq!(calendar.at_fraction(start, due, 75), at(date!(2026 - 11 - 24), 16, 0));
        assert_eq!(calendar.at_fraction(start, due, 0), start);
        assert_eq!(calendar.at_fraction(start, due, 100), due);
        assert_eq!(calendar.at_fraction(start, due, 200), due);
    }

    #[test]
    fn a_warning_without_working_time_counts_all_time() {
        let saturday = at(date!(2026 - 11 - 21), 0, 0);
        let sunday = at(date!(2026 - 11 - 22), 0, 0);
        assert_eq!(wita().at_fraction(saturday, sunday, 75), at(date!(2026 - 11 - 21), 18, 0));
        assert_eq!(wita().at_fraction(sunday, saturday, 75), saturday);
    }

    #[test]
    fn working_time_is_that_of_open_offices() {
        let friday = at(date!(2026 - 11 - 20), 15, 30);
        assert_eq!(wita().working_minutes_between(friday, at(date!(2026 - 11 - 23), 9, 0)), 90);
        assert_eq!(wita().working_minutes_between(at(date!(2026 - 11 - 23), 9, 0), friday), -90);
        assert_eq!(wita().working_minutes_between(friday, friday), 0);
        assert_eq!(wita().working_days_between(friday, at(date!(2026 - 11 - 25), 9, 0)), 3);
        assert_eq!(wita().working_days_between(at(date!(2026 - 11 - 25), 9, 0), friday), -3);
        assert!(wita().is_open(friday));
        assert!(!wita().is_open(at(date!(2026 - 11 - 20), 16, 0)));
        assert!(!wita().is_open(at(date!(2026 - 11 - 22), 10, 0)));
    }

    #[test]
    fn an_impossible_calendar_is_refused_and_still_ends_every_deadline() {
        let none = Calendar { work_days: [false; 7], ..wita() };
        assert_eq!(none.check(), Err(CalendarError::NoWorkDay));
        let backwards = Calendar { open_minute: 960, close_minute: 480, ..wita() };
        assert_eq!(backwards.check(), Err(CalendarError::BadHours));
        assert_eq!(Calendar { close_minute: 1_441, ..wita() }.check(), Err(CalendarError::BadHours));
        assert_eq!(wita().check(), Ok(()));
        let sent = at(date!(2026 - 11 - 22), 8, 10);
        for odd in [none, backwards] {
            for span in [Span::working_days(3), Span::working_hours(3), Span::days(3), Span::working_days(u32::MAX)] {
                assert!(odd.due(sent, span) > sent);
            }
        }
    }

    #[test]
    fn years_of_holidays_on_end_still_end_a_deadline() {
        let holidays = (0..1_500).map(|day| date!(2026 - 01 - 01) + Duration::days(day)).collect();
        let shut = Calendar { holidays, ..wita() };
        let sent = at(date!(2026 - 01 - 01), 8, 0);
        assert!(shut.due(sent, Span::working_days(2)) > sent);
        assert!(shut.due(sent, Span::working_hours(2)) > sent);
    }

    #[test]
    fn a_calendar_survives_json() {
        let json = serde_json::to_string(&wita()).unwrap();
        assert!(json.contains("\"2026-12-25\"") && json.contains("\"WITA\""));
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), wita());
        assert!(serde_json::from_str::<Calendar>(&json.replace("2026-12-25", "2026-12-45")).is_err());
    }

    #[test]
    fn the_ends_of_time_break_nothing() {
        for edge in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            let edge = Timestamp(edge);
            for zone in Zone::ALL {
                let _ = zone.date(edge);
            }
            let _ = wita().due(edge, Span::working_days(u32::MAX));
            let _ = wita().due(edge, Span::working_hours(u32::MAX));
            let _ = wita().due(edge, Span::days(u32::MAX));
        }
    }

    prop_compose! {
        fn calendars()(
            zone in prop::sample::select(Zone::ALL.to_vec()),
            days in prop::collection::btree_set(0i64..120, 0..30),
            mut work_days in prop::array::uniform7(any::<bool>()),
            one in 0usize..7,
            open in 0u16..1_439,
            length in 1u16..1_440,
        ) -> Calendar {
            work_days[one] = true;
            let holidays = days.into_iter().map(|day| date!(2026 - 10 - 01) + Duration::days(day)).collect();
            Calendar { zone, holidays, work_days, open_minute: open, close_minute: (open + length).min(1_440) }
        }
    }

    fn instants() -> impl Strategy<Value = Timestamp> {
        let start = Zone::Wib.instant(date!(2026 - 10 - 01), 0).0;
        (start..start + 120 * DAY_MICROS).prop_map(Timestamp)
    }

    proptest! {
        #[test]
        fn the_nth_working_day_is_worked_and_is_the_nth(calendar in calendars(), start in instants(), n in 1u32..40) {
            let due = calendar.due(start, Span::working_days(n));
            let day = calendar.zone.date(due.plus_micros(-1));
            prop_assert!(calendar.is_working_day(day));
            prop_assert_eq!(calendar.opening(day).map(|(_, close)| close), Some(due));
            prop_assert_eq!(calendar.working_days_between(start, due.plus_micros(-1)), i64::from(n));
        }

        #[test]
        fn later_starts_and_longer_spans_never_end_earlier(
            calendar in calendars(), a in instants(), b in instants(), n in 0u32..30, unit in 0usize..3,
        ) {
            let unit = [SpanUnit::WorkingDay, SpanUnit::Day, SpanUnit::WorkingHour][unit];
            let due = |start, count| calendar.due(start, Span { count, unit });
            prop_assert!(due(a.min(b), n) <= due(a.max(b), n));
            prop_assert!(due(a, n) <= due(a, n + 1));
            prop_assert!(due(a, n) >= a);
        }

        #[test]
        fn working_time_adds_up(calendar in calendars(), a in instants(), b in instants(), c in instants()) {
            let between = |from, to| calendar.working_micros_between(from, to);
            prop_assert_eq!(between(a, b) + between(b, c), between(a, c));
            prop_assert!(between(a.min(b), a.max(b)) <= (a.0 - b.0).abs());
        }

        #[test]
        fn adding_working_time_and_measuring_it_agree(
            calendar in calendars(), a in instants(), hours in 0i64..200, rest in 0i64..HOUR_MICROS,
        ) {
            let micros = hours * HOUR_MICROS + rest;
            let end = calendar.add_working_micros(a, micros);
            prop_assert_eq!(calendar.working_micros_between(a, end), micros);
        }

        #[test]
        fn the_warning_lies_between_start_and_deadline(
            calendar in calendars(), start in instants(), n in 0u32..30, percent in 0u8..=100,
        ) {
            let due = calendar.due(start, Span::working_days(n));
            let warning = calendar.at_fraction(start, due, percent);
            prop_assert!(start <= warning && warning <= due);
            prop_assert!(warning <= calendar.at_fraction(start, due, percent.saturating_add(1)));
        }

    }
}
