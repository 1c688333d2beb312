//! What a dialplan asks before it lets a call through, and where a caller may be.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, words};
use simpul_people::actions::LogAccess;
use simpul_people::{Permission, require};
use simpul_shell::{ApiClient, ApiError, ApiJson, ApiResult, Path, Problem, Query, TrunkScope, json, json_status};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::calls::read_id;
use super::cti::{known_trunk, unknown};
use super::{Client, conflict};
use crate::actions::{CALL, NotePlace};
use crate::model::block::number_key;
use crate::model::cti::WORD_MAX_CHARS;
use crate::model::place::PlaceSource;
use crate::model::{Candidate, Spot};
use crate::sql;

/// Which number is about to be let through.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BlockedQuery {
    /// The caller's number as the telephone system has it; empty where it is withheld.
    #[serde(default)]
    pub number: String,
}

/// Whether a number is turned away now: `1` or `0`, alone. Anything but `1` lets the call through.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/cti/{trunk}/blocked",
    tag = "emergency",
    params(("trunk" = String, Path, description = "The line, as `simpul trunk add` named it"), BlockedQuery),
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "`1` where it is blocked, else `0`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Not this line's key"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn blocked(
    client: Result<ApiClient<TrunkScope>, ApiError>,
    Path(trunk): Path<String>,
    Query(query): Query<BlockedQuery>,
) -> ApiResult {
    let client = known_trunk(client.map_err(unknown)?, &trunk)?;
    let number = words::clean_line("number", &query.number, WORD_MAX_CHARS, false)?;
    let block = match number_key(&number) {
        Some(key) => sql::block::live(&mut client.read().await?, &key, client.now()).await?,
        None => None,
    };
    let answer = if block.is_some() { "1" } else { "0" };
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], answer).into_response())
}

/// Where a caller may be.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// `manual`, `network` or `geocode`.
    #[schema(example = "network")]
    pub source: String,
    /// Latitude in degrees.
    pub lat: f64,
    /// Longitude in degrees.
    pub lon: f64,
    /// How far it may be off, in metres.
    #[serde(default)]
    pub radius_m: Option<i64>,
}

/// Where a caller may be, with who says so.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallPlaceView {
    /// `manual`, `link`, `network` or `geocode`.
    pub source: String,
    /// Latitude in degrees; absent where the caller described the place.
    pub lat: Option<f64>,
    /// Longitude in degrees.
    pub lon: Option<f64>,
    /// How far it may be off, in metres.
    pub radius_m: Option<i64>,
    /// What the caller typed.
    pub words: String,
    /// Since when it is known.
    pub at: String,
}

impl CallPlaceView {
    fn of(one: &Candidate, zone: Zone) -> CallPlaceView {
        CallPlaceView {
            source: one.source.name().to_owned(),
            lat: one.point.map(Point::lat),
            lon: one.point.map(Point::lon),
            radius_m: one.radius_m,
            words: one.words.clone(),
            at: iso(one.at, zone),
        }
    }
}

/// Where the caller of a call may be, the newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceList {
    /// The candidates.
    pub locations: Vec<CallPlaceView>,
}

async fn listed(client: &Client, call: Uuid) -> Result<PlaceList, ApiError> {
    let zone = client.region().zone;
    let found = sql::place::of_call(&mut client.read().await?, call).await?;
    Ok(PlaceList { locations: found.iter().map(|one| CallPlaceView::of(one, zone)).collect() })
}

/// Where the caller of a call may be.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/calls/{id}/locations",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The call's id")),
    responses(
        (status = 200, body = PlaceList, description = "The candidates, the newest first"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn locations(client: Client, Path(id): Path<String>) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let id = read_id(&id)?;
    sql::call::by_id(&mut client.read().await?, id).await?.ok_or_else(ApiError::not_found)?;
    client.write(LogAccess { subject_kind: CALL, subject_id: id, what: "caller" }).await?;
    Ok(json(&listed(&client, id).await?))
}

/// Says where the caller of a call may be, as the telephone network or another program knows it.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/calls/{id}/locations",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The call's id")),
    request_body = PlaceBody,
    responses(
        (status = 201, body = PlaceList, description = "Kept; the same again changes nothing"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn locate(client: Client, Path(id): Path<String>, ApiJson(body): ApiJson<PlaceBody>) -> ApiResult {
    let call = read_id(&id)?;
    let unknown = || Refusal::field("source", "emergency.refused.place_source");
    let source = PlaceSource::parse(&body.source).ok_or_else(unknown)?;
    let point = Point::from_degrees(body.lat, body.lon);
    let point = point.map_err(|_| Refusal::field("lat", "emergency.refused.point"))?;
    let spot = Spot::at(point, body.radius_m).map_err(|refusal| Refusal { field: Some("radius_m"), ..refusal })?;
    client.write(NotePlace { call, source, spot }).await.map_err(conflict)?;
    Ok(json_status(StatusCode::CREATED, &listed(&client, call).await?))
}
