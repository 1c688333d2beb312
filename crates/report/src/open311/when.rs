//! Instants as GeoReport and old spreadsheets write them: W3C date and time, with or without a zone.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::{DAY_MICROS, SECOND_MICROS};

/// Seconds east of Greenwich.
pub type OffsetSeconds = i32;

/// The offset of a region's zone.
pub fn offset_of(zone: Zone) -> OffsetSeconds {
    i32::from(zone.offset_hours()) * 3600
}

/// Longest text that is looked at, in characters: `2026-11-02T09:00:00.000000+08:00` has 32.
const TEXT_MAX_CHARS: usize = 40;

/// Reads `2026-11-02T09:00:00+08:00`, `…Z`, `…+0800`, with a fraction or without seconds, a space for the `T`, or a
/// date alone (its first moment). A text without a zone is local time at `offset`. A space where a sign belongs is a
/// plus that a client forgot to encode. `None` if it is no such date.
pub fn parse(text: &str, offset: OffsetSeconds) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > TEXT_MAX_CHARS || !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(10)?;
    let day = parse_date(date)?;
    if rest.is_empty() {
        return instant(day, 0, 0, offset);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len()));
    let (seconds, micros) = parse_clock(clock)?;
    instant(day, seconds, micros, parse_zone(zone, offset)?)
}

fn instant(day: i64, seconds: i64, micros: i64, offset: OffsetSeconds) -> Option<Timestamp> {
    let seconds = day.checked_mul(86_400)?.checked_add(seconds)?.checked_sub(i64::from(offset))?;
    seconds.checked_mul(SECOND_MICROS)?.checked_add(micros).map(Timestamp)
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    day_number(digits(year)?, digits(month)?, digits(day)?)
}

/// Days since 1970-01-01, or `None` for a day that no calendar has.
pub fn day_number(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > month_length(year, month) {
        return None;
    }
    // Years begin in March here, so that the leap day is a year's last.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `09:00`, `09:00:00` or `09:00:00.123` as seconds of the day and microseconds. Second 60 is the next minute's first.
fn parse_clock(text: &str) -> Option<(i64, i64)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let parts: Vec<&str> = whole.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (digits(hour)?, digits(minute)?, 0),
        [hour, minute, second] => (digits(hour)?, digits(minute)?, digits(second)?),
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 60 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let micros =
        fraction.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0, |sum, b| sum * 10 + i64::from(b - b'0'));
    Some((hour * 3600 + minute * 60 + second, micros))
}

fn parse_zone(text: &str, local: OffsetSeconds) -> Option<OffsetSeconds> {
    let (sign, rest) = match text.split_at_checked(1) {
        None => return Some(local),
        Some(("Z" | "z", "")) => return Some(0),
        Some(("+" | " ", rest)) => (1, rest),
        Some(("-", rest)) => (-1, rest),
        Some(_) => return None,
    };
    let (hours, minutes) = match rest.len() {
        2 => (rest, "0"),
        4 => rest.split_at(2),
        5 => rest.split_once(':')?,
        _ => return None,
    };
    let (hours, minutes) = (digits(hours)?, digits(minutes)?);
    // No place on earth is further than 14 hours away, but RFC 3339 knows offsets up to a day.
    (hours <= 23 && minutes <= 59).then(|| sign * i32::try_from(hours * 3600 + minutes * 60).unwrap_or(0))
}

/// The standard's default span of a search: 90 days.
pub const DEFAULT_SPAN_MICROS: i64 = 90 * DAY_MICROS;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::format::iso;

    use super::*;

    const WITA: OffsetSeconds = 8 * 3600;

    #[test]
    fn every_way_of_writing_one_instant_is_the_same_instant() {
        let nine = Timestamp(1_793_581_200 * SECOND_MICROS);
        for text in [
            "2026-11-02T09:00:00+08:00",
            "2026-11-02T09:00:00 08:00",
            "2026-11-02T09:00:00+0800",
            "2026-11-02T09:00:00+08",
            "2026-11-02T09:00:00.000+08:00",
            "2026-11-02T01:00:00Z",
            "2026-11-01T20:00:00-05:00",
            "2026-11-03T00:59:00+23:59",
            "2026-11-02T09:00:00",
            "2026-11-02 09:00",
        ] {
            assert_eq!(parse(text, WITA), Some(nine), "{text}");
        }
        assert_eq!(parse("2026-11-02", WITA), Some(nine.plus_micros(-9 * 3600 * SECOND_MICROS)));
    }

    #[test]
    fn a_day_that_no_calendar_has_is_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-00-10", "2026-11-02T25:00:00Z", "tomorrow", "", "2026-11-02Q"] {
            assert_eq!(parse(text, WITA), None, "{text}");
        }
        assert!(parse("2024-02-29", WITA).is_some());
    }

    /// What a fuzzer or a bad day has found, fed again.
    #[test]
    fn corpus_open311_time() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/open311_time");
        for entry in std::fs::read_dir(folder).expect("folder") {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
            let text = String::from_utf8_lossy(&bytes);
            let _ = parse(&text, WITA);
            let _ = crate::import::row::instant(&text, crate::import::Reading { offset: WITA, month_first: false });
        }
    }

    proptest! {
        #[test]
        fn what_we_write_is_read_back(seconds in -60_000_000_000i64..250_000_000_000) {
            let at = Timestamp(seconds * SECOND_MICROS);
            prop_assert_eq!(parse(&iso(at, Zone::Wita), 0), Some(at));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,40}") {
            let _ = parse(&text, WITA);
        }
    }
}
