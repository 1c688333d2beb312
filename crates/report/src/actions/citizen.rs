//! What citizens do with a report that is in: say that it is not fixed, or that it is, follow it, add a word.

use serde_json::json;
use simpul_kernel::limits::{REPORT_TEXT_MAX_CHARS, STANDARD_TEXT_MAX_CHARS};
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, calendar_of};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{Done, Told, ask, load, write_step};
use crate::model::{PhotoRef, Report, Status, public, what};
use crate::sql;

/// By what somebody is taken for the reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The key that was given when the report came in.
    Token(String),
    /// An officer who writes down what the citizen said, at a counter or on the telephone.
    Officer,
}

impl Proof {
    pub(super) async fn check(&self, tx: &mut Tx, ctx: &Ctx, report: &Report) -> Result<()> {
        let holds = match self {
            Proof::Token(token) => sql::is_key(tx, report, token).await?,
            Proof::Officer => {
                public::may_see(&ctx.actor, report)
                    && (public::covers(&ctx.actor, Permission::FileForCitizen, report.agency)
                        || public::covers(&ctx.actor, Permission::VerifyReports, report.agency))
            }
        };
        if holds { Ok(()) } else { Err(Refusal::new("report.refused.not_the_reporter").into()) }
    }
}

/// "Belum, masih rusak": the citizen says within ten days that it is not fixed.
#[derive(Debug, Clone)]
pub struct ReopenReport {
    /// Which report.
    pub report: Uuid,
    /// By what the caller is the reporter.
    pub proof: Proof,
    /// What is still wrong.
    pub text: String,
    /// How it looks now.
    pub photos: Vec<PhotoRef>,
}

impl Action for ReopenReport {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        self.proof.check(tx, ctx, &before).await?;
        if self.text.trim().is_empty() {
            return Err(Refusal::field("text", "report.refused.still_wrong_missing").into());
        }
        let text = words::clean_text("text", &self.text, REPORT_TEXT_MAX_CHARS, true)?;
        let calendar = calendar_of(tx).await?;
        let after = before.reopen(ctx.now(), &calendar)?;
        let detail = json!({ "times": after.reopened_count, "resolve_due": after.deadlines.resolve.0 });
        let told = Told {
            kind: "report.reopened",
            public: true,
            note: Some(&text),
            detail: Some(detail),
            photos: &self.photos,
            ..Told::default()
        };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        ask(tx, ctx, after.id, what::RESOLVE, after.deadlines.resolve);
        Ok(done)
    }
}

/// "Ya": the citizen says that it is fixed.
#[derive(Debug, Clone)]
pub struct ConfirmFixed {
    /// Which report.
    pub report: Uuid,
    /// By what the caller is the reporter.
    pub proof: Proof,
}

impl Action for ConfirmFixed {
    type Output = Done;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        self.proof.check(tx, ctx, &before).await?;
        let after = before.close(ctx.now(), true)?;
        let told = Told { kind: "report.confirmed", public: true, ..Told::default() };
        write_step(tx, ctx, &before, &after, told).await
    }
}

/// "Ya, ini sama": another citizen follows a report instead of sending the same again. Who wants news of it asks for a
/// code beside this ([`super::RequestCode`]).
#[derive(Debug, Clone)]
pub struct FollowReport {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which report.
    pub report: Uuid,
}

impl Action for FollowReport {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        if !before.is_public() || before.status() == Status::Merged {
            return Err(Error::NotFound("report"));
        }
        let after = before.followed(ctx.now());
        let told = Told { kind: "report.followed", detail: Some(json!({})), ..Told::default() };
        let done = write_step(tx, ctx, &before, &after, told).await?;
        sql::parts::insert_follower(tx, ctx.new_id(), after.id, None, ctx.now());
        Ok(done)
    }
}

/// Longest word from another system, in characters: the standard's text, with a sentence and an address behind it.
const OUTSIDE_NOTE_MAX_CHARS: usize = STANDARD_TEXT_MAX_CHARS + 1_000;

/// A program adds a word to a report: an Open311 client's update. Who it was stands in the journal.
#[derive(Debug, Clone)]
pub struct AddOutsideNote {
    /// Makes a retry safe.
    pub key: Uuid,
    /// Which report.
    pub report: Uuid,
    /// What is said.
    pub text: String,
    /// Photos that come with it.
    pub photos: Vec<PhotoRef>,
    /// Codes that the client sent along, kept with the event.
    pub detail: serde_json::Value,
}

impl Action for AddOutsideNote {
    type Output = Done;

    fn key(&self) -> Option<Uuid> {
        Some(self.key)
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Done> {
        let before = load(tx, self.report).await?;
        if !before.is_public() {
            return Err(Error::NotFound("report"));
        }
        if self.text.trim().is_empty() {
            return Err(Refusal::field("description", "report.refused.words_missing").into());
        }
        let text = words::clean_text("description", &self.text, OUTSIDE_NOTE_MAX_CHARS, true)?;
        let after = before.note(ctx.now(), false);
        let told = Told {
            kind: "report.noted",
            public: true,
            note: Some(&text),
            detail: Some(self.detail.clone()),
            photos: &self.photos,
            ..Told::default()
        };
        write_step(tx, ctx, &before, &after, told).await
    }
}
