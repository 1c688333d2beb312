//! `/akun`: who one is here, one's sessions, one's password.

use askama::Template;
use axum::response::IntoResponse;
use simpul_people::SessionRow;
use simpul_people::actions::RevokeSession;
use uuid::Uuid;

use crate::guard::{Settling, SignedIn};
use crate::{Form, FormView, Page, PageResult, Path, Redirect, render, render_refused};

#[derive(Template)]
#[template(path = "shell/account.html")]
struct AccountPage {
    page: Page,
    form: FormView,
    name: String,
    roles: Vec<String>,
    sessions: Vec<SessionRow>,
    current: Uuid,
    second_factor: bool,
}

impl AccountPage {
    fn is_current(&self, session: &SessionRow) -> bool {
        session.id == self.current
    }

    fn end_path(&self, session: &SessionRow) -> String {
        format!("/akun/sesi/{}/akhiri", session.id)
    }
}

/// Roles with their agencies, in words.
fn roles(officer: &SignedIn) -> Vec<String> {
    let grants = officer.me.officer.grants.iter().map(|grant| {
        let role = officer.t(crate::role_key(grant.role));
        match grant.agency.and_then(|id| officer.place.agency(id)) {
            Some(agency) => format!("{role} · {}", agency.name),
            None => role,
        }
    });
    grants.collect()
}

/// The account.
pub(super) async fn page(officer: SignedIn) -> PageResult {
    let sessions = officer.app.doorman.sessions_of(officer.region().id, officer.id()).await?;
    render(&AccountPage {
        page: officer.page("shell.account.title").usual_width(),
        form: officer.form(),
        name: officer.me.officer.name.clone(),
        roles: roles(&officer),
        sessions,
        current: officer.me.session,
        second_factor: officer.me.officer.has_second_factor,
    })
}

/// Ends one of one's own sessions.
pub(super) async fn end_session(officer: SignedIn, Path(id): Path<Uuid>, _form: Form) -> PageResult {
    let own = officer.app.doorman.sessions_of(officer.region().id, officer.id()).await?;
    if !own.iter().any(|session| session.id == id) {
        return Err(crate::PageError::not_found());
    }
    officer.write(RevokeSession { session: id }).await?;
    Ok(Redirect::to("/akun").flash("shell.account.session_ended").into_response())
}

#[derive(Template)]
#[template(path = "shell/password.html")]
struct PasswordPage {
    page: Page,
    form: FormView,
    must: bool,
}

fn password(officer: &Settling, form: FormView) -> PasswordPage {
    let page = officer.page("shell.password.title").narrow();
    PasswordPage { page: if form.has_errors() { page.failed() } else { page }, form, must: officer.me.must.is_some() }
}

/// The form for a new password.
pub(super) async fn password_page(officer: Settling) -> PageResult {
    let form = officer.form();
    render(&password(&officer, form))
}

/// The new password. Other sessions end with the old one.
pub(super) async fn password_send(officer: Settling, form: Form) -> PageResult {
    let (old, new) = (form.fields.raw("old"), form.fields.raw("password"));
    if new != form.fields.raw("again") {
        let differs = [simpul_kernel::Refusal::field("again", "shell.password.differs")];
        return render_refused(&password(&officer, officer.form_with(&form, &differs)));
    }
    match officer.app.doorman.change_password(&officer.ctx, officer.me.session, old, new).await {
        Ok(_) => Ok(Redirect::to("/akun").flash("shell.password.changed").into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&password(&officer, form))
        }
    }
}
