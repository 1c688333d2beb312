use simpul_kernel::Actor;
use simpul_store::testing::{TEST_REGION, prepare_all, rows};
use simpul_store::{Error, args, journal};
use uuid::Uuid;

use crate::things::{self, AddThing, add, count, house, is_refused};

#[tokio::test(flavor = "multi_thread")]
async fn every_statement_prepares_on_this_engine() {
    let house = house().await;
    prepare_all(&house.db, simpul_store::sql::ALL_STATEMENTS, simpul_store::sql::ALL_INSERTS).await.unwrap();
    prepare_all(&house.db, things::ALL_STATEMENTS, things::ALL_INSERTS).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_are_all_answered_and_all_stored_in_one_sequence() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let writes = (0..300).map(|n| {
        let (db, ctx) = (house.db.clone(), ctx.clone());
        tokio::spawn(async move { db.write(&ctx, add(&format!("thing {n}"))).await.unwrap() })
    });
    for write in writes.collect::<Vec<_>>() {
        write.await.unwrap();
    }
    assert_eq!(count(&house).await, 300);
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    assert_eq!(journal::verify(&mut conn, |_| ()).await.unwrap(), journal::Verdict::Whole { lines: 300 });
    let numbers: Vec<(i64,)> = conn.all(&things::NUMBERS, args![]).await.unwrap();
    assert!(numbers.into_iter().map(|(n,)| n).eq(1..=300), "numbers have no hole and no double");
    assert!(house.db.writer_stats().groups < 300, "callers that wait together share a commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_a_late_refusal_a_broken_rule_and_a_panic_fail_alone() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    house.db.write(&ctx, add("taken")).await.unwrap();
    let names = ["one", "bad", "two", "late", "three", "taken", "four", "panic", "five"];
    for _ in 0..3 {
        let tag = Uuid::from_u128(house.db.writer_stats().actions.into());
        let tasks: Vec<_> = names
            .iter()
            .map(|name| {
                let fixed = matches!(*name, "bad" | "late" | "taken" | "panic");
                let name = if fixed { (*name).to_owned() } else { format!("{name} {tag}") };
                let (db, ctx) = (house.db.clone(), ctx.clone());
                tokio::spawn(async move { db.write(&ctx, add(&name)).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        assert!(is_refused(&outcomes[1]) && is_refused(&outcomes[3]), "{outcomes:?}");
        assert!(matches!(&outcomes[5], Err(Error::Broken(_))), "{outcomes:?}");
        assert!(matches!(&outcomes[7], Err(Error::Broken(text)) if text.contains("on purpose")), "{outcomes:?}");
        assert!([0, 2, 4, 6, 8].iter().all(|index| outcomes[*index].is_ok()), "{outcomes:?}");
    }
    assert_eq!(count(&house).await, 16);
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    assert_eq!(conn.one::<(i64,)>(&things::COUNT_PARTS, args![]).await.unwrap().0, 32);
    assert_eq!(journal::verify(&mut conn, |_| ()).await.unwrap(), journal::Verdict::Whole { lines: 16 });
    let numbers: Vec<(i64,)> = conn.all(&things::NUMBERS, args![]).await.unwrap();
    assert!(numbers.into_iter().map(|(n,)| n).eq(1..=16), "a failed action gives its number back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_is_done_once_and_answered_alike() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let key = Some(Uuid::from_u128(42));
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (db, ctx) = (house.db.clone(), ctx.clone());
            tokio::spawn(async move { db.write(&ctx, AddThing { name: "once".into(), key }).await.unwrap() })
        })
        .collect();
    let mut ids = Vec::new();
    for task in tasks {
        ids.push(task.await.unwrap());
    }
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert_eq!(count(&house).await, 1);
    assert_eq!(house.db.write(&ctx, AddThing { name: "once".into(), key }).await.unwrap(), ids[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_region_does_not_see_another() {
    let house = house().await;
    let other = simpul_kernel::RegionId(3520);
    house.db.migrate(other).await.unwrap();
    house.db.write(&house.ctx(Actor::citizen()), add("ours")).await.unwrap();
    house.db.write(&house.db.env().ctx(other, Actor::citizen()), add("theirs")).await.unwrap();
    let mut conn = house.db.read(other).await.unwrap();
    let names: Vec<(String,)> = conn.all(&things::NAMES, args![]).await.unwrap();
    assert_eq!(names, [("theirs".to_owned(),)]);
    assert_eq!(journal::head(&mut conn).await.unwrap().0, 1);
    assert_eq!(house.db.regions().await.unwrap(), [other, TEST_REGION]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_refuses_late_actions_instead_of_hanging() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    house.db.write(&ctx, add("in time")).await.unwrap();
    house.db.close().await;
    assert!(matches!(house.db.write(&ctx, add("too late")).await, Err(Error::Closing)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_migration_finds_nothing_to_do() {
    let house = house().await;
    assert_eq!(house.db.migrate(TEST_REGION).await.unwrap(), 0);
}

/// Answers with a number, where [`AddThing`] answers with an id.
struct SayNumber(Uuid);

impl simpul_store::Action for SayNumber {
    type Output = u64;

    fn key(&self) -> Option<Uuid> {
        Some(self.0)
    }

    async fn apply(&self, _: &mut simpul_store::Tx, _: &simpul_kernel::Ctx) -> simpul_store::Result<u64> {
        Ok(7)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_answer_is_of_another_kind_is_refused_and_breaks_nothing() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let key = Uuid::from_u128(11);
    house.db.write(&ctx, AddThing { name: "one".into(), key: Some(key) }).await.unwrap();
    let error = house.db.write(&ctx, SayNumber(key)).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(refusal) if refusal.key == "form.key_used"), "{error:?}");
    assert_eq!(house.db.write(&ctx, SayNumber(Uuid::from_u128(12))).await.unwrap(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_a_region_has_a_digest_that_a_refusal_leaves_as_it_was() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    house.db.write(&ctx, add("first")).await.unwrap();
    let before = rows(&house.db, TEST_REGION).await.unwrap();
    assert!(
        is_refused(&house.db.write(&ctx, add("bad")).await) && is_refused(&house.db.write(&ctx, add("late")).await)
    );
    assert_eq!(rows(&house.db, TEST_REGION).await.unwrap(), before);
    house.db.write(&ctx, add("second")).await.unwrap();
    let after = rows(&house.db, TEST_REGION).await.unwrap();
    let changed: Vec<&str> = after.iter().filter(|(t, d)| before[*t] != **d).map(|(t, _)| t.as_str()).collect();
    for table in ["journal", "part", "region_head", "thing"] {
        assert!(changed.contains(&table), "{table} is not among {changed:?}");
    }
}
