//! A call that was written down on paper during an outage is entered.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::call::FIELD_MAX_CHARS;
use super::{CALL, CallDone, who};
use crate::model::call::Claim;
use crate::model::cti::WORD_MAX_CHARS;
use crate::model::paper::PaperTimes;
use crate::model::{Call, CallSource, CallStatus, CtiEvent, CtiKind, hear};
use crate::sql;

/// Enters a call from paper with the times that stand there. Whoever enters it has it, and says on the console what it
/// was and what came of it.
#[derive(Debug, Clone)]
pub struct EnterPaperCall {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The serial of the paper form, by which nobody enters it twice; may be empty.
    pub paper: String,
    /// The caller's number, if it stands there.
    pub number: String,
    /// The times as they stand there.
    pub times: PaperTimes,
    /// Where, in words.
    pub landmark: String,
    /// What was written down.
    pub note: String,
}

/// The line under whose name paper forms with a serial stand, so that one serial is one call.
const PAPER: &str = "kertas";

impl EnterPaperCall {
    fn events(&self, number: Option<String>) -> Vec<CtiEvent> {
        let PaperTimes { started, answered, ended } = self.times;
        let ringing = CtiEvent { caller_number: number, ..CtiEvent::new(CtiKind::Ringing, started) };
        let answered = answered.map(|at| CtiEvent::new(CtiKind::Answered, at));
        std::iter::once(ringing).chain(answered).chain([CtiEvent::new(CtiKind::Ended, ended)]).collect()
    }

    fn new_call(&self, ctx: &Ctx, paper: &str) -> Call {
        let id = ctx.new_id();
        Call {
            id,
            trunk: if paper.is_empty() { String::new() } else { PAPER.to_owned() },
            call_id: if paper.is_empty() { id.to_string() } else { paper.to_owned() },
            source: CallSource::Paper,
            status: CallStatus::Ringing,
            started: self.times.started,
            answered: None,
            ended: None,
            held_micros: 0,
            queue: None,
            agent: None,
            withheld: true,
            claim: Some(Claim::new(&who(ctx), ctx.now())),
            verdict: None,
            incident: None,
            drill: false,
            version: 1,
        }
    }
}

impl Action for EnterPaperCall {
    type Output = CallDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        require(ctx, Permission::TakeCalls)?;
        let paper = words::clean_line("paper", &self.paper, WORD_MAX_CHARS, false)?;
        let number = words::clean_line("number", &self.number, WORD_MAX_CHARS, false)?;
        let landmark = words::clean_line("landmark", &self.landmark, FIELD_MAX_CHARS, false)?;
        let note = words::clean_text("note", &self.note, FIELD_MAX_CHARS, false)?;
        if !paper.is_empty() && sql::call::of_trunk(tx, PAPER, &paper).await?.is_some() {
            return Err(Refusal::field("paper", "emergency.refused.paper_known").into());
        }
        let call = self.new_call(ctx, &paper);
        let events = self.events(Some(number).filter(|number| !number.is_empty()));
        let heard = hear(&events).ok_or(Error::NotFound("call"))?;
        let call = call.heard(&heard);
        sql::call::insert(tx, &call);
        for event in &events {
            sql::call::keep_event(tx, call.id, event, ctx.now()).await?;
        }
        sql::call::save_caller(tx, call.id, &heard).await?;
        for (name, value) in [("landmark", &landmark), ("note", &note)] {
            if !value.is_empty() {
                sql::call::keep_field(tx, call.id, name, value, ctx.now()).await?;
            }
        }
        let by = call.claim.as_ref().map(|claim| claim.by.as_str());
        let body = json!({ "source": "paper", "by": by, "status": call.status.name() });
        tx.journal(ctx, CALL, call.id, super::kind_of(call.status), body);
        Ok(CallDone::of(&call))
    }
}
