//! The plan as everybody may see it.

use askama::Template;
use simpul_shell::{Page, PageResult, Site, render};

use crate::model::{Framework, TermKind};
use crate::sql;

#[derive(Template)]
#[template(path = "plan/plan.html")]
struct PlanPage {
    page: Page,
    framework: Option<Framework>,
}

/// The plan in public.
pub async fn show(site: Site) -> PageResult {
    let page = site.page("plan.public.title");
    let mut conn = site.read().await?;
    let framework = sql::framework::newest(&mut conn).await?;
    render(&PlanPage { page, framework })
}
