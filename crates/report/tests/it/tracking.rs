//! A citizen finds the way back: by a key in each message, by a code, and is told no more than is meant for them.

use simpul_kernel::Role;
use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS, SECOND_MICROS};
use simpul_report::actions::*;
use simpul_report::model::code::key_from;
use simpul_report::model::{Dimension, Filter, Reach, ReporterMode, Sight};
use simpul_report::sql::filter::Asker;
use simpul_report::sql::{self, keys};
use simpul_report::{Messenger, figures, reactions};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::privacy::follow;
use crate::rules::{Office, office, refused};

const REPORTER: &str = "+6281234567890";
const STRANGER: &str = "+6281399999999";
const BASE: &str = "https://lapor.example";

async fn settle(office: &Office) {
    office.house.test.clock.advance(SECOND_MICROS);
    let directory = office.house.directory.clone();
    let messenger = Messenger { directory, text: true, email: true, base_url: Some(BASE.to_owned()) };
    office.house.test.settle(&reactions(messenger)).await.unwrap();
}

fn ask(office: &Office, reach: &str) -> RequestCode {
    office.house.test.clock.advance(SECOND_MICROS);
    RequestCode {
        key: office.house.test.db.env().new_id(),
        reach: Reach::parse(reach).unwrap(),
        wants: Wants::List,
        place: office.place(),
        rules: office.rules(),
        base_url: None,
    }
}

async fn typed(office: &Office, id: Uuid, code: &str) -> Typed {
    office.by(&office.house.citizen(), TypeCode { id, typed: code.to_owned() }).await.unwrap()
}

/// The key in the newest message to that number.
async fn key_sent_to(office: &Office, reach: &str) -> String {
    let body = office.messages_to(reach).await.remove(0);
    body.split("?kunci=").nth(1).expect("a link with a key").split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn every_message_has_a_key_of_its_own_that_speaks_for_the_reporter_until_the_contact_is_forgotten() {
    let office = office().await;
    let sent = office.begun(1).await;
    settle(&office).await;
    let first = key_sent_to(&office, REPORTER).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    settle(&office).await;
    let second = key_sent_to(&office, REPORTER).await;
    assert!(first != second && first != sent.token && second != sent.token);
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_id(&mut conn, sent.id).await.unwrap().unwrap();
    for key in [&first, &second, &sent.token] {
        assert!(sql::is_key(&mut conn, &report, key).await.unwrap());
    }
    assert!(!sql::is_key(&mut conn, &report, "").await.unwrap());
    drop(conn);
    let other = office.send(2).await;
    let wrong = ConfirmFixed { report: other.id, proof: Proof::Token(first.clone()) };
    let wrong = office.by(&office.house.citizen(), wrong).await;
    assert_eq!(refused(wrong), "report.refused.not_the_reporter", "it is the key to one report");
    let yes = ConfirmFixed { report: sent.id, proof: Proof::Token(first.clone()) };
    office.by(&office.house.citizen(), yes).await.unwrap();
    let admin = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    office.by(&admin, EraseReporter { report: sent.id }).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_id(&mut conn, sent.id).await.unwrap().unwrap();
    for key in [&first, &second, &sent.token] {
        assert!(!sql::is_key(&mut conn, &report, key).await.unwrap(), "who is forgotten has no key");
    }
}

#[tokio::test]
async fn keys_end_when_old_contacts_are_forgotten() {
    let office = office().await;
    let sent = office.begun(1).await;
    settle(&office).await;
    let key = key_sent_to(&office, REPORTER).await;
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    office.later(20);
    settle(&office).await;
    office.later(731);
    office.by(&office.house.system(), ForgetReporters { kept_days: 730 }).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_id(&mut conn, sent.id).await.unwrap().unwrap();
    assert!(!sql::is_key(&mut conn, &report, &key).await.unwrap());
}

#[tokio::test]
async fn a_code_opens_the_owners_list_once_and_each_report_in_it_has_a_key() {
    let office = office().await;
    let (one, two) = (office.send(1).await, office.send(2).await);
    let id = office.by(&office.house.citizen(), ask(&office, "0812 3456 7890")).await.unwrap();
    let code = office.code_sent_to(REPORTER).await;
    let Typed::List { pass } = typed(&office, id, &format!(" {} {} ", &code[..3], &code[3..])).await else {
        panic!("the code opens");
    };
    assert_eq!(typed(&office, id, &code).await, Typed::Over, "a code is used once");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let now = office.house.test.db.env().now();
    let hash = simpul_report::model::token_hash(&pass);
    assert_eq!(keys::pass(&mut conn, hash, now).await.unwrap(), Reach::parse(REPORTER));
    assert_eq!(keys::pass(&mut conn, hash, now.plus_micros(61 * MINUTE_MICROS)).await.unwrap(), None);
    for sent in [&one, &two] {
        let report = sql::by_id(&mut conn, sent.id).await.unwrap().unwrap();
        assert!(sql::is_key(&mut conn, &report, &key_from(&pass, sent.id)).await.unwrap());
        assert!(!sql::is_key(&mut conn, &report, &pass).await.unwrap(), "the list's key is no key to a report");
    }
}

#[tokio::test]
async fn a_code_ends_after_ten_minutes_and_after_five_wrong_tries() {
    let office = office().await;
    office.send(1).await;
    let id = office.by(&office.house.citizen(), ask(&office, REPORTER)).await.unwrap();
    let code = office.code_sent_to(REPORTER).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for left in (1..5).rev() {
        assert_eq!(typed(&office, id, wrong).await, Typed::Wrong { left });
    }
    assert_eq!(typed(&office, id, wrong).await, Typed::Over);
    assert_eq!(typed(&office, id, &code).await, Typed::Over, "the right one comes too late");
    let id = office.by(&office.house.citizen(), ask(&office, REPORTER)).await.unwrap();
    let code = office.code_sent_to(REPORTER).await;
    office.house.test.clock.advance(10 * MINUTE_MICROS);
    assert_eq!(typed(&office, id, &code).await, Typed::Over);
}

#[tokio::test]
async fn nobody_learns_whether_a_number_has_reported_and_nobody_is_sent_a_flood() {
    let office = office().await;
    office.send(1).await;
    for reach in [REPORTER, STRANGER] {
        for _ in 0..3 {
            let id = office.by(&office.house.citizen(), ask(&office, reach)).await.unwrap();
            assert_eq!(typed(&office, id, "nonsense").await, Typed::Wrong { left: 4 });
        }
        let fourth = office.by(&office.house.citizen(), ask(&office, reach)).await;
        assert_eq!(refused(fourth), "report.track.refused_often");
    }
    assert_eq!(office.messages_to(REPORTER).await.len(), 3);
    assert!(office.messages_to(STRANGER).await.is_empty(), "an unknown number is left alone");
    office.house.test.clock.advance(HOUR_MICROS);
    office.by(&office.house.citizen(), ask(&office, REPORTER)).await.unwrap();
}

#[tokio::test]
async fn who_follows_hears_only_after_a_code_and_stops_by_a_link_that_opens_nothing_else() {
    let office = office().await;
    let sent = office.begun(1).await;
    let count = FollowReport { key: Uuid::from_u128(5), report: sent.id };
    office.by(&office.house.citizen(), count).await.unwrap();
    let wants = RequestCode { wants: Wants::Follow(sent.id), ..ask(&office, STRANGER) };
    office.by(&office.house.citizen(), wants).await.unwrap();
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    settle(&office).await;
    assert_eq!(office.messages_to(STRANGER).await.len(), 1, "without the code there is only the code");
    follow(&office, sent.id, STRANGER).await;
    follow(&office, sent.id, STRANGER).await;
    let back = ReopenReport {
        report: sent.id,
        proof: Proof::Token(sent.token.clone()),
        text: "Masih mati".to_owned(),
        photos: Vec::new(),
    };
    office.by(&office.house.citizen(), back).await.unwrap();
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let before = office.messages_to(STRANGER).await.len();
    settle(&office).await;
    let messages = office.messages_to(STRANGER).await;
    assert_eq!(messages.len(), before + 1, "one message, however often it was asked for");
    assert!(!messages[0].contains("kunci="), "a follower is not the reporter: {}", messages[0]);
    let key = messages[0].split("/berhenti/").nth(1).unwrap().to_owned();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_id(&mut conn, sent.id).await.unwrap().unwrap();
    assert!(!sql::is_key(&mut conn, &report, &key).await.unwrap());
    drop(conn);
    assert_eq!(report.follower_count, 1, "news are no second vote");
    for _ in 0..2 {
        office.by(&office.house.citizen(), StopNews { by: Stop::Key(key.clone()) }).await.unwrap();
    }
    let yes = ConfirmFixed { report: sent.id, proof: Proof::Token(sent.token.clone()) };
    office.by(&office.house.citizen(), yes).await.unwrap();
    office.later(20);
    settle(&office).await;
    assert_eq!(office.messages_to(STRANGER).await.len(), before + 1);
}

#[tokio::test]
async fn an_address_does_for_news_where_a_telephone_would() {
    let office = office().await;
    let mut submit = office.submit(1);
    submit.reporter = Reporter { email: Some("Warga@Contoh.id".to_owned()), ..Reporter::default() };
    office.by(&office.house.citizen(), submit).await.unwrap();
    settle(&office).await;
    assert!(office.messages_to("warga@contoh.id").await[0].contains("?kunci="));
    let mut submit = office.submit(2);
    submit.reporter.mode = Some(ReporterMode::Anonymous);
    submit.reporter.email = Some("rahasia@contoh.id".to_owned());
    office.by(&office.house.citizen(), submit).await.unwrap();
    settle(&office).await;
    assert!(office.messages_to("rahasia@contoh.id").await.is_empty(), "of the anonymous nothing is kept");
}

#[tokio::test]
async fn a_rating_is_the_reporters_once_for_each_work_and_its_words_are_erased() {
    let office = office().await;
    let sent = office.begun(1).await;
    let rate = |stars, token: &str| RateReport {
        report: sent.id,
        proof: Proof::Token(token.to_owned()),
        stars,
        reason: "Petugas ramah sekali".to_owned(),
    };
    let citizen = office.house.citizen();
    assert_eq!(refused(office.by(&citizen, rate(5, &sent.token)).await), "report.rating.refused_open");
    office.by(&office.officer, office.resolve(sent.id)).await.unwrap();
    let yes = ConfirmFixed { report: sent.id, proof: Proof::Token(sent.token.clone()) };
    office.by(&citizen, yes).await.unwrap();
    assert_eq!(refused(office.by(&citizen, rate(5, "salah")).await), "report.refused.not_the_reporter");
    assert_eq!(refused(office.by(&citizen, rate(6, &sent.token)).await), "report.rating.refused_stars");
    let updated = office.report(sent.id).await.times.updated;
    office.later(1);
    office.by(&citizen, rate(5, &sent.token)).await.unwrap();
    office.by(&citizen, rate(2, &sent.token)).await.unwrap();
    assert_eq!(office.report(sent.id).await.times.updated, updated, "a rating is no step of the work");
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let place = office.place();
    let sight = Sight { region: true, ..Sight::default() };
    let asker = Asker { sight, officer: None, agencies: Vec::new(), now: citizen.now(), zone: place.calendar.zone };
    let all = Filter::default();
    let table = figures::table(&mut conn, &all, Dimension::Agency, (&asker, &place.calendar)).await.unwrap();
    assert_eq!(table.all.satisfaction(), Some(2.0), "the last word counts, and once");
    assert!(export(&mut conn, sent.id).await.unwrap().unwrap().to_string().contains("ramah"));
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("ramah")));
    drop(conn);
    let admin = office.house.officer(Role::RegionAdmin, None).await.unwrap();
    office.by(&admin, EraseReporter { report: sent.id }).await.unwrap();
    let mut conn = office.house.test.db.read(TEST_REGION).await.unwrap();
    let kept = sql::rating::rating(&mut conn, sent.id).await.unwrap().unwrap();
    assert_eq!((kept.stars, kept.reason.as_str()), (2, ""));
}

#[tokio::test]
async fn whoever_sent_the_same_hears_what_becomes_of_it_at_the_own_address() {
    let office = office().await;
    let into = office.begun(1).await;
    let mut same = office.submit(2);
    same.reporter = Reporter { email: Some("sama@contoh.id".to_owned()), ..Reporter::default() };
    let same = office.by(&office.house.citizen(), same).await.unwrap();
    let merge = MergeReport { report: same.id, version: None, into: into.number.clone() };
    office.by(&office.coordinator, merge).await.unwrap();
    office.by(&office.officer, office.resolve(into.id)).await.unwrap();
    settle(&office).await;
    let told = office.messages_to("sama@contoh.id").await;
    let done = told.iter().find(|text| text.contains(&format!("{}: sudah ditangani", into.number)));
    assert!(done.is_some_and(|text| text.contains(&format!("/laporan/{}?kunci=", same.number))), "{told:?}");
    assert!(!told.iter().any(|text| text.contains(&format!("Nomor {}", into.number))), "{told:?}");
}
