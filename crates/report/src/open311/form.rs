//! The fields of a query or of a form, in order and with repeats, as clients of the standard send them.

/// Named values in the order in which they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl From<&simpul_shell::Fields> for Fields {
    fn from(fields: &simpul_shell::Fields) -> Fields {
        Fields(fields.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

impl Fields {
    /// Reads a query or a form: `a=1&b=2` with percent-encoding.
    #[cfg(test)]
    pub fn urlencoded(bytes: &[u8]) -> Option<Fields> {
        simpul_shell::Fields::parse(bytes).ok().as_ref().map(Fields::from)
    }

    /// Adds all fields of `other` after those that are here.
    #[must_use]
    pub fn and(mut self, other: Fields) -> Fields {
        self.0.extend(other.0);
        self
    }

    /// Every pair but those of `name`.
    pub fn without<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a (String, String)> {
        self.0.iter().filter(move |(n, _)| n != name)
    }

    /// The first value of `name` that is more than white space, trimmed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().filter(|(n, _)| n == name).map(|(_, value)| value.trim()).find(|value| !value.is_empty())
    }

    /// The values of `name`, each parted at its commas: `a,b` and `name=a&name=b` are the same.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let values = self.0.iter().filter(|(n, _)| n == name);
        values.flat_map(|(_, value)| value.split(',')).map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// The extra answers: `attribute[CODE]=value`, also written `attribute[CODE][]=value` for one of many.
    pub fn attributes(&self) -> Vec<(&str, &str)> {
        let named = self.0.iter().filter_map(|(name, value)| {
            let rest = name.strip_prefix("attribute[").or_else(|| name.strip_prefix("attributes["))?;
            Some((rest.strip_suffix("[]").unwrap_or(rest).strip_suffix(']')?, value.trim()))
        });
        named.filter(|(code, value)| !code.is_empty() && !value.is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_are_found_by_name_and_lists_at_their_commas() {
        let fields =
            Fields::urlencoded(b"lat=-2.5&lat=9&service_code=a,%20b&service_code=c&long=&x").expect("readable");
        assert_eq!(fields.get("lat"), Some("-2.5"));
        assert_eq!(fields.list("service_code"), ["a", "b", "c"]);
        assert_eq!(fields.get("long"), None);
        assert_eq!(fields.get("x"), None);
    }

    #[test]
    fn extra_answers_are_read_in_both_spellings() {
        let fields =
            Fields::urlencoded(b"attribute[TIANG]=12&attribute%5BWARNA%5D%5B%5D=a&attribute[]=x&attribute[W]=")
                .expect("ok");
        assert_eq!(fields.attributes(), [("TIANG", "12"), ("WARNA", "a")]);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some(fields) = Fields::urlencoded(&bytes) {
                let _ = (fields.attributes(), fields.list("a"), fields.get("a"));
            }
        }
    }
}
