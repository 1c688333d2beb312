//! An officer edits a citizen's text that must not stand in public as it is. The original is kept for those who may see
//! it; the history says that there was an edit.

use simpul_kernel::limits::STANDARD_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::Permission;
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Told, load_for, write_step};
use crate::sql;

/// Puts another text in place of the citizen's.
#[derive(Debug, Clone)]
pub struct EditText {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// The text as it is to stand.
    pub text: String,
    /// Why, for staff.
    pub reason: String,
}

impl Action for EditText {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::HideReports).await?;
        before.check_version(self.version)?;
        if self.text.trim().is_empty() {
            return Err(Refusal::field("text", "report.refused.text_missing").into());
        }
        let text = words::clean_text("text", &self.text, STANDARD_TEXT_MAX_CHARS, true)?;
        if text == before.body {
            return Err(Refusal::field("text", "report.edit.same").into());
        }
        if self.reason.trim().is_empty() {
            return Err(Refusal::field("reason", "report.edit.reason_missing").into());
        }
        let reason = words::clean_text("reason", &self.reason, STANDARD_TEXT_MAX_CHARS, true)?;
        let mut after = before.note(ctx.now(), false);
        after.version += 1;
        after.body = text;
        // The citizen's own words are kept, and not what an earlier edit made of them.
        sql::original::keep(tx, before.id, &before.body, ctx.now()).await?;
        let told = Told { kind: "report.edited", public: true, ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        let why = after.note(ctx.now(), false);
        let told = Told { kind: "report.edit_reason", note: Some(&reason), ..Told::default() };
        write_step(tx, ctx, &after, &why, told).await?;
        Ok(done)
    }
}
