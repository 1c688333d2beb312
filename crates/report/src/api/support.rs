//! Help between agencies, by programs: the key of the agency that leads (or the coordinator's) asks; that of the
//! helping agency answers for its own part.

use serde::{Deserialize, Serialize};
use simpul_kernel::Refusal;
use simpul_people::{Permission, scope};
use simpul_shell::{ApiClient, ApiError, ApiJson, ApiResult, IdempotencyKey, Path, WriteScope};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shape;
use super::steps::{agency_named, report, take};
use super::types::{StepAnswers, StepKey};
use crate::actions::{AcceptSupport, AskSupport, FinishSupport, ReturnSupport};
use crate::sql;

type Client = ApiClient<WriteScope>;

/// Another agency is asked to help.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskSupportBody {
    /// Short name or id of the agency.
    #[schema(
        min_length = 1,
        max_length = 60,
        example = "DLH",
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub agency: String,
    /// What it is to do; only staff read it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub instruction: String,
    /// Until which day, inside the time to resolve; absent for that time itself.
    #[schema(example = "2026-11-25", pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    pub due: Option<String>,
}

/// The helping agency says yes.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptSupportBody {}

/// The helping agency's part is done, or handed back: in words that only staff read.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportWordsBody {
    /// What was done, or why it is handed back.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
}

/// The help with that report that the key's agency owes, or else the last that it owed: a step that is sent again finds
/// what it was about.
async fn own(client: &Client, number: &str) -> Result<Uuid, ApiError> {
    let id = report(client, number).await?;
    let mut conn = client.read().await?;
    let supports = sql::support::of_report(&mut conn, id).await?;
    let secret = sql::by_id(&mut conn, id).await?.is_none_or(|report| report.secret);
    drop(conn);
    let may = scope(&client.ctx.actor, Permission::WorkReports);
    let own = supports.iter().filter(|support| !secret && may.covers(support.agency));
    let last = own.max_by_key(|support| (support.stage.is_open(), support.asked));
    Ok(last.ok_or_else(ApiError::not_found)?.id)
}

/// Asks another agency to help; the one that leads still leads.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/support",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = AskSupportBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn ask(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<AskSupportBody>,
) -> ApiResult {
    shape::agency(&body.agency)?;
    shape::text("instruction", &body.instruction)?;
    let due = body.due.clone().unwrap_or_default();
    let is_day = |text: &str| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if body.due.is_some() && !is_day(&due) {
        return Err(Refusal::field("due", "report.api.bad_value").into());
    }
    let agency = agency_named(&client, &body.agency)?;
    let report = report(&client, &number).await?;
    let instruction = body.instruction.clone();
    take(&client, &key, &body, AskSupport { report, version: None, agency, instruction, day: due }).await
}

/// Says that the key's agency helps.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/support/accept",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = AcceptSupportBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn accept(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<AcceptSupportBody>,
) -> ApiResult {
    let support = own(&client, &number).await?;
    take(&client, &key, &body, AcceptSupport { support }).await
}

/// Says that the part of the key's agency is done. The report itself goes on.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/support/done",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = SupportWordsBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn done(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<SupportWordsBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    let support = own(&client, &number).await?;
    take(&client, &key, &body, FinishSupport { support, text: body.text.clone(), photos: Vec::new() }).await
}

/// Hands the request back with a reason.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/support/hand-back",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = SupportWordsBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn hand_back(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<SupportWordsBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    let support = own(&client, &number).await?;
    take(&client, &key, &body, ReturnSupport { support, reason: body.text.clone() }).await
}
