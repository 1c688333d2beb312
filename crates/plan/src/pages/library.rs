//! `/rencana/{code}/pustaka`: an indicator is chosen from a list that others have written.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Typed, render,
    render_refused,
};
use simpul_store::{Conn, Error, Result};
use uuid::Uuid;

use super::CanManagePlan;
use crate::actions::SaveIndicator;
use crate::model::Programme;
use crate::model::library::{self, LibraryIndicator};
use crate::sql;

/// Most indicators that are shown at once; a word that is looked for finds the others.
const SHOWN_MAX_COUNT: usize = 200;

/// Where a list comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A file that the region brought in.
    Own(Uuid),
    /// The targets of the Sustainable Development Goals.
    Goals,
    /// What an instrument of the ministry asks of outcomes.
    Outcomes(Uuid),
}

impl Origin {
    /// As forms and addresses name it.
    fn name(self) -> String {
        match self {
            Origin::Own(id) => id.to_string(),
            Origin::Goals => "sdg".to_owned(),
            Origin::Outcomes(id) => format!("instrumen-{id}"),
        }
    }
}

/// A list as it is offered.
#[derive(Debug, Clone)]
struct Library {
    origin: Origin,
    name: String,
}

/// Every list that may be chosen from.
async fn offered(conn: &mut Conn) -> Result<Vec<Library>> {
    let own = sql::library::all(conn).await?;
    let own = own.into_iter().map(|(id, name)| Library { origin: Origin::Own(id), name });
    let instruments = sql::evaluation::instruments(conn).await?;
    let outcomes = instruments
        .into_iter()
        .map(|(id, name)| Library { origin: Origin::Outcomes(id), name: format!("Outcome {name}") });
    let goals = Library { origin: Origin::Goals, name: library::SDG.to_owned() };
    Ok(own.chain(outcomes).chain([goals]).collect())
}

async fn indicators(conn: &mut Conn, origin: Origin) -> Result<Vec<LibraryIndicator>> {
    match origin {
        Origin::Own(id) => sql::library::indicators(conn, id).await,
        Origin::Goals => Ok(library::sdg()),
        Origin::Outcomes(id) => {
            let known = sql::evaluation::instruments(conn).await?.into_iter().find(|(known, _)| *known == id);
            let Some((_, name)) = known else { return Ok(Vec::new()) };
            let kept = sql::evaluation::instrument(conn, &name).await?;
            Ok(kept.map(|kept| library::outcomes(&kept.instrument)).unwrap_or_default())
        }
    }
}

struct Row {
    code: String,
    name: String,
    unit: String,
    direction: &'static str,
    dimension: String,
    is_used: bool,
}

#[derive(Template)]
#[template(path = "plan/library.html")]
struct LibraryPage {
    page: Page,
    filter: FormView,
    form: FormView,
    programme: Programme,
    libraries: Vec<Choice>,
    library: String,
    rows: Vec<Row>,
    found_count: usize,
}

impl LibraryPage {
    fn path(&self) -> String {
        format!("/rencana/{}/pustaka", self.programme.code)
    }
}

struct Asked(Fields);

impl Typed for Asked {
    fn typed(&self) -> &Fields {
        &self.0
    }
}

async fn draw(
    officer: &Officer<CanManagePlan>,
    code: &str,
    mut asked: Fields,
    refused: Option<FormView>,
) -> PageResult {
    let mut conn = officer.read().await?;
    let found = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = found.ok_or_else(PageError::not_found)?;
    let libraries = offered(&mut conn).await?;
    let wanted = libraries.iter().find(|one| one.origin.name() == asked.get("daftar"));
    let chosen = wanted.or(libraries.first()).cloned();
    let own = sql::indicator::of(&mut conn, programme.id).await?;
    let page = officer.page("plan.library.title").at("/rencana/atur");
    let mut rows = Vec::new();
    if let Some(Library { origin, name }) = &chosen {
        asked.set("daftar", origin.name());
        let all = indicators(&mut conn, *origin).await?;
        for one in all.iter().filter(|one| one.is_asked(asked.get("cari"))) {
            let mark = one.mark(name);
            rows.push(Row {
                code: one.code.clone(),
                name: one.shown(name),
                unit: one.unit.clone(),
                direction: one.direction.key(),
                dimension: one.dimension.clone(),
                is_used: own.iter().any(|known| known.library == mark),
            });
        }
    }
    drop(conn);
    let failed = refused.is_some();
    let found_count = rows.len();
    rows.truncate(SHOWN_MAX_COUNT);
    let view = LibraryPage {
        page: if failed { page.failed() } else { page },
        filter: officer.form_with(&Asked(asked), &[]),
        form: refused.unwrap_or_else(|| officer.form()),
        programme,
        library: chosen.map(|one| one.origin.name()).unwrap_or_default(),
        libraries: libraries.into_iter().map(|one| Choice::new(one.origin.name(), one.name)).collect(),
        rows,
        found_count,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The lists, and the indicators of one of them.
pub async fn show(
    officer: Officer<CanManagePlan>,
    Path(code): Path<String>,
    Query(asked): Query<Fields>,
) -> PageResult {
    draw(&officer, &code, asked, None).await
}

async fn take(officer: &Officer<CanManagePlan>, code: &str, fields: &Fields) -> Result<Uuid> {
    let mut conn = officer.read().await?;
    let found = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = found.ok_or(Error::NotFound("programme"))?;
    let gone = || Refusal::new("plan.library.refused.gone");
    let all = offered(&mut conn).await?;
    let Library { origin, name } =
        all.into_iter().find(|one| one.origin.name() == fields.get("daftar")).ok_or_else(gone)?;
    let all = indicators(&mut conn, origin).await?;
    let one = all.into_iter().find(|one| one.code == fields.get("kode")).ok_or_else(gone)?;
    drop(conn);
    let key = fields.key().unwrap_or_else(|| officer.ctx.new_id());
    officer.write(SaveIndicator::new(key, one.as_indicator(programme.id, &name))).await
}

/// One of them becomes an indicator of the programme, which is then completed.
pub async fn choose(officer: Officer<CanManagePlan>, Path(code): Path<String>, form: Form) -> PageResult {
    match take(&officer, &code, &form.fields).await {
        Ok(id) => {
            let to = format!("/rencana/{code}/indikator/{id}");
            Ok(Redirect::to(to).flash("plan.library.chosen").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, &code, form.fields.clone(), Some(refused)).await
        }
    }
}
