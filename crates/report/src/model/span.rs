//! A month or a year, as it stands in an address: `2026-11`, `2026`.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;

/// The years that are read; others are a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 2_000..=2_100;

/// A span of time by the region's calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

/// The month of an instant, as an address names it.
pub fn month_text(zone: Zone, at: Timestamp) -> String {
    let date = zone.date(at);
    format!("{:04}-{:02}", date.year(), u8::from(date.month()))
}

/// The year of an instant, as an address names it.
pub fn year_text(zone: Zone, at: Timestamp) -> String {
    format!("{:04}", zone.date(at).year())
}

/// Reads a month or a year; `None` for any other text.
pub fn read(zone: Zone, text: &str) -> Option<Span> {
    let (year, month) = match text.split_once('-') {
        Some((year, month)) => (digits(year, 4)?, Some(u8::try_from(digits(month, 2)?).ok()?)),
        None => (digits(text, 4)?, None),
    };
    if !YEARS.contains(&year) {
        return None;
    }
    let first = |year: i32, month: u8| {
        // From a date that every calendar has.
        let january = zone.date(Timestamp(0)).replace_year(year).ok()?.replace_day(1).ok()?;
        let date = january.replace_month(january.month().nth_next(month - 1)).ok()?;
        Some(zone.instant(date, 0))
    };
    match month {
        None => Some(Span { from: first(year, 1)?, to: first(year + 1, 1)? }),
        Some(12) => Some(Span { from: first(year, 12)?, to: first(year + 1, 1)? }),
        Some(month @ 1..12) => Some(Span { from: first(year, month)?, to: first(year, month + 1)? }),
        Some(_) => None,
    }
}

fn digits(text: &str, count: usize) -> Option<i32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    #[test]
    fn only_months_and_years_are_read() {
        for nonsense in ["", "2026-13", "2026-00", "26", "2026-1", "1999", "2101", "２０２６", "2026-11-01", "+026"]
        {
            assert_eq!(read(Zone::Wita, nonsense), None, "{nonsense}");
        }
        let year = read(Zone::Wita, "2026").unwrap();
        assert_eq!(year.to.micros_since(year.from), 365 * DAY_MICROS);
        assert_eq!(read(Zone::Wita, "2026-12").unwrap().to, year.to);
    }

    proptest! {
        #[test]
        fn an_instant_lies_in_its_month_and_year(at in 946_800_000_000_000i64..4_000_000_000_000_000) {
            let now = Timestamp(at);
            for text in [month_text(Zone::Wita, now), year_text(Zone::Wita, now)] {
                let span = read(Zone::Wita, &text).unwrap();
                prop_assert!(span.from <= now && now < span.to, "{}", text);
            }
        }
    }
}
