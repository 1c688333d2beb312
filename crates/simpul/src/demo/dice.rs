//! Chance that a seed repeats: the same story each time.

use simpul_kernel::SeededEntropy;

/// Dice for choices; never for secrets.
pub struct Dice(SeededEntropy);

impl Dice {
    /// The same throws for the same seed.
    pub fn new(seed: u64) -> Dice {
        Dice(SeededEntropy::new(seed))
    }

    /// A number from 0 to `below` − 1.
    pub fn below(&self, below: u64) -> u64 {
        self.0.next_u64() % below.max(1)
    }

    /// True in so many of a hundred throws.
    pub fn chance(&self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of these.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        let index = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        &from[index]
    }

    /// A span from `from` to before `to`, in microseconds.
    pub fn micros(&self, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from).unwrap_or(1);
        from + i64::try_from(self.below(span)).unwrap_or(0)
    }
}
