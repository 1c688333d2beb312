//! The live hub: whoever listens gets every line of a region's journal, in order, without a hole.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simpul_kernel::RegionId;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::{HUB_BUFFER_LINES_MAX_COUNT, HUB_POLL_MILLIS, JOURNAL_PAGE_LINES_MAX_COUNT};
use tokio::sync::{broadcast, mpsc};

use crate::{Db, Result, journal};

type Batch = Arc<[Arc<JournalLine>]>;

#[derive(Debug)]
struct Region {
    batches: broadcast::Sender<Batch>,
    wake: mpsc::UnboundedSender<Vec<JournalLine>>,
}

/// The hub of all regions that somebody listens to.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    regions: Mutex<HashMap<RegionId, Region>>,
}

impl Hub {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<RegionId, Region>> {
        self.regions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands over the lines of a commit. Without listeners they stay in the journal only.
    pub(crate) fn publish(&self, region: RegionId, lines: Vec<JournalLine>) {
        if let Some(region) = self.lock().get(&region).filter(|_| !lines.is_empty()) {
            let _ = region.wake.send(lines);
        }
    }

    pub(crate) async fn subscribe(&self, db: &Db, region: RegionId, after: Option<i64>) -> Result<Subscription> {
        let live = self.listen(db, region);
        let head = journal::head(&mut db.read(region).await?).await?.0;
        // A place beyond the end was read before a backup was put back. Waiting there would be silent for a long time.
        let ahead = after.is_some_and(|after| after > head);
        let after = after.unwrap_or(head).min(head);
        Ok(Subscription { db: db.clone(), region, after, ahead, live, behind: true })
    }

    #[expect(clippy::disallowed_methods, reason = "the region's listener ends when its last subscription is gone")]
    fn listen(&self, db: &Db, region: RegionId) -> broadcast::Receiver<Batch> {
        let mut regions = self.lock();
        if let Some(region) = regions.get(&region) {
            return region.batches.subscribe();
        }
        let (batches, live) = broadcast::channel(HUB_BUFFER_LINES_MAX_COUNT);
        let (wake, woken) = mpsc::unbounded_channel();
        regions.insert(region, Region { batches: batches.clone(), wake });
        tokio::spawn(Listener { db: db.clone(), region, batches, woken }.work());
        live
    }

    /// Forgets the region if nobody listens any more; under the lock, so that no subscriber slips in between.
    fn leave(&self, region: RegionId) -> bool {
        let mut regions = self.lock();
        let idle = regions.get(&region).is_none_or(|region| region.batches.receiver_count() == 0);
        if idle {
            regions.remove(&region);
        }
        idle
    }
}

/// Publishes what continues the last line, and reads the gap from the journal otherwise.
struct Listener {
    db: Db,
    region: RegionId,
    batches: broadcast::Sender<Batch>,
    woken: mpsc::UnboundedReceiver<Vec<JournalLine>>,
}

impl Listener {
    async fn work(mut self) {
        let mut last = None;
        loop {
            let wait = tokio::time::timeout(Duration::from_millis(HUB_POLL_MILLIS), self.woken.recv()).await;
            let outcome = match (wait, last) {
                (Ok(Some(lines)), Some(seq)) if lines.first().is_some_and(|line| line.seq == seq + 1) => {
                    Ok(Some(self.send(lines)))
                }
                (Ok(None), _) => return,
                // Another process may have written, or this is the first look.
                (_, seq) => self.catch_up(seq).await,
            };
            match outcome {
                Ok(seq) => last = seq,
                Err(error) => tracing::warn!(region = %self.region, %error, "the journal can't be read just now"),
            }
            if self.batches.receiver_count() == 0 && self.db.hub().leave(self.region) {
                return;
            }
        }
    }

    async fn catch_up(&self, last: Option<i64>) -> Result<Option<i64>> {
        let mut conn = self.db.read(self.region).await?;
        let head = journal::head(&mut conn).await?.0;
        let Some(mut seq) = last else {
            // Lines may have come between a subscriber's look and this one: an empty batch makes it look again.
            let _ = self.batches.send(Arc::new([]));
            return Ok(Some(head));
        };
        while seq < head {
            let lines = journal::lines_after(&mut conn, seq, JOURNAL_PAGE_LINES_MAX_COUNT).await?;
            if lines.is_empty() {
                break;
            }
            seq = self.send(lines);
        }
        Ok(Some(seq))
    }

    fn send(&self, lines: Vec<JournalLine>) -> i64 {
        let last = lines.last().map_or(0, |line| line.seq);
        let batch: Batch = lines.into_iter().map(Arc::new).collect();
        let _ = self.batches.send(batch);
        last
    }
}

/// One listener's place in a region's journal.
#[derive(Debug)]
pub struct Subscription {
    db: Db,
    region: RegionId,
    after: i64,
    ahead: bool,
    live: broadcast::Receiver<Batch>,
    behind: bool,
}

impl Subscription {
    /// The last line that was handed out.
    pub fn place(&self) -> i64 {
        self.after
    }

    /// Whether the place that was asked for lies beyond the end of the journal, as after a restore: the subscription
    /// begins at the end instead, and what the listener knows may no longer be so.
    pub fn was_ahead(&self) -> bool {
        self.ahead
    }

    /// The next lines, at least one; waits for them.
    ///
    /// # Errors
    /// [`crate::Error::Store`] where the journal can't be read; the place is kept, so the call can be repeated.
    pub async fn next(&mut self) -> Result<Vec<Arc<JournalLine>>> {
        loop {
            if self.behind {
                let lines = self.read_on().await?;
                self.behind = lines.len() as i64 == JOURNAL_PAGE_LINES_MAX_COUNT;
                if !lines.is_empty() {
                    return Ok(self.hand_out(lines.into_iter().map(Arc::new).collect()));
                }
            }
            match self.live.recv().await {
                Ok(batch) => {
                    let fresh: Vec<_> = batch.iter().filter(|line| line.seq > self.after).cloned().collect();
                    match fresh.first() {
                        None => self.behind = batch.is_empty(),
                        Some(first) if first.seq == self.after + 1 => return Ok(self.hand_out(fresh)),
                        Some(_) => self.behind = true,
                    }
                }
                Err(broadcast::error::RecvError::Lagged(_)) => self.behind = true,
                Err(broadcast::error::RecvError::Closed) => {
                    self.live = self.db.hub().listen(&self.db, self.region);
                    self.behind = true;
                }
            }
        }
    }

    async fn read_on(&self) -> Result<Vec<JournalLine>> {
        let mut conn = self.db.read(self.region).await?;
        journal::lines_after(&mut conn, self.after, JOURNAL_PAGE_LINES_MAX_COUNT).await
    }

    fn hand_out(&mut self, lines: Vec<Arc<JournalLine>>) -> Vec<Arc<JournalLine>> {
        self.after = lines.last().map_or(self.after, |line| line.seq);
        lines
    }
}
