//! The second factor: `/masuk/kode` asks for a code, `/akun/kode` sets the second factor up.

use askama::Template;
use axum::response::IntoResponse;

use super::{after_sign_in, begin_session, next_page};
use crate::cookie::CookieName;
use crate::guard::Settling;
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
}

/// The secret in groups of four, as one types it.
fn in_groups(secret: &str) -> String {
    let signs: Vec<char> = secret.chars().collect();
    signs.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

async fn enrol(officer: &Settling, form: FormView) -> Result<EnrolPage, crate::PageError> {
    let enrolment = officer.app.doorman.begin_enrolment(&officer.ctx).await?;
    let page = officer.page("shell.enrol.title").narrow();
    Ok(EnrolPage {
        page: if form.has_errors() { page.failed() } else { page },
        form,
        secret: in_groups(&enrolment.secret_base32),
        url: enrolment.otpauth_url,
    })
}

/// The secret to put into an authenticator, and the question for its first code.
pub(super) async fn enrol_page(officer: Settling) -> PageResult {
    let form = officer.form();
    render(&enrol(&officer, form).await?)
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
            let form = officer.refused(error, &form)?;
            render_refused(&enrol(&officer, form).await?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_as_one_types_it() {
        assert_eq!(in_groups("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
