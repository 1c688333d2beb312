//! How the plan stands, worked out once and kept until something of it changes: everybody sees the same plan at the
//! same moment, and a page of two thousand programmes is not worked out anew for each reader.

use std::sync::{Arc, LazyLock};

use simpul_kernel::Timestamp;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::Snapshot;
use simpul_shell::PerPlace;
use simpul_store::{Conn, Result, journal};

use crate::actions::evidence::EVIDENCE;
use crate::actions::framework::FRAMEWORK;
use crate::actions::plan::{PLAN, PROGRAMME};
use crate::actions::progress::{PERIOD, PROGRESS};
use crate::model::Masterplan;
use crate::model::programme::PlanState;
use crate::read::{self, Overview, Sees};

/// Lines of the journal that are looked through for a change of the plan; behind more of them it is worked out anew.
const LINES_MAX_COUNT: i64 = 1_000;
/// What the plan's lines are about. Everything that an [`Overview`] tells is written with one of these.
const SUBJECTS: [&str; 6] = [FRAMEWORK, PLAN, PROGRAMME, PERIOD, PROGRESS, EVIDENCE];

/// How the plan stood, and how long that holds.
struct Stood {
    /// The last line of the journal that was looked at.
    head: i64,
    /// Since when it holds.
    from: Timestamp,
    /// Until when the calendar changes nothing of it.
    until: Timestamp,
    overview: Option<Arc<Overview>>,
}

static KEPT: LazyLock<PerPlace<Stood>> = LazyLock::new(PerPlace::default);

/// How the plan that counts stands now; `None` where no plan counts. The same as [`read::overview`].
///
/// # Errors
/// The store's.
pub async fn overview(
    conn: &mut Conn,
    place: &Arc<Snapshot>,
    now: Timestamp,
    sees: Sees,
) -> Result<Option<Arc<Overview>>> {
    let cell = KEPT.of(place, format!("{sees:?}"));
    let mut kept = cell.lock().await;
    let (head, _) = journal::head(conn).await?;
    if let Some(known) = kept.as_mut().filter(|known| (known.from..known.until).contains(&now))
        && !has_moved(conn, known.head, head).await?
    {
        known.head = head;
        return Ok(known.overview.clone());
    }
    let overview = read::overview(conn, now, place.region.zone, sees).await?.map(Arc::new);
    let until = until(overview.as_deref(), place, now);
    *kept = Some(Stood { head, from: now, until, overview: overview.clone() });
    Ok(overview)
}

/// How one plan stands now: the one that counts is kept, another is worked out.
///
/// # Errors
/// The store's.
pub async fn of_plan(
    conn: &mut Conn,
    place: &Arc<Snapshot>,
    plan: Masterplan,
    (now, sees): (Timestamp, Sees),
) -> Result<Option<Arc<Overview>>> {
    match plan.state {
        PlanState::InForce => overview(conn, place, now, sees).await,
        _ => Ok(read::of_plan(conn, plan, now, place.region.zone, sees).await?.map(Arc::new)),
    }
}

/// Whether something of the plan was written behind `from`, or the journal is another than it was.
async fn has_moved(conn: &mut Conn, from: i64, head: i64) -> Result<bool> {
    if head == from {
        return Ok(false);
    }
    if head < from || head - from > LINES_MAX_COUNT {
        return Ok(true);
    }
    let lines = journal::lines_after(conn, from, LINES_MAX_COUNT).await?;
    Ok(lines.iter().any(|line| SUBJECTS.contains(&line.subject_kind.as_str())))
}

/// When the calendar changes what is told: a period opens or is due, another day of being late begins, or the day ends.
fn until(overview: Option<&Overview>, place: &Snapshot, now: Timestamp) -> Timestamp {
    let zone = place.region.zone;
    let midnight = zone.date(now).next_day().map(|day| zone.instant(day, 0));
    let periods = overview.map(|overview| overview.periods.as_slice()).unwrap_or_default();
    let moments = periods.iter().flat_map(|period| {
        let late = now.micros_since(period.due_at);
        let later = period.due_at.plus_micros((late / DAY_MICROS + 1) * DAY_MICROS);
        [period.opens_at, period.due_at, later]
    });
    moments.chain(midnight).filter(|at| *at > now).min().unwrap_or(now)
}
