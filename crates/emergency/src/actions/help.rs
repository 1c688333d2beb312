//! A taker asks for a supervisor in the middle of a call, and a supervisor comes.

use serde_json::json;
use simpul_kernel::Ctx;
use simpul_kernel::journal::JournalLine;
use simpul_people::{Permission, permits, require};
use simpul_store::{Action, Error, Reaction, Result, Tx};
use uuid::Uuid;

use super::{CALL, load_call, who};
use crate::model::Call;
use crate::model::help::{Help, goes_on};
use crate::sql;

/// The taker of a call asks for a supervisor. Asked again, it is the same.
#[derive(Debug, Clone)]
pub struct AskHelp {
    /// Which call.
    pub call: Uuid,
}

impl Action for AskHelp {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let call = load_call(tx, self.call).await?;
        let help = Help::ask(ctx.new_id(), &call, &who(ctx), ctx.now())?;
        if sql::help::open_of(tx, call.id).await?.is_some() {
            return Ok(());
        }
        sql::help::insert(tx, &help);
        tx.journal(ctx, CALL, call.id, "call.help_asked", json!({ "help": help.id }));
        Ok(())
    }
}

/// A supervisor comes to whoever asked.
#[derive(Debug, Clone)]
pub struct ComeToHelp {
    /// Which call.
    pub call: Uuid,
}

impl Action for ComeToHelp {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SuperviseCalls)?;
        let help = sql::help::open_of(tx, self.call).await?.ok_or(Error::NotFound("help"))?;
        let after = help.come(&who(ctx), ctx.now());
        if after != help && sql::help::come(tx, help.id, &who(ctx), ctx.now()).await? {
            tx.journal(ctx, CALL, self.call, "call.help_coming", json!({ "help": help.id }));
        }
        Ok(())
    }
}

/// Nobody is needed any more: whoever asked says so, or a supervisor.
#[derive(Debug, Clone)]
pub struct EndHelp {
    /// Which call.
    pub call: Uuid,
}

impl Action for EndHelp {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::TakeCalls)?;
        let Some(help) = sql::help::open_of(tx, self.call).await? else { return Ok(()) };
        help.may_end(&who(ctx), permits(&ctx.actor, Permission::SuperviseCalls))?;
        end(tx, ctx, &help, "said").await
    }
}

async fn end(tx: &mut Tx, ctx: &Ctx, help: &Help, why: &'static str) -> Result<()> {
    if sql::help::end(tx, help.id, ctx.now()).await? {
        tx.journal(ctx, CALL, help.call, "call.help_ended", json!({ "help": help.id, "why": why }));
    }
    Ok(())
}

/// Another has the call now: whoever asked waits no more.
pub(super) async fn changes_hands(tx: &mut Tx, ctx: &Ctx, call: &Call) -> Result<()> {
    match sql::help::open_of(tx, call.id).await? {
        Some(help) if !call.is_with(&help.by) => end(tx, ctx, &help, "taken_over").await,
        _ => Ok(()),
    }
}

/// A call is over: nobody waits for a supervisor in it any more.
pub struct HelpEnds;

impl Reaction for HelpEnds {
    fn name(&self) -> &'static str {
        "emergency.help_ends"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["call.over", "call.abandoned", "call.missed", "call.classified"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        let Some(help) = sql::help::open_of(tx, line.subject_id).await? else { return Ok(()) };
        match sql::call::by_id(tx, help.call).await? {
            Some(call) if goes_on(&call) => Ok(()),
            _ => end(tx, ctx, &help, "call_over").await,
        }
    }
}
