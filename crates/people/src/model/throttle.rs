//! How long whoever keeps failing at sign-in must wait.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};

/// Failures counted for one login or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Attempts since the last success.
    pub count: i64,
    /// When the last attempt was.
    pub last_at: Timestamp,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// One login from one address: a person mistypes a few times. Whoever guesses from one place waits here, and does
    /// not keep the login's owner out elsewhere.
    Pair,
    /// One login from anywhere: guesses from many places at once.
    Login,
    /// One network address: an office shares one.
    Address,
}

impl Counted {
    /// Attempts that cost no wait.
    pub fn free_attempts(self) -> i64 {
        match self {
            Counted::Pair => 5,
            Counted::Login => 20,
            Counted::Address => 50,
        }
    }
}

/// Longest wait after a failure: long enough to make guessing hopeless, short enough that nobody is locked out by a
/// stranger.
pub const WAIT_MAX_MICROS: i64 = 15 * MINUTE_MICROS;
/// One failure is forgiven in this time: an office that shares an address must not be kept out by last week's typing.
pub const FORGIVEN_EVERY_MICROS: i64 = 15 * MINUTE_MICROS;
/// Failures beyond the free ones that are counted at most: the wait is at its longest by then.
const BEYOND_MAX_COUNT: i64 = 10;

/// The failures that still count at `now`.
pub fn counting(counted: Counted, failures: Option<Failures>, now: Timestamp) -> i64 {
    let Some(failures) = failures else { return 0 };
    let forgiven = now.micros_since(failures.last_at).max(0) / FORGIVEN_EVERY_MICROS;
    (failures.count.min(counted.free_attempts() + BEYOND_MAX_COUNT) - forgiven).max(0)
}

/// Microseconds to wait before the next attempt is looked at; 0 for none.
/// The wait doubles with each failure: 1 s, 2 s, 4 s … 15 minutes.
pub fn wait_micros(counted: Counted, failures: Option<Failures>, now: Timestamp) -> i64 {
    let Some(last_at) = failures.map(|failures| failures.last_at) else { return 0 };
    let beyond = counting(counted, failures, now) - counted.free_attempts();
    if beyond < 0 {
        return 0;
    }
    let pause = SECOND_MICROS.saturating_mul(1_i64 << beyond.min(BEYOND_MAX_COUNT)).min(WAIT_MAX_MICROS);
    // A clock that was set back must not lock anybody out for longer than the pause.
    let passed = now.micros_since(last_at).max(0);
    (pause - passed).max(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    fn failed(count: i64) -> Option<Failures> {
        Some(Failures { count, last_at: Timestamp(0) })
    }

    #[test]
    fn the_first_five_attempts_cost_no_wait_and_then_it_doubles() {
        let at = Timestamp(0);
        assert_eq!(wait_micros(Counted::Pair, None, at), 0);
        assert_eq!(wait_micros(Counted::Pair, failed(4), at), 0);
        assert_eq!(wait_micros(Counted::Pair, failed(5), at), SECOND_MICROS);
        assert_eq!(wait_micros(Counted::Pair, failed(7), at), 4 * SECOND_MICROS);
        assert_eq!(wait_micros(Counted::Login, failed(500), at), WAIT_MAX_MICROS);
        assert_eq!(wait_micros(Counted::Login, failed(19), at), 0);
        assert_eq!(wait_micros(Counted::Address, failed(49), at), 0);
    }

    #[test]
    fn every_quarter_of_an_hour_forgives_one_failure() {
        let later = |quarters: i64| Timestamp(quarters * FORGIVEN_EVERY_MICROS);
        assert_eq!(counting(Counted::Pair, failed(7), later(2)), 5);
        assert_eq!(counting(Counted::Pair, failed(7), later(9)), 0);
        assert_eq!(counting(Counted::Pair, failed(1_000_000), later(0)), 15, "counted no higher than the longest wait");
        assert_eq!(counting(Counted::Pair, failed(1_000_000), later(15)), 0);
        assert_eq!(counting(Counted::Pair, failed(7), Timestamp(-1)), 7);
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
