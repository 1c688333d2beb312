//! Whether anybody came to harm, as the caller says it: asked before anybody can count, and never holding a unit up.

/// Most victims that a caller can tell of; more is a slip of the finger.
pub const VICTIMS_MAX_COUNT: i64 = 100_000;

/// What is said of victims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Victims {
    /// Nobody knows yet.
    #[default]
    Unknown,
    /// There are some, and how many where that is known.
    Some(Option<i64>),
    /// There are none.
    None,
}

impl Victims {
    /// The words of the form, of tables and of the API, in the order in which screens list them.
    pub const NAMES: [&'static str; 3] = ["unknown", "some", "none"];

    /// The word in tables and in the API.
    pub fn name(self) -> &'static str {
        match self {
            Victims::Unknown => "unknown",
            Victims::Some(_) => "some",
            Victims::None => "none",
        }
    }

    /// How many, where that is known.
    pub fn count(self) -> Option<i64> {
        match self {
            Victims::Some(count) => count,
            Victims::Unknown | Victims::None => None,
        }
    }

    /// What a word and a number mean together. It refuses nothing: a slip here must not keep a unit from being sent. A
    /// number alone says that there are some; beside *none* it is what was typed before.
    pub fn read(word: &str, count: &str) -> Victims {
        let number = first_number(count).filter(|count| (1..=VICTIMS_MAX_COUNT).contains(count));
        match word {
            "none" => Victims::None,
            "some" => Victims::Some(number),
            _ => number.map_or(Victims::Unknown, |count| Victims::Some(Some(count))),
        }
    }

    /// What a table holds; nothing where its word is none of ours.
    pub fn kept(word: &str, count: Option<i64>) -> Option<Victims> {
        match word {
            "unknown" => Some(Victims::Unknown),
            "some" => Some(Victims::Some(count)),
            "none" => Some(Victims::None),
            _ => None,
        }
    }
}

/// The first number of what is typed: `3`, `3 orang`, `sekitar 3`.
fn first_number(typed: &str) -> Option<i64> {
    let from = typed.find(|c: char| c.is_ascii_digit())?;
    let rest = &typed[from..];
    rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())].parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_word_and_a_number_mean_what_a_taker_means_by_them() {
        assert_eq!(Victims::read("", ""), Victims::Unknown);
        assert_eq!(Victims::read("unknown", "2"), Victims::Some(Some(2)), "a number says that there are some");
        assert_eq!(Victims::read("some", ""), Victims::Some(None));
        assert_eq!(Victims::read("some", "sekitar 3 orang"), Victims::Some(Some(3)));
        assert_eq!(Victims::read("some", "banyak"), Victims::Some(None));
        assert_eq!(Victims::read("none", "2"), Victims::None, "what was typed before counts no more");
        assert_eq!(Victims::kept("dua", None), None);
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_read_and_what_is_kept_comes_back(word in "\\PC{0,8}|some|none", count in "\\PC{0,30}") {
            let read = Victims::read(&word, &count);
            prop_assert!(read.count().is_none_or(|count| (1..=VICTIMS_MAX_COUNT).contains(&count)));
            prop_assert_eq!(Victims::kept(read.name(), read.count()), Some(read));
            prop_assert!(Victims::NAMES.contains(&read.name()));
        }
    }
}
