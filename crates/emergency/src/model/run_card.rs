//! What is sent to a type of incident, by level of alarm.

/// Most levels of alarm.
pub const ALARM_LEVELS_MAX_COUNT: usize = 5;
/// Most units of one kind that a level asks for.
const OF_KIND_MAX_COUNT: u32 = 99;
/// Parts what one level adds from what the next adds.
const NEXT_LEVEL: char = '/';

/// What each level of alarm adds: kinds of units, and how many of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RunCard(Vec<Vec<(String, u32)>>);

fn read_level(text: &str) -> Option<Vec<(String, u32)>> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (kind, count) = part.split_once(':')?;
            let count: u32 = count.trim().parse().ok()?;
            let good = (1..=OF_KIND_MAX_COUNT).contains(&count) && !kind.trim().is_empty();
            good.then(|| (kind.trim().to_owned(), count))
        })
        .collect()
}

impl RunCard {
    /// Reads `fire:2,ambulance:1 / fire:2 / rescue:1`; `None` where it is no run card. Levels that add nothing at the
    /// end are none.
    pub fn read(text: &str) -> Option<RunCard> {
        let mut levels: Vec<_> = text.split(NEXT_LEVEL).map(read_level).collect::<Option<_>>()?;
        while levels.last().is_some_and(Vec::is_empty) {
            levels.pop();
        }
        (levels.len() <= ALARM_LEVELS_MAX_COUNT).then_some(RunCard(levels))
    }

    /// The same with its kinds by other names: those of codes, or of the words on screens.
    #[must_use]
    pub fn named(&self, name: impl Fn(&str) -> String) -> RunCard {
        let level = |level: &Vec<(String, u32)>| level.iter().map(|(kind, count)| (name(kind), *count)).collect();
        RunCard(self.0.iter().map(level).collect())
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let level = |level: &Vec<(String, u32)>| {
            level.iter().map(|(kind, count)| format!("{kind}:{count}")).collect::<Vec<_>>().join(",")
        };
        self.0.iter().map(level).collect::<Vec<_>>().join(" / ")
    }

    /// What each level adds, the first first.
    pub fn levels(&self) -> &[Vec<(String, u32)>] {
        &self.0
    }

    /// The highest level; there is always a first.
    pub fn top(&self) -> i64 {
        i64::try_from(self.0.len().max(1)).unwrap_or(1)
    }

    /// All that a level and those before it ask for, by kind in the order in which they are first named.
    pub fn up_to(&self, level: i64) -> Vec<(String, u32)> {
        let count = usize::try_from(level).unwrap_or(0);
        let mut sum: Vec<(String, u32)> = Vec::new();
        for (kind, count) in self.0.iter().take(count).flatten() {
            match sum.iter_mut().find(|(known, _)| known == kind) {
                Some((_, known)) => *known += count,
                None => sum.push((kind.clone(), *count)),
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn card(text: &str) -> RunCard {
        RunCard::read(text).unwrap()
    }

    #[test]
    fn each_level_adds_to_those_before() {
        let card = card("fire:2,ambulance:1 / fire:2 / rescue:1,fire:1");
        let told =
            |level| card.up_to(level).iter().map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>().join(" ");
        assert_eq!(told(1), "fire 2 ambulance 1");
        assert_eq!(told(2), "fire 4 ambulance 1");
        assert_eq!(told(3), "fire 5 ambulance 1 rescue 1");
        assert_eq!((told(9), card.top()), (told(3), 3));
        assert_eq!((RunCard::default().top(), RunCard::default().up_to(1)), (1, Vec::new()));
    }

    #[test]
    fn what_is_no_run_card_is_refused() {
        for text in ["fire", "fire:0", "fire:100", ":2", "fire:x", "a:1/a:1/a:1/a:1/a:1/a:1"] {
            assert_eq!(RunCard::read(text), None, "{text}");
        }
        assert_eq!(card("fire:1 / "), card("fire:1"));
        assert_eq!(card(""), RunCard::default());
    }

    proptest! {
        #[test]
        fn a_run_card_is_read_as_it_is_written(
            levels in prop::collection::vec(prop::collection::vec(("[a-z]{1,6}", 1..99u32), 1..4), 1..5),
        ) {
            let card = RunCard(levels);
            prop_assert_eq!(RunCard::read(&card.text()), Some(card.clone()));
            for level in 1..card.top() {
                let count = |level| card.up_to(level).iter().map(|(_, count)| count).sum::<u32>();
                prop_assert!(count(level) < count(level + 1), "a higher level sends more");
            }
        }
    }
}
