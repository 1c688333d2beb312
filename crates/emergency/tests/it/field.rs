//! Timers, crews, hand-overs, quick reports, the steps of a disaster, what a supervisor keeps, and shifts.

use simpul_emergency::actions::*;
use simpul_emergency::model::field::{ContactKind, Disaster, Finding, VerifyWay};
use simpul_emergency::model::run_card::RunCard;
use simpul_emergency::model::timer::{Level, Timer, TimerRule};
use simpul_emergency::model::{
    CallClass, CallOutcome, CtiKind, DispatchStatus, IncidentStatus, NoteWay, Position, UnitStatus,
};
use simpul_emergency::sql;
use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Ctx, Role};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Conn, Error};
use uuid::Uuid;

use crate::room::{Room, refused, room};

impl Room {
    async fn conn(&self) -> Conn {
        self.house.test.db.read(TEST_REGION).await.unwrap()
    }

    /// Lets the room's reactions and deadlines run, as the server does.
    async fn settle(&self) {
        self.house.test.settle(&simpul_emergency::reactions()).await.unwrap();
    }

    /// How often a line of that kind was written about a thing.
    async fn count(&self, about: Uuid, kind: &str) -> usize {
        self.lines(about).await.iter().filter(|line| *line == kind).count()
    }

    fn crew(&self, place: usize) -> Ctx {
        self.house.test.ctx(Actor::unit(self.units[place]))
    }

    /// An incident to which the first unit was sent; answers both ids.
    async fn sent(&self, key: u128) -> (Uuid, Uuid) {
        let incident = self.by(&self.rina, self.fire(key, None)).await.unwrap().id;
        let send = SendUnits { key: Uuid::from_u128(key + 1_000), incident, units: self.units[..1].to_vec() };
        let dispatch = self.by(&self.rina, send).await.unwrap()[0].id;
        (incident, dispatch)
    }

    fn steps(&self, key: u128, dispatch: Uuid, to: DispatchStatus) -> CrewSteps {
        CrewSteps { key: Uuid::from_u128(key), dispatch, to, at: None }
    }
}

#[tokio::test]
async fn a_ringing_call_warns_once_and_alarms_once_and_nothing_after_it_was_answered() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    room.settle().await;
    room.later(9);
    room.settle().await;
    assert_eq!(room.count(call, "call.alarm").await, 0);
    room.later(2);
    room.settle().await;
    assert_eq!(room.count(call, "call.alarm").await, 1, "the warning");
    room.later(30);
    for _ in 0..3 {
        // Each round begins as after a restart: places and deadlines are read anew from the database.
        room.settle().await;
        room.later(60);
    }
    assert_eq!(room.count(call, "call.alarm").await, 2, "the warning and the alarm, once each");
    let told = sql::timer::runs_of(&mut room.conn().await, call).await.unwrap();
    assert_eq!(told[0].level(), Some(Level::Alarm));
    room.hears("a", room.says(CtiKind::Answered)).await;
    room.settle().await;
    let runs = sql::timer::runs_of(&mut room.conn().await, call).await.unwrap();
    let runs: Vec<_> = runs.iter().map(|run| (run.running.timer, run.level())).collect();
    assert_eq!(runs, [(Timer::Dispatch, None)], "from now on a unit is waited for");
    assert_eq!(room.count(call, "call.quiet").await, 1, "its row is drawn anew");
    let quick = room.hears("b", room.says(CtiKind::Ringing)).await.id;
    room.settle().await;
    room.later(5);
    room.hears("b", room.says(CtiKind::Answered)).await;
    room.later(40);
    room.settle().await;
    assert_eq!(room.count(quick, "call.alarm").await, 0, "answered in time");
    // A minute after the answer no unit is sent, and nobody has said that none is needed.
    room.later(21);
    room.settle().await;
    assert_eq!(room.count(quick, "call.alarm").await, 2, "the warning and the alarm");
    let (class, outcome) = (CallClass::Prank, CallOutcome::None);
    room.by(&room.rina, ClassifyCall { call: quick, class, outcome }).await.unwrap();
    room.later(600);
    room.settle().await;
    assert!(sql::timer::runs_of(&mut room.conn().await, quick).await.unwrap().is_empty());
    assert_eq!(room.count(quick, "call.alarm").await, 2, "and none after it");
}

#[tokio::test]
async fn every_step_of_an_incident_is_timed_and_told_once() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    room.settle().await;
    room.later(61);
    room.settle().await;
    let loud = |runs: Vec<sql::timer::Run>| {
        let mut told: Vec<_> = runs.iter().filter_map(|run| Some((run.running.timer, run.level()?))).collect();
        told.sort_unstable();
        told
    };
    let runs = sql::timer::loud(&mut room.conn().await).await.unwrap();
    assert_eq!(loud(runs), [(Timer::Dispatch, Level::Alarm)], "no unit was sent within a minute");
    let send = SendUnits { key: Uuid::from_u128(2), incident, units: room.units[..1].to_vec() };
    let dispatch = room.by(&room.rina, send).await.unwrap()[0].id;
    room.settle().await;
    room.later(61);
    room.settle().await;
    let runs = sql::timer::loud(&mut room.conn().await).await.unwrap();
    assert_eq!(loud(runs), [(Timer::Acknowledge, Level::Warning)]);
    room.by(&room.crew(0), room.steps(3, dispatch, DispatchStatus::Acknowledged)).await.unwrap();
    room.settle().await;
    room.later(241);
    room.settle().await;
    let runs = sql::timer::loud(&mut room.conn().await).await.unwrap();
    assert_eq!(loud(runs), [(Timer::Turnout, Level::Alarm)]);
    room.by(&room.crew(0), room.steps(4, dispatch, DispatchStatus::OnScene)).await.unwrap();
    room.settle().await;
    room.later(1_801);
    room.settle().await;
    let runs = sql::timer::loud(&mut room.conn().await).await.unwrap();
    assert_eq!(loud(runs), [(Timer::News, Level::Alarm), (Timer::QuickReport, Level::Alarm)]);
    room.by(&room.rina, AddNote { key: Uuid::from_u128(5), incident, text: "Api padam".to_owned() }).await.unwrap();
    room.settle().await;
    let runs = sql::timer::loud(&mut room.conn().await).await.unwrap();
    assert_eq!(loud(runs), [(Timer::QuickReport, Level::Alarm)], "there was news");
    let before = room.count(incident, "incident.alarm").await;
    room.settle().await;
    assert_eq!(room.count(incident, "incident.alarm").await, before);
}

#[tokio::test]
async fn a_region_settles_its_own_figures_with_their_source_and_may_switch_one_off() {
    let room = room().await;
    let rule = |warn_seconds, active| TimerRule { warn_seconds, alarm_seconds: 40, active, ..Timer::Ring.usual() };
    assert_eq!(refused(room.by(&room.rina, SetTimer { rule: rule(30, true) }).await), "people.refused.not_allowed");
    assert_eq!(
        refused(room.by(&room.supervisor, SetTimer { rule: rule(40, true) }).await),
        "emergency.refused.timer_order"
    );
    room.by(&room.supervisor, SetTimer { rule: rule(30, true) }).await.unwrap();
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    room.settle().await;
    room.later(29);
    room.settle().await;
    assert_eq!(room.count(call, "call.alarm").await, 0);
    room.later(2);
    room.settle().await;
    assert_eq!(room.count(call, "call.alarm").await, 1);
    room.by(&room.supervisor, SetTimer { rule: rule(30, false) }).await.unwrap();
    let other = room.hears("b", room.says(CtiKind::Ringing)).await.id;
    room.settle().await;
    room.later(100);
    room.settle().await;
    assert_eq!(room.count(other, "call.alarm").await, 0, "switched off");
}

#[tokio::test]
async fn a_crew_does_what_concerns_its_own_unit_and_nothing_else() {
    let room = room().await;
    let (incident, dispatch) = room.sent(1).await;
    let other = room.crew(1);
    let step = room.by(&other, room.steps(50, dispatch, DispatchStatus::EnRoute)).await;
    assert!(matches!(step, Err(Error::NotFound(_))), "{step:?}");
    let note = CrewNotes { key: Uuid::from_u128(51), dispatch, text: "x".to_owned() };
    assert!(matches!(room.by(&other, note).await, Err(Error::NotFound(_))));
    let own = room.crew(0);
    for (key, step) in [(52, DispatchStatus::EnRoute), (52, DispatchStatus::EnRoute), (53, DispatchStatus::OnScene)] {
        room.by(&own, room.steps(key, dispatch, step)).await.unwrap();
    }
    assert_eq!(room.incident(incident).await.status, IncidentStatus::OnScene);
    let note = CrewNotes { key: Uuid::from_u128(54), dispatch, text: "Api dari dapur".to_owned() };
    room.by(&own, note.clone()).await.unwrap();
    room.by(&own, note).await.unwrap();
    let mut conn = room.conn().await;
    let notes = sql::incident::notes(&mut conn, incident).await.unwrap();
    let crew_notes = notes.iter().filter(|note| note.author.starts_with("unit:")).count();
    assert_eq!(crew_notes, 1, "what came twice is written once");
    let ways = sql::field::ways(&mut conn, incident).await.unwrap();
    assert_eq!((ways[0].1, ways[0].2), (NoteWay::Field, Some(room.units[0])));
    drop(conn);
    let cancel = room.steps(55, dispatch, DispatchStatus::Cancelled);
    assert_eq!(refused(room.by(&own, cancel).await), "emergency.refused.step");
    // Nothing of what the room does is a crew's.
    assert_eq!(refused(room.by(&own, room.fire(60, None)).await), "people.refused.not_allowed");
    let close = CloseIncident { incident, result: "padam".to_owned() };
    assert_eq!(refused(room.by(&own, close).await), "people.refused.not_allowed");
}

#[tokio::test]
async fn a_step_pressed_without_signal_keeps_its_time_but_not_any_time() {
    let room = room().await;
    let (_, dispatch) = room.sent(1).await;
    let assigned = room.house.test.db.env().now();
    room.later(600);
    let pressed = assigned.plus_micros(120 * SECOND_MICROS);
    let step = CrewSteps { at: Some(pressed), ..room.steps(50, dispatch, DispatchStatus::EnRoute) };
    room.by(&room.crew(0), step).await.unwrap();
    let known = sql::incident::dispatch(&mut room.conn().await, dispatch).await.unwrap().unwrap();
    assert_eq!(known.en_route, Some(pressed));
    let silly = assigned.plus_micros(-90 * 86_400 * SECOND_MICROS);
    let step = CrewSteps { at: Some(silly), ..room.steps(51, dispatch, DispatchStatus::OnScene) };
    room.by(&room.crew(0), step).await.unwrap();
    let known = sql::incident::dispatch(&mut room.conn().await, dispatch).await.unwrap().unwrap();
    assert_eq!(known.on_scene, Some(room.house.test.db.env().now()), "a phone with a wrong clock counts from now");
}

#[tokio::test]
async fn a_unit_tells_where_it_is_once_a_second_and_no_line_of_it_is_written() {
    let room = room().await;
    let start = room.house.test.db.env().now();
    let point = Point::from_degrees(-2.5, 120.3).unwrap();
    let tell = |millis: i64| CrewMoves {
        position: Position { point, accuracy_m: Some(8), at: start.plus_micros(millis * 1_000) },
    };
    room.later(10);
    let mut news = Vec::new();
    for millis in [0, 200, 500, 1_000, 1_100, 2_050, 1_500] {
        news.push(room.by(&room.crew(0), tell(millis)).await.unwrap());
    }
    assert_eq!(news, [true, false, false, true, false, true, false]);
    assert!(room.lines(room.units[0]).await.iter().all(|line| line == "unit.added"));
    let ahead = CrewMoves { position: Position { point, accuracy_m: None, at: start.plus_micros(3_600_000_000) } };
    assert_eq!(refused(room.by(&room.crew(0), ahead).await), "emergency.refused.position_time");
}

#[tokio::test]
async fn an_incident_is_closed_with_the_report_of_every_unit_that_was_there() {
    let room = room().await;
    let (incident, dispatch) = room.sent(1).await;
    for (key, step) in [(50, DispatchStatus::OnScene), (51, DispatchStatus::Cleared)] {
        room.by(&room.crew(0), room.steps(key, dispatch, step)).await.unwrap();
    }
    let close = CloseIncident { incident, result: "Api padam".to_owned() };
    match room.by(&room.rina, close.clone()).await {
        Err(Error::Refused(refusal)) => {
            assert_eq!((refusal.key, refusal.field), ("emergency.refused.unit_report", Some("report")));
            assert_eq!(refusal.args, [("units", "DK-1".to_owned())]);
        }
        other => panic!("{other:?}"),
    }
    room.by(&room.crew(0), ReportUnit { dispatch, text: "Dua tangki air".to_owned() }).await.unwrap();
    room.by(&room.rina, close).await.unwrap();
    let late = ReportUnit { dispatch, text: "lagi".to_owned() };
    assert_eq!(refused(room.by(&room.rina, late).await), "emergency.refused.incident_state");
}

#[tokio::test]
async fn a_key_opens_the_crew_s_page_until_it_is_changed_or_taken() {
    let room = room().await;
    let unit = room.units[0];
    let by_token = async |hash: [u8; 32]| sql::unit::by_token(&mut room.conn().await, hash).await.unwrap();
    room.by(&room.supervisor, GiveUnitKey { unit, key_hash: [7; 32] }).await.unwrap();
    assert!(by_token([7; 32]).await.is_some());
    room.by(&room.supervisor, GiveUnitKey { unit, key_hash: [8; 32] }).await.unwrap();
    assert!(by_token([7; 32]).await.is_none() && by_token([8; 32]).await.is_some());
    assert_eq!(refused(room.by(&room.rina, TakeUnitKey { unit }).await), "people.refused.not_allowed");
    room.by(&room.supervisor, TakeUnitKey { unit }).await.unwrap();
    assert!(by_token([8; 32]).await.is_none());
    assert!(!sql::field::card(&mut room.conn().await, unit).await.unwrap().has_key);
}

#[tokio::test]
async fn a_unit_that_can_t_be_sent_says_why_in_its_agency_s_own_word() {
    let room = room().await;
    let unit = room.units[2];
    let say =
        |status, reason: &str| SayUnit { unit, status, word: "masuk bengkel".to_owned(), reason: reason.to_owned() };
    let out = UnitStatus::OutOfService;
    assert_eq!(refused(room.by(&room.tono, say(out, " ")).await), "emergency.refused.out_reason");
    assert_eq!(refused(room.by(&room.tono, say(UnitStatus::EnRoute, "")).await), "emergency.refused.unit_status");
    room.by(&room.tono, say(out, "ban pecah")).await.unwrap();
    let card = sql::field::card(&mut room.conn().await, unit).await.unwrap();
    assert_eq!((card.word.as_str(), card.reason.as_str()), ("masuk bengkel", "ban pecah"));
    assert_eq!(room.unit(unit).await.status, out);
    let agency = room.unit(unit).await.agency;
    let add = |word: &str| AddWord { agency, word: word.to_owned(), status: out };
    assert_eq!(refused(room.by(&room.rina, add("rusak")).await), "people.refused.not_allowed");
    let word = room.by(&room.supervisor, add("rusak")).await.unwrap();
    assert_eq!(refused(room.by(&room.supervisor, add("rusak")).await), "emergency.refused.word");
    room.by(&room.supervisor, DropWord { word }).await.unwrap();
    assert!(sql::field::words(&mut room.conn().await).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_type_is_changed_by_who_saw_it_as_it_is_and_how_it_stood_is_kept() {
    let room = room().await;
    let types = sql::incident::types(&mut room.conn().await).await.unwrap();
    let flood = types.into_iter().find(|kind| kind.code == "flood").unwrap();
    let changed =
        simpul_emergency::model::IncidentType { run_card: RunCard::read("rescue:3").unwrap(), ..flood.clone() };
    let set = |kind, seen| SetType { kind, is_new: false, seen };
    assert_eq!(refused(room.by(&room.rina, set(changed.clone(), 0)).await), "people.refused.not_allowed");
    assert_eq!(room.by(&room.supervisor, set(changed.clone(), 0)).await.unwrap(), 1);
    assert_eq!(refused(room.by(&room.supervisor, set(flood.clone(), 0)).await), "emergency.refused.type_changed");
    let unknown = simpul_emergency::model::IncidentType { run_card: RunCard::read("ufo:1").unwrap(), ..flood.clone() };
    assert_eq!(refused(room.by(&room.supervisor, set(unknown, 1)).await), "emergency.refused.run_card");
    let again = SetType { kind: flood, is_new: true, seen: 1 };
    assert_eq!(refused(room.by(&room.supervisor, again).await), "emergency.refused.type_code");
    let versions = sql::field::type_versions(&mut room.conn().await, "flood").await.unwrap();
    assert!(versions.len() == 1 && versions[0].3.contains("rescue:3"), "{versions:?}");
}

#[tokio::test]
async fn handed_over_at_received_by_at_and_only_once() {
    let room = room().await;
    let (incident, _) = room.sent(1).await;
    let contacts = sql::field::contacts(&mut room.conn().await).await.unwrap();
    let names: Vec<&str> = contacts.iter().filter(|one| one.kind == ContactKind::Service).map(|c| &*c.name).collect();
    for name in [
        "PSC 119",
        "Satpol PP Damkar",
        "BPBD (TRC)",
        "Polres",
        "Kodim / Koramil",
        "Pos SAR",
        "PLN",
        "Dishub",
        "Dinsos (Tagana)",
    ] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let over = HandOver { key: Uuid::from_u128(70), incident, contact: contacts[0].id, asked: String::new() };
    let handover = room.by(&room.rina, over.clone()).await.unwrap();
    assert_eq!(room.by(&room.rina, over).await.unwrap(), handover, "a press that came twice");
    let nobody = HandOver { key: Uuid::from_u128(71), incident, contact: Uuid::nil(), asked: String::new() };
    assert_eq!(refused(room.by(&room.rina, nobody).await), "emergency.refused.contact");
    room.later(60);
    let receive = ReceiveHandover { handover, by: "Sdr. Andi".to_owned() };
    room.by(&room.tono, receive.clone()).await.unwrap();
    assert_eq!(refused(room.by(&room.tono, receive).await), "emergency.refused.handover_received");
    let kept = sql::handover::of_incident(&mut room.conn().await, incident).await.unwrap();
    let received = kept[0].received.clone().unwrap();
    let took = received.at.micros_since(kept[0].forwarded);
    assert_eq!((received.by.as_str(), took, received.officer), ("Sdr. Andi", 60 * SECOND_MICROS, None));
    let lines = simpul_store::journal::lines_after(&mut room.conn().await, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("Andi")), "no name in the journal");
}

#[tokio::test]
async fn verification_is_kept_and_holds_nothing_up() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let (way, finding) = (VerifyWay::Babinsa, Finding::Denied);
    let verify = VerifyIncident { key: Uuid::from_u128(2), incident, way, finding, text: "Tidak ada api".to_owned() };
    room.by(&room.rina, verify).await.unwrap();
    let send = SendUnits { key: Uuid::from_u128(3), incident, units: room.units[..1].to_vec() };
    room.by(&room.rina, send).await.unwrap();
    let kept = sql::field::verifications(&mut room.conn().await, incident).await.unwrap();
    assert_eq!((kept[0].way, kept[0].finding), (way, finding));
}

#[tokio::test]
async fn the_quick_report_goes_to_leaders_by_the_outbox_and_stops_its_timer() {
    let room = room().await;
    let leader = room.house.officer(Role::Leader, None).await.unwrap().actor.officer_id().unwrap();
    let planner = room.house.officer(Role::Planner, None).await.unwrap().actor.officer_id().unwrap();
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    room.settle().await;
    let ways = WaysOut { text: true, email: true };
    let send = |key, officers: Vec<Uuid>| SendQuickReport {
        key: Uuid::from_u128(key),
        incident,
        text: "LAPORAN CEPAT".to_owned(),
        officers,
        ways,
    };
    assert_eq!(refused(room.by(&room.rina, send(2, vec![planner])).await), "emergency.refused.leader");
    assert_eq!(room.by(&room.rina, send(3, vec![leader])).await.unwrap(), 1);
    assert_eq!(room.by(&room.rina, send(3, vec![leader])).await.unwrap(), 1, "once");
    let waiting = simpul_store::outbox::counts(&mut room.conn().await).await.unwrap();
    assert_eq!(waiting.iter().map(|(_, count)| count).sum::<i64>(), 1);
    room.settle().await;
    room.later(3_600);
    room.settle().await;
    let runs = sql::timer::runs_of(&mut room.conn().await, incident).await.unwrap();
    assert!(runs.iter().all(|run| run.running.timer != Timer::QuickReport), "{runs:?}");
}

#[tokio::test]
async fn a_disaster_goes_step_by_step() {
    let room = room().await;
    let (incident, _) = room.sent(1).await;
    let now = room.house.test.db.env().now();
    let set = |steps| SetDisaster { incident, steps };
    let post = Disaster { post: Some(now), ..Disaster::default() };
    assert_eq!(refused(room.by(&room.rina, set(post)).await), "emergency.refused.post_first");
    let steps = Disaster {
        assessed: Some(now),
        post: Some(now),
        post_place: "Kantor camat".to_owned(),
        decree_number: "188.45/112/2026".to_owned(),
        decree_from: Some(now),
        decree_until: Some(now.plus_micros(14 * 86_400 * SECOND_MICROS)),
        fund: Some(now),
        fund_rupiah: Some(250_000_000),
    };
    room.by(&room.rina, set(steps.clone())).await.unwrap();
    assert_eq!(sql::field::disaster(&mut room.conn().await, incident).await.unwrap(), Some(steps));
}

#[tokio::test]
async fn a_shift_leaves_what_is_open_and_the_next_one_accepts_each_of_it() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let out = SayUnit {
        unit: room.units[2],
        status: UnitStatus::OutOfService,
        word: String::new(),
        reason: "ban pecah".to_owned(),
    };
    room.by(&room.rina, out).await.unwrap();
    let hand =
        HandOverShift { key: Uuid::from_u128(5), text: "Malam tenang".to_owned(), items: "Genset\n\nSolar".to_owned() };
    let shift = room.by(&room.rina, hand.clone()).await.unwrap();
    let second = HandOverShift { key: Uuid::from_u128(6), ..hand };
    assert_eq!(refused(room.by(&room.tono, second).await), "emergency.refused.shift_waits");
    let items = sql::shift::items(&mut room.conn().await, shift).await.unwrap();
    let texts: Vec<&str> = items.iter().map(|item| item.text.as_str()).collect();
    assert!(items.iter().any(|item| item.about == Some(incident)), "{texts:?}");
    assert!(texts.contains(&"Genset") && texts.contains(&"Solar") && texts.contains(&"AMB-1: ban pecah"), "{texts:?}");
    let all: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let accept = |items: &[Uuid]| AcceptShift { shift, items: items.to_vec() };
    assert_eq!(refused(room.by(&room.rina, accept(&all)).await), "emergency.refused.shift_own");
    assert_eq!(refused(room.by(&room.tono, accept(&all[1..])).await), "emergency.refused.shift_items");
    room.later(600);
    room.by(&room.tono, accept(&all)).await.unwrap();
    assert_eq!(refused(room.by(&room.tono, accept(&all)).await), "emergency.refused.shift_taken");
    let mut conn = room.conn().await;
    let kept = sql::shift::shift(&mut conn, shift).await.unwrap().unwrap();
    assert_eq!(kept.accepted.map(|(_, by)| by), room.tono.actor.officer_id());
    assert!(sql::shift::items(&mut conn, shift).await.unwrap().iter().all(|item| item.accepted.is_some()));
}

#[tokio::test]
async fn duties_are_kept_by_a_supervisor_and_end_after_they_begin() {
    let room = room().await;
    let now = room.house.test.db.env().now();
    let officer = room.rina.actor.officer_id().unwrap();
    let hours = |hours: i64| now.plus_micros(hours * 3_600 * SECOND_MICROS);
    let add = |ends| AddDuty { officer, begins: now, ends, part: "Meja 1".to_owned() };
    assert_eq!(refused(room.by(&room.rina, add(hours(8))).await), "people.refused.not_allowed");
    assert_eq!(refused(room.by(&room.supervisor, add(hours(-1))).await), "emergency.refused.duty");
    let duty = room.by(&room.supervisor, add(hours(8))).await.unwrap();
    let shown = sql::shift::duties(&mut room.conn().await, now, hours(1)).await.unwrap();
    assert_eq!((shown.len(), shown[0].id), (1, duty));
    room.by(&room.supervisor, DropDuty { duty }).await.unwrap();
    assert!(sql::shift::duties(&mut room.conn().await, now, hours(1)).await.unwrap().is_empty());
}
