//! A drill (*gladi*): a scenario of calls, reports and unit moves that is played through the real actions. Everything
//! of it is marked and counts in no figure.

mod file;

use simpul_kernel::geo::Point;
use uuid::Uuid;

use super::{CallClass, CallOutcome, DispatchStatus, IncidentType, Losses, Priority, Site};
use simpul_kernel::Timestamp;

pub use file::{Fault, read};

/// Most steps of a scenario.
pub const STEPS_MAX_COUNT: usize = 5_000;
/// Most units of a scenario.
pub const UNITS_MAX_COUNT: usize = 100;
/// Latest moment of a scenario, in seconds from its beginning: a day.
pub const STEP_MAX_SECONDS: i64 = 24 * 3_600;
/// How far from the seat anything may be, in kilometres.
pub const AWAY_MAX_KM: f64 = 300.0;
/// Kilometres of one degree of latitude.
const DEGREE_KM: f64 = 111.32;

/// The scenarios that come with Simpul: the name by which each is asked for, and its file. The first is the default.
pub const SHIPPED: [(&str, &str); 3] = [
    ("sungai-contoh", include_str!("../../../drills/sungai-contoh.toml")),
    ("hari-biasa", include_str!("../../../drills/hari-biasa.toml")),
    ("masamba-2020", include_str!("../../../drills/masamba-2020.toml")),
];

/// The file of a scenario that comes with Simpul.
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// A scenario as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it is called; it begins with "GLADI".
    pub name: String,
    /// What it trains.
    pub about: String,
    /// Where its facts are from, if it has any.
    pub sources: Vec<String>,
    /// The only region in which it is played; none for any.
    pub region: Option<i64>,
    /// Its units. They exist only for it.
    pub units: Vec<DrillUnit>,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// When it ends, in seconds from its beginning.
    pub ends: i64,
}

/// A unit that exists only in a drill.
#[derive(Debug, Clone, PartialEq)]
pub struct DrillUnit {
    /// The line of the file.
    pub line: usize,
    /// What it is called on the radio.
    pub call_sign: String,
    /// Its kind.
    pub kind: String,
    /// Short name of its agency; the region's first one if it is empty or unknown there.
    pub agency: String,
    /// Where it stands.
    pub base: Spot,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The line of the file.
    pub line: usize,
    /// When, in seconds from the beginning.
    pub at: i64,
    /// What.
    pub deed: Deed,
}

/// A point of the region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spot {
    /// By its coordinates.
    Exact(Point),
    /// So many kilometres north and east of the region's seat.
    FromSeat {
        /// Kilometres to the north.
        north_km: f64,
        /// Kilometres to the east.
        east_km: f64,
    },
}

impl Spot {
    /// The point, where the seat is there.
    pub fn point(self, seat: Point) -> Point {
        match self {
            Spot::Exact(point) => point,
            Spot::FromSeat { north_km, east_km } => {
                let lat = seat.lat() + north_km / DEGREE_KM;
                let lon = seat.lon() + east_km / (DEGREE_KM * seat.lat().to_radians().cos().max(0.01));
                Point::from_degrees(lat, lon).unwrap_or(seat)
            }
        }
    }
}

/// Where something happens.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// Words that lead there.
    pub landmark: String,
    /// The Ministry's code of a village.
    pub village: Option<i64>,
    /// A point.
    pub spot: Option<Spot>,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// The telephone rings.
    Call {
        /// Its name in the file.
        call: String,
        /// The caller's number.
        number: Option<String>,
        /// In which queue.
        queue: Option<String>,
    },
    /// It is answered.
    Answer {
        /// Which call.
        call: String,
    },
    /// The caller hangs up, answered or not.
    HangUp {
        /// Which call.
        call: String,
    },
    /// What the call was.
    Classify {
        /// Which call.
        call: String,
        /// The class.
        class: CallClass,
        /// What came of it.
        outcome: CallOutcome,
    },
    /// An incident is opened: by a call, by a report of a citizen that is an emergency, or by an officer.
    Open {
        /// Its name in the file.
        incident: String,
        /// The call that tells of it.
        call: Option<String>,
        /// Whether a citizen's report tells of it.
        report: bool,
        /// Code of its type.
        kind: String,
        /// How urgent, where it differs from its type.
        priority: Option<Priority>,
        /// Where.
        place: Place,
        /// What is said.
        text: String,
    },
    /// Another caller tells of it.
    Attach {
        /// Which call.
        call: String,
        /// Of which incident.
        incident: String,
    },
    /// Units are sent.
    Send {
        /// To which incident.
        incident: String,
        /// Their call signs.
        units: Vec<String>,
    },
    /// A unit comes to a step of its dispatch.
    Unit {
        /// Its call sign.
        unit: String,
        /// The step.
        status: DispatchStatus,
    },
    /// A unit tells where it is.
    Move {
        /// Its call sign.
        unit: String,
        /// Where.
        spot: Spot,
    },
    /// A line of the log.
    Note {
        /// Of which incident.
        incident: String,
        /// What.
        text: String,
    },
    /// Harm as it becomes known.
    Count {
        /// Of which incident.
        incident: String,
        /// What is known.
        losses: Losses,
    },
    /// It is under control.
    Control {
        /// Which incident.
        incident: String,
    },
    /// It is over.
    Close {
        /// Which incident.
        incident: String,
        /// What was done.
        result: String,
    },
    /// It was none.
    Cancel {
        /// Which incident.
        incident: String,
        /// Why.
        reason: String,
    },
    /// Two are the same.
    Merge {
        /// The one that goes.
        incident: String,
        /// The one that stays.
        into: String,
    },
}

impl Deed {
    /// Whether it comes from outside the room. Those who train do the others themselves.
    pub fn is_from_outside(&self) -> bool {
        matches!(self, Deed::Call { .. } | Deed::HangUp { .. } | Deed::Open { report: true, .. })
    }
}

/// What a region has that a scenario may name.
pub struct Known<'a> {
    /// Its types of incidents.
    pub types: &'a [IncidentType],
    /// Kinds of units.
    pub kinds: &'a [&'a str],
    /// Codes of its villages.
    pub villages: &'a [i64],
    /// Its code.
    pub region: i64,
}

/// Everything in the scenario that the region does not have, so that nothing is played by half.
pub fn faults_in(scenario: &Scenario, known: &Known<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(region) = scenario.region.filter(|region| *region != known.region) {
        faults.push(Fault::new(1, "region", format!("this scenario is for region {region}, not {}", known.region)));
    }
    for unit in scenario.units.iter().filter(|unit| !known.kinds.contains(&unit.kind.as_str())) {
        let reason = format!("`{}` is no kind of unit; there are: {}", unit.kind, known.kinds.join(", "));
        faults.push(Fault::new(unit.line, "kind", reason));
    }
    for step in &scenario.steps {
        let Deed::Open { kind, place, .. } = &step.deed else { continue };
        if !known.types.iter().any(|one| one.code == *kind && one.active) {
            faults.push(Fault::new(step.line, "type", format!("`{kind}` is no type of incident in this region")));
        }
        if let Some(village) = place.village.filter(|village| !known.villages.contains(village)) {
            faults.push(Fault::new(step.line, "village", format!("{village} is no village of this region")));
        }
    }
    faults
}

/// What a citizen would report in a drill, for the citizens' inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct CitizenTold {
    /// Its id, in both rooms.
    pub id: Uuid,
    /// Of which drill.
    pub drill: Uuid,
    /// Where.
    pub site: Site,
    /// What is said.
    pub text: String,
}

/// A drill that is being played, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    /// Id.
    pub id: Uuid,
    /// The scenario's name.
    pub name: String,
    /// When it began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Steps of the scenario.
    pub steps: i64,
    /// Steps that were played so far.
    pub played: i64,
    /// When the last of them was.
    pub beat: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spot_lies_so_many_kilometres_from_the_seat() {
        let seat = Point::from_degrees(-2.55, 120.33).unwrap();
        let spot = Spot::FromSeat { north_km: 3.0, east_km: -4.0 };
        let metres = spot.point(seat).haversine_m(seat);
        assert!((4_950.0..5_050.0).contains(&metres), "{metres}");
        assert_eq!(Spot::Exact(seat).point(Point::from_degrees(0.0, 0.0).unwrap()), seat);
    }
}
