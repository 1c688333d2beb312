//! What a person may ask for about the own data (UU 27/2022, articles 5 to 8).

use serde_json::{Value, json};
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::sql;

/// Everything that is kept of an officer as a person, but for what proves who signs in, times in `zone`.
/// `None` where there is no such officer. What the officer did stands in the journal under the same id.
pub async fn officer_data(conn: &mut Conn, zone: Zone, officer: Uuid) -> Result<Option<Value>> {
    let Some(found) = sql::officers::by_id(conn, officer).await? else { return Ok(None) };
    let time = |at: Timestamp| iso(at, zone);
    let roles = found.grants.iter().map(|grant| json!({ "role": grant.role.name(), "agency": grant.agency }));
    let sessions = sql::door::every_session_of(conn, officer).await?.into_iter().map(|session| {
        json!({
            "began": time(session.created_at),
            "last_used": time(session.seen_at),
            "address": session.address,
            "browser": session.agent,
        })
    });
    let looks = sql::access::by_officer(conn, officer).await?.into_iter().map(
        |line| json!({ "at": time(line.at), "kind": line.subject_kind, "id": line.subject_id, "what": line.what }),
    );
    Ok(Some(json!({
        "id": found.id,
        "name": found.name,
        "email": found.email,
        "nip": found.nip,
        "phone": found.phone,
        "active": found.active,
        "added": time(found.created_at),
        "last_sign_in": found.signed_in_at.map(time),
        "erased": found.erased_at.map(time),
        "second_factor": found.has_second_factor,
        "roles": roles.collect::<Vec<_>>(),
        "sessions": sessions.collect::<Vec<_>>(),
        "looked_at": looks.collect::<Vec<_>>(),
    })))
}
