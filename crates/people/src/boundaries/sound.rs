//! Whether a shape is sound (OGC simple features): rings that cross nothing, holes inside, parts beside each other. In
//! a time that the shape's size bounds, whatever was drawn.

use std::collections::BTreeSet;

use geo::coordinate_position::CoordPos;
use geo::dimensions::Dimensions;
use geo::{MultiPolygon, Polygon, Relate};

use super::crossings::{Corner, corners_of, crossings, holds};

/// Most pairs of rings within each other's box: a mainland with its islands has some hundred.
const NEAR_MAX_COUNT: usize = 2_000;
/// Most pairs of rings that touch each other at a point.
const TOUCHING_MAX_COUNT: usize = 100;

/// What is wrong with a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It may be put right: this is what it is.
    Mendable(String),
    /// It is too much to be looked at, and why.
    Hopeless(String),
}

/// Checks a shape.
///
/// # Errors
/// The first fault.
pub(super) fn check(shape: &MultiPolygon<f64>) -> Result<(), Fault> {
    let found = crossings(shape).map_err(Fault::Hopeless)?;
    if let Some(fault) = found.fault {
        return Err(Fault::Mendable(fault));
    }
    if found.touching.len() > TOUCHING_MAX_COUNT {
        return Err(Fault::Hopeless(format!("more than {TOUCHING_MAX_COUNT} of its rings touch each other")));
    }
    let parts: Vec<Part> = shape.0.iter().map(Part::of).collect();
    let owners: Vec<(usize, usize)> = parts
        .iter()
        .enumerate()
        .flat_map(|(part, drawn)| (0..drawn.rings.len()).map(move |ring| (part, ring)))
        .collect();
    let mut touching = Touching::default();
    for (one, other) in found.touching {
        touching.note(owners[one], owners[other]);
    }
    let mut near = 0;
    for (place, part) in parts.iter().enumerate() {
        part.check_holes(place, &touching, &mut near)?;
    }
    beside(&parts, &touching, &mut near)
}

/// Which rings touch, and which parts do.
#[derive(Default)]
struct Touching {
    /// Part, ring and ring.
    rings: BTreeSet<(usize, usize, usize)>,
    parts: BTreeSet<(usize, usize)>,
}

impl Touching {
    fn note(&mut self, (part, ring): (usize, usize), (other_part, other_ring): (usize, usize)) {
        if part == other_part {
            self.rings.insert((part, ring.min(other_ring), ring.max(other_ring)));
        } else {
            self.parts.insert((part.min(other_part), part.max(other_part)));
        }
    }
}

/// A polygon with its rings, the outer one first.
struct Part<'a> {
    drawn: &'a Polygon<f64>,
    rings: Vec<Ring>,
}

struct Ring {
    corners: Vec<Corner>,
    low: Corner,
    high: Corner,
}

impl Ring {
    fn is_near(&self, other: &Ring) -> bool {
        self.low.0 <= other.high.0
            && other.low.0 <= self.high.0
            && self.low.1 <= other.high.1
            && other.low.1 <= self.high.1
    }

    /// Whether the other ring, which does not touch this one, lies within it.
    fn surrounds(&self, other: &Ring) -> bool {
        self.is_near(other) && other.corners.first().is_some_and(|corner| holds(&self.corners, *corner))
    }
}

impl Part<'_> {
    fn of(drawn: &Polygon<f64>) -> Part<'_> {
        let lines = std::iter::once(drawn.exterior()).chain(drawn.interiors());
        let rings = lines.map(|line| {
            let corners = corners_of(line);
            let low = corners.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or_default();
            let high = corners.iter().copied().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default();
            Ring { corners, low, high }
        });
        Part { drawn, rings: rings.collect() }
    }

    /// A ring of this part as a polygon without holes.
    fn alone(&self, ring: usize) -> Polygon<f64> {
        let inner = ring.checked_sub(1).and_then(|hole| self.drawn.interiors().get(hole));
        Polygon::new(inner.unwrap_or(self.drawn.exterior()).clone(), Vec::new())
    }

    fn check_holes(&self, place: usize, touching: &Touching, near: &mut usize) -> Result<(), Fault> {
        for hole in 1..self.rings.len() {
            counted(near)?;
            let inside = match touching.rings.contains(&(place, 0, hole)) {
                true => self.alone(0).relate(&self.alone(hole)).is_contains(),
                false => self.rings[0].surrounds(&self.rings[hole]),
            };
            if !inside {
                return Err(Fault::Mendable("a hole does not lie inside of its ring".into()));
            }
            for other in hole + 1..self.rings.len() {
                let (one, two) = (&self.rings[hole], &self.rings[other]);
                if !one.is_near(two) {
                    continue;
                }
                counted(near)?;
                let overlap = match touching.rings.contains(&(place, hole, other)) {
                    true => share_area(&self.alone(hole), &self.alone(other)),
                    false => one.surrounds(two) || two.surrounds(one),
                };
                if overlap {
                    return Err(Fault::Mendable("two holes overlap".into()));
                }
            }
        }
        Ok(())
    }

    /// Whether the other part, none of whose rings touches one of this, lies upon this one: not beside it, nor in a
    /// hole.
    fn carries(&self, other: &Part) -> bool {
        let (outer, its) = (&self.rings[0], &other.rings[0]);
        outer.surrounds(its) && !self.rings[1..].iter().any(|hole| hole.surrounds(its))
    }
}

fn beside(parts: &[Part], touching: &Touching, near: &mut usize) -> Result<(), Fault> {
    for (at, one) in parts.iter().enumerate() {
        for (further, two) in parts[at + 1..].iter().enumerate() {
            if !one.rings[0].is_near(&two.rings[0]) {
                continue;
            }
            counted(near)?;
            let overlap = match touching.parts.contains(&(at, at + 1 + further)) {
                true => share_area(one.drawn, two.drawn),
                false => one.carries(two) || two.carries(one),
            };
            if overlap {
                return Err(Fault::Mendable("two parts overlap".into()));
            }
        }
    }
    Ok(())
}

fn share_area(one: &Polygon<f64>, two: &Polygon<f64>) -> bool {
    one.relate(two).get(CoordPos::Inside, CoordPos::Inside) == Dimensions::TwoDimensional
}

fn counted(near: &mut usize) -> Result<(), Fault> {
    *near += 1;
    if *near > NEAR_MAX_COUNT {
        return Err(Fault::Hopeless(format!("more than {NEAR_MAX_COUNT} of its rings lie around each other")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use geo::{Coord, LineString, Validation};
    use proptest::prelude::*;

    use super::*;

    fn square(west: f64, south: f64, side: f64) -> LineString<f64> {
        let (east, north) = (west + side, south + side);
        vec![(west, south), (east, south), (east, north), (west, north), (west, south)].into()
    }

    fn rounded(line: LineString<f64>) -> LineString<f64> {
        let whole = |degrees: f64| (degrees * 1e7).round() / 1e7;
        line.into_iter().map(|c| Coord { x: whole(c.x), y: whole(c.y) }).collect()
    }

    fn shape(parts: Vec<(LineString<f64>, Vec<LineString<f64>>)>) -> MultiPolygon<f64> {
        MultiPolygon::new(parts.into_iter().map(|(outer, holes)| Polygon::new(outer, holes)).collect())
    }

    #[test]
    fn an_island_in_a_lake_is_sound_and_one_on_land_is_not() {
        let lake = || (square(120.0, -3.0, 1.0), vec![square(120.2, -2.8, 0.6)]);
        assert_eq!(check(&shape(vec![lake(), (square(120.4, -2.6, 0.2), vec![])])), Ok(()));
        let on_land = check(&shape(vec![lake(), (square(120.05, -2.95, 0.1), vec![])]));
        assert_eq!(on_land, Err(Fault::Mendable("two parts overlap".into())));
        let in_nothing = shape(vec![(square(120.0, -3.0, 1.0), vec![square(125.0, -3.0, 0.2)])]);
        assert!(matches!(check(&in_nothing), Err(Fault::Mendable(fault)) if fault.contains("inside of its ring")));
        let nested = shape(vec![(square(120.0, -3.0, 1.0), vec![square(120.2, -2.8, 0.6), square(120.4, -2.6, 0.2)])]);
        assert_eq!(check(&nested), Err(Fault::Mendable("two holes overlap".into())));
    }

    #[test]
    fn more_islands_around_each_other_than_any_region_has_are_given_up() {
        let around =
            |n: i32| (square(120.0 - f64::from(n) / 100.0, -3.0 - f64::from(n) / 100.0, f64::from(n) / 50.0), vec![]);
        let fault = check(&shape((1..100).map(around).collect()));
        assert_eq!(fault, Err(Fault::Mendable("two parts overlap".into())));
        let hole = |n: i32| square(120.1 + f64::from(n) / 1e4, -2.9, 0.000_05);
        let lakes = check(&shape(vec![(square(120.0, -3.0, 1.0), (0..2_500).map(hole).collect())]));
        assert!(matches!(lakes, Err(Fault::Hopeless(fault)) if fault.contains("around each other")));
        let apart = (0..1_000).map(|n| (square(115.0 + f64::from(n) / 500.0, -3.0, 0.001), vec![])).collect();
        assert_eq!(check(&shape(apart)), Ok(()));
    }

    proptest! {
        /// What this calls sound is what the library calls valid.
        #[test]
        fn sound_is_what_the_library_calls_valid(
            squares in proptest::collection::vec((0i32..12, 0i32..12, 1i32..6, any::<bool>()), 1..5)
        ) {
            let mut parts: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
            for (x, y, side, hole) in squares {
                let ring = square(f64::from(x) / 10.0, f64::from(y) / 10.0, f64::from(side) / 10.0);
                let ring = rounded(ring);
                match parts.last_mut() {
                    Some((_, holes)) if hole => holes.push(ring),
                    _ => parts.push((ring, Vec::new())),
                }
            }
            let shape = shape(parts);
            let (ours, theirs) = (check(&shape), shape.check_validation());
            prop_assert_eq!(ours.is_ok(), theirs.is_ok(), "{:?} {:?}", ours, theirs);
        }
    }
}
