use std::time::Duration;

use simpul_kernel::Actor;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Db, DbConfig, Subscription};

use crate::things::{self, add, house};

async fn seqs(lines: &mut Subscription, upto: i64) -> Vec<i64> {
    let mut seqs = Vec::new();
    while seqs.last() != Some(&upto) {
        let batch = tokio::time::timeout(Duration::from_secs(10), lines.next()).await.unwrap().unwrap();
        seqs.extend(batch.iter().map(|line| line.seq));
    }
    seqs
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_gets_every_line_once_wherever_it_begins() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    for n in 0..20 {
        house.db.write(&ctx, add(&format!("before {n}"))).await.unwrap();
    }
    let mut from_start = house.db.subscribe(TEST_REGION, Some(0)).await.unwrap();
    let mut from_now = house.db.subscribe(TEST_REGION, None).await.unwrap();
    for n in 0..30 {
        house.db.write(&ctx, add(&format!("after {n}"))).await.unwrap();
    }
    assert!(seqs(&mut from_start, 50).await.into_iter().eq(1..=50));
    assert!(seqs(&mut from_now, 50).await.into_iter().eq(21..=50));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_from_before_a_restore_begins_at_the_end_and_is_told() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    for n in 0..3 {
        house.db.write(&ctx, add(&format!("before {n}"))).await.unwrap();
    }
    let mut ahead = house.db.subscribe(TEST_REGION, Some(99_999)).await.unwrap();
    assert_eq!((ahead.place(), ahead.was_ahead()), (3, true));
    assert!(!house.db.subscribe(TEST_REGION, Some(3)).await.unwrap().was_ahead());
    house.db.write(&ctx, add("after")).await.unwrap();
    assert_eq!(seqs(&mut ahead, 4).await, [4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_of_another_process_reach_the_listener_too() {
    let house = house().await;
    let mut lines = house.db.subscribe(TEST_REGION, None).await.unwrap();
    let config = match house.postgres_url() {
        Some(url) => DbConfig::Postgres { url: url.to_owned(), data: house.dir.path().to_owned() },
        None => DbConfig::sqlite(house.dir.path()),
    };
    let other = Db::open(&config, house.db.env().clone(), &[things::MIGRATIONS]).await.unwrap();
    let ctx = house.ctx(Actor::citizen());
    other.write(&ctx, add("from outside")).await.unwrap();
    house.db.write(&ctx, add("from inside")).await.unwrap();
    other.write(&ctx, add("from outside again")).await.unwrap();
    assert_eq!(seqs(&mut lines, 3).await, [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_slept_reads_the_gap() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let mut lines = house.db.subscribe(TEST_REGION, None).await.unwrap();
    for n in 0..1_500 {
        house.db.write(&ctx, add(&format!("{n}"))).await.unwrap();
    }
    assert!(seqs(&mut lines, 1_500).await.into_iter().eq(1..=1_500));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_very_first_line_after_a_subscription_is_not_late() {
    for _ in 0..20 {
        let house = house().await;
        let ctx = house.ctx(Actor::citizen());
        let mut lines = house.db.subscribe(TEST_REGION, None).await.unwrap();
        house.db.write(&ctx, add("first")).await.unwrap();
        assert_eq!(seqs(&mut lines, 1).await, [1]);
    }
}
