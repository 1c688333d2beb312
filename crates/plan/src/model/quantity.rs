//! Values of indicators: exact decimals, as they are typed in Indonesia and as files have them.

use std::fmt;

use serde::{Deserialize, Serialize};
use simpul_kernel::Refusal;

/// A value in millionths of its unit. Sums and shares of such values are exact, on every engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

/// Parts of one.
const SCALE: i64 = 1_000_000;
/// Digits behind the decimal sign.
const DECIMALS_COUNT: usize = 6;
/// Largest value, up or down: a thousand billion.
pub const QUANTITY_MAX: Quantity = Quantity(1_000_000_000_000 * SCALE);
/// Longest text that is read as a value, in characters.
const TEXT_MAX_CHARS: usize = 40;

impl Quantity {
    /// A whole number.
    pub fn whole(count: i64) -> Quantity {
        Quantity(count.saturating_mul(SCALE).clamp(-QUANTITY_MAX.0, QUANTITY_MAX.0))
    }

    /// Hundredths of a per cent as per cent, so that 8,750 is 87.5.
    pub fn percent_of_basis_points(points: i64) -> Quantity {
        Quantity(points.saturating_mul(SCALE / 100).clamp(-QUANTITY_MAX.0, QUANTITY_MAX.0))
    }

    /// Reads what was typed: `1.234,5`, `1234.5`, `87 %`, `-3`. Where a point and a comma stand, the last one is the
    /// decimal sign; a single sign before exactly three digits parts thousands when it is a point, as it does in
    /// Indonesia, and is the decimal sign when it is a comma.
    ///
    /// # Errors
    /// `plan.refused.no_number` with the text, `plan.refused.number_too_large`.
    pub fn parse(text: &str) -> Result<Quantity, Refusal> {
        let refused = || Refusal::new("plan.refused.no_number").with("text", shown(text));
        let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let bare = bare.strip_suffix('%').unwrap_or(&bare);
        let (negative, digits) = match bare.strip_prefix(['-', '\u{2212}']) {
            Some(rest) => (true, rest),
            None => (false, bare),
        };
        if digits.is_empty() || digits.chars().count() > TEXT_MAX_CHARS || digits.contains("..") {
            return Err(refused());
        }
        let (whole, part) = split(digits).ok_or_else(refused)?;
        let amount = scaled(&whole, part).ok_or_else(refused)?;
        if amount > i128::from(QUANTITY_MAX.0) {
            return Err(Refusal::new("plan.refused.number_too_large").with("text", shown(text)));
        }
        let amount = i64::try_from(amount).map_err(|_| refused())?;
        Ok(Quantity(if negative { -amount } else { amount }))
    }

    /// As files and programs write it: `1234.5`, without zeros behind.
    pub fn plain(self) -> String {
        self.written(".", "")
    }

    /// As people here write it: `1.234,5`.
    pub fn local(self, decimal: &str, thousands: &str) -> String {
        self.written(decimal, thousands)
    }

    fn written(self, decimal: &str, thousands: &str) -> String {
        let (whole, part) =
            (self.0.unsigned_abs() / SCALE.unsigned_abs(), self.0.unsigned_abs() % SCALE.unsigned_abs());
        let digits = whole.to_string();
        let mut text = if self.0 < 0 { "-".to_owned() } else { String::new() };
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push_str(thousands);
            }
            text.push(digit);
        }
        let part = format!("{part:06}");
        let part = part.trim_end_matches('0');
        if part.is_empty() { text } else { text + decimal + part }
    }

    /// For drawings, where the last digit does not show.
    #[expect(clippy::cast_precision_loss, reason = "the place of a point in a drawing")]
    pub fn as_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// The sum, within the largest value.
    #[must_use]
    pub fn plus(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_add(other.0).clamp(-QUANTITY_MAX.0, QUANTITY_MAX.0))
    }

    /// The difference, within the largest value.
    #[must_use]
    pub fn minus(self, other: Quantity) -> Quantity {
        Quantity(self.0.saturating_sub(other.0).clamp(-QUANTITY_MAX.0, QUANTITY_MAX.0))
    }

    /// `self` × `numerator` ÷ `denominator`, rounded half away from zero; `None` where the denominator is 0.
    pub fn scaled(self, numerator: i64, denominator: i64) -> Option<Quantity> {
        let product = i128::from(self.0) * i128::from(numerator);
        let value = rounded(product, i128::from(denominator))?;
        let most = i128::from(QUANTITY_MAX.0);
        i64::try_from(value.clamp(-most, most)).ok().map(Quantity)
    }

    /// As a value that was worked out is told: to the hundredth, and where it is smaller than one to the millionth that
    /// is kept. Nobody reads four lamps as 3.666667.
    #[must_use]
    pub fn told(self) -> Quantity {
        if self.0.abs() < SCALE {
            return self;
        }
        let hundredth = SCALE / 100;
        let whole = rounded(i128::from(self.0), i128::from(hundredth)).and_then(|parts| i64::try_from(parts).ok());
        whole.map_or(self, |parts| Quantity(parts.saturating_mul(hundredth)))
    }

    /// What share of `whole` this is, in hundredths of a per cent, rounded half away from zero; `None` of nothing.
    pub fn share_of(self, whole: Quantity) -> Option<i64> {
        let points = rounded(i128::from(self.0) * 10_000, i128::from(whole.0))?;
        i64::try_from(points).ok()
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.plain())
    }
}

fn rounded(numerator: i128, denominator: i128) -> Option<i128> {
    if denominator == 0 {
        return None;
    }
    let (numerator, denominator) = if denominator < 0 { (-numerator, -denominator) } else { (numerator, denominator) };
    let half = denominator / 2;
    Some(if numerator >= 0 { (numerator + half) / denominator } else { (numerator - half) / denominator })
}

fn shown(text: &str) -> String {
    text.chars().take(TEXT_MAX_CHARS).collect()
}

/// The digits before the decimal sign, and those behind it.
fn split(digits: &str) -> Option<(String, &str)> {
    let at = decimal_sign(digits)?;
    let (whole, part) = match at {
        Some(at) => (&digits[..at], &digits[at + 1..]),
        None => (digits, ""),
    };
    if !part.chars().all(|c| c.is_ascii_digit()) || whole.is_empty() && part.is_empty() {
        return None;
    }
    let mut groups = whole.split(['.', ',']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|group| group.len() == 3) && (rest.is_empty() || (1..=3).contains(&first.len()));
    let whole: String = std::iter::once(first).chain(rest).collect();
    (grouped && whole.chars().all(|c| c.is_ascii_digit())).then_some((whole, part))
}

/// Where the decimal sign stands: `None` where the text is no number, `Some(None)` where there is none.
fn decimal_sign(digits: &str) -> Option<Option<usize>> {
    let (point, comma) = (digits.rfind('.'), digits.rfind(','));
    let single = |sign: char| digits.matches(sign).count() == 1;
    match (point, comma) {
        (None, None) => Some(None),
        (Some(point), Some(comma)) => {
            let (last, sign) = if point > comma { (point, '.') } else { (comma, ',') };
            single(sign).then_some(Some(last))
        }
        (None, Some(comma)) => Some(single(',').then_some(comma)),
        (Some(point), None) => {
            let parts_thousands = digits.len() - point == 4 && point > 0 && &digits[..point] != "0";
            Some((single('.') && !parts_thousands).then_some(point))
        }
    }
}

fn scaled(whole: &str, part: &str) -> Option<i128> {
    if part.len() > DECIMALS_COUNT && part[DECIMALS_COUNT..].chars().any(|c| c != '0') {
        return None;
    }
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: String = part.chars().chain(std::iter::repeat('0')).take(DECIMALS_COUNT).collect();
    Some(whole.checked_mul(i128::from(SCALE))? + part.parse::<i128>().ok()?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        Quantity::parse(text).ok().map(Quantity::plain)
    }

    #[test]
    fn what_was_worked_out_is_told_to_the_hundredth_and_small_values_whole() {
        for (kept, told) in
            [("3,666667", "3.67"), ("-3,665", "-3.67"), ("0,004", "0.004"), ("12", "12"), ("2,5", "2.5")]
        {
            assert_eq!(Quantity::parse(kept).unwrap().told().plain(), told, "{kept}");
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written_here_and_in_files() {
        for (typed, read_as) in [
            ("1.234,5", "1234.5"),
            ("1,234.5", "1234.5"),
            ("1.234", "1234"),
            ("0.234", "0.234"),
            ("1,5", "1.5"),
            ("1,234", "1.234"),
            ("1.234.567", "1234567"),
            ("87 %", "87"),
            ("-3", "-3"),
            ("\u{2212}0,5", "-0.5"),
            ("76.5", "76.5"),
            (",5", "0.5"),
            ("1 000", "1000"),
        ] {
            assert_eq!(read(typed).as_deref(), Some(read_as), "{typed}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", " ", "-", "%", "abc", "1.2.3", "1,2,3", "12.34.567,8", "1..2", "1.234,5,6", "1e5", "0,1234567", "."]
        {
            assert!(Quantity::parse(text).is_err(), "{text}");
        }
        let refusal = Quantity::parse("9999999999999999").unwrap_err();
        assert_eq!(refusal.key, "plan.refused.number_too_large");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(millionths in -QUANTITY_MAX.0..=QUANTITY_MAX.0) {
            let quantity = Quantity(millionths);
            prop_assert_eq!(Quantity::parse(&quantity.local(",", ".")).unwrap(), quantity);
        }

        #[test]
        fn nothing_that_is_typed_panics(text in ".{0,60}") {
            let _ = Quantity::parse(&text);
        }

        #[test]
        fn a_share_of_a_scaled_value_is_its_factor(amount in 1i64..1_000_000, points in 0i64..20_000) {
            let whole = Quantity::whole(amount);
            let part = whole.scaled(points, 10_000).unwrap();
            prop_assert_eq!(part.share_of(whole), Some(points));
        }
    }
}
