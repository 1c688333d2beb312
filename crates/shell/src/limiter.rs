//! How often one address, session or key may ask: token buckets in bounded memory. And how much it may hold at once.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::limits::{self, RATE_BUCKETS_MAX_COUNT};

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Attempts to sign in, by address. People's own limit by login comes on top.
    SignIn,
    /// Reports, answers and other things that citizens send, by address.
    Submit,
    /// Codes asked for and typed, by address.
    Code,
    /// Forms of visitors with their photos, by address: asked before the body is read.
    Form,
    /// Searches of the public, by address.
    Search,
    /// Live streams opened, by address.
    Stream,
    /// Calls of the API and of the map, by address; of a key without a limit of its own, by key.
    Api,
    /// Positions of one unit on the move, by unit.
    Position,
}

impl Limit {
    /// Requests at once, and requests a minute for ever. Offices and villages share an address, so these are generous.
    fn rate(self) -> Rate {
        let (burst, per_minute) = match self {
            Limit::SignIn => limits::SIGN_IN_RATE,
            Limit::Submit => limits::SUBMIT_RATE,
            Limit::Code => limits::CODE_RATE,
            Limit::Form => limits::FORM_RATE,
            Limit::Search => limits::SEARCH_RATE,
            Limit::Stream => limits::STREAM_RATE,
            Limit::Api => limits::API_RATE,
            Limit::Position => limits::POSITION_RATE,
        };
        Rate { burst, per_minute }
    }
}

/// A bucket's size and how fast it fills.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub burst: u32,
    pub per_minute: u32,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// What is left, in millionths of a request.
    left: i64,
    at: Timestamp,
}

/// One request, in the unit of [`Bucket::left`].
const ONE: i64 = 1_000_000;

/// All buckets of one server.
#[derive(Debug, Default)]
pub struct Limiter {
    buckets: Mutex<HashMap<u64, Bucket>>,
    hasher: RandomState,
    held: Arc<Held>,
}

impl Limiter {
    /// Takes one request of `limit` by `who`; an error is the time to wait, in seconds.
    pub(crate) fn take(&self, limit: Limit, who: &str, now: Timestamp) -> Result<(), u64> {
        self.take_rate(limit.rate(), &(limit, who), now)
    }

    /// Takes one request of a key with its own limit a minute.
    pub(crate) fn take_of_key(&self, key: uuid::Uuid, per_minute: u32, now: Timestamp) -> Result<(), u64> {
        self.take_rate(Rate { burst: per_minute.max(1), per_minute: per_minute.max(1) }, &key, now)
    }

    /// A place among the `most` that `who` may hold at once; none while all are taken.
    pub(crate) fn hold(&self, who: &impl std::hash::Hash, most: usize) -> Option<Place> {
        let id = self.hasher.hash_one(who);
        let mut counts = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(id).or_insert(0);
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place { held: self.held.clone(), id })
    }

    fn take_rate(&self, rate: Rate, who: &impl std::hash::Hash, now: Timestamp) -> Result<(), u64> {
        let id = self.hasher.hash_one(who);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= RATE_BUCKETS_MAX_COUNT && !buckets.contains_key(&id) {
            forget_fullest(&mut buckets);
        }
        let full = i64::from(rate.burst) * ONE;
        let bucket = buckets.entry(id).or_insert(Bucket { left: full, at: now });
        // A clock set back gives nothing and takes nothing.
        let passed = now.micros_since(bucket.at).max(0);
        let gained = passed.saturating_mul(i64::from(rate.per_minute)) / (MINUTE_MICROS / ONE);
        bucket.left = bucket.left.saturating_add(gained).min(full);
        bucket.at = now;
        if bucket.left >= ONE {
            bucket.left -= ONE;
            return Ok(());
        }
        let micros = (ONE - bucket.left) * (MINUTE_MICROS / ONE) / i64::from(rate.per_minute);
        Err(u64::try_from(micros / SECOND_MICROS + 1).unwrap_or(1))
    }
}

/// How many places each holds; whoever holds none is not in it.
#[derive(Debug, Default)]
struct Held(Mutex<HashMap<u64, usize>>);

/// What somebody holds for a while, such as an open stream; given back when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    held: Arc<Held>,
    id: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.held.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(&self.id) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.id)),
        }
    }
}

/// Makes room by half, beginning with whoever was seen longest ago.
fn forget_fullest(buckets: &mut HashMap<u64, Bucket>) {
    let mut ages: Vec<Timestamp> = buckets.values().map(|bucket| bucket.at).collect();
    let middle = ages.len() / 2;
    let (_, middle, _) = ages.select_nth_unstable(middle);
    let middle = *middle;
    buckets.retain(|_, bucket| bucket.at > middle);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const START: Timestamp = Timestamp(1_000_000_000_000_000);

    #[test]
    fn after_the_burst_one_waits_and_time_refills() {
        let limiter = Limiter::default();
        let rate = Rate { burst: 3, per_minute: 60 };
        for _ in 0..3 {
            limiter.take_rate(rate, &"a", START).unwrap();
        }
        assert_eq!(limiter.take_rate(rate, &"a", START), Err(2));
        limiter.take_rate(rate, &"b", START).unwrap();
        limiter.take_rate(rate, &"a", START.plus_micros(SECOND_MICROS)).unwrap();
        assert!(limiter.take_rate(rate, &"a", START.plus_micros(SECOND_MICROS)).is_err());
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let limiter = Limiter::default();
        for number in 0..RATE_BUCKETS_MAX_COUNT + 10_000 {
            let now = START.plus_micros(i64::try_from(number).unwrap());
            limiter.take_rate(Rate { burst: 1, per_minute: 1 }, &number, now).unwrap();
        }
        assert!(limiter.buckets.lock().unwrap().len() <= RATE_BUCKETS_MAX_COUNT);
    }

    #[test]
    fn nobody_holds_more_places_than_there_are_and_each_comes_back() {
        let limiter = Limiter::default();
        let first = limiter.hold(&"a", 2).unwrap();
        let second = limiter.hold(&"a", 2).unwrap();
        assert!(limiter.hold(&"a", 2).is_none());
        assert!(limiter.hold(&"b", 2).is_some(), "another is not kept waiting");
        drop(first);
        assert!(limiter.hold(&"a", 2).is_some());
        drop(second);
        assert!(limiter.held.0.lock().unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_what_time_gave(
            steps in proptest::collection::vec(-5_000_000i64..5_000_000, 1..200),
        ) {
            let limiter = Limiter::default();
            let rate = Rate { burst: 5, per_minute: 60 };
            let (mut now, mut forward, mut taken) = (START, 0, 0);
            for step in steps {
                now = now.plus_micros(step);
                forward += step.max(0);
                taken += i64::from(limiter.take_rate(rate, &"a", now).is_ok());
            }
            prop_assert!((1..=5 + forward / SECOND_MICROS).contains(&taken));
        }
    }
}
