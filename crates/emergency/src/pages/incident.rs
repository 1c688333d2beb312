//! One incident: where it stands, what to send, what was sent, and its log.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{
    Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Tag, render, render_refused,
};
use simpul_store::Action;
use uuid::Uuid;

use super::after::{AfterAction, Look};
use super::field::{More, log_lines, more};
use super::parts::send_panel::SendPanel;
use super::view::{incident_tag, place_line, type_name, unit_tag, victims_word};
use super::{CanSeeConsole, CanSendUnits, CanTakeCalls};
use crate::actions::{
    AddNote, CancelIncident, CloseIncident, ControlIncident, LinkIncidents, MergeIncident, RaiseAlarm, SendUnits,
    StepDispatch, UnlinkIncidents, UnmergeIncident,
};
use crate::model::{Dispatch, DispatchStatus, Incident, IncidentStatus, Unit, number};
use crate::read::{self, Whole};
use crate::sql;
use crate::sql::incident::Note;

#[derive(Template)]
#[template(path = "emergency/incident.html")]
struct IncidentPage {
    page: Page,
    form: FormView,
    whole: Whole,
    kind: String,
    place: String,
    notes: Vec<(Note, String)>,
    units: Vec<Unit>,
    send: Option<SendPanel>,
    merged_into: Option<String>,
    /// What it has to do with: number and type.
    linked: Vec<(String, String)>,
    more: More,
    sends: bool,
    takes: bool,
    after: AfterAction,
    paper: bool,
}

impl IncidentPage {
    fn number(&self) -> String {
        number::shown(self.whole.incident.serial)
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/kejadian/{}/{deed}", self.number())
    }

    fn status(&self) -> String {
        format!("emergency.incident_status.{}", self.whole.incident.status.name())
    }

    fn tag(&self) -> Tag {
        incident_tag(self.whole.incident.status)
    }

    fn victims(&self) -> String {
        victims_word(&self.page, self.whole.incident.victims_known())
    }

    fn is_active(&self) -> bool {
        self.whole.incident.status.is_active()
    }

    fn can_control(&self) -> bool {
        self.whole.incident.status == IncidentStatus::OnScene
    }

    fn can_close(&self) -> bool {
        matches!(self.whole.incident.status, IncidentStatus::OnScene | IncidentStatus::Controlled)
    }

    /// How it can end: an incident that units were at is closed, another is called off.
    fn end_deed(&self) -> &'static str {
        if self.can_close() { "tutup" } else { "batal" }
    }

    fn end_label(&self) -> &'static str {
        if self.can_close() { "emergency.incident.result" } else { "emergency.incident.why_none" }
    }

    fn sign(&self, dispatch: &Dispatch) -> String {
        self.units.iter().find(|unit| unit.id == dispatch.unit).map(|unit| unit.call_sign.clone()).unwrap_or_default()
    }

    fn step_of(&self, status: &DispatchStatus) -> String {
        format!("emergency.dispatch_status.{}", status.name())
    }

    fn unit_tag(&self, dispatch: &Dispatch) -> Tag {
        unit_tag(dispatch.status.unit_status())
    }
}

pub(super) async fn find(officer: &Officer<CanSeeConsole>, typed: &str) -> Result<Incident, PageError> {
    let serial = number::read(typed).ok_or_else(PageError::not_found)?;
    let found = sql::incident::by_serial(&mut officer.read().await?, serial).await?;
    found.ok_or_else(PageError::not_found)
}

async fn draw(
    officer: &Officer<CanSeeConsole>,
    incident: Incident,
    refused: Option<FormView>,
    paper: bool,
) -> PageResult {
    let page = officer.page("emergency.incident.title").at("/112").module("konsol.js").style("konsol.css");
    let page = if paper { page.print() } else { page.module("peta.js").style("maplibre-gl.css") };
    let mut conn = officer.read().await?;
    let whole = read::whole(&mut conn, incident).await?;
    let types = sql::incident::types(&mut conn).await?;
    let units = sql::unit::all(&mut conn).await?;
    let notes = log_lines(&mut conn, &page, &officer.place, &units, whole.incident.id).await?;
    let merged_into = match whole.incident.merged_into {
        Some(id) => sql::incident::by_id(&mut conn, id).await?.map(|into| number::shown(into.serial)),
        None => None,
    };
    let mut linked = Vec::new();
    for other in sql::link::of(&mut conn, whole.incident.id).await? {
        let other = sql::incident::by_id(&mut conn, other).await?;
        linked.extend(other.map(|other| (number::shown(other.serial), type_name(&types, &other.kind))));
    }
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let more = more(&mut conn, officer, &page, &form, &whole, (&types, &units, paper)).await?;
    let takes = officer.may(simpul_shell::Permission::TakeCalls) && !paper;
    let look = Look { takes, reviews: officer.may(simpul_shell::Permission::SuperviseCalls) && !paper, paper };
    let after = AfterAction::of(&mut conn, &page, &officer.place, &whole, &units, &form, look).await?;
    drop(conn);
    let may_send = officer.may(simpul_shell::Permission::SendUnits) && whole.incident.status.is_active() && !paper;
    let send = may_send.then(|| SendPanel::of(&page, &form, &whole, (&types, &units), (None, officer.now())));
    let title = format!("{} {}", number::shown(whole.incident.serial), type_name(&types, &whole.incident.kind));
    let page = page.title_text(title);
    let view = IncidentPage {
        kind: type_name(&types, &whole.incident.kind),
        place: place_line(&officer.place, &whole.incident),
        notes,
        more,
        send,
        units,
        merged_into,
        linked,
        sends: officer.may(simpul_shell::Permission::SendUnits) && !paper,
        takes,
        form,
        after,
        paper,
        page: if failed { page.failed() } else { page },
        whole,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The incident.
pub async fn show(
    officer: Officer<CanSeeConsole>,
    Path(typed): Path<String>,
    Query(query): Query<Fields>,
) -> PageResult {
    let incident = find(&officer, &typed).await?;
    draw(&officer, incident, None, query.get("cetak") == "1").await
}

/// Back to the incident, or the page with what was refused.
pub(super) async fn answer<T>(
    officer: &Officer<CanSeeConsole>,
    incident: Incident,
    form: &Form,
    done: simpul_store::Result<T>,
) -> PageResult {
    match done {
        Ok(_) => Ok(Redirect::to(format!("/112/kejadian/{}", number::shown(incident.serial))).into_response()),
        Err(error) => {
            let refused = officer.refused(error, form)?;
            draw(officer, incident, Some(refused), false).await
        }
    }
}

pub(super) fn sees<H: simpul_shell::Handle>(officer: &Officer<H>) -> Result<Officer<CanSeeConsole>, PageError> {
    officer.also::<CanSeeConsole>().ok_or_else(PageError::forbidden)
}

/// Sends the units that were ticked.
pub async fn send(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let units = form.fields.all("units").into_iter().filter_map(|id| id.parse().ok()).collect();
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = officer.write(SendUnits { key, incident: incident.id, units }).await;
    if let (Ok(_), Some(to)) = (&done, console_of(&form)) {
        return Ok(to.flash("emergency.console.sent").into_response());
    }
    answer(&seen, incident, &form, done).await
}

/// Whoever does something from the console stays there.
fn console_of(form: &Form) -> Option<Redirect> {
    Some(Redirect::to(format!("/112?panggilan={}", form.fields.uuid("panggilan")?)))
}

/// The next level of alarm.
pub async fn raise(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = officer.write(RaiseAlarm { incident: incident.id }).await;
    match (&done, console_of(&form)) {
        (Ok(_), Some(to)) => Ok(to.into_response()),
        _ => answer(&seen, incident, &form, done).await,
    }
}

/// Something is done with an incident and another, whose number the form's field holds.
async fn together<A: Action>(
    officer: &Officer<CanTakeCalls>,
    typed: &str,
    (form, field): (&Form, &'static str),
    act: impl FnOnce(Uuid, Uuid) -> A,
) -> PageResult {
    let seen = sees(officer)?;
    let incident = find(&seen, typed).await?;
    let other = match number::read(form.fields.get(field)) {
        Some(serial) => sql::incident::by_serial(&mut officer.read().await?, serial).await?,
        None => None,
    };
    let done = match other {
        Some(other) => officer.write(act(incident.id, other.id)).await,
        None => Err(Refusal::field(field, "emergency.refused.incident").into()),
    };
    answer(&seen, incident, form, done).await
}

/// It has to do with another.
pub async fn link(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    together(&officer, &typed, (&form, "other"), |incident, other| LinkIncidents { incident, other }).await
}

/// It has nothing to do with the other after all.
pub async fn unlink(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    together(&officer, &typed, (&form, "other"), |incident, other| UnlinkIncidents { incident, other }).await
}

/// Writes a line of the log.
pub async fn note(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let key = form.key().unwrap_or_else(|| officer.ctx.new_id());
    let text = form.fields.get("text").to_owned();
    let done = officer.write(AddNote { key, incident: incident.id, text }).await;
    answer(&seen, incident, &form, done).await
}

/// A unit comes to its next step.
pub async fn step(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let dispatch = form.fields.uuid("dispatch").ok_or_else(PageError::not_found)?;
    let to = DispatchStatus::parse(form.fields.get("state")).ok_or_else(PageError::not_found)?;
    let done = officer.write(StepDispatch { dispatch, to }).await;
    answer(&seen, incident, &form, done).await
}

/// It is under control.
pub async fn control(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = officer.write(ControlIncident { incident: incident.id }).await;
    answer(&seen, incident, &form, done).await
}

/// It is over.
pub async fn close(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let result = form.fields.get("result").to_owned();
    let done = officer.write(CloseIncident { incident: incident.id, result }).await;
    answer(&seen, incident, &form, done).await
}

/// It was none.
pub async fn cancel(officer: Officer<CanSendUnits>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let reason = form.fields.get("result").to_owned();
    let done = officer.write(CancelIncident { incident: incident.id, reason }).await;
    answer(&seen, incident, &form, done).await
}

/// It is the same as another.
pub async fn merge(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    together(&officer, &typed, (&form, "into"), |incident, into| MergeIncident { incident, into }).await
}

/// It is not the same after all.
pub async fn unmerge(officer: Officer<CanTakeCalls>, Path(typed): Path<String>, form: Form) -> PageResult {
    let seen = sees(&officer)?;
    let incident = find(&seen, &typed).await?;
    let done = officer.write(UnmergeIncident { incident: incident.id }).await;
    answer(&seen, incident, &form, done).await
}
