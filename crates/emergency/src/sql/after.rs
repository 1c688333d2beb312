//! What is kept of an incident for afterwards: what was recommended and sent, lessons, and who saw it first.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::after::{Advice, Lesson};

macro_rules! lesson {
    () => {
        "l.id, l.incident_id, l.body, l.agency_id, l.due_at, l.author, l.at, l.done_at, l.proof"
    };
}

simpul_store::statements! {
    pub(crate) ADVICES = "SELECT id, at, advice, sent FROM emergency_advice
        WHERE region = $1 AND incident_id = $2 ORDER BY id LIMIT $3";
    pub(crate) LESSON = concat!("SELECT ", lesson!(), " FROM emergency_lesson l WHERE l.region = $1 AND l.id = $2");
    pub(crate) LESSONS = concat!("SELECT ", lesson!(), " FROM emergency_lesson l
        WHERE l.region = $1 AND l.incident_id = $2 ORDER BY l.id LIMIT $3");
    pub(crate) LESSONS_OF_AGENCY = concat!("SELECT ", lesson!(), " FROM emergency_lesson l
        WHERE l.region = $1 AND l.agency_id = $2 AND l.done_at IS NULL ORDER BY l.due_at, l.id LIMIT $3");
    pub(crate) FINISH_LESSON = "UPDATE emergency_lesson SET done_at = $3, proof = $4
        WHERE region = $1 AND id = $2 AND done_at IS NULL";
    pub(crate) NOTICE = "INSERT INTO emergency_notice (region, incident_id, seen_by, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, incident_id) DO NOTHING";
    pub(crate) IS_NOTICED = "SELECT at FROM emergency_notice WHERE region = $1 AND incident_id = $2";
    /// Incidents without a unit that nobody has looked at.
    pub(crate) UNNOTICED = "SELECT i.id FROM emergency_incident i
        WHERE i.region = $1 AND i.status IN ('open', 'dispatched', 'on_scene', 'controlled') AND i.status = 'open'
        AND NOT EXISTS (SELECT 1 FROM emergency_notice n WHERE n.region = i.region AND n.incident_id = i.id)
        ORDER BY i.priority, i.opened_at, i.id LIMIT $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_ADVICE = "emergency_advice" (id, incident_id, at, advice, sent);
    pub(crate) INSERT_LESSON = "emergency_lesson" (id, incident_id, body, agency_id, due_at, author, at);
}

/// Most rows of one incident that are read.
const ROWS_MAX_COUNT: i64 = 200;

impl FromRow for Advice {
    fn from_row(row: &Row) -> Result<Advice> {
        let (advice, sent): (String, String) = (row.at(2)?, row.at(3)?);
        Ok(Advice {
            id: row.at(0)?,
            at: row.at(1)?,
            advised: serde_json::from_str(&advice)?,
            sent: serde_json::from_str(&sent)?,
        })
    }
}

/// What was recommended and what was sent, each time units were.
pub async fn advices(conn: &mut Conn, incident: Uuid) -> Result<Vec<Advice>> {
    conn.all(&ADVICES, args![incident, ROWS_MAX_COUNT]).await
}

/// Gathers what was recommended and what was sent.
pub fn insert_advice(tx: &mut Tx, incident: Uuid, advice: &Advice) -> Result<()> {
    let (advised, sent) = (serde_json::to_string(&advice.advised)?, serde_json::to_string(&advice.sent)?);
    tx.insert(&INSERT_ADVICE, args![advice.id, incident, advice.at, advised, sent]);
    Ok(())
}

impl FromRow for Lesson {
    fn from_row(row: &Row) -> Result<Lesson> {
        Ok(Lesson {
            id: row.at(0)?,
            incident: row.at(1)?,
            body: row.at(2)?,
            agency: row.at(3)?,
            due: row.at(4)?,
            author: row.at(5)?,
            at: row.at(6)?,
            done: row.at(7)?,
            proof: row.at(8)?,
        })
    }
}

/// A lesson by its id.
pub async fn lesson(conn: &mut Conn, id: Uuid) -> Result<Option<Lesson>> {
    conn.opt(&LESSON, args![id]).await
}

/// What was learned of an incident.
pub async fn lessons(conn: &mut Conn, incident: Uuid) -> Result<Vec<Lesson>> {
    conn.all(&LESSONS, args![incident, ROWS_MAX_COUNT]).await
}

/// Open lessons that are an agency's, by deadline.
pub async fn lessons_of_agency(conn: &mut Conn, agency: Uuid) -> Result<Vec<Lesson>> {
    conn.all(&LESSONS_OF_AGENCY, args![agency, ROWS_MAX_COUNT]).await
}

/// Gathers a lesson.
pub fn insert_lesson(tx: &mut Tx, lesson: &Lesson) {
    let Lesson { id, incident, body, agency, due, author, at, .. } = lesson;
    tx.insert(&INSERT_LESSON, args![*id, *incident, body, *agency, *due, author, *at]);
}

/// A lesson is done, with its proof. Answers whether it was open.
pub async fn finish_lesson(tx: &mut Tx, id: Uuid, now: Timestamp, proof: &str) -> Result<bool> {
    Ok(tx.exec(&FINISH_LESSON, args![id, now, proof]).await? == 1)
}

/// Somebody has seen an incident. Answers whether they were the first.
pub async fn notice(tx: &mut Tx, incident: Uuid, by: &str, now: Timestamp) -> Result<bool> {
    Ok(tx.exec(&NOTICE, args![incident, by, now]).await? == 1)
}

/// Whether somebody has seen an incident.
pub async fn is_noticed(conn: &mut Conn, incident: Uuid) -> Result<bool> {
    let found: Option<(Timestamp,)> = conn.opt(&IS_NOTICED, args![incident]).await?;
    Ok(found.is_some())
}

/// Incidents without a unit that nobody has looked at yet.
pub async fn unnoticed(conn: &mut Conn) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = conn.all(&UNNOTICED, args![ROWS_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
