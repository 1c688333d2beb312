//! A taker asks for a supervisor, a supervisor comes. The page's script stays where it is; the rows come live.

use axum::response::IntoResponse;
use simpul_shell::{Form, Officer, PageResult, Path, Redirect};
use simpul_store::Result;
use uuid::Uuid;

use super::console::refuse;
use super::typed::id_of;
use super::{CanSuperviseCalls, CanTakeCalls};
use crate::actions::{AskHelp, ComeToHelp, EndHelp};

async fn answer(officer: &Officer<CanTakeCalls>, call: Uuid, form: &Form, done: Result<()>) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to("/112").into_response()),
        Err(error) => refuse(officer, error, form, Some(call)).await,
    }
}

/// The taker of a call asks for a supervisor.
pub async fn ask(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let done = officer.write(AskHelp { call }).await;
    answer(&officer, call, &form, done).await
}

/// A supervisor comes.
pub async fn come(officer: Officer<CanSuperviseCalls>, Path(id): Path<String>, _form: Form) -> PageResult {
    officer.write(ComeToHelp { call: id_of(&id)? }).await?;
    Ok(Redirect::to("/112").into_response())
}

/// Nobody is needed any more.
pub async fn end(officer: Officer<CanTakeCalls>, Path(id): Path<String>, form: Form) -> PageResult {
    let call = id_of(&id)?;
    let done = officer.write(EndHelp { call }).await;
    answer(&officer, call, &form, done).await
}
