//! A report's number, its id, and the citizen's key to it.

use sha2::{Digest, Sha256};
use simpul_kernel::calendar::Zone;
use simpul_kernel::words::ReportNumber;
use simpul_kernel::{Env, Timestamp};
use uuid::Uuid;

/// The month a number counts in: `2611` is November 2026 in the region's zone. Months before 2000 and after 2099 are
/// no months of another century: they are such that [`number`] has none for them.
pub fn month_of(zone: Zone, at: Timestamp) -> i64 {
    let date = zone.date(at);
    i64::from(date.year() - 2_000) * 100 + i64::from(u8::from(date.month()))
}

/// `LUTRA-2611-0042`: four digits at least, more when a month has more than 9,999 reports. `None` for a prefix, month
/// or count that no number may have.
pub fn number(prefix: &str, month: i64, count: i64) -> Option<String> {
    let year = i32::try_from(2_000 + month.div_euclid(100)).ok()?;
    let month = u8::try_from(month.rem_euclid(100)).ok()?;
    ReportNumber::new(prefix, year, month, u32::try_from(count).ok()?).map(|number| number.to_string())
}

/// A number as people type it: small letters, spaces and a forgotten prefix are forgiven.
pub fn read_number(prefix: &str, typed: &str) -> Option<String> {
    ReportNumber::parse_in(typed, prefix).map(|number| number.to_string())
}

/// A UUIDv7 of the moment `at`, so that an imported report stands among those of its day.
pub fn id_at(env: &Env, at: Timestamp) -> Uuid {
    let mut random = [0u8; 10];
    env.entropy.fill(&mut random);
    uuid::Builder::from_unix_timestamp_millis(millis(at), &random).into_uuid()
}

/// The smallest UUIDv7 of the millisecond of `at`: every report since then has a larger id.
pub fn id_floor(at: Timestamp) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis(at), &[0; 10]).into_uuid()
}

/// The largest UUIDv7 of the millisecond of `at`: every report up to then has a smaller id.
pub fn id_ceiling(at: Timestamp) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis(at), &[0xff; 10]).into_uuid()
}

fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.0.div_euclid(1000)).unwrap_or(0)
}

/// Letters that can't be taken for one another when a key is read out (Crockford).
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A new key of 120 random bits: whoever holds it is taken for the reporter.
pub fn new_token(env: &Env) -> String {
    token_of(&env.secret())
}

/// The first 120 bits as 24 letters.
pub fn token_of(secret: &[u8; 32]) -> String {
    let mut token = String::with_capacity(24);
    for chunk in secret[..15].chunks(5) {
        let bits = chunk.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            token.push(char::from(LETTERS[(bits >> (place * 5) & 31) as usize]));
        }
    }
    token
}

/// What is stored of a key.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.trim().to_ascii_lowercase().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use simpul_kernel::{SeededEntropy, TestClock};

    use super::*;

    #[test]
    fn a_number_is_forgiving_to_type() {
        let full = Some("LUTRA-2611-0042".to_owned());
        for typed in ["LUTRA-2611-0042", " lutra 2611 42 ", "2611-0042", "lutra-2611-42"] {
            assert_eq!(read_number("LUTRA", typed), full, "{typed}");
        }
        for typed in ["0042", "", "LUTRA-2611-x"] {
            assert_eq!(read_number("LUTRA", typed), None, "{typed}");
        }
    }

    #[test]
    fn the_month_is_that_of_the_region_and_not_of_utc() {
        // 30 November 2026, 17:30 UTC is 1 December in Makassar.
        let late = Timestamp(1_796_059_800_000_000);
        assert_eq!(month_of(Zone::Wita, late), 2612);
    }

    #[test]
    fn a_month_of_another_century_has_no_numbers() {
        let june = |year: i64| {
            let day = crate::open311::when::day_number(year, 6, 15).unwrap();
            month_of(Zone::Wita, Timestamp(day * simpul_kernel::clock::DAY_MICROS))
        };
        assert_eq!((june(2000), june(2026), june(2099)), (6, 2606, 9906));
        for year in [1985, 1999, 2100, 2200, 9999] {
            assert_eq!(number("LUTRA", june(year), 1), None, "{year}");
        }
        assert_eq!(number("LUTRA", june(2099), 1).as_deref(), Some("LUTRA-9906-0001"));
    }

    #[test]
    fn a_token_has_24_letters_and_another_one_differs() {
        let env = Env { clock: Arc::new(TestClock::new(Timestamp(0))), entropy: Arc::new(SeededEntropy::new(1)) };
        let (one, two) = (new_token(&env), new_token(&env));
        assert_eq!(one.len(), 24);
        assert_ne!(one, two);
        assert_eq!(token_hash(&one), token_hash(&format!(" {} ", one.to_uppercase())));
    }

    proptest! {
        #[test]
        fn every_number_reads_back(year in 0i64..=99, month in 1i64..=12, count in 1i64..=999_999) {
            let text = number("LUTRA", year * 100 + month, count);
            prop_assert!(text.is_some());
            prop_assert_eq!(read_number("LUTRA", text.as_deref().unwrap()), text);
        }

        #[test]
        fn the_order_of_ids_is_the_order_of_time(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000) {
            let env = Env { clock: Arc::new(TestClock::new(Timestamp(0))), entropy: Arc::new(SeededEntropy::new(1)) };
            let (a, b) = (Timestamp(a.min(b)), Timestamp(a.max(b)));
            prop_assert!(id_floor(a) <= id_at(&env, a) && id_at(&env, a) <= id_ceiling(a));
            if b.0 / 1000 > a.0 / 1000 {
                prop_assert!(id_ceiling(a) < id_floor(b));
            }
        }

        #[test]
        fn whatever_is_typed_is_no_panic(typed in "\\PC{0,40}") {
            let _ = read_number("LUTRA", &typed);
        }
    }
}
