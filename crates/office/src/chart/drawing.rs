//! What a chart is drawn of: few shapes, and what each stands for. How that looks is decided where it is written.

use crate::Tone;
use crate::measure::LINE_HEIGHT;

/// What a shape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Words and numbers.
    Word,
    /// Words beside.
    Soft,
    /// Help lines.
    Grid,
    /// The ground of a bar.
    Ground,
    /// What is measured.
    Actual,
    /// What was planned or promised, or the round before.
    Plan,
    /// A state.
    State(Tone),
}

/// The form of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A disc.
    Disc,
    /// A square.
    Square,
}

/// To which side of its box a text keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Left.
    Start,
    /// Middle.
    Middle,
    /// Right.
    End,
}

/// Words in a box, `y` being its upper edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// The lines.
    pub lines: Vec<String>,
    /// Size of the font.
    pub size: f64,
    /// Bold.
    pub bold: bool,
    /// Side.
    pub anchor: Anchor,
    /// Stands for.
    pub ink: Ink,
}

impl Text {
    /// The height of its lines.
    pub fn height(&self) -> f64 {
        self.lines.len() as f64 * self.size * LINE_HEIGHT
    }
}

/// One shape.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A line through points.
    Path {
        /// At least two.
        points: Vec<(f64, f64)>,
        /// Whether it ends where it began, and is filled lightly.
        closed: bool,
        /// Broken.
        dash: bool,
        /// Its width.
        weight: f64,
        /// Stands for.
        ink: Ink,
    },
    /// A filled box.
    Rect {
        /// Left edge.
        x: f64,
        /// Upper edge.
        y: f64,
        /// Width.
        width: f64,
        /// Height.
        height: f64,
        /// Stands for.
        ink: Ink,
    },
    /// A mark on a point.
    Mark {
        /// Its middle.
        at: (f64, f64),
        /// Half its width.
        radius: f64,
        /// Form.
        kind: Kind,
        /// Stands for.
        ink: Ink,
    },
    /// Words.
    Text(Text),
}

/// A series in a legend.
#[derive(Debug, Clone, Copy)]
pub struct Name<'a> {
    /// Its name.
    pub name: &'a str,
    /// Stands for.
    pub ink: Ink,
    /// The form of its marks.
    pub kind: Kind,
    /// Whether its line is broken.
    pub dash: bool,
}

impl Name<'_> {
    /// What is measured: a full line with discs.
    pub fn actual(name: &str) -> Name<'_> {
        Name { name, ink: Ink::Actual, kind: Kind::Disc, dash: false }
    }

    /// What it is held against: a broken line with squares.
    pub fn plan(name: &str) -> Name<'_> {
        Name { name, ink: Ink::Plan, kind: Kind::Square, dash: true }
    }
}

/// A chart as shapes.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// Width of the view box.
    pub width: f64,
    /// Height of the view box.
    pub height: f64,
    /// From the ground up.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// An empty drawing.
    pub fn new(width: f64, height: f64) -> Drawing {
        Drawing { width, height, shapes: Vec::new() }
    }

    /// Adds a line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), (ink, weight, dash): (Ink, f64, bool)) {
        self.shapes.push(Shape::Path { points: vec![from, to], closed: false, dash, weight, ink });
    }

    /// Adds words, and returns their height.
    pub fn text(&mut self, text: Text) -> f64 {
        let height = text.height();
        if text.lines.iter().any(|line| !line.is_empty()) {
            self.shapes.push(Shape::Text(text));
        }
        height
    }

    /// Adds the legend of the series in a box, and returns its height: a piece of each line with its mark, then its
    /// name; side by side where they have room.
    pub fn legend(&mut self, (x, y, width): (f64, f64, f64), size: f64, names: &[Name<'_>]) -> f64 {
        let font = crate::measure::Font::plain(size);
        let before = size * 2.7;
        let wide = |name: &str| before + font.width(name) + size;
        let is_row = names.iter().map(|name| wide(name.name)).sum::<f64>() <= width;
        let (mut left, mut top, mut height) = (x, y, 0.0_f64);
        for Name { name, ink, kind, dash } in names {
            let width = if is_row { wide(name) - before } else { width - before };
            let middle = top + size * LINE_HEIGHT / 2.0;
            self.line((left, middle), (left + size * 2.2, middle), (*ink, size / 6.0, *dash));
            self.shapes.push(Shape::Mark {
                at: (left + size * 1.1, middle),
                radius: size * 0.3,
                kind: *kind,
                ink: *ink,
            });
            let lines = super::lines_of(name, width, font);
            let (x, y, anchor, ink) = (left + before, top, Anchor::Start, Ink::Word);
            let high = self.text(Text { x, y, width, lines, size, bold: false, anchor, ink });
            if is_row {
                left += wide(name);
                height = height.max(high);
            } else {
                top += high;
                height += high;
            }
        }
        height
    }

    /// Every corner of every shape: what has to be in the view box.
    #[cfg(test)]
    pub fn corners(&self) -> Vec<(f64, f64)> {
        let corners = |shape: &Shape| match shape {
            Shape::Path { points, .. } => points.clone(),
            Shape::Rect { x, y, width, height, .. } => vec![(*x, *y), (x + width, y + height)],
            Shape::Mark { at: (x, y), radius, .. } => vec![(x - radius, y - radius), (x + radius, y + radius)],
            Shape::Text(text) => vec![(text.x, text.y), (text.x + text.width, text.y + text.height())],
        };
        self.shapes.iter().flat_map(corners).collect()
    }
}
