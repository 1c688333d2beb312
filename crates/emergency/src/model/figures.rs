//! Figures of 112 over a span of time: how long each step took, and what came in, by hour, type, district and agency.
//! Each breakdown's parts sum to its total, and what belongs nowhere has a part of its own.

use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use uuid::Uuid;

use super::recap::{Month, Recap};
use super::{CallClass, CallStatus, named};

named! {
    /// A step that is measured.
    pub enum Span {
        /// `call.answer_time`: ring to answer.
        Answer = "answer",
        /// `incident.dispatch_time`: answered to the first unit sent.
        Process = "process",
        /// `incident.turnout_time`: sent to on the way, each unit.
        Turnout = "turnout",
        /// `incident.travel_time`: on the way to there, each unit.
        Travel = "travel",
        /// `incident.response_time`: call received to the first unit there.
        Response = "response",
    }
}

impl Span {
    /// The most that is good, in microseconds: NFPA 1225 (2022) for answer (10 s) and process (60 s), each for 90 %;
    /// Permendagri 114/2018 for the response (15 minutes); the house's own 120 s for the turnout. Travel has none.
    pub fn goal(self) -> Option<i64> {
        match self {
            Span::Answer => Some(10 * SECOND_MICROS),
            Span::Process => Some(60 * SECOND_MICROS),
            Span::Turnout => Some(120 * SECOND_MICROS),
            Span::Travel => None,
            Span::Response => Some(15 * MINUTE_MICROS),
        }
    }
}

named! {
    /// By what figures are told apart.
    pub enum By {
        /// Hour of the day, in the region's zone.
        Hour = "hour",
        /// Type of the incident.
        Type = "type",
        /// District.
        District = "district",
        /// Agency of the unit.
        Agency = "agency",
    }
}

/// One part of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// From that hour to the next.
    Hour(i64),
    /// Code of the type.
    Type(String),
    /// Code of the district.
    District(i64),
    /// The agency.
    Agency(Uuid),
    /// What belongs to none of them.
    Nowhere,
}

/// One time that was measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Which step.
    pub span: Span,
    /// How long it took, in microseconds.
    pub micros: i64,
    /// Hour of the day in which the call came.
    pub hour: i64,
    /// Code of the type.
    pub kind: Option<String>,
    /// Code of the district.
    pub district: Option<i64>,
    /// The unit's agency.
    pub agency: Option<Uuid>,
}

impl Sample {
    /// Where it belongs.
    pub fn part(&self, by: By) -> Part {
        let part = match by {
            By::Hour => Some(Part::Hour(self.hour)),
            By::Type => self.kind.clone().map(Part::Type),
            By::District => self.district.map(Part::District),
            By::Agency => self.agency.map(Part::Agency),
        };
        part.unwrap_or(Part::Nowhere)
    }
}

/// How long a step took.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    /// How many were measured.
    pub count: i64,
    /// What half of them did not exceed, in seconds.
    pub p50: Option<f64>,
    /// The same for 90 of 100.
    pub p90: Option<f64>,
    /// The same for 95 of 100.
    pub p95: Option<f64>,
    /// Share within the goal, 0 to 1.
    pub within: Option<f64>,
}

/// The value that so many percent do not exceed (nearest rank); `sorted` ascends.
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let place = (sorted.len() * percent).div_ceil(100).max(1) - 1;
    sorted.get(place).copied()
}

#[expect(clippy::cast_precision_loss, reason = "a step lasts hours, not centuries")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

/// How many times of a step are within its goal; `None` for one without a goal.
pub fn within(span: Span, micros: &[i64]) -> Option<usize> {
    span.goal().map(|goal| micros.iter().filter(|took| **took <= goal).count())
}

/// Sums up times of one step.
pub fn summary(span: Span, mut micros: Vec<i64>) -> Summary {
    micros.sort_unstable();
    let at = |percent| percentile(&micros, percent).map(seconds);
    let good = within(span, &micros);
    #[expect(clippy::cast_precision_loss, reason = "counts of a month")]
    let within = good.filter(|_| !micros.is_empty()).map(|good| good as f64 / micros.len() as f64);
    let count = i64::try_from(micros.len()).unwrap_or(i64::MAX);
    Summary { count, p50: at(50), p90: at(90), p95: at(95), within }
}

/// A step over all samples.
pub fn overall(samples: &[Sample], span: Span) -> Summary {
    summary(span, samples.iter().filter(|sample| sample.span == span).map(|sample| sample.micros).collect())
}

/// A step by parts; the counts of the parts sum to that of all.
pub fn by(samples: &[Sample], span: Span, by: By) -> Vec<(Part, Summary)> {
    let mut parts: std::collections::BTreeMap<Part, Vec<i64>> = std::collections::BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.span == span) {
        parts.entry(sample.part(by)).or_default().push(sample.micros);
    }
    parts.into_iter().map(|(part, micros)| (part, summary(span, micros))).collect()
}

/// Calls that are alike in all that is told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Where they stand.
    pub status: CallStatus,
    /// What they were.
    pub class: CallClass,
    /// Hour of the day.
    pub hour: i64,
    /// Type of the incident that they led to.
    pub kind: Option<String>,
    /// District of it.
    pub district: Option<i64>,
    /// How many.
    pub count: i64,
}

/// Calls by parts; they sum to all calls. By agency a call belongs nowhere: units have agencies, calls do not.
pub fn calls_by(counted: &[Counted], by: By) -> Vec<(Part, i64)> {
    let mut parts: std::collections::BTreeMap<Part, i64> = std::collections::BTreeMap::new();
    for one in counted {
        let part = match by {
            By::Hour => Some(Part::Hour(one.hour)),
            By::Type => one.kind.clone().map(Part::Type),
            By::District => one.district.map(Part::District),
            By::Agency => None,
        };
        *parts.entry(part.unwrap_or(Part::Nowhere)).or_default() += one.count;
    }
    parts.into_iter().collect()
}

/// Everything that is counted of a month; drills are none of it.
#[derive(Debug, Clone)]
pub struct MonthFigures {
    /// Which month.
    pub month: Month,
    /// Calls by class and by what became of them.
    pub recap: Recap,
    /// Calls by all that is told apart.
    pub counted: Vec<Counted>,
    /// Every time that was measured.
    pub samples: Vec<Sample>,
    /// Incidents by the code of their type.
    pub incidents: Vec<(String, i64)>,
    /// Calls by the agencies that acted on them, which may be several.
    pub calls_by_agency: Vec<(Uuid, i64)>,
    /// Units that were sent, by agency.
    pub dispatches: Vec<(Uuid, i64)>,
    /// Numbers that called for nothing several times, masked.
    pub nuisance: Vec<(String, i64)>,
}

/// How often a number must have called for nothing to stand in the recap.
pub const NUISANCE_MIN_COUNT: i64 = 3;
/// Digits of such a number that are shown.
const SHOWN_DIGITS_COUNT: usize = 3;

/// A number of which only its last digits are left: enough to tell two apart, not to call.
pub fn masked(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let shown = digits.len().saturating_sub(SHOWN_DIGITS_COUNT).max(digits.len() / 2);
    digits.iter().enumerate().map(|(at, digit)| if at < shown { '•' } else { *digit }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(span: Span, seconds: i64, hour: i64) -> Sample {
        Sample { span, micros: seconds * SECOND_MICROS, hour, kind: None, district: None, agency: None }
    }

    #[test]
    fn percentiles_are_by_nearest_rank_and_shares_by_the_goal() {
        let samples: Vec<Sample> = (1..=20).map(|seconds| sample(Span::Answer, seconds, 8)).collect();
        let told = overall(&samples, Span::Answer);
        assert_eq!((told.count, told.p50, told.p90, told.p95), (20, Some(10.0), Some(18.0), Some(19.0)));
        assert_eq!(told.within, Some(0.5));
        let none = overall(&samples, Span::Travel);
        assert_eq!(none, Summary::default(), "no figure is no figure, never zero percent");
    }

    #[test]
    fn a_masked_number_can_not_be_called() {
        assert_eq!(masked("0812-3456-789"), "••••••••789");
        assert_eq!(masked("119"), "•19");
        assert_eq!(masked(""), "");
    }

    fn counted() -> impl Strategy<Value = Counted> {
        let status = proptest::sample::select(CallStatus::ALL);
        let class = proptest::sample::select(CallClass::ALL);
        let kind = proptest::option::of("[a-c]");
        let all = (status, class, 0..24i64, kind, proptest::option::of(1..4i64), 0..50i64);
        all.prop_map(|(status, class, hour, kind, district, count)| Counted {
            status,
            class,
            hour,
            kind,
            district,
            count,
        })
    }

    proptest! {
        #[test]
        fn every_breakdown_of_calls_sums_to_the_total(counted in proptest::collection::vec(counted(), 0..40)) {
            let total: i64 = counted.iter().map(|one| one.count).sum();
            for by in By::ALL {
                prop_assert_eq!(calls_by(&counted, *by).iter().map(|(_, count)| count).sum::<i64>(), total);
            }
            let of_class = |class: &CallClass| {
                counted.iter().filter(|one| one.class == *class).map(|one| one.count).sum::<i64>()
            };
            prop_assert_eq!(CallClass::ALL.iter().map(of_class).sum::<i64>(), total);
        }

        #[test]
        fn every_breakdown_of_times_sums_to_the_count(
            seconds in proptest::collection::vec((0..3000i64, 0..24i64, proptest::option::of("[a-c]")), 0..60),
        ) {
            let samples: Vec<Sample> = seconds
                .into_iter()
                .map(|(seconds, hour, kind)| Sample { kind, ..sample(Span::Response, seconds, hour) })
                .collect();
            let all = overall(&samples, Span::Response);
            for one in By::ALL {
                let parts = by(&samples, Span::Response, *one);
                prop_assert_eq!(parts.iter().map(|(_, part)| part.count).sum::<i64>(), all.count);
            }
            prop_assert!(all.p50 <= all.p90 && all.p90 <= all.p95);
        }

        #[test]
        fn at_least_half_of_a_number_is_hidden(number in "[0-9+ -]{0,20}") {
            let shown = masked(&number).chars().filter(|sign| *sign != '•').count();
            let digits = number.chars().filter(char::is_ascii_digit).count();
            prop_assert!(shown <= SHOWN_DIGITS_COUNT && shown <= digits.div_ceil(2));
        }
    }
}
