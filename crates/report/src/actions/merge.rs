//! Two reports of one thing: put together, and apart again.

use serde_json::json;
use simpul_kernel::{Ctx, Refusal};
use simpul_people::Permission;
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Told, ask, load_for, write_step};
use crate::model::what;
use crate::sql;

/// The same as another report: its followers move along.
#[derive(Debug, Clone)]
pub struct MergeReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
    /// The number of the other one.
    pub into: String,
}

impl Action for MergeReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let other = sql::by_number(tx, self.into.trim()).await?;
        let other = other.ok_or_else(|| Refusal::field("into", "report.refused.merge_target"))?;
        let after = before.merge(ctx.now(), &other)?;
        let detail = json!({ "into": other.id, "into_number": other.number });
        let told = Told { kind: "report.merged", public: true, detail: Some(detail), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        sql::parts::move_followers(tx, before.id, other.id).await?;
        let mut followed = other.note(ctx.now(), false);
        followed.follower_count += 1 + before.follower_count;
        let detail = json!({ "from": before.id, "from_number": before.number });
        let told = Told { kind: "report.joined", detail: Some(detail), ..Told::default() };
        write_step(tx, ctx, &other, &followed, told).await?;
        Ok(done)
    }
}

/// Not the same after all.
#[derive(Debug, Clone)]
pub struct UnmergeReport {
    /// Which report.
    pub report: Uuid,
    /// The version that the officer saw.
    pub version: Option<i64>,
}

impl Action for UnmergeReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load_for(tx, ctx, self.report, Permission::VerifyReports).await?;
        before.check_version(self.version)?;
        let after = before.unmerge(ctx.now())?;
        let told = Told { kind: "report.unmerged", public: true, ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        ask(tx, ctx, after.id, what::RESOLVE, after.deadlines.resolve);
        Ok(done)
    }
}
