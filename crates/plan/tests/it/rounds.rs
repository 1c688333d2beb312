//! A round of a region: opened, answered with evidence, checked, approved and scored.

use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_plan::actions::evaluation::{
    AssignAnswer, CheckAnswer, DecideRound, GiveAnswer, GiveMark, OpenRound, SubmitRound,
};
use simpul_plan::actions::evidence::{AddEvidence, CheckEvidence, ClaimEvidence, ReplaceEvidence, keep_file};
use simpul_plan::model::evaluation::{Answer, AnswerState, RoundState, instrument};
use simpul_plan::model::evidence::{EvidenceState, EvidenceText, SubjectKind};
use simpul_plan::sql::{evidence, round as sql};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, Result};
use uuid::Uuid;

const TWO: &str = "bagian,bobot,indikator,subindikator,kode,pertanyaan\nBaseline,40,A,a,1.1,Sudah ada Perbup?\n\
    Output,60,B,b,2.1,Dewan berjalan?\n";

struct Town {
    house: House,
    secretariat: Ctx,
    officer: Ctx,
    dishub: Uuid,
}

async fn town() -> Town {
    let house = House::new(&[simpul_plan::MIGRATIONS]).await.unwrap();
    let secretariat = house.officer(Role::Secretariat, None).await.unwrap();
    let officer = house.officer(Role::AgencyOfficer, Some("Dishub")).await.unwrap();
    let dishub = house.agency("Dishub").await.unwrap();
    Town { house, secretariat, officer, dishub }
}

fn refusal<T: std::fmt::Debug>(done: Result<T>) -> &'static str {
    match done {
        Err(Error::Refused(refusal)) => refusal.key,
        other => panic!("{other:?}"),
    }
}

impl Town {
    async fn open(&self) -> Uuid {
        let open = OpenRound {
            key: None,
            name: "Uji 2026".into(),
            year: "2026".into(),
            due: "2026-12-31".into(),
            instrument_name: "Uji".into(),
            instrument: instrument::read(TWO.as_bytes()).unwrap().instrument,
        };
        self.house.directory.write(&self.secretariat, open).await.unwrap()
    }

    async fn answers(&self, round: Uuid) -> Vec<Answer> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::answers(&mut conn, round).await.unwrap()
    }

    async fn add(&self, ctx: &Ctx, title: &str, agency: Uuid, claim: Option<(SubjectKind, Uuid)>) -> Result<Uuid> {
        let bytes = format!("%PDF-1.7 {title}").into_bytes();
        let file = keep_file(&self.house.test.db, ctx, "notula.pdf", bytes, false).await?;
        let about = EvidenceText {
            title: title.into(),
            kind: "minutes".into(),
            year: "2026".into(),
            agency: Some(agency),
            ..Default::default()
        };
        self.house.directory.write(ctx, AddEvidence { key: None, about, file, claim }).await
    }

    async fn accept(&self, evidence: Uuid, number: i64) -> Result<()> {
        let check = CheckEvidence { evidence, number, accept: true, note: String::new() };
        self.house.directory.write(&self.secretariat, check).await
    }

    async fn state_of(&self, id: Uuid) -> EvidenceState {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        evidence::by_id(&mut conn, id).await.unwrap().unwrap().state
    }
}

#[tokio::test]
async fn an_answer_belongs_to_its_agency_and_the_round_ends_with_the_sekda() {
    let town = town().await;
    let write = &town.house.directory;
    let round = town.open().await;
    let first = town.answers(round).await[0].id;
    let give = |answer| GiveAnswer { answer, score: Some(3), note: "Perbup 5/2024".into() };
    assert_eq!(refusal(write.write(&town.officer, give(first)).await), "people.refused.not_allowed");
    let assign = AssignAnswer { answer: first, agency: Some(town.dishub), due: String::new(), effort: Some(2) };
    write.write(&town.secretariat, assign).await.unwrap();
    write.write(&town.officer, give(first)).await.unwrap();
    let back = |accept, reason: &str| CheckAnswer { answer: first, accept, reason: reason.into() };
    assert_eq!(refusal(write.write(&town.officer, back(true, "")).await), "people.refused.not_allowed");
    write.write(&town.secretariat, back(false, "Lampirkan Perbup")).await.unwrap();
    write.write(&town.officer, give(first)).await.unwrap();
    write.write(&town.secretariat, back(true, "")).await.unwrap();
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    let steps = sql::steps(&mut conn, first).await.unwrap();
    drop(conn);
    assert!(steps.iter().any(|step| step.reason == "Lampirkan Perbup"), "the reason stays in the history");

    let statement = town.add(&town.secretariat, "SPTJM", town.dishub, None).await.unwrap();
    let submit = || SubmitRound { round, statement: Some(statement) };
    assert_eq!(refusal(write.write(&town.secretariat, submit()).await), "plan.refused.round_unchecked");
    let second = town.answers(round).await[1].id;
    write.write(&town.secretariat, give(second)).await.unwrap();
    let check = CheckAnswer { answer: second, accept: true, reason: String::new() };
    write.write(&town.secretariat, check).await.unwrap();
    assert_eq!(refusal(write.write(&town.secretariat, submit()).await), "plan.refused.round_statement");
    town.accept(statement, 1).await.unwrap();
    write.write(&town.secretariat, submit()).await.unwrap();
    assert_eq!(refusal(write.write(&town.officer, give(first)).await), "plan.refused.round_closed");

    let assessor = town.house.officer(Role::Assessor, None).await.unwrap();
    let mark = |mark| GiveMark { answer: first, mark: Some(mark), note: String::new() };
    assert_eq!(refusal(write.write(&assessor, mark(2)).await), "plan.refused.round_not_approved");
    let decide = DecideRound { round, approve: true };
    assert_eq!(refusal(write.write(&town.secretariat, decide.clone()).await), "people.refused.not_allowed");
    let leader = town.house.officer(Role::Leader, None).await.unwrap();
    write.write(&leader, decide).await.unwrap();
    write.write(&assessor, mark(2)).await.unwrap();
    write.write(&assessor, mark(4)).await.unwrap();
    assert_eq!(refusal(write.write(&assessor, mark(5)).await), "plan.refused.mark");
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    assert_eq!(sql::marks(&mut conn, round).await.unwrap()[&first], [4], "a second mark replaces the first");
    assert_eq!(sql::by_id(&mut conn, round).await.unwrap().unwrap().state, RoundState::Approved);
}

#[tokio::test]
async fn one_document_proves_many_things_and_a_newer_file_is_checked_anew() {
    let town = town().await;
    let write = &town.house.directory;
    let round = town.open().await;
    let answers = town.answers(round).await;
    for answer in &answers {
        let assign = AssignAnswer { answer: answer.id, agency: Some(town.dishub), due: String::new(), effort: Some(1) };
        write.write(&town.secretariat, assign).await.unwrap();
    }
    let subject = |at: usize| (SubjectKind::Question, answers[at].id);
    let id = town.add(&town.officer, "Notula rapat Dewan", town.dishub, Some(subject(0))).await.unwrap();
    let claim = |at, claimed| ClaimEvidence { evidence: id, subject: subject(at), claimed };
    write.write(&town.officer, claim(1, true)).await.unwrap();
    write.write(&town.officer, claim(1, true)).await.unwrap();
    town.accept(id, 1).await.unwrap();
    let counts: Vec<(i64, i64)> =
        town.answers(round).await.iter().map(|answer| (answer.claims_count, answer.accepted_count)).collect();
    assert_eq!(counts, [(1, 1), (1, 1)], "claimed twice is claimed once");
    write.write(&town.officer, claim(1, false)).await.unwrap();
    assert_eq!(town.answers(round).await[1].claims_count, 0);

    let db = &town.house.test.db;
    let same = keep_file(db, &town.officer, "x.pdf", b"%PDF-1.7 Notula rapat Dewan".to_vec(), false).await.unwrap();
    let replaced = write.write(&town.officer, ReplaceEvidence { evidence: id, file: same }).await;
    assert_eq!(refusal(replaced), "plan.refused.evidence_same");
    let newer = keep_file(db, &town.officer, "x.pdf", b"%PDF-1.7 lengkap".to_vec(), false).await.unwrap();
    write.write(&town.officer, ReplaceEvidence { evidence: id, file: newer }).await.unwrap();
    assert_eq!(town.state_of(id).await, EvidenceState::Unchecked, "what was said of the old file no longer counts");
    assert_eq!(refusal(town.accept(id, 1).await), "plan.refused.evidence_newer");
    assert_eq!(town.answers(round).await[0].state, AnswerState::Draft);
}

#[tokio::test]
async fn evidence_of_another_agency_and_disguised_files_are_refused() {
    let town = town().await;
    let other = town.house.agency("DLH").await.unwrap();
    let refused = town.add(&town.officer, "Notula", other, None).await;
    assert_eq!(refusal(refused), "plan.refused.evidence_agency");
    let db = &town.house.test.db;
    let disguised = keep_file(db, &town.officer, "notula.pdf", b"MZ\x90\0program".to_vec(), false).await;
    assert_eq!(refusal(disguised), "plan.refused.evidence_disguised");
    let damaged = keep_file(db, &town.officer, "foto.png", b"\x89PNG\r\n\x1a\nbroken".to_vec(), false).await;
    assert_eq!(refusal(damaged), "plan.refused.evidence_photo");
}
