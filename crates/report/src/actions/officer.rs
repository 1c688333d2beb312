//! What officers do with a report.

use serde_json::json;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{Checked, Done, Told, ask, load, load_for, may, may_verify, secrecy, write_step};
use crate::desk;
use crate::model::steps::WARNING_PERCENT;
use crate::model::{Category, Class, PhotoRef, Report, Status, what};
use crate::sql;

/// Most photos that come with one step of the work.
pub const STEP_PHOTOS_MAX_COUNT: usize = 6;

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

/// The coordinator, or the agency whose it is, has read the report and found it complete; the class sets its time.
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
        let before = load_for(tx, ctx, self.report, Permission::SeeInbox).await?;
        let anybodys = may_verify(ctx, before.agency)?;
        before.check_version(self.version)?;
        let code = self.category.as_deref().unwrap_or(&before.category);
        let category = category_of(tx, code).await?;
        let category = secrecy::owned(tx, category).await?;
        // Which agency has it is the coordinator's to say: an agency that is not competent hands it back.
        if !anybodys && code != before.category && category.agency != before.agency {
            return Err(Refusal::field("category", "report.refused.own_category").into());
        }
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
        if before.agency.is_some() {
            secrecy::keep_secret(tx, &before, Some(self.agency), "agency").await?;
        }
        secrecy::keep_complaint(tx, &before, Some(self.agency), "agency").await?;
        secrecy::keep_inside(tx, before.secret, Some(self.agency), self.officer).await?;
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
pub(super) fn aside(tx: &mut Tx, ctx: &Ctx, report: &Report, kind: &'static str, text: &str) {
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
        // Handed back it is the coordinator's again, who must never see a complaint about an official.
        if before.secret && !before.wish {
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
