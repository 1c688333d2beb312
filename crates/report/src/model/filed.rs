//! A report that an officer enters for a citizen: when it was said.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Refusal, Timestamp};

/// What was said longer ago is no report any more but history, in days: a proposal of last year's musrenbang still is
/// one.
pub const SAID_AGO_MAX_DAYS: i64 = 366;
/// Longest number of a letter or address of a post, in characters.
pub const REFERENCE_MAX_CHARS: usize = 300;

/// When it was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Filed {
    /// When the citizen said it; deadlines run from the entry all the same.
    pub said: Timestamp,
    /// Number of the letter, address of the post.
    pub reference: Option<String>,
}

/// Refuses a moment that has not come yet or is long past.
///
/// # Errors
/// At the field `said_on`.
pub fn check_said(said: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if said > now {
        return Err(Refusal::field("said_on", "report.counter.said_in_future"));
    }
    if said.plus_micros(SAID_AGO_MAX_DAYS * DAY_MICROS) < now {
        let refusal = Refusal::field("said_on", "report.counter.said_long_ago");
        return Err(refusal.with("days", SAID_AGO_MAX_DAYS.to_string()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_lies_in_the_past_year() {
        let now = Timestamp(2_000 * DAY_MICROS);
        let ago = |days: i64| Timestamp(now.0 - days * DAY_MICROS);
        assert!(check_said(now, now).is_ok() && check_said(ago(SAID_AGO_MAX_DAYS), now).is_ok());
        assert_eq!(check_said(ago(-1), now).unwrap_err().field, Some("said_on"));
        assert_eq!(check_said(ago(SAID_AGO_MAX_DAYS + 1), now).unwrap_err().key, "report.counter.said_long_ago");
    }
}
