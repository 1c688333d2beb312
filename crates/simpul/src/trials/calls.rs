//! The words of a 112 call: what a taker types is on the console, the incident's page and the API as it was typed, and
//! nothing of it runs.

use naughty_strings::BLNS;
use simpul_emergency::actions::SeedTypes;
use simpul_kernel::{Actor, Role};
use simpul_people::KeyScope;
use simpul_shell::testing::Browser;

use super::naughty::{HARD, assert_harmless, assert_kept, known, refused, texts};
use super::town;

/// The fields of the room's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("emergency/console.html", &["landmark", "note", "extension", "number"]),
    ("emergency/incident.html", &["text", "result"]),
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
