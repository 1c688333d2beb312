//! What an agenda is built from beside the action items.

use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::meeting::{Asked, Request, open_requests};

simpul_store::statements! {
    /// Progress reports that ask for a decision which no decision answers.
    pub(crate) ASKED_DECISIONS = "SELECT p.id, p.programme_id, p.agency_id, g.name, p.decision FROM plan_progress p
        JOIN plan_programme g ON g.region = p.region AND g.id = p.programme_id
        WHERE p.region = $1 AND p.decision <> '' AND p.state IN ('submitted', 'verified', 'published')
        AND NOT EXISTS (SELECT 1 FROM plan_request_answer a
            WHERE a.region = p.region AND a.progress_id = p.id AND a.asked = p.decision)
        ORDER BY p.id LIMIT $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_ANSWER = "plan_request_answer" (progress_id, decision_id, asked);
}

impl FromRow for Asked {
    fn from_row(row: &Row) -> Result<Asked> {
        Ok(Asked {
            progress: row.at(0)?,
            programme: row.at(1)?,
            agency: row.at(2)?,
            name: row.at(3)?,
            decision: row.at(4)?,
        })
    }
}

/// Most reports that are looked at for what they ask.
const ASKED_MAX_COUNT: i64 = 2_000;

/// What is asked to be decided and was not, the oldest first.
pub async fn asked(conn: &mut Conn) -> Result<Vec<Request>> {
    Ok(open_requests(conn.all(&ASKED_DECISIONS, args![ASKED_MAX_COUNT]).await?))
}

pub(crate) fn insert_answer(tx: &mut Tx, progress: Uuid, decision: Uuid, asked: &str) {
    tx.insert(&INSERT_ANSWER, args![progress, decision, asked]);
}
