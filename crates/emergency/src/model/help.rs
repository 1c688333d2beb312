//! A taker asks for a supervisor in the middle of a call, and a supervisor takes a call over from whoever had it.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::Call;

/// A taker waits for a supervisor. It ends with the call, or when somebody says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// Id.
    pub id: Uuid,
    /// In which call.
    pub call: Uuid,
    /// When it was asked for.
    pub asked: Timestamp,
    /// Who asked, as the journal names them.
    pub by: String,
    /// Which supervisor comes, and since when.
    pub comes: Option<(String, Timestamp)>,
    /// When it was over.
    pub ended: Option<Timestamp>,
}

impl Help {
    /// Whoever has a call that goes on asks for a supervisor.
    ///
    /// # Errors
    /// `emergency.refused.not_yours` where another has the call; `emergency.refused.call_over` where it is over.
    pub fn ask(id: Uuid, call: &Call, by: &str, now: Timestamp) -> Result<Help, Refusal> {
        if !call.is_with(by) {
            return Err(Refusal::new("emergency.refused.not_yours"));
        }
        if !goes_on(call) {
            return Err(Refusal::new("emergency.refused.call_over"));
        }
        Ok(Help { id, call: call.id, asked: now, by: by.to_owned(), comes: None, ended: None })
    }

    /// Whether a supervisor is still to say anything.
    pub fn waits(&self) -> bool {
        self.ended.is_none() && self.comes.is_none()
    }

    /// A supervisor comes. Of two who say so the first is named.
    #[must_use]
    pub fn come(&self, by: &str, now: Timestamp) -> Help {
        match self.waits() {
            true => Help { comes: Some((by.to_owned(), now)), ..self.clone() },
            false => self.clone(),
        }
    }

    /// Whether `by` may say that nobody is needed any more: whoever asked, and supervisors.
    ///
    /// # Errors
    /// `emergency.refused.not_yours`.
    pub fn may_end(&self, by: &str, supervises: bool) -> Result<(), Refusal> {
        let may = supervises || self.by == by;
        if may { Ok(()) } else { Err(Refusal::new("emergency.refused.not_yours")) }
    }
}

/// Whether somebody is still on the line.
pub fn goes_on(call: &Call) -> bool {
    call.status.is_open() && call.ended.is_none()
}

/// A supervisor took a call from somebody who was there, with the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeOver {
    /// Id.
    pub id: Uuid,
    /// Which call.
    pub call: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who took it, as the journal names them.
    pub by: String,
    /// Who had it.
    pub from: String,
    /// Why; empty once it was kept long enough.
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CallStatus;
    use crate::model::call::tests::{at, ringing};

    fn held() -> Call {
        let (call, _) = ringing().claim("officer:a", at(1), false, None).unwrap();
        Call { status: CallStatus::Answered, answered: Some(at(1)), ..call }
    }

    #[test]
    fn only_whoever_has_a_call_that_goes_on_asks_for_a_supervisor() {
        let ask = |call: &Call, by| Help::ask(Uuid::nil(), call, by, at(9));
        assert!(ask(&held(), "officer:a").unwrap().waits());
        assert_eq!(ask(&held(), "officer:b").unwrap_err().key, "emergency.refused.not_yours");
        let over = Call { status: CallStatus::WrapUp, ended: Some(at(8)), ..held() };
        assert_eq!(ask(&over, "officer:a").unwrap_err().key, "emergency.refused.call_over");
        assert!(!goes_on(&Call { status: CallStatus::Missed, ..held() }));
    }

    #[test]
    fn of_two_supervisors_who_come_the_first_is_named_and_nobody_comes_to_what_is_over() {
        let asked = Help::ask(Uuid::nil(), &held(), "officer:a", at(9)).unwrap();
        let first = asked.come("officer:s", at(10));
        assert_eq!(first.come("officer:t", at(11)), first);
        let over = Help { ended: Some(at(10)), ..asked.clone() };
        assert_eq!(over.come("officer:s", at(11)), over);
        assert!(asked.may_end("officer:a", false).is_ok() && asked.may_end("officer:s", true).is_ok());
        assert!(asked.may_end("officer:b", false).is_err());
    }
}
