//! A report is entered into SP4N-LAPOR! as well: its number there is kept, so that a file of LAPOR! knows it again.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Permission;
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Told, load_for, write_step};
use crate::model::{Source, sp4n};
use crate::sql;

/// Notes the number that SP4N-LAPOR! gave a report.
#[derive(Debug, Clone)]
pub struct SetSp4nId {
    /// Which report.
    pub report: Uuid,
    /// The number, as typed.
    pub sp4n_id: String,
}

impl Action for SetSp4nId {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        let sp4n_id = sp4n::read(&self.sp4n_id)?;
        if before.source == Source::Lapor {
            return Err(Refusal::field("sp4n_id", "report.sp4n.own").into());
        }
        let taken = sql::sp4n::report(tx, &sp4n_id).await?.filter(|other| *other != before.id);
        if taken.is_some() || sql::by_foreign(tx, Source::Lapor, &sp4n_id).await?.is_some() {
            return Err(Refusal::field("sp4n_id", "report.sp4n.taken").into());
        }
        sql::sp4n::set(tx, before.id, &sp4n_id).await?;
        let after = before.note(ctx.now(), false);
        let detail = json!({ "sp4n_id": sp4n_id });
        let told = Told { kind: "report.sp4n_set", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}
