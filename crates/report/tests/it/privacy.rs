//! A person's right over their data: all of it is handed out, all of it is forgotten, and nobody else's.

use simpul_kernel::{Ctx, Role};
use simpul_report::actions::*;
use simpul_report::model::{PhotoRef, Reach};
use simpul_report::sql;
use simpul_report::{Messenger, reactions};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, outbox};
use uuid::Uuid;

use crate::rules::{Office, office, refused};

const FOLLOWER: &str = "+6281300000009";

fn photo(n: u8) -> PhotoRef {
    PhotoRef { digest: [n; 32], medium: [n + 50; 32], small: [n + 100; 32], width: 8, height: 8 }
}

async fn owners(office: &Office, n: u8) -> usize {
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    sql::parts::photo_owners(&mut conn, [n; 32]).await.unwrap().len()
}

async fn exported(office: &Office, report: Uuid) -> serde_json::Value {
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    export(&mut conn, report).await.unwrap().unwrap()
}

/// Sent, solved with a photo, called unfixed with another.
async fn reopened(office: &Office) -> Submitted {
    let sent = office.begun(1).await;
    let mut resolve = office.resolve(sent.id);
    resolve.photos = vec![photo(1)];
    office.by(&office.officer, resolve).await.unwrap();
    let (proof, text) = (Proof::Token(sent.token.clone()), "Masih mati, ini fotonya".to_owned());
    let reopen = ReopenReport { report: sent.id, proof, text, photos: vec![photo(2)] };
    office.by(&office.house.citizen(), reopen).await.unwrap();
    sent
}

#[tokio::test]
async fn photos_that_the_citizen_sent_later_are_handed_out_and_erased_and_the_officers_stay() {
    let office = office().await;
    let sent = reopened(&office).await;
    assert_eq!((owners(&office, 1).await, owners(&office, 2).await), (1, 1));
    let handed_out = exported(&office, sent.id).await;
    assert_eq!(handed_out["photos"], serde_json::json!(["02".repeat(32)]));
    let admin = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    let erased = office.by(&admin, EraseReporter { report: sent.id }).await.unwrap();
    assert_eq!(erased.files, [[2; 32], [52; 32], [102; 32]], "whose files are to go");
    assert_eq!((owners(&office, 1).await, owners(&office, 2).await), (1, 0), "the proof of the work is the office's");
    assert_eq!(exported(&office, sent.id).await["photos"], serde_json::json!([]));
}

/// Somebody with that number asks for news of the report, and types the code that came.
pub(crate) async fn follow(office: &Office, report: Uuid, phone: &str) {
    let rules = office.rules();
    let place = office.house.directory.of(TEST_REGION).await.unwrap();
    let reach = Reach::parse(phone).unwrap();
    // Of two messages at one moment nobody could say which came last.
    office.house.test.clock.advance(simpul_kernel::clock::SECOND_MICROS);
    let key = office.house.test.db.env().new_id();
    let ask = RequestCode { key, reach: reach.clone(), wants: Wants::Follow(report), place, rules, base_url: None };
    let id = office.by(&office.house.citizen(), ask).await.unwrap();
    let typed = office.code_sent_to(reach.as_str()).await;
    let answer = office.by(&office.house.citizen(), TypeCode { id, typed }).await.unwrap();
    assert!(matches!(answer, Typed::Follows { .. }), "{answer:?}");
}

async fn followed(office: &Office) -> Vec<Uuid> {
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let followed = sql::parts::followed_by(&mut conn, &Reach::parse(FOLLOWER).unwrap(), 10).await.unwrap();
    followed.into_iter().map(|one| one.report).collect()
}

#[tokio::test]
async fn a_followers_number_is_found_and_erased_without_touching_the_reporter() {
    let office = office().await;
    let sent = office.begun(1).await;
    follow(&office, sent.id, FOLLOWER).await;
    assert_eq!(followed(&office).await, [sent.id]);
    let messenger = Messenger { directory: office.house.directory.clone(), text: true, email: false, base_url: None };
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.house.test.settle(&reactions(messenger)).await.unwrap();
    let erase = EraseFollower { report: sent.id, reach: FOLLOWER.to_owned() };
    assert_eq!(refused(office.by(&office.coordinator, erase.clone()).await), "people.refused.not_allowed");
    let admin: Ctx = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    office.by(&admin, erase.clone()).await.unwrap();
    assert!(followed(&office).await.is_empty());
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let messages = outbox::list(&mut conn, Uuid::max(), None, 10).await.unwrap();
    assert!(messages.iter().all(|message| message.recipient != FOLLOWER), "{messages:?}");
    assert!(messages.iter().any(|message| message.recipient == "+6281234567890"), "{messages:?}");
    assert!(sql::contact(&mut conn, sent.id).await.unwrap().is_some(), "the reporter is somebody else");
    drop(conn);
    assert!(matches!(office.by(&admin, erase).await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_reporter_who_follows_is_told_so_and_old_numbers_are_forgotten_by_themselves() {
    let office = office().await;
    let sent = office.send(1).await;
    follow(&office, sent.id, "0812 3456 7890").await;
    follow(&office, sent.id, FOLLOWER).await;
    assert!(exported(&office, sent.id).await["follows_since"].is_i64());
    let (code, text) = ("unclear".to_owned(), "Tidak jelas tempatnya".to_owned());
    office.by(&office.coordinator, RejectReport { report: sent.id, version: None, code, text }).await.unwrap();
    let forget = async || office.by(&office.house.system(), ForgetReporters { kept_days: 730 }).await.unwrap();
    assert_eq!(forget().await, 0);
    office.later(731);
    assert_eq!(forget().await, 3, "the reporter's contact and both numbers");
    assert!(followed(&office).await.is_empty());
}
