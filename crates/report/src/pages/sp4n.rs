//! The number under which SP4N-LAPOR! knows a report that came by another way.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused};

use super::CanVerifyReports;
use super::find::find;
use crate::actions::SetSp4nId;
use crate::model::sp4n::SP4N_ID_MAX_CHARS;
use crate::sql;

type Me = Officer<CanVerifyReports>;

#[derive(Template)]
#[template(path = "report/sp4n.html")]
struct Sp4nPage {
    page: Page,
    form: FormView,
    number: String,
}

impl Sp4nPage {
    fn action(&self) -> String {
        format!("/kotak/{}/sp4n", self.number)
    }
}

fn page(me: &Me, number: String, form: FormView) -> Sp4nPage {
    let mut page = me.page("report.sp4n.title").title_with("report.sp4n.title", "number", &number).at("/kotak");
    if form.has_errors() {
        page = page.failed();
    }
    Sp4nPage { page: page.usual_width().script("umum.js"), form, number }
}

/// The page with the number as it stands.
pub async fn show(me: Me, Path(number): Path<String>) -> PageResult {
    let report = find(&me, &number).await?;
    let known = sql::sp4n::of(&mut me.read().await?, report.id).await?;
    render(&page(&me, report.number, me.form().fill("sp4n_id", known.unwrap_or_default())))
}

/// Keeps the number.
pub async fn take(me: Me, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&me, &number).await?;
    let sp4n_id = form.fields.get("sp4n_id").to_owned();
    match me.write(SetSp4nId { report: report.id, sp4n_id }).await {
        Ok(done) => Ok(Redirect::to(format!("/kotak/{}", done.number)).flash("report.sp4n.flash").into_response()),
        Err(error) => {
            let form: Result<FormView, PageError> = me.refused(error, &form);
            render_refused(&page(&me, report.number, form?))
        }
    }
}
