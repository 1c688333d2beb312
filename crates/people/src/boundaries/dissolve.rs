//! Districts' polygons out of their villages', where no file gave any.

use std::collections::{BTreeMap, HashSet};

use geo::{Area, LineString, Polygon, unary_union};
use simpul_kernel::geo as kernel;

use super::Shape;
use crate::model::AreaLevel;

/// Holes below this are gaps between drawn borders, not lakes or missing villages: in square degrees (some 0.06 km²).
const GAP_MAX_SQUARE_DEGREES: f64 = 5e-6;

/// One polygon for each district that has villages among `shapes` and none of its own. A district whose villages cannot
/// be joined is left out.
pub(super) fn districts(shapes: &[Shape]) -> Vec<Shape> {
    let of_level = |level: AreaLevel| shapes.iter().filter(move |shape| shape.level == level);
    let drawn: HashSet<i64> = of_level(AreaLevel::District).map(|shape| shape.code).collect();
    let mut by_district: BTreeMap<i64, Vec<Polygon<f64>>> = BTreeMap::new();
    for village in of_level(AreaLevel::Village).filter(|village| !drawn.contains(&(village.code / 10_000))) {
        let polygons = village.polygon.polygons().iter().map(to_geo);
        by_district.entry(village.code / 10_000).or_default().extend(polygons);
    }
    let joined = by_district.into_iter().filter_map(|(code, villages)| {
        let parts = unary_union(villages.iter()).0.iter().filter_map(from_geo).collect();
        let polygon = kernel::MultiPolygon::new(parts).ok()?;
        Some(Shape { level: AreaLevel::District, code, polygon })
    });
    joined.collect()
}

fn to_geo(polygon: &kernel::Polygon) -> Polygon<f64> {
    let ring = |ring: &kernel::Ring| -> LineString<f64> {
        ring.points().iter().map(|point| (point.lon(), point.lat())).collect::<Vec<_>>().into()
    };
    Polygon::new(ring(&polygon.outer), polygon.holes.iter().map(ring).collect())
}

fn from_geo(polygon: &Polygon<f64>) -> Option<kernel::Polygon> {
    let ring = |line: &LineString<f64>| {
        let points = line.coords().map(|c| kernel::Point::from_degrees(c.y, c.x)).collect::<Result<Vec<_>, _>>();
        points.and_then(kernel::Ring::new).ok()
    };
    let is_gap =
        |hole: &&LineString<f64>| Polygon::new((*hole).clone(), Vec::new()).unsigned_area() < GAP_MAX_SQUARE_DEGREES;
    let holes = polygon.interiors().iter().filter(|hole| !is_gap(hole)).filter_map(ring).collect();
    Some(kernel::Polygon::new(ring(polygon.exterior())?, holes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn village(code: i64, west: f64, east: f64) -> Shape {
        let ring = json!([[west, -3.0], [east, -3.0], [east, -2.0], [west, -2.0], [west, -3.0]]);
        let geometry = json!({ "type": "Polygon", "coordinates": [ring] });
        Shape { level: AreaLevel::Village, code, polygon: kernel::MultiPolygon::from_geojson(&geometry).unwrap() }
    }

    #[test]
    fn neighbours_become_one_polygon_and_other_districts_stay_apart() {
        let made = districts(&[
            village(7_322_012_001, 120.0, 120.5),
            village(7_322_012_002, 120.5, 121.0),
            village(7_322_022_001, 121.0, 121.5),
        ]);
        assert_eq!(made.iter().map(|shape| shape.code).collect::<Vec<_>>(), [732_201, 732_202]);
        assert_eq!(made[0].polygon.polygons().len(), 1);
        let inside = kernel::Point::from_degrees(-2.5, 120.5).unwrap();
        assert!(made[0].polygon.contains(inside) && !made[1].polygon.contains(inside));
    }
    #[test]
    fn a_district_with_a_polygon_of_its_own_keeps_it_and_the_others_are_still_made() {
        let own = Shape { level: AreaLevel::District, ..village(732_201, 119.0, 120.0) };
        let made = districts(&[village(7_322_012_001, 120.0, 120.5), village(7_322_022_001, 121.0, 121.5), own]);
        assert_eq!(made.iter().map(|shape| shape.code).collect::<Vec<_>>(), [732_202]);
    }
}
