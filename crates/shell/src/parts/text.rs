//! Small pieces of pages.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{self, Lang};

use crate::Page;

/// A status by its kind; the catalogue gives the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// Received, examined, assigned.
    New,
    /// Being worked on.
    Work,
    /// Done.
    Done,
    /// Past its deadline.
    Late,
    /// Rejected, passed on, merged.
    Off,
}

impl Tag {
    /// The class of `simpul.css`.
    pub fn class(self) -> &'static str {
        match self {
            Tag::New => "tag-new",
            Tag::Work => "tag-work",
            Tag::Done => "tag-done",
            Tag::Late => "tag-late",
            Tag::Off => "tag-off",
        }
    }

    /// The state's name in lists, legends and timelines: `new`, `work`, `done`, `late`, `off`.
    pub fn state(self) -> &'static str {
        &self.class()["tag-".len()..]
    }

    /// The shape, an id of `icons.svg`: colour is never alone.
    pub fn icon(self) -> &'static str {
        match self {
            Tag::New => "baru",
            Tag::Work => "dikerjakan",
            Tag::Done => "selesai",
            Tag::Late => "terlambat",
            Tag::Off => "ditolak",
        }
    }
}

macro_rules! piece {
    ($(#[$meta:meta])* $name:ident { $($field:ident: $ty:ty),* $(,)? } = $source:literal) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Template)]
        #[template(ext = "html", source = $source)]
        pub struct $name { $($field: $ty),* }
        impl HtmlSafe for $name {}
    };
}

piece! {
    /// An icon from `icons.svg`.
    Icon { file: String, id: String } =
    r##"<svg class="icon" aria-hidden="true"><use href="{{ file }}#{{ id }}"></use></svg>"##
}

impl Icon {
    pub(crate) fn new(id: &str) -> Icon {
        Icon { file: crate::assets::url("icons.svg"), id: id.to_owned() }
    }
}

piece! {
    /// A status: shape, word and colour.
    StatusTag { class: &'static str, icon: Icon, label: String } =
    r#"<span class="tag {{ class }}">{{ icon }}{{ label }}</span>"#
}

impl StatusTag {
    pub(crate) fn new(tag: Tag, label: String) -> StatusTag {
        StatusTag { class: tag.class(), icon: Icon::new(tag.icon()), label }
    }
}

piece! {
    /// An instant: how long ago, and when, with its zone.
    TimeText { iso: String, relative: String, stamp: String } =
    r#"<time datetime="{{ iso }}">{% if !relative.is_empty() %}{{ relative }} · {% endif %}{{ stamp }}</time>"#
}

impl TimeText {
    pub(crate) fn new(lang: Lang, zone: Zone, now: Timestamp, at: Timestamp) -> TimeText {
        let stamp = format::stamp_near(lang, zone, now, at);
        let relative = Some(format::relative(lang, zone, now, at)).filter(|text| *text != stamp);
        TimeText { iso: format::iso(at, zone), relative: relative.unwrap_or_default(), stamp }
    }
}

piece! {
    /// An instant in the words given.
    DateText { iso: String, text: String } = r#"<time datetime="{{ iso }}">{{ text }}</time>"#
}

impl DateText {
    pub(crate) fn new(at: Timestamp, zone: Zone, text: String) -> DateText {
        DateText { iso: format::iso(at, zone), text }
    }
}

piece! {
    /// A deadline: its date, and what remains.
    Due { late: bool, limit: String, iso: String, remaining: String } =
    r#"<span class="due{% if late %} late{% endif %}">{#- -#}
<time datetime="{{ iso }}">{{ limit }}</time> · {{ remaining }}</span>"#
}

impl Due {
    pub(crate) fn new(page: &Page, due: Timestamp) -> Due {
        let (lang, zone) = (page.lang, page.zone());
        Due {
            late: page.is_past(due),
            limit: page.t1("shell.due", "at", format::stamp_near(lang, zone, page.now, due)),
            iso: format::iso(due, zone),
            remaining: format::remaining(lang, page.now, due),
        }
    }
}

piece! {
    /// What stands where a list has nothing.
    Empty { text: String, checked: String } = r#"<p class="empty">{{ text }} {{ checked }}</p>"#
}

impl Empty {
    pub(crate) fn new(page: &Page, key: &str) -> Empty {
        let time = format::time(page.lang, page.zone(), page.now);
        Empty { text: page.t(key), checked: page.t1("shell.checked_at", "time", time) }
    }
}

piece! {
    /// Links to the pages before and after; nothing when there are none.
    Pager { label: String, back: String, on: String, previous: Option<String>, next: Option<String> } =
    r#"{% if previous.is_some() || next.is_some() %}<nav class="pager" aria-label="{{ label }}">
{%- if let Some(href) = previous %}<a rel="prev" href="{{ href }}">{{ back }}</a>{% endif -%}
{%- if let Some(href) = next %}<a rel="next" href="{{ href }}">{{ on }}</a>{% endif -%}
</nav>{% endif %}"#
}

impl Pager {
    pub(crate) fn new(page: &Page, previous: Option<&str>, next: Option<&str>) -> Pager {
        Pager {
            label: page.t("shell.pager.label"),
            back: page.t("shell.pager.previous"),
            on: page.t("shell.pager.next"),
            previous: previous.map(str::to_owned),
            next: next.map(str::to_owned),
        }
    }
}

piece! {
    /// The panel that confirms, with the number to keep.
    Confirm { title: String, label: String, number: String } =
    r#"<div class="panel"><h1>{{ title }}</h1><p>{{ label }}<br><strong>{{ number }}</strong></p></div>"#
}

impl Confirm {
    pub(crate) fn new(title: String, label: String, number: &str) -> Confirm {
        Confirm { title, label, number: number.to_owned() }
    }
}

piece! {
    /// The banner of a demo.
    Banner { text: Option<String> } =
    r#"{% if let Some(text) = text %}<p class="demo" role="region" aria-label="{{ text }}">{{ text }}</p>{% endif %}"#
}

impl Banner {
    pub(crate) fn new(text: Option<String>) -> Banner {
        Banner { text }
    }
}

piece! {
    /// A sentence with strong parts.
    Rich { parts: Vec<(bool, String)> } =
    r#"{% for (strong, text) in parts -%}
{%- if *strong %}<strong>{{ text }}</strong>{% else %}{{ text }}{% endif -%}
{%- endfor %}"#
}

impl Rich {
    pub(crate) fn new(text: &str) -> Rich {
        Rich { parts: text.split("**").enumerate().map(|(index, part)| (index % 2 == 1, part.to_owned())).collect() }
    }
}

/// A text as a value of a query: everything but letters, digits, `-`, `_`, `.` and `/` as `%XX`.
pub fn encode_query(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_./".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_status_has_shape_word_and_colour() {
        let html = StatusTag::new(Tag::Late, "Terlambat".into()).to_string();
        assert!(html.contains("tag-late") && html.contains("#terlambat") && html.contains("Terlambat"));
    }

    #[test]
    fn an_instant_far_back_is_not_told_twice() {
        let now = Timestamp(1_793_581_200_000_000);
        let html = TimeText::new(Lang::Id, Zone::Wita, now, now.plus_micros(-3 * 60_000_000)).to_string();
        assert!(html.contains("3 menit lalu · ") && html.contains("WITA"), "{html}");
        let html = TimeText::new(Lang::Id, Zone::Wita, now, now.plus_micros(-90_000_000_000_000)).to_string();
        assert_eq!(html.matches("WITA").count(), 1, "{html}");
    }

    #[test]
    fn strong_parts_are_drawn_and_their_text_is_escaped() {
        assert_eq!(Rich::new("a **<b>** c").to_string(), "a <strong>&#60;b&#62;</strong> c");
    }

    proptest! {
        #[test]
        fn no_text_leaves_its_place(text in "\\PC{0,30}") {
            let html = StatusTag::new(Tag::New, text).to_string();
            prop_assert_eq!(html.matches('<').count(), 6);
        }

        #[test]
        fn a_query_value_comes_back(text in "\\PC{0,30}") {
            let query = format!("x={}", encode_query(&text));
            let back: Vec<(String, String)> = serde_urlencoded::from_str(&query).unwrap();
            prop_assert_eq!(&back[0].1, &text);
        }
    }
}
