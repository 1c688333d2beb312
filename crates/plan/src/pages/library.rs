//! `/rencana/{code}/pustaka`: an indicator is chosen from a list that others have written.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, Typed, render,
    render_refused,
};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::CanManagePlan;
use crate::actions::SaveIndicator;
use crate::model::Programme;
use crate::sql;

/// Most indicators that are shown at once; a word that is looked for finds the others.
const SHOWN_MAX_COUNT: usize = 200;

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
    library: Option<Uuid>,
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
    let libraries = sql::library::all(&mut conn).await?;
    let wanted = asked.uuid("daftar");
    let chosen = libraries.iter().find(|(id, _)| Some(*id) == wanted).or(libraries.first()).cloned();
    let own = sql::indicator::of(&mut conn, programme.id).await?;
    let page = officer.page("plan.library.title").at("/rencana/atur");
    let mut rows = Vec::new();
    if let Some((id, name)) = &chosen {
        asked.set("daftar", id.to_string());
        for one in sql::library::indicators(&mut conn, *id).await?.iter().filter(|one| one.is_asked(asked.get("cari")))
        {
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
        library: chosen.map(|(id, _)| id),
        libraries: libraries.into_iter().map(|(id, name)| Choice::new(id, name)).collect(),
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
    let library = fields.uuid("daftar").ok_or_else(gone)?;
    let name = sql::library::all(&mut conn).await?.into_iter().find(|(id, _)| *id == library);
    let (_, name) = name.ok_or_else(gone)?;
    let all = sql::library::indicators(&mut conn, library).await?;
    let one = all.into_iter().find(|one| one.code == fields.get("kode")).ok_or_else(gone)?;
    drop(conn);
    let key = fields.key().unwrap_or_else(|| officer.ctx.new_id());
    officer.write(SaveIndicator { key, indicator: one.as_indicator(programme.id, &name) }).await
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
