//! One writer for each region: it takes the actions that wait into one transaction, and answers after the commit.

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::{WRITE_GROUP_MAX_COUNT, WRITE_QUEUE_MAX_COUNT, WRITER_IDLE_SECONDS};
use simpul_kernel::{Ctx, Refusal, RegionId};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::conn::{Conn, discard};
use crate::statistics::is_time_to_look;
use crate::tx::Tx;
use crate::value::{Args, Value};
use crate::{Db, Engine, Error, Result, sql};

/// Something that can be done: reads, decides, writes, and adds its lines to the journal.
pub trait Action: Send + Sync + 'static {
    /// What the caller learns once it is on disk. It can be stored, so that a retry learns the same.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// The key that makes a retry safe: an action whose key is known is not done again.
    fn key(&self) -> Option<Uuid> {
        None
    }

    /// Does it inside the group's transaction. May run twice; awaits nothing but `tx`; has no other effect.
    fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> impl Future<Output = Result<Self::Output>> + Send;
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An action with its caller, without its type.
trait Job: Send {
    fn key(&self) -> Option<Uuid>;
    fn ctx(&self) -> &Ctx;
    /// Runs the action and keeps its output; answers the output as JSON where a key wants it stored.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Boxed<'a, Result<Option<String>>>;
    fn answer(self: Box<Self>, outcome: Result<Option<&str>>);
}

struct Waiting<A: Action> {
    action: A,
    ctx: Ctx,
    output: Option<A::Output>,
    caller: oneshot::Sender<Result<A::Output>>,
}

impl<A: Action> Job for Waiting<A> {
    fn key(&self) -> Option<Uuid> {
        self.action.key()
    }

    fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Boxed<'a, Result<Option<String>>> {
        Box::pin(async move {
            let output = self.action.apply(tx, &self.ctx).await?;
            let stored = self.action.key().map(|_| serde_json::to_string(&output)).transpose()?;
            self.output = Some(output);
            Ok(stored)
        })
    }

    fn answer(self: Box<Self>, outcome: Result<Option<&str>>) {
        let answer = match outcome {
            // An answer of another kind: its key was used for something else, which is the caller's mistake.
            Ok(Some(stored)) => serde_json::from_str(stored).map_err(|_| Refusal::new("form.key_used").into()),
            Ok(None) => self.output.ok_or_else(|| Error::Broken("the action gave no output".into())),
            Err(error) => Err(error),
        };
        // A caller that went away meanwhile loses only the answer: what it asked for is done.
        let _ = self.caller.send(answer);
    }
}

type Queue = mpsc::Sender<Box<dyn Job>>;
type Open = HashMap<RegionId, (Queue, tokio::task::JoinHandle<()>)>;

/// What the writers have done since the start.
#[derive(Debug, Clone, Copy, Default)]
pub struct WriterStats {
    /// Commits.
    pub groups: u64,
    /// Actions in them.
    pub actions: u64,
    /// Groups that were run again with a savepoint each.
    pub repeated: u64,
}

/// The writers of all regions in use.
#[derive(Debug, Default)]
pub(crate) struct Writers {
    queues: Mutex<Open>,
    closing: AtomicBool,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    groups: AtomicU64,
    actions: AtomicU64,
    repeated: AtomicU64,
}

impl Writers {
    pub(crate) async fn write<A: Action>(&self, db: &Db, ctx: &Ctx, action: A) -> Result<A::Output> {
        let (caller, answer) = oneshot::channel();
        let mut job: Box<dyn Job> = Box::new(Waiting { action, ctx: ctx.clone(), output: None, caller });
        // A writer that has just gone idle closes its queue: the second try starts a new one.
        for _ in 0..3 {
            match self.queue(db, ctx.region)?.send(job).await {
                Ok(()) => return answer.await.unwrap_or(Err(Error::Closing)),
                // The closed queue stays in its place until the next try takes it over: by now another caller may have
                // put a new one there.
                Err(mpsc::error::SendError(back)) => job = back,
            }
        }
        Err(Error::Closing)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Open> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::disallowed_methods, reason = "the writer is awaited by its callers and ends with its queue")]
    fn queue(&self, db: &Db, region: RegionId) -> Result<Queue> {
        if self.closing.load(Ordering::SeqCst) {
            return Err(Error::Closing);
        }
        let mut queues = self.lock();
        if let Some(queue) = queues.get(&region).map(|(queue, _)| queue).filter(|queue| !queue.is_closed()) {
            return Ok(queue.clone());
        }
        let (queue, jobs) = mpsc::channel(WRITE_QUEUE_MAX_COUNT);
        let writer = Writer { db: db.clone(), region, jobs, again: VecDeque::new(), counts: self.counts.clone() };
        // One writer a region at a time: whoever closes waits for the new one, and so for the one before it.
        let before = queues.remove(&region).map(|(_, task)| task);
        let task = tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            writer.work().await;
        });
        queues.insert(region, (queue.clone(), task));
        Ok(queue)
    }

    pub(crate) async fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        let open: Vec<_> = self.lock().drain().map(|(_, open)| open).collect();
        for (queue, task) in open {
            // Without a sender the writer finishes what waits, and ends.
            drop(queue);
            let _ = task.await;
        }
    }

    pub(crate) fn stats(&self) -> WriterStats {
        WriterStats {
            groups: self.counts.groups.load(Ordering::Relaxed),
            actions: self.counts.actions.load(Ordering::Relaxed),
            repeated: self.counts.repeated.load(Ordering::Relaxed),
        }
    }
}

struct Writer {
    db: Db,
    region: RegionId,
    jobs: mpsc::Receiver<Box<dyn Job>>,
    /// Actions whose key stood twice in a group: the second waits for the first one's commit.
    again: VecDeque<Box<dyn Job>>,
    counts: Arc<Counts>,
}

/// How an action of a group came out.
enum Outcome {
    Done,
    /// Its key was known: this is what was answered then.
    Known(String),
    Failed(Error),
}

/// What became of a whole group.
enum Group {
    Committed(Vec<Outcome>, Vec<JournalLine>),
    /// An action failed after it had written: the group must run again with a savepoint each.
    Again,
    Lost(Error),
}

impl Writer {
    async fn work(mut self) {
        while let Some(group) = self.next_group().await {
            self.commit_group(group).await;
        }
        self.tidy_up().await;
    }

    /// SQLite's log of changes is folded back into the file when nobody writes any more, so that it stays small.
    async fn tidy_up(self) {
        if self.db.engine() == Engine::Postgres {
            return;
        }
        if let Ok(mut conn) = self.db.raw_writer(self.region, false).await
            && let Err(error) = conn.command("PRAGMA wal_checkpoint(TRUNCATE)").await
        {
            tracing::debug!(region = %self.region, %error, "the log is in use and stays for now");
        }
    }

    async fn next_group(&mut self) -> Option<Vec<Box<dyn Job>>> {
        let mut group: Vec<Box<dyn Job>> = self.again.drain(..).collect();
        if group.is_empty() {
            let idle = Duration::from_secs(WRITER_IDLE_SECONDS);
            match tokio::time::timeout(idle, self.jobs.recv()).await {
                Ok(job) => group.push(job?),
                Err(_) => {
                    // Close first, then take what came in between: no action falls into the gap.
                    self.jobs.close();
                    group.push(self.jobs.recv().await?);
                }
            }
        }
        while group.len() < WRITE_GROUP_MAX_COUNT {
            match self.jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) => break,
            }
        }
        Some(self.hold_back_twins(group))
    }

    fn hold_back_twins(&mut self, group: Vec<Box<dyn Job>>) -> Vec<Box<dyn Job>> {
        let mut seen = HashSet::new();
        let (now, later): (Vec<_>, Vec<_>) =
            group.into_iter().partition(|job| job.key().is_none_or(|key| seen.insert(key)));
        self.again = later.into();
        now
    }

    async fn commit_group(&mut self, mut group: Vec<Box<dyn Job>>) {
        let mut end = self.attempt(&mut group, false).await;
        if matches!(end, Group::Again) {
            self.counts.repeated.fetch_add(1, Ordering::Relaxed);
            end = self.attempt(&mut group, true).await;
        }
        match end {
            Group::Committed(outcomes, lines) => {
                self.counts.groups.fetch_add(1, Ordering::Relaxed);
                self.counts.actions.fetch_add(group.len() as u64, Ordering::Relaxed);
                self.renew_statistics(&lines);
                self.db.hub().publish(self.region, lines);
                for (job, outcome) in group.into_iter().zip(outcomes) {
                    match outcome {
                        Outcome::Done => job.answer(Ok(None)),
                        Outcome::Known(stored) => job.answer(Ok(Some(&stored))),
                        Outcome::Failed(error) => job.answer(Err(error)),
                    }
                }
            }
            Group::Again => fail_all(group, &Error::Broken("the group could not be run".into())),
            Group::Lost(error) => {
                tracing::error!(region = %self.region, actions = group.len(), %error, "a group of actions was lost");
                fail_all(group, &error);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "it ends by itself, and nobody waits for it")]
    fn renew_statistics(&self, lines: &[JournalLine]) {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return };
        if self.db.engine() == Engine::Sqlite || !is_time_to_look(first.seq, last.seq) {
            return;
        }
        let (db, region, seq) = (self.db.clone(), self.region, last.seq);
        tokio::spawn(async move {
            if let Err(error) = db.renew_young_statistics(region, seq).await {
                tracing::warn!(%region, %error, "PostgreSQL could not look at its tables; queries may be slow");
            }
        });
    }

    async fn attempt(&mut self, group: &mut [Box<dyn Job>], apart: bool) -> Group {
        let conn = match self.db.raw_writer(self.region, false).await {
            Ok(conn) => conn,
            Err(error) => return Group::Lost(error),
        };
        let mut tx = match Tx::begin(conn).await {
            Ok(tx) => tx,
            Err((conn, error)) => {
                roll_back(conn).await;
                return Group::Lost(error);
            }
        };
        let outcomes = match run_all(&mut tx, group, apart).await {
            Ok(outcomes) => outcomes,
            Err(error) => {
                roll_back(tx.into_conn()).await;
                return if error.is_own() && !apart { Group::Again } else { Group::Lost(error) };
            }
        };
        match tx.commit().await {
            Ok((conn, lines)) => {
                drop(conn);
                Group::Committed(outcomes, lines)
            }
            Err((conn, error)) => {
                roll_back(conn).await;
                if error.is_own() && !apart { Group::Again } else { Group::Lost(error) }
            }
        }
    }
}

fn fail_all(group: Vec<Box<dyn Job>>, error: &Error) {
    for job in group {
        job.answer(Err(error.clone()));
    }
}

/// Gives the connection back clean, or not at all.
async fn roll_back(mut conn: Conn) {
    conn.forget();
    if conn.command("ROLLBACK").await.is_err() {
        discard(conn).await;
    }
}

async fn run_all(tx: &mut Tx, group: &mut [Box<dyn Job>], apart: bool) -> Result<Vec<Outcome>> {
    let keys: Vec<Uuid> = group.iter().filter_map(|job| job.key()).collect();
    let known = known_answers(tx, &keys).await?;
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group.iter_mut() {
        let outcome = match job.key().and_then(|key| known.get(&key)) {
            Some(stored) => Outcome::Known(stored.clone()),
            None if apart => run_apart(tx, job.as_mut()).await?,
            None => run_together(tx, job.as_mut()).await?,
        };
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// Looks up all keys of the group at once. The head is locked, so nobody adds one meanwhile.
async fn known_answers(tx: &mut Tx, keys: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut known = HashMap::new();
    for chunk in keys.chunks(32) {
        let (statement, width) = if chunk.len() <= 4 { (&sql::ANSWERS_4, 4) } else { (&sql::ANSWERS_32, 32) };
        // The last key fills the empty places: an IN list does not mind a repetition.
        let padded = chunk.iter().chain(std::iter::repeat(&chunk[chunk.len() - 1])).take(width);
        let args = Args(padded.map(|key| Value::from(*key)).collect());
        known.extend(tx.all::<(Uuid, String)>(statement, args).await?);
    }
    Ok(known)
}

/// Runs one action, turning a panic into its own failure.
async fn run_guarded(tx: &mut Tx, job: &mut dyn Job) -> Result<()> {
    let key = job.key();
    let now = job.ctx().now();
    let outcome = AssertUnwindSafe(job.run(tx)).catch_unwind().await;
    let stored = outcome.unwrap_or_else(|panic| Err(Error::Broken(format!("panic: {}", panic_text(&*panic)))))?;
    if let (Some(key), Some(answer)) = (key, stored) {
        tx.keep_answer(now, key, answer);
    }
    Ok(())
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}

async fn run_together(tx: &mut Tx, job: &mut dyn Job) -> Result<Outcome> {
    let kept = tx.keep();
    tx.mark();
    match run_guarded(tx, job).await {
        Ok(()) => Ok(Outcome::Done),
        // A refusal that has sent nothing costs nothing; a database error spoils a PostgreSQL transaction in any case.
        Err(error) if error.is_decision() && tx.is_untouched() => {
            tx.take_back();
            tx.put_back(&kept);
            Ok(Outcome::Failed(error))
        }
        Err(error) if error.is_own() => Err(Error::Broken(error.to_string())),
        Err(error) => Err(error),
    }
}

async fn run_apart(tx: &mut Tx, job: &mut dyn Job) -> Result<Outcome> {
    let kept = tx.keep();
    tx.mark();
    tx.command("SAVEPOINT action").await?;
    let mut outcome = run_guarded(tx, job).await;
    if outcome.is_ok() {
        outcome = tx.flush().await;
    }
    match outcome {
        Ok(()) => {
            tx.command("RELEASE SAVEPOINT action").await?;
            Ok(Outcome::Done)
        }
        Err(error) if error.is_own() => {
            tx.forget();
            tx.put_back(&kept);
            tx.command("ROLLBACK TO SAVEPOINT action").await?;
            tx.command("RELEASE SAVEPOINT action").await?;
            if let Error::Broken(text) = &error {
                tracing::error!(%text, "an action broke");
            }
            Ok(Outcome::Failed(error))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test awaits the tasks that it spawns")]
mod tests {
    use super::*;
    use crate::testing::{TEST_REGION, TestDb};

    struct Nothing;

    impl Action for Nothing {
        type Output = ();

        async fn apply(&self, _: &mut Tx, _: &Ctx) -> Result<()> {
            Ok(())
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_writer_that_ends_is_followed_by_one_alone_and_closing_waits_for_both() {
        let test = TestDb::new(&[]).await.unwrap();
        let ctx = test.ctx(simpul_kernel::Actor::system("test"));
        let writers = Arc::new(Writers::default());
        let (queue, jobs) = mpsc::channel(1);
        let ended = Arc::new(AtomicBool::new(false));
        let (finish, finishing) = oneshot::channel::<()>();
        let saw = ended.clone();
        let task = tokio::spawn(async move {
            // Its queue is closed, but it is not at its end.
            drop(jobs);
            let _ = finishing.await;
            saw.store(true, Ordering::SeqCst);
        });
        queue.closed().await;
        writers.lock().insert(TEST_REGION, (queue, task));
        let writing = {
            let (writers, db, ctx) = (writers.clone(), test.db.clone(), ctx.clone());
            tokio::spawn(async move { writers.write(&db, &ctx, Nothing).await })
        };
        // The new writer has the job and waits for the old one.
        while writers.lock().get(&TEST_REGION).is_none_or(|(queue, _)| queue.is_closed()) {
            tokio::task::yield_now().await;
        }
        let closing = {
            let writers = writers.clone();
            tokio::spawn(async move { writers.close().await })
        };
        assert!(!closing.is_finished() && !writing.is_finished(), "two writers of one region never work at once");
        finish.send(()).unwrap();
        closing.await.unwrap();
        assert!(ended.load(Ordering::SeqCst), "closing waited for the old one too");
        writing.await.unwrap().unwrap();
    }
}
