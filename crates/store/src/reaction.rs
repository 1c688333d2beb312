//! Reactions: what a room does when it reads a line of the journal. Each keeps its place in the same transaction as
//! what it does, so that every line is reacted to in order, and what it writes is written once.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use simpul_kernel::journal::JournalLine;
use simpul_kernel::limits::JOURNAL_PAGE_LINES_MAX_COUNT;
use simpul_kernel::{Actor, Ctx, RegionId};

use crate::{Action, Db, Error, Result, Tx, args, journal, sql};

/// Lines that a reaction takes into one action.
const LINES_PER_ACTION_MAX_COUNT: usize = 64;
/// Tries of a line before it is parked, so that one bad line does not stop the house.
const TRIES_MAX_COUNT: u32 = 3;
/// Lines that don't concern a reaction and that it may read again after a restart.
const UNSAVED_LINES_MAX_COUNT: i64 = 1_000;

/// What a room does when it reads another's journal line.
pub trait Reaction: Send + Sync + 'static {
    /// The name under which the place is kept; never changed once released.
    fn name(&self) -> &'static str;

    /// The kinds of lines that concern it, each exactly as it stands in the journal.
    fn kinds(&self) -> &'static [&'static str];

    /// Does it. Twice must be the same as once, as with every action.
    fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> impl Future<Output = Result<()>> + Send;
}

type Boxed<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

trait AnyReaction: Send + Sync {
    fn name(&self) -> &'static str;
    fn kinds(&self) -> &'static [&'static str];
    fn react<'a>(&'a self, tx: &'a mut Tx, ctx: &'a Ctx, line: &'a JournalLine) -> Boxed<'a>;
}

impl<R: Reaction> AnyReaction for R {
    fn name(&self) -> &'static str {
        Reaction::name(self)
    }
    fn kinds(&self) -> &'static [&'static str] {
        Reaction::kinds(self)
    }
    fn react<'a>(&'a self, tx: &'a mut Tx, ctx: &'a Ctx, line: &'a JournalLine) -> Boxed<'a> {
        Box::pin(Reaction::react(self, tx, ctx, line))
    }
}

/// The reactions of all rooms.
#[derive(Clone, Default)]
pub struct ReactionSet(Vec<Arc<dyn AnyReaction>>);

impl std::fmt::Debug for ReactionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|reaction| reaction.name())).finish()
    }
}

impl ReactionSet {
    /// No reactions.
    pub fn new() -> ReactionSet {
        ReactionSet::default()
    }

    /// These and one more.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "a set that grows by one, not a sum")]
    pub fn add(mut self, reaction: impl Reaction) -> ReactionSet {
        self.0.push(Arc::new(reaction));
        self
    }

    /// These and those of another room.
    #[must_use]
    pub fn and(mut self, other: ReactionSet) -> ReactionSet {
        self.0.extend(other.0);
        self
    }
}

/// Lines for one reaction, with the place that is reached after them.
struct React {
    reaction: Arc<dyn AnyReaction>,
    from: i64,
    lines: Vec<Arc<JournalLine>>,
    upto: i64,
}

impl Action for React {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        let name = self.reaction.name();
        let place: Option<(i64,)> = tx.opt(&sql::PLACE, args![name]).await?;
        // Another server may have reacted already.
        if place.map_or(0, |(seq,)| seq) > self.from {
            return Ok(false);
        }
        for line in &self.lines {
            self.reaction.react(tx, ctx, line).await?;
        }
        tx.exec(&sql::SAVE_PLACE, args![name, self.upto]).await?;
        Ok(true)
    }
}

/// Notes a line that a reaction could not digest and goes on after it.
struct Park {
    name: &'static str,
    seq: i64,
    error: String,
}

impl Action for Park {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        tx.exec(&sql::PARK_LINE, args![self.name, self.seq, ctx.now(), self.error.as_str()]).await?;
        tx.exec(&sql::SAVE_PLACE, args![self.name, self.seq]).await?;
        Ok(())
    }
}

/// A line that a reaction could not digest, for the administrator's page.
#[derive(Debug, Clone)]
pub struct Parked {
    /// The reaction.
    pub name: String,
    /// The line.
    pub seq: i64,
    /// When it gave up.
    pub at: simpul_kernel::Timestamp,
    /// Why.
    pub error: String,
}

/// The newest parked lines of a region.
pub async fn parked(conn: &mut crate::Conn, limit: i64) -> Result<Vec<Parked>> {
    let rows: Vec<(String, i64, simpul_kernel::Timestamp, String)> = conn.all(&sql::PARKED, args![limit]).await?;
    Ok(rows.into_iter().map(|(name, seq, at, error)| Parked { name, seq, at, error }).collect())
}

/// One reaction's place in one region.
struct Runner {
    db: Db,
    ctx: Ctx,
    reaction: Arc<dyn AnyReaction>,
    place: i64,
    saved: i64,
}

impl Runner {
    async fn start(db: &Db, region: RegionId, reaction: Arc<dyn AnyReaction>) -> Result<Runner> {
        let mut conn = db.read(region).await?;
        let place: Option<(i64,)> = conn.opt(&sql::PLACE, args![reaction.name()]).await?;
        let place = place.map_or(0, |(seq,)| seq);
        let ctx = db.env().ctx(region, Actor::system(reaction.name()));
        Ok(Runner { db: db.clone(), ctx, reaction, place, saved: place })
    }

    /// Takes lines in order; those before its place it has had.
    async fn take(&mut self, lines: &[Arc<JournalLine>]) -> Result<()> {
        let upto = lines.last().map_or(self.place, |line| line.seq);
        let kinds = self.reaction.kinds();
        let fresh = lines.iter().filter(|line| line.seq > self.place);
        let mine: Vec<_> = fresh.filter(|line| kinds.contains(&line.kind.as_str())).cloned().collect();
        for chunk in mine.chunks(LINES_PER_ACTION_MAX_COUNT) {
            self.react_to(chunk).await?;
        }
        self.place = self.place.max(upto);
        if self.place - self.saved >= UNSAVED_LINES_MAX_COUNT {
            self.react(Vec::new(), self.place).await?;
        }
        Ok(())
    }

    async fn react_to(&mut self, chunk: &[Arc<JournalLine>]) -> Result<()> {
        let upto = chunk.last().map_or(self.place, |line| line.seq);
        match self.react(chunk.to_vec(), upto).await {
            Err(error) if !error.is_passing() => {}
            other => return other,
        }
        // Something in the chunk can't be digested: go line by line to find it.
        for line in chunk {
            self.react_or_park(line).await?;
        }
        Ok(())
    }

    async fn react_or_park(&mut self, line: &Arc<JournalLine>) -> Result<()> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.react(vec![line.clone()], line.seq).await {
                Err(error) if error.is_passing() => return Err(error),
                Err(error) if tries >= TRIES_MAX_COUNT => {
                    tracing::error!(reaction = self.reaction.name(), seq = line.seq, %error, "a line was parked");
                    let park = Park { name: self.reaction.name(), seq: line.seq, error: error.to_string() };
                    self.db.write(&self.ctx, park).await?;
                    self.place = line.seq;
                    self.saved = line.seq;
                    return Ok(());
                }
                Err(_) => {}
                Ok(()) => return Ok(()),
            }
        }
    }

    async fn react(&mut self, lines: Vec<Arc<JournalLine>>, upto: i64) -> Result<()> {
        let action = React { reaction: self.reaction.clone(), from: self.saved.max(0), lines, upto };
        if self.db.write(&self.ctx, action).await? {
            self.saved = upto;
        } else {
            let mut conn = self.db.read(self.ctx.region).await?;
            let place: Option<(i64,)> = conn.opt(&sql::PLACE, args![self.reaction.name()]).await?;
            self.saved = place.map_or(self.saved, |(seq,)| seq);
        }
        self.place = self.place.max(self.saved);
        Ok(())
    }
}

async fn runners(db: &Db, region: RegionId, set: &ReactionSet) -> Result<Vec<Runner>> {
    let mut runners = Vec::with_capacity(set.0.len());
    for reaction in &set.0 {
        runners.push(Runner::start(db, region, reaction.clone()).await?);
    }
    Ok(runners)
}

/// Lets all reactions of a region run to the journal's present end. Answers how many lines they read.
pub(crate) async fn catch_up(db: &Db, region: RegionId, set: &ReactionSet) -> Result<usize> {
    let mut runners = runners(db, region, set).await?;
    let mut place = runners.iter().map(|runner| runner.place).min().unwrap_or(i64::MAX);
    let mut count = 0;
    while place < i64::MAX {
        let mut conn = db.read(region).await?;
        let lines = journal::lines_after(&mut conn, place, JOURNAL_PAGE_LINES_MAX_COUNT).await?;
        drop(conn);
        let Some(last) = lines.last() else { break };
        place = last.seq;
        count += lines.len();
        let lines: Vec<_> = lines.into_iter().map(Arc::new).collect();
        for runner in &mut runners {
            runner.take(&lines).await?;
        }
    }
    for runner in &mut runners {
        if runner.place > runner.saved {
            runner.react(Vec::new(), runner.place).await?;
        }
    }
    Ok(count)
}

/// Runs the reactions of one region for as long as Simpul runs; a passing fault makes it wait and go on.
async fn run_region(db: Db, region: RegionId, set: ReactionSet) {
    let mut pause = Duration::from_secs(1);
    loop {
        match follow(&db, region, &set).await {
            Ok(()) | Err(Error::Closing) => return,
            Err(error) => tracing::warn!(%region, %error, "reactions wait"),
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(Duration::from_secs(60));
    }
}

async fn follow(db: &Db, region: RegionId, set: &ReactionSet) -> Result<()> {
    let mut runners = runners(db, region, set).await?;
    let Some(place) = runners.iter().map(|runner| runner.place).min() else {
        return Ok(());
    };
    let mut lines = db.subscribe(region, Some(place)).await?;
    loop {
        let batch = lines.next().await?;
        for runner in &mut runners {
            runner.take(&batch).await?;
        }
    }
}

/// Runs all reactions in all regions, also in regions that are added later.
#[expect(clippy::disallowed_methods, reason = "a region's reactions live as long as the program")]
pub(crate) async fn run(db: Db, set: ReactionSet) {
    let mut running: HashMap<RegionId, tokio::task::JoinHandle<()>> = HashMap::new();
    loop {
        for region in db.regions().await.unwrap_or_default() {
            if running.get(&region).is_none_or(tokio::task::JoinHandle::is_finished) {
                running.insert(region, tokio::spawn(run_region(db.clone(), region, set.clone())));
            }
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
