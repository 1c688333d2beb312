//! The office of the district was there and says what is to be seen.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::sql::agencies;
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::officer::{check_photos, said};
use super::{Done, Told, load, write_step};
use crate::model::onsite::{districts_of, office_of};
use crate::model::{PhotoRef, SiteCheck, Verdict};
use crate::sql;

/// "Sudah dicek di lokasi": by an officer of the district's office, whoever leads the work. Nothing else changes: who
/// leads decides what follows from it.
#[derive(Debug, Clone)]
pub struct CheckOnSite {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which report.
    pub report: Uuid,
    /// What was seen.
    pub verdict: Verdict,
    /// In words, which the citizen reads.
    pub text: String,
    /// How it looks.
    pub photos: Vec<PhotoRef>,
}

impl Action for CheckOnSite {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        let districts = districts_of(&ctx.actor, &agencies::all(tx).await?);
        let office = office_of(&districts, &before).ok_or(Error::NotFound("report"))?;
        if !before.may_be_checked_on_site() {
            return Err(before.status().wrong_state().into());
        }
        let text = said("text", &self.text, false)?;
        check_photos(&self.photos)?;
        if text.is_none() && self.photos.is_empty() {
            return Err(Refusal::field("text", "report.onsite.say_or_show").into());
        }
        let after = before.note(ctx.now(), false);
        let detail = json!({ "by": office, "verdict": self.verdict.name() });
        let told = Told {
            kind: "report.site_checked",
            public: true,
            note: text.as_deref(),
            detail: Some(detail),
            photos: &self.photos,
            ..Told::default()
        };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        let check = SiteCheck {
            id: ctx.new_id(),
            report: before.id,
            agency: office,
            officer: ctx.actor.officer_id(),
            verdict: self.verdict,
            at: ctx.now(),
        };
        sql::onsite::insert(tx, &check);
        Ok(done)
    }
}
