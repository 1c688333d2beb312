//! Who comes in. The only holder of password hashing, which is bounded to the machine's cores.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier, Version};
use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS};
use simpul_kernel::{Actor, Ctx, Refusal, RegionId, Timestamp, limits};
use simpul_store::{Db, Error, Result};
use tokio::sync::{OnceCell, Semaphore};
use uuid::Uuid;

use crate::actions::RevokeSession;
use crate::actions::door::{
    Attempt, AttemptWasGood, BeginAttempt, BeginEnrolment, ConfirmCode, Enrol, FOR_ADMIN, FOR_PASSWORD, KeepApiKey,
    KeepDisplay, MakeLink, NoteUse, OpenSession, SetPassword, TouchSession, UseAdminLink, UsePasswordLink,
};
use crate::directory::Directory;
use crate::model::secret::{API_KEY_PREFIX, Secret, counter_name, hash, recovery_codes, recovery_hash};
use crate::model::throttle::Counted;
use crate::model::{
    ApiKey, DisplayToken, KeyScope, Login, NewOfficer, Officer, SessionRow, check_email, check_nip, check_phone, line,
    password,
};
use crate::second_factor::{self, Enrolment};
use crate::sql;

/// Memory of one hash in KiB (OWASP's recommendation for Argon2id, with two passes and one lane).
const HASH_MEMORY_KIB: u32 = 19_456;
const HASH_PASSES: u32 = 2;
const HASH_LANES: u32 = 1;
/// A session that waits for the second factor ends after this time, in minutes.
const CODE_WAIT_MINUTES: i64 = 5;
/// A session's last use is written at most once in this time, in minutes.
const TOUCH_MINUTES: i64 = 1;
/// A link for one use ends after this time, in hours.
const LINK_HOURS: i64 = 48;
/// How many recovery codes an officer gets.
const RECOVERY_CODES_COUNT: usize = 10;

/// What is typed at sign-in, and from where.
#[derive(Clone)]
pub struct SignIn {
    /// E-mail, NIP or telephone number.
    pub login: String,
    /// The password.
    pub password: String,
    /// The network address.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(…)")
    }
}

/// A session's token, shown to the browser once, and when the session ends in any case.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The token for the cookie.
    pub token: String,
    /// When it ends in any case.
    pub ends_at: Timestamp,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewSession(…, ends {})", self.ends_at.0)
    }
}

/// What a right password leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInAnswer {
    /// In.
    Welcome(NewSession),
    /// The second factor is wanted; the token is good for `confirm_code` alone, for five minutes.
    NeedCode(NewSession),
}

/// What an officer must do before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Must {
    /// Choose a password of one's own.
    ChangePassword,
    /// Enrol a second factor.
    EnrolSecondFactor,
}

/// An officer who is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The session.
    pub session: Uuid,
    /// The officer as of now.
    pub officer: Officer,
    /// The officer with the grants of this moment.
    pub actor: Actor,
    /// What must be done first.
    pub must: Option<Must>,
}

/// What an unused one-time link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkFor {
    /// To become the region's first administrator.
    Admin,
    /// To set this officer's password.
    Password(Uuid),
}

/// What an API key shall open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What it is for.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<KeyScope>,
    /// The agency that it acts for.
    pub agency: Option<Uuid>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// Requests a minute.
    pub per_minute: Option<i64>,
}

/// The doorman. Cheap to clone; one for a whole server, as it bounds how many passwords are hashed at once.
#[derive(Debug, Clone)]
pub struct Doorman {
    directory: Directory,
    hashing: Arc<Semaphore>,
    nobodys_hash: Arc<OnceCell<String>>,
}

impl Doorman {
    /// A doorman for the regions of `directory`.
    pub fn new(directory: Directory) -> Doorman {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Doorman { directory, hashing: Arc::new(Semaphore::new(cores)), nobodys_hash: Arc::new(OnceCell::new()) }
    }

    fn db(&self) -> &Db {
        self.directory.db()
    }

    fn system(&self, region: RegionId) -> Ctx {
        self.db().env().ctx(region, Actor::system("sign-in"))
    }

    /// Hashes a password that keeps the rules; `logins` are what the person signs in with.
    ///
    /// # Errors
    /// A refusal on the field `password`.
    pub async fn hash_password(&self, password: &str, logins: &[&str]) -> Result<String> {
        password::check(password, logins)?;
        self.hash_unchecked(password.to_owned()).await
    }

    async fn hash_unchecked(&self, password: String) -> Result<String> {
        let salt = self.db().env().secret();
        self.on_a_core(move || {
            let hashed: std::result::Result<PasswordHash, _> =
                hasher()?.hash_password_with_salt(password.as_bytes(), &salt[..16]);
            hashed.map(|hash| hash.to_string()).map_err(|error| Error::Broken(format!("hashing: {error}")))
        })
        .await
    }

    async fn is_right(&self, password: String, stored: String) -> Result<bool> {
        self.on_a_core(move || {
            let stored =
                PasswordHash::new(&stored).map_err(|error| Error::Broken(format!("a stored hash: {error}")))?;
            Ok(hasher()?.verify_password(password.as_bytes(), &stored).is_ok())
        })
        .await
    }

    /// Waits for a free core, then works there, so that a crowd at the door leaves the rest of the house alone.
    async fn on_a_core<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _core = self.hashing.acquire().await.map_err(|_| Error::Closing)?;
        tokio::task::spawn_blocking(work).await.map_err(|error| Error::Broken(format!("hashing: {error}")))?
    }

    /// A hash that no password has: a login that nobody has takes as long as one that somebody has.
    async fn nobodys_hash(&self) -> Result<String> {
        let random = self.db().env().secret();
        let made = self.nobodys_hash.get_or_try_init(|| self.hash_unchecked(format!("{random:?}"))).await;
        made.cloned()
    }

    async fn begin(&self, region: RegionId, counters: &[(Counted, String)], officer: Option<Uuid>) -> Result<()> {
        let attempt = BeginAttempt { counters: counters.to_vec(), officer };
        match self.db().write(&self.system(region), attempt).await? {
            Attempt::Go => Ok(()),
            Attempt::Wait { seconds } => {
                Err(Refusal::new("people.sign_in.wait").with("seconds", seconds.to_string()).into())
            }
        }
    }

    /// Looks at a login and a password.
    ///
    /// # Errors
    /// `people.sign_in.wrong`, the same whatever is wrong; `people.sign_in.wait` with the seconds after too many failures.
    pub async fn sign_in(&self, region: RegionId, typed: SignIn) -> Result<SignInAnswer> {
        let login = Login::read(&typed.login);
        let counters = vec![
            (Counted::Login, counter_name("login", login.text())),
            (Counted::Address, counter_name("address", &typed.address)),
        ];
        let found = sql::officers::by_login(&mut self.db().read(region).await?, &login).await?;
        self.begin(region, &counters, found).await?;
        let wrong = || Error::from(Refusal::new("people.sign_in.wrong"));
        let (officer, stored) = self.officer_and_hash(region, found).await?;
        let hash = match stored {
            Some(hash) => hash,
            None => self.nobodys_hash().await?,
        };
        if typed.password.chars().count() > limits::PASSWORD_MAX_CHARS {
            return Err(wrong());
        }
        let right = self.is_right(typed.password, hash).await?;
        let officer = officer.filter(|officer| right && officer.active && officer.has_password).ok_or_else(wrong)?;
        let waits = officer.has_second_factor;
        let (session, token) = self.new_session(&officer, waits, &typed.address, &typed.agent);
        let answer = NewSession { token: token.shown, ends_at: session.ends_at };
        // While the second factor is still to come, the counter stays: a known password must not reset it.
        let counters = if waits { Vec::new() } else { counters };
        self.db().write(&self.system(region), OpenSession { session, token_hash: token.hash, counters }).await?;
        Ok(if waits { SignInAnswer::NeedCode(answer) } else { SignInAnswer::Welcome(answer) })
    }

    async fn officer_and_hash(&self, region: RegionId, id: Option<Uuid>) -> Result<(Option<Officer>, Option<String>)> {
        let Some(id) = id else { return Ok((None, None)) };
        let mut conn = self.db().read(region).await?;
        let secrets = sql::officers::secrets(&mut conn, id).await?;
        Ok((sql::officers::by_id(&mut conn, id).await?, secrets.and_then(|secrets| secrets.password_hash)))
    }

    fn new_session(&self, officer: &Officer, waits: bool, address: &str, agent: &str) -> (SessionRow, Secret) {
        let env = self.db().env();
        let now = env.now();
        let life = if waits { CODE_WAIT_MINUTES * MINUTE_MICROS } else { limits::SESSION_ABSOLUTE_HOURS * HOUR_MICROS };
        let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(limits::LINE_MAX_CHARS).collect();
        let session = SessionRow {
            id: env.new_id(),
            officer: officer.id,
            created_at: now,
            seen_at: now,
            ends_at: now.plus_micros(life),
            waits_for_code: waits,
            address: short(address),
            agent: short(agent),
        };
        (session, Secret::new(env, ""))
    }

    /// Looks at the second factor, or a recovery code in its place.
    ///
    /// # Errors
    /// `people.sign_in.wrong_code`; `people.sign_in.wait`; `people.sign_in.too_late` where the five minutes are over.
    pub async fn confirm_code(&self, region: RegionId, pending: &str, code: &str, address: &str) -> Result<NewSession> {
        let too_late = || Error::from(Refusal::new("people.sign_in.too_late"));
        let mut conn = self.db().read(region).await?;
        let waiting = sql::door::session(&mut conn, hash(pending)).await?;
        let now = self.db().env().now();
        let waiting = waiting.filter(|s| s.waits_for_code && s.ends_at > now).ok_or_else(too_late)?;
        let officer = sql::officers::by_id(&mut conn, waiting.officer).await?.ok_or_else(too_late)?;
        drop(conn);
        let counters = vec![
            (Counted::Login, counter_name("code", &officer.id.to_string())),
            (Counted::Address, counter_name("address", address)),
        ];
        self.begin(region, &counters, Some(officer.id)).await?;
        let (session, token) = self.new_session(&officer, false, address, &waiting.agent);
        let answer = NewSession { token: token.shown, ends_at: session.ends_at };
        let mut counters = counters;
        counters.extend(officer_logins(&officer).map(|login| (Counted::Login, counter_name("login", login))));
        let confirm =
            ConfirmCode { waiting: waiting.id, code: code.to_owned(), session, token_hash: token.hash, counters };
        if self.db().write(&self.system(region), confirm).await? {
            Ok(answer)
        } else {
            Err(Refusal::field("code", "people.sign_in.wrong_code").into())
        }
    }

    /// Who holds that token, asked of the database each time; `None` for an unknown, ended or outlived session and for an
    /// officer who was disabled.
    pub async fn session(&self, region: RegionId, token: &str) -> Result<Option<SignedIn>> {
        let mut conn = self.db().read(region).await?;
        let Some(session) = sql::door::session(&mut conn, hash(token)).await? else {
            return Ok(None);
        };
        let now = self.db().env().now();
        let idle_end = session.seen_at.plus_micros(limits::SESSION_IDLE_HOURS * HOUR_MICROS);
        if session.waits_for_code || session.ends_at <= now || idle_end <= now {
            return Ok(None);
        }
        let officer = sql::officers::by_id(&mut conn, session.officer).await?;
        drop(conn);
        let Some(officer) = officer.filter(|officer| officer.active) else {
            return Ok(None);
        };
        if now.micros_since(session.seen_at) >= TOUCH_MINUTES * MINUTE_MICROS {
            self.db().write(&self.system(region), TouchSession { session: session.id }).await?;
        }
        let must = self.must(region, &officer).await?;
        Ok(Some(SignedIn { session: session.id, actor: officer.actor(), officer, must }))
    }

    /// Accounts of a demo region go without a second factor; elsewhere every officer has one.
    async fn must(&self, region: RegionId, officer: &Officer) -> Result<Option<Must>> {
        if officer.must_change_password {
            return Ok(Some(Must::ChangePassword));
        }
        if officer.has_second_factor || self.directory.of(region).await?.region.demo {
            return Ok(None);
        }
        Ok(Some(Must::EnrolSecondFactor))
    }

    /// Ends the session of that token; an unknown one is no error.
    pub async fn sign_out(&self, region: RegionId, token: &str) -> Result<()> {
        let session = sql::door::session(&mut self.db().read(region).await?, hash(token)).await?;
        match session {
            Some(session) => self.db().write(&self.system(region), RevokeSession { session: session.id }).await,
            None => Ok(()),
        }
    }

    /// An officer's open sessions, newest first.
    pub async fn sessions_of(&self, region: RegionId, officer: Uuid) -> Result<Vec<SessionRow>> {
        let now = self.db().env().now();
        let idle = limits::SESSION_IDLE_HOURS * HOUR_MICROS;
        let mut sessions = sql::door::sessions_of(&mut self.db().read(region).await?, officer).await?;
        sessions.retain(|s| s.ends_at > now && s.seen_at.plus_micros(idle) > now && !s.waits_for_code);
        Ok(sessions)
    }

    /// An officer changes the own password, in the session that goes on; all others end.
    ///
    /// # Errors
    /// `people.password.wrong_old` on the field `old`, or a refusal of the new one on `password`.
    pub async fn change_password(&self, ctx: &Ctx, session: Uuid, old: &str, new: &str) -> Result<()> {
        let id = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer has a password"))?;
        let (officer, stored) = self.officer_and_hash(ctx.region, Some(id)).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let counters = vec![(Counted::Login, counter_name("old-password", &id.to_string()))];
        self.begin(ctx.region, &counters, Some(id)).await?;
        let too_long = old.chars().count() > limits::PASSWORD_MAX_CHARS;
        let right = match stored {
            Some(stored) if !too_long => self.is_right(old.to_owned(), stored).await?,
            _ => false,
        };
        if !right {
            return Err(Refusal::field("old", "people.password.wrong_old").into());
        }
        self.db().write(&self.system(ctx.region), AttemptWasGood { counters }).await?;
        if old == new {
            return Err(Refusal::field("password", "people.password.same").into());
        }
        let logins: Vec<&str> = officer_logins(&officer).collect();
        let password_hash = self.hash_password(new, &logins).await?;
        let set = SetPassword {
            officer: id,
            password_hash,
            must_change: false,
            keep_session: Some(session),
            counters: Vec::new(),
        };
        self.db().write(ctx, set).await
    }

    /// An administrator, or a command on the server, sets an officer's password. All of the officer's sessions end.
    pub async fn set_password(&self, ctx: &Ctx, officer: Uuid, new: &str, must_change: bool) -> Result<()> {
        let (found, _) = self.officer_and_hash(ctx.region, Some(officer)).await?;
        let found = found.ok_or(Error::NotFound("officer"))?;
        let logins: Vec<&str> = officer_logins(&found).collect();
        let password_hash = self.hash_password(new, &logins).await?;
        let set = SetPassword { officer, password_hash, must_change, keep_session: None, counters: Vec::new() };
        self.db().write(ctx, set).await
    }

    /// Chooses a second factor for the officer of `ctx`; it counts after [`Doorman::finish_enrolment`].
    ///
    /// # Errors
    /// `people.refused.already_enrolled`: an administrator removes the old one first.
    pub async fn begin_enrolment(&self, ctx: &Ctx) -> Result<Enrolment> {
        let id = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer enrols a second factor"))?;
        let snapshot = self.directory.of(ctx.region).await?;
        let officer = sql::officers::by_id(&mut self.db().read(ctx.region).await?, id).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let secret = second_factor::new_secret(self.db().env());
        self.db().write(ctx, BeginEnrolment { officer: id, secret: secret.clone() }).await?;
        let account = officer_logins(&officer).next().unwrap_or("petugas").to_owned();
        Ok(second_factor::enrolment(&secret, &format!("Simpul {}", snapshot.region.name), &account))
    }

    /// Proves the second factor with a code. Answers the recovery codes, which are shown this once.
    ///
    /// # Errors
    /// `people.sign_in.wrong_code` on the field `code`.
    pub async fn finish_enrolment(&self, ctx: &Ctx, code: &str) -> Result<Vec<String>> {
        let officer = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer enrols a second factor"))?;
        let codes = recovery_codes(self.db().env(), RECOVERY_CODES_COUNT);
        let recovery = codes.iter().map(|code| recovery_hash(code)).collect();
        self.db().write(ctx, Enrol { officer, code: code.to_owned(), recovery }).await?;
        Ok(codes)
    }

    /// Whether anybody administers the region.
    pub async fn has_administrator(&self, region: RegionId) -> Result<bool> {
        Ok(!sql::officers::administrators(&mut self.db().read(region).await?).await?.is_empty())
    }

    /// A link by which the region's first administrator comes in, once, within 48 hours. Answers its token.
    pub async fn make_admin_link(&self, region: RegionId) -> Result<String> {
        self.make_link(&self.system(region), FOR_ADMIN, None).await
    }

    /// A link by which an officer sets the password, once, within 48 hours. Answers its token.
    pub async fn make_password_link(&self, ctx: &Ctx, officer: Uuid) -> Result<String> {
        self.make_link(ctx, FOR_PASSWORD, Some(officer)).await
    }

    async fn make_link(&self, ctx: &Ctx, purpose: &'static str, officer: Option<Uuid>) -> Result<String> {
        let token = Secret::new(self.db().env(), "");
        let expires_at = ctx.now().plus_micros(LINK_HOURS * HOUR_MICROS);
        self.db().write(ctx, MakeLink { purpose, officer, token_hash: token.hash, expires_at }).await?;
        Ok(token.shown)
    }

    /// What an unused link is for; `None` for an unknown, used or old one.
    pub async fn link(&self, region: RegionId, token: &str) -> Result<Option<LinkFor>> {
        let link = sql::door::link(&mut self.db().read(region).await?, hash(token)).await?;
        let live = link.filter(|(_, _, _, expires_at)| *expires_at > self.db().env().now());
        Ok(live.and_then(|(_, purpose, officer, _)| match (purpose.as_str(), officer) {
            (FOR_ADMIN, _) => Some(LinkFor::Admin),
            (FOR_PASSWORD, Some(officer)) => Some(LinkFor::Password(officer)),
            _ => None,
        }))
    }

    /// The holder of the administrator's link becomes the region's administrator.
    ///
    /// # Errors
    /// `people.refused.link`, or a refusal that names the field.
    pub async fn use_admin_link(
        &self,
        region: RegionId,
        token: &str,
        officer: NewOfficer,
        password: &str,
    ) -> Result<Uuid> {
        if self.link(region, token).await? != Some(LinkFor::Admin) {
            return Err(Refusal::new("people.refused.link").into());
        }
        let details = officer.check()?;
        let logins = [&details.email, &details.nip, &details.phone].into_iter().flatten().map(String::as_str);
        let password_hash = self.hash_password(password, &logins.collect::<Vec<_>>()).await?;
        let used = UseAdminLink { token_hash: hash(token), officer, password_hash };
        self.directory.write(&self.system(region), used).await
    }

    /// The holder of an officer's link sets the password. Answers whose it is.
    ///
    /// # Errors
    /// `people.refused.link`, or a refusal of the password.
    pub async fn use_password_link(&self, region: RegionId, token: &str, password: &str) -> Result<Uuid> {
        let Some(LinkFor::Password(id)) = self.link(region, token).await? else {
            return Err(Refusal::new("people.refused.link").into());
        };
        let (officer, _) = self.officer_and_hash(region, Some(id)).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let logins: Vec<&str> = officer_logins(&officer).collect();
        let password_hash = self.hash_password(password, &logins).await?;
        self.db().write(&self.system(region), UsePasswordLink { token_hash: hash(token), password_hash }).await
    }

    /// Makes an API key. Answers its id and the key, which is shown this once.
    pub async fn new_api_key(&self, ctx: &Ctx, new: NewApiKey) -> Result<(Uuid, String)> {
        let name = line("name", &new.name, limits::LINE_MAX_CHARS)?;
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing").into());
        }
        if new.scopes.is_empty() {
            return Err(Refusal::field("scopes", "people.refused.scope_missing").into());
        }
        if new.per_minute.is_some_and(|count| count < 1) {
            return Err(Refusal::field("per_minute", "people.refused.per_minute").into());
        }
        if new.expires_at.is_some_and(|end| end <= ctx.now()) {
            return Err(Refusal::field("expires_at", "people.refused.expired").into());
        }
        let secret = Secret::new(self.db().env(), API_KEY_PREFIX);
        let key = ApiKey {
            id: ctx.new_id(),
            name,
            scopes: new.scopes,
            agency: new.agency,
            per_minute: new.per_minute,
            created_at: ctx.now(),
            expires_at: new.expires_at,
            used_at: None,
            revoked_at: None,
        };
        let id = key.id;
        self.db().write(ctx, KeepApiKey { key, key_hash: secret.hash }).await?;
        Ok((id, secret.shown))
    }

    /// The key that was presented, asked of the database each time; `None` for an unknown, revoked or outlived one.
    pub async fn api_key(&self, region: RegionId, presented: &str) -> Result<Option<ApiKey>> {
        let key = sql::door::api_key(&mut self.db().read(region).await?, hash(presented)).await?;
        let now = self.db().env().now();
        let Some(key) = key.filter(|key| key.is_live(now)) else {
            return Ok(None);
        };
        if unused_for_an_hour(key.used_at, now) {
            self.db().write(&self.system(region), NoteUse::Key(key.id)).await?;
        }
        Ok(Some(key))
    }

    /// Makes a display token. Answers its id and the token, which is shown this once.
    pub async fn new_display(&self, ctx: &Ctx, name: &str) -> Result<(Uuid, String)> {
        let name = line("name", name, limits::LINE_MAX_CHARS)?;
        if name.is_empty() {
            return Err(Refusal::field("name", "people.refused.name_missing").into());
        }
        let secret = Secret::new(self.db().env(), "");
        let id = ctx.new_id();
        let display = DisplayToken { id, name, created_at: ctx.now(), used_at: None, revoked_at: None };
        self.db().write(ctx, KeepDisplay { display, token_hash: secret.hash }).await?;
        Ok((id, secret.shown))
    }

    /// The screen that holds that token, asked of the database each time; `None` for an unknown or revoked one.
    pub async fn display(&self, region: RegionId, token: &str) -> Result<Option<DisplayToken>> {
        let display = sql::door::display(&mut self.db().read(region).await?, hash(token)).await?;
        let Some(display) = display.filter(|display| display.revoked_at.is_none()) else {
            return Ok(None);
        };
        if unused_for_an_hour(display.used_at, self.db().env().now()) {
            self.db().write(&self.system(region), NoteUse::Display(display.id)).await?;
        }
        Ok(Some(display))
    }
}

fn unused_for_an_hour(used_at: Option<Timestamp>, now: Timestamp) -> bool {
    used_at.is_none_or(|used_at| now.micros_since(used_at) >= HOUR_MICROS)
}

fn officer_logins(officer: &Officer) -> impl Iterator<Item = &str> {
    [&officer.email, &officer.nip, &officer.phone].into_iter().flatten().map(String::as_str)
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(HASH_MEMORY_KIB, HASH_PASSES, HASH_LANES, None);
    let params = params.map_err(|error| Error::Broken(format!("hashing: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The form in which a login of any kind is stored, for commands that look an officer up.
pub fn login_form(text: &str) -> Option<String> {
    check_email(text).or_else(|_| check_nip(text)).or_else(|_| check_phone(text)).ok()
}
