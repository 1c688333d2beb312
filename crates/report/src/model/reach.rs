//! Where a person can be told something: a telephone number or an e-mail address.

use serde::{Deserialize, Serialize};
use simpul_kernel::{Refusal, mask};

/// Longest e-mail address, in bytes (RFC 5321).
const EMAIL_MAX_BYTES: usize = 254;

/// One number or one address, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reach {
    /// `+62…`
    Phone(String),
    /// In small letters.
    Email(String),
}

impl Reach {
    /// What somebody typed into one field for either.
    pub fn parse(typed: &str) -> Option<Reach> {
        match typed.contains('@') {
            true => read_email(typed).ok().map(Reach::Email),
            false => mask::normalise_phone(typed).map(Reach::Phone),
        }
    }

    /// The one that is stored as `text`.
    pub fn stored(text: String) -> Reach {
        if text.contains('@') { Reach::Email(text) } else { Reach::Phone(text) }
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Reach::Phone(text) | Reach::Email(text) => text,
        }
    }

    /// The number, if it is one.
    pub fn phone(&self) -> Option<&str> {
        if let Reach::Phone(phone) = self { Some(phone) } else { None }
    }

    /// The address, if it is one.
    pub fn email(&self) -> Option<&str> {
        if let Reach::Email(email) = self { Some(email) } else { None }
    }

    /// Enough of it for its owner to know it again, and for nobody else to use it: `0812 •••• 7890`, `w•••@contoh.id`.
    pub fn hint(&self) -> String {
        match self {
            Reach::Phone(phone) => {
                let local: Vec<char> = mask::phone_local(phone).chars().filter(|c| *c != ' ' && *c != '-').collect();
                let (head, tail) = (local.iter().take(4), local.iter().rev().take(4).rev());
                format!("{} •••• {}", head.collect::<String>(), tail.collect::<String>())
            }
            Reach::Email(email) => {
                let (local, domain) = email.split_once('@').unwrap_or((email, ""));
                format!("{}•••@{domain}", local.chars().take(1).collect::<String>())
            }
        }
    }
}

/// An e-mail address as it is stored.
///
/// # Errors
/// A refusal of the field `email`.
pub fn read_email(typed: &str) -> Result<String, Refusal> {
    let refused = || Refusal::field("email", "report.refused.email");
    let text = typed.trim().to_lowercase();
    let (local, domain) = text.split_once('@').ok_or_else(refused)?;
    let ok = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains('@')
        && text.len() <= EMAIL_MAX_BYTES
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()".contains(c));
    if ok { Ok(text) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_field_takes_a_number_or_an_address() {
        assert_eq!(Reach::parse(" 0812-3456-7890 "), Some(Reach::Phone("+6281234567890".into())));
        assert_eq!(Reach::parse("Warga@Contoh.ID"), Some(Reach::Email("warga@contoh.id".into())));
        for nonsense in ["", "LUTRA-2611-0042", "a@b", "@contoh.id", "a@@contoh.id", "1234"] {
            assert_eq!(Reach::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn a_hint_does_not_give_the_whole_away() {
        assert_eq!(Reach::Phone("+6281234567890".into()).hint(), "0812 •••• 7890");
        assert_eq!(Reach::Email("warga@contoh.id".into()).hint(), "w•••@contoh.id");
    }

    proptest! {
        #[test]
        fn what_was_read_is_read_again_as_the_same(typed in "\\PC{0,40}") {
            if let Some(reach) = Reach::parse(&typed) {
                prop_assert_eq!(Some(reach.clone()), Reach::parse(reach.as_str()));
                prop_assert_eq!(Reach::stored(reach.as_str().to_owned()), reach);
            }
        }
    }
}
