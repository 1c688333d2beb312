//! The last direction of a leader on each report.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::direction::DirectionKind;

simpul_store::statements! {
    pub(crate) DIRECTION_OF = "SELECT report_id, kind, by_at, given_at FROM report_direction
        WHERE region = $1 AND report_id = $2";
    /// Those that somebody still has to follow, the newest first. There are few: a leader directs by the dozen.
    pub(crate) DIRECTIONS_OPEN = "SELECT d.report_id, d.kind, d.by_at, d.given_at FROM report_direction d
        WHERE d.region = $1 AND EXISTS (SELECT 1 FROM report r WHERE r.region = d.region AND r.id = d.report_id
        AND r.is_open) ORDER BY d.given_at DESC LIMIT $2";
    pub(crate) SAVE_DIRECTION = "INSERT INTO report_direction (region, report_id, kind, by_at, given_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (region, report_id) DO UPDATE SET kind = $3, by_at = $4, given_at = $5";
}

/// A leader's direction on a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direction {
    /// Which report.
    pub report: Uuid,
    /// What is wanted.
    pub kind: DirectionKind,
    /// By when.
    pub by: Timestamp,
    /// When it was given.
    pub given: Timestamp,
}

impl FromRow for Direction {
    fn from_row(row: &Row) -> Result<Direction> {
        let kind: String = row.at(1)?;
        let kind = DirectionKind::parse(&kind).ok_or_else(|| Error::Broken(format!("direction {kind:?}")))?;
        Ok(Direction { report: row.at(0)?, kind, by: row.at(2)?, given: row.at(3)? })
    }
}

/// The direction on a report, if there is one.
pub async fn of(conn: &mut Conn, report: Uuid) -> Result<Option<Direction>> {
    conn.opt(&DIRECTION_OF, args![report]).await
}

/// Directions on open work, the newest first.
pub async fn open(conn: &mut Conn, limit: i64) -> Result<Vec<Direction>> {
    conn.all(&DIRECTIONS_OPEN, args![limit]).await
}

/// Keeps a direction in place of the one before.
pub async fn save(tx: &mut Tx, direction: &Direction) -> Result<()> {
    let Direction { report, kind, by, given } = direction;
    tx.exec(&SAVE_DIRECTION, args![*report, kind.name(), *by, *given]).await?;
    Ok(())
}
