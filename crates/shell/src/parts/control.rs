//! One control of a form with its label, hint and error, tied together for those who don't see the page.

use askama::Template;
use askama::filters::HtmlSafe;

use super::answers::Answers;
use super::text::Icon;

/// How a control is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Line(&'static str),
    Password,
    Area,
    Select,
    Radios,
    Checks,
    Tiles,
    Check,
    File,
}

/// One of the values to choose from.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    value: String,
    text: String,
    hint: String,
    group: String,
    icon: String,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl std::fmt::Display, text: impl Into<String>) -> Choice {
        Choice { value: value.to_string(), text: text.into(), ..Choice::default() }
    }

    /// A further line that explains it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Choice {
        self.hint = hint.into();
        self
    }

    /// The heading under which a list shows it; choices of one group follow each other.
    #[must_use]
    pub fn group(mut self, group: impl Into<String>) -> Choice {
        self.group = group.into();
        self
    }

    /// The icon of its tile.
    #[must_use]
    pub fn icon(mut self, icon: impl Into<String>) -> Choice {
        self.icon = icon.into();
        self
    }

    fn picture(&self) -> Option<Icon> {
        (!self.icon.is_empty()).then(|| Icon::new(&self.icon))
    }
}

/// A control with its label.
#[derive(Debug, Clone, Template)]
#[template(path = "shell/control.html")]
pub struct Control<'f> {
    answers: &'f Answers,
    kind: Kind,
    name: String,
    label: String,
    hint: String,
    optional: bool,
    question: bool,
    quiet: bool,
    inline: bool,
    multiple: bool,
    width: u8,
    rows: u8,
    max: usize,
    default: Option<String>,
    autocomplete: String,
    inputmode: String,
    accept: String,
    list: String,
    prompt: Option<String>,
    options: Vec<Choice>,
}
impl HtmlSafe for Control<'_> {}

impl<'f> Control<'f> {
    pub(crate) fn new(answers: &'f Answers, kind: Kind, name: &str, label: String) -> Control<'f> {
        Control {
            answers,
            kind,
            name: name.to_owned(),
            label,
            hint: String::new(),
            optional: false,
            question: false,
            quiet: false,
            inline: false,
            multiple: false,
            width: 0,
            rows: 5,
            max: 0,
            default: None,
            autocomplete: String::new(),
            inputmode: String::new(),
            accept: String::new(),
            list: String::new(),
            prompt: None,
            options: Vec::new(),
        }
    }

    /// One short sentence that helps, by its key.
    #[must_use]
    pub fn hint(mut self, key: &str) -> Control<'f> {
        self.hint = self.answers.t(key);
        self
    }

    /// A hint that is not the catalogue's.
    #[must_use]
    pub fn hint_text(mut self, hint: impl Into<String>) -> Control<'f> {
        self.hint = hint.into();
        self
    }

    /// A label that is not the catalogue's.
    #[must_use]
    pub fn label_text(mut self, label: impl Into<String>) -> Control<'f> {
        self.label = label.into();
        self
    }

    /// It may stay empty; the label says so.
    #[must_use]
    pub fn optional(mut self) -> Control<'f> {
        self.optional = true;
        self
    }

    /// The label is the page's heading: one question a page.
    #[must_use]
    pub fn question(mut self) -> Control<'f> {
        self.question = true;
        self
    }

    /// The label is read out but not shown.
    #[must_use]
    pub fn quiet(mut self) -> Control<'f> {
        self.quiet = true;
        self
    }

    /// Choices beside each other.
    #[must_use]
    pub fn inline(mut self) -> Control<'f> {
        self.inline = true;
        self
    }

    /// Several files.
    #[must_use]
    pub fn multiple(mut self) -> Control<'f> {
        self.multiple = true;
        self
    }

    /// Room for that many characters: 2, 5, 10 or 20.
    #[must_use]
    pub fn width(mut self, characters: u8) -> Control<'f> {
        self.width = characters;
        self
    }

    /// Lines of an area.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Control<'f> {
        self.rows = rows;
        self
    }

    /// Most characters; the browser stops there, the server checks again.
    #[must_use]
    pub fn max(mut self, characters: usize) -> Control<'f> {
        self.max = characters;
        self
    }

    /// The input's type: `tel`, `email`, `number`, `date`, `search`, `url`.
    #[must_use]
    pub fn kind(mut self, input_type: &'static str) -> Control<'f> {
        self.kind = Kind::Line(input_type);
        self
    }

    /// What stands in it before anything was typed.
    #[must_use]
    pub fn value(mut self, value: impl std::fmt::Display) -> Control<'f> {
        self.default = Some(value.to_string());
        self
    }

    /// What the browser may fill in: `tel`, `name`, `current-password`, `one-time-code`.
    #[must_use]
    pub fn autocomplete(mut self, token: &str) -> Control<'f> {
        self.autocomplete = token.to_owned();
        self
    }

    /// Which keyboard a phone shows: `numeric`, `tel`, `email`.
    #[must_use]
    pub fn inputmode(mut self, mode: &str) -> Control<'f> {
        self.inputmode = mode.to_owned();
        self
    }

    /// Which files are offered: `image/*`.
    #[must_use]
    pub fn accept(mut self, types: &str) -> Control<'f> {
        self.accept = types.to_owned();
        self
    }

    /// The id of a `datalist` with proposals.
    #[must_use]
    pub fn list(mut self, id: &str) -> Control<'f> {
        self.list = id.to_owned();
        self
    }

    /// What a list shows before something is chosen, by its key; its value is empty.
    #[must_use]
    pub fn prompt(mut self, key: &str) -> Control<'f> {
        self.prompt = Some(self.answers.t(key));
        self
    }

    /// What there is to choose.
    #[must_use]
    pub fn options<'c>(mut self, choices: impl IntoIterator<Item = &'c Choice>) -> Control<'f> {
        self.options.extend(choices.into_iter().cloned());
        self
    }

    /// One more choice.
    #[must_use]
    pub fn choice(mut self, value: impl std::fmt::Display, key: &str) -> Control<'f> {
        let text = self.answers.t(key);
        self.options.push(Choice::new(value, text));
        self
    }

    fn mistake(&self) -> Option<&str> {
        self.answers.mistake(&self.name)
    }

    fn shown(&self) -> String {
        if self.kind == Kind::Password {
            return String::new();
        }
        let typed = self.answers.values(&self.name);
        typed.first().map(|value| (*value).to_owned()).or_else(|| self.default.clone()).unwrap_or_default()
    }

    fn is_chosen(&self, value: &str) -> bool {
        let typed = self.answers.values(&self.name);
        if typed.is_empty() { self.default.as_deref() == Some(value) } else { typed.contains(&value) }
    }

    /// The first choice bears the control's own id, so that the error summary leads to it.
    fn choice_id(&self, index: &usize) -> String {
        if *index == 0 { self.name.clone() } else { format!("{}-{}", self.name, index + 1) }
    }

    fn described_by(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let error = self.mistake().map(|_| format!("{}-error", self.name));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Line(input_type) => input_type,
            Kind::Password => "password",
            Kind::File => "file",
            Kind::Radios | Kind::Tiles => "radio",
            _ => "checkbox",
        }
    }

    fn is_group(&self) -> bool {
        matches!(self.kind, Kind::Radios | Kind::Checks | Kind::Tiles)
    }

    /// Choices under the headings of their groups, in the order in which they were given.
    fn groups(&self) -> Vec<(&str, Vec<&Choice>)> {
        let mut groups: Vec<(&str, Vec<&Choice>)> = Vec::new();
        for choice in &self.options {
            match groups.last_mut() {
                Some((group, choices)) if *group == choice.group => choices.push(choice),
                _ => groups.push((&choice.group, vec![choice])),
            }
        }
        groups
    }
}

/// A button that sends a form.
#[derive(Debug, Clone, Template)]
#[template(path = "shell/button.html")]
pub struct Button {
    label: String,
    class: String,
    name: String,
    value: String,
    formaction: String,
}
impl HtmlSafe for Button {}

impl Button {
    pub(crate) fn new(label: String) -> Button {
        Button { label, class: "btn".into(), name: String::new(), value: String::new(), formaction: String::new() }
    }

    fn with_class(mut self, class: &str) -> Button {
        self.class.push(' ');
        self.class.push_str(class);
        self
    }

    /// Not the main deed of the page.
    #[must_use]
    pub fn secondary(self) -> Button {
        self.with_class("secondary")
    }

    /// It can't be undone.
    #[must_use]
    pub fn warning(self) -> Button {
        self.with_class("warning")
    }

    /// Small, in a row of a table.
    #[must_use]
    pub fn small(self) -> Button {
        self.with_class("small")
    }

    /// Drawn as a link.
    #[must_use]
    pub fn link(mut self) -> Button {
        self.class = "link".into();
        self
    }

    /// Sends this pair with the form.
    #[must_use]
    pub fn named(mut self, name: &str, value: impl std::fmt::Display) -> Button {
        self.name = name.to_owned();
        self.value = value.to_string();
        self
    }

    /// Sends the form elsewhere.
    #[must_use]
    pub fn to(mut self, action: &str) -> Button {
        self.formaction = action.to_owned();
        self
    }
}
