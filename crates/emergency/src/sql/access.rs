//! Who looked at whose call, from the house's log of looks.

use simpul_people::sql::access::AccessLine;
use simpul_store::{Conn, Result, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) LOOKS = "SELECT id, at, actor, officer, subject_kind, subject_id, what FROM access_log
        WHERE region = $1 AND subject_kind = 'call' AND id < $2 ORDER BY id DESC LIMIT $3";
}

/// Up to `limit` looks at calls before the one with id `before`, the newest first.
pub async fn looks(conn: &mut Conn, before: Option<Uuid>, limit: i64) -> Result<Vec<AccessLine>> {
    conn.all(&LOOKS, args![before.unwrap_or(Uuid::max()), limit]).await
}
