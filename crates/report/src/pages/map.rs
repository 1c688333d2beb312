//! Public reports as points of a map: the newest of a filter, never more than a screen can show.

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;
use serde_json::json;
use simpul_shell::{ApiResult, Query, Site, json as answer};

use super::list::Filter;
use crate::desk;
use crate::model::{public, shape_of};
use crate::sql::lists;

/// Most points of one answer.
pub const MAP_POINTS_MAX_COUNT: i64 = 500;
/// How long a browser may show the same points without asking, in seconds.
const FRESH_SECONDS: u32 = 5;

/// GeoJSON of the newest public reports that pass the filter.
pub async fn points(site: Site, Query(filter): Query<Filter>) -> ApiResult {
    let mut conn = site.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let now = site.now();
    let found = lists::map_points(&mut conn, &filter.parse(&site.place, &rules), now, MAP_POINTS_MAX_COUNT).await?;
    let features: Vec<_> = found
        .iter()
        .map(|found| {
            let name = rules.category(&found.category).map_or(found.category.as_str(), |c| c.name(site.lang));
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": [found.point.lon(), found.point.lat()] },
                "properties": {
                    "id": found.number,
                    "state": public::shape_name(shape_of(found.status, found.due, now)),
                    "title": format!("{}: {name}", found.number),
                    "url": format!("/laporan/{}", found.number),
                },
            })
        })
        .collect();
    let mut response = answer(&json!({ "type": "FeatureCollection", "features": features })).into_response();
    let fresh = format!("public, max-age={FRESH_SECONDS}");
    if let Ok(fresh) = HeaderValue::from_str(&fresh) {
        response.headers_mut().insert(header::CACHE_CONTROL, fresh);
    }
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/geo+json"));
    Ok(response)
}
