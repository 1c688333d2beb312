//! Small answers for the form's script: where a point lies, and which villages a district has.

use serde::Deserialize;
use serde_json::json;
use simpul_kernel::area::AreaCode;
use simpul_kernel::geo::Point;
use simpul_shell::{ApiError, ApiResult, Path, Query, Site, json as answer};

use crate::desk::may_lie_in;

/// A point in degrees.
#[derive(Debug, Default, Deserialize)]
pub struct At {
    #[serde(default)]
    lat: String,
    #[serde(default)]
    lon: String,
}

fn dotted(code: i64) -> Option<String> {
    AreaCode::from_number(code).map(|code| code.to_string())
}

/// Where a point lies. Without imported boundaries nothing is known of it but whether it may be here.
pub async fn place_at(site: Site, Query(at): Query<At>) -> ApiResult {
    let point = Point::parse(&at.lat, &at.lon).map_err(|_| ApiError::bad_request("report.refused.point"))?;
    let village = site.place.village_at(point);
    let district = village.map(|village| village.district).or_else(|| site.place.district_at(point).map(|d| d.code));
    let district = district.and_then(|code| site.place.district(code));
    Ok(answer(&json!({
        "inside": may_lie_in(&site.place, point),
        "district_code": district.and_then(|district| dotted(district.code)),
        "district": district.map(|district| &district.name),
        "village_code": village.and_then(|village| dotted(village.code)),
        "village": village.map(|village| &village.name),
    })))
}

/// The villages of a district, in the order of their names.
pub async fn villages(site: Site, Path(district): Path<String>) -> ApiResult {
    let code = AreaCode::parse(&district).ok_or_else(ApiError::not_found)?.number();
    site.place.district(code).ok_or_else(ApiError::not_found)?;
    let mut villages: Vec<_> = site.place.villages_of(code).collect();
    villages.sort_by(|a, b| a.name.cmp(&b.name));
    let items: Vec<_> =
        villages.iter().map(|village| json!({ "code": dotted(village.code), "name": village.name })).collect();
    Ok(answer(&json!({ "items": items })))
}
