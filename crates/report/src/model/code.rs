//! The short code that proves a telephone or an address, and the key to a person's own list that it opens.

use sha2::{Digest, Sha256};
use simpul_kernel::Env;
use uuid::Uuid;

use super::number::token_of;

/// How long a code counts, in minutes.
pub const CODE_LIFETIME_MINUTES: i64 = 10;
/// Wrong codes that are looked at before another one is needed.
pub const CODE_TRIES_MAX_COUNT: i64 = 5;
/// Codes that one number or address is sent in an hour: a stranger can't fill somebody's telephone.
pub const CODES_PER_HOUR_MAX_COUNT: i64 = 3;
/// How long the list stays open that a code has opened, in minutes.
pub const LIST_LIFETIME_MINUTES: i64 = 60;

const DIGITS: usize = 6;

/// A new code.
pub fn new_code(env: &Env) -> String {
    let secret = env.secret();
    let number = secret[..8].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// What somebody typed or pasted: the six digits, whatever stands between them.
pub fn read_code(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let rest_is_gaps = typed.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || c == '-');
    (digits.len() == DIGITS && rest_is_gaps).then_some(digits)
}

/// What is stored of a code: bound to its row, so that equal codes do not look equal.
pub fn code_hash(id: Uuid, code: &str) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(id.as_bytes());
    digest.update(code.as_bytes());
    digest.finalize().into()
}

/// The key to one report that follows from the key to a list: the list can show it again, and the report's own key
/// does not open the list.
pub fn key_from(pass: &str, report: Uuid) -> String {
    let mut digest = Sha256::new();
    digest.update(b"report key\0");
    digest.update(pass.trim().to_ascii_lowercase().as_bytes());
    digest.update(report.as_bytes());
    token_of(&digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use simpul_kernel::{SeededEntropy, TestClock, Timestamp};

    use super::*;

    #[test]
    fn a_code_may_be_pasted_with_gaps() {
        assert_eq!(read_code(" 123 456\n").as_deref(), Some("123456"));
        assert_eq!(read_code("123-456").as_deref(), Some("123456"));
        for nonsense in ["", "12345", "1234567", "kode 123456"] {
            assert_eq!(read_code(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_reports_key_follows_from_the_list_and_differs_by_report() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        assert_eq!(key_from("kunci", one), key_from("kunci", one));
        assert_ne!(key_from("kunci", one), key_from("kunci", two));
        assert_ne!(key_from("kunci", one), key_from("lain", one));
        assert_eq!(key_from("kunci", one).len(), 24);
    }

    proptest! {
        #[test]
        fn every_code_has_six_digits_and_is_read(seed in any::<u64>()) {
            let clock = Arc::new(TestClock::new(Timestamp(0)));
            let env = Env { clock, entropy: Arc::new(SeededEntropy::new(seed)) };
            let code = new_code(&env);
            prop_assert_eq!(read_code(&code), Some(code));
        }
    }
}
