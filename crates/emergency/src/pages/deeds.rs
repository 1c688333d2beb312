//! What is done around an incident by the forms of its page: the log, who confirmed it, to whom it was handed over, the
//! quick report, what was lost, what is known of it, and the steps of a disaster.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use simpul_kernel::Refusal;
use simpul_shell::{Form, Officer, PageError, PageResult, Path, Redirect};
use simpul_store::Error;
use simpul_store::files::Digest;
use uuid::Uuid;

use super::incident::{answer, find, sees};
use super::typed::{read_site, read_type};
use super::{CanSeeConsole, CanSendUnits, CanTakeCalls};
use crate::actions::{
    ChangeIncident, CountLosses, HandOver, LogWord, ReceiveHandover, ReportUnit, SendQuickReport, SetDisaster,
    VerifyIncident, WaysOut,
};
use crate::model::field::{Disaster, Finding, NoteWay, VerifyWay, read_day, read_moment};
use crate::model::{Incident, Losses, Priority, Victims, number};
use crate::sql;

/// A line of the radio log.
pub async fn log(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let way = NoteWay::parse(fields.get("way")).unwrap_or(NoteWay::Note);
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let (unit, text) = (fields.uuid("unit"), fields.get("text").to_owned());
    let done = officer.write(LogWord { key, incident: incident.id, way, unit, text }).await;
    answer(&seen, incident, &form, done).await
}

/// Who confirmed it.
pub async fn verify(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let chosen = |field| Error::from(Refusal::field(field, "emergency.refused.choose"));
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match (VerifyWay::parse(fields.get("verify_way")), Finding::parse(fields.get("finding"))) {
        (Some(way), Some(finding)) => {
            let text = fields.get("said").to_owned();
            officer.write(VerifyIncident { key, incident: incident.id, way, finding, text }).await
        }
        (None, _) => Err(chosen("verify_way")),
        (_, None) => Err(chosen("finding")),
    };
    answer(&seen, incident, &form, done).await
}

/// It is handed over.
pub async fn hand_over(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let contact = form.fields.uuid("contact").unwrap_or_default();
    let asked = form.fields.raw("asked").to_owned();
    let done = officer.write(HandOver { key, incident: incident.id, contact, asked }).await;
    answer(&seen, incident, &form, done).await
}

/// It was received there.
pub async fn receive(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let handover = form.fields.uuid("handover").ok_or_else(PageError::not_found)?;
    let known = sql::handover::by_id(&mut officer.read().await?, handover).await?;
    if known.is_none_or(|known| known.incident != incident.id) {
        return Err(PageError::not_found());
    }
    let done = officer.write(ReceiveHandover { handover, by: form.fields.get("received_by").to_owned() }).await;
    answer(&seen, incident, &form, done).await
}

/// The quick report goes out.
pub async fn send_quick(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let officers = form.fields.all("officers").into_iter().filter_map(|id| id.parse().ok()).collect();
    let ways = WaysOut { text: officer.app.config.sends_text, email: officer.app.config.sends_email };
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = form.fields.get("quick").to_owned();
    let done = officer.write(SendQuickReport { key, incident: incident.id, text, officers, ways }).await;
    match done {
        Ok(told) => {
            let to = format!("/112/kejadian/{}", number::shown(incident.serial));
            let flash = if told > 0 { "emergency.more.quick_sent" } else { "emergency.more.quick_kept" };
            Ok(Redirect::to(to).flash(flash).into_response())
        }
        Err(error) => answer::<()>(&seen, incident, &form, Err(error)).await,
    }
}

/// What was lost, as far as it is known.
pub async fn count(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = match read_losses(&form) {
        Ok(losses) => {
            let said = |word: &str| Victims::read(word, form.fields.get("victims_count"));
            let victims = Some(form.fields.get("victims")).filter(|word| !word.is_empty()).map(said);
            officer.write(CountLosses { incident: incident.id, losses, victims }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

fn read_losses(form: &Form) -> Result<Losses, Refusal> {
    let count = |name: &'static str| match form.fields.get(name) {
        "" => Ok(0),
        typed => {
            let refusal = Refusal::field(name, "emergency.refused.losses");
            let most = crate::model::incident::LOSSES_MAX_COUNT;
            typed.parse().ok().filter(|count| (0..=most).contains(count)).ok_or(refusal.with("most", most.to_string()))
        }
    };
    Ok(Losses {
        dead: count("dead")?,
        badly_hurt: count("badly_hurt")?,
        slightly_hurt: count("slightly_hurt")?,
        missing: count("missing")?,
        displaced: count("displaced")?,
        houses: count("houses")?,
    })
}

/// What is known of it changes.
pub async fn change(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let fields = &form.fields;
    let types = sql::incident::types(&mut officer.read().await?).await?;
    let priority = fields.int("priority").and_then(Priority::new);
    let read = read_type(&types, fields.get("type")).and_then(|kind| {
        let mut site = read_site(&officer.place, fields.get("village"), fields.get("landmark"), fields.get("point"))?;
        // A point that stayed as it was keeps how exact it is.
        site.radius_m = incident.site.radius_m.filter(|_| is_near(&incident, &site));
        Ok((kind.code.clone(), site))
    });
    let done = match read {
        Ok((kind, site)) => {
            let change = ChangeIncident { incident: incident.id, kind: Some(kind), priority, site: Some(site) };
            officer.write(change).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

/// Whether the place stays within what five decimals say.
fn is_near(incident: &Incident, site: &crate::model::Site) -> bool {
    const SAME_METRES: f64 = 2.0;
    let both = incident.site.point.zip(site.point);
    both.is_some_and(|(before, after)| before.haversine_m(after) < SAME_METRES)
}

/// What a unit did, written in the room.
pub async fn report(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let dispatch = form.fields.uuid("dispatch").ok_or_else(PageError::not_found)?;
    let known = sql::incident::dispatch(&mut officer.read().await?, dispatch).await?;
    if known.is_none_or(|known| known.incident != incident.id) {
        return Err(PageError::not_found());
    }
    let done = officer.write(ReportUnit { dispatch, text: form.fields.get("report").to_owned() }).await;
    answer(&seen, incident, &form, done).await
}

/// The steps of a disaster.
pub async fn disaster(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = match read_disaster(&form, officer.region().zone) {
        Ok(steps) => officer.write(SetDisaster { incident: incident.id, steps }).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&seen, incident, &form, done).await
}

fn read_disaster(form: &Form, zone: simpul_kernel::calendar::Zone) -> Result<Disaster, Refusal> {
    let fields = &form.fields;
    let moment = |name: &'static str| match fields.get(name) {
        "" => Ok(None),
        typed => {
            let refusal = || Refusal::field(name, "emergency.refused.moment");
            read_moment(typed, zone).map(Some).ok_or_else(refusal)
        }
    };
    let day = |name: &'static str| match fields.get(name) {
        "" => Ok(None),
        typed => read_day(typed, zone).map(Some).ok_or_else(|| Refusal::field(name, "emergency.refused.day")),
    };
    let digits: String = fields.get("fund_rupiah").chars().filter(|c| !matches!(c, '.' | ' ')).collect();
    let fund_rupiah = match digits.as_str() {
        "" => None,
        typed => {
            let refusal = || Refusal::field("fund_rupiah", "emergency.refused.fund");
            Some(typed.parse().map_err(|_| refusal())?)
        }
    };
    Ok(Disaster {
        assessed: moment("assessed")?,
        post: moment("post")?,
        post_place: fields.get("post_place").to_owned(),
        decree_number: fields.get("decree_number").to_owned(),
        decree_from: day("decree_from")?,
        decree_until: day("decree_until")?,
        fund: moment("fund")?,
        fund_rupiah,
    })
}

/// A photo of the field, in one of its sizes.
pub async fn photo(
    officer: Officer<CanSeeConsole>,
    Path((id, size)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let size = ["besar", "sedang", "kecil"].iter().position(|known| *known == size).ok_or_else(PageError::not_found)?;
    let id: Uuid = id.parse().map_err(|_| PageError::not_found())?;
    let files = sql::field::photo(&mut officer.read().await?, id).await?.ok_or_else(PageError::not_found)?;
    let bytes = officer.app.db.files().get(officer.region().id, &Digest(files.digests[size])).await?;
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("content-security-policy", HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert("x-content-type-options", HeaderValue::from_static("nosniff"));
    Ok(response)
}
