//! The filters that officers saved.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) SAVED_OF = "SELECT id, name, query FROM report_filter WHERE region = $1 AND officer_id = $2
        ORDER BY name LIMIT $3";
    pub(crate) RENAME_SAVED = "UPDATE report_filter SET name = $4 WHERE region = $1 AND id = $2 AND officer_id = $3";
    pub(crate) DROP_SAVED = "DELETE FROM report_filter WHERE region = $1 AND id = $2 AND officer_id = $3";
    pub(crate) DROP_SAVED_OF = "DELETE FROM report_filter WHERE region = $1 AND officer_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_SAVED = "report_filter" (id, officer_id, name, query, created_at);
}

/// A filter that an officer saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedFilter {
    /// Its id.
    pub id: Uuid,
    /// What the officer calls it.
    pub name: String,
    /// The list's query.
    pub query: String,
}

impl FromRow for SavedFilter {
    fn from_row(row: &Row) -> Result<SavedFilter> {
        Ok(SavedFilter { id: row.at(0)?, name: row.at(1)?, query: row.at(2)? })
    }
}

/// An officer's filters by name.
pub async fn of(conn: &mut Conn, officer: Uuid, limit: i64) -> Result<Vec<SavedFilter>> {
    conn.all(&SAVED_OF, args![officer, limit]).await
}

/// Gathers the row of a new one.
pub fn insert(tx: &mut Tx, officer: Uuid, saved: &SavedFilter, at: Timestamp) {
    tx.insert(&INSERT_SAVED, args![saved.id, officer, &saved.name, &saved.query, at]);
}

/// Gives one another name. Answers whether there was one.
pub async fn rename(tx: &mut Tx, id: Uuid, officer: Uuid, name: &str) -> Result<bool> {
    Ok(tx.exec(&RENAME_SAVED, args![id, officer, name]).await? == 1)
}

/// Forgets one. Answers whether there was one.
pub async fn drop_one(tx: &mut Tx, id: Uuid, officer: Uuid) -> Result<bool> {
    Ok(tx.exec(&DROP_SAVED, args![id, officer]).await? == 1)
}

/// Forgets all of an officer.
pub async fn drop_all(tx: &mut Tx, officer: Uuid) -> Result<u64> {
    tx.exec(&DROP_SAVED_OF, args![officer]).await
}
