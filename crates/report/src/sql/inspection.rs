//! Field checks: letters and what was found.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::inspection::number_key;
use crate::model::{Inspection, Protocol, Signer};

macro_rules! columns {
    () => {
        "id, report_id, agency_id, year, letter_number, letter_at, from_at, until_at, purpose, officer_ids, others,
        signer_name, signer_nip, signer_title, ordered_by, ordered_at, checked_at, protocol_number, findings, attendees,
        place, lat_e7, lon_e7, event_id"
    };
}

/// Which row of the agency's year has that number in one of the two series.
macro_rules! taken {
    ($key:literal) => {
        concat!(
            "SELECT id FROM report_inspection
            WHERE region = $1 AND agency_id = $2 AND year = $3 AND ",
            $key,
            " = $4 AND ",
            $key,
            " IS NOT NULL LIMIT 1"
        )
    };
}

simpul_store::statements! {
    pub(crate) INSPECTION = concat!("SELECT ", columns!(), " FROM report_inspection WHERE region = $1 AND id = $2");
    pub(crate) INSPECTIONS = concat!("SELECT ", columns!(), " FROM report_inspection
        WHERE region = $1 AND report_id = $2 ORDER BY id LIMIT $3");
    pub(crate) LETTER_TAKEN = taken!("letter_key");
    pub(crate) PROTOCOL_TAKEN = taken!("protocol_key");
    pub(crate) SAVE_LETTER = "UPDATE report_inspection SET year = $3, letter_number = $4, letter_key = $5,
        letter_at = $6, from_at = $7, until_at = $8, purpose = $9, officer_ids = $10, others = $11, signer_name = $12,
        signer_nip = $13, signer_title = $14 WHERE region = $1 AND id = $2";
    pub(crate) SAVE_PROTOCOL = "UPDATE report_inspection SET checked_at = $3, protocol_number = $4, protocol_key = $5,
        findings = $6, attendees = $7, place = $8, lat_e7 = $9, lon_e7 = $10, event_id = $11
        WHERE region = $1 AND id = $2";
    pub(crate) ERASE_INSPECTIONS = "UPDATE report_inspection
        SET attendees = NULL, place = NULL, lat_e7 = NULL, lon_e7 = NULL WHERE region = $1 AND report_id = $2";
    pub(crate) FORGET_ATTENDEES = "UPDATE report_inspection SET attendees = NULL
        WHERE region = $1 AND attendees IS NOT NULL AND report_id IN (
        SELECT id FROM report WHERE region = $1 AND status IN ('closed', 'rejected', 'out_of_authority', 'archived')
        AND updated_at < $2)";
}

simpul_store::inserts! {
    pub(crate) INSERT_INSPECTION = "report_inspection" (id, report_id, agency_id, year, letter_number, letter_key,
        letter_at, from_at, until_at, purpose, officer_ids, others, signer_name, signer_nip, signer_title, ordered_by,
        ordered_at);
}

/// Most field checks that a page shows of one report.
const INSPECTIONS_MAX_COUNT: i64 = 50;

impl FromRow for Inspection {
    fn from_row(row: &Row) -> Result<Inspection> {
        let officers: String = row.at(9)?;
        Ok(Inspection {
            id: row.at(0)?,
            report: row.at(1)?,
            agency: row.at(2)?,
            year: row.at(3)?,
            number: row.at(4)?,
            dated: row.at(5)?,
            from: row.at(6)?,
            until: row.at(7)?,
            purpose: row.at(8)?,
            officers: officers.split(' ').filter_map(|id| id.parse().ok()).collect(),
            others: row.at(10)?,
            signer: Signer { name: row.at(11)?, nip: row.at(12)?, title: row.at(13)? },
            ordered_by: row.at(14)?,
            ordered: row.at(15)?,
            protocol: protocol_of(row)?,
        })
    }
}

fn protocol_of(row: &Row) -> Result<Option<Protocol>> {
    let Some(at) = row.at::<Option<Timestamp>>(16)? else { return Ok(None) };
    let (lat, lon): (Option<i32>, Option<i32>) = (row.at(21)?, row.at(22)?);
    let point = lat.zip(lon).and_then(|(lat, lon)| Point::from_e7(i64::from(lat), i64::from(lon)).ok());
    Ok(Some(Protocol {
        at,
        number: row.at(17)?,
        findings: row.at::<Option<String>>(18)?.unwrap_or_default(),
        attendees: row.at(19)?,
        place: row.at(20)?,
        point,
        event: row.at(23)?,
    }))
}

/// The field check of that id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Inspection>> {
    conn.opt(&INSPECTION, args![id]).await
}

/// The field checks of a report, first to last.
pub async fn of_report(conn: &mut Conn, report: Uuid) -> Result<Vec<Inspection>> {
    conn.all(&INSPECTIONS, args![report, INSPECTIONS_MAX_COUNT]).await
}

/// What an agency numbers by the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Surat tugas.
    Letters,
    /// Berita acara.
    Protocols,
}

/// Which paper of that series has the number already in the agency's year.
pub async fn taken(conn: &mut Conn, series: Series, (agency, year): (Uuid, i64), number: &str) -> Result<Option<Uuid>> {
    let statement = match series {
        Series::Letters => &LETTER_TAKEN,
        Series::Protocols => &PROTOCOL_TAKEN,
    };
    let found: Option<(Uuid,)> = conn.opt(statement, args![agency, year, number_key(number)]).await?;
    Ok(found.map(|(id,)| id))
}

fn ids(officers: &[Uuid]) -> String {
    officers.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ")
}

/// Gathers a new letter.
pub fn insert(tx: &mut Tx, letter: &Inspection) {
    tx.insert(
        &INSERT_INSPECTION,
        args![
            letter.id,
            letter.report,
            letter.agency,
            letter.year,
            letter.number.clone(),
            letter.number.as_deref().map(number_key),
            letter.dated,
            letter.from,
            letter.until,
            letter.purpose.as_str(),
            ids(&letter.officers),
            letter.others.clone(),
            letter.signer.name.clone(),
            letter.signer.nip.clone(),
            letter.signer.title.clone(),
            letter.ordered_by,
            letter.ordered
        ],
    );
}

/// Writes a letter that was completed.
pub async fn save_letter(tx: &mut Tx, letter: &Inspection) -> Result<()> {
    let args = args![
        letter.id,
        letter.year,
        letter.number.clone(),
        letter.number.as_deref().map(number_key),
        letter.dated,
        letter.from,
        letter.until,
        letter.purpose.as_str(),
        ids(&letter.officers),
        letter.others.clone(),
        letter.signer.name.clone(),
        letter.signer.nip.clone(),
        letter.signer.title.clone()
    ];
    tx.exec(&SAVE_LETTER, args).await?;
    Ok(())
}

/// Writes what was found.
pub async fn save_protocol(tx: &mut Tx, id: Uuid, protocol: &Protocol) -> Result<()> {
    let args = args![
        id,
        protocol.at,
        protocol.number.clone(),
        protocol.number.as_deref().map(number_key),
        protocol.findings.as_str(),
        protocol.attendees.clone(),
        protocol.place.clone(),
        protocol.point.map(|point| point.lat_e7),
        protocol.point.map(|point| point.lon_e7),
        protocol.event
    ];
    tx.exec(&SAVE_PROTOCOL, args).await?;
    Ok(())
}

/// Forgets what a field check may tell of the reporter.
pub async fn erase(tx: &mut Tx, report: Uuid) -> Result<u64> {
    tx.exec(&ERASE_INSPECTIONS, args![report]).await
}

/// Forgets who was there at the checks of reports that have ended and have not changed since `before`.
pub async fn forget_attendees(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.exec(&FORGET_ATTENDEES, args![before]).await
}
