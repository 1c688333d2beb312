//! `/admin/report`: categories with their agencies and deadlines, and the reasons for turning a report down.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::calendar::{Span, SpanUnit};
use simpul_people::Agency;
use simpul_shell::{Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused};

use super::CanManageCategories;
use super::rule::{NEW, Past, past};
use crate::actions::{NOT_THERE_YET, SaveReason};
use crate::desk::{self, Rules};
use crate::model::Category;
use crate::sql::{self, Reason};

struct CategoryRow {
    code: String,
    name: String,
    agency: String,
    spans: String,
    notes: Vec<String>,
    active: bool,
}

#[derive(Template)]
#[template(path = "report/admin.html")]
struct AdminPage {
    page: Page,
    categories: Vec<CategoryRow>,
    reasons: Vec<Reason>,
}

fn row(page: &Page, agencies: &[Agency], category: &Category) -> CategoryRow {
    let agency = category.agency.and_then(|id| agencies.iter().find(|agency| agency.id == id));
    let span = |span: Span| {
        let key = if span.unit == SpanUnit::Day { "report.admin.days" } else { "report.admin.working_days" };
        page.tn(key, i64::from(span.count))
    };
    let mut notes = Vec::new();
    if category.secret {
        notes.push(page.t("report.admin.secret"));
    }
    if category.emergency {
        notes.push(page.t("report.admin.emergency"));
    }
    if category.stop(page.lang).is_some() {
        notes.push(page.t("report.rule.stops"));
    }
    if !category.questions.is_empty() {
        notes.push(page.tn("report.rule.count", category.questions.len()));
    }
    CategoryRow {
        code: category.code.clone(),
        name: category.name(page.lang).to_owned(),
        agency: agency.map_or_else(|| page.t("report.inbox.no_agency"), |agency| agency.short.clone()),
        spans: format!("{} / {} / {}", span(category.verify), span(category.answer), span(category.resolve)),
        notes,
        active: category.active,
    }
}

/// All of them.
pub async fn show(officer: Officer<CanManageCategories>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let page = officer.page("report.admin.title").at("/admin/report");
    let categories = rules.categories.iter().map(|category| row(&page, &officer.place.agencies, category)).collect();
    render(&AdminPage { categories, reasons: rules.reasons.clone(), page })
}

#[derive(Template)]
#[template(path = "report/admin_reason.html")]
struct ReasonPage {
    page: Page,
    form: FormView,
    is_new: bool,
    history: Vec<Past>,
}

async fn reason_page(
    officer: &Officer<CanManageCategories>,
    form: FormView,
    is_new: bool,
) -> Result<ReasonPage, PageError> {
    let mut page = officer.page("report.admin.reason_title").at("/admin/report").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let history = if is_new { Vec::new() } else { past(officer, form.typed("code"), "category.reason_saved").await? };
    Ok(ReasonPage { page, form, is_new, history })
}

/// One reason.
pub async fn reason(officer: Officer<CanManageCategories>, Path(code): Path<String>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = Rules::read(&mut conn).await?;
    let seen = sql::category::reason_version(&mut conn, &code).await?.unwrap_or(NOT_THERE_YET);
    drop(conn);
    let next = rules.reasons.iter().map(|reason| reason.position).max().unwrap_or(0) + 1;
    let found = match code.as_str() {
        NEW => {
            Reason { code: String::new(), text_id: String::new(), text_en: String::new(), active: true, position: next }
        }
        code => rules.reason(code).cloned().ok_or_else(PageError::not_found)?,
    };
    let is_new = found.code.is_empty();
    let form = officer
        .form()
        .fill("code", found.code)
        .fill("text_id", found.text_id)
        .fill("text_en", found.text_en)
        .fill("active", if found.active { "1" } else { "" })
        .fill("position", found.position.to_string())
        .fill("seen", seen.to_string());
    render(&reason_page(&officer, form, is_new).await?)
}

/// Keeps a reason.
pub async fn save_reason(officer: Officer<CanManageCategories>, form: Form) -> PageResult {
    let is_new = form.fields.get("new") == "1";
    let reason = Reason {
        code: form.fields.get("code").to_owned(),
        text_id: form.fields.get("text_id").to_owned(),
        text_en: form.fields.get("text_en").to_owned(),
        active: form.fields.get("active") == "1",
        position: form.fields.int("position").unwrap_or(0),
    };
    let seen = form.fields.int("seen").unwrap_or(NOT_THERE_YET);
    match officer.write(SaveReason { reason, seen: Some(seen) }).await {
        Ok(()) => Ok(Redirect::to("/admin/report").flash("report.flash.reason_saved").into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&reason_page(&officer, form, is_new).await?)
        }
    }
}
