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
    /// When answered ones came in and were answered first, oldest first.
    pub(crate) ANSWERS = "SELECT id, district, reported_at, answered_at FROM report WHERE region = $1 AND id > $2
        AND id < $3 AND is_public AND status <> 'merged' AND answered_at IS NOT NULL ORDER BY id LIMIT $4";
    pub(crate) COUNTS = "SELECT COUNT(*),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') THEN 1 ELSE 0 END), 0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') AND resolved_at IS NOT NULL THEN 1 ELSE 0 END), 0)
            AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN status IN ('resolved', 'closed') AND resolved_at <= resolve_due THEN 1 ELSE 0 END),
            0) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN reopened_count > 0 THEN 1 ELSE 0 END), 0) AS BIGINT)
        FROM report WHERE region = $1 AND id >= $2 AND id < $3 AND is_public AND status <> 'merged'";
    pub(crate) LATE = "SELECT COUNT(*) FROM report WHERE region = $1 AND due_at < $2 AND due_at IS NOT NULL
        AND is_public";
}

/// Most districts or agencies.
const ROWS_MAX_COUNT: i64 = 2_000;

/// Answers that are read at once.
const ANSWERS_BLOCK_COUNT: i64 = 5_000;

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

/// One answer: the district, when the report came in, when it was answered first.
pub type Answer = (Option<i64>, Timestamp, Timestamp);

/// Tells of each first answer to what came in, block by block.
pub async fn answers(conn: &mut Conn, (from, to): Ids, mut tell: impl FnMut(Answer)) -> Result<()> {
    let mut after = from;
    loop {
        let args = args![after, to, ANSWERS_BLOCK_COUNT];
        let block: Vec<(Uuid, Option<i64>, Timestamp, Timestamp)> = conn.all(&ANSWERS, args).await?;
        let full = block.len() as i64 == ANSWERS_BLOCK_COUNT;
        after = block.last().map_or(after, |(id, ..)| *id);
        block.into_iter().for_each(|(_, district, reported, answered)| tell((district, reported, answered)));
        if !full {
            return Ok(());
        }
    }
}

/// Received, fixed, solved, solved in time, sent back.
pub async fn counts(conn: &mut Conn, (from, to): Ids) -> Result<(i64, i64, i64, i64, i64)> {
    conn.one(&COUNTS, args![from, to]).await
}

/// Late now, whenever it came in.
pub async fn late(conn: &mut Conn, now: Timestamp) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&LATE, args![now]).await?.0)
}
