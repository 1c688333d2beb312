//! Where the lines of a shape meet, found without comparing each with each other: a grid holds every line in the cells
//! that it passes. Exact, in whole 10⁻⁷ degrees; and a file that was made to be slow is given up early.

use std::collections::HashSet;

use geo::{LineString, MultiPolygon};

/// Most places of one feature in which its lines meet where they should not. Drawings that people make have a few.
const MEETINGS_MAX_COUNT: usize = 500;
/// Most pairs of lines of one feature that are compared, and most entries of its grid. A circle of 49,000 points, which
/// packs the grid more than any coast of as many, needs 900,000: some hundredths of a second.
const COMPARED_MAX_COUNT: usize = 3_000_000;
/// Most cells along one side of the grid.
const SIDE_MAX_CELLS: usize = 512;

/// Longitude and latitude in 10⁻⁷ degrees.
pub(super) type Corner = (i64, i64);

/// A line between two corners of a ring.
#[derive(Debug, Clone, Copy)]
struct Edge {
    ring: usize,
    /// Its place in the ring, and how many the ring has.
    place: usize,
    of: usize,
    from: Corner,
    to: Corner,
}

impl Edge {
    fn low(&self) -> Corner {
        (self.from.0.min(self.to.0), self.from.1.min(self.to.1))
    }

    fn high(&self) -> Corner {
        (self.from.0.max(self.to.0), self.from.1.max(self.to.1))
    }

    fn follows(&self, other: &Edge) -> bool {
        self.ring == other.ring && (other.place + 1) % other.of == self.place
    }
}

/// How two lines meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meeting {
    Touch,
    Cross,
}

/// What was found of a shape's rings, which are numbered through all its polygons.
#[derive(Debug, Default)]
pub(super) struct Crossings {
    /// The first place in which lines cross, or one ring touches itself.
    pub fault: Option<String>,
    /// Rings that touch each other, which they may at single points.
    pub touching: HashSet<(usize, usize)>,
}

/// Looks for all meetings of the shape's lines.
///
/// # Errors
/// That there are too many to be put right, or too many lines beside each other to be looked at.
pub(super) fn crossings(shape: &MultiPolygon<f64>) -> Result<Crossings, String> {
    let edges = edges_of(shape);
    let grid = Grid::of(&edges)?;
    let mut found = Crossings::default();
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    let mut compared = 0;
    for cell in &grid.cells {
        for (at, first) in cell.iter().enumerate() {
            compared += cell.len() - at;
            if compared > COMPARED_MAX_COUNT {
                return Err("its lines are too many in one place to be checked; simplify it".into());
            }
            for second in &cell[at + 1..] {
                let (a, b) = (&edges[*first], &edges[*second]);
                let Some(meeting) = meeting(a, b) else { continue };
                if !seen.insert((*first, *second)) {
                    continue;
                }
                if seen.len() > MEETINGS_MAX_COUNT {
                    return Err(format!("its lines meet in more than {MEETINGS_MAX_COUNT} places"));
                }
                found.note(a, b, meeting);
            }
        }
    }
    Ok(found)
}

impl Crossings {
    fn note(&mut self, a: &Edge, b: &Edge, meeting: Meeting) {
        if a.ring != b.ring && meeting == Meeting::Touch {
            self.touching.insert((a.ring.min(b.ring), a.ring.max(b.ring)));
            return;
        }
        let what = if a.ring == b.ring { "a ring has a self-intersection" } else { "two rings cross" };
        let degrees = |e7: i64| e7 as f64 / 1e7;
        self.fault.get_or_insert_with(|| format!("{what} near {}, {}", degrees(a.from.1), degrees(a.from.0)));
    }
}

fn edges_of(shape: &MultiPolygon<f64>) -> Vec<Edge> {
    let rings = shape.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    let mut edges = Vec::new();
    for (ring, line) in rings.enumerate() {
        let corners: Vec<Corner> = corners_of(line);
        let of = corners.len().saturating_sub(1);
        let pairs = corners.windows(2).enumerate();
        edges.extend(pairs.map(|(place, pair)| Edge { ring, place, of, from: pair[0], to: pair[1] }));
    }
    edges
}

/// The corners of a closed ring, the first of them again as the last.
pub(super) fn corners_of(line: &LineString<f64>) -> Vec<Corner> {
    line.coords().map(|c| ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64)).collect()
}

/// Whether the point lies within the ring, upon which it does not lie.
pub(super) fn holds(ring: &[Corner], point: Corner) -> bool {
    let passes = |pair: &[Corner]| {
        let (low, high) = if pair[0].1 <= pair[1].1 { (pair[0], pair[1]) } else { (pair[1], pair[0]) };
        low.1 <= point.1 && point.1 < high.1 && side(low, high, point) > 0
    };
    ring.windows(2).filter(|pair| passes(pair)).count() % 2 == 1
}

/// How two lines of different rings, or of one ring but not one after the other, meet, if they do. Lines that lie upon
/// each other cross.
fn meeting(a: &Edge, b: &Edge) -> Option<Meeting> {
    if a.follows(b) || b.follows(a) {
        return None;
    }
    let apart = a.high().0 < b.low().0 || b.high().0 < a.low().0 || a.high().1 < b.low().1 || b.high().1 < a.low().1;
    if apart {
        return None;
    }
    let (from_b, to_b) = (side(a.from, a.to, b.from), side(a.from, a.to, b.to));
    let (from_a, to_a) = (side(b.from, b.to, a.from), side(b.from, b.to, a.to));
    if from_b == 0 && to_b == 0 {
        // On one line, and not apart: at one end only, or along a stretch.
        let shared = |low: i64, high: i64| high > low;
        let along = shared(a.low().0.max(b.low().0), a.high().0.min(b.high().0))
            || shared(a.low().1.max(b.low().1), a.high().1.min(b.high().1));
        return Some(if along { Meeting::Cross } else { Meeting::Touch });
    }
    if from_b * to_b > 0 || from_a * to_a > 0 {
        return None;
    }
    Some(if from_b * to_b < 0 && from_a * to_a < 0 { Meeting::Cross } else { Meeting::Touch })
}

/// On which side of the line the point lies: 1 left, -1 right, 0 upon it or before or behind it.
fn side(from: Corner, to: Corner, point: Corner) -> i128 {
    let wide = |to: i64, from: i64| i128::from(to) - i128::from(from);
    let along = (wide(to.0, from.0), wide(to.1, from.1));
    let aside = (wide(point.0, from.0), wide(point.1, from.1));
    (along.0 * aside.1 - along.1 * aside.0).signum()
}

struct Grid {
    cells: Vec<Vec<usize>>,
}

impl Grid {
    fn of(edges: &[Edge]) -> Result<Grid, String> {
        let low = edges.iter().map(Edge::low).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or_default();
        let high = edges.iter().map(Edge::high).reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default();
        let side = (2 * edges.len().isqrt()).clamp(1, SIDE_MAX_CELLS);
        let per_cell = |low: i64, high: i64| (high - low) / side as i64 + 1;
        let (wide, tall) = (per_cell(low.0, high.0), per_cell(low.1, high.1));
        let mut cells = vec![Vec::new(); side * side];
        let mut entries = 0;
        let place = |from: i64, step: i64, at: i64| ((at - from) / step).clamp(0, side as i64 - 1) as usize;
        for (index, edge) in edges.iter().enumerate() {
            for row in place(low.1, tall, edge.low().1)..=place(low.1, tall, edge.high().1) {
                let bottom = low.1 + row as i64 * tall;
                let (west, east) = span(edge, bottom, bottom + tall);
                let columns = place(low.0, wide, west)..=place(low.0, wide, east);
                entries += columns.clone().count();
                if entries > COMPARED_MAX_COUNT {
                    return Err("its lines are too many and too long to be checked; simplify it".into());
                }
                for column in columns {
                    cells[row * side + column].push(index);
                }
            }
        }
        Ok(Grid { cells })
    }
}

/// From where to where the line reaches between two heights, rounded outwards.
fn span(edge: &Edge, bottom: i64, top: i64) -> (i64, i64) {
    let (west, east) = (edge.low().0, edge.high().0);
    let rise = (edge.to.1 - edge.from.1) as f64;
    if rise == 0.0 {
        return (west, east);
    }
    let at = |height: i64| {
        let share = ((height - edge.from.1) as f64 / rise).clamp(0.0, 1.0);
        edge.from.0 as f64 + share * (edge.to.0 - edge.from.0) as f64
    };
    let (one, other) = (at(bottom), at(top));
    // A unit more on both sides: two lines that meet must be found in one cell, whatever was rounded.
    ((one.min(other).floor() as i64 - 1).max(west), (one.max(other).ceil() as i64 + 1).min(east))
}

#[cfg(test)]
mod tests {
    use geo::Polygon;
    use proptest::prelude::*;

    use super::*;

    fn ring(corners: &[(i32, i32)]) -> MultiPolygon<f64> {
        let line: Vec<(f64, f64)> = corners.iter().map(|(x, y)| (f64::from(*x) / 10.0, f64::from(*y) / 10.0)).collect();
        MultiPolygon::new(vec![Polygon::new(LineString::from(line), Vec::new())])
    }

    fn edge(from: Corner, to: Corner) -> Edge {
        Edge { ring: usize::MAX, place: 0, of: 2, from, to }
    }

    #[test]
    fn lines_cross_touch_or_stay_apart() {
        let line = edge((0, 0), (10, 10));
        let with = |from, to| meeting(&line, &Edge { ring: 0, ..edge(from, to) });
        assert_eq!(with((0, 10), (10, 0)), Some(Meeting::Cross));
        assert_eq!(with((5, 5), (10, 0)), Some(Meeting::Touch));
        assert_eq!(with((10, 10), (20, 20)), Some(Meeting::Touch));
        assert_eq!(with((5, 5), (20, 20)), Some(Meeting::Cross), "along a stretch");
        assert_eq!(with((6, 5), (20, 5)), None);
        assert_eq!(with((11, 11), (20, 20)), None);
    }

    proptest! {
        /// The grid misses nothing that comparing each line with each other finds.
        #[test]
        fn a_grid_finds_what_comparing_all_finds(
            corners in proptest::collection::vec((0i32..40, 0i32..40), 3..30)
        ) {
            let mut corners = corners;
            corners.dedup();
            prop_assume!(corners.len() > 3 && corners.first() != corners.last());
            let shape = ring(&corners);
            let edges = edges_of(&shape);
            let all = edges.iter().enumerate().flat_map(|(at, a)| edges[at + 1..].iter().map(move |b| (a, b)));
            let any = all.clone().any(|(a, b)| meeting(a, b).is_some());
            prop_assert_eq!(crossings(&shape).unwrap().fault.is_some(), any);
        }
    }
}
