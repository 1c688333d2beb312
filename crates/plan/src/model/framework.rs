//! The words that a plan is made of, as versioned data.

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;
use uuid::Uuid;

use super::evaluation::sheet::{Sheet, at_line};

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
pub const SHIPPED: &[Shipped] = &[
    Shipped {
        code: "enam-dimensi",
        name: "Enam dimensi Gerakan Menuju Smart City",
        source: "Buku Panduan Penyusunan Masterplan Smart City 2018, Kementerian Komunikasi dan Informatika",
        text: include_str!("../../data/enam-dimensi.csv"),
    },
    Shipped {
        code: "enam-dimensi-mobilitas",
        name: "Enam dimensi dengan mobilitas (rancangan 2026)",
        source: "Rancangan peraturan 2026: mobilitas masuk, branding keluar; belum berlaku, belum ada subdimensi",
        text: include_str!("../../data/enam-dimensi-mobilitas.csv"),
    },
];

/// Most words of a framework.
pub const TERMS_MAX_COUNT: usize = 500;
/// Longest code of a word, in characters.
pub const TERM_CODE_MAX_CHARS: usize = 40;
/// Longest code of a framework, in characters.
pub const FRAMEWORK_CODE_MAX_CHARS: usize = 60;

/// A code that stands in addresses and names of fields: small letters, digits, dashes and underscores.
pub fn is_code(text: &str, most: usize) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    !text.is_empty() && text.len() <= most && text.chars().all(plain)
}

/// The kind that a file names, in either language.
fn kind_named(text: &str) -> Option<TermKind> {
    match text.trim().to_lowercase().as_str() {
        "dimensi" | "dimension" => Some(TermKind::Dimension),
        "subdimensi" | "subdimension" => Some(TermKind::Subdimension),
        "jangka" | "horizon" => Some(TermKind::Horizon),
        "rumpun" | "family" => Some(TermKind::Family),
        "badan" | "body" => Some(TermKind::Body),
        _ => None,
    }
}

/// Reads the words of a framework from CSV with the columns `jenis`, `kode`, `induk`, `nama` and `nama_en`; the last
/// may be missing or empty. A part may stand before its dimension.
///
/// # Errors
/// What is wrong, and at which line. Nothing is half-read.
pub fn read_terms(bytes: &[u8]) -> Result<Vec<Term>, Refusal> {
    let sheet = Sheet::read(bytes)?;
    let at = |name: &str| sheet.head.iter().position(|head| head.trim().to_lowercase() == name);
    let needed =
        |name: &str| at(name).ok_or_else(|| Refusal::new("plan.refused.sheet_column").with("column", name.to_owned()));
    let (kind_at, code_at, parent_at, name_at) = (needed("jenis")?, needed("kode")?, needed("induk")?, needed("nama")?);
    let english_at = at("nama_en");
    if sheet.rows.len() > TERMS_MAX_COUNT {
        return Err(Refusal::new("plan.framework.refused.count").with("most", TERMS_MAX_COUNT.to_string()));
    }
    let mut terms: Vec<Term> = Vec::new();
    let mut lines = Vec::new();
    for row in &sheet.rows {
        let cell = |at: usize| row.cells.get(at).map(|cell| cell.trim().to_owned()).unwrap_or_default();
        let said = cell(kind_at);
        let kind =
            kind_named(&said).ok_or_else(|| at_line("plan.framework.refused.kind", row.line).with("text", said))?;
        let code = cell(code_at).to_lowercase();
        if !is_code(&code, TERM_CODE_MAX_CHARS) {
            return Err(at_line("plan.framework.refused.code", row.line).with("most", TERM_CODE_MAX_CHARS.to_string()));
        }
        if terms.iter().any(|term| term.kind == kind && term.code == code) {
            return Err(at_line("plan.framework.refused.twice", row.line).with("code", code));
        }
        let name_id = cell(name_at);
        let english = english_at.map(cell).filter(|name| !name.is_empty()).unwrap_or_else(|| name_id.clone());
        let fits = |name: &str| name.chars().count() <= LINE_MAX_CHARS && !name.chars().any(char::is_control);
        if name_id.is_empty() || !fits(&name_id) || !fits(&english) {
            return Err(at_line("plan.framework.refused.name", row.line).with("most", LINE_MAX_CHARS.to_string()));
        }
        terms.push(Term { kind, code, parent: cell(parent_at).to_lowercase(), name_id, name_en: english });
        lines.push(row.line);
    }
    check_parents(&terms, &lines)?;
    Ok(terms)
}

/// A part names a dimension of the file, nothing else names any, and there is a dimension.
fn check_parents(terms: &[Term], lines: &[u64]) -> Result<(), Refusal> {
    let is_dimension = |code: &str| terms.iter().any(|term| term.kind == TermKind::Dimension && term.code == code);
    for (term, line) in terms.iter().zip(lines) {
        let fits =
            if term.kind == TermKind::Subdimension { is_dimension(&term.parent) } else { term.parent.is_empty() };
        if !fits {
            return Err(at_line("plan.framework.refused.parent", line).with("code", term.code.clone()));
        }
    }
    let has_one = terms.iter().any(|term| term.kind == TermKind::Dimension);
    if has_one { Ok(()) } else { Err(Refusal::new("plan.framework.refused.no_dimension")) }
}

impl Shipped {
    /// As a region has it.
    pub fn framework(&self, id: Uuid) -> Framework {
        let (code, name, source) = (self.code.to_owned(), self.name.to_owned(), self.source.to_owned());
        Framework { id, code, name, source, terms: self.terms() }
    }

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
        SHIPPED[0].framework(Uuid::nil())
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

    const FILE: &str = "jenis;kode;induk;nama;nama_en\n\
        subdimensi;waste;environment;Sampah;Waste\ndimensi;environment;;Lingkungan;\njangka;short;;Pendek;Short\n";

    #[test]
    fn a_framework_is_read_whatever_the_order_of_its_words() {
        let terms = read_terms(FILE.as_bytes()).unwrap();
        let told: Vec<_> = terms.iter().map(|term| (term.kind, term.code.as_str(), term.name_en.as_str())).collect();
        assert_eq!(
            told,
            [
                (TermKind::Subdimension, "waste", "Waste"),
                (TermKind::Dimension, "environment", "Lingkungan"),
                (TermKind::Horizon, "short", "Short"),
            ]
        );
    }

    #[test]
    fn what_is_wrong_in_a_framework_is_told_with_its_line() {
        let refused = |rows: &str| read_terms(format!("jenis;kode;induk;nama\n{rows}").as_bytes()).unwrap_err();
        for (rows, key, line) in [
            ("dimensi;a;;A\nlain;b;;B\n", "plan.framework.refused.kind", Some("3")),
            ("dimensi;a b;;A\n", "plan.framework.refused.code", Some("2")),
            ("dimensi;;;A\n", "plan.framework.refused.code", Some("2")),
            ("dimensi;a;;A\ndimensi;A;;A\n", "plan.framework.refused.twice", Some("3")),
            ("dimensi;a;;\n", "plan.framework.refused.name", Some("2")),
            ("dimensi;a;;A\nsubdimensi;b;c;B\n", "plan.framework.refused.parent", Some("3")),
            ("dimensi;a;x;A\n", "plan.framework.refused.parent", Some("2")),
            ("jangka;a;;A\n", "plan.framework.refused.no_dimension", None),
        ] {
            let refusal = refused(rows);
            assert_eq!(refusal.key, key, "{rows}");
            let told = refusal.args.iter().find(|(name, _)| *name == "line").map(|(_, line)| line.as_str());
            assert_eq!(told, line, "{rows}");
        }
        assert_eq!(read_terms(b"jenis;kode;nama\ndimensi;a;A\n").unwrap_err().key, "plan.refused.sheet_column");
        let many: String = (0..=TERMS_MAX_COUNT).map(|at| format!("dimensi;d{at};;A\n")).collect();
        assert_eq!(refused(&many).key, "plan.framework.refused.count");
    }

    #[test]
    fn what_is_shipped_is_a_framework_by_the_same_rules() {
        for one in SHIPPED {
            let rows = format!("jenis;kode;induk;nama;nama_en\n{}", one.text);
            assert_eq!(read_terms(rows.as_bytes()).unwrap(), one.terms(), "{}", one.code);
            assert!(is_code(one.code, FRAMEWORK_CODE_MAX_CHARS));
        }
    }
}
