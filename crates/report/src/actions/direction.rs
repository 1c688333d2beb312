//! Arahan: a leader tells the agency of a report what to do and by when.

use serde_json::json;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use time::Date;
use uuid::Uuid;

use super::{Done, Told, load_for, write_step};
use crate::model::direction::DirectionKind;
use crate::sql::direction::{Direction, save};

/// A leader's direction on a report. The agency sees it above its inbox and on the report; the public does not.
#[derive(Debug, Clone)]
pub struct GiveDirection {
    /// Which report.
    pub report: Uuid,
    /// The version that the leader saw.
    pub version: Option<i64>,
    /// What is wanted.
    pub kind: DirectionKind,
    /// By which day; `None` is a fault of the form's field.
    pub by: Option<Date>,
    /// What is to be done, in the leader's words; only staff read it.
    pub text: String,
}

impl Action for GiveDirection {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::GiveDirections).await?;
        before.check_version(self.version)?;
        let by = self.by.ok_or_else(|| Refusal::field("by", "report.filter.bad_date"))?;
        if self.text.trim().is_empty() {
            return Err(Refusal::field("text", "report.refused.words_missing").into());
        }
        let text = words::clean_text("text", &self.text, REPORT_TEXT_MAX_CHARS, true)?;
        let (after, by) = before.take_direction(ctx.now(), &calendar_of(tx).await?, by)?;
        let detail = json!({ "kind": self.kind.name(), "by": by.0 });
        let told = Told { kind: "report.leader_directed", note: Some(&text), detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        save(tx, &Direction { report: before.id, kind: self.kind, by, given: ctx.now() }).await?;
        Ok(done)
    }
}
