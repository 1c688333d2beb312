//! A place that somebody follows: one message a day, only of what anybody may see.

use simpul_kernel::Role;
use simpul_kernel::clock::{DAY_MICROS, SECOND_MICROS};
use simpul_report::actions::*;
use simpul_report::model::watching::WatchedPlace;
use simpul_report::model::{Reach, ReporterMode};
use simpul_report::sql::watch;
use simpul_report::{Messenger, reactions};
use simpul_store::testing::TEST_REGION;

use crate::rules::{Office, office, refused};

const FOLLOWER: &str = "+6281300000009";

async fn settle(office: &Office) {
    office.house.test.clock.advance(SECOND_MICROS);
    let directory = office.house.directory.clone();
    let base_url = Some("https://lapor.example".to_owned());
    let messenger = Messenger { directory, text: true, email: true, base_url };
    office.house.test.settle(&reactions(messenger)).await.unwrap();
}

async fn ask(office: &Office, reach: &str, place: WatchedPlace) -> Result<uuid::Uuid, simpul_store::Error> {
    office.house.test.clock.advance(SECOND_MICROS);
    let ask = RequestCode {
        key: office.house.test.db.env().new_id(),
        reach: Reach::parse(reach).unwrap(),
        wants: Wants::Watch(place),
        place: office.place(),
        rules: office.rules(),
        base_url: None,
    };
    office.by(&office.house.citizen(), ask).await
}

async fn watch_place(office: &Office, reach: &str, place: WatchedPlace) {
    let id = ask(office, reach, place).await.unwrap();
    let typed = office.code_sent_to(Reach::parse(reach).unwrap().as_str()).await;
    let answer = office.by(&office.house.citizen(), TypeCode { id, typed }).await.unwrap();
    assert_eq!(answer, Typed::Watches);
}

fn here(office: &Office) -> WatchedPlace {
    let village = &office.place().villages[0];
    WatchedPlace { district: village.district, village: Some(village.code), category: None }
}

/// What was written to the number, without the codes.
async fn digests(office: &Office, reach: &str) -> Vec<String> {
    let messages = office.messages_to(reach).await;
    messages.into_iter().filter(|body| body.contains("tempat yang Anda ikuti")).collect()
}

#[tokio::test]
async fn a_day_has_one_message_however_much_happens_in_however_many_places() {
    let office = office().await;
    watch_place(&office, FOLLOWER, here(&office)).await;
    watch_place(&office, FOLLOWER, WatchedPlace { village: None, ..here(&office) }).await;
    for key in 1..=12 {
        office.send(key).await;
        // Ids of one moment have no order among themselves.
        office.house.test.clock.advance(SECOND_MICROS);
    }
    settle(&office).await;
    assert!(digests(&office, FOLLOWER).await.is_empty(), "not one message a report");
    office.later(1);
    settle(&office).await;
    let told = digests(&office, FOLLOWER).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("LUTRA-2611-0012") && told[0].contains("dan 4 laporan lagi"), "{}", told[0]);
    assert!(!told[0].contains("biji"), "no word of a citizen: {}", told[0]);
    office.later(3);
    settle(&office).await;
    assert_eq!(digests(&office, FOLLOWER).await.len(), 1, "nothing new, no message");
    let sent = office.begun(20).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    settle(&office).await;
    office.later(1);
    settle(&office).await;
    let told = digests(&office, FOLLOWER).await;
    assert_eq!(told.len(), 2);
    assert!(told[0].contains("(selesai)") && told[0].contains("(baru)"), "{}", told[0]);
}

#[tokio::test]
async fn what_is_secret_or_hidden_is_news_to_nobody() {
    let office = office().await;
    watch_place(&office, FOLLOWER, here(&office)).await;
    let mut secret = office.submit(1);
    secret.reporter.mode = Some(ReporterMode::Secret);
    office.by(&office.house.citizen(), secret).await.unwrap();
    let hidden = office.send(2).await;
    settle(&office).await;
    let hide = HideReport { report: hidden.id, reason: "Menyebut nama orang".to_owned() };
    office.by(&office.coordinator, hide).await.unwrap();
    office.later(1);
    settle(&office).await;
    assert!(digests(&office, FOLLOWER).await.is_empty());
}

#[tokio::test]
async fn another_place_or_kind_is_no_news_and_a_place_must_be_there() {
    let office = office().await;
    let elsewhere = office.place().districts.iter().find(|d| d.code != here(&office).district).unwrap().code;
    watch_place(&office, FOLLOWER, WatchedPlace { district: elsewhere, village: None, category: None }).await;
    let other = Some("jalan_rusak".to_owned()).filter(|code| office.rules().category(code).is_some());
    let other = other.or_else(|| office.rules().active().find(|c| c.code != "lampu_jalan").map(|c| c.code.clone()));
    let kind = WatchedPlace { category: other, ..here(&office) };
    watch_place(&office, FOLLOWER, kind).await;
    office.send(1).await;
    settle(&office).await;
    office.later(1);
    settle(&office).await;
    assert!(digests(&office, FOLLOWER).await.is_empty());
    let nowhere = ask(&office, FOLLOWER, WatchedPlace { district: 1, village: None, category: None }).await;
    assert_eq!(refused(nowhere), "report.refused.district");
    let torn = WatchedPlace { district: elsewhere, ..here(&office) };
    assert_eq!(refused(ask(&office, "+6281300000010", torn).await), "report.refused.village");
    let secret = office.rules().active().find(|category| category.secret).map(|category| category.code.clone());
    let secret = WatchedPlace { category: secret, ..here(&office) };
    assert_eq!(refused(ask(&office, "+6281300000010", secret).await), "report.refused.category");
}

#[tokio::test]
async fn a_stop_link_ends_all_places_and_an_erasure_leaves_nothing() {
    let office = office().await;
    watch_place(&office, FOLLOWER, here(&office)).await;
    watch_place(&office, FOLLOWER, WatchedPlace { village: None, ..here(&office) }).await;
    office.send(1).await;
    settle(&office).await;
    office.later(1);
    settle(&office).await;
    let body = digests(&office, FOLLOWER).await.remove(0);
    let key = body.split("/berhenti/").nth(1).unwrap().to_owned();
    office.by(&office.house.citizen(), StopNews { by: Stop::Key(key) }).await.unwrap();
    assert!(watches(&office).await.is_empty());
    watch_place(&office, FOLLOWER, here(&office)).await;
    office.send(2).await;
    settle(&office).await;
    let reach = Reach::parse(FOLLOWER).unwrap();
    let erase = EraseWatcher { reach };
    assert_eq!(refused(office.by(&office.coordinator, erase.clone()).await), "people.refused.not_allowed");
    let admin = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    assert_eq!(office.by(&admin, erase).await.unwrap(), 1);
    assert!(watches(&office).await.is_empty());
    office.later(1);
    settle(&office).await;
    assert_eq!(digests(&office, FOLLOWER).await.len(), 1, "only the one from before");
}

async fn watches(office: &Office) -> Vec<watch::Watch> {
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    watch::watches_of(&mut conn, &Reach::parse(FOLLOWER).unwrap(), 10).await.unwrap()
}

#[tokio::test]
async fn an_address_that_never_answers_is_forgotten_after_a_day() {
    let office = office().await;
    ask(&office, FOLLOWER, here(&office)).await.unwrap();
    assert_eq!(watches(&office).await.len(), 1);
    office.house.test.clock.advance(DAY_MICROS + 1);
    office.by(&office.house.system(), ForgetReporters { kept_days: 730 }).await.unwrap();
    assert!(watches(&office).await.is_empty());
    watch_place(&office, FOLLOWER, here(&office)).await;
    office.later(731);
    office.by(&office.house.system(), ForgetReporters { kept_days: 730 }).await.unwrap();
    assert!(watches(&office).await.is_empty(), "a place is not followed for ever");
}
