//! Indicators: how they are counted, what was to be reached by when, and how far it is.

use simpul_kernel::Refusal;
use uuid::Uuid;

use super::framework::names;
use super::quantity::Quantity;

/// Most indicators of one programme.
pub const INDICATORS_MAX_COUNT: usize = 30;
/// Longest text of the change log that tells what one thing was or is, in characters.
const CHANGE_MAX_CHARS: usize = 80;
/// Longest unit, in characters.
pub const UNIT_MAX_CHARS: usize = 40;
/// Parts of a year that a target may name: the year itself is 0, quarters are 1 to 4, months 11 to 22.
const QUARTERS: std::ops::RangeInclusive<i64> = 1..=4;
const MONTHS: std::ops::RangeInclusive<i64> = 11..=22;
/// More than ten times the target says no more than ten times does, in hundredths of a per cent.
const REACHED_MAX_POINTS: i64 = 100_000;

names! {
    /// How often an indicator is told.
    Frequency {
        /// Every month.
        Monthly = "monthly",
        /// Every quarter.
        Quarterly = "quarterly",
        /// Once a year.
        Yearly = "yearly",
    }
}

names! {
    /// How the values of a year become what was reached. The seven kinds in use in regional planning.
    Counting {
        /// Values of the periods add up to the year's.
        Accumulative = "accumulative",
        /// The last value stands for the year.
        NonAccumulative = "non_accumulative",
        /// The same is to be reached in every period: the mean of the periods counts.
        Repetitive = "repetitive",
        /// The way up from the baseline to the target.
        ProgressPositive = "progress_positive",
        /// The way down from the baseline to the target.
        ProgressNegative = "progress_negative",
        /// More is better: the last value by the target.
        Positive = "positive",
        /// Less is better: what is missing to twice the target, by the target.
        Negative = "negative",
    }
}

impl Frequency {
    /// As papers call it.
    pub fn word(self) -> &'static str {
        match self {
            Frequency::Monthly => "bulanan",
            Frequency::Quarterly => "triwulanan",
            Frequency::Yearly => "tahunan",
        }
    }
}

impl Counting {
    /// As papers call it.
    pub fn word(self) -> &'static str {
        match self {
            Counting::Accumulative => "akumulatif",
            Counting::NonAccumulative => "non-akumulatif",
            Counting::Repetitive => "repetitif",
            Counting::ProgressPositive => "progres positif",
            Counting::ProgressNegative => "progres negatif",
            Counting::Positive => "positif",
            Counting::Negative => "negatif",
        }
    }

    /// Whether a lower value is the better one.
    pub fn wants_less(self) -> bool {
        matches!(self, Counting::ProgressNegative | Counting::Negative)
    }

    /// Whether a period's value can be lower than the one before without anything being wrong.
    pub fn stands_alone(self) -> bool {
        matches!(self, Counting::Accumulative | Counting::Repetitive)
    }
}

/// An indicator of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Id.
    pub id: Uuid,
    /// The programme.
    pub programme: Uuid,
    /// Its place in the list.
    pub place: i64,
    /// What it is called.
    pub name: String,
    /// What is counted.
    pub definition: String,
    /// Its unit, such as `%` or `titik`.
    pub unit: String,
    /// Where the value comes from.
    pub source: String,
    /// How often.
    pub frequency: Frequency,
    /// How it is counted.
    pub counting: Counting,
    /// What stands above the line of a share; empty where it is none.
    pub numerator: String,
    /// What stands below it.
    pub denominator: String,
    /// Its value before anything was done.
    pub baseline: Option<Quantity>,
    /// The year of the baseline.
    pub baseline_year: Option<i64>,
    /// The name of the figure of the system that it takes its value from; empty where an agency tells it.
    pub live: String,
    /// Its code in a library of indicators, such as `EC: ICT: ICT: 1C`.
    pub library: String,
    /// Whether it is told by district.
    pub by_district: bool,
    /// Who answers for its value (jabatan); empty where the programme's agency does as a whole.
    pub responsible: String,
}

impl Indicator {
    /// A new one of a programme, of which only name and unit are settled: its last value of a quarter counts.
    pub fn new(programme: Uuid, name: impl Into<String>, unit: impl Into<String>) -> Indicator {
        Indicator {
            id: Uuid::nil(),
            programme,
            place: 0,
            name: name.into(),
            definition: String::new(),
            unit: unit.into(),
            source: String::new(),
            frequency: Frequency::Quarterly,
            counting: Counting::NonAccumulative,
            numerator: String::new(),
            denominator: String::new(),
            baseline: None,
            baseline_year: None,
            live: String::new(),
            library: String::new(),
            by_district: false,
            responsible: String::new(),
        }
    }
}

impl Indicator {
    /// A value for people: one that was worked out is rounded, one that somebody wrote stays.
    pub fn shown(&self, value: Quantity) -> Quantity {
        let worked_out = !self.live.is_empty() || self.counting == Counting::Repetitive;
        if worked_out { value.told() } else { value }
    }
}

impl Indicator {
    /// What of it is other in `now`, as the change log tells it: what, before → after.
    pub fn changes(&self, now: &Indicator) -> Vec<String> {
        let amount = |one: &Indicator| one.baseline.map(|value| value.local(",", ".")).unwrap_or_default();
        let year = |one: &Indicator| one.baseline_year.map(|year| year.to_string()).unwrap_or_default();
        let by_district = |one: &Indicator| if one.by_district { "ya" } else { "tidak" }.to_owned();
        let all: [(&str, [String; 2]); 14] = [
            ("nama", [self, now].map(|one| one.name.clone())),
            ("satuan", [self, now].map(|one| one.unit.clone())),
            ("cara hitung", [self, now].map(|one| one.counting.word().to_owned())),
            ("pengisian", [self, now].map(|one| one.frequency.word().to_owned())),
            ("kondisi awal", [self, now].map(amount)),
            ("tahun kondisi awal", [self, now].map(year)),
            ("definisi", [self, now].map(|one| one.definition.clone())),
            ("pembilang", [self, now].map(|one| one.numerator.clone())),
            ("penyebut", [self, now].map(|one| one.denominator.clone())),
            ("sumber", [self, now].map(|one| one.source.clone())),
            ("penanggung jawab", [self, now].map(|one| one.responsible.clone())),
            ("angka sistem", [self, now].map(|one| one.live.clone())),
            ("pustaka", [self, now].map(|one| one.library.clone())),
            ("per kecamatan", [self, now].map(by_district)),
        ];
        changes(all)
    }
}

/// How the change log tells of what became another; what was or is empty is a dash.
pub(crate) fn changes<const N: usize>(all: [(&str, [String; 2]); N]) -> Vec<String> {
    let shown =
        |text: &str| if text.is_empty() { "–".to_owned() } else { text.chars().take(CHANGE_MAX_CHARS).collect() };
    let other = all.into_iter().filter(|(_, [before, after])| before != after);
    other.map(|(what, [before, after])| format!("{what} {} → {}", shown(&before), shown(&after))).collect()
}

/// Part of a year: the year itself, a quarter, or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartOfYear(i64);

impl PartOfYear {
    /// The whole year.
    pub const YEAR: PartOfYear = PartOfYear(0);

    /// As tables keep it.
    pub fn new(part: i64) -> Option<PartOfYear> {
        (part == 0 || QUARTERS.contains(&part) || MONTHS.contains(&part)).then_some(PartOfYear(part))
    }

    /// A quarter, 1 to 4.
    pub fn quarter(number: i64) -> Option<PartOfYear> {
        QUARTERS.contains(&number).then_some(PartOfYear(number))
    }

    /// A month, 1 to 12.
    pub fn month(number: i64) -> Option<PartOfYear> {
        (1..=12).contains(&number).then_some(PartOfYear(number + 10))
    }

    /// As tables keep it.
    pub fn code(self) -> i64 {
        self.0
    }

    /// Months from the year's first day to the end of this part.
    pub fn months(self) -> i64 {
        match self.0 {
            0 => 12,
            quarter @ 1..=4 => quarter * 3,
            month => month - 10,
        }
    }
}

/// What was to be reached: year, part of it, value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// The year.
    pub year: i64,
    /// Which part of it.
    pub part: PartOfYear,
    /// How much.
    pub amount: Quantity,
}

/// The targets of one indicator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trajectory {
    targets: Vec<Target>,
}

impl Trajectory {
    /// Of targets in any order; of two of one moment the last counts.
    pub fn new(targets: impl IntoIterator<Item = Target>) -> Trajectory {
        let mut all: Vec<Target> = Vec::new();
        for target in targets {
            all.retain(|known| (known.year, known.part) != (target.year, target.part));
            all.push(target);
        }
        all.sort_by_key(|target| (target.year, target.part.months(), target.part));
        Trajectory { targets: all }
    }

    /// In the order of time.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    /// The target of the year that holds `year`, or the last one before it.
    pub fn of_year(&self, year: i64) -> Option<Quantity> {
        self.targets.iter().rfind(|target| target.year == year && target.part == PartOfYear::YEAR).map(|t| t.amount)
    }

    /// What should have been reached at the end of a part of a year: the target that stands there, and between two that
    /// stand the straight line. What adds up within a year begins at 0 each year, all else at what stood before, and
    /// before everything at the baseline.
    pub fn expected(&self, indicator: &Indicator, year: i64, part: PartOfYear) -> Option<Quantity> {
        if indicator.counting == Counting::Repetitive {
            let stands = self.targets.iter().find(|target| (target.year, target.part) == (year, part));
            return stands.map(|target| target.amount).or_else(|| self.of_year(year));
        }
        let at = year * 12 + part.months();
        let points: Vec<(i64, Quantity)> = self.points(indicator, year);
        if let Some((_, amount)) = points.iter().rfind(|(month, _)| *month == at) {
            return Some(*amount);
        }
        let before = points.iter().rfind(|(month, _)| *month < at);
        let after = points.iter().find(|(month, _)| *month > at)?;
        let (from, start) = before?;
        let (to, end) = after;
        end.minus(*start).scaled(at - from, to - from).map(|way| start.plus(way))
    }

    /// Months since year 0 and what stands there.
    fn points(&self, indicator: &Indicator, year: i64) -> Vec<(i64, Quantity)> {
        let month = |target: &Target| target.year * 12 + target.part.months();
        let adds_up = indicator.counting == Counting::Accumulative;
        let within = self.targets.iter().filter(|target| !adds_up || target.year == year);
        let mut points: Vec<(i64, Quantity)> = within.map(|target| (month(target), target.amount)).collect();
        points.dedup_by_key(|(month, _)| *month);
        let start = match adds_up {
            true => Some((year * 12, Quantity(0))),
            false => {
                let first_year = self.targets.first().map(|target| target.year);
                let from = indicator.baseline_year.map(|year| year * 12 + 12).or(first_year.map(|year| year * 12));
                from.zip(indicator.baseline)
            }
        };
        if let Some((month, amount)) = start.filter(|(month, _)| points.first().is_none_or(|first| *month < first.0)) {
            points.insert(0, (month, amount));
        }
        points
    }
}

/// What a year's values amount to so far: the sum, the mean, or the last; `None` of no value. `values` are those of one
/// year's periods in their order.
pub fn reached(counting: Counting, values: &[Quantity]) -> Option<Quantity> {
    let last = *values.last()?;
    let sum = values.iter().fold(Quantity(0), |sum, value| sum.plus(*value));
    match counting {
        Counting::Accumulative => Some(sum),
        Counting::Repetitive => sum.scaled(1, i64::try_from(values.len()).ok()?),
        _ => Some(last),
    }
}

/// How far `actual` is on its way to `target`, in hundredths of a per cent, never below 0. `None` where nothing can be
/// said: a target of 0 where more is better, or no way between baseline and target.
///
/// Less is better: twice the target minus the value, by the target (the formula of performance reports under
/// PermenPANRB 53/2014).
pub fn share_reached(
    counting: Counting,
    baseline: Option<Quantity>,
    target: Quantity,
    actual: Quantity,
) -> Option<i64> {
    let points = match counting {
        Counting::ProgressPositive | Counting::ProgressNegative => {
            let baseline = baseline.unwrap_or_default();
            actual.minus(baseline).share_of(target.minus(baseline))?
        }
        Counting::Negative if target == Quantity(0) => {
            if actual.0 <= 0 {
                10_000
            } else {
                0
            }
        }
        Counting::Negative => target.plus(target).minus(actual).share_of(target)?,
        _ => actual.share_of(target)?,
    };
    Some(points.clamp(0, REACHED_MAX_POINTS))
}

/// Why a value that is being told wants a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// It is lower than the last one, or higher where less is better.
    Backwards,
    /// It is far from the trajectory.
    FarOff,
}

impl Ask {
    /// The catalogue's key.
    pub fn key(self) -> &'static str {
        match self {
            Ask::Backwards => "plan.progress.ask_backwards",
            Ask::FarOff => "plan.progress.ask_far",
        }
    }
}

/// A value so far below the trajectory, in hundredths of a per cent of it, wants a sentence.
pub const FAR_BELOW_POINTS: i64 = 7_000;
/// So far above it as well: it may be a slip of the hand.
pub const FAR_ABOVE_POINTS: i64 = 20_000;

/// Whether a value wants a sentence, and why.
pub fn asks(indicator: &Indicator, last: Option<Quantity>, expected: Option<Quantity>, value: Quantity) -> Option<Ask> {
    let less = indicator.counting.wants_less();
    if let Some(last) = last.filter(|_| !indicator.counting.stands_alone()) {
        let backwards = if less { value > last } else { value < last };
        if backwards {
            return Some(Ask::Backwards);
        }
    }
    let expected = expected?;
    let points = share_reached(indicator.counting, indicator.baseline, expected, value)?;
    (!(FAR_BELOW_POINTS..=FAR_ABOVE_POINTS).contains(&points)).then_some(Ask::FarOff)
}

/// What is wrong with an indicator as it was typed.
///
/// # Errors
/// `plan.refused.baseline_missing` for a way without its beginning; `plan.refused.half_share` for half a share.
pub fn check(indicator: &Indicator) -> Result<(), Refusal> {
    let is_way = matches!(indicator.counting, Counting::ProgressPositive | Counting::ProgressNegative);
    if is_way && indicator.baseline.is_none() {
        return Err(Refusal::field("baseline", "plan.refused.baseline_missing"));
    }
    if indicator.numerator.is_empty() != indicator.denominator.is_empty() {
        return Err(Refusal::field("denominator", "plan.refused.half_share"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn q(whole: i64) -> Quantity {
        Quantity::whole(whole)
    }

    fn indicator(counting: Counting, baseline: Option<i64>) -> Indicator {
        let baseline = baseline.map(q);
        Indicator { counting, baseline, ..Indicator::new(Uuid::nil(), "Titik lampu", "titik") }
    }

    fn year(year: i64, amount: i64) -> Target {
        Target { year, part: PartOfYear::YEAR, amount: q(amount) }
    }

    fn quarter(number: i64) -> PartOfYear {
        PartOfYear::quarter(number).unwrap_or(PartOfYear::YEAR)
    }

    #[test]
    fn between_two_targets_the_straight_line_is_expected() {
        let climbs = indicator(Counting::ProgressPositive, Some(40));
        let line = Trajectory::new([year(2026, 80), year(2027, 100)]);
        assert_eq!(line.expected(&climbs, 2026, quarter(2)), Some(q(60)));
        assert_eq!(line.expected(&climbs, 2026, PartOfYear::YEAR), Some(q(80)));
        assert_eq!(line.expected(&climbs, 2027, quarter(2)), Some(q(90)));
        assert_eq!(line.expected(&climbs, 2028, quarter(1)), None, "beyond the last target nothing is expected");
    }

    #[test]
    fn what_adds_up_begins_at_nothing_every_year() {
        let adds = indicator(Counting::Accumulative, Some(7));
        let line = Trajectory::new([year(2026, 400), year(2027, 800)]);
        assert_eq!(line.expected(&adds, 2026, quarter(1)), Some(q(100)));
        assert_eq!(line.expected(&adds, 2027, quarter(1)), Some(q(200)));
    }

    #[test]
    fn a_target_that_stands_is_the_one() {
        let climbs = indicator(Counting::Positive, Some(0));
        let first = Target { year: 2026, part: quarter(1), amount: q(5) };
        let line = Trajectory::new([year(2026, 80), first]);
        assert_eq!(line.expected(&climbs, 2026, quarter(1)), Some(q(5)));
        assert_eq!(line.expected(&climbs, 2026, quarter(4)), Some(q(80)), "the fourth quarter ends with the year");
    }

    #[test]
    fn the_same_is_expected_of_every_period_of_what_repeats() {
        let again = indicator(Counting::Repetitive, None);
        let line = Trajectory::new([year(2026, 12)]);
        assert_eq!(line.expected(&again, 2026, quarter(1)), Some(q(12)));
        assert_eq!(reached(Counting::Repetitive, &[q(12), q(6)]), Some(q(9)));
    }

    #[test]
    fn each_kind_counts_in_its_own_way() {
        let values = [q(10), q(30), q(20)];
        assert_eq!(reached(Counting::Accumulative, &values), Some(q(60)));
        assert_eq!(reached(Counting::NonAccumulative, &values), Some(q(20)));
        assert_eq!(reached(Counting::Positive, &[]), None);
        assert_eq!(share_reached(Counting::Positive, None, q(80), q(60)), Some(7_500));
        assert_eq!(share_reached(Counting::Negative, None, q(10), q(12)), Some(8_000));
        assert_eq!(share_reached(Counting::Negative, None, q(10), q(8)), Some(12_000));
        assert_eq!(share_reached(Counting::Negative, None, q(0), q(0)), Some(10_000));
        assert_eq!(share_reached(Counting::ProgressPositive, Some(q(40)), q(80), q(60)), Some(5_000));
        assert_eq!(share_reached(Counting::ProgressNegative, Some(q(40)), q(20), q(30)), Some(5_000));
        assert_eq!(share_reached(Counting::Positive, None, q(0), q(5)), None, "a target of nothing says nothing");
    }

    #[test]
    fn a_step_back_and_a_far_value_want_a_sentence() {
        let climbs = indicator(Counting::Positive, None);
        assert_eq!(asks(&climbs, Some(q(50)), None, q(49)), Some(Ask::Backwards));
        assert_eq!(asks(&climbs, Some(q(50)), Some(q(100)), q(60)), Some(Ask::FarOff));
        assert_eq!(asks(&climbs, Some(q(50)), Some(q(100)), q(90)), None);
        assert_eq!(asks(&climbs, None, Some(q(100)), q(1_000)), Some(Ask::FarOff), "a slip of the hand");
        let falls = indicator(Counting::Negative, None);
        assert_eq!(asks(&falls, Some(q(50)), None, q(51)), Some(Ask::Backwards));
        let adds = indicator(Counting::Accumulative, None);
        assert_eq!(asks(&adds, Some(q(50)), None, q(1)), None, "a period of its own may be smaller");
    }

    fn some_counting() -> impl Strategy<Value = Counting> {
        (0..Counting::ALL.len()).prop_map(|i| Counting::ALL[i])
    }

    proptest! {
        #[test]
        fn a_target_that_is_met_is_met(counting in some_counting(), target in 1i64..99_999, baseline in 0i64..99_999) {
            prop_assume!(target != baseline);
            let points = share_reached(counting, Some(q(baseline)), q(target), q(target));
            prop_assert_eq!(points, Some(10_000));
        }

        #[test]
        fn better_is_never_less(counting in some_counting(), target in 1i64..999, a in 0i64..999, b in 0i64..999) {
            let baseline = if counting == Counting::ProgressNegative { q(20_000) } else { q(0) };
            let (worse, better) = if counting.wants_less() { (a.max(b), a.min(b)) } else { (a.min(b), a.max(b)) };
            let share = |value| share_reached(counting, Some(baseline), q(target), q(value)).unwrap_or_default();
            prop_assert!(share(better) >= share(worse));
        }

        #[test]
        fn what_adds_up_is_the_same_in_any_order(values in proptest::collection::vec(0i64..100_000, 1..12)) {
            let forwards: Vec<Quantity> = values.iter().map(|v| q(*v)).collect();
            let backwards: Vec<Quantity> = forwards.iter().rev().copied().collect();
            for counting in [Counting::Accumulative, Counting::Repetitive] {
                prop_assert_eq!(reached(counting, &forwards), reached(counting, &backwards));
            }
        }

        #[test]
        fn the_line_lies_between_its_ends(from in 0i64..1_000, to in 0i64..1_000, months in 1i64..12) {
            let climbs = indicator(Counting::Positive, Some(from));
            let line = Trajectory::new([year(2026, to)]);
            let part = PartOfYear::month(months).unwrap();
            let expected = line.expected(&climbs, 2026, part).unwrap();
            prop_assert!(expected >= q(from.min(to)) && expected <= q(from.max(to)));
        }

        #[test]
        fn the_order_of_targets_does_not_matter(order in Just((2020..2030).collect::<Vec<i64>>()).prop_shuffle()) {
            let shuffled = Trajectory::new(order.into_iter().map(|y| year(y, y)));
            prop_assert_eq!(shuffled, Trajectory::new((2020..2030).map(|y| year(y, y))));
        }
    }
}
