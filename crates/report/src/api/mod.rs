//! The room's own JSON API under `/api/v1`, described at `/api/openapi.json`.
//!
//! Whatever is public may be read without a key. A key with the scope `write` sends reports and takes the steps of an
//! officer: the report coordinator's, or those of the agency that the key belongs to. Errors are problem+json; lists
//! page by key; a POST may bear an `Idempotency-Key`; reads have an `ETag`.

pub mod read;
pub mod sql;
pub mod steps;
pub mod submit;
pub mod types;
pub mod view;

use simpul_shell::Routes;
use utoipa::OpenApi;
use uuid::Uuid;

/// The idempotency key for what a sender counts by itself: the same number of the same kind is the same key.
pub(crate) fn key_of(sender: Uuid, kind: &str, number: &str) -> Uuid {
    use sha2::{Digest, Sha256};
    let mut hasher = Sha256::new_with_prefix(b"simpul sender's number");
    hasher.update(sender.as_bytes());
    for part in [kind, number] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// What this room says of its API.
#[derive(OpenApi)]
#[openapi(
    paths(
        read::list,
        read::one,
        read::events,
        read::categories,
        read::areas,
        read::agencies,
        submit::submit,
        steps::verify,
        steps::assign,
        steps::start,
        steps::note,
        steps::resolve,
    ),
    tags(
        (name = "reports", description = "Citizens' reports"),
        (name = "steps", description = "What an officer does with a report"),
        (name = "region", description = "Categories, areas and agencies"),
    ),
)]
pub struct ReportApi;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
        .api_get("/api/v1/reports", read::list)
        .api_post("/api/v1/reports", submit::submit)
        .api_get("/api/v1/reports/{number}", read::one)
        .api_get("/api/v1/reports/{number}/events", read::events)
        .api_post("/api/v1/reports/{number}/verify", steps::verify)
        .api_post("/api/v1/reports/{number}/assign", steps::assign)
        .api_post("/api/v1/reports/{number}/start", steps::start)
        .api_post("/api/v1/reports/{number}/notes", steps::note)
        .api_post("/api/v1/reports/{number}/resolve", steps::resolve)
        .api_get("/api/v1/categories", read::categories)
        .api_get("/api/v1/areas", read::areas)
        .api_get("/api/v1/agencies", read::agencies)
        .docs(ReportApi::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_has_one_key_and_another_sender_or_kind_another() {
        let sender = Uuid::from_u128(1);
        assert_eq!(key_of(sender, "A", "1"), key_of(sender, "A", "1"));
        assert_ne!(key_of(sender, "A", "1"), key_of(Uuid::from_u128(2), "A", "1"));
        assert_ne!(key_of(sender, "A1", ""), key_of(sender, "A", "1"));
    }
}
