//! What several pages and answers read together.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::geo::Point;
use simpul_kernel::mask::phone_local;
use simpul_people::sql::areas;
use simpul_store::{Conn, Result};

use crate::model::figures::{Counted, MonthFigures, Sample, Span, masked};
use crate::model::recap::{Month, Recap};
use crate::model::recommend::{Recommendation, recommend, still_wanted};
use crate::model::similar::Known;
use crate::model::{Call, Dispatch, Incident, IncidentType, Unit};
use crate::sql;

/// An incident that is over is looked at for so many hours after it came in.
const KNOWN_HOURS: i64 = 6;
/// Most incidents that are held against a call.
const KNOWN_MAX_COUNT: i64 = 200;
/// Most calls of an incident that are read.
const CALLS_MAX_COUNT: i64 = 500;

/// What came in during a span of time, told apart, and every time that was measured.
pub struct Between {
    /// Calls by class and by what became of them.
    pub recap: Recap,
    /// Calls by all that is told apart.
    pub counted: Vec<Counted>,
    /// Every time that was measured.
    pub samples: Vec<Sample>,
}

/// Counts a span of time.
pub async fn between(conn: &mut Conn, (from, until): (Timestamp, Timestamp), zone: Zone) -> Result<Between> {
    let counted = sql::figures::counted(conn, from, until, zone).await?;
    let samples = sql::figures::samples(conn, from, until, zone).await?;
    let counts: Vec<_> = counted.iter().map(|one| (one.status, one.class, one.count)).collect();
    let waits = samples.iter().filter(|sample| sample.span == Span::Answer).map(|sample| sample.micros).collect();
    Ok(Between { recap: Recap::new(&counts, waits), counted, samples })
}

/// Counts a month.
pub async fn month(conn: &mut Conn, month: Month, zone: Zone) -> Result<MonthFigures> {
    let (from, until) = month.span(zone);
    let Between { recap, counted, samples } = between(conn, (from, until), zone).await?;
    let nuisance = sql::figures::nuisance(conn, from, until).await?;
    Ok(MonthFigures {
        month,
        recap,
        incidents: sql::figures::incidents(conn, from, until).await?,
        calls_by_agency: sql::figures::calls_by_agency(conn, from, until).await?,
        dispatches: sql::figures::dispatches(conn, from, until).await?,
        nuisance: nuisance.into_iter().map(|(number, count)| (masked(&phone_local(&number)), count)).collect(),
        counted,
        samples,
    })
}

/// An incident with what belongs to it.
pub struct Whole {
    /// The incident.
    pub incident: Incident,
    /// Those that are the same.
    pub merged: Vec<Incident>,
    /// Calls of all of them.
    pub calls: Vec<Call>,
    /// Dispatches of all of them.
    pub dispatches: Vec<Dispatch>,
    /// Where units are sent to: its point, or else the middle of its village or district.
    pub spot: Option<Point>,
}

/// What to send to an incident now: what its type asks for, without what is out for it already.
pub fn recommendation(whole: &Whole, types: &[IncidentType], units: &[Unit], now: Timestamp) -> Recommendation {
    let kind = types.iter().find(|kind| kind.code == whole.incident.kind);
    let card = kind.map(|kind| kind.run_card.up_to(whole.incident.alarm));
    let out = whole.dispatches.iter().filter(|dispatch| dispatch.status.is_out());
    let kind_of =
        |dispatch: &Dispatch| units.iter().find(|unit| unit.id == dispatch.unit).map(|unit| unit.kind.clone());
    let out: Vec<String> = out.filter_map(kind_of).collect();
    let wanted = still_wanted(&card.unwrap_or_default(), &out);
    // A drill has units of its own, and nothing else is sent to it.
    let units: Vec<Unit> = units.iter().filter(|unit| unit.drill == whole.incident.drill).cloned().collect();
    recommend(&wanted, &units, whole.spot, now)
}

/// Incidents that a call may tell of: those that are not over, those of the last hours, and those of the same number.
pub async fn known(
    conn: &mut Conn,
    types: &[IncidentType],
    call: &Call,
    number: &str,
    now: Timestamp,
) -> Result<Vec<Known>> {
    let since = now.plus_micros(-KNOWN_HOURS * HOUR_MICROS);
    let by_number = match number.is_empty() {
        true => Vec::new(),
        false => sql::call::incidents_of_number(conn, number, since, call.id).await?,
    };
    let mut incidents = sql::incident::active(conn, KNOWN_MAX_COUNT).await?;
    incidents.extend(sql::incident::since(conn, since, KNOWN_MAX_COUNT).await?);
    incidents.sort_by_key(|incident| incident.id);
    incidents.dedup_by_key(|incident| incident.id);
    let group = |code: &str| types.iter().find(|kind| kind.code == code).map_or_else(String::new, |k| k.group.clone());
    let last = |id| by_number.iter().filter(|(incident, _)| *incident == id).map(|(_, at)| *at).max();
    let known = incidents.into_iter().filter(|incident| incident.drill == call.drill).map(|incident| Known {
        group: group(&incident.kind),
        same_number: last(incident.id),
        incident,
    });
    Ok(known.collect())
}

/// An incident with its calls and dispatches, and those of the incidents that are the same.
pub async fn whole(conn: &mut Conn, incident: Incident) -> Result<Whole> {
    let merged = sql::incident::merged_into(conn, incident.id).await?;
    let site = &incident.site;
    let spot = match site.point {
        Some(point) => Some(point),
        None => areas::middle(conn, site.village, site.district).await?,
    };
    let mut whole = Whole { merged, calls: Vec::new(), dispatches: Vec::new(), spot, incident };
    let ids: Vec<_> = std::iter::once(whole.incident.id).chain(whole.merged.iter().map(|one| one.id)).collect();
    for id in ids {
        whole.calls.extend(sql::call::of_incident(conn, id, CALLS_MAX_COUNT).await?);
        whole.dispatches.extend(sql::incident::dispatches(conn, id).await?);
    }
    Ok(whole)
}
