//! Photos as they were before boxes were put over faces.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::PhotoRef;

simpul_store::statements! {
    /// Wherever the photo stands, also with another report.
    pub(crate) REPLACE = "UPDATE report_photo SET digest = $3, medium = $4, small = $5, width = $6, height = $7
        WHERE region = $1 AND digest = $2";
    pub(crate) ORIGINALS_OF = "SELECT report_id, digest, medium, small, redacted, made_at FROM report_redaction
        WHERE region = $1 AND report_id = $2 ORDER BY made_at, digest LIMIT $3";
    pub(crate) ORIGINAL = "SELECT report_id, digest, medium, small, redacted, made_at FROM report_redaction
        WHERE region = $1 AND digest = $2 ORDER BY made_at LIMIT $3";
    pub(crate) ERASE_ORIGINALS = "DELETE FROM report_redaction WHERE region = $1 AND report_id = $2";
    pub(crate) DROP_OLD_ORIGINALS = "DELETE FROM report_redaction WHERE region = $1 AND made_at < $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_ORIGINAL = "report_redaction" (report_id, digest, medium, small, redacted, made_at);
}

/// Most originals read at once.
const ORIGINALS_MAX_COUNT: i64 = 60;

/// A photo as it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Original {
    /// The report that shows it.
    pub report: Uuid,
    /// Its files, from large to small.
    pub files: [[u8; 32]; 3],
    /// What is shown in its place.
    pub covered: [u8; 32],
    /// When it was covered.
    pub at: Timestamp,
}

impl FromRow for Original {
    fn from_row(row: &Row) -> Result<Original> {
        Ok(Original {
            report: row.at(0)?,
            files: [row.at(1)?, row.at(2)?, row.at(3)?],
            covered: row.at(4)?,
            at: row.at(5)?,
        })
    }
}

/// Puts the covered photo wherever the original stood.
pub async fn replace(tx: &mut Tx, original: [u8; 32], covered: &PhotoRef) -> Result<u64> {
    let PhotoRef { digest, medium, small, width, height } = *covered;
    tx.exec(&REPLACE, args![original, digest, medium, small, width, height]).await
}

/// Gathers an original of a report.
pub fn insert(tx: &mut Tx, report: Uuid, original: &PhotoRef, covered: [u8; 32], at: Timestamp) {
    let PhotoRef { digest, medium, small, .. } = *original;
    tx.insert(&INSERT_ORIGINAL, args![report, digest, medium, small, covered, at]);
}

/// The originals of a report's photos, in the order in which they were covered.
pub async fn originals_of(conn: &mut Conn, report: Uuid) -> Result<Vec<Original>> {
    conn.all(&ORIGINALS_OF, args![report, ORIGINALS_MAX_COUNT]).await
}

/// The reports whose photo with that name was covered.
pub async fn original(conn: &mut Conn, digest: [u8; 32]) -> Result<Vec<Original>> {
    conn.all(&ORIGINAL, args![digest, ORIGINALS_MAX_COUNT]).await
}

/// Forgets the originals of a report's photos.
pub async fn erase(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&ERASE_ORIGINALS, args![report]).await?;
    Ok(())
}

/// Forgets originals that were covered before `before`. Answers how many.
pub async fn drop_old(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.exec(&DROP_OLD_ORIGINALS, args![before]).await
}
