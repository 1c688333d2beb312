//! The planning offices' forms: taken out, filled in, and taken in again.

use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_plan::actions::*;
use simpul_plan::form_file::{FormFile, read_form};
use simpul_plan::forms::workbook;
use simpul_plan::model::form::FormKind;
use simpul_plan::model::{Masterplan, PartOfYear, ProgrammeKind, Quantity};
use simpul_plan::sql;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Error};
use uuid::Uuid;

struct Room {
    house: House,
    planner: Ctx,
    plan: Masterplan,
    programme: Uuid,
}

async fn room() -> Room {
    let house = House::new(&[simpul_plan::MIGRATIONS]).await.unwrap();
    let planner = house.officer(Role::Planner, None).await.unwrap();
    house.agency("Dishub").await.unwrap();
    let db = &house.test.db;
    let head = PlanHead { name: "Kota Contoh Cerdas".to_owned(), years: (2025, 2029), ..PlanHead::default() };
    let start = StartPlan { key: Uuid::from_u128(1), framework: "enam-dimensi".to_owned(), head };
    let plan = db.write(&planner, start).await.unwrap();
    let head = ProgrammeHead {
        name: "Penerangan jalan".to_owned(),
        dimension: "living".to_owned(),
        years: (2026, 2027),
        agency: "Dishub".to_owned(),
        ..ProgrammeHead::default()
    };
    let (key, kind) = (Uuid::from_u128(2), ProgrammeKind::QuickWin);
    let add = AddProgramme { key, plan, kind, code: "QW-1".to_owned(), head, source: String::new() };
    db.write(&planner, add).await.unwrap();
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let programme = sql::plan::programme_by_code(&mut conn, "QW-1").await.unwrap().unwrap().id;
    let plan = sql::plan::by_id(&mut conn, plan).await.unwrap().unwrap();
    drop(conn);
    Room { house, planner, plan, programme }
}

impl Room {
    async fn write<A: Action>(&self, action: A) -> Result<A::Output, Error> {
        let ctx = self.house.test.ctx(self.planner.actor.clone());
        self.house.test.db.write(&ctx, action).await
    }

    async fn take(&self, rows: &str) -> Result<FormDone, Error> {
        let head = "Kode rekening;Sumber dana;Kode program;Indikator kinerja program;Satuan;Kondisi awal;\
                    Target tahun ke-1;Rp tahun ke-1;Target tahun ke-2;Rp tahun ke-2\n";
        self.take_file(format!("{head}{rows}").as_bytes()).await
    }

    async fn take_file(&self, bytes: &[u8]) -> Result<FormDone, Error> {
        let file = read_form(bytes, self.plan.years).unwrap();
        self.write(ImportForm { plan: self.plan.id, file }).await
    }

    async fn lines(&self) -> Vec<(i64, i64, i64, Vec<(i64, i64)>)> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let budget = sql::indicator::budget(&mut conn, self.programme).await.unwrap();
        budget.into_iter().map(|line| (line.year, line.ceiling, line.ceiling_now(), line.realised)).collect()
    }

    async fn exported(&self, kind: FormKind) -> Vec<u8> {
        let place = self.house.directory.of(TEST_REGION).await.unwrap();
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        let now = self.house.test.db.env().now();
        workbook(&mut conn, (kind, &self.plan, 2026), &place, now).await.unwrap()
    }
}

#[tokio::test]
async fn a_form_brings_indicators_targets_and_ceilings_and_the_same_again_changes_nothing() {
    let room = room().await;
    let rows = "1.3.3.2.02.2;PAD;qw-1;Titik lampu menyala;titik;100;200;1000000;412,5;2000000\n";
    let done = room.take(rows).await.unwrap();
    assert_eq!(done, FormDone { new: 1, changed: 0, lines: 2, mended: 1 });
    assert_eq!(room.take(rows).await.unwrap(), FormDone { mended: 1, ..FormDone::default() });
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let targets = sql::indicator::targets(&mut conn, room.programme).await.unwrap();
    let amounts: Vec<_> = targets.iter().map(|(_, target)| (target.year, target.part, target.amount)).collect();
    let whole = PartOfYear::YEAR;
    assert_eq!(amounts, [(2025, whole, Quantity::whole(200)), (2026, whole, Quantity::parse("412,5").unwrap())]);
    let budget = sql::indicator::budget(&mut conn, room.programme).await.unwrap();
    assert_eq!(budget.iter().map(|line| line.ceiling).collect::<Vec<_>>(), [1_000_000, 2_000_000]);
    drop(conn);
    for kind in FormKind::ALL {
        let exported = room.exported(*kind).await;
        let FormFile { kind: read, rows } = read_form(&exported, room.plan.years).unwrap();
        assert_eq!((read, rows.len()), (*kind, 1));
        assert_eq!(
            room.take_file(&exported).await.unwrap(),
            FormDone::default(),
            "{kind:?} out and in changes nothing"
        );
    }
}

const E79: &str = "Tahun;Kode program;Kode rekening;Sumber dana;Indikator kinerja;Satuan;Target tahun ini (K);\
                   Anggaran tahun ini (Rp);Realisasi triwulan 1 (K);Realisasi triwulan 1 (Rp);\
                   Realisasi triwulan 2 (Rp)\n";

#[tokio::test]
async fn a_quarter_s_money_comes_in_where_no_month_was_told_and_results_by_reports_alone() {
    let room = room().await;
    room.take("1.3.3.2.02.2;PAD;QW-1;Titik;titik;100;200;1000;400;2000\n").await.unwrap();
    let e79 = |rows: &str| format!("{E79}{rows}").into_bytes();
    let done = room.take_file(&e79("2026;QW-1;1.3.3.2.02.2;PAD;Titik;titik;450;2500;;600;0\n")).await.unwrap();
    assert_eq!(done, FormDone { new: 0, changed: 1, lines: 1, mended: 1 });
    let after = [(2025, 1_000, 1_000, vec![]), (2026, 2_000, 2_500, vec![(3, 600)])];
    assert_eq!(room.lines().await, after, "the ceiling that counts, and the quarter in its last month");
    for (row, key) in [
        ("2026;QW-1;1.3.3.2.02.2;PAD;;;;2500;;700;\n", "plan.form.by_month"),
        ("2026;QW-1;1.3.3.2.02.2;DAU;;;;;;700;\n", "plan.form.no_ceiling"),
        ("2026;QW-1;;;Titik;titik;500;;12;;\n", "plan.form.result"),
    ] {
        let error = room.take_file(&e79(row)).await.unwrap_err();
        let Error::Refused(refusal) = error else { panic!("{error:?}") };
        assert_eq!(refusal.key, key, "{row}");
    }
    assert_eq!(room.lines().await, after, "nothing is half taken");
    let first = room.take_file(&e79("2026;QW-1;1.3.3.2.02.2;PAD;;;;2000;;600;40\n")).await.unwrap();
    assert_eq!(first.lines, 1);
    assert_eq!(room.lines().await[1], (2026, 2_000, 2_000, vec![(3, 600), (6, 40)]));
}

#[tokio::test]
async fn one_row_of_a_programme_that_is_not_there_takes_the_whole_form_back() {
    let room = room().await;
    let error = room.take(";;QW-1;Titik;titik;;5;;;\n;;QW-9;Titik;titik;;5;;;\n").await.unwrap_err();
    let Error::Refused(refusal) = error else { panic!("{error:?}") };
    assert_eq!(refusal.key, "plan.form.no_programme");
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    assert!(sql::indicator::of(&mut conn, room.programme).await.unwrap().is_empty(), "nothing is half taken");
}
