//! What officers do with a report.

use serde_json::json;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{Checked, Done, Told, ask, load, load_for, may, write_step};
use crate::desk;
use crate::model::steps::WARNING_PERCENT;
use crate::model::{Category, Class, PhotoRef, Purpose, Report, Status, what};
use crate::sql;

/// Most photos that come with one step of the work.
pub const STEP_PHOTOS_MAX_COUNT: usize = 6;
/// How far ahead work may be planned, in years.
const PLAN_MAX_YEARS: i64 = 10;

pub(super) async fn category_of(tx: &mut Tx, code: &str) -> Result<Category> {
    let rules = desk::rules(tx).await?;
    let found = rules.category(code).cloned();
    found.ok_or_else(|| Refusal::field("category", "report.refused.category").into())
}

pub(super) fn said(field: &'static str, text: &str, required: bool) -> Checked<Option<String>> {
    if required && text.trim().is_empty() {
        return Err(Refusal::field(field, "report.refused.words_missing"));
    }
    let text = words::clean_text(field, text, REPORT_TEXT_MAX_CHARS, false)?;
    Ok((!text.is_empty()).then_some(text))
}

pub(super) fn must_say(field: &'static str, text: &str) -> Checked<String> {
    Ok(said(field, text, true)?.unwrap_or_default())
}

/// Fixes the time to resolve anew where verification changed it, and asks for the Kabid's warning.
pub(super) async fn ask_after_verification(tx: &mut Tx, ctx: &Ctx, before: &Report, after: &Report) -> Result<()> {
    if before.deadlines.resolve != after.deadlines.resolve {
        tx.cancel_deadlines(ctx, after.id, Some(what::RESOLVE)).await?;
        ask(tx, ctx, after.id, what::RESOLVE, after.deadlines.resolve);
    }
    let calendar = calendar_of(tx).await?;
    let warn_at = calendar.at_fraction(ctx.now(), after.deadlines.resolve, WARNING_PERCENT);
    if warn_at < after.deadlines.resolve {
        ask(tx, ctx, after.id, what::WARN, warn_at);
    }
    Ok(())
}

/// The coordinator has read the report and found it complete; the class sets its time.
#[derive(Debug, Clone)]
pub struct VerifyReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Complaint, aspiration or request for information.
    pub class: Class,
    /// Oversight content, or needs a field examination.
    pub needs_inspection: bool,
    /// Another category, where the citizen's was wrong.
    pub category: Option<String>,
}

impl Action for VerifyReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let code = self.category.as_deref().unwrap_or(&before.category);
        let category = category_of(tx, code).await?;
        let calendar = calendar_of(tx).await?;
        let after = before.verify(ctx.now(), &calendar, &category, self.class, self.needs_inspection)?;
        let detail = json!({
            "class": after.class.name(),
            "needs_inspection": after.needs_inspection,
            "resolve_due": after.deadlines.resolve.0,
        });
        let told = Told { kind: "report.verified", public: true, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        ask_after_verification(tx, ctx, &before, &after).await?;
        Ok(done)
    }
}

/// "Terima": an officer of the agency takes what lies in its inbox: read, complete, ours.
#[derive(Debug, Clone)]
pub struct AcceptReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Another class, where the usual one of the category is wrong.
    pub class: Option<Class>,
}

impl Action for AcceptReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        let agency = before.agency.ok_or_else(|| Refusal::new("report.refused.no_agency"))?;
        let mut current = before.clone();
        if current.status() == Status::New {
            let category = category_of(tx, &current.category).await?;
            let calendar = calendar_of(tx).await?;
            let class = self.class.unwrap_or(current.class);
            let next = current.verify(ctx.now(), &calendar, &category, class, current.needs_inspection)?;
            let detail = json!({ "class": class.name(), "resolve_due": next.deadlines.resolve.0 });
            let told = Told { kind: "report.verified", public: true, detail: Some(detail), ..Told::default() };
            write_step(tx, ctx, &current, &next, told).await?;
            ask_after_verification(tx, ctx, &current, &next).await?;
            current = next;
        }
        let after = current.assign(ctx.now(), agency, ctx.actor.officer_id())?;
        let detail = json!({ "to": agency, "officer": after.officer });
        let told = Told { kind: "report.assigned", public: true, detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &current, &after, told).await
    }
}

/// The coordinator gives the report to an agency, perhaps to one officer of it.
#[derive(Debug, Clone)]
pub struct AssignReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// To which agency.
    pub agency: Uuid,
    /// To which officer of it.
    pub officer: Option<Uuid>,
    /// What is to be done; only staff read it.
    pub instruction: Option<String>,
}

impl Action for AssignReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::AssignReports).await?;
        before.check_version(self.version)?;
        if before.secret && before.agency.is_some_and(|agency| agency != self.agency) {
            return Err(Refusal::field("agency", "report.refused.secret_stays").into());
        }
        let instruction = said("instruction", self.instruction.as_deref().unwrap_or_default(), false)?;
        let after = before.assign(ctx.now(), self.agency, self.officer)?;
        let detail = json!({ "to": self.agency, "officer": self.officer });
        let told = Told { kind: "report.assigned", public: true, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        if let Some(text) = &instruction {
            aside(tx, ctx, &after, "report.instructed", text);
        }
        Ok(done)
    }
}

/// Keeps words among staff as an event of its own: the step that they come with is public, they are not.
fn aside(tx: &mut Tx, ctx: &Ctx, report: &Report, kind: &'static str, text: &str) {
    let event = sql::Event {
        id: ctx.new_id(),
        report: report.id,
        at: ctx.now(),
        kind: kind.to_owned(),
        actor: ctx.actor.journal_name(),
        officer: ctx.actor.officer_id(),
        public: false,
        note: Some(text.to_owned()),
        detail: None,
    };
    sql::parts::insert_event(tx, &event);
    let detail = json!({ "event": event.id, "public": false });
    tx.journal(ctx, super::SUBJECT, report.id, kind, super::body(report, Some(&detail)));
}

/// "Bukan kewenangan kami": back to the coordinator, naming who it belongs to.
#[derive(Debug, Clone)]
pub struct HandBack {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Why; only staff read it.
    pub reason: String,
    /// Whose it is instead.
    pub suggest: Option<Uuid>,
}

impl Action for HandBack {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        if before.secret {
            return Err(Refusal::new("report.refused.secret_stays").into());
        }
        let reason = must_say("reason", &self.reason)?;
        if self.suggest.is_none() || self.suggest == before.agency {
            return Err(Refusal::field("suggest", "report.refused.name_the_body").into());
        }
        let after = before.hand_back(ctx.now())?;
        let detail = json!({ "from": before.agency, "suggest": self.suggest });
        let told = Told { kind: "report.handed_back", note: Some(&reason), detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// Work has begun.
#[derive(Debug, Clone)]
pub struct StartWork {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// A word to the citizen, which is then the first answer.
    pub note: Option<String>,
}

impl Action for StartWork {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::WorkReports).await?;
        before.check_version(self.version)?;
        let note = said("note", self.note.as_deref().unwrap_or_default(), false)?;
        let mut after = before.start(ctx.now())?;
        if note.is_some() {
            after.times.answered = after.times.answered.or(Some(ctx.now()));
        }
        let told = Told { kind: "report.started", public: true, note: note.as_deref(), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// A word to the citizen, or a note that only staff read.
#[derive(Debug, Clone)]
pub struct AddNote {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which report.
    pub report: Uuid,
    /// What is said.
    pub text: String,
    /// Whether the citizen and the public read it.
    pub public: bool,
    /// Photos that come with it.
    pub photos: Vec<PhotoRef>,
}

impl Action for AddNote {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        if !crate::model::public::may_see(&ctx.actor, &before) {
            return Err(Error::NotFound("report"));
        }
        // A word to the citizen is the agency's; a note among staff is anybody's who may see the report.
        let permission = if self.public { Permission::WorkReports } else { Permission::SeeInbox };
        if may(ctx, permission, before.agency).is_err() {
            may(ctx, Permission::VerifyReports, before.agency)?;
        }
        let text = must_say("text", &self.text)?;
        check_photos(&self.photos)?;
        let after = before.note(ctx.now(), self.public);
        let told = Told {
            kind: "report.noted",
            public: self.public,
            note: Some(&text),
            photos: &self.photos,
            ..Told::default()
        };
        write_step(tx, ctx, &before, &after, told).await
    }
}

pub(super) fn check_photos(photos: &[PhotoRef]) -> Checked<()> {
    if photos.len() > STEP_PHOTOS_MAX_COUNT {
        return Err(Refusal::field("photo", "report.refused.step_photo_count"));
    }
    Ok(())
}

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

/// The same as another report: its followers move along.
#[derive(Debug, Clone)]
pub struct MergeReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// The number of the other one.
    pub into: String,
}

impl Action for MergeReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let other = sql::by_number(tx, self.into.trim()).await?;
        let other = other.ok_or_else(|| Refusal::field("into", "report.refused.merge_target"))?;
        let after = before.merge(ctx.now(), &other)?;
        let detail = json!({ "into": other.id, "into_number": other.number });
        let told = Told { kind: "report.merged", public: true, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        sql::parts::move_followers(tx, before.id, other.id).await?;
        let mut followed = other.note(ctx.now(), false);
        followed.follower_count += 1 + before.follower_count;
        let detail = json!({ "from": before.id, "from_number": before.number });
        let told = Told { kind: "report.joined", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &other, &followed, told).await?;
        Ok(done)
    }
}

/// Not the same after all.
#[derive(Debug, Clone)]
pub struct UnmergeReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
}

impl Action for UnmergeReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let after = before.unmerge(ctx.now())?;
        let told = Told { kind: "report.unmerged", public: true, ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        ask(tx, ctx, after.id, what::RESOLVE, after.deadlines.resolve);
        Ok(done)
    }
}

/// Out of public view, with a reason that staff read.
#[derive(Debug, Clone)]
pub struct HideReport {
    /// Which report.
    pub report: Uuid,
    /// Why.
    pub reason: String,
}

impl Action for HideReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::HideReports).await?;
        let reason = must_say("reason", &self.reason)?;
        let after = before.hide(ctx.now(), true)?;
        let told = Told { kind: "report.hidden", note: Some(&reason), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// Back into public view.
#[derive(Debug, Clone)]
pub struct ShowReport {
    /// Which report.
    pub report: Uuid,
}

impl Action for ShowReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::HideReports).await?;
        let after = before.hide(ctx.now(), false)?;
        let told = Told { kind: "report.shown", ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}
