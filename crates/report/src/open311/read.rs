//! What clients read: discovery, services, requests, tokens, updates.

use simpul_shell::Site;

use super::answer::{self, Discovery};
use super::call::{Call, Endpoint, Failure, desk, viewing};
use super::doc::Doc;
use super::fault::Faults;
use super::search::{search, update_search};
use super::sql;
use super::when::offset_of;
use crate::model::read_number;

/// Most requests that one path names: `/requests/a,b,c.json`.
const NAMED_MAX_COUNT: usize = 100;

/// `/discovery`, `/services`, `/requests` and `/servicerequestupdates`.
pub async fn top(site: &Site, call: &Call) -> Result<Doc, Failure> {
    if call.name == "discovery" {
        return Ok(discovery(site));
    }
    call.check_jurisdiction(site.region())?;
    match call.name.as_str() {
        "services" => services(site).await,
        "requests" => requests(site, call).await,
        "servicerequestupdates" => updates(site, call).await,
        _ => Err(Faults::one(404, "path: there is no such resource in GeoReport v2").into()),
    }
}

fn discovery(site: &Site) -> Doc {
    let (region, base) = (site.region(), site.base_url());
    let settings = &region.settings;
    let known = [&settings.office_name, &settings.office_email, &settings.office_phone, &settings.office_address];
    let mut contact: Vec<&str> = known.into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let full_name = region.full_name();
    contact.insert(0, &full_name);
    let demo = site.t("shell.demo");
    if region.demo {
        contact.insert(0, &demo);
    }
    answer::discovery(&Discovery {
        contact: contact.join(", "),
        key_service: site.tx("report.open311.key_service", &[("contact", contact.join(", ").as_str())]),
        production_url: format!("{base}{}", Endpoint::Production.path()),
        test_url: format!("{base}{}", Endpoint::Test.path()),
    })
}

async fn services(site: &Site) -> Result<Doc, Failure> {
    let mut conn = site.read().await?;
    let desk = desk(site, &mut conn).await?;
    let viewing = viewing(site, &desk);
    let services: Vec<_> = desk.rules.active().map(|category| viewing.service(category)).collect();
    Ok(answer::services(&services))
}

/// `/services/{code}`
pub async fn service(site: &Site, call: &Call) -> Result<Doc, Failure> {
    call.check_jurisdiction(site.region())?;
    let mut conn = site.read().await?;
    let desk = desk(site, &mut conn).await?;
    let category = desk.category(&call.name).filter(|category| category.active);
    let category = category.ok_or_else(|| Faults::not_found("service_code"))?;
    Ok(answer::definition(&viewing(site, &desk).service(category)))
}

async fn requests(site: &Site, call: &Call) -> Result<Doc, Failure> {
    let search = search(&call.fields, site.now(), offset_of(site.region().zone))?;
    if !search.ids.is_empty() {
        let ids: Vec<&str> = search.ids.iter().map(String::as_str).collect();
        return named(site, call, &ids).await;
    }
    let mut conn = site.read().await?;
    let desk = desk(site, &mut conn).await?;
    let rows = sql::requests(&mut conn, &search).await?;
    drop(conn);
    let viewing = viewing(site, &desk);
    let views: Vec<_> = rows.iter().map(|row| viewing.request(row)).collect();
    Ok(answer::requests(&views, site.region().zone, call.is_extended()))
}

/// `/requests/{id}` and `/requests/{id},{id}`
pub async fn request(site: &Site, call: &Call) -> Result<Doc, Failure> {
    call.check_jurisdiction(site.region())?;
    let ids: Vec<&str> = call.name.split(',').map(str::trim).filter(|id| !id.is_empty()).collect();
    if ids.len() > NAMED_MAX_COUNT {
        let says = format!("names more than {NAMED_MAX_COUNT} requests");
        return Err(Faults::fields(vec![("service_request_id", says)]).into());
    }
    named(site, call, &ids).await
}

/// The requests of those ids in the order asked for; not found only if none of them is there.
async fn named(site: &Site, call: &Call, ids: &[&str]) -> Result<Doc, Failure> {
    let mut conn = site.read().await?;
    let desk = desk(site, &mut conn).await?;
    let mut rows = Vec::new();
    for id in ids {
        if let Some(number) = read_number(&site.region().prefix, id) {
            rows.extend(sql::request(&mut conn, &number).await?);
        }
    }
    drop(conn);
    if rows.is_empty() {
        return Err(Faults::not_found("service_request_id").into());
    }
    let viewing = viewing(site, &desk);
    let views: Vec<_> = rows.iter().map(|row| viewing.request(row)).collect();
    Ok(answer::requests(&views, site.region().zone, call.is_extended()))
}

/// `/tokens/{token}`. A token is good as soon as its request was answered, since a request is stored before that.
pub async fn token(site: &Site, call: &Call) -> Result<Doc, Failure> {
    call.check_jurisdiction(site.region())?;
    let id: uuid::Uuid = call.name.parse().map_err(|_| Faults::not_found("token"))?;
    if call.endpoint == Endpoint::Test {
        return Ok(answer::token(&super::send::test_number(id), &call.name));
    }
    let mut conn = site.read().await?;
    let number = sql::number_of_token(&mut conn, id).await?.ok_or_else(|| Faults::not_found("token"))?;
    Ok(answer::token(&number, &call.name))
}

async fn updates(site: &Site, call: &Call) -> Result<Doc, Failure> {
    let mut search = update_search(&call.fields, site.now(), offset_of(site.region().zone))?;
    if let Some(id) = &search.id {
        let number = read_number(&site.region().prefix, id);
        search.id = Some(number.ok_or_else(|| Faults::not_found("service_request_id"))?);
    }
    let mut conn = site.read().await?;
    let desk = desk(site, &mut conn).await?;
    let rows = sql::updates(&mut conn, &search).await?;
    drop(conn);
    let viewing = viewing(site, &desk);
    let views: Vec<_> = rows.iter().map(|row| viewing.update(row)).collect();
    Ok(answer::updates(&views, site.region().zone))
}
