//! What both interfaces for programs share, Open311 and our own.

use axum::http::HeaderValue;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use simpul_kernel::{Ctx, Refusal};
use simpul_shell::{ApiClient, IdempotencyKey};
use simpul_store::{Action, Result, Tx};
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

/// An action that is done once for a key. What was asked for is kept with the answer, so that a key which comes again
/// with something else is known.
struct Once<A> {
    key: Uuid,
    asked: String,
    action: A,
}

/// What is kept for a key.
#[derive(Serialize, Deserialize)]
struct Kept<T> {
    asked: String,
    answer: T,
}

impl<A: Action> Action for Once<A> {
    type Output = Kept<A::Output>;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Kept<A::Output>> {
        Ok(Kept { asked: self.asked.clone(), answer: self.action.apply(tx, ctx).await? })
    }
}

/// Does `action`; with an `Idempotency-Key` once, whatever the retries. `asked` is the request's content.
///
/// # Errors
/// What the action refuses, and a key that came before with another content.
pub(crate) async fn once<S, A: Action>(
    client: &ApiClient<S>,
    key: &IdempotencyKey,
    asked: &impl Serialize,
    action: A,
) -> Result<A::Output> {
    let Some(key) = key.uuid(client.key.id) else { return client.write(action).await };
    let asked = crate::model::hex(&Sha256::digest(serde_json::to_vec(asked)?));
    let kept = client.write(Once { key, asked: asked.clone(), action }).await?;
    if kept.asked == asked { Ok(kept.answer) } else { Err(Refusal::new("form.key_used").into()) }
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
