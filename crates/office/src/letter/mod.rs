//! Letters and books for Word and LibreOffice (DOCX): letterhead, reference, lists, tables, signatures, photos.
//!
//! A paper is a list of [`Block`]s, made by a room or filled from a [`template`] that a regency can edit. The layout
//! follows the usage of Indonesian offices: A4, Arial 11, a letterhead with a line under it, signatures side by side.

pub mod template;

mod blocks;
mod parts;

use simpul_kernel::format::Lang;
use simpul_kernel::{Refusal, Timestamp};

use crate::package::PackageError;
use crate::{Cell, Column, Picture};

/// Most bytes of all photos of a paper.
pub const LETTER_PICTURES_MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most blocks of a paper.
pub const LETTER_BLOCKS_MAX_COUNT: usize = 50_000;

/// Why there is no paper.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// More than anybody reads.
    #[error("the paper would have more than {LETTER_BLOCKS_MAX_COUNT} blocks")]
    TooManyBlocks,
    /// Photos that no mail takes.
    #[error("the photos of the paper have more than {LETTER_PICTURES_MAX_BYTES} bytes")]
    TooManyBytes,
    /// The file could not be packed.
    #[error(transparent)]
    Package(#[from] PackageError),
}

impl LetterError {
    /// What the person can do, where it is their choice that is too large.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            LetterError::TooManyBlocks => Some(Refusal::new("office.file.too_long")),
            LetterError::TooManyBytes => {
                let max = LETTER_PICTURES_MAX_BYTES / 1_048_576;
                Some(Refusal::new("office.file.too_many_bytes").with("max", max.to_string()))
            }
            LetterError::Package(_) => None,
        }
    }
}

/// How a paper lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// A4, upright.
    #[default]
    Upright,
    /// A4, across: for wide tables.
    Across,
}

/// To which side a paragraph keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Left and right, as letters are.
    #[default]
    Justified,
    /// Left.
    Left,
    /// Middle.
    Middle,
    /// Right.
    Right,
}

/// The head of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Letterhead {
    /// The region's arms.
    pub logo: Option<Picture>,
    /// The region, above the agency: "PEMERINTAH KABUPATEN LUWU UTARA".
    pub region: String,
    /// The agency: "SEKRETARIAT DAERAH".
    pub agency: String,
    /// Street, telephone, mail: a line each.
    pub address: Vec<String>,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Above the office, such as "Masamba, 27 November 2026" or "Mengetahui,". May be empty.
    pub before: String,
    /// The office: "Ketua rapat".
    pub office: String,
    /// The name; where it is empty, a dotted line stands.
    pub name: String,
    /// Under the name, a line each: rank, NIP.
    pub under: Vec<String>,
}

/// A part of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The head.
    Letterhead(Letterhead),
    /// Number, nature, enclosures and subject at the left, place and date at the right.
    Reference {
        /// Name and value: ("Nomor", "005/12/Setda").
        rows: Vec<(String, String)>,
        /// "Masamba, 27 November 2026".
        place_and_date: String,
    },
    /// To whom, a line each.
    Addressee(Vec<String>),
    /// A title in the middle, in capitals as the caller writes them, and what stands under it, such as its number.
    Title {
        /// The title.
        text: String,
        /// Under it.
        under: String,
    },
    /// A heading of level 1 to 3.
    Heading {
        /// 1 is the highest; what is beyond 3 is 3.
        level: u8,
        /// The words.
        text: String,
    },
    /// Words.
    Paragraph {
        /// The words; a line end is one.
        text: String,
        /// Side.
        align: Align,
        /// Bold.
        bold: bool,
    },
    /// Names and values with colons under each other.
    Fields(Vec<(String, String)>),
    /// A list with numbers, which begin at 1.
    Numbered(Vec<String>),
    /// A list with bullets.
    Bullets(Vec<String>),
    /// A table with a heading that is repeated on every page.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// The rows; what a row lacks is empty.
        rows: Vec<Vec<Cell>>,
        /// Least height of a row in millimetres: room for a signature by hand.
        row_height_mm: u16,
    },
    /// Signatures side by side.
    Signatures(Vec<Signature>),
    /// A photo over the width of the page, and what it shows.
    Photo {
        /// The photo.
        picture: Picture,
        /// Under it.
        caption: String,
    },
    /// A new page begins.
    PageBreak,
}

impl Block {
    /// Plain words.
    pub fn words(text: impl Into<String>) -> Block {
        Block::Paragraph { text: text.into(), align: Align::default(), bold: false }
    }

    /// A heading.
    pub fn heading(level: u8, text: impl Into<String>) -> Block {
        Block::Heading { level, text: text.into() }
    }
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The file's title.
    pub title: String,
    /// The language of its words.
    pub lang: Lang,
    /// When it was made.
    pub made_at: Timestamp,
    /// How it lies.
    pub paper: Paper,
    /// What marks a sample, at the head of every page.
    pub mark: Option<String>,
    /// At the foot of every page, before its number.
    pub footer: String,
    /// What it says.
    pub blocks: Vec<Block>,
}

impl Letter {
    /// The file.
    ///
    /// # Errors
    /// When it would have too many blocks or bytes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LetterError> {
        if self.blocks.len() > LETTER_BLOCKS_MAX_COUNT {
            return Err(LetterError::TooManyBlocks);
        }
        let pictures = self.blocks.iter().filter_map(|block| match block {
            Block::Photo { picture, .. } => Some(picture),
            Block::Letterhead(head) => head.logo.as_ref(),
            _ => None,
        });
        if pictures.map(|picture| picture.bytes().len()).sum::<usize>() > LETTER_PICTURES_MAX_BYTES {
            return Err(LetterError::TooManyBytes);
        }
        Ok(parts::write(self)?)
    }
}

#[cfg(test)]
mod tests;
