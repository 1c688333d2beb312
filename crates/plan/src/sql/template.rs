//! A regency's own texts of the books.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, Tx, args};

simpul_store::statements! {
    pub(crate) TEMPLATE = "SELECT body, version FROM plan_template WHERE region = $1 AND book = $2";
    pub(crate) SET_TEMPLATE = "INSERT INTO plan_template (region, book, body, at, by_whom, version)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, book) DO UPDATE SET body = excluded.body, at = excluded.at, by_whom = excluded.by_whom,
        version = excluded.version";
    pub(crate) DROP_TEMPLATE = "DELETE FROM plan_template WHERE region = $1 AND book = $2";
}

/// The regency's own text of a book with its version, where there is one.
pub async fn of(conn: &mut Conn, book: &str) -> Result<Option<(String, i64)>> {
    conn.opt(&TEMPLATE, args![book]).await
}

/// Keeps a text.
pub(crate) async fn set(tx: &mut Tx, book: &str, body: &str, (at, by): (Timestamp, &str), version: i64) -> Result<()> {
    tx.exec(&SET_TEMPLATE, args![book, body, at, by, version]).await.map(drop)
}

/// From here on the text that Simpul brings counts again. Answers whether there was another.
pub(crate) async fn remove(tx: &mut Tx, book: &str) -> Result<bool> {
    Ok(tx.exec(&DROP_TEMPLATE, args![book]).await? > 0)
}
