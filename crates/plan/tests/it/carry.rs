//! Words change: a framework of the region's own, and a plan that goes on in another.

use axum::http::StatusCode;
use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_plan::actions::*;
use simpul_plan::model::carry::Mapping;
use simpul_plan::model::draft::Draft;
use simpul_plan::model::framework::read_terms;
use simpul_plan::model::{Indicator, Masterplan, PartOfYear, ProgrammeKind, ProgrammeState, Quantity, TermKind};
use simpul_plan::sql;
use simpul_shell::testing::TestSite;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error};
use uuid::Uuid;

use crate::progress_file::upload;

struct Room {
    house: House,
    planner: Ctx,
    plan: Uuid,
}

impl Room {
    async fn write<A: Action>(&self, action: A) -> Result<A::Output, Error> {
        let ctx = self.house.test.ctx(self.planner.actor.clone());
        self.house.test.db.write(&ctx, action).await
    }

    async fn add(&self, name: &str, code: &str, (dimension, part): (&str, &str)) -> Uuid {
        let head = ProgrammeHead {
            name: name.to_owned(),
            dimension: dimension.to_owned(),
            subdimension: part.to_owned(),
            years: (2026, 2027),
            ..ProgrammeHead::default()
        };
        let (key, kind) = (self.house.test.ctx(self.planner.actor.clone()).new_id(), ProgrammeKind::QuickWin);
        let add = AddProgramme { key, plan: self.plan, kind, code: code.to_owned(), head, source: String::new() };
        self.write(add).await.unwrap();
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::plan::programme_by_code(&mut conn, code).await.unwrap().unwrap().id
    }

    fn carry(&self, years: (i64, i64), mapping: &[(TermKind, &str, &str)]) -> CarryOver {
        let word = |(kind, from, to): &(TermKind, &str, &str)| (*kind, (*from).to_owned(), (*to).to_owned());
        CarryOver {
            key: self.house.test.ctx(self.planner.actor.clone()).new_id(),
            plan: self.plan,
            framework: "enam-dimensi-mobilitas".to_owned(),
            name: "Masterplan kedua".to_owned(),
            years,
            mapping: Mapping(mapping.iter().map(word).collect()),
        }
    }
}

async fn room() -> Room {
    let house = House::new(&[simpul_plan::MIGRATIONS]).await.unwrap();
    let planner = house.officer(Role::Planner, None).await.unwrap();
    let head = PlanHead { name: "Masterplan pertama".to_owned(), years: (2025, 2029), ..PlanHead::default() };
    let start = StartPlan { key: Uuid::from_u128(1), framework: "enam-dimensi".to_owned(), head };
    let plan = house.test.db.write(&planner, start).await.unwrap();
    Room { house, planner, plan }
}

async fn plan_of(room: &Room, id: Uuid) -> Masterplan {
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    sql::plan::by_id(&mut conn, id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_plan_goes_on_in_other_words_with_what_is_not_over() {
    let room = room().await;
    let bus = room.add("Angkutan umum", "QW-1", ("living", "mobility")).await;
    let gate = room.add("Tugu batas", "QW-2", ("branding", "appearance")).await;
    let over = room.add("Sudah jadi", "QW-3", ("living", "health")).await;
    for to in [ProgrammeState::Running, ProgrammeState::Done] {
        room.write(MoveProgramme { programme: over, to, reason: String::new() }).await.unwrap();
    }
    let measured = Indicator::new(bus, "Penumpang", "orang");
    let indicator = room.write(SaveIndicator::new(Uuid::from_u128(2), measured)).await.unwrap();
    let year = PartOfYear::YEAR;
    let targets = vec![((2026, year), Some(Quantity::whole(10))), ((2027, year), Some(Quantity::whole(20)))];
    let targets = targets.into_iter().map(|((year, part), amount)| (year, part, amount)).collect();
    room.write(SetTargets { indicator, targets, why: String::new() }).await.unwrap();
    let plan = plan_of(&room, room.plan).await;
    let strategy = |dimension: &str, body: &str| (dimension.to_owned(), body.to_owned());
    let strategies = vec![strategy("branding", "Tugu"), strategy("living", "Hidup")];
    let head = PlanHead { name: plan.name, years: plan.years, ..PlanHead::default() };
    let change = ChangePlan { plan: room.plan, version: 1, head, strategies, why: String::new() };
    room.write(change).await.unwrap();

    let mapping = [(TermKind::Subdimension, "mobility", "dimension:mobility")];
    let carried = room.write(room.carry((2027, 2031), &mapping)).await.unwrap();
    assert_eq!((carried.programmes, carried.over, carried.without_dimension), (2, 1, 1));
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let there = sql::plan::programmes(&mut conn, carried.plan).await.unwrap();
    let told: Vec<_> = there.iter().map(|one| (one.name.as_str(), one.code.as_str(), one.dimension.as_str())).collect();
    assert_eq!(told, [("Tugu batas", "QW-2027-01", ""), ("Angkutan umum", "QW-2027-02", "mobility")]);
    assert!(there.iter().all(|one| one.years == (2027, 2027) && one.subdimension.is_empty()));
    let indicators = sql::indicator::of(&mut conn, there[1].id).await.unwrap();
    assert_eq!(indicators.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["Penumpang"]);
    let targets = sql::indicator::targets(&mut conn, there[1].id).await.unwrap();
    assert_eq!(
        targets.iter().map(|(_, one)| (one.year, one.amount)).collect::<Vec<_>>(),
        [(2027, Quantity::whole(20))]
    );
    let strategies = sql::plan::strategies(&mut conn, carried.plan).await.unwrap();
    assert_eq!(strategies, [strategy("living", "Hidup")]);
    // The old plan stays as it was.
    let old = sql::plan::programmes(&mut conn, room.plan).await.unwrap();
    assert_eq!(old.iter().map(|one| one.id).collect::<Vec<_>>(), [gate, bus, over]);
    drop(conn);
    room.write(PutInForce { plan: room.plan }).await.unwrap();
    room.write(PutInForce { plan: carried.plan }).await.unwrap();
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::plan::in_force(&mut conn).await.unwrap().map(|plan| plan.id), Some(carried.plan));
}

#[tokio::test]
async fn a_word_that_the_other_framework_lacks_is_refused_and_nothing_is_made() {
    let room = room().await;
    room.add("Tugu batas", "QW-2", ("branding", "appearance")).await;
    let mapping = [(TermKind::Dimension, "branding", "city")];
    let error = room.write(room.carry((2030, 2034), &mapping)).await.unwrap_err();
    assert!(matches!(error, Error::Refused(refusal) if refusal.key == "plan.refused.no_term"));
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::plan::all(&mut conn).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_region_brings_a_framework_of_its_own_once() {
    let room = room().await;
    let terms = read_terms(b"jenis,kode,induk,nama\ndimensi,kota,,Kota\n").unwrap();
    let add = |key: u128, code: &str| AddFramework {
        key: Uuid::from_u128(key),
        code: code.to_owned(),
        name: "Kerangka kami".to_owned(),
        source: String::new(),
        terms: terms.clone(),
    };
    room.write(add(5, "Kami-2030")).await.unwrap();
    let refused = |error: Error| match error {
        Error::Refused(refusal) => refusal.key,
        other => panic!("{other:?}"),
    };
    for (code, key) in [
        ("kami-2030", "plan.framework.refused.taken"),
        ("enam-dimensi-mobilitas", "plan.framework.refused.taken"),
        ("kami 2030", "plan.framework.refused.framework_code"),
    ] {
        assert_eq!(refused(room.write(add(6, code)).await.unwrap_err()), key, "{code}");
    }
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let kept = sql::framework::by_code(&mut conn, "kami-2030").await.unwrap().unwrap();
    assert_eq!(kept.terms, terms);
}

#[tokio::test]
async fn a_planner_brings_words_and_quick_wins_by_file_and_carries_a_plan_over_on_the_pages() {
    let build = |builder: simpul_shell::AppBuilder| simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
    let site = TestSite::new(&[simpul_plan::MIGRATIONS], simpul_plan::routes(), build).await.unwrap();
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let head = [("name", "Kota Cerdas"), ("framework", "enam-dimensi"), ("from_year", "2025"), ("to_year", "2029")];
    let plan = planner.post("/rencana/atur", &head).await.location().to_owned();

    // A file with a wrong row: told by row, nothing taken; then without it.
    let region = "73.22";
    let file = format!(
        "kode_wilayah,tahun,quick_win,dimensi\n{region},2026,Lampu jalan,Smart Living\n{region},kapan,Tanpa tahun,\n"
    );
    let path = format!("{plan}/berkas");
    let answer = upload(&mut planner, &path, &[], file.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Baris 3"), "{}", answer.text);
    let answer = upload(&mut planner, &path, &[("skip_bad", "1")], file.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text.contains("1 quick win baru"), "{}", answer.text);
    let answer = upload(&mut planner, &path, &[("skip_bad", "1")], file.as_bytes()).await;
    assert!(answer.text.contains("0 quick win baru, 1 sudah ada"), "{}", answer.text);
    let answer = upload(&mut planner, &path, &[], b"").await;
    assert!(answer.text.contains("Pilih berkasnya"));

    // A framework of the region's own, and the plan goes on in it.
    let words = b"jenis,kode,induk,nama\ndimensi,kota,,Kota yang hidup\n";
    let about = [("name", "Kerangka kami"), ("code", "kami-2030")];
    let answer = upload(&mut planner, "/rencana/kerangka", &about, words).await;
    assert!(answer.status.is_redirection(), "{}", answer.text);
    assert!(planner.get("/rencana/kerangka").await.text.contains("Kota yang hidup"));
    let path = format!("{plan}/terusan");
    let page = planner.get(&format!("{path}?kerangka=kami-2030")).await.text;
    assert!(page.contains(r#"name="term-dimension-living""#) && page.contains("Kota yang hidup"), "{page}");
    let chosen = [
        ("kerangka", "kami-2030"),
        ("name", "Kota Cerdas II"),
        ("from_year", "2030"),
        ("to_year", "2034"),
        ("term-dimension-living", "kota"),
    ];
    let answer = planner.post(&path, &chosen).await;
    assert!(answer.status.is_redirection(), "{}", answer.text);
    let next = planner.get(answer.location()).await.text;
    assert!(next.contains("Lampu jalan") && next.contains("1 program diteruskan, 0 tidak ikut, 0 tanpa dimensi"));
    let again = planner.get(&format!("{path}?kerangka=kami-2030")).await.text;
    assert!(again.contains(r#"<option value="kota" selected"#), "what was chosen once is offered again");
    let dishub = site.agency("Dishub").await.unwrap();
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    for path in [path.as_str(), "/rencana/kerangka"] {
        assert_eq!(officer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn what_a_form_shows_and_nobody_touches_stays_as_it_is() {
    let build = |builder: simpul_shell::AppBuilder| simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
    let site = TestSite::new(&[simpul_plan::MIGRATIONS], simpul_plan::routes(), build).await.unwrap();
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let years = [("from_year", "2026"), ("to_year", "2026")];
    let head = [("name", "Kota Cerdas"), ("framework", "enam-dimensi")];
    let plan = planner.post("/rencana/atur", &[&head[..], &years[..]].concat()).await.location().to_owned();
    planner.post(&format!("{plan}/berlaku"), &[]).await;
    let one = [("kind", "quick_win"), ("name", "Lampu jalan"), ("dimension", "living")];
    let edit = planner.post(&format!("{plan}/program"), &[&one[..], &years[..]].concat()).await.location().to_owned();
    let public = edit.trim_end_matches("/ubah").to_owned();
    assert_eq!(site.browser().get(&public).await.status, StatusCode::OK);
    let form = planner.get(&edit).await.text;
    assert!(form.contains(r#"name="public" value="1" checked"#), "the box shows what is: {form}");
    let indicator = [("name", "Titik"), ("unit", "titik"), ("counting", "positive"), ("by_district", "1")];
    let at = planner.post(&format!("{public}/indikator/baru"), &indicator).await.location().to_owned();
    let form = planner.get(&at).await.text;
    assert!(form.contains(r#"name="by_district" value="1" checked"#), "{form}");
}

#[tokio::test]
async fn a_file_that_tells_of_what_stands_there_in_a_year_of_it_adds_nothing() {
    let room = room().await;
    room.add("Lampu jalan", "QW-1", ("living", "")).await;
    let draft = |years| Draft { name: "lampu Jalan".to_owned(), years, ..Draft::default() };
    let drafts = vec![draft((2026, 2026)), draft((2028, 2028))];
    let done = room.write(ImportDrafts { plan: room.plan, drafts }).await.unwrap();
    assert_eq!((done.known, done.new.len()), (1, 1), "its years are 2026 and 2027");
}
