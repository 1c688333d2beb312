//! What this room does when it reads a line of the journal: timers run as things stand, and tell when it is late.

use serde::Deserialize;
use simpul_kernel::Ctx;
use simpul_kernel::journal::JournalLine;
use simpul_store::{Reaction, ReactionSet, Result, Tx};

use crate::actions::late::{item_is_late, lesson_is_late};
use crate::actions::timer::{time_call, time_incident, time_is_up};
use crate::actions::{CALL, DISPATCH, HelpEnds, INCIDENT, ITEM, LESSON, LineFellSilent};

/// The room's reactions.
pub fn reactions() -> ReactionSet {
    ReactionSet::new().add(LineFellSilent).add(HelpEnds).add(RunTimers).add(TimeIsUp).add(OwnerIsLate)
}

/// Something happened to a call or an incident: other timers run now.
struct RunTimers;

impl Reaction for RunTimers {
    fn name(&self) -> &'static str {
        "emergency.run_timers"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[
            "call.ringing",
            "call.claimed",
            "call.answered",
            "call.held",
            "call.over",
            "call.abandoned",
            "call.missed",
            "call.classified",
            "call.unclassified",
            "call.attached",
            "incident.opened",
            "incident.changed",
            "incident.dispatched",
            "incident.unit_moved",
            "incident.noted",
            "incident.counted",
            "incident.photo",
            "incident.unit_report",
            "incident.verified",
            "incident.quick_report",
            "incident.controlled",
            "incident.closed",
            "incident.cancelled",
            "incident.merged",
            "incident.unmerged",
            "incident.joined",
            "incident.parted",
        ]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        match line.subject_kind.as_str() {
            CALL => time_call(tx, ctx, line.subject_id).await,
            INCIDENT => time_incident(tx, ctx, line.subject_id).await,
            _ => Ok(()),
        }
    }
}

/// A moment has passed that a timer waited for.
struct TimeIsUp;

#[derive(Deserialize)]
struct Passed {
    what: String,
}

impl Reaction for TimeIsUp {
    fn name(&self) -> &'static str {
        "emergency.time_is_up"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        if ![CALL, INCIDENT, DISPATCH].contains(&line.subject_kind.as_str()) {
            return Ok(());
        }
        let passed: Passed = serde_json::from_str(&line.body)?;
        time_is_up(tx, ctx, (&line.subject_kind, line.subject_id), &passed.what).await
    }
}

/// A step of a checklist or a lesson was not done in time: it is late, once. Who owns it hears of it.
struct OwnerIsLate;

impl Reaction for OwnerIsLate {
    fn name(&self) -> &'static str {
        "emergency.owner_is_late"
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["deadline.passed"]
    }

    async fn react(&self, tx: &mut Tx, ctx: &Ctx, line: &JournalLine) -> Result<()> {
        match line.subject_kind.as_str() {
            ITEM => item_is_late(tx, ctx, line.subject_id).await,
            LESSON => lesson_is_late(tx, ctx, line.subject_id).await,
            _ => Ok(()),
        }
    }
}
