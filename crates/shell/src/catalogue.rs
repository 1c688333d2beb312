//! What screens say, in Bahasa Indonesia and English, by key.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;

/// A room's sentences in both languages, as TOML.
#[derive(Debug, Clone, Copy)]
pub struct MessageSet {
    /// The room, for error messages.
    pub room: &'static str,
    /// Bahasa Indonesia.
    pub id: &'static str,
    /// English.
    pub en: &'static str,
}

/// Why the sentences can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// The text is no TOML, or holds something other than tables and texts.
    #[error("messages of {room}, {lang}: {reason}")]
    Unreadable {
        /// Whose messages.
        room: &'static str,
        /// `id` or `en`.
        lang: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// Something does not match; every mistake is listed.
    #[error("messages do not match:\n{}", .0.join("\n"))]
    Mismatch(Vec<String>),
}

/// A sentence, cut at its places.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Place(String),
}

#[derive(Debug, Clone, Default)]
struct Sentence(Vec<Piece>);

impl Sentence {
    /// Reads `Halo {name}`; `{{` and `}}` stand for the signs themselves.
    fn parse(text: &str) -> Result<Sentence, String> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = text.chars().peekable();
        while let Some(sign) = rest.next() {
            match sign {
                '{' if rest.peek() == Some(&'{') => plain.extend(rest.next()),
                '}' if rest.peek() == Some(&'}') => plain.extend(rest.next()),
                '{' => {
                    let name: String = rest.by_ref().take_while(|sign| *sign != '}').collect();
                    if name.is_empty() || !name.chars().all(|sign| sign.is_ascii_alphanumeric() || sign == '_') {
                        return Err(format!("a place is named by letters, not '{name}'"));
                    }
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    pieces.push(Piece::Place(name));
                }
                '}' => return Err("a '}' without '{'".to_owned()),
                other => plain.push(other),
            }
        }
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Sentence(pieces))
    }

    fn places(&self) -> BTreeSet<&str> {
        let places = self.0.iter().filter_map(|piece| match piece {
            Piece::Place(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        });
        places.collect()
    }

    fn fill(&self, args: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => filled.push_str(text),
                Piece::Place(name) => match args.iter().find(|(given, _)| given == name) {
                    Some((_, value)) => filled.push_str(value),
                    None => drop(write!(filled, "{{{name}}}")),
                },
            }
        }
        filled
    }
}

/// All sentences of all rooms.
#[derive(Debug, Default)]
pub struct Catalogue {
    indonesian: HashMap<String, Sentence>,
    english: HashMap<String, Sentence>,
}

/// An English plural's singular stands under `KEY_one`; Indonesian has no plural.
const ONE: &str = "_one";

impl Catalogue {
    /// Reads the sentences of all rooms and holds both languages against each other.
    ///
    /// # Errors
    /// When a text can't be read, a key stands twice or in one language only, or the places of a sentence differ.
    pub fn load(sets: &[MessageSet]) -> Result<Catalogue, CatalogueError> {
        let mut catalogue = Catalogue::default();
        let mut wrong = Vec::new();
        for set in sets {
            for (lang, text) in [("id", set.id), ("en", set.en)] {
                let into = if lang == "id" { &mut catalogue.indonesian } else { &mut catalogue.english };
                for (key, text) in flat(set.room, lang, text)? {
                    match Sentence::parse(&text) {
                        Ok(sentence) => {
                            if into.insert(key.clone(), sentence).is_some() {
                                wrong.push(format!("{key} stands twice ({}, {lang})", set.room));
                            }
                        }
                        Err(reason) => wrong.push(format!("{key} ({lang}): {reason}")),
                    }
                }
            }
        }
        wrong.extend(catalogue.differences());
        if wrong.is_empty() { Ok(catalogue) } else { Err(CatalogueError::Mismatch(wrong)) }
    }

    fn differences(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (key, sentence) in &self.indonesian {
            match self.english.get(key) {
                None => wrong.push(format!("{key} has no English")),
                Some(english) if english.places() != sentence.places() => {
                    wrong.push(format!("{key} has other places in English"));
                }
                Some(_) => {}
            }
        }
        let orphans = self.english.keys().filter(|key| !key.ends_with(ONE) && !self.indonesian.contains_key(*key));
        wrong.extend(orphans.map(|key| format!("{key} has no Indonesian")));
        wrong.sort();
        wrong
    }

    /// Whether there is such a sentence.
    pub fn has(&self, key: &str) -> bool {
        self.indonesian.contains_key(key)
    }

    /// Every key, for tests.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.indonesian.keys().map(String::as_str)
    }

    /// The sentence, with `args` in its places. An unknown key stops a debug build, so that tests find it; in release
    /// the key stands on the screen, which helps the person at the telephone more than nothing.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, &str)]) -> String {
        let sentences = match lang {
            Lang::Id => &self.indonesian,
            Lang::En => &self.english,
        };
        match sentences.get(key) {
            Some(sentence) => sentence.fill(args),
            None => {
                tracing::error!(key, "no such message");
                if cfg!(debug_assertions) {
                    panic!("no message with the key {key}");
                }
                key.to_owned()
            }
        }
    }

    /// The sentence for `count` things: the place `{n}` holds the number, English takes `KEY_one` for a single one.
    pub fn counted(&self, lang: Lang, key: &str, count: i64) -> String {
        let number = simpul_kernel::format::number(lang, count);
        let singular = format!("{key}{ONE}");
        if lang == Lang::En && count == 1 && self.english.contains_key(&singular) {
            return self.text(lang, &singular, &[("n", &number)]);
        }
        self.text(lang, key, &[("n", &number)])
    }

    /// What a refusal says.
    pub fn refusal(&self, lang: Lang, refusal: &Refusal) -> String {
        // A value that only looks like a word of ours is said as it is.
        let word = |key: &str| if self.has(key) { self.text(lang, key, &[]) } else { key.to_owned() };
        let said = refusal.said(word);
        let args: Vec<(&str, &str)> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.text(lang, refusal.key, &args)
    }
}

/// Tables to keys with dots.
fn flat(room: &'static str, lang: &'static str, text: &str) -> Result<BTreeMap<String, String>, CatalogueError> {
    let unreadable = |reason: String| CatalogueError::Unreadable { room, lang, reason };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| unreadable(error.to_string()))?;
    let mut found = BTreeMap::new();
    let mut waiting: Vec<(String, toml::Value)> = table.into_iter().collect();
    while let Some((key, value)) = waiting.pop() {
        match value {
            toml::Value::String(text) => drop(found.insert(key, text)),
            toml::Value::Table(table) => {
                waiting.extend(table.into_iter().map(|(name, value)| (format!("{key}.{name}"), value)));
            }
            other => return Err(unreadable(format!("{key} is a {}, not a text", other.type_str()))),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(id: &'static str, en: &'static str) -> MessageSet {
        MessageSet { room: "test", id, en }
    }

    #[test]
    fn a_sentence_is_filled_in_its_language() {
        let catalogue =
            Catalogue::load(&[set("[test]\nhalo = \"Halo {nama}\"", "[test]\nhalo = \"Hello {nama}\"")]).unwrap();
        assert_eq!(catalogue.text(Lang::Id, "test.halo", &[("nama", "Rina")]), "Halo Rina");
        assert_eq!(catalogue.text(Lang::En, "test.halo", &[("nama", "{x}")]), "Hello {x}");
    }

    #[test]
    fn a_key_in_one_language_only_is_an_error() {
        let error = Catalogue::load(&[set("a = \"x\"\nb = \"y\"", "a = \"x\"")]).unwrap_err();
        assert_eq!(error, CatalogueError::Mismatch(vec!["b has no English".to_owned()]));
    }

    #[test]
    fn places_must_be_the_same_in_both_languages() {
        assert!(Catalogue::load(&[set("a = \"{x}\"", "a = \"{y}\"")]).is_err());
    }

    #[test]
    fn a_key_of_two_rooms_is_an_error() {
        assert!(Catalogue::load(&[set("a = \"x\"", "a = \"x\""), set("a = \"x\"", "a = \"x\"")]).is_err());
    }

    #[test]
    fn english_has_a_singular() {
        let id = "[test]\nlaporan = \"{n} laporan\"";
        let en = "[test]\nlaporan = \"{n} reports\"\nlaporan_one = \"{n} report\"";
        let catalogue = Catalogue::load(&[set(id, en)]).unwrap();
        assert_eq!(catalogue.counted(Lang::En, "test.laporan", 1), "1 report");
        assert_eq!(catalogue.counted(Lang::En, "test.laporan", 2), "2 reports");
        assert_eq!(catalogue.counted(Lang::Id, "test.laporan", 1), "1 laporan");
    }

    #[test]
    fn corpus_message() {
        crate::testing::replay("message", |bytes| drop(Sentence::parse(&String::from_utf8_lossy(bytes))));
    }

    proptest! {
        #[test]
        fn doubled_braces_stand_for_themselves(text in "[a-z{} ]{0,30}") {
            let escaped = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(Sentence::parse(&escaped).unwrap().fill(&[]), text);
        }

        #[test]
        fn any_text_is_read_or_refused_without_a_panic(text in "\\PC*") {
            let _ = Sentence::parse(&text);
        }
    }
}
