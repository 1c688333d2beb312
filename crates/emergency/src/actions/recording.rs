//! Somebody listens to a recording.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, permits, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{CALL, load_call, who};
use crate::sql;

/// Opens the recording of a call: for whoever has it, and for supervisors. That it was opened is a line of the journal.
#[derive(Debug, Clone)]
pub struct OpenRecording {
    /// Which call.
    pub call: Uuid,
}

impl Action for OpenRecording {
    type Output = String;

    /// Answers where the recording lies.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<String> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?;
        if !call.is_with(&who(ctx)) && !permits(&ctx.actor, Permission::SuperviseCalls) {
            return Err(Refusal::new("emergency.refused.not_yours").into());
        }
        let url = sql::call::caller(tx, call.id).await?.recording_url.ok_or(Error::NotFound("recording"))?;
        tx.journal(ctx, CALL, call.id, "call.recording_opened", json!({}));
        Ok(url)
    }
}
