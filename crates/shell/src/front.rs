//! What happens before and after every handler: who sent it, how long it took, what went wrong and how that is told,
//! and the headers that keep a page to itself.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use serde::Serialize;
use simpul_kernel::limits::{
    ANSWER_TIMEOUT_SECONDS, UPLOAD_TIMEOUT_SECONDS, UPLOADS_MAX_COUNT, UPLOADS_PER_ADDRESS_MAX_COUNT,
};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::body::media_type;
use crate::cookie::{CookieName, FLASH_SECONDS};
use crate::limiter::Place;
use crate::page::{Frame, Page};
use crate::respond::{Flash, html, typed};
use crate::visit::Visit;
use crate::{App, PageError, Site, Trouble, net};

/// A room's own way to draw errors.
pub type Drawer = fn(&App, &Visit, &Trouble) -> Response;

/// Brotli and gzip for pages that are made for each request: beyond this the time is lost that the bytes would save.
const DYNAMIC_COMPRESSION: i32 = 4;

/// Files of map tiles.
pub const TILES_TYPE: &str = "application/vnd.pmtiles";

/// Puts the front around a router.
pub(crate) fn around(router: Router<App>, app: App) -> Router<App> {
    let compression = CompressionLayer::new().quality(CompressionLevel::Precise(DYNAMIC_COMPRESSION));
    // Tiles are packed already, and a part of their file has a place in it that counts bytes as they lie on disk.
    let compression = compression.compress_when(DefaultPredicate::new().and(NotForContentType::const_new(TILES_TYPE)));
    router.layer(axum::middleware::from_fn_with_state(app, front)).layer(compression)
}

/// When to send again where too many files are under way, in seconds.
const UPLOAD_RETRY_SECONDS: u64 = 10;

async fn front(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let started = tokio::time::Instant::now();
    let direct = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let direct = direct.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let peer = net::peer(direct, request.headers(), app.config.https, |address| app.trusts(address));
    let visit = Arc::new(Visit::new(app.db.env().clone(), &request, peer));
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(visit.clone());

    let answer = handled(&app, &visit, request, next).await;
    let mut answer = drawn(&app, &visit, answer).await;
    settle_cookies(&visit, &mut answer);
    set_headers(&app, &visit, &mut answer);

    let (status, took) = (answer.status(), started.elapsed());
    let route = route.as_ref().map(MatchedPath::as_str);
    app.metrics.answered(&visit.method, route, status, took);
    // The route, not the address: numbers of reports and one-time links stand in addresses.
    tracing::info!(
        target: "access",
        id = %visit.id, method = %visit.method, route = route.unwrap_or("-"), status = status.as_u16(),
        micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
    );
    answer
}

/// The handler's answer; a handler that takes too long or panics is a trouble like any other.
async fn handled(app: &App, visit: &Visit, request: Request, next: Next) -> Response {
    let with_files = media_type(request.headers().get(header::CONTENT_TYPE)) == "multipart/form-data";
    let _places = match with_files.then(|| upload_places(app, visit)).transpose() {
        Ok(places) => places,
        Err(full) => return full.into_response(),
    };
    let limit = Duration::from_secs(if with_files { UPLOAD_TIMEOUT_SECONDS } else { ANSWER_TIMEOUT_SECONDS });
    match tokio::time::timeout(limit, AssertUnwindSafe(next.run(request)).catch_unwind()).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(panic)) => {
            app.metrics.panicked();
            let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref().copied());
            Trouble::broken(format!("panic: {}", text.unwrap_or("without words"))).into_response()
        }
        Err(_) => {
            tracing::warn!(id = %visit.id, "a handler took too long");
            let mut trouble = Trouble::new(StatusCode::SERVICE_UNAVAILABLE, "shell.trouble.slow");
            trouble.retry_after = Some(10);
            trouble.into_response()
        }
    }
}

/// Places for a request whose files are held in memory until its handler has ended: one of all, and one of those that
/// an address has. The machine itself has as many as there are.
fn upload_places(app: &App, visit: &Visit) -> Result<Vec<Place>, PageError> {
    if app.config.unlimited {
        return Ok(Vec::new());
    }
    let mut places = Vec::new();
    if !visit.is_local() {
        let own = app.limiter.hold(&("uploads of", visit.address), UPLOADS_PER_ADDRESS_MAX_COUNT);
        places.push(own.ok_or_else(|| PageError::too_many(UPLOAD_RETRY_SECONDS))?);
    }
    let Some(one) = app.limiter.hold(&"uploads", UPLOADS_MAX_COUNT) else {
        let mut full = PageError::status(StatusCode::SERVICE_UNAVAILABLE, "shell.trouble.uploads");
        full.0.retry_after = Some(UPLOAD_RETRY_SECONDS);
        return Err(full);
    };
    places.push(one);
    Ok(places)
}

/// Draws a trouble; any other answer stays as it is.
async fn drawn(app: &App, visit: &Arc<Visit>, mut answer: Response) -> Response {
    let Some(trouble) = answer.extensions_mut().remove::<Trouble>() else { return answer };
    if let Some(reason) = &trouble.log {
        tracing::error!(id = %visit.id, status = trouble.status.as_u16(), reason, "a request failed");
    }
    let mut drawn = match app.drawer_for(visit.path()) {
        Some(drawer) => drawer(app, visit, &trouble),
        None if visit.is_api() => problem(app, visit, &trouble),
        None => page(app, visit, &trouble).await,
    };
    for name in [header::ALLOW] {
        if let Some(value) = answer.headers_mut().remove(&name) {
            drawn.headers_mut().insert(name, value);
        }
    }
    if let Some(seconds) = trouble.retry_after {
        drawn.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if trouble.status == StatusCode::UNAUTHORIZED && visit.is_api() {
        drawn.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    drawn.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    drawn
}

/// The catalogue's title of a status; one that has none gets that of its class.
fn title_key(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "shell.trouble.title_401",
        403 => "shell.trouble.title_403",
        404 => "shell.trouble.title_404",
        405 => "shell.trouble.title_405",
        409 => "shell.trouble.title_409",
        410 => "shell.trouble.title_410",
        413 => "shell.trouble.title_413",
        422 => "shell.trouble.title_422",
        429 => "shell.trouble.title_429",
        503 => "shell.trouble.title_503",
        400..=499 => "shell.trouble.title_400",
        _ => "shell.trouble.title_500",
    }
}

/// RFC 9457's problem details.
#[derive(Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    instance: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldProblem>,
}

#[derive(Serialize)]
struct FieldProblem {
    field: &'static str,
    key: &'static str,
    detail: String,
}

/// A trouble as a program reads it.
fn problem(app: &App, visit: &Visit, trouble: &Trouble) -> Response {
    let (catalogue, lang) = (&app.catalogue, visit.lang());
    let errors = trouble.fields.iter().map(|refusal| FieldProblem {
        field: refusal.field.unwrap_or_default(),
        key: refusal.key,
        detail: catalogue.refusal(lang, refusal),
    });
    let problem = Problem {
        kind: format!("urn:simpul:{}", trouble.says.key),
        title: catalogue.text(lang, title_key(trouble.status), &[]),
        status: trouble.status.as_u16(),
        detail: catalogue.refusal(lang, &trouble.says),
        instance: format!("urn:simpul:request:{}", visit.id),
        errors: errors.collect(),
    };
    typed(trouble.status, "application/problem+json", &problem)
}

#[derive(Template)]
#[template(path = "shell/trouble.html")]
struct TroublePage {
    page: Page,
    title: String,
    says: String,
    status: u16,
    request: String,
    sign_in: Option<String>,
}

#[derive(Template)]
#[template(ext = "html", source = r#"<div class="notice warn" role="alert"><p>{{ says }}</p></div>"#)]
struct TroublePiece {
    says: String,
}

/// A trouble as a person reads it.
async fn page(app: &App, visit: &Arc<Visit>, trouble: &Trouble) -> Response {
    if let Some(to) = trouble.sign_in.as_deref() {
        if visit.is_htmx() {
            let mut answer = StatusCode::NO_CONTENT.into_response();
            if let Ok(to) = HeaderValue::try_from(to) {
                answer.headers_mut().insert("hx-redirect", to);
            }
            return answer;
        }
        if matches!(visit.method, axum::http::Method::GET | axum::http::Method::HEAD) {
            return crate::Redirect::to(to).into_response();
        }
    }
    let says = app.catalogue.refusal(visit.lang(), &trouble.says);
    if visit.is_htmx() {
        let piece = TroublePiece { says }.render();
        return html(trouble.status, piece.unwrap_or_default());
    }
    let title = title_key(trouble.status);
    let page = match frame_site(app, visit).await {
        Some(site) => site.page(title).narrow(),
        None => {
            let title = app.catalogue.text(visit.lang(), title, &[]);
            Page::bare(app, visit.clone(), Frame::Citizen).title_text(title).narrow()
        }
    };
    let title = app.catalogue.text(visit.lang(), title, &[]);
    let drawn = TroublePage {
        page,
        title,
        says,
        status: trouble.status.as_u16(),
        request: visit.id.clone(),
        sign_in: trouble.sign_in.clone(),
    };
    match drawn.render() {
        Ok(text) => html(trouble.status, text),
        Err(error) => {
            tracing::error!(%error, "the error page can't be drawn");
            (trouble.status, "Simpul").into_response()
        }
    }
}

/// The region for the error page's frame; none if even that can't be found out.
async fn frame_site(app: &App, visit: &Arc<Visit>) -> Option<Site> {
    let mut request = Request::new(axum::body::Body::empty());
    request.extensions_mut().insert(visit.clone());
    let (parts, _) = request.into_parts();
    let site = tokio::time::timeout(Duration::from_secs(1), Site::load(&parts, app)).await;
    site.ok()?.ok()
}

fn settle_cookies(visit: &Visit, answer: &mut Response) {
    if let Some(flash) = answer.extensions_mut().remove::<Flash>()
        && let Some(text) = flash.to_cookie()
    {
        visit.set_cookie(CookieName::Flash, &text, Some(FLASH_SECONDS));
    }
    for line in visit.take_cookies() {
        answer.headers_mut().append(header::SET_COOKIE, line);
    }
}

/// What a page may load and do. MapLibre's worker is a file of ours; pictures may be blobs while a photo is shrunk.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
    form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// An answer that sets one of these itself keeps its own: an uploaded file has a stricter policy, for one.
fn set_headers(app: &App, visit: &Visit, answer: &mut Response) {
    let headers = answer.headers_mut();
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            header::HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if visit.secure || app.config.https {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(two_years);
    }
    if visit.is_confidential() {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    let keep = headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    if !keep.as_bytes().starts_with(b"public") {
        // Pages differ by language and by who is signed in.
        headers.append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    }
    if let Ok(id) = HeaderValue::try_from(visit.id.as_str()) {
        headers.insert("x-request-id", id);
    }
}
