//! Who owes a period's reports, who has handed them in and when, and on which days those who owe are reminded.

use std::collections::{BTreeMap, HashMap, HashSet};

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use uuid::Uuid;

use super::period::{Period, REMINDER_DAYS};
use super::programme::{Programme, ProgrammeState};
use super::progress::{Progress, ProgressState, Timeliness};

/// The names of the deadlines on which those who have not reported are reminded, by [`REMINDER_DAYS`].
pub const REMINDERS: [&str; 6] = ["in_7", "in_3", "in_1", "late_1", "late_3", "late_7"];

/// Who answers for a programme from a moment on, in which years, and whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// From when on.
    pub since: Timestamp,
    /// The agency that answers for it.
    pub agency: Option<Uuid>,
    /// Its years.
    pub years: (i64, i64),
    /// Whether it is planned or runs.
    pub open: bool,
}

impl Duty {
    /// As a programme stands from `since` on.
    pub fn of(one: &Programme, since: Timestamp) -> Duty {
        let open = matches!(one.state, ProgrammeState::Planned | ProgrammeState::Running);
        Duty { since, agency: one.agency, years: one.years, open }
    }
}

/// The agency that owed a period's report of a programme, by the programme's duties in the order of time, those before
/// `until` alone, which is the due day or earlier. `None`: it came later, had ended before the period opened, has no
/// such year, or had nobody.
fn owner(duties: &[Duty], period: &Period, until: Timestamp) -> Option<Uuid> {
    let known = &duties[..duties.partition_point(|duty| duty.since < until)];
    let last = known.last()?;
    let ended = known.iter().rev().take_while(|duty| !duty.open).last();
    let ran = known.iter().any(|duty| duty.open) && ended.is_none_or(|duty| duty.since > period.opens_at);
    let meant = ran && (last.years.0..=last.years.1).contains(&period.year);
    last.agency.filter(|_| meant)
}

/// The programmes of a plan, and since when who answered for which: from these follows who owes what.
#[derive(Debug, Clone, Default)]
pub struct Roll {
    /// The programmes in their order.
    pub programmes: Vec<Programme>,
    /// Their duties in the order of time.
    pub duties: HashMap<Uuid, Vec<Duty>>,
}

impl Roll {
    /// The agency that owes a period's report of a programme: the one that answered for it when it was handed in, and
    /// on the due day at the latest. What was handed in counts in any case; what changed after the due day changes
    /// nothing.
    pub fn owner(&self, one: &Programme, period: &Period, said: Option<&Progress>) -> Option<Uuid> {
        if one.masterplan != period.masterplan {
            return None;
        }
        let handed_in = said.and_then(|progress| Some((progress.first_submitted?, progress.agency)));
        let until = handed_in.map_or(period.due_at, |(at, _)| period.due_at.min(at.plus_micros(1)));
        let duties = self.duties.get(&one.id).map_or(&[][..], Vec::as_slice);
        owner(duties, period, until).or(handed_in.map(|(_, agency)| agency))
    }

    /// The programmes of which a period's report is owed, with who owes it and what was said.
    pub fn owed<'a>(
        &'a self,
        period: &'a Period,
        said: &'a [Progress],
    ) -> impl Iterator<Item = (&'a Programme, Uuid, Option<&'a Progress>)> {
        let told: HashMap<Uuid, &Progress> = said.iter().map(|progress| (progress.programme, progress)).collect();
        self.programmes.iter().filter_map(move |one| {
            let progress = told.get(&one.id).copied();
            Some((one, self.owner(one, period, progress)?, progress))
        })
    }

    /// How the agencies stand with a period.
    pub fn by_agency(&self, period: &Period, said: &[Progress]) -> BTreeMap<Uuid, AgencyStand> {
        let mut all: BTreeMap<Uuid, AgencyStand> = BTreeMap::new();
        for (one, agency, progress) in self.owed(period, said) {
            let stand = all.entry(agency).or_default();
            stand.owed += 1;
            match progress.filter(|progress| progress.first_submitted.is_some()) {
                Some(progress) if progress.state == ProgressState::Returned => stand.returned.push(one.id),
                Some(progress) if progress.late => stand.late += 1,
                Some(_) => stand.in_time += 1,
                None => stand.missing.push(one.id),
            }
        }
        all
    }

    /// The programmes of which a period's report is with its agency: none has come, or it was given back.
    pub fn outstanding(&self, period: &Period, said: &[Progress]) -> HashSet<Uuid> {
        self.by_agency(period, said).into_values().flat_map(|stand| stand.outstanding().collect::<Vec<_>>()).collect()
    }

    /// The programmes of which nothing has come for a period.
    pub fn missing(&self, period: &Period, said: &[Progress]) -> HashSet<Uuid> {
        self.by_agency(period, said).into_values().flat_map(|stand| stand.missing).collect()
    }
}

/// How an agency stands with a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgencyStand {
    /// So many reports were to be handed in.
    pub owed: i64,
    /// So many came in time.
    pub in_time: i64,
    /// So many came after the due day.
    pub late: i64,
    /// The programmes of which nothing has come, in their order.
    pub missing: Vec<Uuid>,
    /// Those whose report was given back and has not come again.
    pub returned: Vec<Uuid>,
}

impl AgencyStand {
    /// The programmes whose report is with the agency.
    pub fn outstanding(&self) -> impl Iterator<Item = Uuid> {
        self.missing.iter().chain(&self.returned).copied()
    }

    /// The same as shares.
    pub fn timeliness(&self) -> Timeliness {
        Timeliness { wanted: self.owed, handed_in: self.in_time + self.late, in_time: self.in_time }
    }
}

/// Days from the due day to the moment of a reminder: negative before it. `None` for a name that is none.
pub fn reminder_days(what: &str) -> Option<i64> {
    REMINDERS.into_iter().zip(REMINDER_DAYS).find(|(name, _)| *name == what).map(|(_, days)| days)
}

/// Whether a reminder still speaks of today: the next one has not come. A server that was away for a week reminds once,
/// not thrice.
pub fn is_current(due_at: Timestamp, days: i64, now: Timestamp) -> bool {
    let next = REMINDER_DAYS.into_iter().find(|other| *other > days);
    next.is_none_or(|next| now < due_at.plus_micros(next * DAY_MICROS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::indicator::PartOfYear;
    use crate::model::period::PeriodKind;
    use crate::model::programme::ProgrammeKind;
    use crate::model::progress::ProgressState;

    fn period() -> Period {
        let day = |text| simpul_kernel::calendar::parse_date(text).unwrap();
        Period {
            id: Uuid::nil(),
            masterplan: Uuid::nil(),
            name: "Triwulan III 2026".to_owned(),
            kind: PeriodKind::Quarter,
            year: 2026,
            part: PartOfYear::quarter(3).unwrap(),
            first_day: day("2026-07-01"),
            last_day: day("2026-09-30"),
            opens_at: Timestamp(0),
            due_at: Timestamp(100 * DAY_MICROS),
            locks_at: Timestamp(120 * DAY_MICROS),
        }
    }

    fn programme(id: u128, agency: Option<u128>, state: ProgrammeState, years: (i64, i64)) -> Programme {
        Programme {
            code: format!("QW-{id}"),
            name: "Lampu".to_owned(),
            years,
            agency: agency.map(Uuid::from_u128),
            state,
            ..Programme::new(Uuid::from_u128(id), Uuid::nil(), ProgrammeKind::QuickWin)
        }
    }

    fn report(programme: u128, handed_in: bool, late: bool) -> Progress {
        Progress {
            id: Uuid::from_u128(programme + 1_000),
            programme: Uuid::from_u128(programme),
            period: Uuid::nil(),
            agency: Uuid::nil(),
            state: if handed_in { ProgressState::Returned } else { ProgressState::Draft },
            sentence: String::new(),
            obstacle: String::new(),
            next_step: String::new(),
            decision: String::new(),
            physical: None,
            first_submitted: handed_in.then_some(Timestamp(1)),
            submitted: None,
            late,
            version: 1,
        }
    }

    /// What the programmes have been since the beginning of time.
    fn roll(programmes: Vec<Programme>) -> Roll {
        let duties = programmes.iter().map(|one| (one.id, vec![Duty::of(one, Timestamp(-1))])).collect();
        Roll { programmes, duties }
    }

    fn running(id: u128) -> Programme {
        programme(id, Some(1), ProgrammeState::Running, (2026, 2026))
    }

    fn day(days: i64) -> Timestamp {
        Timestamp(days * DAY_MICROS)
    }

    /// What a programme that becomes this and that on those days owes: the period opens on day 0 and is due on day 100.
    fn owes(story: &[(i64, Programme)], said: Option<&Progress>) -> Option<Uuid> {
        let duties = story.iter().map(|(at, one)| Duty::of(one, day(*at))).collect();
        let one = running(1);
        let roll = Roll { programmes: vec![one.clone()], duties: HashMap::from([(one.id, duties)]) };
        roll.owner(&one, &period(), said)
    }

    #[test]
    fn what_runs_in_the_year_and_has_somebody_is_owed() {
        use ProgrammeState::*;
        let owed = |agency, state, years| owes(&[(-1, programme(1, agency, state, years))], None).is_some();
        assert!(owed(Some(1), Running, (2025, 2026)) && owed(Some(1), Planned, (2026, 2026)));
        assert!(!owed(None, Running, (2026, 2026)), "nobody answers for it");
        assert!(!owed(Some(1), Done, (2026, 2026)) && !owed(Some(1), Running, (2027, 2028)));
    }

    #[test]
    fn what_came_after_the_due_day_is_not_owed() {
        assert!(owes(&[(99, running(1))], None).is_some());
        assert!(owes(&[(100, running(1))], None).is_none());
    }

    #[test]
    fn what_ended_after_the_period_opened_is_owed_and_what_ended_before_is_not() {
        let done = programme(1, Some(1), ProgrammeState::Done, (2026, 2026));
        assert!(owes(&[(-9, running(1)), (1, done.clone())], None).is_some());
        assert!(owes(&[(-9, running(1)), (500, done.clone())], None).is_some(), "it ended long after");
        assert!(owes(&[(-9, running(1)), (-1, done.clone())], None).is_none());
        assert!(owes(&[(-9, running(1)), (-1, done.clone()), (500, running(1))], None).is_none(), "begun again later");
        let still = Programme { years: (2025, 2026), ..done.clone() };
        assert!(owes(&[(-9, running(1)), (-1, done), (5, still)], None).is_none(), "an ended one was only corrected");
    }

    #[test]
    fn another_agency_or_other_years_after_the_due_day_change_no_past_period() {
        let other = programme(1, Some(2), ProgrammeState::Running, (2026, 2026));
        let later = programme(1, Some(1), ProgrammeState::Running, (2027, 2028));
        let first = Some(Uuid::from_u128(1));
        assert_eq!(owes(&[(-9, running(1)), (101, other.clone())], None), first);
        assert_eq!(owes(&[(-9, running(1)), (101, later)], None), first);
        assert_eq!(owes(&[(-9, running(1)), (50, other.clone())], None), Some(Uuid::from_u128(2)));
        let told = Progress { first_submitted: Some(day(20)), ..report(1, true, false) };
        assert_eq!(owes(&[(-9, running(1)), (50, other)], Some(&told)), first, "it had reported before");
    }

    #[test]
    fn what_was_handed_in_counts_whatever_becomes_of_the_programme() {
        let told = report(1, true, false);
        let done = programme(1, Some(1), ProgrammeState::Done, (2020, 2020));
        assert_eq!(owes(&[(-9, done)], Some(&told)), Some(told.agency));
        assert_eq!(owes(&[], Some(&told)), Some(told.agency));
    }

    #[test]
    fn a_draft_is_still_owed_and_so_is_what_was_given_back_until_it_comes_again() {
        let roll = roll(vec![running(1), running(2), running(3)]);
        let said = [report(1, true, false), report(2, false, false)];
        let all = roll.by_agency(&period(), &said);
        let stand = &all[&Uuid::from_u128(1)];
        assert_eq!((stand.owed, stand.in_time, stand.late), (3, 0, 0));
        assert_eq!(stand.missing, [Uuid::from_u128(2), Uuid::from_u128(3)]);
        assert_eq!(stand.returned, [Uuid::from_u128(1)]);
        assert_eq!(stand.outstanding().count(), 3, "all three are with the agency");
        let again = [Progress { state: ProgressState::Submitted, ..report(1, true, false) }];
        let stand = &roll.by_agency(&period(), &again)[&Uuid::from_u128(1)];
        assert_eq!((stand.in_time, stand.returned.len()), (1, 0), "it came in time, when it first came");
    }

    #[test]
    fn a_reminder_speaks_until_the_next_one_does() {
        let due = Timestamp(100 * DAY_MICROS);
        let at = |days: i64| Timestamp((100 + days) * DAY_MICROS);
        assert!(is_current(due, -7, at(-7)) && is_current(due, -7, at(-4)) && !is_current(due, -7, at(-3)));
        assert!(!is_current(due, -1, at(2)) && is_current(due, 1, at(2)));
        assert!(is_current(due, 7, at(90)), "the last one is the last word");
        assert_eq!(REMINDERS.map(reminder_days), REMINDER_DAYS.map(Some));
        assert_eq!(reminder_days("in_2"), None);
    }

    proptest! {
        #[test]
        fn every_report_is_in_time_late_or_missing_whatever_the_order(
            kinds in proptest::collection::vec((0u8..4, 0u128..3), 0..30),
            turned in any::<bool>(),
        ) {
            let each = || (1u128..).zip(&kinds);
            let of = |(id, (_, agency)): (u128, &(u8, u128))| {
                programme(id, Some(*agency), ProgrammeState::Running, (2026, 2026))
            };
            let programmes: Vec<Programme> = each().map(of).collect();
            let told = each().filter(|(_, (kind, _))| *kind > 0);
            let mut said: Vec<Progress> = told.map(|(id, (kind, _))| report(id, *kind > 1, *kind > 2)).collect();
            let roll = roll(programmes);
            let first = roll.by_agency(&period(), &said);
            if turned {
                said.reverse();
            }
            let all = roll.by_agency(&period(), &said);
            prop_assert_eq!(&all, &first);
            for stand in all.values() {
                let missing = i64::try_from(stand.missing.len()).unwrap();
                let returned = i64::try_from(stand.returned.len()).unwrap();
                prop_assert_eq!(stand.owed, stand.in_time + stand.late + missing + returned);
            }
            let owed: i64 = all.values().map(|stand| stand.owed).sum();
            prop_assert_eq!(owed, i64::try_from(kinds.len()).unwrap());
        }

        #[test]
        fn what_happens_after_the_due_day_changes_no_period(
            before in proptest::collection::vec((-50i64..100, 0u8..4, 0u128..3, 2025i64..2028), 0..5),
            after in proptest::collection::vec((100i64..500, 0u8..4, 0u128..3, 2025i64..2028), 0..5),
            told in any::<bool>(),
        ) {
            let at = |(day, state, agency, year): &(i64, u8, u128, i64)| {
                let state = ProgrammeState::ALL[usize::from(*state)];
                (*day, programme(1, (*agency > 0).then_some(*agency), state, (*year, *year)))
            };
            let mut story: Vec<(i64, Programme)> = before.iter().map(at).collect();
            story.sort_by_key(|(day, _)| *day);
            let said = report(1, true, false);
            let said = told.then_some(&said);
            let then = owes(&story, said);
            story.extend(after.iter().map(at));
            story.sort_by_key(|(day, _)| *day);
            prop_assert_eq!(owes(&story, said), then);
            prop_assert!(then.is_some() || !told, "what was handed in always counts");
        }

        #[test]
        fn at_every_moment_at_most_one_reminder_speaks(hours in -400i64..400) {
            let due = Timestamp(100 * DAY_MICROS);
            let now = due.plus_micros(hours * DAY_MICROS / 24);
            let come = |days: &&i64| due.plus_micros(**days * DAY_MICROS) <= now;
            let speaks = REMINDER_DAYS.iter().filter(come).filter(|days| is_current(due, **days, now)).count();
            prop_assert!(speaks <= 1);
        }
    }
}
