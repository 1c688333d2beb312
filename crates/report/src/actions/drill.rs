//! What citizens would report in a drill. It is kept apart, counts in no figure, sends no message, and ends with the
//! drill.

use serde_json::json;
use simpul_kernel::limits::REPORT_TEXT_MAX_CHARS;
use simpul_kernel::{Ctx, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use crate::model::Place;
use crate::sql;
use crate::sql::drill::DrillReport;

/// What the journal calls a report of a drill.
pub const DRILL_SUBJECT: &str = "drill_report";
/// The counter from which reports of drills get their numbers.
const COUNTER: &str = "report:drill";

/// A report of a drill comes in. The same one comes in once.
#[derive(Debug, Clone)]
pub struct SubmitDrillReport {
    /// Its id.
    pub id: Uuid,
    /// Where.
    pub place: Place,
    /// What is said.
    pub text: String,
}

impl Action for SubmitDrillReport {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageEmergency)?;
        if sql::drill::by_id(tx, self.id).await?.is_some() {
            return Ok(());
        }
        let body = words::clean_text("text", &self.text, REPORT_TEXT_MAX_CHARS, true)?;
        let number = format!("GLADI-{:04}", tx.next_number(COUNTER).await?);
        let one = DrillReport { id: self.id, number, place: self.place.clone(), body, at: ctx.now() };
        sql::drill::insert(tx, &one);
        tx.journal(ctx, DRILL_SUBJECT, one.id, "drill_report.submitted", json!({}));
        Ok(())
    }
}

/// A drill is over, and its reports with it.
#[derive(Debug, Clone)]
pub struct EndDrillReports;

impl Action for EndDrillReports {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ManageEmergency)?;
        sql::drill::end_all(tx, ctx.now()).await
    }
}
