//! Where a caller may be: candidates, each with who says so, how exact it is, and since when.

use simpul_kernel::clock::MINUTE_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp, words};
use uuid::Uuid;

use super::named;

/// A link by which a caller sends a position can be followed for so long, in minutes.
pub const LINK_MINUTES: i64 = 30;
/// Most links of one call: a caller who gets more is not helped by it.
pub const LINKS_MAX_COUNT: usize = 5;
/// Most candidates of one call that are kept.
pub const PLACES_MAX_COUNT: usize = 20;
/// Farthest that a position may be off and still be one, in metres.
pub const RADIUS_MAX_M: i64 = 100_000;
/// A village's middle says so much of where in it somebody is, in metres.
pub const VILLAGE_RADIUS_M: i64 = 2_000;
/// Longest description that a caller types instead of a position, in characters.
pub const PLACE_WORDS_MAX_CHARS: usize = 200;

named! {
    /// Who says where a caller is.
    pub enum PlaceSource {
        /// A taker typed coordinates.
        Manual = "manual",
        /// The caller's telephone, by the link that was sent.
        Link = "link",
        /// The telephone network.
        Network = "network",
        /// What was typed, looked up: the middle of a village.
        Geocode = "geocode",
    }
}

/// Where a caller may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: Uuid,
    /// Who says so.
    pub source: PlaceSource,
    /// The point; absent where the caller described the place in words.
    pub point: Option<Point>,
    /// How far it may be off, in metres.
    pub radius_m: Option<i64>,
    /// What the caller typed.
    pub words: String,
    /// Since when it is known.
    pub at: Timestamp,
}

/// A point that was typed is a candidate's where both are nearer than this, in metres: people copy coordinates rounded.
const SAME_POINT_METRES: f64 = 25.0;

/// How far a point may be off: as far as the candidate that it was taken from.
pub fn radius_of(candidates: &[Candidate], point: Point) -> Option<i64> {
    let near = candidates.iter().filter_map(|one| Some((one.point?.haversine_m(point), one.radius_m?)));
    let near = near.filter(|(metres, _)| *metres <= SAME_POINT_METRES);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, radius)| radius)
}

/// What says where somebody is, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The point.
    pub point: Option<Point>,
    /// How far it may be off, in metres.
    pub radius_m: Option<i64>,
    /// Words instead of a point.
    pub words: String,
}

impl Spot {
    /// A point with how far it may be off.
    ///
    /// # Errors
    /// `emergency.refused.accuracy` of the field `accuracy`.
    pub fn at(point: Point, radius_m: Option<i64>) -> Result<Spot, Refusal> {
        if radius_m.is_some_and(|radius| !(0..=RADIUS_MAX_M).contains(&radius)) {
            return Err(Refusal::field("accuracy", "emergency.refused.accuracy"));
        }
        Ok(Spot { point: Some(point), radius_m, words: String::new() })
    }

    /// The same with what the caller typed beside it.
    ///
    /// # Errors
    /// Those of [`words::clean_line`].
    pub fn with_words(self, typed: &str) -> Result<Spot, Refusal> {
        Ok(Spot { words: words::clean_line("words", typed, PLACE_WORDS_MAX_CHARS, false)?, ..self })
    }

    /// A place in the caller's words.
    ///
    /// # Errors
    /// `emergency.refused.words_or_point` where there are none; those of [`words::clean_line`].
    pub fn described(typed: &str) -> Result<Spot, Refusal> {
        let words = words::clean_line("words", typed, PLACE_WORDS_MAX_CHARS, false)?;
        if words.is_empty() {
            return Err(Refusal::field("words", "emergency.refused.words_or_point"));
        }
        Ok(Spot { point: None, radius_m: None, words })
    }
}

/// Two points that are nearer than this are shown alike, in 1e-7 degrees.
const ALIKE_E7: u32 = 100;

/// Whether a candidate tells nothing that the last of its source did not. Coordinates that stand there already and were
/// put into the field are not typed ones.
pub fn is_known(known: &[Candidate], source: PlaceSource, spot: &Spot) -> bool {
    let alike = |one: &Candidate| {
        let points = one.point.zip(spot.point);
        points.is_some_and(|(one, other)| {
            one.lat_e7.abs_diff(other.lat_e7) < ALIKE_E7 && one.lon_e7.abs_diff(other.lon_e7) < ALIKE_E7
        })
    };
    if source == PlaceSource::Manual && known.iter().any(alike) {
        return true;
    }
    let last = known.iter().filter(|one| one.source == source).max_by_key(|one| (one.at, one.id));
    last.is_some_and(|last| last.point == spot.point && last.radius_m == spot.radius_m && last.words == spot.words)
}

/// A link that was sent to a caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceLink {
    /// Its id.
    pub id: Uuid,
    /// The call.
    pub call: Uuid,
    /// Until when it can be followed.
    pub expires: Timestamp,
    /// When it was used.
    pub used: Option<Timestamp>,
}

impl PlaceLink {
    /// When a link that is sent now can't be followed any more.
    pub fn end(now: Timestamp) -> Timestamp {
        now.plus_micros(LINK_MINUTES * MINUTE_MICROS)
    }

    /// Whether a position can still be sent by it.
    ///
    /// # Errors
    /// `emergency.refused.link_used` and `emergency.refused.link_over`.
    pub fn check(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.used {
            Some(_) => Err(Refusal::new("emergency.refused.link_used")),
            None if now >= self.expires => Err(Refusal::new("emergency.refused.link_over")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point() -> Point {
        Point::from_degrees(-2.55, 120.33).unwrap()
    }

    #[test]
    fn a_link_works_once_and_for_half_an_hour() {
        let link = PlaceLink { id: Uuid::nil(), call: Uuid::nil(), expires: PlaceLink::end(Timestamp(0)), used: None };
        let end = Timestamp(30 * MINUTE_MICROS);
        assert!(link.check(Timestamp(end.0 - 1)).is_ok());
        assert_eq!(link.check(end).unwrap_err().key, "emergency.refused.link_over");
        let used = PlaceLink { used: Some(Timestamp(1)), ..link };
        assert_eq!(used.check(Timestamp(2)).unwrap_err().key, "emergency.refused.link_used");
    }

    #[test]
    fn a_place_is_a_point_or_words_and_the_same_again_is_no_news() {
        assert!(Spot::at(point(), Some(-1)).is_err() && Spot::at(point(), Some(RADIUS_MAX_M + 1)).is_err());
        assert_eq!(Spot::described("  ").unwrap_err().field, Some("words"));
        let spot = Spot::at(point(), Some(18)).unwrap();
        let known = Candidate {
            id: Uuid::nil(),
            source: PlaceSource::Link,
            point: spot.point,
            radius_m: spot.radius_m,
            words: String::new(),
            at: Timestamp(0),
        };
        assert!(is_known(std::slice::from_ref(&known), PlaceSource::Link, &spot));
        assert!(is_known(std::slice::from_ref(&known), PlaceSource::Manual, &spot), "it was put into the field");
        let typed = Spot::at(Point::from_degrees(-2.56, 120.33).unwrap(), None).unwrap();
        assert!(!is_known(&[known], PlaceSource::Manual, &typed));
        assert_eq!(spot.with_words(" dekat pasar ").unwrap().words, "dekat pasar");
    }
}
