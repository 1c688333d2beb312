//! Points, distances, polygons, and the one number that lets a B-tree answer "what lies in this box".
//!
//! A point's `cell` is its Web-Mercator tile at zoom 28 with the bits of both axes interleaved (a quadkey as an
//! integer, 56 bits, about 15 cm). Every map tile is then one range of cells, and `GROUP BY cell >> k` clusters at any
//! zoom.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

mod shape;

pub use shape::{MultiPolygon, Polygon, Ring};

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
            min: Point { lat_e7: a.lat_e7.min(b.lat_e7), lon_e7: a.lon_e7.min(b.lon_e7) },
            max: Point { lat_e7: a.lat_e7.max(b.lat_e7), lon_e7: a.lon_e7.max(b.lon_e7) },
        }
    }

    /// The smallest box around all `points`; `None` without a point.
    pub fn of(points: impl IntoIterator<Item = Point>) -> Option<BBox> {
        points.into_iter().map(|point| BBox::new(point, point)).reduce(BBox::union)
    }

    /// A box that holds every point within `radius_m` metres of `centre` (held at 180° east and west).
    pub fn around(centre: Point, radius_m: f64) -> BBox {
        // A breath more than the radius, so that rounding loses no point on the rim.
        let angle = (radius_m.max(0.0) / EARTH_RADIUS_METERS).min(PI) + 1e-8;
        let lat = centre.lat().to_radians();
        let narrow = lat.abs() + angle < PI / 2.0;
        let wide = if narrow { (angle.sin() / lat.cos()).clamp(-1.0, 1.0).asin() } else { PI };
        let corner = |lat: f64, lon: f64| Point {
            lat_e7: (lat.to_degrees() * E7).clamp(-9e8, 9e8) as i32,
            lon_e7: (lon.to_degrees() * E7).clamp(-1.8e9, 1.8e9) as i32,
        };
        let lon = centre.lon().to_radians();
        BBox { min: corner(lat - angle, lon - wide), max: corner(lat + angle, lon + wide) }
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

    /// The finest zoom at which the box touches at most `most` columns and rows of tiles.
    pub fn zoom_of(&self, most: u32) -> u8 {
        (1..=CELL_ZOOM).rev().find(|zoom| self.tiles(*zoom).fits(most)).unwrap_or(0)
    }

    /// The tiles of the north-western and the south-eastern corner.
    fn tiles(&self, zoom: u8) -> Tiles {
        let first = Point { lat_e7: self.max.lat_e7, lon_e7: self.min.lon_e7 }.tile(zoom);
        let last = Point { lat_e7: self.min.lat_e7, lon_e7: self.max.lon_e7 }.tile(zoom);
        Tiles { first, last }
    }

    /// Ranges of cells, in order and at most [`COVER_RANGES_MAX_COUNT`], that hold every point of the box and some
    /// around it: whoever reads them from a table checks each row with [`BBox::contains`] or a distance.
    pub fn cover(&self) -> Vec<RangeInclusive<i64>> {
        let zoom = self.zoom_of(COVER_SIDE_MAX_TILES);
        let Tiles { first: (west, north), last: (east, south) } = self.tiles(zoom);
        let columns = west..=east;
        let tiles = columns.flat_map(|x| (north..=south).filter_map(move |y| tile_range(zoom, x, y)));
        merged(tiles.collect(), COVER_RANGES_MAX_COUNT)
    }
}

/// A rectangle of tiles.
struct Tiles {
    first: (u32, u32),
    last: (u32, u32),
}

impl Tiles {
    /// Whether neither side is longer than `most` tiles.
    fn fits(&self, most: u32) -> bool {
        self.last.0 - self.first.0 < most && self.last.1 - self.first.1 < most
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn point(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    /// The town of Masamba.
    fn masamba() -> Point {
        point(-2.5489, 120.3244)
    }

    #[test]
    fn degrees_out_of_range_are_refused_and_named() {
        assert_eq!(Point::from_degrees(90.1, 0.0), Err(GeoError::Latitude));
        assert_eq!(Point::from_degrees(f64::NAN, 0.0), Err(GeoError::Latitude));
        assert_eq!(Point::from_degrees(0.0, -180.1), Err(GeoError::Longitude));
        assert_eq!(Point::from_degrees(0.0, f64::INFINITY), Err(GeoError::Longitude));
        assert_eq!(Point::parse("120.3", "-2.5"), Err(GeoError::Latitude));
        assert_eq!(Point::parse("-2.5", "x"), Err(GeoError::Longitude));
        assert_eq!(Point::parse("-2.5489", "120,3244"), Ok(masamba()));
        assert_eq!(Point::from_e7(i64::MAX, 0), Err(GeoError::Latitude));
        assert_eq!(Point::from_e7(0, i64::MIN), Err(GeoError::Longitude));
    }

    #[test]
    fn typed_degrees_are_read_exactly() {
        for (text, e7) in [
            ("-2.5489", -25_489_000),
            (" -2,5489 ", -25_489_000),
            ("−2.5", -25_000_000),
            ("+120.3244°", 1_203_244_000),
            ("120", 1_200_000_000),
            ("120.", 1_200_000_000),
            ("0.00000005", 1),
            ("0.00000004999", 0),
            ("-0.00000005", -1),
        ] {
            assert_eq!(parse_degrees(text), Some(e7), "{text}");
        }
        for text in ["", "-", ".5", "1e2", "NaN", "inf", "1.2.3", "1,2,3", "--1", "1234", "0x1f", "1 2", "１"] {
            assert_eq!(parse_degrees(text), None, "{text}");
        }
    }

    #[test]
    fn a_tile_of_the_map_is_one_range_of_cells() {
        // The tile of Masamba at zoom 10, as OpenStreetMap numbers it.
        let (x, y) = masamba().tile(10);
        assert_eq!((x, y), (854, 519));
        assert!(tile_range(10, x, y).unwrap().contains(&masamba().cell()));
        assert!(!tile_range(10, x + 1, y).unwrap().contains(&masamba().cell()));
        assert_eq!(tile_range(0, 0, 0), Some(0..=(1i64 << 56) - 1));
        assert_eq!(tile_range(1, 2, 0), None);
        assert_eq!(tile_range(29, 0, 0), None);
        assert_eq!(tile_range(1, 1, 0), Some((1i64 << 54)..=(1i64 << 55) - 1));
    }

    #[test]
    fn the_ends_of_the_world_have_a_cell() {
        for (lat, lon) in [(90.0, 180.0), (-90.0, -180.0), (90.0, -180.0), (-90.0, 180.0)] {
            assert!((0..1i64 << 56).contains(&point(lat, lon).cell()));
        }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let makassar = point(-5.1477, 119.4327);
        let distance = masamba().haversine_m(makassar);
        assert!((distance - 305_600.0).abs() < 1_000.0, "{distance}");
        assert_eq!(masamba().haversine_m(masamba()), 0.0);
        let opposite = point(0.0, 0.0).haversine_m(point(0.0, 180.0));
        assert!((opposite - PI * EARTH_RADIUS_METERS).abs() < 1.0);
    }

    #[test]
    fn a_circle_of_250_metres_needs_few_ranges() {
        let ranges = cover_circle(masamba(), 250.0);
        assert!(!ranges.is_empty() && ranges.len() <= COVER_RANGES_MAX_COUNT);
        let cells: i64 = ranges.iter().map(|range| range.end() - range.start() + 1).sum();
        // A box of 500 m has some 11 million cells; the cover may be wider, but not by orders.
        assert!(cells < 250_000_000, "{cells}");
    }

    #[test]
    fn the_narrowest_gaps_are_filled_first() {
        let ranges = vec![0..=1, 100..=101, 2..=3, 6..=7, 300..=301];
        assert_eq!(merged(ranges, 3), vec![0..=7, 100..=101, 300..=301]);
        assert_eq!(merged(vec![0..=1, 5..=6], 0), vec![0..=6]);
        assert_eq!(merged(Vec::new(), 3), Vec::<RangeInclusive<i64>>::new());
    }

    fn anywhere() -> impl Strategy<Value = Point> {
        (-900_000_000i32..=900_000_000, -1_800_000_000i32..=1_800_000_000)
            .prop_map(|(lat_e7, lon_e7)| Point { lat_e7, lon_e7 })
    }

    fn indonesia() -> impl Strategy<Value = Point> {
        (-110_000_000i32..=60_000_000, 950_000_000i32..=1_410_000_000)
            .prop_map(|(lat_e7, lon_e7)| Point { lat_e7, lon_e7 })
    }

    proptest! {
        #[test]
        fn a_point_lies_in_its_tile_at_every_zoom_and_in_no_other(at in anywhere(), zoom in 0u8..=CELL_ZOOM) {
            let (x, y) = at.tile(zoom);
            let range = tile_range(zoom, x, y).unwrap();
            prop_assert!(range.contains(&at.cell()));
            prop_assert_eq!(at.cell() >> (2 * (CELL_ZOOM - zoom)), interleave(x, y));
            if let Some(other) = tile_range(zoom, x ^ 1, y) {
                prop_assert!(!other.contains(&at.cell()));
            }
        }

        #[test]
        fn a_cover_holds_every_point_of_the_circle(
            centre in indonesia(), radius in 0.0f64..300_000.0, angle in 0.0f64..std::f64::consts::TAU,
            share in 0.0f64..1.0,
        ) {
            let ranges = cover_circle(centre, radius);
            prop_assert!(!ranges.is_empty() && ranges.len() <= COVER_RANGES_MAX_COUNT);
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end() < pair[1].start()));
            let step = radius * share / EARTH_RADIUS_METERS;
            let lat = centre.lat() + (step * angle.sin()).to_degrees();
            let lon = centre.lon() + (step * angle.cos() / centre.lat().to_radians().cos()).to_degrees();
            let other = point(lat, lon);
            if centre.haversine_m(other) <= radius {
                prop_assert!(BBox::around(centre, radius).contains(other));
                prop_assert!(ranges.iter().any(|range| range.contains(&other.cell())));
            }
        }

        #[test]
        fn a_cover_holds_every_point_of_any_box(a in anywhere(), b in anywhere(), c in anywhere()) {
            let bbox = BBox::of([a, b]).unwrap();
            let ranges = bbox.cover();
            prop_assert!(ranges.len() <= COVER_RANGES_MAX_COUNT);
            for at in [a, b, c].into_iter().filter(|at| bbox.contains(*at)) {
                prop_assert!(ranges.iter().any(|range| range.contains(&at.cell())));
            }
        }

        #[test]
        fn any_radius_gives_a_cover(centre in anywhere(), radius in prop::num::f64::ANY) {
            let bbox = BBox::around(centre, radius);
            prop_assert!(bbox.contains(centre));
            prop_assert!(!bbox.cover().is_empty());
        }

        #[test]
        fn distance_is_the_same_both_ways_and_no_detour_is_shorter(a in anywhere(), b in anywhere(), c in anywhere()) {
            prop_assert!((a.haversine_m(b) - b.haversine_m(a)).abs() < 1e-6);
            prop_assert!(a.haversine_m(c) <= a.haversine_m(b) + b.haversine_m(c) + 1e-3);
        }

        #[test]
        fn degrees_read_back_from_their_text(at in anywhere()) {
            prop_assert_eq!(Point::parse(&at.lat().to_string(), &at.lon().to_string()), Ok(at));
            prop_assert_eq!(Point::from_degrees(at.lat(), at.lon()), Ok(at));
        }

        #[test]
        fn no_text_breaks_the_reader_of_degrees(text in "[-+0-9.,°eE ]{0,20}|.{0,20}") {
            if let Some(e7) = parse_degrees(&text) {
                prop_assert!(e7.abs() <= 9_999_999_999 + 1);
            }
        }

    }
}
