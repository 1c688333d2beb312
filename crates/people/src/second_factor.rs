//! The second factor: codes that change every thirty seconds (RFC 6238), as every authenticator app makes them.

use data_encoding::BASE32_NOPAD;
use simpul_kernel::{Env, Timestamp};
use totp_rs::{Builder, Totp};

/// Length of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// A secret that an officer's app shall take over.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// For typing in: groups of four letters.
    pub secret_base32: String,
    /// For the app on the same device.
    pub otpauth_url: String,
}

impl std::fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Enrolment(…)")
    }
}

pub(crate) fn new_secret(env: &Env) -> Vec<u8> {
    env.secret()[..SECRET_BYTES].to_vec()
}

pub(crate) fn enrolment(secret: &[u8], issuer: &str, account: &str) -> Enrolment {
    let text = BASE32_NOPAD.encode(secret);
    let groups: Vec<_> = text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect();
    let (issuer, account) = (escaped(issuer), escaped(account));
    Enrolment {
        secret_base32: groups.join(" "),
        otpauth_url: format!("otpauth://totp/{issuer}:{account}?secret={text}&issuer={issuer}"),
    }
}

fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn totp(secret: &[u8]) -> Option<Totp> {
    Builder::new().with_secret(secret.to_vec()).build().ok()
}

/// The step that `code` belongs to, if it is right now or was or will be within thirty seconds.
pub(crate) fn check(secret: &[u8], code: &str, now: Timestamp) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let seconds = u64::try_from(now.unix_seconds()).ok()?;
    totp(secret)?.check(&digits, seconds).and_then(|step| i64::try_from(step).ok())
}

/// The code of the moment: what the officer's app shows. For tests and for `demo`.
pub fn code_at(secret: &[u8], now: Timestamp) -> Option<String> {
    let seconds = u64::try_from(now.unix_seconds()).ok()?;
    Some(totp(secret)?.generate(seconds).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use simpul_kernel::clock::SECOND_MICROS;

    #[test]
    fn the_test_vector_of_the_standard_holds() {
        // RFC 6238, appendix B, SHA-1, cut to six digits.
        let secret = b"12345678901234567890";
        assert_eq!(code_at(secret, Timestamp(59 * SECOND_MICROS)).as_deref(), Some("287082"));
        assert_eq!(check(secret, "287 082", Timestamp(59 * SECOND_MICROS)), Some(1));
    }

    #[test]
    fn a_code_counts_one_step_early_and_late_and_no_longer() {
        let secret = [7u8; 20];
        let at = Timestamp(1_800_000_000 * SECOND_MICROS);
        let code = code_at(&secret, at).unwrap();
        for (seconds, right) in [(-61, false), (-30, true), (0, true), (30, true), (61, false)] {
            let later = at.plus_micros(seconds * SECOND_MICROS);
            assert_eq!(check(&secret, &code, later).is_some(), right, "{seconds} s");
        }
        assert_eq!(check(&secret, "", at), None);
        assert_eq!(check(&secret, "abcdef", at), None);
    }

    #[test]
    fn the_address_for_the_app_is_escaped() {
        let made = enrolment(&[7u8; 20], "Simpul Luwu Utara", "a&b@x.id");
        assert!(made.otpauth_url.starts_with("otpauth://totp/Simpul%20Luwu%20Utara:a%26b@x.id?secret="));
        assert_eq!(made.secret_base32.len(), 32 + 7);
    }
}
