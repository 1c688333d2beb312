//! Units, by programs: where they are.

use simpul_kernel::Refusal;
use simpul_kernel::format::parse_iso;
use simpul_kernel::geo::Point;
use simpul_people::{Permission, require};
use simpul_shell::{ApiJson, ApiResult, Limit, Path, Problem, json};

use super::calls::read_id;
use super::types::{Moved, PositionBody, UnitList, UnitView};
use super::{Client, Mover, conflict};
use crate::actions::MoveUnit;
use crate::model::Position;
use crate::sql;

/// Units by call sign.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/units",
    tag = "emergency",
    responses(
        (status = 200, body = UnitList, description = "The units"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn list(client: Client) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let zone = client.region().zone;
    let units = sql::unit::all(&mut client.read().await?).await?;
    Ok(json(&UnitList { units: units.iter().map(|unit| UnitView::of(unit, zone)).collect() }))
}

/// Tells where a unit is, at most once a second. A position that is older than the known one changes nothing. Each unit
/// is counted by itself, not the key.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/units/{id}/position",
    tag = "emergency",
    params(("id" = Uuid, Path, description = "The unit's id")),
    request_body = PositionBody,
    responses(
        (status = 200, body = Moved, description = "Taken"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "Not there"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
        (status = 429, body = Problem, content_type = "application/problem+json",
            description = "More than one a second of this unit"),
    ),
    security(("key" = [])),
)]
pub async fn position(client: Mover, Path(id): Path<String>, ApiJson(body): ApiJson<PositionBody>) -> ApiResult {
    let wrong = |field, key| Refusal::field(field, key);
    let point = Point::from_degrees(body.lat, body.lon).map_err(|_| wrong("lat", "emergency.refused.point"))?;
    let at = match body.at.as_deref() {
        Some(text) => parse_iso(text).ok_or_else(|| wrong("at", "emergency.refused.instant"))?,
        None => client.now(),
    };
    let position = Position { point, accuracy_m: body.accuracy_m, at };
    let unit = read_id(&id)?;
    client.app.limit(Limit::Position, &unit.to_string())?;
    match client.write(MoveUnit { unit, position }).await {
        Ok(news) => Ok(json(&Moved { news })),
        Err(error) => {
            // What is refused is counted by the key: ids that nobody has would be many.
            client.count()?;
            Err(conflict(error))
        }
    }
}
