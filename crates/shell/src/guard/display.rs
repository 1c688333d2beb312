//! A screen on a wall.

use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use simpul_kernel::Actor;
use simpul_people::Permission;

use super::Site;
use crate::cookie::CookieName;
use crate::page::Frame;
use crate::routes::{Guard, Need};
use crate::{App, Page, PageError, Viewer};

/// A screen with a display token that has not been revoked, or an officer who may see the wall.
#[derive(Debug, Clone)]
pub struct DisplayScreen {
    /// The site, as the screen sees it.
    pub site: Site,
    actor: Actor,
}

impl Deref for DisplayScreen {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.site
    }
}

impl DisplayScreen {
    /// A page for a wall, titled by the catalogue's sentence `title`.
    pub fn page(&self, title: &str) -> Page {
        Page::new(&self.site, Frame::Wall, title)
    }

    /// The screen as one who looks at live lines.
    pub fn viewer(&self) -> Viewer {
        Viewer::actor(self.actor.clone())
    }
}

/// The actor of a display token in the cookie, if it is a good one.
pub(crate) async fn by_cookie(site: &Site) -> Result<Option<Actor>, PageError> {
    let Some(token) = site.visit.cookie(CookieName::Display) else { return Ok(None) };
    let display = site.app.doorman.display(site.region().id, token).await?;
    Ok(display.map(|display| display.actor()))
}

impl Guard for DisplayScreen {
    const NEED: Need = Need::Display;
}

impl FromRequestParts<App> for DisplayScreen {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<DisplayScreen, PageError> {
        let site = Site::from_request_parts(parts, app).await?;
        if let Some(actor) = by_cookie(&site).await? {
            return Ok(DisplayScreen { site, actor });
        }
        let mut error = PageError::status(StatusCode::UNAUTHORIZED, "shell.trouble.display");
        error.0.sign_in = Some("/dinding/masuk".to_owned());
        let Some(me) = site.signed_in.clone() else { return Err(error) };
        if me.must.is_some() || !simpul_people::permits(&me.actor, Permission::SeeWall) {
            return Err(PageError::forbidden());
        }
        Ok(DisplayScreen { site, actor: me.actor.clone() })
    }
}
