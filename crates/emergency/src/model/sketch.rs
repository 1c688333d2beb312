//! A map for paper: the incident, its units and the outline of the district, as lines and marks of a drawing that any
//! browser prints. Pure: points go in, numbers come out. North is up.

use simpul_kernel::geo::Point;

/// Width of the drawing, in its own units.
pub const WIDTH: f64 = 640.0;
/// Height of the drawing.
pub const HEIGHT: f64 = 400.0;
/// What stays free around all marks.
const MARGIN: f64 = 60.0;
/// The least that the drawing shows from its middle to its upper edge, in kilometres.
const LEAST_KM: f64 = 1.0;
/// Units that are farther away than this stand in the list and not on the map, in kilometres.
const FAR_KM: f64 = 60.0;
/// Kilometres of one degree of latitude.
const DEGREE_KM: f64 = 111.32;
/// Longest scale bar, as a part of the drawing's width.
const BAR_PART: f64 = 0.25;
/// Marks right of this write their name to the left.
const TURN_AT: f64 = 0.75 * WIDTH;

/// A mark with its name.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
    /// What it is called.
    pub name: String,
    /// Whether the name stands to the left of the mark.
    pub to_left: bool,
}

/// The drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Sketch {
    /// The outline, as the `d` of paths.
    pub outline: Vec<String>,
    /// Where it happened.
    pub incident: Mark,
    /// Units.
    pub units: Vec<Mark>,
    /// Units that are too far away to be drawn, by name.
    pub far: Vec<String>,
    /// Length of the scale bar, in the drawing's units.
    pub bar: f64,
    /// What the bar stands for, in metres.
    pub bar_m: i64,
}

/// Kilometres east and north of a point.
fn away(from: Point, to: Point) -> (f64, f64) {
    let east = (to.lon() - from.lon()) * DEGREE_KM * from.lat().to_radians().cos();
    (east, (to.lat() - from.lat()) * DEGREE_KM)
}

/// The longest of 1, 2, 5, 10 … metres that takes at most `most` metres.
fn round_below(most: f64) -> i64 {
    let mut best = 1;
    let mut power: i64 = 1;
    while let Some(next) = power.checked_mul(10) {
        for step in [power, 2 * power, 5 * power] {
            #[expect(clippy::cast_precision_loss, reason = "metres of a map")]
            if step as f64 <= most {
                best = step;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "metres of a map")]
        if next as f64 > most {
            break;
        }
        power = next;
    }
    best
}

/// Draws the incident in the middle, so that every unit that is near enough fits in.
pub fn sketch(incident: (Point, String), units: &[(Point, String)], outline: &[Vec<Point>]) -> Sketch {
    let (centre, name) = incident;
    let (near, far): (Vec<_>, Vec<_>) = units.iter().partition(|(at, _)| {
        let (east, north) = away(centre, *at);
        east.hypot(north) <= FAR_KM
    });
    let (half_width, half_height) = (WIDTH / 2.0 - MARGIN, HEIGHT / 2.0 - MARGIN);
    let wanted = near.iter().map(|(at, _)| {
        let (east, north) = away(centre, *at);
        (east.abs() / half_width).max(north.abs() / half_height)
    });
    let km_a_unit = wanted.fold(LEAST_KM / half_height, f64::max);
    let place = |at: Point| {
        let (east, north) = away(centre, at);
        (WIDTH / 2.0 + east / km_a_unit, HEIGHT / 2.0 - north / km_a_unit)
    };
    let mark = |at: Point, name: &str| {
        let (x, y) = place(at);
        Mark { x, y, name: name.to_owned(), to_left: x > TURN_AT }
    };
    let path = |ring: &Vec<Point>| {
        let corners = ring.iter().enumerate().map(|(at, corner)| {
            let (x, y) = place(*corner);
            format!("{}{x:.1} {y:.1}", if at == 0 { "M" } else { "L" })
        });
        format!("{}Z", corners.collect::<String>())
    };
    let bar_m = round_below(BAR_PART * WIDTH * km_a_unit * 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "metres of a map")]
    let bar = bar_m as f64 / 1_000.0 / km_a_unit;
    Sketch {
        outline: outline.iter().filter(|ring| ring.len() > 2).map(path).collect(),
        incident: mark(centre, &name),
        units: near.iter().map(|(at, name)| mark(*at, name)).collect(),
        far: far.iter().map(|(_, name)| name.clone()).collect(),
        bar,
        bar_m,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lat: f64, lon: f64) -> Point {
        Point::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn the_incident_is_in_the_middle_north_is_up_and_the_bar_is_a_round_length() {
        let unit = (at(-2.50, 120.33), "DK-1".to_owned());
        let drawn = sketch((at(-2.55, 120.33), "112-0001".to_owned()), &[unit], &[]);
        assert_eq!((drawn.incident.x, drawn.incident.y), (WIDTH / 2.0, HEIGHT / 2.0));
        assert!(drawn.units[0].y < drawn.incident.y && (drawn.units[0].x - WIDTH / 2.0).abs() < 0.01, "{drawn:?}");
        assert!(drawn.far.is_empty() && drawn.bar <= BAR_PART * WIDTH && drawn.bar > 10.0);
        assert_eq!(drawn.bar_m, 5_000);
        let far = (at(-4.0, 120.33), "AMB-9".to_owned());
        let drawn = sketch((at(-2.55, 120.33), String::new()), &[far], &[]);
        assert_eq!((drawn.units.len(), drawn.far), (0, vec!["AMB-9".to_owned()]));
    }

    #[test]
    fn an_outline_is_a_closed_path_and_what_has_no_area_is_none() {
        let ring = vec![at(-2.6, 120.3), at(-2.6, 120.4), at(-2.5, 120.4)];
        let drawn = sketch((at(-2.55, 120.33), String::new()), &[], &[ring, vec![at(0.0, 0.0)]]);
        assert_eq!(drawn.outline.len(), 1);
        assert!(drawn.outline[0].starts_with('M') && drawn.outline[0].ends_with('Z'), "{drawn:?}");
        assert_eq!(drawn.outline[0].matches('L').count(), 2);
    }

    proptest! {
        #[test]
        fn every_mark_lies_within_the_drawing(
            centre in (-60.0..60.0f64, -179.0..179.0f64),
            units in proptest::collection::vec((-3.0..3.0f64, -3.0..3.0f64), 0..12),
        ) {
            let near = |(lat, lon): &(f64, f64)| at(centre.0 + lat, (centre.1 + lon).clamp(-180.0, 180.0));
            let units: Vec<_> = units.iter().map(|unit| (near(unit), "DK".to_owned())).collect();
            let drawn = sketch((at(centre.0, centre.1), "112-0001".to_owned()), &units, &[]);
            prop_assert_eq!(drawn.units.len() + drawn.far.len(), units.len());
            for mark in drawn.units.iter().chain([&drawn.incident]) {
                prop_assert!((0.0..=WIDTH).contains(&mark.x) && (0.0..=HEIGHT).contains(&mark.y), "{:?}", mark);
            }
            prop_assert!(drawn.bar > 0.0 && drawn.bar <= BAR_PART * WIDTH + 0.001);
        }
    }
}
