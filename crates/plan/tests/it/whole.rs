//! A quick win from the plan to its published progress.

use axum::http::StatusCode;
use simpul_kernel::calendar::{Calendar, Zone};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Ctx, Role, Timestamp};
use simpul_people::testing::House;
use simpul_plan::actions::*;
use simpul_plan::model::progress::Step;
use simpul_plan::model::{
    BudgetLine, Counting, Fund, Indicator, Light, PartOfYear, PeriodDays, PeriodKind, ProgrammeKind, ProgrammeState,
    Quantity, Stage, Trajectory, Written,
};
use simpul_plan::read::{self, Sees};
use simpul_plan::sql;
use simpul_shell::testing::TestSite;
use simpul_store::testing::{TEST_REGION, TEST_START};
use simpul_store::{Action, Error};
use uuid::Uuid;

struct Room {
    house: House,
    planner: Ctx,
    secretary: Ctx,
    officer: Ctx,
    plan: Uuid,
    programme: Uuid,
    indicator: Uuid,
}

fn key(number: u128) -> Uuid {
    Uuid::from_u128(number << 64)
}

fn refused(error: &Error) -> &'static str {
    match error {
        Error::Refused(refusal) => refusal.key,
        other => panic!("{other:?}"),
    }
}

fn lamps(programme: Uuid) -> Indicator {
    Indicator {
        definition: "Titik yang menyala pada pemeriksaan malam".to_owned(),
        source: "Dishub".to_owned(),
        counting: Counting::ProgressPositive,
        baseline: Some(Quantity::whole(100)),
        baseline_year: Some(2025),
        ..Indicator::new(programme, "Titik lampu menyala", "titik")
    }
}

/// A plan in force with one quick win of Dishub: 100 lamps at the end of 2025, 500 at the end of 2026.
async fn room() -> Room {
    let house = House::new(&[simpul_plan::MIGRATIONS]).await.unwrap();
    let planner = house.officer(Role::Planner, None).await.unwrap();
    let secretary = house.officer(Role::Secretariat, None).await.unwrap();
    let officer = house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let db = &house.test.db;
    // Written and opened at the beginning of the year: the third quarter is late when the test begins.
    house.test.clock.set(TEST_START.plus_micros(-300 * DAY_MICROS));
    let head = PlanHead { name: "Kota Contoh Cerdas".to_owned(), years: (2025, 2029), ..PlanHead::default() };
    let start = StartPlan { key: key(1), framework: "enam-dimensi".to_owned(), head };
    let plan = db.write(&planner, start).await.unwrap();
    db.write(&planner, PutInForce { plan }).await.unwrap();
    let head = ProgrammeHead {
        name: "Penerangan jalan".to_owned(),
        dimension: "living".to_owned(),
        years: (2026, 2026),
        agency: "Dishub".to_owned(),
        public: true,
        ..ProgrammeHead::default()
    };
    let add = AddProgramme {
        key: key(2),
        plan,
        kind: ProgrammeKind::QuickWin,
        code: String::new(),
        head,
        source: String::new(),
    };
    assert_eq!(db.write(&planner, add).await.unwrap(), "QW-2026-01");
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let programme = sql::plan::programme_by_code(&mut conn, "QW-2026-01").await.unwrap().unwrap().id;
    drop(conn);
    let save = SaveIndicator::new(key(3), lamps(programme));
    let indicator = db.write(&planner, save).await.unwrap();
    let targets = vec![(2026, PartOfYear::YEAR, Some(Quantity::whole(500)))];
    db.write(&planner, SetTargets { indicator, targets, why: String::new() }).await.unwrap();
    let calendar = Calendar::standard(Zone::Wita);
    let open =
        OpenPeriods { plan, year: 2026, kind: PeriodKind::Quarter, first_month: 1, calendar, days: Default::default() };
    assert_eq!(db.write(&planner, open.clone()).await.unwrap(), 4);
    assert_eq!(db.write(&planner, open).await.unwrap(), 0, "what is open is not opened again");
    house.test.clock.set(TEST_START);
    Room { house, planner, secretary, officer, plan, programme, indicator }
}

impl Room {
    async fn by<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output, Error> {
        let ctx = self.house.test.ctx(ctx.actor.clone());
        self.house.test.db.write(&ctx, action).await
    }

    /// The period that is due next after the test's first day: the third quarter is late by then, the fourth not open.
    async fn quarter(&self, number: i64) -> simpul_plan::model::Period {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let periods = sql::progress::periods(&mut conn, self.plan).await.unwrap();
        periods.into_iter().find(|period| period.part == PartOfYear::quarter(number).unwrap()).unwrap()
    }

    async fn at(&self, moment: Timestamp) {
        self.house.test.clock.set(moment);
    }

    fn report(&self, number: u128, period: Uuid, value: Option<i64>, version: i64, submit: bool) -> WriteProgress {
        WriteProgress {
            key: key(number),
            programme: self.programme,
            period,
            version,
            written: Written { sentence: "Tiang sudah berdiri".to_owned(), ..Written::default() },
            values: vec![(self.indicator, 0, value.map(Quantity::whole), String::new())],
            live: Vec::new(),
            submit,
            proof: None,
        }
    }

    async fn stand(&self, sees: Sees) -> read::Stand {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let now = self.house.test.db.env().now();
        let overview = read::overview(&mut conn, now, Zone::Wita, sees).await.unwrap().unwrap();
        overview.stands.into_iter().next().unwrap()
    }
}

/// What is said of what is there already, without a form.
fn over(why: &str) -> Over {
    Over { seen: String::new(), why: why.to_owned() }
}

#[tokio::test]
async fn a_report_is_handed_in_sent_back_checked_and_published() {
    let room = room().await;
    let quarter = room.quarter(4).await;
    room.at(quarter.opens_at).await;
    let silent = room.report(10, quarter.id, None, 0, true);
    let error = room.by(&room.officer, silent).await.unwrap_err();
    assert_eq!(refused(&error), "plan.refused.no_value");
    let far = room.report(11, quarter.id, Some(120), 0, true);
    assert_eq!(refused(&room.by(&room.officer, far).await.unwrap_err()), "plan.progress.ask_far");
    let draft = room.by(&room.officer, room.report(12, quarter.id, Some(480), 0, false)).await.unwrap();
    assert_eq!(room.stand(Sees::HandedIn).await.facts.reached, None, "a draft counts nowhere");
    let handed_in = room.by(&room.officer, room.report(13, quarter.id, Some(480), draft.version, true)).await.unwrap();
    assert!(!handed_in.late);
    let stand = room.stand(Sees::HandedIn).await;
    assert_eq!(stand.indicators[0].expected, Some(Quantity::whole(500)));
    assert_eq!(stand.facts.reached, Some(9_500), "380 of 400 lamps more");
    assert_eq!(room.stand(Sees::Published).await.facts.reached, None, "nobody outside sees it yet");

    let check = |step, version, reason: &str| CheckProgress {
        progress: handed_in.id,
        version,
        step,
        reason: reason.to_owned(),
    };
    let version = handed_in.version;
    let error = room.by(&room.secretary, check(Step::Return, version, " ")).await.unwrap_err();
    assert_eq!(refused(&error), "plan.refused.no_reason");
    room.by(&room.secretary, check(Step::Return, version, "Foto malam belum ada")).await.unwrap();
    let again = room.by(&room.officer, room.report(14, quarter.id, Some(490), version + 1, true)).await.unwrap();
    room.by(&room.secretary, check(Step::Verify, again.version, "")).await.unwrap();
    room.by(&room.secretary, check(Step::Publish, again.version + 1, "")).await.unwrap();
    assert_eq!(room.stand(Sees::Published).await.facts.reached, Some(9_750));
    let after = room.report(15, quarter.id, Some(500), again.version + 2, true);
    assert_eq!(refused(&room.by(&room.officer, after).await.unwrap_err()), "plan.refused.progress_state");

    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let steps = sql::progress::steps(&mut conn, handed_in.id).await.unwrap();
    let reasons: Vec<&str> = steps.iter().map(|step| step.reason.as_str()).filter(|why| !why.is_empty()).collect();
    assert_eq!((steps.len(), reasons), (5, vec!["Foto malam belum ada"]), "the reason stays in the history");
}

#[tokio::test]
async fn a_year_has_one_kind_of_period_and_none_that_is_past_opens() {
    let room = room().await;
    let open = |year, kind, days| OpenPeriods {
        plan: room.plan,
        year,
        kind,
        first_month: 1,
        calendar: Calendar::standard(Zone::Wita),
        days,
    };
    let usual = PeriodDays::default();
    let months = room.by(&room.secretary, open(2026, PeriodKind::Month, usual)).await.unwrap_err();
    assert_eq!(refused(&months), "plan.refused.other_kind");
    let past = room.by(&room.secretary, open(2025, PeriodKind::Month, usual)).await.unwrap_err();
    assert_eq!(refused(&past), "plan.refused.periods_past");
    let wide = PeriodDays { opens_before: 400, ..usual };
    let wide = room.by(&room.secretary, open(2027, PeriodKind::Quarter, wide)).await.unwrap_err();
    assert_eq!(refused(&wide), "plan.refused.period_span");
    let own = PeriodDays { opens_before: 20, due_after: 15, locks_after: 45 };
    room.at(room.quarter(4).await.locks_at.plus_micros(90 * DAY_MICROS)).await;
    assert_eq!(room.by(&room.secretary, open(2027, PeriodKind::Quarter, own)).await.unwrap(), 3, "the first is past");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let periods = sql::progress::periods(&mut conn, room.plan).await.unwrap();
    let third = periods.iter().find(|period| period.name == "Triwulan III 2027").unwrap();
    let days = [third.opens_at, third.due_at, third.locks_at].map(|at| Zone::Wita.date(at).to_string());
    assert_eq!(days, ["2027-09-10", "2027-10-15", "2027-11-15"], "the lock on a Sunday waits for Monday");
}

#[tokio::test]
async fn the_page_and_the_form_expect_the_same_between_targets_that_are_years_apart() {
    let room = room().await;
    let far = Indicator {
        baseline: Some(Quantity::whole(10)),
        baseline_year: Some(2025),
        ..Indicator::new(room.programme, "Titik Wi-Fi", "titik")
    };
    let far = room.by(&room.planner, SaveIndicator::new(key(90), far)).await.unwrap();
    let targets = vec![(2027, PartOfYear::YEAR, Some(Quantity::whole(34)))];
    room.by(&room.planner, SetTargets { indicator: far, targets, why: "Rencana awal".to_owned() }).await.unwrap();
    let quarter = room.quarter(4).await;
    room.at(quarter.opens_at).await;
    let mut report = room.report(91, quarter.id, Some(490), 0, true);
    report.values.push((far, 0, Some(Quantity::whole(20)), String::new()));
    room.by(&room.officer, report).await.unwrap();
    let stand = room.stand(Sees::HandedIn).await;
    let one = stand.indicators.iter().find(|one| one.indicator.id == far).unwrap();
    assert_eq!(one.expected, Some(Quantity::whole(22)), "half the way from 10 to 34");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let targets = sql::indicator::targets(&mut conn, room.programme).await.unwrap();
    let line = Trajectory::new(targets.into_iter().filter(|(id, _)| *id == far).map(|(_, target)| target));
    assert_eq!(line.expected(&one.indicator, 2026, quarter.part), one.expected, "what the form shows");
}

#[tokio::test]
async fn what_is_late_stays_late_and_what_is_locked_takes_nothing() {
    let room = room().await;
    let quarter = room.quarter(3).await;
    room.at(quarter.due_at).await;
    let late = room.by(&room.officer, room.report(20, quarter.id, Some(400), 0, true)).await.unwrap();
    assert!(late.late);
    let other = room.quarter(2).await;
    room.at(quarter.locks_at).await;
    let error = room.by(&room.officer, room.report(21, other.id, Some(300), 0, true)).await.unwrap_err();
    assert_eq!(refused(&error), "plan.refused.period_locked");
    let dishub = room.house.agency("Dishub").await.unwrap();
    let until = Zone::Wita.date(quarter.locks_at.plus_micros(3 * DAY_MICROS));
    let put_off = PutOffLock { period: other.id, agency: dishub, until, zone: Zone::Wita, reason: "Banjir".to_owned() };
    for (days, key) in [(-1, "plan.refused.not_later"), (400, "plan.refused.too_late")] {
        let until = Zone::Wita.date(room.house.test.db.env().now().plus_micros(days * DAY_MICROS));
        let wrong = PutOffLock { until, ..put_off.clone() };
        assert_eq!(refused(&room.by(&room.secretary, wrong).await.unwrap_err()), key, "{until}");
    }
    room.by(&room.secretary, put_off).await.unwrap();
    assert!(room.by(&room.officer, room.report(22, other.id, Some(300), 0, true)).await.unwrap().late);
}

#[tokio::test]
async fn an_agency_speaks_for_itself_alone() {
    let room = room().await;
    let quarter = room.quarter(4).await;
    room.at(quarter.opens_at).await;
    let other = room.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    let other = if room.house.agency("DLH").await.unwrap().is_nil() {
        room.house.officer(Role::AgencyOfficer, Some("Dinkes")).await.unwrap()
    } else {
        other
    };
    for ctx in [&other, &room.secretary, &room.planner] {
        assert!(room.by(ctx, room.report(30, quarter.id, Some(480), 0, true)).await.is_err());
    }
    let error = room.by(&room.officer, OverrideStatus { programme: room.programme, light: None, reason: "x".into() });
    assert_eq!(refused(&error.await.unwrap_err()), "people.refused.not_allowed");
}

#[tokio::test]
async fn a_persons_word_stands_beside_what_is_computed() {
    let room = room().await;
    let word = |light, reason: &str| OverrideStatus { programme: room.programme, light, reason: reason.to_owned() };
    room.by(&room.secretary, word(Some(Light::Red), "Kontraktor mundur")).await.unwrap();
    let stand = room.stand(Sees::HandedIn).await;
    assert_eq!(stand.overridden.map(|word| word.light), Some(Light::Red));
    assert_ne!(stand.status.light, Some(Light::Red));
    room.by(&room.secretary, word(None, "Sudah dapat yang baru")).await.unwrap();
    assert_eq!(room.stand(Sees::HandedIn).await.overridden, None);
}

#[tokio::test]
async fn a_budget_line_is_changed_whole_its_code_put_right_and_none_is_written_twice() {
    let room = room().await;
    let line = |id, ceiling, realised| BudgetLine {
        id,
        programme: room.programme,
        year: 2026,
        code: "2.15.3.2.2.5".to_owned(),
        edition: "Kepmendagri 900".to_owned(),
        name: "Penyediaan perlengkapan jalan".to_owned(),
        fund: Fund::Dau,
        stage: Stage::Dpa,
        ceiling,
        ceiling_changed: None,
        officer_in_charge: "Kabid Lalu Lintas".to_owned(),
        realised,
    };
    let new = SaveBudget::new(line(Uuid::nil(), 500_000_000, vec![(1, 10)]));
    let id = room.by(&room.planner, new.clone()).await.unwrap();
    let twice = room.by(&room.planner, new).await.unwrap_err();
    assert_eq!(refused(&twice), "plan.refused.budget_there", "nothing is written over unseen");
    let changed = line(id, 600_000_000, vec![(1, 10), (2, 20)]);
    room.by(&room.planner, SaveBudget { line: changed, over: over("Perubahan RKPD") }).await.unwrap();
    let lines = async || {
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        sql::indicator::budget(&mut conn, room.programme).await.unwrap()
    };
    let kept = lines().await;
    assert_eq!(kept.len(), 1);
    assert_eq!(
        (kept[0].id, kept[0].code.as_str(), kept[0].ceiling, kept[0].spent_until(12)),
        (id, "2.15.03.2.02.0005", 600_000_000, 30)
    );
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let money = sql::indicator::money(&mut conn, room.plan, 2026).await.unwrap();
    assert_eq!(money, [(room.programme, 600_000_000, 30)]);
    drop(conn);
    room.by(&room.planner, DropBudget { programme: room.programme, line: id, over: over("Batal") }).await.unwrap();
    assert!(lines().await.is_empty());
}

#[tokio::test]
async fn who_moves_a_goal_of_the_plan_in_force_says_why_and_it_is_logged() {
    let room = room().await;
    let aim = |amount: i64, why: &str| SetTargets {
        indicator: room.indicator,
        targets: vec![(2026, PartOfYear::YEAR, Some(Quantity::whole(amount)))],
        why: why.to_owned(),
    };
    let error = room.by(&room.planner, aim(40, "")).await.unwrap_err();
    assert!(matches!(&error, Error::Refused(refusal) if refusal.field == Some("why")), "{error:?}");
    room.by(&room.planner, aim(40, "Anggaran dipotong")).await.unwrap();
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let log = sql::plan::changes(&mut conn, room.plan).await.unwrap();
    let told = log.iter().find(|change| change.what == "plan.log.targets").unwrap();
    assert!(told.why.starts_with("Anggaran dipotong") && told.why.contains("500 → 40"), "{}", told.why);
    assert_eq!(told.programme, Some(room.programme));
    drop(conn);
    // A target that stands as it stood is none that moved.
    room.by(&room.planner, aim(40, "")).await.unwrap();
}

#[tokio::test]
async fn an_indicator_of_the_plan_in_force_becomes_another_with_a_reason_and_not_over_somebody_else_s_change() {
    let room = room().await;
    let stands = async || {
        let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
        sql::indicator::by_id(&mut conn, room.indicator).await.unwrap().unwrap()
    };
    let before = stands().await;
    let save = |number, unit: &str, seen: String, why: &str| SaveIndicator {
        key: key(number),
        indicator: Indicator { counting: Counting::Negative, unit: unit.to_owned(), ..before.clone() },
        over: Over { seen, why: why.to_owned() },
    };
    let seen = mark_of(&before);
    let silent = room.by(&room.planner, save(80, "lampu", seen.clone(), "")).await.unwrap_err();
    assert_eq!(refused(&silent), "form.missing");
    assert_eq!(stands().await, before);
    room.by(&room.planner, save(81, "lampu", seen.clone(), "Salah pilih cara hitung")).await.unwrap();
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let log = sql::plan::changes(&mut conn, room.plan).await.unwrap();
    drop(conn);
    let told = log.iter().find(|change| change.what == "plan.log.indicator" && change.why.starts_with("Salah"));
    let told = &told.unwrap().why;
    assert!(told.contains("cara hitung progres positif → negatif") && told.contains("satuan titik → lampu"), "{told}");
    let stale = room.by(&room.planner, save(82, "unit", seen.clone(), "Lain")).await.unwrap_err();
    assert_eq!(refused(&stale), "plan.refused.stale", "it is no longer what the form was drawn from");
    let drop = DropIndicator { indicator: room.indicator, over: Over { seen, why: "Hapus".to_owned() } };
    assert_eq!(refused(&room.by(&room.planner, drop).await.unwrap_err()), "plan.refused.stale");
    assert_eq!(stands().await.unit, "lampu");
}

#[tokio::test]
async fn what_is_changed_at_the_same_time_is_not_lost() {
    let room = room().await;
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let one = sql::plan::programme(&mut conn, room.programme).await.unwrap().unwrap();
    drop(conn);
    let change = |name: &str| ChangeProgramme {
        programme: room.programme,
        version: one.version,
        head: ProgrammeHead { name: name.to_owned(), years: one.years, ..ProgrammeHead::default() },
        texts: vec![],
        traces: vec![],
        why: "Diperbaiki".to_owned(),
    };
    room.by(&room.planner, change("Pertama")).await.unwrap();
    assert_eq!(refused(&room.by(&room.planner, change("Kedua")).await.unwrap_err()), "plan.refused.stale");
    let stop = MoveProgramme { programme: room.programme, to: ProgrammeState::Done, reason: String::new() };
    assert_eq!(refused(&room.by(&room.planner, stop).await.unwrap_err()), "plan.refused.state");
}

#[tokio::test]
async fn the_pages_tell_citizens_what_is_published_and_agencies_what_they_owe() {
    let rooms = [simpul_plan::MIGRATIONS];
    let build = |builder: simpul_shell::AppBuilder| simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
    let site = TestSite::new(&rooms, simpul_plan::routes(), build).await.unwrap();
    let mut citizen = site.browser();
    assert!(citizen.get("/rencana").await.text.contains("belum diterbitkan"));
    let dishub = site.agency("Dishub").await.unwrap();
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let start =
        [("name", "Kota Contoh Cerdas"), ("framework", "enam-dimensi"), ("from_year", "2025"), ("to_year", "2029")];
    let started = planner.post("/rencana/atur", &start).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    let plan = started.location().to_owned();
    assert_eq!(planner.post(&format!("{plan}/berlaku"), &[]).await.status, StatusCode::SEE_OTHER);
    let add = [
        ("kind", "quick_win"),
        ("name", "Penerangan <b>jalan</b>"),
        ("dimension", "living"),
        ("agency", "Dishub"),
        ("from_year", "2026"),
        ("to_year", "2026"),
    ];
    let added = planner.post(&format!("{plan}/program"), &add).await;
    assert_eq!(added.location(), "/rencana/QW-2026-01/ubah", "{}", added.text);
    let wrong = planner.post("/rencana/QW-2026-01/indikator/baru", &[("name", "Titik"), ("unit", "titik")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let indicator = [
        ("name", "Titik"),
        ("unit", "titik"),
        ("counting", "positive"),
        ("frequency", "quarterly"),
        ("baseline", "1.000"),
    ];
    let saved = planner.post("/rencana/QW-2026-01/indikator/baru", &indicator).await;
    let indicator = saved.location().to_owned();
    let aim = planner.post(&format!("{indicator}/target"), &[("target-2026-0", "2.000,5")]).await;
    assert_eq!(aim.status, StatusCode::SEE_OTHER, "{}", aim.text);
    assert!(planner.get(&indicator).await.text.contains("2.000,5"));
    let mut secretary = site.sign_in_as(Role::Secretariat, None).await.unwrap();
    let open = secretary.post("/rencana/periksa/buka", &[("year", "2026"), ("kind", "quarter")]).await;
    assert_eq!(open.status, StatusCode::SEE_OTHER, "{}", open.text);
    let list = citizen.get("/rencana").await;
    assert!(
        list.text.contains("Penerangan &#60;b&#62;jalan") && list.text.contains("1 belum ada data"),
        "{}",
        list.text
    );
    let mut officer = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    let owed = officer.get("/kotak/laporan-kemajuan").await;
    assert!(owed.text.contains("Triwulan IV 2026 dibuka"), "nothing yet, but when: {}", owed.text);
    assert!(!owed.text.contains("Triwulan III"), "what was past its due day was not opened: {}", owed.text);
    assert_eq!(citizen.get("/rencana.json").await.json()[0]["code"], "QW-2026-01");
    let file = citizen.get("/rencana.csv").await.text;
    let row = file.lines().find(|line| line.starts_with("QW-2026-01,")).unwrap();
    assert!(row.contains("Quick win,"), "words and no codes: {row}");
    assert!(!["running", "planned", "green", "yellow", "living"].iter().any(|code| row.contains(code)), "{row}");
    assert!(citizen.get("/rencana/peran").await.text.contains("Dikerjakan sendiri"));
    assert_eq!(citizen.get("/rencana/qw-2026-01").await.status, StatusCode::OK);
    assert_eq!(citizen.get("/rencana/QW-2026-99").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_published_has_a_door_that_asks_who_comes() {
    let build = |builder: simpul_shell::AppBuilder| simpul_plan::furnish(builder.messages(simpul_plan::MESSAGES));
    let site = TestSite::new(&[simpul_plan::MIGRATIONS], simpul_plan::routes(), build).await.unwrap();
    site.agency("Dishub").await.unwrap();
    let mut planner = site.sign_in_as(Role::Planner, None).await.unwrap();
    let years = [("from_year", "2026"), ("to_year", "2026")];
    let head = [("name", "Kota Contoh"), ("framework", "enam-dimensi")];
    let plan = planner.post("/rencana/atur", &[&head[..], &years[..]].concat()).await.location().to_owned();
    planner.post(&format!("{plan}/berlaku"), &[]).await;
    let one = [("kind", "quick_win"), ("name", "Program tertutup"), ("agency", "Dishub"), ("dimension", "living")];
    let edit = planner.post(&format!("{plan}/program"), &[&one[..], &years[..]].concat()).await.location().to_owned();
    let path = edit.trim_end_matches("/ubah").to_owned();
    let hide =
        [("name", "Program tertutup"), ("agency", "Dishub"), ("dimension", "living"), ("why", "belum diumumkan")];
    let hidden = planner.post(&edit, &[&hide[..], &years[..], &[("version", "1")]].concat()).await;
    assert_eq!(hidden.status, StatusCode::SEE_OTHER, "{}", hidden.text);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let code = path.trim_start_matches("/rencana/");
    let known = sql::plan::programme_by_code(&mut conn, code).await.unwrap().unwrap();
    drop(conn);
    assert!(!known.public, "it stands on no public page yet");
    let mut citizen = site.browser();
    assert_eq!(citizen.get(&path).await.status, StatusCode::NOT_FOUND);
    assert!(!citizen.get("/rencana").await.text.contains("Program tertutup"));
    for door in [format!("{path}/lengkap"), "/rencana/lengkap".to_owned(), format!("{path}/lengkap/lembar")] {
        assert_eq!(citizen.get(&door).await.status, StatusCode::SEE_OTHER, "{door} wants a sign-in");
        let page = planner.get(&door).await;
        assert!(page.status == StatusCode::OK && page.text.contains("Program tertutup"), "{door} {}", page.status);
    }
    assert_eq!(planner.get(&path).await.location(), format!("{path}/lengkap"));
    assert_eq!(
        planner.get("/rencana?lihat=semua&dimensi=living").await.location().split('?').next(),
        Some("/rencana/lengkap")
    );
    let mut caller = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    assert_eq!(caller.get("/rencana/lengkap").await.status, StatusCode::FORBIDDEN);
}
