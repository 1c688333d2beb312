//! Who may not send reports for a while: by what a sender is known, and for how long.
//!
//! A sender is kept as a keyed hash: whoever reads the list or the journal learns nobody's number, and whoever has the
//! number can't look it up without the region's key.

use sha2::{Digest, Sha256};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

/// Shortest ban, in days.
pub const BAN_MIN_DAYS: i64 = 1;
/// Longest ban, in days: whoever sends abuse again is barred again, by a person who looks at it.
pub const BAN_MAX_DAYS: i64 = 90;
/// From which browser or program a report came is forgotten after so many days: a browser's own secret lives as long.
pub const SENDER_KEPT_DAYS: i64 = 30;

/// By what a sender is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SenderKind {
    /// Telephone number.
    Phone,
    /// E-mail address.
    Email,
    /// A program's key.
    ApiKey,
    /// The id that a browser was given with its first form.
    Browser,
}

impl SenderKind {
    /// Every kind.
    pub const ALL: [SenderKind; 4] = [SenderKind::Phone, SenderKind::Email, SenderKind::ApiKey, SenderKind::Browser];

    /// The name in tables and forms.
    pub fn name(self) -> &'static str {
        match self {
            SenderKind::Phone => "phone",
            SenderKind::Email => "email",
            SenderKind::ApiKey => "api_key",
            SenderKind::Browser => "browser",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<SenderKind> {
        SenderKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            SenderKind::Phone => "report.ban.phone",
            SenderKind::Email => "report.ban.email",
            SenderKind::ApiKey => "report.ban.api_key",
            SenderKind::Browser => "report.ban.browser",
        }
    }
}

/// A sender as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sender {
    /// By what.
    pub kind: SenderKind,
    /// Keyed hash of it.
    pub hash: [u8; 32],
}

impl Sender {
    /// The sender with that number, address, key or browser; `value` as it is stored elsewhere. The hash is taken
    /// twice, with the secret before each, as HMAC does, so that nothing can be appended to what is known.
    pub fn of(secret: &[u8; 32], kind: SenderKind, value: &str) -> Sender {
        let inner = Sha256::new_with_prefix(secret).chain_update(kind.name()).chain_update([0]).chain_update(value);
        let outer = Sha256::new_with_prefix(secret).chain_update(inner.finalize());
        Sender { kind, hash: outer.finalize().into() }
    }
}

/// A ban.
#[derive(Debug, Clone, PartialEq)]
pub struct Ban {
    /// Id.
    pub id: Uuid,
    /// By what the sender is known.
    pub kind: SenderKind,
    /// Why, for staff.
    pub reason: String,
    /// Who barred.
    pub officer: Option<Uuid>,
    /// For which report.
    pub report: Option<Uuid>,
    /// Since when.
    pub from: Timestamp,
    /// Until when; it ends by itself.
    pub until: Timestamp,
    /// When it was lifted before its end.
    pub lifted: Option<Timestamp>,
}

impl Ban {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: Timestamp) -> bool {
        self.lifted.is_none() && now < self.until
    }
}

/// The end of a ban of so many days.
///
/// # Errors
/// At the field `days` for fewer than [`BAN_MIN_DAYS`] and more than [`BAN_MAX_DAYS`].
pub fn end(now: Timestamp, days: i64) -> Result<Timestamp, Refusal> {
    if !(BAN_MIN_DAYS..=BAN_MAX_DAYS).contains(&days) {
        let refusal = Refusal::field("days", "report.ban.days_bad").with("min", BAN_MIN_DAYS.to_string());
        return Err(refusal.with("max", BAN_MAX_DAYS.to_string()));
    }
    Ok(now.plus_micros(days * DAY_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_has_an_end_within_ninety_days() {
        let now = Timestamp(0);
        for days in [i64::MIN, -1, 0, 91, i64::MAX] {
            assert_eq!(end(now, days).unwrap_err().field, Some("days"), "{days}");
        }
        assert_eq!(end(now, 90).unwrap(), Timestamp(90 * DAY_MICROS));
    }

    #[test]
    fn a_ban_holds_until_its_end_or_until_it_is_lifted() {
        let (kind, id) = (SenderKind::Phone, Uuid::nil());
        let ban = |lifted| Ban {
            id,
            kind,
            reason: String::new(),
            officer: None,
            report: None,
            from: Timestamp(0),
            until: Timestamp(10),
            lifted,
        };
        assert!(ban(None).holds(Timestamp(9)) && !ban(None).holds(Timestamp(10)));
        assert!(!ban(Some(Timestamp(3))).holds(Timestamp(4)));
    }

    #[test]
    fn a_sender_is_one_only_with_the_same_key_kind_and_value() {
        let sender = Sender::of(&[1; 32], SenderKind::Phone, "+6281");
        assert_eq!(sender, Sender::of(&[1; 32], SenderKind::Phone, "+6281"));
        assert_ne!(sender.hash, Sender::of(&[2; 32], SenderKind::Phone, "+6281").hash);
        assert_ne!(sender.hash, Sender::of(&[1; 32], SenderKind::Email, "+6281").hash);
        assert_ne!(sender.hash, Sender::of(&[1; 32], SenderKind::Phone, "+62811").hash);
    }
}
