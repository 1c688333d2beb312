//! The days off that were decreed for all of Indonesia.

use serde::{Deserialize, Serialize};
use time::Date;

/// National holidays and shared leave as they were decreed; see the file's head for sources and gaps.
const HOLIDAYS_CSV: &str = include_str!("../../data/holidays.csv");

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
    Some(Holiday { date, kind, confirmed, source: columns.next()?, name: columns.next()? })
}

/// Reads a date as `2026-11-22`.
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let digits_where_due = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !digits_where_due {
        return None;
    }
    let month = time::Month::try_from(text[5..7].parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(text[..4].parse().ok()?, month, text[8..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn every_line_of_the_holidays_reads_and_their_counts_are_those_decreed() {
        let lines = HOLIDAYS_CSV.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let all: Vec<Holiday> = national_holidays().collect();
        assert_eq!(lines.count(), all.len());
        assert!(all.is_sorted_by_key(|holiday| holiday.date));
        let count = |year: i32, kind: HolidayKind| {
            all.iter().filter(|holiday| holiday.date.year() == year && holiday.kind == kind).count()
        };
        assert_eq!((count(2025, HolidayKind::National), count(2025, HolidayKind::SharedLeave)), (17, 11));
        assert_eq!((count(2026, HolidayKind::National), count(2026, HolidayKind::SharedLeave)), (17, 8));
        assert!(all.iter().all(|holiday| holiday.confirmed == (holiday.date.year() < 2027)));
        assert!(all.iter().all(|holiday| !holiday.name.is_empty() && !holiday.source.is_empty()));
        // Shared leave is only decreed for days that would be worked.
        let weekend = |holiday: &&Holiday| holiday.date.weekday().number_days_from_monday() > 4;
        assert_eq!(all.iter().filter(|holiday| holiday.kind == HolidayKind::SharedLeave).filter(weekend).count(), 0);
    }

    #[test]
    fn dates_read_only_in_full() {
        assert_eq!(parse_date("2026-11-22"), Some(date!(2026 - 11 - 22)));
        for text in [
            "",
            "2026-11",
            "2026-02-29",
            "2026-13-01",
            "22-11-2026",
            "2026/11/22",
            "2026-1-2",
            "+202-01-01",
            "２０-01-01",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_as_a_date_is_written_back(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}|.{0,12}") {
            if let Some(date) = parse_date(&text) {
                prop_assert_eq!(date.to_string(), text.trim());
            }
        }
    }
}
