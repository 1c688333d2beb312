//! Polygons as others draw them, made sound or refused.

use geo::{Area, BooleanOps, Coord, InteriorPoint, LineString, MultiPolygon, Polygon, unary_union};
use serde_json::Value;
use simpul_kernel::geo as kernel;

use super::place::{INDONESIA_LAT, INDONESIA_LON};
use super::sound::{Fault, check};

/// Largest share of the area that a repair may add or take away: knots in a border are below it, a bow tie is not.
const REPAIR_AREA_MAX_SHARE: f64 = 0.01;
/// Most points of one ring. Of 407 villages at hand the densest ring has 1,085; a coast at 1:10,000 has some 30,000.
const RING_MAX_POINTS: usize = 50_000;
/// Most points of one feature, with its islands and holes.
const FEATURE_MAX_POINTS: usize = 100_000;

/// A sound polygon, and what had to be done to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clean {
    /// The polygon.
    pub shape: kernel::MultiPolygon,
    /// A point inside, near the middle.
    pub label: kernel::Point,
    /// What was put right; empty if nothing was.
    pub repairs: Vec<String>,
}

/// Makes a polygon of the geometries of one area.
///
/// # Errors
/// Why it cannot be used.
pub(super) fn clean(geometries: &[&Value]) -> Result<Clean, String> {
    let mut notes = Notes::default();
    let mut polygons = Vec::new();
    for geometry in geometries {
        polygons.extend(polygons_of(geometry, &mut notes)?);
    }
    let drawn = MultiPolygon::new(polygons);
    let mut repairs = notes.lines();
    let sound = match check(&drawn) {
        Ok(()) => drawn,
        Err(Fault::Hopeless(fault)) => return Err(fault),
        Err(Fault::Mendable(fault)) => {
            let (mended, changed) = mend(&drawn, &fault)?;
            repairs.push(format!("{fault}: mended, the area changed by {:.3} %", changed * 100.0));
            mended
        }
    };
    let shape = to_kernel(&sound)?;
    let label = label_of(&sound, &shape);
    Ok(Clean { shape, label, repairs })
}

#[derive(Default)]
struct Notes {
    unclosed: usize,
    repeated: usize,
    dropped: usize,
    points: usize,
}

impl Notes {
    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (count, what) in [
            (self.unclosed, "rings closed"),
            (self.repeated, "repeated points dropped"),
            (self.dropped, "rings without area dropped"),
        ] {
            if count > 0 {
                lines.push(format!("{count} {what}"));
            }
        }
        lines
    }
}

fn polygons_of(geometry: &Value, notes: &mut Notes) -> Result<Vec<Polygon<f64>>, String> {
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    let parts: Vec<&Value> = match (geometry.get("type").and_then(Value::as_str), coordinates) {
        (Some("Polygon"), Some(_)) => vec![&geometry["coordinates"]],
        (Some("MultiPolygon"), Some(parts)) => parts.iter().collect(),
        (Some("GeometryCollection"), _) => {
            let members = geometry
                .get("geometries")
                .and_then(Value::as_array)
                .ok_or("a GeometryCollection without geometries")?;
            let areas = members
                .iter()
                .filter(|m| m.get("type").and_then(Value::as_str).is_some_and(|t| t.ends_with("Polygon")));
            let mut polygons = Vec::new();
            for member in areas {
                polygons.extend(polygons_of(member, notes)?);
            }
            return Ok(polygons);
        }
        (Some(other), _) => return Err(format!("a {other} has no area")),
        (None, _) => return Err("there is no geometry".into()),
    };
    let mut polygons = Vec::new();
    for part in parts {
        let rings = part.as_array().ok_or("a polygon without rings")?;
        let mut rings = rings.iter().map(|ring| ring_of(ring, notes));
        let Some(outer) = rings.next().transpose()?.flatten() else {
            continue;
        };
        let holes = rings.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
        polygons.push(Polygon::new(outer, holes));
    }
    if polygons.is_empty() { Err("no ring has an area".into()) } else { Ok(polygons) }
}

/// `None` for a ring without area, which some programs leave behind where they clipped.
fn ring_of(ring: &Value, notes: &mut Notes) -> Result<Option<LineString<f64>>, String> {
    let listed = ring.as_array().ok_or("a ring without points")?;
    if listed.len() > RING_MAX_POINTS {
        return Err(format!("more than {RING_MAX_POINTS} points in one ring; simplify it to some metres"));
    }
    notes.points += listed.len();
    if notes.points > FEATURE_MAX_POINTS {
        return Err(format!("more than {FEATURE_MAX_POINTS} points; simplify it to some metres"));
    }
    let mut points = listed.iter().map(coord_of).collect::<Result<Vec<_>, _>>()?;
    let before = points.len();
    points.dedup();
    notes.repeated += before - points.len();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    } else if points.len() > 2 {
        notes.unclosed += 1;
    }
    if points.len() < 3 {
        notes.dropped += 1;
        return Ok(None);
    }
    points.push(points[0]);
    Ok(Some(LineString::new(points)))
}

fn coord_of(pair: &Value) -> Result<Coord<f64>, String> {
    let at = |index: usize| pair.get(index).and_then(Value::as_f64);
    let (Some(lon), Some(lat)) = (at(0), at(1)) else {
        return Err("a point that is no pair of numbers".into());
    };
    if INDONESIA_LAT.contains(&lon) && INDONESIA_LON.contains(&lat) {
        return Err(format!("[{lon}, {lat}] looks like latitude first; GeoJSON has longitude first"));
    }
    if !(-180.0..=180.0).contains(&lon) || !(-90.0..=90.0).contains(&lat) {
        return Err(format!("[{lon}, {lat}] are no degrees; export the file as WGS 84 (EPSG:4326)"));
    }
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    Ok(Coord { x: rounded(lon), y: rounded(lat) })
}

/// Resolves crossings: what lies inside an even number of times is outside, as whoever fills the drawing sees it.
fn mend(drawn: &MultiPolygon<f64>, fault: &str) -> Result<(MultiPolygon<f64>, f64), String> {
    let nothing = MultiPolygon::<f64>::new(Vec::new());
    // Parts that overlap belong together; only within one part does a second turn cut out.
    let parts: Vec<MultiPolygon<f64>> = drawn.0.iter().map(|part| part.union(&nothing)).collect();
    let mended = match parts.as_slice() {
        [only] => only.clone(),
        several => unary_union(several.iter().flat_map(|part| &part.0)),
    };
    let rounded = |degrees: f64| (degrees * 1e7).round() / 1e7;
    let mended = geo::MapCoords::map_coords(&mended, |c| Coord { x: rounded(c.x), y: rounded(c.y) });
    let (before, after) = (drawn.0.iter().map(Area::unsigned_area).sum::<f64>(), mended.unsigned_area());
    let changed = (after - before).abs() / before.max(f64::MIN_POSITIVE);
    if mended.0.is_empty() || changed > REPAIR_AREA_MAX_SHARE {
        return Err(format!("{fault}, and putting it right would change the area"));
    }
    check(&mended).map_err(|(Fault::Mendable(left) | Fault::Hopeless(left))| {
        format!("{fault}, and putting it right left that {left}")
    })?;
    Ok((mended, changed))
}

fn to_kernel(sound: &MultiPolygon<f64>) -> Result<kernel::MultiPolygon, String> {
    let ring = |line: &LineString<f64>| {
        let points = line.coords().map(|c| kernel::Point::from_degrees(c.y, c.x)).collect::<Result<Vec<_>, _>>();
        points.and_then(kernel::Ring::new).map_err(|error| error.to_string())
    };
    let mut polygons = Vec::with_capacity(sound.0.len());
    for polygon in &sound.0 {
        let holes = polygon.interiors().iter().map(ring).collect::<Result<Vec<_>, _>>()?;
        polygons.push(kernel::Polygon::new(ring(polygon.exterior())?, holes));
    }
    kernel::MultiPolygon::new(polygons).map_err(|error| error.to_string())
}

/// The centre of gravity if it lies inside, as in most villages; otherwise a point that does.
fn label_of(sound: &MultiPolygon<f64>, shape: &kernel::MultiPolygon) -> kernel::Point {
    let centre = shape.centre();
    if shape.contains(centre) {
        return centre;
    }
    let inside = sound.interior_point().and_then(|point| kernel::Point::from_degrees(point.y(), point.x()).ok());
    inside.unwrap_or(centre)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn polygon(ring: Value) -> Value {
        json!({ "type": "Polygon", "coordinates": [ring] })
    }

    #[test]
    fn an_open_ring_is_closed_and_repeated_points_are_dropped() {
        let drawn = polygon(json!([[120.0, -3.0], [120.0, -3.0], [121.0, -3.0], [121.0, -2.0], [120.0, -2.0]]));
        let clean = clean(&[&drawn]).unwrap();
        assert_eq!(clean.repairs, ["1 rings closed", "1 repeated points dropped"]);
        assert!(clean.shape.contains(kernel::Point::from_degrees(-2.5, 120.5).unwrap()));
    }

    #[test]
    fn a_bow_tie_is_refused_and_a_small_knot_is_mended() {
        let bow = polygon(json!([[120.0, -3.0], [121.0, -2.0], [121.0, -3.0], [120.0, -2.0], [120.0, -3.0]]));
        assert!(clean(&[&bow]).unwrap_err().contains("self-intersection"));
        let knot = polygon(json!([
            [120.0, -3.0],
            [121.0, -3.0],
            [121.0, -2.0],
            [120.51, -2.0],
            [120.49, -1.999],
            [120.49, -2.0],
            [120.51, -1.999],
            [120.4, -2.0],
            [120.0, -2.0],
            [120.0, -3.0]
        ]));
        let mended = clean(&[&knot]).unwrap();
        assert!(mended.repairs[0].contains("mended"), "{:?}", mended.repairs);
    }

    #[test]
    fn the_ring_turns_as_the_standard_says_however_it_was_drawn() {
        let clockwise = polygon(json!([[120.0, -3.0], [120.0, -2.0], [121.0, -2.0], [121.0, -3.0], [120.0, -3.0]]));
        let out = clean(&[&clockwise]).unwrap().shape.to_geojson();
        let ring = out["coordinates"][0][0].as_array().unwrap();
        let area: f64 = ring
            .windows(2)
            .map(|p| {
                let at = |v: &Value, i: usize| v[i].as_f64().unwrap();
                at(&p[0], 0) * at(&p[1], 1) - at(&p[1], 0) * at(&p[0], 1)
            })
            .sum();
        assert!(area > 0.0);
    }

    #[test]
    fn swapped_axes_and_metres_are_named() {
        let swapped = polygon(json!([[-3.0, 120.0], [-3.0, 121.0], [-2.0, 121.0]]));
        assert!(clean(&[&swapped]).unwrap_err().contains("longitude first"));
        let metres = polygon(json!([[230_000.0, 9_700_000.0], [231_000.0, 9_700_000.0], [231_000.0, 9_701_000.0]]));
        assert!(clean(&[&metres]).unwrap_err().contains("EPSG:4326"));
        assert!(clean(&[&json!({ "type": "Point", "coordinates": [120.0, -3.0] })]).is_err());
        assert!(clean(&[&Value::Null]).is_err());
    }

    #[test]
    fn the_label_of_a_crescent_lies_inside_it() {
        let crescent = polygon(json!([
            [120.0, -3.0],
            [121.0, -3.0],
            [121.0, -2.9],
            [120.1, -2.9],
            [120.1, -2.1],
            [121.0, -2.1],
            [121.0, -2.0],
            [120.0, -2.0],
            [120.0, -3.0]
        ]));
        let clean = clean(&[&crescent]).unwrap();
        assert!(clean.shape.contains(clean.label));
    }

    /// Corners of a ring around -2.5, 120.5 with as many corners, at most half a degree wide.
    fn around(count: usize, reach: impl Fn(usize) -> f64) -> Value {
        let corner = |n: usize| {
            let (turn, far) = (n as f64 / count as f64 * std::f64::consts::TAU, reach(n));
            json!([120.5 + far * turn.cos(), -2.5 + far * turn.sin()])
        };
        polygon(Value::Array((0..count).map(corner).collect()))
    }

    /// A seed's next number, 0 to 1.
    fn next(seed: &mut u64) -> f64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as f64 / f64::from(1u32 << 31)
    }

    /// None of these may hold a processor: each was minutes of work. Nextest ends a test that takes that long.
    #[test]
    fn a_ring_that_was_made_to_be_slow_is_answered_at_once() {
        assert!(clean(&[&around(280_000, |_| 0.5)]).unwrap_err().contains("points in one ring"));
        let dense = clean(&[&around(49_000, |_| 0.5)]).unwrap();
        assert_eq!((dense.repairs.len(), dense.shape.points_count()), (1, 49_000), "closed, and otherwise taken");
        let mut seed = 7;
        let random: Vec<_> = (0..3_000).map(|_| json!([120.0 + next(&mut seed), -3.0 + next(&mut seed)])).collect();
        assert!(clean(&[&polygon(json!(random))]).unwrap_err().contains("more than 500 places"));
        // A knot at every fourth corner: two corners change places.
        let knots = around(40_000, |_| 0.5);
        let mut corners = knots["coordinates"][0].as_array().unwrap().clone();
        for pair in corners.chunks_mut(4).filter(|pair| pair.len() == 4) {
            pair.swap(1, 2);
        }
        assert!(clean(&[&polygon(json!(corners))]).unwrap_err().contains("more than 500 places"));
        let comb = around(49_000, |n| if n % 2 == 0 { 0.5 } else { 0.01 });
        assert!(clean(&[&comb]).is_err(), "a star of 24,500 rays");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn whatever_is_drawn_is_refused_or_becomes_sound(
            points in proptest::collection::vec((0i32..12, 0i32..12), 0..14)
        ) {
            let corner = |(x, y): &(i32, i32)| json!([120.0 + f64::from(*x) / 10.0, -3.0 + f64::from(*y) / 10.0]);
            let ring: Vec<_> = points.iter().map(corner).collect();
            if let Ok(made) = clean(&[&polygon(json!(ring))]) {
                let again = made.shape.to_geojson();
                let twice = clean(&[&again]).unwrap();
                prop_assert!(twice.repairs.is_empty(), "{:?}", twice.repairs);
                prop_assert!(made.shape.contains(made.label));
            }
        }
    }
}
