//! API keys for programs and tokens for screens.

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Ctx, Refusal, RegionId, Timestamp, limits};
use simpul_store::Result;
use uuid::Uuid;

use super::Doorman;
use crate::actions::door::{KeepApiKey, KeepDisplay, NoteUse};
use crate::model::secret::{API_KEY_PREFIX, Secret, hash};
use crate::model::{ApiKey, DisplayToken, KeyScope, line};
use crate::sql;

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

impl Doorman {
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
