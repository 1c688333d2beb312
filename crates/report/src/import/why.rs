//! Why a record was not taken, or what of it was left out.

use std::ops::Deref;

use simpul_kernel::Refusal;

/// A reason in English for the terminal, and as a sentence of the catalogue for screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    english: String,
    /// The catalogue's sentence.
    pub says: Refusal,
}

impl Why {
    /// The reason `key` of the catalogue, which is `english` in the terminal.
    pub fn new(key: &'static str, english: impl Into<String>) -> Why {
        Why { english: english.into(), says: Refusal::new(key) }
    }

    /// The same with a value for a place of the catalogue's sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Why {
        self.says = self.says.with(name, value.to_string());
        self
    }

    /// The same reason with more behind it, for the terminal.
    #[must_use]
    pub fn and(mut self, more: &str) -> Why {
        self.english.push_str(more);
        self
    }
}

/// A reason that has no sentence of its own: what is wrong with a file of a program's.
impl From<String> for Why {
    fn from(english: String) -> Why {
        Why::new("report.import.as_is", english.clone()).with("text", english)
    }
}

impl Deref for Why {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.english)
    }
}
