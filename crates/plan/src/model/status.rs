//! How a programme stands, computed with its reasons. A person's word against it stands beside it, never in its place.

use simpul_kernel::Timestamp;

use super::framework::names;

names! {
    /// How a programme stands.
    Light {
        /// As planned.
        Green = "green",
        /// Needs attention.
        Yellow = "yellow",
        /// Fails unless something is done.
        Red = "red",
    }
}

/// What is known of a programme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Share of the trajectory that is reached, of the worst indicator, in hundredths of a per cent.
    pub reached: Option<i64>,
    /// Indicators without any value.
    pub silent_indicators: i64,
    /// Days since the newest period's due day, if nothing was handed in for it.
    pub late_days: Option<i64>,
    /// Documents and photos that are claimed for it.
    pub evidence: i64,
    /// Whether anything was told of it at all.
    pub told: bool,
    /// Rupiah planned and spent this year.
    pub budget: Option<(i64, i64)>,
    /// Share of the year that is over, in hundredths of a per cent.
    pub year_over: i64,
    /// Days since its last year ended, if it is not done.
    pub overdue_days: Option<i64>,
}

/// Why a programme does not stand as planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// So many hundredths of a per cent of the trajectory.
    Behind {
        /// How many.
        points: i64,
    },
    /// Nothing was handed in, so many days past the due day.
    NotReported {
        /// How many.
        days: i64,
    },
    /// So many indicators have no value.
    NoValue {
        /// How many.
        count: i64,
    },
    /// Values are told and nothing proves them.
    NoEvidence,
    /// Money is spent slower than the year goes by: both in hundredths of a per cent.
    Underspent {
        /// Share of the money.
        spent: i64,
        /// Share of the year.
        year: i64,
    },
    /// Its last year is over, and it is not done.
    Overdue {
        /// So many days.
        days: i64,
    },
}

impl Reason {
    /// The catalogue's key.
    pub fn key(&self) -> &'static str {
        match self {
            Reason::Behind { .. } => "plan.status.behind",
            Reason::NotReported { .. } => "plan.status.not_reported",
            Reason::NoValue { .. } => "plan.status.no_value",
            Reason::NoEvidence => "plan.status.no_evidence",
            Reason::Underspent { .. } => "plan.status.underspent",
            Reason::Overdue { .. } => "plan.status.overdue",
        }
    }
}

/// From so many hundredths of a per cent of the trajectory on, it is as planned.
pub const GREEN_POINTS: i64 = 9_000;
/// Below so many it fails.
pub const RED_POINTS: i64 = 7_000;
/// So many days past the due day a missing report is a failure of its own.
pub const RED_LATE_DAYS: i64 = 30;
/// Money that is spent at less than this share of the year's pace wants attention, in hundredths of a per cent.
pub const PACE_POINTS: i64 = 5_000;
/// Before so much of the year is over, the pace says nothing.
pub const PACE_FROM_POINTS: i64 = 2_500;

/// The computed status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// How it stands; `None` where nothing is known yet.
    pub light: Option<Light>,
    /// Why, the gravest first.
    pub reasons: Vec<(Light, Reason)>,
}

/// How a programme stands by what is known.
pub fn status(facts: &Facts) -> Status {
    let mut reasons = Vec::new();
    let mut because = |light, reason| reasons.push((light, reason));
    if let Some(points) = facts.reached.filter(|points| *points < GREEN_POINTS) {
        let light = if points < RED_POINTS { Light::Red } else { Light::Yellow };
        because(light, Reason::Behind { points });
    }
    if let Some(days) = facts.late_days {
        let light = if days > RED_LATE_DAYS { Light::Red } else { Light::Yellow };
        because(light, Reason::NotReported { days });
    }
    if let Some(days) = facts.overdue_days {
        because(Light::Red, Reason::Overdue { days });
    }
    if facts.told && facts.silent_indicators > 0 {
        because(Light::Yellow, Reason::NoValue { count: facts.silent_indicators });
    }
    if facts.told && facts.evidence == 0 {
        because(Light::Yellow, Reason::NoEvidence);
    }
    if let Some(reason) = underspent(facts) {
        because(Light::Yellow, reason);
    }
    reasons.sort_by_key(|(light, _)| std::cmp::Reverse(*light));
    let gravest = reasons.first().map(|(light, _)| *light);
    let light = gravest.or((facts.told || facts.reached.is_some()).then_some(Light::Green));
    Status { light, reasons }
}

fn underspent(facts: &Facts) -> Option<Reason> {
    let (planned, spent) = facts.budget.filter(|(planned, _)| *planned > 0)?;
    let spent = i64::try_from(i128::from(spent) * 10_000 / i128::from(planned)).ok()?;
    let slow = spent * 10_000 < facts.year_over * PACE_POINTS;
    (facts.year_over >= PACE_FROM_POINTS && slow).then_some(Reason::Underspent { spent, year: facts.year_over })
}

/// A person's word against the computed status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// How it stands by that person.
    pub light: Light,
    /// Why.
    pub reason: String,
    /// Who, as the journal names them.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(reached: i64) -> Facts {
        Facts { reached: Some(reached), told: true, evidence: 1, ..Facts::default() }
    }

    #[test]
    fn nothing_known_is_no_light() {
        assert_eq!(status(&Facts::default()), Status { light: None, reasons: vec![] });
    }

    #[test]
    fn the_trajectory_sets_the_light() {
        let light = |points| status(&told(points)).light;
        assert_eq!(
            [light(9_000), light(8_999), light(6_999)],
            [Some(Light::Green), Some(Light::Yellow), Some(Light::Red)]
        );
    }

    #[test]
    fn the_gravest_reason_stands_first_and_sets_the_light() {
        let facts = Facts { late_days: Some(31), evidence: 0, ..told(8_000) };
        let found = status(&facts);
        assert_eq!(found.light, Some(Light::Red));
        assert_eq!(found.reasons[0], (Light::Red, Reason::NotReported { days: 31 }));
        assert_eq!(found.reasons.len(), 3);
    }

    #[test]
    fn a_value_without_proof_is_never_green() {
        assert_eq!(status(&Facts { evidence: 0, ..told(12_000) }).light, Some(Light::Yellow));
    }

    #[test]
    fn money_that_lags_behind_the_year_wants_attention() {
        let spends = |spent, year_over| {
            let facts = Facts { budget: Some((1_000, spent)), year_over, ..told(10_000) };
            status(&facts).light
        };
        assert_eq!(spends(100, 5_000), Some(Light::Yellow));
        assert_eq!(spends(250, 5_000), Some(Light::Green));
        assert_eq!(spends(0, 2_000), Some(Light::Green), "early in the year nothing is said");
    }

    proptest! {
        #[test]
        fn more_reached_is_never_worse(low in 0i64..15_000, more in 0i64..9_999, evidence in 0i64..2, late in 0i64..9) {
            let facts = |reached| Facts { evidence, late_days: Some(late), ..told(reached) };
            prop_assert!(status(&facts(low + more)).light <= status(&facts(low)).light);
        }
    }
}
