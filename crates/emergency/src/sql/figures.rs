//! Counts and times of the room. What belongs to a drill counts nowhere: the two words below say so for every
//! statement, and none of them is without.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::HOUR_MICROS;
use simpul_store::{Conn, FromRow, Result, Row, args};
use uuid::Uuid;

use super::named;
use crate::model::figures::{Counted, NUISANCE_MIN_COUNT, Sample, Span};
use crate::model::{CallClass, CallStatus};

macro_rules! real_calls {
    () => {
        "c.region = $1 AND c.started_at >= $2 AND c.started_at < $3 AND NOT c.is_drill"
    };
}

macro_rules! real_incidents {
    () => {
        "i.region = $1 AND i.received_at >= $2 AND i.received_at < $3 AND NOT i.is_drill AND i.status <> 'merged'"
    };
}

/// Calls with every incident of the whole that theirs belongs to; the span's calls first, whatever a planner thinks of
/// the order.
macro_rules! calls_of_whole {
    ($beside:literal) => {
        concat!(
            "FROM emergency_call c CROSS JOIN emergency_incident i CROSS JOIN emergency_incident j CROSS JOIN ",
            $beside,
            " WHERE ",
            real_calls!(),
            " AND i.region = c.region AND i.id = c.incident_id AND j.region = c.region
            AND (j.id = COALESCE(i.merged_into, i.id) OR j.merged_into = COALESCE(i.merged_into, i.id))"
        )
    };
}

simpul_store::statements! {
    /// Calls by all that is told apart; `$4` is the zone's offset, so that an hour is the region's.
    pub(crate) CALLS_COUNTED = concat!("SELECT c.status, COALESCE(c.class, 'unclassified'),
        ((c.started_at + $4) / 3600000000) % 24, i.type_code, i.district, COUNT(*)
        FROM emergency_call c LEFT JOIN emergency_incident i ON i.region = c.region AND i.id = c.incident_id
        WHERE ", real_calls!(), " GROUP BY c.status, COALESCE(c.class, 'unclassified'),
        ((c.started_at + $4) / 3600000000) % 24, i.type_code, i.district");
    /// Who writes down what comes by radio or at the door has answered before it is there: no time was measured.
    pub(crate) CALL_TIMES = concat!("SELECT c.started_at, c.answered_at, i.type_code, i.district
        FROM emergency_call c LEFT JOIN emergency_incident i ON i.region = c.region AND i.id = c.incident_id
        WHERE ", real_calls!(), " AND c.answered_at IS NOT NULL AND c.source IN ('cti', 'cdr', 'paper')
        ORDER BY c.started_at DESC LIMIT $4");
    pub(crate) INCIDENT_TIMES = concat!("SELECT i.id, i.received_at, i.answered_at, i.sent_at, i.arrived_at,
        i.type_code, i.district FROM emergency_incident i WHERE ", real_incidents!(), "
        ORDER BY i.received_at DESC LIMIT $4");
    pub(crate) DISPATCH_TIMES = concat!("SELECT i.id, i.received_at, i.type_code, i.district, u.agency_id,
        d.assigned_at, d.en_route_at, d.on_scene_at FROM emergency_incident i
        JOIN emergency_dispatch d ON d.region = i.region AND d.incident_id = i.id
        JOIN emergency_unit u ON u.region = d.region AND u.id = d.unit_id
        WHERE ", real_incidents!(), " ORDER BY i.received_at DESC LIMIT $4");
    pub(crate) INCIDENTS_COUNTED = concat!("SELECT i.type_code, COUNT(*) FROM emergency_incident i
        WHERE ", real_incidents!(), " GROUP BY i.type_code ORDER BY i.type_code");
    /// The span's incidents first, whatever a planner thinks of the order.
    pub(crate) DISPATCHES_COUNTED = concat!("SELECT u.agency_id, COUNT(*) FROM emergency_incident i
        CROSS JOIN emergency_dispatch d JOIN emergency_unit u ON u.region = d.region AND u.id = d.unit_id
        WHERE ", real_incidents!(), " AND d.region = i.region AND d.incident_id = i.id GROUP BY u.agency_id");
    /// Calls by the agencies that acted on them: a unit of theirs was sent, or it was handed over to them. A call of a
    /// merged incident belongs to the one that stays. One that several agencies acted on counts for each.
    pub(crate) CALLS_BY_AGENCY = concat!("SELECT a.agency_id, COUNT(*) FROM (
        SELECT c.id, u.agency_id ", calls_of_whole!("emergency_dispatch d CROSS JOIN emergency_unit u"), "
        AND d.region = j.region AND d.incident_id = j.id AND u.region = d.region AND u.id = d.unit_id
        UNION SELECT c.id, h.agency_id ", calls_of_whole!("emergency_handover h"), "
        AND h.region = j.region AND h.incident_id = j.id AND h.agency_id IS NOT NULL)
        a GROUP BY a.agency_id ORDER BY a.agency_id");
    /// Numbers that called for nothing several times.
    pub(crate) NUISANCE = concat!("SELECT p.number_key, COUNT(*) FROM emergency_call c
        JOIN emergency_caller p ON p.region = c.region AND p.call_id = c.id
        WHERE ", real_calls!(), " AND c.class IN ('prank', 'ghost') AND p.number_key IS NOT NULL
        GROUP BY p.number_key HAVING COUNT(*) >= $4 ORDER BY COUNT(*) DESC, p.number_key LIMIT $5");
}

/// Most rows of one kind whose times are looked at; a month has fewer.
const TIMES_MAX_COUNT: i64 = 200_000;
/// Most numbers of the recap.
const NUISANCE_MAX_COUNT: i64 = 20;

/// The zone's offset, in microseconds.
fn offset(zone: Zone) -> i64 {
    i64::from(zone.offset_hours()) * HOUR_MICROS
}

fn hour(at: Timestamp, zone: Zone) -> i64 {
    ((at.0 + offset(zone)) / HOUR_MICROS).rem_euclid(24)
}

struct CountRow(Counted);

impl FromRow for CountRow {
    fn from_row(row: &Row) -> Result<CountRow> {
        let (status, class): (String, String) = (row.at(0)?, row.at(1)?);
        Ok(CountRow(Counted {
            status: named(&status, CallStatus::parse)?,
            class: named(&class, CallClass::parse)?,
            hour: row.at(2)?,
            kind: row.at(3)?,
            district: row.at(4)?,
            count: row.at(5)?,
        }))
    }
}

/// Calls of a span of time by all that is told apart, drills left out.
pub async fn counted(conn: &mut Conn, from: Timestamp, until: Timestamp, zone: Zone) -> Result<Vec<Counted>> {
    let rows: Vec<CountRow> = conn.all(&CALLS_COUNTED, args![from, until, offset(zone)]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

struct CallTime {
    started: Timestamp,
    answered: Timestamp,
    kind: Option<String>,
    district: Option<i64>,
}

impl FromRow for CallTime {
    fn from_row(row: &Row) -> Result<CallTime> {
        Ok(CallTime { started: row.at(0)?, answered: row.at(1)?, kind: row.at(2)?, district: row.at(3)? })
    }
}

struct IncidentTime {
    id: Uuid,
    received: Timestamp,
    answered: Option<Timestamp>,
    sent: Option<Timestamp>,
    arrived: Option<Timestamp>,
    kind: String,
    district: Option<i64>,
}

impl FromRow for IncidentTime {
    fn from_row(row: &Row) -> Result<IncidentTime> {
        Ok(IncidentTime {
            id: row.at(0)?,
            received: row.at(1)?,
            answered: row.at(2)?,
            sent: row.at(3)?,
            arrived: row.at(4)?,
            kind: row.at(5)?,
            district: row.at(6)?,
        })
    }
}

struct DispatchTime {
    incident: Uuid,
    received: Timestamp,
    kind: String,
    district: Option<i64>,
    agency: Uuid,
    assigned: Timestamp,
    en_route: Option<Timestamp>,
    on_scene: Option<Timestamp>,
}

impl FromRow for DispatchTime {
    fn from_row(row: &Row) -> Result<DispatchTime> {
        Ok(DispatchTime {
            incident: row.at(0)?,
            received: row.at(1)?,
            kind: row.at(2)?,
            district: row.at(3)?,
            agency: row.at(4)?,
            assigned: row.at(5)?,
            en_route: row.at(6)?,
            on_scene: row.at(7)?,
        })
    }
}

fn took(from: Option<Timestamp>, until: Option<Timestamp>) -> Option<i64> {
    let (from, until) = from.zip(until)?;
    Some(until.micros_since(from)).filter(|micros| *micros >= 0)
}

/// Every time that was measured in a span, drills left out. The response is the first unit's, with its agency.
pub async fn samples(conn: &mut Conn, from: Timestamp, until: Timestamp, zone: Zone) -> Result<Vec<Sample>> {
    let span = args![from, until, TIMES_MAX_COUNT];
    let calls: Vec<CallTime> = conn.all(&CALL_TIMES, span).await?;
    let incidents: Vec<IncidentTime> = conn.all(&INCIDENT_TIMES, args![from, until, TIMES_MAX_COUNT]).await?;
    let dispatches: Vec<DispatchTime> = conn.all(&DISPATCH_TIMES, args![from, until, TIMES_MAX_COUNT]).await?;
    let mut samples = Vec::new();
    for call in calls {
        let micros = call.answered.micros_since(call.started).max(0);
        let (kind, district, hour) = (call.kind, call.district, hour(call.started, zone));
        samples.push(Sample { span: Span::Answer, micros, hour, kind, district, agency: None });
    }
    let mut first = std::collections::HashMap::new();
    for dispatch in &dispatches {
        let Some(at) = dispatch.on_scene else { continue };
        let known = first.entry(dispatch.incident).or_insert((at, dispatch.agency));
        if at < known.0 {
            *known = (at, dispatch.agency);
        }
    }
    for one in &incidents {
        let agency = first.get(&one.id).map(|(_, agency)| *agency);
        let spans =
            [(Span::Process, took(one.answered, one.sent)), (Span::Response, took(Some(one.received), one.arrived))];
        for (span, micros) in spans {
            let Some(micros) = micros else { continue };
            let agency = agency.filter(|_| span == Span::Response);
            let (kind, district, hour) = (Some(one.kind.clone()), one.district, hour(one.received, zone));
            samples.push(Sample { span, micros, hour, kind, district, agency });
        }
    }
    for one in &dispatches {
        let spans =
            [(Span::Turnout, took(Some(one.assigned), one.en_route)), (Span::Travel, took(one.en_route, one.on_scene))];
        for (span, micros) in spans {
            let Some(micros) = micros else { continue };
            let (kind, district, hour) = (Some(one.kind.clone()), one.district, hour(one.received, zone));
            samples.push(Sample { span, micros, hour, kind, district, agency: Some(one.agency) });
        }
    }
    Ok(samples)
}

/// Incidents by type, drills and merged ones left out.
pub async fn incidents(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<(String, i64)>> {
    conn.all(&INCIDENTS_COUNTED, args![from, until]).await
}

/// Units that were sent, by their agency, drills left out.
pub async fn dispatches(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<(Uuid, i64)>> {
    conn.all(&DISPATCHES_COUNTED, args![from, until]).await
}

/// Calls by the agencies that acted on them, drills left out.
pub async fn calls_by_agency(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<(Uuid, i64)>> {
    conn.all(&CALLS_BY_AGENCY, args![from, until]).await
}

/// Numbers that called for nothing several times, the most often first. They leave this room masked only.
pub async fn nuisance(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Vec<(String, i64)>> {
    conn.all(&NUISANCE, args![from, until, NUISANCE_MIN_COUNT, NUISANCE_MAX_COUNT]).await
}
