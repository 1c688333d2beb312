use ed25519_dalek::SigningKey;
use simpul_kernel::Actor;
use simpul_store::anchor::{Anchor, AnchorError, signing_key};
use simpul_store::args;
use simpul_store::testing::TEST_REGION;

use crate::things::{self, Meddle, add, house};

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_survives_print_and_shows_a_cut_tail() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    for name in ["a", "b", "c"] {
        house.db.write(&ctx, add(name)).await.unwrap();
    }
    let key = signing_key(house.dir.path(), house.db.env().entropy.as_ref()).unwrap();
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    let printed = Anchor::sign(&mut conn, ctx.now(), &key).await.unwrap().to_string();
    let own = key.verifying_key();
    let anchor = Anchor::parse(&printed, Some(&own)).unwrap();
    assert_eq!(anchor.fault(&mut conn).await.unwrap(), None);

    house.db.write(&ctx, Meddle { statement: &things::CUT_HEAD, args: || args![2i64, [0u8; 32]] }).await.unwrap();
    assert!(matches!(anchor.fault(&mut conn).await.unwrap(), Some((3, _))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_anchor_and_a_foreign_one_are_refused() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    house.db.write(&ctx, add("a")).await.unwrap();
    let key = signing_key(house.dir.path(), house.db.env().entropy.as_ref()).unwrap();
    let again = signing_key(house.dir.path(), house.db.env().entropy.as_ref()).unwrap();
    assert_eq!(key.to_bytes(), again.to_bytes(), "the key is made once");
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    let printed = Anchor::sign(&mut conn, ctx.now(), &key).await.unwrap().to_string();
    let forged = printed.replace("lines 1", "lines 0");
    assert_eq!(Anchor::parse(&forged, None).unwrap_err(), AnchorError::FalseSignature);
    let other = SigningKey::from_bytes(&[9; 32]).verifying_key();
    assert_eq!(Anchor::parse(&printed, Some(&other)).unwrap_err(), AnchorError::ForeignKey);
    assert!(matches!(Anchor::parse("hello", None), Err(AnchorError::Unreadable { line: 1, .. })));
}
