//! What others hold for an emergency is decided, and what an incident leaves to an agency.

use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{Form, Officer, PageResult, Path, Redirect};

use super::console;
use super::typed::{id_of, read_type};
use super::{CanTakeCalls, incident};
use crate::actions::{DismissOffer, LeaveToAgency, TakeOffer};
use crate::model::number;
use crate::sql;

/// An offer opens an incident, or belongs to one.
pub async fn take(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let offer = id_of(&id)?;
    let typed = form.fields.get("offer_type");
    let mut conn = officer.read().await?;
    let into = match number::read(typed) {
        Some(serial) => sql::incident::by_serial(&mut conn, serial).await?.map(|incident| incident.id),
        None => None,
    };
    let types = sql::incident::types(&mut conn).await?;
    drop(conn);
    let kind = match into {
        Some(_) => Ok(String::new()),
        None => read_type(&types, typed).map(|kind| kind.code.clone()),
    };
    let kind = kind.map_err(|refusal| Refusal { field: Some("offer_type"), ..refusal });
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let taken = match kind {
        Ok(kind) => officer.write(TakeOffer { key, offer, kind, priority: None, into }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match taken {
        Ok(done) => Ok(Redirect::to(format!("/112/kejadian/{}", done.number)).into_response()),
        Err(error) => console::refuse(&officer, error, &form, None).await,
    }
}

/// An offer is no emergency.
pub async fn dismiss(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let offer = id_of(&id)?;
    match officer.write(DismissOffer { offer }).await {
        Ok(()) => Ok(Redirect::to("/112").flash("emergency.offer.dismissed").into_response()),
        Err(error) => console::refuse(&officer, error, &form, None).await,
    }
}

/// Something is left to an agency.
pub async fn leave(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = incident::sees(&officer)?;
    let found = incident::find(&seen, &typed).await?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let agency = form.fields.uuid("agency").unwrap_or_default();
    let text = form.fields.raw("left").to_owned();
    let done = officer.write(LeaveToAgency { key, incident: found.id, agency, text }).await;
    incident::answer(&seen, found, &form, done).await
}
