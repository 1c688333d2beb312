//! The planning offices' forms: taken out, filled in, and taken in again.

use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_plan::actions::*;
use simpul_plan::forms::{read_tc14, workbook};
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
        let rows = read_tc14(format!("{head}{rows}").as_bytes(), self.plan.years).unwrap();
        self.write(ImportForm { plan: self.plan.id, rows }).await
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
    assert_eq!(done, FormDone { new: 1, changed: 0, ceilings: 2 });
    assert_eq!(room.take(rows).await.unwrap(), FormDone::default());
    let mut conn = room.house.test.db.read(TEST_REGION).await.unwrap();
    let targets = sql::indicator::targets(&mut conn, room.programme).await.unwrap();
    let amounts: Vec<_> = targets.iter().map(|(_, target)| (target.year, target.part, target.amount)).collect();
    let whole = PartOfYear::YEAR;
    assert_eq!(amounts, [(2025, whole, Quantity::whole(200)), (2026, whole, Quantity::parse("412,5").unwrap())]);
    let budget = sql::indicator::budget(&mut conn, room.programme).await.unwrap();
    assert_eq!(budget.iter().map(|line| line.ceiling).collect::<Vec<_>>(), [1_000_000, 2_000_000]);
    drop(conn);
    // What was exported is the same file in the shape of the form.
    let exported = room.exported(FormKind::Tc14).await;
    let rows = read_tc14(&exported, room.plan.years).unwrap();
    assert_eq!(rows.len(), 1);
    let done = room.write(ImportForm { plan: room.plan.id, rows }).await.unwrap();
    assert_eq!(done, FormDone::default(), "export and import change nothing");
    for kind in [FormKind::E78, FormKind::E79] {
        assert!(room.exported(kind).await.starts_with(b"PK"), "{kind:?} is a workbook");
    }
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
