//! An incident as an Emergency Incident Data Object: NENA-STA-021.1b-2022, JSON. The components and their required
//! fields are those of the schema that NENA publishes with it (`NENA911/EIDO-JSON`, `Schema/openapi.yaml` 1.0.0).
//!
//! - The type is a code of the common incident types (APCO ANS 2.103.1), by the type's question card.
//! - The priority is 0 to 10 there and 10 is the highest; ours is 1 to 5 and 1 is the highest. It is turned round.
//! - Callers' numbers and recordings are no part of it.
//! - States of units and types of resources are those of the common registries ([`UNIT_STATES`], [`RESOURCE_TYPES`]);
//!   ours stand beside them in the fields for internal values, so that nothing is lost.

use serde_json::{Map, Value, json};
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::iso;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

use super::{Call, CallStatus, Dispatch, Incident, IncidentStatus, Priority, Unit, UnitStatus};

/// Version of the structure.
const VERSION: &str = "1.0";
/// What identifies an incident to others begins so (NENA-STA-010.3).
const INCIDENT_URN: &str = "urn:emergency:uid:incidentid:";
/// The same for a call.
const CALL_URN: &str = "urn:emergency:uid:callid:";
/// Stands before the type of an incident of a drill, so that no neighbour takes it for one.
const DRILL: &str = "GLADI: ";
/// The highest priority there.
const PRIORITY_MAX: i64 = 10;
/// Longest text that is taken from an object, in characters.
const TEXT_MAX_CHARS: usize = 500;

/// What is told of an incident.
pub struct Told<'t> {
    /// The incident.
    pub incident: &'t Incident,
    /// Name of its type.
    pub kind: String,
    /// The type's common code.
    pub common: String,
    /// Those that are the same.
    pub merged: &'t [Incident],
    /// The one that it is the same as.
    pub merged_into: Option<&'t Incident>,
    /// Calls about it.
    pub calls: &'t [Call],
    /// Units that were sent.
    pub dispatches: &'t [Dispatch],
    /// Those units.
    pub units: Vec<(Unit, String)>,
    /// Lines of its log.
    pub notes: Vec<(Uuid, Timestamp, String)>,
    /// Words for its place.
    pub place: String,
    /// The domain under which the region's ids are unique.
    pub domain: String,
    /// When it is told.
    pub now: Timestamp,
    /// In which zone.
    pub zone: Zone,
}

/// Ours turned round: 1 is 10, 5 is 2.
pub fn common_priority(priority: Priority) -> i64 {
    PRIORITY_MAX + 2 - 2 * priority.level()
}

/// Theirs turned round: 10 and 9 are 1, 2 to 0 are 5; `None` outside 0 to 10.
pub fn own_priority(common: i64) -> Option<Priority> {
    let inside = (0..=PRIORITY_MAX).contains(&common);
    Priority::new((PRIORITY_MAX + 2 - common).div_euclid(2).clamp(1, 5)).filter(|_| inside)
}

fn incident_state(status: IncidentStatus) -> &'static str {
    match status {
        IncidentStatus::Closed => "Closed",
        IncidentStatus::Cancelled => "Cancelled",
        IncidentStatus::Merged => "Merged",
        _ => "Active",
    }
}

/// The states of the IANA registry that the schema's own text names.
fn call_state(status: CallStatus) -> &'static str {
    match status {
        CallStatus::Ringing => "callBegin",
        CallStatus::Answered | CallStatus::Held => "callAnswered",
        CallStatus::WrapUp | CallStatus::Ended | CallStatus::Abandoned | CallStatus::Missed => "callEnd",
    }
}

/// Which service an agency's units are (`urn:emergency:service:responder`).
fn responder(kind: &str) -> &'static str {
    match kind {
        "fire" => "fire",
        "ambulance" => "ems",
        "police" | "patrol" => "police",
        "rescue" => "mountain_rescue",
        _ => "other",
    }
}

/// Our kinds of units by the resource types of the common registry: the names of NIMS resource typing (FEMA 508), which
/// neighbouring centres know. What has none there is `Other`.
pub const RESOURCE_TYPES: [(&str, &str); 7] = [
    ("ambulance", "Ambulance (Ground)"),
    ("fire", "Engine, Fire (Pumper)"),
    ("rescue", "Search and Rescue Team"),
    ("police", "Patrol Team (Law Enforcement)"),
    ("patrol", "Patrol Team (Law Enforcement)"),
    ("disaster", "Emergency Management Support Team"),
    ("power", "Electrical Power Restoration Team"),
];

fn resource_type(kind: &str) -> &'static str {
    RESOURCE_TYPES.iter().find(|(known, _)| *known == kind).map_or("Other", |(_, name)| *name)
}

/// Values of the Primary Unit Status registry, as NENA/APCO-INF-005.1-2014 lists them.
pub const PRIMARY_STATES: [&str; 3] = ["AVAILABLE", "CONDITIONALLY AVAILABLE", "NOT AVAILABLE"];

/// Our states of units by the registries of unit states: the primary state, and one or two of the secondary ones
/// (`Secondary Unit Status - Common`), which are read together: a unit that is on its way back has cleared and heads
/// for its station.
pub const UNIT_STATES: [(UnitStatus, &str, &[&str]); 10] = [
    (UnitStatus::Available, "AVAILABLE", &["ON DUTY"]),
    (UnitStatus::Delayed, "CONDITIONALLY AVAILABLE", &["ON DUTY"]),
    (UnitStatus::Unavailable, "NOT AVAILABLE", &["ON DUTY"]),
    (UnitStatus::OutOfService, "NOT AVAILABLE", &["OUT OF SERVICE"]),
    (UnitStatus::Dispatched, "NOT AVAILABLE", &["ASSIGNED"]),
    (UnitStatus::EnRoute, "NOT AVAILABLE", &["ASSIGNED", "EN ROUTE"]),
    (UnitStatus::OnScene, "NOT AVAILABLE", &["ON SCENE"]),
    (UnitStatus::Transporting, "NOT AVAILABLE", &["TRANSPORTING"]),
    (UnitStatus::AtDestination, "NOT AVAILABLE", &["ARRIVED", "ALTERNATE LOCATION"]),
    (UnitStatus::Returning, "AVAILABLE", &["CLEARED", "STATION"]),
];

fn unit_state(status: UnitStatus) -> (&'static str, &'static [&'static str]) {
    let found = UNIT_STATES.iter().find(|(known, ..)| *known == status);
    found.map_or((PRIMARY_STATES[2], &["ON DUTY"]), |(_, primary, secondary)| (*primary, *secondary))
}

/// A location object (RFC 4119, RFC 5491): a point, or a circle where its exactness is known.
fn pidf(point: Point, radius_m: Option<i64>) -> String {
    let place = format!("{:.7} {:.7}", point.lat(), point.lon());
    let shape = match radius_m.filter(|metres| *metres > 0) {
        Some(metres) => format!(
            "<gs:Circle xmlns:gs=\"http://www.opengis.net/pidflo/1.0\" srsName=\"urn:ogc:def:crs:EPSG::4326\">\
             <gml:pos>{place}</gml:pos><gs:radius uom=\"urn:ogc:def:uom:EPSG::9001\">{metres}</gs:radius></gs:Circle>"
        ),
        None => format!("<gml:Point srsName=\"urn:ogc:def:crs:EPSG::4326\"><gml:pos>{place}</gml:pos></gml:Point>"),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
         xmlns:gp=\"urn:ietf:params:xml:ns:pidf:geopriv10\" xmlns:gml=\"http://www.opengis.net/gml\" \
         entity=\"pres:incident\"><tuple id=\"place\"><status><gp:geopriv><gp:location-info>{shape}\
         </gp:location-info><gp:usage-rules/></gp:geopriv></status></tuple></presence>"
    )
}

/// The incident of ours that an object is of; `None` for one of another centre.
pub fn own_id(id: &str, domain: &str) -> Option<Uuid> {
    let (id, centre) = id.strip_prefix(INCIDENT_URN)?.split_once(':')?;
    if centre == centre_of(domain) { Uuid::parse_str(id).ok() } else { None }
}

fn centre_of(domain: &str) -> String {
    format!("112.{domain}")
}

fn reference(id: &str) -> Value {
    json!({ "$ref": id })
}

impl Told<'_> {
    fn centre(&self) -> String {
        centre_of(&self.domain)
    }

    fn agent(&self) -> String {
        format!("dispatch@{}", self.centre())
    }

    fn agency(&self, unit: &Unit) -> String {
        format!("{}.{}", unit.agency.simple(), self.domain)
    }

    fn incident_id(&self, id: Uuid) -> String {
        format!("{INCIDENT_URN}{}:{}", id.simple(), self.centre())
    }

    fn own_id(&self, kind: &str, id: Uuid) -> String {
        format!("{kind}-{}.{}", id.simple(), self.domain)
    }

    /// What every component begins with, and its own fields.
    fn component(&self, id: &str, at: Timestamp, own: Value) -> Value {
        let mut all = Map::new();
        all.insert("$id".to_owned(), json!(id));
        all.insert("lastUpdateTimeStamp".to_owned(), json!(iso(at, self.zone)));
        all.insert("updatedByAgencyReference".to_owned(), reference(&self.centre()));
        if let Value::Object(own) = own {
            all.extend(own.into_iter().filter(|(_, value)| !value.is_null()));
        }
        Value::Object(all)
    }

    fn incident(&self) -> Value {
        let Told { incident, .. } = self;
        let notes: Vec<Value> = self.notes.iter().map(|(id, ..)| reference(&self.own_id("note", *id))).collect();
        let own = json!({
            "incidentTypeCommonRegistryText": self.common,
            "incidentTypeInternalCode": incident.kind,
            "incidentTypeInternalText": format!("{}{}", if incident.drill { DRILL } else { "" }, self.kind),
            "incidentStatusCommonRegistryText": [incident_state(incident.status)],
            "incidentStatusInternalText": [incident.status.name()],
            "internalIncidentId": super::number::shown(incident.serial),
            "incidentCommonPriorityNumber": common_priority(incident.priority),
            "incidentPriorityInternalText": format!("P{}", incident.priority.level()),
            "agentReference": [reference(&self.agent())],
            "locationReference": [reference(&self.own_id("place", incident.id))],
            "notesReference": if notes.is_empty() { Value::Null } else { Value::Array(notes) },
        });
        self.component(&self.own_id("incident", incident.id), self.now, own)
    }

    fn location(&self) -> Value {
        let site = &self.incident.site;
        let own = json!({
            "locationTypeDescriptionRegistryText": "Scene",
            "locationDescriptionText": if self.place.is_empty() { Value::Null } else { json!(self.place) },
            "locationByValue": site.point.map(|point| pidf(point, site.radius_m)),
        });
        self.component(&self.own_id("place", self.incident.id), self.now, own)
    }

    fn call(&self, call: &Call) -> Value {
        let own = json!({
            "callStateRegistryText": call_state(call.status),
            "standardPrimaryCallType": "emergency",
            "direction": "incoming",
            "callStartTimestamp": iso(call.started, self.zone),
            "answerDate": call.answered.map(|at| iso(at, self.zone)),
            "queueIdentifier": call.queue,
            "localCallType": call.class().name(),
            "agencyReference": [reference(&self.centre())],
        });
        let id = format!("{CALL_URN}{}:{}", call.id.simple(), self.centre());
        self.component(&id, call.ended.or(call.answered).unwrap_or(call.started), own)
    }

    fn agencies(&self) -> Vec<Value> {
        let centre = json!({
            "agencyRoleDescriptionRegistryText": ["CallReceiving", "Dispatch"],
            "agencyType": ["psap"],
            "incidentOwningAgencyIndicator": true,
        });
        let mut all = vec![self.component(&self.centre(), self.now, centre)];
        let mut seen: Vec<Uuid> = Vec::new();
        for (unit, name) in &self.units {
            if seen.contains(&unit.agency) {
                continue;
            }
            seen.push(unit.agency);
            let own = json!({
                "agencyRoleDescriptionRegistryText": ["Responding"],
                "agencyType": [responder(&unit.kind)],
                "incidentOwningAgencyIndicator": false,
                "agencyJcard": json!(["vcard", [["version", {}, "text", "4.0"], ["fn", {}, "text", name]]]).to_string(),
            });
            all.push(self.component(&self.agency(unit), self.now, own));
        }
        all
    }

    fn agent_component(&self) -> Value {
        let own = json!({
            "agentRoleRegistryText": ["Call Taking", "Dispatching"],
            "agencyReference": reference(&self.centre()),
        });
        self.component(&self.agent(), self.now, own)
    }

    fn resource(&self, unit: &Unit, dispatch: &Dispatch) -> Value {
        let status = if dispatch.status.is_out() { dispatch.status.unit_status() } else { unit.status };
        let (primary, secondary) = unit_state(status);
        let active = dispatch.status.is_out().then(|| self.incident_id(self.incident.id));
        let own = json!({
            "emergencyResourceTypeCommonRegistryText": resource_type(&unit.kind),
            "emergencyResourceTypeInternalText": unit.kind,
            "emergencyResourceName": unit.call_sign,
            "primaryUnitStatusRegistryText": primary,
            "secondaryUnitStatusRegistryText": secondary,
            "unitStatusInternal": [dispatch.status.name()],
            "resourceAttributeRegistryText": ["Other"],
            "resourceAttributeInternalText": [unit.kind],
            "agentReference": [reference(&self.agent())],
            "activeOnIncidentId": active,
        });
        self.component(&self.own_id("unit", unit.id), self.now, own)
    }

    fn dispatch(&self, dispatch: &Dispatch, unit: &Unit) -> Value {
        let own = json!({
            "agencyReference": reference(&self.agency(unit)),
            "agentReference": reference(&self.agent()),
            "emergencyResourceReference": [reference(&self.own_id("unit", unit.id))],
        });
        self.component(&self.own_id("dispatch", dispatch.id), dispatch.assigned, own)
    }

    fn merges(&self) -> Vec<Value> {
        let one = |id: Uuid, code: &str| {
            let own = json!({
                "incidentMergeDirectionCode": code,
                "incidentTrackingIdentifier": self.incident_id(id),
            });
            self.component(&self.own_id("merge", id), self.now, own)
        };
        let replaced = self.merged_into.map(|into| one(into.id, "REPLACED"));
        replaced.into_iter().chain(self.merged.iter().map(|from| one(from.id, "REPLACING"))).collect()
    }

    /// The object.
    pub fn object(&self) -> Value {
        let unit_of = |dispatch: &Dispatch| self.units.iter().find(|(unit, _)| unit.id == dispatch.unit);
        let mut resources: Vec<(Uuid, Value)> = Vec::new();
        let mut dispatches = Vec::new();
        for dispatch in self.dispatches {
            let Some((unit, _)) = unit_of(dispatch) else { continue };
            dispatches.push(self.dispatch(dispatch, unit));
            // A unit that was sent twice stands as it does now.
            resources.retain(|(id, _)| *id != unit.id);
            resources.push((unit.id, self.resource(unit, dispatch)));
        }
        let resources: Vec<Value> = resources.into_iter().map(|(_, resource)| resource).collect();
        let calls: Vec<Value> = self.calls.iter().map(|call| self.call(call)).collect();
        let notes = self.notes.iter().map(|(id, at, body)| {
            let own = json!({ "notesActionComments": body, "agentReference": reference(&self.agent()) });
            self.component(&self.own_id("note", *id), *at, own)
        });
        let list = |all: Vec<Value>| if all.is_empty() { Value::Null } else { Value::Array(all) };
        let own = json!({
            "eidoVersion": VERSION,
            "issuingElementIdentification": format!("simpul.{}", self.domain),
            "incidentComponent": self.incident(),
            "agencyComponent": self.agencies(),
            "agentComponent": [self.agent_component()],
            "locationComponent": [self.location()],
            "callComponent": list(calls),
            "emergencyResourceComponent": list(resources),
            "dispatchComponent": list(dispatches),
            "notesComponent": list(notes.collect()),
            "mergeComponent": list(self.merges()),
        });
        self.component(&self.incident_id(self.incident.id), self.now, own)
    }
}

/// What an object of another centre tells of an incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Read {
    /// Its id there.
    pub id: String,
    /// The type's common code.
    pub common: String,
    /// The type's own code there, which is one of ours if the same program wrote it.
    pub internal: Option<String>,
    /// How urgent, in ours.
    pub priority: Option<Priority>,
    /// Where.
    pub point: Option<Point>,
    /// How exact, in metres.
    pub radius_m: Option<i64>,
    /// Words for the place.
    pub place: String,
    /// Its notes.
    pub notes: String,
}

fn wrong(field: &str) -> Refusal {
    Refusal::field("eido", "emergency.refused.eido").with("name", field)
}

fn text<'v>(value: &'v Value, field: &str) -> Result<&'v str, Refusal> {
    let found = value.get(field).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    found.ok_or_else(|| wrong(field))
}

fn cut(text: &str) -> String {
    text.chars().filter(|sign| !sign.is_control() || *sign == '\n').take(TEXT_MAX_CHARS).collect()
}

/// Coordinates of a location object: the first `pos`, latitude before longitude as EPSG 4326 has them.
fn point_of(pidf: &str) -> Option<Point> {
    let (_, rest) = pidf.split_once("pos>")?;
    let (inside, _) = rest.split_once("</")?;
    let mut parts = inside.split_whitespace();
    let (lat, lon) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Point::from_degrees(lat, lon).ok()
}

fn radius_of(pidf: &str) -> Option<i64> {
    let (_, rest) = pidf.split_once(":radius")?;
    let (_, rest) = rest.split_once('>')?;
    let (inside, _) = rest.split_once('<')?;
    let metres: f64 = inside.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "checked to be within 100 km")]
    (0.0..=100_000.0).contains(&metres).then(|| metres.round() as i64)
}

/// Reads an object. What is required there is required here.
///
/// # Errors
/// `emergency.refused.eido` of the field `eido` with the name of what is missing or wrong.
pub fn read(object: &Value) -> Result<Read, Refusal> {
    if text(object, "eidoVersion")? != VERSION {
        return Err(wrong("eidoVersion"));
    }
    for required in ["lastUpdateTimeStamp", "issuingElementIdentification"] {
        text(object, required)?;
    }
    object
        .pointer("/updatedByAgencyReference/$ref")
        .and_then(Value::as_str)
        .ok_or_else(|| wrong("updatedByAgencyReference"))?;
    let agencies = object.get("agencyComponent").and_then(Value::as_array).filter(|all| !all.is_empty());
    agencies.ok_or_else(|| wrong("agencyComponent"))?;
    let incident = object.get("incidentComponent").filter(|one| one.is_object());
    let incident = incident.ok_or_else(|| wrong("incidentComponent"))?;
    let priority = match incident.get("incidentCommonPriorityNumber") {
        None => None,
        Some(number) => {
            let read = number.as_i64().and_then(own_priority);
            Some(read.ok_or_else(|| wrong("incidentCommonPriorityNumber"))?)
        }
    };
    let empty = Vec::new();
    let all = |name: &str| object.get(name).and_then(Value::as_array).unwrap_or(&empty);
    let refs = |name: &str| -> Vec<&str> {
        let list = incident.get(name).and_then(Value::as_array).unwrap_or(&empty);
        list.iter().filter_map(|one| one.get("$ref").and_then(Value::as_str)).collect()
    };
    let meant = refs("locationReference");
    let is_meant = |one: &&Value| one.get("$id").and_then(Value::as_str).is_some_and(|id| meant.contains(&id));
    let location = all("locationComponent").iter().find(is_meant).or_else(|| all("locationComponent").first());
    let of_location = |name: &str| location.and_then(|one| one.get(name)).and_then(Value::as_str);
    let pidf = of_location("locationByValue").unwrap_or_default();
    let notes = all("notesComponent").iter().filter_map(|note| note.get("notesActionComments").and_then(Value::as_str));
    Ok(Read {
        id: text(object, "$id")?.to_owned(),
        common: text(incident, "incidentTypeCommonRegistryText")?.to_owned(),
        internal: incident.get("incidentTypeInternalCode").and_then(Value::as_str).map(str::to_owned),
        priority,
        point: point_of(pidf),
        radius_m: radius_of(pidf),
        place: cut(of_location("locationDescriptionText").unwrap_or_default()),
        notes: cut(&notes.collect::<Vec<_>>().join("\n")),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_state_of_a_unit_and_every_kind_has_its_place_in_the_common_registries() {
        for status in UnitStatus::ALL {
            let of = UNIT_STATES.iter().filter(|(known, ..)| known == status);
            assert_eq!(of.count(), 1, "{status:?}");
            let (primary, secondary) = unit_state(*status);
            assert!(PRIMARY_STATES.contains(&primary) && !secondary.is_empty(), "{status:?}");
            assert_eq!(primary == "AVAILABLE", status.is_free(), "who can be sent is told so: {status:?}");
            assert_eq!(UNIT_STATES.iter().filter(|(_, one, other)| (*one, *other) == (primary, secondary)).count(), 1);
        }
        for (kind, _) in crate::model::seed::UNIT_KINDS {
            assert_ne!(resource_type(kind), "Other", "{kind}");
        }
        assert_eq!(resource_type("kapal"), "Other");
    }

    #[test]
    fn the_priority_is_turned_round_and_back() {
        for priority in Priority::ALL {
            assert_eq!(own_priority(common_priority(priority)), Some(priority));
        }
        assert_eq!(common_priority(Priority::FIRST), 10, "10 is the highest there");
        assert_eq!((own_priority(9), own_priority(0)), (Priority::new(1), Priority::new(5)));
        assert_eq!((own_priority(11), own_priority(-1)), (None, None));
    }

    #[test]
    fn a_place_is_written_and_read_back() {
        let point = Point::from_degrees(-2.5489, 120.3278).unwrap();
        for radius in [None, Some(30)] {
            let text = pidf(point, radius);
            assert_eq!((point_of(&text), radius_of(&text)), (Some(point), radius));
        }
        assert_eq!(point_of("<gml:pos>100 200</gml:pos>"), None);
    }

    #[test]
    fn what_is_missing_is_named() {
        let named = |object: &Value| {
            let refusal = read(object).unwrap_err();
            refusal.args.iter().find(|(name, _)| *name == "name").map(|(_, name)| name.clone()).unwrap()
        };
        assert_eq!(named(&json!({})), "eidoVersion");
        assert_eq!(named(&json!({ "eidoVersion": "2.0" })), "eidoVersion");
        let mut object = json!({
            "$id": "urn:emergency:uid:incidentid:a:b", "lastUpdateTimeStamp": "2026-11-22T14:05:00+08:00",
            "eidoVersion": "1.0", "issuingElementIdentification": "x", "updatedByAgencyReference": { "$ref": "a" },
            "agencyComponent": [{}], "incidentComponent": { "incidentCommonPriorityNumber": 11 },
        });
        assert_eq!(named(&object), "incidentCommonPriorityNumber");
        object["incidentComponent"] = json!({});
        assert_eq!(named(&object), "incidentTypeCommonRegistryText");
        object["incidentComponent"] = json!({ "incidentTypeCommonRegistryText": "FSTRU" });
        assert_eq!(read(&object).unwrap().common, "FSTRU");
    }

    proptest! {
        #[test]
        fn nothing_in_a_place_breaks_it(text in "[<>/a-z:0-9. ]{0,60}|\\PC{0,40}") {
            let _ = (point_of(&text), radius_of(&text));
        }
    }
}
