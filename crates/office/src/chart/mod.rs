//! Charts as data: what they show, the table that stands beside them, and their drawing, which pages write as SVG and
//! decks as native shapes. Both draw the same, so that a slide never differs from its page.

mod bars;
mod drawing;
mod radar;
mod roadmap;
mod svg;
mod trajectory;

use simpul_kernel::format::Lang;

use crate::Tone;
use crate::measure::wrap;
use drawing::Name;
pub(crate) use drawing::{Anchor, Drawing, Ink, Kind, Shape, Text};

/// Size of text in a chart of a page, in units of its view box.
const PAGE_TEXT_SIZE: f64 = 16.0;
/// Width of a chart of a page, in the same units.
const PAGE_WIDTH: f64 = 640.0;
/// The same of one on a telephone.
const PHONE_WIDTH: f64 = 350.0;
/// Its height, where a chart can be of any: nearly a square, so that the legend has the whole width.
const PHONE_HEIGHT: f64 = 310.0;

/// Longest label on a slide, in characters; a longer one is told in full on a slide behind.
const LABEL_MAX_CHARS: usize = 110;
/// Longest name of a series, an axis or a period on a slide, in characters.
const NAME_MAX_CHARS: usize = 60;
/// Longest number with its unit on a slide, in characters.
const SAID_MAX_CHARS: usize = 40;

/// A number: where it stands in a drawing, and what the page says for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The number; `None` where there is none, which is not zero.
    pub value: Option<f64>,
    /// As the page prints it, with its unit: "76 %", "belum ada data".
    pub said: String,
}

impl Figure {
    /// A number as the page says it.
    pub fn new(value: f64, said: impl Into<String>) -> Figure {
        Figure { value: Some(value), said: said.into() }
    }

    /// What the page says where there is no number.
    pub fn none(said: impl Into<String>) -> Figure {
        Figure { value: None, said: said.into() }
    }

    /// The number, if it can be drawn.
    fn drawn(&self) -> Option<f64> {
        self.value.filter(|value| value.is_finite())
    }
}

/// A named row of numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What they are: "Rencana".
    pub name: String,
    /// One for each period or axis.
    pub figures: Vec<Figure>,
}

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What is measured.
    pub label: String,
    /// How it stands.
    pub value: Figure,
    /// What was promised, if anything.
    pub target: Option<Figure>,
    /// Its state.
    pub tone: Tone,
}

/// Values, each with its target as a line across the bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What is shown.
    pub title: String,
    /// What it tells, as a sentence.
    pub summary: String,
    /// Over the labels of the table: "Indikator".
    pub label_name: String,
    /// What the bars are: "Sekarang".
    pub value_name: String,
    /// What the lines are: "Target".
    pub target_name: String,
    /// Whether all count the same, so that their lengths can be compared; if not, each bar has its own ends.
    pub one_unit: bool,
    /// From the top.
    pub bars: Vec<Bar>,
}

/// What was planned by period and what came.
#[derive(Debug, Clone, PartialEq)]
pub struct Trajectory {
    /// What is shown.
    pub title: String,
    /// What it tells, as a sentence.
    pub summary: String,
    /// Over the periods of the table: "Triwulan".
    pub period_name: String,
    /// From the first.
    pub periods: Vec<String>,
    /// The plan: a broken line with squares.
    pub plan: Series,
    /// What came: a full line with discs. Ends where nothing is known yet.
    pub actual: Series,
}

/// Several measures around a point, for one or two rounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Radar {
    /// What is shown.
    pub title: String,
    /// What it tells, as a sentence.
    pub summary: String,
    /// Over the axes of the table: "Dimensi".
    pub axis_name: String,
    /// Clockwise from the top.
    pub axes: Vec<String>,
    /// The outer ring: 4 in the ministry's scoring.
    pub max: Figure,
    /// The first is drawn full with discs, the second broken with squares.
    pub first: Series,
    /// The one to compare with.
    pub second: Option<Series>,
}

/// One thing on a roadmap.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadmapItem {
    /// Its name.
    pub name: String,
    /// The first year, as an index of [`Roadmap::years`].
    pub from: usize,
    /// The last year, likewise.
    pub to: usize,
    /// Its state.
    pub tone: Tone,
    /// Its state as a word.
    pub state: String,
}

/// Things of one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct RoadmapRow {
    /// The dimension.
    pub label: String,
    /// From the top; a row without any says [`Roadmap::nothing`].
    pub items: Vec<RoadmapItem>,
}

/// Years across, dimensions down.
#[derive(Debug, Clone, PartialEq)]
pub struct Roadmap {
    /// What is shown.
    pub title: String,
    /// What it tells, as a sentence.
    pub summary: String,
    /// Over the dimensions of the table: "Dimensi".
    pub row_name: String,
    /// Over the items of the table: "Quick win".
    pub item_name: String,
    /// Over the years of the table: "Tahun".
    pub years_name: String,
    /// Over the states of the table: "Status".
    pub state_name: String,
    /// What an empty row says: "belum ada data".
    pub nothing: String,
    /// From the first.
    pub years: Vec<String>,
    /// The dimensions.
    pub rows: Vec<RoadmapRow>,
}

/// Any chart.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Bars with target lines.
    Bars(Bars),
    /// Plan and actual by period.
    Trajectory(Trajectory),
    /// Measures around a point.
    Radar(Radar),
    /// Years and dimensions.
    Roadmap(Roadmap),
}

/// The same data to be read: the table that stands beside a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChartTable {
    /// Over the columns.
    pub columns: Vec<String>,
    /// The rows, as wide as the columns.
    pub rows: Vec<Vec<String>>,
}

impl Chart {
    /// What is shown.
    pub fn title(&self) -> &str {
        match self {
            Chart::Bars(bars) => &bars.title,
            Chart::Trajectory(trajectory) => &trajectory.title,
            Chart::Radar(radar) => &radar.title,
            Chart::Roadmap(roadmap) => &roadmap.title,
        }
    }

    /// What it tells, as a sentence.
    pub fn summary(&self) -> &str {
        match self {
            Chart::Bars(bars) => &bars.summary,
            Chart::Trajectory(trajectory) => &trajectory.summary,
            Chart::Radar(radar) => &radar.summary,
            Chart::Roadmap(roadmap) => &roadmap.summary,
        }
    }

    /// The same data as a table.
    pub fn table(&self) -> ChartTable {
        match self {
            Chart::Bars(bars) => bars.table(),
            Chart::Trajectory(trajectory) => trajectory.table(),
            Chart::Radar(radar) => radar.table(),
            Chart::Roadmap(roadmap) => roadmap.table(),
        }
    }

    /// The chart as SVG for a page. `id` begins the ids of its title and description, so that several charts can stand
    /// on one page; letters, digits and hyphens. A page that shows it links `grafik.css`.
    pub fn svg(&self, id: &str, lang: Lang) -> String {
        svg::write(&self.draw(PAGE_WIDTH, None, PAGE_TEXT_SIZE), self, id, lang)
    }

    /// The same for a page on a telephone: drawn so narrow that its words are as large as those around it.
    pub fn svg_narrow(&self, id: &str, lang: Lang) -> String {
        svg::write(&self.draw(PHONE_WIDTH, Some(PHONE_HEIGHT), PAGE_TEXT_SIZE), self, id, lang)
    }

    /// The drawing in that width; as high as it needs, or as the box where the chart can be of any height.
    pub(crate) fn draw(&self, width: f64, height: Option<f64>, text_size: f64) -> Drawing {
        match self {
            Chart::Bars(bars) => bars.draw(width, text_size, bars.scale()),
            Chart::Trajectory(trajectory) => trajectory.draw(width, height.unwrap_or(width * 0.55), text_size),
            Chart::Radar(radar) => radar.draw(width, height.unwrap_or(width * 0.75), text_size),
            Chart::Roadmap(roadmap) => roadmap.draw(width, text_size),
        }
    }

    /// Drawings that each stand in the box; a chart of any height is one. All are drawn on the scale of the whole.
    pub(crate) fn split(&self, width: f64, height: f64, text_size: f64) -> Vec<Drawing> {
        let draw = |part: &Chart| match (part, self) {
            (Chart::Bars(part), Chart::Bars(whole)) => part.draw(width, text_size, whole.scale()),
            (part, _) => part.draw(width, Some(height), text_size),
        };
        let pieces: Vec<Chart> = match self {
            Chart::Bars(bars) => bars.pieces().into_iter().map(Chart::Bars).collect(),
            Chart::Roadmap(roadmap) => roadmap.pieces().into_iter().map(Chart::Roadmap).collect(),
            other => vec![other.clone()],
        };
        let mut parts: Vec<Chart> = Vec::new();
        for piece in pieces {
            let joined = parts.last().map(|last| last.joined(&piece));
            match joined.filter(|joined| draw(joined).height <= height) {
                Some(joined) => drop(parts.pop().map(|_| parts.push(joined))),
                None => parts.push(piece),
            }
        }
        if parts.is_empty() { vec![draw(self)] } else { parts.iter().map(draw).collect() }
    }

    /// Every word of the drawing, each with the characters that it may have on a slide.
    pub(crate) fn words_mut(&mut self) -> Vec<(&mut String, usize)> {
        fn series(series: &mut Series) -> impl Iterator<Item = (&mut String, usize)> {
            let name = std::iter::once((&mut series.name, NAME_MAX_CHARS));
            name.chain(series.figures.iter_mut().map(|figure| (&mut figure.said, SAID_MAX_CHARS)))
        }
        match self {
            Chart::Bars(bars) => {
                let words = bars.bars.iter_mut().flat_map(|bar| {
                    let target = bar.target.as_mut().map(|target| (&mut target.said, SAID_MAX_CHARS));
                    [(&mut bar.label, LABEL_MAX_CHARS), (&mut bar.value.said, SAID_MAX_CHARS)].into_iter().chain(target)
                });
                words.chain([(&mut bars.target_name, NAME_MAX_CHARS)]).collect()
            }
            Chart::Trajectory(Trajectory { periods, plan, actual, .. }) => {
                let periods = periods.iter_mut().map(|period| (period, NAME_MAX_CHARS));
                periods.chain(series(plan)).chain(series(actual)).collect()
            }
            Chart::Radar(Radar { axes, first, second, .. }) => {
                let axes = axes.iter_mut().map(|axis| (axis, NAME_MAX_CHARS));
                axes.chain(series(first)).chain(second.iter_mut().flat_map(series)).collect()
            }
            Chart::Roadmap(Roadmap { years, rows, nothing, .. }) => {
                let years = years.iter_mut().map(|year| (year, SAID_MAX_CHARS));
                let rows = rows.iter_mut().flat_map(|row| {
                    let items = row
                        .items
                        .iter_mut()
                        .flat_map(|item| [(&mut item.name, LABEL_MAX_CHARS), (&mut item.state, NAME_MAX_CHARS)]);
                    std::iter::once((&mut row.label, NAME_MAX_CHARS)).chain(items)
                });
                years.chain(rows).chain([(nothing, LABEL_MAX_CHARS)]).collect()
            }
        }
    }

    fn joined(&self, next: &Chart) -> Chart {
        match (self, next) {
            (Chart::Bars(own), Chart::Bars(next)) => {
                let bars = own.bars.iter().chain(&next.bars).cloned().collect();
                Chart::Bars(Bars { bars, ..own.clone() })
            }
            (Chart::Roadmap(own), Chart::Roadmap(next)) => Chart::Roadmap(own.joined(next)),
            _ => self.clone(),
        }
    }

    /// Whether every number is told in the drawing of that width; where not, the table belongs beside it.
    pub(crate) fn tells_all(&self, width: f64, text_size: f64) -> bool {
        match self {
            Chart::Bars(_) | Chart::Roadmap(_) => true,
            Chart::Trajectory(trajectory) => trajectory.tells_all(width, text_size),
            Chart::Radar(radar) => radar.tells_all(),
        }
    }
}

/// The lines of a label, as texts.
fn lines_of(text: &str, width: f64, font: crate::measure::Font) -> Vec<String> {
    wrap(text, width, font).into_iter().map(|line| text[line].trim().to_owned()).collect()
}

/// Places numbers on a way of a given length, whatever their size: the ends are the least and the greatest, and zero is
/// always on it.
#[derive(Debug, Clone, Copy)]
struct Scale {
    unit: f64,
    low: f64,
    span: f64,
}

impl Scale {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Scale {
        let most = values.clone().fold(0.0, |most: f64, value| most.max(value.abs()));
        // Halved, so that the greatest number and its opposite are a finite way apart.
        let unit = if most > f64::MIN_POSITIVE { most } else { 1.0 };
        let low = values.clone().fold(0.0, |low: f64, value| low.min(value / unit));
        let high = values.fold(0.0, |high: f64, value| high.max(value / unit));
        let span = high - low;
        Scale { unit, low, span: if span > 0.0 { span } else { 1.0 } }
    }

    /// From 0 to 1.
    fn at(self, value: f64) -> f64 {
        ((value / self.unit - self.low) / self.span).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
pub(crate) mod tests;
