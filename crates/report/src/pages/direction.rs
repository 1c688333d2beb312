//! A leader's directions: the form, and what agencies see of them above their inbox.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_shell::{Form, FormView, Officer, Page, PageResult, Path, Redirect, SignedIn, render, render_refused};
use simpul_store::{Conn, Result};

use super::CanGiveDirections;
use super::find::find;
use super::saved::{self, SavedRow};
use super::view::{agency_full, place_name};
use crate::actions::GiveDirection;
use crate::desk;
use crate::model::direction::DirectionKind;
use crate::model::{Report, public};
use crate::sql::drill::DrillReport;
use crate::sql::{self, direction};

/// Most directions above an inbox; the rest stands on the reports.
const DIRECTIONS_SHOWN_COUNT: usize = 5;
/// Most directions that are looked through for them.
const DIRECTIONS_READ_COUNT: i64 = 200;

/// A direction above the inbox.
pub struct DirectionRow {
    number: String,
    kind: DirectionKind,
    by: Timestamp,
}

/// What stands above an inbox: the leader's directions on its work, and the officer's own filters.
#[derive(Template)]
#[template(path = "report/inbox_top.html")]
pub struct InboxTop {
    page: Page,
    directions: Vec<DirectionRow>,
    /// Reports of the drill that runs, each with its place.
    drill: Vec<(DrillReport, String)>,
    /// The officer's own filters; they stand beside the heading.
    pub saved: Vec<SavedRow>,
}
impl HtmlSafe for InboxTop {}

impl InboxTop {
    /// What this officer sees.
    pub async fn read(conn: &mut Conn, officer: &SignedIn, page: &Page) -> Result<InboxTop> {
        let mut directions = Vec::new();
        for given in direction::open(conn, DIRECTIONS_READ_COUNT).await? {
            let line = sql::line(conn, given.report).await?;
            let seen =
                line.filter(|line| public::may_see_of(&officer.ctx.actor, line.agency, (line.secret, line.wish)));
            directions.extend(seen.map(|line| DirectionRow { number: line.number, kind: given.kind, by: given.by }));
            if directions.len() == DIRECTIONS_SHOWN_COUNT {
                break;
            }
        }
        let drill = sql::drill::open(conn).await?.into_iter().map(|report| {
            let place = place_name(&officer.place, report.place.village, report.place.district);
            let words = [report.place.landmark.clone(), place];
            let line = words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
            (report, line)
        });
        let (drill, saved) = (drill.collect(), saved::links(conn, officer.id(), "").await?);
        Ok(InboxTop { page: page.clone(), directions, drill, saved })
    }
}

#[derive(Template)]
#[template(path = "report/direction.html")]
struct DirectionPage {
    page: Page,
    form: FormView,
    report: Report,
    category: String,
    place: String,
    agency: String,
}

impl DirectionPage {
    fn action(&self) -> String {
        format!("/kotak/{}/arahan", self.report.number)
    }
}

async fn draw(officer: &Officer<CanGiveDirections>, report: Report, refused: Option<FormView>) -> PageResult {
    let rules = desk::rules(&mut officer.read().await?).await?;
    let page = officer.page("report.direction.title").at("/pimpinan");
    let category = rules.category(&report.category);
    let failed = refused.is_some();
    let view = DirectionPage {
        form: refused.unwrap_or_else(|| officer.form()),
        category: category.map_or(report.category.clone(), |c| c.name(page.lang).to_owned()),
        place: place_name(&officer.place, report.place.village, report.place.district),
        agency: agency_full(&officer.place, report.agency),
        page: if failed { page.failed() } else { page },
        report,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The form.
pub async fn show(officer: Officer<CanGiveDirections>, Path(number): Path<String>) -> PageResult {
    let report = find(&officer, &number).await?;
    draw(&officer, report, None).await
}

/// Gives the direction.
pub async fn give(officer: Officer<CanGiveDirections>, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&officer, &number).await?;
    let give = GiveDirection {
        report: report.id,
        version: form.fields.int("version"),
        kind: DirectionKind::parse(form.fields.get("kind")).unwrap_or(DirectionKind::Finish),
        by: parse_date(form.fields.get("by")),
        text: form.fields.get("text").to_owned(),
    };
    match officer.write(give).await {
        Ok(done) => {
            let to = Redirect::to("/pimpinan").flash("report.direction.given");
            Ok(to.with("number", done.number).into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, report, Some(refused)).await
        }
    }
}
