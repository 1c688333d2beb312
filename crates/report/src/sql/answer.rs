//! Answers that wait for approval, whose answers do, and how a report went to another body.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::lists::{Line, Whose, line_columns};
use crate::model::{Answer, Forwarding};

simpul_store::statements! {
    pub(crate) APPROVALS = "SELECT agency_id FROM report_approval WHERE region = $1 AND is_on ORDER BY agency_id";
    pub(crate) NEEDS_APPROVAL = "SELECT agency_id FROM report_approval WHERE region = $1 AND agency_id = $2 AND is_on";
    pub(crate) SET_APPROVAL = "INSERT INTO report_approval (region, agency_id, is_on) VALUES ($1, $2, $3)
        ON CONFLICT (region, agency_id) DO UPDATE SET is_on = $3";
    pub(crate) DRAFT_ANSWER = "SELECT report_id, agency_id, officer_id, answer, written_at, returned_at, returned_by,
        returned_why, version FROM report_draft_answer WHERE region = $1 AND report_id = $2";
    pub(crate) SAVE_DRAFT_ANSWER = "INSERT INTO report_draft_answer (region, report_id, agency_id, officer_id, step,
        answer, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (region, report_id) DO UPDATE SET agency_id = $3, officer_id = $4, step = $5, answer = $6,
        written_at = $7, returned_at = NULL, returned_by = NULL, returned_why = NULL,
        version = report_draft_answer.version + 1";
    pub(crate) RETURN_DRAFT_ANSWER = "UPDATE report_draft_answer SET returned_at = $4, returned_by = $5,
        returned_why = $6, version = version + 1
        WHERE region = $1 AND report_id = $2 AND version = $3 AND returned_at IS NULL";
    pub(crate) DROP_DRAFT_ANSWER = "DELETE FROM report_draft_answer WHERE region = $1 AND report_id = $2";
    pub(crate) DRAFTS = concat!("SELECT ", line_columns!(), " FROM report_draft_answer d
        JOIN report r ON r.region = d.region AND r.id = d.report_id
        WHERE d.region = $1 AND d.report_id > $2 AND ($3 OR d.agency_id = $4) AND (NOT r.is_secret OR $5)
        ORDER BY d.report_id LIMIT $6");
    pub(crate) COUNT_DRAFTS = "SELECT COUNT(*) FROM report_draft_answer d
        JOIN report r ON r.region = d.region AND r.id = d.report_id
        WHERE d.region = $1 AND ($2 OR d.agency_id = $3) AND (NOT r.is_secret OR $4) AND d.returned_at IS NULL";
    pub(crate) DRAFT_ANSWER_BODIES = "SELECT answer FROM report_draft_answer WHERE region = $1";
    pub(crate) FORWARDING = "SELECT letter_number, letter_date, foreign_number FROM report_forwarding
        WHERE region = $1 AND report_id = $2";
    pub(crate) SAVE_FORWARDING = "INSERT INTO report_forwarding (region, report_id, letter_number, letter_date,
        foreign_number) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, report_id) DO UPDATE SET letter_number = $3, letter_date = $4, foreign_number = $5";
}

/// An answer that waits for approval.
#[derive(Debug, Clone, PartialEq)]
pub struct DraftAnswer {
    /// The report.
    pub report: Uuid,
    /// Whose answer it is.
    pub agency: Uuid,
    /// Who wrote it; a program has no officer.
    pub officer: Option<Uuid>,
    /// What was typed.
    pub answer: Answer,
    /// When.
    pub written: Timestamp,
    /// When, by whom and why it was given back.
    pub returned: Option<Returned>,
    /// Grows by one with each change.
    pub version: i64,
}

/// An answer was given back.
#[derive(Debug, Clone, PartialEq)]
pub struct Returned {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<Uuid>,
    /// Why.
    pub why: String,
}

impl FromRow for DraftAnswer {
    fn from_row(row: &Row) -> Result<DraftAnswer> {
        let answer: String = row.at(3)?;
        let (by, why): (Option<Uuid>, Option<String>) = (row.at(6)?, row.at(7)?);
        Ok(DraftAnswer {
            report: row.at(0)?,
            agency: row.at(1)?,
            officer: row.at(2)?,
            answer: serde_json::from_str(&answer)?,
            written: row.at(4)?,
            returned: row.at::<Option<Timestamp>>(5)?.map(|at| Returned { at, by, why: why.unwrap_or_default() }),
            version: row.at(8)?,
        })
    }
}

/// The agencies whose answers are approved first.
pub async fn approvals(conn: &mut Conn) -> Result<Vec<Uuid>> {
    Ok(conn.all::<(Uuid,)>(&APPROVALS, args![]).await?.into_iter().map(|(id,)| id).collect())
}

/// Whether that agency's answers are approved first.
pub async fn needs_approval(conn: &mut Conn, agency: Uuid) -> Result<bool> {
    Ok(conn.opt::<(Uuid,)>(&NEEDS_APPROVAL, args![agency]).await?.is_some())
}

/// Says whether that agency's answers are approved first.
pub async fn set_approval(tx: &mut Tx, agency: Uuid, on: bool) -> Result<()> {
    tx.exec(&SET_APPROVAL, args![agency, on]).await?;
    Ok(())
}

/// The answer of that report that waits, or was returned.
pub async fn draft_answer(conn: &mut Conn, report: Uuid) -> Result<Option<DraftAnswer>> {
    conn.opt(&DRAFT_ANSWER, args![report]).await
}

/// Keeps an answer in place of an earlier one.
pub async fn save_draft_answer(
    tx: &mut Tx,
    report: Uuid,
    agency: Uuid,
    officer: Option<Uuid>,
    answer: &Answer,
    at: Timestamp,
) -> Result<()> {
    let text = serde_json::to_string(answer)?;
    tx.exec(&SAVE_DRAFT_ANSWER, args![report, agency, officer, answer.step(), text, at]).await?;
    Ok(())
}

/// Gives an answer back. Answers `false` when it has changed since it was read.
pub async fn return_draft_answer(tx: &mut Tx, draft: &DraftAnswer, returned: &Returned) -> Result<bool> {
    let args = args![draft.report, draft.version, returned.at, returned.by, returned.why.as_str()];
    Ok(tx.exec(&RETURN_DRAFT_ANSWER, args).await? == 1)
}

/// Forgets the answer that waits. Answers whether there was one.
pub async fn drop_draft_answer(tx: &mut Tx, report: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_DRAFT_ANSWER, args![report]).await? > 0)
}

/// Reports whose answer waits or was returned, oldest report first.
pub async fn drafts(conn: &mut Conn, whose: Whose, after: Option<Uuid>, limit: i64) -> Result<Vec<Line>> {
    let (all, agency, secrets) = whose.agency();
    conn.all(&DRAFTS, args![after.unwrap_or_default(), all, agency, secrets, limit]).await
}

/// How many answers wait for approval.
pub async fn count_drafts(conn: &mut Conn, whose: Whose) -> Result<i64> {
    let (all, agency, secrets) = whose.agency();
    let (count,): (i64,) = conn.one(&COUNT_DRAFTS, args![all, agency, secrets]).await?;
    Ok(count)
}

/// All answers that wait, as they were kept.
pub async fn draft_answer_bodies(conn: &mut Conn) -> Result<Vec<String>> {
    Ok(conn.all::<(String,)>(&DRAFT_ANSWER_BODIES, args![]).await?.into_iter().map(|(body,)| body).collect())
}

/// How a report went to another body.
pub async fn forwarding(conn: &mut Conn, report: Uuid) -> Result<Option<Forwarding>> {
    let row: Option<(Option<String>, Option<String>, Option<String>)> = conn.opt(&FORWARDING, args![report]).await?;
    Ok(row.map(|(letter_number, letter_date, foreign_number)| Forwarding {
        letter_number: letter_number.unwrap_or_default(),
        letter_date: letter_date.unwrap_or_default(),
        foreign_number: foreign_number.unwrap_or_default(),
    }))
}

/// Keeps how a report went to another body.
pub async fn save_forwarding(tx: &mut Tx, report: Uuid, forwarding: &Forwarding) -> Result<()> {
    let Forwarding { letter_number, letter_date, foreign_number } = forwarding.clone();
    let filled = |text: String| Some(text).filter(|text| !text.is_empty());
    let args = args![report, filled(letter_number), filled(letter_date), filled(foreign_number)];
    tx.exec(&SAVE_FORWARDING, args).await?;
    Ok(())
}
