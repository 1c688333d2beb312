//! A caller who was silent, cut off, or whom nobody answered is called back; what came of it is written down.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::mask;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};

use super::CanTakeCalls;
use super::parts::tried::{Tried, tried};
use super::typed::id_of;
use crate::actions::{AskCallBack, CALL, HangUp, TellAttempt};
use crate::model::attempt::{AttemptKind, AttemptResult};
use crate::model::{Attempt, Call};
use crate::sql;

#[derive(Template)]
#[template(path = "emergency/call_back.html")]
struct CallBackPage {
    page: Page,
    form: FormView,
    call: Call,
    number: String,
    dial: String,
    tried: Vec<Tried>,
    results: Vec<Choice>,
}

impl CallBackPage {
    fn path(&self, deed: &str) -> String {
        format!("/112/panggilan/{}/{deed}", self.call.id)
    }

    fn status(&self) -> String {
        format!("emergency.call_status.{}", self.call.status.name())
    }
}

async fn draw(officer: &Officer<CanTakeCalls>, id: &str, refused: Option<FormView>) -> PageResult {
    let page = officer.page("emergency.call_back.title").at("/112").usual_width().script("umum.js");
    let mut conn = officer.read().await?;
    let call = sql::call::by_id(&mut conn, id_of(id)?).await?.ok_or_else(PageError::not_found)?;
    let attempts = sql::attempt::of_call(&mut conn, call.id).await?;
    // The number is for whoever is about to dial it, and not for whoever looks around.
    let own = |attempt: &Attempt| attempt.author == officer.ctx.actor.journal_name();
    if !attempts.iter().any(own) {
        return Err(PageError::not_found());
    }
    drop(conn);
    officer.write(LogAccess { subject_kind: CALL, subject_id: call.id, what: "caller" }).await?;
    let number = sql::call::caller(&mut officer.read().await?, call.id).await?.number.unwrap_or_default();
    let dial = mask::normalise_phone(&number).unwrap_or_else(|| number.clone());
    let dial: String = dial.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let results = AttemptKind::CallBack.results().iter();
    let choice = |result: &AttemptResult| {
        Choice::new(result.name(), page.t(&format!("emergency.attempt_result.{}", result.name())))
    };
    let form = refused.clone().unwrap_or_else(|| officer.form());
    let results = results.map(choice).collect();
    let tried = tried(&page, &officer.place, attempts);
    match refused {
        None => render(&CallBackPage { page, form, call, number, dial, tried, results }),
        Some(_) => render_refused(&CallBackPage { page: page.failed(), form, call, number, dial, tried, results }),
    }
}

/// The number with what was tried, for whoever calls back.
pub async fn show(officer: Officer<CanTakeCalls>, Path(id): Path<String>) -> PageResult {
    draw(&officer, &id, None).await
}

/// One press: the others see who calls back, and a switch that may dial connects both.
pub async fn call_back(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    match officer.write(AskCallBack { key, call }).await {
        Ok(_) => Ok(Redirect::to(format!("/112/panggilan/{call}/telepon-balik")).into_response()),
        Err(error) => super::console::refuse(&officer, error, &form, Some(call)).await,
    }
}

/// What came of an attempt.
pub async fn tell(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let missing = || simpul_kernel::Refusal::field("result", "emergency.refused.choose");
    let kind = AttemptKind::parse(form.fields.get("kind")).unwrap_or(AttemptKind::CallBack);
    let told = match AttemptResult::parse(form.fields.get("result")).ok_or_else(missing) {
        Ok(result) => officer.write(TellAttempt { call, kind, result }).await,
        Err(refusal) => Err(refusal.into()),
    };
    match (told, kind) {
        (Ok(()), AttemptKind::CallBack) => Ok(Redirect::to("/112").flash("emergency.call_back.told").into_response()),
        (Ok(()), AttemptKind::PressOne) => Ok(Redirect::to(format!("/112?panggilan={call}")).into_response()),
        (Err(error), AttemptKind::CallBack) => {
            let form = officer.refused(error, &form)?;
            draw(&officer, &id, Some(form)).await
        }
        (Err(error), AttemptKind::PressOne) => super::console::refuse(&officer, error, &form, Some(call)).await,
    }
}

/// The taker says that the call is over.
pub async fn hang_up(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    match officer.write(HangUp { call }).await {
        Ok(()) => Ok(Redirect::to(format!("/112?panggilan={call}")).into_response()),
        Err(error) => super::console::refuse(&officer, error, &form, Some(call)).await,
    }
}
