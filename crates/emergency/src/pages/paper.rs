//! When Simpul is away: a form to print and keep beside the telephone, and the page on which it is entered afterwards.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{Form, FormView, Officer, Page, PageResult, Redirect, render, render_refused};

use super::{CanSeeConsole, CanTakeCalls};
use crate::actions::EnterPaperCall;
use crate::model::paper::read_times;
use crate::model::{CallClass, IncidentType};
use crate::sql;

/// Lines of the printed log of units.
const LOG_LINES_COUNT: usize = 8;

#[derive(Template)]
#[template(path = "emergency/paper.html")]
struct PaperPage {
    page: Page,
    types: Vec<IncidentType>,
    classes: Vec<String>,
    lines: [(); LOG_LINES_COUNT],
}

/// The form on one sheet.
pub async fn sheet(officer: Officer<CanSeeConsole>) -> PageResult {
    let page = officer.page("emergency.paper.title").print().style("kertas.css").script("umum.js");
    let mut types = sql::incident::types(&mut officer.read().await?).await?;
    types.retain(|kind| kind.active);
    let classes = CallClass::choices().map(|class| page.t(&format!("emergency.class.{}", class.name())));
    render(&PaperPage { classes: classes.collect(), types, lines: [(); LOG_LINES_COUNT], page })
}

#[derive(Template)]
#[template(path = "emergency/late.html")]
struct LatePage {
    page: Page,
    form: FormView,
}

fn late_page(officer: &Officer<CanTakeCalls>) -> Page {
    officer.page("emergency.late.title").at("/112").usual_width().script("umum.js")
}

/// The page on which a form is entered.
pub async fn late(officer: Officer<CanTakeCalls>) -> PageResult {
    let today = officer.region().zone.date(officer.now()).to_string();
    render(&LatePage { page: late_page(&officer), form: officer.form().fill("date", today) })
}

/// Enters a form: the call is then the officer's, who says on the console what it was.
pub async fn enter(officer: Officer<CanTakeCalls>, form: Form) -> PageResult {
    let fields = &form.fields;
    let typed = ["date", "started", "answered", "ended"].map(|name| fields.get(name));
    let entered = match read_times(typed, officer.region().zone, officer.now()) {
        Ok(times) => {
            let enter = EnterPaperCall {
                key: form.key().unwrap_or_else(|| officer.ctx.new_id()),
                paper: fields.get("paper").to_owned(),
                number: fields.get("number").to_owned(),
                times,
                landmark: fields.get("landmark").to_owned(),
                note: fields.raw("note").to_owned(),
            };
            officer.write(enter).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match entered {
        Ok(done) => {
            Ok(Redirect::to(format!("/112?panggilan={}", done.id)).flash("emergency.late.entered").into_response())
        }
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&LatePage { page: late_page(&officer).failed(), form })
        }
    }
}
