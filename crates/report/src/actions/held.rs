//! Answers that wait for the Kabid or Kepala: whether one does, and the draft that is kept meanwhile.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Permission;
use simpul_store::{Result, Tx};
use uuid::Uuid;

use super::{Done, Told, tell, write_step};
use crate::model::{Answer, PhotoRef, Report, public};
use crate::sql;

/// Whether the actor's answer waits for somebody else: an officer of an agency that wants it so, who may not approve.
pub(super) async fn needs_approval(tx: &mut Tx, ctx: &Ctx, report: &Report) -> Result<bool> {
    let Some(agency) = report.agency else { return Ok(false) };
    let answers_alone = [Permission::ApproveAnswers, Permission::VerifyReports];
    if answers_alone.iter().any(|permission| public::covers(&ctx.actor, *permission, Some(agency))) {
        return Ok(false);
    }
    sql::answer::needs_approval(tx, agency).await
}

/// Keeps an answer as a draft, in place of an earlier one.
pub(super) async fn keep(tx: &mut Tx, ctx: &Ctx, before: &Report, answer: &Answer) -> Result<Done> {
    let agency = before.agency.ok_or_else(|| Refusal::new("report.refused.no_agency"))?;
    let after = before.note(ctx.now(), false);
    let detail = json!({ "step": answer.step() });
    let told = Told { kind: "report.answer_drafted", detail: Some(detail), ..Told::default() };
    let done = write_step(tx, ctx, before, &after, told).await?;
    sql::answer::save_draft_answer(tx, after.id, agency, ctx.actor.officer_id(), answer, ctx.now()).await?;
    Ok(done)
}

/// The photos of an answer that was returned.
pub(super) async fn photos_of_returned(tx: &mut Tx, report: Uuid) -> Result<Vec<PhotoRef>> {
    let draft = sql::answer::draft_answer(tx, report).await?.filter(|draft| draft.returned.is_some());
    Ok(draft.map(|draft| draft.answer.photos().to_vec()).unwrap_or_default())
}

/// The report has gone another way, or its person is forgotten: the answer that waits has no ground any more.
pub(crate) async fn withdraw(tx: &mut Tx, ctx: &Ctx, report: &Report) -> Result<()> {
    if sql::answer::drop_draft_answer(tx, report.id).await? {
        let event = tell(tx, ctx, report, Told { kind: "report.answer_withdrawn", ..Told::default() });
        sql::parts::insert_event(tx, &event);
    }
    Ok(())
}
