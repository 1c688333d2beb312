//! What machines ask: whether Simpul lives, whether it can serve, and how it fares.

use std::fmt::Write as _;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::guard::Anyone;
use crate::{App, PageError, PageResult};

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

/// `GET /readyz`: the database answers too, for every region.
pub(crate) async fn readyz(asker: Anyone) -> PageResult {
    let ask = asker.app.db.is_ready();
    let ready = matches!(tokio::time::timeout(Duration::from_secs(READY_SECONDS), ask).await, Ok(Ok(())));
    if ready {
        return Ok(plain("ready"));
    }
    let mut answer = (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response();
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(READY_SECONDS));
    Ok(answer)
}

/// `GET /metrics`: to the machine itself, or to whoever has the token. To others there is no such page.
pub(crate) async fn metrics(asker: Anyone) -> PageResult {
    let local = asker.visit.is_local();
    let bearer =
        asker.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = match (&asker.app.config.metrics_token, bearer) {
        (Some(token), Some(given)) => {
            crate::digest::digest("metrics", token) == crate::digest::digest("metrics", given)
        }
        _ => false,
    };
    if !local && !known {
        return Err(PageError::not_found());
    }
    let mut text = asker.app.metrics.text();
    add_store(&asker.app, &mut text).await;
    Ok(plain(text))
}

/// What the store counts: commits, the actions in them, and messages that wait or have failed.
async fn add_store(app: &App, text: &mut String) {
    let writers = app.db.writer_stats();
    let _ = writeln!(text, "# TYPE simpul_writer_groups_total counter\nsimpul_writer_groups_total {}", writers.groups);
    let _ =
        writeln!(text, "# TYPE simpul_writer_actions_total counter\nsimpul_writer_actions_total {}", writers.actions);
    let _ = writeln!(
        text,
        "# TYPE simpul_writer_repeated_total counter\nsimpul_writer_repeated_total {}",
        writers.repeated
    );
    let _ = writeln!(text, "# TYPE simpul_outbox_messages gauge");
    for region in app.db.regions().await.unwrap_or_default() {
        let Ok(mut conn) = app.db.read(region).await else { continue };
        for (state, count) in simpul_store::outbox::counts(&mut conn).await.unwrap_or_default() {
            let _ = writeln!(text, "simpul_outbox_messages{{region=\"{region}\",state=\"{state}\"}} {count}");
        }
    }
}
