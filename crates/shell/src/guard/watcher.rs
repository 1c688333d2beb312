//! Whoever opens a live stream: an officer, a screen, a program or the public, each seeing what it may.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use simpul_kernel::limits::LIVE_STREAMS_PER_VIEWER_MAX_COUNT;
use simpul_people::{ApiKey, KeyScope};

use super::{Site, client, display};
use crate::cookie::CookieName;
use crate::limiter::Place;
use crate::routes::{Guard, Need};
use crate::{App, Limit, PageError, Viewer};

/// When to try again where a viewer holds as many streams as it may, in seconds.
const RETRY_SECONDS: u64 = 30;

/// How the right to the stream can end while it is open.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    Nothing,
    Session(String),
    Display(String),
    Key(String),
}

/// Somebody who watches. The stream itself decides line by line what is shown.
#[derive(Debug, Clone)]
pub struct Watcher {
    /// The site.
    pub site: Site,
    /// Who watches.
    pub viewer: Viewer,
    pub(crate) credential: Credential,
}

impl Deref for Watcher {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl Watcher {
    async fn of(site: Site) -> Result<Watcher, PageError> {
        if let Some(presented) = client::presented(&site.visit) {
            let key = client::known_key(&site, &presented).await?;
            return Ok(Watcher { site, viewer: of_key(&key), credential: Credential::Key(presented) });
        }
        if let Some(me) = site.signed_in.clone().filter(|me| me.must.is_none()) {
            let token = site.visit.cookie(CookieName::Session).unwrap_or_default().to_owned();
            return Ok(Watcher {
                site,
                viewer: Viewer::actor(me.actor.clone()),
                credential: Credential::Session(token),
            });
        }
        if let Some(actor) = display::by_cookie(&site).await? {
            let token = site.visit.cookie(CookieName::Display).unwrap_or_default().to_owned();
            return Ok(Watcher { site, viewer: Viewer::actor(actor), credential: Credential::Display(token) });
        }
        Ok(Watcher { site, viewer: Viewer::public(), credential: Credential::Nothing })
    }

    /// Who watches, with the rights of this moment; none when the session, the token or the key has ended.
    pub(crate) async fn renewed(&self) -> simpul_store::Result<Option<Viewer>> {
        let (doorman, region) = (&self.app.doorman, self.region().id);
        Ok(match &self.credential {
            Credential::Nothing => Some(Viewer::public()),
            Credential::Session(token) => {
                let me = doorman.session(region, token).await?.filter(|me| me.must.is_none());
                me.map(|me| Viewer::actor(me.actor))
            }
            Credential::Display(token) => {
                doorman.display(region, token).await?.map(|display| Viewer::actor(display.actor()))
            }
            Credential::Key(key) => doorman.api_key(region, key).await?.map(|key| of_key(&key)),
        })
    }

    /// A place among the streams that one viewer may hold open; none while it holds as many as it may. The machine
    /// itself and a measurement are not counted, as everywhere.
    pub(crate) fn place(&self) -> Result<Option<Place>, PageError> {
        if self.visit.is_local() || self.app.config.unlimited {
            return Ok(None);
        }
        let who = match &self.credential {
            Credential::Nothing => self.address.to_string(),
            Credential::Session(token) | Credential::Display(token) | Credential::Key(token) => token.clone(),
        };
        let place = self.app.limiter.hold(&("stream", who), LIVE_STREAMS_PER_VIEWER_MAX_COUNT);
        place.map(Some).ok_or_else(|| PageError::too_many(RETRY_SECONDS))
    }
}

/// What a key sees: a key that may not read sees what the public does.
fn of_key(key: &ApiKey) -> Viewer {
    if key.has(KeyScope::Read) { Viewer::actor(key.actor()) } else { Viewer::public() }
}

impl Guard for Watcher {
    const NEED: Need = Need::Public;
}

impl FromRequestParts<App> for Watcher {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Watcher, PageError> {
        let site = Site::opened(parts, app).await?;
        site.limit(Limit::Stream)?;
        Watcher::of(site).await
    }
}
