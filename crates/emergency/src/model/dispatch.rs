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
            return Err(wrong_step(self.status));
        }
        let mut after = Dispatch { status: to, ..self.clone() };
        *after.time_mut(to) = Some(now);
        Ok(after)
    }

    fn time_mut(&mut self, step: DispatchStatus) -> &mut Option<Timestamp> {
        match step {
            DispatchStatus::Acknowledged => &mut self.acknowledged,
            DispatchStatus::EnRoute => &mut self.en_route,
            DispatchStatus::OnScene => &mut self.on_scene,
            DispatchStatus::Transporting => &mut self.transporting,
            DispatchStatus::AtDestination => &mut self.at_destination,
            DispatchStatus::Assigned | DispatchStatus::Cleared | DispatchStatus::Cancelled => &mut self.ended,
        }
    }

    /// The last moment that is known of it.
    pub fn last_told(&self) -> Timestamp {
        let times =
            [self.acknowledged, self.en_route, self.on_scene, self.transporting, self.at_destination, self.ended];
        times.into_iter().flatten().max().unwrap_or(self.assigned)
    }

    /// A crew tells of a step with the time at which it was pressed, which may reach us late and after later ones: it
    /// fills the time that nobody told, where it fits between those that are known, and takes nothing back.
    ///
    /// # Errors
    /// As [`Dispatch::step`].
    pub fn told(&self, to: DispatchStatus, at: Timestamp, now: Timestamp) -> Result<Dispatch, Refusal> {
        if to < self.status && to > DispatchStatus::Assigned && self.status.is_out() {
            let mut after = self.clone();
            if after.time_mut(to).is_none() && self.fits(to, at) {
                *after.time_mut(to) = Some(at);
            }
            return Ok(after);
        }
        // Times never run backwards: what was pressed before the last known step counts from then.
        self.step(to, at.max(self.last_told()).min(now))
    }

    fn fits(&self, step: DispatchStatus, at: Timestamp) -> bool {
        use DispatchStatus::{Acknowledged, AtDestination, EnRoute, OnScene, Transporting};
        let known = [
            (Acknowledged, self.acknowledged),
            (EnRoute, self.en_route),
            (OnScene, self.on_scene),
            (Transporting, self.transporting),
            (AtDestination, self.at_destination),
        ];
        let right = |(other, time): &(DispatchStatus, Option<Timestamp>)| match time {
            Some(time) if *other < step => *time <= at,
            Some(time) if *other > step => at <= *time,
            _ => true,
        };
        self.assigned <= at && known.iter().all(right)
    }
}

/// Says where it stands and what may come next, in the reader's words.
fn wrong_step(status: DispatchStatus) -> Refusal {
    let word = |status: &DispatchStatus| format!("emergency.dispatch_status.{}", status.name());
    let refusal = match status.next() {
        [] => Refusal::new("emergency.refused.dispatch_over"),
        next => Refusal::new("emergency.refused.dispatch_state").with_words("next", next.iter().map(word)),
    };
    refusal.with_words("status", [word(&status)])
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
        let said = |refusal: &Refusal| refusal.said(|key| key.rsplit('.').next().unwrap().to_uppercase());
        assert_eq!(
            (cleared.key, said(&cleared)),
            ("emergency.refused.dispatch_over", vec![("status", "CLEARED".into())])
        );
        let back = dispatch(DispatchStatus::OnScene).step(DispatchStatus::EnRoute, at(1)).unwrap_err();
        assert_eq!(said(&back), [("next", "TRANSPORTING, CLEARED".into()), ("status", "ON_SCENE".into())]);
        let there = dispatch(DispatchStatus::Assigned).step(DispatchStatus::OnScene, at(300)).unwrap();
        assert_eq!(there.step(DispatchStatus::OnScene, at(400)).unwrap(), there);
    }

    #[test]
    fn a_step_that_was_pressed_without_signal_keeps_its_own_time_in_whatever_order_it_comes() {
        let sent = dispatch(DispatchStatus::Assigned);
        let there = sent.told(DispatchStatus::OnScene, at(300), at(400)).unwrap();
        assert_eq!(there.on_scene, Some(at(300)), "when it was pressed, not when it came");
        let filled = there.told(DispatchStatus::EnRoute, at(120), at(401)).unwrap();
        assert_eq!((filled.status, filled.en_route), (DispatchStatus::OnScene, Some(at(120))));
        assert_eq!(filled.told(DispatchStatus::EnRoute, at(130), at(402)).unwrap(), filled, "once");
        let late = there.told(DispatchStatus::EnRoute, at(350), at(402)).unwrap();
        assert_eq!(late.en_route, None, "after the arrival it can't have been");
        let early = there.told(DispatchStatus::Cleared, at(10), at(500)).unwrap();
        assert_eq!(early.ended, Some(at(300)), "times never run backwards");
        assert!(early.told(DispatchStatus::EnRoute, at(120), at(501)).is_err(), "what is over is over");
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
