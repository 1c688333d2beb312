//! What a file said last of an imported report.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, Result, Tx, args};
use uuid::Uuid;

use crate::model::{Origin, Status};

simpul_store::statements! {
    pub(crate) ORIGIN = "SELECT digest, status, updated_at FROM report_origin WHERE region = $1 AND report_id = $2";
    pub(crate) SAVE_ORIGIN = "INSERT INTO report_origin (region, report_id, digest, status, updated_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, report_id) DO UPDATE SET digest = $3, status = $4, updated_at = $5";
}

simpul_store::inserts! {
    pub(crate) INSERT_ORIGIN = "report_origin" (report_id, digest, status, updated_at);
}

/// What was said last of a report; `None` where no file ever spoke of it.
pub async fn origin(conn: &mut Conn, report: Uuid) -> Result<Option<Origin>> {
    let found = conn.opt::<([u8; 32], String, Timestamp)>(&ORIGIN, args![report]).await?;
    let read = |(digest, status, updated): ([u8; 32], String, Timestamp)| {
        let known = Status::parse(&status);
        let status = known.ok_or_else(|| Error::Broken(format!("report_origin.status holds {status:?}")))?;
        Ok(Origin { digest, status, updated })
    };
    found.map(read).transpose()
}

/// Keeps what a file says of a new report.
pub fn insert(tx: &mut Tx, report: Uuid, origin: &Origin) {
    tx.insert(&INSERT_ORIGIN, args![report, origin.digest, origin.status.name(), origin.updated]);
}

/// Keeps what a file says now.
pub async fn save(tx: &mut Tx, report: Uuid, origin: &Origin) -> Result<()> {
    tx.exec(&SAVE_ORIGIN, args![report, origin.digest, origin.status.name(), origin.updated]).await?;
    Ok(())
}
