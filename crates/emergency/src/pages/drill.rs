//! The drill that is being played: its mark on the console, and the button that ends it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use simpul_shell::{Form, FormView, Officer, Page, PageResult, Redirect, render};
use simpul_store::{Conn, Result};

use super::{CanSeeConsole, CanSendUnits};
use crate::actions::EndDrill;
use crate::model::drill::{Drill, SHIPPED};
use crate::sql;

/// That a drill is being played, with the button that ends it. Nothing where none is.
#[derive(Template, Clone)]
#[template(path = "emergency/drill_line.html")]
pub struct DrillLine {
    /// The page that it stands on.
    pub page: Page,
    /// The drill.
    pub drill: Option<Drill>,
    /// Whether whoever looks may end it.
    pub ends: bool,
}
impl HtmlSafe for DrillLine {}

impl DrillLine {
    /// The drill that is being played.
    pub async fn of(conn: &mut Conn, page: &Page) -> Result<DrillLine> {
        let drill = sql::drill::running(conn).await?;
        Ok(DrillLine { page: page.clone(), drill, ends: page.may(simpul_shell::Permission::SendUnits) })
    }
}

#[derive(Template)]
#[template(path = "emergency/drill.html")]
struct DrillPage {
    page: Page,
    form: FormView,
    line: DrillLine,
    drills: Vec<Drill>,
}

impl DrillPage {
    fn shipped(&self) -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }
}

/// Drills: the one that is being played, and those that were.
pub async fn show(officer: Officer<CanSeeConsole>) -> PageResult {
    let page = officer.page("emergency.drills.title").style("konsol.css");
    let mut conn = officer.read().await?;
    let line = DrillLine::of(&mut conn, &page).await?;
    let drills = sql::drill::all(&mut conn).await?;
    drop(conn);
    render(&DrillPage { form: officer.form(), page, line, drills })
}

/// Ends the drill that is being played.
pub async fn end(officer: Officer<CanSendUnits>, _form: Form) -> PageResult {
    let running = sql::drill::running(&mut officer.read().await?).await?;
    if let Some(drill) = running {
        officer.write(EndDrill { drill: drill.id }).await?;
    }
    Ok(Redirect::to("/112/gladi").flash("emergency.drills.ended").into_response())
}
