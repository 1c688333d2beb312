use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Actor, Ctx};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Action, Deadline, Reaction, ReactionSet, Result, Tx, args, journal, parked};
use uuid::Uuid;

use crate::things::{self, add, house};

/// Adds an echo for every thing; the tally outside the database shows how often it was called.
struct Echo(Arc<AtomicUsize>);

impl Reaction for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }
    fn kinds(&self) -> &'static [&'static str] {
        &["thing.added", "deadline.passed"]
    }
    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        self.0.fetch_add(1, Ordering::SeqCst);
        if line.body.contains("\"number\":3") {
            panic!("can't digest the third");
        }
        tx.insert(&things::INSERT_THING, args![ctx.new_id(), format!("echo of {}", line.seq), Option::<i64>::None]);
        tx.journal(ctx, "thing", line.subject_id, "thing.echoed", json!({}));
        Ok(())
    }
}

struct Ask {
    subject: Uuid,
    in_micros: i64,
}

impl Action for Ask {
    type Output = ();
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let due_at = ctx.now().plus_micros(self.in_micros);
        tx.deadline(ctx, Deadline { subject_kind: "thing", subject_id: self.subject, what: "resolve", due_at });
        Ok(())
    }
}

struct TakeBack {
    subject: Uuid,
}

impl Action for TakeBack {
    type Output = ();
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        tx.cancel_deadlines(ctx, self.subject, Some("resolve")).await
    }
}

fn set() -> (ReactionSet, Arc<AtomicUsize>) {
    let tally = Arc::new(AtomicUsize::new(0));
    (ReactionSet::new().add(Echo(tally.clone())), tally)
}

async fn kinds(house: &TestDb) -> Vec<String> {
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    let lines = journal::lines_after(&mut conn, 0, 100).await.unwrap();
    lines.into_iter().map(|line| line.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_reacted_to_once_across_restarts() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let (reactions, _) = set();
    house.db.write(&ctx, add("a")).await.unwrap();
    house.settle(&reactions).await.unwrap();
    house.db.write(&ctx, add("b")).await.unwrap();
    house.settle(&set().0).await.unwrap();
    house.settle(&set().0).await.unwrap();
    assert_eq!(things::count(&house).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_cannot_be_digested_is_parked_and_the_rest_goes_on() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    for name in ["a", "b", "c", "d"] {
        house.db.write(&ctx, add(name)).await.unwrap();
    }
    house.settle(&set().0).await.unwrap();
    assert_eq!(things::count(&house).await, 7);
    let parked = parked(&mut house.db.read(TEST_REGION).await.unwrap(), 10).await.unwrap();
    assert_eq!(parked.len(), 1);
    assert_eq!((parked[0].name.as_str(), parked[0].seq), ("echo", 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_passes_once_when_its_time_comes_and_not_before() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let subject = Uuid::from_u128(9);
    house.db.write(&ctx, Ask { subject, in_micros: DAY_MICROS }).await.unwrap();
    let none = ReactionSet::new();
    house.settle(&none).await.unwrap();
    assert!(kinds(&house).await.is_empty());
    house.clock.advance(DAY_MICROS + HOUR_MICROS);
    house.settle(&none).await.unwrap();
    house.settle(&none).await.unwrap();
    assert_eq!(kinds(&house).await, ["deadline.passed"]);
    // A clock that is set back does not make it pass again.
    house.clock.advance(-2 * DAY_MICROS);
    house.settle(&none).await.unwrap();
    assert_eq!(kinds(&house).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadline_that_was_taken_back_never_passes() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let subject = Uuid::from_u128(9);
    house.db.write(&ctx, Ask { subject, in_micros: DAY_MICROS }).await.unwrap();
    house.db.write(&ctx, TakeBack { subject }).await.unwrap();
    house.clock.advance(5 * DAY_MICROS);
    house.settle(&ReactionSet::new()).await.unwrap();
    assert!(kinds(&house).await.is_empty());
}
