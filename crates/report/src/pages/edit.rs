//! A citizen's text is edited, with the original kept for those who may see it.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_people::actions::LogAccess;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused};

use super::CanHideReports;
use super::find::find;
use crate::actions::EditText;
use crate::model::Report;
use crate::sql;

type Me = Officer<CanHideReports>;

#[derive(Template)]
#[template(path = "report/edit.html")]
struct EditPage {
    page: Page,
    form: FormView,
    report: Report,
    /// The citizen's own words and when they were edited.
    original: Option<(String, Timestamp)>,
}

impl EditPage {
    fn action(&self) -> String {
        format!("/kotak/{}/sunting", self.report.number)
    }
}

/// Whoever opens the page may read the citizen's own words; that is kept before they are shown.
async fn page(me: &Me, report: Report, form: FormView) -> Result<EditPage, PageError> {
    let original = sql::original::original(&mut me.read().await?, report.id).await?;
    if original.is_some() {
        me.write(LogAccess { subject_kind: "report", subject_id: report.id, what: "text_original" }).await?;
    }
    let mut page = me.page("report.edit.title").title_with("report.edit.title", "number", &report.number);
    if form.has_errors() {
        page = page.failed();
    }
    let form = form.fill("text", report.body.clone());
    Ok(EditPage { page: page.at("/kotak").usual_width().script("umum.js"), form, report, original })
}

/// The page with the text as it stands, and as it was.
pub async fn show(me: Me, Path(number): Path<String>) -> PageResult {
    let report = find(&me, &number).await?;
    render(&page(&me, report, me.form()).await?)
}

/// Takes the edited text.
pub async fn take(me: Me, Path(number): Path<String>, form: Form) -> PageResult {
    let report = find(&me, &number).await?;
    let action = EditText {
        report: report.id,
        version: form.fields.int("version"),
        text: form.fields.get("text").to_owned(),
        reason: form.fields.get("reason").to_owned(),
    };
    match me.write(action).await {
        Ok(done) => Ok(Redirect::to(format!("/kotak/{}", done.number)).flash("report.edit.flash").into_response()),
        Err(error) => {
            let form = me.refused(error, &form)?;
            render_refused(&page(&me, report, form).await?)
        }
    }
}
