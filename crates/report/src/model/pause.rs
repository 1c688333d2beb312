//! Tunda: the deadlines stand still while the agency waits for somebody else, for a limited time and a few times only.

use simpul_kernel::calendar::{Calendar, Span};
use simpul_kernel::{Refusal, Timestamp};

use super::category::Deadlines;
use super::report::{Pause, Report};
use super::status::Status;

/// Longest pause, in working days.
pub const PAUSE_MAX_WORKING_DAYS: u32 = 10;
/// Most pauses of one report.
pub const PAUSES_MAX_COUNT: i64 = 2;

impl Deadlines {
    /// Moved by the working time from `since` to `now`. What had passed before stays: late is late.
    pub fn moved_by_pause(self, calendar: &Calendar, since: Timestamp, now: Timestamp) -> Deadlines {
        let paused = calendar.working_micros_between(since, now).max(0);
        let moved = |due: Timestamp| {
            if due < since { due } else { calendar.add_working_micros(due, paused).max(due) }
        };
        Deadlines { verify: moved(self.verify), answer: moved(self.answer), resolve: moved(self.resolve) }
    }
}

impl Report {
    /// Whether its deadlines stand still.
    pub fn is_paused(&self) -> bool {
        self.pause.is_some()
    }

    /// Whether the citizen is asked something now.
    pub fn asks_citizen(&self) -> bool {
        self.pause.is_some_and(|pause| pause.asks)
    }

    /// Whether it may be paused at all, leaving the count aside.
    pub fn may_pause(&self) -> bool {
        let working = matches!(self.status(), Status::New | Status::Verified | Status::Assigned | Status::InProgress);
        working && !self.is_paused()
    }

    /// The deadlines stand still for so many working days.
    pub fn start_pause(&self, now: Timestamp, calendar: &Calendar, days: u32, asks: bool) -> Result<Report, Refusal> {
        if self.is_paused() {
            return Err(self.paused_refusal());
        }
        if !self.may_pause() {
            return Err(self.status().wrong_state());
        }
        if self.pause_count >= PAUSES_MAX_COUNT {
            return Err(Refusal::new("report.refused.pauses").with("count", PAUSES_MAX_COUNT.to_string()));
        }
        if !(1..=PAUSE_MAX_WORKING_DAYS).contains(&days) {
            let refusal = Refusal::field("days", "report.refused.pause_days");
            return Err(refusal.with("most", PAUSE_MAX_WORKING_DAYS.to_string()));
        }
        let mut next = self.clone();
        next.version += 1;
        next.times.updated = now;
        next.pause_count += 1;
        next.pause = Some(Pause { since: now, until: calendar.due(now, Span::working_days(days)), asks });
        Ok(next)
    }

    /// The deadlines go on, moved by the working time that was paused; never beyond the end of the pause.
    pub fn end_pause(&self, now: Timestamp, calendar: &Calendar) -> Result<Report, Refusal> {
        let Some(pause) = self.pause else { return Err(Refusal::new("report.refused.not_paused")) };
        let mut next = self.clone();
        next.version += 1;
        next.times.updated = now;
        next.pause = None;
        next.deadlines = self.deadlines.moved_by_pause(calendar, pause.since, now.min(pause.until));
        Ok(next)
    }

    /// The end has passed and the citizen has said nothing to what was asked.
    pub fn archive_unanswered(&self, now: Timestamp, calendar: &Calendar, reason: String) -> Result<Report, Refusal> {
        let mut next = self.end_pause(now, calendar)?.archive(now, reason)?;
        next.version = self.version + 1;
        Ok(next)
    }

    /// The refusal of any other step while it is paused.
    pub(super) fn paused_refusal(&self) -> Refusal {
        Refusal::new("report.refused.paused").with("number", self.number.clone())
    }

    /// Lets a step through only where the deadlines run.
    pub(super) fn not_paused(&self) -> Result<(), Refusal> {
        if self.is_paused() { Err(self.paused_refusal()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::calendar::Zone;
    use simpul_kernel::clock::HOUR_MICROS;

    use super::*;

    /// Monday 2 November 2026, 09.00 in Makassar.
    const START: i64 = 1_793_581_200_000_000;

    proptest! {
        #[test]
        fn a_pause_never_takes_time_away_and_keeps_the_order(
            hours in prop::array::uniform3(-200i64..800), paused in -50i64..400
        ) {
            let calendar = Calendar::standard(Zone::Wita);
            let since = Timestamp(START);
            let mut due = hours.map(|hours| since.plus_micros(hours * HOUR_MICROS));
            due.sort();
            let before = Deadlines { verify: due[0], answer: due[1], resolve: due[2] };
            let now = since.plus_micros(paused * HOUR_MICROS);
            let after = before.moved_by_pause(&calendar, since, now);
            prop_assert!(after.verify <= after.answer && after.answer <= after.resolve);
            let gone = calendar.working_micros_between(since, now).max(0);
            for (was, is) in [
                (before.verify, after.verify), (before.answer, after.answer), (before.resolve, after.resolve),
            ] {
                prop_assert!(is >= was);
                if was < since {
                    prop_assert_eq!(is, was, "late stays late");
                } else {
                    prop_assert_eq!(calendar.working_micros_between(was, is), gone);
                }
            }
        }
    }
}
