//! The map of an incident as it prints: drawn by the server, without a script.

use std::borrow::Borrow;

use askama::Template;
use askama::filters::HtmlSafe;
use serde_json::Value;
use simpul_kernel::geo::Point;
use simpul_people::{AreaLevel, Snapshot};
use simpul_shell::Page;

use crate::model::sketch::{Mark, Sketch, sketch};
use crate::model::{Incident, Unit, number};
use crate::read::Whole;

/// How far a unit's name stands from its mark.
const NAME_AWAY: f64 = 9.0;
/// Half of the cross that marks where it happened.
const CROSS: f64 = 5.0;

/// The map.
#[derive(Template)]
#[template(path = "emergency/sketch.html")]
pub struct SketchView {
    page: Page,
    drawn: Sketch,
    title: String,
    credit: String,
}
impl HtmlSafe for SketchView {}

impl SketchView {
    /// The map of an incident that has a point: it, its units where they are or stand, and the district around it.
    pub fn of(page: &Page, place: &Snapshot, whole: &Whole, units: &[Unit]) -> Option<SketchView> {
        let incident = &whole.incident;
        let point = incident.site.point?;
        let sent = units.iter().filter(|unit| whole.dispatches.iter().any(|one| one.unit == unit.id));
        let at = |unit: &Unit| unit.position.map(|position| position.point).or(unit.base);
        let sent: Vec<_> = sent.filter_map(|unit| Some((at(unit)?, unit.call_sign.clone()))).collect();
        let shown = number::shown(incident.serial);
        let drawn = sketch((point, shown.clone()), &sent, &outline(place, incident, point));
        let title = page.t1("emergency.sketch.title", "number", shown);
        Some(SketchView { page: page.clone(), drawn, title, credit: page.map_credit() })
    }

    fn number(&self, value: impl Borrow<f64>) -> String {
        format!("{:.1}", value.borrow())
    }

    fn text_x(&self, mark: &Mark) -> f64 {
        if mark.to_left { mark.x - NAME_AWAY } else { mark.x + NAME_AWAY }
    }

    fn cross(&self) -> String {
        let Mark { x, y, .. } = self.drawn.incident;
        let (left, right, top, bottom) = (x - CROSS, x + CROSS, y - CROSS, y + CROSS);
        format!("M{left:.1} {top:.1}L{right:.1} {bottom:.1}M{right:.1} {top:.1}L{left:.1} {bottom:.1}")
    }

    fn bar(&self) -> String {
        let metres = self.drawn.bar_m;
        if metres < 1_000 { format!("{metres} m") } else { format!("{} km", self.page.number(metres / 1_000)) }
    }
}

/// The rings of the district that an incident is in; none where no boundary was imported.
fn outline(place: &Snapshot, incident: &Incident, point: Point) -> Vec<Vec<Point>> {
    let district = incident.site.district.or_else(|| place.district_at(point).map(|district| district.code));
    let drawn = place.geojson(AreaLevel::District);
    let Some((district, drawn)) = district.zip(drawn) else { return Vec::new() };
    let known: Value = serde_json::from_str(&drawn).unwrap_or_default();
    let code = |feature: &Value| feature["properties"]["code"].as_str().map(|code| code.replace('.', ""));
    let features = known["features"].as_array().into_iter().flatten();
    let own = features.filter(|feature| code(feature) == Some(district.to_string()));
    let polygons = own.flat_map(|feature| feature["geometry"]["coordinates"].as_array().into_iter().flatten());
    let rings = polygons.flat_map(|polygon| polygon.as_array().into_iter().flatten());
    rings.filter_map(Value::as_array).map(|ring| ring.iter().filter_map(corner).collect()).collect()
}

fn corner(corner: &Value) -> Option<Point> {
    Point::from_degrees(corner[1].as_f64()?, corner[0].as_f64()?).ok()
}
