//! Measures around a point, the first one at the top.

use std::f64::consts::TAU;

use super::{Anchor, ChartTable, Drawing, Figure, Ink, Name, Radar, Series, Shape, Text, lines_of};
use crate::measure::{Font, LINE_HEIGHT};

/// Rings of the net.
const RINGS_COUNT: usize = 4;
/// Axes whose names stand around without covering each other.
const NAMED_AXES_MAX_COUNT: usize = 10;
/// Part of the width that the names of one side take.
const NAMES_SHARE: f64 = 0.27;
/// Lines that the name of an axis may take; the table says it in full.
const NAME_LINES_MAX_COUNT: usize = 2;
/// A drawing is wide if its width is more than this many heights.
const WIDE_SHARE: f64 = 1.25;
/// Part of the width that the legend takes in the corner of a wide drawing.
const CORNER_SHARE: f64 = 0.22;

impl Radar {
    fn series(&self) -> impl Iterator<Item = &Series> {
        std::iter::once(&self.first).chain(&self.second)
    }

    pub(super) fn table(&self) -> ChartTable {
        let said = |series: &Series, at: usize| series.figures.get(at).map_or_else(String::new, |it| it.said.clone());
        let columns = std::iter::once(self.axis_name.clone()).chain(self.series().map(|series| series.name.clone()));
        let row = |(at, axis): (usize, &String)| {
            std::iter::once(axis.clone()).chain(self.series().map(|series| said(series, at))).collect()
        };
        ChartTable { columns: columns.collect(), rows: self.axes.iter().enumerate().map(row).collect() }
    }

    pub(super) fn tells_all(&self) -> bool {
        self.axes.len() <= NAMED_AXES_MAX_COUNT
    }

    pub(super) fn draw(&self, width: f64, height: f64, size: f64) -> Drawing {
        let mut drawing = Drawing::new(width, height);
        let mut names = vec![Name::actual(&self.first.name)];
        names.extend(self.second.iter().map(|series| Name::plan(&series.name)));
        // In a wide drawing the legend stands in the corner, where no axis' name does.
        let is_wide = width > height * WIDE_SHARE;
        let legend = drawing.legend((0.0, 0.0, if is_wide { width * CORNER_SHARE } else { width }), size, &names);
        let legend = if is_wide { 0.0 } else { legend };
        let lines = self.axes.iter().map(|axis| self.words(axis, width * NAMES_SHARE, size).len() + 1).max();
        let words = size * (LINE_HEIGHT * lines.unwrap_or_default() as f64 + 0.5);
        let room = (height - legend - 2.0 * words).max(size * 4.0);
        drawing.height = legend + 2.0 * words + room;
        let radius = (room / 2.0).min(width * (0.5 - NAMES_SHARE)).max(0.0);
        let middle = (width / 2.0, legend + words + room / 2.0);
        let count = self.axes.len();
        let point = |at: usize, share: f64| {
            let angle = TAU * at as f64 / count.max(1) as f64;
            (middle.0 + angle.sin() * radius * share, middle.1 - angle.cos() * radius * share)
        };
        for ring in 1..=RINGS_COUNT {
            let share = ring as f64 / RINGS_COUNT as f64;
            let points: Vec<(f64, f64)> = (0..count).map(|at| point(at, share)).collect();
            if points.len() > 1 {
                let ink = Ink::Grid;
                drawing.shapes.push(Shape::Path { points, closed: true, dash: false, weight: size / 16.0, ink });
            }
        }
        for at in 0..count {
            drawing.line(middle, point(at, 1.0), (Ink::Grid, size / 16.0, false));
        }
        let max = self.max.drawn().filter(|max| *max > 0.0);
        for (series, Name { ink, kind, dash, .. }) in self.series().zip(&names).collect::<Vec<_>>().into_iter().rev() {
            let drawn = |at: usize| {
                let value = series.figures.get(at).and_then(Figure::drawn)?;
                Some(point(at, (value / max?).clamp(0.0, 1.0)))
            };
            let points: Vec<(f64, f64)> = (0..count).filter_map(drawn).collect();
            // A line around is drawn only where every axis has a number: a missing one is not zero.
            if points.len() == count && count > 1 {
                let (points, closed, weight) = (points.clone(), true, size / 6.0);
                drawing.shapes.push(Shape::Path { points, closed, dash: *dash, weight, ink: *ink });
            }
            let mark = |at| Shape::Mark { at, radius: size * 0.3, kind: *kind, ink: *ink };
            drawing.shapes.extend(points.into_iter().map(mark));
        }
        if self.tells_all() {
            self.draw_names(&mut drawing, size, (middle, radius));
        }
        drawing
    }

    /// The lines of an axis' name.
    fn words(&self, axis: &str, width: f64, size: f64) -> Vec<String> {
        let mut lines = lines_of(axis, width, Font::bold(size));
        if lines.len() > NAME_LINES_MAX_COUNT {
            lines.truncate(NAME_LINES_MAX_COUNT);
            lines.iter_mut().last().into_iter().for_each(|line| line.push('…'));
        }
        lines
    }

    /// Writes each axis' name and numbers around the net.
    fn draw_names(&self, drawing: &mut Drawing, size: f64, (middle, radius): ((f64, f64), f64)) {
        let count = self.axes.len();
        for (at, axis) in self.axes.iter().enumerate() {
            let angle = TAU * at as f64 / count as f64;
            let said: Vec<&str> =
                self.series().filter_map(|series| series.figures.get(at)).map(|figure| figure.said.as_str()).collect();
            let (side, up) = (angle.sin(), angle.cos());
            let edge = middle.0 + side * radius;
            let (anchor, x, width) = if side > 0.1 {
                (Anchor::Start, edge + size * 0.6, drawing.width - edge - size * 0.6)
            } else if side < -0.1 {
                (Anchor::End, 0.0, edge - size * 0.6)
            } else {
                (Anchor::Middle, drawing.width * 0.25, drawing.width * 0.5)
            };
            let mut lines = self.words(axis, width, size);
            lines.push(said.join(" / "));
            let text = Text { x, y: 0.0, width, lines, size, bold: true, anchor, ink: Ink::Word };
            let tip = middle.1 - up * radius;
            // Above the net at the top, below it at the bottom, beside it else.
            let lift = if up > 0.9 {
                1.0
            } else if up < -0.9 {
                0.0
            } else {
                0.5 - up * 0.2
            };
            let gap = if up > 0.9 {
                -size * 0.4
            } else if up < -0.9 {
                size * 0.4
            } else {
                0.0
            };
            let y = (tip - text.height() * lift + gap).clamp(0.0, (drawing.height - text.height()).max(0.0));
            drawing.text(Text { y, ..text });
        }
    }
}
