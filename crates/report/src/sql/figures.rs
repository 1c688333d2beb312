//! Counts for the home page, the wall and the leader's page.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, FromRow, Result, Row, args};
use uuid::Uuid;

use crate::model::Status;

simpul_store::statements! {
    pub(crate) LATE_BY_AGENCY = "SELECT agency_id, COUNT(*), MIN(due_at) FROM report WHERE region = $1 AND due_at < $2
        AND due_at IS NOT NULL AND ($4 OR NOT is_secret) GROUP BY agency_id ORDER BY COUNT(*) DESC LIMIT $3";
    /// The same of what anybody may see: by agency, a count of secret ones would tell that there are any.
    pub(crate) PUBLIC_LATE_BY_AGENCY = "SELECT agency_id, COUNT(*), MIN(due_at) FROM report WHERE region = $1
        AND due_at < $2 AND due_at IS NOT NULL AND is_public GROUP BY agency_id ORDER BY COUNT(*) DESC LIMIT $3";
    pub(crate) OPEN_BY_AGENCY = "SELECT agency_id, COUNT(*) FROM report WHERE region = $1 AND due_at IS NOT NULL
        AND is_open AND ($3 OR NOT is_secret) GROUP BY agency_id LIMIT $2";
    /// `district + 0`: the index by district would walk every report, that by due only open work.
    pub(crate) OPEN_BY_DISTRICT = "SELECT district + 0, COUNT(*),
        CAST(SUM(CASE WHEN due_at < $2 THEN 1 ELSE 0 END) AS BIGINT) FROM report
        WHERE region = $1 AND due_at IS NOT NULL AND due_at > 0 AND is_open AND (district + 0) IS NOT NULL
        GROUP BY district + 0 LIMIT $3";
    pub(crate) WAITING_COUNT = "SELECT COUNT(*) FROM report WHERE region = $1 AND status IN ('new', 'verified')";
    pub(crate) PLACELESS = "SELECT COUNT(*) FROM report WHERE region = $1 AND id >= $2 AND id < $3
        AND district IS NULL";
    pub(crate) LATEST = "SELECT e.at, e.kind, r.number, r.status, r.category, r.district, r.village, r.agency_id
        FROM report_event e JOIN report r ON r.region = e.region AND r.id = e.report_id
        WHERE e.region = $1 AND e.is_public AND r.is_public ORDER BY e.id DESC LIMIT $2";
}

/// Most rows of a figure by agency, district or category.
const ROWS_MAX_COUNT: i64 = 500;

/// A span of time as the ids of the reports that came in during it.
pub type Ids = (Uuid, Uuid);

/// Late work by agency, with the oldest moment that passed; most first.
pub async fn late_by_agency(
    conn: &mut Conn,
    now: Timestamp,
    secrets: bool,
) -> Result<Vec<(Option<Uuid>, i64, Timestamp)>> {
    conn.all(&LATE_BY_AGENCY, args![now, ROWS_MAX_COUNT, secrets]).await
}

/// Late work that anybody may see, as [`late_by_agency`].
pub async fn public_late_by_agency(conn: &mut Conn, now: Timestamp) -> Result<Vec<(Option<Uuid>, i64, Timestamp)>> {
    conn.all(&PUBLIC_LATE_BY_AGENCY, args![now, ROWS_MAX_COUNT]).await
}

/// Open work with a deadline, by agency.
pub async fn open_by_agency(conn: &mut Conn, secrets: bool) -> Result<Vec<(Option<Uuid>, i64)>> {
    conn.all(&OPEN_BY_AGENCY, args![ROWS_MAX_COUNT, secrets]).await
}

/// Open work with a deadline by district, and how much of it is late.
pub async fn open_by_district(conn: &mut Conn, now: Timestamp) -> Result<Vec<(i64, i64, i64)>> {
    conn.all(&OPEN_BY_DISTRICT, args![now, ROWS_MAX_COUNT]).await
}

/// How many nobody has been given yet.
pub async fn waiting(conn: &mut Conn) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&WAITING_COUNT, args![]).await?.0)
}

/// How many came in without a district.
pub async fn placeless(conn: &mut Conn, (from, to): Ids) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&PLACELESS, args![from, to]).await?.0)
}

/// A step of a public report, for screens that tell what happens.
#[derive(Debug, Clone, PartialEq)]
pub struct News {
    /// When.
    pub at: Timestamp,
    /// The journal's kind.
    pub kind: String,
    /// Number of the report.
    pub number: String,
    /// Its state now.
    pub status: Status,
    /// Code of its category.
    pub category: String,
    /// District.
    pub district: Option<i64>,
    /// Village.
    pub village: Option<i64>,
    /// Whose it is now.
    pub agency: Option<Uuid>,
}

impl FromRow for News {
    fn from_row(row: &Row) -> Result<News> {
        let status: String = row.at(3)?;
        Ok(News {
            at: row.at(0)?,
            kind: row.at(1)?,
            number: row.at(2)?,
            status: Status::parse(&status).ok_or_else(|| Error::Broken(format!("status {status:?}")))?,
            category: row.at(4)?,
            district: row.at(5)?,
            village: row.at(6)?,
            agency: row.at(7)?,
        })
    }
}

/// The newest steps that the public may read of, newest first.
pub async fn latest(conn: &mut Conn, limit: i64) -> Result<Vec<News>> {
    conn.all(&LATEST, args![limit]).await
}
