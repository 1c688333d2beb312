//! Somebody above asks for work that is owed: a reminder, or one level up.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::officer::{aside, must_say};
use super::system::go_up;
use super::{Done, Told, load_for, write_step};
use crate::model::Report;
use crate::sql;

fn owed(report: &Report) -> std::result::Result<(), Refusal> {
    let nothing = || Refusal::new("report.remind.nothing_owed").with("number", report.number.clone());
    report.due_at().map(|_| ()).ok_or_else(nothing)
}

/// Ingatkan: the agency sees in its inbox that somebody waits. Once a day is enough.
#[derive(Debug, Clone)]
pub struct RemindAgency {
    /// Which report.
    pub report: Uuid,
}

impl Action for RemindAgency {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::RemindAgencies).await?;
        owed(&before)?;
        if before.agency.is_none() {
            return Err(Refusal::new("report.refused.no_agency").into());
        }
        let zone = calendar_of(tx).await?.zone;
        let last = sql::marks::reminded_at(tx, before.id).await?;
        if last.is_some_and(|last| zone.date(last) == zone.date(ctx.now())) {
            return Err(Refusal::new("report.remind.today").with("number", before.number.clone()).into());
        }
        sql::marks::save_reminder(tx, before.id, ctx.now()).await?;
        let told = Told { kind: "report.reminded", ..Told::default() };
        write_step(tx, ctx, &before, &before.note(ctx.now(), false), told).await
    }
}

/// Naikkan: one level up the ladder before its time, with a reason that staff read.
#[derive(Debug, Clone)]
pub struct EscalateReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// Why.
    pub reason: String,
}

impl Action for EscalateReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::EscalateReports).await?;
        before.check_version(self.version)?;
        owed(&before)?;
        let reason = must_say("reason", &self.reason)?;
        let top = || Refusal::new("report.remind.top").with("number", before.number.clone());
        let after = before.escalate(ctx.now(), before.level.up()).ok_or_else(top)?;
        let detail = json!({ "level": after.level.number(), "what": "asked" });
        let done = go_up(tx, ctx, &before, &after, detail).await?;
        aside(tx, ctx, &after, "report.noted", &reason);
        Ok(done)
    }
}
