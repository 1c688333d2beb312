//! Tables of slides and letters.

use crate::Tone;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// Its state, told by shape and colour beside the word.
    pub tone: Tone,
}

impl Cell {
    /// A cell without a state.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), tone: Tone::Plain }
    }

    /// A state.
    pub fn state(tone: Tone, word: impl Into<String>) -> Cell {
        Cell { text: word.into(), tone }
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// Its share of the width, against those of the others.
    pub share: u16,
    /// Whether it holds numbers, which keep to the right.
    pub right: bool,
}
