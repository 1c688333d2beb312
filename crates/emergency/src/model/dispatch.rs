//! One unit sent to one incident, with its own times.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::named;
use super::unit::UnitStatus;

named! {
    /// Where a dispatch (*penugasan*) stands.
    pub enum DispatchStatus {
        /// Sent.
        Assigned = "assigned",
        /// The crew knows.
        Acknowledged = "acknowledged",
        /// On the way.
        EnRoute = "en_route",
        /// There.
        OnScene = "on_scene",
        /// On the way with a patient.
        Transporting = "transporting",
        /// With the patient at the hospital.
        AtDestination = "at_destination",
        /// Free again.
        Cleared = "cleared",
        /// Called back.
        Cancelled = "cancelled",
    }
}

impl DispatchStatus {
    /// Whether the unit is out for it.
    pub fn is_out(self) -> bool {
        !matches!(self, DispatchStatus::Cleared | DispatchStatus::Cancelled)
    }

    /// What may come next.
    pub fn next(self) -> &'static [DispatchStatus] {
        use DispatchStatus::*;
        match self {
            Assigned => &[Acknowledged, EnRoute, OnScene, Cancelled],
            Acknowledged => &[EnRoute, OnScene, Cancelled],
            EnRoute => &[OnScene, Cancelled],
            OnScene => &[Transporting, Cleared],
            Transporting => &[AtDestination, Cleared],
            AtDestination => &[Cleared],
            Cleared | Cancelled => &[],
        }
    }

    /// What its unit does meanwhile.
    pub fn unit_status(self) -> UnitStatus {
        match self {
            DispatchStatus::Assigned | DispatchStatus::Acknowledged => UnitStatus::Dispatched,
            DispatchStatus::EnRoute => UnitStatus::EnRoute,
            DispatchStatus::OnScene => UnitStatus::OnScene,
            DispatchStatus::Transporting => UnitStatus::Transporting,
            DispatchStatus::AtDestination => UnitStatus::AtDestination,
            DispatchStatus::Cleared | DispatchStatus::Cancelled => UnitStatus::Available,
        }
    }
}

/// A dispatch. A time that nobody told is absent, never guessed: a crew that only says "there" was on the way, but
/// since when nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// Id.
    pub id: Uuid,
    /// To which incident.
    pub incident: Uuid,
    /// Which unit.
    pub unit: Uuid,
    /// Where it stands.
    pub status: DispatchStatus,
    /// When the unit was sent.
    pub assigned: Timestamp,
    /// When the crew knew.
    pub acknowledged: Option<Timestamp>,
    /// When it set out.
    pub en_route: Option<Timestamp>,
    /// When it was there.
    pub on_scene: Option<Timestamp>,
    /// When it left with a patient.
    pub transporting: Option<Timestamp>,
    /// When it reached the hospital.
    pub at_destination: Option<Timestamp>,
    /// When it was free again, or called back.
    pub ended: Option<Timestamp>,
}

impl Dispatch {
    /// A unit that is sent now.
    pub fn new(id: Uuid, incident: Uuid, unit: Uuid, now: Timestamp) -> Dispatch {
        Dispatch {
            id,
            incident,
            unit,
            status: DispatchStatus::Assigned,
            assigned: now,
            acknowledged: None,
            en_route: None,
            on_scene: None,
            transporting: None,
            at_destination: None,
            ended: None,
        }
    }

    /// The unit comes to the next step. A step that is told again changes nothing.
    ///
    /// # Errors
    /// `emergency.refused.dispatch_state` with where it stands and what may come next.
    pub fn step(&self, to: DispatchStatus, now: Timestamp) -> Result<Dispatch, Refusal> {
        if to == self.status {
            return Ok(self.clone());
        }
        if !self.status.next().contains(&to) {
            let next: Vec<&str> = self.status.next().iter().map(|next| next.name()).collect();
            return Err(Refusal::new("emergency.refused.dispatch_state")
                .with("status", self.status.name())
                .with("next", if next.is_empty() { "-".to_owned() } else { next.join(", ") }));
        }
        let mut after = Dispatch { status: to, ..self.clone() };
        let time = match to {
            DispatchStatus::Acknowledged => &mut after.acknowledged,
            DispatchStatus::EnRoute => &mut after.en_route,
            DispatchStatus::OnScene => &mut after.on_scene,
            DispatchStatus::Transporting => &mut after.transporting,
            DispatchStatus::AtDestination => &mut after.at_destination,
            DispatchStatus::Assigned | DispatchStatus::Cleared | DispatchStatus::Cancelled => &mut after.ended,
        };
        *time = Some(now);
        Ok(after)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::call::tests::at;

    pub(crate) fn dispatch(status: DispatchStatus) -> Dispatch {
        let new = Dispatch::new(Uuid::from_u128(5), Uuid::from_u128(1), Uuid::from_u128(9), at(0));
        Dispatch { status, ..new }
    }

    #[test]
    fn a_crew_that_only_says_that_it_is_there_leaves_no_time_that_nobody_told() {
        let there = dispatch(DispatchStatus::Assigned).step(DispatchStatus::OnScene, at(300)).unwrap();
        assert_eq!((there.en_route, there.on_scene), (None, Some(at(300))));
    }

    #[test]
    fn a_wrong_step_names_the_allowed_ones_and_a_doubled_one_changes_nothing() {
        let cleared = dispatch(DispatchStatus::Cleared).step(DispatchStatus::EnRoute, at(1)).unwrap_err();
        assert_eq!(cleared.args, [("status", "cleared".to_owned()), ("next", "-".to_owned())]);
        let back = dispatch(DispatchStatus::OnScene).step(DispatchStatus::EnRoute, at(1)).unwrap_err();
        assert_eq!(back.args[1].1, "transporting, cleared");
        let there = dispatch(DispatchStatus::Assigned).step(DispatchStatus::OnScene, at(300)).unwrap();
        assert_eq!(there.step(DispatchStatus::OnScene, at(400)).unwrap(), there);
    }

    proptest! {
        #[test]
        fn whatever_is_told_times_never_run_backwards(told in proptest::collection::vec(0..8usize, 0..20)) {
            let mut one = dispatch(DispatchStatus::Assigned);
            for (minute, step) in told.into_iter().enumerate() {
                let now = at(60 * (i64::try_from(minute).unwrap() + 1));
                one = one.step(DispatchStatus::ALL[step], now).unwrap_or(one);
            }
            let times =
                [one.acknowledged, one.en_route, one.on_scene, one.transporting, one.at_destination, one.ended];
            let known: Vec<Timestamp> = times.into_iter().flatten().collect();
            prop_assert!(known.is_sorted() && known.iter().all(|time| *time > one.assigned));
            prop_assert_eq!(one.ended.is_none(), one.status.is_out());
        }
    }
}
