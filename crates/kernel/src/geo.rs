//! Points, distances, polygons, and the one number that lets a B-tree answer "what lies in this box".
//!
//! A point's `cell` is its Web-Mercator tile at zoom 28 with the bits of both axes interleaved (a quadkey as an integer,
//! 56 bits, about 15 cm). Every map tile is then one range of cells, and `GROUP BY cell >> k` clusters at any zoom.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The zoom of [`Point::cell`].
pub const CELL_ZOOM: u8 = 28;
/// Most ranges that a cover has.
pub const COVER_RANGES_MAX_COUNT: usize = 8;
/// Most tiles along one side of a cover.
const COVER_SIDE_MAX_TILES: u32 = 6;
/// The mean radius of the Earth, in metres (IUGG).
const EARTH_RADIUS_METERS: f64 = 6_371_008.8;
/// Units of a coordinate in one degree.
const E7: f64 = 1e7;
/// Most points that one imported shape may have: the most detailed regency boundary has fewer by far.
const SHAPE_MAX_POINTS: usize = 2_000_000;

/// A place on the Earth (WGS 84), in 10⁻⁷ degrees: about a centimetre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Point {
    /// Latitude, -900 000 000 to 900 000 000.
    pub lat_e7: i32,
    /// Longitude, -1 800 000 000 to 1 800 000 000.
    pub lon_e7: i32,
}

/// Which part of a place or shape is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeoError {
    /// Latitude is no number between -90 and 90.
    #[error("latitude must be a number between -90 and 90")]
    Latitude,
    /// Longitude is no number between -180 and 180.
    #[error("longitude must be a number between -180 and 180")]
    Longitude,
    /// A ring has fewer than three corners, or no area.
    #[error("a ring needs three corners that are not on one line")]
    Ring,
    /// There is no polygon, or not as GeoJSON writes it.
    #[error("not a Polygon or MultiPolygon in the manner of GeoJSON")]
    Shape,
    /// More points than a boundary has.
    #[error("the shape has too many points")]
    TooManyPoints,
}

impl Point {
    /// A point from coordinates in 10⁻⁷ degrees, checked.
    pub fn from_e7(lat_e7: i64, lon_e7: i64) -> Result<Point, GeoError> {
        let within = |value: i64, limit: i64| i32::try_from(value).ok().filter(|_| value.abs() <= limit);
        Ok(Point {
            lat_e7: within(lat_e7, 900_000_000).ok_or(GeoError::Latitude)?,
            lon_e7: within(lon_e7, 1_800_000_000).ok_or(GeoError::Longitude)?,
        })
    }

    /// A point from degrees, checked and rounded to 10⁻⁷.
    pub fn from_degrees(lat: f64, lon: f64) -> Result<Point, GeoError> {
        if !(-90.0..=90.0).contains(&lat) {
            return Err(GeoError::Latitude);
        }
        if !(-180.0..=180.0).contains(&lon) {
            return Err(GeoError::Longitude);
        }
        Point::from_e7((lat * E7).round() as i64, (lon * E7).round() as i64)
    }

    /// A point from two typed numbers; see [`parse_degrees`]. The error names the wrong one, latitude first.
    pub fn parse(lat: &str, lon: &str) -> Result<Point, GeoError> {
        let lat_e7 = parse_degrees(lat).ok_or(GeoError::Latitude)?;
        let lon_e7 = parse_degrees(lon).ok_or(GeoError::Longitude)?;
        Point::from_e7(lat_e7, lon_e7)
    }

    /// Latitude in degrees.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_e7) / E7
    }

    /// Longitude in degrees.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_e7) / E7
    }

    /// The Web-Mercator tile of the point at `zoom` (0 to 28). Beyond 85° north or south the outermost tile.
    pub fn tile(self, zoom: u8) -> (u32, u32) {
        let side = f64::from(1u32 << zoom.min(CELL_ZOOM));
        let x = (self.lon() + 180.0) / 360.0 * side;
        let y = (1.0 - self.lat().to_radians().tan().asinh() / PI) / 2.0 * side;
        let hold = |value: f64| value.floor().clamp(0.0, side - 1.0) as u32;
        (hold(x), hold(y))
    }

    /// The point's cell: its tile at zoom 28 as a quadkey, 0 to 2⁵⁶ - 1.
    pub fn cell(self) -> i64 {
        let (x, y) = self.tile(CELL_ZOOM);
        interleave(x, y)
    }

    /// The distance to another point in metres, on a sphere (wrong by at most 0.6 %).
    pub fn haversine_m(self, other: Point) -> f64 {
        let (lat, other_lat) = (self.lat().to_radians(), other.lat().to_radians());
        let half_lat = ((other_lat - lat) / 2.0).sin();
        let half_lon = ((other.lon() - self.lon()).to_radians() / 2.0).sin();
        let h = half_lat * half_lat + lat.cos() * other_lat.cos() * half_lon * half_lon;
        2.0 * EARTH_RADIUS_METERS * h.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl std::fmt::Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {}", self.lat(), self.lon())
    }
}

/// The distance between two points in metres.
pub fn haversine_m(a: Point, b: Point) -> f64 {
    a.haversine_m(b)
}

/// Reads degrees as people type them, to 10⁻⁷ degrees: `-2.5489`, `-2,5489`, `+120.32°`. Exact, no exponent; more than
/// seven places are rounded half away from zero. Whether they are possible as latitude or longitude is for [`Point`].
pub fn parse_degrees(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches('°').trim_end();
    let (negative, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || fraction.len() > 40 || !all_digits {
        return None;
    }
    let places: String = fraction.chars().chain(std::iter::repeat('0')).take(7).collect();
    let mut value = whole.parse::<i64>().ok()? * 10_000_000 + places.parse::<i64>().ok()?;
    value += i64::from(fraction.as_bytes().get(7).is_some_and(|digit| *digit >= b'5'));
    Some(if negative { -value } else { value })
}

/// Bits of `x` at even places, of `y` at odd ones.
fn interleave(x: u32, y: u32) -> i64 {
    let spread = |value: u32| {
        let mut bits = u64::from(value);
        for (shift, mask) in [
            (16, 0x0000_FFFF_0000_FFFF),
            (8, 0x00FF_00FF_00FF_00FF),
            (4, 0x0F0F_0F0F_0F0F_0F0F),
            (2, 0x3333_3333_3333_3333),
            (1, 0x5555_5555_5555_5555u64),
        ] {
            bits = (bits | (bits << shift)) & mask;
        }
        bits
    };
    (spread(x) | (spread(y) << 1)).cast_signed()
}

/// The cells of the map tile `z/x/y`; `None` if there is no such tile (zoom 0 to 28, x and y below 2ᶻ).
pub fn tile_range(z: u8, x: u32, y: u32) -> Option<RangeInclusive<i64>> {
    if z > CELL_ZOOM || x >> z != 0 || y >> z != 0 {
        return None;
    }
    let shift = 2 * u32::from(CELL_ZOOM - z);
    let first = interleave(x, y) << shift;
    Some(first..=first + ((1i64 << shift) - 1))
}

/// A box of latitudes and longitudes, borders included. It never spans the 180th meridian: Indonesia does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BBox {
    /// The south-western corner.
    pub min: Point,
    /// The north-eastern corner.
    pub max: Point,
}

impl BBox {
    /// The box between two corners, whichever they are.
    pub fn new(a: Point, b: Point) -> BBox {
        BBox {
            min: Point {
                lat_e7: a.lat_e7.min(b.lat_e7),
                lon_e7: a.lon_e7.min(b.lon_e7),
            },
            max: Point {
                lat_e7: a.lat_e7.max(b.lat_e7),
                lon_e7: a.lon_e7.max(b.lon_e7),
            },
        }
    }

    /// The smallest box around all `points`; `None` without a point.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Option<BBox> {
        points
            .into_iter()
            .map(|point| BBox::new(point, point))
            .reduce(BBox::union)
    }

    /// A box that holds every point within `radius_m` metres of `centre` (held at 180° east and west).
    pub fn around(centre: Point, radius_m: f64) -> BBox {
        // A breath more than the radius, so that rounding loses no point on the rim.
        let angle = (radius_m.max(0.0) / EARTH_RADIUS_METERS).min(PI) + 1e-8;
        let lat = centre.lat().to_radians();
        let narrow = lat.abs() + angle < PI / 2.0;
        let wide = if narrow {
            (angle.sin() / lat.cos()).clamp(-1.0, 1.0).asin()
        } else {
            PI
        };
        let corner = |lat: f64, lon: f64| Point {
            lat_e7: (lat.to_degrees() * E7).clamp(-9e8, 9e8) as i32,
            lon_e7: (lon.to_degrees() * E7).clamp(-1.8e9, 1.8e9) as i32,
        };
        let lon = centre.lon().to_radians();
        BBox {
            min: corner(lat - angle, lon - wide),
            max: corner(lat + angle, lon + wide),
        }
    }

    /// The smallest box that holds both.
    #[must_use]
    pub fn union(self, other: BBox) -> BBox {
        let low = BBox::new(self.min, other.min).min;
        let high = BBox::new(self.max, other.max).max;
        BBox { min: low, max: high }
    }

    /// Whether the point lies in the box or on its border.
    pub fn contains(&self, point: Point) -> bool {
        (self.min.lat_e7..=self.max.lat_e7).contains(&point.lat_e7)
            && (self.min.lon_e7..=self.max.lon_e7).contains(&point.lon_e7)
    }

    /// Ranges of cells, in order and at most [`COVER_RANGES_MAX_COUNT`], that hold every point of the box and some around
    /// it: whoever reads them from a table checks each row with [`BBox::contains`] or a distance.
    pub fn cover(&self) -> Vec<RangeInclusive<i64>> {
        let mut zoom = CELL_ZOOM;
        let ((west, north), (east, south)) = loop {
            let first = Point {
                lat_e7: self.max.lat_e7,
                lon_e7: self.min.lon_e7,
            }
            .tile(zoom);
            let last = Point {
                lat_e7: self.min.lat_e7,
                lon_e7: self.max.lon_e7,
            }
            .tile(zoom);
            let fits = last.0 - first.0 < COVER_SIDE_MAX_TILES && last.1 - first.1 < COVER_SIDE_MAX_TILES;
            if fits || zoom == 0 {
                break (first, last);
            }
            zoom -= 1;
        };
        let columns = west..=east;
        let tiles = columns.flat_map(|x| (north..=south).filter_map(move |y| tile_range(zoom, x, y)));
        merged(tiles.collect(), COVER_RANGES_MAX_COUNT)
    }
}

/// Ranges of cells that hold every point within `radius_m` metres of `centre`, and some around; see [`BBox::cover`].
pub fn cover_circle(centre: Point, radius_m: f64) -> Vec<RangeInclusive<i64>> {
    BBox::around(centre, radius_m).cover()
}

/// The ranges in order, neighbours joined, and the narrowest gaps filled until at most `max_count` are left.
fn merged(mut ranges: Vec<RangeInclusive<i64>>, max_count: usize) -> Vec<RangeInclusive<i64>> {
    ranges.sort_by_key(|range| *range.start());
    let mut joined: Vec<RangeInclusive<i64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if *range.start() <= last.end() + 1 => *last = *last.start()..=*range.end().max(last.end()),
            _ => joined.push(range),
        }
    }
    while joined.len() > max_count.max(1) {
        let gap = |at: usize| joined[at + 1].start() - joined[at].end();
        let narrowest = (0..joined.len() - 1).min_by_key(|at| gap(*at)).unwrap_or(0);
        let next = joined.remove(narrowest + 1);
        joined[narrowest] = *joined[narrowest].start()..=*next.end();
    }
    joined
}

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
        if ring.points.len() < 3 || ring.doubled_area() == 0 {
            Err(GeoError::Ring)
        } else {
            Ok(ring)
        }
    }

    /// The corners, each once.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.points
            .iter()
            .copied()
            .zip(self.points.iter().copied().cycle().skip(1))
    }

    /// Twice the area in squares of 10⁻⁷ degrees, positive if the corners run anticlockwise.
    fn doubled_area(&self) -> i128 {
        let wide = |value: i32| i128::from(value);
        let cross = |(a, b): (Point, Point)| wide(a.lon_e7) * wide(b.lat_e7) - wide(b.lon_e7) * wide(a.lat_e7);
        self.edges().map(cross).sum()
    }

    /// How many edges a ray to the east crosses, odd or even. Exact integers, and an edge owns its lower end only: of two
    /// rings that share an edge, exactly one holds a point upon it.
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

    /// Whether the point lies inside. Of polygons that share a border without gap or overlap exactly one holds a point on
    /// it.
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
        let bbox = polygons
            .iter()
            .map(|polygon| polygon.bbox)
            .reduce(BBox::union)
            .ok_or(GeoError::Shape)?;
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
            polygon
                .holes
                .iter()
                .chain([&polygon.outer])
                .map(|ring| ring.points.len())
                .sum::<usize>()
        };
        self.polygons.iter().map(of).sum()
    }

    /// The centre of gravity of the largest polygon: where a label or a first map view goes. It may lie outside of a
    /// crescent-shaped area.
    pub fn centre(&self) -> Point {
        let largest = self
            .polygons
            .iter()
            .max_by_key(|polygon| polygon.outer.doubled_area().abs());
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
            (f64::from(from) + by / (3.0 * area))
                .round()
                .clamp(f64::from(low), f64::from(high)) as i32
        };
        Point {
            lat_e7: moved(origin.lat_e7, lat, self.bbox.min.lat_e7, self.bbox.max.lat_e7),
            lon_e7: moved(origin.lon_e7, lon, self.bbox.min.lon_e7, self.bbox.max.lon_e7),
        }
    }

    /// Reads a GeoJSON geometry (RFC 7946) of type `Polygon` or `MultiPolygon`. Coordinates are longitude first; a third
    /// number (the height) is passed over.
    pub fn from_geojson(geometry: &Value) -> Result<MultiPolygon, GeoError> {
        let coordinates = geometry.get("coordinates").ok_or(GeoError::Shape)?;
        let polygons = match geometry.get("type").and_then(Value::as_str) {
            Some("Polygon") => vec![polygon_of(coordinates)?],
            Some("MultiPolygon") => coordinates
                .as_array()
                .ok_or(GeoError::Shape)?
                .iter()
                .map(polygon_of)
                .collect::<Result<_, _>>()?,
            _ => return Err(GeoError::Shape),
        };
        let shape = MultiPolygon::new(polygons)?;
        if shape.points_count() > SHAPE_MAX_POINTS {
            Err(GeoError::TooManyPoints)
        } else {
            Ok(shape)
        }
    }

    /// The shape as a GeoJSON geometry: rings closed, outer rings anticlockwise and holes clockwise (RFC 7946).
    pub fn to_geojson(&self) -> Value {
        let ring = |ring: &Ring, anticlockwise: bool| {
            let mut corners: Vec<Value> = ring
                .points
                .iter()
                .map(|point| json!([point.lon(), point.lat()]))
                .collect();
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
