//! Numbers that the dialplan turns away for a while, by a supervisor's decision.

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Refusal, Timestamp, mask};
use uuid::Uuid;

/// A number is blocked for so long unless somebody says otherwise, in hours.
pub const BLOCK_DEFAULT_HOURS: i64 = 24;
/// A number is blocked for so long at most, in hours: its next call may be an emergency.
pub const BLOCK_MAX_HOURS: i64 = 72;
/// Longest reason, in characters.
pub const BLOCK_REASON_MAX_CHARS: usize = 500;

/// A number that is turned away, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its id, by which the journal knows it.
    pub id: Uuid,
    /// The number; absent once it was kept long enough.
    pub number: Option<String>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created: Timestamp,
    /// Who decided it, as the journal names them.
    pub by: String,
    /// Until when.
    pub ends: Timestamp,
    /// When it was lifted before its end.
    pub lifted: Option<Timestamp>,
}

impl Block {
    /// Whether the number is turned away at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.lifted.is_none() && now < self.ends
    }
}

/// When a block that begins now ends.
///
/// # Errors
/// `emergency.refused.block_hours` of the field `hours`.
pub fn block_end(hours: i64, now: Timestamp) -> Result<Timestamp, Refusal> {
    if !(1..=BLOCK_MAX_HOURS).contains(&hours) {
        return Err(Refusal::field("hours", "emergency.refused.block_hours").with("most", BLOCK_MAX_HOURS.to_string()));
    }
    Ok(now.plus_micros(hours * HOUR_MICROS))
}

/// A number as numbers are compared: `0812-3456-7890` and `+6281234567890` are one. What is no number of a telephone
/// network is compared without its gaps.
pub fn number_key(number: &str) -> Option<String> {
    let gaps = |c: &char| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '/');
    let bare: String = number.trim().chars().filter(gaps).collect();
    mask::normalise_phone(&bare).or(Some(bare)).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_block_ends_after_three_days_at_the_latest_and_when_it_is_lifted() {
        let now = Timestamp(0);
        assert!(block_end(0, now).is_err() && block_end(73, now).is_err());
        let ends = block_end(BLOCK_MAX_HOURS, now).unwrap();
        assert_eq!(ends, Timestamp(72 * HOUR_MICROS));
        let block = Block {
            id: Uuid::nil(),
            number: number_key("0812-3456-7890"),
            reason: "iseng".to_owned(),
            created: now,
            by: "officer:x".to_owned(),
            ends,
            lifted: None,
        };
        assert!(block.is_live(Timestamp(72 * HOUR_MICROS - 1)) && !block.is_live(ends));
        assert!(!Block { lifted: Some(now), ..block }.is_live(now));
    }

    #[test]
    fn one_number_is_one_however_the_switch_writes_it() {
        let key = number_key("0812-3456-7890");
        assert_eq!(key.as_deref(), Some("+6281234567890"));
        assert_eq!(number_key("+62 812 3456 7890"), key);
        assert_eq!(number_key("6281234567890"), key);
        assert_eq!(number_key("11 0").as_deref(), Some("110"));
        assert!(number_key(" - ").is_none());
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(number in "\\PC{0,30}") {
            if let Some(key) = number_key(&number) {
                prop_assert_eq!(number_key(&key), Some(key));
            }
        }
    }
}
