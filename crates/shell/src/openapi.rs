//! The description of the API, put together from what each room says of its own.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};

use crate::guard::Anyone;
use crate::{ApiResult, etag};

/// What the shell itself describes.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Simpul",
        description = "The API of a region's Command Operation Center: citizens' reports, deadlines and proof.\n\
            Errors are problem+json (RFC 9457). Lists are paged by an opaque cursor. \
            Every POST takes an Idempotency-Key.",
        license(name = "EUPL-1.2"),
    ),
    paths(live),
    components(schemas(Problem, FieldProblem))
)]
struct ShellApi;

/// The RFC 9457 body of every error.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its description is used; the front writes the body")]
struct Problem {
    /// A name of the kind of error that does not change.
    #[schema(example = "urn:simpul:shell.trouble.not_found")]
    r#type: String,
    /// The kind of error, for people.
    title: String,
    /// The HTTP status again.
    status: u16,
    /// What to do about it, for people, in the language asked for.
    detail: String,
    /// The request, to be named when asking for help.
    instance: String,
    /// What is wrong with which field.
    errors: Option<Vec<FieldProblem>>,
}

/// What is wrong with one field.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its description is used; the front writes the body")]
struct FieldProblem {
    /// The field's name.
    field: String,
    /// A name of the mistake that does not change.
    key: String,
    /// What to do about it.
    detail: String,
}

/// Live stream of what happens, as server-sent events.
///
/// Every event has `id: REGION:SEQ`, `event: KIND` and a JSON object with at least `seq`, `at`, `kind` and `subject`.
/// `event: heartbeat` comes when nothing else does. To resume, send `Last-Event-ID` or `after`. `event: restored` comes
/// when that place lies beyond the end of the journal: a backup was put back, so read anew what you have.
#[utoipa::path(
    get,
    path = "/api/v1/live",
    tag = "live",
    params(
        ("topics" = String, Query, description = "Topics with commas between them, such as `report`"),
        ("after" = Option<String>, Query, description = "`SEQ` or `REGION:SEQ`: everything after this place"),
    ),
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 400, description = "No such topic", content_type = "application/problem+json", body = Problem),
    ),
)]
#[expect(dead_code, reason = "it stands here for its description")]
fn live() {}

/// The shell's description and those of the rooms.
pub(crate) fn merged(rooms: &[OpenApi]) -> OpenApi {
    rooms.iter().fold(ShellApi::openapi(), |all, room| all.merge_from(room.clone()))
}

/// What holds for all rooms: the version of this program, and how a key is shown.
pub(crate) fn finish(all: &mut OpenApi) {
    all.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = all.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("key".to_owned(), bearer.into());
}

/// `GET /api/openapi.json`.
pub(crate) async fn document(asker: Anyone) -> ApiResult {
    let mut answer: Response = etag::answer(asker.headers(), "application/json", asker.app.openapi().to_owned());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(answer)
}
