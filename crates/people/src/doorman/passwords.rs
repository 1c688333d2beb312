//! Passwords: the only place that hashes them.

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordVerifier, Version};
use simpul_kernel::{Ctx, Refusal, limits};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::{Doorman, officer_logins};
use crate::actions::door::{AttemptWasGood, SetPassword};
use crate::model::password;
use crate::model::secret::counter_name;
use crate::model::throttle::Counted;

/// Memory of one hash in KiB (OWASP's recommendation for Argon2id, with two passes and one lane).
const HASH_MEMORY_KIB: u32 = 19_456;
const HASH_PASSES: u32 = 2;
const HASH_LANES: u32 = 1;
impl Doorman {
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

    pub(super) async fn is_right(&self, password: String, stored: String) -> Result<bool> {
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
    pub(super) async fn nobodys_hash(&self) -> Result<String> {
        let random = self.db().env().secret();
        let made = self.nobodys_hash.get_or_try_init(|| self.hash_unchecked(format!("{random:?}"))).await;
        made.cloned()
    }

    /// An officer changes the own password, in the session that goes on; all others end.
    ///
    /// # Errors
    /// `people.password.wrong_old` on the field `old`, or a refusal of the new one on `password`.
    pub async fn change_password(&self, ctx: &Ctx, session: Uuid, old: &str, new: &str) -> Result<()> {
        let id = ctx.actor.officer_id().ok_or(Error::Forbidden("only an officer has a password"))?;
        let (officer, stored) = self.officer_and_hash(ctx.region, Some(id)).await?;
        let officer = officer.ok_or(Error::NotFound("officer"))?;
        let counters = vec![(Counted::Pair, counter_name("old-password", &id.to_string()))];
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
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(HASH_MEMORY_KIB, HASH_PASSES, HASH_LANES, None);
    let params = params.map_err(|error| Error::Broken(format!("hashing: {error}")))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}
