//! Parts of the address. axum's own answer with bare text when they don't fit; these draw our pages.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{App, Fields, PageError};

/// The places of the path, such as the number in `/laporan/{number}`. What does not fit is not there: 404.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Path<T>, PageError> {
        // No name holds a NUL, and PostgreSQL can't even look for one.
        if parts.uri.path().contains("%00") {
            return Err(PageError::not_found());
        }
        let path = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        path.map(|axum::extract::Path(value)| Path(value)).map_err(|_| PageError::not_found())
    }
}

/// The query as `T`; an empty parameter is one that did not come, as a form sends all of its fields.
/// `Query<Fields>` takes anything.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Query<T>, PageError> {
        let sent = Fields::parse(parts.uri.query().unwrap_or_default().as_bytes())?;
        let mut filled = Fields::new();
        sent.pairs().filter(|(_, value)| !value.trim().is_empty()).for_each(|(name, value)| filled.add(name, value));
        Ok(Query(filled.read().map_err(|_| PageError::bad_request("shell.trouble.query"))?))
    }
}
