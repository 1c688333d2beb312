//! `/rencana/kerangka`: the versions of the words that a plan is made of, and a region's own from a file.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{Choice, FormView, Officer, Page, PageError, PageResult, Redirect, Upload, render, render_refused};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use super::{CanManagePlan, attachment, view};
use crate::actions::AddFramework;
use crate::model::framework::{SHIPPED, TermKind, read_terms};
use crate::model::{Framework, Term};
use crate::sql;

/// Every framework that a plan may be made in: the region's own, and those that come with Simpul.
pub(super) async fn offered(conn: &mut Conn) -> Result<Vec<Framework>> {
    let mut all = Vec::new();
    for (id, ..) in sql::framework::list(conn).await? {
        all.extend(sql::framework::by_id(conn, id).await?);
    }
    let is_own = |code: &str| all.iter().any(|own: &Framework| own.code == code);
    let shipped = SHIPPED.iter().filter(|one| !is_own(one.code)).map(|one| one.framework(Uuid::nil()));
    let shipped: Vec<Framework> = shipped.collect();
    all.extend(shipped);
    Ok(all)
}

/// The same as choices.
pub(super) fn choices(frameworks: &[Framework]) -> Vec<Choice> {
    frameworks.iter().map(|one| Choice::new(&one.code, one.name.clone())).collect()
}

#[derive(Template)]
#[template(path = "plan/frameworks.html")]
struct FrameworksPage {
    page: Page,
    form: FormView,
    frameworks: Vec<Framework>,
}

impl FrameworksPage {
    fn dimensions(&self, framework: &Framework) -> String {
        let names = framework.of(TermKind::Dimension).map(|term: &Term| view::term(&self.page, term).to_owned());
        names.collect::<Vec<_>>().join(", ")
    }

    fn parts_count(&self, framework: &Framework) -> usize {
        framework.of(TermKind::Subdimension).count()
    }
}

async fn draw(officer: &Officer<CanManagePlan>, refused: Option<FormView>) -> PageResult {
    let frameworks = offered(&mut officer.read().await?).await?;
    let page = officer.page("plan.framework.title").at("/rencana/atur").usual_width();
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let view = FrameworksPage { page: if failed { page.failed() } else { page }, form, frameworks };
    if failed { render_refused(&view) } else { render(&view) }
}

/// Every framework, and the form for another.
pub async fn list(officer: Officer<CanManagePlan>) -> PageResult {
    draw(&officer, None).await
}

async fn taken(officer: &Officer<CanManagePlan>, upload: &Upload) -> Result<Uuid> {
    let terms = read_terms(&attachment::sent_file(upload)?)?;
    let text = |name: &str| upload.fields.get(name).to_owned();
    let key = upload.key().unwrap_or_else(|| officer.ctx.new_id());
    let (code, name, source) = (text("code"), text("name"), text("source"));
    officer.write(AddFramework { key, code, name, source, terms }).await
}

/// A framework comes from a file.
pub async fn add(officer: Officer<CanManagePlan>, upload: Upload) -> PageResult {
    match taken(&officer, &upload).await {
        Ok(_) => Ok(Redirect::to("/rencana/kerangka").flash("plan.framework.added").into_response()),
        Err(error) => {
            let form: std::result::Result<FormView, PageError> = officer.refused(error, &upload);
            draw(&officer, Some(form?)).await
        }
    }
}
