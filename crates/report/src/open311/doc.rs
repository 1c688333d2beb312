//! One tree for both languages of GeoReport: an answer is built once and written as XML or as JSON.
//!
//! The standard's XML and JSON say the same in different shapes: a list is an element with named children in XML and
//! an array in JSON; the outermost list is a root element in XML and a bare array in JSON. Both shapes follow from the
//! tree, so that a field can't be in one and missing in the other.

use std::fmt::Write as _;

use quick_xml::escape::escape;
use serde::{Serialize, Serializer};

/// The language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.xml`
    Xml,
    /// `.json`
    Json,
}

impl Format {
    /// The media type that goes with the answer: the standard asks for `text/xml`, with the character set named.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Xml => "text/xml; charset=utf-8",
            Format::Json => "application/json; charset=utf-8",
        }
    }

    /// Parts `requests.json` into its name and its format; `None` for a suffix that the standard does not know.
    /// A name without a suffix is answered in the format that `accept` asks for, and in XML if it asks for none.
    pub fn split<'a>(file: &'a str, accept: Option<&str>) -> Option<(&'a str, Format)> {
        match file.rsplit_once('.') {
            Some((name, "xml")) => Some((name, Format::Xml)),
            Some((name, "json")) => Some((name, Format::Json)),
            Some(_) => None,
            None if accept.is_some_and(|accept| accept.contains("json")) => Some((file, Format::Json)),
            None => Some((file, Format::Xml)),
        }
    }
}

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing is known: an empty element, or `null`.
    Nothing,
    /// Text.
    Text(String),
    /// A real boolean, never the word in quotes.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// Degrees in units of 1e-7, written as a decimal number.
    DegreesE7(i32),
    /// Named fields, in order.
    Fields(Vec<(&'static str, Value)>),
    /// Equal things, with the name that each has in XML.
    List(&'static str, Vec<Value>),
}

impl Value {
    /// Text, or nothing where there is none.
    pub fn text(text: impl Into<Option<String>>) -> Value {
        text.into().map_or(Value::Nothing, Value::Text)
    }

    /// Text that is always there.
    pub fn of(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

/// A whole answer: the name of the root element, and what stands in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Doc {
    /// Name of the root element; JSON has none.
    pub root: &'static str,
    /// What stands in it.
    pub value: Value,
}

impl Doc {
    /// The answer in the language asked for.
    pub fn render(&self, format: Format) -> String {
        match format {
            Format::Xml => {
                let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
                element(&mut out, self.root, &self.value);
                out.push('\n');
                out
            }
            Format::Json => serde_json::to_string(&self.value).unwrap_or_default(),
        }
    }
}

fn element(out: &mut String, name: &str, value: &Value) {
    let _ = write!(out, "<{name}>");
    match value {
        Value::Nothing => {}
        Value::Text(text) => out.push_str(&escape(printable(text).as_str())),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Whole(number) => {
            let _ = write!(out, "{number}");
        }
        Value::DegreesE7(e7) => {
            let _ = write!(out, "{}", degrees(*e7));
        }
        Value::Fields(fields) => fields.iter().for_each(|(name, value)| element(out, name, value)),
        Value::List(item, values) => values.iter().for_each(|value| element(out, item, value)),
    }
    let _ = write!(out, "</{name}>");
}

/// XML 1.0 has no place for most control characters, not even escaped: they become spaces.
/// A carriage return would be read back as a line feed, so it is written as one.
pub(crate) fn printable(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\r' => '\n',
            '\t' | '\n' => c,
            '\u{FFFE}' | '\u{FFFF}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

fn degrees(e7: i32) -> f64 {
    f64::from(e7) / 1e7
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Nothing => serializer.serialize_none(),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Whole(number) => serializer.serialize_i64(*number),
            Value::DegreesE7(e7) => serializer.serialize_f64(degrees(*e7)),
            Value::Fields(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (name, value))),
            Value::List(_, values) => serializer.collect_seq(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::events::Event;

    use super::*;

    fn doc(text: &str) -> Doc {
        Doc {
            root: "services",
            value: Value::List(
                "service",
                vec![Value::Fields(vec![
                    ("service_name", Value::of(text)),
                    ("metadata", Value::Bool(false)),
                    ("lat", Value::DegreesE7(-25_512_345)),
                    ("group", Value::Nothing),
                ])],
            ),
        }
    }

    /// Reads all text of the first `name` element back.
    fn read_back(xml: &str, name: &str) -> String {
        let mut reader = quick_xml::Reader::from_str(xml);
        let (mut inside, mut text) = (false, String::new());
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Start(start) if start.name().as_ref() == name => inside = true,
                Event::End(end) if end.name().as_ref() == name => return text,
                Event::Text(part) if inside => text.push_str(&part),
                Event::GeneralRef(entity) if inside => {
                    text.push_str(quick_xml::escape::resolve_predefined_entity(&entity).expect("predefined"));
                }
                Event::Eof => return text,
                _ => {}
            }
        }
    }

    #[test]
    fn a_list_is_an_element_in_xml_and_a_bare_array_in_json() {
        assert_eq!(
            doc("a & b").render(Format::Xml),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<services><service><service_name>a &amp; b</service_name>\
             <metadata>false</metadata><lat>-2.5512345</lat><group></group></service></services>\n"
        );
        assert_eq!(
            doc("a").render(Format::Json),
            "[{\"service_name\":\"a\",\"metadata\":false,\"lat\":-2.5512345,\"group\":null}]"
        );
    }

    #[test]
    fn the_suffix_decides_and_the_accept_header_fills_in() {
        assert_eq!(Format::split("requests.json", None), Some(("requests", Format::Json)));
        assert_eq!(Format::split("LUTRA-2611-0042.xml", None), Some(("LUTRA-2611-0042", Format::Xml)));
        assert_eq!(Format::split("requests.html", None), None);
        assert_eq!(Format::split("requests", Some("application/json")), Some(("requests", Format::Json)));
        assert_eq!(Format::split("requests", None), Some(("requests", Format::Xml)));
    }

    #[test]
    fn characters_that_xml_can_not_hold_become_spaces() {
        assert!(doc("a\u{1}b\u{FFFE}c").render(Format::Xml).contains("a b c"));
    }

    proptest! {
        #[test]
        fn whatever_a_citizen_writes_is_read_back_from_xml_and_json(text in "\\PC*") {
            let xml = doc(&text).render(Format::Xml);
            prop_assert_eq!(read_back(&xml, "service_name"), printable(&text));
            let json: serde_json::Value = serde_json::from_str(&doc(&text).render(Format::Json)).expect("json");
            prop_assert_eq!(json[0]["service_name"].as_str(), Some(text.as_str()));
        }

        #[test]
        fn degrees_keep_their_seven_digits(e7 in -1_800_000_000i32..=1_800_000_000) {
            let text = degrees(e7).to_string();
            let back: f64 = text.parse().expect("number");
            prop_assert_eq!((back * 1e7).round() as i32, e7);
            prop_assert!(!text.contains('e'));
        }
    }
}
