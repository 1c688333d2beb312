//! What an agenda is built from beside the action items.

use simpul_store::{Conn, FromRow, Result, Row, args};
use uuid::Uuid;

simpul_store::statements! {
    /// Progress reports that ask for a decision and have stood on no agenda yet.
    pub(crate) ASKED_DECISIONS = "SELECT p.id, p.agency_id, g.name, p.decision FROM plan_progress p
        JOIN plan_programme g ON g.region = p.region AND g.id = p.programme_id
        WHERE p.region = $1 AND p.decision <> '' AND p.state IN ('submitted', 'verified', 'published')
        AND NOT EXISTS (SELECT 1 FROM plan_agenda a
            WHERE a.region = p.region AND a.subject_id = p.id AND a.kind = 'decision')
        ORDER BY p.id LIMIT $2";
}

/// A progress report that asks for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The progress report.
    pub progress: Uuid,
    /// Whose.
    pub agency: Uuid,
    /// The programme's name.
    pub programme: String,
    /// What is to be decided.
    pub decision: String,
}

impl FromRow for Asked {
    fn from_row(row: &Row) -> Result<Asked> {
        Ok(Asked { progress: row.at(0)?, agency: row.at(1)?, programme: row.at(2)?, decision: row.at(3)? })
    }
}

/// Most of them on one agenda.
const ASKED_MAX_COUNT: i64 = 100;

/// Progress reports that ask for a decision and have stood on no agenda yet.
pub async fn asked(conn: &mut Conn) -> Result<Vec<Asked>> {
    conn.all(&ASKED_DECISIONS, args![ASKED_MAX_COUNT]).await
}
