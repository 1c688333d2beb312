//! Open work to which nothing has happened for long: nobody outside can tell how it stands, and the pages say so.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;

use super::{Report, Status};

/// Without a step for so long, in days: eight weeks.
pub const SILENT_AFTER_DAYS: i64 = 56;

/// What last changed before this moment is silent at `now`.
pub fn silent_before(now: Timestamp) -> Timestamp {
    now.plus_micros(-SILENT_AFTER_DAYS * DAY_MICROS)
}

/// The states in which silence says that nobody knows. What waits for a year's budget is known to wait.
pub const SILENT_STATES: [Status; 4] = [Status::New, Status::Verified, Status::Assigned, Status::InProgress];

/// Whether nothing has happened for eight weeks. A pause has a date of its own.
pub fn is_silent(status: Status, paused: bool, updated: Timestamp, now: Timestamp) -> bool {
    SILENT_STATES.contains(&status) && !paused && updated < silent_before(now)
}

impl Report {
    /// Whether nothing has happened to it for eight weeks although work is owed.
    pub fn is_silent(&self, now: Timestamp) -> bool {
        is_silent(self.status(), self.is_paused(), self.times.updated, now)
    }
}

#[cfg(test)]
mod tests {
    use super::super::life::report;
    use super::*;
    use crate::model::{Pause, State};

    #[test]
    fn eight_weeks_without_a_step_are_silence_and_a_pause_or_an_end_is_not() {
        let mut report = report(1);
        let after = |days: i64| report.times.updated.plus_micros(days * DAY_MICROS);
        assert!(!report.is_silent(after(56)));
        let late = after(57);
        assert!(report.is_silent(late));
        report.pause = Some(Pause { since: report.times.updated, until: late.plus_micros(DAY_MICROS), asks: false });
        assert!(!report.is_silent(late));
        report.pause = None;
        report.state = State::Planned { year: 2027, reason: "APBD".into() };
        assert!(!report.is_silent(late), "it waits for a year that is named");
    }
}
