//! The operation centre's stage: who confirms it, what it opens, and who is told.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::StatusCode;
use serde_json::Value;
use simpul_emergency::actions::{
    AddUnit, ConfirmStage, DropProtocol, EndItem, OpenIncident, SaveProtocol, SeedProtocols, SeedTypes,
};
use simpul_emergency::model::stage::Stage;
use simpul_emergency::model::{Site, Victims};
use simpul_emergency::{sql, stage};
use simpul_kernel::clock::MINUTE_MICROS;
use simpul_kernel::{Actor, ActorKind, Ctx, Grant, Role};
use simpul_people::{KeyScope, NewApiKey};
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, journal};
use uuid::Uuid;

const MASAMBA: i64 = 732_203;

async fn scene() -> (TestSite, Uuid) {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let system = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&system, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    site.db.db.write(&system, SeedTypes).await.unwrap();
    site.db.db.write(&system, SeedProtocols).await.unwrap();
    let agency = site.agency("BPBD").await.unwrap();
    (site, agency)
}

fn officer(site: &TestSite, role: Role, agency: Option<Uuid>) -> Ctx {
    let grants = vec![Grant { role, agency }];
    site.db.ctx(Actor { kind: ActorKind::Officer(Uuid::from_u128(7)), grants })
}

fn confirm(level: i64, district: Option<i64>) -> ConfirmStage {
    static KEYS: AtomicU64 = AtomicU64::new(1);
    let stage = Stage::new(level).unwrap();
    let key = Uuid::from_u128(u128::from(KEYS.fetch_add(1, Ordering::Relaxed)) << 64);
    ConfirmStage { key, district, stage, note: "hujan lebat di hulu".to_owned() }
}

async fn opens(site: &TestSite, kind: &str) {
    let system = site.db.ctx(Actor::system("test"));
    let place = Site { district: Some(MASAMBA), ..Site::default() };
    let open = OpenIncident {
        key: site.db.db.env().new_id(),
        call: None,
        kind: kind.to_owned(),
        priority: None,
        site: place,
        victims: Victims::Unknown,
        note: String::new(),
    };
    site.db.db.write(&system, open).await.unwrap();
}

#[tokio::test]
async fn simpul_proposes_with_its_reasons_and_only_the_officer_on_duty_confirms() {
    let (site, _) = scene().await;
    for _ in 0..2 {
        opens(&site, "drowning").await;
    }
    let now = site.db.db.env().now();
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let proposal = stage::proposal(&mut conn, None, now).await.unwrap();
    assert_eq!((proposal.stage.level(), proposal.reasons.len()), (2, 1));
    assert_eq!(stage::proposal(&mut conn, Some(1), now).await.unwrap().stage, Stage::NORMAL, "another district's");
    assert_eq!(stage::in_force(&mut conn).await.unwrap().stage(), Stage::NORMAL, "a proposal is in force for nobody");
    drop(conn);
    for role in Role::ALL {
        let done = site.db.db.write(&officer(&site, role, None), confirm(2, None)).await;
        assert_eq!(done.is_ok(), role == Role::DutyOfficer, "{role:?}: {done:?}");
    }
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let found = stage::in_force(&mut conn).await.unwrap();
    let region = found.region.clone().unwrap();
    assert_eq!((region.stage.level(), region.proposed.level(), region.reasons.len()), (2, 2, 1));
    assert_eq!(region.by, format!("officer:{}", Uuid::from_u128(7)));
}

#[tokio::test]
async fn a_stage_opens_its_checklist_with_one_owner_and_one_deadline_each_and_the_way_down_drops_what_is_left() {
    let (site, bpbd) = scene().await;
    let duty = officer(&site, Role::DutyOfficer, None);
    let done = site.db.db.write(&duty, confirm(3, None)).await.unwrap();
    assert_eq!(done.opened, 9, "those of stage 2 and of stage 3");
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let items = sql::stage::open_items(&mut conn).await.unwrap();
    drop(conn);
    assert_eq!(items.len(), 9);
    assert!(
        items.iter().all(|item| item.agency.is_some() != item.officer.is_some() && item.due > site.db.db.env().now())
    );
    let of_agency: Vec<_> = items.iter().filter(|item| item.agency == Some(bpbd)).collect();
    assert_eq!(of_agency.len(), 2, "agencies that the region does not have leave theirs to whoever confirms");

    let stranger = officer(&site, Role::AgencyOfficer, Some(Uuid::from_u128(99)));
    let refused = site.db.db.write(&stranger, EndItem { item: of_agency[0].id }).await.unwrap_err();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    let own = officer(&site, Role::AgencyOfficer, Some(bpbd));
    site.db.db.write(&own, EndItem { item: of_agency[0].id }).await.unwrap();
    assert!(site.db.db.write(&own, EndItem { item: of_agency[0].id }).await.is_err(), "it is over");

    site.db.clock.advance(31 * MINUTE_MICROS);
    assert_eq!(
        site.db.db.write(&duty, confirm(3, None)).await.unwrap().opened,
        0,
        "the same stage opens nothing twice"
    );
    site.db.db.write(&duty, confirm(1, None)).await.unwrap();
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    assert!(sql::stage::open_items(&mut conn).await.unwrap().is_empty());
    let ended = sql::stage::ended_items(&mut conn, simpul_kernel::Timestamp(0)).await.unwrap();
    assert_eq!((ended.len(), ended.iter().filter(|item| item.done).count()), (9, 1));
    let history = sql::stage::history(&mut conn, simpul_kernel::Timestamp(0), 10).await.unwrap();
    let levels: Vec<i64> = history.iter().map(|one| one.stage.level()).collect();
    assert_eq!(levels, [1, 3, 3], "nothing of the history is lost");
}

#[tokio::test]
async fn a_district_has_its_own_stage_beside_the_regions() {
    let (site, _) = scene().await;
    let duty = officer(&site, Role::DutyOfficer, None);
    site.db.db.write(&duty, confirm(4, Some(MASAMBA))).await.unwrap();
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let found = stage::in_force(&mut conn).await.unwrap();
    assert_eq!((found.stage().level(), found.of(Some(MASAMBA)).level(), found.of(Some(1)).level()), (1, 4, 1));
    drop(conn);
    let public = site.browser().get("/kesiagaan").await;
    assert!(public.text.contains("Kec. Masamba: 4 dari 5"), "{}", public.text);
    site.db.db.write(&duty, confirm(1, Some(MASAMBA))).await.unwrap();
    assert!(!site.browser().get("/kesiagaan").await.text.contains("4 dari 5 –"));
}

#[tokio::test]
async fn citizens_read_the_number_what_it_means_and_what_to_do_and_never_the_words_of_others() {
    let (site, _) = scene().await;
    let before = site.browser().get("/kesiagaan").await;
    assert_eq!(before.status, StatusCode::OK, "{}", before.text);
    assert!(before.text.contains("Tingkat kesiagaan COC: 1 dari 5"));
    let duty = officer(&site, Role::DutyOfficer, None);
    site.db.db.write(&duty, confirm(2, None)).await.unwrap();
    for (lang, line, advice) in [
        ("id", "Tingkat kesiagaan COC: 2 dari 5", "Ikuti kabar resmi"),
        ("en", "Operation centre stage: 2 of 5", "Follow official news"),
    ] {
        let page = site.browser().get(&format!("/kesiagaan?lang={lang}")).await.text;
        assert!(page.contains(line) && page.contains(advice) && page.contains("hujan lebat di hulu"), "{page}");
        for word in ["Waspada", "Siaga", "Awas"] {
            assert!(!page.contains(word), "{word}: {page}");
        }
    }
}

#[tokio::test]
async fn the_pages_confirm_and_keep_the_lists_by_forms_and_name_the_field_that_is_wrong() {
    let (site, _) = scene().await;
    let mut duty = site.sign_in_as(Role::DutyOfficer, None).await.unwrap();
    let wrong = duty.post("/112/kesiagaan", &[("level", "6"), ("note", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let wrong = duty.post("/112/kesiagaan", &[("level", "2"), ("note", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "what the public is told has a reason");
    let wrong = duty.post("/112/kesiagaan", &[("level", "2"), ("district", "1"), ("note", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = duty.post("/112/kesiagaan", &[("level", "2"), ("district", ""), ("note", "hujan <b>lebat")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = duty.get("/112/kesiagaan").await.text;
    assert!(page.contains("2 dari 5") && !page.contains("<b>lebat"), "{page}");
    let item = page.split("/112/kesiagaan/tindakan/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    assert_eq!(duty.post(&format!("/112/kesiagaan/tindakan/{item}/selesai"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(duty.get("/112/kesiagaan/daftar").await.status, StatusCode::FORBIDDEN);

    let mut keeper = site.sign_in_as(Role::Supervisor, None).await.unwrap();
    assert_eq!(keeper.post("/112/kesiagaan", &[("level", "1")]).await.status, StatusCode::FORBIDDEN);
    let step = [("level", "2"), ("body", "Periksa genset"), ("owner", "BPBD"), ("minutes", "0")];
    assert_eq!(keeper.post("/112/kesiagaan/daftar", &step).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let step = [("level", "2"), ("body", "Periksa genset"), ("owner", "BPBD"), ("minutes", "20")];
    assert_eq!(keeper.post("/112/kesiagaan/daftar", &step).await.status, StatusCode::SEE_OTHER);
    let words = [("level", "2"), ("meaning", "Sungai naik."), ("advice", "Jauhi bantaran.")];
    assert_eq!(keeper.post("/112/kesiagaan/panduan", &words).await.status, StatusCode::SEE_OTHER);
    let lists = keeper.get("/112/kesiagaan/daftar").await.text;
    assert!(lists.contains("Periksa genset") && lists.contains("Jauhi bantaran."), "{lists}");
    assert!(
        site.browser().get("/kesiagaan").await.text.contains("Jauhi bantaran."),
        "citizens read the region's words"
    );
}

#[tokio::test]
async fn a_step_that_is_changed_keeps_its_place_and_one_that_is_dropped_is_gone() {
    let (site, _) = scene().await;
    let system = site.db.ctx(Actor::system("test"));
    let first = {
        let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
        sql::stage::protocols(&mut conn).await.unwrap()[0].clone()
    };
    let changed = SaveProtocol {
        id: Some(first.id),
        stage: first.stage,
        body: "Lain".to_owned(),
        owner: String::new(),
        minutes: 5,
    };
    site.db.db.write(&system, changed).await.unwrap();
    let protocols = {
        let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
        sql::stage::protocols(&mut conn).await.unwrap()
    };
    assert_eq!((protocols[0].id, protocols[0].body.as_str()), (first.id, "Lain"));
    site.db.db.write(&system, DropProtocol { id: first.id }).await.unwrap();
    assert!(matches!(site.db.db.write(&system, DropProtocol { id: first.id }).await, Err(Error::NotFound(_))));
    assert_eq!(site.db.db.write(&system, SeedProtocols).await.unwrap(), 0, "a region keeps its own lists");
}

#[tokio::test]
async fn programs_read_the_stage_and_the_journal_holds_numbers_only() {
    let (site, agency) = scene().await;
    let system = site.db.ctx(Actor::system("test"));
    let add = AddUnit { agency, call_sign: "TRC-1".to_owned(), kind: "disaster".to_owned(), base: None };
    site.db.db.write(&system, add).await.unwrap();
    site.db.db.write(&officer(&site, Role::DutyOfficer, None), confirm(2, None)).await.unwrap();
    let new = NewApiKey {
        name: "konsol".to_owned(),
        scopes: vec![KeyScope::Write],
        agency: None,
        expires_at: None,
        per_minute: None,
    };
    let (_, key) = site.app.doorman.new_api_key(&system, new).await.unwrap();
    let mut program = site.browser().with("authorization", &format!("Bearer {key}"));
    let answer: Value = program.get("/api/v1/emergency/stage").await.json();
    assert_eq!((&answer["level"], &answer["of"], &answer["proposal"]["level"]), (&2.into(), &5.into(), &1.into()));
    assert_eq!(answer["note"], "hujan lebat di hulu");
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let lines = journal::lines_after(&mut conn, 0, 1_000).await.unwrap();
    let line = lines.iter().find(|line| line.kind == "stage.confirmed").unwrap();
    assert!(line.body.contains("\"level\":2") && !line.body.contains("hujan"), "{}", line.body);
}
