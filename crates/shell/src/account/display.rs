//! `/dinding/masuk`: a screen on a wall is given its token, once, by whoever mounts it.

use askama::Template;
use axum::response::{IntoResponse, Response};
use simpul_kernel::Refusal;

use crate::cookie::{CookieName, DISPLAY_SECONDS};
use crate::{
    Fields, Form, FormView, Limit, Page, PageError, PageResult, Query, Redirect, Site, render, render_refused,
};

#[derive(Template)]
#[template(path = "shell/display.html")]
struct DisplayPage {
    page: Page,
    form: FormView,
}

fn display_page(site: &Site, form: FormView) -> DisplayPage {
    let page = site.page("shell.display.title").narrow();
    DisplayPage { page: if form.has_errors() { page.failed() } else { page }, form }
}

/// Keeps a good token in the cookie.
async fn take(site: &Site, token: &str) -> Result<Option<Response>, PageError> {
    site.limit(Limit::SignIn)?;
    if site.app.doorman.display(site.region().id, token).await?.is_none() {
        return Ok(None);
    }
    site.visit.set_cookie(CookieName::Display, token, Some(DISPLAY_SECONDS));
    Ok(Some(Redirect::to("/dinding").into_response()))
}

/// The form; with the token in the address, a screen without a keyboard needs none.
pub(super) async fn page(site: Site, Query(query): Query<Fields>) -> PageResult {
    let token = query.get("token");
    if token.is_empty() {
        let form = site.form();
        return render(&display_page(&site, form));
    }
    match take(&site, token).await? {
        Some(answer) => Ok(answer),
        None => refused(&site, &Fields::new()),
    }
}

/// The token as it was typed.
pub(super) async fn send(site: Site, form: Form) -> PageResult {
    match take(&site, form.fields.get("token")).await? {
        Some(answer) => Ok(answer),
        None => refused(&site, &form.fields),
    }
}

fn refused(site: &Site, typed: &Fields) -> PageResult {
    let wrong = [Refusal::field("token", "shell.display.wrong")];
    render_refused(&display_page(site, site.form_with(typed, &wrong)))
}
