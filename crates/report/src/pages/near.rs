//! Open public reports of the same kind near a place.

use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::geo::{Point, cover_circle};
use simpul_shell::{Page, PageError, Site};
use simpul_store::Conn;

use super::view::PublicItem;
use crate::desk::Desk;
use crate::model::{Place, id_floor};
use crate::sql::lists;

/// Reports closer than this may be the same, in metres.
pub const SIMILAR_RADIUS_M: f64 = 250.0;
/// Without a point, reports of the same village may be the same for so long, in days.
pub const SIMILAR_DAYS: i64 = 14;
/// Most similar reports that a citizen is shown.
pub const SIMILAR_MAX_COUNT: usize = 3;
/// Most candidates looked at around a place.
const SIMILAR_LOOKED_AT_MAX_COUNT: i64 = 100;

/// Open public reports of the same category: within 250 m of the point, nearest first; where the point is not known,
/// in the same village in the last 14 days, newest first; so many at most. None of a kind that is secret.
pub async fn similar_to(
    site: &Site,
    conn: &mut Conn,
    desk: &Desk,
    page: &Page,
    (category, place): (&str, &Place),
    most: usize,
) -> Result<Vec<PublicItem>, PageError> {
    if desk.category(category).is_none_or(|category| category.secret) {
        return Ok(Vec::new());
    }
    match place.point {
        Some(point) => near(site, conn, desk, page, (point, category), most).await,
        None => in_village(site, conn, desk, page, (category, place), most).await,
    }
}

async fn near(
    site: &Site,
    conn: &mut Conn,
    desk: &Desk,
    page: &Page,
    (point, category): (Point, &str),
    most: usize,
) -> Result<Vec<PublicItem>, PageError> {
    let ranges = cover_circle(point, SIMILAR_RADIUS_M);
    let found = lists::near(conn, &ranges, category, SIMILAR_LOOKED_AT_MAX_COUNT).await?;
    let mut near: Vec<_> = found.into_iter().map(|near| (near.point.haversine_m(point), near.line)).collect();
    near.retain(|(distance, _)| *distance <= SIMILAR_RADIUS_M);
    near.sort_by(|a, b| a.0.total_cmp(&b.0));
    let items = near.iter().take(most).map(|(distance, line)| {
        let mut item = PublicItem::of(page, &site.place, &desk.rules, line, site.now());
        item.distance_m = Some(distance.round() as i64);
        item
    });
    Ok(items.collect())
}

async fn in_village(
    site: &Site,
    conn: &mut Conn,
    desk: &Desk,
    page: &Page,
    (category, place): (&str, &Place),
    most: usize,
) -> Result<Vec<PublicItem>, PageError> {
    let village = place.village.and_then(|code| site.place.village(code));
    let Some(village) = village else { return Ok(Vec::new()) };
    let since = id_floor(site.now().plus_micros(-SIMILAR_DAYS * DAY_MICROS));
    let place = (village.district, village.code);
    let most = i64::try_from(most).unwrap_or(1);
    let found = lists::in_village(conn, category, place, since, most).await?;
    Ok(found.iter().map(|line| PublicItem::of(page, &site.place, &desk.rules, line, site.now())).collect())
}
