//! Years across, dimensions down: each thing is a line of words with a bar under it.

use super::{Anchor, ChartTable, Drawing, Ink, Roadmap, RoadmapItem, RoadmapRow, Shape, Text, lines_of};
use crate::Tone;
use crate::measure::{Font, LINE_HEIGHT};

/// Part of the width that the names of the dimensions take.
const LABELS_SHARE: f64 = 0.2;

impl Roadmap {
    pub(super) fn table(&self) -> ChartTable {
        let columns = [&self.row_name, &self.item_name, &self.years_name, &self.state_name];
        let years = |item: &RoadmapItem| {
            let (from, to) = self.span(item);
            let year = |at: usize| self.years.get(at).map_or("", String::as_str);
            if from == to { year(from).to_owned() } else { format!("{}–{}", year(from), year(to)) }
        };
        let rows = self.rows.iter().flat_map(|row| {
            let empty = row.items.is_empty();
            let nothing = empty.then(|| vec![row.label.clone(), self.nothing.clone(), String::new(), String::new()]);
            let items = row
                .items
                .iter()
                .map(|item| vec![row.label.clone(), item.name.clone(), years(item), item.tone.say(&item.state)]);
            nothing.into_iter().chain(items).collect::<Vec<_>>()
        });
        ChartTable { columns: columns.map(String::clone).to_vec(), rows: rows.collect() }
    }

    /// The years of an item, in order and on the roadmap.
    fn span(&self, item: &RoadmapItem) -> (usize, usize) {
        let last = self.years.len().saturating_sub(1);
        (item.from.min(item.to).min(last), item.from.max(item.to).min(last))
    }

    /// One roadmap an item.
    pub(super) fn pieces(&self) -> Vec<Roadmap> {
        let of = |row: &RoadmapRow, items: Vec<RoadmapItem>| Roadmap {
            rows: vec![RoadmapRow { label: row.label.clone(), items }],
            ..self.clone()
        };
        let pieces = self.rows.iter().flat_map(|row| match row.items.as_slice() {
            [] => vec![of(row, Vec::new())],
            items => items.iter().map(|item| of(row, vec![item.clone()])).collect(),
        });
        pieces.collect()
    }

    /// This roadmap and then the next; items of the same dimension stay in one row.
    pub(super) fn joined(&self, next: &Roadmap) -> Roadmap {
        let mut joined = self.clone();
        for row in &next.rows {
            match joined.rows.last_mut().filter(|last| last.label == row.label && !row.items.is_empty()) {
                Some(last) => last.items.extend(row.items.iter().cloned()),
                None => joined.rows.push(row.clone()),
            }
        }
        joined
    }

    pub(super) fn draw(&self, width: f64, size: f64) -> Drawing {
        let mut drawing = Drawing::new(width, 0.0);
        let labels = width * LABELS_SHARE;
        let column = (width - labels) / self.years.len().max(1) as f64;
        let font = Font::bold(size);
        let heads: Vec<Vec<String>> = self.years.iter().map(|year| lines_of(year, column, font)).collect();
        let lines = heads.iter().map(Vec::len).max().unwrap_or_default();
        for (at, lines) in heads.into_iter().enumerate() {
            let x = labels + at as f64 * column;
            let (bold, anchor, ink) = (true, Anchor::Start, Ink::Word);
            drawing.text(Text { x, y: 0.0, width: column, lines, size, bold, anchor, ink });
        }
        let top = font.height(lines) + size * 0.3;
        let mut y = top;
        for row in &self.rows {
            drawing.line((0.0, y), (width, y), (Ink::Grid, size / 16.0, false));
            y += self.draw_row(&mut drawing, row, (y + size * 0.3, size), (labels, column)) + size * 0.6;
        }
        drawing.height = y.max(size * LINE_HEIGHT);
        // The years' lines go under everything else.
        let lines = (0..self.years.len()).map(|at| labels + at as f64 * column - size * 0.2).map(|x| Shape::Path {
            points: vec![(x, 0.0), (x, y)],
            closed: false,
            dash: true,
            weight: size / 16.0,
            ink: Ink::Grid,
        });
        drawing.shapes.splice(..0, lines.collect::<Vec<_>>());
        drawing
    }

    /// Draws one dimension and returns its height.
    fn draw_row(
        &self,
        drawing: &mut Drawing,
        row: &RoadmapRow,
        (top, size): (f64, f64),
        (labels, column): (f64, f64),
    ) -> f64 {
        let text = |lines, (x, y, width), (bold, ink), anchor| Text { x, y, width, lines, size, bold, anchor, ink };
        let label = lines_of(&row.label, labels - size, Font::bold(size));
        let height = drawing.text(text(label, (0.0, top, labels - size), (true, Ink::Word), Anchor::Start));
        let whole = drawing.width - labels;
        let mut y = top;
        if row.items.is_empty() {
            let lines = lines_of(&self.nothing, whole, Font::plain(size));
            y += drawing.text(text(lines, (labels, y, whole), (false, Ink::Soft), Anchor::Start));
        }
        for item in &row.items {
            let (from, to) = self.span(item);
            let (left, right) = (labels + from as f64 * column, labels + (to + 1) as f64 * column);
            let words = match item.state.as_str() {
                "" => item.tone.say(&item.name),
                state => format!("{} ({state})", item.tone.say(&item.name)),
            };
            // Words begin with their bar where they have room to its right, and keep to the right edge else.
            let from_bar = drawing.width - left;
            let fits = Font::plain(size).width(&words) <= from_bar;
            let (x, room, anchor) = if fits { (left, from_bar, Anchor::Start) } else { (labels, whole, Anchor::End) };
            let lines = lines_of(&words, room, Font::plain(size));
            y += drawing.text(text(lines, (x, y, room), (false, Ink::Word), anchor));
            let ink = if item.tone == Tone::Plain { Ink::Actual } else { Ink::State(item.tone) };
            let bar = Shape::Rect { x: left, y, width: right - left - size * 0.4, height: size * 0.4, ink };
            drawing.shapes.push(bar);
            y += size * 0.8;
        }
        (y - top).max(height)
    }
}
