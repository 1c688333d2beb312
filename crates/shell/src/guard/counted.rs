//! How a visitor comes in: every request is counted before anything is done for it and before its body is read, so that
//! no page can forget to.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;

use super::{Site, client};
use crate::{App, Limit, PageError};

/// Where answers for programs and for maps stand.
const FOR_PROGRAMS: [&str; 3] = ["/api/", "/open311/", "/peta/"];

/// Counts what programs and maps ask for by the key or the address, and forms by the address. Officers who are signed
/// in share their office's address and are known by name: they are not counted.
async fn count(site: &Site) -> Result<(), PageError> {
    if FOR_PROGRAMS.iter().any(|prefix| site.path.starts_with(prefix)) {
        return match client::presented(&site.visit) {
            Some(key) => client::known_key(site, &key).await.map(drop).map_err(PageError::from),
            None if site.signed_in.is_some() => Ok(()),
            None => site.limit(Limit::Api),
        };
    }
    match site.visit.method {
        Method::GET | Method::HEAD | Method::OPTIONS => Ok(()),
        _ if site.signed_in.is_some() => Ok(()),
        _ => site.limit(Limit::Form),
    }
}

impl FromRequestParts<App> for Site {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Site, PageError> {
        let site = Site::opened(parts, app).await?;
        count(&site).await?;
        Ok(site)
    }
}
