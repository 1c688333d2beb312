//! Numbers, money, distances.

use super::{Lang, NO_BREAK_SPACE};

/// Digits in groups of three: `1.234.567`.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A whole number: `1.234.567`, in English `1,234,567`.
pub fn number(lang: Lang, value: i64) -> String {
    let digits = grouped(&value.unsigned_abs().to_string(), lang.pick('.', ','));
    if value < 0 { format!("-{digits}") } else { digits }
}

/// Whole and fractional digits of `value`, rounded half up to `places`, as browsers do from the shortest decimal text.
fn rounded(value: f64, places: usize) -> (String, String) {
    let text = format!("{}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
    let mut digits: Vec<u8> = whole.bytes().chain(kept.bytes()).collect();
    if fraction.as_bytes().get(places).is_some_and(|digit| *digit >= b'5') {
        let mut carry = true;
        for digit in digits.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == b'9';
            *digit = if carry { b'0' } else { *digit + 1 };
        }
        if carry {
            digits.insert(0, b'1');
        }
    }
    let text: String = digits.into_iter().map(char::from).collect();
    let (whole, fraction) = text.split_at(text.len() - places);
    (whole.to_owned(), fraction.to_owned())
}

/// A number with exactly `places` (0 to 20) digits after the comma: `1.234.567,89`.
/// What is no number is a dash, so that a figure without data never reads as zero.
pub fn decimal(lang: Lang, value: f64, places: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let (whole, fraction) = rounded(value, places.min(20));
    let is_zero = whole.bytes().chain(fraction.bytes()).all(|digit| digit == b'0');
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    let whole = grouped(&whole, lang.pick('.', ','));
    if fraction.is_empty() {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}{}{fraction}", lang.pick(',', '.'))
}

/// A number with at most `places` digits after the comma, without zeros at its end: `87,3` and `87`.
pub fn decimal_short(lang: Lang, value: f64, places: usize) -> String {
    let text = decimal(lang, value, places);
    let comma = lang.pick(',', '.');
    if places == 0 || !value.is_finite() {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches(comma).to_owned()
}

/// An amount of rupiah: `Rp 1.250.000` with a no-break space.
pub fn rupiah(lang: Lang, amount: i64) -> String {
    let digits = grouped(&amount.unsigned_abs().to_string(), lang.pick('.', ','));
    let sign = if amount < 0 { "-" } else { "" };
    format!("{sign}Rp{NO_BREAK_SPACE}{digits}")
}

/// A share in hundredths with at most one digit after the comma: `percent(lang, 87.3)` is `87,3%`.
pub fn percent(lang: Lang, hundredths: f64) -> String {
    let text = decimal_short(lang, hundredths, 1);
    if hundredths.is_finite() { format!("{text}%") } else { text }
}

/// A number short enough for a tile: `1,3 jt` (rb, jt, M, T), in English `1.3M` (K, M, B, T).
pub fn compact(lang: Lang, value: i64) -> String {
    const POWERS: [(u64, &str, &str); 4] =
        [(1_000, "rb", "K"), (1_000_000, "jt", "M"), (1_000_000_000, "M", "B"), (1_000_000_000_000, "T", "T")];
    let size = value.unsigned_abs();
    let sign = if value < 0 { "-" } else { "" };
    for (at, (power, id, en)) in POWERS.into_iter().enumerate() {
        let whole = (size + power / 2) / power;
        let more_follow = at + 1 < POWERS.len();
        if size < 1_000 || (more_follow && whole >= 1_000) {
            continue;
        }
        let tenths = (size + power / 20) / (power / 10);
        let text = if tenths < 100 {
            decimal_short(lang, tenths as f64 / 10.0, 1)
        } else if whole < 10_000 {
            whole.to_string()
        } else {
            grouped(&whole.to_string(), lang.pick('.', ','))
        };
        return lang.pick(format!("{sign}{text}{NO_BREAK_SPACE}{id}"), format!("{sign}{text}{en}"));
    }
    number(lang, value)
}

/// A distance: `80 meter`, `1,2 km`; whole kilometres from 10 km on.
pub fn distance(lang: Lang, meters: f64) -> String {
    if !meters.is_finite() {
        return "–".to_owned();
    }
    let meters = meters.max(0.0);
    if meters.round() < 1_000.0 {
        let text = decimal(lang, meters, 0);
        let unit = lang.pick("meter", if text == "1" { "metre" } else { "metres" });
        return format!("{text}{NO_BREAK_SPACE}{unit}");
    }
    let places = usize::from(meters < 9_950.0);
    format!("{}{NO_BREAK_SPACE}km", decimal_short(lang, meters / 1_000.0, places))
}

/// The size of a file: `347 KB`, `3,6 MB`, in steps of 1 024 as phones show it.
pub fn file_size(lang: Lang, bytes: u64) -> String {
    let kilobytes = bytes.div_ceil(1_024);
    if kilobytes < 1_024 {
        return format!("{kilobytes}{NO_BREAK_SPACE}KB");
    }
    format!("{}{NO_BREAK_SPACE}MB", decimal_short(lang, bytes as f64 / 1_048_576.0, 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_those_the_browser_prints() {
        assert_eq!(decimal(Lang::Id, 1_234_567.89, 2), "1.234.567,89");
        assert_eq!(decimal(Lang::En, 1_234_567.89, 2), "1,234,567.89");
        assert_eq!(rupiah(Lang::Id, 1_250_000), "Rp\u{a0}1.250.000");
        assert_eq!(rupiah(Lang::Id, -1_250_000), "-Rp\u{a0}1.250.000");
        assert_eq!(rupiah(Lang::En, 1_250_000), "Rp\u{a0}1,250,000");
        assert_eq!(percent(Lang::Id, 87.3), "87,3%");
        assert_eq!(percent(Lang::Id, 87.0), "87%");
        assert_eq!(percent(Lang::Id, -0.5), "-0,5%");
        assert_eq!(percent(Lang::En, 100.0), "100%");
        assert_eq!(number(Lang::Id, i64::MIN), "-9.223.372.036.854.775.808");
    }

    #[test]
    fn halves_are_rounded_up_as_the_browser_does() {
        for (value, places, text) in [
            (1.005, 2, "1,01"),
            (0.25, 1, "0,3"),
            (0.35, 1, "0,4"),
            (9.995, 2, "10,00"),
            (999.5, 0, "1.000"),
            (-0.04, 1, "0,0"),
            (-0.05, 1, "-0,1"),
            (1e21, 0, "1.000.000.000.000.000.000.000"),
            (1e-7, 3, "0,000"),
        ] {
            assert_eq!(decimal(Lang::Id, value, places), text);
        }
        assert_eq!(decimal(Lang::Id, f64::NAN, 1), "–");
        assert_eq!(percent(Lang::Id, f64::INFINITY), "–");
        assert_eq!(decimal_short(Lang::Id, 100.0, 0), "100");
        assert_eq!(decimal_short(Lang::Id, 1.5, 3), "1,5");
    }

    /// Printed by Chromium's `Intl.NumberFormat(lang, {notation: "compact"})`.
    #[test]
    fn compact_numbers_are_those_the_browser_prints() {
        for (value, id, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1_000, "1 rb", "1K"),
            (1_049, "1 rb", "1K"),
            (1_050, "1,1 rb", "1.1K"),
            (9_949, "9,9 rb", "9.9K"),
            (9_950, "10 rb", "10K"),
            (12_345, "12 rb", "12K"),
            (123_456, "123 rb", "123K"),
            (999_499, "999 rb", "999K"),
            (999_500, "1 jt", "1M"),
            (1_250_000, "1,3 jt", "1.3M"),
            (12_500_000, "13 jt", "13M"),
            (1_250_000_000, "1,3 M", "1.3B"),
            (1_000_000_000_000, "1 T", "1T"),
            (1_000_000_000_000_000, "1000 T", "1000T"),
            (1_234_500_000_000_000, "1235 T", "1235T"),
            (12_345_000_000_000_000, "12.345 T", "12,345T"),
            (-1_250_000, "-1,3 jt", "-1.3M"),
        ] {
            assert_eq!(compact(Lang::Id, value), id.replace(' ', "\u{a0}"), "{value}");
            assert_eq!(compact(Lang::En, value), en, "{value}");
        }
        assert!(compact(Lang::Id, i64::MIN).starts_with("-9.223.372"));
    }

    #[test]
    fn small_measures_read_as_people_say_them() {
        assert_eq!(distance(Lang::Id, 80.4), "80\u{a0}meter");
        assert_eq!(distance(Lang::Id, 999.6), "1\u{a0}km");
        assert_eq!(distance(Lang::Id, 1_240.0), "1,2\u{a0}km");
        assert_eq!(distance(Lang::Id, 12_400.0), "12\u{a0}km");
        assert_eq!(distance(Lang::En, 1.0), "1\u{a0}metre");
        assert_eq!(distance(Lang::Id, f64::NAN), "–");
        assert_eq!(file_size(Lang::Id, 8 * 1_024 * 1_024), "8\u{a0}MB");
        assert_eq!(file_size(Lang::Id, 347 * 1_024), "347\u{a0}KB");
    }

    proptest! {
        #[test]
        fn a_number_reads_back(value in any::<i64>()) {
            prop_assert_eq!(number(Lang::Id, value).replace('.', "").parse::<i64>().unwrap(), value);
            prop_assert_eq!(number(Lang::En, value).replace(',', "").parse::<i64>().unwrap(), value);
        }

        #[test]
        fn a_decimal_is_within_half_of_its_last_place(value in -1e9f64..1e9, places in 0usize..6) {
            let text = decimal(Lang::Id, value, places).replace('.', "").replace(',', ".");
            let half = 0.5 / 10f64.powi(i32::try_from(places).unwrap());
            prop_assert!((text.parse::<f64>().unwrap() - value).abs() <= half * (1.0 + 1e-6) + 1e-7);
        }

        #[test]
        fn a_compact_number_fits_a_tile(value in -999_499_999_999_999i64..=999_499_999_999_999) {
            prop_assert!(compact(Lang::Id, value).chars().count() <= 7);
            prop_assert!(compact(Lang::En, value).chars().count() <= 5);
        }
    }
}
