//! One category in `/admin/report`: what it is called, who answers and by when, where it ends the form, what it asks,
//! and who has changed it.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::{Span, SpanUnit};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};

use super::CanManageCategories;
use super::emergency::Calls;
use super::questions::Asked;
use crate::actions::{NOT_THERE_YET, SaveCategory, category_subject};
use crate::desk::Rules;
use crate::model::category::{ANSWER_SPAN, COMPLAINT_SPAN, STOP_TEXT_MAX_CHARS, VERIFY_SPAN};
use crate::model::{Category, Class, Questions};
use crate::sql;

/// The word in addresses for one that does not exist yet.
pub(super) const NEW: &str = "baru";
/// Most changes that the page tells of.
const HISTORY_MAX_LINES: i64 = 50;

/// What a change was about, in the order of the form.
const FIELDS: [(&str, &str); 22] = [
    ("new", "report.rule.new"),
    ("name_id", "report.admin.name_id"),
    ("name_en", "report.admin.name_en"),
    ("description", "report.admin.description"),
    ("keywords", "report.admin.keywords"),
    ("tile", "report.admin.tile"),
    ("icon", "report.admin.icon"),
    ("agency", "report.admin.agency"),
    ("class", "report.field.class"),
    ("verify", "report.admin.verify"),
    ("answer", "report.admin.answer"),
    ("resolve", "report.admin.resolve"),
    ("span_source", "report.admin.span_source"),
    ("emergency", "report.admin.emergency"),
    ("secret", "report.admin.secret"),
    ("active", "report.admin.active"),
    ("position", "report.admin.position"),
    ("questions", "report.rule.questions"),
    ("stop_id", "report.rule.stop_id"),
    ("stop_en", "report.rule.stop_en"),
    ("text_id", "report.admin.text_id"),
    ("text_en", "report.admin.text_en"),
];

/// One change of a rule.
pub struct Past {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub who: String,
    /// What, in the names of the form's fields.
    pub what: String,
}

/// The last changes of the category or reason of that code, newest first, from the journal.
pub(super) async fn past(
    officer: &Officer<CanManageCategories>,
    code: &str,
    kind: &str,
) -> Result<Vec<Past>, PageError> {
    let mut conn = officer.read().await?;
    let lines = sql::category::history(&mut conn, category_subject(code), kind, HISTORY_MAX_LINES).await?;
    Ok(lines.into_iter().map(|line| told(officer, &line)).collect())
}

fn told(officer: &Officer<CanManageCategories>, line: &sql::category::Saved) -> Past {
    let body: serde_json::Value = serde_json::from_str(&line.body).unwrap_or_default();
    let list = body["changed"].as_array().map_or(&[][..], Vec::as_slice);
    let known = |code: &serde_json::Value| FIELDS.iter().find(|(name, _)| code.as_str() == Some(name));
    let mut what: Vec<String> = list.iter().filter_map(known).map(|(_, key)| officer.t(key)).collect();
    what.extend(body["question"].as_str().map(str::to_owned));
    let id = line.actor.strip_prefix("officer:").and_then(|id| id.parse().ok());
    let name = id.and_then(|id| officer.place.officer(id)).map(|found| found.name.clone());
    Past {
        at: line.at,
        who: name.filter(|name| !name.is_empty()).unwrap_or_else(|| line.actor.clone()),
        what: if what.is_empty() { officer.t("report.rule.nothing") } else { what.join(", ") },
    }
}

struct QuestionRow {
    code: String,
    text: String,
    kind: String,
    required: bool,
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
    tiles: Vec<String>,
    stop_max: usize,
    questions: Vec<QuestionRow>,
    history: Vec<Past>,
}

impl CategoryPage {
    /// Where what belongs to this category stands.
    fn path(&self, rest: &str) -> String {
        format!("/admin/report/kategori/{}/{rest}", self.form.typed("code"))
    }
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

async fn category_page(
    officer: &Officer<CanManageCategories>,
    rules: &Rules,
    form: FormView,
    is_new: bool,
) -> Result<CategoryPage, PageError> {
    let mut page = officer.page("report.admin.category_title").at("/admin/report").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let agencies = officer.place.agencies.iter().filter(|agency| agency.active);
    let unit = |unit: SpanUnit, key: &str| Choice::new(unit.as_str(), page.t(key));
    let known = rules.category(form.typed("code")).filter(|_| !is_new);
    let questions = known.map(|category| &*category.questions).unwrap_or_default();
    let question = |question: &crate::model::Question| QuestionRow {
        code: question.code.clone(),
        text: question.text(page.lang).to_owned(),
        kind: page.t(question.datatype.key()),
        required: question.required,
    };
    let mut tiles: Vec<String> = rules.categories.iter().map(|category| category.tile.clone()).collect();
    tiles.sort();
    tiles.dedup();
    Ok(CategoryPage {
        history: if is_new { Vec::new() } else { past(officer, form.typed("code"), "category.saved").await? },
        form,
        is_new,
        agencies: agencies.map(|a| Choice::new(a.id, format!("{} – {}", a.short, a.name))).collect(),
        classes: Class::ALL.iter().map(|class| Choice::new(class.name(), page.t(class.key()))).collect(),
        units: vec![
            unit(SpanUnit::WorkingDay, "report.admin.unit_working_day"),
            unit(SpanUnit::Day, "report.admin.unit_day"),
        ],
        icons: ICONS.iter().map(|icon| Choice::new(icon, *icon)).collect(),
        tiles,
        stop_max: STOP_TEXT_MAX_CHARS,
        questions: questions.iter().map(question).collect(),
        page,
    })
}

fn fill(form: FormView, category: &Category, seen: i64) -> FormView {
    let flag = |set: bool| if set { "1" } else { "" };
    form.fill("code", category.code.clone())
        .fill("seen", seen.to_string())
        .fill("name_id", category.name_id.clone())
        .fill("name_en", category.name_en.clone())
        .fill("description", category.description.clone())
        .fill("keywords", category.keywords.clone())
        .fill("tile", category.tile.clone())
        .fill("icon", category.icon.clone())
        .fill("agency", category.agency.map(|id| id.to_string()).unwrap_or_default())
        .fill("class", category.class.name())
        .fill("verify", category.verify.count.to_string())
        .fill("verify_unit", category.verify.unit.as_str())
        .fill("answer", category.answer.count.to_string())
        .fill("answer_unit", category.answer.unit.as_str())
        .fill("resolve", category.resolve.count.to_string())
        .fill("resolve_unit", category.resolve.unit.as_str())
        .fill("span_source", category.span_source.clone())
        .fill("stop_id", category.stop_id.clone())
        .fill("stop_en", category.stop_en.clone())
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
        questions: Questions::default(),
        stop_id: String::new(),
        stop_en: String::new(),
    }
}

/// One category.
pub async fn show(officer: Officer<CanManageCategories>, Path(code): Path<String>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = Rules::read(&mut conn).await?;
    let seen = sql::category::version(&mut conn, &code).await?.unwrap_or(NOT_THERE_YET);
    drop(conn);
    let found = match code.as_str() {
        NEW => empty(&rules),
        code => rules.category(code).cloned().ok_or_else(PageError::not_found)?,
    };
    let form = fill(officer.form(), &found, seen);
    render(&category_page(&officer, &rules, form, code == NEW).await?)
}

fn read(form: &Form, known: Option<&Category>) -> Category {
    let fields = &form.fields;
    let text = |name: &str| fields.get(name).to_owned();
    // A number that can't be read is 0, which the check refuses at its field.
    let span = |name: &str, unit: &str| Span {
        count: fields.get(name).parse().unwrap_or(0),
        unit: SpanUnit::parse(fields.get(unit)).unwrap_or(SpanUnit::WorkingDay),
    };
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
        verify: span("verify", "verify_unit"),
        answer: span("answer", "answer_unit"),
        resolve: span("resolve", "resolve_unit"),
        span_source: text("span_source"),
        emergency: fields.get("emergency") == "1",
        secret: fields.get("secret") == "1",
        active: fields.get("active") == "1",
        position: fields.int("position").unwrap_or(0),
        questions: known.map(|category| category.questions.clone()).unwrap_or_default(),
        stop_id: text("stop_id"),
        stop_en: text("stop_en"),
    }
}

/// Keeps a category.
pub async fn save(officer: Officer<CanManageCategories>, form: Form) -> PageResult {
    let rules = Rules::read(&mut officer.read().await?).await?;
    let is_new = form.fields.get("new") == "1";
    let category = read(&form, rules.category(form.fields.get("code")).filter(|_| !is_new));
    let seen = form.fields.int("seen").unwrap_or(NOT_THERE_YET);
    let (code, name) = (category.code.clone(), category.name_id.clone());
    match officer.write(SaveCategory { category, seen: Some(seen) }).await {
        Ok(()) => {
            let to = if is_new { format!("/admin/report/kategori/{code}") } else { "/admin/report".to_owned() };
            Ok(Redirect::to(to).flash("report.flash.category_saved").with("name", name).into_response())
        }
        Err(error) => {
            let form = officer.refused(error, &form)?;
            render_refused(&category_page(&officer, &rules, form, is_new).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "report/admin_preview.html")]
struct PreviewPage<'a> {
    page: Page,
    category: &'a Category,
    name: &'a str,
    calls: Calls,
    form: FormView,
}

impl PreviewPage<'_> {
    fn asked(&self) -> Option<Asked<'_>> {
        Asked::of(&self.page, &self.form, self.category)
    }

    fn stop(&self) -> Option<&str> {
        self.category.stop(self.page.lang)
    }
}

/// What the citizen sees of a category before it is offered: its tile, its questions, or where the form ends.
pub async fn preview(officer: Officer<CanManageCategories>, Path(code): Path<String>) -> PageResult {
    let rules = Rules::read(&mut officer.read().await?).await?;
    let category = rules.category(&code).ok_or_else(PageError::not_found)?;
    let page = officer.page("report.rule.preview").at("/admin/report").usual_width();
    let calls = Calls::of(&page, &officer.region().settings);
    render(&PreviewPage { name: category.name(page.lang), calls, form: officer.form(), category, page })
}
