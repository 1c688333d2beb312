//! A round of a region: opened, answered with evidence, checked, approved and scored.

use simpul_kernel::{Ctx, Role};
use simpul_people::testing::House;
use simpul_plan::actions::evaluation::{
    AssignAnswer, CheckAnswer, DecideRound, GiveAnswer, GiveMark, OpenRound, SubmitRound,
};
use simpul_plan::actions::evidence::{
    AddEvidence, CheckEvidence, ClaimEvidence, CorrectEvidence, ReplaceEvidence, keep_file,
};
use simpul_plan::model::evaluation::round::EvidenceDeed;
use simpul_plan::model::evaluation::{Answer, AnswerState, RoundState, instrument};
use simpul_plan::model::evidence::{EvidenceState, EvidenceText, SubjectKind};
use simpul_plan::sql::{evidence, round as sql};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, Result};
use uuid::Uuid;

const TWO: &str = "bagian,bobot,indikator,subindikator,kode,pertanyaan\nBaseline,40,A,a,1.1,Sudah ada Perbup?\n\
    Output,60,B,b,2.1,Dewan berjalan?\n";

/// The smallest whole PDF, with some words in it.
pub fn pdf(words: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {words}\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n").into_bytes()
}

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

    /// Gives an answer to the officer's agency.
    async fn assign(&self, answer: Uuid) {
        let assign = AssignAnswer { answer, agency: Some(self.dishub), due: String::new(), effort: Some(1) };
        self.house.directory.write(&self.secretariat, assign).await.unwrap();
    }

    async fn answers(&self, round: Uuid) -> Vec<Answer> {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::answers(&mut conn, round).await.unwrap()
    }

    async fn answer(&self, id: Uuid) -> Answer {
        let mut conn = self.house.test.db.read(TEST_REGION).await.unwrap();
        sql::answer(&mut conn, id).await.unwrap().unwrap()
    }

    /// Checks an answer as it stands now.
    async fn check(&self, id: Uuid, accept: bool, reason: &str) -> Result<()> {
        let version = self.answer(id).await.version;
        let check = CheckAnswer { answer: id, version, accept, reason: reason.into() };
        self.house.directory.write(&self.secretariat, check).await
    }

    async fn add(&self, ctx: &Ctx, title: &str, agency: Uuid, claim: Option<(SubjectKind, Uuid)>) -> Result<Uuid> {
        let file = keep_file(&self.house.test.db, ctx, "notula.pdf", pdf(title), false).await?;
        let about = EvidenceText {
            title: title.into(),
            kind: if title == "SPTJM" { "statement" } else { "minutes" }.into(),
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
    let give = |answer| GiveAnswer { answer, score: Some(3), note: "Perbup 5/2024".into(), version: None };
    assert_eq!(refusal(write.write(&town.officer, give(first)).await), "people.refused.not_allowed");
    let assign = AssignAnswer { answer: first, agency: Some(town.dishub), due: String::new(), effort: Some(2) };
    write.write(&town.secretariat, assign).await.unwrap();
    write.write(&town.officer, give(first)).await.unwrap();
    let own = CheckAnswer { answer: first, version: 3, accept: true, reason: String::new() };
    assert_eq!(refusal(write.write(&town.officer, own).await), "people.refused.not_allowed");
    town.check(first, false, "Lampirkan Perbup").await.unwrap();
    write.write(&town.officer, give(first)).await.unwrap();
    town.check(first, true, "").await.unwrap();
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    let steps = sql::steps(&mut conn, first).await.unwrap();
    drop(conn);
    assert!(steps.iter().any(|step| step.reason == "Lampirkan Perbup"), "the reason stays in the history");

    let statement = town.add(&town.secretariat, "SPTJM", town.dishub, None).await.unwrap();
    let submit = || SubmitRound { round, statement: Some(statement) };
    assert_eq!(refusal(write.write(&town.secretariat, submit()).await), "plan.refused.round_unchecked");
    let second = town.answers(round).await[1].id;
    write.write(&town.secretariat, give(second)).await.unwrap();
    town.check(second, true, "").await.unwrap();
    assert_eq!(refusal(write.write(&town.secretariat, submit()).await), "plan.refused.round_statement");
    town.accept(statement, 1).await.unwrap();
    let minutes = town.add(&town.secretariat, "Notula", town.dishub, None).await.unwrap();
    town.accept(minutes, 1).await.unwrap();
    let other = SubmitRound { round, statement: Some(minutes) };
    assert_eq!(refusal(write.write(&town.secretariat, other).await), "plan.refused.round_statement", "no statement");
    write.write(&town.secretariat, submit()).await.unwrap();
    assert_eq!(refusal(write.write(&town.officer, give(first)).await), "plan.refused.round_closed");

    let assessor = town.house.officer(Role::Assessor, None).await.unwrap();
    let mark = |mark| GiveMark { answer: first, mark: Some(mark), note: String::new() };
    assert_eq!(refusal(write.write(&assessor, mark(2)).await), "plan.refused.round_not_approved");
    let decide = DecideRound { round, approve: true };
    assert_eq!(refusal(write.write(&town.secretariat, decide.clone()).await), "people.refused.not_allowed");
    let leader = town.house.officer(Role::Leader, None).await.unwrap();
    assert_eq!(refusal(write.write(&leader, decide.clone()).await), "people.refused.not_allowed", "not any leader");
    let secretary = town.house.officer(Role::RegionSecretary, None).await.unwrap();
    write.write(&secretary, decide).await.unwrap();
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
        town.assign(answer.id).await;
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
    let same = keep_file(db, &town.officer, "x.pdf", pdf("Notula rapat Dewan"), false).await.unwrap();
    let replaced = write.write(&town.officer, ReplaceEvidence { evidence: id, file: same }).await;
    assert_eq!(refusal(replaced), "plan.refused.evidence_same");
    let newer = keep_file(db, &town.officer, "x.pdf", pdf("lengkap"), false).await.unwrap();
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

#[tokio::test]
async fn an_answer_that_changed_since_it_was_opened_is_not_accepted_unread() {
    let town = town().await;
    let write = &town.house.directory;
    let round = town.open().await;
    let id = town.answers(round).await[0].id;
    town.assign(id).await;
    let give = |score| GiveAnswer { answer: id, score: Some(score), note: "Perbup 5/2024".into(), version: None };
    write.write(&town.officer, give(3)).await.unwrap();
    let shown = town.answer(id).await.version;
    write.write(&town.officer, give(4)).await.unwrap();
    let over = GiveAnswer { version: Some(shown), ..give(1) };
    assert_eq!(refusal(write.write(&town.officer, over).await), "plan.refused.answer_newer", "nor written over unseen");
    assert_eq!(town.answer(id).await.score, Some(4));
    for accept in [true, false] {
        let check = CheckAnswer { answer: id, version: shown, accept, reason: "Salah".into() };
        assert_eq!(refusal(write.write(&town.secretariat, check).await), "plan.refused.answer_newer");
    }
    let shown = town.answer(id).await.version;
    town.add(&town.officer, "Perbup", town.dishub, Some((SubjectKind::Question, id))).await.unwrap();
    let check = CheckAnswer { answer: id, version: shown, accept: true, reason: String::new() };
    assert_eq!(refusal(write.write(&town.secretariat, check).await), "plan.refused.answer_newer", "other evidence");
    assert_eq!(town.answer(id).await.state, AnswerState::Answered);
    town.check(id, true, "").await.unwrap();
}

#[tokio::test]
async fn an_answer_whose_evidence_changes_is_checked_again_and_says_why() {
    let town = town().await;
    let write = &town.house.directory;
    let round = town.open().await;
    let id = town.answers(round).await[0].id;
    town.assign(id).await;
    let subject = (SubjectKind::Question, id);
    let proof = town.add(&town.officer, "Perbup", town.dishub, Some(subject)).await.unwrap();
    let give = GiveAnswer { answer: id, score: Some(4), note: "Perbup 5/2024".into(), version: None };
    write.write(&town.officer, give).await.unwrap();
    let claim = |claimed| ClaimEvidence { evidence: proof, subject, claimed };
    town.check(id, true, "").await.unwrap();
    write.write(&town.officer, claim(true)).await.unwrap();
    assert_eq!(town.answer(id).await.state, AnswerState::Checked, "what was claimed already changes nothing");
    write.write(&town.officer, claim(false)).await.unwrap();
    assert_eq!(town.answer(id).await.state, AnswerState::Answered);
    town.check(id, true, "").await.unwrap();
    write.write(&town.officer, claim(true)).await.unwrap();
    town.check(id, true, "").await.unwrap();
    let newer = keep_file(&town.house.test.db, &town.officer, "x.pdf", pdf("lain"), false).await.unwrap();
    write.write(&town.officer, ReplaceEvidence { evidence: proof, file: newer }).await.unwrap();
    assert_eq!(town.answer(id).await.state, AnswerState::Answered);
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    let steps = sql::steps(&mut conn, id).await.unwrap();
    let told: Vec<_> = steps.into_iter().filter_map(|step| Some((step.deed?, step.reason))).collect();
    let expected = [EvidenceDeed::Unclaimed, EvidenceDeed::Claimed, EvidenceDeed::Replaced];
    assert_eq!(told, expected.map(|deed| (deed, "Perbup".to_owned())));
}

#[tokio::test]
async fn what_is_said_of_evidence_is_corrected_by_its_agency_and_the_old_words_stay() {
    let town = town().await;
    let write = &town.house.directory;
    let id = town.add(&town.officer, "Notulla", town.dishub, None).await.unwrap();
    town.accept(id, 1).await.unwrap();
    let about = EvidenceText {
        title: "Notula".into(),
        kind: "minutes".into(),
        year: "2025".into(),
        agency: Some(town.dishub),
        valid_until: "2027-12-31".into(),
        ..Default::default()
    };
    let correct = CorrectEvidence { evidence: id, about };
    let stranger = town.house.officer(Role::AgencyOfficer, Some("DLH")).await.unwrap();
    assert_eq!(refusal(write.write(&stranger, correct.clone()).await), "people.refused.not_allowed");
    let elsewhere = EvidenceText { agency: Some(town.house.agency("DLH").await.unwrap()), ..correct.about.clone() };
    let given_away = CorrectEvidence { evidence: id, about: elsewhere };
    assert_eq!(refusal(write.write(&town.officer, given_away).await), "plan.refused.evidence_agency");
    write.write(&town.officer, correct.clone()).await.unwrap();
    assert_eq!(town.state_of(id).await, EvidenceState::Unchecked, "it was accepted under other words");
    write.write(&town.officer, correct.clone()).await.unwrap();
    let mut conn = town.house.test.db.read(TEST_REGION).await.unwrap();
    let now = evidence::by_id(&mut conn, id).await.unwrap().unwrap();
    assert_eq!((now.about.title.as_str(), now.about.year), ("Notula", 2025));
    let old = evidence::corrections(&mut conn, id).await.unwrap();
    assert_eq!(old.len(), 1, "the same words again are no correction");
    assert_eq!((old[0].old.title.as_str(), old[0].old.year, old[0].old.valid_until), ("Notulla", 2026, None));
    town.accept(id, 1).await.unwrap();
    let by_secretariat = CorrectEvidence { about: EvidenceText { year: "2024".into(), ..correct.about }, ..correct };
    write.write(&town.secretariat, by_secretariat).await.unwrap();
    assert_eq!(town.state_of(id).await, EvidenceState::Accepted, "who checks has looked");
}

#[tokio::test]
async fn dinas_kominfo_keeps_evidence_and_does_not_check_it() {
    let town = town().await;
    let kominfo = town.house.officer(Role::RegionAdmin, None).await.unwrap();
    let id = town.add(&kominfo, "Perbup", town.dishub, None).await.unwrap();
    let check = CheckEvidence { evidence: id, number: 1, accept: true, note: String::new() };
    assert_eq!(refusal(town.house.directory.write(&kominfo, check).await), "people.refused.not_allowed");
}
