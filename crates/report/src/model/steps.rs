//! What may be done with a report: each step takes the report as it is and gives the report as it will be, or refuses.

use simpul_kernel::calendar::Calendar;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::category::{ANSWER_BACK_SPAN, Category, Class, SECOND_TRY_SPAN};
use super::report::{Level, Report, State};
use super::status::Status;

/// Working days after a passed deadline at which a report goes up once more: first to the Asisten, then to the Sekda.
/// The Kepala perangkat daerah has it at the deadline itself, the Kabid before it.
pub const LADDER_STEP_WORKING_DAYS: u32 = 1;
/// The share of the time to resolve after which the Kabid is warned, in per cent.
pub const WARNING_PERCENT: u8 = 75;

/// What the ticker may be asked for, by the name of the deadline.
pub mod what {
    /// Must be checked by now.
    pub const VERIFY: &str = "verify";
    /// Must have had a first answer by now.
    pub const ANSWER: &str = "answer";
    /// Must be solved by now.
    pub const RESOLVE: &str = "resolve";
    /// Three quarters of the time are gone.
    pub const WARN: &str = "warn";
    /// Still late: one level up.
    pub const LADDER: &str = "ladder";
    /// The citizen's ten days are over.
    pub const CLOSE: &str = "close";
    /// A pause ends.
    pub const PAUSE: &str = "pause";
}

impl Report {
    /// Said or counted, but not decided: what an officer has open is still right.
    fn touched(&self, now: Timestamp) -> Report {
        let mut next = self.clone();
        next.times.updated = now;
        next
    }

    fn changed(&self, now: Timestamp) -> Report {
        let mut next = self.touched(now);
        next.version += 1;
        next
    }

    fn moved(&self, now: Timestamp, state: State) -> Result<Report, Refusal> {
        self.not_paused()?;
        self.status().go(state.status())?;
        let mut next = self.changed(now);
        next.state = state;
        Ok(next)
    }

    /// An arrow may be there for another step: taking back a merge leads to "verified" too, but is no verification.
    fn only_from(&self, from: &[Status]) -> Result<(), Refusal> {
        if from.contains(&self.status()) { Ok(()) } else { Err(self.status().wrong_state()) }
    }

    /// Somebody else has changed it since the form was opened.
    pub fn check_version(&self, expected: Option<i64>) -> Result<(), Refusal> {
        match expected {
            Some(version) if version != self.version => {
                Err(Refusal::new("report.refused.changed_meanwhile").with("number", self.number.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Read and found complete. The class sets the time to resolve, counted from the day it was reported.
    pub fn verify(
        &self,
        now: Timestamp,
        calendar: &Calendar,
        category: &Category,
        class: Class,
        needs_inspection: bool,
    ) -> Result<Report, Refusal> {
        self.only_from(&[Status::New])?;
        let mut next = self.moved(now, State::Verified)?;
        if category.code != self.category {
            next.category = category.code.clone();
            next.secret = next.secret || category.secret;
            next.wish = next.secret && !category.secret;
            // What is secret already stays in the hands that hold it, unless the new category is secret as well.
            if !self.secret || (category.secret && category.agency.is_some()) {
                next.agency = category.agency;
            }
        }
        next.class = class;
        next.needs_inspection = needs_inspection;
        next.times.verified = Some(now);
        if class != self.class || needs_inspection != self.needs_inspection || category.code != self.category {
            let due = calendar.due(self.times.reported, category.resolve_span(class, needs_inspection));
            next.deadlines.resolve = due.max(next.deadlines.verify);
        }
        Ok(next)
    }

    /// Given to an agency, perhaps to one officer of it.
    pub fn assign(&self, now: Timestamp, agency: Uuid, officer: Option<Uuid>) -> Result<Report, Refusal> {
        let mut next = self.moved(now, State::Assigned)?;
        next.agency = Some(agency);
        next.officer = officer;
        next.times.assigned = Some(now);
        Ok(next)
    }

    /// Forwarded inside the agency (disposisi): another officer, the same state.
    pub fn direct(&self, now: Timestamp, officer: Option<Uuid>) -> Result<Report, Refusal> {
        self.only_from(&[Status::Assigned, Status::InProgress])?;
        let mut next = self.changed(now);
        next.officer = officer;
        Ok(next)
    }

    /// Not this agency's: back to the coordinator, who finds the right one. Its deadlines stand.
    pub fn hand_back(&self, now: Timestamp) -> Result<Report, Refusal> {
        self.not_paused()?;
        self.only_from(&[Status::New, Status::Verified, Status::Assigned])?;
        let mut next = match self.status() {
            Status::New | Status::Verified => self.changed(now),
            _ => self.moved(now, State::Verified)?,
        };
        next.agency = None;
        next.officer = None;
        next.times.assigned = None;
        Ok(next)
    }

    /// Work has begun.
    pub fn start(&self, now: Timestamp) -> Result<Report, Refusal> {
        self.only_from(&[Status::Assigned, Status::Planned])?;
        let mut next = self.moved(now, State::InProgress)?;
        next.times.started = next.times.started.or(Some(now));
        Ok(next)
    }

    /// Something was said; a public word is the first answer if there was none.
    pub fn note(&self, now: Timestamp, public: bool) -> Report {
        let mut next = self.touched(now);
        if public {
            next.times.answered = next.times.answered.or(Some(now));
        }
        next
    }

    /// Another citizen follows it. That is no step of the work: the time of the last one stays.
    pub fn followed(&self, now: Timestamp) -> Report {
        let mut next = self.note(now, false);
        next.times.updated = self.times.updated;
        next.follower_count += 1;
        next
    }

    /// Needs budget: proposed for a year. Not counted as fixed.
    pub fn plan(&self, now: Timestamp, year: i64, reason: String) -> Result<Report, Refusal> {
        let mut next = self.moved(now, State::Planned { year, reason })?;
        next.times.answered = next.times.answered.or(Some(now));
        Ok(next)
    }

    /// Done, with what the citizen will read.
    pub fn resolve(&self, now: Timestamp, answer: String) -> Result<Report, Refusal> {
        let mut next = self.moved(now, State::Resolved { answer })?;
        next.times.resolved = Some(now);
        next.times.answered = next.times.answered.or(Some(now));
        Ok(next)
    }

    /// The last moment at which the citizen may say that it is not fixed.
    pub fn answer_back_until(&self, calendar: &Calendar) -> Option<Timestamp> {
        let resolved = self.times.resolved.filter(|_| self.status() == Status::Resolved)?;
        Some(calendar.due(resolved, ANSWER_BACK_SPAN))
    }

    /// The citizen says that it is not fixed. The agency gets the time of a first answer for its second try.
    pub fn reopen(&self, now: Timestamp, calendar: &Calendar) -> Result<Report, Refusal> {
        self.only_from(&[Status::Resolved])?;
        let mut next = self.moved(now, State::InProgress)?;
        if self.answer_back_until(calendar).is_some_and(|until| now > until) {
            return Err(Refusal::new("report.refused.too_late_to_reopen").with("number", self.number.clone()));
        }
        next.times.resolved = None;
        next.reopened_count += 1;
        next.deadlines.resolve = next.deadlines.resolve.max(calendar.due(now, SECOND_TRY_SPAN));
        next.level = Level::None;
        Ok(next)
    }

    /// Over: the citizen said so, or the ten days passed.
    pub fn close(&self, now: Timestamp, confirmed: bool) -> Result<Report, Refusal> {
        let answer = self.answer().unwrap_or_default().to_owned();
        self.only_from(&[Status::Resolved])?;
        let mut next = self.moved(now, State::Closed { answer, confirmed })?;
        next.times.closed = Some(now);
        Ok(next)
    }

    /// Can't be acted on; the citizen reads why.
    pub fn reject(&self, now: Timestamp, code: String, text: String) -> Result<Report, Refusal> {
        self.end(now, State::Rejected { code, text })
    }

    /// Belongs to another body, which is named.
    pub fn send_elsewhere(&self, now: Timestamp, body: String, text: String) -> Result<Report, Refusal> {
        self.end(now, State::OutOfAuthority { body, text })
    }

    /// Laid down.
    pub fn archive(&self, now: Timestamp, reason: String) -> Result<Report, Refusal> {
        self.end(now, State::Archived { reason })
    }

    fn end(&self, now: Timestamp, state: State) -> Result<Report, Refusal> {
        let mut next = self.moved(now, state)?;
        next.times.closed = Some(now);
        next.times.answered = next.times.answered.or(Some(now));
        Ok(next)
    }

    /// The same as `other`. A chain of merges or a circle is refused: whoever follows one arrow is at the end.
    pub fn merge(&self, now: Timestamp, other: &Report) -> Result<Report, Refusal> {
        if other.id == self.id || other.status() == Status::Merged {
            return Err(Refusal::field("into", "report.refused.merge_target"));
        }
        if self.secret != other.secret || (self.secret && self.agency != other.agency) {
            return Err(Refusal::field("into", "report.refused.merge_secret"));
        }
        let mut next = self.moved(now, State::Merged { into: other.id })?;
        next.times.closed = Some(now);
        Ok(next)
    }

    /// Not the same after all: back to where it was.
    pub fn unmerge(&self, now: Timestamp) -> Result<Report, Refusal> {
        self.only_from(&[Status::Merged])?;
        let state = if self.times.verified.is_some() { State::Verified } else { State::New };
        let mut next = self.moved(now, state)?;
        next.times.closed = None;
        Ok(next)
    }

    /// Out of public view, or back into it.
    pub fn hide(&self, now: Timestamp, hidden: bool) -> Result<Report, Refusal> {
        if self.hidden == hidden {
            return Err(Refusal::new("report.refused.already"));
        }
        let mut next = self.changed(now);
        next.hidden = hidden;
        Ok(next)
    }

    /// Whether what a deadline asks for is still owed.
    pub fn owes(&self, deadline: &str) -> bool {
        let status = self.status();
        let working = matches!(status, Status::New | Status::Verified | Status::Assigned | Status::InProgress);
        let at_work = working && !self.is_paused();
        match deadline {
            what::VERIFY => at_work && status == Status::New,
            what::ANSWER => at_work && self.times.answered.is_none(),
            what::RESOLVE | what::WARN | what::LADDER => at_work,
            what::PAUSE => self.is_paused(),
            what::CLOSE => status == Status::Resolved,
            _ => false,
        }
    }

    /// One level up, or to `at_least` if that is higher; `None` where it is already that high.
    pub fn escalate(&self, now: Timestamp, at_least: Level) -> Option<Report> {
        if at_least <= self.level {
            return None;
        }
        let mut next = self.touched(now);
        next.level = at_least;
        Some(next)
    }

    /// The person is forgotten: what they wrote, where exactly it was, and their key. Times and states stay.
    pub fn erase(&self, now: Timestamp, placeholder: &str) -> Report {
        let mut next = self.changed(now);
        next.body = placeholder.to_owned();
        next.place.landmark = String::new();
        next.place.point = None;
        next.place.accuracy_m = None;
        next.attributes = None;
        next.media_url = None;
        next.token_hash = [0; 32];
        next.photo_count = 0;
        next
    }
}
