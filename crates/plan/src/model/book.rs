//! The three books that the ministry asks for. Each is a text with places for what the plan knows; a regency may write
//! its own.

use simpul_kernel::Refusal;
use simpul_office::letter::template::{Template, TemplateFault};

use super::framework::names;

/// Longest text of a book, in characters: what a form carries, however its signs are written there.
pub const BOOK_TEXT_MAX_CHARS: usize = 60_000;

names! {
    /// A book.
    Book {
        /// Buku 1: Analisis Strategis.
        Analysis = "analisis-strategis",
        /// Buku 2: Masterplan.
        Masterplan = "masterplan",
        /// Buku 3: Ringkasan Eksekutif.
        Summary = "ringkasan-eksekutif",
    }
}

impl Book {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            Book::Analysis => "plan.book.analysis",
            Book::Masterplan => "plan.book.masterplan",
            Book::Summary => "plan.book.summary",
        }
    }

    /// What stands on the first page; papers of the government are in Indonesian.
    pub fn title(self) -> &'static str {
        match self {
            Book::Analysis => "ANALISIS STRATEGIS SMART CITY",
            Book::Masterplan => "MASTERPLAN SMART CITY",
            Book::Summary => "RINGKASAN EKSEKUTIF MASTERPLAN SMART CITY",
        }
    }

    /// The text that Simpul brings.
    pub fn shipped(self) -> &'static str {
        match self {
            Book::Analysis => include_str!("../../data/buku/analisis-strategis.txt"),
            Book::Masterplan => include_str!("../../data/buku/masterplan.txt"),
            Book::Summary => include_str!("../../data/buku/ringkasan-eksekutif.txt"),
        }
    }
}

/// The first mistake of a text as a refusal of its field, with how many there are.
pub fn refused(faults: &[TemplateFault]) -> Refusal {
    let first = faults.first().map(TemplateFault::refusal);
    let first = first.unwrap_or_else(|| Refusal::new("office.template.too_long"));
    Refusal { field: Some("body"), ..first }
}

/// A text as it is kept: every line end is one sign, and none is too long.
///
/// # Errors
/// What the text says that is no template.
pub fn check_text(text: &str) -> Result<String, Refusal> {
    if text.chars().count() > BOOK_TEXT_MAX_CHARS {
        return Err(Refusal::field("body", "office.template.too_long"));
    }
    let clean: String = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = clean.chars().filter(|sign| !sign.is_control() || matches!(sign, '\n' | '\t')).collect();
    if clean.trim().is_empty() {
        return Err(Refusal::field("body", "form.missing"));
    }
    Template::parse(&clean).map_err(|faults| refused(&faults))?;
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_texts_that_are_shipped_are_templates() {
        for book in Book::ALL {
            assert_eq!(check_text(book.shipped()).as_deref(), Ok(book.shipped()), "{}", book.name());
        }
    }

    #[test]
    fn a_text_that_is_no_template_is_refused_at_its_field() {
        for text in ["", " \n", "{{#program}}\n", "{{a b}}", "x\u{0}{{"] {
            assert_eq!(check_text(text).unwrap_err().field, Some("body"), "{text:?}");
        }
        assert_eq!(check_text("# Bab\r\nIsi\u{7}").as_deref(), Ok("# Bab\nIsi"));
        assert!(check_text(&"a".repeat(BOOK_TEXT_MAX_CHARS + 1)).is_err());
    }

    proptest! {
        #[test]
        fn a_text_that_was_kept_is_kept_again_as_it_is(text in "[a#{}|\r\n\t .]{0,60}|\\PC{0,40}") {
            if let Ok(kept) = check_text(&text) {
                prop_assert_eq!(check_text(&kept), Ok(kept.clone()));
            }
        }
    }
}
