//! What offices read and write: slides (PPTX), charts (SVG), letters (DOCX) and workbooks (XLSX).
//!
//! Pure: data in, bytes out, or bytes in, data out. No IO, no `async`, no SQL, no HTTP, no clock; a time that stands on
//! a slide is an argument. What it writes says no sentence of its own: words come from the caller, and numbers come as
//! they stand on the page ([`chart::Figure`]), so that a slide can't say another number than its page. What is wrong
//! with a file or a template is a [`Refusal`](simpul_kernel::Refusal) of the catalogue below.

pub mod chart;
pub mod deck;
pub mod letter;
mod measure;
mod opened;
mod package;
mod pdf;
mod picture;
pub mod sheet_in;
pub mod sheet_out;
mod table;
mod xml;

pub use opened::{OpenFault, Opened, look_into};
pub use package::PackageError;
pub use pdf::{is_whole_pdf, look_into_pdf};
pub use picture::{Picture, PictureError, PictureKind};
pub use table::{Cell, Column};

/// What is refused here, in Bahasa Indonesia, as TOML. The shell puts it into the catalogue.
pub const MESSAGES_ID: &str = include_str!("../messages/id.toml");
/// The same in English.
pub const MESSAGES_EN: &str = include_str!("../messages/en.toml");

/// How a state is told: a shape and a colour, beside the word that the caller writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tone {
    /// No state.
    #[default]
    Plain,
    /// New, received.
    New,
    /// Under way.
    Work,
    /// Done, met.
    Done,
    /// Late, missed.
    Late,
    /// Stopped, passed on, without data.
    Off,
}

impl Tone {
    /// Every tone.
    pub const ALL: [Tone; 6] = [Tone::Plain, Tone::New, Tone::Work, Tone::Done, Tone::Late, Tone::Off];

    /// The shape that stands before the word.
    pub fn sign(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::New => "●",
            Tone::Work => "◐",
            Tone::Done => "✔",
            Tone::Late => "▲",
            Tone::Off => "■",
        }
    }

    /// The word with its shape.
    pub fn say(self, word: &str) -> String {
        match self {
            Tone::Plain => word.to_owned(),
            tone => format!("{} {word}", tone.sign()).trim_end().to_owned(),
        }
    }
}
