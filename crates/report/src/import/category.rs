//! A category of this region for each category of the file.

use std::collections::HashMap;

use simpul_kernel::limits::LINE_MAX_CHARS;

use crate::model::category::{ANSWER_SPAN, COMPLAINT_SPAN, VERIFY_SPAN};
use crate::model::{Category, Class, Questions};

use super::row::SourceRow;

/// Longest code that is made of a name, in characters.
const CODE_MAX_CHARS: usize = 60;
/// The category for what fits no other.
pub const OTHER: &str = "lainnya";

/// What becomes of a category that this region does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownCategory {
    /// It is made, without an agency, and not offered in the form until somebody looks at it.
    #[default]
    Create,
    /// Its reports go to `lainnya`; what it was called is kept with each.
    Other,
    /// Its reports are refused.
    Refuse,
}

/// Finds categories by the names of the file, and remembers what it found.
#[derive(Debug)]
pub struct Finder {
    unknown: UnknownCategory,
    /// Codes by themselves and by their names, all in small letters.
    known: HashMap<String, String>,
    /// How many categories there are, for the place of new ones.
    count: i64,
}

/// What a record's category is here.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// This one.
    Code(String),
    /// This one, once it is made.
    Make(Box<Category>),
    /// None.
    Refused,
}

impl Finder {
    /// A finder that knows the region's categories.
    pub fn new(categories: &[Category], unknown: UnknownCategory) -> Finder {
        let mut known = HashMap::new();
        for category in categories {
            for name in [&category.name_en, &category.name_id, &category.code] {
                known.insert(name.to_lowercase(), category.code.clone());
            }
        }
        Finder { unknown, known, count: i64::try_from(categories.len()).unwrap_or(0) }
    }

    /// The category of a record. One that is to be made counts as known from then on.
    pub fn find(&mut self, row: &SourceRow) -> Found {
        let name = row.category.to_lowercase();
        let code = row.category_code.as_ref().map(|code| code.to_lowercase());
        let slug = slug(&row.category);
        let tried = [code.as_ref(), Some(&name), Some(&slug)];
        if let Some(code) = tried.into_iter().flatten().find_map(|key| self.known.get(key)) {
            return Found::Code(code.clone());
        }
        let (code, label) = match self.unknown {
            UnknownCategory::Refuse => return Found::Refused,
            UnknownCategory::Create if !slug.is_empty() => (slug, row.category.as_str()),
            _ => match self.known.get(OTHER) {
                Some(code) => return Found::Code(code.clone()),
                None => (OTHER.to_owned(), "Lainnya"),
            },
        };
        self.known.insert(name, code.clone());
        self.known.insert(code.clone(), code.clone());
        self.count += 1;
        Found::Make(Box::new(fresh(code, label, self.count)))
    }
}

/// A category that came with a history: the deadlines of the law, no agency, not in the form.
fn fresh(code: String, label: &str, position: i64) -> Category {
    let label: String = label.chars().filter(|c| !c.is_control()).take(LINE_MAX_CHARS).collect();
    Category {
        code,
        name_id: label.clone(),
        name_en: if label == "Lainnya" { "Other".to_owned() } else { label },
        description: String::new(),
        keywords: String::new(),
        tile: OTHER.to_owned(),
        icon: OTHER.to_owned(),
        agency: None,
        class: Class::Complaint,
        verify: VERIFY_SPAN,
        answer: ANSWER_SPAN,
        resolve: COMPLAINT_SPAN,
        span_source: "PermenPANRB 62/2018".to_owned(),
        emergency: false,
        secret: false,
        active: false,
        position,
        questions: Questions::default(),
        stop_id: String::new(),
        stop_en: String::new(),
    }
}

/// A code made of a name: small letters and digits, everything else one low line.
pub fn slug(name: &str) -> String {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let joined = parts.collect::<Vec<_>>().join("_").to_ascii_lowercase();
    joined.chars().take(CODE_MAX_CHARS).collect::<String>().trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::Timestamp;

    use super::super::row::Standing;
    use super::*;

    fn row(category: &str, code: Option<&str>) -> SourceRow {
        SourceRow {
            line: 1,
            foreign_id: "1".into(),
            category_code: code.map(str::to_owned),
            category: category.into(),
            standing: Standing::New,
            text: "x".into(),
            reported_at: Timestamp(0),
            updated_at: Timestamp(0),
            dated: false,
            closed_at: None,
            point: None,
            village: None,
            address: None,
            class: None,
            secret: false,
            agency: None,
            media_url: None,
            attributes: Vec::new(),
            notes: Vec::new(),
            remarks: Vec::new(),
        }
    }

    fn known() -> Vec<Category> {
        vec![fresh("lampu_jalan".into(), "Lampu Jalan", 1), fresh(OTHER.into(), "Lainnya", 2)]
    }

    #[test]
    fn a_category_is_known_by_code_name_or_the_code_that_its_name_makes() {
        let mut finder = Finder::new(&known(), UnknownCategory::Refuse);
        for (name, code) in [("?", Some("LAMPU_JALAN")), ("lampu jalan", None), ("Lampu - Jalan", None)] {
            assert_eq!(finder.find(&row(name, code)), Found::Code("lampu_jalan".into()), "{name}");
        }
        assert_eq!(finder.find(&row("Pothole", None)), Found::Refused);
    }

    #[test]
    fn an_unknown_one_is_made_once_or_goes_to_lainnya() {
        let mut finder = Finder::new(&known(), UnknownCategory::Create);
        let Found::Make(made) = finder.find(&row("Trash/Garbage Pickup", None)) else { panic!("made") };
        assert_eq!((made.code.as_str(), made.active, made.check().is_ok()), ("trash_garbage_pickup", false, true));
        assert_eq!(finder.find(&row("Trash/Garbage Pickup", None)), Found::Code("trash_garbage_pickup".into()));
        // A name without a letter of ours makes no code.
        assert_eq!(finder.find(&row("路灯", None)), Found::Code(OTHER.into()));
        let mut finder = Finder::new(&known(), UnknownCategory::Other);
        assert_eq!(finder.find(&row("Pothole", None)), Found::Code(OTHER.into()));
    }

    proptest! {
        #[test]
        fn every_code_that_is_made_is_a_good_one(name in "\\PC{1,120}") {
            let mut finder = Finder::new(&[], UnknownCategory::Create);
            if let Found::Make(made) = finder.find(&row(&name, None)) {
                prop_assert!(made.check().is_ok() || name.trim().is_empty(), "{:?}", made.code);
            }
        }
    }
}
