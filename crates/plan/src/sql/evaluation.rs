//! Instruments and published scores. They stand under region 0: the connection is one to [`RegionId::SHARED`].
//!
//! [`RegionId::SHARED`]: simpul_kernel::RegionId::SHARED

use std::collections::{BTreeMap, HashMap};

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::evaluation::{Instrument, Published, Question, QuestionKey, Section, Weights};

simpul_store::statements! {
    pub(crate) INSTRUMENTS = "SELECT id, name FROM plan_instrument WHERE region = $1 ORDER BY name, id LIMIT $2";
    pub(crate) INSTRUMENT = "SELECT id FROM plan_instrument WHERE region = $1 AND name = $2";
    pub(crate) SECTIONS = "SELECT code, name, note, weight FROM plan_section
        WHERE region = $1 AND instrument_id = $2 ORDER BY place, code";
    pub(crate) QUESTIONS = "SELECT section, indicator, code, subindicator, body, answered_by, evidence, id
        FROM plan_question WHERE region = $1 AND instrument_id = $2 ORDER BY place, id";
    pub(crate) YEARS = "SELECT year, CAST(COUNT(*) AS BIGINT) FROM plan_published
        WHERE region = $1 AND instrument_id = $2 GROUP BY year ORDER BY year DESC LIMIT $3";
    pub(crate) PUBLISHED_ONE = "SELECT id FROM plan_published
        WHERE region = $1 AND instrument_id = $2 AND year = $3 AND name_key = $4";
    pub(crate) PUBLISHED = "SELECT id, name, region_code, score FROM plan_published
        WHERE region = $1 AND instrument_id = $2 AND year = $3 ORDER BY name_key, id LIMIT $4";
    pub(crate) PUBLISHED_NAMES = "SELECT year, name FROM plan_published
        WHERE region = $1 AND instrument_id = $2 ORDER BY year DESC, name_key, id LIMIT $3";
    pub(crate) PUBLISHED_SECTIONS = "SELECT s.published_id, s.section, s.weight, s.score
        FROM plan_published_section s
        JOIN plan_published p ON p.region = s.region AND p.id = s.published_id
        WHERE s.region = $1 AND p.instrument_id = $2 AND p.year = $3 ORDER BY s.published_id, s.place, s.section";
    pub(crate) PUBLISHED_QUESTIONS = "SELECT a.published_id, q.section, q.indicator, q.code, a.score
        FROM plan_published_question a
        JOIN plan_published p ON p.region = a.region AND p.id = a.published_id
        JOIN plan_question q ON q.region = a.region AND q.id = a.question_id
        WHERE a.region = $1 AND p.instrument_id = $2 AND p.year = $3";
    pub(crate) SET_PUBLISHED = "UPDATE plan_published SET name = $3, region_code = $4, score = $5
        WHERE region = $1 AND id = $2";
    pub(crate) DROP_SECTIONS = "DELETE FROM plan_published_section WHERE region = $1 AND published_id = $2";
    pub(crate) DROP_QUESTIONS = "DELETE FROM plan_published_question WHERE region = $1 AND published_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_INSTRUMENT = "plan_instrument" (id, name, created_at);
    pub(crate) INSERT_SECTION = "plan_section" (instrument_id, code, place, name, note, weight);
    pub(crate) INSERT_QUESTION = "plan_question" (
        id, instrument_id, place, section, indicator, code, subindicator, body, answered_by, evidence
    );
    pub(crate) INSERT_PUBLISHED = "plan_published" (id, instrument_id, year, name_key, name, region_code, score);
    pub(crate) INSERT_PUBLISHED_SECTION = "plan_published_section" (published_id, section, place, weight, score);
    pub(crate) INSERT_PUBLISHED_QUESTION = "plan_published_question" (published_id, question_id, score);
}

/// Most instruments that are listed.
const INSTRUMENTS_MAX_COUNT: i64 = 100;
/// Most years that are listed.
const YEARS_MAX_COUNT: i64 = 50;
/// Most regions of a year: Indonesia has some five hundred regencies and cities.
pub const REGIONS_MAX_COUNT: i64 = 2_000;

impl FromRow for Section {
    fn from_row(row: &Row) -> Result<Section> {
        Ok(Section { key: row.at(0)?, name: row.at(1)?, note: row.at(2)?, weight: row.at(3)? })
    }
}

struct QuestionRow(Question, Uuid);

impl FromRow for QuestionRow {
    fn from_row(row: &Row) -> Result<QuestionRow> {
        let key = QuestionKey { section: row.at(0)?, indicator: row.at(1)?, code: row.at(2)? };
        let question =
            Question { key, subindicator: row.at(3)?, body: row.at(4)?, answered_by: row.at(5)?, evidence: row.at(6)? };
        Ok(QuestionRow(question, row.at(7)?))
    }
}

/// An instrument as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInstrument {
    /// Its id.
    pub id: Uuid,
    /// Its sections and questions.
    pub instrument: Instrument,
    /// The ids of the questions, in their order.
    pub question_ids: Vec<Uuid>,
}

/// Every instrument by name.
pub async fn instruments(conn: &mut Conn) -> Result<Vec<(Uuid, String)>> {
    conn.all(&INSTRUMENTS, args![INSTRUMENTS_MAX_COUNT]).await
}

/// The instrument of a name.
pub async fn instrument(conn: &mut Conn, name: &str) -> Result<Option<KeptInstrument>> {
    let Some((id,)) = conn.opt::<(Uuid,)>(&INSTRUMENT, args![name]).await? else { return Ok(None) };
    let sections = conn.all(&SECTIONS, args![id]).await?;
    let rows: Vec<QuestionRow> = conn.all(&QUESTIONS, args![id]).await?;
    let (questions, question_ids) = rows.into_iter().map(|QuestionRow(question, id)| (question, id)).unzip();
    Ok(Some(KeptInstrument { id, instrument: Instrument { sections, questions }, question_ids }))
}

/// The years of which scores are known, newest first, with the count of regions.
pub async fn years(conn: &mut Conn, instrument: Uuid) -> Result<Vec<(i64, i64)>> {
    conn.all(&YEARS, args![instrument, YEARS_MAX_COUNT]).await
}

/// Every region's scores of a year, by name.
pub async fn published(conn: &mut Conn, instrument: Uuid, year: i64) -> Result<Vec<Published>> {
    let heads: Vec<(Uuid, String, Option<i64>, Option<i64>)> =
        conn.all(&PUBLISHED, args![instrument, year, REGIONS_MAX_COUNT]).await?;
    let mut weights: HashMap<Uuid, Vec<(String, i64)>> = HashMap::new();
    let mut sections: HashMap<Uuid, BTreeMap<String, i64>> = HashMap::new();
    let rows: Vec<(Uuid, String, i64, Option<i64>)> = conn.all(&PUBLISHED_SECTIONS, args![instrument, year]).await?;
    for (id, section, weight, score) in rows {
        weights.entry(id).or_default().push((section.clone(), weight));
        if let Some(score) = score {
            sections.entry(id).or_default().insert(section, score);
        }
    }
    let mut questions: HashMap<Uuid, BTreeMap<QuestionKey, i64>> = HashMap::new();
    let rows: Vec<(Uuid, String, String, String, i64)> =
        conn.all(&PUBLISHED_QUESTIONS, args![instrument, year]).await?;
    for (id, section, indicator, code, score) in rows {
        questions.entry(id).or_default().insert(QuestionKey { section, indicator, code }, score);
    }
    let whole = |(id, name, region, index)| {
        let weights = Weights::new(weights.remove(&id).unwrap_or_default())?;
        let (sections, questions) =
            (sections.remove(&id).unwrap_or_default(), questions.remove(&id).unwrap_or_default());
        Ok(Published { name, region, year, weights, sections, questions, index })
    };
    heads.into_iter().map(whole).collect()
}

/// Of which years and regions something was published, the newest year first.
pub async fn published_names(conn: &mut Conn, instrument: Uuid) -> Result<Vec<(i64, String)>> {
    conn.all(&PUBLISHED_NAMES, args![instrument, YEARS_MAX_COUNT * REGIONS_MAX_COUNT]).await
}

/// The id of a region's row of a year.
pub async fn published_id(conn: &mut Conn, instrument: Uuid, year: i64, name_key: &str) -> Result<Option<Uuid>> {
    let row: Option<(Uuid,)> = conn.opt(&PUBLISHED_ONE, args![instrument, year, name_key]).await?;
    Ok(row.map(|(id,)| id))
}

/// Adds an instrument; `ids` are those of its questions.
pub(crate) fn insert(tx: &mut Tx, id: Uuid, name: &str, instrument: &Instrument, ids: &[Uuid], at: Timestamp) {
    tx.insert(&INSERT_INSTRUMENT, args![id, name, at]);
    for (place, section) in (0i64..).zip(&instrument.sections) {
        let Section { key, name, note, weight } = section;
        tx.insert(&INSERT_SECTION, args![id, key, place, name, note, *weight]);
    }
    for ((place, question), own) in (0i64..).zip(&instrument.questions).zip(ids) {
        let Question { key, subindicator, body, answered_by, evidence } = question;
        let QuestionKey { section, indicator, code } = key;
        let row = args![*own, id, place, section, indicator, code, subindicator, body, answered_by, evidence];
        tx.insert(&INSERT_QUESTION, row);
    }
}

/// Adds a region's row of a year.
pub(crate) fn insert_published(tx: &mut Tx, id: Uuid, instrument: Uuid, row: &Published, name_key: &str) {
    let row = args![id, instrument, row.year, name_key, &row.name, row.region, row.index];
    tx.insert(&INSERT_PUBLISHED, row);
}

/// Names a region's row anew, with its published index.
pub(crate) async fn set_published(tx: &mut Tx, id: Uuid, row: &Published) -> Result<()> {
    tx.exec(&SET_PUBLISHED, args![id, &row.name, row.region, row.index]).await.map(drop)
}

/// Replaces weights and scores of a row's sections.
pub(crate) async fn set_sections(tx: &mut Tx, id: Uuid, row: &Published) -> Result<()> {
    tx.exec(&DROP_SECTIONS, args![id]).await?;
    for (place, (section, weight)) in (0i64..).zip(row.weights.iter()) {
        let score = row.sections.get(section).copied();
        tx.insert(&INSERT_PUBLISHED_SECTION, args![id, section, place, weight, score]);
    }
    Ok(())
}

/// Replaces the scores of a row's questions.
pub(crate) async fn set_questions(tx: &mut Tx, id: Uuid, scores: &[(Uuid, i64)]) -> Result<()> {
    tx.exec(&DROP_QUESTIONS, args![id]).await?;
    for (question, score) in scores {
        tx.insert(&INSERT_PUBLISHED_QUESTION, args![id, *question, *score]);
    }
    Ok(())
}
