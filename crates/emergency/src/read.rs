//! What several pages and answers read together.

use simpul_store::{Conn, Result};

use crate::model::{Call, Dispatch, Incident};
use crate::sql;

/// Most calls of an incident that are read.
const CALLS_MAX_COUNT: i64 = 500;

/// An incident with what belongs to it.
pub struct Whole {
    /// The incident.
    pub incident: Incident,
    /// Those that are the same.
    pub merged: Vec<Incident>,
    /// Calls of all of them.
    pub calls: Vec<Call>,
    /// Dispatches of all of them.
    pub dispatches: Vec<Dispatch>,
}

/// An incident with its calls and dispatches, and those of the incidents that are the same.
pub async fn whole(conn: &mut Conn, incident: Incident) -> Result<Whole> {
    let merged = sql::incident::merged_into(conn, incident.id).await?;
    let mut whole = Whole { merged, calls: Vec::new(), dispatches: Vec::new(), incident };
    let ids: Vec<_> = std::iter::once(whole.incident.id).chain(whole.merged.iter().map(|one| one.id)).collect();
    for id in ids {
        whole.calls.extend(sql::call::of_incident(conn, id, CALLS_MAX_COUNT).await?);
        whole.dispatches.extend(sql::incident::dispatches(conn, id).await?);
    }
    Ok(whole)
}
