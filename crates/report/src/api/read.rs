//! What anybody may read.

use axum::http::{HeaderValue, header};
use axum::response::Response;
use serde::Serialize;
use simpul_kernel::Timestamp;
use simpul_kernel::limits::PAGE_ROWS_MAX_COUNT;
use simpul_shell::{ApiError, ApiResult, Fields, Path, Query, Reader, Site, etag};
use uuid::Uuid;

use super::shape;
use super::sql::{Filter, page};
use super::types::{AgencyList, AreaList, CategoryList, EventView, ListQuery, Problem, ReportList, ReportView};
use super::view::Viewing;
use crate::desk::Desk;
use crate::model::silence::silent_before;
use crate::model::support::helpers;
use crate::model::{Status, id_floor, read_number};
use crate::open311::sql as public;
use crate::open311::when::{offset_of, parse};
use crate::outside::{DEMO_HEADER, DEMO_TEXT};
use crate::sql;

/// Rows of a page that names no number.
const PAGE_DEFAULT_COUNT: i64 = 50;

/// An answer that need not be sent again.
pub(crate) fn tagged(site: &Site, body: &impl Serialize) -> ApiResult {
    let bytes = serde_json::to_vec(body).map_err(simpul_store::Error::from)?;
    let mut answer = etag::answer(site.headers(), "application/json", bytes);
    if site.region().demo {
        answer.headers_mut().insert(DEMO_HEADER, DEMO_TEXT);
    }
    Ok(answer)
}

fn bad(field: &'static str) -> ApiError {
    ApiError::bad_request("report.api.bad_filter").with("field", field).with_field(field, "report.api.bad_value")
}

fn instant(site: &Site, field: &'static str, text: Option<&String>) -> Result<Option<Timestamp>, ApiError> {
    text.map(|text| parse(text, offset_of(site.region().zone)).ok_or_else(|| bad(field))).transpose()
}

/// Filters that may stand in a query.
const FILTERS: [&str; 11] = [
    "status",
    "open",
    "status_unknown",
    "category",
    "district",
    "village",
    "from",
    "to",
    "updated_after",
    "limit",
    "cursor",
];

/// Refuses a filter that is named without a value: its sender means something, and would get everything.
fn check_values(site: &Site) -> Result<(), ApiError> {
    let sent = Fields::parse(site.visit.uri.query().unwrap_or_default().as_bytes())?;
    let empty = FILTERS.into_iter().find(|name| sent.all(name).contains(&""));
    empty.map_or(Ok(()), |name| Err(bad(name)))
}

/// The filter that a query asks for.
fn filter(site: &Site, query: &ListQuery) -> Result<Filter, ApiError> {
    let status = query.status.as_deref().map(|name| Status::parse(name).ok_or_else(|| bad("status"))).transpose()?;
    let category = query.category.as_deref().map(|code| shape::code("category", code).map(|()| code.to_owned()));
    for (name, code) in [("district", query.district), ("village", query.village)] {
        if code.is_some_and(|code| code < 0) {
            return Err(bad(name));
        }
    }
    // The cursor's id is left out, the last moment is taken in.
    let until = instant(site, "to", query.to.as_ref())?.map(|at| id_floor(Timestamp(at.0.saturating_add(1000))));
    Ok(Filter {
        below: [query.cursor, until].into_iter().flatten().min(),
        from: instant(site, "from", query.from.as_ref())?.map(id_floor),
        updated_after: instant(site, "updated_after", query.updated_after.as_ref())?,
        open: query.open,
        village: query.village,
        category: category.transpose().map_err(|_| bad("category"))?,
        district: query.district,
        status,
        silent_since: (query.status_unknown == Some(true)).then(|| silent_before(site.now())),
    })
}

/// The path of the page after this one: the same query with another cursor.
fn next_path(site: &Site, last: Uuid) -> String {
    let query = site.visit.uri.query().unwrap_or_default();
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
    pairs.push(format!("cursor={last}"));
    format!("/api/v1/reports?{}", pairs.join("&"))
}

/// Reports, newest first. Secret and hidden ones never appear.
#[utoipa::path(
    get,
    path = "/api/v1/reports",
    tag = "reports",
    params(ListQuery),
    responses(
        (status = 200, body = ReportList, description = "A page; `next` and the `Link` header lead to the next one"),
        (status = 304, description = "Unchanged since the answer with this ETag"),
        (
            status = 400, body = Problem, content_type = "application/problem+json",
            description = "A filter that can't be read",
        ),
    ),
)]
pub async fn list(site: Site, Query(query): Query<ListQuery>) -> ApiResult {
    check_values(&site)?;
    let most = i64::try_from(PAGE_ROWS_MAX_COUNT).unwrap_or(PAGE_DEFAULT_COUNT);
    let limit = query.limit.unwrap_or(PAGE_DEFAULT_COUNT);
    if !(1..=most).contains(&limit) {
        return Err(bad("limit"));
    }
    let filter = filter(&site, &query)?;
    let mut conn = site.read().await?;
    let desk = Desk::open(&mut conn, site.place.clone()).await?;
    // One row more than asked for tells whether there is a next page.
    let mut rows = page(&mut conn, &filter, limit + 1).await?;
    drop(conn);
    let is_more = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows.last().filter(|_| is_more).map(|row| next_path(&site, row.id));
    let viewing = Viewing::new(&site, &desk);
    let list = ReportList { items: rows.iter().map(|row| viewing.item(row)).collect(), next: next.clone() };
    let mut answer = tagged(&site, &list)?;
    link_next(&mut answer, next.as_deref());
    Ok(answer)
}

fn link_next(answer: &mut Response, next: Option<&str>) {
    if let Some(link) = next.and_then(|next| HeaderValue::try_from(format!("<{next}>; rel=\"next\"")).ok()) {
        answer.headers_mut().insert(header::LINK, link);
    }
}

/// A report as anybody may see it, with the public part of its history.
async fn view(site: &Site, typed: &str) -> Result<ReportView, ApiError> {
    let number = read_number(&site.region().prefix, typed).ok_or_else(ApiError::not_found)?;
    let mut conn = site.read().await?;
    let row = public::request(&mut conn, &number).await?.ok_or_else(ApiError::not_found)?;
    let report = sql::by_id(&mut conn, row.id).await?.ok_or_else(ApiError::not_found)?;
    let desk = Desk::open(&mut conn, site.place.clone()).await?;
    let events = sql::events(&mut conn, row.id).await?;
    let photos = sql::photos(&mut conn, row.id).await?;
    let named = site.region().settings.public_agency_names;
    let helpers = if named { helpers(&sql::support::of_report(&mut conn, row.id).await?) } else { Vec::new() };
    Ok(Viewing::new(site, &desk).report(&row, &report, &helpers, (&events, &photos)))
}

/// One report with its history and photos.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{number}",
    tag = "reports",
    params(
        ("number" = String, Path, description = "The report's number; small letters and a missing prefix are forgiven"),
    ),
    responses(
        (status = 200, body = ReportView, description = "The report"),
        (status = 304, description = "Unchanged since the answer with this ETag"),
        (
            status = 404, body = Problem, content_type = "application/problem+json",
            description = "Not there, or not for everybody",
        ),
    ),
)]
pub async fn one(site: Site, Path(number): Path<String>) -> ApiResult {
    tagged(&site, &view(&site, &number).await?)
}

/// What happened to a report, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{number}/events",
    tag = "reports",
    params(("number" = String, Path, description = "The report's number")),
    responses(
        (status = 200, body = Vec<EventView>, description = "The public history"),
        (
            status = 404, body = Problem, content_type = "application/problem+json",
            description = "Not there, or not for everybody",
        ),
    ),
)]
pub async fn events(site: Site, Path(number): Path<String>) -> ApiResult {
    tagged(&site, &view(&site, &number).await?.events)
}

/// Whether the answer may name agencies: where the region names them to everybody, and to a program with a key, which
/// gives them work.
fn names_agencies(reader: &Reader) -> bool {
    reader.key.is_some() || reader.region().settings.public_agency_names
}

/// The categories that the form offers. Their agencies are named where the region names them, or with a key.
#[utoipa::path(
    get,
    path = "/api/v1/categories",
    tag = "region",
    responses((status = 200, body = CategoryList, description = "The categories")),
)]
pub async fn categories(reader: Reader) -> ApiResult {
    let mut conn = reader.read().await?;
    let desk = Desk::open(&mut conn, reader.place.clone()).await?;
    let (viewing, named) = (Viewing::new(&reader, &desk), names_agencies(&reader));
    let items = desk.rules.active().map(|category| viewing.category(category, named));
    tagged(&reader, &CategoryList { items: items.collect() })
}

/// The region's districts with their villages.
#[utoipa::path(
    get,
    path = "/api/v1/areas",
    tag = "region",
    responses((status = 200, body = AreaList, description = "The areas")),
)]
pub async fn areas(site: Site) -> ApiResult {
    let mut conn = site.read().await?;
    let desk = Desk::open(&mut conn, site.place.clone()).await?;
    tagged(&site, &AreaList { items: Viewing::new(&site, &desk).districts() })
}

/// The agencies of the region and around it: none where the region does not name them, unless with a key.
#[utoipa::path(
    get,
    path = "/api/v1/agencies",
    tag = "region",
    responses((status = 200, body = AgencyList, description = "The agencies")),
)]
pub async fn agencies(reader: Reader) -> ApiResult {
    if !names_agencies(&reader) {
        return tagged(&reader, &AgencyList { items: Vec::new() });
    }
    let mut conn = reader.read().await?;
    let desk = Desk::open(&mut conn, reader.place.clone()).await?;
    tagged(&reader, &AgencyList { items: Viewing::new(&reader, &desk).agencies() })
}
