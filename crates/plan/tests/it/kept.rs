//! What is kept of the plan is what would be worked out now, whatever is written and however time goes on.

use proptest::prelude::*;
use simpul_kernel::Role;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::clock::HOUR_MICROS;
use simpul_people::testing::House;
use simpul_plan::actions::*;
use simpul_plan::model::{PeriodKind, ProgrammeKind, ProgrammeState};
use simpul_plan::read::{self, Sees};
use simpul_plan::{kept, sql};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

#[derive(Debug, Clone, Copy)]
enum Deed {
    Add,
    Move,
    Report,
    Later(i64),
    Look,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = prop_oneof![
        Just(Deed::Add),
        Just(Deed::Move),
        Just(Deed::Report),
        (1..60i64).prop_map(|hours| Deed::Later(hours * 7)),
        Just(Deed::Look),
    ];
    prop::collection::vec(one, 1..25)
}

async fn live(deeds: Vec<Deed>) {
    let house = House::new(&[simpul_plan::MIGRATIONS]).await.unwrap();
    let planner = house.officer(Role::Planner, None).await.unwrap();
    let officer = house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let db = &house.test.db;
    let ctx = |of: &simpul_kernel::Ctx| house.test.ctx(of.actor.clone());
    let head = PlanHead { name: "Kota Contoh".to_owned(), years: (2025, 2029), ..PlanHead::default() };
    let start = StartPlan { key: Uuid::from_u128(1), framework: "enam-dimensi".to_owned(), head };
    let plan = db.write(&ctx(&planner), start).await.unwrap();
    db.write(&ctx(&planner), PutInForce { plan }).await.unwrap();
    let (calendar, kind, days) = (Calendar::standard(Zone::Wita), PeriodKind::Quarter, Default::default());
    let open = OpenPeriods { plan, year: 2026, kind, first_month: 1, calendar, days };
    db.write(&ctx(&planner), open).await.unwrap();
    let place = house.directory.of(TEST_REGION).await.unwrap();
    let mut count = 0;
    for deed in deeds {
        match deed {
            Deed::Add => {
                count += 1;
                let head = ProgrammeHead {
                    name: format!("Program {count}"),
                    years: (2026, 2026),
                    agency: "Dishub".to_owned(),
                    public: true,
                    ..ProgrammeHead::default()
                };
                let (key, kind) = (Uuid::from_u128(100 + count), ProgrammeKind::QuickWin);
                let add = AddProgramme { key, plan, kind, code: format!("QW-{count}"), head, source: String::new() };
                db.write(&ctx(&planner), add).await.unwrap();
            }
            Deed::Later(hours) => house.test.clock.advance(hours * HOUR_MICROS),
            Deed::Look => {}
            Deed::Move | Deed::Report => {
                let mut conn = db.read(TEST_REGION).await.unwrap();
                let first = sql::plan::programmes(&mut conn, plan).await.unwrap().into_iter().next();
                let periods = sql::progress::periods(&mut conn, plan).await.unwrap();
                drop(conn);
                let Some(first) = first else { continue };
                if matches!(deed, Deed::Move) {
                    let reason = "contoh".to_owned();
                    let to = match first.state {
                        ProgrammeState::Running => ProgrammeState::Stopped,
                        _ => ProgrammeState::Running,
                    };
                    let _ = db.write(&ctx(&planner), MoveProgramme { programme: first.id, to, reason }).await;
                    continue;
                }
                let report = WriteProgress {
                    key: db.env().new_id(),
                    programme: first.id,
                    period: periods[0].id,
                    version: 0,
                    written: simpul_plan::model::Written { sentence: "Jalan".into(), ..Default::default() },
                    values: vec![],
                    live: vec![],
                    submit: true,
                    proof: None,
                };
                let _ = db.write(&ctx(&officer), report).await;
            }
        }
        let mut conn = db.read(TEST_REGION).await.unwrap();
        let now = db.env().now();
        for sees in [Sees::Published, Sees::HandedIn] {
            let known = kept::overview(&mut conn, &place, now, sees).await.unwrap().unwrap();
            let fresh = read::overview(&mut conn, now, Zone::Wita, sees).await.unwrap().unwrap();
            assert_eq!(format!("{known:?}"), format!("{fresh:?}"), "after {deed:?}");
        }
    }
}

#[test]
fn what_is_kept_is_what_would_be_worked_out() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(deeds in deeds())| {
        runtime.block_on(live(deeds));
    });
}
