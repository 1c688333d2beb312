//! Bars with target lines: label, value and target above, the bar under them.

use super::{Anchor, Bar, Bars, ChartTable, Drawing, Figure, Ink, Kind, Scale, Shape, Text, lines_of};
use crate::measure::Font;

/// Part of the width that the words of value and target take.
const WORDS_SHARE: f64 = 0.42;

fn numbers(bar: &Bar) -> impl Iterator<Item = f64> + Clone {
    [Some(&bar.value), bar.target.as_ref()].into_iter().flatten().filter_map(Figure::drawn)
}

impl Bars {
    pub(super) fn table(&self) -> ChartTable {
        let said = |figure: &Option<Figure>| figure.as_ref().map_or_else(String::new, |figure| figure.said.clone());
        ChartTable {
            columns: vec![self.label_name.clone(), self.value_name.clone(), self.target_name.clone()],
            rows: (self.bars.iter())
                .map(|bar| vec![bar.label.clone(), bar.tone.say(&bar.value.said), said(&bar.target)])
                .collect(),
        }
    }

    /// The ends that all bars share; `None` where each has its own.
    pub(super) fn scale(&self) -> Option<Scale> {
        self.one_unit.then(|| Scale::of(self.bars.iter().flat_map(numbers)))
    }

    /// One chart a bar.
    pub(super) fn pieces(&self) -> Vec<Bars> {
        self.bars.iter().map(|bar| Bars { bars: vec![bar.clone()], ..self.clone() }).collect()
    }

    pub(super) fn draw(&self, width: f64, size: f64, scale: Option<Scale>) -> Drawing {
        let mut drawing = Drawing::new(width, 0.0);
        let mut y = 0.0;
        for bar in &self.bars {
            let scale = scale.unwrap_or_else(|| Scale::of(numbers(bar)));
            y += self.draw_bar(&mut drawing, bar, (y, size), scale) + size * 0.5;
        }
        drawing.height = (y - size * 0.5).max(size);
        drawing
    }

    /// Draws one bar and returns its height.
    fn draw_bar(&self, drawing: &mut Drawing, bar: &Bar, (top, size): (f64, f64), scale: Scale) -> f64 {
        let width = drawing.width;
        let words = width * WORDS_SHARE;
        let text = |lines, (x, width), anchor, ink| Text { x, y: top, width, lines, size, bold: true, anchor, ink };
        let label = lines_of(&bar.label, width - words - size, Font::bold(size));
        let left = drawing.text(text(label, (0.0, width - words - size), Anchor::Start, Ink::Word));
        let mut said = bar.tone.say(&bar.value.said);
        if let Some(target) = &bar.target {
            said = format!("{said} · {} {}", self.target_name, target.said);
        }
        let value = lines_of(&said, words, Font::bold(size));
        let right = drawing.text(text(value, (width - words, words), Anchor::End, Ink::State(bar.tone)));
        let row = top + left.max(right) + size * 0.15;
        let (bar_top, bar_height) = (row + size * 0.2, size * 0.8);
        // Room for half a target's mark at both ends.
        let (edge, way) = (size * 0.3, width - size * 0.6);
        let at = |value: f64| edge + scale.at(value) * way;
        drawing.shapes.push(Shape::Rect { x: edge, y: bar_top, width: way, height: bar_height, ink: Ink::Ground });
        if let Some(value) = bar.value.drawn() {
            let (zero, end) = (at(0.0), at(value));
            let (x, width) = (zero.min(end), (end - zero).abs());
            let ink = if bar.tone == crate::Tone::Plain { Ink::Actual } else { Ink::State(bar.tone) };
            drawing.shapes.push(Shape::Rect { x, y: bar_top, width, height: bar_height, ink });
        }
        let foot = bar_top + bar_height + size * 0.2;
        if let Some(target) = bar.target.as_ref().and_then(Figure::drawn) {
            let x = at(target);
            drawing.line((x, row), (x, foot), (Ink::Plan, size / 6.0, true));
            drawing.shapes.push(Shape::Mark { at: (x, foot), radius: size * 0.25, kind: Kind::Square, ink: Ink::Plan });
        }
        foot + size * 0.25 - top
    }
}
