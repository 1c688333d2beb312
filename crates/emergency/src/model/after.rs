//! What is looked at when an incident is over: its times against their goals, in the order in which things happened.

use serde::{Deserialize, Serialize};
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::recommend::{Recommendation, Unfit};
use super::{Call, Dispatch, Incident};

/// A unit as it was recommended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisedUnit {
    /// Its call sign then.
    pub sign: String,
    /// Which kind was asked for.
    pub kind: String,
    /// Its way by road, about, in metres.
    pub way_m: Option<i64>,
}

/// What was missing then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdvisedShort {
    /// Which kind.
    pub kind: String,
    /// How many were asked for.
    pub wanted: u32,
    /// How many could be sent.
    pub found: u32,
    /// Units that were none of them: call sign, reason, and its value.
    pub unfit: Vec<(String, String, i64)>,
}

/// A recommendation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Advised {
    /// Units.
    pub units: Vec<AdvisedUnit>,
    /// What was missing.
    pub short: Vec<AdvisedShort>,
}

impl Advised {
    /// The recommendation in words that stay when units are renamed or gone.
    pub fn of(recommendation: &Recommendation) -> Advised {
        let units = recommendation.picks.iter().map(|pick| AdvisedUnit {
            sign: pick.call_sign.clone(),
            kind: pick.kind.clone(),
            way_m: pick.way_m,
        });
        let unfit = |(sign, why): &(String, Unfit)| match why {
            Unfit::Busy(status) => (sign.clone(), (*status).to_owned(), 0),
            Unfit::Stale(minutes) => (sign.clone(), "stale".to_owned(), *minutes),
            Unfit::Far(metres) => (sign.clone(), "far".to_owned(), metres / 1000),
            Unfit::Nowhere => (sign.clone(), "nowhere".to_owned(), 0),
        };
        let short = recommendation.shortfalls.iter().map(|short| AdvisedShort {
            kind: short.kind.clone(),
            wanted: short.wanted,
            found: short.found,
            unfit: short.unfit.iter().map(unfit).collect(),
        });
        Advised { units: units.collect(), short: short.collect() }
    }
}

/// What was recommended, and what was sent then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// What was recommended.
    pub advised: Advised,
    /// Call signs of what was sent.
    pub sent: Vec<String>,
}

/// Longest lesson or proof, in characters.
pub const LESSON_MAX_CHARS: usize = 1_000;

/// What is learned of an incident, as something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Id.
    pub id: Uuid,
    /// Of which incident.
    pub incident: Uuid,
    /// What is to be done.
    pub body: String,
    /// Who owns it.
    pub agency: Uuid,
    /// Until when.
    pub due: Timestamp,
    /// Who wrote it, as the journal names them.
    pub author: String,
    /// When.
    pub at: Timestamp,
    /// When it was done.
    pub done: Option<Timestamp>,
    /// What was done.
    pub proof: Option<String>,
}

impl Lesson {
    /// Refuses a deadline that has passed.
    ///
    /// # Errors
    /// `emergency.refused.lesson_due` of the field `due`.
    pub fn check_due(due: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        if due > now { Ok(()) } else { Err(Refusal::field("due", "emergency.refused.lesson_due")) }
    }

    /// Whether its day has passed while it is open.
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.done.is_none() && self.due <= now
    }
}

/// A span of an incident's life that has a goal, by name: `answer`, `process`, `acknowledge`, `turnout`, `response`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Goal {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// The most that is good, in microseconds.
    pub within: i64,
}

/// Ring to answer: NFPA 1225 (2022), 10 s for 90 %.
pub const ANSWER_GOAL: Goal = Goal { name: "answer", within: 10 * SECOND_MICROS };
/// Answer to the first unit sent: NFPA 1225 (2022), 60 s for 90 %.
pub const PROCESS_GOAL: Goal = Goal { name: "process", within: 60 * SECOND_MICROS };
/// Sent to acknowledged: the house's own, 60 s.
pub const ACKNOWLEDGE_GOAL: Goal = Goal { name: "acknowledge", within: 60 * SECOND_MICROS };
/// Sent to on the way (*turnout*): the house's own, 120 s.
pub const TURNOUT_GOAL: Goal = Goal { name: "turnout", within: 120 * SECOND_MICROS };
/// On the way to there: no standard of its own; what the response time leaves.
pub const TRAVEL: &str = "travel";
/// Call received to the first unit there: Permendagri 114/2018 (SPM kebakaran), 15 minutes.
pub const RESPONSE_GOAL: Goal = Goal { name: "response", within: 15 * MINUTE_MICROS };

/// A span as it was, with its goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    /// Its name in the catalogue.
    pub name: &'static str,
    /// The unit that is meant; none for the incident's own.
    pub sign: Option<String>,
    /// How long it took, in microseconds; none where a time is missing.
    pub took: Option<i64>,
    /// The most that is good, in microseconds, where there is a goal.
    pub goal: Option<i64>,
}

impl Measured {
    /// Whether the goal was met; none where that can't be said.
    pub fn met(&self) -> Option<bool> {
        Some(self.took? <= self.goal?)
    }
}

fn between(from: Option<Timestamp>, until: Option<Timestamp>) -> Option<i64> {
    let (from, until) = from.zip(until)?;
    Some(until.micros_since(from)).filter(|took| *took >= 0)
}

/// The times of an incident and of its dispatches against their goals.
pub fn measured(incident: &Incident, dispatches: &[Dispatch], sign: impl Fn(Uuid) -> String) -> Vec<Measured> {
    let own = |goal: Goal, took| Measured { name: goal.name, sign: None, took, goal: Some(goal.within) };
    let mut all = vec![
        own(ANSWER_GOAL, between(Some(incident.received).filter(|_| incident.answered.is_some()), incident.answered)),
        own(PROCESS_GOAL, between(incident.answered, incident.sent)),
        own(RESPONSE_GOAL, between(Some(incident.received), incident.arrived)),
    ];
    for dispatch in dispatches {
        let of = |name, took, goal| Measured { name, sign: Some(sign(dispatch.unit)), took, goal };
        let sent = Some(dispatch.assigned);
        all.push(of(ACKNOWLEDGE_GOAL.name, between(sent, dispatch.acknowledged), Some(ACKNOWLEDGE_GOAL.within)));
        all.push(of(TURNOUT_GOAL.name, between(sent, dispatch.en_route), Some(TURNOUT_GOAL.within)));
        all.push(of(TRAVEL, between(dispatch.en_route, dispatch.on_scene), None));
    }
    all
}

/// What happened, as a key of the catalogue below `emergency.after`, and whom or what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// When.
    pub at: Timestamp,
    /// What, by name.
    pub what: &'static str,
    /// Call sign, or nothing.
    pub about: String,
}

/// Everything with a time, in its order.
pub fn timeline(
    incident: &Incident,
    calls: &[Call],
    dispatches: &[Dispatch],
    sign: impl Fn(Uuid) -> String,
) -> Vec<Happened> {
    let mut all = Vec::new();
    let mut put = |at: Option<Timestamp>, what: &'static str, about: String| {
        all.extend(at.map(|at| Happened { at, what, about }));
    };
    for call in calls {
        put(Some(call.started), "rang", String::new());
        put(call.answered, "answered", String::new());
        put(call.claim.as_ref().map(|claim| claim.since), "claimed", String::new());
        put(call.ended, "hung_up", String::new());
    }
    put(Some(incident.opened), "opened", String::new());
    for dispatch in dispatches {
        let steps = [
            (Some(dispatch.assigned), "assigned"),
            (dispatch.acknowledged, "acknowledged"),
            (dispatch.en_route, "en_route"),
            (dispatch.on_scene, "on_scene"),
            (dispatch.transporting, "transporting"),
            (dispatch.at_destination, "at_destination"),
            (dispatch.ended, if dispatch.status.is_out() { "ended" } else { dispatch.status.name() }),
        ];
        steps.into_iter().for_each(|(at, what)| put(at, what, sign(dispatch.unit)));
    }
    put(incident.controlled, "controlled", String::new());
    put(incident.closed, "closed", String::new());
    all.sort_by_key(|happened| happened.at);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::tests::at;
    use crate::model::incident::tests::incident;

    fn fire() -> (Incident, Dispatch) {
        let incident = Incident {
            received: at(0),
            answered: Some(at(8)),
            opened: at(40),
            sent: Some(at(90)),
            arrived: Some(at(16 * 60)),
            closed: Some(at(4_000)),
            ..incident()
        };
        let dispatch = Dispatch {
            en_route: Some(at(90 + 100)),
            on_scene: Some(at(16 * 60)),
            ..Dispatch::new(Uuid::nil(), incident.id, Uuid::nil(), at(90))
        };
        (incident, dispatch)
    }

    #[test]
    fn times_are_held_against_their_goals_and_what_nobody_told_is_unknown() {
        let (incident, dispatch) = fire();
        let all = measured(&incident, &[dispatch], |_| "DK-1".to_owned());
        let of = |name: &str| all.iter().find(|one| one.name == name).map(|one| (one.took, one.met())).unwrap();
        assert_eq!(of("answer"), (Some(8 * SECOND_MICROS), Some(true)));
        assert_eq!(of("process"), (Some(82 * SECOND_MICROS), Some(false)));
        assert_eq!(of("response"), (Some(16 * MINUTE_MICROS), Some(false)));
        assert_eq!(of("acknowledge"), (None, None), "the crew never said it");
        assert_eq!(of("turnout").1, Some(true));
        assert_eq!(of("travel").1, None, "it has no goal of its own");
    }

    #[test]
    fn the_timeline_tells_in_the_order_in_which_it_happened() {
        let (incident, dispatch) = fire();
        let told = timeline(&incident, &[], &[dispatch], |_| "DK-1".to_owned());
        let names: Vec<&str> = told.iter().map(|happened| happened.what).collect();
        assert_eq!(names, ["opened", "assigned", "en_route", "on_scene", "closed"]);
        assert!(told.windows(2).all(|two| two[0].at <= two[1].at));
    }

    #[test]
    fn a_lesson_has_a_deadline_ahead_and_is_late_until_it_is_done() {
        assert!(Lesson::check_due(at(0), at(0)).is_err() && Lesson::check_due(at(1), at(0)).is_ok());
        let (id, nil) = (Uuid::nil(), Uuid::nil());
        let lesson = Lesson {
            id,
            incident: nil,
            body: "Latih".into(),
            agency: nil,
            due: at(10),
            author: String::new(),
            at: at(0),
            done: None,
            proof: None,
        };
        assert!(!lesson.is_late(at(9)) && lesson.is_late(at(10)));
        assert!(!Lesson { done: Some(at(9)), ..lesson }.is_late(at(20)));
    }
}
