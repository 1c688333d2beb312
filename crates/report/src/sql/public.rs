//! Counts for everybody: of what anybody may see. A count of secret reports would tell that there are any, and what was
//! merged is counted where it was merged into.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, args};
use uuid::Uuid;

use super::figures::Ids;

/// Received, fixed, late and silent, grouped by a column.
macro_rules! counted_by {
    ($column:literal) => {
        concat!(
            "SELECT ",
            $column,
            ", COUNT(*), CAST(SUM(CASE WHEN status IN ('resolved', 'closed') THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN due_at < $4 THEN 1 ELSE 0 END) AS BIGINT),
            CAST(SUM(CASE WHEN status IN ('new', 'verified', 'assigned', 'in_progress') AND paused_until IS NULL
                AND updated_at < $5 THEN 1 ELSE 0 END) AS BIGINT)
            FROM report WHERE region = $1 AND id >= $2 AND id < $3 AND is_public AND status <> 'merged'
            GROUP BY ",
            $column,
            " LIMIT $6"
        )
    };
}

simpul_store::statements! {
    pub(crate) BY_DISTRICT = counted_by!("district");
    pub(crate) BY_AGENCY = counted_by!("agency_id");
    /// The time to the first answer in the middle of all answered ones, by district.
    pub(crate) MEDIANS = "SELECT district, took FROM (
        SELECT district, answered_at - reported_at AS took,
            ROW_NUMBER() OVER (PARTITION BY district ORDER BY answered_at - reported_at, id) AS place,
            COUNT(*) OVER (PARTITION BY district) AS many
        FROM report WHERE region = $1 AND id >= $2 AND id < $3 AND is_public AND status <> 'merged'
            AND answered_at IS NOT NULL) AS ranked
        WHERE place = (many + 1) / 2 LIMIT $4";
    pub(crate) COUNTS = "SELECT COUNT(*),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') AND resolved_at IS NOT NULL THEN 1 ELSE 0 END), 0)
            AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') AND resolved_at <= resolve_due THEN 1 ELSE 0 END),
            0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN reopened_count > 0 THEN 1 ELSE 0 END), 0) AS BIGINT)
        FROM report WHERE region = $1 AND id >= $2 AND id < $3 AND is_public AND status <> 'merged'";
    pub(crate) LATE = "SELECT COUNT(*) FROM report WHERE region = $1 AND due_at < $2 AND due_at IS NOT NULL
        AND is_public";
    pub(crate) ANSWER_TIME_AT = "SELECT answered_at - reported_at FROM report WHERE region = $1 AND id >= $2
        AND id < $3 AND is_public AND status <> 'merged' AND answered_at IS NOT NULL
        ORDER BY answered_at - reported_at LIMIT 1 OFFSET $4";
}

/// Most districts or agencies.
const ROWS_MAX_COUNT: i64 = 2_000;

/// Received, fixed, late and silent.
type Counted = (i64, i64, i64, i64);

/// What came in, by district; `None` is what has none.
pub async fn by_district(
    conn: &mut Conn,
    (from, to): Ids,
    (now, silent): (Timestamp, Timestamp),
) -> Result<Vec<(Option<i64>, Counted)>> {
    let args = args![from, to, now, silent, ROWS_MAX_COUNT];
    let rows: Vec<(Option<i64>, i64, i64, i64, i64)> = conn.all(&BY_DISTRICT, args).await?;
    Ok(rows.into_iter().map(|(code, a, b, c, d)| (code, (a, b, c, d))).collect())
}

/// The same by agency; `None` is what no agency has been given.
pub async fn by_agency(
    conn: &mut Conn,
    (from, to): Ids,
    (now, silent): (Timestamp, Timestamp),
) -> Result<Vec<(Option<Uuid>, Counted)>> {
    let args = args![from, to, now, silent, ROWS_MAX_COUNT];
    let rows: Vec<(Option<Uuid>, i64, i64, i64, i64)> = conn.all(&BY_AGENCY, args).await?;
    Ok(rows.into_iter().map(|(id, a, b, c, d)| (id, (a, b, c, d))).collect())
}

/// The median time to the first answer by district, in microseconds.
pub async fn medians(conn: &mut Conn, (from, to): Ids) -> Result<Vec<(Option<i64>, i64)>> {
    conn.all(&MEDIANS, args![from, to, ROWS_MAX_COUNT]).await
}

/// Received, fixed, answered, solved, solved in time, sent back.
pub async fn counts(conn: &mut Conn, (from, to): Ids) -> Result<(i64, i64, i64, i64, i64, i64)> {
    conn.one(&COUNTS, args![from, to]).await
}

/// Late now, whenever it came in.
pub async fn late(conn: &mut Conn, now: Timestamp) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&LATE, args![now]).await?.0)
}

/// The time to the first answer in the middle of `answered`.
pub async fn answer_time_at(conn: &mut Conn, (from, to): Ids, answered: i64) -> Result<Option<i64>> {
    if answered == 0 {
        return Ok(None);
    }
    let middle: Option<(i64,)> = conn.opt(&ANSWER_TIME_AT, args![from, to, (answered - 1) / 2]).await?;
    Ok(middle.map(|(micros,)| micros))
}
