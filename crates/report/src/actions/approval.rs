//! An answer that the Kabid or Kepala approves before the citizen reads it, where the agency wants it so. Until then
//! it is a draft that only staff see, and the deadline runs on.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, require_in};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::answers::{carry_out, decide};
use super::officer::must_say;
use super::{Done, Told, load_for, write_step};
use crate::model::Report;
use crate::sql;
use crate::sql::answer::{DraftAnswer, Returned};

async fn waiting(tx: &mut Tx, ctx: &Ctx, report: Uuid, version: i64) -> Result<(Report, DraftAnswer)> {
    let report = load_for(tx, ctx, report, Permission::ApproveAnswers).await?;
    let draft = sql::answer::draft_answer(tx, report.id).await?;
    let draft = draft.filter(|draft| draft.returned.is_none() && Some(draft.agency) == report.agency);
    let draft = draft.ok_or_else(|| Refusal::new("report.approval.nothing_waits"))?;
    if draft.version != version {
        return Err(Refusal::new("report.approval.changed_meanwhile").into());
    }
    Ok((report, draft))
}

/// Setujui: the answer is given, by whoever approves; the journal names who wrote it too.
#[derive(Debug, Clone)]
pub struct ApproveAnswer {
    /// Which report.
    pub report: Uuid,
    /// The version of the draft that the approver saw.
    pub version: i64,
    /// Other words, where they were changed.
    pub text: Option<String>,
}

impl Action for ApproveAnswer {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (report, draft) = waiting(tx, ctx, self.report, self.version).await?;
        let answer = match &self.text {
            // Nothing at all is no answer; a reason for turning down may stand for itself otherwise.
            Some(text) => draft.answer.in_words(must_say("text", text)?),
            None => draft.answer,
        };
        let given = decide(tx, ctx, &report, answer).await?;
        sql::answer::drop_draft_answer(tx, report.id).await?;
        carry_out(tx, ctx, &report, given, draft.officer).await
    }
}

/// Kembalikan: back to who wrote it, with a reason.
#[derive(Debug, Clone)]
pub struct ReturnAnswer {
    /// Which report.
    pub report: Uuid,
    /// The version of the draft that the approver saw.
    pub version: i64,
    /// Why; only staff read it.
    pub why: String,
}

impl Action for ReturnAnswer {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (before, draft) = waiting(tx, ctx, self.report, self.version).await?;
        let why = must_say("why", &self.why)?;
        let returned = Returned { at: ctx.now(), by: ctx.actor.officer_id(), why: why.clone() };
        if !sql::answer::return_draft_answer(tx, &draft, &returned).await? {
            return Err(Refusal::new("report.approval.changed_meanwhile").into());
        }
        let detail = json!({ "step": draft.answer.step(), "drafted_by": draft.officer });
        let told = Told { kind: "report.answer_returned", note: Some(&why), detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &before.note(ctx.now(), false), told).await
    }
}

/// Tarik: the agency takes back its own answer before anybody has approved it.
#[derive(Debug, Clone)]
pub struct WithdrawAnswer {
    /// Which report.
    pub report: Uuid,
}

impl Action for WithdrawAnswer {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        if !sql::answer::drop_draft_answer(tx, before.id).await? {
            return Err(Refusal::new("report.approval.nothing_waits").into());
        }
        let told = Told { kind: "report.answer_withdrawn", ..Told::default() };
        write_step(tx, ctx, &before, &before.note(ctx.now(), false), told).await
    }
}

/// Says whether an agency's answers are approved first. Answers that wait stay until somebody has looked at them.
#[derive(Debug, Clone)]
pub struct SetApproval {
    /// Which agency.
    pub agency: Uuid,
    /// Whether they are.
    pub on: bool,
}

impl Action for SetApproval {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require_in(ctx, Permission::ManageAnswers, self.agency)?;
        let agency = simpul_people::sql::agencies::by_id(tx, self.agency).await?;
        if agency.is_none_or(|agency| agency.outside) {
            return Err(Error::NotFound("agency"));
        }
        sql::answer::set_approval(tx, self.agency, self.on).await?;
        tx.journal(ctx, "agency", self.agency, "agency.approval_set", json!({ "agency": self.agency, "on": self.on }));
        Ok(())
    }
}
