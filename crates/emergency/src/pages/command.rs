//! The console's command line: one line does one thing, without leaving the call. Each deed is the action that its
//! button runs, so that a line may do nothing that a button may not.

use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Serialize;
use simpul_kernel::{Refusal, words};
use simpul_shell::{Fields, Form, Officer, Page, PageError, PageResult, Query, Redirect, json, json_status};
use simpul_store::Error;

use super::{CanSeeConsole, CanSendUnits, console};
use crate::actions::{
    AddNote, CancelIncident, ChangeIncident, CloseIncident, ControlIncident, MergeIncident, SayUnit, SendUnits,
    StepDispatch,
};
use crate::model::command::{COMMAND_MAX_CHARS, Command, UnitWord, complete, parse};
use crate::model::{DispatchStatus, Incident, IncidentStatus, Unit, UnitStatus, number};
use crate::sql;

/// Most incidents whose numbers are offered.
const SERIALS_MAX_COUNT: i64 = 50;

/// What the page's script is told.
#[derive(Serialize)]
struct Said {
    done: bool,
    text: String,
    /// Where to go, if the line asks for a page.
    go: Option<String>,
}

/// What a line led to: the sentence that says so with its places, or a page.
enum Outcome {
    Said(&'static str, Vec<(&'static str, String)>),
    Go(String),
}

async fn incident_of(officer: &Officer<CanSendUnits>, serial: i64) -> Result<Incident, Error> {
    let found = sql::incident::by_serial(&mut officer.read().await?, serial).await?;
    let unknown = || Refusal::field("command", "emergency.refused.incident");
    found.ok_or_else(|| unknown().into())
}

fn ids(units: &[Unit], signs: &[String]) -> Vec<uuid::Uuid> {
    signs.iter().filter_map(|sign| units.iter().find(|unit| unit.call_sign == *sign)).map(|unit| unit.id).collect()
}

fn said(key: &'static str, number_of: i64, units: &[String]) -> Outcome {
    Outcome::Said(key, vec![("number", number::shown(number_of)), ("units", units.join(", "))])
}

/// Does what the line asks for.
async fn perform(
    officer: &Officer<CanSendUnits>,
    command: Command,
    key: uuid::Uuid,
    units: &[Unit],
) -> Result<Outcome, Error> {
    match command {
        Command::Show(serial) => {
            let incident = incident_of(officer, serial).await?;
            Ok(Outcome::Go(format!("/112/kejadian/{}", number::shown(incident.serial))))
        }
        Command::Send(serial, signs) => {
            let incident = incident_of(officer, serial).await?.id;
            officer.write(SendUnits { key, incident, units: ids(units, &signs) }).await?;
            Ok(said("emergency.command.sent", serial, &signs))
        }
        Command::Recall(serial, signs) => {
            let incident = incident_of(officer, serial).await?;
            recall(officer, &incident, &ids(units, &signs)).await?;
            Ok(said("emergency.command.recalled", serial, &signs))
        }
        Command::Unit(sign, word, reason) => unit(officer, units, sign, (word, reason)).await,
        about => on_incident(officer, about, key).await,
    }
}

async fn on_incident(officer: &Officer<CanSendUnits>, command: Command, key: uuid::Uuid) -> Result<Outcome, Error> {
    match command {
        Command::Note(serial, text) => {
            let incident = incident_of(officer, serial).await?.id;
            officer.write(AddNote { key, incident, text }).await?;
            Ok(said("emergency.command.noted", serial, &[]))
        }
        Command::Control(serial) => {
            let incident = incident_of(officer, serial).await?.id;
            officer.write(ControlIncident { incident }).await?;
            Ok(said("emergency.command.controlled", serial, &[]))
        }
        Command::Prioritise(serial, priority) => {
            let incident = incident_of(officer, serial).await?.id;
            officer.write(ChangeIncident { incident, kind: None, priority: Some(priority), site: None }).await?;
            Ok(said("emergency.command.prioritised", serial, &[format!("P{}", priority.level())]))
        }
        Command::Merge(serial, into) => {
            let (incident, into_id) = (incident_of(officer, serial).await?.id, incident_of(officer, into).await?.id);
            officer.write(MergeIncident { incident, into: into_id }).await?;
            Ok(said("emergency.command.merged", serial, &[number::shown(into)]))
        }
        Command::End(serial, result) => {
            let incident = incident_of(officer, serial).await?;
            // What units were at is closed with its result; another is called off with the reason.
            let was_there = matches!(incident.status, IncidentStatus::OnScene | IncidentStatus::Controlled);
            let incident = incident.id;
            match was_there {
                true => officer.write(CloseIncident { incident, result }).await?,
                false => officer.write(CancelIncident { incident, reason: result }).await?,
            };
            Ok(said("emergency.command.ended", serial, &[]))
        }
        Command::Show(_) | Command::Send(..) | Command::Recall(..) | Command::Unit(..) => {
            Err(Error::NotFound("command"))
        }
    }
}

/// Units are called back from an incident, as far as they are out for it.
async fn recall(officer: &Officer<CanSendUnits>, incident: &Incident, units: &[uuid::Uuid]) -> Result<(), Error> {
    let dispatches = sql::incident::dispatches(&mut officer.read().await?, incident.id).await?;
    for unit in units {
        let out = dispatches.iter().find(|one| one.unit == *unit && one.status.is_out());
        let out = out.ok_or_else(|| Refusal::field("command", "emergency.command.not_out_here"))?;
        officer.write(StepDispatch { dispatch: out.id, to: DispatchStatus::Cancelled }).await?;
    }
    Ok(())
}

/// A unit says where it stands: a step of its dispatch, or what it does otherwise. `siap` of one that is out ends it.
async fn unit(
    officer: &Officer<CanSendUnits>,
    units: &[Unit],
    sign: String,
    (word, reason): (UnitWord, String),
) -> Result<Outcome, Error> {
    let unit = units.iter().find(|unit| unit.call_sign == sign).map(|unit| unit.id).ok_or(Error::NotFound("unit"))?;
    let out = sql::incident::out_for(&mut officer.read().await?, unit).await?;
    let word = match (word, &out) {
        (UnitWord::Set(UnitStatus::Available), Some(_)) => UnitWord::Step(DispatchStatus::Cleared),
        (word, _) => word,
    };
    let status = match (word, out) {
        (UnitWord::Step(to), Some(out)) => {
            officer.write(StepDispatch { dispatch: out.id, to }).await?;
            to.unit_status()
        }
        (UnitWord::Step(_), None) => {
            return Err(Refusal::field("command", "emergency.command.not_out").with("unit", sign).into());
        }
        (UnitWord::Set(status), _) => {
            officer.write(SayUnit { unit, status, word: String::new(), reason }).await?;
            status
        }
    };
    Ok(Outcome::Said("emergency.command.unit_said", vec![("unit", sign), ("status", status.name().to_owned())]))
}

async fn execute(officer: &Officer<CanSendUnits>, form: &Form) -> Result<Outcome, Error> {
    let line = words::clean_line("command", form.fields.get("command"), COMMAND_MAX_CHARS, false)?;
    let units = sql::unit::all(&mut officer.read().await?).await?;
    let signs: Vec<String> = units.iter().map(|unit| unit.call_sign.clone()).collect();
    let command = parse(&line, &signs)?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    perform(officer, command, key, &units).await
}

fn sentence(page: &Page, key: &str, args: &[(&'static str, String)]) -> String {
    let args: Vec<(&str, String)> = args
        .iter()
        .map(|(name, value)| match *name {
            "status" => (*name, page.t(&format!("emergency.unit_status.{value}"))),
            _ => (*name, value.clone()),
        })
        .collect();
    let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
    page.tx(key, args)
}

/// Runs a line. The page's script is answered with a sentence and stays where it is; a plain form comes back to the
/// console.
pub async fn run(officer: Officer<CanSendUnits>, form: Form) -> PageResult {
    let by_script = form.fields.get("langsung") == "1";
    let call = form.fields.uuid("panggilan");
    let page = officer.page("emergency.console.title");
    match execute(&officer, &form).await {
        Ok(Outcome::Go(to)) if by_script => Ok(json(&Said { done: true, text: String::new(), go: Some(to) })),
        Ok(Outcome::Go(to)) => Ok(Redirect::to(to).into_response()),
        Ok(Outcome::Said(key, args)) if by_script => {
            Ok(json(&Said { done: true, text: sentence(&page, key, &args), go: None }))
        }
        Ok(Outcome::Said(..)) => {
            let to = call.map_or_else(|| "/112".to_owned(), |call| format!("/112?panggilan={call}"));
            Ok(Redirect::to(to).flash("emergency.command.done").into_response())
        }
        Err(Error::Refused(refusal)) if by_script => {
            let args = refusal.said(|key| page.t(key));
            let said = Said { done: false, text: sentence(&page, refusal.key, &args), go: None };
            Ok(json_status(StatusCode::UNPROCESSABLE_ENTITY, &said))
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            let officer = officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)?;
            console::draw(&officer, call, Some(refused)).await
        }
    }
}

/// What Tab offers for what is typed so far, as JSON.
pub async fn offers(officer: Officer<CanSendUnits>, Query(query): Query<Fields>) -> PageResult {
    let typed: String = query.raw("teks").chars().take(COMMAND_MAX_CHARS).collect();
    let mut conn = officer.read().await?;
    let units = sql::unit::all(&mut conn).await?;
    let incidents = sql::incident::active(&mut conn, SERIALS_MAX_COUNT).await?;
    let signs: Vec<String> = units.into_iter().map(|unit| unit.call_sign).collect();
    let serials: Vec<i64> = incidents.into_iter().map(|incident| incident.serial).collect();
    Ok(json(&complete(&typed, &signs, &serials)))
}
