//! What a wall shows of 112: counts, kinds and villages. Pure; no number, no name and no house's address is in it.

use simpul_kernel::Timestamp;
use uuid::Uuid;

use super::{Incident, IncidentStatus, Priority, Unit, UnitStatus};

/// Counts of the room at one moment, drills left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Board {
    /// Incidents that are not over.
    pub active: usize,
    /// Those of them in which life is in danger.
    pub first: usize,
    /// Those of them for which no unit is out though none has arrived yet: the most urgent and oldest first.
    pub waiting: Vec<Incident>,
    /// When the oldest of the active ones came in.
    pub oldest: Option<Timestamp>,
    /// Units that can be sent.
    pub free: usize,
    /// Units that are out, or busy with something else.
    pub busy: usize,
    /// Units that are broken or without a crew.
    pub out_of_service: usize,
    /// Active incidents of a drill.
    pub drill: usize,
}

impl Board {
    /// Sums what is active and what the units do; `out` names for each incident that has units out how many they are.
    pub fn of(incidents: &[Incident], out: &[(Uuid, i64)], units: &[Unit]) -> Board {
        let real = || incidents.iter().filter(|incident| incident.status.is_active() && !incident.drill);
        let mut waiting: Vec<Incident> = real().filter(|incident| lacks_unit(incident, out)).cloned().collect();
        waiting.sort_by_key(|incident| (incident.priority, incident.opened, incident.id));
        let count = |is: fn(UnitStatus) -> bool| units.iter().filter(|unit| !unit.drill && is(unit.status)).count();
        Board {
            active: real().count(),
            first: real().filter(|incident| incident.priority == Priority::FIRST).count(),
            waiting,
            oldest: real().map(|incident| incident.received).min(),
            free: count(UnitStatus::is_free),
            busy: count(|status| !status.is_free() && status != UnitStatus::OutOfService),
            out_of_service: count(|status| status == UnitStatus::OutOfService),
            drill: incidents.iter().filter(|incident| incident.status.is_active() && incident.drill).count(),
        }
    }
}

/// Whether nobody is on the way to an incident at which nobody has been. Where units have been and gone, it waits to
/// be closed, which is no emergency.
pub fn lacks_unit(incident: &Incident, out: &[(Uuid, i64)]) -> bool {
    matches!(incident.status, IncidentStatus::Open | IncidentStatus::Dispatched)
        && !out.iter().any(|(id, count)| *id == incident.id && *count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::tests::at;
    use crate::model::incident::tests::incident;

    fn numbered(id: u128, level: i64, status: IncidentStatus) -> Incident {
        let priority = Priority::new(level).unwrap();
        let received = at(i64::try_from(id).unwrap());
        Incident { id: Uuid::from_u128(id), priority, status, received, opened: received, ..incident() }
    }

    #[test]
    fn an_incident_without_a_unit_is_named_first_by_urgency_and_then_by_age() {
        let incidents = [
            numbered(1, 3, IncidentStatus::Open),
            numbered(2, 1, IncidentStatus::Dispatched),
            numbered(3, 1, IncidentStatus::Open),
            numbered(4, 1, IncidentStatus::OnScene),
            numbered(5, 1, IncidentStatus::Closed),
        ];
        let board = Board::of(&incidents, &[(Uuid::from_u128(4), 1)], &[]);
        let waiting: Vec<u128> = board.waiting.iter().map(|incident| incident.id.as_u128()).collect();
        assert_eq!(waiting, [2, 3, 1], "one whose only unit was called back waits again");
        assert_eq!((board.active, board.first, board.oldest), (4, 3, Some(at(1))));
        let sent = Board::of(&incidents, &[(Uuid::from_u128(2), 1), (Uuid::from_u128(3), 2)], &[]);
        assert_eq!(sent.waiting.len(), 1);
    }

    #[test]
    fn a_drill_is_in_no_number_but_its_own() {
        let drill = Incident { drill: true, ..numbered(1, 1, IncidentStatus::Open) };
        assert_eq!(Board::of(&[drill], &[], &[]), Board { drill: 1, ..Board::default() });
    }

    #[test]
    fn every_unit_is_counted_once() {
        let unit = |status: &UnitStatus| Unit {
            id: Uuid::nil(),
            agency: Uuid::nil(),
            call_sign: "DK-1".to_owned(),
            kind: "fire".to_owned(),
            base: None,
            status: *status,
            position: None,
            rested: None,
            active: true,
            drill: false,
        };
        let units: Vec<Unit> = UnitStatus::ALL.iter().map(unit).collect();
        let board = Board::of(&[], &[], &units);
        assert_eq!(board.free + board.busy + board.out_of_service, units.len());
        assert_eq!((board.free, board.out_of_service), (2, 1));
    }
}
