//! "Sudah dilaporkan?": open public reports of the same kind near the place, offered before another one is sent.

use askama::Template;
use axum::http::StatusCode;
use simpul_shell::{Fields, FormView, Limit, Page, PageResult, Query, Site, partial};

use super::form::Draft;
use super::near::{SIMILAR_MAX_COUNT, similar_to};
use super::view::PublicItem;
use crate::desk::Desk;

#[derive(Template)]
#[template(path = "report/similar.html")]
struct SimilarPiece {
    page: Page,
    form: FormView,
    similar: Vec<PublicItem>,
}

/// Reports of the same kind near the place, for the script: a piece of a page, empty where there are none.
pub async fn piece(site: Site, Query(fields): Query<Fields>) -> PageResult {
    site.limit(Limit::Search)?;
    let mut draft = Draft::default();
    draft.take(&fields);
    let mut conn = site.read().await?;
    let desk = Desk::open(&mut conn, site.place.clone()).await?;
    let page = site.page("report.review.title");
    let wanted = (draft.category.as_str(), &draft.place());
    let found = similar_to(&site, &mut conn, &desk, &page, wanted, SIMILAR_MAX_COUNT).await?;
    if found.is_empty() {
        return Ok(simpul_shell::html(StatusCode::OK, String::new()));
    }
    partial(&SimilarPiece { page, form: site.form(), similar: found })
}
