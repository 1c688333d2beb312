//! A leader's direction (arahan): what the agency of a late report is to do, and by when. It changes neither the state
//! nor the deadlines: those are what the citizen was promised.

use simpul_kernel::calendar::Calendar;
use simpul_kernel::{Refusal, Timestamp};
use time::Date;

use super::report::Report;
use super::status::Status;

/// How far ahead a direction may look, in days.
const AHEAD_MAX_DAYS: i64 = 366;

/// What a leader wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DirectionKind {
    /// Setujui: go on and finish by that day.
    Finish,
    /// Tunda: it may wait until that day.
    Wait,
    /// Minta telaahan: say in writing by that day what stands in the way.
    Study,
}

impl DirectionKind {
    /// Every kind, in the order of the form.
    pub const ALL: [DirectionKind; 3] = [DirectionKind::Finish, DirectionKind::Wait, DirectionKind::Study];

    /// The name in tables, journal and forms.
    pub fn name(self) -> &'static str {
        match self {
            DirectionKind::Finish => "finish",
            DirectionKind::Wait => "wait",
            DirectionKind::Study => "study",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<DirectionKind> {
        DirectionKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Catalogue key of its word.
    pub fn key(self) -> &'static str {
        match self {
            DirectionKind::Finish => "report.direction.finish",
            DirectionKind::Wait => "report.direction.wait",
            DirectionKind::Study => "report.direction.study",
        }
    }
}

impl Report {
    /// The leader says what is to be done; the answer is the report as it will be, and when the day is over.
    ///
    /// # Errors
    /// When nobody owes work on it any more, or the day has passed or lies more than a year ahead.
    pub fn take_direction(
        &self,
        now: Timestamp,
        calendar: &Calendar,
        by: Date,
    ) -> Result<(Report, Timestamp), Refusal> {
        if !self.status().is_open() || self.status() == Status::Planned {
            return Err(Refusal::new("report.direction.not_open").with("number", self.number.clone()));
        }
        let until = calendar.zone.instant(by, calendar.close_minute);
        let ahead = i64::from(by.to_julian_day()) - i64::from(calendar.zone.date(now).to_julian_day());
        if !(0..=AHEAD_MAX_DAYS).contains(&ahead) {
            return Err(Refusal::field("by", "report.direction.bad_day"));
        }
        let mut next = self.clone();
        next.version += 1;
        next.times.updated = now;
        Ok((next, until))
    }
}
