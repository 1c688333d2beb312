//! What was planned and what came, period by period. The scale begins at zero.

use super::{Anchor, ChartTable, Drawing, Figure, Ink, Name, Scale, Series, Shape, Text, Trajectory, lines_of};
use crate::measure::{Font, LINE_HEIGHT};

/// Lines that a period's name may take.
const PERIOD_LINES_MAX_COUNT: usize = 2;

impl Trajectory {
    pub(super) fn table(&self) -> ChartTable {
        let said = |series: &Series, at: usize| series.figures.get(at).map_or_else(String::new, |it| it.said.clone());
        ChartTable {
            columns: vec![self.period_name.clone(), self.plan.name.clone(), self.actual.name.clone()],
            rows: (self.periods.iter().enumerate())
                .map(|(at, period)| vec![period.clone(), said(&self.plan, at), said(&self.actual, at)])
                .collect(),
        }
    }

    fn step(&self, width: f64, size: f64) -> f64 {
        (width - 2.0 * size) / self.periods.len().max(1) as f64
    }

    /// Whether each period has room for its numbers and its name.
    pub(super) fn tells_all(&self, width: f64, size: f64) -> bool {
        let step = self.step(width, size);
        let fits = |text: &String| Font::plain(size).width(text) <= step;
        let names =
            self.periods.iter().all(|name| lines_of(name, step, Font::plain(size)).len() <= PERIOD_LINES_MAX_COUNT);
        let drawn = self.plan.figures.iter().chain(&self.actual.figures).filter(|figure| figure.drawn().is_some());
        names && drawn.map(|figure| &figure.said).all(fits)
    }

    pub(super) fn draw(&self, width: f64, height: f64, size: f64) -> Drawing {
        let mut drawing = Drawing::new(width, height);
        let names = [Name::actual(&self.actual.name), Name::plan(&self.plan.name)];
        let legend = drawing.legend((0.0, 0.0, width), size, &names);
        let line = size * LINE_HEIGHT;
        // Above the highest point stands its number, below the lowest that of the other line.
        let top = legend + line * 1.6;
        let foot = (height - line * (PERIOD_LINES_MAX_COUNT as f64 + 0.4)).max(top + line * 2.5);
        let (low, high) = (foot - line * 1.3, top);
        drawing.height = height.max(foot + line * (PERIOD_LINES_MAX_COUNT as f64 + 0.4));
        let all = self.plan.figures.iter().chain(&self.actual.figures);
        let scale = Scale::of(all.filter_map(Figure::drawn));
        let step = self.step(width, size);
        let x = |at: usize| size + (at as f64 + 0.5) * step;
        let y = |value: f64| low - scale.at(value) * (low - high);
        drawing.line((size, y(0.0)), (width - size, y(0.0)), (Ink::Grid, size / 12.0, false));
        self.draw_periods(&mut drawing, (size, step, foot + line * 0.2));
        // Each number stands away from the other line, so that they don't cover each other.
        for (series, other, Name { ink, kind, dash, .. }) in
            [(&self.plan, &self.actual, names[1]), (&self.actual, &self.plan, names[0])]
        {
            let places = series.figures.iter().take(self.periods.len()).enumerate();
            let points: Vec<(usize, f64, f64)> =
                places.filter_map(|(at, figure)| Some((at, x(at), y(figure.drawn()?)))).collect();
            // A gap in the data is a gap in the line.
            for run in points.chunk_by(|one, next| one.0 + 1 == next.0).filter(|run| run.len() > 1) {
                let points = run.iter().map(|(_, x, y)| (*x, *y)).collect();
                drawing.shapes.push(Shape::Path { points, closed: false, dash, weight: size / 6.0, ink });
            }
            for (at, x, y) in points {
                drawing.shapes.push(Shape::Mark { at: (x, y), radius: size * 0.3, kind, ink });
                let beside = other.figures.get(at).and_then(Figure::drawn);
                let own = series.figures[at].drawn().unwrap_or_default();
                let above = beside.is_none_or(|beside| own > beside || (own == beside && ink == Ink::Actual));
                let said = &series.figures[at].said;
                if Font::bold(size).width(said) <= step.max(size) {
                    let top = if above { y - size * 0.4 - line } else { y + size * 0.4 };
                    drawing.text(Text {
                        x: x - step / 2.0,
                        y: top,
                        width: step,
                        lines: vec![said.clone()],
                        size,
                        bold: ink == Ink::Actual,
                        anchor: Anchor::Middle,
                        ink: if ink == Ink::Actual { Ink::Word } else { Ink::Soft },
                    });
                }
            }
        }
        drawing
    }

    /// Names as many periods as have room: each, or every second, third and so on.
    fn draw_periods(&self, drawing: &mut Drawing, (size, step, y): (f64, f64, f64)) {
        let room = |every: usize| step * every as f64;
        let font = Font::plain(size);
        let fits = |every: usize| {
            self.periods.iter().step_by(every).all(|name| {
                let whole_words = name.split_whitespace().all(|word| font.width(word) <= room(every));
                whole_words && lines_of(name, room(every), font).len() <= PERIOD_LINES_MAX_COUNT
            })
        };
        let count = self.periods.len();
        let every = (1..=count).find(|every| fits(*every) && room(*every) >= size * 2.0).unwrap_or(count.max(1));
        for (at, name) in self.periods.iter().enumerate().step_by(every) {
            let width = room(every).min(drawing.width);
            let middle = size + (at as f64 + 0.5) * step;
            let x = (middle - width / 2.0).clamp(0.0, drawing.width - width);
            let mut lines = lines_of(name, width, Font::plain(size));
            if lines.len() > PERIOD_LINES_MAX_COUNT {
                lines.truncate(PERIOD_LINES_MAX_COUNT);
                lines.iter_mut().last().into_iter().for_each(|line| line.push('…'));
            }
            drawing.text(Text { x, y, width, lines, size, bold: false, anchor: Anchor::Middle, ink: Ink::Word });
        }
    }
}
