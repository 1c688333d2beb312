//! What is kept of an incident for afterwards.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal, Timestamp, words};
use simpul_people::sql::agencies;
use simpul_people::{Permission, permits, require, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use uuid::Uuid;

use super::{INCIDENT, load_incident, who};
use crate::model::after::{Advice, Advised, LESSON_MAX_CHARS, Lesson};
use crate::model::{Incident, Unit};
use crate::read;
use crate::sql;

/// What the ticker calls a lesson; the journal tells of it under its incident.
pub const LESSON: &str = "lesson";

/// Keeps what is recommended now beside what is sent.
pub(super) async fn advise(tx: &mut Tx, ctx: &Ctx, incident: &Incident, sent: &[Unit]) -> Result<()> {
    let whole = read::whole(tx, incident.clone()).await?;
    let (types, units) = (sql::incident::types(tx).await?, sql::unit::all(tx).await?);
    let recommendation = read::recommendation(&whole, &types, &units, ctx.now());
    let sent = sent.iter().map(|unit| unit.call_sign.clone()).collect();
    let advice = Advice { id: ctx.new_id(), at: ctx.now(), advised: Advised::of(&recommendation), sent };
    sql::after::insert_advice(tx, incident.id, &advice)
}

/// Somebody at a console has seen that an incident came in: its sound ends at every console.
#[derive(Debug, Clone)]
pub struct NoticeIncident {
    /// Which.
    pub incident: Uuid,
}

impl Action for NoticeIncident {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::SendUnits)?;
        let incident = load_incident(tx, self.incident).await?;
        if sql::after::notice(tx, incident.id, &who(ctx), ctx.now()).await? {
            tx.journal(ctx, INCIDENT, incident.id, "incident.noticed", json!({}));
        }
        Ok(())
    }
}

/// What is to be done so that it goes better next time: one owner, one deadline.
#[derive(Debug, Clone)]
pub struct AddLesson {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Of which incident.
    pub incident: Uuid,
    /// What is to be done.
    pub text: String,
    /// Who owns it.
    pub agency: Uuid,
    /// Until when.
    pub due: Timestamp,
}

impl Action for AddLesson {
    type Output = Uuid;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::SuperviseCalls)?;
        let incident = load_incident(tx, self.incident).await?;
        let body = words::clean_text("lesson", &self.text, LESSON_MAX_CHARS, true)?;
        if agencies::by_id(tx, self.agency).await?.is_none_or(|agency| !agency.active) {
            return Err(Refusal::field("owner", "emergency.refused.agency").into());
        }
        Lesson::check_due(self.due, ctx.now())?;
        let id = ctx.new_id();
        let (agency, due, author, at) = (self.agency, self.due, who(ctx), ctx.now());
        let lesson = Lesson { id, incident: incident.id, body, agency, due, author, at, done: None, proof: None };
        sql::after::insert_lesson(tx, &lesson);
        tx.deadline(ctx, Deadline { subject_kind: LESSON, subject_id: id, what: "done", due_at: due });
        tx.journal(ctx, INCIDENT, incident.id, "incident.lesson", json!({ "lesson": id, "agency": agency }));
        Ok(id)
    }
}

/// A lesson is done, with its proof: whoever looks back at incidents says so, or the agency that owns it.
#[derive(Debug, Clone)]
pub struct FinishLesson {
    /// Which.
    pub lesson: Uuid,
    /// What was done.
    pub proof: String,
}

impl Action for FinishLesson {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let lesson = sql::after::lesson(tx, self.lesson).await?.ok_or(Error::NotFound("lesson"))?;
        if !permits(&ctx.actor, Permission::SuperviseCalls) {
            require_in(ctx, Permission::AcknowledgeHandovers, lesson.agency)?;
        }
        let proof = words::clean_text("proof", &self.proof, LESSON_MAX_CHARS, true)?;
        if !sql::after::finish_lesson(tx, lesson.id, ctx.now(), &proof).await? {
            return Err(Refusal::field("proof", "emergency.refused.lesson_done").into());
        }
        tx.cancel_deadlines(ctx, lesson.id, None).await?;
        tx.journal(ctx, INCIDENT, lesson.incident, "incident.lesson_done", json!({ "lesson": lesson.id }));
        Ok(())
    }
}
