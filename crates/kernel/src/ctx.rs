//! What an action knows of the world around it: who acts, in which region, at what time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

use crate::{Actor, Clock, RegionId, Timestamp};

/// The only way to random bytes.
pub trait Entropy: Send + Sync + std::fmt::Debug {
    /// Fills `into` with random bytes.
    fn fill(&self, into: &mut [u8]);
}

/// Random bytes that a seed repeats: for tests and for the demo region, never for a secret.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// A source that gives the same bytes for the same `seed`.
    pub fn new(seed: u64) -> SeededEntropy {
        SeededEntropy(AtomicU64::new(seed))
    }

    /// The next 64 bits (SplitMix64).
    pub fn next_u64(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Clock and randomness of one running Simpul.
#[derive(Debug, Clone)]
pub struct Env {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes.
    pub entropy: Arc<dyn Entropy>,
}

impl Env {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new UUIDv7: ordered by time, unguessable in its last 74 bits.
    pub fn new_id(&self) -> Uuid {
        let mut random = [0u8; 10];
        self.entropy.fill(&mut random);
        let millis = u64::try_from(self.now().0.div_euclid(1000)).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// 256 random bits, for tokens and keys.
    pub fn secret(&self) -> [u8; 32] {
        let mut bytes = [0u8; 32];
        self.entropy.fill(&mut bytes);
        bytes
    }

    /// The context of `actor` in `region`.
    pub fn ctx(&self, region: RegionId, actor: Actor) -> Ctx {
        Ctx { region, actor, env: self.clone() }
    }
}

/// Who acts, where, and with which clock.
#[derive(Debug, Clone)]
pub struct Ctx {
    /// The region that the action touches; there is only one.
    pub region: RegionId,
    /// Who acts.
    pub actor: Actor,
    /// Clock and randomness.
    pub env: Env,
}

impl Ctx {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.env.now()
    }

    /// A new UUIDv7.
    pub fn new_id(&self) -> Uuid {
        self.env.new_id()
    }
}
