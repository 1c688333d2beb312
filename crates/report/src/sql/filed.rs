//! Reports that officers entered for citizens, and the numbers that SP4N-LAPOR! gave.

use simpul_store::{Conn, Result, Tx, args};
use uuid::Uuid;

use crate::model::filed::Filed;

simpul_store::statements! {
    pub(crate) FILED = "SELECT said_at, reference FROM report_filed WHERE region = $1 AND report_id = $2";
    pub(crate) ERASE_REFERENCE = "UPDATE report_filed SET reference = NULL WHERE region = $1 AND report_id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_FILED = "report_filed" (report_id, officer_id, said_at, reference);
}

/// When it was said, where an officer entered the report.
pub async fn filed(conn: &mut Conn, report: Uuid) -> Result<Option<Filed>> {
    let found = conn.opt(&FILED, args![report]).await?;
    Ok(found.map(|(said, reference)| Filed { said, reference }))
}

/// Gathers what an officer knows of a report beside it.
pub fn insert(tx: &mut Tx, report: Uuid, officer: Option<Uuid>, filed: &Filed) {
    tx.insert(&INSERT_FILED, args![report, officer, filed.said, filed.reference.clone()]);
}

/// Forgets what a report is known by elsewhere: the address of a post names its writer.
pub async fn erase_reference(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&ERASE_REFERENCE, args![report]).await?;
    Ok(())
}
