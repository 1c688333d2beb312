//! Periods in which agencies say how their programmes go: when one opens, is due, and locks.

use simpul_kernel::{Refusal, Timestamp};
use time::{Date, Month};
use uuid::Uuid;

use super::framework::names;
use super::indicator::PartOfYear;

names! {
    /// How long a period is.
    PeriodKind {
        /// A month.
        Month = "month",
        /// A quarter.
        Quarter = "quarter",
    }
}

/// A period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Id.
    pub id: Uuid,
    /// The plan whose programmes are told of.
    pub masterplan: Uuid,
    /// What it is called.
    pub name: String,
    /// How long.
    pub kind: PeriodKind,
    /// The year that it counts for.
    pub year: i64,
    /// Which part of that year.
    pub part: PartOfYear,
    /// Its first day.
    pub first_day: Date,
    /// Its last day.
    pub last_day: Date,
    /// From when on it can be told of.
    pub opens_at: Timestamp,
    /// Until when it is in time.
    pub due_at: Timestamp,
    /// From when on nothing can be handed in any more.
    pub locks_at: Timestamp,
}

/// Where a period stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Not yet.
    Coming,
    /// Can be told of in time.
    Open,
    /// Can still be told of, late.
    Late,
    /// Nothing can be handed in.
    Locked,
}

impl Period {
    /// Where it stands for an agency whose lock was put off to `exception`.
    pub fn stand(&self, now: Timestamp, exception: Option<Timestamp>) -> Stand {
        let locks_at = exception.map_or(self.locks_at, |later| later.max(self.locks_at));
        if now < self.opens_at {
            Stand::Coming
        } else if now >= locks_at {
            Stand::Locked
        } else if now >= self.due_at {
            Stand::Late
        } else {
            Stand::Open
        }
    }

    /// Refuses unless something can be handed in now.
    ///
    /// # Errors
    /// `plan.refused.period_coming`, `plan.refused.period_locked`.
    pub fn takes(&self, now: Timestamp, exception: Option<Timestamp>) -> Result<(), Refusal> {
        match self.stand(now, exception) {
            Stand::Coming => Err(Refusal::new("plan.refused.period_coming").with("name", &self.name)),
            Stand::Locked => Err(Refusal::new("plan.refused.period_locked").with("name", &self.name)),
            Stand::Open | Stand::Late => Ok(()),
        }
    }
}

impl Period {
    /// The last day over which a figure of the period is counted on a day: the day itself while the period runs.
    pub fn counted_until(&self, today: Date) -> Date {
        today.min(self.last_day).max(self.first_day)
    }
}

/// The newest period that is due.
pub fn newest_due(periods: &[Period], now: Timestamp) -> Option<&Period> {
    periods.iter().filter(|period| period.due_at <= now).max_by_key(|period| period.due_at)
}

/// The year that is told of: that of the newest period that has opened. Until the first of a new year opens, the plan
/// stands by the year before; without any period it is the year of today.
pub fn told_year(periods: &[Period], now: Timestamp, today: i64) -> i64 {
    let opened = periods.iter().filter(|period| period.opens_at <= now);
    opened.max_by_key(|period| (period.opens_at, period.due_at)).map_or(today, |period| period.year)
}

/// On which days around their last day the periods of a year open, are due and lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodDays {
    /// Days before the last day on which a period opens.
    pub opens_before: i64,
    /// Days after the last day on which it is due.
    pub due_after: i64,
    /// Days after the last day on which it locks.
    pub locks_after: i64,
}

impl Default for PeriodDays {
    /// Due on the tenth of the following month, as is usual for reports between agencies.
    fn default() -> PeriodDays {
        PeriodDays { opens_before: 7, due_after: 10, locks_after: 30 }
    }
}

/// A period opens no earlier before its last day: a quarter on its first day.
pub const OPENS_BEFORE_MAX_DAYS: i64 = 91;
/// A period is due no later after its last day.
pub const DUE_AFTER_MAX_DAYS: i64 = 60;
/// A period locks no later after its last day; for one agency it can be put off.
pub const LOCKS_AFTER_MAX_DAYS: i64 = 120;

impl PeriodDays {
    /// Refuses days out of their limits, or a lock before the due day.
    ///
    /// # Errors
    /// `plan.refused.period_span` at the field that is meant.
    pub fn check(self) -> Result<(), Refusal> {
        for (field, days, least, most) in [
            ("opens_before", self.opens_before, 0, OPENS_BEFORE_MAX_DAYS),
            ("due_after", self.due_after, 1, DUE_AFTER_MAX_DAYS),
            ("locks_after", self.locks_after, self.due_after, LOCKS_AFTER_MAX_DAYS),
        ] {
            if !(least..=most).contains(&days) {
                let refusal = Refusal::field(field, "plan.refused.period_span").with("least", least.to_string());
                return Err(refusal.with("most", most.to_string()));
            }
        }
        Ok(())
    }
}

/// Refuses periods of one kind in a year that has some of the other: what adds up would be counted twice.
///
/// # Errors
/// `plan.refused.other_kind`.
pub fn one_kind(known: &[Period], year: i64, kind: PeriodKind) -> Result<(), Refusal> {
    match known.iter().find(|period| period.year == year && period.kind != kind) {
        Some(period) => {
            let refusal = Refusal::field("kind", "plan.refused.other_kind").with("year", year.to_string());
            Err(refusal.with("name", &period.name))
        }
        None => Ok(()),
    }
}

/// Days before and after the due day on which those who have not reported are reminded.
pub const REMINDER_DAYS: [i64; 6] = [-7, -3, -1, 1, 3, 7];

/// The days of a part of a year that begins on the first of `first_month`: January for a calendar year, another month
/// for a year that does not begin with the calendar's.
///
/// # Errors
/// `plan.refused.period` where there is no such part or month.
pub fn days(year: i64, kind: PeriodKind, number: i64, first_month: u8) -> Result<(Date, Date), Refusal> {
    let wrong = || Refusal::field("number", "plan.refused.period");
    let (months, most) = match kind {
        PeriodKind::Month => (1, 12),
        PeriodKind::Quarter => (3, 4),
    };
    if !(1..=most).contains(&number) || !(1..=12).contains(&first_month) {
        return Err(wrong());
    }
    let from = year * 12 + i64::from(first_month) - 1 + (number - 1) * months;
    let first = first_of(from).ok_or_else(wrong)?;
    let after = first_of(from + months).ok_or_else(wrong)?;
    Ok((first, after.previous_day().ok_or_else(wrong)?))
}

/// The first day of the month that is so many months after January of year 0.
fn first_of(months: i64) -> Option<Date> {
    let month = Month::try_from(u8::try_from(months.rem_euclid(12) + 1).ok()?).ok()?;
    Date::from_calendar_date(i32::try_from(months.div_euclid(12)).ok()?, month, 1).ok()
}

/// Which part of its year a period is.
///
/// # Errors
/// `plan.refused.period`.
pub fn part(kind: PeriodKind, number: i64) -> Result<PartOfYear, Refusal> {
    let part = match kind {
        PeriodKind::Month => PartOfYear::month(number),
        PeriodKind::Quarter => PartOfYear::quarter(number),
    };
    part.ok_or_else(|| Refusal::field("number", "plan.refused.period"))
}

/// Refuses days that are not in their order.
///
/// # Errors
/// `plan.refused.period_days`.
pub fn in_order(opens_at: Timestamp, due_at: Timestamp, locks_at: Timestamp) -> Result<(), Refusal> {
    if opens_at < due_at && due_at <= locks_at {
        return Ok(());
    }
    Err(Refusal::field("due_day", "plan.refused.period_days"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::DAY_MICROS;

    use super::*;

    fn period() -> Period {
        let (first_day, last_day) = days(2026, PeriodKind::Quarter, 3, 1).unwrap();
        Period {
            id: Uuid::nil(),
            masterplan: Uuid::nil(),
            name: "Triwulan III 2026".to_owned(),
            kind: PeriodKind::Quarter,
            year: 2026,
            part: PartOfYear::YEAR,
            first_day,
            last_day,
            opens_at: Timestamp(0),
            due_at: Timestamp(10),
            locks_at: Timestamp(20),
        }
    }

    #[test]
    fn a_period_opens_is_due_and_locks() {
        let stand = |at| period().stand(Timestamp(at), None);
        assert_eq!([stand(-1), stand(0), stand(9)], [Stand::Coming, Stand::Open, Stand::Open]);
        assert_eq!([stand(10), stand(19), stand(20)], [Stand::Late, Stand::Late, Stand::Locked]);
        assert_eq!(period().takes(Timestamp(20), None).unwrap_err().key, "plan.refused.period_locked");
    }

    #[test]
    fn a_year_is_told_of_from_the_day_on_which_its_first_period_opens() {
        let next = Period { year: 2027, opens_at: Timestamp(100), due_at: Timestamp(110), ..period() };
        let told = |at, periods: &[Period]| told_year(periods, Timestamp(at), 2027);
        let both = [next, period()];
        assert_eq!([told(5, &both), told(99, &both), told(100, &both)], [2026, 2026, 2027]);
        assert_eq!([told(-1, &both), told(5, &[])], [2027, 2027], "without any that opened it is the year of today");
    }

    #[test]
    fn what_is_counted_before_the_period_ends_is_counted_until_today() {
        let day = |text| simpul_kernel::calendar::parse_date(text).unwrap();
        let until = |today| period().counted_until(day(today)).to_string();
        assert_eq!([until("2026-08-05"), until("2026-12-01")], ["2026-08-05", "2026-09-30"]);
        assert_eq!(until("2026-06-30"), "2026-07-01", "never before its first day");
    }

    #[test]
    fn an_exception_puts_the_lock_off_and_never_forward() {
        assert_eq!(period().stand(Timestamp(25), Some(Timestamp(30))), Stand::Late);
        assert_eq!(period().stand(Timestamp(15), Some(Timestamp(12))), Stand::Late);
    }

    #[test]
    fn a_quarter_of_a_year_that_begins_in_april_is_three_of_its_months() {
        let (first, last) = days(2026, PeriodKind::Quarter, 4, 4).unwrap();
        assert_eq!((first.to_string(), last.to_string()), ("2027-01-01".to_owned(), "2027-03-31".to_owned()));
        assert!(days(2026, PeriodKind::Quarter, 5, 1).is_err() && days(2026, PeriodKind::Month, 0, 1).is_err());
    }

    #[test]
    fn days_stand_in_their_order() {
        let at = |days: i64| Timestamp(days * DAY_MICROS);
        assert!(in_order(at(1), at(2), at(3)).is_ok() && in_order(at(1), at(2), at(2)).is_ok());
        assert!(in_order(at(2), at(2), at(3)).is_err() && in_order(at(1), at(3), at(2)).is_err());
    }

    #[test]
    fn the_days_of_a_year_have_limits_and_the_usual_ones_are_within() {
        assert_eq!(PeriodDays::default().check(), Ok(()));
        let field = |opens_before, due_after, locks_after| {
            PeriodDays { opens_before, due_after, locks_after }.check().map_err(|why| why.field.unwrap())
        };
        assert_eq!((field(0, 1, 1), field(91, 60, 120)), (Ok(()), Ok(())));
        assert_eq!([field(-1, 10, 30), field(92, 10, 30)], [Err("opens_before"); 2]);
        assert_eq!([field(7, 0, 30), field(7, 61, 90)], [Err("due_after"); 2]);
        assert_eq!([field(7, 10, 9), field(7, 10, 121)], [Err("locks_after"); 2]);
    }

    #[test]
    fn a_year_has_periods_of_one_kind() {
        let known = [period()];
        assert_eq!(one_kind(&known, 2026, PeriodKind::Month).unwrap_err().key, "plan.refused.other_kind");
        assert!(
            one_kind(&known, 2026, PeriodKind::Quarter).is_ok() && one_kind(&known, 2027, PeriodKind::Month).is_ok()
        );
    }

    proptest! {
        #[test]
        fn the_parts_of_a_year_follow_each_other_without_a_gap(year in 2000i64..2100, first in 1u8..=12) {
            for (kind, most) in [(PeriodKind::Month, 12), (PeriodKind::Quarter, 4)] {
                for number in 1..most {
                    let (_, last) = days(year, kind, number, first).unwrap();
                    let (next, _) = days(year, kind, number + 1, first).unwrap();
                    prop_assert_eq!(last.next_day(), Some(next));
                }
                let (begins, _) = days(year, kind, 1, first).unwrap();
                let (_, ends) = days(year, kind, most, first).unwrap();
                prop_assert!((365..=366).contains(&((ends - begins).whole_days() + 1)));
            }
        }
    }
}
