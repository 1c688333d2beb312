//! Whether a call tells of an incident that is known: shown while the taker types, never decided by itself.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::MINUTE_MICROS;
use simpul_kernel::geo::Point;
use uuid::Uuid;

use super::incident::Incident;

/// The same number within so many minutes is taken to tell of the same.
pub const SAME_NUMBER_MINUTES: i64 = 60;
/// Two calls about one event come within so many minutes.
pub const SAME_TIME_MINUTES: i64 = 30;
/// An incident that is over is offered for so many minutes.
pub const CLOSED_SHOWN_MINUTES: i64 = 30;
/// Two places that are nearer are one, in metres; inexact ones may lie as far apart as both are inexact.
pub const SAME_PLACE_METRES: i64 = 200;
/// Most incidents that are offered.
pub const OFFERED_MAX_COUNT: usize = 5;

/// Points for the caller's number: who calls again calls about the same, whatever is typed.
const NUMBER_POINTS: i64 = 100;
/// Points for one and the same point; fewer the farther.
const PLACE_POINTS: i64 = 60;
/// Points for a village, where coordinates are missing: a village is large.
const VILLAGE_POINTS: i64 = 20;
/// Points that go with the time between, one for each minute.
const TIME_POINTS: i64 = SAME_TIME_MINUTES;

/// What is known of the call so far.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// Where.
    pub point: Option<Point>,
    /// How exact, in metres.
    pub radius_m: i64,
    /// Village.
    pub village: Option<i64>,
    /// Group of the type; absent while none is typed: then any may be meant.
    pub group: Option<String>,
}

/// An incident that may be the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The incident.
    pub incident: Incident,
    /// Group of its type.
    pub group: String,
    /// When the same number last called about it.
    pub same_number: Option<Timestamp>,
}

/// Why an incident is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The same number called about it.
    Number,
    /// It is so near, in metres.
    Near(i64),
    /// It is in the same village.
    Village,
}

/// An incident that is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// Its id.
    pub incident: Uuid,
    /// Its serial number.
    pub serial: i64,
    /// Code of its type.
    pub kind: String,
    /// Why.
    pub why: Why,
    /// How old it is, in minutes.
    pub age_minutes: i64,
    /// The more the likelier.
    pub score: i64,
}

/// The incidents that the call may tell of, the likeliest first.
pub fn similar(told: &Told, known: &[Known], now: Timestamp) -> Vec<Offer> {
    let mut offers: Vec<Offer> = known.iter().filter_map(|one| offer(told, one, now)).collect();
    offers.sort_by_key(|offer| (-offer.score, offer.serial));
    offers.truncate(OFFERED_MAX_COUNT);
    offers
}

fn offer(told: &Told, known: &Known, now: Timestamp) -> Option<Offer> {
    let Known { incident, group, same_number } = known;
    let minutes = |since: Timestamp| now.micros_since(since) / MINUTE_MICROS;
    let stands = incident.status.is_active() || incident.closed.is_some_and(|at| minutes(at) < CLOSED_SHOWN_MINUTES);
    if !stands || incident.merged_into.is_some() {
        return None;
    }
    let age_minutes = minutes(incident.received).max(0);
    let recent = TIME_POINTS - age_minutes.min(TIME_POINTS);
    let by_number = same_number.filter(|at| minutes(*at) < SAME_NUMBER_MINUTES).map(|_| (Why::Number, NUMBER_POINTS));
    let fits = told.group.as_ref().is_none_or(|told| told == group) && age_minutes <= SAME_TIME_MINUTES;
    let by_place = place(told, incident).filter(|_| fits);
    let (why, points) = by_number.or(by_place)?;
    // Who calls again from the same place is surer still.
    let both = if by_number.is_some() { by_place.map_or(0, |(_, points)| points) } else { 0 };
    Some(Offer {
        incident: incident.id,
        serial: incident.serial,
        kind: incident.kind.clone(),
        why,
        age_minutes,
        score: points + both + recent,
    })
}

fn place(told: &Told, incident: &Incident) -> Option<(Why, i64)> {
    let site = &incident.site;
    if let Some((one, other)) = told.point.zip(site.point) {
        let limit = SAME_PLACE_METRES.max(told.radius_m + site.radius_m.unwrap_or(0));
        #[expect(clippy::cast_possible_truncation, reason = "no two points of the earth are farther than 20,000 km")]
        let metres = one.haversine_m(other).round() as i64;
        return (metres <= limit).then(|| (Why::Near(metres), PLACE_POINTS - PLACE_POINTS * metres / (limit + 1)));
    }
    let same = told.village.is_some() && told.village == site.village;
    same.then_some((Why::Village, VILLAGE_POINTS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::IncidentStatus;
    use crate::model::call::tests::at;
    use crate::model::incident::tests::incident;
    use crate::model::incident::{Priority, Site};

    fn point(metres_north: f64) -> Point {
        Point::from_degrees(-2.55 + metres_north / 111_195.0, 120.33).unwrap()
    }

    fn fire(serial: i64, metres: f64) -> Known {
        let site = Site { point: Some(point(metres)), village: Some(7), ..Site::default() };
        let id = Uuid::from_u128(u128::from(serial.unsigned_abs()));
        Known {
            incident: crate::model::Incident { id, serial, site, priority: Priority::FIRST, ..incident() },
            group: "fire".to_owned(),
            same_number: None,
        }
    }

    fn told(group: Option<&str>) -> Told {
        Told { point: Some(point(0.0)), radius_m: 0, village: Some(7), group: group.map(str::to_owned) }
    }

    fn serials(offers: &[Offer]) -> Vec<i64> {
        offers.iter().map(|offer| offer.serial).collect()
    }

    #[test]
    fn what_is_near_and_of_the_same_group_is_offered_the_nearest_first() {
        let known = [fire(1, 150.0), fire(2, 20.0), fire(3, 260.0)];
        assert_eq!(serials(&similar(&told(Some("fire")), &known, at(600))), [2, 1]);
        assert_eq!(serials(&similar(&told(None), &known, at(600))), [2, 1], "while no type is typed any may be meant");
        assert!(similar(&told(Some("flood")), &known, at(600)).is_empty());
        assert!(similar(&told(Some("fire")), &known, at(31 * 60)).is_empty(), "half an hour later it is another");
    }

    #[test]
    fn inexact_places_may_lie_farther_apart() {
        let vague = Told { radius_m: 300, ..told(Some("fire")) };
        assert_eq!(serials(&similar(&vague, &[fire(3, 260.0)], at(600))), [3]);
    }

    #[test]
    fn the_same_number_is_offered_first_whatever_is_typed_and_for_an_hour() {
        let again = Known { same_number: Some(at(0)), ..fire(9, 90_000.0) };
        let offers = similar(&told(Some("flood")), &[again.clone(), fire(1, 0.0)], at(59 * 60));
        assert_eq!((offers[0].serial, offers[0].why), (9, Why::Number));
        assert!(similar(&told(Some("flood")), &[again], at(60 * 60)).is_empty());
    }

    #[test]
    fn without_coordinates_the_village_counts() {
        let nowhere = Told { point: None, ..told(Some("fire")) };
        assert_eq!(similar(&nowhere, &[fire(1, 5_000.0)], at(60))[0].why, Why::Village);
    }

    #[test]
    fn what_is_over_is_offered_for_half_an_hour_and_what_is_merged_never() {
        let mut over = fire(1, 0.0);
        over.incident.status = IncidentStatus::Closed;
        over.incident.closed = Some(at(300));
        assert_eq!(similar(&told(Some("fire")), &[over.clone()], at(600)).len(), 1);
        over.incident.received = at(2_000);
        assert!(similar(&told(Some("fire")), &[over], at(300 + 30 * 60)).is_empty());
        let mut merged = fire(2, 0.0);
        merged.incident.merged_into = Some(Uuid::nil());
        assert!(similar(&told(Some("fire")), &[merged], at(600)).is_empty());
    }

    proptest! {
        #[test]
        fn at_most_five_are_offered_and_the_order_of_the_known_changes_nothing(
            places in proptest::collection::vec(0..400i32, 0..12),
            turn in any::<prop::sample::Index>(),
        ) {
            let known: Vec<Known> =
                places.iter().enumerate().map(|(n, m)| fire(i64::try_from(n).unwrap() + 1, f64::from(*m))).collect();
            let offers = similar(&told(Some("fire")), &known, at(600));
            prop_assert!(offers.len() <= OFFERED_MAX_COUNT);
            prop_assert!(offers.windows(2).all(|two| two[0].score >= two[1].score));
            let mut other = known.clone();
            other.reverse();
            if !other.is_empty() {
                other.rotate_left(turn.index(known.len()));
            }
            prop_assert_eq!(offers, similar(&told(Some("fire")), &other, at(600)));
        }
    }
}
