//! How 112 stood at a moment: told from the journal's lines alone. Pure. Places, words and numbers are none of it.

use std::collections::BTreeMap;

use serde_json::Value;
use simpul_kernel::Timestamp;
use simpul_kernel::journal::JournalLine;
use uuid::Uuid;

use super::{
    Board, Call, CallClass, CallStatus, Dispatch, DispatchStatus, Incident, IncidentStatus, Priority, Unit, UnitStatus,
};

/// A call at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallThen {
    /// Where it stood.
    pub status: CallStatus,
    /// What was said of it.
    pub class: CallClass,
    /// Who had it, as the journal names them.
    pub claimed_by: Option<String>,
    /// The incident that it told of.
    pub incident: Option<Uuid>,
    /// Whether it belonged to a drill.
    pub drill: bool,
}

/// An incident at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentThen {
    /// Where it stood.
    pub status: IncidentStatus,
    /// How urgent it was.
    pub priority: Priority,
    /// Code of its type.
    pub kind: String,
    /// What it was the same as.
    pub merged_into: Option<Uuid>,
    /// Where it stood before it was merged.
    before_merge: Option<IncidentStatus>,
    /// Its dispatches: unit and state.
    pub dispatches: BTreeMap<Uuid, (Uuid, DispatchStatus)>,
    /// Whether it belonged to a drill.
    pub drill: bool,
    /// When it was opened.
    pub opened: Timestamp,
}

impl IncidentThen {
    fn has_unit_out(&self) -> bool {
        self.dispatches.values().any(|(_, status)| status.is_out())
    }
}

/// How everything stood at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture {
    /// Calls.
    pub calls: BTreeMap<Uuid, CallThen>,
    /// Incidents.
    pub incidents: BTreeMap<Uuid, IncidentThen>,
    /// Units in use: what they did, and whether they existed for a drill only.
    pub units: BTreeMap<Uuid, (UnitStatus, bool)>,
}

/// The words of a line's body.
struct Body(Value);

impl Body {
    fn text(&self, name: &str) -> Option<&str> {
        self.0[name].as_str()
    }

    fn id(&self, name: &str) -> Option<Uuid> {
        self.text(name)?.parse().ok()
    }

    fn flag(&self, name: &str) -> bool {
        self.0[name].as_bool().unwrap_or_default()
    }

    fn priority(&self) -> Option<Priority> {
        Priority::new(self.0["priority"].as_i64()?)
    }
}

impl Picture {
    /// How everything stands by the tables, to be held against what the journal tells.
    pub fn of_tables(calls: &[Call], incidents: &[(Incident, Vec<Dispatch>)], units: &[Unit]) -> Picture {
        let call = |call: &Call| CallThen {
            status: call.status,
            class: call.class(),
            claimed_by: call.claim.as_ref().map(|claim| claim.by.clone()),
            incident: call.incident,
            drill: call.drill,
        };
        let incident = |(incident, dispatches): &(Incident, Vec<Dispatch>)| IncidentThen {
            status: incident.status,
            priority: incident.priority,
            kind: incident.kind.clone(),
            merged_into: incident.merged_into,
            before_merge: incident.before_merge,
            dispatches: dispatches.iter().map(|one| (one.id, (one.unit, one.status))).collect(),
            drill: incident.drill,
            opened: incident.opened,
        };
        Picture {
            calls: calls.iter().map(|one| (one.id, call(one))).collect(),
            incidents: incidents.iter().map(|one| (one.0.id, incident(one))).collect(),
            units: units.iter().map(|unit| (unit.id, (unit.status, unit.drill))).collect(),
        }
    }

    /// How everything stood at that moment: every line up to it, and none after. Lines come in their order.
    pub fn at<'a>(lines: impl IntoIterator<Item = &'a JournalLine>, moment: Timestamp) -> Picture {
        let mut picture = Picture::default();
        lines.into_iter().filter(|line| line.at <= moment).for_each(|line| picture.apply(line));
        picture
    }

    /// One line more. A line of other rooms, and one that says nothing of how things stand, changes nothing.
    pub fn apply(&mut self, line: &JournalLine) {
        let body = Body(serde_json::from_str(&line.body).unwrap_or_default());
        match line.subject_kind.as_str() {
            "call" => self.call(line, &body),
            "incident" => self.incident(line, &body),
            "unit" => self.unit(line, &body),
            _ => {}
        }
    }

    fn call(&mut self, line: &JournalLine, body: &Body) {
        let call = self.calls.entry(line.subject_id).or_insert_with(|| CallThen {
            status: CallStatus::Ringing,
            class: CallClass::Unclassified,
            claimed_by: None,
            incident: None,
            drill: body.flag("drill"),
        });
        // A claim may be told before the call itself, in one breath.
        call.drill |= body.flag("drill");
        let told = body.text("status").and_then(CallStatus::parse);
        if let Some(status) = told.or_else(|| status_of(&line.kind)) {
            call.status = status;
        }
        if let Some(by) = body.text("by") {
            call.claimed_by = Some(by.to_owned());
        }
        match line.kind.as_str() {
            "call.classified" => {
                call.class = body.text("class").and_then(CallClass::parse).unwrap_or(CallClass::Unclassified);
            }
            "call.unclassified" => call.class = CallClass::Unclassified,
            "call.attached" => call.incident = body.id("incident"),
            _ => {}
        }
    }

    fn incident(&mut self, line: &JournalLine, body: &Body) {
        let incident = self.incidents.entry(line.subject_id).or_insert_with(|| IncidentThen {
            status: IncidentStatus::Open,
            priority: body.priority().unwrap_or(Priority::FIRST),
            kind: String::new(),
            merged_into: None,
            before_merge: None,
            dispatches: BTreeMap::new(),
            drill: body.flag("drill"),
            opened: line.at,
        });
        if let Some(kind) = body.text("type") {
            kind.clone_into(&mut incident.kind);
        }
        incident.priority = body.priority().unwrap_or(incident.priority);
        if let Some(state) = body.text("state").and_then(IncidentStatus::parse) {
            incident.status = state;
        }
        match line.kind.as_str() {
            "incident.controlled" => incident.status = IncidentStatus::Controlled,
            "incident.closed" => incident.status = IncidentStatus::Closed,
            "incident.cancelled" => incident.status = IncidentStatus::Cancelled,
            "incident.merged" => {
                incident.before_merge = Some(incident.status);
                incident.status = IncidentStatus::Merged;
                incident.merged_into = body.id("into");
            }
            "incident.unmerged" => {
                let told = body.text("state").and_then(IncidentStatus::parse);
                let before = incident.before_merge.take();
                incident.status = told.or(before).unwrap_or(IncidentStatus::Open);
                incident.merged_into = None;
            }
            _ => {}
        }
        let Some((dispatch, unit)) = body.id("dispatch").zip(body.id("unit")) else { return };
        let status = body.text("status").and_then(DispatchStatus::parse).unwrap_or(DispatchStatus::Assigned);
        incident.dispatches.insert(dispatch, (unit, status));
        if let Some(known) = self.units.get_mut(&unit) {
            known.0 = status.unit_status();
        }
    }

    fn unit(&mut self, line: &JournalLine, body: &Body) {
        match line.kind.as_str() {
            "unit.added" => {
                self.units.insert(line.subject_id, (UnitStatus::Available, body.flag("drill")));
            }
            "unit.retired" => drop(self.units.remove(&line.subject_id)),
            _ => {
                let status = body.text("status").and_then(UnitStatus::parse);
                if let Some((known, status)) = self.units.get_mut(&line.subject_id).zip(status) {
                    known.0 = status;
                }
            }
        }
    }

    /// Calls that nobody had answered yet.
    pub fn ringing(&self) -> usize {
        self.calls.values().filter(|call| !call.drill && call.status == CallStatus::Ringing).count()
    }

    /// The counts that the wall showed then, without drills.
    pub fn board(&self) -> Board {
        let real = || self.incidents.values().filter(|one| one.status.is_active() && !one.drill);
        let units =
            |is: fn(UnitStatus) -> bool| self.units.values().filter(|(status, drill)| !drill && is(*status)).count();
        Board {
            active: real().count(),
            first: real().filter(|one| one.priority == Priority::FIRST).count(),
            waiting: Vec::new(),
            oldest: real().map(|one| one.opened).min(),
            free: units(UnitStatus::is_free),
            busy: units(|status| !status.is_free() && status != UnitStatus::OutOfService),
            out_of_service: units(|status| status == UnitStatus::OutOfService),
            drill: self.incidents.values().filter(|one| one.status.is_active() && one.drill).count(),
        }
    }

    /// Whether nobody was on the way to it, or to what is the same, though nobody had been there.
    pub fn lacks_unit(&self, id: Uuid, one: &IncidentThen) -> bool {
        let mut parts = self.incidents.values().filter(|part| part.merged_into == Some(id));
        matches!(one.status, IncidentStatus::Open | IncidentStatus::Dispatched)
            && !one.has_unit_out()
            && !parts.any(IncidentThen::has_unit_out)
    }

    /// How many incidents nobody was on the way to then.
    pub fn without_unit(&self) -> usize {
        self.incidents.iter().filter(|(id, one)| !one.drill && self.lacks_unit(**id, one)).count()
    }
}

/// Where a call stands after a line of that kind, for lines that don't say it themselves.
fn status_of(kind: &str) -> Option<CallStatus> {
    Some(match kind {
        "call.ringing" => CallStatus::Ringing,
        "call.answered" => CallStatus::Answered,
        "call.held" => CallStatus::Held,
        "call.over" => CallStatus::WrapUp,
        "call.abandoned" => CallStatus::Abandoned,
        "call.missed" => CallStatus::Missed,
        _ => return None,
    })
}

/// Speeds at which a replay can run, in times of real time.
pub const SPEEDS: [i64; 5] = [1, 5, 10, 30, 60];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use simpul_kernel::RegionId;

    use super::*;
    use crate::model::call::tests::at;

    fn line(seq: i64, subject: (&str, u128), kind: &str, body: &Value) -> JournalLine {
        JournalLine {
            region: RegionId(7322),
            seq,
            at: at(seq),
            actor: "system:test".to_owned(),
            subject_kind: subject.0.to_owned(),
            subject_id: Uuid::from_u128(subject.1),
            kind: kind.to_owned(),
            body: body.to_string(),
            hash: [0; 32],
        }
    }

    fn life() -> Vec<JournalLine> {
        let (unit, dispatch) = (Uuid::from_u128(3), Uuid::from_u128(9));
        let told =
            |status: &str, state: &str| json!({ "unit": unit, "dispatch": dispatch, "status": status, "state": state });
        vec![
            line(1, ("unit", 3), "unit.added", &json!({ "kind": "fire" })),
            line(2, ("call", 1), "call.ringing", &json!({})),
            line(3, ("call", 1), "call.claimed", &json!({ "by": "officer:a" })),
            line(4, ("incident", 2), "incident.opened", &json!({ "type": "flood", "priority": 2 })),
            line(5, ("call", 1), "call.attached", &json!({ "incident": Uuid::from_u128(2) })),
            line(
                6,
                ("incident", 2),
                "incident.dispatched",
                &json!({ "unit": unit, "dispatch": dispatch, "state": "dispatched" }),
            ),
            line(7, ("incident", 2), "incident.unit_moved", &told("on_scene", "on_scene")),
            line(8, ("incident", 2), "incident.merged", &json!({ "into": Uuid::from_u128(7) })),
            line(9, ("incident", 2), "incident.unmerged", &json!({ "from": Uuid::from_u128(7) })),
            line(10, ("incident", 2), "incident.unit_moved", &told("cleared", "on_scene")),
        ]
    }

    #[test]
    fn every_moment_shows_what_was_so_then_and_nothing_that_came_later() {
        let lines = life();
        let then = |seq| Picture::at(&lines, at(seq));
        let incident = |seq| then(seq).incidents[&Uuid::from_u128(2)].clone();
        assert!(then(0) == Picture::default() && then(3).incidents.is_empty());
        assert_eq!((incident(4).status, then(4).without_unit()), (IncidentStatus::Open, 1));
        assert_eq!((incident(6).status, then(6).without_unit()), (IncidentStatus::Dispatched, 0));
        assert_eq!(then(6).units[&Uuid::from_u128(3)].0, UnitStatus::Dispatched);
        assert_eq!((incident(7).status, then(7).board().busy), (IncidentStatus::OnScene, 1));
        assert_eq!((incident(8).status, then(8).board().active), (IncidentStatus::Merged, 0));
        assert_eq!(
            (incident(9).status, incident(9).merged_into),
            (IncidentStatus::OnScene, None),
            "the merge was undone"
        );
        assert_eq!(
            (then(10).board().free, then(10).calls[&Uuid::from_u128(1)].incident),
            (1, Some(Uuid::from_u128(2)))
        );
    }

    #[test]
    fn a_line_that_can_t_be_read_changes_nothing() {
        let before = Picture::at(&life(), at(10));
        let mut after = before.clone();
        after.apply(&JournalLine { body: "{".to_owned(), ..line(11, ("unit", 3), "unit.status", &json!({})) });
        after.apply(&line(12, ("report", 5), "report.submitted", &json!({ "status": "new" })));
        assert_eq!(before, after);
    }

    proptest! {
        #[test]
        fn the_state_at_a_moment_is_that_of_its_lines_one_by_one(moment in 0..12i64) {
            let lines = life();
            let mut step = Picture::default();
            lines.iter().filter(|line| line.seq <= moment).for_each(|line| step.apply(line));
            prop_assert_eq!(step, Picture::at(&lines, at(moment)));
        }
    }
}
