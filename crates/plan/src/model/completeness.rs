//! Who owes a period's reports, who has handed them in and when, and on which days those who owe are reminded.

use std::collections::BTreeMap;

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use uuid::Uuid;

use super::period::{Period, REMINDER_DAYS};
use super::programme::{Programme, ProgrammeState};
use super::progress::{Progress, Timeliness};

/// The names of the deadlines on which those who have not reported are reminded, by [`REMINDER_DAYS`].
pub const REMINDERS: [&str; 6] = ["in_7", "in_3", "in_1", "late_1", "late_3", "late_7"];

/// Whether a period is told of a programme: one that is planned or runs, in one of its years, and that an agency
/// answers for.
pub fn is_owed(one: &Programme, period: &Period) -> bool {
    let open = matches!(one.state, ProgrammeState::Planned | ProgrammeState::Running);
    open && one.agency.is_some()
        && one.masterplan == period.masterplan
        && (one.years.0..=one.years.1).contains(&period.year)
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
}

impl AgencyStand {
    /// The same as shares.
    pub fn timeliness(&self) -> Timeliness {
        Timeliness { wanted: self.owed, handed_in: self.in_time + self.late, in_time: self.in_time }
    }
}

/// How the agencies stand with a period. A report that was handed in once is owed no more, whatever became of it.
pub fn by_agency(programmes: &[Programme], period: &Period, said: &[Progress]) -> BTreeMap<Uuid, AgencyStand> {
    let mut all: BTreeMap<Uuid, AgencyStand> = BTreeMap::new();
    for one in programmes.iter().filter(|one| is_owed(one, period)) {
        let Some(agency) = one.agency else { continue };
        let stand = all.entry(agency).or_default();
        stand.owed += 1;
        let handed_in = |progress: &&Progress| progress.programme == one.id && progress.first_submitted.is_some();
        match said.iter().find(handed_in) {
            Some(progress) if progress.late => stand.late += 1,
            Some(_) => stand.in_time += 1,
            None => stand.missing.push(one.id),
        }
    }
    all
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

    #[test]
    fn what_runs_in_the_year_and_has_somebody_is_owed() {
        use ProgrammeState::*;
        let owed = |agency, state, years| is_owed(&programme(1, agency, state, years), &period());
        assert!(owed(Some(1), Running, (2025, 2026)) && owed(Some(1), Planned, (2026, 2026)));
        assert!(!owed(None, Running, (2026, 2026)), "nobody answers for it");
        assert!(!owed(Some(1), Done, (2026, 2026)) && !owed(Some(1), Running, (2027, 2028)));
    }

    #[test]
    fn a_draft_is_still_owed_and_what_was_sent_back_is_not() {
        let running = |id| programme(id, Some(1), ProgrammeState::Running, (2026, 2026));
        let programmes = [running(1), running(2), running(3)];
        let said = [report(1, true, false), report(2, false, false)];
        let all = by_agency(&programmes, &period(), &said);
        let stand = &all[&Uuid::from_u128(1)];
        assert_eq!((stand.owed, stand.in_time, stand.late), (3, 1, 0));
        assert_eq!(stand.missing, [Uuid::from_u128(2), Uuid::from_u128(3)]);
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
            let first = by_agency(&programmes, &period(), &said);
            if turned {
                said.reverse();
            }
            let all = by_agency(&programmes, &period(), &said);
            prop_assert_eq!(&all, &first);
            for stand in all.values() {
                let missing = i64::try_from(stand.missing.len()).unwrap();
                prop_assert_eq!(stand.owed, stand.in_time + stand.late + missing);
            }
            let owed: i64 = all.values().map(|stand| stand.owed).sum();
            prop_assert_eq!(owed, i64::try_from(kinds.len()).unwrap());
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
