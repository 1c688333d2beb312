//! The wall's map: active incidents at the middle of their villages, and units where they are.

use serde_json::{Value, json};
use simpul_shell::{ApiResult, DisplayScreen, etag};

use crate::board::{self, Spot};

/// GeoJSON of what is active.
pub async fn points(screen: DisplayScreen) -> ApiResult {
    let mut conn = screen.read().await?;
    let mut spots = board::spots(&mut conn, &screen.place).await?;
    spots.extend(board::unit_spots(&mut conn, screen.now()).await?);
    drop(conn);
    Ok(etag::answer(screen.headers(), "application/geo+json", collection(&spots)))
}

/// Spots as GeoJSON. Nothing of it leads to a person: no number, no landmark, no id.
pub fn collection(spots: &[Spot]) -> String {
    let features: Vec<Value> = spots.iter().map(feature).collect();
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

pub(super) fn feature(spot: &Spot) -> Value {
    json!({
        "type": "Feature",
        "geometry": { "type": "Point", "coordinates": [spot.point.lon(), spot.point.lat()] },
        "properties": {
            "what": spot.what,
            "group": spot.group,
            "title": spot.title,
            "trouble": spot.is_trouble,
            "drill": spot.drill,
        },
    })
}
