//! Other agencies help the one that leads: asked, accepted, told, done or handed back. The report itself goes on by
//! the leading agency's steps alone.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::sql::agencies;
use simpul_people::{Permission, calendar_of, require_in};
use simpul_store::{Action, Deadline, Error, Result, Tx};
use uuid::Uuid;

use super::officer::{check_photos, must_say};
use super::{Done, Told, load, load_for, may, say, write_step};
use crate::model::steps::WARNING_PERCENT;
use crate::model::support::is_left_behind;
use crate::model::{Level, PhotoRef, Report, Stage, Support, what};
use crate::sql;

/// The subject of the deadlines of help: they are the helping agency's own, not the report's.
pub(crate) const SUPPORT_SUBJECT: &str = "support";

/// The report, for whoever leads or coordinates.
async fn load_led(tx: &mut Tx, ctx: &Ctx, report: Uuid) -> Result<Report> {
    let report = load_for(tx, ctx, report, Permission::SeeInbox).await?;
    if may(ctx, Permission::AssignReports, report.agency).is_err() {
        may(ctx, Permission::WorkReports, report.agency)?;
    }
    Ok(report)
}

/// The help and its report, for whoever works for the helping agency.
async fn load_helped(tx: &mut Tx, ctx: &Ctx, support: Uuid) -> Result<(Support, Report)> {
    let support = sql::support::by_id(tx, support).await?.ok_or(Error::NotFound("support"))?;
    let report = load(tx, support.report).await?;
    let sees = crate::model::support::helps(&ctx.actor, &report, std::slice::from_ref(&support)).is_some()
        || crate::model::public::may_see(&ctx.actor, &report);
    if !sees {
        return Err(Error::NotFound("support"));
    }
    require_in(ctx, Permission::WorkReports, support.agency)?;
    Ok((support, report))
}

fn ask(tx: &mut Tx, ctx: &Ctx, support: &Support, what: &'static str, due_at: simpul_kernel::Timestamp) {
    tx.deadline(ctx, Deadline { subject_kind: SUPPORT_SUBJECT, subject_id: support.id, what, due_at });
}

/// Tells of a step of help in the report's history; the report itself only shows that it was touched.
async fn told(tx: &mut Tx, ctx: &Ctx, report: &Report, support: &Support, told: Told<'_>) -> Result<Done> {
    let detail = json!({ "support": support.id, "to": support.agency, "due": support.due.0 });
    let after = report.note(ctx.now(), false);
    write_step(tx, ctx, report, &after, Told { detail: Some(detail), ..told }).await
}

/// Another agency is asked to help.
#[derive(Debug, Clone)]
pub struct AskSupport {
    /// With which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Which agency.
    pub agency: Uuid,
    /// What it is to do; only staff read it.
    pub instruction: String,
    /// Until which day (`2026-11-25`), inside the citizen's deadline; empty for that deadline itself.
    pub day: String,
}

impl Action for AskSupport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_led(tx, ctx, self.report).await?;
        before.check_version(self.version)?;
        let helper = agencies::by_id(tx, self.agency).await?.filter(|agency| agency.active && !agency.outside);
        let helper = helper.ok_or_else(|| Refusal::field("agency", "report.refused.agency"))?;
        let others = sql::support::of_report(tx, before.id).await?;
        let calendar = calendar_of(tx).await?;
        let due = before.ask_support(ctx.now(), &calendar, helper.id, &self.day, &others)?;
        let support = Support {
            id: ctx.new_id(),
            report: before.id,
            agency: helper.id,
            stage: Stage::Asked,
            instruction: must_say("instruction", &self.instruction)?,
            due,
            late: false,
            level: Level::None,
            asked_by: ctx.actor.officer_id(),
            asked: ctx.now(),
            accepted: None,
            ended: None,
            note: None,
        };
        sql::support::insert(tx, &support);
        let warn_at = calendar.at_fraction(ctx.now(), due, WARNING_PERCENT);
        if warn_at > ctx.now() && warn_at < due {
            ask(tx, ctx, &support, what::WARN, warn_at);
        }
        ask(tx, ctx, &support, what::RESOLVE, due);
        let words = Told { kind: "report.support_asked", public: true, ..Told::default() };
        let done = told(tx, ctx, &before, &support, words).await?;
        // The citizen reads that others help, not what they are told to do.
        let detail = json!({ "support": support.id, "to": support.agency });
        let note = Some(support.instruction.as_str());
        say(tx, ctx, &before, Told { kind: "report.instructed", note, detail: Some(detail), ..Told::default() });
        Ok(done)
    }
}

/// The helping agency says yes.
#[derive(Debug, Clone)]
pub struct AcceptSupport {
    /// Which help.
    pub support: Uuid,
}

impl Action for AcceptSupport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (support, report) = load_helped(tx, ctx, self.support).await?;
        let after = support.accept(ctx.now())?;
        sql::support::save(tx, &after).await?;
        told(tx, ctx, &report, &after, Told { kind: "report.support_accepted", ..Told::default() }).await
    }
}

/// A word from the helping agency to the one that leads.
#[derive(Debug, Clone)]
pub struct TellSupport {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which help.
    pub support: Uuid,
    /// What is said; only staff read it.
    pub text: String,
    /// Photos that come with it.
    pub photos: Vec<PhotoRef>,
}

impl Action for TellSupport {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (support, report) = load_helped(tx, ctx, self.support).await?;
        if !support.stage.is_open() {
            return Err(Refusal::new("report.support.over").into());
        }
        let text = must_say("text", &self.text)?;
        check_photos(&self.photos)?;
        let words = Told { kind: "report.support_told", note: Some(&text), photos: &self.photos, ..Told::default() };
        told(tx, ctx, &report, &support, words).await
    }
}

/// The helping agency's part is done.
#[derive(Debug, Clone)]
pub struct FinishSupport {
    /// Which help.
    pub support: Uuid,
    /// What was done; only staff read it.
    pub text: String,
    /// How it looks now.
    pub photos: Vec<PhotoRef>,
}

impl Action for FinishSupport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (support, report) = load_helped(tx, ctx, self.support).await?;
        let text = must_say("text", &self.text)?;
        check_photos(&self.photos)?;
        let after = support.finish(ctx.now(), text.clone())?;
        over(tx, ctx, &after).await?;
        let words = Told { kind: "report.support_done", note: Some(&text), photos: &self.photos, ..Told::default() };
        told(tx, ctx, &report, &after, words).await
    }
}

/// The helping agency hands it back with a reason.
#[derive(Debug, Clone)]
pub struct ReturnSupport {
    /// Which help.
    pub support: Uuid,
    /// Why; only staff read it.
    pub reason: String,
}

impl Action for ReturnSupport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let (support, report) = load_helped(tx, ctx, self.support).await?;
        let reason = must_say("reason", &self.reason)?;
        let after = support.hand_back(ctx.now(), reason.clone())?;
        over(tx, ctx, &after).await?;
        let words = Told { kind: "report.support_returned", note: Some(&reason), ..Told::default() };
        told(tx, ctx, &report, &after, words).await
    }
}

/// Who leads does not need the help any more.
#[derive(Debug, Clone)]
pub struct EndSupport {
    /// Which help.
    pub support: Uuid,
}

impl Action for EndSupport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let support = sql::support::by_id(tx, self.support).await?.ok_or(Error::NotFound("support"))?;
        let report = load_led(tx, ctx, support.report).await?;
        let after = support.end(ctx.now())?;
        over(tx, ctx, &after).await?;
        told(tx, ctx, &report, &after, Told { kind: "report.support_ended", ..Told::default() }).await
    }
}

/// Writes help that is over, and lets the ticker forget it.
async fn over(tx: &mut Tx, ctx: &Ctx, after: &Support) -> Result<()> {
    sql::support::save(tx, after).await?;
    tx.cancel_deadlines(ctx, after.id, None).await
}

/// Ends all help that has lost its ground: the report is over, or another agency leads.
pub(super) async fn leave_behind(tx: &mut Tx, ctx: &Ctx, before: &Report, after: &Report) -> Result<()> {
    if !is_left_behind(before, after) {
        return Ok(());
    }
    for support in sql::support::of_report(tx, after.id).await?.iter().filter(|support| support.stage.is_open()) {
        let ended = support.end(ctx.now())?;
        over(tx, ctx, &ended).await?;
        let detail = json!({ "support": support.id, "to": support.agency });
        say(tx, ctx, after, Told { kind: "report.support_ended", detail: Some(detail), ..Told::default() });
    }
    Ok(())
}

/// A moment of help has passed: the helping agency's Kabid hears of it before, its head at the deadline itself.
pub(crate) async fn support_deadline_passed(tx: &mut Tx, ctx: &Ctx, support: Uuid, deadline: &str) -> Result<()> {
    let Some(support) = sql::support::by_id(tx, support).await? else { return Ok(()) };
    let late = deadline != what::WARN;
    let level = if late { Level::Head } else { Level::Kabid };
    let Some(after) = support.raise(level, late) else { return Ok(()) };
    let Some(report) = sql::by_id(tx, support.report).await? else { return Ok(()) };
    sql::support::save(tx, &after).await?;
    let detail = json!({ "support": support.id, "to": support.agency, "level": after.level.number() });
    let kind = if late { "report.support_late" } else { "report.support_warned" };
    say(tx, ctx, &report, Told { kind, detail: Some(detail), ..Told::default() });
    Ok(())
}
