//! `/masuk` and `/keluar`.

use askama::Template;
use axum::response::IntoResponse;
use simpul_people::{SignIn, SignInAnswer};

use super::{after_sign_in, begin_session, next_page};
use crate::cookie::CookieName;
use crate::guard::Settling;
use crate::parts::encode_query;
use crate::{Fields, Form, FormView, Limit, Page, PageResult, Query, Redirect, Site, render, render_refused};

#[derive(Template)]
#[template(path = "shell/sign_in.html")]
struct SignInPage {
    page: Page,
    form: FormView,
    next: String,
    demo: Vec<DemoRow>,
}

/// A demo account as the page lists it.
struct DemoRow {
    login: String,
    password: String,
    name: String,
    role: String,
    agency: String,
}

/// The accounts of the demo: only where the region is one, whatever the configuration says.
fn demo_rows(site: &Site) -> Vec<DemoRow> {
    if !site.region().demo {
        return Vec::new();
    }
    let of_here = site.app.config.demo_accounts.iter().filter(|account| account.region == site.region().id);
    let rows = of_here.map(|account| DemoRow {
        login: account.login.clone(),
        password: account.password.clone(),
        name: account.name.clone(),
        role: site.t(&account.role),
        agency: account.agency.clone().unwrap_or_default(),
    });
    rows.collect()
}

fn sign_in_page(site: &Site, form: FormView, next: String) -> SignInPage {
    let page = site.page("shell.sign_in.title").narrow();
    SignInPage { page: if form.has_errors() { page.failed() } else { page }, form, next, demo: demo_rows(site) }
}

/// The form; who is signed in already is sent on.
pub(super) async fn page(site: Site, Query(query): Query<Fields>) -> PageResult {
    let asked = query.get("ke").to_owned();
    if let Some(me) = site.signed_in.as_deref() {
        return Ok(Redirect::to(after_sign_in(&site, &asked, Some(me))).into_response());
    }
    let form = site.form();
    render(&sign_in_page(&site, form, next_page(&asked)))
}

/// Login and password. A wrong pair says nothing of which of the two it was.
pub(super) async fn send(site: Site, form: Form) -> PageResult {
    site.limit(Limit::SignIn)?;
    let next = next_page(form.fields.get("ke"));
    let sign_in = SignIn {
        login: form.fields.get("login").to_owned(),
        password: form.fields.raw("password").to_owned(),
        address: site.address.to_string(),
        agent: site.headers().get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned(),
    };
    let region = site.region().id;
    match site.app.doorman.sign_in(region, sign_in).await {
        Ok(SignInAnswer::Welcome(session)) => {
            begin_session(&site, &session);
            let me = site.app.doorman.session(region, &session.token).await?;
            Ok(Redirect::to(after_sign_in(&site, &next, me.as_ref())).into_response())
        }
        Ok(SignInAnswer::NeedCode(session)) => {
            site.visit.set_cookie(CookieName::Pending, &session.token, Some(300));
            Ok(Redirect::to(format!("/masuk/kode?ke={}", encode_query(&next))).into_response())
        }
        Err(error) => {
            let form = site.refused(error, &form)?;
            render_refused(&sign_in_page(&site, form, next))
        }
    }
}

/// Ends the session here and in the database.
pub(super) async fn out(officer: Settling, _form: Form) -> PageResult {
    if let Some(token) = officer.visit.cookie(CookieName::Session) {
        officer.app.doorman.sign_out(officer.region().id, token).await?;
    }
    officer.visit.drop_cookie(CookieName::Session);
    Ok(Redirect::to("/masuk").flash("shell.sign_in.signed_out").into_response())
}
