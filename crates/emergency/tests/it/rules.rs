//! What may be done with calls, incidents and units, and what is kept of it.

use simpul_emergency::actions::*;
use simpul_emergency::model::{
    CallClass, CallOutcome, CallStatus, CtiEvent, CtiKind, DispatchStatus, IncidentStatus, UnitStatus,
};
use simpul_emergency::{read, sql};
use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::{Role, Timestamp};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::room::{refused, room};

#[tokio::test]
async fn words_of_a_switch_in_any_order_and_twice_end_in_one_state() {
    let room = room().await;
    let mut words = vec![room.says(CtiKind::Ringing)];
    room.later(7);
    words.push(room.says(CtiKind::Answered));
    room.later(60);
    words.push(room.says(CtiKind::Ended));
    let mut ends = Vec::new();
    for (id, order) in [("a", [0, 1, 2]), ("b", [2, 1, 0]), ("c", [1, 2, 0])] {
        for place in order.into_iter().chain(order) {
            room.hears(id, words[place].clone()).await;
        }
        let done = room.hears(id, words[0].clone()).await;
        let call = room.call(done.id).await;
        ends.push((call.status, call.started, call.answered, call.ended));
    }
    assert_eq!(ends[0], (CallStatus::WrapUp, words[0].at, Some(words[1].at), Some(words[2].at)));
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
}

#[tokio::test]
async fn the_same_word_again_changes_nothing_and_writes_no_line() {
    let room = room().await;
    let word = room.says(CtiKind::Ringing);
    let first = room.hears("a", word.clone()).await;
    room.later(5);
    assert_eq!(room.hears("a", word).await, first);
    assert_eq!(room.lines(first.id).await, ["call.ringing"]);
}

#[tokio::test]
async fn of_two_takers_one_has_the_call_always() {
    let room = room().await;
    for round in 0..20 {
        let call = room.hears(&format!("a-{round}"), room.says(CtiKind::Ringing)).await.id;
        let claim = || ClaimCall { call, reason: None };
        let (one, other) = tokio::join!(room.by(&room.rina, claim()), room.by(&room.tono, claim()));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert_eq!(refused(if one.is_ok() { other } else { one }), "emergency.refused.claimed");
    }
}

#[tokio::test]
async fn a_silent_claim_is_anybodys_after_45_seconds_and_a_live_one_a_supervisors_with_a_reason() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    room.by(&room.rina, ClaimCall { call, reason: None }).await.unwrap();
    room.later(40);
    room.by(&room.rina, BeatClaims).await.unwrap();
    room.later(44);
    assert_eq!(refused(room.by(&room.tono, ClaimCall { call, reason: None }).await), "emergency.refused.claimed");
    let over = room.by(&room.supervisor, ClaimCall { call, reason: Some("Rina sakit".to_owned()) }).await.unwrap();
    room.by(&room.rina, BeatClaims).await.unwrap();
    assert_eq!(over.claimed_by, Some(room.supervisor.actor.journal_name()));
    room.later(45);
    // It is hers no more: that she is there keeps it from nobody.
    room.by(&room.tono, ClaimCall { call, reason: None }).await.unwrap();
}

#[tokio::test]
async fn whoever_is_at_a_screen_keeps_every_call_that_they_have() {
    let room = room().await;
    let mut calls = Vec::new();
    for id in ["a", "b"] {
        let call = room.hears(id, room.says(CtiKind::Ringing)).await.id;
        room.by(&room.rina, ClaimCall { call, reason: None }).await.unwrap();
        calls.push(call);
    }
    room.later(40);
    room.by(&room.rina, BeatClaims).await.unwrap();
    room.later(40);
    for call in calls {
        assert_eq!(refused(room.by(&room.tono, ClaimCall { call, reason: None }).await), "emergency.refused.claimed");
    }
}

#[tokio::test]
async fn who_answered_has_the_call_in_whatever_order_the_words_come() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let room = room().await;
    room.by(&room.rina, SitAt { extension: "201".to_owned() }).await.unwrap();
    let at = room.says(CtiKind::Ringing).at;
    let words = [
        CtiEvent::new(CtiKind::Ringing, at),
        CtiEvent { agent: Some("201".to_owned()), ..CtiEvent::new(CtiKind::Answered, at.plus_micros(1)) },
        CtiEvent::new(CtiKind::Ended, at.plus_micros(2)),
    ];
    for order in orders {
        let id = format!("{order:?}");
        for word in order.iter().chain(&order) {
            room.hears(&id, words[*word].clone()).await;
        }
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        let call = &sql::call::by_call_id(&mut conn, &id, 1).await.unwrap()[0];
        assert!(call.is_with(&room.rina.actor.journal_name()), "{order:?}");
        assert_eq!(call.status, CallStatus::WrapUp, "{order:?}");
    }
}

#[tokio::test]
async fn one_caller_is_one_however_the_number_is_written() {
    let room = room().await;
    for (id, number) in [("a", "081234567890"), ("b", "+6281234567890"), ("c", "62 812-3456-7890")] {
        let says = CtiEvent { caller_number: Some(number.to_owned()), ..room.says(CtiKind::Ringing) };
        room.hears(id, says).await;
    }
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let counted = sql::call::history(&mut conn, "0812-3456-7890", Timestamp(0), Uuid::nil()).await.unwrap();
    assert_eq!(counted, [(CallClass::Unclassified, 3)]);
}

#[tokio::test]
async fn units_of_what_was_merged_are_out_for_what_stayed_and_it_closes_after_them_only() {
    let room = room().await;
    let one = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let other = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let unit = room.units[0];
    let send = SendUnits { key: Uuid::from_u128(77), incident: other, units: vec![unit, unit] };
    let sent = room.by(&room.tono, send).await.unwrap();
    assert_eq!(sent.len(), 1, "one unit is sent once");
    let status = async |id| room.incident(id).await.status;
    room.by(&room.rina, MergeIncident { incident: other, into: one }).await.unwrap();
    assert_eq!(status(one).await, IncidentStatus::Dispatched);
    for to in [DispatchStatus::EnRoute, DispatchStatus::OnScene] {
        room.by(&room.tono, StepDispatch { dispatch: sent[0].id, to }).await.unwrap();
    }
    assert_eq!(status(one).await, IncidentStatus::OnScene);
    let close = || CloseIncident { incident: one, result: "Padam".to_owned() };
    assert_eq!(refused(room.by(&room.tono, close()).await), "emergency.refused.units_out");
    room.by(&room.tono, StepDispatch { dispatch: sent[0].id, to: DispatchStatus::Cleared }).await.unwrap();
    assert_eq!(refused(room.by(&room.tono, close()).await), "emergency.refused.unit_report");
    // Parted again, each stands as its own units say.
    room.by(&room.rina, UnmergeIncident { incident: other }).await.unwrap();
    assert_eq!((status(one).await, status(other).await), (IncidentStatus::Open, IncidentStatus::OnScene));
}

#[tokio::test]
async fn what_is_answered_at_an_extension_is_whose_it_is() {
    let room = room().await;
    room.by(&room.rina, SitAt { extension: "201".to_owned() }).await.unwrap();
    room.hears("a", room.says(CtiKind::Ringing)).await;
    let done = room.hears("a", room.says(CtiKind::Answered).by("201")).await;
    assert_eq!(done.claimed_by, Some(room.rina.actor.journal_name()));
    // The place is Tono's now: the next call there is his.
    room.by(&room.tono, SitAt { extension: "201".to_owned() }).await.unwrap();
    let done = room.hears("b", room.says(CtiKind::Answered).by("201")).await;
    assert_eq!(done.claimed_by, Some(room.tono.actor.journal_name()));
}

#[tokio::test]
async fn a_call_that_is_passed_on_is_whose_who_picks_it_up() {
    for blind in [true, false] {
        let room = room().await;
        room.by(&room.rina, SitAt { extension: "201".to_owned() }).await.unwrap();
        room.by(&room.tono, SitAt { extension: "202".to_owned() }).await.unwrap();
        room.hears("a", room.says(CtiKind::Ringing)).await;
        room.hears("a", room.says(CtiKind::Answered).by("201")).await;
        room.later(5);
        let passed = room.says(CtiKind::Transferred).by("202");
        if blind {
            let passed = CtiEvent { reason: Some("Blind".to_owned()), ..passed };
            let done = room.hears("a", passed).await;
            assert_eq!(done.claimed_by, Some(room.rina.actor.journal_name()), "nobody has picked it up yet");
            room.later(5);
            room.hears("a", room.says(CtiKind::Answered).by("202")).await;
        } else {
            room.hears("a", passed).await;
        }
        let mut conn = room.house.test.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
        let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
        drop(conn);
        let claimed = lines.iter().rfind(|line| line.kind == "call.claimed").unwrap();
        let call = room.call(claimed.subject_id).await;
        assert_eq!(call.claim.unwrap().by, room.tono.actor.journal_name(), "blind {blind}");
        assert!(claimed.body.contains("passed"), "{}", claimed.body);
    }
}

#[tokio::test]
async fn a_call_is_classified_once_it_was_answered_and_the_journal_holds_no_number() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    let classify = ClassifyCall { call, class: CallClass::Prank, outcome: CallOutcome::None };
    assert_eq!(refused(room.by(&room.rina, classify.clone()).await), "emergency.refused.still_ringing");
    room.hears("a", room.says(CtiKind::Answered)).await;
    room.later(5);
    room.hears("a", room.says(CtiKind::Ended)).await;
    room.by(&room.rina, classify).await.unwrap();
    assert_eq!(room.call(call).await.status, CallStatus::Ended);
    room.by(&room.rina, UnclassifyCall { call }).await.unwrap();
    assert_eq!(room.call(call).await.status, CallStatus::WrapUp);
    let mut conn = room.house.test.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("0812")));
}

#[tokio::test]
async fn a_call_that_the_switch_leaves_ringing_is_finished_by_its_taker_and_nobody_works_on_another_s() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    room.by(&room.rina, ClaimCall { call, reason: None }).await.unwrap();
    assert_eq!(refused(room.by(&room.tono, room.fire(1, Some(call))).await), "emergency.refused.not_yours");
    let incident = room.by(&room.tono, room.fire(2, None)).await.unwrap().id;
    assert_eq!(refused(room.by(&room.tono, AttachCall { call, incident }).await), "emergency.refused.not_yours");
    room.later(40);
    room.by(&room.rina, AttachCall { call, incident }).await.unwrap();
    room.later(40);
    let classify = ClassifyCall { call, class: CallClass::Normal, outcome: CallOutcome::Incident };
    assert_eq!(refused(room.by(&room.tono, classify.clone()).await), "emergency.refused.not_yours");
    room.by(&room.rina, classify).await.unwrap();
    assert_eq!(room.call(call).await.status, CallStatus::Ended);
}

#[tokio::test]
async fn from_the_ring_to_the_unit_on_scene_every_step_keeps_its_time() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    let rang = room.house.test.db.env().now();
    room.later(7);
    room.hears("a", room.says(CtiKind::Answered)).await;
    room.later(30);
    let opened = room.by(&room.rina, room.fire(1, Some(call))).await.unwrap();
    assert_eq!(opened.number, "112-0001");
    let again = room.by(&room.rina, room.fire(1, Some(call))).await.unwrap();
    assert_eq!(again, opened, "a press that came twice opens one incident");
    let units = room.units[..1].to_vec();
    let sent = SendUnits { key: Uuid::from_u128(2), incident: opened.id, units };
    let dispatch = room.by(&room.rina, sent).await.unwrap()[0].id;
    room.later(400);
    room.by(&room.tono, StepDispatch { dispatch, to: DispatchStatus::OnScene }).await.unwrap();
    let incident = room.incident(opened.id).await;
    assert_eq!((incident.received, incident.status), (rang, IncidentStatus::OnScene));
    assert_eq!(incident.arrived.unwrap().micros_since(rang), 437 * SECOND_MICROS);
    assert_eq!(room.unit(room.units[0]).await.status, UnitStatus::OnScene);
    assert_eq!(room.call(call).await.incident, Some(opened.id));

    let close = CloseIncident { incident: opened.id, result: "Api padam".to_owned() };
    assert_eq!(refused(room.by(&room.tono, close.clone()).await), "emergency.refused.units_out");
    room.by(&room.tono, StepDispatch { dispatch, to: DispatchStatus::Cleared }).await.unwrap();
    room.by(&room.tono, ReportUnit { dispatch, text: "Dua tangki air".to_owned() }).await.unwrap();
    room.by(&room.tono, close).await.unwrap();
    assert_eq!(room.incident(opened.id).await.status, IncidentStatus::Closed);
    let unit = room.unit(room.units[0]).await;
    assert_eq!((unit.status, unit.rested.is_some()), (UnitStatus::Available, true));
}

#[tokio::test]
async fn a_unit_is_in_one_place_and_units_are_sent_all_or_none() {
    let room = room().await;
    let one = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let other = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let send = |key, incident, units: &[Uuid]| SendUnits { key: Uuid::from_u128(key), incident, units: units.to_vec() };
    room.by(&room.rina, send(10, one, &room.units[..1])).await.unwrap();
    let refusal = refused(room.by(&room.rina, send(11, other, &[room.units[1], room.units[0]])).await);
    assert_eq!(refusal, "emergency.refused.unit_out");
    assert_eq!(room.unit(room.units[1]).await.status, UnitStatus::Available, "nothing of it was done");
    assert_eq!(room.incident(other).await.status, IncidentStatus::Open);
    assert_eq!(refused(room.by(&room.rina, send(12, other, &[])).await), "emergency.refused.units");
}

#[tokio::test]
async fn what_was_merged_is_parted_again_as_it_was() {
    let room = room().await;
    let one = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let other = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let before = room.incident(other).await;
    room.by(&room.rina, MergeIncident { incident: other, into: one }).await.unwrap();
    assert_eq!(room.incident(other).await.status, IncidentStatus::Merged);
    let chain = MergeIncident { incident: one, into: other };
    assert_eq!(refused(room.by(&room.rina, chain).await), "emergency.refused.merge_chain");
    room.by(&room.rina, UnmergeIncident { incident: other }).await.unwrap();
    let after = room.incident(other).await;
    assert_eq!(simpul_emergency::model::Incident { version: before.version, ..after }, before);
}

#[tokio::test]
async fn who_called_is_forgotten_after_its_time_and_the_call_is_counted_on() {
    let room = room().await;
    let mut calls = Vec::new();
    for (id, class) in [("a", CallClass::Prank), ("b", CallClass::Normal)] {
        let call = room.hears(id, room.says(CtiKind::Answered)).await.id;
        room.hears(id, room.says(CtiKind::Ended)).await;
        room.by(&room.rina, ClassifyCall { call, class, outcome: CallOutcome::None }).await.unwrap();
        calls.push(call);
    }
    room.later((CALLER_KEPT_DAYS + 1) * 86_400);
    let forget = || ForgetCallers { kept_days: 730 };
    assert_eq!(room.by(&room.house.system(), forget()).await.unwrap(), 1, "the prank's");
    assert_eq!(room.by(&room.house.system(), forget()).await.unwrap(), 0, "once");
    let mut conn = room.house.test.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
    let mut numbers = Vec::new();
    for call in &calls {
        numbers.push(simpul_emergency::sql::call::caller(&mut conn, *call).await.unwrap().number);
        assert!(simpul_emergency::sql::call::events(&mut conn, *call).await.unwrap().is_empty());
    }
    drop(conn);
    assert_eq!(numbers, [None, Some("081234567890".to_owned())]);
    assert_eq!(room.call(calls[0]).await.class(), CallClass::Prank);
    room.later(730 * 86_400);
    assert_eq!(room.by(&room.house.system(), forget()).await.unwrap(), 1);
}

#[tokio::test]
async fn who_has_no_part_in_112_may_nothing() {
    let room = room().await;
    let call = room.hears("a", room.says(CtiKind::Ringing)).await.id;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    for role in [Role::ReportCoordinator, Role::Leader, Role::Auditor, Role::RegionAdmin] {
        let ctx = room.house.officer(role, None).await.unwrap();
        let not_allowed = "people.refused.not_allowed";
        assert_eq!(refused(room.by(&ctx, ClaimCall { call, reason: None }).await), not_allowed);
        assert_eq!(refused(room.by(&ctx, room.fire(9, None)).await), not_allowed);
        let send = SendUnits { key: Uuid::from_u128(3), incident, units: room.units.clone() };
        assert_eq!(refused(room.by(&ctx, send).await), not_allowed);
    }
}

#[tokio::test]
async fn an_older_position_changes_nothing() {
    let room = room().await;
    let point = simpul_kernel::geo::Point::from_degrees(-2.5, 120.3).unwrap();
    let at = room.house.test.db.env().now();
    let position = simpul_emergency::model::Position { point, accuracy_m: Some(9), at };
    let tell = |position| MoveUnit { unit: room.units[0], position };
    assert!(room.by(&room.tono, tell(position)).await.unwrap());
    let older = simpul_emergency::model::Position { at: at.plus_micros(-SECOND_MICROS), ..position };
    assert!(!room.by(&room.tono, tell(older)).await.unwrap());
    assert_eq!(room.unit(room.units[0]).await.position, Some(position));
}

#[tokio::test]
async fn a_higher_alarm_asks_for_more_and_what_is_linked_stands_both_ways_round() {
    let room = room().await;
    let one = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let other = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let wanted = async || {
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        let whole = read::whole(&mut conn, room.incident(one).await).await.unwrap();
        let (types, units) = (sql::incident::types(&mut conn).await.unwrap(), sql::unit::all(&mut conn).await.unwrap());
        let now = room.house.test.db.env().now();
        let advice = read::recommendation(&whole, &types, &units, now);
        let missing: u32 = advice.shortfalls.iter().map(|short| short.wanted - short.found).sum();
        (advice.picks.len(), missing)
    };
    assert_eq!(wanted().await, (3, 0), "two engines and an ambulance");
    room.by(&room.tono, RaiseAlarm { incident: one }).await.unwrap();
    assert_eq!(wanted().await, (3, 2), "two engines more, which nobody has");
    room.by(&room.rina, LinkIncidents { incident: one, other }).await.unwrap();
    room.by(&room.rina, LinkIncidents { incident: other, other: one }).await.unwrap();
    let links = async |id| {
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        sql::link::of(&mut conn, id).await.unwrap()
    };
    assert_eq!((links(one).await, links(other).await), (vec![other], vec![one]));
    let own = LinkIncidents { incident: one, other: one };
    assert_eq!(refused(room.by(&room.rina, own).await), "emergency.refused.link_self");
    room.by(&room.rina, UnlinkIncidents { incident: other, other: one }).await.unwrap();
    assert!(links(one).await.is_empty() && links(other).await.is_empty());
    assert_eq!(
        room.lines(one).await,
        ["incident.opened", "incident.alarm_raised", "incident.linked", "incident.unlinked"]
    );
}
