//! Zones, working days and deadlines.
//!
//! A deadline of n working days ends when the office closes on the n-th working day after the day it started; the day of
//! the start does not count. What a region's calendar calls a working day is data, with the national holidays as a start.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use time::{Date, Duration, OffsetDateTime, UtcOffset};

use crate::clock::{MINUTE_MICROS, Timestamp};

/// National holidays and shared leave as they were decreed; see the file's head for sources and gaps.
const HOLIDAYS_CSV: &str = include_str!("../data/holidays.csv");
/// Most units a span may count: a century of working days is a typing error.
const SPAN_MAX_COUNT: u32 = 10_000;
/// How far a working day is sought before the calendar is taken to have none, in days.
const SEARCH_MAX_DAYS: u32 = 400;
/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// One of Indonesia's three time zones; none has summer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    /// Every zone, from west to east.
    pub const ALL: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];

    /// Hours ahead of UTC.
    pub fn offset_hours(self) -> i8 {
        match self {
            Zone::Wib => 7,
            Zone::Wita => 8,
            Zone::Wit => 9,
        }
    }

    /// The name as it stands behind a time of day: `WITA`.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// The zone's name in the IANA database.
    pub fn iana(self) -> &'static str {
        match self {
            Zone::Wib => "Asia/Jakarta",
            Zone::Wita => "Asia/Makassar",
            Zone::Wit => "Asia/Jayapura",
        }
    }

    /// Reads `WITA` (in any case) or an IANA name; `Asia/Pontianak` is WIB.
    pub fn parse(text: &str) -> Option<Zone> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("Asia/Pontianak") {
            return Some(Zone::Wib);
        }
        Zone::ALL
            .into_iter()
            .find(|zone| text.eq_ignore_ascii_case(zone.name()) || text.eq_ignore_ascii_case(zone.iana()))
    }

    /// The instant as date and time of this zone. Instants before the year 1 or after 9998 are shown as the end of that
    /// range, so that no stored number can break a page.
    pub fn local(self, at: Timestamp) -> OffsetDateTime {
        let (first, last) = (-62_135_510_400_000_000, 253_370_764_799_999_999);
        let nanos = i128::from(at.0.clamp(first, last)) * 1_000;
        let offset = UtcOffset::from_hms(self.offset_hours(), 0, 0).unwrap_or(UtcOffset::UTC);
        OffsetDateTime::from_unix_timestamp_nanos(nanos)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            .to_offset(offset)
    }

    /// The date that a wall calendar in this zone shows at the instant.
    pub fn date(self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The instant at which clocks of this zone show `minute` minutes past midnight of `date`; 1440 is the next midnight.
    pub fn instant(self, date: Date, minute: u16) -> Timestamp {
        let days = i64::from(date.to_julian_day()) - 2_440_588;
        let minutes = days * i64::from(DAY_MINUTES) + i64::from(minute) - i64::from(self.offset_hours()) * 60;
        Timestamp(minutes * MINUTE_MICROS)
    }
}

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
        Span {
            count,
            unit: SpanUnit::WorkingDay,
        }
    }

    /// `count` days of the wall calendar.
    pub const fn days(count: u32) -> Span {
        Span {
            count,
            unit: SpanUnit::Day,
        }
    }

    /// `count` hours in which the offices are open.
    pub const fn working_hours(count: u32) -> Span {
        Span {
            count,
            unit: SpanUnit::WorkingHour,
        }
    }
}

/// Whether a day off was decreed as a holiday or as shared leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayKind {
    /// Hari libur nasional.
    National,
    /// Cuti bersama.
    SharedLeave,
}

/// One decreed day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub date: Date,
    /// Holiday or shared leave.
    pub kind: HolidayKind,
    /// Whether the year's decree was at hand; if not, an administrator must confirm the day.
    pub confirmed: bool,
    /// The decree.
    pub source: &'static str,
    /// What is celebrated, in Bahasa Indonesia.
    pub name: &'static str,
}

/// The national holidays and shared leave of 2025 and 2026, and the fixed dates of 2027, in order of date.
pub fn national_holidays() -> impl Iterator<Item = Holiday> {
    HOLIDAYS_CSV.lines().filter_map(holiday_of_line)
}

fn holiday_of_line(line: &'static str) -> Option<Holiday> {
    let mut columns = line.splitn(5, ',').map(str::trim);
    let date = parse_date(columns.next()?)?;
    let kind = match columns.next()? {
        "libur" => HolidayKind::National,
        "cuti" => HolidayKind::SharedLeave,
        _ => return None,
    };
    let confirmed = columns.next()? == "pasti";
    Some(Holiday {
        date,
        kind,
        confirmed,
        source: columns.next()?,
        name: columns.next()?,
    })
}

/// Reads a date as `2026-11-22`.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits_where_due = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| {
            if at == 4 || at == 7 {
                b == b'-'
            } else {
                b.is_ascii_digit()
            }
        });
    if !digits_where_due {
        return None;
    }
    let month = time::Month::try_from(text[5..7].parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(text[..4].parse().ok()?, month, text[8..].parse().ok()?).ok()
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
        if possible {
            (self.open_minute, self.close_minute)
        } else {
            (0, DAY_MINUTES)
        }
    }

    /// Whether the offices work on `date`.
    pub fn is_working_day(&self, date: Date) -> bool {
        let weekday = usize::from(date.weekday().number_days_from_monday());
        let works = self.work_days[weekday] || !self.work_days.contains(&true);
        works && !self.holidays.contains(&date)
    }

    /// Whether the offices are open at the instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.opening(self.zone.date(at))
            .is_some_and(|(open, close)| (open.0..close.0).contains(&at.0))
    }

    /// When the offices open and close on `date`; `None` if they do not work.
    pub fn opening(&self, date: Date) -> Option<(Timestamp, Timestamp)> {
        let (open, close) = self.hours();
        self.is_working_day(date)
            .then(|| (self.zone.instant(date, open), self.zone.instant(date, close)))
    }

    /// The first working day after `date`. If there is none within [`SEARCH_MAX_DAYS`], the day after `date`.
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
                let last = start_day
                    .checked_add(Duration::days(i64::from(count)))
                    .unwrap_or(Date::MAX);
                self.zone.instant(last, DAY_MINUTES - 1)
            }
            SpanUnit::WorkingHour => self.add_working_micros(start, i64::from(count) * 60 * MINUTE_MICROS),
        }
    }

    /// The instant at which `percent` of the working time from `start` to `due` is over; for the warning before a deadline.
    /// If no office is open in between, the same share of the time that passes.
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

    /// The instant at which the offices have been open for `micros` since `start`. The end of a day's work stands for the
    /// beginning of the next: what is used up at closing time ends at closing time.
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
