//! What Simpul itself does when a report's time has come.

use serde_json::{Value, json};
use simpul_kernel::Ctx;
use simpul_kernel::calendar::Span;
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Told, ask, load, may, write_step};
use crate::model::steps::LADDER_STEP_WORKING_DAYS;
use crate::model::{Level, Report, what};
use crate::sql;

/// The ten days are over and the citizen has said nothing.
#[derive(Debug, Clone)]
pub struct CloseReport {
    /// Which report.
    pub report: Uuid,
}

impl Action for CloseReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        may(ctx, Permission::VerifyReports, None)?;
        close_in_silence(tx, ctx, &before).await
    }
}

/// Closes a report that was resolved ten days ago.
pub(crate) async fn close_in_silence(tx: &mut Tx, ctx: &Ctx, before: &Report) -> Result<Done> {
    let after = before.close(ctx.now(), false)?;
    let told = Told { kind: "report.closed", public: true, ..Told::default() };
    write_step(tx, ctx, before, &after, told).await
}

/// A moment has passed and what it asked for is still owed: the journal says so, and the report goes up one level,
/// to the head of the agency at least.
pub(crate) async fn mark_late(tx: &mut Tx, ctx: &Ctx, before: &Report, deadline: &str) -> Result<()> {
    let late = json!({ "what": deadline });
    let mut current = before.clone();
    if deadline != what::LADDER {
        let next = current.note(ctx.now(), false);
        let told = Told { kind: "report.late", public: true, detail: Some(late), ..Told::default() };
        write_step(tx, ctx, &current, &next, told).await?;
        current = next;
    }
    let goal = if deadline == what::LADDER { current.level.up() } else { current.level.max(Level::Head) };
    raise(tx, ctx, &current, goal, deadline).await
}

/// Three quarters of the time are gone: the Kabid hears of it while there is time to act.
pub(crate) async fn warn_kabid(tx: &mut Tx, ctx: &Ctx, before: &Report) -> Result<()> {
    raise(tx, ctx, before, Level::Kabid, what::WARN).await
}

async fn raise(tx: &mut Tx, ctx: &Ctx, before: &Report, goal: Level, deadline: &str) -> Result<()> {
    let Some(after) = before.escalate(ctx.now(), goal) else {
        // It was sent up by hand before its time: the ladder goes on from there, unless it already does.
        let climbs = before.level >= Level::Head && before.level < Level::Secretary;
        if climbs && deadline != what::WARN && !sql::marks::climbs(tx, before.id).await? {
            ask_ladder(tx, ctx, before).await?;
        }
        return Ok(());
    };
    let detail = json!({ "level": after.level.number(), "what": deadline });
    go_up(tx, ctx, before, &after, detail).await?;
    if after.level >= Level::Head && after.level < Level::Secretary {
        ask_ladder(tx, ctx, &after).await?;
    }
    Ok(())
}

async fn ask_ladder(tx: &mut Tx, ctx: &Ctx, report: &Report) -> Result<()> {
    let calendar = calendar_of(tx).await?;
    let next = calendar.due(ctx.now(), Span::working_days(LADDER_STEP_WORKING_DAYS));
    ask(tx, ctx, report.id, what::LADDER, next);
    Ok(())
}

/// Writes that the report stands on another level.
pub(super) async fn go_up(tx: &mut Tx, ctx: &Ctx, before: &Report, after: &Report, detail: Value) -> Result<Done> {
    // The citizen reads that the Sekda has it; what happens inside the agency is no news for the public.
    let public = after.level >= Level::Assistant;
    let told = Told { kind: "report.escalated", public, detail: Some(detail), ..Told::default() };
    write_step(tx, ctx, before, after, told).await
}

/// Starts the officers' mornings of a region: once, however often it is asked. Answers whether it had to.
#[derive(Debug, Clone)]
pub struct StartMornings;

impl Action for StartMornings {
    type Output = bool;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        crate::morning::start(tx, ctx).await
    }
}
