//! Calls from the telephone system's own records, after an outage.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{KeyScope, Permission, require};
use simpul_store::{Action, Result, Tx};

use super::{CALL, TRUNK};
use crate::model::ami::trunk_name;
use crate::model::cdr::CdrCall;
use crate::model::{Call, CallSource, CallStatus, CtiEvent, CtiKind, hear};
use crate::sql;

/// Takes the calls of a file of records, all or none. A call that was heard stays as it is; one whose end was not heard
/// gets it. The same file again changes nothing.
#[derive(Debug, Clone)]
pub struct ImportCdr {
    /// Which line the records are of.
    pub trunk: String,
    /// The calls.
    pub calls: Vec<CdrCall>,
}

/// What came of a file of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CdrDone {
    /// Calls that nobody had heard of.
    pub new: u64,
    /// Calls whose end nobody had heard.
    pub ended: u64,
    /// Calls that were known.
    pub known: u64,
}

/// What a record tells, as the switch would have told it.
fn told(call: &CdrCall) -> Vec<CtiEvent> {
    let ringing = CtiEvent {
        caller_number: call.caller.clone(),
        called_number: call.called.clone(),
        ..CtiEvent::new(CtiKind::Ringing, call.started)
    };
    let answered =
        call.answered.map(|at| CtiEvent { agent: call.agent.clone(), ..CtiEvent::new(CtiKind::Answered, at) });
    let ended = CtiEvent { reason: Some("cdr".to_owned()), ..CtiEvent::new(CtiKind::Ended, call.ended) };
    std::iter::once(ringing).chain(answered).chain([ended]).collect()
}

impl ImportCdr {
    fn new_call(&self, ctx: &Ctx, trunk: &str, call: &CdrCall) -> Call {
        Call {
            id: ctx.new_id(),
            trunk: trunk.to_owned(),
            call_id: call.call_id.clone(),
            source: CallSource::Cdr,
            status: CallStatus::Ringing,
            started: call.started,
            answered: None,
            ended: None,
            held_micros: 0,
            queue: None,
            agent: None,
            withheld: call.caller.is_none(),
            claim: None,
            verdict: None,
            incident: None,
            drill: false,
            version: 1,
        }
    }
}

/// Keeps what a record tells of a call, and how the call stands then.
async fn keep(tx: &mut Tx, ctx: &Ctx, call: Call, events: &[CtiEvent]) -> Result<()> {
    for event in events {
        sql::call::keep_event(tx, call.id, event, ctx.now()).await?;
    }
    let Some(heard) = hear(&sql::call::events(tx, call.id).await?) else { return Ok(()) };
    let after = Call { version: call.version + 1, ..call.heard(&heard) };
    sql::call::save(tx, &after).await?;
    sql::call::save_caller(tx, after.id, &heard).await?;
    let body = json!({ "source": "cdr", "status": after.status.name() });
    tx.journal(ctx, CALL, after.id, super::kind_of(after.status), body);
    Ok(())
}

/// Refuses a line that nobody set up and no call came by: under a misspelt name every call of the file would count
/// twice.
async fn must_be_known(tx: &mut Tx, trunk: &str) -> Result<()> {
    if sql::ami::id(tx, trunk).await?.is_some() || sql::call::has_trunk(tx, trunk).await? {
        return Ok(());
    }
    let keys = simpul_people::sql::door::api_keys(tx).await?;
    if keys.iter().any(|key| key.name == trunk && key.scopes.contains(&KeyScope::Trunk)) {
        return Ok(());
    }
    Err(Refusal::field("trunk", "emergency.refused.no_trunk").with("name", trunk).into())
}

impl Action for ImportCdr {
    type Output = CdrDone;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<CdrDone> {
        require(ctx, Permission::SuperviseCalls)?;
        let trunk = trunk_name(&self.trunk)?;
        must_be_known(tx, &trunk).await?;
        let mut done = CdrDone::default();
        for call in &self.calls {
            let events = told(call);
            match sql::call::of_trunk(tx, &trunk, &call.call_id).await? {
                Some(known) if known.ended.is_some() => done.known += 1,
                Some(known) => {
                    keep(tx, ctx, known, &events[1..]).await?;
                    done.ended += 1;
                }
                None => {
                    let new = self.new_call(ctx, &trunk, call);
                    sql::call::insert(tx, &new);
                    keep(tx, ctx, new, &events).await?;
                    done.new += 1;
                }
            }
        }
        if done.new + done.ended > 0 {
            let subject = sql::ami::id(tx, &trunk).await?.unwrap_or_default();
            let body = json!({ "trunk": trunk, "new": done.new, "ended": done.ended });
            tx.journal(ctx, TRUNK, subject, "trunk.records_taken", body);
        }
        Ok(done)
    }
}
