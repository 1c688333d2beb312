//! Shapes of areas: rings, polygons, islands, and whether a point lies inside.

use serde_json::{Value, json};

use super::{BBox, GeoError, Point};

/// Most points that one imported shape may have: the most detailed regency boundary has fewer by far.
const SHAPE_MAX_POINTS: usize = 2_000_000;

/// A closed line. Whether it crosses itself is not checked here: that is for the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    points: Vec<Point>,
}

impl Ring {
    /// A ring through the points, closed by itself; a repeated last point and doubled points are dropped.
    pub fn new(points: impl IntoIterator<Item = Point>) -> Result<Ring, GeoError> {
        let mut corners: Vec<Point> = points.into_iter().take(SHAPE_MAX_POINTS + 1).collect();
        if corners.len() > SHAPE_MAX_POINTS {
            return Err(GeoError::TooManyPoints);
        }
        corners.dedup();
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop();
        }
        let ring = Ring { points: corners };
        if ring.points.len() < 3 || ring.doubled_area() == 0 { Err(GeoError::Ring) } else { Ok(ring) }
    }

    /// The corners, each once.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.points.iter().copied().zip(self.points.iter().copied().cycle().skip(1))
    }

    /// Twice the area in squares of 10⁻⁷ degrees, positive if the corners run anticlockwise.
    fn doubled_area(&self) -> i128 {
        let wide = |value: i32| i128::from(value);
        let cross = |(a, b): (Point, Point)| wide(a.lon_e7) * wide(b.lat_e7) - wide(b.lon_e7) * wide(a.lat_e7);
        self.edges().map(cross).sum()
    }

    /// How many edges a ray to the east crosses, odd or even. Exact integers, and an edge owns its lower end only: of
    /// two rings that share an edge, exactly one holds a point upon it.
    fn crossed_odd(&self, point: Point) -> bool {
        let crosses = |(a, b): &(Point, Point)| {
            let (low, high) = if a.lat_e7 <= b.lat_e7 { (a, b) } else { (b, a) };
            if point.lat_e7 < low.lat_e7 || point.lat_e7 >= high.lat_e7 {
                return false;
            }
            let wide = |to: i32, from: i32| i128::from(to) - i128::from(from);
            let left = wide(point.lon_e7, low.lon_e7) * wide(high.lat_e7, low.lat_e7);
            left < wide(point.lat_e7, low.lat_e7) * wide(high.lon_e7, low.lon_e7)
        };
        self.edges().filter(crosses).count() % 2 == 1
    }
}

/// An outer ring and the holes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polygon {
    /// The outer line.
    pub outer: Ring,
    /// What is cut out.
    pub holes: Vec<Ring>,
    bbox: BBox,
}

impl Polygon {
    /// A polygon of its rings.
    pub fn new(outer: Ring, holes: Vec<Ring>) -> Polygon {
        let first = outer.points[0];
        let bbox = BBox::of(outer.points.iter().copied()).unwrap_or(BBox::new(first, first));
        Polygon { outer, holes, bbox }
    }

    /// Whether the point lies inside. Of polygons that share a border without gap or overlap exactly one holds a point
    /// on it.
    pub fn contains(&self, point: Point) -> bool {
        self.bbox.contains(point)
            && self.outer.crossed_odd(point)
            && !self.holes.iter().any(|hole| hole.crossed_odd(point))
    }
}

/// The shape of a village, a district or a region: islands and all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MultiPolygon {
    polygons: Vec<Polygon>,
    bbox: BBox,
}

impl MultiPolygon {
    /// A shape of at least one polygon.
    pub fn new(polygons: Vec<Polygon>) -> Result<MultiPolygon, GeoError> {
        let bbox = polygons.iter().map(|polygon| polygon.bbox).reduce(BBox::union).ok_or(GeoError::Shape)?;
        Ok(MultiPolygon { polygons, bbox })
    }

    /// The polygons.
    pub fn polygons(&self) -> &[Polygon] {
        &self.polygons
    }

    /// The smallest box around the shape.
    pub fn bbox(&self) -> BBox {
        self.bbox
    }

    /// Whether the point lies inside; see [`Polygon::contains`].
    pub fn contains(&self, point: Point) -> bool {
        self.bbox.contains(point) && self.polygons.iter().any(|polygon| polygon.contains(point))
    }

    /// How many corners the shape has.
    pub fn points_count(&self) -> usize {
        let of = |polygon: &Polygon| {
            polygon.holes.iter().chain([&polygon.outer]).map(|ring| ring.points.len()).sum::<usize>()
        };
        self.polygons.iter().map(of).sum()
    }

    /// The centre of gravity of the largest polygon: where a label or a first map view goes. It may lie outside of a
    /// crescent-shaped area.
    pub fn centre(&self) -> Point {
        let largest = self.polygons.iter().max_by_key(|polygon| polygon.outer.doubled_area().abs());
        let Some(ring) = largest.map(|polygon| &polygon.outer) else {
            return self.bbox.min;
        };
        // Offsets from a corner of the ring keep the sums small enough for a double's 53 bits.
        let origin = ring.points[0];
        let offset = |to: Point| {
            let lat = f64::from(to.lat_e7) - f64::from(origin.lat_e7);
            (f64::from(to.lon_e7) - f64::from(origin.lon_e7), lat)
        };
        let (mut area, mut lon, mut lat) = (0.0, 0.0, 0.0);
        for (a, b) in ring.edges() {
            let ((ax, ay), (bx, by)) = (offset(a), offset(b));
            let cross = ax * by - bx * ay;
            area += cross;
            lon += (ax + bx) * cross;
            lat += (ay + by) * cross;
        }
        let moved = |from: i32, by: f64, low: i32, high: i32| {
            (f64::from(from) + by / (3.0 * area)).round().clamp(f64::from(low), f64::from(high)) as i32
        };
        Point {
            lat_e7: moved(origin.lat_e7, lat, self.bbox.min.lat_e7, self.bbox.max.lat_e7),
            lon_e7: moved(origin.lon_e7, lon, self.bbox.min.lon_e7, self.bbox.max.lon_e7),
        }
    }

    /// Reads a GeoJSON geometry (RFC 7946) of type `Polygon` or `MultiPolygon`. Coordinates are longitude first; a
    /// third number (the height) is passed over.
    pub fn from_geojson(geometry: &Value) -> Result<MultiPolygon, GeoError> {
        let coordinates = geometry.get("coordinates").ok_or(GeoError::Shape)?;
        let polygons = match geometry.get("type").and_then(Value::as_str) {
            Some("Polygon") => vec![polygon_of(coordinates)?],
            Some("MultiPolygon") => {
                coordinates.as_array().ok_or(GeoError::Shape)?.iter().map(polygon_of).collect::<Result<_, _>>()?
            }
            _ => return Err(GeoError::Shape),
        };
        let shape = MultiPolygon::new(polygons)?;
        if shape.points_count() > SHAPE_MAX_POINTS { Err(GeoError::TooManyPoints) } else { Ok(shape) }
    }

    /// The shape as a GeoJSON geometry: rings closed, outer rings anticlockwise and holes clockwise (RFC 7946).
    pub fn to_geojson(&self) -> Value {
        let ring = |ring: &Ring, anticlockwise: bool| {
            let mut corners: Vec<Value> = ring.points.iter().map(|point| json!([point.lon(), point.lat()])).collect();
            if (ring.doubled_area() > 0) != anticlockwise {
                corners.reverse();
            }
            corners.push(corners[0].clone());
            Value::Array(corners)
        };
        let polygon = |polygon: &Polygon| {
            let holes = polygon.holes.iter().map(|hole| ring(hole, false));
            Value::Array(std::iter::once(ring(&polygon.outer, true)).chain(holes).collect())
        };
        json!({ "type": "MultiPolygon", "coordinates": self.polygons.iter().map(polygon).collect::<Vec<_>>() })
    }
}

fn polygon_of(coordinates: &Value) -> Result<Polygon, GeoError> {
    let mut rings = coordinates.as_array().ok_or(GeoError::Shape)?.iter().map(ring_of);
    let outer = rings.next().ok_or(GeoError::Shape)??;
    Ok(Polygon::new(outer, rings.collect::<Result<_, _>>()?))
}

fn ring_of(coordinates: &Value) -> Result<Ring, GeoError> {
    let corners = coordinates.as_array().ok_or(GeoError::Shape)?;
    Ring::new(corners.iter().map(point_of).collect::<Result<Vec<_>, _>>()?)
}

fn point_of(coordinates: &Value) -> Result<Point, GeoError> {
    let at = |index: usize| coordinates.get(index).and_then(Value::as_f64);
    Point::from_degrees(at(1).ok_or(GeoError::Latitude)?, at(0).ok_or(GeoError::Longitude)?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The town of Masamba.
    fn masamba() -> Point {
        Point { lat_e7: -25_489_000, lon_e7: 1_203_244_000 }
    }

    fn ring(corners: &[(i32, i32)]) -> Ring {
        Ring::new(corners.iter().map(|&(lon_e7, lat_e7)| Point { lat_e7, lon_e7 })).unwrap()
    }

    fn square(west: i32, south: i32, side: i32) -> Ring {
        ring(&[(west, south), (west + side, south), (west + side, south + side), (west, south + side)])
    }

    #[test]
    fn a_ring_without_area_is_refused() {
        let line = [(0, 0), (1, 1), (2, 2), (0, 0)];
        assert_eq!(Ring::new(line.map(|(lon_e7, lat_e7)| Point { lat_e7, lon_e7 })), Err(GeoError::Ring));
        assert_eq!(Ring::new([]), Err(GeoError::Ring));
        assert_eq!(Ring::new([masamba(); 5]), Err(GeoError::Ring));
    }

    #[test]
    fn holes_and_islands_are_kept_apart() {
        let land = Polygon::new(square(0, 0, 100), vec![square(40, 40, 20)]);
        let island = Polygon::new(square(200, 0, 10), Vec::new());
        let shape = MultiPolygon::new(vec![land, island]).unwrap();
        let holds = |lon_e7, lat_e7| shape.contains(Point { lat_e7, lon_e7 });
        assert!(holds(10, 10) && holds(205, 5));
        assert!(!holds(50, 50) && !holds(150, 5) && !holds(-1, 5));
        assert_eq!(shape.points_count(), 12);
        assert_eq!(shape.bbox(), BBox::new(Point { lat_e7: 0, lon_e7: 0 }, Point { lat_e7: 100, lon_e7: 210 }));
        assert_eq!(shape.centre(), Point { lat_e7: 50, lon_e7: 50 });
        assert_eq!(MultiPolygon::new(Vec::new()), Err(GeoError::Shape));
    }

    #[test]
    fn geojson_reads_and_writes() {
        let geometry = json!({
            "type": "Polygon",
            "coordinates": [[[120.0, -3.0, 7.5], [120.0, -2.0], [121.0, -2.0], [121.0, -3.0], [120.0, -3.0]]],
        });
        let shape = MultiPolygon::from_geojson(&geometry).unwrap();
        assert!(shape.contains(masamba()));
        let written = shape.to_geojson();
        assert_eq!(written["coordinates"][0][0][0], written["coordinates"][0][0][4]);
        let again = MultiPolygon::from_geojson(&written).unwrap();
        assert!(again.polygons()[0].outer.doubled_area() > 0);
        assert_eq!(again.bbox(), shape.bbox());
        for (bad, error) in [
            (json!({}), GeoError::Shape),
            (json!({"type": "Point", "coordinates": [1, 2]}), GeoError::Shape),
            (json!({"type": "MultiPolygon", "coordinates": []}), GeoError::Shape),
            (json!({"type": "Polygon", "coordinates": []}), GeoError::Shape),
            (json!({"type": "Polygon", "coordinates": [[[1, 2], [1]]]}), GeoError::Latitude),
            (json!({"type": "Polygon", "coordinates": [[[500, 2], [1, 2]]]}), GeoError::Longitude),
            (json!({"type": "Polygon", "coordinates": [[[1, 2], [1, 3]]]}), GeoError::Ring),
        ] {
            assert_eq!(MultiPolygon::from_geojson(&bad), Err(error), "{bad}");
        }
    }

    proptest! {
        // Two villages that share a zigzag border: every point of the square belongs to exactly one of them.
        #[test]
        fn neighbours_share_no_point_and_leave_none_out(
            border in prop::collection::vec(1i32..20, 1..12), lon_e7 in 0i32..20, lat_e7 in 0i32..60,
        ) {
            let zigzag: Vec<(i32, i32)> = border.iter().zip(0..).map(|(lon, step)| (*lon, step * 5 + 2)).collect();
            let mut west = vec![(0, 60), (0, 0), (10, 0)];
            west.extend(&zigzag);
            west.push((10, 60));
            let mut east = vec![(20, 60), (20, 0), (10, 0)];
            east.extend(&zigzag);
            east.push((10, 60));
            let at = Point { lat_e7, lon_e7 };
            let holds = |corners: &[(i32, i32)]| Polygon::new(ring(corners), Vec::new()).contains(at);
            prop_assert!(holds(&west) ^ holds(&east));
        }

        #[test]
        fn the_order_of_the_corners_changes_nothing(
            corners in prop::collection::vec((0i32..50, 0i32..50), 3..12), turn in 0usize..12, lon_e7 in 0i32..50,
            lat_e7 in 0i32..50,
        ) {
            let points = || corners.iter().map(|&(lon_e7, lat_e7)| Point { lat_e7, lon_e7 });
            if let Ok(one) = Ring::new(points()) {
                let mut turned = one.points.clone();
                turned.rotate_left(turn % one.points.len());
                turned.reverse();
                let other = Ring::new(turned).unwrap();
                let at = Point { lat_e7, lon_e7 };
                prop_assert_eq!(one.crossed_odd(at), other.crossed_odd(at));
            }
        }
    }
}
