//! Whoever opens a live stream: an officer, a screen, a program or the public, each seeing what it may.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use simpul_people::KeyScope;

use super::{Site, client, display};
use crate::cookie::CookieName;
use crate::routes::{Guard, Need};
use crate::{App, Limit, PageError, Viewer};

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
            let viewer = if key.has(KeyScope::Read) { Viewer::actor(key.actor()) } else { Viewer::public() };
            return Ok(Watcher { site, viewer, credential: Credential::Key(presented) });
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

    /// Whether what opened the stream still stands: the session, the token, the key.
    pub(crate) async fn still_may(&self) -> simpul_store::Result<bool> {
        let (doorman, region) = (&self.app.doorman, self.region().id);
        Ok(match &self.credential {
            Credential::Nothing => true,
            Credential::Session(token) => doorman.session(region, token).await?.is_some_and(|me| me.must.is_none()),
            Credential::Display(token) => doorman.display(region, token).await?.is_some(),
            Credential::Key(key) => doorman.api_key(region, key).await?.is_some(),
        })
    }
}

impl Guard for Watcher {
    const NEED: Need = Need::Public;
}

impl FromRequestParts<App> for Watcher {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Watcher, PageError> {
        let site = Site::from_request_parts(parts, app).await?;
        site.limit(Limit::Stream)?;
        Watcher::of(site).await
    }
}
