//! Silent is not prank, and who was cut off is called back: what a taker does to reach a caller, and what came of it.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::{Call, CallClass, CallStatus, named};

named! {
    /// How a taker tries to reach a caller.
    pub enum AttemptKind {
        /// The caller is called back.
        CallBack = "call_back",
        /// A caller who says nothing is asked to press 1.
        PressOne = "press_one",
    }
}

named! {
    /// What came of it.
    pub enum AttemptResult {
        /// Nothing yet: a taker is about to call.
        Asked = "asked",
        /// Nothing yet: the switch has been told to connect both.
        Dialled = "dialled",
        /// The caller was reached.
        Reached = "reached",
        /// Nobody answered.
        NoAnswer = "no_answer",
        /// The number was busy or off.
        Busy = "busy",
        /// Nobody will try again.
        GivenUp = "given_up",
        /// The caller pressed 1: somebody is there who can't speak.
        Pressed = "pressed",
        /// The caller pressed nothing.
        NotPressed = "not_pressed",
    }
}

impl AttemptKind {
    /// The results that a taker can tell.
    pub fn results(self) -> &'static [AttemptResult] {
        match self {
            AttemptKind::CallBack => {
                &[AttemptResult::Reached, AttemptResult::NoAnswer, AttemptResult::Busy, AttemptResult::GivenUp]
            }
            AttemptKind::PressOne => &[AttemptResult::Pressed, AttemptResult::NotPressed],
        }
    }

    /// Refuses a result that this can't have.
    ///
    /// # Errors
    /// `emergency.refused.choose` of the field `result`.
    pub fn check(self, result: AttemptResult) -> Result<(), Refusal> {
        if self.results().contains(&result) {
            return Ok(());
        }
        Err(Refusal::field("result", "emergency.refused.choose"))
    }
}

/// What a taker did to reach a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: Uuid,
    /// The call.
    pub call: Uuid,
    /// How.
    pub kind: AttemptKind,
    /// What came of it.
    pub result: AttemptResult,
    /// Who, as the journal names them.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

/// In which list of the console a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallList {
    /// Among those that ask for somebody.
    Queue,
    /// Among those that are over, and of which nobody has said yet what they were.
    WrapUp,
    /// Among those to be called back.
    CallBack,
    /// In none.
    Nowhere,
}

/// In which list a call stands, by whoever may have taken it: a call that one took stays in sight of the others.
pub fn list_of(call: &Call, attempts: &[Attempt], is_blocked: bool) -> CallList {
    let settled = |attempt: &Attempt| {
        attempt.kind == AttemptKind::CallBack
            && matches!(attempt.result, AttemptResult::Reached | AttemptResult::GivenUp)
    };
    let lost = matches!(call.status, CallStatus::Abandoned | CallStatus::Missed);
    match call.verdict {
        _ if call.status == CallStatus::WrapUp => CallList::WrapUp,
        _ if call.status.is_open() => CallList::Queue,
        None if lost && !is_blocked => CallList::CallBack,
        Some(said) if said.class == CallClass::Disconnected && !attempts.iter().any(settled) => CallList::CallBack,
        _ => CallList::Nowhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::Verdict;
    use crate::model::call::tests::{at, ringing};

    fn attempt(result: AttemptResult) -> Attempt {
        let (id, call) = (Uuid::nil(), Uuid::from_u128(1));
        Attempt { id, call, kind: AttemptKind::CallBack, result, author: "officer:a".to_owned(), at: at(0) }
    }

    #[test]
    fn a_missed_call_waits_for_a_call_back_until_it_is_said_what_it_was() {
        let missed = Call { status: CallStatus::Missed, ..ringing() };
        assert_eq!(list_of(&ringing(), &[], false), CallList::Queue);
        assert_eq!(list_of(&missed, &[], false), CallList::CallBack);
        let (held, _) = missed.claim("officer:a", at(1), false, None).unwrap();
        assert_eq!(list_of(&held, &[], false), CallList::CallBack, "others still see it, and who has it");
        assert_eq!(list_of(&missed, &[], true), CallList::Nowhere, "the dialplan turned it away");
        let said = held.classify("officer:a", CallClass::Prank, crate::model::CallOutcome::None, at(2)).unwrap();
        assert_eq!(list_of(&said, &[], false), CallList::Nowhere);
    }

    #[test]
    fn a_call_that_broke_off_waits_until_the_caller_is_reached_or_given_up() {
        let verdict =
            Some(Verdict { class: CallClass::Disconnected, outcome: crate::model::CallOutcome::None, at: at(1) });
        let cut = Call { status: CallStatus::Ended, verdict, ..ringing() };
        assert_eq!(list_of(&cut, &[], false), CallList::CallBack);
        assert_eq!(list_of(&cut, &[attempt(AttemptResult::NoAnswer)], false), CallList::CallBack);
        let tries = [attempt(AttemptResult::NoAnswer), attempt(AttemptResult::Reached)];
        assert_eq!(list_of(&cut, &tries, false), CallList::Nowhere);
    }

    #[test]
    fn each_way_has_its_own_results() {
        assert!(AttemptKind::PressOne.check(AttemptResult::Pressed).is_ok());
        assert_eq!(AttemptKind::PressOne.check(AttemptResult::Busy).unwrap_err().field, Some("result"));
        assert!(AttemptKind::CallBack.check(AttemptResult::Asked).is_err(), "only Simpul says so");
    }
}
