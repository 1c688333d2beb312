//! `/112/peta.geojson`: active incidents and units as points of the console's map, or one incident with its units.

use axum::http::{HeaderValue, header};
use serde_json::{Value, json};
use simpul_kernel::geo::Point;
use simpul_shell::{Fields, Officer, Page, PageResult, Query, Tag, json as answer};

use super::view::{incident_tag, type_name, unit_tag};
use super::{CanSeeConsole, incident};
use crate::model::{Incident, IncidentStatus, Unit, number};
use crate::{read, sql};

/// Most incidents on the map.
const INCIDENTS_MAX_COUNT: i64 = 200;

fn point(id: String, at: Point, tag: Tag, title: String, url: Option<String>) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [at.lon(), at.lat()] },
        "properties": { "id": id, "state": tag.state(), "title": title, "url": url },
    })
}

fn incident_point(page: &Page, kind: &str, incident: &Incident) -> Option<Value> {
    let number = number::shown(incident.serial);
    let status = page.t(&format!("emergency.incident_status.{}", incident.status.name()));
    let title = format!("P{} {number} {kind}: {status}", incident.priority.level());
    let tag = if incident.status == IncidentStatus::Open { Tag::Late } else { incident_tag(incident.status) };
    Some(point(format!("k-{}", incident.id), incident.site.point?, tag, title, Some(format!("/112/kejadian/{number}"))))
}

fn unit_point(page: &Page, unit: &Unit) -> Option<Value> {
    // Who tells no position is taken to be at home.
    let at = unit.position.map(|position| position.point).or(unit.base)?;
    let status = page.t(&format!("emergency.unit_status.{}", unit.status.name()));
    let age = match &unit.position {
        Some(position) => format!(", {}", page.time(position.at)),
        None => format!(", {}", page.t("emergency.map.base")),
    };
    Some(point(format!("u-{}", unit.id), at, unit_tag(unit.status), format!("{}: {status}{age}", unit.call_sign), None))
}

/// The points.
pub async fn points(officer: Officer<CanSeeConsole>, Query(query): Query<Fields>) -> PageResult {
    let page = officer.page("emergency.console.title");
    let wanted = query.get("kejadian");
    let one = if wanted.is_empty() { None } else { Some(incident::find(&officer, wanted).await?) };
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    let units = sql::unit::all(&mut conn).await?;
    let (incidents, units) = match one {
        Some(found) => {
            let whole = read::whole(&mut conn, found).await?;
            let out = |unit: &Unit| whole.dispatches.iter().any(|one| one.unit == unit.id && one.status.is_out());
            (vec![whole.incident.clone()], units.into_iter().filter(out).collect())
        }
        None => (sql::incident::active(&mut conn, INCIDENTS_MAX_COUNT).await?, units),
    };
    drop(conn);
    let of_incident = |one: &Incident| incident_point(&page, &type_name(&types, &one.kind), one);
    let features: Vec<Value> = units
        .iter()
        .filter_map(|unit| unit_point(&page, unit))
        .chain(incidents.iter().filter_map(of_incident))
        .collect();
    let mut shown = answer(&json!({ "type": "FeatureCollection", "features": features }));
    shown.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json"));
    Ok(shown)
}
