//! `/rencana/buku`: the three books as files, and the texts that they are filled into.

use askama::Template;
use axum::response::{IntoResponse, Response};
use simpul_kernel::Refusal;
use simpul_kernel::format::Lang;
use simpul_office::letter::Letter;
use simpul_shell::{
    Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, render, render_refused,
};
use simpul_store::{Conn, Error};

use super::CanManagePlan;
use super::attachment::{DOCX_TYPE, attachment};
use crate::actions::{DropTemplate, SaveTemplate};
use crate::books::{self, BookFacts, Order, ProgrammeText};
use crate::model::book::{BOOK_TEXT_MAX_CHARS, Book};
use crate::model::{Masterplan, Programme};
use crate::sql;

struct BookRow {
    book: Book,
    is_own: bool,
}

#[derive(Template)]
#[template(path = "plan/books.html")]
struct ListPage {
    page: Page,
    plan: Option<Masterplan>,
    rows: Vec<BookRow>,
}

/// The books.
pub async fn list(officer: Officer<CanManagePlan>) -> PageResult {
    let mut conn = officer.read().await?;
    let plan = sql::plan::in_force(&mut conn).await?;
    let mut rows = Vec::new();
    for book in Book::ALL {
        let is_own = sql::template::of(&mut conn, book.name()).await?.is_some();
        rows.push(BookRow { book: *book, is_own });
    }
    let page = officer.page("plan.book.title").at("/rencana/atur").usual_width();
    render(&ListPage { page, plan, rows })
}

fn book_of(name: &str) -> Result<Book, PageError> {
    Book::parse(name).ok_or_else(PageError::not_found)
}

async fn programme_text(conn: &mut Conn, me: &SignedIn, one: Programme) -> Result<ProgrammeText, PageError> {
    let named = |id| me.place.agency(id).map(|agency| agency.short.clone());
    let parties = sql::plan::parties(conn, one.id).await?.into_iter().map(|party| {
        let name = party.agency.and_then(named).unwrap_or(party.name);
        if party.duty.is_empty() { name } else { format!("{name}: {}", party.duty) }
    });
    Ok(ProgrammeText {
        owner: one.agency.and_then(named).unwrap_or_else(|| one.agency_text.clone()),
        parties: parties.collect(),
        texts: sql::plan::texts(conn, one.id).await?,
        indicators: sql::indicator::of(conn, one.id).await?,
        targets: sql::indicator::targets(conn, one.id).await?,
        budget: sql::indicator::budget(conn, one.id).await?,
        programme: one,
    })
}

/// All that the books say of the plan in force.
async fn facts(me: &SignedIn) -> Result<BookFacts, PageError> {
    let mut conn = me.read().await?;
    let plan = sql::plan::in_force(&mut conn).await?;
    let plan = plan.ok_or_else(|| Error::from(Refusal::new("plan.book.no_plan")))?;
    let framework = sql::framework::by_id(&mut conn, plan.framework).await?.ok_or_else(PageError::not_found)?;
    let mut programmes = Vec::new();
    for one in sql::plan::programmes(&mut conn, plan.id).await? {
        programmes.push(programme_text(&mut conn, me, one).await?);
    }
    let mut bodies = Vec::new();
    for body in sql::body::all(&mut conn).await?.into_iter().filter(|body| body.active) {
        let members = sql::body::members(&mut conn, body.id).await?;
        bodies.push((body, members));
    }
    let zone = me.region().zone;
    let commitments = sql::commitment::all(&mut conn).await?.into_iter().map(|one| {
        let day = zone.date(one.terms.due);
        (one, day)
    });
    Ok(BookFacts {
        region: me.region().full_name(),
        strategies: sql::plan::strategies(&mut conn, plan.id).await?,
        plan,
        framework,
        programmes,
        bodies,
        commitments: commitments.collect(),
        today: zone.date(me.now()),
    })
}

/// A paper as a file.
pub(super) fn as_file(letter: &Letter, name: &str) -> Result<Response, PageError> {
    let bytes = letter.to_bytes().map_err(|error| match error.refusal() {
        Some(refusal) => Error::Refused(refusal),
        None => Error::Broken(error.to_string()),
    })?;
    Ok(attachment(DOCX_TYPE, name, bytes)?)
}

/// A book as DOCX.
pub async fn file(officer: Officer<CanManagePlan>, Path(name): Path<String>) -> PageResult {
    let book = book_of(name.strip_suffix(".docx").ok_or_else(PageError::not_found)?)?;
    let own = sql::template::of(&mut officer.read().await?, book.name()).await?;
    let text = own.as_ref().map_or(book.shipped(), |(body, _)| body);
    let facts = facts(&officer).await?;
    let mark = officer.region().demo.then(|| officer.t("shell.demo"));
    let order = Order { book, place: &officer.place, mark: mark.as_deref(), now: officer.now() };
    let word = |key: &str| officer.app.catalogue.text(Lang::Id, key, &[]);
    let letter = books::write(order, text, &facts, &word).map_err(Error::Refused)?;
    as_file(&letter, &format!("{}.docx", book.name()))
}

#[derive(Template)]
#[template(path = "plan/book_text.html")]
struct TextPage {
    page: Page,
    form: FormView,
    book: Book,
    version: i64,
    places: Vec<(String, String)>,
}

impl TextPage {
    fn path(&self, deed: &str) -> String {
        format!("/rencana/buku/{}/{deed}", self.book.name())
    }
}

async fn draw(officer: &Officer<CanManagePlan>, book: Book, refused: Option<FormView>) -> PageResult {
    let own = sql::template::of(&mut officer.read().await?, book.name()).await?;
    let version = own.as_ref().map_or(0, |(_, version)| *version);
    let text = own.map_or_else(|| book.shipped().to_owned(), |(body, _)| body);
    let page = officer.page(book.key()).at("/rencana/atur");
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form()).fill("body", text);
    let places = books::places().into_iter().map(|(within, names)| (within, names.join(" ")));
    let page = if failed { page.failed() } else { page };
    let view = TextPage { page, form, book, version, places: places.collect() };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The text of a book, to be changed.
pub async fn edit(officer: Officer<CanManagePlan>, Path(name): Path<String>) -> PageResult {
    draw(&officer, book_of(&name)?, None).await
}

/// Keeps a changed text.
pub async fn save(officer: Officer<CanManagePlan>, Path(name): Path<String>, form: Form) -> PageResult {
    let book = book_of(&name)?;
    let (version, body) = (form.fields.int("version").unwrap_or_default(), form.fields.get("body").to_owned());
    match officer.write(SaveTemplate { book, version, body }).await {
        Ok(()) => Ok(Redirect::to("/rencana/buku").flash("plan.book.saved").into_response()),
        Err(error) => draw(&officer, book, Some(officer.refused(error, &form)?)).await,
    }
}

/// The text that Simpul brings counts again.
pub async fn take_back(officer: Officer<CanManagePlan>, Path(name): Path<String>, form: Form) -> PageResult {
    let book = book_of(&name)?;
    match officer.write(DropTemplate { book }).await {
        Ok(()) => Ok(Redirect::to("/rencana/buku").flash("plan.book.taken_back").into_response()),
        Err(error) => draw(&officer, book, Some(officer.refused(error, &form)?)).await,
    }
}
