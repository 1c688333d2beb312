//! Exact numbers for scores: fractions of whole numbers, rounded only where they are shown.

use std::cmp::Ordering;

/// A fraction in lowest terms. Within the limits of an instrument ([`super::SECTIONS_MAX_COUNT`],
/// [`super::QUESTIONS_PER_SECTION_MAX_COUNT`], [`super::ASSESSORS_MAX_COUNT`], [`SCORE_DECIMALS_MAX_COUNT`]) every sum
/// that a round can make fits; beyond them a sum is `None`, never wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    top: i128,
    bottom: i128,
}

/// Most digits behind the decimal sign of a score in a file.
pub const SCORE_DECIMALS_MAX_COUNT: usize = 3;
/// Thousandths in one: how scores of files are stored.
const THOUSAND: i128 = 1_000;

fn common_divisor(mut one: i128, mut other: i128) -> i128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.max(1)
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio { top: 0, bottom: 1 };

    fn new(top: i128, bottom: i128) -> Ratio {
        let divisor = common_divisor(top.abs(), bottom);
        Ratio { top: top / divisor, bottom: bottom / divisor }
    }

    /// A whole number.
    pub fn whole(count: i64) -> Ratio {
        Ratio { top: count.into(), bottom: 1 }
    }

    /// So many thousandths.
    pub fn thousandths(count: i64) -> Ratio {
        Ratio::new(count.into(), THOUSAND)
    }

    /// So many hundredths.
    pub fn hundredths(count: i64) -> Ratio {
        Ratio::new(count.into(), 100)
    }

    /// The sum.
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        let divisor = common_divisor(self.bottom, other.bottom);
        let left = self.top.checked_mul(other.bottom / divisor)?;
        let right = other.top.checked_mul(self.bottom / divisor)?;
        let bottom = self.bottom.checked_mul(other.bottom / divisor)?;
        Some(Ratio::new(left.checked_add(right)?, bottom))
    }

    /// The difference.
    pub fn minus(self, other: Ratio) -> Option<Ratio> {
        self.plus(Ratio { top: -other.top, bottom: other.bottom })
    }

    /// The product.
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        let across = common_divisor(self.top.abs(), other.bottom);
        let along = common_divisor(other.top.abs(), self.bottom);
        let top = (self.top / across).checked_mul(other.top / along)?;
        let bottom = (self.bottom / along).checked_mul(other.bottom / across)?;
        Some(Ratio::new(top, bottom))
    }

    /// The share of one in so many; `None` of none.
    pub fn shared_by(self, count: usize) -> Option<Ratio> {
        let count = i128::try_from(count).ok().filter(|count| *count > 0)?;
        self.times(Ratio { top: 1, bottom: count })
    }

    /// The mean; `None` of nothing.
    pub fn mean(values: impl IntoIterator<Item = Ratio>) -> Option<Ratio> {
        let (mut sum, mut count) = (Ratio::ZERO, 0);
        for value in values {
            sum = sum.plus(value)?;
            count += 1;
        }
        sum.shared_by(count)
    }

    /// Rounded to so many parts of one, half away from zero.
    fn rounded(self, parts: i128) -> i64 {
        let scaled = self.top.saturating_mul(parts);
        let half = self.bottom / 2;
        // An odd bottom has no half, so that adding the smaller half is right there as well.
        let value = if scaled >= 0 { scaled.saturating_add(half) } else { scaled.saturating_sub(half) } / self.bottom;
        i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
    }

    /// In hundredths, rounded half away from zero.
    pub fn to_hundredths(self) -> i64 {
        self.rounded(100)
    }

    /// In thousandths, rounded half away from zero.
    pub fn to_thousandths(self) -> i64 {
        self.rounded(THOUSAND)
    }

    /// As a whole number, rounded once, half away from zero: a mean of 2.495 is 2, though its hundredths are 2.50.
    pub fn to_whole(self) -> i64 {
        self.rounded(1)
    }

    /// For drawings, where the last digit does not show.
    #[expect(clippy::cast_precision_loss, reason = "the place of a point in a drawing")]
    pub fn as_f64(self) -> f64 {
        self.to_thousandths() as f64 / THOUSAND as f64
    }

    /// Whether it lies between two whole numbers, both counted.
    pub fn is_within(self, least: i64, most: i64) -> bool {
        self >= Ratio::whole(least) && self <= Ratio::whole(most)
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        // Whole parts first, then the reciprocals of what is left: no product that could overflow.
        let (left, right) = (self.top.div_euclid(self.bottom), other.top.div_euclid(other.bottom));
        left.cmp(&right).then_with(|| {
            let (rest, other_rest) = (self.top.rem_euclid(self.bottom), other.top.rem_euclid(other.bottom));
            match (rest, other_rest) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                _ => {
                    let (one, two) =
                        (Ratio { top: self.bottom, bottom: rest }, Ratio { top: other.bottom, bottom: other_rest });
                    two.cmp(&one)
                }
            }
        })
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Reads a decimal such as `2.8`, `2,88` or `4` as so many parts of one: `decimals` digits behind the sign at most. A
/// single sign is always the decimal sign: scores have no thousands.
pub fn read_decimal(text: &str, decimals: usize) -> Option<i64> {
    let text = text.trim();
    let (whole, part) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|sign| sign.is_ascii_digit());
    let part = part.trim_end_matches('0');
    if whole.is_empty() || whole.len() > 9 || !digits(whole) || !digits(part) || part.len() > decimals {
        return None;
    }
    let part: String = part.chars().chain(std::iter::repeat('0')).take(decimals).collect();
    format!("{whole}{part}").parse().ok()
}

/// Hundredths as they are written: `2.94`.
pub fn written_hundredths(count: i64, decimal: &str) -> String {
    let sign = if count < 0 { "-" } else { "" };
    let count = count.unsigned_abs();
    format!("{sign}{}{decimal}{:02}", count / 100, count % 100)
}

/// A mean with the digits that say how it is rounded: two, or three where the third is none.
pub fn told_mean(mean: Ratio, decimal: &str) -> String {
    let thousandths = mean.to_thousandths();
    match thousandths % 10 {
        0 => written_hundredths(thousandths / 10, decimal),
        last => format!("{}{}", written_hundredths(thousandths / 10, decimal), last.abs()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn halves_are_rounded_away_from_zero() {
        for (thousandths, hundredths) in [(2_945, 295), (2_944, 294), (-2_945, -295), (5, 1), (-5, -1), (0, 0)] {
            assert_eq!(Ratio::thousandths(thousandths).to_hundredths(), hundredths, "{thousandths}");
        }
        let third = Ratio::whole(8).shared_by(3).unwrap();
        assert_eq!(third.to_hundredths(), 267);
    }

    #[test]
    fn a_whole_number_is_rounded_from_the_exact_fraction() {
        for (thousandths, whole) in [(2_495, 2), (2_499, 2), (2_500, 3), (3_499, 3), (0, 0), (-2_500, -3)] {
            assert_eq!(Ratio::thousandths(thousandths).to_whole(), whole, "{thousandths}");
        }
    }

    #[test]
    fn a_mean_is_told_so_that_nobody_rounds_it_again() {
        let told = |thousandths| told_mean(Ratio::thousandths(thousandths), ",");
        assert_eq!([told(2_495), told(2_500), told(2_490), told(4_000)], ["2,495", "2,50", "2,49", "4,00"]);
    }

    #[test]
    fn a_decimal_is_read_with_point_or_comma_and_never_as_thousands() {
        assert_eq!(read_decimal("2.8", 3), Some(2_800));
        assert_eq!(read_decimal(" 2,875 ", 3), Some(2_875));
        assert_eq!(read_decimal("4", 3), Some(4_000));
        assert_eq!(read_decimal("2.8000", 3), Some(2_800));
        for text in ["", ".5", "2.8.1", "-1", "+1", "1e3", "2.8001", "x", "12345678901"] {
            assert_eq!(read_decimal(text, 3), None, "{text}");
        }
    }

    #[test]
    fn hundredths_are_written_with_two_digits() {
        assert_eq!(written_hundredths(294, "."), "2.94");
        assert_eq!(written_hundredths(360, ","), "3,60");
        assert_eq!(written_hundredths(-4, "."), "-0.04");
    }

    proptest! {
        #[test]
        fn order_is_that_of_the_cross_products(
            (a, b) in (-999i64..999, 1usize..999), (c, d) in (-999i64..999, 1usize..999),
        ) {
            let (left, right) = (Ratio::whole(a).shared_by(b).unwrap(), Ratio::whole(c).shared_by(d).unwrap());
            let product = |top: i64, bottom: usize| top * i64::try_from(bottom).unwrap();
            prop_assert_eq!(left.cmp(&right), product(a, d).cmp(&product(c, b)));
        }

        #[test]
        fn sums_do_not_ask_for_an_order(
            values in prop::collection::vec((0i64..5, 1usize..11), 1..40), seed in 0usize..99,
        ) {
            let ratio = |(top, bottom): &(i64, usize)| Ratio::whole(*top).shared_by(*bottom).unwrap();
            let mut turned = values.clone();
            turned.rotate_left(seed % values.len());
            turned.reverse();
            prop_assert_eq!(Ratio::mean(values.iter().map(ratio)), Ratio::mean(turned.iter().map(ratio)));
        }

        #[test]
        fn what_is_read_is_written_again(count in 0i64..1_000_000) {
            prop_assert_eq!(read_decimal(&written_hundredths(count, ","), 2), Some(count));
        }
    }
}
