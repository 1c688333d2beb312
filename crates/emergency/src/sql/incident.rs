//! Incidents, their types, notes and dispatches.

use simpul_kernel::Timestamp;
use simpul_kernel::geo::Point;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::run_card::RunCard;
use crate::model::{Dispatch, DispatchStatus, Incident, IncidentStatus, IncidentType, Losses, Priority, Site, Victims};

macro_rules! columns {
    () => {
        "i.id, i.serial, i.type_code, i.priority, i.status, i.village, i.district, i.landmark, i.lat_e7, i.lon_e7,
        i.radius_m, i.received_at, i.answered_at, i.opened_at, i.sent_at, i.arrived_at, i.controlled_at, i.closed_at,
        i.result, i.dead, i.badly_hurt, i.slightly_hurt, i.missing, i.displaced, i.houses, i.merged_into,
        i.before_merge, i.is_drill, i.version, i.victims, i.victims_count, i.alarm_level"
    };
}

macro_rules! dispatch {
    () => {
        "d.id, d.incident_id, d.unit_id, d.status, d.assigned_at, d.acknowledged_at, d.en_route_at, d.on_scene_at,
        d.transporting_at, d.at_destination_at, d.ended_at"
    };
}

simpul_store::statements! {
    pub(crate) TYPES = "SELECT code, type_group, name, words, priority, run_card, is_active FROM emergency_type
        WHERE region = $1 ORDER BY code LIMIT $2";
    pub(crate) INCIDENT = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.id = $2");
    pub(crate) INCIDENT_BY_SERIAL = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.serial = $2");
    pub(crate) ACTIVE_INCIDENTS = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.status IN ('open', 'dispatched', 'on_scene', 'controlled')
        ORDER BY i.priority, i.opened_at, i.id LIMIT $2");
    pub(crate) INCIDENTS_SINCE = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.received_at >= $2 ORDER BY i.received_at DESC, i.id DESC LIMIT $3");
    pub(crate) INCIDENTS_BETWEEN = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.received_at >= $2 AND i.received_at < $3 ORDER BY i.received_at, i.id LIMIT $4");
    pub(crate) MERGED_INTO = concat!("SELECT ", columns!(), " FROM emergency_incident i
        WHERE i.region = $1 AND i.merged_into = $2 ORDER BY i.id LIMIT $3");
    pub(crate) SAVE_INCIDENT = "UPDATE emergency_incident SET type_code = $3, priority = $4, status = $5, village = $6,
        district = $7, landmark = $8, lat_e7 = $9, lon_e7 = $10, radius_m = $11, sent_at = $12, arrived_at = $13,
        controlled_at = $14, closed_at = $15, result = $16, dead = $17, badly_hurt = $18, slightly_hurt = $19,
        missing = $20, displaced = $21, houses = $22, merged_into = $23, before_merge = $24, version = $25,
        victims = $26, victims_count = $27, alarm_level = $28 WHERE region = $1 AND id = $2";
    pub(crate) NOTES = "SELECT id, at, author, body FROM emergency_note
        WHERE region = $1 AND incident_id = $2 ORDER BY id LIMIT $3";
    pub(crate) DISPATCH = concat!("SELECT ", dispatch!(), " FROM emergency_dispatch d
        WHERE d.region = $1 AND d.id = $2");
    pub(crate) DISPATCHES_OF = concat!("SELECT ", dispatch!(), " FROM emergency_dispatch d
        WHERE d.region = $1 AND d.incident_id = $2 ORDER BY d.id LIMIT $3");
    /// Units that are out for incidents that are not over, all at once.
    pub(crate) DISPATCHES_OF_ACTIVE = concat!("SELECT ", dispatch!(), ", i.merged_into FROM emergency_dispatch d
        JOIN emergency_incident i ON i.region = d.region AND i.id = d.incident_id
        WHERE d.region = $1 AND d.ended_at IS NULL
        AND i.status IN ('open', 'dispatched', 'on_scene', 'controlled', 'merged')
        ORDER BY d.unit_id LIMIT $2");
    pub(crate) DISPATCH_OUT = concat!("SELECT ", dispatch!(), " FROM emergency_dispatch d
        WHERE d.region = $1 AND d.unit_id = $2 AND d.ended_at IS NULL");
    pub(crate) DISPATCHES_OF_UNIT = concat!("SELECT ", dispatch!(), " FROM emergency_dispatch d
        WHERE d.region = $1 AND d.unit_id = $2 AND d.assigned_at >= $3 ORDER BY d.assigned_at DESC, d.id DESC
        LIMIT $4");
    pub(crate) SAVE_DISPATCH = "UPDATE emergency_dispatch SET status = $3, acknowledged_at = $4, en_route_at = $5,
        on_scene_at = $6, transporting_at = $7, at_destination_at = $8, ended_at = $9 WHERE region = $1 AND id = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_TYPE = "emergency_type" (code, type_group, name, words, priority, run_card, is_active);
    pub(crate) INSERT_INCIDENT = "emergency_incident" (id, serial, type_code, priority, status, village, district,
        landmark, lat_e7, lon_e7, radius_m, received_at, answered_at, opened_at, dead, badly_hurt, slightly_hurt,
        missing, displaced, houses, is_drill, version, victims, victims_count);
    pub(crate) INSERT_NOTE = "emergency_note" (id, incident_id, at, author, body);
    pub(crate) INSERT_DISPATCH = "emergency_dispatch" (id, incident_id, unit_id, status, assigned_at);
}

/// Most types that a region has.
const TYPES_MAX_COUNT: i64 = 500;
/// Most notes of an incident that are read.
pub const NOTES_READ_MAX_COUNT: i64 = 500;
/// Most dispatches of an incident.
pub const DISPATCHES_MAX_COUNT: i64 = 200;
/// Most units that are out at once.
const OUT_MAX_COUNT: i64 = 5_000;
/// Most incidents that are merged into one.
const MERGED_MAX_COUNT: i64 = 200;

impl FromRow for IncidentType {
    fn from_row(row: &Row) -> Result<IncidentType> {
        let (level, card): (i64, String) = (row.at(4)?, row.at(5)?);
        Ok(IncidentType {
            code: row.at(0)?,
            group: row.at(1)?,
            name: row.at(2)?,
            words: row.at(3)?,
            priority: priority(level)?,
            run_card: RunCard::read(&card).ok_or_else(|| Error::Broken(format!("run card {card:?}")))?,
            active: row.at(6)?,
        })
    }
}

fn priority(level: i64) -> Result<Priority> {
    Priority::new(level).ok_or_else(|| Error::Broken(format!("priority {level}")))
}

pub(crate) fn point(lat_e7: Option<i64>, lon_e7: Option<i64>) -> Option<Point> {
    let (lat_e7, lon_e7) = lat_e7.zip(lon_e7)?;
    Point::from_e7(lat_e7, lon_e7).ok()
}

impl FromRow for Incident {
    fn from_row(row: &Row) -> Result<Incident> {
        let (status, before): (String, Option<String>) = (row.at(4)?, row.at(26)?);
        let (victims, count): (String, Option<i64>) = (row.at(29)?, row.at(30)?);
        let before_merge = before.map(|text| named(&text, IncidentStatus::parse)).transpose()?;
        Ok(Incident {
            id: row.at(0)?,
            serial: row.at(1)?,
            kind: row.at(2)?,
            priority: priority(row.at(3)?)?,
            status: named(&status, IncidentStatus::parse)?,
            site: Site {
                village: row.at(5)?,
                district: row.at(6)?,
                landmark: row.at(7)?,
                point: point(row.at(8)?, row.at(9)?),
                radius_m: row.at(10)?,
            },
            received: row.at(11)?,
            answered: row.at(12)?,
            opened: row.at(13)?,
            sent: row.at(14)?,
            arrived: row.at(15)?,
            controlled: row.at(16)?,
            closed: row.at(17)?,
            result: row.at(18)?,
            victims: named(&victims, |word| Victims::kept(word, count))?,
            losses: Losses {
                dead: row.at(19)?,
                badly_hurt: row.at(20)?,
                slightly_hurt: row.at(21)?,
                missing: row.at(22)?,
                displaced: row.at(23)?,
                houses: row.at(24)?,
            },
            merged_into: row.at(25)?,
            before_merge,
            drill: row.at(27)?,
            version: row.at(28)?,
            alarm: row.at(31)?,
        })
    }
}

/// The region's types by code.
pub async fn types(conn: &mut Conn) -> Result<Vec<IncidentType>> {
    conn.all(&TYPES, args![TYPES_MAX_COUNT]).await
}

/// Gathers a type.
pub fn insert_type(tx: &mut Tx, kind: &IncidentType) {
    let card = kind.run_card.text();
    tx.insert(
        &INSERT_TYPE,
        args![&kind.code, &kind.group, &kind.name, &kind.words, kind.priority.level(), card, kind.active],
    );
}

/// An incident by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Incident>> {
    conn.opt(&INCIDENT, args![id]).await
}

/// An incident by its number.
pub async fn by_serial(conn: &mut Conn, serial: i64) -> Result<Option<Incident>> {
    conn.opt(&INCIDENT_BY_SERIAL, args![serial]).await
}

/// Incidents that are not over, the most urgent and oldest first.
pub async fn active(conn: &mut Conn, limit: i64) -> Result<Vec<Incident>> {
    conn.all(&ACTIVE_INCIDENTS, args![limit]).await
}

/// Incidents that came in since a moment, whatever became of them, the newest first.
pub async fn since(conn: &mut Conn, from: Timestamp, limit: i64) -> Result<Vec<Incident>> {
    conn.all(&INCIDENTS_SINCE, args![from, limit]).await
}

/// Incidents that came in between two moments, the oldest first.
pub async fn between(conn: &mut Conn, from: Timestamp, until: Timestamp, limit: i64) -> Result<Vec<Incident>> {
    conn.all(&INCIDENTS_BETWEEN, args![from, until, limit]).await
}

/// Incidents that are the same as that one.
pub async fn merged_into(conn: &mut Conn, id: Uuid) -> Result<Vec<Incident>> {
    conn.all(&MERGED_INTO, args![id, MERGED_MAX_COUNT]).await
}

/// Gathers a new incident.
pub fn insert(tx: &mut Tx, incident: &Incident) {
    let (site, losses) = (&incident.site, &incident.losses);
    tx.insert(
        &INSERT_INCIDENT,
        args![
            incident.id,
            incident.serial,
            &incident.kind,
            incident.priority.level(),
            incident.status.name(),
            site.village,
            site.district,
            &site.landmark,
            site.point.map(|point| point.lat_e7),
            site.point.map(|point| point.lon_e7),
            site.radius_m,
            incident.received,
            incident.answered,
            incident.opened,
            losses.dead,
            losses.badly_hurt,
            losses.slightly_hurt,
            losses.missing,
            losses.displaced,
            losses.houses,
            incident.drill,
            incident.version,
            incident.victims.name(),
            incident.victims.count()
        ],
    );
}

/// Saves an incident as it is now.
pub async fn save(tx: &mut Tx, incident: &Incident) -> Result<()> {
    let (site, losses) = (&incident.site, &incident.losses);
    let values = args![
        incident.id,
        &incident.kind,
        incident.priority.level(),
        incident.status.name(),
        site.village,
        site.district,
        &site.landmark,
        site.point.map(|point| point.lat_e7),
        site.point.map(|point| point.lon_e7),
        site.radius_m,
        incident.sent,
        incident.arrived,
        incident.controlled,
        incident.closed,
        incident.result.clone(),
        losses.dead,
        losses.badly_hurt,
        losses.slightly_hurt,
        losses.missing,
        losses.displaced,
        losses.houses,
        incident.merged_into,
        incident.before_merge.map(IncidentStatus::name),
        incident.version,
        incident.victims.name(),
        incident.victims.count(),
        incident.alarm
    ];
    match tx.exec(&SAVE_INCIDENT, values).await? {
        1 => Ok(()),
        _ => Err(Error::NotFound("incident")),
    }
}

/// A line of an incident's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Id.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// Who wrote it, as the journal names them.
    pub author: String,
    /// What.
    pub body: String,
}

impl FromRow for Note {
    fn from_row(row: &Row) -> Result<Note> {
        Ok(Note { id: row.at(0)?, at: row.at(1)?, author: row.at(2)?, body: row.at(3)? })
    }
}

/// The log of an incident.
pub async fn notes(conn: &mut Conn, incident: Uuid) -> Result<Vec<Note>> {
    conn.all(&NOTES, args![incident, NOTES_READ_MAX_COUNT]).await
}

/// Gathers a line of the log.
pub fn insert_note(tx: &mut Tx, incident: Uuid, note: &Note) {
    tx.insert(&INSERT_NOTE, args![note.id, incident, note.at, &note.author, &note.body]);
}

impl FromRow for Dispatch {
    fn from_row(row: &Row) -> Result<Dispatch> {
        let status: String = row.at(3)?;
        Ok(Dispatch {
            id: row.at(0)?,
            incident: row.at(1)?,
            unit: row.at(2)?,
            status: named(&status, DispatchStatus::parse)?,
            assigned: row.at(4)?,
            acknowledged: row.at(5)?,
            en_route: row.at(6)?,
            on_scene: row.at(7)?,
            transporting: row.at(8)?,
            at_destination: row.at(9)?,
            ended: row.at(10)?,
        })
    }
}

/// A dispatch by its id.
pub async fn dispatch(conn: &mut Conn, id: Uuid) -> Result<Option<Dispatch>> {
    conn.opt(&DISPATCH, args![id]).await
}

/// The dispatches of an incident, in the order in which they were sent.
pub async fn dispatches(conn: &mut Conn, incident: Uuid) -> Result<Vec<Dispatch>> {
    conn.all(&DISPATCHES_OF, args![incident, DISPATCHES_MAX_COUNT]).await
}

/// What was sent to an incident and to those that are the same, in the order in which it was sent.
pub async fn whole_dispatches(conn: &mut Conn, incident: Uuid) -> Result<Vec<Dispatch>> {
    let mut all = dispatches(conn, incident).await?;
    for part in merged_into(conn, incident).await? {
        all.extend(dispatches(conn, part.id).await?);
    }
    all.sort_by_key(|dispatch| dispatch.id);
    Ok(all)
}

struct OutFor(Dispatch, Option<Uuid>);

impl FromRow for OutFor {
    fn from_row(row: &Row) -> Result<OutFor> {
        Ok(OutFor(Dispatch::from_row(row)?, row.at(11)?))
    }
}

/// Dispatches that go on, in the order in which they were sent, each with the incident that it is for now: that of one
/// that was merged is for the one that stayed.
pub async fn dispatches_of_active(conn: &mut Conn) -> Result<Vec<(Uuid, Dispatch)>> {
    let mut out: Vec<OutFor> = conn.all(&DISPATCHES_OF_ACTIVE, args![OUT_MAX_COUNT]).await?;
    // The index of what is out goes by unit.
    out.sort_by_key(|OutFor(dispatch, _)| dispatch.id);
    Ok(out.into_iter().map(|OutFor(dispatch, into)| (into.unwrap_or(dispatch.incident), dispatch)).collect())
}

/// What a unit is out for.
pub async fn out_for(conn: &mut Conn, unit: Uuid) -> Result<Option<Dispatch>> {
    conn.opt(&DISPATCH_OUT, args![unit]).await
}

/// The dispatches of a unit since a moment, the newest first.
pub async fn dispatches_of_unit(conn: &mut Conn, unit: Uuid, since: Timestamp, limit: i64) -> Result<Vec<Dispatch>> {
    conn.all(&DISPATCHES_OF_UNIT, args![unit, since, limit]).await
}

/// Gathers a dispatch.
pub fn insert_dispatch(tx: &mut Tx, dispatch: &Dispatch) {
    let Dispatch { id, incident, unit, status, assigned, .. } = *dispatch;
    tx.insert(&INSERT_DISPATCH, args![id, incident, unit, status.name(), assigned]);
}

/// Saves a dispatch as it is now.
pub async fn save_dispatch(tx: &mut Tx, dispatch: &Dispatch) -> Result<()> {
    let values = args![
        dispatch.id,
        dispatch.status.name(),
        dispatch.acknowledged,
        dispatch.en_route,
        dispatch.on_scene,
        dispatch.transporting,
        dispatch.at_destination,
        dispatch.ended
    ];
    tx.exec(&SAVE_DISPATCH, values).await?;
    Ok(())
}
