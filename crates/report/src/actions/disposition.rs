//! Disposisi: handed down inside an agency, step by step, and said to be done.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::sql::officers;
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::officer::said;
use super::{Done, Told, load_for, secrecy, write_step};
use crate::model::within::within;
use crate::model::{Disposition, Order, Report};
use crate::sql;

/// Forwarded inside the agency, with what is to be done and until when.
#[derive(Debug, Clone, Default)]
pub struct DirectReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// To whom; `None` takes it back from the one who had it.
    pub officer: Option<Uuid>,
    /// The usual instructions that were ticked.
    pub orders: Vec<Order>,
    /// What else is to be done; only staff read it.
    pub instruction: Option<String>,
    /// Until which day (`2026-11-25`), inside the citizen's deadline; empty for none.
    pub day: String,
    /// The number in the agency's book of incoming papers; without one the agency's next is taken.
    pub agenda: Option<String>,
}

impl Action for DirectReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        secrecy::keep_inside(tx, before.secret, before.agency, self.officer).await?;
        let instruction = said("instruction", self.instruction.as_deref().unwrap_or_default(), false)?;
        let after = before.direct(ctx.now(), self.officer)?;
        let step = match (self.officer, before.agency) {
            (Some(to), Some(agency)) => Some(self.step(tx, ctx, &before, (agency, to), instruction.clone()).await?),
            _ => None,
        };
        let detail = json!({
            "officer": self.officer,
            "step": step.as_ref().map(|step| step.id),
            "due": step.as_ref().and_then(|step| step.due).map(|due| due.0),
        });
        let note = instruction.as_deref();
        let told = Told { kind: "report.directed", note, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        if let Some(step) = &step {
            sql::disposition::insert(tx, step);
            self.book(tx, ctx, &before, step.agency).await?;
        }
        Ok(done)
    }
}

impl DirectReport {
    async fn step(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        report: &Report,
        (agency, to): (Uuid, Uuid),
        instruction: Option<String>,
    ) -> Result<Disposition> {
        let found = officers::by_id(tx, to).await?;
        let own = |officer: &simpul_people::Officer| {
            officer.active && officer.grants.iter().any(|grant| grant.agency == Some(agency))
        };
        if !found.as_ref().is_some_and(own) {
            return Err(Refusal::field("officer", "report.refused.officer").into());
        }
        if self.orders.is_empty() && instruction.is_none() {
            return Err(Refusal::field("orders", "report.disposition.say_what").into());
        }
        let calendar = calendar_of(tx).await?;
        Ok(Disposition {
            id: ctx.new_id(),
            report: report.id,
            agency,
            from: ctx.actor.officer_id(),
            to,
            orders: self.orders.clone(),
            instruction,
            due: within("due", &calendar, ctx.now(), &self.day, report.deadlines.resolve)?,
            given: ctx.now(),
            done: None,
            done_note: None,
        })
    }

    /// Books the report with the first step: every paper of an agency has its number.
    async fn book(&self, tx: &mut Tx, ctx: &Ctx, report: &Report, agency: Uuid) -> Result<()> {
        if sql::disposition::agenda(tx, report.id, agency).await?.is_some() {
            return Ok(());
        }
        let typed = words::clean_line("agenda", self.agenda.as_deref().unwrap_or_default(), LINE_MAX_CHARS, false)?;
        let number = if typed.is_empty() {
            let year = calendar_of(tx).await?.zone.date(ctx.now()).year();
            format!("{}/{year}", tx.next_number(&format!("agenda:{agency}:{year}")).await?)
        } else {
            typed
        };
        let received = report.times.assigned.unwrap_or(report.times.reported);
        sql::disposition::insert_agenda(tx, report.id, agency, &number, received);
        Ok(())
    }
}

/// The one who has it says that it is done.
#[derive(Debug, Clone)]
pub struct FinishDisposition {
    /// Which step.
    pub step: Uuid,
    /// What was done; only staff read it.
    pub note: String,
}

impl Action for FinishDisposition {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let step = sql::disposition::by_id(tx, self.step).await?.ok_or(Error::NotFound("disposition"))?;
        let before = load_for(tx, ctx, step.report, Permission::WorkReports).await?;
        if !step.may_finish(ctx.actor.officer_id()) {
            return Err(Refusal::new("report.disposition.not_yours").into());
        }
        let note = said("note", &self.note, false)?;
        if !sql::disposition::finish(tx, step.id, ctx.now(), note.clone()).await? {
            return Err(Refusal::new("report.disposition.not_yours").into());
        }
        let after = before.note(ctx.now(), false);
        let detail = json!({ "step": step.id, "officer": step.to });
        let told =
            Told { kind: "report.disposition_done", note: note.as_deref(), detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}
