//! Further steps of an officer, by programs: those of the agency that has the report, and those of the coordinator.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use simpul_shell::{ApiClient, ApiJson, ApiResult, IdempotencyKey, Path, WriteScope};
use utoipa::ToSchema;

use super::shape;
use super::steps::{agency_named, report, take};
use super::types::{StepAnswers, StepKey, whole, whole_number};
use crate::actions::{
    CheckOnSite, EscalateReport, HandBack, MergeReport, PauseReport, PlanReport, RemindAgency, ResumeReport,
    SendElsewhere, UnmergeReport,
};
use crate::model::{Forwarding, Verdict};

type Client = ApiClient<WriteScope>;

/// Working days that a pause may be asked for; how many a report may have is for the rules to say.
const PAUSE_DAYS: RangeInclusive<i64> = 1..=366;
/// Years of a budget.
const PLAN_YEARS: RangeInclusive<i64> = 2000..=2100;

/// A step that needs no words.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BareBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
}

/// The deadlines stand still for a while.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// For how many working days.
    #[serde(deserialize_with = "whole_number")]
    #[schema(minimum = 1, maximum = 366)]
    pub days: i64,
    /// Whether the citizen is asked for something; else others are waited for.
    #[serde(default)]
    pub asks: bool,
    /// What is asked, or what is waited for. The citizen reads it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
}

/// It needs the budget of a later year.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// For which year it is proposed.
    #[serde(deserialize_with = "whole_number")]
    #[schema(minimum = 2000, maximum = 2100, example = 2027)]
    pub year: i64,
    /// Why. The citizen reads it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub reason: String,
}

/// Another body is competent.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ElsewhereBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// The body's name as the citizen reads it.
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub body: String,
    /// How it was forwarded. The citizen reads it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
    /// The report's number there, such as SP4N-LAPOR!'s.
    #[schema(max_length = 200, pattern = r"^[^\x00-\x1f\x7f-\x9f]*$")]
    pub foreign_number: Option<String>,
}

/// A step that must be explained to staff.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// Why; only staff read it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub reason: String,
}

/// Not ours: back to the coordinator.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandBackBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// Why; only staff read it.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub reason: String,
    /// Short name or id of the agency whose it is instead.
    #[schema(
        min_length = 1,
        max_length = 60,
        example = "DLH",
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub agency: String,
}

/// The same as another report.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The version that was seen.
    #[serde(default, deserialize_with = "whole")]
    #[schema(minimum = 0, maximum = 9007199254740991i64)]
    pub version: Option<i64>,
    /// The other one's number.
    #[schema(
        min_length = 1,
        max_length = 60,
        example = "LUTRA-2611-0042",
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub into: String,
}

/// What a district's office found on site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictName {
    /// It is as reported.
    True,
    /// It was not found.
    NotFound,
    /// It is in order already.
    Fixed,
}

/// A district's office says what is to be seen on site.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SiteCheckBody {
    /// What was found.
    pub verdict: VerdictName,
    /// In words that the citizen reads.
    #[schema(
        min_length = 1,
        max_length = 2000,
        pattern = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*\
            [^\\s\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f][^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$"
    )]
    pub text: String,
}

/// Lets the deadlines stand still: for what the citizen is asked, or for what others must bring.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/pause",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = PauseBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn pause(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<PauseBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    let days = u32::try_from(shape::within("days", body.days, PAUSE_DAYS)?).unwrap_or(0);
    let report = report(&client, &number).await?;
    let (version, asks, text) = (body.version, body.asks, body.text.clone());
    take(&client, &key, &body, PauseReport { report, version, days, asks, text }).await
}

/// Lets the deadlines run on.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/resume",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = BareBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn resume(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<BareBody>,
) -> ApiResult {
    let report = report(&client, &number).await?;
    take(&client, &key, &body, ResumeReport { report, version: body.version }).await
}

/// Says that it is proposed for the budget of a year. It does not count as fixed.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/plan",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = PlanBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn plan(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<PlanBody>,
) -> ApiResult {
    shape::text("reason", &body.reason)?;
    let year = shape::within("year", body.year, PLAN_YEARS)?;
    let report = report(&client, &number).await?;
    let (version, reason) = (body.version, body.reason.clone());
    take(&client, &key, &body, PlanReport { report, version, year, reason }).await
}

/// Passes it to the body that is competent.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/out-of-authority",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = ElsewhereBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn out_of_authority(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<ElsewhereBody>,
) -> ApiResult {
    shape::line("body", &body.body)?;
    shape::text("text", &body.text)?;
    shape::line_if_any("foreign_number", body.foreign_number.as_deref())?;
    let report = report(&client, &number).await?;
    let foreign_number = body.foreign_number.clone().unwrap_or_default();
    let action = SendElsewhere {
        report,
        version: body.version,
        body: body.body.clone(),
        agency: client.place.agency_by_short(&body.body).map(|agency| agency.id),
        text: body.text.clone(),
        forwarding: Forwarding { foreign_number, ..Forwarding::default() },
    };
    take(&client, &key, &body, action).await
}

/// Hands it back to the coordinator, naming whose it is instead.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/hand-back",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = HandBackBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn hand_back(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<HandBackBody>,
) -> ApiResult {
    shape::text("reason", &body.reason)?;
    shape::agency(&body.agency)?;
    let suggest = Some(agency_named(&client, &body.agency)?);
    let report = report(&client, &number).await?;
    let action = HandBack { report, version: body.version, reason: body.reason.clone(), suggest };
    take(&client, &key, &body, action).await
}

/// Reminds the agency that owes it; once a day.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/remind",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = BareBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn remind(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<BareBody>,
) -> ApiResult {
    let report = report(&client, &number).await?;
    take(&client, &key, &body, RemindAgency { report }).await
}

/// Takes it one level up before its time.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/escalate",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = ReasonBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn escalate(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<ReasonBody>,
) -> ApiResult {
    shape::text("reason", &body.reason)?;
    let report = report(&client, &number).await?;
    let action = EscalateReport { report, version: body.version, reason: body.reason.clone() };
    take(&client, &key, &body, action).await
}

/// Puts it to another report: its followers move along.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/merge",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = MergeBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn merge(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<MergeBody>,
) -> ApiResult {
    shape::line("into", &body.into)?;
    let report = report(&client, &number).await?;
    let action = MergeReport { report, version: body.version, into: body.into.clone() };
    take(&client, &key, &body, action).await
}

/// Takes it apart again.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/unmerge",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = BareBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn unmerge(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<BareBody>,
) -> ApiResult {
    let report = report(&client, &number).await?;
    take(&client, &key, &body, UnmergeReport { report, version: body.version }).await
}

/// Says what is to be seen on site: by the key of the district's own office.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{number}/site-check",
    tag = "steps",
    params(("number" = String, Path, description = "The report's number"), StepKey),
    request_body = SiteCheckBody,
    responses(StepAnswers),
    security(("key" = [])),
)]
pub async fn site_check(
    client: Client,
    Path(number): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<SiteCheckBody>,
) -> ApiResult {
    shape::text("text", &body.text)?;
    let report = report(&client, &number).await?;
    let verdict = match body.verdict {
        VerdictName::True => Verdict::True,
        VerdictName::NotFound => Verdict::NotFound,
        VerdictName::Fixed => Verdict::Fixed,
    };
    let (own, text) = (client.ctx.new_id(), body.text.clone());
    take(&client, &key, &body, CheckOnSite { key: own, report, verdict, text, photos: Vec::new() }).await
}
