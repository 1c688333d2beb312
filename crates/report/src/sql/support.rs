//! Agencies that help the one that leads.

use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::{Level, Stage, Status, Support};

macro_rules! columns {
    () => {
        "s.id, s.report_id, s.agency_id, s.stage, s.instruction, s.due_at, s.is_late, s.level, s.asked_by, s.asked_at,
        s.accepted_at, s.ended_at, s.note"
    };
}

simpul_store::statements! {
    pub(crate) SUPPORT = concat!("SELECT ", columns!(), " FROM report_support s WHERE s.region = $1 AND s.id = $2");
    pub(crate) SUPPORTS = concat!("SELECT ", columns!(), " FROM report_support s
        WHERE s.region = $1 AND s.report_id = $2 ORDER BY s.id LIMIT $3");
    /// What an agency is asked to help with, least time left first. No secret report is among them.
    pub(crate) SUPPORT_INBOX = concat!("SELECT ", columns!(), ", r.number, r.category, r.agency_id, r.district,
        r.village, r.body, r.status FROM report_support s
        JOIN report r ON r.region = s.region AND r.id = s.report_id
        WHERE s.region = $1 AND s.agency_id = $2 AND s.stage IN ('asked', 'accepted') AND NOT r.is_secret
        ORDER BY s.due_at, s.id LIMIT $3");
    pub(crate) SUPPORT_INBOX_ALL = concat!("SELECT ", columns!(), ", r.number, r.category, r.agency_id, r.district,
        r.village, r.body, r.status FROM report_support s
        JOIN report r ON r.region = s.region AND r.id = s.report_id
        WHERE s.region = $1 AND s.stage IN ('asked', 'accepted') AND NOT r.is_secret
        ORDER BY s.due_at, s.id LIMIT $2");
    pub(crate) COUNT_SUPPORT = "SELECT COUNT(*) FROM (SELECT 1 FROM report_support s
        JOIN report r ON r.region = s.region AND r.id = s.report_id
        WHERE s.region = $1 AND s.agency_id = $2 AND s.stage IN ('asked', 'accepted') AND NOT r.is_secret
        LIMIT $3) AS few";
    pub(crate) COUNT_SUPPORT_ALL = "SELECT COUNT(*) FROM (SELECT 1 FROM report_support s
        JOIN report r ON r.region = s.region AND r.id = s.report_id
        WHERE s.region = $1 AND s.stage IN ('asked', 'accepted') AND NOT r.is_secret LIMIT $2) AS few";
    pub(crate) SAVE_SUPPORT = "UPDATE report_support SET stage = $3, is_late = $4, level = $5, accepted_at = $6,
        ended_at = $7, note = $8 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_SUPPORT = "report_support" (id, report_id, agency_id, stage, instruction, due_at, asked_by,
        asked_at);
}

/// Most helping agencies that are read of one report, with those of its past.
const SUPPORTS_READ_MAX_COUNT: i64 = 200;

impl FromRow for Support {
    fn from_row(row: &Row) -> Result<Support> {
        let stage: String = row.at(3)?;
        Ok(Support {
            id: row.at(0)?,
            report: row.at(1)?,
            agency: row.at(2)?,
            stage: Stage::parse(&stage).ok_or_else(|| Error::Broken(format!("stage {stage:?}")))?,
            instruction: row.at(4)?,
            due: row.at(5)?,
            late: row.at(6)?,
            level: Level::of(row.at(7)?),
            asked_by: row.at(8)?,
            asked: row.at(9)?,
            accepted: row.at(10)?,
            ended: row.at(11)?,
            note: row.at(12)?,
        })
    }
}

/// Help that is owed, as a line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SupportLine {
    /// The help.
    pub support: Support,
    /// Number of the report.
    pub number: String,
    /// Code of its category.
    pub category: String,
    /// Who leads.
    pub lead: Option<Uuid>,
    /// District.
    pub district: Option<i64>,
    /// Village.
    pub village: Option<i64>,
    /// What the citizen wrote, unmasked.
    pub body: String,
    /// Where the report stands.
    pub status: Status,
}

impl FromRow for SupportLine {
    fn from_row(row: &Row) -> Result<SupportLine> {
        let status: String = row.at(19)?;
        Ok(SupportLine {
            support: Support::from_row(row)?,
            number: row.at(13)?,
            category: row.at(14)?,
            lead: row.at(15)?,
            district: row.at(16)?,
            village: row.at(17)?,
            body: row.at(18)?,
            status: Status::parse(&status).ok_or_else(|| Error::Broken(format!("status {status:?}")))?,
        })
    }
}

/// The help of that id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Support>> {
    conn.opt(&SUPPORT, args![id]).await
}

/// Everybody who helps or has helped with a report, first to last.
pub async fn of_report(conn: &mut Conn, report: Uuid) -> Result<Vec<Support>> {
    conn.all(&SUPPORTS, args![report, SUPPORTS_READ_MAX_COUNT]).await
}

/// What the agency, or anybody where none is named, is asked to help with: least time left first.
pub async fn inbox(conn: &mut Conn, agency: Option<Uuid>, limit: i64) -> Result<Vec<SupportLine>> {
    match agency {
        Some(agency) => conn.all(&SUPPORT_INBOX, args![agency, limit]).await,
        None => conn.all(&SUPPORT_INBOX_ALL, args![limit]).await,
    }
}

/// How much that is; not counted beyond `most`.
pub async fn count(conn: &mut Conn, agency: Option<Uuid>, most: i64) -> Result<i64> {
    let (count,): (i64,) = match agency {
        Some(agency) => conn.one(&COUNT_SUPPORT, args![agency, most]).await?,
        None => conn.one(&COUNT_SUPPORT_ALL, args![most]).await?,
    };
    Ok(count)
}

/// Gathers new help.
pub fn insert(tx: &mut Tx, support: &Support) {
    tx.insert(
        &INSERT_SUPPORT,
        args![
            support.id,
            support.report,
            support.agency,
            support.stage.name(),
            support.instruction.as_str(),
            support.due,
            support.asked_by,
            support.asked
        ],
    );
}

/// Writes what a step changed.
pub async fn save(tx: &mut Tx, after: &Support) -> Result<()> {
    let args = args![
        after.id,
        after.stage.name(),
        after.late,
        after.level.number(),
        after.accepted,
        after.ended,
        after.note.clone()
    ];
    tx.exec(&SAVE_SUPPORT, args).await?;
    Ok(())
}
