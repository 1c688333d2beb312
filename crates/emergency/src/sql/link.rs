//! Links between incidents.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Result, Tx, args};
use uuid::Uuid;

simpul_store::statements! {
    pub(crate) LINKS = "SELECT other_id FROM emergency_link WHERE region = $1 AND incident_id = $2
        ORDER BY other_id LIMIT $3";
    pub(crate) DROP_LINK = "DELETE FROM emergency_link WHERE region = $1 AND incident_id = $2 AND other_id = $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_LINK = "emergency_link" (incident_id, other_id, at, author);
}

/// Most links of one incident.
pub const LINKS_MAX_COUNT: i64 = 50;

/// What an incident has to do with.
pub async fn of(conn: &mut Conn, incident: Uuid) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = conn.all(&LINKS, args![incident, LINKS_MAX_COUNT]).await?;
    Ok(rows.into_iter().map(|(other,)| other).collect())
}

/// Adds one way of a link.
pub(crate) fn insert(tx: &mut Tx, (incident, other): (Uuid, Uuid), at: Timestamp, author: &str) {
    tx.insert(&INSERT_LINK, args![incident, other, at, author]);
}

/// Takes one way of a link back. Answers whether it was there.
pub(crate) async fn drop_one(tx: &mut Tx, (incident, other): (Uuid, Uuid)) -> Result<bool> {
    Ok(tx.exec(&DROP_LINK, args![incident, other]).await? == 1)
}
