//! Slides and charts as pages draw them; what they say comes from [`crate::slides`].

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_office::chart::{Chart, ChartTable};
use simpul_office::deck::{Slide, Visual};
use simpul_office::{Cell, Column, Tone};
use simpul_shell::{Page, StatusTag, Tag};

use crate::slides::Leaf;

/// A chart with its table, which says the same to whoever can't see it.
#[derive(Template)]
#[template(path = "plan/chart.html")]
pub struct ChartPart {
    page: Page,
    svg: String,
    title: String,
    table: ChartTable,
    id: String,
    open: bool,
}
impl HtmlSafe for ChartPart {}

impl ChartPart {
    /// The chart; `id` begins the ids of its parts. A page with it links `grafik.css`.
    pub fn new(page: &Page, chart: &Chart, id: &str) -> ChartPart {
        ChartPart {
            svg: chart.svg(id, page.lang),
            title: chart.title().to_owned(),
            table: chart.table(),
            id: id.to_owned(),
            open: false,
            page: page.clone(),
        }
    }

    /// With its table open.
    #[must_use]
    pub fn open(self) -> ChartPart {
        ChartPart { open: true, ..self }
    }
}

/// A slide.
#[derive(Template)]
#[template(path = "plan/slide.html")]
pub struct SlidePart<'a> {
    page: Page,
    leaf: &'a Leaf,
    id: String,
}
impl HtmlSafe for SlidePart<'_> {}

impl SlidePart<'_> {
    /// The slide of that number on its page.
    pub fn new<'a>(page: &Page, leaf: &'a Leaf, number: usize) -> SlidePart<'a> {
        SlidePart { page: page.clone(), leaf, id: format!("slide-{number}") }
    }

    fn chart(&self, chart: &Chart) -> ChartPart {
        ChartPart::new(&self.page, chart, &self.id)
    }

    fn state(&self, cell: &Cell) -> StatusTag {
        self.page.tag_text(tag(cell.tone), &cell.text)
    }

    fn is_plain(&self, cell: &Cell) -> bool {
        cell.tone == Tone::Plain
    }

    /// Whether the column of that number holds numbers.
    fn is_right(&self, columns: &[Column], at: &usize) -> bool {
        columns.get(*at).is_some_and(|column| column.right)
    }
}

fn tag(tone: Tone) -> Tag {
    match tone {
        Tone::New => Tag::New,
        Tone::Work => Tag::Work,
        Tone::Done => Tag::Done,
        Tone::Late => Tag::Late,
        Tone::Plain | Tone::Off => Tag::Off,
    }
}
