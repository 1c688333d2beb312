//! Question cards, offers of other rooms, what is kept for afterwards, and what is counted.

use simpul_emergency::actions::*;
use simpul_emergency::model::figures::{By, Span, by, calls_by, overall};
use simpul_emergency::model::offer::OfferSource;
use simpul_emergency::model::recap::Month;
use simpul_emergency::model::{CallClass, CallOutcome, CallSource, CtiKind, DispatchStatus, IncidentStatus, Site};
use simpul_emergency::{read, sql};
use simpul_kernel::Role;
use simpul_kernel::calendar::Zone;
use simpul_store::Error;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::room::{Room, refused, room};

async fn conn(room: &Room) -> simpul_store::Conn {
    room.house.test.db.read(TEST_REGION).await.unwrap()
}

#[tokio::test]
async fn every_type_begins_with_a_card_and_a_change_is_a_version_of_its_own() {
    let room = room().await;
    assert_eq!(sql::card::newest(&mut conn(&room).await).await.unwrap().len(), 22);
    room.by(&room.house.system(), SeedTypes).await.unwrap();
    let body = "? api Apakah api terlihat?\n- Ya | 60\n- Tidak".to_owned();
    let save = SaveCard { kind: "structure_fire".to_owned(), from: 1, common: "FSTRU".to_owned(), body };
    assert_eq!(refused(room.by(&room.rina, save.clone()).await), "people.refused.not_allowed");
    assert_eq!(room.by(&room.supervisor, save.clone()).await.unwrap(), 2);
    assert_eq!(refused(room.by(&room.supervisor, save.clone()).await), "emergency.refused.card_changed");
    let wrong = |change: &dyn Fn(SaveCard) -> SaveCard| change(SaveCard { from: 2, ..save.clone() });
    for (save, key) in [
        (wrong(&|one| SaveCard { common: "BUKAN".to_owned(), ..one }), "emergency.refused.common"),
        (wrong(&|one| SaveCard { body: "x".to_owned(), ..one }), "emergency.refused.card_sign"),
        (
            wrong(&|one| SaveCard { body: "? a A?\n- Ya | jenis ufo 1".to_owned(), ..one }),
            "emergency.refused.card_type",
        ),
    ] {
        assert_eq!(refused(room.by(&room.supervisor, save).await), key);
    }
    let old = sql::card::version(&mut conn(&room).await, "structure_fire", 1).await.unwrap().unwrap();
    assert!(old.card.questions.len() > 1, "the version before can still be read");
}

#[tokio::test]
async fn answers_are_kept_with_the_version_that_asked_and_hold_nothing_up() {
    let room = room().await;
    let call = room
        .by(&room.rina, OpenCall { key: Uuid::from_u128(1), number: String::new(), source: CallSource::Manual })
        .await
        .unwrap()
        .id;
    let answer = |question: &str, answer| AnswerCard {
        call,
        kind: "structure_fire".to_owned(),
        version: 1,
        question: question.to_owned(),
        answer,
    };
    assert_eq!(refused(room.by(&room.tono, answer("api", Some(0))).await), "emergency.refused.not_yours");
    room.by(&room.rina, answer("api", Some(0))).await.unwrap();
    room.by(&room.rina, answer("api", Some(1))).await.unwrap();
    room.by(&room.rina, answer("orang", Some(0))).await.unwrap();
    room.by(&room.rina, answer("orang", None)).await.unwrap();
    assert_eq!(refused(room.by(&room.rina, answer("api", Some(9))).await), "emergency.refused.choose");
    assert!(matches!(room.by(&room.rina, answer("siapa", Some(0))).await, Err(Error::NotFound(_))));
    let kept = sql::card::answers(&mut conn(&room).await, call).await.unwrap();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!((kept[0].question.as_str(), kept[0].answer, kept[0].version), ("api", 1, 1));
    // With questions open the incident opens, and units go.
    let incident = room.by(&room.rina, room.fire(2, Some(call))).await.unwrap().id;
    let send = SendUnits { key: Uuid::from_u128(3), incident, units: room.units[..1].to_vec() };
    room.by(&room.rina, send).await.unwrap();
}

fn offer(subject: u128) -> OfferIncident {
    OfferIncident {
        drill: false,
        source: OfferSource::Report,
        subject: Uuid::from_u128(subject),
        label: "LUTRA-2611-0001".to_owned(),
        body: "Rumah terbakar".to_owned(),
        site: Site { landmark: "belakang pasar".to_owned(), ..Site::default() },
    }
}

#[tokio::test]
async fn what_another_room_holds_for_an_emergency_is_offered_once_and_decided_once() {
    let room = room().await;
    let system = room.house.system();
    let id = room.by(&system, offer(1)).await.unwrap();
    assert_eq!(room.by(&system, offer(1)).await.unwrap(), id, "the same report is offered once");
    let alert = OfferIncident { source: OfferSource::Alert, ..offer(1) };
    let by_sensor = room.by(&system, alert).await.unwrap();
    assert_ne!(by_sensor, id, "a sensor's alert comes in by the same entry");
    let take = |key, offer, into| TakeOffer {
        key: Uuid::from_u128(key),
        offer,
        kind: "structure_fire".to_owned(),
        priority: None,
        into,
    };
    let leader = room.house.officer(Role::Leader, None).await.unwrap();
    assert_eq!(refused(room.by(&leader, take(1, id, None)).await), "people.refused.not_allowed");
    let opened = room.by(&room.rina, take(1, id, None)).await.unwrap();
    let incident = room.incident(opened.id).await;
    assert_eq!((incident.status, incident.site.landmark.as_str()), (IncidentStatus::Open, "belakang pasar"));
    let notes = sql::incident::notes(&mut conn(&room).await, opened.id).await.unwrap();
    assert!(notes[0].body.contains("Rumah terbakar") && notes[0].body.contains("LUTRA-2611-0001"));
    let kept = sql::offer::by_id(&mut conn(&room).await, id).await.unwrap().unwrap();
    assert_eq!((kept.body.as_str(), kept.incident), ("", Some(opened.id)), "the words go with the decision");
    assert_eq!(refused(room.by(&room.tono, take(2, id, None)).await), "emergency.refused.offer_decided");
    assert_eq!(refused(room.by(&room.tono, DismissOffer { offer: id }).await), "emergency.refused.offer_decided");
    let joined = room.by(&room.tono, take(3, by_sensor, Some(opened.id))).await.unwrap();
    assert_eq!(joined.id, opened.id, "it may belong to an incident that is known");
    let third = room.by(&system, offer(3)).await.unwrap();
    room.by(&room.tono, DismissOffer { offer: third }).await.unwrap();
    assert!(sql::offer::open(&mut conn(&room).await, 10).await.unwrap().is_empty());
    let lines = simpul_store::journal::lines_after(&mut conn(&room).await, 0, 1_000).await.unwrap();
    assert!(lines.iter().all(|line| !line.body.contains("terbakar")), "no words in the journal");
}

#[tokio::test]
async fn what_was_recommended_stays_beside_what_was_sent() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    // The ambulance alone goes, though two engines and it were recommended.
    let send = SendUnits { key: Uuid::from_u128(2), incident, units: room.units[2..].to_vec() };
    room.by(&room.rina, send).await.unwrap();
    room.by(
        &room.tono,
        SayUnit {
            unit: room.units[0],
            status: simpul_emergency::model::UnitStatus::OutOfService,
            word: String::new(),
            reason: "Rusak".to_owned(),
        },
    )
    .await
    .unwrap();
    let kept = sql::after::advices(&mut conn(&room).await, incident).await.unwrap();
    assert_eq!(kept.len(), 1);
    let signs: Vec<&str> = kept[0].advised.units.iter().map(|unit| unit.sign.as_str()).collect();
    assert_eq!((signs, kept[0].sent.clone()), (vec!["DK-1", "DK-2", "AMB-1"], vec!["AMB-1".to_owned()]));
}

#[tokio::test]
async fn a_lesson_has_an_owner_a_deadline_and_its_proof() {
    let room = room().await;
    let incident = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let agency = room.unit(room.units[0]).await.agency;
    let now = room.house.test.db.env().now();
    let due = now.plus_micros(86_400_000_000);
    let add = AddLesson { key: Uuid::from_u128(5), incident, text: "Latih petugas".to_owned(), agency, due };
    assert_eq!(refused(room.by(&room.rina, add.clone()).await), "people.refused.not_allowed");
    let past = AddLesson { due: now, key: Uuid::from_u128(6), ..add.clone() };
    assert_eq!(refused(room.by(&room.supervisor, past).await), "emergency.refused.lesson_due");
    let nobody = AddLesson { agency: Uuid::nil(), key: Uuid::from_u128(7), ..add.clone() };
    assert_eq!(refused(room.by(&room.supervisor, nobody).await), "emergency.refused.agency");
    let lesson = room.by(&room.supervisor, add).await.unwrap();
    let finish = |proof: &str| FinishLesson { lesson, proof: proof.to_owned() };
    assert!(room.by(&room.supervisor, finish(" ")).await.is_err(), "no proof, no end");
    room.by(&room.supervisor, finish("Pelatihan 3 Desember")).await.unwrap();
    assert_eq!(refused(room.by(&room.supervisor, finish("lagi")).await), "emergency.refused.lesson_done");
    let kept = sql::after::lessons(&mut conn(&room).await, incident).await.unwrap();
    assert_eq!(kept[0].proof.as_deref(), Some("Pelatihan 3 Desember"));
}

#[tokio::test]
async fn an_incident_sounds_until_somebody_has_seen_it_or_a_unit_goes() {
    let room = room().await;
    let one = room.by(&room.rina, room.fire(1, None)).await.unwrap().id;
    let other = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    assert_eq!(sql::after::unnoticed(&mut conn(&room).await).await.unwrap(), [one, other]);
    room.by(&room.tono, NoticeIncident { incident: one }).await.unwrap();
    room.by(&room.tono, NoticeIncident { incident: one }).await.unwrap();
    assert_eq!(room.lines(one).await.iter().filter(|kind| *kind == "incident.noticed").count(), 1);
    let send = SendUnits { key: Uuid::from_u128(3), incident: other, units: room.units[..1].to_vec() };
    room.by(&room.tono, send).await.unwrap();
    assert!(sql::after::unnoticed(&mut conn(&room).await).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_drill_leaves_nothing_to_agencies_and_counts_in_no_figure() {
    let room = room().await;
    let word = room.says(CtiKind::Answered);
    let hear = HearCti { trunk: "gladi".to_owned(), call_id: "g".to_owned(), event: word, drill: true };
    let call = room.by(&room.house.system(), hear).await.unwrap().id;
    let incident = room.by(&room.rina, room.fire(1, Some(call))).await.unwrap().id;
    let agency = room.unit(room.units[0]).await.agency;
    let base = simpul_kernel::geo::Point::from_degrees(-2.55, 120.33).unwrap();
    let unit = DrillUnitHere { call_sign: "G-DK-1".to_owned(), kind: "fire".to_owned(), agency, base };
    let start = StartDrill { name: "GLADI: uji".to_owned(), steps: 1, units: vec![unit] };
    let unit = room.by(&room.house.system(), start).await.unwrap().units[0].1;
    let send = SendUnits { key: Uuid::from_u128(2), incident, units: vec![unit] };
    let dispatch = room.by(&room.rina, send).await.unwrap()[0].id;
    room.by(&room.rina, StepDispatch { dispatch, to: DispatchStatus::OnScene }).await.unwrap();
    let leave = LeaveToAgency { key: Uuid::from_u128(3), incident, agency, text: "Jalan berlubang".to_owned() };
    assert_eq!(refused(room.by(&room.rina, leave).await), "emergency.refused.drill_leaves");
    let month = Month::of(room.house.test.db.env().now(), Zone::Wita);
    let figures = read::month(&mut conn(&room).await, month, Zone::Wita).await.unwrap();
    assert!(figures.counted.is_empty() && figures.samples.is_empty(), "{figures:?}");
    assert!(figures.incidents.is_empty() && figures.dispatches.is_empty());
}

#[tokio::test]
async fn a_month_is_counted_by_everything_and_all_parts_sum_to_the_total() {
    let room = room().await;
    for (id, class) in
        [("a", CallClass::Normal), ("b", CallClass::Prank), ("c", CallClass::Prank), ("d", CallClass::Ghost)]
    {
        room.hears(id, room.says(CtiKind::Ringing)).await;
        room.later(12);
        let call = room.hears(id, room.says(CtiKind::Answered)).await.id;
        room.later(30);
        if class == CallClass::Normal {
            let incident = room.by(&room.rina, room.fire(1, Some(call))).await.unwrap().id;
            let send = SendUnits { key: Uuid::from_u128(2), incident, units: room.units[..1].to_vec() };
            let dispatch = room.by(&room.rina, send).await.unwrap()[0].id;
            for (seconds, to) in [(90, DispatchStatus::EnRoute), (600, DispatchStatus::OnScene)] {
                room.later(seconds);
                room.by(&room.rina, StepDispatch { dispatch, to }).await.unwrap();
            }
        }
        room.hears(id, room.says(CtiKind::Ended)).await;
        room.by(&room.rina, ClassifyCall { call, class, outcome: CallOutcome::None }).await.unwrap();
    }
    room.hears("e", room.says(CtiKind::Abandoned)).await;
    let month = Month::of(room.house.test.db.env().now(), Zone::Wita);
    let figures = read::month(&mut conn(&room).await, month, Zone::Wita).await.unwrap();
    assert_eq!((figures.recap.received, figures.recap.answered, figures.recap.abandoned), (5, 4, 1));
    for one in By::ALL {
        assert_eq!(calls_by(&figures.counted, *one).iter().map(|(_, count)| count).sum::<i64>(), 5, "{one:?}");
    }
    let told = |span| overall(&figures.samples, span);
    assert_eq!((told(Span::Answer).count, told(Span::Answer).within), (4, Some(0.0)), "12 seconds are more than 10");
    assert_eq!((told(Span::Process).p50, told(Span::Turnout).p50), (Some(30.0), Some(90.0)));
    assert_eq!((told(Span::Travel).p50, told(Span::Response).p50), (Some(600.0), Some(732.0)));
    assert_eq!(told(Span::Response).within, Some(1.0), "within 15 minutes");
    let agency = by(&figures.samples, Span::Response, By::Agency);
    assert_eq!(agency.len(), 1, "the first unit's agency: {agency:?}");
    assert_eq!(figures.nuisance, [("•••••••••890".to_owned(), 3)], "three calls for nothing, masked");
    assert_eq!(figures.incidents, [("structure_fire".to_owned(), 1)]);
}
