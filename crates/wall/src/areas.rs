//! The region's districts as pictures: polygons for maps in the browser, and a drawing for pages without scripts.
//! Pure but for a memory of what was last drawn.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};

use serde_json::{Value, json};
use simpul_kernel::RegionId;
use simpul_people::model::area::dotted;
use simpul_people::{AreaLevel, Snapshot};

/// Width of the drawing in its own units; text in it is set for this width on a telephone.
const WIDTH: f64 = 360.0;
/// Grids tried for the drawing, from fine to coarse: corners across its longer side.
const GRIDS: [f64; 6] = [240.0, 180.0, 120.0, 90.0, 60.0, 40.0];
/// Most corners of a drawing, so that a home page stays within its 8 KB.
const CORNERS_MAX_COUNT: usize = 700;
/// Most regions whose drawings are kept.
const REGIONS_MAX_COUNT: usize = 600;

/// A longitude and a latitude in degrees.
type Corner = (f64, f64);
/// A ring on the grid.
type Snapped = Vec<(i64, i64)>;

/// One district.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The Ministry's code.
    pub code: i64,
    /// Its name.
    pub name: String,
    /// Where its name stands.
    label: Option<Corner>,
    /// The polygon as GeoJSON, where one was imported.
    geometry: Option<String>,
    /// The same as rings.
    rings: Vec<Vec<Corner>>,
}

/// One district of the drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The Ministry's code.
    pub code: i64,
    /// `d` of its path, in units of the grid.
    pub path: String,
    /// Where its number stands, in the drawing's units.
    pub x: i64,
    /// As `x`, from the top.
    pub y: i64,
}

/// The drawing of a region.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Its districts.
    pub areas: Vec<Drawn>,
    /// Its width.
    pub width: i64,
    /// Its height.
    pub height: i64,
    /// Units of the drawing in one of the grid.
    pub scale: String,
}

/// All districts of a region, as maps need them.
#[derive(Debug, PartialEq)]
pub struct Areas {
    /// The districts, by code.
    pub areas: Vec<Area>,
    /// The drawing; `None` where no boundary was imported.
    pub drawing: Option<Drawing>,
}

/// The open work of one district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Load {
    /// Open reports.
    pub open: i64,
    /// Of those, past their deadline.
    pub late: i64,
}

type Known = HashMap<RegionId, (Weak<Snapshot>, Arc<Areas>)>;
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);

/// The region's districts, from memory while the region stays as it is.
pub fn of(place: &Arc<Snapshot>) -> Arc<Areas> {
    let region = place.region.id;
    let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&region).cloned();
    if let Some((snapshot, areas)) = known
        && snapshot.upgrade().is_some_and(|snapshot| Arc::ptr_eq(&snapshot, place))
    {
        return areas;
    }
    let areas = Arc::new(Areas::read(place));
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= REGIONS_MAX_COUNT {
        known.clear();
    }
    known.insert(region, (Arc::downgrade(place), areas.clone()));
    areas
}

impl Areas {
    fn read(place: &Snapshot) -> Areas {
        let polygons = place.geojson(AreaLevel::District).map(|text| polygons(&text)).unwrap_or_default();
        let areas = place.districts.iter().map(|district| {
            let found = polygons.get(&dotted(district.code));
            let label = district.label.map(|point| (point.lon(), point.lat()));
            Area {
                code: district.code,
                name: district.name.clone(),
                label: label.or_else(|| found.and_then(|found| found.label)),
                geometry: found.map(|found| found.geometry.to_string()),
                rings: found.map(|found| rings(&found.geometry)).unwrap_or_default(),
            }
        });
        let areas: Vec<Area> = areas.collect();
        let drawing = draw(&areas);
        Areas { areas, drawing }
    }

    /// A FeatureCollection: polygons where there are any, and a point for each name.
    pub fn geojson(&self, load: impl Fn(i64) -> Load) -> String {
        let mut features = Vec::new();
        for area in &self.areas {
            let (code, load) = (dotted(area.code), load(area.code));
            let properties = json!({
                "code": code, "name": area.name, "open": load.open, "late": load.late,
                "url": format!("/laporan?kecamatan={code}"),
            });
            if let Some(geometry) = &area.geometry {
                features.push(feature(&properties, geometry));
            }
            if let Some((lon, lat)) = area.label {
                let point = json!({ "type": "Point", "coordinates": [lon, lat] });
                features.push(feature(&properties, &point.to_string()));
            }
        }
        collection(&features)
    }
}

fn feature(properties: &Value, geometry: &str) -> String {
    format!(r#"{{"type":"Feature","properties":{properties},"geometry":{geometry}}}"#)
}

/// A FeatureCollection of features that are written out already.
pub fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

struct Polygon {
    label: Option<Corner>,
    geometry: Value,
}

/// The polygons of a FeatureCollection by their code. What is no such collection has none.
fn polygons(text: &str) -> HashMap<String, Polygon> {
    let Ok(Value::Object(mut root)) = serde_json::from_str::<Value>(text) else { return HashMap::new() };
    let Some(Value::Array(features)) = root.remove("features") else { return HashMap::new() };
    let mut found = HashMap::new();
    for mut feature in features {
        let properties = &feature["properties"];
        let Some(code) = properties["code"].as_str().map(str::to_owned) else { continue };
        let label = properties["label_lon"].as_f64().zip(properties["label_lat"].as_f64());
        found.insert(code, Polygon { label, geometry: feature["geometry"].take() });
    }
    found
}

/// All rings of a Polygon or MultiPolygon.
fn rings(geometry: &Value) -> Vec<Vec<Corner>> {
    let coordinates = geometry["coordinates"].as_array().map(Vec::as_slice).unwrap_or_default();
    let polygons: Vec<&Value> = match geometry["type"].as_str() {
        Some("Polygon") => vec![&geometry["coordinates"]],
        Some("MultiPolygon") => coordinates.iter().collect(),
        _ => Vec::new(),
    };
    let rings = polygons.into_iter().filter_map(Value::as_array).flatten();
    let corner = |corner: &Value| corner[0].as_f64().zip(corner[1].as_f64());
    rings.map(|ring| ring.as_array().into_iter().flatten().filter_map(corner).collect()).collect()
}

/// Where the drawing lies: its west and north, and how degrees become units.
struct Frame {
    west: f64,
    north: f64,
    /// Units for a degree of longitude, and of latitude.
    scale: Corner,
    height: f64,
}

impl Frame {
    fn around(areas: &[Area]) -> Option<Frame> {
        let corners = || areas.iter().flat_map(|area| area.rings.iter().flatten());
        let least = |of: fn(&Corner) -> f64| corners().map(of).fold(f64::INFINITY, f64::min);
        let most = |of: fn(&Corner) -> f64| corners().map(of).fold(f64::NEG_INFINITY, f64::max);
        let (west, east, south, north) = (least(|c| c.0), most(|c| c.0), least(|c| c.1), most(|c| c.1));
        // A degree of longitude is shorter away from the equator.
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.1);
        let (wide, high) = ((east - west) * shrink, north - south);
        if !(wide > 0.0 && high > 0.0 && wide.is_finite() && high.is_finite()) {
            return None;
        }
        let unit = WIDTH / wide.max(high);
        let width_used = wide * unit;
        Some(Frame {
            west: west - (WIDTH - width_used) / 2.0 / (unit * shrink),
            north,
            scale: (unit * shrink, unit),
            height: high * unit,
        })
    }

    fn place(&self, (lon, lat): Corner) -> Corner {
        ((lon - self.west) * self.scale.0, (self.north - lat) * self.scale.1)
    }
}

/// Draws the districts on the finest grid that keeps the page small. Every corner is moved to the grid and those that
/// fall together or lie on a straight line are left out; neighbours share corners, so no gap opens between them.
fn draw(areas: &[Area]) -> Option<Drawing> {
    let frame = Frame::around(areas)?;
    let mut best = None;
    for grid in GRIDS {
        let unit = WIDTH / grid;
        let snapped: Vec<(&Area, Vec<Snapped>)> = areas
            .iter()
            .map(|area| (area, area.rings.iter().filter_map(|ring| snap(&frame, ring, unit)).collect()))
            .collect();
        let corners: usize = snapped.iter().flat_map(|(_, rings)| rings).map(Vec::len).sum();
        best = Some((unit, snapped));
        if corners <= CORNERS_MAX_COUNT {
            break;
        }
    }
    let (unit, snapped) = best?;
    let drawn = snapped.into_iter().filter(|(_, rings)| !rings.is_empty()).map(|(area, rings)| {
        let middle = area.label.map(|label| frame.place(label)).unwrap_or((0.0, 0.0));
        Drawn {
            code: area.code,
            path: rings.iter().map(|ring| path(ring)).collect(),
            x: middle.0.round() as i64,
            y: middle.1.round() as i64,
        }
    });
    let areas: Vec<Drawn> = drawn.collect();
    (!areas.is_empty()).then(|| Drawing {
        areas,
        width: WIDTH as i64,
        height: frame.height.ceil() as i64,
        scale: format!("{unit}"),
    })
}

/// A ring on the grid, without its repeated last corner; `None` if nothing of it is left.
fn snap(frame: &Frame, ring: &[Corner], unit: f64) -> Option<Snapped> {
    let mut corners: Snapped = ring
        .iter()
        .map(|corner| frame.place(*corner))
        .map(|(x, y)| ((x / unit).round() as i64, (y / unit).round() as i64))
        .collect();
    corners.dedup();
    while corners.len() > 1 && corners.first() == corners.last() {
        corners.pop();
    }
    let count = corners.len();
    let bends = |at: usize| {
        let (a, b, c) = (corners[(at + count - 1) % count], corners[at], corners[(at + 1) % count]);
        (b.0 - a.0) * (c.1 - b.1) != (b.1 - a.1) * (c.0 - b.0)
    };
    let kept: Snapped = (0..count).filter(|at| bends(*at)).map(|at| corners[at]).collect();
    (kept.len() >= 3).then_some(kept)
}

/// A closed path by steps, as short as SVG allows.
fn path(ring: &[(i64, i64)]) -> String {
    let mut text = String::new();
    let mut at = (0, 0);
    for (index, corner) in ring.iter().enumerate() {
        let step = if index == 0 { *corner } else { (corner.0 - at.0, corner.1 - at.1) };
        match index {
            0 => text.push('M'),
            1 => text.push('l'),
            _ if step.0 >= 0 => text.push(' '),
            _ => {}
        }
        text.push_str(&step.0.to_string());
        if step.1 >= 0 {
            text.push(' ');
        }
        text.push_str(&step.1.to_string());
        at = *corner;
    }
    text.push('z');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn area(code: i64, ring: Vec<Corner>) -> Area {
        Area { code, name: format!("K{code}"), label: ring.first().copied(), geometry: None, rings: vec![ring] }
    }

    /// Reads a path back to its corners.
    fn corners(path: &str) -> Vec<(i64, i64)> {
        let spaced = path.replace('-', " -").replace(['M', 'l'], " ").replace('z', "");
        let numbers: Vec<i64> = spaced.split_whitespace().map(|number| number.parse().unwrap()).collect();
        let mut at = (0, 0);
        let steps = numbers.chunks(2).map(|step| {
            at = (at.0 + step[0], at.1 + step[1]);
            at
        });
        steps.collect()
    }

    #[test]
    fn neighbours_keep_their_common_border() {
        let west = area(1, vec![(120.0, -3.0), (120.5, -3.0), (120.51, -2.6), (120.5, -2.0), (120.0, -2.0)]);
        let east = area(2, vec![(120.5, -3.0), (121.0, -3.0), (121.0, -2.0), (120.5, -2.0), (120.51, -2.6)]);
        let drawing = draw(&[west, east]).unwrap();
        let [west, east] = [0, 1].map(|at| corners(&drawing.areas[at].path));
        let shared = west.iter().filter(|corner| east.contains(corner)).count();
        assert_eq!(shared, 3, "{west:?} {east:?}");
    }

    #[test]
    fn a_region_without_boundaries_has_names_and_no_drawing() {
        let named = Area { rings: Vec::new(), ..area(732_201, vec![(120.3, -2.5)]) };
        let areas = Areas { drawing: draw(std::slice::from_ref(&named)), areas: vec![named] };
        assert_eq!(areas.drawing, None);
        let text = areas.geojson(|_| Load { open: 7, late: 2 });
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["features"][0]["geometry"]["type"], "Point");
        assert_eq!(read["features"][0]["properties"]["late"], 2);
        assert_eq!(read["features"][0]["properties"]["url"], "/laporan?kecamatan=73.22.01");
    }

    #[test]
    fn a_map_of_many_corners_stays_small() {
        let round = (0..20_000).map(|step| f64::from(step) / 20_000.0 * std::f64::consts::TAU);
        let ring: Vec<Corner> = round.map(|angle| (120.0 + angle.cos(), -2.0 + angle.sin())).collect();
        let drawing = draw(&[area(1, ring)]).unwrap();
        assert!(drawing.areas[0].path.len() < 8 * CORNERS_MAX_COUNT, "{}", drawing.areas[0].path.len());
    }

    proptest! {
        #[test]
        fn any_ring_is_drawn_within_its_frame(ring in prop::collection::vec((119.0f64..121.0, -3.0f64..-1.0), 3..60)) {
            if let Some(drawing) = draw(&[area(1, ring)]) {
                let unit: f64 = drawing.scale.parse().unwrap();
                for (x, y) in corners(&drawing.areas[0].path) {
                    prop_assert!((0.0..=WIDTH + unit).contains(&(x as f64 * unit)));
                    prop_assert!((0.0..=drawing.height as f64 + unit).contains(&(y as f64 * unit)));
                }
            }
        }

        #[test]
        fn any_text_has_polygons_or_none(text in "\\PC{0,60}") {
            let _ = polygons(&text);
        }
    }
}
