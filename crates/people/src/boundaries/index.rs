//! Which area a point lies in.

use simpul_kernel::geo::{BBox, MultiPolygon, Point};

use crate::model::AreaLevel;

/// How far a point may lie from the nearest area and still belong to it, in metres. Borders of villages are drawn to
/// some ten metres and leave gaps between neighbours; a telephone's position strays as far.
const GAP_MAX_METERS: f64 = 100.0;
/// Metres of 10⁻⁷ degrees of latitude.
const METERS_PER_E7: f64 = 0.011_132;

/// An area's polygon.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// District or village.
    pub level: AreaLevel,
    /// The Ministry's code without dots.
    pub code: i64,
    /// The polygon.
    pub polygon: MultiPolygon,
}

/// All polygons of a region, in memory: some two hundred, each behind its box.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BoundaryIndex {
    shapes: Vec<Shape>,
    bbox: Option<BBox>,
}

impl BoundaryIndex {
    /// An index of these polygons. A district that has none is made of its villages.
    pub fn new(mut shapes: Vec<Shape>) -> BoundaryIndex {
        let districts = super::dissolve::districts(&shapes);
        shapes.extend(districts);
        let bbox = shapes.iter().map(|shape| shape.polygon.bbox()).reduce(BBox::union);
        BoundaryIndex { shapes, bbox }
    }

    /// Whether nothing was imported.
    pub fn is_empty(&self) -> bool {
        self.shapes.is_empty()
    }

    /// The smallest box around everything.
    pub fn bbox(&self) -> Option<BBox> {
        self.bbox
    }

    /// The polygons of one level.
    pub fn of_level(&self, level: AreaLevel) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(move |shape| shape.level == level)
    }

    /// The code of the area of that level that the point lies in; of two with a gap between them, the nearer.
    pub fn find(&self, level: AreaLevel, point: Point) -> Option<i64> {
        let within = self.of_level(level).find(|shape| shape.polygon.contains(point));
        within.or_else(|| self.nearest(level, point)).map(|shape| shape.code)
    }

    /// Whether the point lies in the region, in a gap between its areas, or hardly outside.
    /// `None` where nothing was imported, and so nothing can be said.
    pub fn inside(&self, point: Point) -> Option<bool> {
        let bbox = self.bbox?;
        if !around(bbox).contains(point) {
            return Some(false);
        }
        let levels = [AreaLevel::District, AreaLevel::Village];
        Some(levels.into_iter().any(|level| self.find(level, point).is_some()))
    }

    fn nearest(&self, level: AreaLevel, point: Point) -> Option<&Shape> {
        let near = self.of_level(level).filter(|shape| around(shape.polygon.bbox()).contains(point));
        let measured = near.map(|shape| (border_meters(&shape.polygon, point), shape));
        let closest = measured.min_by(|(a, _), (b, _)| a.total_cmp(b));
        closest.filter(|(meters, _)| *meters <= GAP_MAX_METERS).map(|(_, shape)| shape)
    }
}

/// The box with the width of a gap around it.
fn around(bbox: BBox) -> BBox {
    BBox::around(bbox.min, GAP_MAX_METERS).union(BBox::around(bbox.max, GAP_MAX_METERS))
}

/// How far the point is from the nearest border of the shape, in metres, as on a flat map around the point: distances
/// that count are short.
fn border_meters(shape: &MultiPolygon, point: Point) -> f64 {
    let rings = shape.polygons().iter().flat_map(|polygon| polygon.holes.iter().chain([&polygon.outer]));
    let flat = |corner: &Point| {
        let narrow = point.lat().to_radians().cos();
        let east = (f64::from(corner.lon_e7) - f64::from(point.lon_e7)) * narrow;
        (east * METERS_PER_E7, (f64::from(corner.lat_e7) - f64::from(point.lat_e7)) * METERS_PER_E7)
    };
    let mut least = f64::INFINITY;
    for ring in rings {
        let corners = ring.points();
        let Some(last) = corners.last() else { continue };
        let mut from = flat(last);
        for corner in corners {
            let to = flat(corner);
            least = least.min(origin_to_segment(from, to));
            from = to;
        }
    }
    least
}

/// How far the origin is from the line between two points.
fn origin_to_segment(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let length = along_x * along_x + along_y * along_y;
    let share = if length == 0.0 { 0.0 } else { (-(from.0 * along_x + from.1 * along_y) / length).clamp(0.0, 1.0) };
    (from.0 + share * along_x).hypot(from.1 + share * along_y)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shape(level: AreaLevel, code: i64, rings: serde_json::Value) -> Shape {
        let polygon = MultiPolygon::from_geojson(&json!({ "type": "Polygon", "coordinates": rings })).unwrap();
        Shape { level, code, polygon }
    }

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn without_boundaries_nothing_is_said_of_any_point() {
        assert_eq!(BoundaryIndex::default().inside(at(-2.0, 120.0)), None);
    }

    #[test]
    fn a_point_in_a_gap_belongs_to_the_nearer_neighbour_and_a_far_one_to_none() {
        let square =
            |west: f64, east: f64| json!([[[west, -3.0], [east, -3.0], [east, -2.0], [west, -2.0], [west, -3.0]]]);
        let index = BoundaryIndex::new(vec![
            shape(AreaLevel::Village, 11, square(120.0, 120.5)),
            shape(AreaLevel::Village, 12, square(120.501, 121.0)),
        ]);
        assert_eq!(index.find(AreaLevel::Village, at(-2.5, 120.5002)), Some(11));
        assert_eq!(index.find(AreaLevel::Village, at(-2.5, 120.5008)), Some(12));
        assert_eq!(index.find(AreaLevel::Village, at(-2.5, 120.1)), Some(11));
        // A thousandth of a degree is 111 m: the middle of the gap is within reach of both.
        assert_eq!(index.inside(at(-2.5, 120.5005)), Some(true));
        assert_eq!(index.inside(at(-2.5, 121.0008)), Some(true), "89 m outside");
        assert_eq!(index.inside(at(-2.5, 121.0010)), Some(false), "111 m outside");
        assert_eq!(index.inside(at(-6.2, 106.8)), Some(false), "Jakarta");
    }

    #[test]
    fn the_distance_to_a_line_is_that_to_its_nearest_point() {
        assert_eq!(origin_to_segment((-1.0, 2.0), (1.0, 2.0)), 2.0);
        assert_eq!(origin_to_segment((3.0, 4.0), (6.0, 8.0)), 5.0);
        assert_eq!(origin_to_segment((3.0, 4.0), (3.0, 4.0)), 5.0);
    }

    #[test]
    fn a_wide_gap_inside_a_district_is_still_outside_of_every_village() {
        let outer = json!([[120.0, -3.0], [121.0, -3.0], [121.0, -2.0], [120.0, -2.0], [120.0, -3.0]]);
        let hole = json!([[120.4, -2.6], [120.6, -2.6], [120.6, -2.4], [120.4, -2.4], [120.4, -2.6]]);
        let index = BoundaryIndex::new(vec![
            shape(AreaLevel::District, 1, json!([outer])),
            shape(AreaLevel::Village, 11, json!([outer, hole])),
        ]);
        let gap = at(-2.5, 120.5);
        assert_eq!((index.inside(gap), index.find(AreaLevel::Village, gap)), (Some(true), None));
    }
}
