//! What 112 asks of an agency, for its own officers: what was handed over to it, steps of the stage's checklists, and
//! what was learned. They see the type, the place and what is asked: no caller and no number of one.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::Scope;
use simpul_shell::{
    Form, FormView, Officer, Page, PageError, PageResult, Path, Permission, Redirect, Tag, render, render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::CanAcknowledge;
use super::view::{incident_tag, place_line, type_name};
use crate::actions::{AcknowledgeHandover, FinishLesson, may_end};
use crate::model::after::Lesson;
use crate::model::stage::ActionItem;
use crate::model::{Incident, IncidentType, number};
use crate::news::AGENCY_PAGE;
use crate::sql;
use crate::sql::handover::Handover;

/// What was taken in so many days stands below what waits.
const TAKEN_DAYS: i64 = 7;

/// Something that was handed over, as its agency sees it.
struct Handed {
    one: Handover,
    incident: Incident,
    kind: String,
    place: String,
    agency: String,
}

impl Handed {
    fn number(&self) -> String {
        number::shown(self.incident.serial)
    }

    fn tag(&self) -> Tag {
        incident_tag(self.incident.status)
    }

    fn status(&self) -> String {
        format!("emergency.incident_status.{}", self.incident.status.name())
    }
}

/// A step of a checklist, with whether whoever looks may end it.
struct Step {
    item: ActionItem,
    agency: String,
    may_end: bool,
}

#[derive(Template)]
#[template(path = "emergency/asked.html")]
struct AskedPage {
    page: Page,
    form: FormView,
    waiting: Vec<Handed>,
    taken: Vec<Handed>,
    steps: Vec<Step>,
    lessons: Vec<(Lesson, String)>,
}

impl AskedPage {
    fn step_tag(&self, step: &Step) -> Tag {
        if step.item.is_late(self.page.now) { Tag::Late } else { Tag::Work }
    }

    fn step_label(&self, step: &Step) -> &'static str {
        if step.item.is_late(self.page.now) { "emergency.stage.item_late" } else { "emergency.stage.item_open" }
    }

    fn lesson_tag(&self, lesson: &Lesson) -> Tag {
        if lesson.is_late(self.page.now) { Tag::Late } else { Tag::Work }
    }

    fn lesson_label(&self, lesson: &Lesson) -> &'static str {
        if lesson.is_late(self.page.now) { "emergency.stage.item_late" } else { "emergency.stage.item_open" }
    }
}

/// The officer's own agencies: id and short name.
fn own(officer: &Officer<CanAcknowledge>) -> Vec<(Uuid, String)> {
    let all = officer.place.active_agencies();
    let mine = match officer.scope(Permission::AcknowledgeHandovers) {
        Scope::Agencies(mine) => mine,
        Scope::Nothing | Scope::WholeRegion => Vec::new(),
    };
    all.filter(|agency| mine.contains(&agency.id)).map(|agency| (agency.id, agency.short.clone())).collect()
}

async fn handed(
    conn: &mut Conn,
    officer: &Officer<CanAcknowledge>,
    types: &[IncidentType],
    (id, agency): &(Uuid, String),
) -> Result<Vec<Handed>> {
    let since = officer.now().plus_micros(-TAKEN_DAYS * DAY_MICROS);
    let mut all = Vec::new();
    for one in sql::handover::of_agency(conn, *id, since).await? {
        let Some(incident) = sql::incident::by_id(conn, one.incident).await? else { continue };
        let (kind, place) = (type_name(types, &incident.kind), place_line(&officer.place, &incident));
        all.push(Handed { one, incident, kind, place, agency: agency.clone() });
    }
    Ok(all)
}

async fn draw(officer: &Officer<CanAcknowledge>, refused: Option<FormView>) -> PageResult {
    let page = officer.page("emergency.asked.title").at(AGENCY_PAGE);
    let mut conn = officer.read().await?;
    let types = sql::incident::types(&mut conn).await?;
    let (mut all, mut steps, mut lessons) = (Vec::new(), Vec::new(), Vec::new());
    for own in own(officer) {
        all.extend(handed(&mut conn, officer, &types, &own).await?);
        let (id, short) = own;
        let items = sql::stage::items_of_agency(&mut conn, id).await?.into_iter();
        steps.extend(items.map(|item| Step { may_end: may_end(&officer.ctx, &item), agency: short.clone(), item }));
        let learned = sql::after::lessons_of_agency(&mut conn, id).await?.into_iter();
        lessons.extend(learned.map(|lesson| (lesson, short.clone())));
    }
    drop(conn);
    let (taken, waiting) = all.into_iter().partition(|handed| handed.one.received.is_some());
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let page = if failed { page.failed() } else { page };
    let view = AskedPage { page, form, waiting, taken, steps, lessons };
    if failed { render_refused(&view) } else { render(&view) }
}

/// What is asked.
pub async fn show(officer: Officer<CanAcknowledge>) -> PageResult {
    draw(&officer, None).await
}

fn id_of(typed: &str) -> std::result::Result<Uuid, PageError> {
    typed.parse().map_err(|_| PageError::not_found())
}

/// A hand-over is taken.
pub async fn take(officer: Officer<CanAcknowledge>, Path(id): Path<String>, form: Form) -> PageResult {
    match officer.write(AcknowledgeHandover { handover: id_of(&id)? }).await {
        Ok(()) => Ok(Redirect::to(AGENCY_PAGE).flash("emergency.asked.taken").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, Some(refused)).await
        }
    }
}

/// A lesson is done.
pub async fn finish(officer: Officer<CanAcknowledge>, Path(id): Path<String>, form: Form) -> PageResult {
    let done = FinishLesson { lesson: id_of(&id)?, proof: form.fields.raw("proof").to_owned() };
    match officer.write(done).await {
        Ok(()) => Ok(Redirect::to(AGENCY_PAGE).flash("emergency.asked.finished").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, Some(refused)).await
        }
    }
}
