//! Which units to send: what the run card asks for, the nearest that are free, and why the others are not among them.
//! The same question has the same answer, whatever order the units come in.

use simpul_kernel::Timestamp;
use simpul_kernel::clock::MINUTE_MICROS;
use simpul_kernel::geo::Point;
use uuid::Uuid;

use super::unit::Unit;

/// By how much a road is longer than the straight line, in hundredths. Rural networks lie between 1.2 and 1.6
/// (Ballou, Rahardja, Sakai 2002, "Selected country circuity factors for road travel distance estimation").
pub const ROAD_FACTOR_HUNDREDTHS: i64 = 140;
/// A unit that is farther by road is no help in time, in kilometres.
pub const REACH_MAX_KM: i64 = 60;
/// Two units whose ways differ by less are equally near; the longer rested goes, in metres.
pub const EQUAL_WAY_METRES: i64 = 500;

/// A unit to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Which.
    pub unit: Uuid,
    /// Its call sign.
    pub call_sign: String,
    /// Which kind was asked for.
    pub kind: String,
    /// Its way by road, about, in metres; `None` where the incident has no coordinates.
    pub way_m: Option<i64>,
    /// Whether it is taken to stand at its base, since it tells no position.
    pub from_base: bool,
}

/// Why a unit of the kind that is asked for is not among those to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unfit {
    /// It does something else; the status' name.
    Busy(&'static str),
    /// Its last position is that old, in minutes.
    Stale(i64),
    /// It is too far, in metres by road.
    Far(i64),
    /// Nobody knows where it is.
    Nowhere,
}

/// What is asked for and can't be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// Which kind.
    pub kind: String,
    /// How many are asked for.
    pub wanted: u32,
    /// How many can be sent.
    pub found: u32,
    /// Units of that kind that are not sent, by call sign, and why.
    pub unfit: Vec<(String, Unfit)>,
}

/// What to send.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recommendation {
    /// Units, in the order of the run card, the nearest first.
    pub picks: Vec<Pick>,
    /// What is missing.
    pub shortfalls: Vec<Shortfall>,
}

/// The way by road between two points, about, in metres.
pub fn way_m(from: Point, to: Point) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "no two points of the earth are farther than 20,000 km")]
    let straight = from.haversine_m(to).round() as i64;
    straight * ROAD_FACTOR_HUNDREDTHS / 100
}

/// What of a run card is still wanted, where units of these kinds are out already.
pub fn still_wanted(card: &[(String, u32)], out: &[String]) -> Vec<(String, u32)> {
    let left = card.iter().map(|(kind, wanted)| {
        let there = u32::try_from(out.iter().filter(|out| *out == kind).count()).unwrap_or(u32::MAX);
        (kind.clone(), wanted.saturating_sub(there))
    });
    left.filter(|(_, wanted)| *wanted > 0).collect()
}

/// Recommends what to send to `site`.
pub fn recommend(card: &[(String, u32)], units: &[Unit], site: Option<Point>, now: Timestamp) -> Recommendation {
    let mut answer = Recommendation::default();
    for (kind, wanted) in card {
        let (mut fit, unfit) = sorted_out(kind, units, site, now);
        fit.truncate(usize::try_from(*wanted).unwrap_or(usize::MAX));
        let found = u32::try_from(fit.len()).unwrap_or(u32::MAX);
        answer.picks.extend(fit);
        if found < *wanted {
            answer.shortfalls.push(Shortfall { kind: kind.clone(), wanted: *wanted, found, unfit });
        }
    }
    answer
}

type SortedOut = (Vec<Pick>, Vec<(String, Unfit)>);

fn sorted_out(kind: &str, units: &[Unit], site: Option<Point>, now: Timestamp) -> SortedOut {
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for unit in units.iter().filter(|unit| unit.active && unit.kind == kind) {
        match look(unit, site, now) {
            Ok((way, from_base)) => fit.push((unit, way, from_base)),
            Err(why) => unfit.push((unit.call_sign.clone(), why)),
        }
    }
    fit.sort_by_key(|(unit, way, _)| (way.map(|way| way / EQUAL_WAY_METRES), unit.rested, unit.call_sign.clone()));
    unfit.sort_by(|one, other| one.0.cmp(&other.0));
    let picks = fit.into_iter().map(|(unit, way_m, from_base)| Pick {
        unit: unit.id,
        call_sign: unit.call_sign.clone(),
        kind: kind.to_owned(),
        way_m,
        from_base,
    });
    (picks.collect(), unfit)
}

/// The unit's way, and whether it is taken to stand at its base; or why it can't be sent.
fn look(unit: &Unit, site: Option<Point>, now: Timestamp) -> Result<(Option<i64>, bool), Unfit> {
    if !unit.status.is_free() {
        return Err(Unfit::Busy(unit.status.name()));
    }
    let from = match (&unit.position, unit.base) {
        (Some(position), _) if position.is_fresh(now) => Some((position.point, false)),
        (Some(position), _) => return Err(Unfit::Stale(now.micros_since(position.at) / MINUTE_MICROS)),
        // Who never tells a position is taken to be at home.
        (None, Some(base)) => Some((base, true)),
        (None, None) => None,
    };
    let Some(site) = site else { return Ok((None, from.is_some_and(|(_, base)| base))) };
    let (from, from_base) = from.ok_or(Unfit::Nowhere)?;
    let way = way_m(from, site);
    if way > REACH_MAX_KM * 1000 { Err(Unfit::Far(way)) } else { Ok((Some(way), from_base)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::call::tests::at;
    use crate::model::unit::{Position, UnitStatus};

    fn point(lat: f64) -> Point {
        Point::from_degrees(lat, 120.33).unwrap()
    }

    fn unit(call_sign: &str, lat: f64) -> Unit {
        Unit {
            id: Uuid::from_u128(call_sign.bytes().fold(0, |sum, byte| sum * 256 + u128::from(byte))),
            agency: Uuid::nil(),
            call_sign: call_sign.to_owned(),
            kind: "fire".to_owned(),
            base: None,
            status: UnitStatus::Available,
            position: Some(Position { point: point(lat), accuracy_m: None, at: at(0) }),
            rested: None,
            active: true,
            drill: false,
        }
    }

    fn card(count: u32) -> Vec<(String, u32)> {
        vec![("fire".to_owned(), count)]
    }

    fn signs(answer: &Recommendation) -> Vec<&str> {
        answer.picks.iter().map(|pick| pick.call_sign.as_str()).collect()
    }

    #[test]
    fn the_nearest_free_units_go_and_what_is_missing_has_its_reasons() {
        let busy = Unit { status: UnitStatus::OnScene, ..unit("DK-1", -2.55) };
        let units = [unit("DK-3", -2.70), busy, unit("DK-2", -2.56), unit("DK-9", -9.0)];
        let answer = recommend(&card(3), &units, Some(point(-2.55)), at(60));
        assert_eq!(signs(&answer), ["DK-2", "DK-3"]);
        let short = &answer.shortfalls[0];
        assert_eq!((short.wanted, short.found), (3, 2));
        assert_eq!(short.unfit[0], ("DK-1".to_owned(), Unfit::Busy("on_scene")));
        assert!(matches!(short.unfit[1], (_, Unfit::Far(_))), "{short:?}");
    }

    #[test]
    fn what_is_out_already_is_wanted_no_more() {
        let card = [("fire".to_owned(), 2), ("ambulance".to_owned(), 1)];
        let out = ["fire".to_owned(), "ambulance".to_owned(), "ambulance".to_owned()];
        assert_eq!(still_wanted(&card, &out), [("fire".to_owned(), 1)]);
        assert_eq!(still_wanted(&card, &[]), card);
    }

    #[test]
    fn an_old_position_is_no_position_and_says_how_old_it_is() {
        let answer = recommend(&card(1), &[unit("PSC-2", -2.55)], Some(point(-2.55)), at(47 * 60));
        assert_eq!(answer.shortfalls[0].unfit, [("PSC-2".to_owned(), Unfit::Stale(47))]);
    }

    #[test]
    fn of_two_that_are_equally_near_the_longer_rested_goes() {
        let tired = Unit { rested: Some(at(50)), ..unit("DK-1", -2.550) };
        let fresh = Unit { rested: Some(at(10)), ..unit("DK-2", -2.551) };
        let answer = recommend(&card(1), &[tired, fresh], Some(point(-2.55)), at(60));
        assert_eq!(signs(&answer), ["DK-2"]);
    }

    #[test]
    fn who_never_tells_a_position_is_taken_to_be_at_its_base() {
        let home = Unit { position: None, base: Some(point(-2.56)), ..unit("DK-1", 0.0) };
        let answer = recommend(&card(1), std::slice::from_ref(&home), Some(point(-2.55)), at(0));
        assert!(answer.picks[0].from_base);
        let nowhere = Unit { base: None, ..home };
        let answer = recommend(&card(1), &[nowhere], Some(point(-2.55)), at(0));
        assert_eq!(answer.shortfalls[0].unfit, [("DK-1".to_owned(), Unfit::Nowhere)]);
    }

    proptest! {
        #[test]
        fn the_order_of_the_units_changes_nothing(
            lats in proptest::collection::vec(-30..-20i32, 1..8),
            wanted in 1..4u32,
            turn in any::<prop::sample::Index>(),
        ) {
            let place = |(n, lat): (usize, &i32)| unit(&format!("DK-{n}"), f64::from(*lat) / 10.0);
            let units: Vec<Unit> = lats.iter().enumerate().map(place).collect();
            let mut other = units.clone();
            other.rotate_left(turn.index(units.len()));
            other.reverse();
            let one = recommend(&card(wanted), &units, Some(point(-2.5)), at(60));
            prop_assert_eq!(&one, &recommend(&card(wanted), &other, Some(point(-2.5)), at(60)));
            let short: u32 = one.shortfalls.iter().map(|short| short.wanted - short.found).sum();
            prop_assert_eq!(u32::try_from(one.picks.len()).unwrap() + short, wanted);
        }
    }
}
