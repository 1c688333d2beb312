//! The plan in a meeting: the slides on the page are those of the deck.

use std::collections::BTreeSet;
use std::io::{Cursor, Read};

use axum::http::StatusCode;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::{Ctx, Role};
use simpul_plan::actions::{
    AddProgramme, OpenPeriods, PlanHead, ProgrammeHead, PutInForce, SaveIndicator, SetTargets, StartPlan, WriteProgress,
};
use simpul_plan::model::{Counting, Indicator, PartOfYear, PeriodKind, ProgrammeKind, Quantity, Written};
use simpul_plan::sql;
use simpul_store::Action;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use crate::scene::Scene;

const ASKED: &str = "Pergeseran anggaran lewat TAPD";
const NAME: &str = "Penerangan jalan poros";

async fn by<A: Action>(scene: &Scene, ctx: &Ctx, action: A) -> A::Output {
    let ctx = scene.site.db.ctx(ctx.actor.clone());
    scene.site.db.db.write(&ctx, action).await.unwrap()
}

fn lamps(programme: Uuid) -> Indicator {
    Indicator {
        counting: Counting::ProgressPositive,
        baseline: Some(Quantity::whole(100)),
        baseline_year: Some(2025),
        ..Indicator::new(programme, "Titik lampu menyala", "titik")
    }
}

/// A plan with one quick win of Dishub, of which 1,375 of 1,500 lamps are handed in and not published.
async fn planned() -> Scene {
    let (scene, _) = Scene::filled().await;
    let system = scene.system();
    let head = PlanHead { name: "Kota Contoh Cerdas".to_owned(), years: (2025, 2029), ..PlanHead::default() };
    let start = StartPlan { key: Uuid::from_u128(1), framework: "enam-dimensi".to_owned(), head };
    let plan = by(&scene, &system, start).await;
    by(&scene, &system, PutInForce { plan }).await;
    let head = ProgrammeHead {
        name: NAME.to_owned(),
        dimension: "living".to_owned(),
        years: (2026, 2027),
        agency: "Dishub".to_owned(),
        public: true,
        ..ProgrammeHead::default()
    };
    let (key, kind) = (Uuid::from_u128(2), ProgrammeKind::QuickWin);
    let add = AddProgramme { key, plan, kind, code: "QW-1".to_owned(), head, source: String::new() };
    by(&scene, &system, add).await;
    let mut conn = scene.site.db.db.read(TEST_REGION).await.unwrap();
    let programme = sql::plan::programme_by_code(&mut conn, "QW-1").await.unwrap().unwrap().id;
    drop(conn);
    let save = SaveIndicator::new(Uuid::from_u128(3), lamps(programme));
    let indicator = by(&scene, &system, save).await;
    let targets = vec![(2026, PartOfYear::YEAR, Some(Quantity::whole(1_500)))];
    by(&scene, &system, SetTargets { indicator, targets, why: String::new() }).await;
    let calendar = Calendar::standard(Zone::Wita);
    let open =
        OpenPeriods { plan, year: 2026, kind: PeriodKind::Quarter, first_month: 1, calendar, days: Default::default() };
    by(&scene, &system, open).await;
    let mut conn = scene.site.db.db.read(TEST_REGION).await.unwrap();
    let periods = sql::progress::periods(&mut conn, plan).await.unwrap();
    drop(conn);
    let last = periods.into_iter().find(|period| period.part == PartOfYear::quarter(4).unwrap()).unwrap();
    scene.site.db.clock.set(last.opens_at);
    let write = WriteProgress {
        key: Uuid::from_u128(4),
        programme,
        period: last.id,
        version: 0,
        written: Written { sentence: "Tiang berdiri".into(), decision: ASKED.into(), ..Written::default() },
        values: vec![(indicator, 0, Some(Quantity::whole(1_375)), String::new())],
        live: Vec::new(),
        submit: true,
        proof: None,
    };
    by(&scene, &system, write).await;
    scene
}

/// What a deck says, slide by slide.
fn said(deck: &[u8]) -> Vec<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(deck)).unwrap();
    let mut slides = Vec::new();
    for at in 1.. {
        let Ok(mut file) = archive.by_name(&format!("ppt/slides/slide{at}.xml")) else { break };
        let mut xml = String::new();
        file.read_to_string(&mut xml).unwrap();
        let texts = xml.split("<a:t>").skip(1).filter_map(|rest| rest.split_once("</a:t>"));
        slides.push(texts.map(|(text, _)| text.to_owned()).collect::<Vec<_>>().join(" "));
    }
    slides
}

/// The numbers of a text, as they are written.
fn numbers(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || ".,".contains(c)));
    let words = words.map(|word| word.trim_matches(['.', ',']).to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

#[tokio::test]
async fn every_number_of_a_deck_stands_on_the_page_of_the_meeting() {
    let scene = planned().await;
    let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
    for query in ["?", "?dimensi=living&", "?jenis=kunjungan&"] {
        let page = leader.get(&format!("/pimpinan/paparan{query}cetak=1")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        let deck = leader.get(&format!("/pimpinan/paparan.pptx{query}")).await;
        assert_eq!(deck.status, StatusCode::OK);
        let slides = said(&deck.body);
        assert!(slides.len() >= 4, "{slides:?}");
        // The slide's own number at its foot is the only one that a page has no use for.
        let known = numbers(&page.text);
        for slide in &slides {
            let foot = slides.len().to_string();
            let strange: Vec<String> = numbers(slide).difference(&known).cloned().collect();
            assert!(strange.iter().all(|one| *one <= foot && one.len() <= 2), "{query} {strange:?} in {slide}");
        }
        assert!(slides.iter().any(|slide| slide.contains(NAME)), "{query} {slides:?}");
    }
}

#[tokio::test]
async fn a_meeting_sees_what_was_handed_in_and_visitors_what_was_published() {
    let scene = planned().await;
    let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
    let meeting = leader.get("/pimpinan/paparan?cetak=1").await.text;
    assert!(meeting.contains("1.375 titik") && meeting.contains(ASKED), "{meeting}");
    let visit = leader.get("/pimpinan/paparan?cetak=1&jenis=kunjungan").await.text;
    assert!(!visit.contains("1.375") && !visit.contains(ASKED) && visit.contains(NAME), "{visit}");
}

#[tokio::test]
async fn one_slide_is_shown_at_a_time_and_the_links_turn_them() {
    let scene = planned().await;
    let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
    let first = leader.get("/pimpinan/paparan").await.text;
    assert_eq!(first.matches("<section class=\"slide").count(), 1, "{first}");
    assert!(first.contains(r#"rel="next""#) && !first.contains(r#"rel="prev""#), "{first}");
    let second = leader.get("/pimpinan/paparan?slide=2").await.text;
    assert!(second.contains(ASKED) && second.contains(r#"rel="prev""#), "{second}");
    let last = leader.get("/pimpinan/paparan?slide=4000").await.text;
    assert!(!last.contains(r#"rel="next""#) && last.contains(r#"rel="prev""#), "{last}");
}

#[tokio::test]
async fn only_who_reads_the_leaders_sheet_gets_the_slides() {
    let scene = planned().await;
    for path in ["/pimpinan/paparan", "/pimpinan/paparan.pptx"] {
        let officer = scene.site.sign_in_as(Role::AgencyOfficer, Some(scene.agency)).await.unwrap().get(path).await;
        assert_eq!(officer.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(scene.site.browser().get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }
}
