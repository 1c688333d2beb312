//! A program with an API key.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use sha2::{Digest, Sha256};
use simpul_kernel::Ctx;
use simpul_kernel::limits::OPAQUE_TEXT_MAX_CHARS;
use simpul_people::{ApiKey, KeyScope};
use simpul_store::Action;
use uuid::Uuid;

use super::Site;
use super::site::visit_of;
use crate::body::media_type;
use crate::routes::{ApiGuard, Guard, Need};
use crate::visit::Visit;
use crate::{ApiError, App, Limit, Viewer};

/// A key's scope as a type.
pub trait ApiScope: Send + Sync + 'static {
    /// The scope.
    const SCOPE: KeyScope;
    /// Whether what it asks is counted by its key. What is not is counted by the handler, by what it is about.
    const IS_COUNTED: bool = true;
}

macro_rules! scopes {
    ($($(#[$meta:meta])* $name:ident => $scope:ident;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl ApiScope for $name {
                const SCOPE: KeyScope = KeyScope::$scope;
            }
        )*
    };
}

scopes! {
    /// Reads what is not public.
    ReadScope => Read;
    /// Writes.
    WriteScope => Write;
    /// Sends reports by Open311.
    Open311Scope => Open311;
    /// Tells of 112 calls.
    TrunkScope => Trunk;
}

/// Tells where units are: hundreds of them may speak with one key, each once a second. The handler counts each unit.
#[derive(Debug, Clone, Copy)]
pub struct MoveScope;
impl ApiScope for MoveScope {
    const SCOPE: KeyScope = KeyScope::Write;
    const IS_COUNTED: bool = false;
}

/// A program whose key has the scope `S`.
#[derive(Debug)]
pub struct ApiClient<S> {
    /// The site.
    pub site: Site,
    /// The key as an actor.
    pub ctx: Ctx,
    /// The key.
    pub key: ApiKey,
    scope: PhantomData<fn() -> S>,
}

impl<S> Deref for ApiClient<S> {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl<S> ApiClient<S> {
    /// Does `action` as the program.
    ///
    /// # Errors
    /// What the action refuses, or the store's own.
    pub async fn write<A: Action>(&self, action: A) -> simpul_store::Result<A::Output> {
        self.app.db.write(&self.ctx, action).await
    }

    /// Counts the request by its key after all.
    ///
    /// # Errors
    /// 429 with the time to wait when there were too many.
    pub fn count(&self) -> Result<(), ApiError> {
        count_key(&self.site, &self.key)
    }

    /// The program as one who looks at live lines.
    pub fn viewer(&self) -> Viewer {
        Viewer::actor(self.ctx.actor.clone())
    }
}

/// The key in the headers or the query, if there is one; an empty one is none.
pub(crate) fn presented(visit: &Visit) -> Option<String> {
    written(visit).filter(|key| !key.is_empty())
}

fn written(visit: &Visit) -> Option<String> {
    let header = |name: &str| visit.headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(bearer) = header(header::AUTHORIZATION.as_str()) {
        let (scheme, key) = bearer.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned());
    }
    if let Some(key) = header("x-api-key") {
        return Some(key.trim().to_owned());
    }
    let query: Vec<(String, String)> = serde_urlencoded::from_str(visit.uri.query().unwrap_or_default()).ok()?;
    query.into_iter().find(|(name, _)| name == "api_key").map(|(_, key)| key)
}

/// The key behind what was presented, after its limit a minute has been asked: its own, or else the house's.
pub(crate) async fn known_key(site: &Site, presented: &str) -> Result<ApiKey, ApiError> {
    let key = uncounted_key(site, presented).await?;
    count_key(site, &key)?;
    Ok(key)
}

/// The key behind what was presented, without asking how often it asks.
async fn uncounted_key(site: &Site, presented: &str) -> Result<ApiKey, ApiError> {
    match site.app.doorman.api_key(site.region().id, presented).await? {
        Some(key) => Ok(key),
        None => {
            // Whoever tries keys out is counted like whoever has none.
            site.limit(Limit::Api)?;
            Err(ApiError::status(StatusCode::FORBIDDEN, "shell.trouble.key_unknown"))
        }
    }
}

fn count_key(site: &Site, key: &ApiKey) -> Result<(), ApiError> {
    match key.per_minute {
        Some(per_minute) => {
            let per_minute = u32::try_from(per_minute).unwrap_or(u32::MAX);
            let taken = site.app.limiter.take_of_key(key.id, per_minute, site.now());
            taken.map_err(ApiError::too_many)?;
        }
        None if site.visit.is_local() => {}
        None => site.app.limit(Limit::Api, &key.id.to_string())?,
    }
    Ok(())
}

async fn client<S: ApiScope>(site: Site, presented: Option<&str>) -> Result<ApiClient<S>, ApiError> {
    let Some(presented) = presented.filter(|key| !key.is_empty()) else {
        site.limit(Limit::Api)?;
        let status = if site.visit.is_api() { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
        return Err(ApiError::status(status, "shell.trouble.key_missing"));
    };
    let key = match S::IS_COUNTED {
        true => known_key(&site, presented).await?,
        false => uncounted_key(&site, presented).await?,
    };
    scoped(site, key)
}

fn scoped<S: ApiScope>(site: Site, key: ApiKey) -> Result<ApiClient<S>, ApiError> {
    if !key.has(S::SCOPE) {
        return Err(ApiError::status(StatusCode::FORBIDDEN, "shell.trouble.key_scope"));
    }
    let ctx = site.app.db.env().ctx(site.region().id, key.actor());
    Ok(ApiClient { site, ctx, key, scope: PhantomData })
}

impl<S: ApiScope> Guard for ApiClient<S> {
    const NEED: Need = Need::ApiScope(S::SCOPE);
}

impl<S: ApiScope> ApiGuard for ApiClient<S> {}

impl<S: ApiScope> FromRequestParts<App> for ApiClient<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<ApiClient<S>, ApiError> {
        let site = Site::load(parts, app).await?;
        let key = presented(&site.visit);
        client(site, key.as_deref()).await
    }
}

/// A program whose key may stand in the body, as Open311's POST has it. [`KeyLater::client`] asks for it.
#[derive(Debug)]
pub struct KeyLater<S> {
    /// The site.
    pub site: Site,
    known: Option<ApiKey>,
    scope: PhantomData<fn() -> S>,
}

impl<S> Deref for KeyLater<S> {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl<S: ApiScope> KeyLater<S> {
    /// The program, by the key in the headers or the query, or else by the one that stood in the body.
    ///
    /// # Errors
    /// 403 for a missing or unknown key or one without the scope; 429 when it has asked too often.
    pub async fn client(self, in_body: Option<&str>) -> Result<ApiClient<S>, ApiError> {
        let KeyLater { site, known, .. } = self;
        match known {
            Some(key) => scoped(site, key),
            None => client(site, in_body).await,
        }
    }
}

impl<S: ApiScope> Guard for KeyLater<S> {
    const NEED: Need = Need::ApiScope(S::SCOPE);
}

impl<S: ApiScope> ApiGuard for KeyLater<S> {}

impl<S: ApiScope> FromRequestParts<App> for KeyLater<S> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<KeyLater<S>, ApiError> {
        let site = Site::load(parts, app).await?;
        let known = match presented(&site.visit) {
            Some(key) => Some(known_key(&site, &key).await?),
            // Nobody knows yet who sends: until the body is read, the address is counted.
            None => {
                let with_files = media_type(site.headers().get(header::CONTENT_TYPE)) == "multipart/form-data";
                site.limit(if with_files { Limit::Form } else { Limit::Api })?;
                None
            }
        };
        Ok(KeyLater { site, known, scope: PhantomData })
    }
}

/// Whoever reads what anybody may read. A program that shows its key may be told more.
#[derive(Debug)]
pub struct Reader {
    /// The site.
    pub site: Site,
    /// The key, if one was shown.
    pub key: Option<ApiKey>,
}

impl Deref for Reader {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Guard for Reader {
    const NEED: Need = Need::Public;
}

impl FromRequestParts<App> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Reader, ApiError> {
        let visit = visit_of(parts)?;
        if let Some(presented) = presented(&visit) {
            let site = Site::load(parts, app).await?;
            let key = Some(known_key(&site, &presented).await?);
            return Ok(Reader { site, key });
        }
        Ok(Reader { site: Site::from_request_parts(parts, app).await?, key: None })
    }
}

/// The `Idempotency-Key` header with the operation that it was sent for: the same text for another one is another key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    text: Option<String>,
    /// Method and path, such as `POST /api/v1/reports/LUTRA-2611-0042/verify`.
    operation: String,
}

impl IdempotencyKey {
    /// The key as a UUID. `caller` keeps the texts of two programs apart, so that none can read another's answer.
    pub fn uuid(&self, caller: Uuid) -> Option<Uuid> {
        let text = self.text.as_deref()?;
        let mut hasher = Sha256::new_with_prefix(b"simpul idempotency");
        hasher.update(caller.as_bytes());
        for part in [self.operation.as_str(), text] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&hasher.finalize()[..16]);
        Some(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The header's text.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// What is asked for, without the suffix by which Open311 names the language of the answer.
fn operation(visit: &Visit) -> String {
    let path = visit.path();
    let path = path.strip_suffix(".json").or_else(|| path.strip_suffix(".xml")).unwrap_or(path);
    format!("{} {path}", visit.method)
}

impl FromRequestParts<App> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<IdempotencyKey, ApiError> {
        let visit = visit_of(parts)?;
        let operation = operation(&visit);
        let Some(value) = visit.headers.get("idempotency-key") else {
            return Ok(IdempotencyKey { text: None, operation });
        };
        let text = value.to_str().unwrap_or_default().trim().trim_matches('"');
        if text.is_empty() || text.len() > OPAQUE_TEXT_MAX_CHARS {
            return Err(ApiError::bad_request("shell.trouble.idempotency_key"));
        }
        Ok(IdempotencyKey { text: Some(text.to_owned()), operation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(operation: &str, text: &str) -> Option<Uuid> {
        let (text, operation) = (Some(text.to_owned()), operation.to_owned());
        IdempotencyKey { text, operation }.uuid(Uuid::from_u128(1))
    }

    #[test]
    fn the_same_text_for_another_operation_is_another_key() {
        let verify = key("POST /api/v1/reports/A-2611-0001/verify", "k");
        assert_eq!(verify, key("POST /api/v1/reports/A-2611-0001/verify", "k"));
        for other in ["POST /api/v1/reports/A-2611-0002/verify", "POST /api/v1/reports", "PUT /api/v1/reports"] {
            assert_ne!(verify, key(other, "k"), "{other}");
        }
        assert_ne!(key("POST /a", "bc"), key("POST /ab", "c"));
    }
}
