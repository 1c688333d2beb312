//! A call whose end the switch never tells does not stay in the queue for ever.

use serde::Deserialize;
use simpul_kernel::journal::JournalLine;
use simpul_kernel::{Ctx, Timestamp};
use simpul_store::{Deadline, Reaction, Result, Tx};
use uuid::Uuid;

use super::CALL;
use super::attempt::end;
use crate::model::Call;
use crate::model::silence::{look_again, silent_at};
use crate::sql;

/// What the deadline is called at which a call counts as over.
pub const SILENCE: &str = "silence";

/// The deadline of a call of which the switch says nothing from `now` on.
pub(super) fn silence_of(call: &Call, now: Timestamp) -> Deadline {
    looked_at(call.id, silent_at(call, now).unwrap_or(now))
}

fn looked_at(call: Uuid, due_at: Timestamp) -> Deadline {
    Deadline { subject_kind: CALL, subject_id: call, what: SILENCE, due_at }
}

/// Looks at a call that may have ended unheard.
pub struct LineFellSilent;

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for LineFellSilent {
    fn name(&self) -> &'static str {
        "emergency.line_fell_silent"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if line.subject_kind != CALL || serde_json::from_str::<Passed>(&line.body)?.what != SILENCE {
            return Ok(());
        }
        let Some(call) = sql::call::by_id(tx, line.subject_id).await? else { return Ok(()) };
        let heard = sql::call::last_heard(tx, call.id).await?.unwrap_or(call.started);
        if silent_at(&call, heard).is_none() {
            return Ok(());
        }
        match look_again(&call, heard, ctx.now()) {
            Some(due_at) => tx.deadline(ctx, looked_at(call.id, due_at)),
            None => end(tx, ctx, &call, "silent").await?,
        }
        Ok(())
    }
}
