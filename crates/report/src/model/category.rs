//! What a report is about: who answers it, and by when.

use serde::{Deserialize, Serialize};
use simpul_kernel::calendar::{Calendar, Span};
use simpul_kernel::format::Lang;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Refusal, Timestamp, words};
use uuid::Uuid;

use super::question::{QUESTION_CODE_MAX_CHARS, Questions};

/// Longest text that stops the form, in characters.
pub const STOP_TEXT_MAX_CHARS: usize = 400;

/// What kind of wish the citizen has. Chosen at verification; it sets the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// pengaduan
    Complaint,
    /// aspirasi
    Aspiration,
    /// permintaan informasi
    Information,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 3] = [Class::Complaint, Class::Aspiration, Class::Information];

    /// The name in tables and API.
    pub fn name(self) -> &'static str {
        match self {
            Class::Complaint => "complaint",
            Class::Aspiration => "aspiration",
            Class::Information => "information",
        }
    }

    /// The class of that name.
    pub fn parse(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Class::Complaint => "report.class.complaint",
            Class::Aspiration => "report.class.aspiration",
            Class::Information => "report.class.information",
        }
    }
}

/// Longest time to check a report: PermenPANRB 62/2018.
pub const VERIFY_SPAN: Span = Span::working_days(3);
/// Longest time to a first answer: PermenPANRB 62/2018.
pub const ANSWER_SPAN: Span = Span::working_days(5);
/// Longest time for a request for information: PermenPANRB 62/2018.
pub const INFORMATION_SPAN: Span = Span::working_days(5);
/// Longest time for a complaint without oversight content: PermenPANRB 62/2018.
pub const COMPLAINT_SPAN: Span = Span::working_days(14);
/// Longest time for a complaint with oversight content or a field examination: PermenPANRB 62/2018.
pub const INSPECTION_SPAN: Span = Span::working_days(60);
/// Days in which the citizen may say that it is not fixed; then the report closes.
pub const ANSWER_BACK_SPAN: Span = Span::days(10);
/// Time for a second try after the citizen said that it is not fixed: the first answer's span.
pub const SECOND_TRY_SPAN: Span = ANSWER_SPAN;

/// Longest description and list of words of a category, in characters.
const TEXT_MAX_CHARS: usize = 400;

/// A kind of report, as the region set it up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Category {
    /// The key, in small letters: `lampu_jalan`; Open311's service code.
    pub code: String,
    /// Its name in Indonesian.
    pub name_id: String,
    /// Its name in English.
    pub name_en: String,
    /// One sentence that says what belongs here.
    pub description: String,
    /// Words that a search finds it by, separated by commas.
    pub keywords: String,
    /// The big tile of the form under which it stands.
    pub tile: String,
    /// Which picture of `icons.svg` it has.
    pub icon: String,
    /// Who answers; `None` leaves it to the report coordinator.
    pub agency: Option<Uuid>,
    /// What it usually is.
    pub class: Class,
    /// Time to check.
    pub verify: Span,
    /// Time to a first answer.
    pub answer: Span,
    /// Time to resolve.
    pub resolve: Span,
    /// Which rule the spans come from.
    pub span_source: String,
    /// Somebody may be in danger: the form shows 112 first.
    pub emergency: bool,
    /// Never shown to the public nor to the agency complained of.
    pub secret: bool,
    /// Offered in the form.
    pub active: bool,
    /// Its place in lists.
    pub position: i64,
    /// Further questions, which Open311 knows as attributes.
    pub questions: Questions,
    /// Why nobody may report this here and must call instead, in Indonesian; empty where the form goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stop_id: String,
    /// The same in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub stop_en: String,
}

/// The three moments that a report is held to. Fixed when they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadlines {
    /// Checked by then.
    pub verify: Timestamp,
    /// First answer by then.
    pub answer: Timestamp,
    /// Solved by then.
    pub resolve: Timestamp,
}

impl Category {
    /// Its name in the viewer's language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.name_id,
            Lang::En => &self.name_en,
        }
    }

    /// Why the form ends here, in the viewer's language; `None` where it goes on.
    pub fn stop(&self, lang: Lang) -> Option<&str> {
        let text = if lang == Lang::En { &self.stop_en } else { &self.stop_id };
        (!self.stop_id.is_empty()).then_some(text)
    }

    /// The names of what is otherwise than in `before`: codes, fit for the journal.
    pub fn changed_since(&self, before: &Category) -> Vec<&'static str> {
        let all = [
            ("name_id", self.name_id != before.name_id),
            ("name_en", self.name_en != before.name_en),
            ("description", self.description != before.description),
            ("keywords", self.keywords != before.keywords),
            ("tile", self.tile != before.tile),
            ("icon", self.icon != before.icon),
            ("agency", self.agency != before.agency),
            ("class", self.class != before.class),
            ("verify", self.verify != before.verify),
            ("answer", self.answer != before.answer),
            ("resolve", self.resolve != before.resolve),
            ("span_source", self.span_source != before.span_source),
            ("emergency", self.emergency != before.emergency),
            ("secret", self.secret != before.secret),
            ("active", self.active != before.active),
            ("position", self.position != before.position),
            ("questions", self.questions != before.questions),
            ("stop_id", self.stop_id != before.stop_id),
            ("stop_en", self.stop_en != before.stop_en),
        ];
        all.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }

    /// How long this may take when it is of that class.
    pub fn resolve_span(&self, class: Class, needs_inspection: bool) -> Span {
        if needs_inspection {
            return INSPECTION_SPAN;
        }
        match class {
            Class::Information if self.resolve.count > INFORMATION_SPAN.count => INFORMATION_SPAN,
            _ => self.resolve,
        }
    }

    /// The deadlines of a report of this category that comes in at `start`. A later one never lies before an earlier.
    pub fn deadlines(&self, calendar: &Calendar, start: Timestamp) -> Deadlines {
        let verify = calendar.due(start, self.verify);
        let answer = calendar.due(start, self.answer).max(verify);
        let resolve = calendar.due(start, self.resolve_span(self.class, false)).max(answer);
        Deadlines { verify, answer, resolve }
    }

    /// The category without marks that turn the direction of the writing around its words.
    #[must_use]
    pub fn cleaned(&self) -> Category {
        let clean = |text: &String| text.replace(words::is_direction_mark, "");
        Category {
            name_id: clean(&self.name_id),
            name_en: clean(&self.name_en),
            description: clean(&self.description),
            keywords: clean(&self.keywords),
            span_source: clean(&self.span_source),
            stop_id: clean(&self.stop_id),
            stop_en: clean(&self.stop_en),
            ..self.clone()
        }
    }

    /// Refuses what a form must not store.
    pub fn check(&self) -> Result<(), Refusal> {
        let code_ok = !self.code.is_empty()
            && self.code != "baru"
            && self.code.len() <= 60
            && self.code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'));
        if !code_ok {
            return Err(Refusal::field("code", "report.refused.category_code"));
        }
        if self.name_id.trim().is_empty() {
            return Err(Refusal::field("name_id", "report.refused.category_name"));
        }
        if self.name_en.trim().is_empty() {
            return Err(Refusal::field("name_en", "report.refused.category_name"));
        }
        for (field, text, max) in [
            ("name_id", &self.name_id, LINE_MAX_CHARS),
            ("name_en", &self.name_en, LINE_MAX_CHARS),
            ("description", &self.description, TEXT_MAX_CHARS),
            ("keywords", &self.keywords, TEXT_MAX_CHARS),
            ("tile", &self.tile, LINE_MAX_CHARS),
            ("icon", &self.icon, LINE_MAX_CHARS),
            ("span_source", &self.span_source, LINE_MAX_CHARS),
        ] {
            words::clean_line(field, text, max, false)?;
        }
        let spans = [("verify", self.verify), ("answer", self.answer), ("resolve", self.resolve)];
        for (field, span) in spans {
            if !(1..=365).contains(&span.count) {
                return Err(Refusal::field(field, "report.refused.category_span"));
            }
        }
        words::clean_line("name_id", &self.name_id, LINE_MAX_CHARS, true)?;
        words::clean_line("name_en", &self.name_en, LINE_MAX_CHARS, true)?;
        words::clean_line("description", &self.description, LINE_MAX_CHARS, false)?;
        words::clean_line("keywords", &self.keywords, LINE_MAX_CHARS, false)?;
        words::clean_line("tile", &self.tile, QUESTION_CODE_MAX_CHARS, true)?;
        words::clean_line("span_source", &self.span_source, LINE_MAX_CHARS, true)?;
        for (field, text, other) in
            [("stop_id", &self.stop_id, &self.stop_en), ("stop_en", &self.stop_en, &self.stop_id)]
        {
            words::clean_text(field, text, STOP_TEXT_MAX_CHARS, !other.is_empty())?;
        }
        self.questions.check()
    }
}

#[cfg(test)]
mod tests {
    use simpul_kernel::calendar::Zone;

    use super::*;

    fn lamp() -> Category {
        Category {
            code: "lampu_jalan".into(),
            name_id: "Lampu jalan".into(),
            name_en: "Street light".into(),
            description: String::new(),
            keywords: String::new(),
            tile: "lampu".into(),
            icon: "lampu".into(),
            agency: None,
            class: Class::Complaint,
            verify: VERIFY_SPAN,
            answer: ANSWER_SPAN,
            resolve: COMPLAINT_SPAN,
            span_source: "PermenPANRB 62/2018".into(),
            emergency: false,
            secret: false,
            active: true,
            position: 1,
            questions: Questions::default(),
            stop_id: String::new(),
            stop_en: String::new(),
        }
    }

    #[test]
    fn a_shorter_category_keeps_the_order_of_deadlines() {
        let mut category = lamp();
        category.resolve = Span::working_days(2);
        let calendar = Calendar::standard(Zone::Wita);
        let set = category.deadlines(&calendar, Timestamp(1_793_494_800_000_000));
        assert!(set.verify <= set.answer && set.answer <= set.resolve);
    }

    #[test]
    fn information_is_answered_sooner_than_a_complaint_and_an_inspection_later() {
        let category = lamp();
        assert_eq!(category.resolve_span(Class::Information, false), INFORMATION_SPAN);
        assert_eq!(category.resolve_span(Class::Complaint, false), COMPLAINT_SPAN);
        assert_eq!(category.resolve_span(Class::Complaint, true), INSPECTION_SPAN);
    }

    #[test]
    fn a_code_is_small_letters_and_a_span_is_a_year_at_most() {
        assert!(lamp().check().is_ok());
        assert!(Category { code: "Lampu Jalan".into(), ..lamp() }.check().is_err());
        let long = "x".repeat(STOP_TEXT_MAX_CHARS + 1);
        assert!(Category { stop_id: long.clone(), stop_en: long, ..lamp() }.check().is_err());
        let half = Category { stop_id: "Telepon".into(), ..lamp() }.check();
        assert_eq!(half.unwrap_err().field, Some("stop_en"), "both languages or none");
        assert!(Category { resolve: Span::days(0), ..lamp() }.check().is_err());
        assert!(Category { resolve: Span::days(366), ..lamp() }.check().is_err());
    }

    #[test]
    fn the_journal_learns_which_fields_changed_and_none_that_did_not() {
        let before = lamp();
        assert!(before.changed_since(&lamp()).is_empty());
        let after = Category { secret: true, stop_id: "Telepon".into(), ..lamp() };
        assert_eq!(after.changed_since(&before), ["secret", "stop_id"]);
    }

    /// A set of rules that was saved before there were stop texts is still found by the stamp that was kept then.
    #[test]
    fn what_is_empty_leaves_the_stamp_as_it_was() {
        let text = serde_json::to_string(&lamp()).unwrap();
        assert!(text.ends_with(r#""position":1,"questions":null}"#), "{text}");
    }
}
