//! What an officer does with a report, done by a program: the report coordinator's steps, or those of the agency that
//! the key belongs to. The actions decide whether it may.

use serde::Serialize;
use simpul_kernel::Refusal;
use simpul_shell::{ApiClient, ApiError, ApiJson, ApiResult, IdempotencyKey, Path, WriteScope, json};
use simpul_store::Action;
use uuid::Uuid;

use super::shape;
use super::types::{AssignBody, NoteBody, ResolveBody, StartBody, StepAnswers, StepDone, StepKey, VerifyBody};
use crate::actions::{AddNote, AssignReport, Done, ResolveReport, StartWork, VerifyReport};
use crate::model::{Class, read_number};
use crate::outside::once;
use crate::sql;

type Client = ApiClient<WriteScope>;

/// Takes the step, once for each `Idempotency-Key`.
pub(super) async fn take<A: Action<Output = Done>>(
    client: &Client,
    key: &IdempotencyKey,
    asked: &impl Serialize,
    step: A,
) -> ApiResult {
    let Done { number, status, version, .. } = once(client, key, asked, step).await.map_err(shape::conflict)?;
    Ok(json(&StepDone { number, status, version }))
}

/// The id of the report of that number; whether the key may touch it is for the action to say.
pub(super) async fn report(client: &Client, typed: &str) -> Result<Uuid, ApiError> {
    let number = read_number(&client.region().prefix, typed).ok_or_else(ApiError::not_found)?;
    let mut conn = client.read().await?;
    let report = sql::by_number(&mut conn, &number).await?;
    Ok(report.ok_or_else(ApiError::not_found)?.id)
}

/// The agency that the caller names by id or by short name.
pub(super) fn agency_named(client: &Client, named: &str) -> Result<Uuid, ApiError> {
    let place = &client.place;
    let by_id = named.parse().ok().and_then(|id| place.agency(id));
    let agency = by_id.or_else(|| place.agency_by_short(named));
    let unknown = || shape::conflict(Refusal::field("agency", "report.api.bad_value").into());
    Ok(agency.ok_or_else(unknown)?.id)
}

/// Finds a report complete and sets its class, which sets the time to resolve.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/verify",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = VerifyBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn verify(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<VerifyBody>,
) -> ApiResult {
    body.category.as_deref().map_or(Ok(()), |code| shape::code("category", code))?;
    let class = Class::parse(&body.class).ok_or_else(|| Refusal::field("class", "report.api.bad_value"))?;
    let report = report(&client, &number).await?;
    let (version, category) = (body.version, body.category.clone());
    let action = VerifyReport { report, version, class, needs_inspection: body.needs_inspection, category };
    take(&client, &key, &body, action).await
}

/// Gives a report to an agency.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/assign",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = AssignBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn assign(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<AssignBody>,
) -> ApiResult {
    shape::agency(&body.agency)?;
    shape::text_if_any("instruction", body.instruction.as_deref())?;
    let agency = agency_named(&client, &body.agency)?;
    let report = report(&client, &number).await?;
    let (version, officer, instruction) = (body.version, body.officer, body.instruction.clone());
    take(&client, &key, &body, AssignReport { report, version, agency, officer, instruction }).await
}

/// Says that work has begun.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/start",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = StartBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn start(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<StartBody>,
) -> ApiResult {
    shape::text_if_any("note", body.note.as_deref())?;
    let report = report(&client, &number).await?;
    let action = StartWork { report, version: body.version, note: body.note.clone() };
    take(&client, &key, &body, action).await
}

/// Adds a word to a report.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/notes",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = NoteBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn note(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<NoteBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    let report = report(&client, &number).await?;
    let (own, text) = (client.ctx.new_id(), body.text.clone());
    let action = AddNote { key: own, report, text, public: body.public, photos: Vec::new() };
    take(&client, &key, &body, action).await
}

/// Says that it is solved, with words that the citizen reads.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/resolve",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = ResolveBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn resolve(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<ResolveBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    shape::line("no_photo_reason", &body.no_photo_reason)?;
    let report = report(&client, &number).await?;
    let action = ResolveReport {
        report,
        version: body.version,
        text: body.text.clone(),
        photos: Vec::new(),
        no_photo_reason: Some(body.no_photo_reason.clone()),
    };
    take(&client, &key, &body, action).await
}
