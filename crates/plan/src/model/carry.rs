//! A plan goes on in another framework: what its words become there, and what of it goes on at all.

use std::collections::BTreeMap;

use super::framework::TermKind;
use super::{Framework, Programme, ProgrammeState};

/// Stands before the code of a dimension that a part of one becomes: mobility was a part of living, and may become a
/// dimension of its own.
pub const TO_DIMENSION: &str = "dimension:";

/// What the words of one framework become in another: kind, code there, code here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(pub Vec<(TermKind, String, String)>);

impl Mapping {
    /// What a word becomes: what was said of it, or else the word of the same code; empty where it has no successor.
    pub fn becomes(&self, into: &Framework, kind: TermKind, code: &str) -> String {
        match self.0.iter().find(|(of, from, _)| *of == kind && from == code) {
            Some((.., here)) => here.clone(),
            None => into.term(kind, code).map(|term| term.code.clone()).unwrap_or_default(),
        }
    }

    /// Whether a word of that kind may become this: no successor, a word of its kind, or, for a part, a dimension.
    pub fn may_become(into: &Framework, kind: TermKind, here: &str) -> bool {
        match here.strip_prefix(TO_DIMENSION) {
            Some(dimension) if kind == TermKind::Subdimension => into.term(TermKind::Dimension, dimension).is_some(),
            _ => here.is_empty() || into.term(kind, here).is_some(),
        }
    }

    /// Dimension and part of it. What was said of the part decides; else it goes along only where its dimension does.
    pub fn place(&self, into: &Framework, dimension: &str, part: &str) -> (String, String) {
        let dimension = self.becomes(into, TermKind::Dimension, dimension);
        let was_said = self.0.iter().any(|(kind, from, _)| *kind == TermKind::Subdimension && from == part);
        let part = self.becomes(into, TermKind::Subdimension, part);
        if let Some(risen) = part.strip_prefix(TO_DIMENSION) {
            return (risen.to_owned(), String::new());
        }
        match into.term(TermKind::Subdimension, &part) {
            Some(term) if was_said || term.parent == dimension => (term.parent.clone(), part),
            _ => (dimension, String::new()),
        }
    }

    /// The strategies of dimensions that become one stand below each other.
    pub fn strategies(&self, into: &Framework, old: &[(String, String)]) -> BTreeMap<String, String> {
        let mut new: BTreeMap<String, String> = BTreeMap::new();
        for (dimension, body) in old {
            let dimension = self.becomes(into, TermKind::Dimension, dimension);
            if dimension.is_empty() || body.is_empty() {
                continue;
            }
            let text = new.entry(dimension).or_default();
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(body);
        }
        new
    }
}

/// Whether a programme goes on in the next plan: what is done or given up stays in the old one.
pub fn goes_on(programme: &Programme) -> bool {
    matches!(programme.state, ProgrammeState::Planned | ProgrammeState::Running)
}

/// The years of a programme within those of the next plan: what they share, or else as long from its first year on.
pub fn years_within((from, to): (i64, i64), (first, last): (i64, i64)) -> (i64, i64) {
    let shared = (from.max(first), to.min(last));
    if shared.0 <= shared.1 { shared } else { (first, last.min(first + (to - from))) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::model::framework::SHIPPED;

    fn framework(at: usize) -> Framework {
        SHIPPED[at].framework(Uuid::nil())
    }

    fn mapping(pairs: &[(TermKind, &str, &str)]) -> Mapping {
        Mapping(pairs.iter().map(|(kind, from, to)| (*kind, (*from).to_owned(), (*to).to_owned())).collect())
    }

    #[test]
    fn a_word_becomes_what_was_said_or_stays_itself() {
        let into = framework(1);
        let said = mapping(&[(TermKind::Dimension, "branding", "economy"), (TermKind::Dimension, "living", "")]);
        let becomes = |code: &str| said.becomes(&into, TermKind::Dimension, code);
        assert_eq!((becomes("branding").as_str(), becomes("society").as_str()), ("economy", "society"));
        assert_eq!(becomes("living"), "", "it was said to have no successor");
        assert_eq!(Mapping::default().becomes(&into, TermKind::Dimension, "branding"), "", "the new words have none");
    }

    #[test]
    fn a_part_goes_along_only_with_its_dimension() {
        let into = framework(0);
        let moved = mapping(&[(TermKind::Dimension, "living", "society")]);
        assert_eq!(moved.place(&into, "living", "health"), ("society".to_owned(), String::new()));
        let stays = ("living".to_owned(), "health".to_owned());
        assert_eq!(Mapping::default().place(&into, "living", "health"), stays);
        let said = mapping(&[(TermKind::Subdimension, "tourism", "industry")]);
        assert_eq!(said.place(&into, "branding", "tourism"), ("economy".to_owned(), "industry".to_owned()));
    }

    #[test]
    fn a_part_may_become_a_dimension() {
        let into = framework(1);
        let risen = mapping(&[(TermKind::Subdimension, "mobility", "dimension:mobility")]);
        assert_eq!(risen.place(&into, "living", "mobility"), ("mobility".to_owned(), String::new()));
        for (kind, here, may) in [
            (TermKind::Subdimension, "dimension:mobility", true),
            (TermKind::Subdimension, "dimension:branding", false),
            (TermKind::Dimension, "dimension:mobility", false),
            (TermKind::Dimension, "mobility", true),
            (TermKind::Dimension, "", true),
            (TermKind::Horizon, "soon", false),
        ] {
            assert_eq!(Mapping::may_become(&into, kind, here), may, "{kind:?} {here}");
        }
    }

    #[test]
    fn strategies_of_dimensions_that_become_one_are_both_kept() {
        let old = [("branding", "Tugu"), ("economy", "Pasar"), ("living", "")];
        let old = old.map(|(dimension, body)| (dimension.to_owned(), body.to_owned()));
        let new = mapping(&[(TermKind::Dimension, "branding", "economy")]).strategies(&framework(1), &old);
        assert_eq!(new.into_iter().collect::<Vec<_>>(), [("economy".to_owned(), "Tugu\n\nPasar".to_owned())]);
    }

    proptest! {
        #[test]
        fn the_years_of_what_goes_on_lie_in_the_next_plan(
            from in 2000i64..2050, length in 0i64..10, first in 2000i64..2050, span in 0i64..10,
        ) {
            let (years, plan) = ((from, from + length), (first, first + span));
            let (new_from, new_to) = years_within(years, plan);
            prop_assert!(plan.0 <= new_from && new_from <= new_to && new_to <= plan.1);
            prop_assert!(new_to - new_from <= length);
            if years.0 >= plan.0 && years.1 <= plan.1 {
                prop_assert_eq!((new_from, new_to), years);
            }
        }
    }
}
