//! Which passwords are taken.

use std::collections::HashSet;
use std::sync::OnceLock;

use simpul_kernel::{Refusal, limits};

/// Passwords and words of published breaches, one a line, in lower case.
const BREACHED: &str = include_str!("../../data/breached-passwords.txt");

/// Whether `password` may be used by somebody who signs in as any of `logins`.
///
/// Length counts, character classes do not (NIST SP 800-63B, 3.1.1.2): twelve characters at least, none of the
/// breached, none that is a login or one character repeated.
///
/// # Errors
/// `people.password.too_short`, `too_long`, `breached` or `guessable`, on the field `password`.
pub fn check(password: &str, logins: &[&str]) -> Result<(), Refusal> {
    let refused = |key| Refusal::field("password", key);
    let count = password.chars().count();
    if count < limits::PASSWORD_MIN_CHARS {
        return Err(refused("people.password.too_short").with("min", limits::PASSWORD_MIN_CHARS.to_string()));
    }
    if count > limits::PASSWORD_MAX_CHARS {
        return Err(refused("people.password.too_long").with("max", limits::PASSWORD_MAX_CHARS.to_string()));
    }
    if is_breached(password) {
        return Err(refused("people.password.breached"));
    }
    if is_guessable(password, logins) {
        return Err(refused("people.password.guessable"));
    }
    Ok(())
}

fn breached() -> &'static HashSet<&'static str> {
    static LINES: OnceLock<HashSet<&'static str>> = OnceLock::new();
    LINES.get_or_init(|| BREACHED.lines().filter(|line| !line.starts_with('#')).collect())
}

/// A listed password, or a listed word with nothing but digits and signs around it, as in `Rahasia2026!!`.
fn is_breached(password: &str) -> bool {
    let wanted = password.to_lowercase();
    let word = wanted.trim_matches(|c: char| !c.is_alphabetic());
    breached().contains(wanted.as_str()) || breached().contains(word)
}

fn is_guessable(password: &str, logins: &[&str]) -> bool {
    let lower = password.to_lowercase();
    let mut chars = lower.chars();
    let first = chars.next();
    let one_character = chars.all(|c| Some(c) == first);
    let codes: Vec<u32> = lower.chars().map(u32::from).collect();
    let counting =
        codes.windows(2).all(|pair| pair[1] == pair[0] + 1) || codes.windows(2).all(|pair| pair[0] == pair[1] + 1);
    let is_login = logins.iter().any(|login| !login.is_empty() && lower == login.to_lowercase());
    one_character || counting || is_login
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_password_of_eleven_is_too_short_and_of_twelve_is_long_enough() {
        assert_eq!(check("kopi-toraja", &[]).unwrap_err().key, "people.password.too_short");
        assert_eq!(check("kopi-toraja2", &[]), Ok(()));
        assert_eq!(check("ékopi-toraj", &[]).unwrap_err().key, "people.password.too_short", "characters, not bytes");
    }

    #[test]
    fn a_breached_password_is_refused_in_any_case() {
        let shipped = BREACHED.lines().find(|line| line.chars().count() >= 12 && !line.starts_with('#')).unwrap();
        for typed in [shipped.to_owned(), shipped.to_uppercase()] {
            assert_eq!(check(&typed, &[]).unwrap_err().key, "people.password.breached", "{typed}");
        }
        for typed in ["password1234", "Rahasia2026!!", "2026indonesia2026"] {
            assert_eq!(check(typed, &[]).unwrap_err().key, "people.password.breached", "{typed}");
        }
    }

    #[test]
    fn a_login_a_row_and_a_repetition_are_guessable() {
        assert!(check("198503172010011002", &["198503172010011002"]).is_err());
        assert!(check("zzzzzzzzzzzz", &[]).is_err());
        assert!(check("fghijklmnopqrs", &[]).is_err());
    }

    #[test]
    fn megabytes_are_not_fed_to_the_hash() {
        assert_eq!(check(&"ab".repeat(1000), &[]).unwrap_err().key, "people.password.too_long");
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in "\\PC{0,300}") {
            let _ = check(&text, &[&text]);
        }
    }
}
