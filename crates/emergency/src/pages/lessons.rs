//! What is learned of an incident is written down and done, and that it was seen.

use axum::response::IntoResponse;
use simpul_kernel::calendar::parse_date;
use simpul_shell::{Form, Officer, PageError, PageResult, Path, Redirect, handles};

use super::{CanSeeConsole, CanSendUnits, incident};
use crate::actions::{AddLesson, FinishLesson, NoticeIncident};

handles! {
    /// looks back at incidents
    pub CanReview => SuperviseCalls;
}

fn sees(officer: &Officer<CanReview>) -> std::result::Result<Officer<CanSeeConsole>, PageError> {
    officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)
}

/// A lesson is added.
pub async fn learn(officer: Officer<CanReview>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let found = incident::find(&seen, &typed).await?;
    let zone = officer.region().zone;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    // The day itself still belongs to the owner.
    let due = parse_date(form.fields.get("due")).map(|date| zone.instant(date, 24 * 60 - 1));
    let done = match due {
        Some(due) => {
            let (text, agency) = (form.fields.raw("lesson").to_owned(), form.fields.uuid("owner").unwrap_or_default());
            officer.write(AddLesson { key, incident: found.id, text, agency, due }).await.map(|_| ())
        }
        None => Err(simpul_kernel::Refusal::field("due", "emergency.refused.lesson_day").into()),
    };
    incident::answer(&seen, found, &form, done).await
}

/// A lesson is done.
pub async fn finish(officer: Officer<CanReview>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let found = incident::find(&seen, &typed).await?;
    let lesson = form.fields.uuid("id").ok_or_else(PageError::not_found)?;
    let done = officer.write(FinishLesson { lesson, proof: form.fields.raw("proof").to_owned() }).await;
    incident::answer(&seen, found, &form, done).await
}

/// An incident is seen: its sound ends everywhere.
pub async fn notice(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)?;
    let found = incident::find(&seen, &typed).await?;
    officer.write(NoticeIncident { incident: found.id }).await?;
    let call = form.fields.uuid("panggilan");
    let to = call.map_or_else(|| "/112".to_owned(), |call| format!("/112?panggilan={call}"));
    Ok(Redirect::to(to).into_response())
}
