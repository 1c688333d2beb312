//! What the browser draws its maps from: the base map, districts and villages. Points of reports are the report room's.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use simpul_people::AreaLevel;
use simpul_report::figures;
use simpul_shell::{Anyone, ApiResult, Site, TILES_TYPE, etag, part_of_file};
use simpul_store::Error;

use crate::areas::{self, Load};
use crate::base_map::BaseMap;
use crate::tiles::TileFile;

/// How long a browser keeps the base map without asking: an operator changes it once a year.
const BASE_KEPT: &str = "public, max-age=3600";
/// Boundaries and the counts on them are asked for again each time; most answers say "unchanged".
const ASKED_AGAIN: &str = "public, no-cache";
const GEOJSON: &str = "application/geo+json";

/// The base map.
pub async fn base(asker: Anyone) -> ApiResult {
    let base = BaseMap::drawn();
    Ok(kept(asker.headers(), base.tag(), BASE_KEPT, || base.text().to_owned()))
}

/// The operator's map tiles, or the part of their file that is asked for.
pub async fn tiles(asker: Anyone) -> ApiResult {
    let tiles = TileFile::chosen().ok_or(Error::NotFound("tiles"))?;
    Ok(part_of_file::answer(asker.headers(), tiles.path(), TILES_TYPE).await?)
}

/// Districts with their open and late work: polygons where they were imported, and a point for each name.
pub async fn districts(site: Site) -> ApiResult {
    let mut conn = site.read().await?;
    let rows = figures::open_by_district(&mut conn, site.now()).await?;
    drop(conn);
    let loads: HashMap<i64, Load> =
        rows.into_iter().map(|(district, open, late)| (district, Load { open, late })).collect();
    let text = areas::of(&site.place).geojson(|code| loads.get(&code).copied().unwrap_or_default());
    let tag = etag::of(text.as_bytes());
    Ok(kept(site.headers(), &tag, ASKED_AGAIN, || text))
}

/// Villages, where their boundaries were imported.
pub async fn villages(site: Site) -> ApiResult {
    // The polygons of a whole region are large: their version is their tag, so that they need not be read for it.
    let version = env!("CARGO_PKG_VERSION");
    let tag = format!("\"desa-{version}-{}-{}\"", site.region().id, site.place.version());
    Ok(kept(site.headers(), &tag, ASKED_AGAIN, || match site.place.geojson(AreaLevel::Village) {
        Some(text) => text.to_string(),
        None => areas::collection(&[]),
    }))
}

/// The text, or 304 to who has it.
fn kept(asked: &HeaderMap, tag: &str, keep: &'static str, text: impl FnOnce() -> String) -> Response {
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|seen| etag::matches(seen, tag));
    let mut answer = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { text().into_response() };
    let headers = answer.headers_mut();
    if !unchanged {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON));
    }
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    answer
}
