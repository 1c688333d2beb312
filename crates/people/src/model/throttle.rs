//! How long whoever keeps failing at sign-in must wait.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{DAY_MICROS, MINUTE_MICROS, SECOND_MICROS};

/// Failures counted for one login or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Attempts since the last success, forgiven after a day of silence.
    pub count: i64,
    /// When the last attempt was.
    pub last_at: Timestamp,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// One login: a person mistypes a few times.
    Login,
    /// One network address: an office shares one.
    Address,
}

impl Counted {
    /// Attempts that cost no wait.
    pub fn free_attempts(self) -> i64 {
        match self {
            Counted::Login => 5,
            Counted::Address => 50,
        }
    }
}

/// Longest wait after a failure: long enough to make guessing hopeless, short enough that nobody is locked out by a
/// stranger.
pub const WAIT_MAX_MICROS: i64 = 15 * MINUTE_MICROS;
/// After this time without an attempt, earlier failures are forgotten.
pub const FORGOTTEN_AFTER_MICROS: i64 = DAY_MICROS;

/// The failures that still count at `now`.
pub fn counting(failures: Option<Failures>, now: Timestamp) -> i64 {
    match failures {
        Some(f) if now.micros_since(f.last_at) < FORGOTTEN_AFTER_MICROS => f.count,
        _ => 0,
    }
}

/// Microseconds to wait before the next attempt is looked at; 0 for none.
/// The wait doubles with each failure: 1 s, 2 s, 4 s … 15 minutes.
pub fn wait_micros(counted: Counted, failures: Option<Failures>, now: Timestamp) -> i64 {
    let Some(failures) = failures else { return 0 };
    let beyond = counting(Some(failures), now) - counted.free_attempts();
    if beyond < 0 {
        return 0;
    }
    let pause = SECOND_MICROS.saturating_mul(1_i64 << beyond.min(20)).min(WAIT_MAX_MICROS);
    // A clock that was set back must not lock anybody out for longer than the pause.
    let passed = now.micros_since(failures.last_at).max(0);
    (pause - passed).max(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn failed(count: i64) -> Option<Failures> {
        Some(Failures { count, last_at: Timestamp(0) })
    }

    #[test]
    fn the_first_five_attempts_cost_no_wait_and_then_it_doubles() {
        let at = Timestamp(0);
        assert_eq!(wait_micros(Counted::Login, None, at), 0);
        assert_eq!(wait_micros(Counted::Login, failed(4), at), 0);
        assert_eq!(wait_micros(Counted::Login, failed(5), at), SECOND_MICROS);
        assert_eq!(wait_micros(Counted::Login, failed(7), at), 4 * SECOND_MICROS);
        assert_eq!(wait_micros(Counted::Login, failed(500), at), WAIT_MAX_MICROS);
        assert_eq!(wait_micros(Counted::Address, failed(49), at), 0);
    }

    #[test]
    fn a_day_of_silence_forgives() {
        assert_eq!(counting(failed(500), Timestamp(FORGOTTEN_AFTER_MICROS)), 0);
    }

    proptest! {
        #[test]
        fn the_wait_is_never_longer_than_its_bound_and_passes(
            count in 0i64..i64::MAX,
            now in -DAY_MICROS..3 * DAY_MICROS,
        ) {
            let wait = wait_micros(Counted::Login, failed(count), Timestamp(now));
            prop_assert!((0..=WAIT_MAX_MICROS).contains(&wait));
            prop_assert_eq!(wait_micros(Counted::Login, failed(count), Timestamp(now.max(0) + wait)), 0);
        }
    }
}
