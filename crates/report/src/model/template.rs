//! Words that officers begin an answer with, and the places in them that are filled in for each report.

use serde::Deserialize;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{Refusal, words};
use uuid::Uuid;

use super::report::Report;

/// Longest code of a template, in bytes.
const CODE_MAX_BYTES: usize = 40;

/// The step of the work whose words it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateStep {
    /// Mulai dikerjakan.
    Start,
    /// Kabar.
    Note,
    /// Tanya pelapor atau tunda.
    Pause,
    /// Selesai.
    Resolve,
    /// Direncanakan.
    Plan,
    /// Tidak dapat ditindaklanjuti.
    Reject,
    /// Bukan kewenangan.
    SendElsewhere,
}

impl TemplateStep {
    /// Every step, in the order of lists.
    pub const ALL: [TemplateStep; 7] = [
        TemplateStep::Start,
        TemplateStep::Note,
        TemplateStep::Pause,
        TemplateStep::Resolve,
        TemplateStep::Plan,
        TemplateStep::Reject,
        TemplateStep::SendElsewhere,
    ];

    /// The name in tables and forms.
    pub fn name(self) -> &'static str {
        match self {
            TemplateStep::Start => "start",
            TemplateStep::Note => "note",
            TemplateStep::Pause => "pause",
            TemplateStep::Resolve => "resolve",
            TemplateStep::Plan => "plan",
            TemplateStep::Reject => "reject",
            TemplateStep::SendElsewhere => "send_elsewhere",
        }
    }

    /// The step of that name.
    pub fn parse(name: &str) -> Option<TemplateStep> {
        TemplateStep::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// Something that stands for a fact of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Number,
    Due,
    Category,
    Village,
    Agency,
}

impl Place {
    const ALL: [Place; 5] = [Place::Number, Place::Due, Place::Category, Place::Village, Place::Agency];

    /// The word in braces.
    fn word(self) -> &'static str {
        match self {
            Place::Number => "nomor",
            Place::Due => "batas",
            Place::Category => "kategori",
            Place::Village => "desa",
            Place::Agency => "dinas",
        }
    }
}

/// What is filled in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// `{nomor}`: the report's number.
    pub number: String,
    /// `{batas}`: the last day to solve it.
    pub due: String,
    /// `{kategori}`: its category.
    pub category: String,
    /// `{desa}`: where it is.
    pub village: String,
    /// `{dinas}`: whose it is.
    pub agency: String,
}

impl Facts {
    fn of(&self, place: Place) -> &str {
        match place {
            Place::Number => &self.number,
            Place::Due => &self.due,
            Place::Category => &self.category,
            Place::Village => &self.village,
            Place::Agency => &self.agency,
        }
    }
}

enum Piece<'a> {
    Words(&'a str),
    Fact(Place),
    Unknown(&'a str),
}

/// The next piece of the text and what is left of it.
fn piece(text: &str) -> (Piece<'_>, &str) {
    let Some(inside) = text.strip_prefix('{') else {
        let end = text.find('{').unwrap_or(text.len());
        return (Piece::Words(&text[..end]), &text[end..]);
    };
    let end = inside.find('}').unwrap_or(inside.len());
    let rest = inside.get(end + 1..).unwrap_or_default();
    match Place::ALL.into_iter().find(|place| place.word() == &inside[..end] && end < inside.len()) {
        Some(place) => (Piece::Fact(place), rest),
        None => (Piece::Unknown(&inside[..end]), rest),
    }
}

/// The text with the report's facts in their places. What is filled in is not looked at again.
pub fn filled_in(text: &str, facts: &Facts) -> String {
    let (mut said, mut rest) = (String::with_capacity(text.len()), text);
    while !rest.is_empty() {
        let (next, after) = piece(rest);
        match next {
            Piece::Words(words) => said.push_str(words),
            Piece::Fact(place) => said.push_str(facts.of(place)),
            Piece::Unknown(_) => said.push_str(&rest[..rest.len() - after.len()]),
        }
        rest = after;
    }
    said
}

/// The first word in braces that stands for nothing.
fn unknown_place(text: &str) -> Option<&str> {
    let mut rest = text;
    while !rest.is_empty() {
        let (next, after) = piece(rest);
        if let Piece::Unknown(word) = next {
            return Some(word);
        }
        rest = after;
    }
    None
}

/// Words to begin an answer with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The key.
    pub code: String,
    /// What officers choose it by.
    pub title: String,
    /// The words, with places in braces.
    pub body: String,
    /// For which step.
    pub step: TemplateStep,
    /// For one category; `None` for all.
    pub category: Option<String>,
    /// For one agency; `None` for all.
    pub agency: Option<Uuid>,
    /// Offered to officers.
    pub active: bool,
    /// Its place in lists.
    pub position: i64,
    /// Grows by one with each change.
    pub version: i64,
}

/// Most characters of an unknown place that a refusal repeats.
const REPEATED_MAX_CHARS: usize = 20;

impl Template {
    /// The template with its words tidied, or which field is wrong.
    pub fn checked(&self) -> Result<Template, Refusal> {
        let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if self.code.is_empty() || self.code.len() > CODE_MAX_BYTES || !self.code.chars().all(ok) {
            return Err(Refusal::field("code", "report.refused.category_code"));
        }
        let title = words::clean_line("title", &self.title, LINE_MAX_CHARS, true)?;
        let body = words::clean_text("body", &self.body, REPORT_TEXT_MAX_CHARS, true)?;
        if let Some(word) = unknown_place(&body) {
            let word: String = word.chars().take(REPEATED_MAX_CHARS).collect();
            return Err(Refusal::field("body", "report.template.unknown_place").with("word", word));
        }
        Ok(Template { title, body, ..self.clone() })
    }

    /// Whether it is offered for that step of the report.
    pub fn fits(&self, step: TemplateStep, report: &Report) -> bool {
        let own = self.agency.is_none() || self.agency == report.agency;
        let kind = self.category.as_ref().is_none_or(|category| *category == report.category);
        self.active && self.step == step && own && kind
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn facts() -> Facts {
        Facts {
            number: "LUTRA-2611-0001".to_owned(),
            due: "11 November 2026".to_owned(),
            category: "Lampu {desa}".to_owned(),
            village: "Kappuna".to_owned(),
            agency: "Dinas Perhubungan".to_owned(),
        }
    }

    fn template(body: &str) -> Template {
        Template {
            code: "lampu_selesai".to_owned(),
            title: "Lampu diganti".to_owned(),
            body: body.to_owned(),
            step: TemplateStep::Resolve,
            category: None,
            agency: None,
            active: true,
            position: 1,
            version: 1,
        }
    }

    #[test]
    fn places_are_filled_in_and_what_is_filled_in_is_not_looked_at_again() {
        let text = "{kategori} di {desa} ({nomor}) ditangani {dinas} sampai {batas}.";
        let said = "Lampu {desa} di Kappuna (LUTRA-2611-0001) ditangani Dinas Perhubungan sampai 11 November 2026.";
        assert_eq!(filled_in(text, &facts()), said);
    }

    #[test]
    fn a_place_that_stands_for_nothing_is_refused_by_name() {
        for (text, word) in [("Halo {nama}", "nama"), ("{", ""), ("{nomor", "nomor"), ("a {Nomor} b", "Nomor")] {
            let refusal = template(text).checked().unwrap_err();
            assert_eq!((refusal.key, refusal.args[0].1.as_str()), ("report.template.unknown_place", word), "{text}");
        }
        assert!(template("Sudah diganti}. Nomor {nomor}").checked().is_ok());
        let long = template(&format!("{{{}}}", "a".repeat(900))).checked().unwrap_err();
        assert_eq!(long.args[0].1.len(), REPEATED_MAX_CHARS);
    }

    proptest! {
        #[test]
        fn a_text_that_is_kept_has_every_place_filled_and_every_other_word_left(
            parts in prop::collection::vec(prop_oneof![
                "[^{]{0,12}".prop_map(|words| (words.clone(), words)),
                Just(("{nomor}".to_owned(), "N".to_owned())),
                Just(("{batas}".to_owned(), "B".to_owned())),
            ], 0..9)
        ) {
            let text: String = parts.iter().map(|(text, _)| text.as_str()).collect();
            let expected: String = parts.iter().map(|(_, said)| said.as_str()).collect();
            let facts = Facts { number: "N".to_owned(), due: "B".to_owned(), ..Facts::default() };
            prop_assert_eq!(filled_in(&text, &facts), expected);
            prop_assert_eq!(unknown_place(&text), None);
        }

        #[test]
        fn any_text_is_read_to_its_end(text in "\\PC{0,60}") {
            prop_assume!(unknown_place(&text).is_some());
            prop_assert!(template(&text).checked().is_err());
            let _ = filled_in(&text, &facts());
        }
    }
}
