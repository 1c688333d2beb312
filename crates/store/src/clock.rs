//! The real clock and the real dice: the only places that read them.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use simpul_kernel::{Clock, Entropy, Env, Timestamp};

/// The machine's clock.
#[derive(Debug)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where the wall clock is read")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The machine's clock, so much ahead: only for invented data, to see what passed deadlines do.
#[derive(Debug)]
struct ClockAhead {
    micros: i64,
}

impl Clock for ClockAhead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus_micros(self.micros)
    }
}

/// The operating system's random numbers.
#[derive(Debug)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where random bytes are read")]
    #[expect(clippy::expect_used, reason = "without random numbers no secret is one: stopping is the safe answer")]
    fn fill(&self, into: &mut [u8]) {
        getrandom::fill(into).expect("the operating system gives random numbers");
    }
}

/// Clock and randomness of a real server.
pub fn system_env() -> Env {
    Env { clock: Arc::new(SystemClock), entropy: Arc::new(OsEntropy) }
}

/// The same with a clock that is `micros` ahead.
pub fn env_ahead(micros: i64) -> Env {
    Env { clock: Arc::new(ClockAhead { micros }), entropy: Arc::new(OsEntropy) }
}
