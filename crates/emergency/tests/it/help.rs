//! Between takers and supervisors: help that is asked for in the middle of a call, calls that are taken over, what is
//! said of victims; and all of it on consoles that are open.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use simpul_emergency::actions::*;
use simpul_emergency::model::ami::Rules;
use simpul_emergency::model::{CallClass, CallOutcome, CtiEvent, CtiKind, Losses, Victims};
use simpul_emergency::sql;
use simpul_kernel::{Actor, Ctx, Role};
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::room::{Room, refused, room};

/// A call that `taker` has and talks in.
async fn talks(room: &Room, id: &str, taker: &Ctx) -> Uuid {
    let call = room.hears(id, room.says(CtiKind::Answered)).await.id;
    room.by(taker, ClaimCall { call, reason: None }).await.unwrap();
    call
}

async fn waits(room: &Room, call: Uuid) -> bool {
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    sql::help::open_of(&mut conn, call).await.unwrap().is_some()
}

#[tokio::test]
async fn a_taker_asks_once_a_supervisor_comes_and_it_ends_with_the_call() {
    let room = room().await;
    let reactions = simpul_emergency::reactions();
    let call = talks(&room, "a", &room.rina).await;
    assert_eq!(refused(room.by(&room.tono, AskHelp { call }).await), "emergency.refused.not_yours");
    room.by(&room.rina, AskHelp { call }).await.unwrap();
    room.by(&room.rina, AskHelp { call }).await.unwrap();
    assert_eq!(refused(room.by(&room.tono, ComeToHelp { call }).await), "people.refused.not_allowed");
    assert_eq!(refused(room.by(&room.tono, EndHelp { call }).await), "emergency.refused.not_yours");
    room.by(&room.supervisor, ComeToHelp { call }).await.unwrap();
    room.by(&room.supervisor, ComeToHelp { call }).await.unwrap();
    room.house.test.settle(&reactions).await.unwrap();
    assert!(waits(&room, call).await, "the call goes on");
    let classify = ClassifyCall { call, class: CallClass::Normal, outcome: CallOutcome::Answered };
    room.by(&room.rina, classify).await.unwrap();
    room.house.test.settle(&reactions).await.unwrap();
    assert!(waits(&room, call).await, "what it was may be said while it goes on");
    room.hears("a", room.says(CtiKind::Ended)).await;
    room.house.test.settle(&reactions).await.unwrap();
    assert!(!waits(&room, call).await, "nobody waits in a call that is over");
    let told: Vec<String> = room.lines(call).await.into_iter().filter(|kind| kind.starts_with("call.help")).collect();
    assert_eq!(told, ["call.help_asked", "call.help_coming", "call.help_ended"], "each once");
    assert_eq!(refused(room.by(&room.rina, AskHelp { call }).await), "emergency.refused.call_over");
}

#[tokio::test]
async fn why_a_call_was_taken_over_is_kept_and_whoever_asked_waits_no_more() {
    let room = room().await;
    let call = talks(&room, "a", &room.rina).await;
    room.by(&room.rina, AskHelp { call }).await.unwrap();
    let take = |reason: Option<&str>| ClaimCall { call, reason: reason.map(str::to_owned) };
    assert_eq!(refused(room.by(&room.supervisor, take(Some("  "))).await), "emergency.refused.reason");
    room.by(&room.supervisor, take(Some("Penelepon panik"))).await.unwrap();
    assert!(!waits(&room, call).await);
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let kept = sql::help::take_overs(&mut conn, call).await.unwrap();
    let (by, from) = (room.supervisor.actor.journal_name(), room.rina.actor.journal_name());
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0].by, &kept[0].from, kept[0].reason.as_str()), (&by, &from, "Penelepon panik"));
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("panik")), "the journal holds no words");
    drop(conn);
    room.later(91 * 86_400);
    room.by(&room.house.system(), ForgetCallers { kept_days: 365 }).await.unwrap();
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let kept = sql::help::take_overs(&mut conn, call).await.unwrap();
    assert_eq!((&kept[0].by, kept[0].reason.as_str()), (&by, ""), "that it was stays, the words go");
}

#[tokio::test]
async fn what_callers_say_of_victims_goes_into_the_incident_until_somebody_has_counted() {
    let room = room().await;
    let call = talks(&room, "a", &room.rina).await;
    let open = OpenIncident { victims: Victims::Some(Some(2)), ..room.fire(1, Some(call)) };
    let incident = room.by(&room.rina, open).await.unwrap().id;
    assert_eq!(room.incident(incident).await.victims, Victims::Some(Some(2)));
    let other = talks(&room, "b", &room.tono).await;
    for (name, value) in [("victims", "some"), ("victims_count", "4 orang")] {
        let keep = KeepField { call: other, name: name.to_owned(), value: value.to_owned() };
        room.by(&room.tono, keep).await.unwrap();
    }
    room.by(&room.tono, AttachCall { call: other, incident }).await.unwrap();
    assert_eq!(room.incident(incident).await.victims, Victims::Some(Some(4)), "another caller saw more");
    let losses = Losses { slightly_hurt: 1, ..Losses::default() };
    room.by(&room.rina, CountLosses { incident, losses, victims: None }).await.unwrap();
    assert_eq!(room.incident(incident).await.victims_known(), Victims::Some(Some(1)));
    let none = CountLosses { incident, losses: Losses::default(), victims: Some(Victims::None) };
    room.by(&room.rina, none).await.unwrap();
    assert_eq!(room.incident(incident).await.victims_known(), Victims::None, "there were none after all");
}

/// A site with a call that Rina has.
struct Scene {
    site: TestSite,
    rina: Browser,
    call: Uuid,
}

impl Scene {
    async fn by<A: simpul_store::Action>(&self, action: A) -> A::Output {
        self.site.db.db.write(&self.site.db.ctx(Actor::system("test")), action).await.unwrap()
    }

    async fn rings(&self, id: &str) -> Uuid {
        let event = CtiEvent::new(CtiKind::Ringing, self.site.db.db.env().now());
        let (trunk, call_id) = ("utama".to_owned(), id.to_owned());
        self.by(HearCti { trunk, call_id, event, drill: false }).await.id
    }
}

async fn scene() -> Scene {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let rina = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let mut scene = Scene { site, rina, call: Uuid::nil() };
    scene.by(SeedTypes).await;
    scene.call = scene.rings("a").await;
    let taken = scene.rina.post(&format!("/112/panggilan/{}/ambil", scene.call), &[]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    scene
}

/// An open console.
struct Live {
    body: BodyDataStream,
    heard: String,
}

async fn open(browser: &mut Browser) -> Live {
    let (status, _, body) = browser.open(Method::GET, "/langsung?layar=112", None, Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    let mut live = Live { body: body.into_data_stream(), heard: String::new() };
    live.until("heartbeat").await;
    live
}

impl Live {
    /// What came up to `text` and with it; what comes after is still to be read.
    async fn until(&mut self, text: &str) -> String {
        let read = async {
            while !self.heard.contains(text) {
                let bytes = self.body.next().await.unwrap().unwrap();
                self.heard.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        };
        let came = tokio::time::timeout(Duration::from_secs(20), read).await.is_ok();
        assert!(came, "{text:?} never came: {}", self.heard);
        let end = self.heard.find(text).unwrap() + text.len();
        let rest = self.heard.split_off(end);
        std::mem::replace(&mut self.heard, rest)
    }
}

#[tokio::test]
async fn a_ring_and_an_asked_supervisor_reach_the_consoles_that_are_open() {
    let mut scene = scene().await;
    let call = scene.call;
    let mut supervisor = scene.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let mut tono = scene.site.sign_in_as(Role::Dispatcher, None).await.unwrap();
    let (mut theirs, mut others) = (open(&mut supervisor).await, open(&mut tono).await);
    let mut own = open(&mut scene.rina).await;
    let asked = scene.rina.post(&format!("/112/panggilan/{call}/bantuan"), &[]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let row = format!("id=\"b-{call}\"");
    let text = theirs.until(&row).await + &theirs.until("bantuan/datang").await;
    assert!(text.contains("data-alert"), "it sounds for supervisors: {text}");
    let text = own.until(&row).await + &own.until("Tidak jadi").await;
    assert!(!text.contains("data-alert") && !text.contains("bantuan/datang"), "and not for whoever asked: {text}");
    let ring = scene.rings("b").await;
    let text = others.until(&format!("id=\"c-{ring}\"")).await;
    assert!(!text.contains(&row), "nobody else needs it: {text}");
    own.until(&format!("id=\"c-{ring}\"")).await;

    let page = supervisor.get("/112").await.text;
    assert!(page.contains(&row) && page.contains("Saya datang"), "and on a console that is opened later");
    let came = supervisor.post(&format!("/112/panggilan/{call}/bantuan/datang"), &[]).await;
    assert_eq!(came.status, StatusCode::SEE_OTHER, "{}", came.text);
    own.until("supervisor datang").await;
    let refused = tono.post(&format!("/112/panggilan/{call}/bantuan/datang"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let ended = scene.rina.post(&format!("/112/panggilan/{call}/bantuan/selesai"), &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text);
    theirs.until(&format!("hx-target=\"#b-{call}\" hx-swap=\"delete\"")).await;
}

#[tokio::test]
async fn a_lost_exchange_comes_and_goes_on_consoles_that_are_open() {
    let mut scene = scene().await;
    let set = SetSwitch {
        trunk: "utama".to_owned(),
        host: "192.0.2.7".to_owned(),
        port: 5038,
        username: "simpul".to_owned(),
        secret: "rahasia".to_owned(),
        rules: Rules { numbers: vec!["112".to_owned()], ..Rules::default() },
        dial_context: String::new(),
        tls: None,
    };
    scene.by(set).await;
    let mut own = open(&mut scene.rina).await;
    let tell = |fault: Option<&str>| TellSwitch { trunk: "utama".to_owned(), fault: fault.map(str::to_owned) };
    scene.by(tell(Some("no answer in time"))).await;
    let text = own.until("Sentral telepon terputus").await;
    assert!(text.contains("#sentral"), "{text}");
    assert!(scene.rina.get("/112").await.text.contains("<strong>utama</strong>"), "and on one that is opened later");
    own.until("</hx-partial>").await;
    scene.by(tell(None)).await;
    let text = own.until("</hx-partial>").await;
    assert!(text.contains("#sentral") && !text.contains("terputus"), "it is heard again: {text}");
    assert!(!scene.rina.get("/112").await.text.contains("Sentral telepon terputus"));
}

#[tokio::test]
async fn a_take_over_stands_on_the_call_and_on_the_incident_s_page_with_its_reason() {
    let mut scene = scene().await;
    let call = scene.call;
    let mut supervisor = scene.site.sign_in_as(Role::Supervisor, None).await.unwrap();
    let reason = [("reason", "Penelepon <b>panik</b>")];
    let taken = supervisor.post(&format!("/112/panggilan/{call}/ambil"), &reason).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    let page = supervisor.get(taken.location()).await.text;
    assert!(page.contains("Diambil alih") && !page.contains("<b>panik"), "{page}");
    let typed = [("landmark", "pasar"), ("type", "flood"), ("victims", "some"), ("victims_count", "3"), ("note", "")];
    let opened = supervisor.post(&format!("/112/panggilan/{call}/kejadian"), &typed).await;
    assert_eq!(opened.location(), format!("/112?panggilan={call}"), "{}", opened.text);
    let page = supervisor.get("/112/kejadian/112-0001").await.text;
    assert!(page.contains("Diambil alih") && page.contains("Korban: 3"), "{page}");
    assert!(scene.rina.get("/112").await.text.contains("Korban: 3"), "and on the row");
}
