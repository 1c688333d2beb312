//! The words of a 112 call: what a taker types is on the console, the incident's page and the API as it was typed, and
//! nothing of it runs.

use naughty_strings::BLNS;
use simpul_emergency::actions::{OpenCall, SeedTypes, SendPlaceLink};
use simpul_emergency::model::CallSource;
use simpul_emergency::token::token_hash;
use simpul_kernel::{Actor, Role};
use simpul_people::KeyScope;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;

use super::naughty::{HARD, Shape, assert_harmless, assert_kept, expected, known, refused, texts};
use super::town;

/// The fields of the room's forms that are tried here, by template.
pub(super) const TRIED: &[(&str, &[&str])] = &[
    ("emergency/after.html", &["left", "lesson", "proof"]),
    ("emergency/asked.html", &["proof"]),
    ("emergency/blocks.html", &["reason"]),
    ("emergency/card.html", &["body"]),
    ("emergency/console.html", &["landmark", "note", "extension", "number", "command"]),
    ("emergency/incident.html", &["text", "result"]),
    (
        "emergency/incident_more.html",
        &["text", "asked", "received_by", "said", "quick", "report", "landmark", "post_place", "decree_number"],
    ),
    ("emergency/crew.html", &["text", "report", "reason"]),
    ("emergency/unit_state.html", &["reason"]),
    ("emergency/take_over.html", &["reason"]),
    ("emergency/keep_unit.html", &["call_sign", "base_name", "crew", "phone", "capabilities"]),
    ("emergency/keep_words.html", &["word"]),
    ("emergency/keep_type.html", &["name", "words"]),
    ("emergency/keep_timer.html", &["source"]),
    ("emergency/keep_contacts.html", &["name", "phone", "note"]),
    ("emergency/shift.html", &["standing", "text", "items", "part"]),
    ("emergency/late.html", &["paper", "number", "landmark", "note"]),
    ("emergency/place_link.html", &["words"]),
];

async fn done(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.post(path, fields).await;
    assert!(answer.status.is_redirection(), "{path} {fields:?}: {} {}", answer.status, answer.text);
    answer.location().to_owned()
}

/// What is written for afterwards: what is left to an agency, a lesson and its proof.
async fn papers(site: &TestSite, taker: &mut Browser, incident: &str) {
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let agency = place.active_agencies().next().unwrap().id.to_string();
    done(taker, &format!("{incident}/tindak-lanjut"), &[("agency", &agency), ("left", HARD)]).await;
    let mut supervisor = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let lesson = [("lesson", HARD), ("owner", agency.as_str()), ("due", "2999-12-31")];
    done(&mut supervisor, &format!("{incident}/pelajaran"), &lesson).await;
    let page = supervisor.get(incident).await.text;
    let id = page.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    done(&mut supervisor, &format!("{incident}/pelajaran-selesai"), &[("id", &id), ("proof", HARD)]).await;
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
    let incident = opened(&mut taker, &call, &typed).await;
    let lines: Vec<String> = short.chunks(8).map(|some| format!("w{}w", some.join(" ¦ "))).collect();
    for text in &lines {
        done(&mut taker, &format!("{incident}/catat"), &[("text", text)]).await;
    }
    let serial = incident.rsplit('-').next().unwrap().trim_start_matches('0').to_owned();
    done(&mut taker, "/112/perintah", &[("command", &format!("{serial} catat perintah {HARD}"))]).await;
    papers(&site, &mut taker, &incident).await;
    done(&mut taker, &format!("{incident}/batal"), &[("result", HARD)]).await;
    let page = taker.get(&incident).await.text;
    assert_harmless(&page, &incident, &known());
    let found = texts(&incident, &page);
    for text in &lines {
        assert_kept(&found, &expected(text, Shape::Text), &incident);
    }
    let kept = found.iter().filter(|text| text.contains(HARD)).count();
    assert!(kept >= 7, "place, notes, result, what is left, lesson and proof: {kept}");
    let card = "/112/protokol/flood";
    let mut keeper = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let body = format!("! {HARD}\n? q {HARD}\n- {HARD}");
    done(&mut keeper, card, &[("from", "1"), ("common", "MAJORINC"), ("body", &body)]).await;
    let page = keeper.get(card).await.text;
    assert_harmless(&page, card, &known());
    assert!(texts(card, &page).iter().filter(|text| text.contains(HARD)).count() >= 3, "the card's words");
    let number = incident.rsplit('/').next().unwrap();
    let json = program.get(&format!("/api/v1/emergency/incidents/{number}")).await.json();
    assert_eq!((json["landmark"].as_str(), json["result"].as_str()), (Some(HARD), Some(HARD)));
}

/// What stands after `name="NAME" value="` on a page.
fn value_of(page: &str, name: &str) -> String {
    let after = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// The page holds what was typed, and nothing of it runs.
async fn holds(browser: &mut Browser, path: &str, text: &str, least: usize) {
    let page = browser.get(path).await.text;
    assert_harmless(&page, path, &known());
    let count = texts(path, &page).iter().filter(|found| found.contains(text)).count();
    assert!(count >= least, "{path}: {count} of {least}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_around_an_incident_comes_back_as_it_was_and_nothing_runs() {
    let site = town().await;
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    let mut taker = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let place = site.app.directory.of(simpul_store::testing::TEST_REGION).await.unwrap();
    let agency = place.agency_by_short("Dishub").unwrap().id.to_string();
    let short: String = HARD.chars().take(18).collect();
    let unit = [
        ("call_sign", short.as_str()),
        ("agency", &agency),
        ("kind", "fire"),
        ("point", ""),
        ("base_name", HARD),
        ("crew", HARD),
        ("phone", &short),
        ("capabilities", HARD),
    ];
    done(&mut taker, "/112/atur/unit/baru", &unit).await;
    holds(&mut taker, "/112/atur", HARD, 1).await;
    let list = taker.get("/112/atur").await.text;
    let id = list.split("/112/atur/unit/").nth(2).unwrap().split('"').next().unwrap().to_owned();
    holds(&mut taker, &format!("/112/atur/unit/{id}"), HARD, 3).await;
    let state = [("status", "out_of_service"), ("reason", HARD)];
    done(&mut taker, &format!("/112/keadaan/{id}"), &state).await;
    holds(&mut taker, &format!("/112/keadaan/{id}"), HARD, 1).await;
    done(&mut taker, "/112/atur/kata", &[("agency", agency.as_str()), ("word", &short), ("status", "delayed")]).await;
    holds(&mut taker, "/112/atur/kata", &short, 1).await;
    let kind = [
        ("name", HARD),
        ("words", HARD),
        ("group", "fire"),
        ("priority", "1"),
        ("run_card", "fire:1"),
        ("active", "1"),
        ("seen", "0"),
    ];
    done(&mut taker, "/112/atur/jenis/wildfire", &kind).await;
    holds(&mut taker, "/112/atur/jenis/wildfire", HARD, 3).await;
    let timer = [("warn", "5"), ("alarm", "9"), ("source", HARD), ("active", "1")];
    done(&mut taker, "/112/atur/waktu/ring", &timer).await;
    holds(&mut taker, "/112/atur/waktu/ring", HARD, 1).await;
    let contact = [("kind", "partner"), ("name", HARD), ("phone", &short), ("note", HARD), ("agency", &agency)];
    done(&mut taker, "/112/atur/kontak/baru", &contact).await;
    holds(&mut taker, "/112/atur/kontak", HARD, 2).await;
    let number = around_an_incident(&mut taker).await;
    asked_of_an_agency(&site, &mut taker, &number, &agency).await;
    in_the_field(&site, &mut taker, &id, &number).await;
    through_a_shift(&site, &mut taker).await;
}

/// A call leads to an incident: answers the incident's address.
async fn opened(taker: &mut Browser, call: &str, typed: &[(&str, &str)]) -> String {
    let console = done(taker, &format!("/112/panggilan/{call}/kejadian"), typed).await;
    let page = taker.get(&console).await.text;
    let number = page.split("action=\"/112/kejadian/").nth(1).and_then(|rest| rest.split('/').next());
    format!("/112/kejadian/{}", number.unwrap())
}

/// The forms of an incident's page. Answers its address.
async fn around_an_incident(taker: &mut Browser) -> String {
    let place = done(taker, "/112/panggilan", &[("number", "0800")]).await;
    let call = place.split('=').nth(1).unwrap().to_owned();
    let typed = [("landmark", "pasar"), ("type", "flood"), ("note", "")];
    let incident = opened(taker, &call, &typed).await;
    let page = taker.get(&incident).await.text;
    let contact = page.split("name=\"contact\"").nth(1).unwrap().split("value=\"").nth(1).unwrap();
    let contact = contact.split('"').next().unwrap().to_owned();
    done(taker, &format!("{incident}/radio"), &[("way", "radio_in"), ("text", HARD)]).await;
    done(taker, &format!("{incident}/teruskan"), &[("contact", &contact)]).await;
    let handover = value_of(&taker.get(&incident).await.text, "handover");
    done(taker, &format!("{incident}/diterima"), &[("handover", &handover), ("received_by", HARD)]).await;
    let verify = [("verify_way", "babinsa"), ("finding", "confirmed"), ("said", HARD)];
    done(taker, &format!("{incident}/verifikasi"), &verify).await;
    done(taker, &format!("{incident}/laporan-cepat"), &[("quick", HARD)]).await;
    let change = [("type", "flood"), ("priority", "2"), ("landmark", HARD), ("village", ""), ("point", "")];
    done(taker, &format!("{incident}/ubah"), &change).await;
    let steps = [
        ("assessed", "2026-11-26T08:30"),
        ("post", "2026-11-26T09:30"),
        ("post_place", HARD),
        ("decree_number", HARD),
        ("decree_from", "2026-11-26"),
        ("decree_until", "2026-12-10"),
    ];
    done(taker, &format!("{incident}/bencana"), &steps).await;
    holds(taker, &incident, HARD, 7).await;
    incident
}

/// What the agency of the last contact is asked, on its own page.
async fn asked_of_an_agency(site: &TestSite, taker: &mut Browser, incident: &str, agency: &str) {
    let page = taker.get("/112/atur/kontak").await.text;
    let links = page.split("/112/atur/kontak/").filter_map(|rest| rest.get(..36)?.parse::<uuid::Uuid>().ok());
    let contact = links.last().unwrap().to_string();
    done(taker, &format!("{incident}/teruskan"), &[("contact", &contact), ("asked", HARD)]).await;
    holds(taker, incident, HARD, 8).await;
    let lesson = [("lesson", HARD), ("owner", agency), ("due", "2999-12-31")];
    done(taker, &format!("{incident}/pelajaran"), &lesson).await;
    let mut own = site.sign_in_as(Role::AgencyOfficer, Some(agency.parse().unwrap())).await.unwrap();
    holds(&mut own, "/112/serahan", HARD, 2).await;
    let page = own.get("/112/serahan").await.text;
    let id = page.split("/112/serahan/tindak-lanjut/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    done(&mut own, &format!("/112/serahan/tindak-lanjut/{id}/selesai"), &[("proof", HARD)]).await;
    holds(taker, incident, HARD, 10).await;
}

/// The crew's page, and what comes of it.
async fn in_the_field(site: &simpul_shell::testing::TestSite, taker: &mut Browser, unit: &str, incident: &str) {
    done(taker, &format!("/112/keadaan/{unit}"), &[("status", "available"), ("reason", "")]).await;
    let given = taker.post(&format!("/112/atur/unit/{unit}/kunci"), &[]).await.text;
    let key = given.split("/112/unit/").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let base = format!("/112/unit/{key}");
    let mut phone = site.browser();
    done(&mut phone, &format!("{base}/keadaan"), &[("status", "delayed"), ("reason", HARD)]).await;
    holds(&mut phone, &base, HARD, 1).await;
    done(taker, &format!("{incident}/kirim"), &[("units", unit)]).await;
    let dispatch = value_of(&phone.get(&base).await.text, "dispatch");
    let about = |name: &'static str, text: &'static str| [("dispatch", dispatch.clone()), (name, text.to_owned())];
    let sent = about("text", HARD);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, text)| (*name, text.as_str())).collect();
    done(&mut phone, &format!("{base}/catat"), &sent).await;
    holds(&mut phone, &base, HARD, 1).await;
    done(&mut phone, &format!("{base}/langkah"), &[("dispatch", &dispatch), ("state", "on_scene")]).await;
    done(&mut phone, &format!("{base}/laporan"), &[("dispatch", &dispatch), ("report", HARD)]).await;
    holds(taker, incident, HARD, 9).await;
}

/// The note that stays, and a shift with its paper.
async fn through_a_shift(site: &simpul_shell::testing::TestSite, taker: &mut Browser) {
    done(taker, "/112/piket/catatan", &[("standing", HARD)]).await;
    holds(taker, "/112", HARD, 1).await;
    let officer = site.officer("piket@contoh.test", Role::CallTaker, None).await.unwrap().to_string();
    let now = simpul_kernel::format::iso(site.db.db.env().now(), simpul_kernel::calendar::Zone::Wita);
    let ends = simpul_kernel::format::iso(
        site.db.db.env().now().plus_micros(4 * simpul_kernel::clock::HOUR_MICROS),
        simpul_kernel::calendar::Zone::Wita,
    );
    let part: String = HARD.chars().take(50).collect();
    let duty = [("officer", officer.as_str()), ("begins", &now[..16]), ("ends", &ends[..16]), ("part", &part)];
    done(taker, "/112/piket/jadwal", &duty).await;
    done(taker, "/112/piket/serah", &[("text", HARD), ("items", HARD)]).await;
    holds(taker, "/112/piket", HARD, 3).await;
    let page = taker.get("/112/piket").await.text;
    let shift = page.split("href=\"/112/piket/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    holds(taker, &format!("/112/piket/{shift}"), HARD, 3).await;
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
