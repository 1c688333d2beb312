//! Incidents and dispatches, by programs that act as the dispatcher.

use simpul_kernel::Refusal;
use simpul_kernel::geo::Point;
use simpul_people::{Permission, require};
use simpul_shell::{ApiError, ApiJson, ApiResult, IdempotencyKey, Path, Problem, created, json, once};
use uuid::Uuid;

use super::calls::read_id;
use super::types::{
    EmptyBody, IncidentList, IncidentState, IncidentView, MergeIncidentBody, NewIncident, RecommendationView, SendBody,
    Sent, SentUnit, StepBody,
};
use super::{Client, conflict};
use crate::actions::{MergeIncident, OpenIncident, SendUnits, StepDispatch, UnmergeIncident};
use crate::model::victims::VICTIMS_MAX_COUNT;
use crate::model::{DispatchStatus, Incident, Priority, Site, Victims, number};
use crate::read;
use crate::sql;

/// Most incidents of one answer.
const INCIDENTS_MAX_COUNT: i64 = 200;

/// The incident that is named by id or by number.
pub(super) async fn find(client: &Client, named: &str) -> Result<Incident, ApiError> {
    require(&client.ctx, Permission::SeeConsole)?;
    let mut conn = client.read().await?;
    let found = match (named.parse::<Uuid>(), number::read(named)) {
        (Ok(id), _) => sql::incident::by_id(&mut conn, id).await?,
        (Err(_), Some(serial)) => sql::incident::by_serial(&mut conn, serial).await?,
        (Err(_), None) => None,
    };
    found.ok_or_else(ApiError::not_found)
}

fn site_of(body: &NewIncident, district: Option<i64>) -> Result<Site, Refusal> {
    let point = match (body.lat, body.lon) {
        (Some(lat), Some(lon)) => {
            Some(Point::from_degrees(lat, lon).map_err(|_| Refusal::field("lat", "emergency.refused.point"))?)
        }
        (None, None) => None,
        _ => return Err(Refusal::field("lat", "emergency.refused.point")),
    };
    if body.radius_m.is_some_and(|metres| !(0..=crate::model::unit::ACCURACY_MAX_METRES).contains(&metres)) {
        return Err(Refusal::field("radius_m", "emergency.refused.accuracy"));
    }
    let landmark = body.landmark.clone();
    Ok(Site { village: body.village, district, landmark, point, radius_m: body.radius_m })
}

/// What a program says of victims. It is told what it got wrong; a caller's words are only understood.
fn victims_of(body: &NewIncident) -> Result<Victims, Refusal> {
    if body.victims_count.is_some_and(|count| !(1..=VICTIMS_MAX_COUNT).contains(&count)) {
        let refusal = Refusal::field("victims_count", "emergency.refused.victims_count");
        return Err(refusal.with("most", VICTIMS_MAX_COUNT.to_string()));
    }
    let word = body.victims.as_deref().unwrap_or(Victims::Unknown.name());
    Victims::kept(word, body.victims_count).ok_or_else(|| Refusal::field("victims", "emergency.refused.victims"))
}

/// The incidents that are not over, the most urgent first.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/incidents",
    tag = "emergency",
    responses(
        (status = 200, body = IncidentList, description = "The incidents"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn list(client: Client) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let mut conn = client.read().await?;
    let mut incidents = Vec::new();
    for incident in sql::incident::active(&mut conn, INCIDENTS_MAX_COUNT).await? {
        let whole = read::whole(&mut conn, incident).await?;
        incidents.push(IncidentView::of(&whole, client.region().zone));
    }
    Ok(json(&IncidentList { incidents }))
}

/// Opens an incident: a type and a place are enough.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/incidents",
    tag = "emergency",
    params((
        "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 512,
        description = "Any text of your own that no other incident has",
    )),
    request_body = NewIncident,
    responses(
        (status = 201, body = IncidentState, description = "Opened"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such call"),
        (
            status = 409, body = Problem, content_type = "application/problem+json",
            description = "The call belongs to an incident already, or a key that was used",
        ),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn open(client: Client, key: IdempotencyKey, ApiJson(body): ApiJson<NewIncident>) -> ApiResult {
    let district = match body.village {
        Some(code) => {
            let village = client.place.village(code);
            Some(village.ok_or_else(|| Refusal::field("village", "emergency.refused.village"))?.district)
        }
        None => None,
    };
    let wrong = || Refusal::field("priority", "emergency.refused.priority");
    let priority = body.priority.map(|level| Priority::new(level).ok_or_else(wrong)).transpose()?;
    let action = OpenIncident {
        key: client.ctx.new_id(),
        call: body.call,
        kind: body.kind.clone(),
        priority,
        site: site_of(&body, district)?,
        victims: victims_of(&body)?,
        note: body.note.clone(),
    };
    let done = once(&client, &key, &body, action).await.map_err(conflict)?;
    Ok(created(&format!("/api/v1/emergency/incidents/{}", done.id), &IncidentState::from(done)))
}

/// One incident, by id or number, with its calls and dispatches.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/incidents/{id}",
    tag = "emergency",
    params(("id" = String, Path, description = "The incident's id or number")),
    responses(
        (status = 200, body = IncidentView, description = "The incident"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn one(client: Client, Path(id): Path<String>) -> ApiResult {
    let incident = find(&client, &id).await?;
    let whole = read::whole(&mut client.read().await?, incident).await?;
    Ok(json(&IncidentView::of(&whole, client.region().zone)))
}

/// Sends units: all of them, or none.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/incidents/{id}/dispatches",
    tag = "emergency",
    params(
        ("id" = String, Path, description = "The incident's id or number"),
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 512,
            description = "Any text of your own that no other dispatch has",
        ),
    ),
    request_body = SendBody,
    responses(
        (status = 201, body = Sent, description = "Sent"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (
            status = 409, body = Problem, content_type = "application/problem+json",
            description = "The incident is over, or a key that was used",
        ),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A unit is out"),
    ),
    security(("key" = [])),
)]
pub async fn send(
    client: Client,
    Path(id): Path<String>,
    key: IdempotencyKey,
    ApiJson(body): ApiJson<SendBody>,
) -> ApiResult {
    let incident = find(&client, &id).await?;
    let action = SendUnits { key: client.ctx.new_id(), incident: incident.id, units: body.units.clone() };
    let done = once(&client, &key, &body, action).await.map_err(conflict)?;
    let sent = Sent { dispatches: done.into_iter().map(SentUnit::from).collect() };
    Ok(created(&format!("/api/v1/emergency/incidents/{}", incident.id), &sent))
}

/// A unit comes to its next step.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/incidents/{id}/dispatches/{dispatch}/step",
    tag = "emergency",
    params(
        ("id" = String, Path, description = "The incident's id or number"),
        ("dispatch" = Uuid, Path, description = "The dispatch's id"),
    ),
    request_body = StepBody,
    responses(
        (status = 200, body = SentUnit, description = "Where it stands now"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Not from this state"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn step(
    client: Client,
    Path((id, dispatch)): Path<(String, String)>,
    ApiJson(body): ApiJson<StepBody>,
) -> ApiResult {
    let incident = find(&client, &id).await?;
    let dispatch = read_id(&dispatch)?;
    let known = sql::incident::dispatch(&mut client.read().await?, dispatch).await?;
    if known.is_none_or(|known| known.incident != incident.id) {
        return Err(ApiError::not_found());
    }
    let to = DispatchStatus::parse(&body.state).ok_or_else(|| Refusal::field("state", "emergency.refused.step"))?;
    let done = client.write(StepDispatch { dispatch, to }).await.map_err(conflict)?;
    Ok(json(&SentUnit::from(done)))
}

/// Says that an incident is the same as another.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/incidents/{id}/merge",
    tag = "emergency",
    params(("id" = String, Path, description = "The id or number of the one that goes")),
    request_body = MergeIncidentBody,
    responses(
        (status = 200, body = IncidentState, description = "Merged"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "One of them is over"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn merge(client: Client, Path(id): Path<String>, ApiJson(body): ApiJson<MergeIncidentBody>) -> ApiResult {
    let incident = find(&client, &id).await?.id;
    let done = client.write(MergeIncident { incident, into: body.into }).await.map_err(conflict)?;
    Ok(json(&IncidentState::from(done)))
}

/// Takes a merge back.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/incidents/{id}/unmerge",
    tag = "emergency",
    params(("id" = String, Path, description = "The id or number of the one that was merged")),
    request_body = EmptyBody,
    responses(
        (status = 200, body = IncidentState, description = "It stands where it stood"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "It was not merged"),
    ),
    security(("key" = [])),
)]
pub async fn unmerge(client: Client, Path(id): Path<String>) -> ApiResult {
    let incident = find(&client, &id).await?.id;
    let done = client.write(UnmergeIncident { incident }).await.map_err(conflict)?;
    Ok(json(&IncidentState::from(done)))
}

/// What to send, with the reasons, and what is missing.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/incidents/{id}/recommendation",
    tag = "emergency",
    params(("id" = String, Path, description = "The incident's id or number")),
    responses(
        (status = 200, body = RecommendationView, description = "What to send"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn recommendation(client: Client, Path(id): Path<String>) -> ApiResult {
    let incident = find(&client, &id).await?;
    let mut conn = client.read().await?;
    let whole = read::whole(&mut conn, incident).await?;
    let (types, units) = (sql::incident::types(&mut conn).await?, sql::unit::all(&mut conn).await?);
    let answer = read::recommendation(&whole, &types, &units, client.now());
    Ok(json(&RecommendationView::from(answer)))
}
