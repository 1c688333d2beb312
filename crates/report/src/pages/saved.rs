//! The filters that an officer saved: links above the lists, and `/kotak/saringan`, where they are renamed and deleted.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{
    Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, render, render_refused,
};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::CanSeeInbox;
use super::asked::{filter_of, query_of};
use crate::actions::{DropFilter, RenameFilter, SAVED_FILTERS_MAX_COUNT, SaveFilter};
use crate::model::Filter;
use crate::sql::saved as sql;

/// A saved filter as a link.
pub struct SavedRow {
    /// Its id.
    pub id: Uuid,
    /// What the officer calls it.
    pub name: String,
    /// Its list.
    pub href: String,
    /// Whether it is the list that is shown.
    pub current: bool,
}

/// An officer's saved filters beside the list that is shown.
pub struct SavedView {
    /// All of them, by name.
    pub rows: Vec<SavedRow>,
    /// Whether there is room for no more.
    pub full: bool,
    /// How many there may be.
    pub most: usize,
    /// The query of the list that is shown.
    pub query: String,
}

/// An officer's saved filters, for links.
pub async fn links(conn: &mut Conn, officer: Uuid, shown: &str) -> Result<Vec<SavedRow>> {
    let most = i64::try_from(SAVED_FILTERS_MAX_COUNT).unwrap_or(i64::MAX);
    let rows = sql::of(conn, officer, most).await?.into_iter().map(|saved| SavedRow {
        id: saved.id,
        name: saved.name,
        current: saved.query == shown,
        href: format!("/kotak/daftar?{}", saved.query),
    });
    Ok(rows.collect())
}

/// The saved filters beside the list of `filter`.
pub async fn view(conn: &mut Conn, officer: &SignedIn, filter: &Filter) -> Result<SavedView> {
    let query = query_of(filter);
    let rows = links(conn, officer.id(), &query).await?;
    Ok(SavedView { full: rows.len() >= SAVED_FILTERS_MAX_COUNT, rows, most: SAVED_FILTERS_MAX_COUNT, query })
}

#[derive(Template)]
#[template(path = "report/saved.html")]
struct SavedPage {
    page: Page,
    form: FormView,
    rows: Vec<SavedRow>,
}

async fn draw(officer: &Officer<CanSeeInbox>, refused: Option<FormView>) -> PageResult {
    let rows = links(&mut officer.read().await?, officer.id(), "").await?;
    let page = officer.page("report.saved.title").at("/kotak");
    match refused {
        None => render(&SavedPage { form: officer.form(), rows, page }),
        Some(form) => render_refused(&SavedPage { form, rows, page: page.failed() }),
    }
}

/// The officer's filters.
pub async fn show(officer: Officer<CanSeeInbox>) -> PageResult {
    draw(&officer, None).await
}

/// Keeps the list that was shown. Only what a filter understands is kept, so that a saved address is one of ours.
pub async fn save(officer: Officer<CanSeeInbox>, form: Form) -> PageResult {
    let typed = simpul_shell::Fields::parse(form.fields.get("query").as_bytes())?;
    let query = query_of(&filter_of(&typed).0);
    match officer.write(SaveFilter { name: form.fields.get("name").to_owned(), query: query.clone() }).await {
        Ok(_) => {
            let to = format!("/kotak/daftar?{query}");
            Ok(Redirect::to(to).flash("report.saved.done").into_response())
        }
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, Some(refused)).await
        }
    }
}

fn id_of(text: &str) -> std::result::Result<Uuid, PageError> {
    text.parse().map_err(|_| PageError::not_found())
}

/// Gives a filter another name.
pub async fn rename(officer: Officer<CanSeeInbox>, Path(id): Path<String>, form: Form) -> PageResult {
    let rename = RenameFilter { id: id_of(&id)?, name: form.fields.get("name").to_owned() };
    match officer.write(rename).await {
        Ok(()) => Ok(Redirect::to("/kotak/saringan").flash("report.saved.renamed").into_response()),
        Err(error) => {
            let refused = officer.refused(error, &form)?;
            draw(&officer, Some(refused)).await
        }
    }
}

/// Forgets a filter.
pub async fn delete(officer: Officer<CanSeeInbox>, Path(id): Path<String>, _form: Form) -> PageResult {
    officer.write(DropFilter { id: id_of(&id)? }).await?;
    Ok(Redirect::to("/kotak/saringan").flash("report.saved.deleted").into_response())
}
