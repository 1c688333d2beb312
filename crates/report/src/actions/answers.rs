//! What an agency answers a report with: solved, planned, turned down, or passed on to the body that is competent.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::officer::{aside, check_photos, must_say, said};
use super::{Done, Told, ask, load_for, may, write_step};
use crate::desk;
use crate::model::{PhotoRef, Purpose, Status, what};

/// How far ahead work may be planned, in years.
const PLAN_MAX_YEARS: i64 = 10;

/// Needs budget: proposed for a year. The citizen reads so; it is not counted as fixed.
#[derive(Debug, Clone)]
pub struct PlanReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// The budget year.
    pub year: i64,
    /// Why, for the citizen.
    pub reason: String,
}

impl Action for PlanReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        let reason = must_say("reason", &self.reason)?;
        let zone = calendar_of(tx).await?.zone;
        let this_year = i64::from(zone.date(ctx.now()).year());
        if !(this_year..=this_year + PLAN_MAX_YEARS).contains(&self.year) {
            let refusal = Refusal::field("year", "report.refused.year");
            let range =
                refusal.with("from", this_year.to_string()).with("to", (this_year + PLAN_MAX_YEARS).to_string());
            return Err(range.into());
        }
        let after = before.plan(ctx.now(), self.year, reason.clone())?;
        let detail = json!({ "year": self.year });
        let told =
            Told { kind: "report.planned", public: true, note: Some(&reason), detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// Done: with the words that the citizen reads, and a photo of it or the reason why there is none.
#[derive(Debug, Clone)]
pub struct ResolveReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// What was done, for the citizen.
    pub text: String,
    /// How it looks now.
    pub photos: Vec<PhotoRef>,
    /// Why there is no photo.
    pub no_photo_reason: Option<String>,
}

impl Action for ResolveReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        let text = must_say("text", &self.text)?;
        check_photos(&self.photos)?;
        let reason = self.no_photo_reason.as_deref().unwrap_or_default();
        let reason = words::clean_line("no_photo_reason", reason, LINE_MAX_CHARS, false)?;
        if self.photos.is_empty() && reason.is_empty() {
            return Err(Refusal::field("photo", "report.refused.photo_after").into());
        }
        let after = before.resolve(ctx.now(), text.clone())?;
        let calendar = calendar_of(tx).await?;
        let detail = json!({ "on_time": after.on_time(), "with_photo": !self.photos.is_empty() });
        let told = Told {
            kind: "report.resolved",
            public: true,
            note: Some(&text),
            detail: Some(detail),
            photos: &self.photos,
            purpose: Some(Purpose::After),
        };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        if self.photos.is_empty() {
            aside(tx, ctx, &after, "report.noted", &reason);
        }
        if let Some(until) = after.answer_back_until(&calendar) {
            ask(tx, ctx, after.id, what::CLOSE, until);
        }
        Ok(done)
    }
}

/// Can't be acted on: a reason of the region's list, and words for the citizen.
#[derive(Debug, Clone)]
pub struct RejectReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Which reason.
    pub code: String,
    /// More words for the citizen; the reason's own where empty.
    pub text: String,
}

impl Action for RejectReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let rules = desk::rules(tx).await?;
        let reason = rules.reason(&self.code).filter(|reason| reason.active);
        let reason = reason.ok_or_else(|| Refusal::field("code", "report.refused.reason"))?;
        let text = said("text", &self.text, false)?.unwrap_or_else(|| reason.text_id.clone());
        let after = before.reject(ctx.now(), reason.code.clone(), text.clone())?;
        let detail = json!({ "code": reason.code });
        let told =
            Told { kind: "report.rejected", public: true, note: Some(&text), detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// Belongs to a body outside: it is named, and the citizen is told.
#[derive(Debug, Clone)]
pub struct SendElsewhere {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// The body's name as the citizen reads it.
    pub body: String,
    /// The body, where it stands in the list of agencies.
    pub agency: Option<Uuid>,
    /// How it was forwarded: letter, call, the number there. The citizen reads it.
    pub text: String,
}

impl Action for SendElsewhere {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::SeeInbox).await?;
        if may(ctx, Permission::VerifyReports, before.agency).is_err() {
            may(ctx, Permission::WorkReports, before.agency)?;
        }
        before.check_version(self.version)?;
        let body = words::clean_line("body", &self.body, LINE_MAX_CHARS, false)?;
        if body.is_empty() {
            return Err(Refusal::field("body", "report.refused.name_the_body").into());
        }
        let text = must_say("text", &self.text)?;
        // What an agency has taken goes back to "verified" first, so that every arrow is one of the lifecycle.
        let current = match before.status() {
            Status::Assigned => before.hand_back(ctx.now())?,
            _ => before.clone(),
        };
        let mut after = current.send_elsewhere(ctx.now(), body, text.clone())?;
        after.version = before.version + 1;
        after.agency = before.agency;
        let detail = json!({ "to": self.agency });
        let told = Told {
            kind: "report.out_of_authority",
            public: true,
            note: Some(&text),
            detail: Some(detail),
            ..Told::default()
        };
        write_step(tx, ctx, &before, &after, told).await
    }
}
