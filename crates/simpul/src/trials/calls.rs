//! The words of a 112 call: what a taker types is on the console, the incident's page and the API as it was typed, and
//! nothing of it runs.

use naughty_strings::BLNS;
use simpul_emergency::actions::{OpenCall, SeedTypes, SendPlaceLink};
use simpul_emergency::model::CallSource;
use simpul_emergency::token::token_hash;
use simpul_kernel::{Actor, Role};
use simpul_people::KeyScope;
use simpul_shell::testing::Browser;

use super::naughty::{HARD, assert_harmless, assert_kept, known, refused, texts};
use super::town;

/// The fields of the room's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("emergency/blocks.html", &["reason"]),
    ("emergency/console.html", &["landmark", "note", "extension", "number"]),
    ("emergency/incident.html", &["text", "result"]),
    ("emergency/late.html", &["paper", "number", "landmark", "note"]),
    ("emergency/place_link.html", &["words"]),
];

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert!(answer.status.is_redirection(), "{path} {fields:?}: {} {}", answer.status, answer.text);
    answer.location().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_during_a_call_comes_back_as_it_was_and_nothing_runs() {
    let site = town().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    let mut taker = site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    let key = site.api_key(&[KeyScope::Write], None).await.unwrap();
    let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
    // A line takes a string of one line as it is; a share of all of them goes through the log.
    let short: Vec<&str> = BLNS.iter().copied().filter(|text| !refused(text) && !text.contains('\n')).collect();
    done(&mut taker, "/112/ekstensi", &[("extension", HARD)]).await;
    let place = done(&mut taker, "/112/panggilan", &[("number", HARD)]).await;
    let page = taker.get(&place).await.text;
    assert_harmless(&page, &place, &known());
    let found = texts(&place, &page);
    assert_kept(&found, HARD, "the number");
    let call = place.split('=').nth(1).unwrap().to_owned();
    let typed = [("landmark", HARD), ("type", "flood"), ("note", HARD)];
    let incident = done(&mut taker, &format!("/112/panggilan/{call}/kejadian"), &typed).await;
    let lines: Vec<String> = short.chunks(8).map(|some| format!("w{}w", some.join(" ¦ "))).collect();
    for text in &lines {
        done(&mut taker, &format!("{incident}/catat"), &[("text", text)]).await;
    }
    done(&mut taker, &format!("{incident}/batal"), &[("result", HARD)]).await;
    let page = taker.get(&incident).await.text;
    assert_harmless(&page, &incident, &known());
    let found = texts(&incident, &page);
    for text in &lines {
        assert_kept(&found, text, &incident);
    }
    assert!(found.iter().filter(|text| text.contains(HARD)).count() >= 3, "place, note and result");
    let number = incident.rsplit('/').next().unwrap();
    let json = program.get(&format!("/api/v1/emergency/incidents/{number}")).await.json();
    assert_eq!((json["landmark"].as_str(), json["result"].as_str()), (Some(HARD), Some(HARD)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_around_the_telephone_comes_back_as_it_was_and_nothing_runs() {
    let site = town().await;
    let system = site.db.ctx(Actor::system("test"));
    site.db.db.write(&system, SeedTypes).await.unwrap();
    let mut supervisor = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let mut taker = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    done(&mut supervisor, "/112/blokir", &[("number", "0812-3456-7890"), ("hours", "1"), ("reason", HARD)]).await;
    let page = supervisor.get("/112/blokir").await.text;
    assert_harmless(&page, "/112/blokir", &known());
    assert_kept(&texts("/112/blokir", &page), HARD, "the reason");

    let day = site.app.directory.of(simpul_store::testing::TEST_REGION).await.unwrap().region.zone;
    let day = day.date(site.db.db.env().now().plus_micros(-86_400_000_000)).to_string();
    let times = [("date", day.as_str()), ("started", "8.00"), ("answered", "8.01"), ("ended", "8.05")];
    let words = ["paper", "number", "landmark", "note"].map(|name| (name, HARD));
    let place = done(&mut taker, "/112/susulan", &[times, words].concat()).await;
    let page = taker.get(&place).await.text;
    assert_harmless(&page, &place, &known());
    let found = texts(&place, &page);
    assert!(found.iter().filter(|text| text.contains(HARD)).count() >= 3, "number, place and note: {found:?}");

    let open =
        OpenCall { key: uuid::Uuid::from_u128(1), number: "0812-3456-7890".to_owned(), source: CallSource::Manual };
    let call = site.db.db.write(&system, open).await.unwrap().id;
    let (key, hash) = (uuid::Uuid::from_u128(2), token_hash("tautan"));
    site.db.db.write(&system, SendPlaceLink { key, call, hash, text: "tautan".to_owned() }).await.unwrap();
    let mut caller = site.browser();
    done(&mut caller, "/lokasi/tautan", &[("words", HARD)]).await;
    site.db.clock.advance(60_000_000);
    let place = done(&mut taker, &format!("/112/panggilan/{call}/ambil"), &[]).await;
    let page = taker.get(&place).await.text;
    assert_harmless(&page, &place, &known());
    assert_kept(&texts(&place, &page), HARD, "the caller's own words");
}
