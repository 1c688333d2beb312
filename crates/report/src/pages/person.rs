//! A person's right over their data: found by number or address, handed out, erased.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use simpul_kernel::{Timestamp, mask};
use simpul_people::actions::LogAccess;
use simpul_shell::{Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, json, render};
use simpul_store::files::Digest;
use uuid::Uuid;

use super::CanErasePersons;
use super::view::place_name;
use crate::actions::{EraseFollower, EraseReporter, EraseWatcher, export as export_of};
use crate::model::{Reach, read_number};
use crate::sql;

/// Most reports of one person on the page.
const REPORTS_MAX_COUNT: i64 = 200;

/// By what a person is sought.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    cari: String,
}

struct Found {
    number: String,
    reported: Timestamp,
    state: String,
    /// Since when the person follows it; `None` where it is the person's own report.
    follows: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "report/person.html")]
struct PersonPage {
    page: Page,
    form: FormView,
    asked: bool,
    found: Vec<Found>,
    /// The number or address that was sought, as it is stored.
    reach: String,
    /// Names of the places that the person follows.
    places: Vec<String>,
}

/// The person's own reports, then those that the person only follows.
async fn ids(
    officer: &Officer<CanErasePersons>,
    typed: &str,
    phone: Option<&str>,
) -> Result<Vec<(Uuid, Option<Timestamp>)>, PageError> {
    let mut conn = officer.read().await?;
    if let Some(number) = read_number(&officer.region().prefix, typed) {
        return Ok(sql::by_number(&mut conn, &number).await?.map(|report| (report.id, None)).into_iter().collect());
    }
    let email = typed.contains('@').then(|| typed.to_lowercase());
    let own = sql::parts::reports_of(&mut conn, phone, email.as_deref(), REPORTS_MAX_COUNT).await?;
    let mut followed = Vec::new();
    if let Some(reach) = Reach::parse(typed) {
        followed = sql::parts::followed_by(&mut conn, &reach, REPORTS_MAX_COUNT).await?;
    }
    let others = followed.iter().filter(|one| !own.contains(&one.report)).map(|one| (one.report, Some(one.since)));
    Ok(own.iter().map(|id| (*id, None)).chain(others).collect())
}

/// The places that a person follows.
async fn places(officer: &Officer<CanErasePersons>, typed: &str) -> Result<Vec<String>, PageError> {
    let Some(reach) = Reach::parse(typed) else { return Ok(Vec::new()) };
    let mut conn = officer.read().await?;
    let watches = sql::watch::watches_of(&mut conn, &reach, REPORTS_MAX_COUNT).await?;
    let name = |watch: &sql::watch::Watch| place_name(&officer.place, watch.place.village, Some(watch.place.district));
    Ok(watches.iter().map(name).collect())
}

/// The reports of a person.
pub async fn show(officer: Officer<CanErasePersons>, Query(search): Query<Search>) -> PageResult {
    let typed = search.cari.trim().to_owned();
    let phone = mask::normalise_phone(&typed);
    let mut places = Vec::new();
    let mut found = Vec::new();
    let page = officer.page("report.person.title").at("/admin/report").script("umum.js");
    if !typed.is_empty() {
        for (id, follows) in ids(&officer, &typed, phone.as_deref()).await? {
            let mut conn = officer.read().await?;
            if let Some(report) = sql::by_id(&mut conn, id).await? {
                let state = page.t(report.status().staff_key());
                found.push(Found { number: report.number, reported: report.times.reported, state, follows });
            }
        }
        places = self::places(&officer, &typed).await?;
        let what = "reporter_search";
        officer.write(LogAccess { subject_kind: "report", subject_id: Uuid::nil(), what }).await?;
    }
    let mut fields = Fields::new();
    fields.set("cari", typed.clone());
    let form = officer.form_of(&Form { value: (), fields });
    let reach = Reach::parse(&typed).map(|reach| reach.as_str().to_owned()).unwrap_or_default();
    render(&PersonPage { page, form, asked: !typed.is_empty(), found, reach, places })
}

async fn id_of(officer: &Officer<CanErasePersons>, number: &str) -> Result<Uuid, PageError> {
    let mut conn = officer.read().await?;
    let report = sql::by_number(&mut conn, number).await?.ok_or_else(PageError::not_found)?;
    Ok(report.id)
}

/// Everything that is kept of the person in one report, as a file.
pub async fn export(officer: Officer<CanErasePersons>, Path(number): Path<String>) -> Result<Response, PageError> {
    let id = id_of(&officer, &number).await?;
    let mut conn = officer.read().await?;
    let data = export_of(&mut conn, id).await?.ok_or_else(PageError::not_found)?;
    drop(conn);
    let what = "reporter_export";
    officer.write(LogAccess { subject_kind: "report", subject_id: id, what }).await?;
    let mut response = json(&data).into_response();
    let name = format!("attachment; filename=\"{number}.json\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}

/// Forgets the person in one report: the reporter, or one who follows it, if the form names whose number.
pub async fn erase(officer: Officer<CanErasePersons>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = id_of(&officer, &number).await?;
    officer.write(LogAccess { subject_kind: "report", subject_id: report, what: "reporter_erase" }).await?;
    let reach = form.fields.get("pengikut").to_owned();
    if !reach.is_empty() {
        officer.write(EraseFollower { report, reach }).await?;
        let done = Redirect::to("/admin/report/pelapor").flash("report.flash.follower_erased");
        return Ok(done.with("number", number).into_response());
    }
    let erased = officer.write(EraseReporter { report }).await?;
    for file in erased.files {
        officer.app.db.files().remove(officer.region().id, &Digest(file)).await?;
    }
    Ok(Redirect::to("/admin/report/pelapor").flash("report.flash.erased").with("number", number).into_response())
}

/// Forgets the places that a person follows.
pub async fn erase_places(officer: Officer<CanErasePersons>, form: Form) -> PageResult {
    let reach = Reach::parse(form.fields.get("pengikut")).ok_or_else(PageError::not_found)?;
    let subject_id = Uuid::nil();
    officer.write(LogAccess { subject_kind: "report", subject_id, what: "reporter_erase" }).await?;
    officer.write(EraseWatcher { reach }).await?;
    Ok(Redirect::to("/admin/report/pelapor").flash("report.watch.flash_erased").into_response())
}
