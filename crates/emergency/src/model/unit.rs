//! A crew with a vehicle that can be sent.

use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::named;

/// Longest call sign, in characters.
pub const CALL_SIGN_MAX_CHARS: usize = 20;
/// Longest word of an agency for what a unit does, in characters.
pub const WORD_MAX_CHARS: usize = 40;
/// A unit tells where it is once a second; what comes faster changes nothing. A little less than a second, since clocks
/// tremble; in milliseconds.
pub const POSITION_PAUSE_MILLIS: i64 = 900;
/// A position that is older says nothing of where the unit is, in minutes.
pub const POSITION_FRESH_MINUTES: i64 = 30;
/// A position that is less exact than this is none, in metres.
pub const ACCURACY_MAX_METRES: i64 = 100_000;
/// How far a phone's clock may run ahead, in seconds.
pub const POSITION_AHEAD_MAX_SECONDS: i64 = 60;

named! {
    /// What a unit does, in the words that all agencies' own words are mapped to.
    pub enum UnitStatus {
        /// Free (*siap*).
        Available = "available",
        /// Free, but it takes a while.
        Delayed = "delayed",
        /// Busy with something else.
        Unavailable = "unavailable",
        /// Broken, or without a crew.
        OutOfService = "out_of_service",
        /// Sent.
        Dispatched = "dispatched",
        /// On the way.
        EnRoute = "en_route",
        /// There.
        OnScene = "on_scene",
        /// With a patient on the way.
        Transporting = "transporting",
        /// At the hospital.
        AtDestination = "at_destination",
        /// On the way back; it can be sent.
        Returning = "returning",
    }
}

impl UnitStatus {
    /// Whether the unit can be sent.
    pub fn is_free(self) -> bool {
        matches!(self, UnitStatus::Available | UnitStatus::Returning)
    }

    /// What may be set by hand; the others follow from a dispatch.
    pub fn is_by_hand(self) -> bool {
        matches!(
            self,
            UnitStatus::Available
                | UnitStatus::Delayed
                | UnitStatus::Unavailable
                | UnitStatus::OutOfService
                | UnitStatus::Returning
        )
    }
}

/// Where a unit was, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Where.
    pub point: Point,
    /// How exact, in metres.
    pub accuracy_m: Option<i64>,
    /// When it was measured.
    pub at: Timestamp,
}

impl Position {
    /// Refuses a position from the future, or one that says nothing.
    ///
    /// # Errors
    /// `emergency.refused.position_time` of `at`; `emergency.refused.accuracy` of `accuracy_m`.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.at.micros_since(now) > POSITION_AHEAD_MAX_SECONDS * SECOND_MICROS {
            return Err(Refusal::field("at", "emergency.refused.position_time"));
        }
        if self.accuracy_m.is_some_and(|metres| !(0..=ACCURACY_MAX_METRES).contains(&metres)) {
            return Err(Refusal::field("accuracy_m", "emergency.refused.accuracy"));
        }
        Ok(())
    }

    /// Whether it still says where the unit is.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        now.micros_since(self.at) < POSITION_FRESH_MINUTES * MINUTE_MICROS
    }
}

/// A unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Id.
    pub id: Uuid,
    /// Whose it is.
    pub agency: Uuid,
    /// What it is called on the radio, such as `DK-1`.
    pub call_sign: String,
    /// What kind it is, such as `fire`.
    pub kind: String,
    /// Where it stands when it is not out.
    pub base: Option<Point>,
    /// What it does.
    pub status: UnitStatus,
    /// Where it was last.
    pub position: Option<Position>,
    /// When it last came back from a dispatch.
    pub rested: Option<Timestamp>,
    /// Whether it is in use at all.
    pub active: bool,
    /// Whether it exists only for drills.
    pub drill: bool,
}

impl Unit {
    /// Whether this position is newer than the one that is known; phones on a bad line send late what they kept.
    pub fn is_news(&self, position: &Position) -> bool {
        self.position.is_none_or(|known| position.at > known.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::tests::at;

    #[test]
    fn a_position_from_the_future_or_without_meaning_is_refused() {
        let point = Point::from_degrees(-2.55, 120.33).unwrap();
        let position = Position { point, accuracy_m: Some(12), at: at(60) };
        assert!(position.check(at(0)).is_ok());
        assert_eq!(Position { at: at(61), ..position }.check(at(0)).unwrap_err().field, Some("at"));
        let vague = Position { accuracy_m: Some(-1), ..position };
        assert_eq!(vague.check(at(60)).unwrap_err().field, Some("accuracy_m"));
        assert!(position.is_fresh(at(60 + 29 * 60)) && !position.is_fresh(at(60 + 30 * 60)));
    }

    #[test]
    fn only_what_no_dispatch_sets_is_set_by_hand() {
        for status in UnitStatus::ALL {
            let by_dispatch = crate::model::DispatchStatus::ALL.iter().any(|step| step.unit_status() == *status);
            assert_eq!(status.is_by_hand(), !by_dispatch || *status == UnitStatus::Available, "{}", status.name());
        }
    }
}
