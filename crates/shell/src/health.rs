//! What machines ask: whether Simpul lives, whether it can serve, and how it fares.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use simpul_kernel::RegionId;

use crate::guard::Anyone;
use crate::{PageError, PageResult};

/// How long the database may take to answer, in seconds.
const READY_SECONDS: u64 = 2;

fn plain(text: impl Into<axum::body::Body>) -> Response {
    let mut answer = Response::new(text.into());
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// `GET /healthz`: the program runs and answers.
pub(crate) async fn healthz(_: Anyone) -> PageResult {
    Ok(plain("ok"))
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn readyz(asker: Anyone) -> PageResult {
    let ask = asker.app.db.read(RegionId::SHARED);
    let ready = matches!(tokio::time::timeout(Duration::from_secs(READY_SECONDS), ask).await, Ok(Ok(_)));
    if ready {
        return Ok(plain("ready"));
    }
    let mut answer = (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(READY_SECONDS));
    Ok(answer)
}

/// `GET /metrics`: to the machine itself, or to whoever has the token. To others there is no such page.
pub(crate) async fn metrics(asker: Anyone) -> PageResult {
    let local = asker.visit.address.is_loopback() && !asker.visit.forwarded_by_stranger;
    let bearer =
        asker.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = match (&asker.app.config.metrics_token, bearer) {
        (Some(token), Some(given)) => crate::csrf::digest("metrics", token) == crate::csrf::digest("metrics", given),
        _ => false,
    };
    if !local && !known {
        return Err(PageError::not_found());
    }
    Ok(plain(asker.app.metrics.text()))
}
