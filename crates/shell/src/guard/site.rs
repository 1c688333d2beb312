//! A visitor of a region's site, and somebody who asks for what belongs to no region.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use simpul_kernel::format::Lang;
use simpul_kernel::{Actor, Ctx, Refusal, Timestamp};
use simpul_people::{Region, Snapshot};
use simpul_store::{Action, Conn};

use crate::cookie::CookieName;
use crate::page::Frame;
use crate::routes::{Guard, Need};
use crate::visit::{Visit, Visitor};
use crate::{App, Fields, FormView, Limit, News, Page, PageError, Typed, csrf};

/// Somebody, for what belongs to no region: assets, health. Nothing is looked up.
#[derive(Debug, Clone)]
pub struct Anyone {
    /// The request.
    pub visit: Arc<Visit>,
    /// The house.
    pub app: App,
}

impl Anyone {
    /// The request's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.visit.headers
    }
}

impl Guard for Anyone {
    const NEED: Need = Need::Public;
}

impl FromRequestParts<App> for Anyone {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Anyone, PageError> {
        Ok(Anyone { visit: visit_of(parts)?, app: app.clone() })
    }
}

pub(crate) fn visit_of(parts: &Parts) -> Result<Arc<Visit>, PageError> {
    Visit::of(&parts.extensions).ok_or_else(|| {
        PageError(Box::new(crate::Trouble::broken("the router was not made by Routes::into_router".into())))
    })
}

/// A visitor of a region's site. What officers may do needs another guard.
#[derive(Debug, Clone)]
pub struct Site {
    /// The house.
    pub app: App,
    /// The visitor as an actor, with clock and randomness.
    pub ctx: Ctx,
    /// The visitor's language.
    pub lang: Lang,
    /// The region with its areas and agencies.
    pub place: Arc<Snapshot>,
    /// The visitor's address.
    pub address: IpAddr,
    /// The path asked for, without the query.
    pub path: String,
    /// The officer who is signed in in this browser, if one is: for links only, never for a decision.
    pub signed_in: Option<Arc<simpul_people::SignedIn>>,
    /// The request.
    pub visit: Arc<Visit>,
    pub(crate) news: Arc<News>,
}

impl Site {
    /// The site of the region that answers to the host asked for.
    pub(crate) async fn load(parts: &Parts, app: &App) -> Result<Site, PageError> {
        let visit = visit_of(parts)?;
        let place = region_of(app, &visit).await?;
        let ctx = app.db.env().ctx(place.region.id, Actor::citizen());
        let signed_in = match visit.cookie(CookieName::Session) {
            Some(token) => app.doorman.session(place.region.id, token).await?.map(Arc::new),
            None => None,
        };
        if signed_in.is_none() && visit.cookie(CookieName::Session).is_some() {
            visit.forget_session();
        }
        let news = app.news.of(&app.db, &place).await;
        let (lang, address, path) = (visit.lang(), visit.address, visit.path().to_owned());
        Ok(Site { app: app.clone(), ctx, lang, place, address, path, signed_in, visit, news })
    }

    /// The region.
    pub fn region(&self) -> &Region {
        &self.place.region
    }

    /// `https://host` as this visit reached it, unless the operator has settled it: for addresses that must work
    /// elsewhere than on this page.
    pub fn base_url(&self) -> String {
        if let Some(settled) = &self.app.config.base_url {
            return simpul_people::at_host(settled.trim_end_matches('/'), self.region().host.as_deref());
        }
        let named = self.headers().get(axum::http::header::HOST).and_then(|host| host.to_str().ok());
        let host = named.or_else(|| self.visit.uri.authority().map(|authority| authority.as_str()));
        let scheme = if self.visit.secure { "https" } else { "http" };
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    /// The visitor's browser; it gets a cookie of its own with this answer if it has none.
    pub fn visitor(&self) -> Visitor {
        self.visit.visitor()
    }

    /// The request's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.visit.headers
    }

    /// A sentence of the catalogue in the visitor's language.
    pub fn t(&self, key: &str) -> String {
        self.app.catalogue.text(self.lang, key, &[])
    }

    /// A sentence with values in its places.
    pub fn tx(&self, key: &str, args: &[(&str, &str)]) -> String {
        self.app.catalogue.text(self.lang, key, args)
    }

    /// What a refusal says.
    pub fn says(&self, refusal: &Refusal) -> String {
        self.app.catalogue.refusal(self.lang, refusal)
    }

    /// A connection for reading the region's rows.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn read(&self) -> simpul_store::Result<Conn> {
        self.app.db.read(self.region().id).await
    }

    /// Does `action` as the visitor.
    ///
    /// # Errors
    /// What the action refuses, or the store's own.
    pub async fn write<A: Action>(&self, action: A) -> simpul_store::Result<A::Output> {
        self.app.db.write(&self.ctx, action).await
    }

    /// Takes one request of `limit` by the visitor's address. The machine itself (a measurement, a proxy that was not
    /// named as trusted) is not limited: all would share one address.
    ///
    /// # Errors
    /// 429 with the time to wait when there were too many.
    pub fn limit(&self, limit: Limit) -> Result<(), PageError> {
        if self.visit.is_local() {
            return Ok(());
        }
        self.app.limit(limit, &self.address.to_string())
    }

    /// The site of a request that began on a page of ours. It has not been counted: a guard that knows whoever asks by
    /// something better than an address counts by that.
    ///
    /// # Errors
    /// When no region answers to the host, or the form is none of ours.
    pub async fn opened(parts: &Parts, app: &App) -> Result<Site, PageError> {
        let site = Site::load(parts, app).await?;
        if csrf::began_here(&site.visit) { Ok(site) } else { Err(PageError::stale_form()) }
    }

    /// A page for citizens, titled by the catalogue's sentence `title`.
    pub fn page(&self, title: &str) -> Page {
        Page::new(self, Frame::Citizen, title)
    }

    /// An empty form.
    pub fn form(&self) -> FormView {
        FormView::new(self, Fields::new(), &[])
    }

    /// A form with these fields in it.
    pub fn form_of(&self, typed: &impl Typed) -> FormView {
        FormView::new(self, typed.typed().clone(), &[])
    }

    /// The form as it was typed, with what was refused; any other error goes on to the error page.
    ///
    /// # Errors
    /// `error` itself, unless it is a refusal.
    pub fn refused(&self, error: simpul_store::Error, typed: &impl Typed) -> Result<FormView, PageError> {
        match error {
            simpul_store::Error::Refused(refusal) => Ok(self.form_with(typed, &[refusal])),
            other => Err(other.into()),
        }
    }

    /// The form as it was typed, with everything that was refused.
    pub fn form_with(&self, typed: &impl Typed, refusals: &[Refusal]) -> FormView {
        FormView::new(self, typed.typed().clone(), refusals)
    }
}

async fn region_of(app: &App, visit: &Visit) -> Result<Arc<Snapshot>, PageError> {
    match app.region_of_host(&visit.host()).await? {
        Some(id) => Ok(app.directory.of(id).await?),
        None => Err(PageError::status(axum::http::StatusCode::SERVICE_UNAVAILABLE, "shell.trouble.no_region")),
    }
}

impl Guard for Site {
    const NEED: Need = Need::Public;
}
