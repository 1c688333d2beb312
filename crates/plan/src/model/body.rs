//! Bodies that carry the plan: the council, the executing team, the forum. Each has a decree, members, and a duty to
//! meet.

use simpul_kernel::Refusal;
use time::Date;
use uuid::Uuid;

use super::framework::names;

/// Most members of a body.
pub const MEMBERS_MAX_COUNT: usize = 300;
/// The longest time that a duty may leave between two meetings, in months.
pub const DUTY_MAX_MONTHS: i64 = 12;
/// Months of a year.
const YEAR_MONTHS: i64 = 12;

names! {
    /// What kind of body.
    BodyKind {
        /// Dewan Smart City.
        Council = "council",
        /// Tim Pelaksana.
        Team = "team",
        /// Forum of all who take part.
        Forum = "forum",
        /// Any other.
        Other = "other",
    }
}

impl BodyKind {
    /// The catalogue's name.
    pub fn key(self) -> &'static str {
        match self {
            BodyKind::Council => "plan.body.kind.council",
            BodyKind::Team => "plan.body.kind.team",
            BodyKind::Forum => "plan.body.kind.forum",
            BodyKind::Other => "plan.body.kind.other",
        }
    }
}

/// A body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Id.
    pub id: Uuid,
    /// What kind.
    pub kind: BodyKind,
    /// What it is called.
    pub name: String,
    /// The number of the decree that set it up; empty where there is none.
    pub decree_number: String,
    /// The day of that decree.
    pub decree_day: Option<Date>,
    /// It must meet at least once in so many months; 0 is no duty.
    pub duty_months: i64,
    /// Whether it still meets.
    pub active: bool,
    /// Counts changes.
    pub version: i64,
}

/// Who sits in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Id.
    pub id: Uuid,
    /// Of which body.
    pub body: Uuid,
    /// The person, or the post that sits there.
    pub name: String,
    /// As what: chair, secretary, member.
    pub post: String,
    /// From where.
    pub organisation: String,
    /// The agency, where it is one of the region's.
    pub agency: Option<Uuid>,
    /// Whether that stands outside the government.
    pub outside: bool,
}

/// Refuses a duty that nobody can have.
///
/// # Errors
/// A refusal that names the field `duty`.
pub fn check_duty(months: i64) -> Result<(), Refusal> {
    let known = (0..=DUTY_MAX_MONTHS).contains(&months);
    if known { Ok(()) } else { Err(Refusal::field("duty", "plan.body.refused.duty")) }
}

/// Whether a body meets as often as it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Meetings held this year.
    pub held: i64,
    /// Meetings that the whole year asks for.
    pub whole_year: i64,
    /// Meetings that are owed by now.
    pub by_now: i64,
    /// The last meeting.
    pub last: Option<Date>,
}

impl Duty {
    /// The duty of a body that must meet once in `months`, on the day `today`; `held`: the days of its meetings, in
    /// any order. Nothing where it has no duty.
    pub fn of(months: i64, held: &[Date], today: Date) -> Option<Duty> {
        if months <= 0 {
            return None;
        }
        let past = || held.iter().filter(|day| **day <= today);
        let this_year = past().filter(|day| day.year() == today.year()).count();
        let gone = i64::from(u8::from(today.month())) - 1;
        Some(Duty {
            held: i64::try_from(this_year).unwrap_or(i64::MAX),
            whole_year: YEAR_MONTHS / months,
            by_now: gone / months,
            last: past().max().copied(),
        })
    }

    /// Whether all that is owed by now was held.
    pub fn is_met(&self) -> bool {
        self.held >= self.by_now
    }

    /// Whether nothing more is owed this year.
    pub fn is_done(&self) -> bool {
        self.held >= self.whole_year
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Month;

    use super::*;

    fn day(month: u8, day: u8) -> Date {
        Date::from_calendar_date(2026, Month::try_from(month).unwrap(), day).unwrap()
    }

    #[test]
    fn a_council_that_must_meet_each_half_year_owes_one_meeting_from_july_on() {
        let of = |held: &[Date], today| Duty::of(6, held, today).unwrap();
        assert!(of(&[], day(6, 30)).is_met(), "the first half-year is not over");
        assert!(!of(&[], day(7, 1)).is_met());
        let once = of(&[day(3, 4)], day(11, 27));
        assert!(once.is_met() && !once.is_done() && once.last == Some(day(3, 4)));
        assert!(of(&[day(3, 4), day(8, 9)], day(11, 27)).is_done());
    }

    #[test]
    fn a_meeting_ahead_or_of_another_year_does_not_count() {
        let last_year = Date::from_calendar_date(2025, Month::December, 1).unwrap();
        let duty = Duty::of(12, &[last_year, day(12, 1)], day(11, 27)).unwrap();
        assert_eq!((duty.held, duty.last), (0, Some(last_year)));
        assert!(duty.is_met() && !duty.is_done(), "the year is not over");
    }

    #[test]
    fn no_duty_is_neither_met_nor_missed() {
        assert_eq!(Duty::of(0, &[], day(1, 1)), None);
        assert!(check_duty(0).is_ok() && check_duty(12).is_ok());
        assert!(check_duty(13).is_err() && check_duty(-1).is_err());
    }

    proptest! {
        #[test]
        fn one_more_meeting_never_makes_a_duty_worse(
            months in 1i64..=12,
            days in proptest::collection::vec((1u8..=12, 1u8..=28), 0..8),
            more in (1u8..=12, 1u8..=28),
        ) {
            let today = day(11, 27);
            let held: Vec<Date> = days.iter().map(|(m, d)| day(*m, *d)).collect();
            let with: Vec<Date> = held.iter().copied().chain([day(more.0, more.1)]).collect();
            let (before, after) = (Duty::of(months, &held, today).unwrap(), Duty::of(months, &with, today).unwrap());
            prop_assert!(!before.is_met() || after.is_met());
            prop_assert!(!before.is_done() || after.is_done());
        }
    }
}
