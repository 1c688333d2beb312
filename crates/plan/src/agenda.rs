//! What an agenda is built from: everything that is still open.

use simpul_kernel::calendar::Zone;
use simpul_kernel::format::{self, Lang};
use simpul_people::Agency;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::model::item::{Item, for_agenda};
use crate::model::meeting::{Point, PointKind};
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

/// What a meeting has to talk about because it is still open: action items until they are done (of the body that meets;
/// of all where all meet), the longest late first, and progress reports that ask for a decision.
pub async fn open_points(conn: &mut Conn, body: Option<Uuid>, agencies: &[Agency], zone: Zone) -> Result<Vec<Point>> {
    let mut items = sql::item::open(conn).await?;
    items.retain(|item| body.is_none() || item.of_body == body);
    let mut points: Vec<Point> = for_agenda(&items).into_iter().map(|item| item_point(item, agencies, zone)).collect();
    let asked = sql::agenda::asked(conn).await?.into_iter().map(|asked| Point {
        id: None,
        kind: PointKind::Decision,
        body: format!("{} ({}): {}", asked.programme, short(agencies, asked.agency), asked.decision),
        subject: Some(asked.progress),
    });
    points.extend(asked);
    Ok(points)
}
