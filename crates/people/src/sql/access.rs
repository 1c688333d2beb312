//! The log of who looked at what.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

simpul_store::statements! {
    RECENT = "SELECT id, at, actor, officer, subject_kind, subject_id, what FROM access_log
        WHERE region = $1 AND id < $2 ORDER BY id DESC LIMIT $3";
    OF_SUBJECT = "SELECT id, at, actor, officer, subject_kind, subject_id, what FROM access_log
        WHERE region = $1 AND subject_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    BY_OFFICER = "SELECT id, at, actor, officer, subject_kind, subject_id, what FROM access_log
        WHERE region = $1 AND officer = $2 ORDER BY id";
    PURGE = "DELETE FROM access_log WHERE region = $1 AND at < $2";
}

simpul_store::inserts! {
    INSERT = "access_log" (id, at, actor, officer, subject_kind, subject_id, what);
}

/// One look at a person's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLine {
    /// Id, ordered by time: the place from which the next page is read.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who, as in the journal.
    pub actor: String,
    /// The officer, if one looked.
    pub officer: Option<Uuid>,
    /// What kind of thing was looked at.
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Uuid,
    /// What was looked at: `reporter`, `export`, …
    pub what: String,
}

impl FromRow for AccessLine {
    fn from_row(row: &Row) -> Result<AccessLine> {
        Ok(AccessLine {
            id: row.at(0)?,
            at: row.at(1)?,
            actor: row.at(2)?,
            officer: row.at(3)?,
            subject_kind: row.at(4)?,
            subject_id: row.at(5)?,
            what: row.at(6)?,
        })
    }
}

/// Up to `limit` lines before the one with id `before` (or from the newest), newest first.
pub async fn recent(conn: &mut Conn, before: Option<Uuid>, limit: i64) -> Result<Vec<AccessLine>> {
    conn.all(&RECENT, args![before.unwrap_or(Uuid::max()), limit]).await
}

/// The same for one thing.
pub async fn of_subject(conn: &mut Conn, subject: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<AccessLine>> {
    conn.all(&OF_SUBJECT, args![subject, before.unwrap_or(Uuid::max()), limit]).await
}

/// Every look of one officer, oldest first.
pub(crate) async fn by_officer(conn: &mut Conn, officer: Uuid) -> Result<Vec<AccessLine>> {
    conn.all(&BY_OFFICER, args![officer]).await
}

pub(crate) fn insert(tx: &mut Tx, line: &AccessLine) {
    let row = args![line.id, line.at, &line.actor, line.officer, &line.subject_kind, line.subject_id, &line.what];
    tx.insert(&INSERT, row);
}

pub(crate) async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.exec(&PURGE, args![before]).await
}
