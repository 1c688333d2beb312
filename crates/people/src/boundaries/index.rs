//! Which area a point lies in.

use simpul_kernel::geo::{BBox, MultiPolygon, Point};

use crate::model::AreaLevel;

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
    /// An index of these polygons.
    pub fn new(shapes: Vec<Shape>) -> BoundaryIndex {
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

    /// The code of the area of that level that the point lies in.
    pub fn find(&self, level: AreaLevel, point: Point) -> Option<i64> {
        self.of_level(level).find(|shape| shape.polygon.contains(point)).map(|shape| shape.code)
    }

    /// Whether the point lies in the region: in a village, in a district, or in a gap that a district's outer line
    /// encloses, as where a file lacks a village. `None` where nothing was imported, and so nothing can be said.
    pub fn inside(&self, point: Point) -> Option<bool> {
        let bbox = self.bbox?;
        let within = bbox.contains(point) && self.shapes.iter().any(|shape| encloses(&shape.polygon, point));
        Some(within)
    }
}

/// Whether the point lies inside the outer line of one of the parts, holes or not.
fn encloses(shape: &MultiPolygon, point: Point) -> bool {
    shape.contains(point)
        || shape.polygons().iter().any(|polygon| {
            polygon.holes.iter().any(|hole| {
                let alone = simpul_kernel::geo::Polygon::new(hole.clone(), Vec::new());
                alone.contains(point)
            })
        })
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
    fn a_point_in_the_gap_of_a_missing_village_lies_inside_and_in_no_village() {
        let outer = json!([[120.0, -3.0], [121.0, -3.0], [121.0, -2.0], [120.0, -2.0], [120.0, -3.0]]);
        let hole = json!([[120.4, -2.6], [120.6, -2.6], [120.6, -2.4], [120.4, -2.4], [120.4, -2.6]]);
        let index = BoundaryIndex::new(vec![
            shape(AreaLevel::District, 1, json!([outer, hole])),
            shape(AreaLevel::Village, 11, json!([outer, hole])),
        ]);
        let gap = at(-2.5, 120.5);
        assert_eq!((index.inside(gap), index.find(AreaLevel::Village, gap)), (Some(true), None));
        assert_eq!(index.find(AreaLevel::Village, at(-2.9, 120.1)), Some(11));
        assert_eq!(index.inside(at(-6.2, 106.8)), Some(false), "Jakarta");
    }
}
