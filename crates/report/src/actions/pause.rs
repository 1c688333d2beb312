//! Tunda: an officer asks the citizen or waits for somebody else; an answer, an officer or the end lets time go on.

use serde_json::json;
use simpul_kernel::calendar::Span;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Proof, Told, ask, load, load_for, may, write_step};
use crate::model::steps::{LADDER_STEP_WORKING_DAYS, WARNING_PERCENT};
use crate::model::{Level, PhotoRef, Report, what};

/// What the archive says of a silent citizen's report.
const UNANSWERED: &str = "Data yang diminta tidak kami terima sampai batas waktunya.";

async fn load_working(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<Report> {
    let report = load_for(tx, ctx, id, Permission::SeeInbox).await?;
    if may(ctx, Permission::VerifyReports, report.agency).is_err() {
        may(ctx, Permission::WorkReports, report.agency)?;
    }
    Ok(report)
}

fn said(text: &str) -> Result<String> {
    if text.trim().is_empty() {
        return Err(Refusal::field("text", "report.refused.words_missing").into());
    }
    Ok(words::clean_text("text", text, REPORT_TEXT_MAX_CHARS, true)?)
}

/// The deadlines stand still: the citizen is asked something, or somebody else is waited for.
#[derive(Debug, Clone)]
pub struct PauseReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// For how many working days at most.
    pub days: u32,
    /// Whether the citizen is asked.
    pub asks: bool,
    /// The question, or the reason; the citizen reads it.
    pub text: String,
}

impl Action for PauseReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_working(tx, ctx, self.report).await?;
        before.check_version(self.version)?;
        let text = said(&self.text)?;
        let calendar = calendar_of(tx).await?;
        let after = before.start_pause(ctx.now(), &calendar, self.days, self.asks)?;
        let until = after.pause.map(|pause| pause.until);
        let detail = json!({ "until": until.map(|at| at.0), "asks": self.asks });
        let told =
            Told { kind: "report.paused", public: true, note: Some(&text), detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        if let Some(until) = until {
            ask(tx, ctx, after.id, what::PAUSE, until);
        }
        Ok(done)
    }
}

/// The officer ends the pause.
#[derive(Debug, Clone)]
pub struct ResumeReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
}

impl Action for ResumeReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_working(tx, ctx, self.report).await?;
        before.check_version(self.version)?;
        resume(tx, ctx, &before, Told { kind: "report.resumed", public: true, ..Told::default() }).await
    }
}

/// The citizen answers what was asked. As every word on a report's page, the public reads it masked.
#[derive(Debug, Clone)]
pub struct AnswerQuestion {
    /// Which report.
    pub report: Uuid,
    /// By what the caller is the reporter.
    pub proof: Proof,
    /// The answer.
    pub text: String,
    /// Photos that come with it.
    pub photos: Vec<PhotoRef>,
}

impl Action for AnswerQuestion {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        self.proof.check(tx, ctx, &before).await?;
        if !before.asks_citizen() {
            return Err(Refusal::new("report.refused.not_asked").into());
        }
        let text = said(&self.text)?;
        let told = Told {
            kind: "report.question_answered",
            public: true,
            note: Some(&text),
            photos: &self.photos,
            ..Told::default()
        };
        resume(tx, ctx, &before, told).await
    }
}

async fn resume(tx: &mut Tx, ctx: &Ctx, before: &Report, told: Told<'_>) -> Result<Done> {
    let calendar = calendar_of(tx).await?;
    let now = ctx.now();
    let since = before.pause.map_or(now, |pause| pause.since);
    let after = before.end_pause(now, &calendar)?;
    let done = write_step(tx, ctx, before, &after, told).await?;
    let due = after.deadlines;
    for (what, at) in [(what::VERIFY, due.verify), (what::ANSWER, due.answer), (what::RESOLVE, due.resolve)] {
        // What was late before the pause has been marked already, and then the head has it. What became late since, as
        // when Simpul was not running at the end of the pause, or in the moment before it, is still to be marked.
        if after.owes(what) && (at >= since || after.level < Level::Head) {
            ask(tx, ctx, after.id, what, at);
        }
    }
    if after.level == Level::None && after.times.verified.is_some() && due.resolve > now {
        ask(tx, ctx, after.id, what::WARN, calendar.at_fraction(now, due.resolve, WARNING_PERCENT));
    }
    if after.level >= Level::Head && after.level < Level::Secretary && after.is_late(now) {
        let next = calendar.due(now, Span::working_days(LADDER_STEP_WORKING_DAYS));
        ask(tx, ctx, after.id, what::LADDER, next);
    }
    Ok(done)
}

/// The end has passed: a question without an answer ends in the archive, any other pause just ends.
pub(crate) async fn pause_is_over(tx: &mut Tx, ctx: &Ctx, before: &Report) -> Result<Done> {
    if !before.asks_citizen() {
        let told = Told { kind: "report.resumed", public: true, ..Told::default() };
        return resume(tx, ctx, before, told).await;
    }
    let calendar = calendar_of(tx).await?;
    let after = before.archive_unanswered(ctx.now(), &calendar, UNANSWERED.to_owned())?;
    let told = Told { kind: "report.archived", public: true, note: Some(UNANSWERED), ..Told::default() };
    write_step(tx, ctx, before, &after, told).await
}
