//! Around the telephone: blocked numbers, where a caller is, calling back, calls that end unheard, and what comes in
//! after an outage.

use axum::http::{Method, StatusCode};
use simpul_emergency::actions::*;
use simpul_emergency::model::attempt::{AttemptKind, AttemptResult};
use simpul_emergency::model::cdr::CdrCall;
use simpul_emergency::model::paper::PaperTimes;
use simpul_emergency::model::{CallClass, CallOutcome, CallSource, CallStatus, CtiKind, PlaceSource, Spot};
use simpul_emergency::sql;
use simpul_emergency::token::token_hash;
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Role};
use simpul_people::{KeyScope, NewApiKey};
use simpul_shell::SiteConfig;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::room::{Room, refused, room};

fn block(key: u128, number: &str) -> BlockNumber {
    BlockNumber { key: Uuid::from_u128(key), number: number.to_owned(), reason: "iseng berulang".to_owned(), hours: 24 }
}

async fn lost(room: &Room) -> usize {
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    sql::call::lost(&mut conn, simpul_kernel::Timestamp(0), 10).await.unwrap().len()
}

#[tokio::test]
async fn a_blocked_number_s_call_is_kept_unclassified_and_nobody_needs_to_call_back() {
    let room = room().await;
    assert_eq!(refused(room.by(&room.rina, block(1, "0812-3456-7890")).await), "people.refused.not_allowed");
    let mut long = block(1, "0812-3456-7890");
    long.hours = 73;
    assert_eq!(refused(room.by(&room.supervisor, long).await), "emergency.refused.block_hours");
    let id = room.by(&room.supervisor, block(2, "0812-3456-7890")).await.unwrap();
    assert_eq!(refused(room.by(&room.supervisor, block(3, "+6281234567890")).await), "emergency.refused.blocked");
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    room.later(2);
    room.hears("a", room.says(CtiKind::Ended)).await;
    let kept = room.call(call).await;
    assert_eq!((kept.status, kept.class()), (CallStatus::Missed, CallClass::Unclassified));
    assert_eq!(lost(&room).await, 0);
    room.by(&room.supervisor, LiftBlock { block: id }).await.unwrap();
    let again = room.by(&room.supervisor, LiftBlock { block: id }).await;
    assert_eq!(refused(again), "emergency.refused.block_over");
    room.hears("b", room.says(CtiKind::Ringing)).await;
    room.later(2);
    room.hears("b", room.says(CtiKind::Ended)).await;
    assert_eq!(lost(&room).await, 1, "a number that is let through is called back again");
    assert_eq!(room.lines(id).await, ["number.blocked", "number.unblocked"]);
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("812")), "the journal holds no numbers");
}

#[tokio::test]
async fn a_position_by_a_link_lands_in_the_call_once_and_within_half_an_hour() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    let send = |key, token: &str| SendPlaceLink {
        key: Uuid::from_u128(key),
        call,
        hash: token_hash(token),
        text: format!("buka https://lutra.test/lokasi/{token}"),
    };
    assert_eq!(refused(room.by(&room.rina, send(1, "a")).await), "emergency.refused.not_yours");
    room.by(&room.rina, ClaimCall { call, reason: None }).await.unwrap();
    room.by(&room.rina, send(2, "a")).await.unwrap();
    room.by(&room.rina, send(3, "b")).await.unwrap();
    let spot = Spot::at(Point::from_degrees(-2.55, 120.33).unwrap(), Some(18)).unwrap();
    let follow = |token: &str| FollowPlaceLink { hash: token_hash(token), spot: spot.clone() };
    let citizen = room.house.citizen();
    room.by(&citizen, follow("a")).await.unwrap();
    assert_eq!(refused(room.by(&citizen, follow("a")).await), "emergency.refused.link_used");
    assert!(room.by(&citizen, follow("zz")).await.is_err(), "no such link");
    room.later(30 * 60);
    assert_eq!(refused(room.by(&citizen, follow("b")).await), "emergency.refused.link_over");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let found = sql::place::of_call(&mut conn, call).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].source, found[0].point, found[0].radius_m), (PlaceSource::Link, spot.point, Some(18)));
    let sent = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 10).await.unwrap();
    assert_eq!((sent.len(), sent[0].recipient.as_str()), (2, "+6281234567890"));
    drop(conn);
    let lines = room.lines(call).await;
    assert_eq!(lines.iter().filter(|kind| *kind == "call.located").count(), 1);
    room.later(91 * 86_400);
    room.by(&room.house.system(), ForgetCallers { kept_days: 730 }).await.unwrap();
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::place::of_call(&mut conn, call).await.unwrap().is_empty(), "where a caller was is forgotten");
}

#[tokio::test]
async fn a_call_that_broke_off_waits_until_the_caller_is_reached() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Answered)).await.id;
    room.later(5);
    room.hears("a", room.says(CtiKind::Ended)).await;
    room.by(&room.rina, ClaimCall { call, reason: None }).await.unwrap();
    let said = ClassifyCall { call, class: CallClass::Disconnected, outcome: CallOutcome::None };
    room.by(&room.rina, said).await.unwrap();
    let waiting = async || {
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        sql::call::cut_off(&mut conn, simpul_kernel::Timestamp(0), 10).await.unwrap().len()
    };
    assert_eq!(waiting().await, 1);
    let tell = |result| TellAttempt { call, kind: AttemptKind::CallBack, result };
    room.by(&room.tono, AskCallBack { key: Uuid::from_u128(1), call }).await.unwrap();
    room.by(&room.tono, tell(AttemptResult::NoAnswer)).await.unwrap();
    assert_eq!(waiting().await, 1);
    room.by(&room.tono, tell(AttemptResult::Reached)).await.unwrap();
    assert_eq!(waiting().await, 0);
    assert_eq!(refused(room.by(&room.tono, tell(AttemptResult::Pressed)).await), "emergency.refused.choose");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::attempt::of_call(&mut conn, call).await.unwrap().len(), 2, "the first is the one that was asked");
}

#[tokio::test]
async fn a_call_whose_end_the_switch_never_tells_is_over_by_itself() {
    let room = room().await;
    let reactions = simpul_emergency::reactions();
    let rings = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    let talks = room.hears("b", room.says(CtiKind::Answered)).await.id;
    room.later(599);
    room.house.test.settle(&reactions).await.unwrap();
    assert_eq!(room.call(rings).await.status, CallStatus::Ringing);
    room.later(2);
    room.house.test.settle(&reactions).await.unwrap();
    assert_eq!(room.call(rings).await.status, CallStatus::Missed);
    assert_eq!(room.call(talks).await.status, CallStatus::Answered);
    room.later(4 * 3_600);
    room.by(&room.rina, ClaimCall { call: talks, reason: None }).await.unwrap();
    room.house.test.settle(&reactions).await.unwrap();
    assert_eq!(room.call(talks).await.status, CallStatus::Answered, "its taker is there");
    room.later(601);
    room.house.test.settle(&reactions).await.unwrap();
    assert_eq!(room.call(talks).await.status, CallStatus::WrapUp);
    let call = room.hears("c", room.says(CtiKind::Answered)).await.id;
    room.by(&room.rina, HangUp { call }).await.unwrap();
    assert_eq!(room.call(call).await.status, CallStatus::WrapUp, "or its taker says so");
}

#[tokio::test]
async fn a_paper_form_is_entered_once_with_its_own_times_and_marked() {
    let room = room().await;
    let now = room.house.test.db.env().now();
    let ago = |minutes: i64| now.plus_micros(-minutes * 60_000_000);
    let times = PaperTimes { started: ago(90), answered: Some(ago(89)), ended: ago(85) };
    let enter = |key| EnterPaperCall {
        key: Uuid::from_u128(key),
        paper: "K-017".to_owned(),
        number: "0812".to_owned(),
        times,
        landmark: "depan SD 101".to_owned(),
        note: "api dari dapur".to_owned(),
    };
    let call = room.by(&room.rina, enter(1)).await.unwrap();
    assert_eq!(room.by(&room.rina, enter(1)).await.unwrap(), call, "a retry is safe");
    assert_eq!(refused(room.by(&room.rina, enter(2)).await), "emergency.refused.paper_known");
    let kept = room.call(call.id).await;
    assert_eq!((kept.source, kept.status), (CallSource::Paper, CallStatus::WrapUp));
    assert_eq!((kept.started, kept.answered, kept.ended), (times.started, times.answered, Some(times.ended)));
    let incident = room.by(&room.rina, room.fire(9, Some(call.id))).await.unwrap();
    assert_eq!(room.incident(incident.id).await.received, times.started, "the incident came when the call did");
    let said = ClassifyCall { call: call.id, class: CallClass::Normal, outcome: CallOutcome::Incident };
    room.by(&room.rina, said).await.unwrap();
    assert_eq!(room.call(call.id).await.ended, Some(times.ended));
}

#[tokio::test]
async fn records_of_the_switch_bring_what_nobody_heard_and_nothing_twice() {
    let room = room().await;
    let heard = room.hears("1.1", room.says(CtiKind::Ringing)).await.id;
    let now = room.house.test.db.env().now();
    let ago = |seconds: i64| now.plus_micros(-seconds * 1_000_000);
    let record = |call_id: &str, answered| CdrCall {
        call_id: call_id.to_owned(),
        started: ago(60),
        answered,
        ended: ago(10),
        caller: Some("0812".to_owned()),
        called: Some("112".to_owned()),
        agent: None,
    };
    let calls = vec![record("1.1", Some(ago(50))), record("1.2", Some(ago(40))), record("1.3", None)];
    let import = ImportCdr { trunk: "utama".to_owned(), calls };
    let misspelt = ImportCdr { trunk: "utma".to_owned(), ..import.clone() };
    assert_eq!(refused(room.by(&room.supervisor, misspelt).await), "emergency.refused.no_trunk");
    assert_eq!(refused(room.by(&room.rina, import.clone()).await), "people.refused.not_allowed");
    let done = room.by(&room.supervisor, import.clone()).await.unwrap();
    assert_eq!(done, CdrDone { new: 2, ended: 1, known: 0 });
    let again = room.by(&room.supervisor, import).await.unwrap();
    assert_eq!(again, CdrDone { new: 0, ended: 0, known: 3 });
    assert_eq!(room.call(heard).await.ended, Some(ago(10)));
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let unsaid = sql::call::unsaid(&mut conn, simpul_kernel::Timestamp(0), 10).await.unwrap();
    assert_eq!(unsaid.len(), 1, "an answered call waits to be classified, and not in the queue of the console");
    assert_eq!((unsaid[0].source, unsaid[0].status), (CallSource::Cdr, CallStatus::Ended));
    let open = sql::call::open(&mut conn, 10).await.unwrap();
    assert!(open.iter().all(|call| call.source == CallSource::Cti));
    assert_eq!(lost(&room).await, 1, "what nobody answered is called back");
}

#[tokio::test]
async fn a_heap_of_calls_that_are_over_hides_nobody_who_calls() {
    let room = room().await;
    for count in 0..12 {
        let id = format!("over-{count}");
        room.hears(&id, room.says(CtiKind::Answered)).await;
        room.hears(&id, room.says(CtiKind::Ended)).await;
        room.later(1);
    }
    let rings = room.hears("rings", room.says(CtiKind::Ringing)).await.id;
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let open = sql::call::open(&mut conn, 10).await.unwrap();
    assert_eq!((open.len(), open[0].id), (11, rings), "ten that are over, and before them the one who rings");
}

/// The site with a line, a taker and a supervisor.
struct Desk {
    site: TestSite,
    rina: Browser,
    supervisor: Browser,
    switch: Browser,
}

async fn desk() -> Desk {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let config = SiteConfig { sends_text: true, ..SiteConfig::default() };
    let site = TestSite::with_config(&rooms, simpul_emergency::routes(), config, build).await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.db.db.write(&ctx, SeedTypes).await.unwrap();
    let new = NewApiKey {
        name: "utama".to_owned(),
        scopes: vec![KeyScope::Trunk],
        agency: None,
        expires_at: None,
        per_minute: None,
    };
    let (_, key) = site.app.doorman.new_api_key(&ctx, new).await.unwrap();
    let switch = site.browser().with("authorization", &format!("Bearer {key}"));
    let rina = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let supervisor = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    Desk { site, rina, supervisor, switch }
}

impl Desk {
    async fn tell(&mut self, call_id: &str, event: &str) -> Uuid {
        let at = simpul_kernel::format::iso(self.site.db.db.env().now(), simpul_kernel::calendar::Zone::Wita);
        let mut word = serde_json::json!({ "event": event, "call_id": call_id, "called_number": "112", "at": at });
        word["caller_number"] = "081299988877".into();
        word["recording_url"] = "https://pbx.test/rekaman/1.wav".into();
        let told = self.switch.send_json(Method::POST, "/api/v1/emergency/cti/utama", &word).await;
        told.json()["id"].as_str().unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn the_dialplan_asks_whether_a_number_is_blocked_and_is_told_1_or_0() {
    let mut desk = desk().await;
    let ask = "/api/v1/emergency/cti/utama/blocked?number=0812-9998-8877";
    assert_eq!(desk.switch.get(ask).await.text, "0");
    let fields = [("number", "+62 812 9998 8877"), ("hours", "24"), ("reason", "iseng")];
    let set = desk.supervisor.post("/112/blokir", &fields).await;
    assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.text);
    assert_eq!(desk.switch.get(ask).await.text, "1");
    assert_eq!(desk.switch.get("/api/v1/emergency/cti/utama/blocked?number=").await.text, "0");
    let mut stranger = desk.site.browser();
    assert_eq!(stranger.get(ask).await.status, StatusCode::UNAUTHORIZED);
    let other = desk.switch.get("/api/v1/emergency/cti/lain/blocked?number=1").await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    let wrong = desk.supervisor.post("/112/blokir", &[("number", "0813"), ("hours", "99"), ("reason", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("72"), "{}", wrong.text);
    let page = desk.supervisor.get("/112/blokir").await.text;
    let lift = page.split("action=\"/112/blokir/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.supervisor.post(&format!("/112/blokir/{lift}"), &[]).await;
    assert_eq!(desk.switch.get(ask).await.text, "0");
    assert_eq!(desk.rina.get("/112/blokir").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn one_press_sends_a_link_and_the_caller_s_place_stands_on_the_console() {
    let mut desk = desk().await;
    let call = desk.tell("1.1", "ringing").await;
    desk.rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let sent = desk.rina.post(&format!("/112/panggilan/{call}/lokasi"), &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let mut conn = desk.site.db.db.read(TEST_REGION).await.unwrap();
    let message = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 1).await.unwrap().pop().unwrap();
    drop(conn);
    assert!(message.body.chars().count() <= 160, "one short message: {}", message.body);
    let link = format!("/lokasi/{}", message.body.split("/lokasi/").nth(1).unwrap());
    let mut caller = desk.site.browser();
    let page = caller.get(&link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("<noscript>") && page.text.contains("name=\"words\""));
    let empty = caller.post(&link, &[("words", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("lat", "-2.550000"), ("lon", "120.330000"), ("accuracy", "17.2"), ("words", "rumah hijau")];
    assert_eq!(caller.post(&link, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(caller.post(&link, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
    let console = desk.rina.get(&format!("/112?panggilan={call}")).await.text;
    assert!(console.contains("-2.55000, 120.33000") && console.contains("± 18 m"), "{console}");
    assert!(console.contains("rumah hijau"), "{console}");
    assert_eq!(caller.get("/lokasi/tidakada").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_call_that_one_calls_back_stays_in_sight_of_the_others_with_who_does() {
    let mut desk = desk().await;
    let call = desk.tell("1.1", "ringing").await;
    desk.site.db.clock.advance(9_000_000);
    desk.tell("1.1", "abandoned").await;
    let back = format!("/112/panggilan/{call}/telepon-balik");
    assert_eq!(desk.rina.get(&back).await.status, StatusCode::NOT_FOUND, "the number is for whoever calls back");
    let pressed = desk.rina.post(&back, &[]).await;
    assert_eq!(pressed.location(), back);
    let page = desk.rina.get(&back).await.text;
    assert!(page.contains("tel:+6281299988877"), "{page}");
    let mut tono = desk.site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    let console = tono.get("/112").await.text;
    assert!(console.contains("sedang menelepon balik") && !console.contains("81299988877"), "{console}");
    desk.rina.post(&format!("/112/panggilan/{call}/ambil"), &[]).await;
    let console = tono.get("/112").await.text;
    assert!(console.contains(&format!("c-{call}")) && console.contains("dipegang"), "{console}");
    let wrong = desk.rina.post(&format!("/112/panggilan/{call}/hasil"), &[("kind", "call_back")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("kind", "call_back"), ("result", "no_answer")];
    desk.rina.post(&format!("/112/panggilan/{call}/hasil"), &fields).await;
    assert!(tono.get("/112").await.text.contains("tidak diangkat"));
    let asked = [("kind", "press_one"), ("result", "pressed")];
    desk.rina.post(&format!("/112/panggilan/{call}/hasil"), &asked).await;
    assert!(desk.rina.get(&format!("/112?panggilan={call}")).await.text.contains("ditekan, ada orang"));
}

#[tokio::test]
async fn who_opens_a_recording_or_a_number_stands_in_the_list_that_holds_no_number() {
    let mut desk = desk().await;
    let call = desk.tell("1.1", "answered").await;
    let path = format!("/112/panggilan/{call}/rekaman");
    assert_eq!(desk.rina.get(&path).await.status, StatusCode::FORBIDDEN, "not hers");
    let page = desk.supervisor.get(&path).await;
    assert!(page.text.contains("https://pbx.test/rekaman/1.wav"), "{}", page.text);
    let list = desk.supervisor.get("/112/akses").await.text;
    assert!(list.contains("Rekaman") && list.contains(&call.to_string()) && !list.contains("0812"), "{list}");
    assert_eq!(desk.rina.get("/112/akses").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn after_an_outage_paper_and_records_come_in_by_pages() {
    let mut desk = desk().await;
    let sheet = desk.rina.get("/112/formulir").await;
    assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
    let day = simpul_kernel::calendar::Zone::Wita.date(desk.site.db.db.env().now().plus_micros(-86_400_000_000));
    let day = day.to_string();
    let fields = [("date", day.as_str()), ("started", "08.00"), ("answered", "08.01"), ("ended", "08.05")];
    let entered = desk.rina.post("/112/susulan", &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text);
    let location = entered.location().to_owned();
    assert!(desk.rina.get(&location).await.text.contains("Dicatat kemudian"));
    let wrong = desk.rina.post("/112/susulan", &[("date", day.as_str()), ("started", "8"), ("ended", "08.05")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let row = format!(
        "\"\",\"0812\",\"112\",\"d\",\"\",\"a\",\"PJSIP/201-0000000a\",\"Dial\",\"\",\"{day} 09:00:00\",\
         \"{day} 09:00:05\",\"{day} 09:01:00\",60,55,\"ANSWERED\",\"3\",\"5.1\",\"\"\n"
    );
    let bad = format!("{row}a,b\n");
    let send = async |supervisor: &mut Browser, csv: &str, more: &str| {
        let token = supervisor.token();
        let part = |name: &str, value: &str| {
            format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let file = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"Master.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{csv}\r\n"
        );
        let fields = [part("csrf", &token), part("trunk", "utama"), part("numbers", "112"), part("skip", more)];
        let fields = if more.is_empty() { fields[..3].concat() } else { fields.concat() };
        let body = format!("{fields}{file}--x--\r\n");
        let media = Some("multipart/form-data; boundary=x");
        supervisor.send(Method::POST, "/112/catatan-sentral", media, body.into()).await
    };
    let refused = send(&mut desk.supervisor, &bad, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("<th scope=\"row\">2</th>"), "{}", refused.text);
    assert!(!refused.text.contains("5.1"), "nothing of it was kept");
    let taken = send(&mut desk.supervisor, &bad, "1").await;
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    assert!(taken.text.contains("utama 5.1"), "it waits to be classified: {}", taken.text);
}

#[tokio::test]
async fn a_call_written_down_by_hand_bears_its_way() {
    let mut desk = desk().await;
    for source in CallSource::by_hand() {
        let opened = desk.rina.post("/112/panggilan", &[("number", ""), ("source", source.name())]).await;
        let id: Uuid = opened.location().split('=').nth(1).unwrap().parse().unwrap();
        let mut conn = desk.site.db.db.read(TEST_REGION).await.unwrap();
        assert_eq!(sql::call::by_id(&mut conn, id).await.unwrap().unwrap().source, source);
    }
    assert_eq!(CallSource::by_hand().count(), 7);
}

#[tokio::test]
async fn the_network_says_where_a_caller_is_by_the_api() {
    let mut desk = desk().await;
    let call = desk.tell("1.1", "ringing").await;
    let key = desk.site.api_key(&[KeyScope::Write], None).await.unwrap();
    let mut program = desk.site.browser().with("authorization", &format!("Bearer {key}"));
    let path = format!("/api/v1/emergency/calls/{call}/locations");
    let body = serde_json::json!({ "source": "network", "lat": -2.5, "lon": 120.3, "radius_m": 900 });
    for _ in 0..2 {
        let kept = program.send_json(Method::POST, &path, &body).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text);
    }
    let listed = program.get(&path).await.json();
    assert_eq!(listed["locations"].as_array().unwrap().len(), 1);
    assert_eq!(listed["locations"][0]["source"], "network");
    for (body, field) in [
        (serde_json::json!({ "source": "link", "lat": -2.5, "lon": 120.3 }), "source"),
        (serde_json::json!({ "source": "gps", "lat": -2.5, "lon": 120.3 }), "source"),
        (serde_json::json!({ "source": "network", "lat": 95.0, "lon": 120.3 }), "lat"),
        (serde_json::json!({ "source": "network", "lat": -2.5, "lon": 120.3, "radius_m": -1 }), "radius_m"),
    ] {
        let wrong = program.send_json(Method::POST, &path, &body).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", wrong.text);
        assert_eq!(wrong.json()["errors"][0]["field"], field, "{body}");
    }
}
