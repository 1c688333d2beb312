//! Timers: how long the steps of a call and of an incident may take until somebody is warned, and until there is an
//! alarm. Which timers run follows from where things stand, so that the same question has the same answer after a
//! restart.

use simpul_kernel::clock::SECOND_MICROS;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::call::{Call, CallStatus};
use super::dispatch::{Dispatch, DispatchStatus};
use super::incident::{Incident, Priority};
use super::named;

named! {
    /// What is timed.
    pub enum Timer {
        /// From the ring to the answer.
        Ring = "ring",
        /// From the answer to the first unit that is sent.
        Dispatch = "dispatch",
        /// From the sending to the word of the crew that it knows.
        Acknowledge = "acknowledge",
        /// From that word to the way.
        Turnout = "turnout",
        /// From the call to the first unit on scene.
        Arrival = "arrival",
        /// On scene without news.
        News = "news",
        /// From the opening of an incident of the first priority to the quick report to the leaders.
        QuickReport = "quick_report",
    }
}

named! {
    /// How loud a timer is.
    pub enum Level {
        /// It is getting late.
        Warning = "warning",
        /// It is late.
        Alarm = "alarm",
    }
}

/// Longest that a timer may be set to, in seconds: a day.
pub const TIMER_MAX_SECONDS: i64 = 86_400;
/// Longest name of a source, in characters.
pub const SOURCE_MAX_CHARS: usize = 300;

impl Timer {
    /// What the ticker calls its warning and its alarm.
    pub fn deadlines(self) -> [&'static str; 2] {
        match self {
            Timer::Ring => ["ring.warning", "ring.alarm"],
            Timer::Dispatch => ["dispatch.warning", "dispatch.alarm"],
            Timer::Acknowledge => ["acknowledge.warning", "acknowledge.alarm"],
            Timer::Turnout => ["turnout.warning", "turnout.alarm"],
            Timer::Arrival => ["arrival.warning", "arrival.alarm"],
            Timer::News => ["news.warning", "news.alarm"],
            Timer::QuickReport => ["quick_report.warning", "quick_report.alarm"],
        }
    }

    /// The timer and the level that a deadline's name means.
    pub fn of_deadline(what: &str) -> Option<(Timer, Level)> {
        let timer = Timer::ALL.iter().copied().find(|timer| timer.deadlines().contains(&what))?;
        let level = if timer.deadlines()[0] == what { Level::Warning } else { Level::Alarm };
        Some((timer, level))
    }

    /// What the field knows, until a region settles it otherwise.
    pub fn usual(self) -> TimerRule {
        let (warn_seconds, alarm_seconds, source) = match self {
            Timer::Ring => {
                (10, 20, "NFPA 1225 (2022): 90 % ≤ 10 detik; NENA-STA-020.1 (2020): 90 % ≤ 15, 95 % ≤ 20 detik")
            }
            Timer::Dispatch => (45, 60, "NFPA 1225 (2022): 90 % ≤ 60 detik"),
            Timer::Acknowledge => (60, 120, "SOP ruang 112, edisi awal: 60 / 120 detik"),
            Timer::Turnout => (120, 240, "SOP ruang 112, edisi awal: 120 / 240 detik"),
            Timer::Arrival => (720, 900, "Permendagri 114/2018: waktu tanggap 15 menit"),
            Timer::News => (1_200, 1_800, "SOP ruang 112, edisi awal: 30 menit tanpa kabar"),
            Timer::QuickReport => (1_200, 1_800, "SOP ruang 112, edisi awal: laporan cepat 30 menit sejak P1"),
        };
        TimerRule { timer: self, warn_seconds, alarm_seconds, source: source.to_owned(), active: true }
    }
}

/// What a region has settled for a timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerRule {
    /// Which.
    pub timer: Timer,
    /// Until the warning, in seconds.
    pub warn_seconds: i64,
    /// Until the alarm, in seconds.
    pub alarm_seconds: i64,
    /// Whose figure it is, with its edition.
    pub source: String,
    /// Whether it runs.
    pub active: bool,
}

impl TimerRule {
    /// Refuses what can't be timed: a warning comes before its alarm, and a figure has a source.
    ///
    /// # Errors
    /// `emergency.refused.timer_seconds` of `warn` or `alarm`; `emergency.refused.timer_order` of `warn`;
    /// `emergency.refused.timer_source` of `source`.
    pub fn check(&self) -> Result<(), Refusal> {
        for (field, seconds) in [("warn", self.warn_seconds), ("alarm", self.alarm_seconds)] {
            if !(1..=TIMER_MAX_SECONDS).contains(&seconds) {
                let refusal = Refusal::field(field, "emergency.refused.timer_seconds");
                return Err(refusal.with("most", TIMER_MAX_SECONDS.to_string()));
            }
        }
        if self.warn_seconds >= self.alarm_seconds {
            return Err(Refusal::field("warn", "emergency.refused.timer_order"));
        }
        if self.source.trim().is_empty() {
            return Err(Refusal::field("source", "emergency.refused.timer_source"));
        }
        Ok(())
    }
}

/// A timer that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// Which.
    pub timer: Timer,
    /// What is timed: a call, an incident, a dispatch.
    pub subject: Uuid,
    /// Since when.
    pub since: Timestamp,
}

impl Running {
    /// When it warns and when it alarms, by `rule`.
    pub fn due(&self, rule: &TimerRule) -> [Timestamp; 2] {
        [rule.warn_seconds, rule.alarm_seconds].map(|seconds| self.since.plus_micros(seconds * SECOND_MICROS))
    }
}

/// What runs for a call: until it is answered, and then until it led to an incident or it was said what else it was.
/// The incident's own timer goes on from the same moment.
pub fn of_call(call: &Call) -> Vec<Running> {
    let run = |timer, since| vec![Running { timer, subject: call.id, since }];
    let is_talked = matches!(call.status, CallStatus::Answered | CallStatus::Held);
    let asks = is_talked && call.incident.is_none() && call.verdict.is_none();
    match (call.status, call.answered) {
        (CallStatus::Ringing, _) if call.claim.is_none() => run(Timer::Ring, call.started),
        (_, Some(answered)) if asks => run(Timer::Dispatch, answered),
        _ => Vec::new(),
    }
}

/// What else a timer asks about an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Heard {
    /// The last line of its log.
    pub noted: Option<Timestamp>,
    /// When the leaders were told.
    pub reported: Option<Timestamp>,
}

/// What runs for an incident.
pub fn of_incident(incident: &Incident, dispatches: &[Dispatch], heard: Heard) -> Vec<Running> {
    if !incident.status.is_active() {
        return Vec::new();
    }
    let mut running = Vec::new();
    let mut run = |timer, subject, since| running.push(Running { timer, subject, since });
    let is_sent = incident.sent.is_some() || !dispatches.is_empty();
    if !is_sent {
        run(Timer::Dispatch, incident.id, incident.answered.unwrap_or(incident.opened));
    }
    if incident.arrived.is_none() {
        run(Timer::Arrival, incident.id, incident.received);
    }
    if incident.priority == Priority::FIRST && heard.reported.is_none() {
        run(Timer::QuickReport, incident.id, incident.opened);
    }
    for dispatch in dispatches {
        match dispatch.status {
            DispatchStatus::Assigned => run(Timer::Acknowledge, dispatch.id, dispatch.assigned),
            DispatchStatus::Acknowledged => {
                run(Timer::Turnout, dispatch.id, dispatch.acknowledged.unwrap_or(dispatch.assigned));
            }
            _ => {}
        }
    }
    if let Some(since) = last_news(dispatches, heard) {
        run(Timer::News, incident.id, since);
    }
    running
}

/// When somebody last told something, while a unit is there.
fn last_news(dispatches: &[Dispatch], heard: Heard) -> Option<Timestamp> {
    let there = dispatches.iter().filter(|dispatch| dispatch.status == DispatchStatus::OnScene);
    let arrived = there.filter_map(|dispatch| dispatch.on_scene).max()?;
    Some(heard.noted.map_or(arrived, |noted| noted.max(arrived)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::IncidentStatus;
    use crate::model::call::tests::{at, ringing};
    use crate::model::dispatch::tests::dispatch;
    use crate::model::incident::tests::incident;

    fn timers(running: &[Running]) -> Vec<Timer> {
        running.iter().map(|one| one.timer).collect()
    }

    #[test]
    fn a_call_is_timed_until_somebody_has_it() {
        assert_eq!(timers(&of_call(&ringing())), [Timer::Ring]);
        let (claimed, _) = ringing().claim("officer:a", at(3), false, None).unwrap();
        assert!(of_call(&claimed).is_empty());
        assert!(of_call(&Call { status: CallStatus::Answered, ..ringing() }).is_empty());
    }

    #[test]
    fn each_step_of_an_incident_stops_one_timer_and_starts_the_next() {
        let open = incident();
        let none = Heard::default();
        assert_eq!(timers(&of_incident(&open, &[], none)), [Timer::Dispatch, Timer::Arrival, Timer::QuickReport]);
        assert_eq!(of_incident(&open, &[], none)[0].since, at(7), "from the answer");
        let sent = open.dispatched(at(60)).unwrap();
        let assigned = dispatch(DispatchStatus::Assigned);
        let running = of_incident(&sent, std::slice::from_ref(&assigned), none);
        assert_eq!(timers(&running), [Timer::Arrival, Timer::QuickReport, Timer::Acknowledge]);
        let knows = assigned.step(DispatchStatus::Acknowledged, at(90)).unwrap();
        let running = of_incident(&sent, std::slice::from_ref(&knows), none);
        assert_eq!((running[2].timer, running[2].since), (Timer::Turnout, at(90)));
        let there = knows.step(DispatchStatus::OnScene, at(500)).unwrap();
        let arrived = sent.moved(DispatchStatus::OnScene, at(500));
        let told = Heard { noted: Some(at(900)), reported: Some(at(600)) };
        let running = of_incident(&arrived, std::slice::from_ref(&there), told);
        assert_eq!(running, [Running { timer: Timer::News, subject: arrived.id, since: at(900) }]);
    }

    #[test]
    fn what_is_over_is_not_timed() {
        for status in [IncidentStatus::Closed, IncidentStatus::Cancelled, IncidentStatus::Merged] {
            assert!(of_incident(&Incident { status, ..incident() }, &[], Heard::default()).is_empty());
        }
    }

    #[test]
    fn every_usual_figure_holds_its_own_rules_and_names_its_source() {
        for timer in Timer::ALL {
            let rule = timer.usual();
            assert_eq!(rule.check(), Ok(()), "{timer:?}");
            for (deadline, level) in timer.deadlines().into_iter().zip(Level::ALL) {
                assert_eq!(Timer::of_deadline(deadline), Some((*timer, *level)));
            }
        }
        assert_eq!(Timer::of_deadline("resolve"), None);
        let rule = Timer::Ring.usual();
        let wrong = |rule: TimerRule| rule.check().unwrap_err().field;
        assert_eq!(wrong(TimerRule { warn_seconds: 20, ..rule.clone() }), Some("warn"));
        assert_eq!(wrong(TimerRule { alarm_seconds: 0, ..rule.clone() }), Some("alarm"));
        assert_eq!(wrong(TimerRule { source: " ".to_owned(), ..rule }), Some("source"));
    }

    proptest! {
        #[test]
        fn no_timer_runs_twice_for_one_thing(steps in proptest::collection::vec(0..8usize, 0..12)) {
            let mut dispatches = vec![dispatch(DispatchStatus::Assigned)];
            let mut one = incident().dispatched(at(60)).unwrap();
            for (minute, step) in steps.into_iter().enumerate() {
                let now = at(60 * (i64::try_from(minute).unwrap() + 2));
                let next = DispatchStatus::ALL[step];
                if let Ok(after) = dispatches[0].step(next, now) {
                    one = one.moved(after.status, now);
                    dispatches[0] = after;
                }
                let running = of_incident(&one, &dispatches, Heard::default());
                let mut keys: Vec<_> = running.iter().map(|run| (run.subject, run.timer)).collect();
                keys.sort_unstable();
                keys.dedup();
                prop_assert_eq!(keys.len(), running.len());
            }
        }
    }
}
