//! What an agency answers, as it was typed: carried out at once, or kept until somebody approves it.

use serde::{Deserialize, Serialize};
use simpul_kernel::calendar::parse_date;
use simpul_kernel::limits::LINE_MAX_CHARS;
use simpul_kernel::{Refusal, words};
use uuid::Uuid;

use super::PhotoRef;

/// By which letter, or under which number of another system, a report goes to the body that is competent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarding {
    /// The letter's number.
    pub letter_number: String,
    /// The letter's date, `YYYY-MM-DD`.
    pub letter_date: String,
    /// The number there, such as SP4N-LAPOR!'s.
    pub foreign_number: String,
}

/// The first day that a letter may be of: older ones are typing errors.
const LETTER_MIN_DATE: &str = "2000-01-01";

impl Forwarding {
    /// The words tidied. A letter has a number and a date that is not ahead of `today`, which is `YYYY-MM-DD` too.
    pub fn checked(&self, today: &str) -> Result<Forwarding, Refusal> {
        let line = |field, text: &str| words::clean_line(field, text, LINE_MAX_CHARS, false);
        let letter_number = line("letter_number", &self.letter_number)?;
        let foreign_number = line("foreign_number", &self.foreign_number)?;
        let typed = line("letter_date", &self.letter_date)?;
        if letter_number.is_empty() && !typed.is_empty() {
            return Err(Refusal::field("letter_number", "report.forwarding.number_missing"));
        }
        if !letter_number.is_empty() {
            // Such dates stand in the order of time as texts.
            if parse_date(&typed).is_none() || !(LETTER_MIN_DATE..=today).contains(&typed.as_str()) {
                return Err(Refusal::field("letter_date", "report.forwarding.date"));
            }
        }
        Ok(Forwarding { letter_number, letter_date: typed, foreign_number })
    }

    /// What the citizen reads of it behind the officer's words; `date` is the letter's day in full. Citizens' news are
    /// in Indonesian, as the ministry's are.
    pub fn sentence(&self, date: &str) -> String {
        let mut said = String::new();
        if !self.letter_number.is_empty() {
            said.push_str(&format!(" Surat nomor {} tanggal {date}.", self.letter_number));
        }
        if !self.foreign_number.is_empty() {
            said.push_str(&format!(" Nomor laporan di sana: {}.", self.foreign_number));
        }
        said
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        self.letter_number.is_empty() && self.foreign_number.is_empty()
    }
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Answer {
    /// Solved.
    Resolve {
        /// What was done.
        text: String,
        /// How it looks now.
        photos: Vec<PhotoRef>,
        /// Why there is no photo.
        no_photo_reason: String,
    },
    /// Needs budget.
    Plan {
        /// The budget year.
        year: i64,
        /// Why.
        reason: String,
    },
    /// Can't be acted on.
    Reject {
        /// Which reason of the region's list.
        code: String,
        /// More words.
        text: String,
    },
    /// Belongs to another body.
    SendElsewhere {
        /// The body's name.
        body: String,
        /// The body, where it stands in the list of agencies.
        agency: Option<Uuid>,
        /// How it was forwarded.
        text: String,
        /// By which letter or number.
        forwarding: Forwarding,
    },
}

impl Answer {
    /// The step's name in tables and journal.
    pub fn step(&self) -> &'static str {
        match self {
            Answer::Resolve { .. } => "resolve",
            Answer::Plan { .. } => "plan",
            Answer::Reject { .. } => "reject",
            Answer::SendElsewhere { .. } => "send_elsewhere",
        }
    }

    /// The words that the citizen will read.
    pub fn text(&self) -> &str {
        match self {
            Answer::Resolve { text, .. } | Answer::Reject { text, .. } | Answer::SendElsewhere { text, .. } => text,
            Answer::Plan { reason, .. } => reason,
        }
    }

    /// The same answer in other words.
    #[must_use]
    pub fn in_words(mut self, words: String) -> Answer {
        match &mut self {
            Answer::Resolve { text, .. } | Answer::Reject { text, .. } | Answer::SendElsewhere { text, .. } => {
                *text = words;
            }
            Answer::Plan { reason, .. } => *reason = words,
        }
        self
    }

    /// The photos that come with it.
    pub fn photos(&self) -> &[PhotoRef] {
        match self {
            Answer::Resolve { photos, .. } => photos,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_has_a_number_and_a_day_that_has_been() {
        let letter = |number: &str, date: &str| {
            let forwarding =
                Forwarding { letter_number: number.into(), letter_date: date.into(), foreign_number: String::new() };
            forwarding.checked("2026-11-02").map_err(|refusal| refusal.field)
        };
        assert!(letter("600/12/DPU", "2026-11-02").is_ok());
        assert!(letter("", "").unwrap().is_empty());
        for (number, date, field) in [
            ("600/12", "", "letter_date"),
            ("600/12", "2026-11-03", "letter_date"),
            ("600/12", "0026-11-01", "letter_date"),
            ("600/12", "2026-02-30", "letter_date"),
            ("600/12", "kemarin", "letter_date"),
            ("", "2026-11-01", "letter_number"),
        ] {
            assert_eq!(letter(number, date), Err(Some(field)), "{number} {date}");
        }
    }

    #[test]
    fn other_words_change_nothing_else() {
        let answer = Answer::Plan { year: 2027, reason: "a".into() };
        assert_eq!(answer.clone().in_words("b".into()), Answer::Plan { year: 2027, reason: "b".into() });
        let text = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
    }
}
