//! Who comes in. The only holder of password hashing, which is bounded to the machine's cores.

mod factor;
mod keys;
mod links;
mod passwords;

use std::sync::Arc;

use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS};
use simpul_kernel::{Actor, ActorKind, Ctx, Refusal, RegionId, Timestamp, limits};
use simpul_store::{Db, Error, Result};
use tokio::sync::{OnceCell, Semaphore};
use uuid::Uuid;

use crate::actions::RevokeSession;
use crate::actions::door::{Attempt, BeginAttempt, ConfirmCode, OpenSession, TouchSession};
use crate::directory::Directory;
use crate::model::secret::{Secret, counter_name, hash};
use crate::model::throttle::Counted;
use crate::model::{Login, Officer, SessionRow, check_email, check_nip, check_phone};
use crate::sql;

pub use keys::NewApiKey;
pub use links::LinkFor;

/// A session that waits for the second factor ends after this time, in minutes.
const CODE_WAIT_MINUTES: i64 = 5;
/// A session's last use is written at most once in this time, in minutes.
const TOUCH_MINUTES: i64 = 1;
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
    /// `people.sign_in.wrong`, the same whatever is wrong; `people.sign_in.wait` with the seconds after too many
    /// failures.
    pub async fn sign_in(&self, region: RegionId, typed: SignIn) -> Result<SignInAnswer> {
        let login = Login::read(&typed.login);
        let mut counters = login_counters(login.text(), &typed.address);
        counters.push((Counted::Address, counter_name("address", &typed.address)));
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
            (Counted::Pair, counter_name("code", &officer.id.to_string())),
            (Counted::Address, counter_name("address", address)),
        ];
        self.begin(region, &counters, Some(officer.id)).await?;
        let (session, token) = self.new_session(&officer, false, address, &waiting.agent);
        let answer = NewSession { token: token.shown, ends_at: session.ends_at };
        // What the password's attempt counted was left standing until now.
        let mut counters = counters;
        counters.push((Counted::Address, counter_name("address", &waiting.address)));
        counters.extend(officer_logins(&officer).flat_map(|login| login_counters(login, &waiting.address)));
        let confirm =
            ConfirmCode { waiting: waiting.id, code: code.to_owned(), session, token_hash: token.hash, counters };
        if self.db().write(&self.system(region), confirm).await? {
            Ok(answer)
        } else {
            Err(Refusal::field("code", "people.sign_in.wrong_code").into())
        }
    }

    /// Who holds that token, asked of the database each time; `None` for an unknown, ended or outlived session and
    /// for an officer who was disabled.
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
            Some(session) => {
                let own = Actor { kind: ActorKind::Officer(session.officer), grants: Vec::new() };
                self.db().write(&self.db().env().ctx(region, own), RevokeSession { session: session.id }).await
            }
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
}

/// The counters of one login: from that address, and from anywhere.
fn login_counters(login: &str, address: &str) -> Vec<(Counted, String)> {
    vec![
        (Counted::Pair, counter_name("pair", &format!("{login}\0{address}"))),
        (Counted::Login, counter_name("login", login)),
    ]
}

fn officer_logins(officer: &Officer) -> impl Iterator<Item = &str> {
    [&officer.email, &officer.nip, &officer.phone].into_iter().flatten().map(String::as_str)
}

/// The form in which a login of any kind is stored, for commands that look an officer up.
pub fn login_form(text: &str) -> Option<String> {
    check_email(text).or_else(|_| check_nip(text)).or_else(|_| check_phone(text)).ok()
}
