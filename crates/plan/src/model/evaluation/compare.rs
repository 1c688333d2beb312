//! A round beside another one, or beside what was published of a region: section by section, where nothing is known
//! stands nothing, and never 0.

use super::names::region_key;
use super::round::RoundResult;
use super::{Published, Ratio, Section};

/// What is like enough to be compared: regencies with regencies, cities with cities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerGroup {
    /// Kabupaten.
    Regency,
    /// Kota.
    City,
}

impl PeerGroup {
    /// The group of a region's name, as files write it; a name without a kind is a regency's.
    pub fn of(name: &str) -> PeerGroup {
        if region_key(name).starts_with("kota ") { PeerGroup::City } else { PeerGroup::Regency }
    }

    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            PeerGroup::Regency => "plan.evaluation.published.regency",
            PeerGroup::City => "plan.evaluation.published.city",
        }
    }
}

/// How much of a score is known: questions that have one, and all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What has a score.
    pub filled: usize,
    /// What could have one.
    pub all: usize,
}

impl Known {
    /// Whether nothing is missing.
    pub fn is_whole(self) -> bool {
        self.all > 0 && self.filled >= self.all
    }
}

/// One of two things that are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// What it is called.
    pub name: String,
    /// The score of each section: its key, its name, and the score where one is known.
    pub sections: Vec<(String, String, Option<Ratio>)>,
    /// The index; `None` where none is known.
    pub index: Option<Ratio>,
    /// How much of it is known.
    pub known: Known,
}

impl Side {
    /// A round as it is counted. A section of which no question has a score is unknown; the index counts what is
    /// missing as 0, as the ministry does, which `known` tells.
    pub fn of_round(name: String, counted: &RoundResult) -> Side {
        let section = |row: &super::round::SectionResult| {
            let score = (row.scored_count > 0).then_some(row.score);
            (row.section.key.clone(), row.section.name.clone(), score)
        };
        let (filled, all) = counted.completeness();
        Side {
            name,
            sections: counted.sections.iter().map(section).collect(),
            index: (filled > 0).then_some(counted.index),
            known: Known { filled, all },
        }
    }

    /// What was published of a region; the index is the published one where there is one, else the computed one.
    pub fn of_published(name: String, sections: &[Section], published: &Published) -> Side {
        let standing = published.standing();
        let score = |key: &str| standing.sections.get(key).copied();
        // A section that weighed nothing that year was not asked.
        let asked = sections.iter().filter(|one| published.weights.of(&one.key) > 0 || score(&one.key).is_some());
        let sections: Vec<_> = asked.map(|one| (one.key.clone(), one.name.clone(), score(&one.key))).collect();
        Side {
            name,
            index: published.index.map(Ratio::thousandths).or(standing.index),
            known: Known { filled: sections.iter().filter(|(.., score)| score.is_some()).count(), all: sections.len() },
            sections,
        }
    }

    fn section(&self, key: &str) -> Option<Ratio> {
        self.sections.iter().find(|(own, ..)| own == key).and_then(|(.., score)| *score)
    }
}

/// One section of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The section's name.
    pub section: String,
    /// The score of the first.
    pub first: Option<Ratio>,
    /// The score of the second.
    pub second: Option<Ratio>,
}

impl Compared {
    /// The first less the second as they are shown, in hundredths; `None` where one of them is unknown.
    pub fn difference(&self) -> Option<i64> {
        difference(self.first, self.second)
    }
}

/// The first less the second as they are shown, in hundredths, so that the reader can check it.
pub fn difference(first: Option<Ratio>, second: Option<Ratio>) -> Option<i64> {
    Some(first?.to_hundredths() - second?.to_hundredths())
}

/// Both section by section: those of the first in its order, then what only the second has.
pub fn compare(first: &Side, second: &Side) -> Vec<Compared> {
    let names = first
        .sections
        .iter()
        .chain(second.sections.iter().filter(|(key, ..)| !first.sections.iter().any(|(known, ..)| known == key)));
    let row = |(key, name, _): &(String, String, Option<Ratio>)| Compared {
        section: name.clone(),
        first: first.section(key),
        second: second.section(key),
    };
    names.map(row).collect()
}

/// A place among its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1; who has the same index as shown has the same place.
    pub place: usize,
    /// How many of the group have one.
    pub of: usize,
}

/// The place of each in its group: only whose scores are all known has one, and only among those.
pub fn places<G: PartialEq>(rows: &[(G, Option<Ratio>, Known)]) -> Vec<Option<Place>> {
    let counts =
        |(_, index, known): &(G, Option<Ratio>, Known)| index.filter(|_| known.is_whole()).map(Ratio::to_hundredths);
    let place = |row: &(G, Option<Ratio>, Known)| {
        let own = counts(row)?;
        let like = || rows.iter().filter(|other| other.0 == row.0).filter_map(counts);
        Some(Place { place: 1 + like().filter(|other| *other > own).count(), of: like().count() })
    };
    rows.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::super::Weights;
    use super::super::round::SectionResult;
    use super::*;

    fn section(key: &str) -> Section {
        Section { key: key.into(), name: key.to_uppercase(), note: String::new(), weight: 5_000 }
    }

    fn counted(scored: [usize; 2]) -> RoundResult {
        let row = |key: &str, scored_count: usize| SectionResult {
            section: section(key),
            questions_count: 4,
            scored_count,
            score: if scored_count > 0 { Ratio::whole(2) } else { Ratio::ZERO },
        };
        RoundResult { sections: vec![row("a", scored[0]), row("b", scored[1])], index: Ratio::whole(1) }
    }

    fn published(sections: &[(&str, i64)], index: Option<i64>) -> Published {
        Published {
            name: "Kab. Contoh".into(),
            region: None,
            year: 2026,
            weights: Weights::new(vec![("a".into(), 4_000), ("c".into(), 6_000)]).unwrap(),
            sections: sections.iter().map(|(key, score)| ((*key).to_owned(), *score)).collect(),
            questions: BTreeMap::new(),
            index,
        }
    }

    #[test]
    fn what_nobody_answered_is_unknown_and_not_nothing() {
        let side = Side::of_round("Uji".into(), &counted([4, 0]));
        let scores: Vec<_> = side.sections.iter().map(|(.., score)| *score).collect();
        assert_eq!(scores, [Some(Ratio::whole(2)), None]);
        assert_eq!((side.known, side.index), (Known { filled: 4, all: 8 }, Some(Ratio::whole(1))));
        assert_eq!(Side::of_round("Uji".into(), &counted([0, 0])).index, None);
    }

    #[test]
    fn sections_of_either_stand_beside_each_other_and_only_what_both_have_differs() {
        let round = Side::of_round("Uji".into(), &counted([4, 4]));
        let sections = [section("a"), section("b"), section("c")];
        let other = Side::of_published("Lain".into(), &sections, &published(&[("a", 2_505), ("c", 3_000)], None));
        assert_eq!(other.known, Known { filled: 2, all: 2 }, "what was not asked that year is not missing");
        assert_eq!(other.index, Some(Ratio::thousandths(2_802)));
        let rows = compare(&round, &other);
        let told: Vec<_> = rows.iter().map(|row| (row.section.as_str(), row.difference())).collect();
        assert_eq!(told, [("A", Some(200 - 251)), ("B", None), ("C", None)]);
        let half = Side::of_published("Lain".into(), &sections, &published(&[("a", 2_505)], Some(2_880)));
        assert_eq!((half.known.is_whole(), half.index), (false, Some(Ratio::thousandths(2_880))));
    }

    #[test]
    fn a_place_is_given_among_its_like_and_only_to_who_is_known_whole() {
        use PeerGroup::{City, Regency};
        let whole = Known { filled: 6, all: 6 };
        let part = Known { filled: 5, all: 6 };
        let index = |hundredths: i64| Some(Ratio::hundredths(hundredths));
        let rows = [
            (Regency, index(288), whole),
            (City, index(390), whole),
            (Regency, index(288), whole),
            (Regency, index(301), whole),
            (Regency, index(400), part),
            (Regency, None, whole),
        ];
        let told: Vec<_> = places(&rows).into_iter().map(|place| place.map(|one| (one.place, one.of))).collect();
        assert_eq!(told, [Some((2, 3)), Some((1, 1)), Some((2, 3)), Some((1, 3)), None, None]);
        assert_eq!(PeerGroup::of("Kota Batu"), City);
        assert_eq!(PeerGroup::of("Kab. Kotawaringin Barat"), Regency);
    }

    proptest! {
        #[test]
        fn a_better_index_never_has_a_worse_place(
            rows in prop::collection::vec((0u8..2, prop::option::of(0i64..400), any::<bool>()), 0..30),
        ) {
            let known = |whole: bool| Known { filled: usize::from(whole), all: 1 };
            let index = |index: Option<i64>| index.map(Ratio::hundredths);
            let row = |(group, of, whole): (u8, Option<i64>, bool)| (group, index(of), known(whole));
            let rows: Vec<_> = rows.into_iter().map(row).collect();
            let places = places(&rows);
            for (one, place) in rows.iter().zip(&places) {
                prop_assert_eq!(place.is_some(), one.1.is_some() && one.2.is_whole());
                for (other, others) in rows.iter().zip(&places) {
                    if let (Some(place), Some(others), true) = (place, others, one.0 == other.0) {
                        prop_assert_eq!(place.place < others.place, one.1 > other.1);
                        prop_assert_eq!(place.of, others.of);
                    }
                }
            }
        }
    }
}
