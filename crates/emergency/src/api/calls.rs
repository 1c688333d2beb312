//! Calls, by programs that act as the dispatcher.

use simpul_kernel::Refusal;
use simpul_people::actions::LogAccess;
use simpul_people::{Permission, require};
use simpul_shell::{ApiBody, ApiError, ApiJson, ApiResult, Path, Problem, Query, json};
use uuid::Uuid;

use super::types::{CallList, CallQuery, CallState, CallView, ClaimBody, ClassifyBody};
use super::{Client, conflict};
use crate::actions::{CALL, ClaimCall, ClassifyCall};
use crate::model::{Call, CallClass, CallOutcome};
use crate::sql;

/// Most calls of one answer.
const CALLS_MAX_COUNT: i64 = 200;

/// Numbers are personal data: that they were shown is written down before they are.
async fn views(client: &Client, calls: Vec<Call>) -> Result<Vec<CallView>, ApiError> {
    require(&client.ctx, Permission::SeeConsole)?;
    let subject_id = if let [one] = calls.as_slice() { one.id } else { Uuid::nil() };
    client.write(LogAccess { subject_kind: CALL, subject_id, what: "caller" }).await?;
    let zone = client.region().zone;
    let mut conn = client.read().await?;
    let mut views = Vec::new();
    for call in calls {
        let caller = sql::call::caller(&mut conn, call.id).await?;
        views.push(CallView::of(&call, caller, zone));
    }
    Ok(views)
}

/// Calls by the telephone system's id, or all that still ask for somebody.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/calls",
    tag = "emergency",
    params(CallQuery),
    responses(
        (status = 200, body = CallList, description = "The calls"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn find(client: Client, Query(query): Query<CallQuery>) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let mut conn = client.read().await?;
    let calls = match query.call_id.as_deref() {
        Some(call_id) => sql::call::by_call_id(&mut conn, call_id, CALLS_MAX_COUNT).await?,
        None => sql::call::open(&mut conn, CALLS_MAX_COUNT).await?,
    };
    drop(conn);
    Ok(json(&CallList { calls: views(&client, calls).await? }))
}

/// One call.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/calls/{id}",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The call's id")),
    responses(
        (status = 200, body = CallView, description = "The call"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn one(client: Client, Path(id): Path<String>) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let id = read_id(&id)?;
    let call = sql::call::by_id(&mut client.read().await?, id).await?.ok_or_else(ApiError::not_found)?;
    let view = views(&client, vec![call]).await?.pop();
    Ok(json(&view.ok_or_else(ApiError::not_found)?))
}

pub(super) fn read_id(typed: &str) -> Result<Uuid, ApiError> {
    typed.parse().map_err(|_| ApiError::not_found())
}

/// Takes a call. Of two who ask at once, one has it.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/calls/{id}/claim",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The call's id")),
    request_body = ClaimBody,
    responses(
        (status = 200, body = CallState, description = "It is the asker's now"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Another has it"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn claim(client: Client, Path(id): Path<String>, body: ApiBody) -> ApiResult {
    let reason = if body.bytes.is_empty() { None } else { body.json::<ClaimBody>()?.reason };
    let done = client.write(ClaimCall { call: read_id(&id)?, reason }).await.map_err(conflict)?;
    Ok(json(&CallState::from(done)))
}

/// Says what a call was and what came of it.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/calls/{id}/classify",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The call's id")),
    request_body = ClassifyBody,
    responses(
        (status = 200, body = CallState, description = "Said"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (
            status = 409, body = Problem, content_type = "application/problem+json",
            description = "Another has it, or nobody has spoken with the caller",
        ),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn classify(client: Client, Path(id): Path<String>, ApiJson(body): ApiJson<ClassifyBody>) -> ApiResult {
    let class = CallClass::parse(&body.class).ok_or_else(|| Refusal::field("class", "emergency.refused.class"))?;
    let unknown = || Refusal::field("outcome", "emergency.refused.outcome");
    let outcome = CallOutcome::parse(&body.outcome).ok_or_else(unknown)?;
    let done = client.write(ClassifyCall { call: read_id(&id)?, class, outcome }).await.map_err(conflict)?;
    Ok(json(&CallState::from(done)))
}
