//! What takers do with a call.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, permits, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::help::changes_hands;
use super::{CALL, load_call, who};
use crate::model::call::Claim;
use crate::model::cti::WORD_MAX_CHARS;
use crate::model::help::TakeOver;
use crate::model::{Call, CallClass, CallOutcome, CallSource, CallStatus, Claimed, CtiEvent, CtiKind, hear};
use crate::sql;

/// Longest value of a field that is typed during a call, in characters.
pub const FIELD_MAX_CHARS: usize = 2_000;
/// Fields of the call form; the form keeps each as it is left.
pub const FIELDS: [&str; 9] =
    ["linked", "landmark", "village", "point", "type", "priority", "victims", "victims_count", "note"];

/// Where a call stands after something was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallDone {
    /// Its id.
    pub id: Uuid,
    /// The name of its state.
    pub status: String,
    /// The name of its class.
    pub class: String,
    /// Who has it, as the journal names them.
    pub claimed_by: Option<String>,
    /// Counts its changes.
    pub version: i64,
}

impl CallDone {
    pub(crate) fn of(call: &Call) -> CallDone {
        CallDone {
            id: call.id,
            status: call.status.name().to_owned(),
            class: call.class().name().to_owned(),
            claimed_by: call.claim.as_ref().map(|claim| claim.by.clone()),
            version: call.version,
        }
    }
}

/// A taker takes a call, or a supervisor takes it over with a reason.
#[derive(Debug, Clone)]
pub struct ClaimCall {
    /// Which.
    pub call: Uuid,
    /// Why it is taken over from somebody who is there.
    pub reason: Option<String>,
}

impl Action for ClaimCall {
    type Output = CallDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        require(ctx, Permission::TakeCalls)?;
        let before = load_call(tx, self.call).await?;
        let supervises = permits(&ctx.actor, Permission::SuperviseCalls);
        let reason = words::clean_line("reason", self.reason.as_deref().unwrap_or_default(), LINE_MAX_CHARS, false)?;
        let (after, claimed) = before.claim(&who(ctx), ctx.now(), supervises, Some(&reason))?;
        sql::call::save(tx, &after).await?;
        let how = match claimed {
            // A second press, or a second tab, is no news.
            Claimed::Own => return Ok(CallDone::of(&after)),
            Claimed::Free => "free",
            Claimed::Stale => "stale",
            Claimed::TakenOver => "taken_over",
            Claimed::Passed => "passed",
        };
        if let (Claimed::TakenOver, Some(from)) = (claimed, &before.claim) {
            let (by, from) = (who(ctx), from.by.clone());
            let over = TakeOver { id: ctx.new_id(), call: after.id, at: ctx.now(), by, from, reason };
            sql::help::insert_take_over(tx, &over);
        }
        tx.journal(ctx, CALL, after.id, "call.claimed", json!({ "by": who(ctx), "how": how }));
        changes_hands(tx, ctx, &after).await?;
        Ok(CallDone::of(&after))
    }
}

/// Whoever works at a screen of 112 is there: every call that they have stays theirs.
#[derive(Debug, Clone)]
pub struct BeatClaims;

impl Action for BeatClaims {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        sql::call::beat_all(tx, &who(ctx), ctx.now()).await
    }
}

/// An officer sits at an extension: what is answered there is theirs.
#[derive(Debug, Clone)]
pub struct SitAt {
    /// Which extension.
    pub extension: String,
}

impl Action for SitAt {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let officer = ctx.actor.officer_id().ok_or(Error::NotFound("officer"))?;
        let extension = words::clean_line("extension", &self.extension, WORD_MAX_CHARS, true)?;
        sql::call::sit_at(tx, officer, &extension).await?;
        tx.journal(ctx, "officer", officer, "call.seated", json!({}));
        Ok(())
    }
}

/// A call that no telephone system tells of: radio, at the door, another number, a text.
#[derive(Debug, Clone)]
pub struct OpenCall {
    /// Makes a retry safe.
    pub key: Uuid,
    /// The caller's number, if it was told.
    pub number: String,
    /// By which way it came.
    pub source: CallSource,
}

impl Action for OpenCall {
    type Output = CallDone;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        require(ctx, Permission::TakeCalls)?;
        if !self.source.is_by_hand() {
            return Err(Refusal::field("source", "emergency.refused.choose").into());
        }
        let number = words::clean_line("number", &self.number, WORD_MAX_CHARS, false)?;
        let number = Some(number).filter(|number| !number.is_empty());
        let event = CtiEvent { caller_number: number, ..CtiEvent::new(CtiKind::Answered, ctx.now()) };
        let heard = hear(std::slice::from_ref(&event)).ok_or(Error::NotFound("call"))?;
        let id = ctx.new_id();
        let call = Call {
            id,
            trunk: String::new(),
            call_id: id.to_string(),
            source: self.source,
            status: CallStatus::Answered,
            started: ctx.now(),
            answered: Some(ctx.now()),
            ended: None,
            held_micros: 0,
            queue: None,
            agent: None,
            withheld: event.caller_number.is_none(),
            claim: Some(Claim::new(&who(ctx), ctx.now())),
            verdict: None,
            incident: None,
            drill: false,
            version: 1,
        };
        sql::call::insert(tx, &call);
        sql::call::keep_event(tx, id, &event, ctx.now()).await?;
        sql::call::save_caller(tx, id, &heard).await?;
        let body = json!({ "source": self.source.name(), "by": who(ctx), "status": "answered" });
        tx.journal(ctx, CALL, id, "call.answered", body);
        Ok(CallDone::of(&call))
    }
}

/// A field of the call form is left: what stands in it is kept.
#[derive(Debug, Clone)]
pub struct KeepField {
    /// Which call.
    pub call: Uuid,
    /// Which field.
    pub name: String,
    /// What stands in it.
    pub value: String,
}

impl Action for KeepField {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        if !FIELDS.contains(&self.name.as_str()) {
            return Err(Refusal::field("name", "emergency.refused.field").into());
        }
        let value = words::clean_text("value", &self.value, FIELD_MAX_CHARS, false)?;
        let call = load_call(tx, self.call).await?;
        if !call.is_with(&who(ctx)) {
            return Err(Refusal::new("emergency.refused.not_yours").into());
        }
        sql::call::keep_field(tx, call.id, &self.name, &value, ctx.now()).await
    }
}

/// Says what a call was and what came of it.
#[derive(Debug, Clone)]
pub struct ClassifyCall {
    /// Which.
    pub call: Uuid,
    /// What it was.
    pub class: CallClass,
    /// What came of it.
    pub outcome: CallOutcome,
}

impl Action for ClassifyCall {
    type Output = CallDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        require(ctx, Permission::TakeCalls)?;
        let before = load_call(tx, self.call).await?;
        let before = hung_up(tx, ctx, before).await?;
        let after = before.classify(&who(ctx), self.class, self.outcome, ctx.now())?;
        sql::call::save(tx, &after).await?;
        let (class, outcome, status) = (self.class.name(), self.outcome.name(), after.status.name());
        let body = json!({ "class": class, "outcome": outcome, "status": status });
        tx.journal(ctx, CALL, after.id, "call.classified", body);
        Ok(CallDone::of(&after))
    }
}

/// A call that no telephone system tells of is over when it is said what it was, and so is one of which the system
/// never told that its taker had answered.
async fn hung_up(tx: &mut Tx, ctx: &Ctx, call: Call) -> Result<Call> {
    let untold = call.status == CallStatus::Ringing && call.is_with(&who(ctx));
    if !(call.source.is_by_hand() || untold) || call.ended.is_some() {
        return Ok(call);
    }
    let kinds = if untold { &[CtiKind::Answered, CtiKind::Ended][..] } else { &[CtiKind::Ended] };
    tell(tx, ctx, call, kinds).await
}

/// The call after its system would have told these words now.
async fn tell(tx: &mut Tx, ctx: &Ctx, call: Call, kinds: &[CtiKind]) -> Result<Call> {
    for kind in kinds {
        sql::call::keep_event(tx, call.id, &CtiEvent::new(*kind, ctx.now()), ctx.now()).await?;
    }
    let heard = hear(&sql::call::events(tx, call.id).await?);
    Ok(heard.map_or_else(|| call.clone(), |heard| call.heard(&heard)))
}

/// A call of a drill is over, whatever its state.
pub(super) async fn hang_up(tx: &mut Tx, ctx: &Ctx, call: Call) -> Result<Call> {
    match call.ended {
        Some(_) => Ok(call),
        None => tell(tx, ctx, call, &[CtiKind::Ended]).await,
    }
}

/// Takes back what was said of a call, for a few seconds.
#[derive(Debug, Clone)]
pub struct UnclassifyCall {
    /// Which.
    pub call: Uuid,
}

impl Action for UnclassifyCall {
    type Output = CallDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CallDone> {
        require(ctx, Permission::TakeCalls)?;
        let after = load_call(tx, self.call).await?.unclassify(&who(ctx), ctx.now())?;
        sql::call::save(tx, &after).await?;
        tx.journal(ctx, CALL, after.id, "call.unclassified", json!({ "status": after.status.name() }));
        Ok(CallDone::of(&after))
    }
}
