//! What a telephone system says of a call, and what follows from all that it said.
//!
//! Switches repeat themselves, and the network lets a later word arrive first. Therefore a call keeps the *set* of what
//! was said, and where it stands is read from that set anew each time: any order, and any number of repetitions, ends
//! in the same state.

use serde::{Deserialize, Serialize};
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};
use simpul_kernel::{Refusal, Timestamp};

/// Longest word of a telephone system (call id, number, agent, queue, reason), in characters.
pub const WORD_MAX_CHARS: usize = 120;
/// Longest address of a recording, in characters.
pub const RECORDING_URL_MAX_CHARS: usize = 500;
/// How far a switch's clock may run ahead of ours, in hours.
pub const AHEAD_MAX_HOURS: i64 = 1;
/// How late a word of a switch may come, in days: after an outage the switch sends what it kept.
pub const BEHIND_MAX_DAYS: i64 = 31;
/// Most words that are kept of one call; a switch that says more is broken or hostile.
pub const EVENTS_MAX_COUNT: usize = 500;

/// The reason of a call that is passed on without waiting whether anybody picks it up.
pub const BLIND: &str = "blind";

/// What happened to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CtiKind {
    /// It rings.
    Ringing,
    /// Somebody took it.
    Answered,
    /// It was put on hold.
    Held,
    /// It goes on after a hold.
    Resumed,
    /// Somebody else took it over; with the reason [`BLIND`] it was passed on, and nobody has picked it up yet.
    Transferred,
    /// The caller left before anybody answered.
    Abandoned,
    /// It is over.
    Ended,
}

impl CtiKind {
    /// Every kind, in the order in which they happen at one instant.
    pub const ALL: [CtiKind; 7] = [
        CtiKind::Ringing,
        CtiKind::Answered,
        CtiKind::Held,
        CtiKind::Resumed,
        CtiKind::Transferred,
        CtiKind::Abandoned,
        CtiKind::Ended,
    ];

    /// The name in tables and in the API.
    pub fn name(self) -> &'static str {
        match self {
            CtiKind::Ringing => "ringing",
            CtiKind::Answered => "answered",
            CtiKind::Held => "held",
            CtiKind::Resumed => "resumed",
            CtiKind::Transferred => "transferred",
            CtiKind::Abandoned => "abandoned",
            CtiKind::Ended => "ended",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<CtiKind> {
        CtiKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One word of a telephone system about one call.
///
/// The order of the fields is the order of the words: by time first, then by what can only follow the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CtiEvent {
    /// When, by the switch's clock.
    pub at: Timestamp,
    /// What.
    pub kind: CtiKind,
    /// The extension that answered, or to which the call was handed over.
    pub agent: Option<String>,
    /// Why, in the switch's own word.
    pub reason: Option<String>,
    /// Who calls; absent where it is withheld.
    pub caller_number: Option<String>,
    /// Which number was called.
    pub called_number: Option<String>,
    /// In which queue it waits.
    pub queue: Option<String>,
    /// Where its recording lies.
    pub recording_url: Option<String>,
}

impl CtiEvent {
    /// A word without details.
    pub fn new(kind: CtiKind, at: Timestamp) -> CtiEvent {
        CtiEvent {
            at,
            kind,
            agent: None,
            reason: None,
            caller_number: None,
            called_number: None,
            queue: None,
            recording_url: None,
        }
    }

    /// The same word by or to that extension.
    #[must_use]
    pub fn by(mut self, agent: &str) -> CtiEvent {
        self.agent = Some(agent.to_owned());
        self
    }

    /// Whether the call is passed on to where nobody has picked it up yet.
    pub fn is_blind(&self) -> bool {
        self.kind == CtiKind::Transferred
            && self.reason.as_deref().is_some_and(|reason| reason.eq_ignore_ascii_case(BLIND))
    }

    /// Whether somebody talks with the caller from then on.
    fn is_picked_up(&self) -> bool {
        matches!(self.kind, CtiKind::Answered | CtiKind::Transferred) && !self.is_blind()
    }

    /// Refuses a time that no telephone call has: it is a switch with a wrong clock, or no switch.
    ///
    /// # Errors
    /// `emergency.refused.time` of the field `at`.
    pub fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        let ahead = self.at.micros_since(now);
        if ahead > AHEAD_MAX_HOURS * HOUR_MICROS || -ahead > BEHIND_MAX_DAYS * DAY_MICROS {
            return Err(Refusal::field("at", "emergency.refused.time")
                .with("hours", AHEAD_MAX_HOURS.to_string())
                .with("days", BEHIND_MAX_DAYS.to_string()));
        }
        Ok(())
    }
}

/// Where a call stands on the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineState {
    /// It rings.
    Ringing,
    /// Somebody talks with the caller.
    Talking,
    /// The caller waits on hold.
    OnHold,
    /// It was answered and is over.
    Over,
    /// The caller left before anybody answered.
    Abandoned,
    /// It ended and nobody had answered.
    Missed,
}

/// What all words about a call say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Where it stands.
    pub state: LineState,
    /// When it began to ring.
    pub started: Timestamp,
    /// When it was first answered.
    pub answered: Option<Timestamp>,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// Time on hold so far, in microseconds.
    pub held_micros: i64,
    /// Since when it is on hold.
    pub held_since: Option<Timestamp>,
    /// The extension that has it, or had it last.
    pub agent: Option<String>,
    /// Who calls.
    pub caller_number: Option<String>,
    /// Which number was called.
    pub called_number: Option<String>,
    /// In which queue.
    pub queue: Option<String>,
    /// Where its recording lies.
    pub recording_url: Option<String>,
}

/// Reads where a call stands from all that was said of it; `None` where nothing was.
pub fn hear(events: &[CtiEvent]) -> Option<Heard> {
    let mut events: Vec<&CtiEvent> = events.iter().collect();
    events.sort();
    events.dedup();
    let first = events.first()?;
    let first_of = |kind| events.iter().find(|event| event.kind == kind).map(|event| event.at);
    let last_of = |kind| events.iter().rev().find(|event| event.kind == kind).map(|event| event.at);
    // Who is handed a call talks, though the switch may have left out that it was answered.
    let answered = [CtiKind::Answered, CtiKind::Held, CtiKind::Resumed, CtiKind::Transferred]
        .into_iter()
        .filter_map(first_of)
        .min();
    // A queue tells of each leg's end; the call is over with the last.
    let ended = last_of(CtiKind::Ended).or(if answered.is_none() { first_of(CtiKind::Abandoned) } else { None });
    let (held_micros, held_since) = on_hold(&events, ended);
    let state = match (ended, answered) {
        (Some(_), Some(_)) => LineState::Over,
        (Some(_), None) if first_of(CtiKind::Abandoned).is_some() => LineState::Abandoned,
        (Some(_), None) => LineState::Missed,
        (None, Some(_)) if held_since.is_some() => LineState::OnHold,
        (None, Some(_)) => LineState::Talking,
        (None, None) => LineState::Ringing,
    };
    let spoken = |of: fn(&CtiEvent) -> &Option<String>| events.iter().find_map(|event| of(event).clone());
    // Whoever is passed a call blindly has it once they pick it up.
    let has_agent = |event: &&&CtiEvent| event.is_picked_up();
    Some(Heard {
        state,
        started: first_of(CtiKind::Ringing).unwrap_or(first.at),
        answered,
        ended,
        held_micros,
        held_since,
        agent: events.iter().rev().filter(has_agent).find_map(|event| event.agent.clone()),
        caller_number: spoken(|event| &event.caller_number),
        called_number: spoken(|event| &event.called_number),
        queue: spoken(|event| &event.queue),
        recording_url: spoken(|event| &event.recording_url),
    })
}

/// Time on hold that is over, and since when a hold lasts. Whoever takes the call over takes it off hold. A caller who
/// was passed on blindly waits as well, until somebody picks up; that the switch takes them off hold on the way ends
/// nothing.
fn on_hold(events: &[&CtiEvent], ended: Option<Timestamp>) -> (i64, Option<Timestamp>) {
    let (mut total, mut since, mut passed) = (0, None, false);
    for (at, event) in events.iter().enumerate() {
        match (event.kind, since) {
            (CtiKind::Transferred, _) if event.is_blind() => {
                passed = !picked_up_at_once(events, at);
                since = since.or(Some(event.at)).filter(|_| passed);
            }
            (CtiKind::Held, None) => since = Some(event.at),
            (CtiKind::Resumed, Some(_)) if passed => {}
            (CtiKind::Resumed | CtiKind::Transferred, Some(from)) => {
                total += event.at.micros_since(from);
                (since, passed) = (None, false);
            }
            (CtiKind::Answered, Some(from)) if passed => {
                total += event.at.micros_since(from);
                (since, passed) = (None, false);
            }
            _ => {}
        }
    }
    match (since, ended) {
        (Some(from), Some(end)) => (total + end.micros_since(from).max(0), None),
        _ => (total, since),
    }
}

/// Whether whoever the call at `place` was passed to has answered at the same instant: a switch that counts whole
/// seconds can't tell which came first.
fn picked_up_at_once(events: &[&CtiEvent], place: usize) -> bool {
    let passed = events[place];
    let same = |event: &&&CtiEvent| event.at == passed.at && event.kind == CtiKind::Answered;
    passed.agent.is_some() && events.iter().filter(same).any(|event| event.agent == passed.agent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_kernel::clock::SECOND_MICROS;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp(1_800_000_000_000_000).plus_micros(seconds * SECOND_MICROS)
    }

    fn word(kind: CtiKind, seconds: i64) -> CtiEvent {
        CtiEvent::new(kind, at(seconds))
    }

    #[test]
    fn a_call_that_is_answered_held_and_ended_has_its_times() {
        let events = [
            word(CtiKind::Ringing, 0),
            word(CtiKind::Answered, 7).by("201"),
            word(CtiKind::Held, 20),
            word(CtiKind::Resumed, 50),
            word(CtiKind::Transferred, 60).by("202"),
            word(CtiKind::Ended, 100),
        ];
        let heard = hear(&events).unwrap();
        assert_eq!((heard.state, heard.held_micros), (LineState::Over, 30 * SECOND_MICROS));
        assert_eq!((heard.started, heard.answered, heard.ended), (at(0), Some(at(7)), Some(at(100))));
        assert_eq!(heard.agent.as_deref(), Some("202"));
    }

    #[test]
    fn a_caller_who_leaves_is_not_one_whom_nobody_answered() {
        let left = [word(CtiKind::Ringing, 0), word(CtiKind::Abandoned, 9), word(CtiKind::Ended, 9)];
        assert_eq!(hear(&left).unwrap().state, LineState::Abandoned);
        let nobody = [word(CtiKind::Ringing, 0), word(CtiKind::Ended, 60)];
        assert_eq!(hear(&nobody).unwrap().state, LineState::Missed);
        // A queue tells that the caller left it, as another queue answers.
        let answered = [word(CtiKind::Ringing, 0), word(CtiKind::Abandoned, 5), word(CtiKind::Answered, 6)];
        assert_eq!(hear(&answered).unwrap().state, LineState::Talking);
    }

    #[test]
    fn a_hold_that_was_never_taken_back_ends_with_the_call() {
        let on = [word(CtiKind::Answered, 0), word(CtiKind::Held, 10)];
        assert_eq!(hear(&on).unwrap().state, LineState::OnHold);
        let over = [on[0].clone(), on[1].clone(), word(CtiKind::Ended, 25)];
        assert_eq!(hear(&over).unwrap().held_micros, 15 * SECOND_MICROS);
    }

    fn blind(seconds: i64, agent: &str) -> CtiEvent {
        CtiEvent { reason: Some("Blind".to_owned()), ..word(CtiKind::Transferred, seconds).by(agent) }
    }

    #[test]
    fn who_is_passed_on_blindly_waits_until_somebody_picks_up() {
        let mut said = vec![word(CtiKind::Ringing, 0), word(CtiKind::Answered, 5).by("201"), blind(20, "203")];
        let waits = hear(&said).unwrap();
        assert_eq!((waits.state, waits.held_since), (LineState::OnHold, Some(at(20))));
        assert_eq!(waits.agent.as_deref(), Some("201"), "203 has not picked up");
        // That the switch takes the caller off hold on the way says nothing of anybody who would talk.
        said.push(word(CtiKind::Resumed, 21));
        assert_eq!(hear(&said).unwrap().state, LineState::OnHold);
        let mut left = said.clone();
        left.push(word(CtiKind::Ended, 50));
        let left = hear(&left).unwrap();
        assert_eq!((left.state, left.held_micros), (LineState::Over, 30 * SECOND_MICROS));
        said.push(word(CtiKind::Transferred, 35).by("203"));
        let talks = hear(&said).unwrap();
        assert_eq!((talks.state, talks.held_micros), (LineState::Talking, 15 * SECOND_MICROS));
        assert_eq!(talks.agent.as_deref(), Some("203"));
        said.push(blind(40, "204"));
        said.push(word(CtiKind::Answered, 44).by("201"));
        let back = hear(&said).unwrap();
        assert_eq!((back.state, back.agent.as_deref()), (LineState::Talking, Some("201")), "it came back to 201");
    }

    #[test]
    fn a_switch_that_counts_whole_seconds_may_tell_of_both_at_once() {
        let said = [word(CtiKind::Answered, 5).by("201"), blind(20, "203"), word(CtiKind::Answered, 20).by("203")];
        let heard = hear(&said).unwrap();
        assert_eq!((heard.state, heard.agent.as_deref()), (LineState::Talking, Some("203")));
        let own = [word(CtiKind::Answered, 20).by("201"), blind(20, "203")];
        assert_eq!(hear(&own).unwrap().state, LineState::OnHold, "who passes it on at once has not picked it up");
    }

    #[test]
    fn nothing_said_is_no_call_and_a_clock_of_another_year_is_refused() {
        assert!(hear(&[]).is_none());
        assert!(word(CtiKind::Ringing, 0).check_time(at(0)).is_ok());
        assert!(word(CtiKind::Ringing, 3601).check_time(at(0)).is_err());
        assert!(word(CtiKind::Ringing, 0).check_time(at(32 * 86_400)).is_err());
    }

    fn any_event() -> impl Strategy<Value = CtiEvent> {
        let agent = proptest::option::of(prop_oneof![Just("201".to_owned()), Just("202".to_owned())]);
        let number = proptest::option::of(prop_oneof![Just("0812".to_owned()), Just("0813".to_owned())]);
        let reason = proptest::option::of(Just(BLIND.to_owned()));
        (0..7usize, 0..30i64, agent, number, reason).prop_map(|(kind, seconds, agent, caller_number, reason)| {
            CtiEvent { agent, reason, caller_number, ..word(CtiKind::ALL[kind], seconds) }
        })
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_ends_in_one_state(
            events in proptest::collection::vec(any_event(), 1..12),
            order in any::<prop::sample::Index>(),
            again in proptest::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let once = hear(&events);
            let mut other = events.clone();
            other.rotate_left(order.index(events.len()));
            other.reverse();
            for index in again {
                other.push(events[index.index(events.len())].clone());
            }
            prop_assert_eq!(once, hear(&other));
        }

        #[test]
        fn a_blind_transfer_that_nobody_picks_up_is_never_a_talk(
            events in proptest::collection::vec(any_event(), 0..10),
            after in proptest::collection::vec((2..4usize, 31..60i64), 0..4),
        ) {
            let mut events: Vec<CtiEvent> = events.into_iter().filter(|event| event.kind != CtiKind::Ended).collect();
            events.push(blind(30, "203"));
            // Holds and their ends, but nobody who picks up.
            events.extend(after.into_iter().map(|(kind, seconds)| word(CtiKind::ALL[kind], seconds)));
            prop_assert_eq!(hear(&events).unwrap().state, LineState::OnHold);
            events.push(word(CtiKind::Answered, 61).by("203"));
            let heard = hear(&events).unwrap();
            prop_assert_eq!((heard.state, heard.agent.as_deref()), (LineState::Talking, Some("203")));
        }

        #[test]
        fn time_on_hold_is_never_longer_than_the_call(events in proptest::collection::vec(any_event(), 1..12)) {
            let heard = hear(&events).unwrap();
            prop_assert!(heard.held_micros >= 0);
            if let Some(since) = heard.held_since {
                prop_assert_eq!(heard.state, LineState::OnHold);
                prop_assert!(heard.answered.unwrap() <= since);
            }
        }
    }
}
