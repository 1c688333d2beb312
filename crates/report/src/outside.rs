//! What both interfaces for programs share, Open311 and our own.

use axum::http::HeaderValue;
use sha2::{Digest, Sha256};
pub(crate) use simpul_shell::once;
use uuid::Uuid;

/// The header that marks what a demonstration says, for programs that never see a page's banner.
pub const DEMO_HEADER: &str = "x-simpul-demo";
/// What it says. Headers are ASCII.
pub const DEMO_TEXT: HeaderValue = HeaderValue::from_static("DATA CONTOH - BUKAN DATA RESMI");

/// Where an event's detail keeps the id that the sender of an update was given.
pub const UPDATE_ID: &str = "update";

/// The idempotency key for what a sender counts by itself: the same number of the same kind is the same key.
pub(crate) fn key_of(sender: Uuid, kind: &str, number: &str) -> Uuid {
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
