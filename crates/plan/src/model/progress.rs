//! What an agency says of a programme in a period, and how it is checked.

use serde::{Deserialize, Serialize};
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::framework::names;
use super::quantity::Quantity;

/// Longest text of a progress report, in characters.
pub const SENTENCE_MAX_CHARS: usize = 500;
/// A whole, in hundredths of a per cent.
pub const WHOLE_POINTS: i64 = 10_000;

names! {
    /// Where a progress report stands.
    ProgressState {
        /// Being written.
        Draft = "draft",
        /// Handed in.
        Submitted = "submitted",
        /// Found in order.
        Verified = "verified",
        /// Sent back with a reason.
        Returned = "returned",
        /// Stands on the public pages, and changes no more.
        Published = "published",
    }
}

/// Something that is done with a progress report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Its agency writes.
    Write,
    /// Its agency hands it in.
    Submit,
    /// It is found in order.
    Verify,
    /// It is sent back.
    Return,
    /// It is published.
    Publish,
}

impl ProgressState {
    /// Where a step leads from here.
    ///
    /// # Errors
    /// `plan.refused.progress_state` with the state and what may follow it.
    pub fn after(self, step: Step) -> Result<ProgressState, Refusal> {
        use ProgressState::*;
        match (self, step) {
            (Draft | Returned, Step::Write) => Ok(self),
            (Draft | Returned, Step::Submit) => Ok(Submitted),
            (Submitted, Step::Verify) => Ok(Verified),
            (Submitted | Verified, Step::Return) => Ok(Returned),
            (Verified, Step::Publish) => Ok(Published),
            _ => Err(self.refusal()),
        }
    }

    fn refusal(self) -> Refusal {
        use ProgressState::*;
        let next: &[ProgressState] = match self {
            Draft | Returned => &[Submitted],
            Submitted => &[Verified, Returned],
            Verified => &[Published, Returned],
            Published => &[],
        };
        let refusal = Refusal::new("plan.refused.progress_state").with_words("state", [self.key()]);
        refusal.with_words("next", next.iter().map(|state| state.key()))
    }

    /// The catalogue's key.
    pub fn key(self) -> &'static str {
        match self {
            ProgressState::Draft => "plan.progress.draft",
            ProgressState::Submitted => "plan.progress.submitted",
            ProgressState::Verified => "plan.progress.verified",
            ProgressState::Returned => "plan.progress.returned",
            ProgressState::Published => "plan.progress.published",
        }
    }

    /// Whether its agency has done its part.
    pub fn is_handed_in(self) -> bool {
        !matches!(self, ProgressState::Draft | ProgressState::Returned)
    }
}

/// A progress report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Id.
    pub id: Uuid,
    /// The programme.
    pub programme: Uuid,
    /// The period.
    pub period: Uuid,
    /// The agency that tells.
    pub agency: Uuid,
    /// Where it stands.
    pub state: ProgressState,
    /// How it goes, in one sentence.
    pub sentence: String,
    /// What stands in the way.
    pub obstacle: String,
    /// What comes next.
    pub next_step: String,
    /// What somebody has to decide; empty where nothing.
    pub decision: String,
    /// Physical progress in hundredths of a per cent (realisasi fisik).
    pub physical: Option<i64>,
    /// When it was handed in first.
    pub first_submitted: Option<Timestamp>,
    /// When it was handed in last.
    pub submitted: Option<Timestamp>,
    /// Whether the first time was past the due day. It stays so.
    pub late: bool,
    /// Guards against two at once.
    pub version: i64,
}

/// A value that is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The indicator.
    pub indicator: Uuid,
    /// The district; 0 for the whole region.
    pub district: i64,
    /// How much.
    pub amount: Quantity,
    /// Why it is lower than before or far from the trajectory.
    pub why: String,
}

/// What the agency writes, as it was typed and checked for shape.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// How it goes.
    pub sentence: String,
    /// What stands in the way.
    pub obstacle: String,
    /// What comes next.
    pub next_step: String,
    /// What somebody has to decide.
    pub decision: String,
    /// Physical progress, in hundredths of a per cent.
    pub physical: Option<i64>,
}

/// Handed in for the first time or again. Whether it was late is settled by the first time.
pub fn submitted(progress: &Progress, now: Timestamp, due_at: Timestamp) -> Result<Progress, Refusal> {
    let state = progress.state.after(Step::Submit)?;
    let mut faults = Vec::new();
    if progress.sentence.trim().is_empty() {
        faults.push(Refusal::field("sentence", "plan.refused.no_sentence"));
    }
    if let Some(fault) = faults.pop() {
        return Err(fault);
    }
    let first = progress.first_submitted.unwrap_or(now);
    Ok(Progress {
        state,
        first_submitted: Some(first),
        submitted: Some(now),
        late: first >= due_at,
        version: progress.version + 1,
        ..progress.clone()
    })
}

/// Checked, sent back or published. Sending back needs a reason.
///
/// # Errors
/// `plan.refused.progress_state`, `plan.refused.no_reason`.
pub fn checked(progress: &Progress, step: Step, reason: &str) -> Result<Progress, Refusal> {
    let state = progress.state.after(step)?;
    if step == Step::Return && reason.trim().is_empty() {
        return Err(Refusal::field("reason", "plan.refused.no_reason"));
    }
    Ok(Progress { state, version: progress.version + 1, ..progress.clone() })
}

/// How much was handed in, and how much in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timeliness {
    /// So many were to be handed in.
    pub wanted: i64,
    /// So many were.
    pub handed_in: i64,
    /// Of these, in time.
    pub in_time: i64,
}

impl Timeliness {
    /// Share that was handed in, in hundredths of a per cent; `None` where nothing was wanted.
    pub fn complete(self) -> Option<i64> {
        Quantity::whole(self.handed_in).share_of(Quantity::whole(self.wanted))
    }

    /// Share that came in time.
    pub fn timely(self) -> Option<i64> {
        Quantity::whole(self.in_time).share_of(Quantity::whole(self.wanted))
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Timeliness) -> Timeliness {
        Timeliness {
            wanted: self.wanted + other.wanted,
            handed_in: self.handed_in + other.handed_in,
            in_time: self.in_time + other.in_time,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn progress(state: ProgressState) -> Progress {
        Progress {
            id: Uuid::nil(),
            programme: Uuid::nil(),
            period: Uuid::nil(),
            agency: Uuid::nil(),
            state,
            sentence: "Tiang sudah berdiri".to_owned(),
            obstacle: String::new(),
            next_step: String::new(),
            decision: String::new(),
            physical: None,
            first_submitted: None,
            submitted: None,
            late: false,
            version: 1,
        }
    }

    #[test]
    fn only_the_arrows_lead_on() {
        use ProgressState::*;
        let steps = [Step::Write, Step::Submit, Step::Verify, Step::Return, Step::Publish];
        let reach = |state: ProgressState| -> Vec<Option<ProgressState>> {
            steps.iter().map(|step| state.after(*step).ok()).collect()
        };
        assert_eq!(reach(Draft), [Some(Draft), Some(Submitted), None, None, None]);
        assert_eq!(reach(Submitted), [None, None, Some(Verified), Some(Returned), None]);
        assert_eq!(reach(Verified), [None, None, None, Some(Returned), Some(Published)]);
        assert_eq!(reach(Returned), [Some(Returned), Some(Submitted), None, None, None]);
        assert_eq!(reach(Published), [None, None, None, None, None], "what is published changes no more");
    }

    #[test]
    fn what_was_late_once_stays_late() {
        let first = submitted(&progress(ProgressState::Draft), Timestamp(11), Timestamp(10)).unwrap();
        assert!(first.late);
        let back = checked(&first, Step::Return, "Foto belum ada").unwrap();
        let again = submitted(&back, Timestamp(12), Timestamp(100)).unwrap();
        assert_eq!((again.first_submitted, again.submitted), (Some(Timestamp(11)), Some(Timestamp(12))));
        assert!(!submitted(&progress(ProgressState::Draft), Timestamp(9), Timestamp(10)).unwrap().late);
    }

    #[test]
    fn what_is_sent_back_says_why_and_what_is_handed_in_says_how_it_goes() {
        let handed_in = progress(ProgressState::Submitted);
        assert_eq!(checked(&handed_in, Step::Return, "  ").unwrap_err().key, "plan.refused.no_reason");
        let silent = Progress { sentence: " ".to_owned(), ..progress(ProgressState::Draft) };
        assert_eq!(submitted(&silent, Timestamp(1), Timestamp(2)).unwrap_err().key, "plan.refused.no_sentence");
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        assert_eq!(Timeliness::default().timely(), None);
        let some = Timeliness { wanted: 4, handed_in: 3, in_time: 1 };
        assert_eq!((some.complete(), some.timely()), (Some(7_500), Some(2_500)));
    }

    proptest! {
        #[test]
        fn no_way_leads_out_of_published(steps in proptest::collection::vec(0usize..5, 0..30)) {
            let all = [Step::Write, Step::Submit, Step::Verify, Step::Return, Step::Publish];
            let mut state = ProgressState::Draft;
            let mut published = false;
            for step in steps {
                if let Ok(next) = state.after(all[step]) {
                    prop_assert!(!published);
                    state = next;
                    published = state == ProgressState::Published;
                }
            }
        }
    }
}
