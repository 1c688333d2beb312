//! A place that somebody follows: what is news there, and when it is told.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS};

/// The hour of the region's day at which news of places are told, once a day.
pub const DIGEST_HOUR: i64 = 7;
/// Most places that one number or address follows.
pub const WATCHES_PER_PERSON_MAX_COUNT: i64 = 10;
/// An address that did not answer with its code is forgotten after this time, in hours.
pub const PENDING_LIFETIME_HOURS: i64 = 24;

/// A place, and which reports there are meant.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WatchedPlace {
    /// Code of the district.
    pub district: i64,
    /// Code of the village; `None` for the whole district.
    pub village: Option<i64>,
    /// Code of the category; `None` for all.
    pub category: Option<String>,
}

/// What is news of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceNews {
    /// A report came in.
    New,
    /// One was solved.
    Solved,
}

impl PlaceNews {
    /// The news that a line of the journal brings.
    pub fn of_line(kind: &str) -> Option<PlaceNews> {
        match kind {
            "report.submitted" => Some(PlaceNews::New),
            "report.resolved" => Some(PlaceNews::Solved),
            _ => None,
        }
    }

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            PlaceNews::New => "new",
            PlaceNews::Solved => "solved",
        }
    }
}

/// When what is new at `now` is told: at seven in the morning after it. All places that one person follows are told at
/// that moment, so that a day has one message.
pub fn next_digest(zone: Zone, now: Timestamp) -> Timestamp {
    let today = zone.instant(zone.date(now), 0).plus_micros(DIGEST_HOUR * HOUR_MICROS);
    if today > now { today } else { today.plus_micros(DAY_MICROS) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn news_are_told_at_seven_of_the_regions_morning_within_a_day(at in 0i64..4_000_000_000_000_000) {
            let now = Timestamp(at);
            let digest = next_digest(Zone::Wita, now);
            let ahead = digest.micros_since(now);
            prop_assert!(ahead > 0 && ahead <= DAY_MICROS);
            let midnight = Zone::Wita.instant(Zone::Wita.date(digest), 0);
            prop_assert_eq!(digest.micros_since(midnight), 7 * HOUR_MICROS);
        }
    }
}
