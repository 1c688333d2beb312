//! Public reports on the map: within the part of it that is looked at, or the newest of a filter. Never more than a
//! screen can show: where there are more, they are counted by tiles.

use std::sync::LazyLock;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use simpul_kernel::Timestamp;
use simpul_kernel::format::Lang;
use simpul_kernel::geo::{BBox, Point};
use simpul_shell::{ApiError, ApiResult, Query, Shared, Site, etag};

use super::list::Filter;
use crate::desk::{self, Rules};
use crate::model::{public, shape_of};
use crate::sql::lists::{self, MapPoint};
use crate::sql::map::{self, Cluster};

/// Most points of one answer.
pub const MAP_POINTS_MAX_COUNT: i64 = 500;
/// Most tiles along one side of a box in which reports are counted: 196 in all, far enough apart for their numbers.
const CLUSTER_SIDE_MAX_TILES: u32 = 14;
/// Counting a whole district reads tens of thousands of rows: everybody who looks within this time gets the same.
const COUNTS_FRESH: Duration = Duration::from_secs(5);

/// Which part of the map is looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Part {
    bbox: String,
}

impl Part {
    /// The box `west,south,east,north` in degrees; none where nothing is asked.
    fn bounds(&self) -> Result<Option<BBox>, ApiError> {
        if self.bbox.is_empty() {
            return Ok(None);
        }
        read_bbox(&self.bbox).map(Some).ok_or_else(|| ApiError::bad_request("report.refused.bbox"))
    }
}

fn read_bbox(text: &str) -> Option<BBox> {
    let [west, south, east, north] = text.split(',').collect::<Vec<_>>().try_into().ok()?;
    let (min, max) = (Point::parse(south, west).ok()?, Point::parse(north, east).ok()?);
    (min.lat_e7 < max.lat_e7 && min.lon_e7 < max.lon_e7).then(|| BBox::new(min, max))
}

/// GeoJSON of the public reports that pass the filter.
pub async fn points(site: Site, Query(filter): Query<Filter>, Query(part): Query<Part>) -> ApiResult {
    let bounds = part.bounds()?;
    let mut conn = site.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let now = site.now();
    let wanted = filter.parse(&site.place, &rules);
    let text = match bounds {
        None => {
            let found = lists::map_points(&mut conn, &wanted, now, MAP_POINTS_MAX_COUNT).await?;
            collection(point_features(&found, &rules, site.lang, now))
        }
        Some(bounds) => {
            let asked = map::Asked { filter: &wanted, bounds: &bounds, now };
            match map::points(&mut conn, asked, MAP_POINTS_MAX_COUNT).await? {
                Some(found) => collection(point_features(&found, &rules, site.lang, now)),
                None => {
                    // Whoever waits for another's count holds no connection meanwhile.
                    drop(conn);
                    let count = async || {
                        let found = map::clusters(&mut site.read().await?, asked, CLUSTER_SIDE_MAX_TILES).await?;
                        Ok::<_, ApiError>(collection(cluster_features(&found)))
                    };
                    COUNTS.get(&site.place, format!("{bounds:?} {wanted:?}"), count).await?
                }
            }
        }
    };
    // Asked for again each time: a wall must not draw the points of a moment ago.
    Ok(etag::answer(site.headers(), "application/geo+json", text))
}

fn collection(features: Vec<Value>) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

fn feature(point: Point, properties: Value) -> Value {
    let geometry = json!({ "type": "Point", "coordinates": [point.lon(), point.lat()] });
    json!({ "type": "Feature", "geometry": geometry, "properties": properties })
}

fn point_features(found: &[MapPoint], rules: &Rules, lang: Lang, now: Timestamp) -> Vec<Value> {
    let of = |found: &MapPoint| {
        let name = rules.category(&found.category).map_or(found.category.as_str(), |c| c.name(lang));
        feature(
            found.point,
            json!({
                "id": found.number,
                "state": public::shape_name(shape_of(found.status, found.due, now)),
                "title": format!("{}: {name}", found.number),
                "url": format!("/laporan/{}", found.number),
                "status_unknown": found.is_silent(now),
            }),
        )
    };
    found.iter().map(of).collect()
}

fn cluster_features(found: &[Cluster]) -> Vec<Value> {
    found.iter().map(|cluster| feature(cluster.middle, json!({ "count": cluster.count }))).collect()
}

/// Counts by box and filter.
static COUNTS: LazyLock<Shared<String>> = LazyLock::new(|| Shared::new(COUNTS_FRESH));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_has_four_possible_degrees_in_the_order_of_geojson() {
        let read = read_bbox("120.1,-2.9,120.4,-2.5").unwrap();
        assert_eq!((read.min.lon(), read.min.lat(), read.max.lon(), read.max.lat()), (120.1, -2.9, 120.4, -2.5));
        for nonsense in [
            "120.1",
            "120.1,-2.9,120.4",
            "120.1,-2.9,120.4,-2.5,1",
            "120.4,-2.9,120.1,-2.5",
            "120.1,-2.5,120.4,-2.9",
            "120.1,-2.9,120.1,-2.9",
            "-2.9,120.1,-2.5,120.4",
            "a,b,c,d",
            "NaN,-2.9,120.4,-2.5",
        ] {
            assert_eq!(read_bbox(nonsense), None, "{nonsense}");
        }
    }
}
