//! What takes long to count and may be a moment old: counted once, told to everybody who asks within that moment.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_people::Snapshot;
use tokio::time::Instant;

/// Most answers that are kept.
const KEPT_MAX_COUNT: usize = 512;

/// What is kept by region and question. Each goes with the snapshot of the region that it belongs to, so that nothing
/// is told of a region as it was, or of another database's region of the same code.
pub struct PerPlace<T>(Mutex<Places<T>>);

type Cell<T> = Arc<tokio::sync::Mutex<Option<T>>>;
type Places<T> = HashMap<(RegionId, String), (Weak<Snapshot>, Cell<T>)>;

impl<T> Default for PerPlace<T> {
    fn default() -> PerPlace<T> {
        PerPlace(Mutex::default())
    }
}

impl<T> PerPlace<T> {
    /// What is kept for a question; whoever holds its lock works it out for all who wait.
    pub fn of(&self, place: &Arc<Snapshot>, question: String) -> Cell<T> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= KEPT_MAX_COUNT {
            places.clear();
        }
        let none = || (Arc::downgrade(place), Cell::default());
        let entry = places.entry((place.region.id, question)).or_insert_with(none);
        if !std::ptr::eq(entry.0.as_ptr(), Arc::as_ptr(place)) {
            *entry = none();
        }
        entry.1.clone()
    }
}

/// Answers of one kind.
pub struct Shared<T> {
    fresh: Duration,
    /// When its counting began, and the answer.
    answers: PerPlace<(Instant, T)>,
}

impl<T: Clone> Shared<T> {
    /// Answers that may be as old as `fresh`.
    pub fn new(fresh: Duration) -> Shared<T> {
        Shared { fresh, answers: PerPlace::default() }
    }

    /// What was counted a moment ago, or what `count` counts now; whoever asks meanwhile waits, and takes what another
    /// began to count after that. So one question is counted once at a time, and none that may be as old as nothing is
    /// told what is older than its asking. Hold no connection while you ask.
    pub async fn get<E>(
        &self,
        place: &Arc<Snapshot>,
        question: String,
        count: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        let told = self.answers.of(place, question);
        let asked = Instant::now();
        let mut told = told.lock().await;
        if let Some((_, answer)) = told.as_ref().filter(|(begun, _)| *begun > asked || begun.elapsed() < self.fresh) {
            return Ok(answer.clone());
        }
        let begun = Instant::now();
        let answer = count().await?;
        *told = Some((begun, answer.clone()));
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use simpul_people::testing::House;
    use simpul_store::testing::TEST_REGION;

    use super::*;

    #[tokio::test]
    async fn an_answer_is_counted_once_a_moment_for_each_question_and_region_as_it_is() {
        let house = House::new(&[]).await.unwrap();
        let place = house.directory.of(TEST_REGION).await.unwrap();
        let another = House::new(&[]).await.unwrap().directory.of(TEST_REGION).await.unwrap();
        let shared = Shared::new(Duration::from_secs(3_600));
        let ask = async |place, question: &str, answer: i32| {
            shared.get(place, question.to_owned(), async || Ok::<_, Infallible>(answer)).await.unwrap()
        };
        assert_eq!(ask(&place, "how many", 1).await, 1);
        assert_eq!(ask(&place, "how many", 2).await, 1);
        assert_eq!(ask(&place, "how late", 3).await, 3);
        assert_eq!(ask(&another, "how many", 4).await, 4);
        let old = Shared::new(Duration::ZERO);
        for answer in [1, 2] {
            let told = old.get(&place, String::new(), async || Ok::<_, Infallible>(answer)).await.unwrap();
            assert_eq!(told, answer);
        }
    }

    #[tokio::test]
    async fn those_who_ask_while_one_counts_are_told_what_is_counted_after_and_only_once() {
        let house = House::new(&[]).await.unwrap();
        let place = house.directory.of(TEST_REGION).await.unwrap();
        let shared = Shared::new(Duration::ZERO);
        let counted = std::cell::Cell::new(0);
        let ask = async || {
            let count = async || {
                counted.set(counted.get() + 1);
                let number = counted.get();
                // The others come to their question before this answer is there.
                tokio::task::yield_now().await;
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(number)
            };
            shared.get(&place, String::new(), count).await.unwrap()
        };
        let told = tokio::join!(ask(), ask(), ask(), ask());
        assert_eq!(told, (1, 2, 2, 2));
    }
}
