//! Public reports as points of a map: the newest of a filter, never more than a screen can show.

use serde_json::json;
use simpul_shell::{ApiResult, Query, Site, etag};

use super::list::Filter;
use crate::desk;
use crate::model::{public, shape_of};
use crate::sql::lists;

/// Most points of one answer.
pub const MAP_POINTS_MAX_COUNT: i64 = 500;

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
    let text = json!({ "type": "FeatureCollection", "features": features }).to_string();
    // Asked for again each time: a wall must not draw the points of a moment ago.
    Ok(etag::answer(site.headers(), "application/geo+json", text))
}
