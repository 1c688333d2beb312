//! A call of which the switch says nothing any more: when it counts as over.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::{HOUR_MICROS, MINUTE_MICROS};

use super::{Call, CallStatus};

/// A call that rings and of which nothing more is said is over after this time, in minutes: no network lets one ring so
/// long.
pub const RING_SILENT_MINUTES: i64 = 10;
/// A call that was answered and of which nothing more is said is over after this time, in hours.
pub const TALK_SILENT_HOURS: i64 = 4;

/// When a call counts as over if the switch said its last word at `heard` and says no more; `None` where it is over.
pub fn silent_at(call: &Call, heard: Timestamp) -> Option<Timestamp> {
    match call.status {
        CallStatus::Ringing => Some(heard.plus_micros(RING_SILENT_MINUTES * MINUTE_MICROS)),
        CallStatus::Answered | CallStatus::Held => Some(heard.plus_micros(TALK_SILENT_HOURS * HOUR_MICROS)),
        _ => None,
    }
}

/// When it is looked again whether a call is over; `None` where it is now. A taker who shows that they are there is
/// with the caller, whatever the switch says.
pub fn look_again(call: &Call, heard: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let due = silent_at(call, heard)?;
    if now < due {
        return Some(due);
    }
    let with_taker = call.claim.as_ref().is_some_and(|claim| !claim.is_stale(now));
    with_taker.then(|| now.plus_micros(RING_SILENT_MINUTES * MINUTE_MICROS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::call::tests::{at, ringing};

    #[test]
    fn a_ring_without_end_is_over_after_ten_minutes_and_a_talk_after_four_hours() {
        let call = ringing();
        assert_eq!(look_again(&call, at(0), at(599)), Some(at(600)));
        assert_eq!(look_again(&call, at(0), at(600)), None);
        let talks = Call { status: CallStatus::Answered, ..call };
        assert_eq!(look_again(&talks, at(0), at(600)), Some(at(4 * 3_600)));
        assert_eq!(silent_at(&Call { status: CallStatus::WrapUp, ..talks }, at(0)), None);
    }

    #[test]
    fn a_call_whose_taker_is_there_goes_on() {
        let (call, _) = ringing().claim("officer:a", at(590), false, None).unwrap();
        assert_eq!(look_again(&call, at(0), at(600)), Some(at(1_200)));
        assert_eq!(look_again(&call, at(0), at(1_200)), None, "the taker has gone");
    }
}
