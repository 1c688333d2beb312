//! What an agency answers a report with: solved, planned, turned down, or passed on to the body that is competent.

use serde_json::{Value, json};
use simpul_kernel::calendar::parse_date;
use simpul_kernel::format::{Lang, day_medium};
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::held::{self, needs_approval};
use super::officer::{aside, check_photos, must_say, said};
use super::{Done, Told, ask, load_for, may, may_verify, secrecy, write_step};
use crate::desk;
use crate::model::{Answer, Forwarding, PhotoRef, Purpose, Report, Status, what};
use crate::sql;

/// How far ahead work may be planned, in years.
const PLAN_MAX_YEARS: i64 = 10;

/// An answer that nothing speaks against, with what it makes of the report.
pub(super) struct Given {
    /// The words tidied.
    pub(super) answer: Answer,
    after: Report,
    kind: &'static str,
    /// What the citizen reads.
    text: String,
    detail: Value,
}

/// Gives the answer, or keeps it until somebody of the agency has approved it.
async fn answer(tx: &mut Tx, ctx: &Ctx, before: &Report, answer: Answer) -> Result<Done> {
    let given = decide(tx, ctx, before, answer).await?;
    if needs_approval(tx, ctx, before).await? {
        return held::keep(tx, ctx, before, &given.answer).await;
    }
    carry_out(tx, ctx, before, given, None).await
}

/// What the answer makes of the report, or why it can't be given.
pub(super) async fn decide(tx: &mut Tx, ctx: &Ctx, before: &Report, answer: Answer) -> Result<Given> {
    match answer {
        Answer::Resolve { text, photos, no_photo_reason } => resolved(ctx, before, &text, photos, &no_photo_reason),
        Answer::Plan { year, reason } => planned(tx, ctx, before, year, &reason).await,
        Answer::Reject { code, text } => rejected(tx, ctx, before, &code, &text).await,
        Answer::SendElsewhere { body, agency, text, forwarding } => {
            let zone = calendar_of(tx).await?.zone;
            let forwarding = forwarding.checked(&zone.date(ctx.now()).to_string())?;
            let day = parse_date(&forwarding.letter_date).map(|date| day_medium(Lang::Id, date));
            let told = forwarding.sentence(&day.unwrap_or_default());
            sent_elsewhere(ctx, before, &body, agency, &text, (forwarding, &told))
        }
    }
}

fn resolved(ctx: &Ctx, before: &Report, text: &str, photos: Vec<PhotoRef>, no_photo_reason: &str) -> Result<Given> {
    let text = must_say("text", text)?;
    check_photos(&photos)?;
    let no_photo_reason = words::clean_line("no_photo_reason", no_photo_reason, LINE_MAX_CHARS, false)?;
    if photos.is_empty() && no_photo_reason.is_empty() {
        return Err(Refusal::field("photo", "report.refused.photo_after").into());
    }
    let after = before.resolve(ctx.now(), text.clone())?;
    let detail = json!({ "on_time": after.on_time(), "with_photo": !photos.is_empty() });
    let answer = Answer::Resolve { text: text.clone(), photos, no_photo_reason };
    Ok(Given { answer, after, kind: "report.resolved", text, detail })
}

async fn planned(tx: &mut Tx, ctx: &Ctx, before: &Report, year: i64, reason: &str) -> Result<Given> {
    let reason = must_say("reason", reason)?;
    let zone = calendar_of(tx).await?.zone;
    let this_year = i64::from(zone.date(ctx.now()).year());
    if !(this_year..=this_year + PLAN_MAX_YEARS).contains(&year) {
        let refusal = Refusal::field("year", "report.refused.year");
        let range = refusal.with("from", this_year.to_string()).with("to", (this_year + PLAN_MAX_YEARS).to_string());
        return Err(range.into());
    }
    let after = before.plan(ctx.now(), year, reason.clone())?;
    let answer = Answer::Plan { year, reason: reason.clone() };
    Ok(Given { answer, after, kind: "report.planned", text: reason, detail: json!({ "year": year }) })
}

async fn rejected(tx: &mut Tx, ctx: &Ctx, before: &Report, code: &str, text: &str) -> Result<Given> {
    let rules = desk::rules(tx).await?;
    let reason = rules.reason(code).filter(|reason| reason.active);
    let reason = reason.ok_or_else(|| Refusal::field("code", "report.refused.reason"))?;
    let text = said("text", text, false)?.unwrap_or_else(|| reason.text_id.clone());
    let after = before.reject(ctx.now(), reason.code.clone(), text.clone())?;
    let answer = Answer::Reject { code: reason.code.clone(), text: text.clone() };
    Ok(Given { answer, after, kind: "report.rejected", text, detail: json!({ "code": reason.code }) })
}

fn sent_elsewhere(
    ctx: &Ctx,
    before: &Report,
    body: &str,
    agency: Option<Uuid>,
    text: &str,
    (forwarding, told): (Forwarding, &str),
) -> Result<Given> {
    let body = words::clean_line("body", body, LINE_MAX_CHARS, false)?;
    if body.is_empty() {
        return Err(Refusal::field("body", "report.refused.name_the_body").into());
    }
    let text = must_say("text", text)?;
    // What an agency has taken goes back to "verified" first, so that every arrow is one of the lifecycle.
    let current = match before.status() {
        Status::Assigned => before.hand_back(ctx.now())?,
        _ => before.clone(),
    };
    let said = format!("{text}{told}");
    let mut after = current.send_elsewhere(ctx.now(), body.clone(), said.clone())?;
    after.version = before.version + 1;
    after.agency = before.agency;
    let answer = Answer::SendElsewhere { body, agency, text, forwarding };
    Ok(Given { answer, after, kind: "report.out_of_authority", text: said, detail: json!({ "to": agency }) })
}

/// Writes the answer. `drafted_by`: who wrote it, where the actor only approved.
pub(super) async fn carry_out(
    tx: &mut Tx,
    ctx: &Ctx,
    before: &Report,
    given: Given,
    drafted_by: Option<Uuid>,
) -> Result<Done> {
    let Given { answer, after, kind, text, mut detail } = given;
    if let (Some(officer), Some(detail)) = (drafted_by, detail.as_object_mut()) {
        detail.insert("drafted_by".to_owned(), json!(officer));
    }
    let purpose = matches!(answer, Answer::Resolve { .. }).then_some(Purpose::After);
    let (note, photos) = (Some(text.as_str()), answer.photos());
    let told = Told { kind, public: true, note, detail: Some(detail), photos, purpose };
    let done = write_step(tx, ctx, before, &after, told).await?;
    match &answer {
        Answer::Resolve { photos, no_photo_reason, .. } => {
            if photos.is_empty() {
                aside(tx, ctx, &after, "report.noted", no_photo_reason);
            }
            if let Some(until) = after.answer_back_until(&calendar_of(tx).await?) {
                ask(tx, ctx, after.id, what::CLOSE, until);
            }
        }
        Answer::SendElsewhere { forwarding, .. } if !forwarding.is_empty() => {
            sql::answer::save_forwarding(tx, after.id, forwarding).await?;
        }
        _ => {}
    }
    Ok(done)
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
        answer(tx, ctx, &before, Answer::Plan { year: self.year, reason: self.reason.clone() }).await
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
        let mut photos = self.photos.clone();
        if photos.is_empty() {
            // An answer that was returned keeps its photos until others come.
            photos = held::photos_of_returned(tx, before.id).await?;
        }
        let no_photo_reason = self.no_photo_reason.clone().unwrap_or_default();
        answer(tx, ctx, &before, Answer::Resolve { text: self.text.clone(), photos, no_photo_reason }).await
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
        let before = load_for(tx, ctx, self.report, Permission::SeeInbox).await?;
        may_verify(ctx, before.agency)?;
        before.check_version(self.version)?;
        answer(tx, ctx, &before, Answer::Reject { code: self.code.clone(), text: self.text.clone() }).await
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
    /// How it was forwarded, in words. The citizen reads it.
    pub text: String,
    /// By which letter, or under which number there. The citizen reads it.
    pub forwarding: Forwarding,
}

impl Action for SendElsewhere {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::SeeInbox).await?;
        if may(ctx, Permission::VerifyReports, before.agency).is_err() {
            may(ctx, Permission::WorkReports, before.agency)?;
        }
        before.check_version(self.version)?;
        secrecy::keep_complaint(tx, &before, self.agency, "body").await?;
        let SendElsewhere { body, agency, text, forwarding, .. } = self.clone();
        answer(tx, ctx, &before, Answer::SendElsewhere { body, agency, text, forwarding }).await
    }
}
