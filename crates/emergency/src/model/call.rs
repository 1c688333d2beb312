//! One telephone call to the emergency number: where it stands, who has it, and what it turned out to be.

use serde::{Deserialize, Serialize};
use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::cti::{Heard, LineState};
use super::named;

/// How often whoever has a call says so, in seconds.
pub const CLAIM_BEAT_SECONDS: i64 = 15;
/// A claim that was silent for so long is stale: anybody may take the call, in seconds.
pub const CLAIM_STALE_SECONDS: i64 = 45;
/// How long class and outcome can be taken back, in seconds.
pub const UNDO_SECONDS: i64 = 10;

named! {
    /// Where a call stands.
    pub enum CallStatus {
        /// It rings.
        Ringing = "ringing",
        /// A taker talks with the caller.
        Answered = "answered",
        /// The caller waits on hold.
        Held = "held",
        /// It is over, and what it was is not yet said.
        WrapUp = "wrap_up",
        /// It is over, and what it was is said.
        Ended = "ended",
        /// The caller left before anybody answered.
        Abandoned = "abandoned",
        /// Nobody answered.
        Missed = "missed",
    }
}

impl CallStatus {
    /// Whether the call still asks for somebody.
    pub fn is_open(self) -> bool {
        matches!(self, CallStatus::Ringing | CallStatus::Answered | CallStatus::Held | CallStatus::WrapUp)
    }
}

named! {
    /// What a call was (*klasifikasi*).
    pub enum CallClass {
        /// An emergency.
        Normal = "normal",
        /// Somebody asked for information.
        Information = "information",
        /// Somebody played.
        Prank = "prank",
        /// Nobody spoke. It may be somebody who can't.
        Ghost = "ghost",
        /// It broke off.
        Disconnected = "disconnected",
        /// A wrong number.
        WrongNumber = "wrong_number",
        /// A test.
        Test = "test",
        /// Nobody answered, so nobody knows.
        Unclassified = "unclassified",
    }
}

impl CallClass {
    /// The classes that a taker chooses from, in the order of their keys.
    pub fn choices() -> impl Iterator<Item = CallClass> {
        CallClass::ALL.iter().copied().filter(|class| *class != CallClass::Unclassified)
    }
}

named! {
    /// What came of a call.
    pub enum CallOutcome {
        /// An incident.
        Incident = "incident",
        /// A citizen's report.
        Report = "report",
        /// It was answered.
        Answered = "answered",
        /// It was passed to another body.
        Transferred = "transferred",
        /// Nothing.
        None = "none",
    }
}

named! {
    /// By which way a call came. A telephone of Simpul's own would be one more.
    pub enum CallSource {
        /// The telephone system told of it.
        Cti = "cti",
        /// A taker wrote it down: it came to another number.
        Manual = "manual",
        /// By radio.
        Radio = "radio",
        /// Somebody came to the door.
        WalkIn = "walk_in",
        /// The police emergency number 110 handed it over.
        From110 = "from_110",
        /// The fire brigade's number 113 handed it over.
        From113 = "from_113",
        /// The ambulance number 119 handed it over.
        From119 = "from_119",
        /// By a text: whoever is deaf can't call.
        Text = "text",
        /// It was written down on paper during an outage.
        Paper = "paper",
        /// From the telephone system's own records, after an outage.
        Cdr = "cdr",
    }
}

impl CallSource {
    /// The ways of a call that a taker writes down as it comes.
    pub fn by_hand() -> impl Iterator<Item = CallSource> {
        CallSource::ALL.iter().copied().filter(|source| source.is_by_hand())
    }

    /// Whether a taker writes such a call down as it comes.
    pub fn is_by_hand(self) -> bool {
        !matches!(self, CallSource::Cti | CallSource::Paper | CallSource::Cdr)
    }
}

/// Who has a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Who, as the journal names them.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
    /// When they last showed that they are there.
    pub beat: Timestamp,
}

impl Claim {
    /// A claim that begins now.
    pub fn new(by: &str, now: Timestamp) -> Claim {
        Claim { by: by.to_owned(), since: now, beat: now }
    }

    /// Whether whoever has it was silent for too long.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.micros_since(self.beat) >= CLAIM_STALE_SECONDS * SECOND_MICROS
    }
}

/// What was said of a call when it was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What it was.
    pub class: CallClass,
    /// What came of it.
    pub outcome: CallOutcome,
    /// When this was said.
    pub at: Timestamp,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Id.
    pub id: Uuid,
    /// Which line of the telephone system; empty for what was written down by hand.
    pub trunk: String,
    /// The telephone system's own id of it.
    pub call_id: String,
    /// By which way it came.
    pub source: CallSource,
    /// Where it stands.
    pub status: CallStatus,
    /// When it began to ring.
    pub started: Timestamp,
    /// When it was answered.
    pub answered: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// Time on hold, in microseconds.
    pub held_micros: i64,
    /// In which queue.
    pub queue: Option<String>,
    /// The extension that has it, or had it last.
    pub agent: Option<String>,
    /// Whether the caller keeps the number back.
    pub withheld: bool,
    /// Who has it.
    pub claim: Option<Claim>,
    /// What it was.
    pub verdict: Option<Verdict>,
    /// The incident that it led to.
    pub incident: Option<Uuid>,
    /// Whether it belongs to a drill.
    pub drill: bool,
    /// Counts its changes.
    pub version: i64,
}

/// How a claim came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimed {
    /// Nobody had the call.
    Free,
    /// Whoever asks has it already.
    Own,
    /// Whoever had it was silent for too long.
    Stale,
    /// A supervisor took it over.
    TakenOver,
    /// Whoever had it passed it on, and another picked it up.
    Passed,
}

impl Call {
    /// The call after the telephone system said more: what people said of it stays.
    pub fn heard(&self, heard: &Heard) -> Call {
        let verdict = self.verdict;
        let status = match heard.state {
            LineState::Ringing => CallStatus::Ringing,
            LineState::Talking => CallStatus::Answered,
            LineState::OnHold => CallStatus::Held,
            // What comes from records is no work for those who sit at the console now.
            LineState::Over if verdict.is_some() || self.source == CallSource::Cdr => CallStatus::Ended,
            LineState::Over => CallStatus::WrapUp,
            LineState::Abandoned => CallStatus::Abandoned,
            LineState::Missed => CallStatus::Missed,
        };
        Call {
            status,
            started: heard.started,
            answered: heard.answered,
            ended: heard.ended,
            held_micros: heard.held_micros,
            queue: heard.queue.clone(),
            agent: heard.agent.clone(),
            withheld: heard.caller_number.is_none(),
            ..self.clone()
        }
    }

    /// What the call counts as: what a taker said, or `unclassified`.
    pub fn class(&self) -> CallClass {
        self.verdict.map_or(CallClass::Unclassified, |verdict| verdict.class)
    }

    /// Whoever asks takes the call. A live claim of another gives way to a supervisor with a reason only.
    ///
    /// # Errors
    /// `emergency.refused.claimed` where another has it; `emergency.refused.call_over` where nothing is left to do;
    /// `emergency.refused.reason` where a supervisor gives none.
    pub fn claim(
        &self,
        by: &str,
        now: Timestamp,
        supervises: bool,
        reason: Option<&str>,
    ) -> Result<(Call, Claimed), Refusal> {
        if self.status == CallStatus::Ended {
            return Err(Refusal::new("emergency.refused.call_over"));
        }
        let how = match &self.claim {
            None => Claimed::Free,
            Some(claim) if claim.by == by => Claimed::Own,
            Some(claim) if claim.is_stale(now) => Claimed::Stale,
            Some(_) if !supervises => return Err(Refusal::new("emergency.refused.claimed")),
            Some(_) if reason.is_none_or(|reason| reason.trim().is_empty()) => {
                return Err(Refusal::field("reason", "emergency.refused.reason"));
            }
            Some(_) => Claimed::TakenOver,
        };
        let claim = match (&self.claim, how) {
            (Some(claim), Claimed::Own) => Claim { beat: now, ..claim.clone() },
            _ => Claim::new(by, now),
        };
        Ok((Call { claim: Some(claim), version: self.version + 1, ..self.clone() }, how))
    }

    /// The telephone system says that `by` talks with the caller now, at another extension than before: whoever had the
    /// call has let go of it by passing it on.
    ///
    /// # Errors
    /// `emergency.refused.call_over` where nothing is left to do.
    pub fn passed_to(&self, by: &str, now: Timestamp) -> Result<(Call, Claimed), Refusal> {
        match &self.claim {
            Some(claim) if claim.by != by && self.status != CallStatus::Ended => {
                let claim = Some(Claim::new(by, now));
                Ok((Call { claim, version: self.version + 1, ..self.clone() }, Claimed::Passed))
            }
            _ => self.claim(by, now, false, None),
        }
    }

    /// Whether `by` has the call.
    pub fn is_with(&self, by: &str) -> bool {
        self.claim.as_ref().is_some_and(|claim| claim.by == by)
    }

    /// Whoever works on a call has it from then on, and shows by it that they are there.
    ///
    /// # Errors
    /// `emergency.refused.not_yours` where another has it and is there.
    pub fn worked_by(&self, by: &str, now: Timestamp) -> Result<Call, Refusal> {
        let claim = match &self.claim {
            Some(claim) if claim.by == by => Claim { beat: now, ..claim.clone() },
            Some(claim) if !claim.is_stale(now) => return Err(Refusal::new("emergency.refused.not_yours")),
            _ => Claim::new(by, now),
        };
        Ok(Call { claim: Some(claim), ..self.clone() })
    }

    /// Says what the call was and what came of it; a call that is over is then done.
    ///
    /// # Errors
    /// `emergency.refused.not_yours` where another has it; `emergency.refused.still_ringing` where nobody has spoken
    /// with the caller; `emergency.refused.class` for what only Simpul may say; `emergency.refused.outcome_incident`
    /// for an incident that nobody has opened.
    pub fn classify(&self, by: &str, class: CallClass, outcome: CallOutcome, now: Timestamp) -> Result<Call, Refusal> {
        if self.claim.is_some() && !self.is_with(by) && !self.claim.as_ref().is_some_and(|claim| claim.is_stale(now)) {
            return Err(Refusal::new("emergency.refused.not_yours"));
        }
        if self.status == CallStatus::Ringing {
            return Err(Refusal::new("emergency.refused.still_ringing"));
        }
        if class == CallClass::Unclassified {
            return Err(Refusal::field("class", "emergency.refused.class"));
        }
        if outcome == CallOutcome::Incident && self.incident.is_none() {
            return Err(Refusal::field("outcome", "emergency.refused.outcome_incident"));
        }
        let status = match self.status {
            CallStatus::WrapUp => CallStatus::Ended,
            other => other,
        };
        let verdict = Some(Verdict { class, outcome, at: now });
        Ok(Call { status, verdict, version: self.version + 1, ..self.clone() })
    }

    /// Takes back what was said of the call, for a few seconds.
    ///
    /// # Errors
    /// `emergency.refused.not_yours` where another has it; `emergency.refused.undo` where nothing was said, or too long
    /// ago.
    pub fn unclassify(&self, by: &str, now: Timestamp) -> Result<Call, Refusal> {
        if self.claim.is_some() && !self.is_with(by) {
            return Err(Refusal::new("emergency.refused.not_yours"));
        }
        let fresh = |verdict: &Verdict| now.micros_since(verdict.at) <= UNDO_SECONDS * SECOND_MICROS;
        if !self.verdict.as_ref().is_some_and(fresh) {
            return Err(Refusal::new("emergency.refused.undo").with("seconds", UNDO_SECONDS.to_string()));
        }
        let status = if self.status == CallStatus::Ended { CallStatus::WrapUp } else { self.status };
        Ok(Call { status, verdict: None, version: self.version + 1, ..self.clone() })
    }

    /// How long the caller waited, in microseconds; `None` while it rings.
    pub fn waited_micros(&self) -> Option<i64> {
        let until = self.answered.or(self.ended)?;
        Some(until.micros_since(self.started).max(0))
    }

    /// How long was talked, without the time on hold, in microseconds.
    pub fn talked_micros(&self) -> Option<i64> {
        let (from, until) = self.answered.zip(self.ended)?;
        Some((until.micros_since(from) - self.held_micros).max(0))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::cti::{CtiEvent, CtiKind, hear};

    pub(crate) fn at(seconds: i64) -> Timestamp {
        Timestamp(1_800_000_000_000_000).plus_micros(seconds * SECOND_MICROS)
    }

    pub(crate) fn ringing() -> Call {
        Call {
            id: Uuid::from_u128(1),
            trunk: "utama".to_owned(),
            call_id: "a-1".to_owned(),
            source: CallSource::Cti,
            status: CallStatus::Ringing,
            started: at(0),
            answered: None,
            ended: None,
            held_micros: 0,
            queue: None,
            agent: None,
            withheld: true,
            claim: None,
            verdict: None,
            incident: None,
            drill: false,
            version: 1,
        }
    }

    fn over() -> Call {
        let words = [CtiKind::Ringing, CtiKind::Answered, CtiKind::Ended];
        let words: Vec<CtiEvent> = words.iter().zip([0, 8, 68]).map(|(kind, s)| CtiEvent::new(*kind, at(s))).collect();
        ringing().heard(&hear(&words).unwrap())
    }

    #[test]
    fn of_two_takers_the_second_is_refused_until_the_first_falls_silent() {
        let (call, how) = ringing().claim("officer:a", at(1), false, None).unwrap();
        assert_eq!(how, Claimed::Free);
        assert_eq!(call.claim("officer:a", at(2), false, None).unwrap().1, Claimed::Own);
        assert_eq!(call.claim("officer:b", at(45), false, None).unwrap_err().key, "emergency.refused.claimed");
        let (call, how) = call.claim("officer:b", at(46), false, None).unwrap();
        assert_eq!((how, call.is_with("officer:b")), (Claimed::Stale, true));
    }

    #[test]
    fn who_works_on_a_call_has_it_and_nobody_works_on_another_s() {
        let call = ringing().worked_by("officer:a", at(1)).unwrap();
        assert!(call.is_with("officer:a"));
        assert_eq!(call.worked_by("officer:b", at(40)).unwrap_err().key, "emergency.refused.not_yours");
        let call = call.worked_by("officer:a", at(44)).unwrap();
        assert!(call.worked_by("officer:b", at(60)).is_err(), "work shows that one is there");
        assert!(call.worked_by("officer:b", at(89)).unwrap().is_with("officer:b"));
    }

    #[test]
    fn a_live_claim_gives_way_to_a_supervisor_with_a_reason_only() {
        let (call, _) = ringing().claim("officer:a", at(1), false, None).unwrap();
        assert_eq!(call.claim("officer:s", at(2), true, Some(" ")).unwrap_err().field, Some("reason"));
        let (call, how) = call.claim("officer:s", at(2), true, Some("Rina sakit")).unwrap();
        assert_eq!((how, call.is_with("officer:s")), (Claimed::TakenOver, true));
    }

    #[test]
    fn a_call_is_done_when_it_is_said_what_it_was_and_this_can_be_taken_back_for_ten_seconds() {
        let call = over();
        assert_eq!((call.status, call.class()), (CallStatus::WrapUp, CallClass::Unclassified));
        assert_eq!((call.waited_micros(), call.talked_micros()), (Some(8 * SECOND_MICROS), Some(60 * SECOND_MICROS)));
        let done = call.classify("officer:a", CallClass::Prank, CallOutcome::None, at(70)).unwrap();
        assert_eq!((done.status, done.class()), (CallStatus::Ended, CallClass::Prank));
        assert_eq!(done.unclassify("officer:a", at(80)).unwrap().status, CallStatus::WrapUp);
        assert_eq!(done.unclassify("officer:a", at(81)).unwrap_err().key, "emergency.refused.undo");
        let (held, _) = call.claim("officer:a", at(69), false, None).unwrap();
        let held = held.classify("officer:a", CallClass::Prank, CallOutcome::None, at(70)).unwrap();
        assert_eq!(held.unclassify("officer:b", at(75)).unwrap_err().key, "emergency.refused.not_yours");
        assert_eq!(done.claim("officer:b", at(90), false, None).unwrap_err().key, "emergency.refused.call_over");
    }

    #[test]
    fn no_incident_came_of_a_call_to_which_none_belongs() {
        let said = |call: &Call| call.classify("officer:a", CallClass::Normal, CallOutcome::Incident, at(70));
        assert_eq!(said(&over()).unwrap_err().key, "emergency.refused.outcome_incident");
        let opened = Call { incident: Some(Uuid::from_u128(7)), ..over() };
        assert!(said(&opened).is_ok());
    }

    #[test]
    fn a_late_word_of_the_switch_does_not_undo_what_people_said() {
        let done = over().classify("officer:a", CallClass::Normal, CallOutcome::Report, at(70)).unwrap();
        let words = [CtiEvent::new(CtiKind::Answered, at(8)), CtiEvent::new(CtiKind::Ended, at(90))];
        let heard = done.heard(&hear(&words).unwrap());
        assert_eq!((heard.status, heard.class()), (CallStatus::Ended, CallClass::Normal));
    }

    #[test]
    fn what_rings_can_t_be_classified_and_what_another_has_neither() {
        let refused = ringing().classify("officer:a", CallClass::Prank, CallOutcome::None, at(1)).unwrap_err();
        assert_eq!(refused.key, "emergency.refused.still_ringing");
        let (call, _) = over().claim("officer:a", at(69), false, None).unwrap();
        let refused = call.classify("officer:b", CallClass::Prank, CallOutcome::None, at(70)).unwrap_err();
        assert_eq!(refused.key, "emergency.refused.not_yours");
        let refused = over().classify("officer:a", CallClass::Unclassified, CallOutcome::None, at(70)).unwrap_err();
        assert_eq!(refused.field, Some("class"));
    }

    proptest! {
        #[test]
        fn a_call_has_one_holder_whoever_asks_and_whenever(
            asked in proptest::collection::vec((0..4u8, 0..40i64), 1..30),
        ) {
            let (mut call, mut now) = (ringing(), 0);
            for (who, wait) in asked {
                now += wait;
                let by = format!("officer:{who}");
                let before = call.claim.clone();
                match call.claim(&by, at(now), false, None) {
                    Ok((after, _)) => {
                        prop_assert!(after.is_with(&by));
                        call = after;
                    }
                    Err(_) => {
                        let held = before.unwrap();
                        prop_assert!(held.by != by && !held.is_stale(at(now)));
                    }
                }
            }
        }
    }
}
