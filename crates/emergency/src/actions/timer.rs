//! Timers: what a region settles, and what runs, warns and alarms.

use serde_json::json;
use simpul_kernel::{Ctx, words};
use simpul_people::{Permission, region_subject, require};
use simpul_store::{Action, Deadline, Result, Tx};
use uuid::Uuid;

use super::{CALL, DISPATCH, INCIDENT};
use crate::model::timer::{self, Level, Running, SOURCE_MAX_CHARS, Timer, TimerRule};
use crate::sql;

/// A region settles a timer. What runs already keeps its moments.
#[derive(Debug, Clone)]
pub struct SetTimer {
    /// What is settled.
    pub rule: TimerRule,
}

impl Action for SetTimer {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        let source = words::clean_line("source", &self.rule.source, SOURCE_MAX_CHARS, true)?;
        let rule = TimerRule { source, ..self.rule.clone() };
        rule.check()?;
        sql::timer::set_rule(tx, &rule).await?;
        let body = json!({ "timer": rule.timer.name(), "warn_seconds": rule.warn_seconds,
            "alarm_seconds": rule.alarm_seconds, "active": rule.active });
        tx.journal(ctx, "region", region_subject(ctx.region), "emergency.timer_set", body);
        Ok(())
    }
}

/// What is timed, as the journal and the ticker name it: a dispatch, or whatever shows it.
fn kind_of(timer: Timer, owner: &'static str) -> &'static str {
    match timer {
        Timer::Acknowledge | Timer::Turnout => DISPATCH,
        _ => owner,
    }
}

/// Lets the timers of a call run as it stands now.
pub(crate) async fn time_call(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let Some(call) = sql::call::by_id(tx, id).await? else { return Ok(()) };
    retime(tx, ctx, CALL, id, &timer::of_call(&call)).await
}

/// Lets the timers of an incident run as it stands now.
pub(crate) async fn time_incident(tx: &mut Tx, ctx: &Ctx, id: Uuid) -> Result<()> {
    let Some(incident) = sql::incident::by_id(tx, id).await? else { return Ok(()) };
    let dispatches = sql::incident::whole_dispatches(tx, id).await?;
    let heard = sql::timer::heard(tx, id).await?;
    retime(tx, ctx, INCIDENT, id, &timer::of_incident(&incident, &dispatches, heard)).await
}

/// What runs and should not stops; what should and does not starts. Twice is the same as once.
async fn retime(tx: &mut Tx, ctx: &Ctx, kind: &'static str, owner: Uuid, wanted: &[Running]) -> Result<()> {
    let known = sql::timer::runs_of(tx, owner).await?;
    let mut was_loud = false;
    for run in known.iter().filter(|run| !wanted.contains(&run.running)) {
        sql::timer::stop(tx, run.id, ctx.now()).await?;
        for what in run.running.timer.deadlines() {
            tx.cancel_deadlines(ctx, run.running.subject, Some(what)).await?;
        }
        was_loud |= run.level().is_some();
    }
    let is_new = |wanted: &&Running| !known.iter().any(|run| run.running == **wanted);
    let fresh: Vec<&Running> = wanted.iter().filter(is_new).collect();
    if !fresh.is_empty() {
        let rules = sql::timer::rules(tx).await?;
        for running in fresh {
            let rule = rules.iter().find(|rule| rule.timer == running.timer && rule.active);
            if let Some(rule) = rule {
                start(tx, ctx, (kind, owner), running, rule).await?;
            }
        }
    }
    if was_loud {
        // The row that showed it is drawn anew.
        tx.journal(ctx, kind, owner, if kind == CALL { "call.quiet" } else { "incident.quiet" }, json!({}));
    }
    Ok(())
}

async fn start(
    tx: &mut Tx,
    ctx: &Ctx,
    (kind, owner): (&'static str, Uuid),
    running: &Running,
    rule: &TimerRule,
) -> Result<()> {
    let due = running.due(rule);
    sql::timer::start(tx, ctx.new_id(), owner, running, due).await?;
    for (what, due_at) in running.timer.deadlines().into_iter().zip(due) {
        let subject_kind = kind_of(running.timer, kind);
        tx.deadline(ctx, Deadline { subject_kind, subject_id: running.subject, what, due_at });
    }
    Ok(())
}

/// A moment has passed: if what it belongs to still runs and nobody was told yet, it is told, once.
pub(crate) async fn time_is_up(tx: &mut Tx, ctx: &Ctx, (kind, subject): (&str, Uuid), what: &str) -> Result<()> {
    let Some((timer, level)) = Timer::of_deadline(what) else { return Ok(()) };
    let Some(known) = sql::timer::run(tx, subject, timer).await? else { return Ok(()) };
    // What happened since is looked at first: nobody is warned of what is done already.
    match kind {
        CALL => time_call(tx, ctx, known.owner).await?,
        _ => time_incident(tx, ctx, known.owner).await?,
    }
    let Some(run) = sql::timer::run(tx, subject, timer).await? else { return Ok(()) };
    let due = run.due[usize::from(level == Level::Alarm)];
    if due > ctx.now() || run.level() == Some(Level::Alarm) || !sql::timer::tell(tx, run.id, level, ctx.now()).await? {
        return Ok(());
    }
    let body = json!({ "timer": timer.name(), "level": level.name(), "about": subject, "due_at": due.0 });
    let (kind, line) = if kind == CALL { (CALL, "call.alarm") } else { (INCIDENT, "incident.alarm") };
    tx.journal(ctx, kind, run.owner, line, body);
    Ok(())
}
