//! Where a point lies, and which villages a district has: what the form's script asks for, and whoever has a form of
//! their own.

use serde::Deserialize;
use simpul_kernel::area::AreaCode;
use simpul_kernel::geo::Point;
use simpul_shell::{ApiError, ApiResult, Path, Query, Site};
use utoipa::IntoParams;

use super::read::tagged;
use super::types::{AreaName, PlaceAt, Problem, VillageList};
use crate::desk::may_lie_in;

/// A point.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct At {
    /// Latitude in degrees (WGS 84).
    #[param(value_type = f64, required, minimum = -90, maximum = 90)]
    lat: Option<String>,
    /// Longitude in degrees (WGS 84).
    #[param(value_type = f64, required, minimum = -180, maximum = 180)]
    lon: Option<String>,
}

fn degrees(name: &'static str, typed: Option<&String>) -> Result<f64, ApiError> {
    let read = typed.and_then(|typed| typed.trim().parse().ok());
    read.ok_or_else(|| ApiError::bad_request("report.refused.point").with_field(name, "report.api.bad_value"))
}

/// Where a point lies.
///
/// Without imported boundaries nothing is known of it but whether it may be here.
#[utoipa::path(
    get,
    path = "/api/v1/places/at",
    tag = "region",
    params(At),
    responses(
        (status = 200, body = PlaceAt, description = "District and village, as far as they are known"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "No point on earth"),
    ),
)]
pub async fn place_at(site: Site, Query(at): Query<At>) -> ApiResult {
    let (lat, lon) = (degrees("lat", at.lat.as_ref())?, degrees("lon", at.lon.as_ref())?);
    let point = Point::from_degrees(lat, lon).map_err(|_| ApiError::bad_request("report.refused.point"))?;
    let village = site.place.village_at(point);
    let district = village.map(|village| village.district).or_else(|| site.place.district_at(point).map(|d| d.code));
    let district = district.and_then(|code| site.place.district(code));
    tagged(
        &site,
        &PlaceAt {
            inside: may_lie_in(&site.place, point),
            district_code: district.map(|district| district.code),
            district: district.map(|district| district.name.clone()),
            village_code: village.map(|village| village.code),
            village: village.map(|village| village.name.clone()),
        },
    )
}

/// The villages of a district, in the order of their names.
#[utoipa::path(
    get,
    path = "/api/v1/areas/{district}/villages",
    tag = "region",
    params(("district" = i64, Path, description = "Code of the district", example = 732201)),
    responses(
        (status = 200, body = VillageList, description = "The villages"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "No such district"),
    ),
)]
pub async fn villages(site: Site, Path(district): Path<String>) -> ApiResult {
    let code = AreaCode::parse(&district).ok_or_else(ApiError::not_found)?.number();
    site.place.district(code).ok_or_else(ApiError::not_found)?;
    let mut villages: Vec<_> = site.place.villages_of(code).collect();
    villages.sort_by(|a, b| a.name.cmp(&b.name));
    let items = villages.iter().map(|village| AreaName { code: village.code, name: village.name.clone() }).collect();
    tagged(&site, &VillageList { items })
}
