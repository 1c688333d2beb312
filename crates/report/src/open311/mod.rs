//! Open311 GeoReport v2 under `/open311/v2/`: the report room as programs of others know it.
//!
//! The way of a request: [`call`] reads path, format and query; [`search`] and [`submit`] read what the client wants
//! (pure); [`read`] and [`send`] do it through the room's SQL and actions; [`view`] makes rows fit to be seen;
//! [`answer`] builds the tree and [`doc`] writes it as XML or JSON. What is wrong is said by [`fault`] in the
//! standard's shape, also where the shell or the store says it (`draw`).
//!
//! There are two endpoints. `/open311/test/v2/` reads the same reports and checks what is sent like the other, but
//! keeps nothing of it: its numbers begin with `UJI-`.

pub mod answer;
pub mod call;
pub mod doc;
pub mod fault;
pub mod form;
pub mod read;
pub mod search;
pub mod send;
pub mod sql;
pub mod submit;
pub mod view;
pub mod when;

use axum::http::{StatusCode, header};
use axum::response::Response;
use simpul_shell::{
    ApiBody, ApiError, App, IdempotencyKey, KeyLater, Open311Scope, Path, Routes, Site, Trouble, Visit,
};

use call::{Call, Endpoint};
use doc::Format;
use fault::{Fault, Faults};

/// The routes of both endpoints.
pub fn routes() -> Routes {
    Routes::new()
        .api_get("/open311/v2/{file}", get_top::<false>)
        .api_post("/open311/v2/{file}", post_top::<false>)
        .api_get("/open311/v2/services/{file}", get_service::<false>)
        .api_get("/open311/v2/requests/{file}", get_request::<false>)
        .api_get("/open311/v2/tokens/{file}", get_token::<false>)
        .api_get("/open311/test/v2/{file}", get_top::<true>)
        .api_post("/open311/test/v2/{file}", post_top::<true>)
        .api_get("/open311/test/v2/services/{file}", get_service::<true>)
        .api_get("/open311/test/v2/requests/{file}", get_request::<true>)
        .api_get("/open311/test/v2/tokens/{file}", get_token::<true>)
        .errors_as("/open311/", draw)
}

fn endpoint(test: bool) -> Endpoint {
    if test { Endpoint::Test } else { Endpoint::Production }
}

async fn get_top<const TEST: bool>(site: Site, Path(file): Path<String>) -> Response {
    match Call::read(&site, endpoint(TEST), &file) {
        Ok(call) => call.answer(read::top(&site, &call).await),
        Err((format, faults)) => call::fault(format, &faults),
    }
}

async fn get_service<const TEST: bool>(site: Site, Path(file): Path<String>) -> Response {
    match Call::read(&site, endpoint(TEST), &file) {
        Ok(call) => call.answer(read::service(&site, &call).await),
        Err((format, faults)) => call::fault(format, &faults),
    }
}

async fn get_request<const TEST: bool>(site: Site, Path(file): Path<String>) -> Response {
    match Call::read(&site, endpoint(TEST), &file) {
        Ok(call) => call.answer(read::request(&site, &call).await),
        Err((format, faults)) => call::fault(format, &faults),
    }
}

async fn get_token<const TEST: bool>(site: Site, Path(file): Path<String>) -> Response {
    match Call::read(&site, endpoint(TEST), &file) {
        Ok(call) => call.answer(read::token(&site, &call).await),
        Err((format, faults)) => call::fault(format, &faults),
    }
}

async fn post_top<const TEST: bool>(
    later: KeyLater<Open311Scope>,
    Path(file): Path<String>,
    idempotency: Result<IdempotencyKey, ApiError>,
    body: ApiBody,
) -> Response {
    match Call::read(&later, endpoint(TEST), &file) {
        Ok(call) => {
            let (call, answered) = send::top(later, call, idempotency, body).await;
            call.answer(answered)
        }
        Err((format, faults)) => call::fault(format, &faults),
    }
}

/// What the shell or the store has to say, in the standard's shape: `<errors>`, or an array in JSON. A refusal that
/// reached this far is the client's own doing, which the standard answers with 400.
fn draw(app: &App, visit: &Visit, trouble: &Trouble) -> Response {
    let accept = visit.headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let file = visit.path().rsplit('/').next().unwrap_or_default();
    let format = Format::split(file, accept).map_or(Format::Xml, |(_, format)| format);
    let status = match trouble.status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        StatusCode::UNAUTHORIZED => StatusCode::FORBIDDEN,
        other => other,
    };
    let description = app.catalogue.refusal(visit.lang(), &trouble.says);
    let fault = Fault { code: status.as_u16(), description };
    call::fault(format, &Faults { status: status.as_u16(), faults: vec![fault] })
}
