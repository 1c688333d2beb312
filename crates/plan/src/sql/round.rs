//! Rounds of a region: sections, answers, marks and steps.

use std::collections::HashMap;

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, Value, args};
use uuid::Uuid;

use super::named;
use crate::model::evaluation::round::{Answer, AnswerState, EFFORT_MIN, EvidenceDeed, Round, RoundState};
use crate::model::evaluation::{Question, QuestionKey, Section};
use crate::model::evidence::{day_text, read_day};

macro_rules! answers {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.round_id, a.section, a.indicator, a.code, a.subindicator, a.body, a.answered_by, a.evidence,
            a.agency_id, a.due_day, a.effort, a.state, a.score, a.note, a.version,
            (SELECT CAST(COUNT(*) AS BIGINT) FROM plan_claim c
                WHERE c.region = a.region AND c.subject_kind = 'question' AND c.subject_id = a.id),
            (SELECT CAST(COUNT(*) AS BIGINT) FROM plan_claim c
                JOIN plan_evidence e ON e.region = c.region AND e.id = c.evidence_id AND e.state = 'accepted'
                WHERE c.region = a.region AND c.subject_kind = 'question' AND c.subject_id = a.id)
            FROM plan_answer a ",
            $rest
        )
    };
}

macro_rules! rounds {
    ($rest:literal) => {
        concat!("SELECT id, name, year, instrument, due_day, state, statement_id, version FROM plan_round ", $rest)
    };
}

simpul_store::statements! {
    pub(crate) ROUNDS = rounds!("WHERE region = $1 ORDER BY year DESC, id DESC LIMIT $2");
    pub(crate) ROUND = rounds!("WHERE region = $1 AND id = $2");
    pub(crate) ROUND_SECTIONS = "SELECT code, name, note, weight FROM plan_round_section
        WHERE region = $1 AND round_id = $2 ORDER BY place, code";
    pub(crate) ANSWERS = answers!("WHERE a.region = $1 AND a.round_id = $2 ORDER BY a.place LIMIT $3");
    pub(crate) ANSWER = answers!("WHERE a.region = $1 AND a.id = $2");
    pub(crate) MARKS = "SELECT m.answer_id, m.mark FROM plan_mark m
        JOIN plan_answer a ON a.region = m.region AND a.id = m.answer_id
        WHERE m.region = $1 AND a.round_id = $2";
    pub(crate) MARKS_OF = "SELECT assessor, mark, note FROM plan_mark
        WHERE region = $1 AND answer_id = $2 ORDER BY at, assessor";
    pub(crate) STEPS = "SELECT at, by_whom, state, reason, evidence_deed FROM plan_answer_step
        WHERE region = $1 AND answer_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) SET_ROUND = "UPDATE plan_round SET state = $4, statement_id = $5, approved_by = $6, approved_at = $7,
        version = version + 1 WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) SET_ANSWER = "UPDATE plan_answer SET state = $4, score = $5, note = $6, agency_id = $7, due_day = $8,
        effort = $9, version = version + 1 WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) SET_MARK = "INSERT INTO plan_mark (region, answer_id, assessor, mark, note, at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, answer_id, assessor) DO UPDATE SET mark = $4, note = $5, at = $6";
}

simpul_store::inserts! {
    pub(crate) INSERT_ROUND = "plan_round" (
        id, name, year, instrument, due_day, state, statement_id, approved_by, approved_at, version, created_at
    );
    pub(crate) INSERT_ROUND_SECTION = "plan_round_section" (round_id, code, place, name, note, weight);
    pub(crate) INSERT_ANSWER = "plan_answer" (
        id, round_id, place, section, indicator, code, subindicator, body, answered_by, evidence, agency_id, due_day,
        effort, state, score, note, version
    );
    pub(crate) INSERT_STEP = "plan_answer_step" (id, answer_id, at, by_whom, state, reason, evidence_deed);
}

/// Most rounds that are listed.
const ROUNDS_MAX_COUNT: i64 = 50;
/// Most answers of a round: the instrument's own limits.
pub const ANSWERS_MAX_COUNT: i64 = 5_000;
/// Most steps of an answer that are shown.
const STEPS_MAX_COUNT: i64 = 200;

impl FromRow for Round {
    fn from_row(row: &Row) -> Result<Round> {
        let (due, state): (String, String) = (row.at(4)?, row.at(5)?);
        Ok(Round {
            id: row.at(0)?,
            name: row.at(1)?,
            year: row.at(2)?,
            instrument: row.at(3)?,
            due: read_day("due", &due)?,
            state: named(&state, RoundState::parse)?,
            statement: row.at(6)?,
            version: row.at(7)?,
        })
    }
}

impl FromRow for Answer {
    fn from_row(row: &Row) -> Result<Answer> {
        let (due, state): (String, String) = (row.at(10)?, row.at(12)?);
        Ok(Answer {
            id: row.at(0)?,
            round: row.at(1)?,
            key: QuestionKey { section: row.at(2)?, indicator: row.at(3)?, code: row.at(4)? },
            subindicator: row.at(5)?,
            body: row.at(6)?,
            answered_by: row.at(7)?,
            evidence: row.at(8)?,
            agency: row.at(9)?,
            due: read_day("due", &due)?,
            effort: row.at(11)?,
            state: named(&state, AnswerState::parse)?,
            score: row.at(13)?,
            note: row.at(14)?,
            version: row.at(15)?,
            claims_count: row.at(16)?,
            accepted_count: row.at(17)?,
        })
    }
}

/// What was done with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// By whom, as the journal names it.
    pub by: String,
    /// Where the answer stood then.
    pub state: AnswerState,
    /// Why it was given back, or the title of the evidence that changed, or nothing.
    pub reason: String,
    /// What was done with its evidence, where that is the step.
    pub deed: Option<EvidenceDeed>,
}

impl Step {
    /// The step of whoever brought an answer where it stands.
    pub fn new(at: Timestamp, by: String, state: AnswerState) -> Step {
        Step { at, by, state, reason: String::new(), deed: None }
    }
}

impl FromRow for Step {
    fn from_row(row: &Row) -> Result<Step> {
        let (state, deed): (String, String) = (row.at(2)?, row.at(4)?);
        Ok(Step {
            at: row.at(0)?,
            by: row.at(1)?,
            state: named(&state, AnswerState::parse)?,
            reason: row.at(3)?,
            deed: EvidenceDeed::parse(&deed),
        })
    }
}

/// Every round, the newest year first.
pub async fn list(conn: &mut Conn) -> Result<Vec<Round>> {
    conn.all(&ROUNDS, args![ROUNDS_MAX_COUNT]).await
}

/// The round of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Round>> {
    conn.opt(&ROUND, args![id]).await
}

/// The sections of a round in order.
pub async fn sections(conn: &mut Conn, round: Uuid) -> Result<Vec<Section>> {
    conn.all(&ROUND_SECTIONS, args![round]).await
}

/// The answers of a round in the instrument's order.
pub async fn answers(conn: &mut Conn, round: Uuid) -> Result<Vec<Answer>> {
    conn.all(&ANSWERS, args![round, ANSWERS_MAX_COUNT]).await
}

/// The answer of an id.
pub async fn answer(conn: &mut Conn, id: Uuid) -> Result<Option<Answer>> {
    conn.opt(&ANSWER, args![id]).await
}

/// The assessors' marks of a round, by answer.
pub async fn marks(conn: &mut Conn, round: Uuid) -> Result<HashMap<Uuid, Vec<i64>>> {
    let rows: Vec<(Uuid, i64)> = conn.all(&MARKS, args![round]).await?;
    let mut marks: HashMap<Uuid, Vec<i64>> = HashMap::new();
    for (answer, mark) in rows {
        marks.entry(answer).or_default().push(mark);
    }
    Ok(marks)
}

/// The marks of one answer: assessor, mark, note.
pub async fn marks_of(conn: &mut Conn, answer: Uuid) -> Result<Vec<(String, i64, String)>> {
    conn.all(&MARKS_OF, args![answer]).await
}

/// What was done with an answer, the first first.
pub async fn steps(conn: &mut Conn, answer: Uuid) -> Result<Vec<Step>> {
    conn.all(&STEPS, args![answer, STEPS_MAX_COUNT]).await
}

/// Adds a round with its questions.
pub(crate) fn insert(tx: &mut Tx, round: &Round, sections: &[Section], questions: &[(Uuid, &Question)], at: Timestamp) {
    let Round { id, name, year, instrument, due, state, .. } = round;
    let (nobody, never) = (Value::from(None::<Uuid>), Value::from(None::<i64>));
    let row =
        args![*id, name, *year, instrument, day_text(*due), state.name(), nobody.clone(), "", never.clone(), 1i64, at];
    tx.insert(&INSERT_ROUND, row);
    for (place, section) in (0i64..).zip(sections) {
        let Section { key, name, note, weight } = section;
        tx.insert(&INSERT_ROUND_SECTION, args![*id, key, place, name, note, *weight]);
    }
    for (place, (own, question)) in (0i64..).zip(questions) {
        let Question { key, subindicator, body, answered_by, evidence } = question;
        let draft = AnswerState::Draft.name();
        let row = args![
            *own,
            *id,
            place,
            &key.section,
            &key.indicator,
            &key.code,
            subindicator,
            body,
            answered_by,
            evidence,
            nobody.clone(),
            "",
            EFFORT_MIN,
            draft,
            never.clone(),
            "",
            1i64
        ];
        tx.insert(&INSERT_ANSWER, row);
    }
}

/// Writes a round, unless another has written it since: then 0.
pub(crate) async fn set(tx: &mut Tx, round: &Round, approved: Option<(&str, Timestamp)>) -> Result<u64> {
    let (by, at) = approved.map_or(("", None), |(by, at)| (by, Some(at.0)));
    let row = args![round.id, round.version, round.state.name(), round.statement, by, at];
    tx.exec(&SET_ROUND, row).await
}

/// Writes an answer, unless another has written it since: then 0.
pub(crate) async fn set_answer(tx: &mut Tx, answer: &Answer) -> Result<u64> {
    let Answer { id, version, state, score, note, agency, due, effort, .. } = answer;
    let row = args![*id, *version, state.name(), *score, note, *agency, day_text(*due), *effort];
    tx.exec(&SET_ANSWER, row).await
}

/// Keeps an assessor's mark; a second one replaces the first.
pub(crate) async fn set_mark(
    tx: &mut Tx,
    answer: Uuid,
    assessor: &str,
    (mark, note): (i64, &str),
    at: Timestamp,
) -> Result<()> {
    tx.exec(&SET_MARK, args![answer, assessor, mark, note, at]).await.map(drop)
}

/// Adds a step to an answer's history.
pub(crate) fn insert_step(tx: &mut Tx, id: Uuid, answer: Uuid, step: &Step) {
    let Step { at, by, state, reason, deed } = step;
    let deed = deed.map_or("", EvidenceDeed::name);
    tx.insert(&INSERT_STEP, args![id, answer, *at, by, state.name(), reason, deed]);
}
