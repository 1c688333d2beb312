//! What a row of the inbox is marked with, reminders, and what the officers' morning digest counts.

use std::collections::HashSet;

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, Tx, Value, args};
use uuid::Uuid;

use super::lists::wish;

macro_rules! of_these {
    ($select:literal) => {
        concat!(
            $select,
            " WHERE region = $1 AND report_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
            $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)"
        )
    };
}

simpul_store::statements! {
    pub(crate) REMINDED_OF_THESE = of_these!("SELECT report_id, at FROM report_reminder");
    pub(crate) DRAFTS_OF_THESE = of_these!("SELECT report_id, returned_at FROM report_draft_answer");
    pub(crate) REMINDED_AT = "SELECT at FROM report_reminder WHERE region = $1 AND report_id = $2";
    pub(crate) SAVE_REMINDER = "INSERT INTO report_reminder (region, report_id, at) VALUES ($1, $2, $3)
        ON CONFLICT (region, report_id) DO UPDATE SET at = $3";
    pub(crate) REMINDED = "SELECT COUNT(*) FROM report_reminder m
        JOIN report r ON r.region = m.region AND r.id = m.report_id
        WHERE m.region = $1 AND r.agency_id = $2 AND r.due_at IS NOT NULL";
    pub(crate) UNCHECKED_OF_NOBODY = concat!("SELECT COUNT(*) FROM report r WHERE r.region = $1
        AND r.agency_id IS NULL AND r.due_at IS NOT NULL AND (NOT r.is_secret OR ", wish!(), ")");
    pub(crate) CLIMBS = "SELECT subject_id FROM deadline WHERE region = $1 AND subject_id = $2 AND what = 'ladder'
        AND done_at IS NULL LIMIT 1";
    pub(crate) NEXT_DIGEST = "SELECT next_at FROM report_digest WHERE region = $1";
    pub(crate) SAVE_NEXT_DIGEST = "INSERT INTO report_digest (region, next_at) VALUES ($1, $2)
        ON CONFLICT (region) DO UPDATE SET next_at = $2";
}

/// Places for reports in one statement.
const PLACES_COUNT: usize = 32;

/// What rows are marked with.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    reminded: HashSet<Uuid>,
    waiting: HashSet<Uuid>,
    returned: HashSet<Uuid>,
}

impl Marks {
    /// Catalogue keys of the words beside that report. Whoever owes nothing any more is not reminded.
    pub fn keys(&self, report: Uuid, owed: bool) -> Vec<&'static str> {
        let marks = [
            (owed && self.reminded.contains(&report), "report.mark.reminded"),
            (self.waiting.contains(&report), "report.mark.waiting"),
            (self.returned.contains(&report), "report.mark.returned"),
        ];
        marks.into_iter().filter(|(marked, _)| *marked).map(|(_, key)| key).collect()
    }
}

/// The marks of these reports.
pub async fn marks(conn: &mut Conn, reports: &[Uuid]) -> Result<Marks> {
    let mut marks = Marks::default();
    for chunk in reports.chunks(PLACES_COUNT) {
        let mut args = args![];
        // The first report fills the places that are left.
        args.0.extend((0..PLACES_COUNT).map(|at| Value::from(*chunk.get(at).unwrap_or(&chunk[0]))));
        let reminded: Vec<(Uuid, Timestamp)> = conn.all(&REMINDED_OF_THESE, args.clone()).await?;
        marks.reminded.extend(reminded.into_iter().map(|(report, _)| report));
        let drafts: Vec<(Uuid, Option<Timestamp>)> = conn.all(&DRAFTS_OF_THESE, args).await?;
        for (report, returned) in drafts {
            let set = if returned.is_some() { &mut marks.returned } else { &mut marks.waiting };
            set.insert(report);
        }
    }
    Ok(marks)
}

/// When somebody last reminded the agency of a report.
pub async fn reminded_at(conn: &mut Conn, report: Uuid) -> Result<Option<Timestamp>> {
    Ok(conn.opt::<(Timestamp,)>(&REMINDED_AT, args![report]).await?.map(|(at,)| at))
}

/// Somebody reminds the agency now.
pub async fn save_reminder(tx: &mut Tx, report: Uuid, at: Timestamp) -> Result<()> {
    tx.exec(&SAVE_REMINDER, args![report, at]).await?;
    Ok(())
}

/// Whether the next step of the ladder is asked for.
pub async fn climbs(conn: &mut Conn, report: Uuid) -> Result<bool> {
    Ok(conn.opt::<(Uuid,)>(&CLIMBS, args![report]).await?.is_some())
}

/// Of how many reports that it still owes the agency was reminded.
pub async fn reminded(conn: &mut Conn, agency: Uuid) -> Result<i64> {
    let (count,): (i64,) = conn.one(&REMINDED, args![agency]).await?;
    Ok(count)
}

/// How many reports wait for the coordinator, since no agency has them.
pub async fn of_nobody(conn: &mut Conn) -> Result<i64> {
    let (count,): (i64,) = conn.one(&UNCHECKED_OF_NOBODY, args![]).await?;
    Ok(count)
}

/// The morning for which a digest is asked.
pub async fn next_digest(conn: &mut Conn) -> Result<Option<Timestamp>> {
    Ok(conn.opt::<(Timestamp,)>(&NEXT_DIGEST, args![]).await?.map(|(at,)| at))
}

/// Notes that morning.
pub async fn save_next_digest(tx: &mut Tx, at: Timestamp) -> Result<()> {
    tx.exec(&SAVE_NEXT_DIGEST, args![at]).await?;
    Ok(())
}
