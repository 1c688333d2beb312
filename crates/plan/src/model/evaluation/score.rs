//! From an assessor's mark to a region's index.

use simpul_kernel::Refusal;

use super::ratio::{Ratio, read_decimal, written_hundredths};

/// The least mark.
pub const MARK_MIN: i64 = 0;
/// The best mark.
pub const MARK_MAX: i64 = 4;
/// Most assessors of one question.
pub const ASSESSORS_MAX_COUNT: usize = 10;
/// What weights sum to, in hundredths.
const WEIGHT_SUM_HUNDREDTHS: i64 = 100 * 100;

/// The weight of each section, in hundredths of a point of a hundred: 20 is 2,000.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights(Vec<(String, i64)>);

impl Weights {
    /// Weights that have been checked: none below zero, and 100 together.
    ///
    /// # Errors
    /// `plan.refused.weights_sum` with the sum.
    pub fn new(weights: Vec<(String, i64)>) -> Result<Weights, Refusal> {
        let sum: i64 = weights.iter().map(|(_, weight)| *weight).sum();
        if sum != WEIGHT_SUM_HUNDREDTHS || weights.iter().any(|(_, weight)| *weight < 0) {
            return Err(Refusal::new("plan.refused.weights_sum").with("sum", shown_weight(sum)));
        }
        Ok(Weights(weights))
    }

    /// The weight of a section; one that is not named weighs nothing.
    pub fn of(&self, section: &str) -> i64 {
        self.0.iter().find(|(name, _)| name == section).map_or(0, |(_, weight)| *weight)
    }

    /// Every section with its weight, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(name, weight)| (name.as_str(), *weight))
    }

    /// The weighted sum; `None` where a section that weighs something has no score.
    pub fn index(&self, score: impl Fn(&str) -> Option<Ratio>) -> Option<Ratio> {
        self.iter()
            .filter(|(_, weight)| *weight > 0)
            .try_fold(Ratio::ZERO, |sum, (section, weight)| sum.plus(score(section)?.times(share(weight))?))
    }
}

/// A weight as a share of one.
pub fn share(weight: i64) -> Ratio {
    Ratio::hundredths(weight).shared_by(100).unwrap_or(Ratio::ZERO)
}

/// Reads a list such as `10,20,30,10,30`.
///
/// # Errors
/// `plan.refused.weight` with what is no weight.
pub fn read_weights(text: &str) -> Result<Vec<i64>, Refusal> {
    text.split(',').map(read_weight).collect()
}

/// Reads one weight.
///
/// # Errors
/// `plan.refused.weight` with what is no weight.
pub fn read_weight(text: &str) -> Result<i64, Refusal> {
    let weight = read_decimal(text, 2).filter(|weight| *weight <= WEIGHT_SUM_HUNDREDTHS);
    weight.ok_or_else(|| Refusal::new("plan.refused.weight").with("text", text.trim().to_owned()))
}

/// A weight as it is told: `20`, `12.5`.
pub fn shown_weight(weight: i64) -> String {
    let text = written_hundredths(weight, ".");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A question's score from its assessors' marks: their mean, in whatever order they came. `None` where nobody gave one.
pub fn question_score(marks: &[i64]) -> Option<Ratio> {
    Ratio::mean(marks.iter().map(|mark| Ratio::whole(*mark)))
}

/// A mark that an assessor may give.
///
/// # Errors
/// `plan.refused.mark` where it is none of 0 to 4.
pub fn check_mark(mark: i64) -> Result<i64, Refusal> {
    let fits = (MARK_MIN..=MARK_MAX).contains(&mark);
    if fits { Ok(mark) } else { Err(Refusal::field("mark", "plan.refused.mark").with("mark", mark.to_string())) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn weights(list: &[i64]) -> Weights {
        let names = list.iter().enumerate();
        Weights::new(names.map(|(at, weight)| (format!("s{at}"), weight * 100)).collect()).unwrap()
    }

    #[test]
    fn weights_that_do_not_sum_to_a_hundred_are_refused_with_their_sum() {
        let list = read_weights("10,20,30,10,20.5").unwrap();
        let refusal = Weights::new(list.into_iter().map(|one| (String::new(), one)).collect()).unwrap_err();
        assert_eq!(refusal.key, "plan.refused.weights_sum");
        assert_eq!(refusal.args, [("sum", "90.5".to_owned())]);
        assert!(read_weights("10,,20").is_err());
        assert!(read_weights("10,x").is_err());
    }

    #[test]
    fn a_section_without_weight_needs_no_score() {
        let weights = weights(&[10, 20, 30, 10, 30, 0]);
        let index = weights.index(|name| (name != "s5").then(|| Ratio::whole(3)));
        assert_eq!(index, Some(Ratio::whole(3)));
        assert_eq!(weights.index(|name| (name != "s1").then(|| Ratio::whole(3))), None);
    }

    #[test]
    fn only_the_end_is_rounded() {
        // Means of 2.4950 and 2.4950: each would round to 2.50 and the index to 2.50; together they are 2.495.
        let weights = weights(&[50, 50]);
        let index = weights.index(|name| Some(Ratio::thousandths(if name == "s0" { 2_494 } else { 2_495 }))).unwrap();
        assert_eq!(index.to_hundredths(), 249);
    }

    proptest! {
        #[test]
        fn the_order_of_assessors_changes_nothing(
            marks in prop::collection::vec(MARK_MIN..=MARK_MAX, 1..=ASSESSORS_MAX_COUNT), turn in 0usize..10,
        ) {
            let mut turned = marks.clone();
            turned.rotate_left(turn % marks.len());
            prop_assert_eq!(question_score(&marks), question_score(&turned));
            turned.sort_unstable();
            prop_assert_eq!(question_score(&marks), question_score(&turned));
        }

        #[test]
        fn every_index_lies_between_the_least_and_the_best_mark(
            sections in prop::collection::vec(
                prop::collection::vec(prop::collection::vec(MARK_MIN..=MARK_MAX, 1..=ASSESSORS_MAX_COUNT), 1..60),
                4..=4,
            ),
            cuts in prop::collection::vec(0i64..=10_000, 3..=3),
        ) {
            let mut cuts = cuts;
            cuts.extend([0, 10_000]);
            cuts.sort_unstable();
            let list = cuts.windows(2).enumerate().map(|(at, pair)| (at.to_string(), pair[1] - pair[0])).collect();
            let weights = Weights::new(list).unwrap();
            let score = |name: &str| {
                let at: usize = name.parse().unwrap();
                Ratio::mean(sections[at].iter().map(|marks| question_score(marks).unwrap()))
            };
            let index = weights.index(score).unwrap();
            prop_assert!(index.is_within(MARK_MIN, MARK_MAX));
        }

        #[test]
        fn equal_scores_give_that_score_whatever_the_weights(cut in 0i64..=10_000, score in 0i64..=4_000) {
            let weights = Weights::new(vec![("a".into(), cut), ("b".into(), 10_000 - cut)]).unwrap();
            prop_assert_eq!(weights.index(|_| Some(Ratio::thousandths(score))), Some(Ratio::thousandths(score)));
        }
    }
}
