//! The reporter says how content they are.

use serde_json::json;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, words};
use simpul_store::{Action, Result, Tx};
use uuid::Uuid;

use super::{Done, Proof, SUBJECT, load};
use crate::model::{Rating, rating};
use crate::sql::{self, Event};

/// Longest reason of a rating, in characters.
pub const REASON_MAX_CHARS: usize = 2 * LINE_MAX_CHARS + 100;

/// One to five stars, with a reason if the person likes. A second rating of the same work takes the first one's place.
#[derive(Debug, Clone)]
pub struct RateReport {
    /// Which report.
    pub report: Uuid,
    /// By what the caller is the reporter.
    pub proof: Proof,
    /// One to five.
    pub stars: i64,
    /// Why; may be empty.
    pub reason: String,
}

impl Action for RateReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let report = load(tx, self.report).await?;
        self.proof.check(tx, ctx, &report).await?;
        let before = sql::rating::rating(tx, report.id).await?;
        rating::check(&report, before.as_ref(), self.stars, ctx.now())?;
        let reason = words::clean_text("reason", &self.reason, REASON_MAX_CHARS, false)?;
        let same_work = before.filter(|before| report.times.resolved.is_some_and(|solved| before.rated_at >= solved));
        let is_new = same_work.is_none();
        let rated_at = same_work.map_or(ctx.now(), |before| before.rated_at);
        let after = Rating { stars: self.stars, reason, rated_at, changed_at: ctx.now() };
        sql::rating::save_rating(tx, report.id, &after).await?;
        // The report itself does not change: its state and its last step stay as they were.
        let id = ctx.new_id();
        let detail = json!({ "stars": self.stars, "changed": !is_new, "event": id, "public": false });
        tx.journal(ctx, SUBJECT, report.id, "report.rated", super::body(&report, Some(&detail)));
        sql::parts::insert_event(
            tx,
            &Event {
                id,
                report: report.id,
                at: ctx.now(),
                kind: "report.rated".to_owned(),
                actor: ctx.actor.journal_name(),
                officer: ctx.actor.officer_id(),
                public: false,
                note: None,
                detail: Some(detail.to_string()),
            },
        );
        Ok(Done::of(&report))
    }
}
