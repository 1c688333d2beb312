//! Whoever sends abuse is barred from sending for a while. Nobody is barred from the counter, the telephone or 112.

use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Ctx, Refusal, words};
use simpul_people::{Permission, require};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::{SubmitReport, Submitted, load};
use crate::model::ban::{self, Ban, SENDER_KEPT_DAYS, Sender};
use crate::model::public;
use crate::sql;

/// The subject of a ban's lines in the journal.
const SUBJECT: &str = "ban";

/// Ended bans stay on the list for so many days, so that who looks at a new case sees the old ones.
pub const BAN_SHOWN_DAYS: i64 = 365;

/// Makes the region's key for senders, if there is none. Leaves no line: nothing has happened to anybody.
#[derive(Debug, Clone)]
pub struct MakeBanKey;

impl Action for MakeBanKey {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        if sql::ban::secret(tx).await?.is_none() {
            sql::ban::keep_secret(tx, ctx.env.secret()).await?;
        }
        Ok(())
    }
}

/// A report with the browser or the program that it came from, so that abuse can be answered. Of a secret report
/// nothing of it is kept: nobody may trace who complained of an official.
#[derive(Debug, Clone)]
pub struct SubmitFrom {
    /// The report.
    pub report: SubmitReport,
    /// From where.
    pub senders: Vec<Sender>,
}

impl Action for SubmitFrom {
    type Output = Submitted;

    fn key(&self) -> Option<Uuid> {
        self.report.key()
    }

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Submitted> {
        let submitted = self.report.apply(tx, ctx).await?;
        for sender in self.senders.iter().filter(|_| !submitted.secret) {
            sql::ban::insert_sender(tx, submitted.id, sender, ctx.now());
        }
        Ok(submitted)
    }
}

/// Bars a sender from sending reports.
#[derive(Debug, Clone)]
pub struct BarSender {
    /// Who.
    pub sender: Sender,
    /// For how many days.
    pub days: i64,
    /// Why, for staff.
    pub reason: String,
    /// For which report.
    pub report: Option<Uuid>,
}

impl Action for BarSender {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        require(ctx, Permission::BarSenders)?;
        if let Some(report) = self.report {
            let report = load(tx, report).await?;
            if !public::may_see(&ctx.actor, &report) {
                return Err(Error::NotFound("report"));
            }
        }
        let until = ban::end(ctx.now(), self.days)?;
        if self.reason.trim().is_empty() {
            return Err(Refusal::field("reason", "report.ban.reason_missing").into());
        }
        let ban = Ban {
            id: ctx.new_id(),
            kind: self.sender.kind,
            reason: words::clean_line("reason", &self.reason, LINE_MAX_CHARS, true)?,
            officer: ctx.actor.officer_id(),
            report: self.report,
            from: ctx.now(),
            until,
            lifted: None,
        };
        sql::ban::insert(tx, &ban, self.sender.hash);
        let body = json!({ "kind": ban.kind.name(), "until": ban.until.0, "report": ban.report });
        tx.journal(ctx, SUBJECT, ban.id, "report.barred", body);
        Ok(ban.id)
    }
}

/// Ends a ban before its time.
#[derive(Debug, Clone)]
pub struct LiftBan {
    /// Which.
    pub ban: Uuid,
}

impl Action for LiftBan {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::BarSenders)?;
        let ban = sql::ban::ban(tx, self.ban).await?.ok_or(Error::NotFound("ban"))?;
        if !ban.holds(ctx.now()) || !sql::ban::lift(tx, ban.id, ctx.now()).await? {
            return Err(Refusal::new("report.ban.over").into());
        }
        tx.journal(ctx, SUBJECT, ban.id, "report.ban_lifted", json!({}));
        Ok(())
    }
}

/// Forgets from where old reports came, and bans that ended long ago. Answers how many.
#[derive(Debug, Clone)]
pub struct ForgetSenders;

impl Action for ForgetSenders {
    type Output = u64;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        require(ctx, Permission::ErasePersons)?;
        let ago = |days: i64| ctx.now().plus_micros(-days * DAY_MICROS);
        sql::ban::drop_old(tx, ago(SENDER_KEPT_DAYS), ago(BAN_SHOWN_DAYS)).await
    }
}
