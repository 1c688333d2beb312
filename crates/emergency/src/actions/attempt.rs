//! A taker tries to reach a caller who was silent, cut off, or whom nobody answered.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{CALL, load_call, who};
use crate::model::{Attempt, AttemptKind, AttemptResult, Call, CtiEvent, CtiKind, hear};
use crate::sql;

/// The kind of the journal line that tells that a taker is about to call back.
pub const BACK_ASKED: &str = "call.back_asked";

/// A taker is about to call back: the others see it, and a switch that may dial connects both.
#[derive(Debug, Clone)]
pub struct AskCallBack {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which call.
    pub call: Uuid,
}

impl Action for AskCallBack {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?;
        if sql::call::caller(tx, call.id).await?.number.is_none() {
            return Err(Refusal::new("emergency.refused.no_number").into());
        }
        let attempt = attempt(ctx, call.id, AttemptKind::CallBack, AttemptResult::Asked);
        sql::attempt::insert(tx, &attempt);
        tx.journal(ctx, CALL, call.id, BACK_ASKED, json!({ "attempt": attempt.id }));
        Ok(attempt.id)
    }
}

fn attempt(ctx: &Ctx, call: Uuid, kind: AttemptKind, result: AttemptResult) -> Attempt {
    Attempt { id: ctx.new_id(), call, kind, result, author: who(ctx), at: ctx.now() }
}

/// A taker tells what came of it.
#[derive(Debug, Clone)]
pub struct TellAttempt {
    /// Which call.
    pub call: Uuid,
    /// How the caller was to be reached.
    pub kind: AttemptKind,
    /// What came of it.
    pub result: AttemptResult,
}

impl Action for TellAttempt {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        self.kind.check(self.result)?;
        let call = load_call(tx, self.call).await?;
        let open = |one: &Attempt| {
            one.kind == self.kind
                && one.author == who(ctx)
                && matches!(one.result, AttemptResult::Asked | AttemptResult::Dialled)
        };
        let asked = sql::attempt::of_call(tx, call.id).await?.into_iter().find(open);
        match asked {
            Some(asked) => {
                sql::attempt::tell(tx, asked.id, self.result).await?;
            }
            None => sql::attempt::insert(tx, &attempt(ctx, call.id, self.kind, self.result)),
        }
        let body = json!({ "way": self.kind.name(), "result": self.result.name() });
        tx.journal(ctx, CALL, call.id, "call.tried", body);
        Ok(())
    }
}

/// Whom a switch is to connect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBack {
    /// The taker's extension.
    pub extension: String,
    /// The caller's number.
    pub number: String,
}

/// A switch is about to connect a taker and a caller: of several servers, one does.
#[derive(Debug, Clone)]
pub struct TakeCallBack {
    /// Which call.
    pub call: Uuid,
    /// The body of the journal line that asked for it.
    pub body: String,
    /// Which line of the telephone system is asked.
    pub trunk: String,
}

#[derive(Deserialize)]
struct Asked {
    attempt: Uuid,
}

impl Action for TakeCallBack {
    type Output = Option<CallBack>;

    /// Answers nothing where this is not the call's line, where the taker sits at no extension, and where it is done.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Option<CallBack>> {
        require(ctx, Permission::ManageEmergency)?;
        let call = load_call(tx, self.call).await?;
        let Ok(asked) = serde_json::from_str::<Asked>(&self.body) else { return Ok(None) };
        let attempts = sql::attempt::of_call(tx, call.id).await?;
        let Some(attempt) = attempts.into_iter().find(|one| one.id == asked.attempt) else { return Ok(None) };
        let officer = attempt.author.strip_prefix("officer:").and_then(|id| id.parse().ok());
        let Some(officer) = officer.filter(|_| call.trunk == self.trunk) else { return Ok(None) };
        let extension = sql::call::extension_of(tx, officer).await?;
        let number = sql::call::caller(tx, call.id).await?.number;
        let Some((extension, number)) = extension.zip(number) else { return Ok(None) };
        let first = sql::attempt::dial(tx, attempt.id, call.id).await?;
        Ok(first.then_some(CallBack { extension, number }))
    }
}

/// The taker says that a call is over, of which the switch told no end.
#[derive(Debug, Clone)]
pub struct HangUp {
    /// Which call.
    pub call: Uuid,
}

impl Action for HangUp {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?.worked_by(&who(ctx), ctx.now())?;
        if call.ended.is_some() {
            return Err(Refusal::new("emergency.refused.call_over").into());
        }
        if call.answered.is_none() {
            // Whoever has the call and says that it is over has spoken with the caller.
            sql::call::keep_event(tx, call.id, &CtiEvent::new(CtiKind::Answered, ctx.now()), ctx.now()).await?;
        }
        end(tx, ctx, &call, "taker").await
    }
}

/// Ends a call of which the switch told no end; `why` is kept with it.
pub(crate) async fn end(tx: &mut Tx, ctx: &Ctx, call: &Call, why: &str) -> Result<()> {
    let event = CtiEvent { reason: Some(why.to_owned()), ..CtiEvent::new(CtiKind::Ended, ctx.now()) };
    sql::call::keep_event(tx, call.id, &event, ctx.now()).await?;
    let Some(heard) = hear(&sql::call::events(tx, call.id).await?) else { return Ok(()) };
    let after = Call { version: call.version + 1, ..call.heard(&heard) };
    sql::call::save(tx, &after).await?;
    // Whoever says that it is over has it, if nobody had it before: the journal tells so too.
    let by = after.claim.as_ref().map(|claim| claim.by.as_str());
    let body = json!({ "why": why, "status": after.status.name(), "by": by });
    tx.journal(ctx, CALL, after.id, super::kind_of(after.status), body);
    Ok(())
}
