//! A form as its page draws it: what was typed, what was wrong, and the proof that it is ours.

use std::sync::Arc;

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Refusal;
use uuid::Uuid;

use super::KEY_FIELD;
use super::answers::Answers;
use super::control::{Button, Control, Kind};
use crate::visit::Visit;
use crate::{Fields, Site, csrf};

/// The form of a page.
#[derive(Debug, Clone)]
pub struct FormView {
    visit: Arc<Visit>,
    answers: Answers,
    key: Uuid,
}

impl FormView {
    pub(crate) fn new(site: &Site, fields: Fields, refusals: &[Refusal]) -> FormView {
        // A form that comes back keeps its key: it is still the same thing that is to be done once.
        let key = fields.key().unwrap_or_else(|| site.ctx.new_id());
        FormView { visit: site.visit.clone(), answers: Answers::new(site, fields, refusals), key }
    }

    /// The same form with a field filled in, as it stands in the database; what was typed wins.
    #[must_use]
    pub fn fill(mut self, name: &str, value: impl Into<String>) -> FormView {
        if !self.answers.fields.has(name) {
            self.answers.fields.add(name, value);
        }
        self
    }

    /// What was typed into a field.
    pub fn typed(&self, name: &str) -> &str {
        self.answers.fields.get(name)
    }

    /// Whether something was refused.
    pub fn has_errors(&self) -> bool {
        !self.answers.mistakes.is_empty()
    }

    /// The form's idempotency key.
    pub fn key(&self) -> Uuid {
        self.key
    }

    fn t(&self, key: &str) -> String {
        self.answers.t(key)
    }

    /// All that was refused, each line leading to its field. The first thing on the page; nothing without mistakes.
    pub fn errors(&self) -> ErrorSummary {
        let lines = self
            .answers
            .mistakes
            .iter()
            .map(|mistake| (mistake.field.clone().unwrap_or_default(), mistake.text.clone()));
        ErrorSummary { title: self.t("shell.form.errors"), lines: lines.collect() }
    }

    /// The beginning of a form that changes something.
    pub fn begin(&self, action: impl AsRef<str>) -> FormBegin {
        self.form_begin(action.as_ref(), false)
    }

    /// The beginning of a form with files.
    pub fn begin_upload(&self, action: impl AsRef<str>) -> FormBegin {
        self.form_begin(action.as_ref(), true)
    }

    fn form_begin(&self, action: &str, files: bool) -> FormBegin {
        FormBegin {
            action: action.to_owned(),
            files,
            token_field: csrf::TOKEN_FIELD,
            token: csrf::token(&self.visit),
            key_field: KEY_FIELD,
            key: self.key,
        }
    }

    /// The beginning of a form that only asks: filters and searches, with everything in the address.
    pub fn filters(&self, action: impl AsRef<str>) -> FiltersBegin {
        FiltersBegin { action: action.as_ref().to_owned(), class: "filters" }
    }

    /// The beginning of a search in one row.
    pub fn find(&self, action: impl AsRef<str>) -> FiltersBegin {
        FiltersBegin { action: action.as_ref().to_owned(), class: "find" }
    }

    /// The end of a form.
    pub fn end(&self) -> FormEnd {
        FormEnd {}
    }

    fn control<'f>(&'f self, kind: Kind, name: &str, label: &str) -> Control<'f> {
        Control::new(&self.answers, kind, name, self.t(label))
    }

    /// One line of text.
    pub fn text(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Line("text"), name, label)
    }

    /// A secret line; what was typed is never shown again.
    pub fn password(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Password, name, label)
    }

    /// Several lines of text.
    pub fn area(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Area, name, label)
    }

    /// One of many, in a list that opens.
    pub fn select(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Select, name, label)
    }

    /// One of a few.
    pub fn radios(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Radios, name, label)
    }

    /// Any of a few.
    pub fn checks(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Checks, name, label)
    }

    /// One of a few as large tiles with icons.
    pub fn tiles(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Tiles, name, label)
    }

    /// A single box to tick; its value is `1`.
    pub fn check(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::Check, name, label)
    }

    /// Files.
    pub fn file(&self, name: &str, label: &str) -> Control<'_> {
        self.control(Kind::File, name, label)
    }

    /// A value that the person does not see.
    pub fn hidden(&self, name: &str, value: impl std::fmt::Display) -> Hidden {
        Hidden { name: name.to_owned(), value: value.to_string() }
    }

    /// A button that sends the form.
    pub fn button(&self, label: &str) -> Button {
        Button::new(self.t(label))
    }
}

/// All that was refused.
#[derive(Debug, Clone, Template)]
#[template(path = "shell/errors.html")]
pub struct ErrorSummary {
    title: String,
    lines: Vec<(String, String)>,
}
impl HtmlSafe for ErrorSummary {}

/// The beginning of a form that changes something.
#[derive(Debug, Clone, Template)]
#[template(path = "shell/form_begin.html")]
pub struct FormBegin {
    action: String,
    files: bool,
    token_field: &'static str,
    token: String,
    key_field: &'static str,
    key: Uuid,
}
impl HtmlSafe for FormBegin {}

/// The beginning of a form that only asks.
#[derive(Debug, Clone, Template)]
#[template(ext = "html", source = r#"<form class="{{ class }}" method="get" action="{{ action }}" novalidate>"#)]
pub struct FiltersBegin {
    action: String,
    class: &'static str,
}
impl HtmlSafe for FiltersBegin {}

/// The end of a form.
#[derive(Debug, Clone, Copy, Template)]
#[template(ext = "html", source = "</form>")]
pub struct FormEnd {}
impl HtmlSafe for FormEnd {}

/// A value that the person does not see.
#[derive(Debug, Clone, Template)]
#[template(ext = "html", source = r#"<input type="hidden" name="{{ name }}" value="{{ value }}">"#)]
pub struct Hidden {
    name: String,
    value: String,
}
impl HtmlSafe for Hidden {}
