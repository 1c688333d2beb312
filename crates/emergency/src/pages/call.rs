//! What a taker does with a call from the console, by forms: each leads back to the console.

use askama::Template;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render};
use uuid::Uuid;

use super::console::refuse;
use super::parts::names::author_name;
use super::place::note_typed;
use super::typed::{id_of, read_point, read_site, read_type};
use super::{CanSuperviseCalls, CanTakeCalls};
use crate::actions::{
    AttachCall, BeatClaims, ChangeIncident, ClaimCall, ClassifyCall, KeepField, LinkIncidents, OpenCall, OpenIncident,
    SitAt, UnclassifyCall,
};
use crate::model::{Call, CallClass, CallOutcome, CallSource, Priority, Site, Victims, number};
use crate::sql;

fn back(call: Uuid) -> Redirect {
    Redirect::to(format!("/112?panggilan={call}"))
}

/// Takes a call.
pub async fn claim(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let reason = Some(form.fields.get("reason").to_owned()).filter(|reason| !reason.is_empty());
    match officer.write(ClaimCall { call, reason }).await {
        Ok(_) => Ok(back(call).into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

#[derive(Template)]
#[template(path = "emergency/take_over.html")]
struct TakeOver {
    page: Page,
    form: FormView,
    call: Call,
    holder: String,
}

impl TakeOver {
    fn action(&self) -> String {
        format!("/112/panggilan/{}/ambil", self.call.id)
    }
}

/// A supervisor takes a call from somebody who has it, and says why.
pub async fn take_over(officer: Officer<CanSuperviseCalls>, Path(id): Path<String>) -> PageResult {
    let call = sql::call::by_id(&mut officer.read().await?, id_of(&id)?).await?.ok_or_else(PageError::not_found)?;
    let holder = call.claim.as_ref().map(|claim| author_name(&officer.place, &claim.by));
    let page = officer.page("emergency.console.take_over").at("/112").narrow();
    render(&TakeOver { page, form: officer.form(), call, holder: holder.unwrap_or_default() })
}

/// A call that no telephone system tells of.
pub async fn open_call(officer: Officer<CanTakeCalls>, form: Form) -> PageResult {
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let source = CallSource::parse(form.fields.get("source")).unwrap_or(CallSource::Manual);
    match officer.write(OpenCall { key, number: form.fields.get("number").to_owned(), source }).await {
        Ok(done) => Ok(back(done.id).into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

/// The officer sits at an extension.
pub async fn sit(officer: Officer<CanTakeCalls>, form: Form) -> PageResult {
    match officer.write(SitAt { extension: form.fields.get("extension").to_owned() }).await {
        Ok(()) => Ok(Redirect::to("/112").flash("emergency.console.seated").into_response()),
        Err(error) => refuse(&officer, error, &form, None).await,
    }
}

/// Whoever looks at a screen of 112 is still there: asked by the page's script.
pub async fn beat(officer: Officer<CanTakeCalls>, _form: Form) -> PageResult {
    officer.write(BeatClaims).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A field is left: asked by the page's script.
pub async fn keep_field(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let (name, value) = (form.fields.get("name").to_owned(), form.fields.raw("value").to_owned());
    let call = id_of(&id)?;
    officer.write(KeepField { call, name: name.clone(), value: value.clone() }).await?;
    note_typed(&officer, call, &name, &value).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Opens an incident from what was typed during the call.
pub async fn open_incident(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let fields = &form.fields;
    let types = sql::incident::types(&mut officer.read().await?).await?;
    let read = read_type(&types, fields.get("type")).and_then(|kind| {
        let site = read_site(&officer.place, fields.get("village"), fields.get("landmark"), fields.get("point"))?;
        site.check()?;
        Ok((kind.code.clone(), site))
    });
    let (kind, site) = match read {
        Ok(read) => read,
        Err(refusal) => return refuse(&officer, refusal.into(), &form, Some(call)).await,
    };
    let action = OpenIncident {
        key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
        call: Some(call),
        kind,
        priority: fields.int("priority").and_then(Priority::new),
        site,
        victims: Victims::read(fields.get("victims"), fields.get("victims_count")),
        note: fields.get("note").to_owned(),
    };
    match officer.write(action).await {
        Ok(done) => {
            if let Some(serial) = number::read(fields.get("linked"))
                && let Some(other) = sql::incident::by_serial(&mut officer.read().await?, serial).await?
            {
                officer.write(LinkIncidents { incident: done.id, other: other.id }).await?;
            }
            let told = back(call).flash("emergency.console.opened").with("number", done.number);
            Ok(told.into_response())
        }
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// The call's incident is where a candidate says: chosen once the incident is open.
pub async fn locate(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let id = id_of(&id)?;
    let mut conn = officer.read().await?;
    let call = sql::call::by_id(&mut conn, id).await?;
    let call = call.filter(|call| call.is_with(&officer.ctx.actor.journal_name())).ok_or_else(PageError::not_found)?;
    let incident = match call.incident {
        Some(incident) => sql::incident::by_id(&mut conn, incident).await?.ok_or_else(PageError::not_found)?,
        None => return Err(PageError::not_found()),
    };
    drop(conn);
    let point = match read_point(form.fields.get("point")) {
        Ok(Some(point)) => point,
        Ok(None) => return Err(PageError::not_found()),
        Err(refusal) => return refuse(&officer, refusal.into(), &form, Some(id)).await,
    };
    let village = officer.place.village_at(point);
    let site = Site {
        village: village.map(|village| village.code).or(incident.site.village),
        district: village.map(|village| village.district).or(incident.site.district),
        point: Some(point),
        radius_m: form.fields.int("radius"),
        ..incident.site
    };
    match officer.write(ChangeIncident { incident: incident.id, kind: None, priority: None, site: Some(site) }).await {
        Ok(_) => Ok(back(id).flash("emergency.console.located").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(id)).await,
    }
}

/// What the call leads to will be linked with an incident that is known.
pub async fn link(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let value = form.fields.get("linked").to_owned();
    match officer.write(KeepField { call, name: "linked".to_owned(), value }).await {
        Ok(()) => Ok(back(call).into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// The call is about an incident that is known.
pub async fn attach(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let serial = number::read(form.fields.get("incident"));
    let incident = match serial {
        Some(serial) => sql::incident::by_serial(&mut officer.read().await?, serial).await?,
        None => None,
    };
    let unknown = || simpul_kernel::Refusal::field("incident", "emergency.refused.incident").into();
    let attached = match incident {
        Some(incident) => officer.write(AttachCall { call, incident: incident.id }).await,
        None => Err(unknown()),
    };
    match attached {
        Ok(_) => Ok(back(call).flash("emergency.console.attached").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// Says what the call was and what came of it.
pub async fn classify(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let field = |name| simpul_kernel::Refusal::field(name, "emergency.refused.choose");
    let class = CallClass::parse(form.fields.get("class")).ok_or_else(|| field("class"));
    let outcome = CallOutcome::parse(form.fields.get("outcome")).ok_or_else(|| field("outcome"));
    let said = match class.and_then(|class| Ok((class, outcome?))) {
        Ok((class, outcome)) => officer.write(ClassifyCall { call, class, outcome }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match said {
        Ok(_) => Ok(back(call).flash("emergency.console.classified").into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}

/// Takes back what was said of the call.
pub async fn undo(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    match officer.write(UnclassifyCall { call }).await {
        Ok(_) => Ok(back(call).into_response()),
        Err(error) => refuse(&officer, error, &form, Some(call)).await,
    }
}
