//! What happens at the door: counted attempts, sessions, links, keys. `Doorman` does most of it; a page may revoke.

use serde::{Deserialize, Serialize};
use serde_json::json;
use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::{Ctx, Grant, Refusal, Role, Timestamp};
use simpul_store::{Action, Error, Result, Tx};
use uuid::Uuid;

use super::officers;
use crate::model::link::{FOR_ADMIN, FOR_PASSWORD};
use crate::model::throttle::{Counted, Failures, counting, wait_micros};
use crate::model::{ApiKey, DisplayToken, NewOfficer, Permission, SessionRow, require};
use crate::second_factor;
use crate::sql;

/// Counts an attempt before it is looked at, so that many at once cannot slip past the counter. A wait writes nothing.
pub(crate) struct BeginAttempt {
    /// Counters by their hidden names.
    pub(crate) counters: Vec<(Counted, String)>,
    /// Whose login it is, if anybody's: for the journal.
    pub(crate) officer: Option<Uuid>,
}

/// Whether an attempt may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Attempt {
    Go,
    Wait { seconds: i64 },
}

impl Action for BeginAttempt {
    type Output = Attempt;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Attempt> {
        let now = ctx.now();
        let mut kept = Vec::with_capacity(self.counters.len());
        let mut wait = 0;
        for (counted, name) in &self.counters {
            let failures = sql::door::failures(tx, name).await?;
            wait = wait.max(wait_micros(*counted, failures, now));
            kept.push((*counted, name, counting(*counted, failures, now) + 1));
        }
        if wait > 0 {
            return Ok(Attempt::Wait { seconds: (wait + SECOND_MICROS - 1) / SECOND_MICROS });
        }
        for (counted, name, count) in kept {
            sql::door::keep_failures(tx, name, Failures { count, last_at: now }).await?;
            // One line as the waiting begins, not one for each attempt: a stranger must not fill the journal.
            if counted != Counted::Address
                && count == counted.free_attempts()
                && let Some(officer) = self.officer
            {
                tx.journal(ctx, "officer", officer, "officer.sign_in_slowed", json!({}));
            }
        }
        Ok(Attempt::Go)
    }
}

/// Takes back what [`BeginAttempt`] counted: the attempt was good. An address keeps what others failed from it.
async fn attempt_was_good(tx: &mut Tx, counters: &[(Counted, String)]) -> Result<()> {
    for (counted, name) in counters {
        match counted {
            Counted::Pair | Counted::Login => sql::door::drop_failures(tx, name).await?,
            Counted::Address => sql::door::one_failure_less(tx, name).await?,
        };
    }
    Ok(())
}

/// A good attempt that leads to no session, as when a password is asked for again.
pub(crate) struct AttemptWasGood {
    pub(crate) counters: Vec<(Counted, String)>,
}

impl Action for AttemptWasGood {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, _: &Ctx) -> Result<()> {
        attempt_was_good(tx, &self.counters).await
    }
}

/// The password was right: a session begins, or waits for the second factor.
pub(crate) struct OpenSession {
    pub(crate) session: SessionRow,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) counters: Vec<(Counted, String)>,
}

impl Action for OpenSession {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        refuse_disabled(tx, self.session.officer).await?;
        sql::door::insert_session(tx, &self.session, self.token_hash.clone());
        attempt_was_good(tx, &self.counters).await?;
        if !self.session.waits_for_code {
            signed_in(tx, ctx, self.session.officer).await?;
        }
        Ok(())
    }
}

/// The account may have been disabled between the look at the password and now.
async fn refuse_disabled(tx: &mut Tx, officer: Uuid) -> Result<()> {
    match sql::officers::by_id(tx, officer).await? {
        Some(officer) if officer.active => Ok(()),
        _ => Err(Refusal::new("people.sign_in.wrong").into()),
    }
}

async fn signed_in(tx: &mut Tx, ctx: &Ctx, officer: Uuid) -> Result<()> {
    sql::officers::signed_in(tx, officer, ctx.now()).await?;
    tx.journal(ctx, "officer", officer, "officer.signed_in", json!({}));
    Ok(())
}

/// The second factor, or a recovery code in its place, turns a waiting session into a full one under a new token.
pub(crate) struct ConfirmCode {
    /// The session that waits.
    pub(crate) waiting: Uuid,
    /// What was typed.
    pub(crate) code: String,
    /// The session that follows.
    pub(crate) session: SessionRow,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) counters: Vec<(Counted, String)>,
}

impl Action for ConfirmCode {
    type Output = bool;

    /// Answers whether the code was right; a wrong one writes nothing, and stays counted.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        let officer = self.session.officer;
        let waiting = sql::door::session_by_id(tx, self.waiting).await?;
        if !waiting.is_some_and(|session| session.waits_for_code && session.ends_at > ctx.now()) {
            return Ok(false);
        }
        let Some(secrets) = sql::officers::secrets(tx, officer).await? else {
            return Ok(false);
        };
        let step =
            secrets.totp_secret.as_deref().and_then(|secret| second_factor::check(secret, &self.code, ctx.now()));
        let right = match step {
            Some(step) => sql::officers::move_step(tx, officer, step).await?,
            None => self.use_recovery(tx, ctx).await?,
        };
        if !right {
            return Ok(false);
        }
        refuse_disabled(tx, officer).await?;
        sql::door::end_session(tx, self.waiting, ctx.now()).await?;
        sql::door::insert_session(tx, &self.session, self.token_hash.clone());
        attempt_was_good(tx, &self.counters).await?;
        signed_in(tx, ctx, officer).await?;
        Ok(true)
    }
}

impl ConfirmCode {
    async fn use_recovery(&self, tx: &mut Tx, ctx: &Ctx) -> Result<bool> {
        let officer = self.session.officer;
        let hash = crate::model::secret::recovery_hash(&self.code);
        let used = sql::officers::use_recovery(tx, officer, hash, ctx.now()).await?;
        if used {
            let left = sql::officers::recovery_left(tx, officer).await?;
            tx.journal(ctx, "officer", officer, "officer.recovery_code_used", json!({ "left": left }));
        }
        Ok(used)
    }
}

/// A session was used: its idle time starts anew. Written at most once a minute for a session.
pub(crate) struct TouchSession {
    pub(crate) session: Uuid,
}

impl Action for TouchSession {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        sql::door::seen(tx, self.session, ctx.now()).await.map(|_| ())
    }
}

/// A session ends: the officer's own by signing out, or any by an administrator.
#[derive(Debug, Clone)]
pub struct RevokeSession {
    /// Which one.
    pub session: Uuid,
}

impl Action for RevokeSession {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        let session = sql::door::session_by_id(tx, self.session).await?.ok_or(Error::NotFound("session"))?;
        if ctx.actor.officer_id() != Some(session.officer) {
            require(ctx, Permission::ManageOfficers)?;
        }
        sql::door::end_session(tx, session.id, ctx.now()).await?;
        tx.journal(ctx, "officer", session.officer, "officer.session_ended", json!({ "session": session.id }));
        Ok(())
    }
}

/// All of an officer's sessions end.
#[derive(Debug, Clone)]
pub struct RevokeSessionsOf {
    /// Whose.
    pub officer: Uuid,
    /// One that goes on: the one in which it was asked for.
    pub except: Option<Uuid>,
}

impl Action for RevokeSessionsOf {
    type Output = u64;

    /// Answers how many ended.
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<u64> {
        if ctx.actor.officer_id() != Some(self.officer) {
            require(ctx, Permission::ManageOfficers)?;
        }
        let count = sql::door::end_sessions_of(tx, self.officer, self.except, ctx.now()).await?;
        if count > 0 {
            tx.journal(ctx, "officer", self.officer, "officer.sessions_ended", json!({ "count": count }));
        }
        Ok(count)
    }
}

/// A new password counts from now on; other sessions end.
pub(crate) struct SetPassword {
    pub(crate) officer: Uuid,
    pub(crate) password_hash: String,
    pub(crate) must_change: bool,
    /// The session in which it was changed.
    pub(crate) keep_session: Option<Uuid>,
    pub(crate) counters: Vec<(Counted, String)>,
}

impl Action for SetPassword {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        if ctx.actor.officer_id() != Some(self.officer) {
            require(ctx, Permission::ManageOfficers)?;
        }
        attempt_was_good(tx, &self.counters).await?;
        set_password(tx, ctx, self.officer, &self.password_hash, self.must_change, self.keep_session).await
    }
}

async fn set_password(
    tx: &mut Tx,
    ctx: &Ctx,
    officer: Uuid,
    hash: &str,
    must_change: bool,
    keep_session: Option<Uuid>,
) -> Result<()> {
    if sql::officers::set_password(tx, officer, hash, must_change).await? == 0 {
        return Err(Error::NotFound("officer"));
    }
    sql::door::end_sessions_of(tx, officer, keep_session, ctx.now()).await?;
    sql::door::drop_links(tx, FOR_PASSWORD, Some(officer)).await?;
    tx.journal(ctx, "officer", officer, "officer.password_changed", json!({}));
    Ok(())
}

/// A second factor is chosen; it counts once a code of it was shown ([`Enrol`]).
pub(crate) struct BeginEnrolment {
    pub(crate) officer: Uuid,
    pub(crate) secret: Vec<u8>,
}

impl Action for BeginEnrolment {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        if ctx.actor.officer_id() != Some(self.officer) {
            return Err(Error::Forbidden("only the officer enrols a second factor"));
        }
        let secrets = sql::officers::secrets(tx, self.officer).await?.ok_or(Error::NotFound("officer"))?;
        if secrets.totp_secret.is_some() {
            return Err(Refusal::new("people.refused.already_enrolled").into());
        }
        sql::officers::set_pending_factor(tx, self.officer, self.secret.clone()).await.map(|_| ())
    }
}

/// The chosen second factor has shown a right code and counts from now on.
pub(crate) struct Enrol {
    pub(crate) officer: Uuid,
    pub(crate) code: String,
    pub(crate) recovery: Vec<Vec<u8>>,
}

impl Action for Enrol {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        if ctx.actor.officer_id() != Some(self.officer) {
            return Err(Error::Forbidden("only the officer enrols a second factor"));
        }
        let secrets = sql::officers::secrets(tx, self.officer).await?.ok_or(Error::NotFound("officer"))?;
        let pending = secrets.totp_pending.ok_or_else(|| Refusal::new("people.refused.no_enrolment"))?;
        let step = second_factor::check(&pending, &self.code, ctx.now()).filter(|step| *step > secrets.totp_step);
        let step = step.ok_or_else(|| Refusal::field("code", "people.sign_in.wrong_code"))?;
        sql::officers::enrol(tx, self.officer, step, &self.recovery).await?;
        tx.journal(ctx, "officer", self.officer, "officer.second_factor_enrolled", json!({}));
        Ok(())
    }
}

/// A link for one use is made; earlier unused ones for the same die.
pub(crate) struct MakeLink {
    pub(crate) purpose: &'static str,
    pub(crate) officer: Option<Uuid>,
    pub(crate) token_hash: Vec<u8>,
    pub(crate) expires_at: Timestamp,
}

impl Action for MakeLink {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageOfficers)?;
        let id = ctx.new_id();
        if let Some(officer) = self.officer {
            let found = sql::officers::by_id(tx, officer).await?;
            found.filter(|officer| officer.active).ok_or(Error::NotFound("officer"))?;
        }
        sql::door::drop_links(tx, self.purpose, self.officer).await?;
        let row = (id, self.purpose.to_owned(), self.officer, self.expires_at);
        sql::door::insert_link(tx, &row, self.token_hash.clone(), ctx.now());
        let body = json!({ "purpose": self.purpose });
        tx.journal(ctx, "officer", self.officer.unwrap_or(id), "officer.link_made", body);
        Ok(())
    }
}

/// Takes a link for its one use; the refusal is the same for an unknown, a used and an old one.
async fn take_link(tx: &mut Tx, ctx: &Ctx, token_hash: &[u8], purpose: &str) -> Result<Option<Uuid>> {
    let refused = || Error::from(Refusal::new("people.refused.link"));
    let (id, found_purpose, officer, expires_at) =
        sql::door::link(tx, token_hash.to_vec()).await?.ok_or_else(refused)?;
    if found_purpose != purpose || expires_at <= ctx.now() {
        return Err(refused());
    }
    if sql::door::use_link(tx, id, ctx.now()).await? { Ok(officer) } else { Err(refused()) }
}

/// The holder of the administrator's link becomes the region's administrator, if it still has none.
pub(crate) struct UseAdminLink {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) officer: NewOfficer,
    pub(crate) password_hash: String,
}

impl Action for UseAdminLink {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        // A link that was printed before somebody else was let in by a command must not let in a second one.
        if !sql::officers::administrators(tx).await?.is_empty() {
            return Err(Refusal::new("people.refused.link").into());
        }
        let details = self.officer.check()?;
        let id = ctx.new_id();
        officers::refuse_taken(tx, id, &details).await?;
        take_link(tx, ctx, &self.token_hash, FOR_ADMIN).await?;
        let grants = [Grant { role: Role::RegionAdmin, agency: None }];
        officers::add(tx, ctx, id, &details, &grants, Some(self.password_hash.clone()), false).await?;
        Ok(id)
    }
}

/// The holder of an officer's link sets the password.
pub(crate) struct UsePasswordLink {
    pub(crate) token_hash: Vec<u8>,
    pub(crate) password_hash: String,
}

impl Action for UsePasswordLink {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let officer = take_link(tx, ctx, &self.token_hash, FOR_PASSWORD).await?;
        let officer = officer.ok_or_else(|| Error::Broken("a password link without an officer".into()))?;
        refuse_disabled(tx, officer).await?;
        set_password(tx, ctx, officer, &self.password_hash, false, None).await?;
        Ok(officer)
    }
}

/// A program gets a key.
pub(crate) struct KeepApiKey {
    pub(crate) key: ApiKey,
    pub(crate) key_hash: Vec<u8>,
}

impl Action for KeepApiKey {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageKeys)?;
        if let Some(agency) = self.key.agency
            && sql::agencies::by_id(tx, agency).await?.is_none()
        {
            return Err(Refusal::field("agency", "people.refused.no_such_agency").into());
        }
        sql::door::insert_key(tx, &self.key, self.key_hash.clone());
        let scopes: Vec<&str> = self.key.scopes.iter().map(|scope| scope.as_str()).collect();
        tx.journal(ctx, "apikey", self.key.id, "apikey.added", json!({ "scopes": scopes, "agency": self.key.agency }));
        Ok(())
    }
}

/// A key stops counting at once.
#[derive(Debug, Clone)]
pub struct RevokeApiKey {
    /// Which one.
    pub id: Uuid,
}

impl Action for RevokeApiKey {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageKeys)?;
        if !sql::door::revoke_key(tx, self.id, ctx.now()).await? {
            return Err(Error::NotFound("API key"));
        }
        tx.journal(ctx, "apikey", self.id, "apikey.revoked", json!({}));
        Ok(())
    }
}

/// A screen gets a token.
pub(crate) struct KeepDisplay {
    pub(crate) display: DisplayToken,
    pub(crate) token_hash: Vec<u8>,
}

impl Action for KeepDisplay {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageKeys)?;
        sql::door::insert_display(tx, &self.display, self.token_hash.clone());
        tx.journal(ctx, "display", self.display.id, "display.added", json!({}));
        Ok(())
    }
}

/// A screen's token stops counting at once.
#[derive(Debug, Clone)]
pub struct RevokeDisplay {
    /// Which one.
    pub id: Uuid,
}

impl Action for RevokeDisplay {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        require(ctx, Permission::ManageKeys)?;
        if !sql::door::revoke_display(tx, self.id, ctx.now()).await? {
            return Err(Error::NotFound("display token"));
        }
        tx.journal(ctx, "display", self.id, "display.revoked", json!({}));
        Ok(())
    }
}

/// A key or a display token was used; noted to the hour, so that a forgotten one shows.
pub(crate) enum NoteUse {
    Key(Uuid),
    Display(Uuid),
}

impl Action for NoteUse {
    type Output = ();

    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        match self {
            NoteUse::Key(id) => sql::door::key_used(tx, *id, ctx.now()).await?,
            NoteUse::Display(id) => sql::door::display_used(tx, *id, ctx.now()).await?,
        };
        Ok(())
    }
}
