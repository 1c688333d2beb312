//! A program's request that is sent again is done once.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use crate::{ApiClient, IdempotencyKey};

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
pub async fn once<S, A: Action>(
    client: &ApiClient<S>,
    key: &IdempotencyKey,
    asked: &impl Serialize,
    action: A,
) -> Result<A::Output> {
    let Some(key) = key.uuid(client.key.id) else { return client.write(action).await };
    let asked = HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(asked)?));
    let kept = client.write(Once { key, asked: asked.clone(), action }).await?;
    if kept.asked == asked { Ok(kept.answer) } else { Err(Refusal::new("form.key_used").into()) }
}
