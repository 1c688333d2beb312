//! `/admin/report`: categories with their agencies and deadlines, and the reasons for turning a report down.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::calendar::{Span, SpanUnit};
use simpul_people::Agency;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};

use super::CanManageCategories;
use crate::actions::{SaveCategory, SaveReason};
use crate::desk::{self, Rules};
use crate::model::category::{ANSWER_SPAN, COMPLAINT_SPAN, VERIFY_SPAN};
use crate::model::{Category, Class};
use crate::sql::Reason;

/// The word in addresses for one that does not exist yet.
const NEW: &str = "baru";

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
    let page = officer.page("report.admin.title").at("/admin");
    let categories = rules.categories.iter().map(|category| row(&page, &officer.place.agencies, category)).collect();
    render(&AdminPage { categories, reasons: rules.reasons.clone(), page })
}

#[derive(Template)]
#[template(path = "report/admin_category.html")]
struct CategoryPage {
    page: Page,
    form: FormView,
    is_new: bool,
    agencies: Vec<Choice>,
    classes: Vec<Choice>,
    units: Vec<Choice>,
    icons: Vec<Choice>,
}

/// Pictures that a category may have.
const ICONS: [&str; 22] = [
    "jalan",
    "jembatan",
    "lampu",
    "listrik",
    "sampah",
    "air",
    "drainase",
    "banjir",
    "pohon",
    "hewan",
    "keamanan",
    "layanan",
    "internet",
    "kesehatan",
    "sekolah",
    "pungli",
    "pasar",
    "pertanian",
    "lokasi",
    "telepon",
    "foto",
    "lainnya",
];

fn category_page(officer: &Officer<CanManageCategories>, form: FormView, is_new: bool) -> CategoryPage {
    let mut page = officer.page("report.admin.category_title").at("/admin").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let agencies = officer.place.agencies.iter().filter(|agency| agency.active);
    let unit = |unit: SpanUnit, key: &str| Choice::new(unit.as_str(), page.t(key));
    CategoryPage {
        form,
        is_new,
        agencies: agencies.map(|a| Choice::new(a.id, format!("{} – {}", a.short, a.name))).collect(),
        classes: Class::ALL.iter().map(|class| Choice::new(class.name(), page.t(class.key()))).collect(),
        units: vec![
            unit(SpanUnit::WorkingDay, "report.admin.unit_working_day"),
            unit(SpanUnit::Day, "report.admin.unit_day"),
        ],
        icons: ICONS.iter().map(|icon| Choice::new(icon, *icon)).collect(),
        page,
    }
}

fn fill(form: FormView, category: &Category) -> FormView {
    let flag = |set: bool| if set { "1" } else { "" };
    form.fill("code", category.code.clone())
        .fill("name_id", category.name_id.clone())
        .fill("name_en", category.name_en.clone())
        .fill("description", category.description.clone())
        .fill("keywords", category.keywords.clone())
        .fill("tile", category.tile.clone())
        .fill("icon", category.icon.clone())
        .fill("agency", category.agency.map(|id| id.to_string()).unwrap_or_default())
        .fill("class", category.class.name())
        .fill("verify", category.verify.count.to_string())
        .fill("answer", category.answer.count.to_string())
        .fill("resolve", category.resolve.count.to_string())
        .fill("unit", category.resolve.unit.as_str())
        .fill("span_source", category.span_source.clone())
        .fill("emergency", flag(category.emergency))
        .fill("secret", flag(category.secret))
        .fill("active", flag(category.active))
        .fill("position", category.position.to_string())
}

fn empty(rules: &Rules) -> Category {
    Category {
        code: String::new(),
        name_id: String::new(),
        name_en: String::new(),
        description: String::new(),
        keywords: String::new(),
        tile: "lainnya".to_owned(),
        icon: "lainnya".to_owned(),
        agency: None,
        class: Class::Complaint,
        verify: VERIFY_SPAN,
        answer: ANSWER_SPAN,
        resolve: COMPLAINT_SPAN,
        span_source: "PermenPANRB 62/2018".to_owned(),
        emergency: false,
        secret: false,
        active: true,
        position: rules.categories.iter().map(|category| category.position).max().unwrap_or(0) + 1,
        questions: None,
    }
}

/// One category.
pub async fn category(officer: Officer<CanManageCategories>, Path(code): Path<String>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let found = match code.as_str() {
        NEW => empty(&rules),
        code => rules.category(code).cloned().ok_or_else(PageError::not_found)?,
    };
    render(&category_page(&officer, fill(officer.form(), &found), code == NEW))
}

fn read_category(form: &Form, known: Option<&Category>) -> Category {
    let fields = &form.fields;
    let text = |name: &str| fields.get(name).to_owned();
    let unit = SpanUnit::parse(fields.get("unit")).unwrap_or(SpanUnit::WorkingDay);
    // A number that can't be read is 0, which the check refuses at its field.
    let span = |name: &str| Span { count: fields.get(name).parse().unwrap_or(0), unit };
    Category {
        code: text("code"),
        name_id: text("name_id"),
        name_en: text("name_en"),
        description: text("description"),
        keywords: text("keywords"),
        tile: text("tile"),
        icon: text("icon"),
        agency: fields.uuid("agency"),
        class: Class::parse(fields.get("class")).unwrap_or(Class::Complaint),
        verify: span("verify"),
        answer: span("answer"),
        resolve: span("resolve"),
        span_source: text("span_source"),
        emergency: fields.get("emergency") == "1",
        secret: fields.get("secret") == "1",
        active: fields.get("active") == "1",
        position: fields.int("position").unwrap_or(0),
        questions: known.and_then(|category| category.questions.clone()),
    }
}

/// Keeps a category.
pub async fn save_category(officer: Officer<CanManageCategories>, form: Form) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    drop(conn);
    let known = rules.category(form.fields.get("code"));
    let is_new = form.fields.get("new") == "1";
    let category = read_category(&form, known);
    let name = category.name_id.clone();
    match officer.write(SaveCategory { category }).await {
        Ok(()) => {
            Ok(Redirect::to("/admin/report").flash("report.flash.category_saved").with("name", name).into_response())
        }
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&category_page(&officer, form, is_new))
        }
    }
}

#[derive(Template)]
#[template(path = "report/admin_reason.html")]
struct ReasonPage {
    page: Page,
    form: FormView,
    is_new: bool,
}

fn reason_page(officer: &Officer<CanManageCategories>, form: FormView, is_new: bool) -> ReasonPage {
    let mut page = officer.page("report.admin.reason_title").at("/admin").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    ReasonPage { page, form, is_new }
}

/// One reason.
pub async fn reason(officer: Officer<CanManageCategories>, Path(code): Path<String>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
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
        .fill("position", found.position.to_string());
    render(&reason_page(&officer, form, is_new))
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
    match officer.write(SaveReason { reason }).await {
        Ok(()) => Ok(Redirect::to("/admin/report").flash("report.flash.reason_saved").into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&reason_page(&officer, form, is_new))
        }
    }
}
