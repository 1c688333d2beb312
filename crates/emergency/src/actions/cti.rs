//! What a telephone system tells.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_store::{Action, Result, Tx};

use super::help::changes_hands;
use super::silence::{SILENCE, silence_of};
use super::{CALL, CallDone, kind_of};
use crate::model::block::number_key;
use crate::model::call::Claimed;
use crate::model::cti::EVENTS_MAX_COUNT;
use crate::model::{Call, CallSource, CallStatus, CtiEvent, CtiKind, Heard, hear};
use crate::sql;

/// One word about one call. The same word again changes nothing.
#[derive(Debug, Clone)]
pub struct HearCti {
    /// Which line it came by.
    pub trunk: String,
    /// The telephone system's own id of the call.
    pub call_id: String,
    /// What was said.
    pub event: CtiEvent,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

impl HearCti {
    fn new_call(&self, ctx: &Ctx) -> Call {
        Call {
            id: ctx.new_id(),
            trunk: self.trunk.clone(),
            call_id: self.call_id.clone(),
            source: CallSource::Cti,
            status: CallStatus::Ringing,
            started: self.event.at,
            answered: None,
            ended: None,
            held_micros: 0,
            queue: None,
            agent: None,
            withheld: true,
            claim: None,
            verdict: None,
            incident: None,
            drill: self.drill,
            version: 0,
        }
    }
}

impl HearCti {
    /// The call of a blocked number is a call like any other; only that nobody needs to call back is noted.
    async fn note_block(&self, tx: &mut Tx, ctx: &Ctx, call: &Call) -> Result<()> {
        let rings = self.event.kind == CtiKind::Ringing;
        let key = self.event.caller_number.as_deref().filter(|_| rings).and_then(number_key);
        let Some(key) = key else { return Ok(()) };
        match sql::block::live(tx, &key, self.event.at).await? {
            Some(block) => sql::block::keep_call(tx, call.id, block, ctx.now()).await,
            None => Ok(()),
        }
    }
}

/// Who answers at an extension where an officer sits has the call, if nobody has it, or if it was passed on to there.
/// The word may come after that of the end: who has the call is the same in every order.
async fn answered_by(tx: &mut Tx, ctx: &Ctx, (before, call): (&Call, Call), heard: &Heard) -> Result<Call> {
    let talks = matches!(call.status, CallStatus::Answered | CallStatus::Held | CallStatus::WrapUp);
    let Some(extension) = heard.agent.as_deref().filter(|_| talks) else { return Ok(call) };
    let Some(officer) = sql::call::taker_at(tx, extension).await? else { return Ok(call) };
    let by = format!("officer:{officer}");
    let is_passed = before.agent.as_deref().is_some_and(|first| first != extension);
    let taken = if is_passed { call.passed_to(&by, ctx.now()) } else { call.claim(&by, ctx.now(), false, None) };
    let (claimed, how) = match taken {
        Ok((_, Claimed::Own)) | Err(_) => return Ok(call),
        Ok((claimed, Claimed::Passed)) => (claimed, "passed"),
        Ok((claimed, _)) => (claimed, "extension"),
    };
    tx.journal(ctx, CALL, call.id, "call.claimed", json!({ "by": by, "how": how }));
    changes_hands(tx, ctx, &claimed).await?;
    Ok(claimed)
}

impl Action for HearCti {
    type Output = CallDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        self.event.check_time(ctx.now())?;
        let known = sql::call::of_trunk(tx, &self.trunk, &self.call_id).await?;
        let is_new = known.is_none();
        let before = known.unwrap_or_else(|| self.new_call(ctx));
        if is_new {
            sql::call::insert(tx, &before);
        }
        if !sql::call::keep_event(tx, before.id, &self.event, ctx.now()).await? {
            return Ok(CallDone::of(&before));
        }
        let events = sql::call::events(tx, before.id).await?;
        if events.len() > EVENTS_MAX_COUNT {
            let refusal = Refusal::new("emergency.refused.too_many_events");
            return Err(refusal.with("most", EVENTS_MAX_COUNT.to_string()).into());
        }
        let Some(heard) = hear(&events) else { return Ok(CallDone::of(&before)) };
        let after = Call { version: before.version + 1, ..before.heard(&heard) };
        let after = answered_by(tx, ctx, (&before, after), &heard).await?;
        sql::call::save(tx, &after).await?;
        sql::call::save_caller(tx, after.id, &heard).await?;
        self.note_block(tx, ctx, &after).await?;
        if after.ended.is_some() && before.ended.is_none() {
            tx.cancel_deadlines(ctx, after.id, Some(SILENCE)).await?;
        } else if is_new {
            tx.deadline(ctx, silence_of(&after, ctx.now()));
        }
        if is_new || after.status != before.status {
            let status = after.status.name();
            let body = json!({ "trunk": self.trunk, "drill": self.drill, "status": status });
            tx.journal(ctx, CALL, after.id, kind_of(after.status), body);
        }
        Ok(CallDone::of(&after))
    }
}
