//! What a citizen wrote before an officer edited it.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, Tx, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) ORIGINAL_TEXT = "SELECT body, edited_at FROM report_original WHERE region = $1 AND report_id = $2";
    pub(crate) KEEP_TEXT = "INSERT INTO report_original (region, report_id, body, edited_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, report_id) DO UPDATE SET edited_at = $4";
    pub(crate) ERASE_TEXT = "DELETE FROM report_original WHERE region = $1 AND report_id = $2";
}

/// The citizen's own words and when they were last edited; `None` where nobody edited them.
pub async fn original(conn: &mut Conn, report: Uuid) -> Result<Option<(String, Timestamp)>> {
    conn.opt(&ORIGINAL_TEXT, args![report]).await
}

/// Keeps the citizen's own words, unless they are kept already, and the moment of the edit.
pub async fn keep(tx: &mut Tx, report: Uuid, body: &str, at: Timestamp) -> Result<()> {
    tx.exec(&KEEP_TEXT, args![report, body, at]).await?;
    Ok(())
}

/// Forgets the citizen's own words.
pub async fn erase(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&ERASE_TEXT, args![report]).await?;
    Ok(())
}
