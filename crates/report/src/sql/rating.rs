//! How content reporters are.

use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::Rating;

simpul_store::statements! {
    pub(crate) RATING = "SELECT stars, reason, rated_at, changed_at FROM report_rating
        WHERE region = $1 AND report_id = $2";
    pub(crate) SAVE_RATING = "INSERT INTO report_rating (region, report_id, stars, reason, rated_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, report_id) DO UPDATE SET stars = $3, reason = $4, rated_at = $5, changed_at = $6";
    pub(crate) FORGET_REASON = "UPDATE report_rating SET reason = '' WHERE region = $1 AND report_id = $2";
    pub(crate) FORGET_REASONS = "UPDATE report_rating SET reason = '' WHERE region = $1 AND changed_at < $2
        AND reason <> ''";
}

impl FromRow for Rating {
    fn from_row(row: &Row) -> Result<Rating> {
        Ok(Rating { stars: row.at(0)?, reason: row.at(1)?, rated_at: row.at(2)?, changed_at: row.at(3)? })
    }
}

/// What the reporter thinks of it, if that was said.
pub async fn rating(conn: &mut Conn, report: Uuid) -> Result<Option<Rating>> {
    conn.opt(&RATING, args![report]).await
}

/// Keeps a rating in place of the one before.
pub async fn save_rating(tx: &mut Tx, report: Uuid, rating: &Rating) -> Result<()> {
    let Rating { stars, reason, rated_at, changed_at } = rating;
    tx.exec(&SAVE_RATING, args![report, *stars, reason.as_str(), *rated_at, *changed_at]).await?;
    Ok(())
}

/// Forgets the words of a rating; the stars are nobody's.
pub async fn forget_reason(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&FORGET_REASON, args![report]).await?;
    Ok(())
}

/// Forgets the words of ratings that are older than `before`.
pub async fn forget_reasons(tx: &mut Tx, before: simpul_kernel::Timestamp) -> Result<()> {
    tx.exec(&FORGET_REASONS, args![before]).await?;
    Ok(())
}
