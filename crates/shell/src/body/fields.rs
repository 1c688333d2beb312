//! What was typed, by the names of the form.

use serde::de::DeserializeOwned;
use simpul_kernel::limits::FORM_FIELDS_MAX_COUNT;
use uuid::Uuid;

use crate::PageError;

/// What a NUL becomes: as refused as it, but storable, should a field have no check (START OF HEADING).
const NUL_STANDS_FOR: &str = "\u{1}";

/// The pairs of a form in the order in which they came; a name may stand several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// No fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Reads `a=1&b=2`.
    ///
    /// # Errors
    /// A bad request when the text is no form or has too many fields.
    pub fn parse(bytes: &[u8]) -> Result<Fields, PageError> {
        let bad = || PageError::bad_request("shell.trouble.form_unreadable");
        let pairs: Vec<(String, String)> = serde_urlencoded::from_bytes(bytes).map_err(|_| bad())?;
        if pairs.len() > FORM_FIELDS_MAX_COUNT {
            return Err(bad());
        }
        let mut fields = Fields::new();
        for (name, value) in pairs {
            fields.add(name, value);
        }
        Ok(fields)
    }

    /// A further pair. NUL has no place in a text (PostgreSQL can't store it): it becomes another control character
    /// here, once for all, so that the field's own check refuses it by name and nothing is left out in silence.
    pub fn add(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let clean = |text: String| if text.contains('\0') { text.replace('\0', NUL_STANDS_FOR) } else { text };
        self.0.push((clean(name.into()), clean(value.into())));
    }

    /// Puts `value` in place of whatever `name` held.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(given, _)| given != name);
        self.add(name, value);
    }

    /// What was typed into `name`, without spaces around it; empty when it did not come.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value.trim())
    }

    /// What was typed into `name` to the letter: passwords may begin with a space.
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value)
    }

    /// All values of `name`, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.0.iter().filter(|(given, _)| given == name).map(|(_, value)| value.trim()).collect()
    }

    /// Whether `name` came, even empty: a ticked box, a pressed button.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(given, _)| given == name)
    }

    /// `name` as an id.
    pub fn uuid(&self, name: &str) -> Option<Uuid> {
        self.get(name).parse().ok()
    }

    /// `name` as a whole number.
    pub fn int(&self, name: &str) -> Option<i64> {
        self.get(name).parse().ok()
    }

    /// `name` as a number with a point, such as a coordinate.
    pub fn float(&self, name: &str) -> Option<f64> {
        self.get(name).parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The form's idempotency key.
    pub fn key(&self) -> Option<Uuid> {
        self.uuid(crate::parts::KEY_FIELD)
    }

    /// Every pair.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields as a value of the handler's own type.
    ///
    /// # Errors
    /// A bad request when a field is missing or has the wrong shape: our own pages never send that.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, PageError> {
        let bad = || PageError::bad_request("shell.trouble.form_unreadable");
        let text = serde_urlencoded::to_string(&self.0).map_err(|_| bad())?;
        serde_urlencoded::from_str(&text).map_err(|_| bad())
    }
}

/// Whatever keeps what was typed, so that a page can show it again.
pub trait Typed {
    /// The fields as they came.
    fn typed(&self) -> &Fields;
}

impl Typed for Fields {
    fn typed(&self) -> &Fields {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_may_stand_several_times() {
        let fields = Fields::parse(b"id=1&id=2&x=+y+").unwrap();
        assert_eq!(fields.all("id"), ["1", "2"]);
        assert_eq!(fields.get("x"), "y");
        assert_eq!(fields.raw("x"), " y ");
        assert!(!fields.has("z") && fields.get("z").is_empty());
    }

    #[test]
    fn nul_reaches_a_room_only_as_another_character_that_no_field_takes() {
        assert_eq!(Fields::parse(b"x=a%00b").unwrap().get("x"), "a\u{1}b");
    }

    #[test]
    fn too_many_fields_are_refused() {
        let many = "a=1&".repeat(FORM_FIELDS_MAX_COUNT + 1);
        assert!(Fields::parse(many.as_bytes()).is_err());
    }

    #[test]
    fn corpus_form() {
        crate::testing::replay("form", |bytes| drop(Fields::parse(bytes)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes: Vec<u8>) {
            let _ = Fields::parse(&bytes);
        }

        #[test]
        fn what_was_typed_comes_back_to_the_letter(text in "\\PC{0,40}") {
            let sent = serde_urlencoded::to_string([("x", &text)]).unwrap();
            let fields = Fields::parse(sent.as_bytes()).unwrap();
            prop_assert_eq!(fields.raw("x"), text);
        }
    }
}
