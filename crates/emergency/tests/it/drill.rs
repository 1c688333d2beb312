//! A drill is played by the real actions, is marked, counts in no figure, and leaves nothing behind.

use simpul_emergency::actions::*;
use simpul_emergency::drill::{DrillError, Pace, Stage};
use simpul_emergency::model::drill::{SHIPPED, Scenario, read};
use simpul_emergency::model::recap::Month;
use simpul_emergency::model::{CallStatus, CtiKind, IncidentStatus};
use simpul_emergency::{board, read as reading, sql, stage};
use simpul_kernel::Timestamp;
use simpul_people::data;
use simpul_store::journal;
use simpul_store::testing::TEST_REGION;

use crate::room::{Room, refused, room};

const FAST: Pace = Pace { speed: 0.0, calls_only: false };

async fn scene() -> Room {
    let room = room().await;
    let directory = &room.house.directory;
    directory.import_areas(&room.house.system(), &[data::AREAS_LUWU_UTARA], false).await.unwrap();
    let labels = data::district_centres(data::DISTRICT_CENTRES_LUWU_UTARA);
    let place = simpul_people::actions::PlaceLabels { level: simpul_people::AreaLevel::District, labels };
    directory.write(&room.house.system(), place).await.unwrap();
    room
}

fn scenario(name: &str) -> Scenario {
    read(SHIPPED.iter().find(|(known, _)| *known == name).unwrap().1).unwrap()
}

#[tokio::test]
async fn every_scenario_that_is_shipped_plays_without_a_refusal_and_nothing_of_it_is_left_open() {
    let room = scene().await;
    for (name, _) in SHIPPED {
        let place = room.house.directory.of(TEST_REGION).await.unwrap();
        let stage = Stage { db: &room.house.test.db, place: &place };
        let tell = |_: &simpul_emergency::model::drill::Step, _: Option<&str>| room.later(1);
        let played = stage.play(&scenario(name), FAST, tell).await.unwrap();
        assert_eq!(played.refused, [], "{name}");
        assert!(played.calls >= 5 && played.incidents >= 3 && !played.stopped, "{name}: {played:?}");
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        assert!(sql::incident::active(&mut conn, 100).await.unwrap().is_empty(), "{name}");
        assert!(sql::call::open(&mut conn, 100).await.unwrap().is_empty(), "{name}");
        assert!(sql::call::lost(&mut conn, Timestamp(0), 100).await.unwrap().is_empty(), "{name}");
        assert_eq!(sql::unit::all(&mut conn).await.unwrap().len(), room.units.len(), "{name}: real units only");
        assert!(sql::drill::running(&mut conn).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn everything_of_a_drill_is_marked_and_counts_in_no_figure() {
    let room = scene().await;
    let place = room.house.directory.of(TEST_REGION).await.unwrap();
    let stage_of = Stage { db: &room.house.test.db, place: &place };
    let db = room.house.test.db.clone();
    let mut in_the_middle = None;
    let mut played = 0;
    let tell = |_: &simpul_emergency::model::drill::Step, _: Option<&str>| {
        room.later(2);
        played += 1;
        if played == 60 {
            in_the_middle = Some(db.env().now());
        }
    };
    stage_of.play(&scenario("sungai-contoh"), FAST, tell).await.unwrap();
    let now = db.env().now();
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let calls = sql::call::since(&mut conn, Timestamp(0), 1_000).await.unwrap();
    assert!(calls.len() >= 15 && calls.iter().all(|call| call.drill), "{calls:?}");
    let incidents = sql::incident::since(&mut conn, Timestamp(0), 100).await.unwrap();
    assert!(incidents.len() >= 6 && incidents.iter().all(|incident| incident.drill));
    let zone = place.region.zone;
    let month = reading::month(&mut conn, Month::of(now, zone), zone).await.unwrap();
    assert_eq!(month.recap.received, 0, "{:?}", month.recap);
    let standing = board::standing(&mut conn, &place, now).await.unwrap();
    assert_eq!((standing.board.active, standing.answered_in_time), (0, None));
    // At the time of its greatest trouble the stage was not proposed higher.
    let lines = journal::lines_after(&mut conn, 0, 5_000).await.unwrap();
    let then = simpul_emergency::model::replay::Picture::at(&lines, in_the_middle.unwrap()).board();
    assert!(then.drill > 0 && then.active == 0, "{then:?}");
    assert_eq!(stage::proposal(&mut conn, None, now).await.unwrap().stage.level(), 1);
}

#[tokio::test]
async fn while_a_drill_runs_what_is_real_and_what_is_not_are_kept_apart() {
    let room = scene().await;
    let system = room.house.system();
    let agency = room.unit(room.units[0]).await.agency;
    let base = simpul_kernel::geo::Point::from_degrees(-2.55, 120.33).unwrap();
    let unit = DrillUnitHere { call_sign: "G-DK-1".to_owned(), kind: "fire".to_owned(), agency, base };
    let start = StartDrill { name: "GLADI: uji".to_owned(), steps: 1, units: vec![unit.clone()] };
    let started = room.by(&system, start.clone()).await.unwrap();
    assert_eq!(refused(room.by(&system, start).await), "emergency.refused.drill_running");
    let drilled = OpenDrillIncident { open: room.fire(1, None) };
    let drilled = room.by(&system, drilled).await.unwrap().id;
    let real = room.by(&room.rina, room.fire(2, None)).await.unwrap().id;
    let send = |key, incident, unit| SendUnits { key: uuid::Uuid::from_u128(key), incident, units: vec![unit] };
    let own = started.units[0].1;
    assert_eq!(refused(room.by(&room.tono, send(10, real, own)).await), "emergency.refused.drill_mix");
    assert_eq!(refused(room.by(&room.tono, send(11, drilled, room.units[0])).await), "emergency.refused.drill_mix");
    let merge = MergeIncident { incident: real, into: drilled };
    assert_eq!(refused(room.by(&room.tono, merge).await), "emergency.refused.drill_mix");
    let call = room.hears("nyata", room.says(CtiKind::Answered)).await.id;
    let attach = AttachCall { call, incident: drilled };
    assert_eq!(refused(room.by(&room.tono, attach).await), "emergency.refused.drill_mix");
    room.by(&room.tono, send(12, drilled, own)).await.unwrap();
    let named = DrillUnitHere { call_sign: "DK-1".to_owned(), ..unit };

    // Whoever sends units ends it, and what is real stays.
    assert!(room.by(&room.tono, EndDrill { drill: started.id }).await.unwrap());
    assert!(!room.by(&room.tono, EndDrill { drill: started.id }).await.unwrap(), "it has ended");
    assert_eq!(room.incident(drilled).await.status, IncidentStatus::Cancelled);
    assert_eq!(
        (room.incident(real).await.status, room.call(call).await.status),
        (IncidentStatus::Open, CallStatus::Answered)
    );
    let start = StartDrill { name: "GLADI: uji".to_owned(), steps: 1, units: vec![named] };
    assert_eq!(refused(room.by(&system, start).await), "emergency.refused.drill_call_sign");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::drill::running(&mut conn).await.unwrap().is_none(), "what was refused began nothing");
}

#[tokio::test]
async fn nothing_is_played_where_the_region_lacks_what_the_file_names() {
    let room = scene().await;
    let place = room.house.directory.of(TEST_REGION).await.unwrap();
    let stage = Stage { db: &room.house.test.db, place: &place };
    let text = SHIPPED[1].1.replacen("type = \"animal\"", "type = \"dragon\"", 1);
    let refused = stage.play(&read(&text).unwrap(), FAST, |_, _| {}).await;
    let Err(DrillError::Faults(faults)) = refused else { panic!("{refused:?}") };
    assert!(faults.len() == 1 && faults[0].field == "type" && faults[0].reason.contains("dragon"), "{faults:?}");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::drill::all(&mut conn).await.unwrap().is_empty());
    let lines = journal::lines_after(&mut conn, 0, 5_000).await.unwrap();
    assert!(!lines.iter().any(|line| line.kind.starts_with("drill.") || line.kind.starts_with("call.")));
}

#[tokio::test]
async fn only_what_comes_from_outside_is_played_for_those_who_train() {
    let room = scene().await;
    let place = room.house.directory.of(TEST_REGION).await.unwrap();
    let stage = Stage { db: &room.house.test.db, place: &place };
    let pace = Pace { speed: 0.0, calls_only: true };
    let played = stage.play(&scenario("hari-biasa"), pace, |_, _| {}).await.unwrap();
    assert_eq!((played.incidents, played.refused.len()), (0, 0));
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let calls = sql::call::since(&mut conn, Timestamp(0), 1_000).await.unwrap();
    assert!(calls.iter().all(|call| call.claim.is_none() && call.answered.is_none()), "{calls:?}");
}
