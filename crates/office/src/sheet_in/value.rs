//! What stands in a cell, and what people mean who type numbers and dates as text.

use calamine::DataRef;
use simpul_kernel::format::{Lang, month};
use time::{Date, Month, PrimitiveDateTime, Time};

/// The day of Excel after which no year has four digits any more.
const LAST_DAY: f64 = 2_958_465.0;
/// Longest text that may be a number or a date, in bytes.
const SHORT_MAX_BYTES: usize = 60;
/// A number beyond this is no whole one any more.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Empty,
    /// A text, without white space at its ends; never empty.
    Text(String),
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// A day with a time, in nobody's zone.
    Moment(PrimitiveDateTime),
    /// Yes or no.
    Bool(bool),
    /// A formula whose result was not saved.
    Formula,
    /// An error of Excel's, such as `#REF!`.
    Error(String),
}

/// The value of a cell of a workbook.
pub(super) fn of(cell: &DataRef<'_>) -> Value {
    match cell {
        DataRef::Int(number) => Value::Number(*number as f64),
        DataRef::Float(number) if number.is_finite() => Value::Number(*number),
        DataRef::Float(number) => Value::Error(number.to_string()),
        DataRef::String(text) => text_of(text),
        DataRef::SharedString(text) => text_of(text),
        DataRef::Bool(yes) => Value::Bool(*yes),
        DataRef::DateTime(at) if at.is_datetime() && (0.0..=LAST_DAY).contains(&at.as_f64()) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            let date = Month::try_from(month)
                .ok()
                .and_then(|month| Date::from_calendar_date(i32::from(year), month, day).ok());
            match (date, Time::from_hms(hour, minute, second)) {
                (Some(date), Ok(time)) if time == Time::MIDNIGHT => Value::Date(date),
                (Some(date), Ok(time)) => Value::Moment(PrimitiveDateTime::new(date, time)),
                _ => Value::Number(at.as_f64()),
            }
        }
        DataRef::DateTime(at) => Value::Number(at.as_f64()),
        DataRef::DateTimeIso(text) => match date_text(text.get(..10).unwrap_or(text)) {
            Some(date) => Value::Date(date),
            None => text_of(text),
        },
        DataRef::DurationIso(text) => text_of(text),
        DataRef::Error(error) => Value::Error(error.to_string()),
        DataRef::Empty => Value::Empty,
    }
}

fn text_of(text: &str) -> Value {
    match text.trim() {
        "" => Value::Empty,
        text => Value::Text(text.to_owned()),
    }
}

impl Value {
    /// As a text: whole numbers without places, days as 2026-11-27.
    pub fn text(&self) -> String {
        match self {
            Value::Empty | Value::Formula => String::new(),
            Value::Text(text) | Value::Error(text) => text.clone(),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < WHOLE_MAX => format!("{number:.0}"),
            Value::Number(number) => number.to_string(),
            Value::Date(date) => date.to_string(),
            Value::Moment(at) => format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute()),
            Value::Bool(yes) => (if *yes { "ya" } else { "tidak" }).to_owned(),
        }
    }

    /// As a number, if it is one or is typed like one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => number_text(text),
            _ => None,
        }
    }

    /// As a whole number.
    pub fn whole(&self) -> Option<i64> {
        self.number().filter(|number| number.fract() == 0.0 && number.abs() < WHOLE_MAX).map(|number| number as i64)
    }

    /// As a day, if it is one or is typed like one.
    pub fn date(&self) -> Option<Date> {
        match self {
            Value::Date(date) => Some(*date),
            Value::Moment(at) => Some(at.date()),
            Value::Text(text) => date_text(text),
            _ => None,
        }
    }
}

/// A number as it is typed in Indonesia: `1.234,5`, `Rp 1.250.000`, `76 %`, `(12)` for a negative one. A point parts
/// thousands where exactly three digits follow each and no zero stands before it alone, and decimals else; a comma
/// parts decimals, unless a point after it does. A per cent sign changes nothing: `76 %` is 76.
pub fn number_text(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > SHORT_MAX_BYTES {
        return None;
    }
    let (text, in_brackets) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let text = text.trim().trim_end_matches('%').trim();
    let bare = text.strip_prefix("Rp").or_else(|| text.strip_prefix("IDR")).unwrap_or(text);
    let bare = bare.trim_start_matches(['.', ' ', '\u{a0}']);
    let (digits, is_negative) = match bare.strip_prefix(['-', '−', '–']) {
        Some(rest) => (rest, true),
        None => (bare, false),
    };
    let digits: String = digits.chars().filter(|sign| !matches!(sign, ' ' | '\u{a0}' | '\u{202f}')).collect();
    // `-Rp 5` is as usual as `Rp -5`.
    let digits = digits.strip_prefix("Rp").unwrap_or(&digits);
    let (whole, places) = parts(digits)?;
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(&whole) || !all_digits(places) {
        return None;
    }
    let number: f64 = format!("{whole}.{places}0").parse().ok()?;
    Some(if in_brackets != is_negative { -number } else { number })
}

/// The digits before and after the sign for decimals.
fn parts(digits: &str) -> Option<(String, &str)> {
    let grouped = |whole: &str, sign: char| -> Option<String> {
        let mut groups = whole.split(sign);
        let first = groups.next().unwrap_or_default();
        let rest: Vec<&str> = groups.collect();
        let fits = rest.iter().all(|group| group.len() == 3) && (1..=3).contains(&first.len());
        (rest.is_empty() || fits).then(|| whole.replace(sign, ""))
    };
    let count = |sign: char| digits.matches(sign).count();
    match (digits.rfind('.'), digits.rfind(',')) {
        (None, None) => Some((digits.to_owned(), "")),
        (Some(point), Some(comma)) if comma > point => {
            Some((grouped(&digits[..comma], '.')?, &digits[comma + 1..])).filter(|_| count(',') == 1)
        }
        (Some(point), Some(_)) => {
            Some((grouped(&digits[..point], ',')?, &digits[point + 1..])).filter(|_| count('.') == 1)
        }
        (None, Some(comma)) if count(',') == 1 => Some((digits[..comma].to_owned(), &digits[comma + 1..])),
        (None, Some(_)) => Some((grouped(digits, ',')?, "")),
        (Some(point), None) => match grouped(digits, '.').filter(|_| !digits.starts_with("0.")) {
            Some(whole) => Some((whole, "")),
            None if count('.') == 1 => Some((digits[..point].to_owned(), &digits[point + 1..])),
            None => None,
        },
    }
}

/// A day as it is typed: `27/11/2026`, `27-11-2026`, `27.11.2026`, `2026-11-27`, `27 November 2026`, `27 Nov 2026`. The
/// day stands before the month. A year of two digits is refused: nobody knows which hundred it means.
pub fn date_text(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > SHORT_MAX_BYTES {
        return None;
    }
    let parts: Vec<&str> = text.split(['/', '-', '.', ' ', ',', '\u{a0}']).filter(|part| !part.is_empty()).collect();
    let [first, middle, last] = parts.as_slice() else { return None };
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>| -> Option<u16> {
        let is_number = lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse().ok()).flatten()
    };
    let (day, year) = match number(first, 4..=4) {
        Some(year) => (number(last, 1..=2)?, year),
        None => (number(first, 1..=2)?, number(last, 4..=4)?),
    };
    let month = number(middle, 1..=2).and_then(|month| u8::try_from(month).ok()).or_else(|| month_named(middle))?;
    Date::from_calendar_date(i32::from(year), Month::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// The month of that name, in Indonesian or English, whole or by three letters or more.
fn month_named(name: &str) -> Option<u8> {
    let name = name.to_lowercase();
    let known = |month_number: &u8| {
        Lang::ALL.iter().any(|lang| month(*lang, *month_number).to_lowercase().starts_with(&name))
            || ENGLISH[usize::from(*month_number) - 1].starts_with(&name)
            || (name == "agt" && *month_number == 8)
    };
    (name.chars().count() >= 3).then(|| (1..=12).find(known)).flatten()
}

/// English months in full: pages print three letters of them.
const ENGLISH: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn numbers_are_read_as_indonesia_types_them() {
        for (text, number) in [
            ("1.234,5", 1_234.5),
            ("1.234", 1_234.0),
            ("1.234.567", 1_234_567.0),
            ("1,5", 1.5),
            ("1.5", 1.5),
            ("0.125", 0.125),
            ("12.34", 12.34),
            ("1,234.5", 1_234.5),
            ("1,234,567", 1_234_567.0),
            ("Rp 1.250.000", 1_250_000.0),
            ("Rp. 1.250.000,00", 1_250_000.0),
            ("Rp\u{a0}340.000", 340_000.0),
            ("-12", -12.0),
            ("−3,5", -3.5),
            ("-Rp 5", -5.0),
            ("(1.000)", -1_000.0),
            ("76 %", 76.0),
            (" 42 ", 42.0),
        ] {
            assert_eq!(number_text(text), Some(number), "{text}");
        }
        for wrong in
            ["", "-", "Rp", "a1", "1.2.3", "1,2,3", "1.23,4.5", "1..2", "12.34.567,8,9", "1e5", "NaN", ".", ","]
        {
            assert_eq!(number_text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_read_with_the_day_before_the_month() {
        let day = date!(2026 - 03 - 07);
        for text in ["7/3/2026", "07-03-2026", "07.03.2026", "2026-03-07", "7 Maret 2026", "7 mar 2026", "7 March 2026"]
        {
            assert_eq!(date_text(text), Some(day), "{text}");
        }
        assert_eq!(date_text("1 Agt 2026"), Some(date!(2026 - 08 - 01)));
        for wrong in ["", "7/3/26", "31/2/2026", "7/13/2026", "Maret 2026", "7 Foo 2026", "7/3", "2026"] {
            assert_eq!(date_text(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = (number_text(&text), date_text(&text));
        }

        #[test]
        fn what_pages_print_is_read_again(number in -1_000_000_000i64..1_000_000_000, places in 0i64..100) {
            let printed = simpul_kernel::format::number(Lang::Id, number);
            prop_assert_eq!(number_text(&printed), Some(number as f64));
            let value = number.unsigned_abs() as f64 + places as f64 / 100.0;
            let printed = simpul_kernel::format::decimal(Lang::Id, value, 2);
            let read = number_text(&printed).unwrap();
            prop_assert!((read - value).abs() < 1e-6, "{} {}", printed, read);
        }

        #[test]
        fn every_day_is_read_again(julian in 2_400_000i32..2_500_000) {
            let day = Date::from_julian_day(julian).unwrap();
            prop_assert_eq!(date_text(&day.to_string()), Some(day));
            let printed = simpul_kernel::format::day_long(Lang::Id, day);
            let bare = printed.split_once(", ").map_or(printed.as_str(), |(_, rest)| rest);
            prop_assert_eq!(date_text(bare), Some(day), "{}", printed);
        }
    }
}
