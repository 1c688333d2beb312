//! Why an action was refused, in words that the person can act on.

/// Which entry of its field a refusal means, among the values for the sentence.
const ENTRY: &str = "entry";

/// Stands before a key of the catalogue among the values; no text that anybody types begins with it.
const WORD: char = '\u{2}';
/// Between several words.
const WORDS_SEPARATOR: &str = ", ";

/// A refusal: a key of the message catalogue, and what fills its places.
/// The person sees the catalogue's sentence in their language; the log and the API see the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Key of the message catalogue, such as `report.refused.wrong_state`.
    pub key: &'static str,
    /// The field of the form that is meant, if one is.
    pub field: Option<&'static str>,
    /// Values for the sentence's places, by name.
    pub args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal that concerns the whole action.
    pub fn new(key: &'static str) -> Refusal {
        Refusal { key, field: None, args: Vec::new() }
    }

    /// A refusal that concerns one field of the form.
    pub fn field(field: &'static str, key: &'static str) -> Refusal {
        Refusal { key, field: Some(field), args: Vec::new() }
    }

    /// The same refusal about one entry of a field that holds several, such as the answer to one question.
    #[must_use]
    pub fn entry(self, code: impl Into<String>) -> Refusal {
        self.with(ENTRY, code)
    }

    /// The same refusal with a word of the catalogue for a place of its sentence: a state as people call it. Several
    /// words are told one after the other.
    #[must_use]
    pub fn with_words<K: AsRef<str>>(self, name: &'static str, keys: impl IntoIterator<Item = K>) -> Refusal {
        let keys: Vec<String> = keys.into_iter().map(|key| format!("{WORD}{}", key.as_ref())).collect();
        self.with(name, keys.join(WORDS_SEPARATOR))
    }

    /// The values for the sentence's places, words of the catalogue said by `word`.
    pub fn said(&self, word: impl Fn(&str) -> String) -> Vec<(&'static str, String)> {
        let say = |value: &str| {
            let parts = value.split(WORDS_SEPARATOR).map(|part| part.strip_prefix(WORD).map(&word));
            let words: Option<Vec<String>> = parts.collect();
            words.map_or_else(|| value.to_owned(), |words| words.join(WORDS_SEPARATOR))
        };
        self.args.iter().map(|(name, value)| (*name, say(value))).collect()
    }

    /// The name of the control that is meant: the field, and after a hyphen the entry of it.
    pub fn control(&self) -> Option<String> {
        let field = self.field?;
        let entry = self.args.iter().find(|(name, _)| *name == ENTRY);
        Some(entry.map_or_else(|| field.to_owned(), |(_, code)| format!("{field}-{code}")))
    }

    /// The same refusal with a value for a place of its sentence.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Refusal {
        self.args.push((name, value.into()));
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)?;
        for (name, value) in &self.args {
            write!(f, " {name}={}", value.replace(WORD, ""))?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
