//! The words that a plan is made of, as versioned data.

use uuid::Uuid;

macro_rules! names {
    ($(#[$of:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$of])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one, in the order of lists.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name in tables and addresses.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }

            /// The one of that name.
            pub fn parse(text: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.name() == text)
            }
        }
    };
}
pub(crate) use names;

names! {
    /// What kind of word of a framework.
    TermKind {
        /// A dimension, such as governance.
        Dimension = "dimension",
        /// A part of a dimension, such as public service.
        Subdimension = "subdimension",
        /// How soon: quick win, short, medium, long.
        Horizon = "horizon",
        /// What is built: people, infrastructure, applications, literacy.
        Family = "family",
        /// A body that carries the plan, such as the council.
        Body = "body",
    }
}

/// A word of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What kind.
    pub kind: TermKind,
    /// Its code, unique within its kind.
    pub code: String,
    /// The code of what it is a part of; empty without one.
    pub parent: String,
    /// What it is called in Indonesian.
    pub name_id: String,
    /// What it is called in English.
    pub name_en: String,
}

/// A version of the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// Id.
    pub id: Uuid,
    /// Its code, unique in the region.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Its words, in their order.
    pub terms: Vec<Term>,
}

impl Framework {
    /// The words of a kind.
    pub fn of(&self, kind: TermKind) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.kind == kind)
    }

    /// The word of a kind and code.
    pub fn term(&self, kind: TermKind, code: &str) -> Option<&Term> {
        self.of(kind).find(|term| term.code == code)
    }

    /// The parts of a dimension.
    pub fn parts<'f>(&'f self, dimension: &'f str) -> impl Iterator<Item = &'f Term> {
        self.of(TermKind::Subdimension).filter(move |term| term.parent == dimension)
    }

    /// The dimension that a text names, in either language, with or without "smart" before it.
    pub fn dimension_named(&self, text: &str) -> Option<&Term> {
        let bare = |text: &str| {
            let text = text.trim().to_lowercase();
            text.strip_prefix("smart ").map(str::trim).map(str::to_owned).unwrap_or(text)
        };
        let wanted = bare(text);
        self.of(TermKind::Dimension)
            .find(|term| [&term.code, &term.name_id, &term.name_en].into_iter().any(|name| bare(name) == wanted))
    }
}

/// A framework that comes with Simpul, before a region has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Its code.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    text: &'static str,
}

/// The frameworks that come with Simpul.
pub const SHIPPED: &[Shipped] = &[Shipped {
    code: "enam-dimensi",
    name: "Enam dimensi Gerakan Menuju Smart City",
    source: "Buku Panduan Penyusunan Masterplan Smart City 2018, Kementerian Komunikasi dan Informatika",
    text: include_str!("../../data/enam-dimensi.csv"),
}];

impl Shipped {
    /// Its words: lines of `kind;code;parent;name_id;name_en`.
    pub fn terms(&self) -> Vec<Term> {
        let word = |line: &str| {
            let mut fields = line.split(';').map(str::to_owned);
            let kind = fields.next().as_deref().and_then(TermKind::parse)?;
            Some(Term {
                kind,
                code: fields.next()?,
                parent: fields.next()?,
                name_id: fields.next()?,
                name_en: fields.next()?,
            })
        };
        self.text.lines().filter_map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Framework {
        let one = &SHIPPED[0];
        Framework {
            id: Uuid::nil(),
            code: one.code.to_owned(),
            name: one.name.to_owned(),
            source: one.source.to_owned(),
            terms: one.terms(),
        }
    }

    #[test]
    fn every_line_of_what_is_shipped_is_a_word() {
        for one in SHIPPED {
            assert_eq!(one.terms().len(), one.text.lines().count(), "{}", one.code);
        }
    }

    #[test]
    fn six_dimensions_have_three_parts_each() {
        let framework = shipped();
        let codes: Vec<_> = framework.of(TermKind::Dimension).map(|term| term.code.clone()).collect();
        assert_eq!(codes, ["governance", "branding", "economy", "living", "society", "environment"]);
        for code in &codes {
            assert_eq!(framework.parts(code).count(), 3, "{code}");
        }
        assert_eq!(framework.of(TermKind::Subdimension).count(), 18);
    }

    #[test]
    fn a_dimension_is_known_with_and_without_smart() {
        let framework = shipped();
        for text in ["Smart Living", "living", " smart  living ", "LIVING"] {
            assert_eq!(framework.dimension_named(text).map(|term| term.code.as_str()), Some("living"), "{text}");
        }
        assert_eq!(framework.dimension_named("Smart Mobility"), None);
    }
}
