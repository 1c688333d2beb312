//! The second factor: `/masuk/kode` asks for a code, `/akun/kode` sets the second factor up.

use askama::Template;
use axum::response::IntoResponse;

use super::{after_sign_in, begin_session, next_page};
use crate::cookie::CookieName;
use crate::guard::Settling;
use crate::parts::Qr;
use crate::{Fields, Form, FormView, Limit, Page, PageResult, Query, Redirect, Site, render, render_refused};

#[derive(Template)]
#[template(path = "shell/code.html")]
struct CodePage {
    page: Page,
    form: FormView,
    next: String,
}

fn code_page(site: &Site, form: FormView, next: String) -> CodePage {
    let page = site.page("shell.code.title").narrow();
    CodePage { page: if form.has_errors() { page.failed() } else { page }, form, next }
}

/// The question for the code.
pub(super) async fn page(site: Site, Query(query): Query<Fields>) -> PageResult {
    if site.visit.cookie(CookieName::Pending).is_none() {
        return Ok(Redirect::to("/masuk").into_response());
    }
    let form = site.form();
    render(&code_page(&site, form, next_page(query.get("ke"))))
}

/// The code, or one of the recovery codes.
pub(super) async fn send(site: Site, form: Form) -> PageResult {
    site.limit(Limit::SignIn)?;
    let next = next_page(form.fields.get("ke"));
    let Some(pending) = site.visit.cookie(CookieName::Pending) else {
        return Ok(Redirect::to("/masuk").flash("shell.code.too_late").warning().into_response());
    };
    let (region, address) = (site.region().id, site.address.to_string());
    match site.app.doorman.confirm_code(region, pending, form.fields.get("code"), &address).await {
        Ok(session) => {
            begin_session(&site, &session);
            let me = site.app.doorman.session(region, &session.token).await?;
            Ok(Redirect::to(after_sign_in(&site, &next, me.as_ref())).into_response())
        }
        Err(error) => {
            let form = site.refused(error, &form)?;
            render_refused(&code_page(&site, form, next))
        }
    }
}

#[derive(Template)]
#[template(path = "shell/enrol.html")]
struct EnrolPage {
    page: Page,
    form: FormView,
    secret: String,
    url: String,
    picture: Option<Qr>,
}

fn enrol_page_of(officer: &Settling, form: FormView, secret: String, url: String) -> EnrolPage {
    let page = officer.page("shell.enrol.title").narrow();
    let picture = Qr::of(&url, page.t("shell.enrol.picture"));
    EnrolPage { page: if form.has_errors() { page.failed() } else { page }, form, secret, url, picture }
}

/// The secret to put into an authenticator, and the question for its first code.
pub(super) async fn enrol_page(officer: Settling) -> PageResult {
    let enrolment = officer.app.doorman.begin_enrolment(&officer.ctx).await?;
    let form = officer.form();
    render(&enrol_page_of(&officer, form, enrolment.secret_base32, enrolment.otpauth_url))
}

#[derive(Template)]
#[template(path = "shell/recovery.html")]
struct RecoveryPage {
    page: Page,
    codes: Vec<String>,
}

/// The first code; the answer shows the recovery codes, once.
pub(super) async fn enrol_send(officer: Settling, form: Form) -> PageResult {
    match officer.app.doorman.finish_enrolment(&officer.ctx, form.fields.get("code")).await {
        Ok(codes) => render(&RecoveryPage { page: officer.page("shell.recovery.title").narrow(), codes }),
        Err(error) => {
            // The secret stays the one that the app has been given: a mistyped code must not cost a new one.
            let (secret, url) = (form.fields.get("secret").to_owned(), form.fields.get("url").to_owned());
            let url = if url.starts_with("otpauth://totp/") { url } else { String::new() };
            let form = officer.refused(error, &form)?;
            render_refused(&enrol_page_of(&officer, form, secret, url))
        }
    }
}
