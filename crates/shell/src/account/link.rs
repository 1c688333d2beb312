//! `/mulai/{token}`: a link that works once, for the first administrator or for a new password.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_people::{LinkFor, NewOfficer};

use crate::{Form, FormView, Limit, Page, PageError, PageResult, Path, Redirect, Site, render, render_refused};

#[derive(Template)]
#[template(path = "shell/link.html")]
struct LinkPage {
    page: Page,
    form: FormView,
    action: String,
    for_admin: bool,
}

fn link_page(site: &Site, form: FormView, link: &LinkFor) -> LinkPage {
    let for_admin = matches!(link, LinkFor::Admin);
    let title = if for_admin { "shell.link.admin_title" } else { "shell.link.password_title" };
    let page = site.page(title).narrow();
    LinkPage { page: if form.has_errors() { page.failed() } else { page }, form, action: site.path.clone(), for_admin }
}

/// What the link is for; a used, old or invented one is gone.
async fn link_of(site: &Site, token: &str) -> Result<LinkFor, PageError> {
    site.limit(Limit::SignIn)?;
    let link = site.app.doorman.link(site.region().id, token).await?;
    link.ok_or_else(|| PageError::status(axum::http::StatusCode::GONE, "shell.link.gone"))
}

/// The form.
pub(super) async fn page(site: Site, Path(token): Path<String>) -> PageResult {
    let link = link_of(&site, &token).await?;
    let form = site.form();
    render(&link_page(&site, form, &link))
}

/// Name and password of the administrator, or the new password.
pub(super) async fn send(site: Site, Path(token): Path<String>, form: Form) -> PageResult {
    let link = link_of(&site, &token).await?;
    let fields = &form.fields;
    let password = fields.raw("password");
    if password != fields.raw("again") {
        let differs = [Refusal::field("again", "shell.password.differs")];
        return render_refused(&link_page(&site, site.form_with(&form, &differs), &link));
    }
    let (doorman, region) = (&site.app.doorman, site.region().id);
    let done = match link {
        LinkFor::Admin => {
            let officer = NewOfficer {
                name: fields.get("name").to_owned(),
                email: fields.get("email").to_owned(),
                nip: String::new(),
                phone: String::new(),
            };
            doorman.use_admin_link(region, &token, officer, password).await.map(drop)
        }
        LinkFor::Password(_) => doorman.use_password_link(region, &token, password).await.map(drop),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/masuk").flash("shell.link.done").into_response()),
        Err(error) => {
            let form = site.refused(error, &form)?;
            render_refused(&link_page(&site, form, &link))
        }
    }
}
