//! Counts for the recap in the words of SP4N-LAPOR!

use simpul_store::{Conn, Error, FromRow, Result, Row, args};
use uuid::Uuid;

use super::figures::Ids;
use crate::model::recap::{Group, Stand};
use crate::model::{Class, Source, Status};

simpul_store::statements! {
    pub(crate) RECAP = "SELECT class, status, source, agency_id,
        CAST(CASE WHEN paused_until IS NOT NULL THEN 1 ELSE 0 END AS BIGINT), COUNT(*),
        CAST(SUM(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN answered_at IS NOT NULL THEN answered_at - reported_at ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN resolved_at IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
        CAST(SUM(CASE WHEN resolved_at IS NOT NULL THEN resolved_at - reported_at ELSE 0 END) AS BIGINT)
        FROM report WHERE region = $1 AND id >= $2 AND id < $3
        GROUP BY class, status, source, agency_id,
        CAST(CASE WHEN paused_until IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) LIMIT $4";
}

/// Most groups: every class, state and way of a hundred agencies.
const GROUPS_MAX_COUNT: i64 = 100_000;

impl FromRow for Group {
    fn from_row(row: &Row) -> Result<Group> {
        let (class, status, source): (String, String, String) = (row.at(0)?, row.at(1)?, row.at(2)?);
        let unknown = |what: &str, name: &str| Error::Broken(format!("report.{what} holds {name:?}"));
        let status = Status::parse(&status).ok_or_else(|| unknown("status", &status))?;
        Ok(Group {
            class: Class::parse(&class).ok_or_else(|| unknown("class", &class))?,
            stand: Stand::of(status, row.at::<i64>(4)? == 1),
            source: Source::parse(&source).ok_or_else(|| unknown("source", &source))?,
            agency: row.at::<Option<Uuid>>(3)?,
            count: row.at(5)?,
            answered: (row.at(6)?, row.at(7)?),
            solved: (row.at(8)?, row.at(9)?),
        })
    }
}

/// Reports that came in during a span of time, alike in everything that the recap tells apart.
pub async fn groups(conn: &mut Conn, (from, to): Ids) -> Result<Vec<Group>> {
    conn.all(&RECAP, args![from, to, GROUPS_MAX_COUNT]).await
}
