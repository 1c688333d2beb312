use simpul_kernel::Actor;
use simpul_store::testing::TEST_REGION;
use simpul_store::{journal, raw};

use crate::things::{add, count, house};

#[tokio::test(flavor = "multi_thread")]
async fn the_bare_loop_writes_what_the_writer_would_have() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let actions = (0..10).map(|n| add(&format!("raw {n}"))).collect();
    let captured = raw::capture(&house.db, &ctx, actions).await.unwrap();
    assert_eq!(count(&house).await, 0, "nothing is written while capturing");
    raw::write(&house.db, &ctx, captured, 4).await.unwrap();
    assert_eq!(count(&house).await, 10);
    house.db.write(&ctx, add("after")).await.unwrap();
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    assert_eq!(journal::verify(&mut conn, |_| ()).await.unwrap(), journal::Verdict::Whole { lines: 11 });
}
