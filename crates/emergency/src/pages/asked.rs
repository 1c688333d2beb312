//! What 112 asks of an agency, for its own officers: what was handed over to it, steps of the stage's checklists, and
//! what was learned. They see the type, the place and what is asked: no caller and no number of one.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::Scope;
use simpul_shell::{
    Form, FormView, Officer, Page, PageError, PageResult, Path, Permission, Redirect, Tag, render, render_refused,
};
use simpul_store::{Conn, Result, journal};
use uuid::Uuid;

use super::CanAcknowledge;
use super::parts::asked_waiting::{AskedWaiting, Handed, all_waiting};
use crate::actions::{AcknowledgeHandover, FinishLesson, may_end};
use crate::model::IncidentType;
use crate::model::after::Lesson;
use crate::model::stage::ActionItem;
use crate::news::AGENCY_PAGE;
use crate::sql;

/// The page's name in `/langsung?layar=serahan`.
pub const SCREEN: &str = "serahan";
/// What was taken in so many days stands below what waits.
const TAKEN_DAYS: i64 = 7;

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
    stream: String,
    waiting: AskedWaiting,
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

/// What an agency took in the last days.
async fn taken(
    conn: &mut Conn,
    officer: &Officer<CanAcknowledge>,
    types: &[IncidentType],
    agency: Uuid,
) -> Result<Vec<Handed>> {
    let since = officer.now().plus_micros(-TAKEN_DAYS * DAY_MICROS);
    let mut all = Vec::new();
    for one in sql::handover::of_agency(conn, agency, since).await? {
        if one.received.is_some() {
            all.extend(Handed::read(conn, (&officer.place, types), one).await?);
        }
    }
    Ok(all)
}

async fn draw(officer: &Officer<CanAcknowledge>, refused: Option<FormView>) -> PageResult {
    let page = officer.page("emergency.asked.title").htmx().at(AGENCY_PAGE);
    let mut conn = officer.read().await?;
    // Read before the rows: what changes in between comes again on the stream.
    let (seq, _) = journal::head(&mut conn).await?;
    let mine = own(officer);
    let types = sql::incident::types(&mut conn).await?;
    let waiting = all_waiting(&mut conn, &officer.place).await?;
    let ids: Vec<Uuid> = mine.iter().map(|(id, _)| *id).collect();
    let (mut received, mut steps, mut lessons) = (Vec::new(), Vec::new(), Vec::new());
    for (id, short) in mine {
        received.extend(taken(&mut conn, officer, &types, id).await?);
        let items = sql::stage::items_of_agency(&mut conn, id).await?.into_iter();
        steps.extend(items.map(|item| Step { may_end: may_end(&officer.ctx, &item), agency: short.clone(), item }));
        let learned = sql::after::lessons_of_agency(&mut conn, id).await?.into_iter();
        lessons.extend(learned.map(|lesson| (lesson, short.clone())));
    }
    drop(conn);
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let page = if failed { page.failed() } else { page };
    let stream = format!("/langsung?layar={SCREEN}&after={}:{seq}", officer.region().id);
    let waiting = AskedWaiting::of(&page, &waiting, &ids);
    let view = AskedPage { page, form, stream, waiting, taken: received, steps, lessons };
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
