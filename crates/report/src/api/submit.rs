//! A program sends a report.

use std::sync::Arc;

use simpul_kernel::format::Lang;
use simpul_kernel::geo::Point;
use simpul_kernel::{Refusal, words};
use simpul_shell::{ApiClient, ApiError, ApiJson, ApiResult, IdempotencyKey, WriteScope, created, json};

use super::shape;
use super::types::{Answer, Created, NewReport, NewReporter, Problem};
use super::view::Viewing;
use crate::actions::{Reporter, SubmitFrom, SubmitReport};
use crate::desk::Desk;
use crate::gate::{self, Known};
use crate::model::{Answers, Place, Report, ReporterMode, Source};
use crate::open311::submit::is_web_address;
use crate::outside::{key_of, once};
use crate::sql;

/// Longest number of a sender's own, in characters.
const FOREIGN_ID_MAX_CHARS: usize = 100;

/// Sends a report. With an `Idempotency-Key` a retry gets the first answer again.
#[utoipa::path(
    post,
    path = "/api/v1/reports",
    tag = "reports",
    request_body = NewReport,
    params(
        (
            "Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 512,
            description = "Any text of your own that no other report has",
        ),
    ),
    responses(
        (status = 200, body = Created, description = "It came before under this `foreign_id`; without its token"),
        (status = 201, body = Created, description = "It is on disk; `Location` is its address here"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "No key"),
        (
            status = 403, body = Problem, content_type = "application/problem+json",
            description = "A key without the scope `write`",
        ),
        (
            status = 409, body = Problem, content_type = "application/problem+json",
            description = "A category or place that this region does not have, or a key that was used",
        ),
        (
            status = 422, body = Problem, content_type = "application/problem+json",
            description = "A field is wrong; `errors` names it",
        ),
    ),
    security(("key" = [])),
)]
pub async fn submit(client: ApiClient<WriteScope>, key: IdempotencyKey, ApiJson(new): ApiJson<NewReport>) -> ApiResult {
    let mut conn = client.read().await?;
    let desk = Arc::new(Desk::open(&mut conn, client.place.clone()).await?);
    let foreign_id = new.foreign_id.as_deref().map(|id| foreign_id(&client, id)).transpose()?;
    let action = action(&client, &desk, &new, foreign_id)?;
    check_shape(&action)?;
    if let Some(id) = &action.foreign_id
        && let Some(known) = sql::by_foreign(&mut conn, Source::Api, id).await?
    {
        return Ok(json(&again(&client, &desk, &known)));
    }
    drop(conn);
    let asked = action.clone();
    let Reporter { phone, email, .. } = &action.reporter;
    let (phone, email) = (phone.as_deref().unwrap_or_default(), email.as_deref().unwrap_or_default());
    let known = Known { phone, email, api_key: Some(client.key.id), browser: None };
    let senders = gate::pass(&client.site, known).await.map_err(ApiError::from)?;
    let action = SubmitFrom { report: action, senders };
    // A sender's own number stands above the key: whatever else the request says, it gives the report that came before.
    let submitted = match action.report.foreign_id {
        Some(_) => client.write(action).await,
        None => once(&client, &key, &new, action).await,
    };
    let submitted = submitted.map_err(|error| named(in_language(error, &asked, client.lang)))?;
    let viewing = Viewing::new(&client, &desk);
    let body = Created {
        id: submitted.id,
        page_url: viewing.page_url(&submitted.number),
        token: Some(submitted.token),
        agency: viewing.agency(submitted.agency),
        verify_due: viewing.at(submitted.verify_due),
        answer_due: viewing.at(submitted.answer_due),
        resolve_due: viewing.at(submitted.resolve_due),
        secret: submitted.secret,
        number: submitted.number,
    };
    Ok(created(&format!("/api/v1/reports/{}", body.number), &body))
}

fn action(
    client: &ApiClient<WriteScope>,
    desk: &Arc<Desk>,
    new: &NewReport,
    foreign_id: Option<String>,
) -> Result<SubmitReport, ApiError> {
    if new.media_url.as_deref().is_some_and(|url| !is_web_address(url)) {
        return Err(Refusal::field("media_url", "report.api.bad_value").into());
    }
    // Two that bring the same number at the same moment have the same key, so that one of them waits for the other.
    let from_number = foreign_id.as_deref().map(|id| key_of(client.key.id, "foreign", id));
    Ok(SubmitReport {
        key: from_number.unwrap_or_else(|| client.ctx.new_id()),
        desk: desk.clone(),
        category: new.category.clone(),
        place: place(new)?,
        text: new.text.clone(),
        photos: Vec::new(),
        reporter: reporter(new.reporter.clone())?,
        source: Source::Api,
        foreign_id,
        media_url: new.media_url.clone(),
        attributes: answers(desk, new)?.to_json(),
        previous: None,
    })
}

/// The answers, each to a question that the category asks.
fn answers(desk: &Desk, new: &NewReport) -> Result<Answers, ApiError> {
    let mut answers = Answers::default();
    for (code, answer) in &new.answers {
        let asked = desk.category(&new.category).is_none_or(|category| category.questions.find(code).is_some());
        if !asked {
            let refusal = Refusal::field("answers", "report.refused.answer_unasked").with("question", code);
            return Err(shape::conflict(refusal.into()));
        }
        match answer {
            Answer::One(text) => answers.add(code, text),
            Answer::Many(list) => list.iter().for_each(|text| answers.add(code, text)),
        }
    }
    Ok(answers)
}

/// Refuses what no region takes, also of a reporter who wants to be nobody.
fn check_shape(action: &SubmitReport) -> Result<(), Refusal> {
    shape::code("category", &action.category)?;
    let reporter = Reporter { mode: Some(ReporterMode::Named), ..action.reporter.clone() };
    let strict = SubmitReport { reporter, ..action.clone() };
    let of_the_region = |refusal: &Refusal| {
        let key = refusal.key.trim_start_matches("report.refused.");
        matches!(key, "category" | "village" | "district" | "outside" | "stopped" | "stopped_near")
            || key.starts_with("answer_")
    };
    strict.faults(Lang::Id).into_iter().find(|refusal| !of_the_region(refusal)).map_or(Ok(()), Err)
}

/// Questions and stop texts are the region's own words; the writer knows no sender, and so no other language than one.
fn in_language(error: simpul_store::Error, asked: &SubmitReport, lang: Lang) -> simpul_store::Error {
    let same = |refused: &Refusal| asked.faults(lang).into_iter().find(|fault| fault.key == refused.key);
    match error {
        simpul_store::Error::Refused(refusal) => same(&refusal).unwrap_or(refusal).into(),
        other => other,
    }
}

/// A refusal with the fields that the body has: it has no `point`.
fn named(error: simpul_store::Error) -> ApiError {
    match error {
        simpul_store::Error::Refused(refusal) if refusal.field == Some("point") => {
            let key = refusal.key;
            shape::conflict(Refusal { field: Some("lat"), ..refusal }.into()).with_field("lon", key)
        }
        other => shape::conflict(other),
    }
}

/// The sender's own number as it is kept: with the id of its key before it, since two programs may count alike and
/// even bear one name. So what is found under it was sent by this very key, which may know of it.
fn foreign_id(client: &ApiClient<WriteScope>, typed: &str) -> Result<String, ApiError> {
    let typed = words::clean_line("foreign_id", typed, FOREIGN_ID_MAX_CHARS, true)?;
    Ok(format!("{}:{typed}", client.key.id))
}

/// A report that came before under the same number. Its token was given then, and is not known here any more.
fn again(client: &ApiClient<WriteScope>, desk: &Desk, known: &Report) -> Created {
    let viewing = Viewing::new(client, desk);
    Created {
        id: known.id,
        page_url: viewing.page_url(&known.number),
        token: None,
        agency: viewing.agency(known.agency),
        verify_due: viewing.at(known.deadlines.verify),
        answer_due: viewing.at(known.deadlines.answer),
        resolve_due: viewing.at(known.deadlines.resolve),
        secret: known.secret,
        number: known.number.clone(),
    }
}

fn place(new: &NewReport) -> Result<Place, ApiError> {
    let point = match (new.lat, new.lon) {
        (Some(lat), Some(lon)) => {
            let point = Point::from_degrees(lat, lon);
            Some(point.map_err(|_| Refusal::field("lat", "report.api.bad_value"))?)
        }
        (None, None) => None,
        (Some(_), None) => return Err(Refusal::field("lon", "report.api.bad_value").into()),
        (None, Some(_)) => return Err(Refusal::field("lat", "report.api.bad_value").into()),
    };
    Ok(Place {
        village: new.village,
        district: new.district,
        point,
        accuracy_m: None,
        landmark: new.landmark.clone().unwrap_or_default(),
    })
}

fn reporter(new: Option<NewReporter>) -> Result<Reporter, ApiError> {
    let Some(new) = new else { return Ok(Reporter::default()) };
    let mode = new
        .mode
        .as_deref()
        .map(|name| ReporterMode::parse(name).ok_or_else(|| Refusal::field("mode", "report.api.bad_value")));
    Ok(Reporter { mode: mode.transpose()?, name: new.name, phone: new.phone, email: new.email })
}
