//! Steps down inside an agency, and its book of incoming papers.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::{Disposition, Order};

macro_rules! columns {
    () => {
        "d.id, d.report_id, d.agency_id, d.from_officer, d.to_officer, d.orders, d.instruction, d.due_at, d.given_at,
        d.done_at, d.done_note"
    };
}

/// What an officer (`$2`) has in hand of work that goes on; of what went to another agency nothing is left to do here.
macro_rules! in_hand {
    () => {
        "FROM report_disposition d JOIN report r ON r.region = d.region AND r.id = d.report_id
        WHERE d.region = $1 AND d.to_officer = $2 AND d.done_at IS NULL AND r.is_open AND r.agency_id = d.agency_id"
    };
}

pub(crate) use in_hand;

simpul_store::statements! {
    pub(crate) DISPOSITION = concat!("SELECT ", columns!(), " FROM report_disposition d
        WHERE d.region = $1 AND d.id = $2");
    pub(crate) DISPOSITIONS = concat!("SELECT ", columns!(), " FROM report_disposition d
        WHERE d.region = $1 AND d.report_id = $2 ORDER BY d.given_at, d.id LIMIT $3");
    pub(crate) DISPOSITIONS_OF = concat!("SELECT ", columns!(), ", r.number ", in_hand!(), "
        ORDER BY COALESCE(d.due_at, r.resolve_due), d.id LIMIT $3");
    /// Who has a step of a report in hand.
    pub(crate) HANDS_OF = "SELECT DISTINCT d.to_officer FROM report_disposition d
        JOIN report r ON r.region = d.region AND r.id = d.report_id
        WHERE d.region = $1 AND d.report_id = $2 AND d.done_at IS NULL AND r.is_open AND r.agency_id = d.agency_id";
    pub(crate) FINISH_DISPOSITION = "UPDATE report_disposition SET done_at = $3, done_note = $4
        WHERE region = $1 AND id = $2 AND done_at IS NULL";
    pub(crate) AGENDA = "SELECT number, received_at FROM report_agenda
        WHERE region = $1 AND report_id = $2 AND agency_id = $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_DISPOSITION = "report_disposition" (id, report_id, agency_id, from_officer, to_officer, orders,
        instruction, due_at, given_at);
    pub(crate) INSERT_AGENDA = "report_agenda" (report_id, agency_id, number, received_at);
}

/// Most steps that a page shows of one report.
const STEPS_MAX_COUNT: i64 = 100;

impl FromRow for Disposition {
    fn from_row(row: &Row) -> Result<Disposition> {
        let orders: String = row.at(5)?;
        Ok(Disposition {
            id: row.at(0)?,
            report: row.at(1)?,
            agency: row.at(2)?,
            from: row.at(3)?,
            to: row.at(4)?,
            orders: Order::split(&orders),
            instruction: row.at(6)?,
            due: row.at(7)?,
            given: row.at(8)?,
            done: row.at(9)?,
            done_note: row.at(10)?,
        })
    }
}

/// A step that an officer has in hand, with the number of its report.
#[derive(Debug, Clone, PartialEq)]
pub struct InHand {
    /// The step.
    pub step: Disposition,
    /// The report's number.
    pub number: String,
}

impl FromRow for InHand {
    fn from_row(row: &Row) -> Result<InHand> {
        Ok(InHand { step: Disposition::from_row(row)?, number: row.at(11)? })
    }
}

/// The step of that id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Disposition>> {
    conn.opt(&DISPOSITION, args![id]).await
}

/// The steps of a report, first to last.
pub async fn of_report(conn: &mut Conn, report: Uuid) -> Result<Vec<Disposition>> {
    conn.all(&DISPOSITIONS, args![report, STEPS_MAX_COUNT]).await
}

/// "Disposisi kepada saya": what the officer has in hand and has not said to be done, least time left first.
pub async fn in_hand_of(conn: &mut Conn, officer: Uuid, limit: i64) -> Result<Vec<InHand>> {
    conn.all(&DISPOSITIONS_OF, args![officer, limit]).await
}

/// Who has a step of the report in hand.
pub async fn hands_of(conn: &mut Conn, report: Uuid) -> Result<Vec<Uuid>> {
    Ok(conn.all::<(Uuid,)>(&HANDS_OF, args![report]).await?.into_iter().map(|(officer,)| officer).collect())
}

/// Gathers a step.
pub fn insert(tx: &mut Tx, step: &Disposition) {
    tx.insert(
        &INSERT_DISPOSITION,
        args![
            step.id,
            step.report,
            step.agency,
            step.from,
            step.to,
            Order::join(&step.orders),
            step.instruction.clone(),
            step.due,
            step.given
        ],
    );
}

/// The one who has it says that it is done. Answers `false` where somebody has said so already.
pub async fn finish(tx: &mut Tx, id: Uuid, at: Timestamp, note: Option<String>) -> Result<bool> {
    Ok(tx.exec(&FINISH_DISPOSITION, args![id, at, note]).await? == 1)
}

/// Under which number the agency has booked the report, and when.
pub async fn agenda(conn: &mut Conn, report: Uuid, agency: Uuid) -> Result<Option<(String, Timestamp)>> {
    conn.opt(&AGENDA, args![report, agency]).await
}

/// Gathers the number in the agency's book.
pub fn insert_agenda(tx: &mut Tx, report: Uuid, agency: Uuid, number: &str, at: Timestamp) {
    tx.insert(&INSERT_AGENDA, args![report, agency, number, at]);
}
