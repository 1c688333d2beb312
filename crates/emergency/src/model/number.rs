//! The number of an incident: `112-0871` on paper and on screens, `871` where it is typed.

/// What stands before the serial number.
pub const PREFIX: &str = "112-";
/// Most digits that are read.
const DIGITS_MAX_COUNT: usize = 9;

/// The number as people read it.
pub fn shown(serial: i64) -> String {
    format!("{PREFIX}{serial:04}")
}

/// Reads `871`, `0871` and `112-0871`.
pub fn read(typed: &str) -> Option<i64> {
    let digits = typed.trim();
    let digits = digits.strip_prefix(PREFIX).unwrap_or(digits);
    let good = (1..=DIGITS_MAX_COUNT).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| digits.parse().ok()).flatten().filter(|serial| *serial > 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(serial in 1..1_000_000_000i64) {
            prop_assert_eq!(read(&shown(serial)), Some(serial));
            prop_assert_eq!(read(&serial.to_string()), Some(serial));
        }

        #[test]
        fn nothing_that_is_typed_breaks_it(typed in "\\PC{0,20}") {
            let _ = read(&typed);
        }
    }

    #[test]
    fn zero_words_and_signs_are_no_number() {
        for typed in ["", "0", "-1", "+1", "112-", "112-x", "1234567890"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
