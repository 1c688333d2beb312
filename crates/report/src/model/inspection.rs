//! A field check: the letter that sends officers out (surat tugas) and what they write down there (berita acara).

use simpul_kernel::calendar::Calendar;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::category::Category;
use super::report::Report;
use super::status::Status;

/// Longest number of a letter, in characters.
pub const LETTER_NUMBER_MAX_CHARS: usize = 60;
/// Most days that one letter sends somebody out.
pub const LETTER_MAX_DAYS: i64 = 60;
/// Most officers that one letter names from the agency's list.
pub const LETTER_OFFICERS_MAX_COUNT: usize = 20;

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signer {
    /// Name with titles.
    pub name: Option<String>,
    /// Nomor induk pegawai.
    pub nip: Option<String>,
    /// "Kepala Dinas Perhubungan".
    pub title: Option<String>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Protocol {
    /// When they were there.
    pub at: Timestamp,
    /// The number of the berita acara.
    pub number: Option<String>,
    /// What they saw.
    pub findings: String,
    /// Who else was there, one a line.
    pub attendees: Option<String>,
    /// Where it was, in words.
    pub place: Option<String>,
    /// Where it was, by GPS.
    pub point: Option<Point>,
    /// The event that its photos came with.
    pub event: Option<Uuid>,
}

/// A field check.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// Id.
    pub id: Uuid,
    /// Of which report.
    pub report: Uuid,
    /// Who sends out.
    pub agency: Uuid,
    /// The year in which its numbers count.
    pub year: i64,
    /// The letter's number.
    pub number: Option<String>,
    /// The letter's day.
    pub dated: Timestamp,
    /// First day out.
    pub from: Timestamp,
    /// Last day out.
    pub until: Timestamp,
    /// What for.
    pub purpose: String,
    /// Officers of the agency's list.
    pub officers: Vec<Uuid>,
    /// Others that are sent, one a line.
    pub others: Option<String>,
    /// Who signs.
    pub signer: Signer,
    /// Who made it; `None` for a program.
    pub ordered_by: Option<Uuid>,
    /// When it was made.
    pub ordered: Timestamp,
    /// What was found; `None` until they were there.
    pub protocol: Option<Protocol>,
}

/// What an official paper still lacks. None is printed before all is there (domain.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// Its number.
    Number,
    /// Who is sent.
    Officers,
    /// Name of who signs.
    SignerName,
    /// NIP of who signs.
    SignerNip,
    /// Office of who signs.
    SignerTitle,
    /// A first step: nobody has been given anything.
    Steps,
}

impl Missing {
    /// Catalogue key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Missing::Number => "report.letter.no_number",
            Missing::Officers => "report.letter.no_officers",
            Missing::SignerName => "report.letter.no_signer",
            Missing::SignerNip => "report.letter.no_nip",
            Missing::SignerTitle => "report.letter.no_title",
            Missing::Steps => "report.letter.no_steps",
        }
    }
}

/// The form by which two numbers are the same: no case, no gaps.
pub fn number_key(number: &str) -> String {
    number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

impl Inspection {
    /// What the surat tugas still lacks.
    pub fn letter_lacks(&self) -> Vec<Missing> {
        let Signer { name, nip, title } = &self.signer;
        let checks = [
            (self.number.is_none(), Missing::Number),
            (self.officers.is_empty() && self.others.is_none(), Missing::Officers),
            (name.is_none(), Missing::SignerName),
            (nip.is_none(), Missing::SignerNip),
            (title.is_none(), Missing::SignerTitle),
        ];
        checks.into_iter().filter_map(|(lacks, what)| lacks.then_some(what)).collect()
    }

    /// What the berita acara still lacks: those who were sent sign it.
    pub fn protocol_lacks(&self) -> Vec<Missing> {
        let number = self.protocol.as_ref().and_then(|protocol| protocol.number.as_ref());
        let checks = [
            (number.is_none(), Missing::Number),
            (self.officers.is_empty() && self.others.is_none(), Missing::Officers),
        ];
        checks.into_iter().filter_map(|(lacks, what)| lacks.then_some(what)).collect()
    }

    /// Whether the letter may still be written anew: what somebody went out on stays as it was, but for what it lacked.
    pub fn may_change_letter(&self) -> bool {
        self.protocol.is_none() || !self.letter_lacks().is_empty()
    }

    /// Refuses a letter whose days make no sense.
    pub fn check_days(&self) -> Result<(), Refusal> {
        let days = self.until.micros_since(self.from) / simpul_kernel::clock::DAY_MICROS;
        if !(0..LETTER_MAX_DAYS).contains(&days) {
            return Err(Refusal::field("until", "report.letter.days").with("most", LETTER_MAX_DAYS.to_string()));
        }
        Ok(())
    }
}

impl Report {
    /// Whether a field check may be ordered: it is known to be real work and not over.
    pub fn may_be_inspected(&self) -> bool {
        matches!(self.status(), Status::Verified | Status::Assigned | Status::InProgress | Status::Planned)
    }

    /// The moment to which a field examination would move the citizen's deadline; `None` where it would not, or may
    /// not: what is late stays late.
    pub fn examination_due(&self, now: Timestamp, calendar: &Calendar, category: &Category) -> Option<Timestamp> {
        let working = matches!(self.status(), Status::Verified | Status::Assigned | Status::InProgress);
        if !working || self.is_paused() || self.needs_inspection || self.deadlines.resolve < now {
            return None;
        }
        let due = calendar.due(self.times.reported, category.resolve_span(self.class, true));
        (due > self.deadlines.resolve).then_some(due)
    }

    /// Needs a field examination: 60 working days (PermenPANRB 62/2018).
    pub fn set_examination(&self, now: Timestamp, calendar: &Calendar, category: &Category) -> Result<Report, Refusal> {
        let due = self.examination_due(now, calendar, category);
        let due = due.ok_or_else(|| Refusal::field("extend", "report.letter.no_extension"))?;
        let mut next = self.clone();
        next.version += 1;
        next.times.updated = now;
        next.needs_inspection = true;
        next.deadlines.resolve = due;
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use simpul_kernel::calendar::Zone;
    use simpul_kernel::clock::DAY_MICROS;

    use super::super::life::{START, category, report};
    use super::super::{Class, State};
    use super::*;

    fn letter() -> Inspection {
        Inspection {
            id: Uuid::from_u128(1),
            report: Uuid::from_u128(2),
            agency: Uuid::from_u128(3),
            year: 2026,
            number: Some("800/12/ST/2026".into()),
            dated: START,
            from: START,
            until: START,
            purpose: "Memeriksa tiang lampu".into(),
            officers: vec![Uuid::from_u128(4)],
            others: None,
            signer: Signer { name: Some("A".into()), nip: Some("1".into()), title: Some("Kepala".into()) },
            ordered_by: None,
            ordered: START,
            protocol: None,
        }
    }

    #[test]
    fn a_letter_says_what_it_lacks() {
        assert!(letter().letter_lacks().is_empty());
        let bare = Inspection { number: None, officers: vec![], signer: Signer::default(), ..letter() };
        let all = [Missing::Number, Missing::Officers, Missing::SignerName, Missing::SignerNip, Missing::SignerTitle];
        assert_eq!(bare.letter_lacks(), all);
        assert_eq!(bare.protocol_lacks(), [Missing::Number, Missing::Officers]);
    }

    #[test]
    fn a_letter_ends_after_it_begins() {
        let days = |days: i64| Inspection { until: START.plus_micros(days * DAY_MICROS), ..letter() }.check_days();
        assert!(days(0).is_ok() && days(59).is_ok());
        assert!(days(-1).is_err() && days(60).is_err());
    }

    #[test]
    fn two_numbers_are_the_same_whatever_their_gaps_and_case() {
        assert_eq!(number_key("800 / 12 /st/ 2026"), number_key("800/12/ST/2026"));
        assert_ne!(number_key("800/12"), number_key("800/13"));
    }

    #[test]
    fn an_examination_moves_the_deadline_once_and_never_when_it_is_late() {
        let calendar = Calendar::standard(Zone::Wita);
        let category = category("lampu_jalan", 7);
        let new = report(1);
        assert_eq!(new.examination_due(START, &calendar, &category), None, "nobody has read it yet");
        let mut working = new.verify(START, &calendar, &category, Class::Complaint, false).unwrap();
        working.state = State::InProgress;
        let moved = working.set_examination(START, &calendar, &category).unwrap();
        assert_eq!(calendar.working_days_between(START, moved.deadlines.resolve), 60);
        assert!(moved.set_examination(START, &calendar, &category).is_err());
        let late = working.deadlines.resolve.plus_micros(1);
        assert!(working.set_examination(late, &calendar, &category).is_err());
    }
}
