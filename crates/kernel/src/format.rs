//! Numbers, money, dates and times as Chromium prints them for `id-ID`, and their English fellows.
//!
//! The day stands before the month in both languages, because an English page is read in Indonesia; English months keep
//! three letters. A time of day is always followed by its zone, except in [`datetime_bare`].

use serde::{Deserialize, Serialize};

mod numbers;
mod times;

pub use numbers::*;
pub use times::*;

/// The no-break space that stands between `Rp` and the amount, and before a unit.
pub const NO_BREAK_SPACE: char = '\u{a0}';

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Bahasa Indonesia.
    #[default]
    Id,
    /// English.
    En,
}

impl Lang {
    /// Every language, the first one first.
    pub const ALL: [Lang; 2] = [Lang::Id, Lang::En];

    /// The code for `lang` attributes and file names.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Id => "id",
            Lang::En => "en",
        }
    }

    /// Reads `id`, `en`, and tags that begin so (`id-ID`, `en_GB`).
    pub fn parse(text: &str) -> Option<Lang> {
        let first = text.trim().split(['-', '_']).next()?;
        Lang::ALL.into_iter().find(|lang| first.eq_ignore_ascii_case(lang.code()))
    }

    fn pick<T>(self, id: T, en: T) -> T {
        match self {
            Lang::Id => id,
            Lang::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_tag_may_name_a_country() {
        assert_eq!(Lang::parse("id-ID"), Some(Lang::Id));
        assert_eq!(Lang::parse("EN_gb"), Some(Lang::En));
        assert_eq!(Lang::parse("ind"), None);
        assert_eq!(Lang::parse(""), None);
    }
}
