//! The description of the API, put together from what each room says of its own.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use utoipa::OpenApi as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response as Described, ResponseBuilder};

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
        (
            status = 410, content_type = "application/problem+json", body = Problem,
            description = "Without a key or sign-in: the place lies too far back; read the list, then begin anew",
        ),
    ),
)]
#[expect(dead_code, reason = "it stands here for its description")]
fn live() {}

/// The shell's description and those of the rooms.
pub(crate) fn merged(rooms: &[OpenApi]) -> OpenApi {
    rooms.iter().fold(ShellApi::openapi(), |all, room| all.merge_from(room.clone()))
}

/// What holds for all rooms: the version of this program, how a key is shown, and the answers that come before any
/// handler.
pub(crate) fn finish(all: &mut OpenApi) {
    all.info.version = env!("CARGO_PKG_VERSION").to_owned();
    let components = all.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.security_schemes.insert("key".to_owned(), bearer.into());
    all.paths.paths.values_mut().flat_map(operations).for_each(answer_always);
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete].into_iter().flatten()
}

/// Adds what the shell may answer in the handler's place. What the room says of a status itself stays.
fn answer_always(operation: &mut Operation) {
    let tagged = operation.responses.responses.get("200").is_some_and(is_tagged) && operation.request_body.is_none();
    if tagged {
        add(operation, "304", Described::new("Unchanged since the answer with this ETag"));
    }
    if operation.request_body.is_some() {
        add(operation, "400", problem("The body or the Idempotency-Key can't be read"));
        add(operation, "413", problem("The body is larger than 256 KiB"));
        add(operation, "415", problem("The body is no JSON by its Content-Type"));
    }
    if operation.security.as_ref().is_some_and(|needs| !needs.is_empty()) {
        add(operation, "401", problem("No key"));
        add(operation, "403", problem("The key is unknown, has ended, or may not"));
    }
    add(operation, "429", problem("Too often; `Retry-After` says when to try again"));
    add(operation, "503", problem("Not for the moment; `Retry-After` says when to try again"));
}

fn add(operation: &mut Operation, status: &str, response: Described) {
    operation.responses.responses.entry(status.to_owned()).or_insert_with(|| response.into());
}

fn is_tagged(response: &RefOr<Described>) -> bool {
    matches!(response, RefOr::T(response) if response.content.contains_key("application/json"))
}

fn problem(says: &str) -> Described {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(says).content("application/problem+json", body).build()
}

/// `GET /api/openapi.json`.
pub(crate) async fn document(asker: Anyone) -> ApiResult {
    let mut answer: Response = etag::answer(asker.headers(), "application/json", asker.app.openapi().to_owned());
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(answer)
}
