//! What the API says and takes. The field comments are the documentation that `/api/openapi.json` shows.

use serde::{Deserialize, Serialize};
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_kernel::geo::Point;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::model::recommend::{Recommendation, Unfit};
use crate::model::{Call, Dispatch, Unit, number};
use crate::read::Whole;
use crate::sql::call::Caller;

/// One word of a telephone system about one call.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CtiBody {
    /// `ringing`, `answered`, `held`, `resumed`, `transferred`, `ended` or `abandoned`.
    #[schema(example = "ringing")]
    pub event: String,
    /// The telephone system's own id of the call; for Asterisk its Linkedid.
    #[schema(min_length = 1, max_length = 120, example = "1795306200.42")]
    pub call_id: String,
    /// Who calls; absent or empty where the number is withheld.
    #[serde(default)]
    #[schema(max_length = 120, example = "081234567890")]
    pub caller_number: Option<String>,
    /// Which number was called.
    #[serde(default)]
    #[schema(max_length = 120, example = "112")]
    pub called_number: Option<String>,
    /// When, by the telephone system's clock (RFC 3339).
    #[serde(default)]
    #[schema(value_type = String, required, example = "2026-11-22T14:05:00+08:00")]
    pub at: serde_json::Value,
    /// The extension that answered, or to which the call was handed over.
    #[serde(default)]
    #[schema(max_length = 120, example = "201")]
    pub agent: Option<String>,
    /// In which queue the call waits.
    #[serde(default)]
    #[schema(max_length = 120)]
    pub queue: Option<String>,
    /// Where the recording lies.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub recording_url: Option<String>,
    /// Why, in the telephone system's own word.
    #[serde(default)]
    #[schema(max_length = 120)]
    pub reason: Option<String>,
}

/// Where a call stands after a word about it, or a step with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallState {
    /// The call's id.
    pub id: Uuid,
    /// `ringing`, `answered`, `held`, `wrap_up`, `ended`, `abandoned` or `missed`.
    pub state: String,
    /// What it was; `unclassified` until somebody says it.
    pub class: String,
    /// Who has it: `officer:` or `apikey:` and an id.
    pub claimed_by: Option<String>,
}

impl From<crate::actions::CallDone> for CallState {
    fn from(done: crate::actions::CallDone) -> CallState {
        CallState { id: done.id, state: done.status, class: done.class, claimed_by: done.claimed_by }
    }
}

/// A call.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallView {
    /// Its id.
    pub id: Uuid,
    /// Which line of the telephone system; empty for what was written down by hand.
    pub trunk: String,
    /// The telephone system's own id of it.
    pub call_id: String,
    /// By which way it came: `cti`, `manual`, `radio`, `walk_in`, `from_110`, `from_113`, `from_119`, `text`, `paper`
    /// or `cdr`.
    pub source: String,
    /// `ringing`, `answered`, `held`, `wrap_up`, `ended`, `abandoned` or `missed`.
    pub state: String,
    /// What it was; `unclassified` until somebody says it.
    pub class: String,
    /// What came of it.
    pub outcome: Option<String>,
    /// Who calls.
    pub caller_number: Option<String>,
    /// Whether the caller keeps the number back.
    pub withheld: bool,
    /// Which number was called.
    pub called_number: Option<String>,
    /// When it began to ring.
    pub started_at: String,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// When it was over.
    pub ended_at: Option<String>,
    /// How long the caller waited, in seconds.
    pub waited_seconds: Option<f64>,
    /// Time on hold, in seconds.
    pub held_seconds: f64,
    /// The extension that has it, or had it last.
    pub agent: Option<String>,
    /// Who has it: `officer:` or `apikey:` and an id.
    pub claimed_by: Option<String>,
    /// The incident that it led to.
    pub incident: Option<Uuid>,
    /// Where its recording lies.
    pub recording_url: Option<String>,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

fn seconds(micros: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a call lasts hours, not centuries")]
    let micros = micros as f64;
    micros / 1e6
}

impl CallView {
    /// The call as a program sees it, times in `zone`.
    pub fn of(call: &Call, caller: Caller, zone: Zone) -> CallView {
        CallView {
            id: call.id,
            trunk: call.trunk.clone(),
            call_id: call.call_id.clone(),
            source: call.source.name().to_owned(),
            state: call.status.name().to_owned(),
            class: call.class().name().to_owned(),
            outcome: call.verdict.map(|verdict| verdict.outcome.name().to_owned()),
            caller_number: caller.number,
            withheld: call.withheld,
            called_number: caller.called_number,
            started_at: iso(call.started, zone),
            answered_at: call.answered.map(|at| iso(at, zone)),
            ended_at: call.ended.map(|at| iso(at, zone)),
            waited_seconds: call.waited_micros().map(seconds),
            held_seconds: seconds(call.held_micros),
            agent: call.agent.clone(),
            claimed_by: call.claim.as_ref().map(|claim| claim.by.clone()),
            incident: call.incident,
            recording_url: caller.recording_url,
            drill: call.drill,
        }
    }
}

/// Calls.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallList {
    /// The calls.
    pub calls: Vec<CallView>,
}

/// Which calls.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CallQuery {
    /// The telephone system's own id; without it, the calls that still ask for somebody.
    pub call_id: Option<String>,
}

/// A call is taken.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClaimBody {
    /// Why it is taken over from somebody who is there; supervisors only.
    #[serde(default)]
    pub reason: Option<String>,
}

/// What a call was and what came of it.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassifyBody {
    /// `normal`, `information`, `prank`, `ghost`, `disconnected`, `wrong_number` or `test`.
    #[schema(example = "normal")]
    pub class: String,
    /// `incident`, `report`, `answered`, `transferred` or `none`.
    #[schema(example = "incident")]
    pub outcome: String,
}

/// Something happens that needs units: a type and a place.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// The call that tells of it.
    #[serde(default)]
    pub call: Option<Uuid>,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(example = "structure_fire")]
    pub kind: String,
    /// 1 (life in danger) to 5, where it differs from what its type says.
    #[serde(default)]
    pub priority: Option<i64>,
    /// Code of the village.
    #[serde(default)]
    pub village: Option<i64>,
    /// Words that lead there.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub landmark: String,
    /// Latitude.
    #[serde(default)]
    pub lat: Option<f64>,
    /// Longitude.
    #[serde(default)]
    pub lon: Option<f64>,
    /// How exact the coordinates are, in metres.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub radius_m: Option<i64>,
    /// `unknown`, `some` or `none`.
    #[serde(default)]
    #[schema(example = "some")]
    pub victims: Option<String>,
    /// How many, where there are some and that is known.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100_000)]
    pub victims_count: Option<i64>,
    /// What else is known.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub note: String,
}

/// Where an incident stands after something was done with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentState {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    #[schema(example = "112-0871")]
    pub number: String,
    /// `open`, `dispatched`, `on_scene`, `controlled`, `closed`, `cancelled` or `merged`.
    pub state: String,
}

impl From<crate::actions::IncidentDone> for IncidentState {
    fn from(done: crate::actions::IncidentDone) -> IncidentState {
        IncidentState { id: done.id, number: done.number, state: done.status }
    }
}

/// Coordinates.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct PointView {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
}

impl From<Point> for PointView {
    fn from(point: Point) -> PointView {
        PointView { lat: point.lat(), lon: point.lon() }
    }
}

/// An incident.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentView {
    /// Its id.
    pub id: Uuid,
    /// Its number.
    pub number: String,
    /// Code of its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// 1 (life in danger) to 5.
    pub priority: i64,
    /// `open`, `dispatched`, `on_scene`, `controlled`, `closed`, `cancelled` or `merged`.
    pub state: String,
    /// Code of the village.
    pub village: Option<i64>,
    /// Code of the district.
    pub district: Option<i64>,
    /// Words that lead there.
    pub landmark: String,
    /// Coordinates.
    pub point: Option<PointView>,
    /// When the first call about it began to ring.
    pub received_at: String,
    /// When the first unit was sent.
    pub sent_at: Option<String>,
    /// When the first unit was there.
    pub arrived_at: Option<String>,
    /// When it was over.
    pub closed_at: Option<String>,
    /// `unknown`, `some` or `none`: what was counted, else what callers say.
    pub victims: String,
    /// How many, where that is known.
    pub victims_count: Option<i64>,
    /// What was done.
    pub result: Option<String>,
    /// The one that it is the same as.
    pub merged_into: Option<Uuid>,
    /// Those that are the same as it.
    pub merged: Vec<Uuid>,
    /// Calls about it, those of the merged ones with them.
    pub calls: Vec<Uuid>,
    /// Units that were sent, those of the merged ones with them.
    pub dispatches: Vec<DispatchView>,
    /// Whether it belongs to a drill.
    pub drill: bool,
}

impl IncidentView {
    /// The incident as a program sees it, times in `zone`.
    pub fn of(whole: &Whole, zone: Zone) -> IncidentView {
        let Whole { incident, merged, calls, dispatches, .. } = whole;
        let time = |at: Option<Timestamp>| at.map(|at| iso(at, zone));
        IncidentView {
            id: incident.id,
            number: number::shown(incident.serial),
            kind: incident.kind.clone(),
            priority: incident.priority.level(),
            state: incident.status.name().to_owned(),
            village: incident.site.village,
            district: incident.site.district,
            landmark: incident.site.landmark.clone(),
            point: incident.site.point.map(PointView::from),
            received_at: iso(incident.received, zone),
            sent_at: time(incident.sent),
            arrived_at: time(incident.arrived),
            closed_at: time(incident.closed),
            victims: incident.victims_known().name().to_owned(),
            victims_count: incident.victims_known().count(),
            result: incident.result.clone(),
            merged_into: incident.merged_into,
            merged: merged.iter().map(|one| one.id).collect(),
            calls: calls.iter().map(|call| call.id).collect(),
            dispatches: dispatches.iter().map(|dispatch| DispatchView::of(dispatch, zone)).collect(),
            drill: incident.drill,
        }
    }
}

/// Incidents.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IncidentList {
    /// The incidents.
    pub incidents: Vec<IncidentView>,
}

/// One unit sent to one incident.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DispatchView {
    /// Its id.
    pub id: Uuid,
    /// The unit.
    pub unit: Uuid,
    /// `assigned`, `acknowledged`, `en_route`, `on_scene`, `transporting`, `at_destination`, `cleared` or `cancelled`.
    pub state: String,
    /// When the unit was sent.
    pub assigned_at: String,
    /// When it was there.
    pub on_scene_at: Option<String>,
    /// When it was free again, or called back.
    pub ended_at: Option<String>,
}

impl DispatchView {
    fn of(dispatch: &Dispatch, zone: Zone) -> DispatchView {
        DispatchView {
            id: dispatch.id,
            unit: dispatch.unit,
            state: dispatch.status.name().to_owned(),
            assigned_at: iso(dispatch.assigned, zone),
            on_scene_at: dispatch.on_scene.map(|at| iso(at, zone)),
            ended_at: dispatch.ended.map(|at| iso(at, zone)),
        }
    }
}

/// Units to send: all of them go, or none.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendBody {
    /// Ids of the units.
    #[schema(min_items = 1, max_items = 20)]
    pub units: Vec<Uuid>,
}

/// What was sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sent {
    /// One dispatch for each unit.
    pub dispatches: Vec<SentUnit>,
}

/// A unit that was sent, or came to a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SentUnit {
    /// The dispatch.
    pub id: Uuid,
    /// The unit.
    pub unit: Uuid,
    /// Its call sign.
    pub call_sign: String,
    /// Where the dispatch stands.
    pub state: String,
}

impl From<crate::actions::DispatchDone> for SentUnit {
    fn from(done: crate::actions::DispatchDone) -> SentUnit {
        SentUnit { id: done.id, unit: done.unit, call_sign: done.call_sign, state: done.status }
    }
}

/// A unit comes to its next step.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepBody {
    /// `acknowledged`, `en_route`, `on_scene`, `transporting`, `at_destination`, `cleared` or `cancelled`.
    #[schema(example = "on_scene")]
    pub state: String,
}

/// Into which incident.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeIncidentBody {
    /// Id of the one that stays.
    pub into: Uuid,
}

/// Nothing more is to be said.
#[derive(Debug, Clone, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmptyBody {}

/// A unit to send.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PickView {
    /// The unit.
    pub unit: Uuid,
    /// Its call sign.
    pub call_sign: String,
    /// Which kind was asked for.
    pub kind: String,
    /// Its way by road, about, in metres.
    pub way_m: Option<i64>,
    /// Whether it is taken to stand at its base, since it tells no position.
    pub from_base: bool,
}

/// Why a unit is not among those to send.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnfitView {
    /// Its call sign.
    pub call_sign: String,
    /// `busy`, `stale_position`, `too_far` or `no_position`.
    pub reason: String,
    /// The state for `busy`, minutes for `stale_position`, metres for `too_far`.
    pub detail: Option<String>,
}

/// What is asked for and can't be sent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShortfallView {
    /// Which kind.
    pub kind: String,
    /// How many are asked for.
    pub wanted: u32,
    /// How many can be sent.
    pub found: u32,
    /// Units of that kind that are not sent, and why.
    pub unfit: Vec<UnfitView>,
}

/// What to send, and what is missing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecommendationView {
    /// Units, in the order of the run card, the nearest first.
    pub units: Vec<PickView>,
    /// What is missing.
    pub shortfalls: Vec<ShortfallView>,
}

impl From<Recommendation> for RecommendationView {
    fn from(answer: Recommendation) -> RecommendationView {
        let units = answer.picks.into_iter().map(|pick| PickView {
            unit: pick.unit,
            call_sign: pick.call_sign,
            kind: pick.kind,
            way_m: pick.way_m,
            from_base: pick.from_base,
        });
        let shortfalls = answer.shortfalls.into_iter().map(|short| ShortfallView {
            kind: short.kind,
            wanted: short.wanted,
            found: short.found,
            unfit: short.unfit.into_iter().map(unfit_view).collect(),
        });
        RecommendationView { units: units.collect(), shortfalls: shortfalls.collect() }
    }
}

fn unfit_view((call_sign, why): (String, Unfit)) -> UnfitView {
    let (reason, detail) = match why {
        Unfit::Busy(status) => ("busy", Some(status.to_owned())),
        Unfit::Stale(minutes) => ("stale_position", Some(minutes.to_string())),
        Unfit::Far(metres) => ("too_far", Some(metres.to_string())),
        Unfit::Nowhere => ("no_position", None),
    };
    UnfitView { call_sign, reason: reason.to_owned(), detail }
}

/// A unit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitView {
    /// Its id.
    pub id: Uuid,
    /// What it is called on the radio.
    pub call_sign: String,
    /// What kind it is.
    pub kind: String,
    /// Whose it is.
    pub agency: Uuid,
    /// What it does.
    pub status: String,
    /// Where it was last.
    pub position: Option<PointView>,
    /// How exact that is, in metres.
    pub accuracy_m: Option<i64>,
    /// When that was.
    pub position_at: Option<String>,
}

impl UnitView {
    /// The unit as a program sees it, times in `zone`.
    pub fn of(unit: &Unit, zone: Zone) -> UnitView {
        UnitView {
            id: unit.id,
            call_sign: unit.call_sign.clone(),
            kind: unit.kind.clone(),
            agency: unit.agency,
            status: unit.status.name().to_owned(),
            position: unit.position.map(|position| position.point.into()),
            accuracy_m: unit.position.and_then(|position| position.accuracy_m),
            position_at: unit.position.map(|position| iso(position.at, zone)),
        }
    }
}

/// Units.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitList {
    /// The units, by call sign.
    pub units: Vec<UnitView>,
}

/// Where a unit is.
#[derive(Debug, Clone, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PositionBody {
    /// Latitude.
    pub lat: f64,
    /// Longitude.
    pub lon: f64,
    /// How exact, in metres.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 100_000)]
    pub accuracy_m: Option<i64>,
    /// When it was measured (RFC 3339); absent for now.
    #[serde(default)]
    pub at: Option<String>,
}

/// Whether the position was newer than the one that was known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Moved {
    /// Whether it was.
    pub news: bool,
}

/// Which month.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecapQuery {
    /// The month, in the region's zone.
    #[param(example = "2026-11")]
    pub month: String,
}

/// Calls of one class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClassCount {
    /// What they were.
    pub class: String,
    /// How many.
    pub count: i64,
}

/// The recap of a month: `abandoned`, `missed`, `ringing` and `answered` sum to `received`, and so do the classes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RecapView {
    /// The month.
    pub month: String,
    /// All calls.
    pub received: i64,
    /// The caller left before anybody answered.
    pub abandoned: i64,
    /// Nobody answered.
    pub missed: i64,
    /// They ring at this moment.
    pub ringing: i64,
    /// Somebody answered.
    pub answered: i64,
    /// Calls by what they were.
    pub classes: Vec<ClassCount>,
    /// The wait that half of the answered calls did not exceed, in seconds.
    pub answer_p50_seconds: Option<f64>,
    /// The same for 90 of 100.
    pub answer_p90_seconds: Option<f64>,
    /// The same for 95 of 100.
    pub answer_p95_seconds: Option<f64>,
    /// Share of the answered calls that waited at most 10 seconds, 0 to 1.
    pub within_10_seconds: Option<f64>,
    /// The same for 15 seconds.
    pub within_15_seconds: Option<f64>,
    /// The same for 20 seconds.
    pub within_20_seconds: Option<f64>,
    /// How long each step took.
    pub times: Vec<SpanView>,
    /// Calls by hour of the day, type of the incident and district; each list sums to `received`.
    pub calls_by: Vec<PartView>,
    /// Calls by the agencies that acted on them, by a unit or after a hand-over; one may count for several.
    pub calls_by_agency: Vec<PartView>,
    /// Incidents by type, merged ones left out.
    pub incidents: Vec<PartView>,
    /// Units that were sent, by agency.
    pub dispatches: Vec<PartView>,
}

/// How long a step took over a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SpanView {
    /// `answer`, `process`, `turnout`, `travel` or `response`.
    pub span: String,
    /// How many were measured.
    pub count: i64,
    /// What half of them did not exceed, in seconds.
    pub p50_seconds: Option<f64>,
    /// The same for 90 of 100.
    pub p90_seconds: Option<f64>,
    /// The same for 95 of 100.
    pub p95_seconds: Option<f64>,
    /// The most that is good, in seconds; absent where there is no goal.
    pub goal_seconds: Option<i64>,
    /// Share within the goal, 0 to 1.
    pub within: Option<f64>,
}

/// One part of a breakdown.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartView {
    /// `hour`, `type`, `district` or `agency`.
    pub by: String,
    /// The hour, a code or an id; absent for what belongs to none.
    pub part: Option<String>,
    /// How many.
    pub count: i64,
}
