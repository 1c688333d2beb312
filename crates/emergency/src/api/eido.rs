//! Incidents for other centres: NENA-STA-021.1b (EIDO), out and in.

use sha2::{Digest, Sha256};
use simpul_kernel::Refusal;
use simpul_kernel::format::iso;
use simpul_people::{Permission, require};
use simpul_shell::{ApiError, ApiJson, ApiResult, Path, Problem, created, json};
use uuid::Uuid;

use super::incidents::find;
use super::types::IncidentState;
use super::{Client, conflict};
use crate::actions::OpenIncident;
use crate::model::eido::{self, Told};
use crate::model::seed_cards::COMMON_UNKNOWN;
use crate::model::{Incident, Site, Victims, number};
use crate::pages::view::{site_line, type_name};
use crate::read;
use crate::sql;

/// The domain under which the region's ids are unique: its own host, or one that never is anybody's (RFC 2606).
fn domain(client: &Client) -> String {
    let region = client.region();
    region.host.clone().unwrap_or_else(|| format!("{}.simpul.invalid", region.id))
}

async fn object(client: &Client, incident: Incident) -> Result<serde_json::Value, ApiError> {
    let mut conn = client.read().await?;
    let whole = read::whole(&mut conn, incident).await?;
    let incident = &whole.incident;
    let types = sql::incident::types(&mut conn).await?;
    let common = sql::card::of_type(&mut conn, &incident.kind).await?.map(|card| card.common);
    let merged_into = match incident.merged_into {
        Some(id) => sql::incident::by_id(&mut conn, id).await?,
        None => None,
    };
    let notes = sql::incident::notes(&mut conn, incident.id).await?;
    let mut units = Vec::new();
    for dispatch in &whole.dispatches {
        let known = sql::unit::by_id(&mut conn, dispatch.unit).await?;
        let name = |agency: Uuid| client.place.agency(agency).map(|agency| agency.name.clone()).unwrap_or_default();
        units.extend(known.map(|unit| (unit.clone(), name(unit.agency))));
    }
    let told = Told {
        kind: type_name(&types, &incident.kind),
        common: common.unwrap_or_else(|| COMMON_UNKNOWN.to_owned()),
        merged: &whole.merged,
        merged_into: merged_into.as_ref(),
        calls: &whole.calls,
        dispatches: &whole.dispatches,
        units,
        notes: notes.into_iter().map(|note| (note.id, note.at, note.body)).collect(),
        place: site_line(&client.place, &incident.site),
        domain: domain(client),
        now: client.now(),
        zone: client.region().zone,
        incident,
    };
    Ok(told.object())
}

/// The incident as an Emergency Incident Data Object (NENA-STA-021.1b-2022). Callers' numbers and recordings are no
/// part of it.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/incidents/{id}/eido",
    tag = "emergency",
    params(("id" = String, Path, description = "The incident's id or number")),
    responses(
        (status = 200, body = serde_json::Value, description = "The object"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
    ),
    security(("key" = [])),
)]
pub async fn export(client: Client, Path(id): Path<String>) -> ApiResult {
    let incident = find(&client, &id).await?;
    Ok(json(&object(&client, incident).await?))
}

/// Opens an incident that another centre tells of. The same object again opens none.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/eido",
    tag = "emergency",
    request_body = serde_json::Value,
    responses(
        (status = 200, body = IncidentState, description = "It is our own word that came back: nothing was opened"),
        (status = 201, body = IncidentState, description = "Opened, or opened before"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "What is missing"),
    ),
    security(("key" = [])),
)]
pub async fn import(client: Client, ApiJson(body): ApiJson<serde_json::Value>) -> ApiResult {
    require(&client.ctx, Permission::TakeCalls)?;
    let read = eido::read(&body)?;
    let mut conn = client.read().await?;
    if let Some(id) = eido::own_id(&read.id, &domain(&client))
        && let Some(own) = sql::incident::by_id(&mut conn, id).await?
    {
        // Our own word comes back: it tells of what is open here already.
        let (number, state) = (number::shown(own.serial), own.status.name().to_owned());
        return Ok(json(&IncidentState { id: own.id, number, state }));
    }
    let types = sql::incident::types(&mut conn).await?;
    let cards = sql::card::newest(&mut conn).await?;
    drop(conn);
    let active = |code: &str| types.iter().any(|kind| kind.code == code && kind.active);
    let own = read.internal.clone().filter(|code| active(code));
    let by_common = || cards.iter().find(|card| card.common == read.common && active(&card.kind));
    let kind = own.or_else(|| by_common().map(|card| card.kind.clone()));
    let unknown = || Refusal::field("eido", "emergency.refused.eido_type").with("code", read.common.clone());
    let kind = kind.ok_or_else(unknown)?;
    let village = read.point.and_then(|point| client.place.village_at(point));
    let site = Site {
        village: village.map(|village| village.code),
        district: village.map(|village| village.district),
        landmark: read.place.replace('\n', " ").chars().take(simpul_kernel::limits::LINE_MAX_CHARS).collect(),
        point: read.point,
        radius_m: read.radius_m,
    };
    let digest = Sha256::digest(read.id.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&digest[..16]);
    let note = format!("EIDO {} ({}): {}", read.id, iso(client.now(), client.region().zone), read.notes);
    let action = OpenIncident {
        key: Uuid::from_bytes(key),
        call: None,
        kind,
        priority: read.priority,
        site,
        victims: Victims::Unknown,
        note: note_of(&note),
    };
    let done = client.write(action).await.map_err(conflict)?;
    Ok(created(&format!("/api/v1/emergency/incidents/{}", done.id), &IncidentState::from(done)))
}

fn note_of(text: &str) -> String {
    text.chars().take(crate::actions::NOTE_MAX_CHARS).collect()
}
