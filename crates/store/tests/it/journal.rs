use simpul_kernel::Actor;
use simpul_store::journal::{Verdict, verify};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Args, Statement, args};

use crate::things::{self, Meddle, add, house};

async fn five_lines() -> TestDb {
    let house = house().await;
    for n in 0..5 {
        house.db.write(&house.ctx(Actor::citizen()), add(&format!("thing {n}"))).await.unwrap();
    }
    house
}

async fn after(statement: &'static Statement, args: fn() -> Args) -> Verdict {
    let house = five_lines().await;
    house.db.write(&house.ctx(Actor::citizen()), Meddle { statement, args }).await.unwrap();
    verify(&mut house.db.read(TEST_REGION).await.unwrap(), |_| ()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_untouched_journal_is_whole() {
    let house = five_lines().await;
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    assert_eq!(verify(&mut conn, |_| ()).await.unwrap(), Verdict::Whole { lines: 5 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_line_is_named() {
    let verdict = after(&things::SPOIL, || args![3i64, "{\"number\":9}"]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 3, .. }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_line_is_named() {
    let verdict = after(&things::REMOVE_LINE, || args![2i64]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 2, reason: "the line is missing" }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_last_line_is_named() {
    let verdict = after(&things::REMOVE_LINE, || args![5i64]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 5, reason: "the line is missing" }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_line_is_named() {
    let verdict = after(&things::MOVE_LINE, || args![5i64, 9i64]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 5, .. }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_set_back_is_found() {
    let verdict = after(&things::CUT_HEAD, || args![3i64, [7u8; 32]]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 3, .. }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_before_the_first_is_found() {
    let verdict = after(&things::DOUBLE_LINE, || args![1i64, 0i64]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 0, reason: "the line stands outside the chain" }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_cannot_be_read_is_named() {
    let verdict = after(&things::CUT_HASH, || args![4i64, vec![7u8; 3]]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 4, reason: "the line can't be read" }), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_cannot_be_read_is_found() {
    let verdict = after(&things::CUT_HEAD, || args![5i64, vec![0u8; 1]]).await;
    assert!(matches!(verdict, Verdict::Bad { seq: 0, reason: "the head can't be read" }), "{verdict:?}");
}
