//! Indonesia's time zones.

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, UtcOffset};

use crate::clock::{MINUTE_MICROS, Timestamp};

/// Minutes of a day.
pub(super) const DAY_MINUTES: u16 = 24 * 60;

/// One of Indonesia's three time zones; none has summer time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Zone {
    /// Waktu Indonesia Barat, UTC+7.
    Wib,
    /// Waktu Indonesia Tengah, UTC+8.
    Wita,
    /// Waktu Indonesia Timur, UTC+9.
    Wit,
}

impl Zone {
    /// Every zone, from west to east.
    pub const ALL: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];

    /// Hours ahead of UTC.
    pub fn offset_hours(self) -> i8 {
        match self {
            Zone::Wib => 7,
            Zone::Wita => 8,
            Zone::Wit => 9,
        }
    }

    /// The name as it stands behind a time of day: `WITA`.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// The zone's name in the IANA database.
    pub fn iana(self) -> &'static str {
        match self {
            Zone::Wib => "Asia/Jakarta",
            Zone::Wita => "Asia/Makassar",
            Zone::Wit => "Asia/Jayapura",
        }
    }

    /// Reads `WITA` (in any case) or an IANA name; `Asia/Pontianak` is WIB.
    pub fn parse(text: &str) -> Option<Zone> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("Asia/Pontianak") {
            return Some(Zone::Wib);
        }
        Zone::ALL
            .into_iter()
            .find(|zone| text.eq_ignore_ascii_case(zone.name()) || text.eq_ignore_ascii_case(zone.iana()))
    }

    /// The instant as date and time of this zone. Instants before the year 1 or after 9998 are shown as the end of that
    /// range, so that no stored number can break a page.
    pub fn local(self, at: Timestamp) -> OffsetDateTime {
        let (first, last) = (-62_135_510_400_000_000, 253_370_764_799_999_999);
        let nanos = i128::from(at.0.clamp(first, last)) * 1_000;
        let offset = UtcOffset::from_hms(self.offset_hours(), 0, 0).unwrap_or(UtcOffset::UTC);
        OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH).to_offset(offset)
    }

    /// The date that a wall calendar in this zone shows at the instant.
    pub fn date(self, at: Timestamp) -> Date {
        self.local(at).date()
    }

    /// The instant at which clocks of this zone show `minute` minutes past midnight of `date`; 1440 is the next
    /// midnight.
    pub fn instant(self, date: Date, minute: u16) -> Timestamp {
        let days = i64::from(date.to_julian_day()) - 2_440_588;
        let minutes = days * i64::from(DAY_MINUTES) + i64::from(minute) - i64::from(self.offset_hours()) * 60;
        Timestamp(minutes * MINUTE_MICROS)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zones_read_by_name_and_by_iana_name() {
        assert_eq!(Zone::parse("wita"), Some(Zone::Wita));
        assert_eq!(Zone::parse("Asia/Makassar"), Some(Zone::Wita));
        assert_eq!(Zone::parse("asia/pontianak"), Some(Zone::Wib));
        assert_eq!(Zone::parse("Asia/Tokyo"), None);
        for zone in Zone::ALL {
            assert_eq!(Zone::parse(zone.name()), Some(zone));
            assert_eq!(Zone::parse(zone.iana()), Some(zone));
        }
    }

    proptest! {
        #[test]
        fn an_instant_is_found_again_from_its_local_date(
            micros in -60_000_000_000_000_000i64..250_000_000_000_000_000,
            zone in prop::sample::select(Zone::ALL.to_vec()),
        ) {
            let at = Timestamp(micros);
            let local = zone.local(at);
            let minute = u16::from(local.hour()) * 60 + u16::from(local.minute());
            let again = zone.instant(local.date(), minute);
            prop_assert!(at.micros_since(again) >= 0 && at.micros_since(again) < MINUTE_MICROS);
        }
    }
}
