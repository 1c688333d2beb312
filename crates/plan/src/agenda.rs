//! What an agenda is built from: everything that is still open.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{self, Lang};
use simpul_people::Agency;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::model::item::{Item, for_agenda};
use crate::model::meeting::{Asked, Point, PointKind};
use crate::model::period::newest_due;
use crate::model::{Programme, Progress};
use crate::sql;

fn short(agencies: &[Agency], id: Uuid) -> &str {
    agencies.iter().find(|agency| agency.id == id).map_or("–", |agency| agency.short.as_str())
}

/// An item as a point of an agenda. What is written into minutes is in Indonesian.
fn item_point(item: &Item, agencies: &[Agency], zone: Zone) -> Point {
    let (number, agency) = (item.shown(), short(agencies, item.agency));
    let due = format::day_long(Lang::Id, zone.date(item.due));
    let body = format!("{number} ({agency}, batas {due}): {}", item.body);
    Point { id: None, kind: PointKind::Item, body, subject: Some(item.id) }
}

/// What a report asks to be decided, with whose programme it is.
pub fn ask_text(asked: &Asked, agencies: &[Agency]) -> String {
    format!("{} ({}): {}", asked.name, short(agencies, asked.agency), asked.decision)
}

/// Most of what is asked to be decided on one agenda.
const ASKED_MAX_COUNT: usize = 100;
/// Most programmes without a report on one agenda.
const LATE_MAX_COUNT: usize = 100;

/// Programmes of which nothing was said in the newest period that is due, a point each, until it is said.
async fn late_reports(conn: &mut Conn, agencies: &[Agency], (zone, now): (Zone, Timestamp)) -> Result<Vec<Point>> {
    let Some(plan) = sql::plan::in_force(conn).await? else { return Ok(Vec::new()) };
    let periods = sql::progress::periods(conn, plan.id).await?;
    let Some(period) = newest_due(&periods, now) else { return Ok(Vec::new()) };
    let roll = sql::plan::roll(conn, period.masterplan).await?;
    let said = sql::progress::of_period(conn, period.id).await?;
    let due = format::day_long(Lang::Id, zone.date(period.due_at));
    let nothing = |progress: Option<&Progress>| progress.is_none_or(|one| one.first_submitted.is_none());
    let late = roll.owed(period, &said).filter(|(_, _, progress)| nothing(*progress)).take(LATE_MAX_COUNT);
    let point = |(one, agency, _): (&Programme, Uuid, Option<&Progress>)| {
        let agency = short(agencies, agency);
        let body = format!("{} ({agency}): laporan kemajuan {} belum ada, batas {due}", one.name, period.name);
        Point { id: None, kind: PointKind::Late, body, subject: Some(one.id) }
    };
    Ok(late.map(point).collect())
}

/// What a meeting has to talk about because it is still open: action items until they are done (of the body that meets;
/// of all where all meet), the longest late first, what progress reports ask to be decided until a decision answers it,
/// and those that are due and have not come.
pub async fn open_points(
    conn: &mut Conn,
    body: Option<Uuid>,
    agencies: &[Agency],
    (zone, now): (Zone, Timestamp),
) -> Result<Vec<Point>> {
    let mut items = sql::item::open(conn).await?;
    items.retain(|item| body.is_none() || item.of_body == body);
    let mut points: Vec<Point> = for_agenda(&items).into_iter().map(|item| item_point(item, agencies, zone)).collect();
    let asked = sql::agenda::asked(conn).await?.into_iter().take(ASKED_MAX_COUNT).map(|ask| Point {
        id: None,
        kind: PointKind::Decision,
        body: ask_text(&ask.newest, agencies),
        subject: Some(ask.newest.progress),
    });
    points.extend(asked);
    points.extend(late_reports(conn, agencies, (zone, now)).await?);
    Ok(points)
}
