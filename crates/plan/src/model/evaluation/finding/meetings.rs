//! Whether the bodies of the collaboration met as they must, with minutes, a list of who came, and people from outside.

use time::{Date, Duration, Month};
use uuid::Uuid;

use super::{Facts, Finding};
use crate::model::body::{BodyKind, Duty};

/// A meeting that took place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingFacts {
    /// Its id, for links.
    pub id: Uuid,
    /// Its day.
    pub day: Date,
    /// Whether its minutes are final.
    pub has_minutes: bool,
    /// How many signed its list.
    pub guests_count: usize,
    /// How many of these come from outside the government.
    pub outside_count: usize,
}

/// A body that still meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyFacts {
    /// Its id, for links.
    pub id: Uuid,
    /// What kind.
    pub kind: BodyKind,
    /// What it is called.
    pub name: String,
    /// Whether a decree set it up.
    pub has_decree: bool,
    /// It must meet at least once in so many months; 0 is no duty.
    pub duty_months: i64,
    /// Members from outside the government.
    pub outside_members_count: usize,
    /// Its meetings that took place, of this year and the one before.
    pub meetings: Vec<MeetingFacts>,
}

impl BodyFacts {
    fn path(&self) -> String {
        format!("/rapat/badan/{}", self.id)
    }

    fn of_year(&self, year: i64) -> impl Iterator<Item = &MeetingFacts> {
        self.meetings.iter().filter(move |meeting| i64::from(meeting.day.year()) == year)
    }
}

/// What is wrong with the bodies: the council first.
pub(super) fn found(facts: &Facts) -> Vec<Finding> {
    let mut found = council(facts);
    if !facts.bodies.iter().any(|body| body.kind == BodyKind::Forum) {
        found.push(Finding::new("plan.evaluation.finding.no_forum", "/rapat/badan"));
    }
    for body in &facts.bodies {
        if !body.has_decree {
            found.push(Finding::new("plan.evaluation.finding.no_decree", body.path()).with("body", &body.name));
        }
        found.extend(interval(facts, body));
    }
    found
}

/// The council: it met this year, that is proven, and it is not the government alone.
fn council(facts: &Facts) -> Vec<Finding> {
    let Some(council) = facts.bodies.iter().find(|body| body.kind == BodyKind::Council) else {
        return vec![Finding::new("plan.evaluation.finding.no_council", "/rapat/badan")];
    };
    let mut found = Vec::new();
    let proven = |meeting: &&MeetingFacts| meeting.has_minutes && meeting.guests_count > 0;
    match council.of_year(facts.year).last() {
        None => {
            let finding = Finding::new("plan.evaluation.finding.council_not_met", council.path());
            found.push(finding.with("year", facts.year));
        }
        Some(last) if !council.of_year(facts.year).any(|one| proven(&one)) => {
            let href = format!("/rapat/{}", last.id);
            found.push(Finding::new("plan.evaluation.finding.council_unproven", href).with("year", facts.year));
        }
        Some(_) => {
            let alone = council.of_year(facts.year).filter(proven).all(|meeting| meeting.outside_count == 0);
            if alone && council.outside_members_count > 0 {
                let finding = Finding::new("plan.evaluation.finding.council_met_alone", council.path());
                found.push(finding.with("year", facts.year));
            }
        }
    }
    if council.outside_members_count == 0 {
        found.push(Finding::new("plan.evaluation.finding.council_inside_only", council.path()));
    }
    found
}

/// The first day on which a meeting of `day` is too long ago for a duty of so many months.
fn overdue_from(day: Date, months: i64) -> Date {
    let first = i64::from(day.year()) * 12 + i64::from(u8::from(day.month())) - 1 + months;
    let month = u8::try_from(first.rem_euclid(12) + 1).ok().and_then(|month| Month::try_from(month).ok());
    let year = i32::try_from(first.div_euclid(12)).ok();
    // A month without that day has a last one.
    let same_day = |last: u8| Date::from_calendar_date(year?, month?, day.day().min(last)).ok();
    let due = [31, 30, 29, 28].into_iter().find_map(same_day);
    due.map_or(Date::MAX, |due| due.saturating_add(Duration::days(1)))
}

/// Every body with a duty: as many meetings as the year asks for by now, and none too long after the one before.
fn interval(facts: &Facts, body: &BodyFacts) -> Option<Finding> {
    let days: Vec<Date> = body.meetings.iter().map(|meeting| meeting.day).collect();
    let duty = Duty::of(body.duty_months, &days, facts.today)?;
    let waits_too_long = duty.last.is_some_and(|last| facts.today >= overdue_from(last, body.duty_months));
    if duty.is_met() && !waits_too_long {
        return None;
    }
    let finding = Finding::new("plan.evaluation.finding.interval", body.path()).with("body", &body.name);
    Some(finding.with("months", body.duty_months).with("held", duty.held))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::{clean, only};
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date::from_calendar_date(year, Month::try_from(month).unwrap(), day).unwrap()
    }

    fn of_kind(facts: &mut Facts, kind: BodyKind) -> &mut BodyFacts {
        facts.bodies.iter_mut().find(|body| body.kind == kind).unwrap()
    }

    #[test]
    fn a_council_that_met_with_minutes_list_and_outsiders_is_told_nothing_of() {
        assert_eq!(found(&clean()), []);
    }

    #[test]
    fn every_fault_of_the_council_is_found_by_itself() {
        let council = |change: fn(&mut BodyFacts)| only(|facts| change(of_kind(facts, BodyKind::Council)));
        assert_eq!(council(|body| body.meetings[0].has_minutes = false), "council_unproven");
        assert_eq!(council(|body| body.meetings[0].guests_count = 0), "council_unproven");
        assert_eq!(council(|body| body.meetings[0].outside_count = 0), "council_met_alone");
        assert_eq!(council(|body| body.outside_members_count = 0), "council_inside_only");
        assert_eq!(council(|body| body.has_decree = false), "no_decree");
        let never = council(|body| (body.duty_months, body.meetings) = (0, Vec::new()));
        assert_eq!(never, "council_not_met");
        let none = only(|facts| facts.bodies.retain(|body| body.kind != BodyKind::Council));
        assert_eq!(none, "no_council");
    }

    #[test]
    fn one_proven_meeting_of_the_year_is_enough() {
        let mut facts = clean();
        let council = of_kind(&mut facts, BodyKind::Council);
        let unproven = MeetingFacts { has_minutes: false, outside_count: 0, ..council.meetings[0].clone() };
        council.meetings.push(unproven);
        assert_eq!(found(&facts), []);
    }

    #[test]
    fn a_forum_that_waits_longer_than_its_duty_is_found_also_over_new_year() {
        let none = only(|facts| facts.bodies.retain(|body| body.kind != BodyKind::Forum));
        assert_eq!(none, "no_forum");
        let never = only(|facts| of_kind(facts, BodyKind::Forum).meetings.clear());
        assert_eq!(never, "interval");
        let mut facts = clean();
        facts.today = date(2027, 1, 10);
        let forum = of_kind(&mut facts, BodyKind::Forum).clone();
        assert_eq!(forum.meetings[0].day, date(2026, 9, 1));
        assert_eq!(interval(&facts, &forum), None, "six months are not over");
        facts.today = date(2027, 3, 1);
        assert_eq!(interval(&facts, &forum), None);
        facts.today = date(2027, 3, 2);
        assert!(interval(&facts, &forum).is_some());
    }

    #[test]
    fn a_month_without_the_day_ends_with_its_last_one() {
        assert_eq!(overdue_from(date(2026, 8, 31), 6), date(2027, 3, 1));
        assert_eq!(overdue_from(date(2027, 8, 31), 6), date(2028, 3, 1), "a leap year");
        assert_eq!(overdue_from(date(2026, 1, 15), 12), date(2027, 1, 16));
    }

    proptest! {
        #[test]
        fn a_longer_duty_is_never_overdue_sooner(day in 0i64..20_000, months in 1i64..12) {
            let day = date(2000, 1, 1) + Duration::days(day);
            let (short, long) = (overdue_from(day, months), overdue_from(day, months + 1));
            prop_assert!(day < short && short < long);
            let least = 28 * months;
            prop_assert!((short - day).whole_days() > least && (short - day).whole_days() <= 31 * months + 1);
        }
    }
}
