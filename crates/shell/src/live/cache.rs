//! What was read for a line, shared by all streams that need it in the same moment: a thousand screens cost one read.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use simpul_kernel::RegionId;
use simpul_kernel::limits::LIVE_CACHE_LINES_MAX_COUNT;
use simpul_store::Result;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::view::Loaded;

/// What was read is shown for so long; a later viewer gets it read again, since it may have been hidden meanwhile.
const FRESH: Duration = Duration::from_millis(1_000);

/// Which view's reading of which line.
pub(crate) type Key = (RegionId, i64, usize);

/// One line as read, and as already written out for a whole class of viewers.
#[derive(Default)]
pub(crate) struct Entry {
    loaded: OnceCell<Option<Loaded>>,
    shown: [OnceLock<Option<Bytes>>; 2],
}

impl Entry {
    /// What `read` reads, once.
    pub(crate) async fn load<F>(&self, read: impl FnOnce() -> F) -> Result<Option<&Loaded>>
    where
        F: Future<Output = Result<Option<Loaded>>>,
    {
        Ok(self.loaded.get_or_try_init(read).await?.as_ref())
    }

    /// What `show` writes, once for a class of viewers.
    pub(crate) fn show(&self, class: Option<usize>, show: impl FnOnce() -> Option<Bytes>) -> Option<Bytes> {
        match class {
            Some(class) => self.shown[class].get_or_init(show).clone(),
            None => show(),
        }
    }
}

#[derive(Default)]
struct Kept {
    entries: HashMap<Key, (Instant, Arc<Entry>)>,
    order: VecDeque<(Instant, Key)>,
}

/// The entries of the last second.
#[derive(Default)]
pub(crate) struct LineCache(Mutex<Kept>);

impl LineCache {
    /// The entry of a line, fresh or new.
    pub(crate) fn entry(&self, key: Key) -> Arc<Entry> {
        let now = Instant::now();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((made, old)) = kept.order.front().copied() {
            if kept.order.len() < LIVE_CACHE_LINES_MAX_COUNT && now.duration_since(made) < FRESH {
                break;
            }
            kept.order.pop_front();
            if kept.entries.get(&old).is_some_and(|(at, _)| *at == made) {
                kept.entries.remove(&old);
            }
        }
        if let Some((_, entry)) = kept.entries.get(&key) {
            return entry.clone();
        }
        let entry = Arc::new(Entry::default());
        kept.entries.insert(key, (now, entry.clone()));
        kept.order.push_back((now, key));
        entry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seq: i64) -> Key {
        (RegionId(7322), seq, 0)
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_is_read_once_for_all_who_look_in_the_same_moment_and_again_later() {
        let cache = LineCache::default();
        let first = cache.entry(key(1));
        assert!(Arc::ptr_eq(&first, &cache.entry(key(1))));
        tokio::time::advance(FRESH).await;
        assert!(!Arc::ptr_eq(&first, &cache.entry(key(1))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_lines_does_not_fill_the_memory() {
        let cache = LineCache::default();
        for seq in 0..10_000 {
            cache.entry(key(seq));
        }
        assert!(cache.0.lock().unwrap().entries.len() <= LIVE_CACHE_LINES_MAX_COUNT);
    }
}
