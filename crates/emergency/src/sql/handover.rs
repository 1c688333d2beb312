//! What is handed over: to whom, what is asked, and who took it there.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

macro_rules! handover {
    () => {
        "h.id, h.incident_id, h.contact_id, h.agency_id, h.asked, h.forwarded_at, h.forwarded_by, h.received_by,
        h.received_at, h.received_officer"
    };
}

simpul_store::statements! {
    pub(crate) HANDOVERS = concat!("SELECT ", handover!(), " FROM emergency_handover h
        WHERE h.region = $1 AND h.incident_id = $2 ORDER BY h.id");
    pub(crate) HANDOVER = concat!("SELECT ", handover!(), " FROM emergency_handover h
        WHERE h.region = $1 AND h.id = $2");
    pub(crate) OPEN_HANDOVERS = concat!("SELECT ", handover!(), " FROM emergency_handover h
        WHERE h.region = $1 AND h.received_at IS NULL ORDER BY h.id LIMIT $2");
    pub(crate) HANDOVERS_OF_AGENCY = concat!("SELECT ", handover!(), " FROM emergency_handover h
        WHERE h.region = $1 AND h.agency_id = $2 AND (h.received_at IS NULL OR h.received_at >= $3)
        ORDER BY h.forwarded_at DESC, h.id DESC LIMIT $4");
    pub(crate) WAITING_HANDOVERS = "SELECT h.agency_id, COUNT(*) FROM emergency_handover h
        WHERE h.region = $1 AND h.received_at IS NULL AND h.agency_id IS NOT NULL GROUP BY h.agency_id";
    pub(crate) RECEIVE_HANDOVER = "UPDATE emergency_handover SET received_by = $3, received_at = $4,
        received_officer = $5 WHERE region = $1 AND id = $2 AND received_at IS NULL";
}

simpul_store::inserts! {
    pub(crate) INSERT_HANDOVER = "emergency_handover" (id, incident_id, contact_id, agency_id, asked, forwarded_at,
        forwarded_by);
}

/// Most rows that a list of hand-overs has.
const LIST_MAX_COUNT: i64 = 500;

/// Who took what was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// A name, as it was told or as the officer's account has it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The officer, where one acknowledged it by signing in.
    pub officer: Option<Uuid>,
}

/// Handed over at, received by, at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Id.
    pub id: Uuid,
    /// Which incident.
    pub incident: Uuid,
    /// To whom.
    pub contact: Uuid,
    /// Whose officers acknowledge it.
    pub agency: Option<Uuid>,
    /// What is asked of them.
    pub asked: String,
    /// When.
    pub forwarded: Timestamp,
    /// By whom in the room.
    pub forwarded_by: String,
    /// Who took it there, and when.
    pub received: Option<Received>,
}

impl FromRow for Handover {
    fn from_row(row: &Row) -> Result<Handover> {
        let (by, at): (Option<String>, Option<Timestamp>) = (row.at(7)?, row.at(8)?);
        let officer = row.at(9)?;
        Ok(Handover {
            id: row.at(0)?,
            incident: row.at(1)?,
            contact: row.at(2)?,
            agency: row.at(3)?,
            asked: row.at(4)?,
            forwarded: row.at(5)?,
            forwarded_by: row.at(6)?,
            received: by.zip(at).map(|(by, at)| Received { by, at, officer }),
        })
    }
}

/// The hand-overs of an incident.
pub async fn of_incident(conn: &mut Conn, incident: Uuid) -> Result<Vec<Handover>> {
    conn.all(&HANDOVERS, args![incident]).await
}

/// One hand-over.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Handover>> {
    conn.opt(&HANDOVER, args![id]).await
}

/// Hand-overs that nobody has confirmed.
pub async fn open(conn: &mut Conn) -> Result<Vec<Handover>> {
    conn.all(&OPEN_HANDOVERS, args![LIST_MAX_COUNT]).await
}

/// What was handed over to an agency: what waits, and what it took since a moment, the latest first.
pub async fn of_agency(conn: &mut Conn, agency: Uuid, since: Timestamp) -> Result<Vec<Handover>> {
    conn.all(&HANDOVERS_OF_AGENCY, args![agency, since, LIST_MAX_COUNT]).await
}

/// How many hand-overs wait, by agency.
pub async fn waiting(conn: &mut Conn) -> Result<Vec<(Uuid, i64)>> {
    conn.all(&WAITING_HANDOVERS, args![]).await
}

/// Gathers a hand-over.
pub fn insert(tx: &mut Tx, one: &Handover) {
    let Handover { id, incident, contact, agency, asked, forwarded, forwarded_by, .. } = one;
    let values = args![*id, *incident, *contact, *agency, asked, *forwarded, forwarded_by];
    tx.insert(&INSERT_HANDOVER, values);
}

/// It was received there. Answers whether nobody had said so before.
pub async fn receive(tx: &mut Tx, id: Uuid, received: &Received) -> Result<bool> {
    let values = args![id, &received.by, received.at, received.officer];
    Ok(tx.exec(&RECEIVE_HANDOVER, values).await? == 1)
}
