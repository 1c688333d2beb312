//! Decks for PowerPoint and LibreOffice (PPTX, 16:9), every shape of which can be edited.
//!
//! Charts are native shapes of the same drawing that pages write as SVG; there is no picture of a number and no
//! embedded workbook. Words are never cut silently: they shrink within limits, lists and tables go on on further
//! slides, and a label that is too long ends with "…" and stands in full on a slide behind ([`Words::in_full`]).
//!
//! No word is smaller than 18 points, and what is read aloud from is 21 points (28 pixels) or more where it fits.

mod canvas;
mod flow;
mod onepager;
mod pages;
mod parts;
mod table;

use simpul_kernel::format::Lang;
use simpul_kernel::{Refusal, Timestamp};

use crate::chart::Chart;
use crate::package::PackageError;
use crate::{Cell, Column, Picture, Tone};

/// Most slides of a deck, those counted on which something goes on.
pub const SLIDES_MAX_COUNT: usize = 400;
/// Most bytes of all photos of a deck.
pub const DECK_PICTURES_MAX_BYTES: usize = 64 * 1024 * 1024;

/// Why there is no deck.
#[derive(Debug, thiserror::Error)]
pub enum DeckError {
    /// More slides than anybody shows.
    #[error("the deck would have more than {SLIDES_MAX_COUNT} slides")]
    TooManySlides,
    /// Photos that no mail takes.
    #[error("the photos of the deck have more than {DECK_PICTURES_MAX_BYTES} bytes")]
    TooManyBytes,
    /// The file could not be packed.
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl DeckError {
    /// What the person can do, where it is their choice that is too large.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            DeckError::TooManySlides => {
                Some(Refusal::new("office.file.too_many_slides").with("max", SLIDES_MAX_COUNT.to_string()))
            }
            DeckError::TooManyBytes => {
                let max = DECK_PICTURES_MAX_BYTES / 1_048_576;
                Some(Refusal::new("office.file.too_many_bytes").with("max", max.to_string()))
            }
            DeckError::Package(_) => None,
        }
    }
}

/// What stands at the foot of every slide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Footer {
    /// Whose data: "Simpul Kabupaten Luwu Utara".
    pub source: String,
    /// Of when: "data s.d. Min 22 Nov 08.00 WITA".
    pub date: String,
    /// Up to where of the journal: "jurnal 12.345".
    pub position: String,
    /// What marks a sample: "DATA CONTOH – BUKAN DATA RESMI". A band over the whole width.
    pub mark: Option<String>,
}

/// Words that the writer of decks adds by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Behind the title of a slide that goes on: "lanjutan".
    pub continued: String,
    /// Behind the title of a slide with the whole of what was shortened: "selengkapnya".
    pub in_full: String,
    /// In a table or list without rows: "belum ada data".
    pub nothing: String,
}

/// A big number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// What it is.
    pub label: String,
    /// The number with its unit, as the page says it.
    pub value: String,
    /// How old it is: "4 menit lalu".
    pub age: String,
    /// Its state.
    pub tone: Tone,
}

/// One thing on one slide: facts at the left; numbers, and a photo or a trajectory at the right.
#[derive(Debug, Clone, PartialEq)]
pub struct OnePager {
    /// Its name.
    pub title: String,
    /// Where it stands, with its reason.
    pub status: Cell,
    /// What is to be known: heading and text, from the top.
    pub facts: Vec<(String, String)>,
    /// Two at most are shown on the slide itself; more follow on the next.
    pub tiles: Vec<Tile>,
    /// What is shown under the numbers.
    pub visual: Option<Visual>,
}

/// What a one-pager shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Visual {
    /// A photo and what it shows.
    Photo(Picture, String),
    /// A chart.
    Chart(Chart),
}

/// A slide, or several where one does not hold it all.
#[derive(Debug, Clone, PartialEq)]
pub enum Slide {
    /// The first.
    Title {
        /// Of the deck.
        title: String,
        /// Under it.
        subtitle: String,
        /// Who, where, when.
        lines: Vec<String>,
    },
    /// Between parts.
    Section {
        /// Of the part.
        title: String,
        /// Under it.
        text: String,
    },
    /// A list.
    Bullets {
        /// Heading.
        title: String,
        /// The points.
        points: Vec<String>,
    },
    /// A table.
    Table {
        /// Heading.
        title: String,
        /// The columns.
        columns: Vec<Column>,
        /// The rows; what a row lacks is empty.
        rows: Vec<Vec<Cell>>,
    },
    /// Big numbers, six a slide.
    Tiles {
        /// Heading.
        title: String,
        /// The numbers.
        tiles: Vec<Tile>,
    },
    /// A chart.
    Chart {
        /// Heading; usually a sentence that says what the chart shows.
        title: String,
        /// What is drawn.
        chart: Chart,
        /// Under it.
        note: String,
        /// Whether the table follows in any case; it does by itself where the drawing has no room for every number.
        with_table: bool,
    },
    /// A photo.
    Photo {
        /// Heading.
        title: String,
        /// The photo.
        picture: Picture,
        /// What it shows, also for who can't see it.
        caption: String,
    },
    /// One thing on one slide.
    OnePager(Box<OnePager>),
}

/// A deck.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// The file's title.
    pub title: String,
    /// The language of its words.
    pub lang: Lang,
    /// When it was made.
    pub made_at: Timestamp,
    /// At the foot of every slide.
    pub footer: Footer,
    /// Words of its own.
    pub words: Words,
    /// The slides.
    pub slides: Vec<Slide>,
}

impl Deck {
    /// The file.
    ///
    /// # Errors
    /// When it would have too many slides or bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, DeckError> {
        let pictures = self.slides.iter().filter_map(|slide| match slide {
            Slide::Photo { picture, .. } => Some(picture),
            Slide::OnePager(page) => match &page.visual {
                Some(Visual::Photo(picture, _)) => Some(picture),
                _ => None,
            },
            _ => None,
        });
        if pictures.map(|picture| picture.bytes().len()).sum::<usize>() > DECK_PICTURES_MAX_BYTES {
            return Err(DeckError::TooManyBytes);
        }
        pages::write(self)
    }
}

#[cfg(test)]
mod tests;
