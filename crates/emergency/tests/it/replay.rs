//! What the journal tells of a moment is what was so at that moment.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use proptest::prelude::*;
use simpul_emergency::actions::*;
use simpul_emergency::model::cdr::CdrCall;
use simpul_emergency::model::paper::PaperTimes;
use simpul_emergency::model::replay::Picture;
use simpul_emergency::model::{CallClass, CallOutcome, CallSource, CtiKind, DispatchStatus, Priority, UnitStatus};
use simpul_emergency::{replay, sql};
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::{Role, Timestamp};
use simpul_shell::testing::TestSite;
use simpul_store::journal;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::room::{Room, room};

/// How everything stands by the tables.
async fn recorded(room: &Room) -> Picture {
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let calls = sql::call::since(&mut conn, Timestamp(0), 1_000).await.unwrap();
    let mut incidents = Vec::new();
    for incident in sql::incident::since(&mut conn, Timestamp(0), 1_000).await.unwrap() {
        let dispatches = sql::incident::dispatches(&mut conn, incident.id).await.unwrap();
        incidents.push((incident, dispatches));
    }
    let units = sql::unit::all(&mut conn).await.unwrap();
    Picture::of_tables(&calls, &incidents, &units)
}

/// A life of the room: one number for each thing that somebody tries.
async fn lives(room: &Room, deeds: &[(u8, u8, u8)]) -> Vec<(Timestamp, Picture)> {
    let mut seen = vec![(room.house.test.db.env().now(), recorded(room).await)];
    for (place, (what, which, how)) in deeds.iter().enumerate() {
        room.later(1 + i64::from(*how) % 40);
        tries(room, place, *what, usize::from(*which), usize::from(*how)).await;
        seen.push((room.house.test.db.env().now(), recorded(room).await));
    }
    seen
}

/// Tries one thing; what is refused is a part of life too.
async fn tries(room: &Room, place: usize, what: u8, which: usize, how: usize) {
    let key = Uuid::from_u128(1_000 + place as u128);
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let calls = sql::call::since(&mut conn, Timestamp(0), 1_000).await.unwrap();
    let incidents = sql::incident::since(&mut conn, Timestamp(0), 1_000).await.unwrap();
    drop(conn);
    let who = if how.is_multiple_of(3) { &room.tono } else { &room.rina };
    let call = calls.get(which % calls.len().max(1)).map(|call| call.id).unwrap_or_default();
    let incident = incidents.get(which % incidents.len().max(1)).map(|one| one.id).unwrap_or_default();
    let other = incidents.get(how % incidents.len().max(1)).map(|one| one.id).unwrap_or_default();
    let unit = room.units[how % room.units.len()];
    match what % 21 {
        0 | 1 => drop(room.hears(&format!("k-{}", which % 6), room.says(CtiKind::ALL[how % CtiKind::ALL.len()])).await),
        2 => drop(room.by(who, ClaimCall { call, reason: None }).await),
        3 => drop(room.by(who, OpenCall { key, number: String::new(), source: CallSource::Manual }).await),
        4 => drop(room.by(who, room.fire(key.as_u128(), Some(call))).await),
        5 => drop(room.by(who, room.fire(key.as_u128(), None)).await),
        6 => drop(room.by(who, AttachCall { call, incident }).await),
        7 => {
            let class = CallClass::ALL[how % CallClass::ALL.len()];
            drop(room.by(who, ClassifyCall { call, class, outcome: CallOutcome::None }).await);
        }
        8 => drop(room.by(who, UnclassifyCall { call }).await),
        9 | 10 => drop(room.by(&room.tono, SendUnits { key, incident, units: vec![unit] }).await),
        11 | 12 => {
            let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
            let out = sql::incident::out_for(&mut conn, unit).await.unwrap();
            drop(conn);
            if let Some(out) = out {
                let to = DispatchStatus::ALL[which % DispatchStatus::ALL.len()];
                drop(room.by(&room.tono, StepDispatch { dispatch: out.id, to }).await);
            }
        }
        13 => drop(room.by(&room.tono, MergeIncident { incident, into: other }).await),
        14 => drop(room.by(&room.tono, UnmergeIncident { incident }).await),
        15 => match how % 3 {
            0 => drop(room.by(&room.tono, ControlIncident { incident }).await),
            1 => drop(room.by(&room.tono, CloseIncident { incident, result: "selesai".to_owned() }).await),
            _ => drop(room.by(&room.tono, CancelIncident { incident, reason: "palsu".to_owned() }).await),
        },
        16 => late_entry(room, key, how).await,
        17 => records(room, which, how).await,
        18 => drop(room.by(who, HangUp { call }).await),
        19 => {
            let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
            let out = sql::incident::out_for(&mut conn, unit).await.unwrap();
            drop(conn);
            if let Some(out) = out {
                // Pressed a while ago, where there was no signal.
                let at = Some(room.house.test.db.env().now().plus_micros(-90 * SECOND_MICROS));
                let to = DispatchStatus::ALL[which % DispatchStatus::ALL.len()];
                let crew = room.house.test.ctx(simpul_kernel::Actor::unit(unit));
                drop(room.by(&crew, CrewSteps { key, dispatch: out.id, to, at }).await);
            }
        }
        _ => {
            let status = UnitStatus::ALL[which % UnitStatus::ALL.len()];
            drop(room.by(&room.tono, SayUnit { unit, status, word: String::new(), reason: "Rusak".to_owned() }).await);
            let priority = Priority::new(i64::try_from(how % 5).unwrap() + 1);
            let change = ChangeIncident { incident, kind: Some("flood".to_owned()), priority, site: None };
            drop(room.by(&room.tono, change).await);
        }
    }
}

/// A call from paper, with times that are long past.
async fn late_entry(room: &Room, key: Uuid, how: usize) {
    let now = room.house.test.db.env().now();
    let ago = |minutes: i64| now.plus_micros(-minutes * MINUTE_MICROS);
    let answered = Some(ago(55)).filter(|_| !how.is_multiple_of(4));
    let times = PaperTimes { started: ago(56), answered, ended: ago(50) };
    // Now and then one of the same serial.
    let paper = if how.is_multiple_of(2) { String::new() } else { format!("K-{}", how % 5) };
    let (number, landmark, note) = (String::new(), "SD 101".to_owned(), String::new());
    drop(room.by(&room.rina, EnterPaperCall { key, paper, number, times, landmark, note }).await);
}

/// Records of the switch: of calls that it had told of, and of some that nobody heard of.
async fn records(room: &Room, which: usize, how: usize) {
    let now = room.house.test.db.env().now();
    let started = now.plus_micros(-10 * MINUTE_MICROS);
    let record = |call_id: String| CdrCall {
        call_id,
        started,
        answered: Some(started.plus_micros(8 * SECOND_MICROS)).filter(|_| how.is_multiple_of(2)),
        ended: now,
        caller: None,
        called: None,
        agent: None,
    };
    let calls = vec![record(format!("k-{}", which % 6)), record(format!("cdr-{}", how % 9))];
    drop(room.by(&room.supervisor, ImportCdr { trunk: "utama".to_owned(), calls }).await);
}

async fn holds(room: &Room, seen: &[(Timestamp, Picture)]) {
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let lines = journal::lines_after(&mut conn, 0, 10_000).await.unwrap();
    for (moment, live) in seen {
        let told = Picture::at(&lines, *moment);
        assert_eq!(told, *live, "at {moment:?}");
    }
    // The same where the replay begins in the middle: what came before is gathered, not read through.
    let (begin, end) = (seen[seen.len() / 2].0, seen[seen.len() - 1].0);
    let reel = replay::of_room(&mut conn, begin.plus_micros(1), end).await.unwrap();
    let mut at_end = reel.before.clone();
    reel.walk(|_, picture| at_end = picture.clone());
    let last = &seen[seen.len() - 1].1;
    let active = |picture: &Picture| -> BTreeSet<Uuid> {
        picture.incidents.iter().filter(|(_, one)| one.status.is_active()).map(|(id, _)| *id).collect()
    };
    assert_eq!((active(&at_end), &at_end.units), (active(last), &last.units));
    assert_eq!(at_end.board(), last.board());
    assert_eq!(
        (reel.before.board(), reel.before.ringing()),
        (seen[seen.len() / 2].1.board(), seen[seen.len() / 2].1.ringing())
    );
}

#[tokio::test]
async fn the_state_at_a_moment_is_what_was_recorded_live_at_that_moment() {
    let room = room().await;
    // A whole incident, from the ring to its end, with a second call, a merge that is undone, and a unit called back.
    let life = [
        (0, 0, 0),
        (2, 0, 1),
        (0, 0, 1),
        (4, 0, 1),
        (9, 0, 0),
        (11, 1, 0),
        (11, 2, 0),
        (0, 1, 0),
        (2, 1, 1),
        (6, 0, 1),
        (5, 0, 1),
        (13, 0, 1),
        (14, 0, 1),
        (14, 1, 1),
        (11, 3, 0),
        (9, 0, 1),
        (11, 7, 1),
        (7, 0, 1),
        (0, 0, 4),
        (7, 0, 0),
        (8, 0, 0),
        (7, 0, 0),
        (15, 0, 0),
        (11, 6, 0),
        (15, 0, 1),
        (20, 3, 2),
        (3, 0, 1),
        (7, 2, 3),
        (16, 0, 1),
        (16, 0, 4),
        (0, 4, 0),
        (17, 4, 2),
        (17, 4, 2),
        (3, 0, 1),
        (18, 0, 1),
        (9, 1, 2),
        (19, 2, 2),
    ];
    let seen = lives(&room, &life).await;
    holds(&room, &seen).await;
}

#[test]
fn the_same_holds_for_any_life_of_the_room() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 12, ..ProptestConfig::default() };
    let deeds = proptest::collection::vec((any::<u8>(), any::<u8>(), any::<u8>()), 1..60);
    proptest!(config, |(deeds in deeds)| {
        runtime.block_on(async {
            let room = room().await;
            let seen = lives(&room, &deeds).await;
            holds(&room, &seen).await;
        });
    });
}

#[tokio::test]
async fn the_pages_tell_each_step_without_a_script_and_say_no_words_numbers_or_names() {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    site.db.db.write(&ctx, SeedTypes).await.unwrap();
    let mut rina = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let call = rina.post("/112/panggilan", &[("number", "081299988877")]).await;
    let call = call.location().split('=').nth(1).unwrap().to_owned();
    let fields = [("landmark", "rumah Pak Kancil"), ("type", "Banjir"), ("note", "air setinggi lutut")];
    rina.post(&format!("/112/panggilan/{call}/kejadian"), &fields).await;
    site.db.clock.advance(90 * 1_000_000);
    rina.post("/112/kejadian/1/batal", &[("result", "palsu sekali")]).await;
    for path in ["/112/kejadian/112-0001/putar", "/112/putar"] {
        for lang in ["id", "en"] {
            let page = rina.get(&format!("{path}?lang={lang}")).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.text);
            assert!(page.text.matches("<tr data-at=").count() >= 4, "{}", page.text);
            for never in ["0812", "Kancil", "lutut", "palsu sekali"] {
                assert!(!page.text.contains(never), "{never}: {}", page.text);
            }
        }
    }
    let page = rina.get("/112/kejadian/1/putar").await.text;
    assert!(
        page.contains("Kejadian dibuka") && page.contains("Kejadian dibatalkan") && page.contains("1:30"),
        "{page}"
    );
    assert_eq!(rina.get("/112/kejadian/99/putar").await.status, StatusCode::NOT_FOUND);
    let points = rina.get("/112/putar/peta.geojson").await;
    assert_eq!(points.status, StatusCode::OK, "{}", points.text);
    let mut stranger = site.sign_in_as(Role::Leader, None).await.unwrap();
    assert_eq!(stranger.get("/112/putar").await.status, StatusCode::FORBIDDEN);
}
