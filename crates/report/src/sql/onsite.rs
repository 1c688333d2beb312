//! What district offices saw on site, and what waits for them.

use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::Line;
use super::lists::line_columns;
use crate::model::{SiteCheck, Verdict};

simpul_store::statements! {
    pub(crate) SITE_CHECKS = "SELECT id, report_id, agency_id, officer_id, verdict, checked_at FROM report_site_check
        WHERE region = $1 AND report_id = $2 ORDER BY checked_at, id LIMIT 100";
    /// Reports of a district that its office has not looked at, or not since they were said to be solved. What the
    /// office leads itself needs no second look.
    pub(crate) SITE_WAITING = concat!("SELECT ", line_columns!(), " FROM report r
        WHERE r.region = $1 AND r.district = $2 AND r.id < $3
        AND r.status IN ('new', 'verified', 'assigned', 'in_progress', 'resolved') AND r.is_public
        AND (r.agency_id IS NULL OR r.agency_id <> $4)
        AND NOT EXISTS (SELECT 1 FROM report_site_check c WHERE c.region = r.region AND c.report_id = r.id
            AND c.checked_at >= COALESCE(r.resolved_at, 0))
        ORDER BY r.id DESC LIMIT $5");
    pub(crate) COUNT_SITE_WAITING = "SELECT COUNT(*) FROM (SELECT 1 FROM report r
        WHERE r.region = $1 AND r.district = $2
        AND r.status IN ('new', 'verified', 'assigned', 'in_progress', 'resolved') AND r.is_public
        AND (r.agency_id IS NULL OR r.agency_id <> $3)
        AND NOT EXISTS (SELECT 1 FROM report_site_check c WHERE c.region = r.region AND c.report_id = r.id
            AND c.checked_at >= COALESCE(r.resolved_at, 0))
        LIMIT $4) AS few";
}

simpul_store::inserts! {
    pub(crate) INSERT_SITE_CHECK = "report_site_check" (id, report_id, agency_id, officer_id, verdict, checked_at);
}

impl FromRow for SiteCheck {
    fn from_row(row: &Row) -> Result<SiteCheck> {
        let verdict: String = row.at(4)?;
        Ok(SiteCheck {
            id: row.at(0)?,
            report: row.at(1)?,
            agency: row.at(2)?,
            officer: row.at(3)?,
            verdict: Verdict::parse(&verdict).ok_or_else(|| Error::Broken(format!("verdict {verdict:?}")))?,
            at: row.at(5)?,
        })
    }
}

/// What was seen of a report, first to last.
pub async fn of_report(conn: &mut Conn, report: Uuid) -> Result<Vec<SiteCheck>> {
    conn.all(&SITE_CHECKS, args![report]).await
}

/// What waits for a look of `office` in its district, newest first.
pub async fn waiting(
    conn: &mut Conn,
    (office, district): (Uuid, i64),
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Line>> {
    conn.all(&SITE_WAITING, args![district, before.unwrap_or(Uuid::max()), office, limit]).await
}

/// How much that is; not counted beyond `most`.
pub async fn count_waiting(conn: &mut Conn, (office, district): (Uuid, i64), most: i64) -> Result<i64> {
    let (count,): (i64,) = conn.one(&COUNT_SITE_WAITING, args![district, office, most]).await?;
    Ok(count)
}

/// Gathers a look.
pub fn insert(tx: &mut Tx, check: &SiteCheck) {
    let SiteCheck { id, report, agency, officer, verdict, at } = *check;
    tx.insert(&INSERT_SITE_CHECK, args![id, report, agency, officer, verdict.name(), at]);
}
