//! The 112 room of the demo: units of the agencies that have some, a day of invented calls, and incidents that are
//! being worked on.

use simpul_emergency::actions::{
    AddNote, AddUnit, ClaimCall, ClassifyCall, HandOver, HearCti, OpenIncident, SeedProtocols, SeedTypes, SendUnits,
    StepDispatch,
};
use simpul_emergency::model::{CallClass, CallOutcome, CtiEvent, CtiKind, DispatchStatus, Site, Victims};
use simpul_kernel::clock::{MINUTE_MICROS, SECOND_MICROS};
use simpul_kernel::geo::Point;
use simpul_kernel::{Actor, Timestamp};
use simpul_store::{Action, Result};
use uuid::Uuid;

use super::stage::Stage;

/// Units: short name of the agency, call sign, kind, and how far from the seat they stand, in 1e-7 degrees.
const UNITS: [(&str, &str, &str, i32); 9] = [
    ("Satpol PP Damkar", "DK-1", "fire", 20_000),
    ("Satpol PP Damkar", "DK-2", "fire", 25_000),
    ("PSC 119", "AMB-1", "ambulance", -30_000),
    ("PSC 119", "AMB-2", "ambulance", 150_000),
    ("BPBD", "TRC-1", "disaster", -60_000),
    ("Pos SAR Masamba", "SAR-1", "rescue", 90_000),
    ("Polres", "POL-1", "police", 45_000),
    ("Satpol PP Damkar", "PP-1", "patrol", 10_000),
    ("PLN ULP Masamba", "PLN-1", "power", -90_000),
];

/// The districts in which the regions' seats lie.
const SEATS: [&str; 2] = ["Masamba", "Magetan"];
/// The line of the demo's telephone system.
const TRUNK: &str = "utama";

/// What came in during the last day, oldest first: minutes ago, seconds until it was answered (none: nobody did), and
/// what it was. Most calls to a 112 that is new are none (Gresik, Lebaran 2025: 74 %).
const DAY: [(i64, Option<i64>, CallClass, CallOutcome); 16] = [
    (1_380, Some(6), CallClass::Prank, CallOutcome::None),
    (1_350, Some(8), CallClass::Ghost, CallOutcome::None),
    (1_290, Some(5), CallClass::Prank, CallOutcome::None),
    (1_170, None, CallClass::Unclassified, CallOutcome::None),
    (1_010, Some(9), CallClass::Information, CallOutcome::Answered),
    (960, Some(4), CallClass::Prank, CallOutcome::None),
    (870, Some(7), CallClass::WrongNumber, CallOutcome::None),
    (815, Some(12), CallClass::Disconnected, CallOutcome::None),
    (700, Some(6), CallClass::Prank, CallOutcome::None),
    (640, Some(5), CallClass::Ghost, CallOutcome::None),
    (505, Some(7), CallClass::Information, CallOutcome::Transferred),
    (390, Some(8), CallClass::Prank, CallOutcome::None),
    (260, None, CallClass::Unclassified, CallOutcome::None),
    (170, Some(6), CallClass::Prank, CallOutcome::None),
    (95, Some(5), CallClass::Test, CallOutcome::None),
    (50, Some(9), CallClass::Ghost, CallOutcome::None),
];

/// What is being worked on: minutes ago, type, landmark, what the caller said, units with how far they are.
type Running = (i64, &'static str, &'static str, (Victims, &'static str), &'static [(&'static str, DispatchStatus)]);
const RUNNING: [Running; 3] = [
    (
        22,
        "traffic_accident",
        "jembatan jalan poros",
        (Victims::Some(Some(1)), "Dua motor, satu orang luka di kaki"),
        &[("AMB-1", DispatchStatus::OnScene), ("POL-1", DispatchStatus::EnRoute)],
    ),
    (
        12,
        "structure_fire",
        "belakang pasar",
        (Victims::None, "Api dari dapur, penghuni sudah keluar"),
        &[("DK-1", DispatchStatus::EnRoute)],
    ),
    (4, "fallen_tree", "depan kantor desa", (Victims::Unknown, "Pohon menutup separuh jalan"), &[]),
];

/// What one incident is handed over to.
const ASKED_BODY: &str = "Satpol PP Damkar";
/// What is asked of it.
const ASKED: &str = "Amankan lokasi dan atur lalu lintas sampai unit selesai.";

async fn act<A: Action>(stage: &Stage, actor: &Actor, action: A) -> Result<A::Output> {
    stage.db.write(&stage.db.env().ctx(stage.snapshot.region.id, actor.clone()), action).await
}

/// Brings units and types, plays the day, and leaves some incidents open.
pub async fn furnish(stage: &Stage, taker: &Actor) -> Result<()> {
    let system = Actor::system("demo");
    act(stage, &system, SeedTypes).await?;
    act(stage, &system, SeedProtocols).await?;
    let seat = stage.snapshot.districts.iter().find(|district| SEATS.contains(&district.name.as_str()));
    let Some(seat) = seat.and_then(|district| stage.centres.get(&district.code)).copied() else { return Ok(()) };
    let mut units = Vec::new();
    for (agency, call_sign, kind, off) in UNITS {
        let Some(agency) = stage.snapshot.agency_by_short(agency).map(|agency| agency.id) else { continue };
        let base = Point::from_e7(i64::from(seat.lat_e7 + off), i64::from(seat.lon_e7 - off)).ok();
        let add = AddUnit { agency, call_sign: call_sign.to_owned(), kind: kind.to_owned(), base };
        units.push((call_sign, act(stage, &system, add).await?));
    }
    if units.is_empty() {
        return Ok(());
    }
    for (place, (minutes, answer, class, outcome)) in DAY.into_iter().enumerate() {
        let call = rings(stage, place, minutes, answer, true).await?;
        if answer.is_some() {
            act(stage, taker, ClassifyCall { call, class, outcome }).await?;
        }
    }
    for (place, running) in RUNNING.into_iter().enumerate() {
        runs(stage, taker, &units, seat, DAY.len() + place, running).await?;
    }
    hands_over(stage, taker).await
}

/// Something waits for an agency to say that it has it.
async fn hands_over(stage: &Stage, taker: &Actor) -> Result<()> {
    let mut conn = stage.db.read(stage.snapshot.region.id).await?;
    let incident = simpul_emergency::sql::incident::active(&mut conn, 1).await?.into_iter().next();
    let contacts = simpul_emergency::sql::field::contacts(&mut conn).await?;
    drop(conn);
    let body = contacts.into_iter().find(|contact| contact.name == ASKED_BODY);
    let Some((incident, body)) = incident.zip(body) else { return Ok(()) };
    let (key, asked) = (stage.db.env().new_id(), ASKED.to_owned());
    act(stage, taker, HandOver { key, incident: incident.id, contact: body.id, asked }).await.map(drop)
}

/// A call as the telephone system tells of it. The numbers are of no network: 0800 is free of charge and gives no name.
async fn rings(stage: &Stage, place: usize, minutes: i64, answer: Option<i64>, over: bool) -> Result<Uuid> {
    let started = stage.now.plus_micros(-minutes * MINUTE_MICROS);
    let after = |seconds: i64| started.plus_micros(seconds * SECOND_MICROS);
    let number = Some(format!("0800-0000-{:04}", place % 7));
    let word = |kind, at: Timestamp| CtiEvent { caller_number: number.clone(), ..CtiEvent::new(kind, at) };
    let mut words = vec![word(CtiKind::Ringing, started)];
    words.extend(answer.map(|seconds| word(CtiKind::Answered, after(seconds))));
    if over {
        words.push(word(CtiKind::Ended, after(answer.map_or(35, |seconds| seconds + 40))));
    }
    let mut id = Uuid::nil();
    for event in words {
        let call_id = format!("contoh-{place}");
        let hear = HearCti { trunk: TRUNK.to_owned(), call_id, event, drill: false };
        id = act(stage, &Actor::system("demo"), hear).await?.id;
    }
    Ok(id)
}

async fn runs(
    stage: &Stage,
    taker: &Actor,
    units: &[(&str, Uuid)],
    seat: Point,
    place: usize,
    (minutes, kind, landmark, (victims, said), sent): Running,
) -> Result<()> {
    let call = rings(stage, place, minutes, Some(6), true).await?;
    act(stage, taker, ClaimCall { call, reason: None }).await?;
    let off = i32::try_from(place).unwrap_or_default() * 7_000;
    let point = Point::from_e7(i64::from(seat.lat_e7 - off), i64::from(seat.lon_e7 + off)).ok();
    let district = point.and_then(|point| stage.snapshot.district_at(point)).map(|district| district.code);
    let site = Site { district, landmark: landmark.to_owned(), point, ..Site::default() };
    let key = stage.db.env().new_id();
    let open = OpenIncident {
        key,
        call: Some(call),
        kind: kind.to_owned(),
        priority: None,
        site,
        victims,
        note: said.to_owned(),
    };
    let incident = act(stage, taker, open).await?.id;
    act(stage, taker, ClassifyCall { call, class: CallClass::Normal, outcome: CallOutcome::Incident }).await?;
    for (sign, step) in sent {
        let Some((_, unit)) = units.iter().find(|(known, _)| known == sign) else { continue };
        let key = stage.db.env().new_id();
        let done = act(stage, taker, SendUnits { key, incident, units: vec![*unit] }).await?;
        for dispatch in done {
            act(stage, taker, StepDispatch { dispatch: dispatch.id, to: *step }).await?;
        }
    }
    if !sent.is_empty() {
        let key = stage.db.env().new_id();
        act(stage, taker, AddNote { key, incident, text: "Unit melapor lewat radio.".to_owned() }).await?;
    }
    Ok(())
}
