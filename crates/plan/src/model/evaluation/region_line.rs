//! Many regions in one list: who stands where, with how much of it known, and to whom a region may be compared.

use std::collections::HashMap;

use super::compare::{Known, PeerGroup, Place, Side, places};
use super::names::region_key;
use super::round::ScoredBy;
use super::{Ratio, RoundState};

/// A region's newest round, as far as it is shown to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoundLine {
    /// What it is called.
    pub name: String,
    /// The year that is evaluated.
    pub year: i64,
    /// Where it stands.
    pub state: RoundState,
    /// How much of it is answered.
    pub known: Known,
    /// Its index; `None` until the round is approved, as nobody is held to what may still change.
    pub index: Option<Ratio>,
    /// Who gave the scores of that index.
    pub by: ScoredBy,
}

impl RoundLine {
    /// What others see of a round.
    pub fn of(name: String, year: i64, state: RoundState, (side, by): (&Side, ScoredBy)) -> RoundLine {
        let index = side.index.filter(|_| state == RoundState::Approved);
        RoundLine { name, year, state, known: side.known, index, by }
    }
}

/// A region in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionLine {
    /// Its name.
    pub name: String,
    /// Its code, where it is one of this installation.
    pub code: Option<i64>,
    /// With whom it is compared.
    pub group: PeerGroup,
    /// The years in which it was taken up.
    pub cohorts: Vec<i64>,
    /// Its newest round, if it is one of this installation and shows it.
    pub round: Option<RoundLine>,
    /// What was published of it in the year that is looked at.
    pub published: Option<Side>,
    /// Its place in its group, by the published index.
    pub place: Option<Place>,
}

/// Makes one list of regions out of all that is known of any.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<RegionLine>,
    by_code: HashMap<i64, usize>,
    by_key: HashMap<String, usize>,
}

impl Lines {
    /// The place of the line of that code; else of that name, which may be said with or without its kind.
    fn find(&self, key: &str, code: Option<i64>) -> Option<usize> {
        if let Some(place) = code.and_then(|code| self.by_code.get(&code)) {
            return Some(*place);
        }
        let named = |key: &str| self.by_key.get(key).copied();
        let bare = ["kab ", "kota "].into_iter().find_map(|kind| key.strip_prefix(kind));
        let found = match bare {
            // Who is known by the bare name alone may be this one; who has a kind is another.
            Some(bare) => named(key).or_else(|| named(bare).filter(|at| region_key(&self.lines[*at].name) == bare)),
            None => named(key).or_else(|| named(&format!("kab {key}"))).or_else(|| named(&format!("kota {key}"))),
        };
        found.filter(|place| code.is_none() || self.lines[*place].code.is_none())
    }

    /// The line of a region, which is made where there is none.
    fn line(&mut self, name: &str, code: Option<i64>) -> &mut RegionLine {
        let key = region_key(name);
        let place = self.find(&key, code).unwrap_or_else(|| {
            self.lines.push(RegionLine {
                name: name.to_owned(),
                code,
                group: PeerGroup::of(name),
                cohorts: Vec::new(),
                round: None,
                published: None,
                place: None,
            });
            self.lines.len() - 1
        });
        self.by_key.entry(key).or_insert(place);
        if let Some(code) = code {
            self.by_code.entry(code).or_insert(place);
        }
        &mut self.lines[place]
    }

    /// A region of this installation with its newest round; its name says its kind, so it comes before what files say.
    pub fn region(&mut self, name: &str, code: i64, round: Option<RoundLine>) {
        let line = self.line(name, Some(code));
        line.round = round;
    }

    /// What was published of a region.
    pub fn published(&mut self, name: &str, code: Option<i64>, side: Side) {
        self.line(name, code).published = Some(side);
    }

    /// A region was taken up in a year.
    pub fn cohort(&mut self, name: &str, code: Option<i64>, year: i64) {
        let cohorts = &mut self.line(name, code).cohorts;
        if !cohorts.contains(&year) {
            cohorts.push(year);
            cohorts.sort_unstable();
        }
    }

    /// All of them by name, each with its place among its like: regions of the same kind.
    pub fn finish(mut self) -> Vec<RegionLine> {
        self.lines.sort_by(|one, other| one.name.cmp(&other.name));
        let none = Known { filled: 0, all: 0 };
        let known = |line: &RegionLine| line.published.as_ref().map_or((None, none), |side| (side.index, side.known));
        let rows: Vec<_> = self.lines.iter().map(|line| (line.group, known(line).0, known(line).1)).collect();
        for (line, place) in self.lines.iter_mut().zip(places(&rows)) {
            line.place = place;
        }
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(index: i64, filled: usize) -> Side {
        Side {
            name: String::new(),
            sections: Vec::new(),
            index: Some(Ratio::hundredths(index)),
            known: Known { filled, all: 6 },
        }
    }

    #[test]
    fn a_region_is_one_line_however_files_name_it() {
        let mut lines = Lines::default();
        lines.region("Kabupaten Contoh", 9_901, None);
        lines.published("Kab. Contoh", Some(9_901), side(288, 6));
        lines.published("KABUPATEN LAIN", None, side(300, 6));
        lines.cohort("Kab. Lain", None, 2021);
        lines.cohort("Kab. Lain", None, 2017);
        lines.cohort("Kab. Lain", None, 2021);
        lines.cohort("Contoh", Some(9_901), 2022);
        lines.published("Kota Contoh", None, side(390, 6));
        let told: Vec<_> = lines.finish().into_iter().map(|line| (line.name, line.cohorts, line.place)).collect();
        let place = |place, of| Some(Place { place, of });
        assert_eq!(
            told,
            [
                ("KABUPATEN LAIN".to_owned(), vec![2017, 2021], place(1, 2)),
                ("Kabupaten Contoh".to_owned(), vec![2022], place(2, 2)),
                ("Kota Contoh".to_owned(), vec![], place(1, 1)),
            ]
        );
    }

    #[test]
    fn who_is_not_known_whole_has_no_place() {
        let mut lines = Lines::default();
        lines.published("Kab. A", None, side(390, 5));
        lines.published("Kab. B", None, side(100, 6));
        let places: Vec<_> = lines.finish().into_iter().map(|line| line.place).collect();
        assert_eq!(places, [None, Some(Place { place: 1, of: 1 })]);
    }

    #[test]
    fn others_see_no_score_of_a_round_that_may_still_change() {
        for (state, shown) in [(RoundState::Open, false), (RoundState::Submitted, false), (RoundState::Approved, true)]
        {
            let line = RoundLine::of("Uji".into(), 2026, state, (&side(288, 3), ScoredBy::Region));
            assert_eq!((line.index.is_some(), line.known.filled), (shown, 3));
        }
    }
}
