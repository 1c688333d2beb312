//! The editor of a category's questions in `/admin/report`: one question a page, and their order on the category's own.

use askama::Template;
use axum::response::IntoResponse;
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, render, render_refused,
};

use super::CanManageCategories;
use super::rule::NEW;
use crate::actions::{ChangeQuestions, NOT_THERE_YET};
use crate::desk::Rules;
use crate::model::Question;
use crate::model::question::{Change, DataType, read_choices, write_choices};
use crate::sql;

#[derive(Template)]
#[template(path = "report/admin_question.html")]
struct QuestionPage {
    page: Page,
    form: FormView,
    category: String,
    name: String,
    is_new: bool,
    types: Vec<Choice>,
}

impl QuestionPage {
    fn action(&self) -> String {
        format!("/admin/report/kategori/{}/pertanyaan", self.category)
    }
}

fn question_page(
    officer: &Officer<CanManageCategories>,
    (category, name): (String, String),
    form: FormView,
    is_new: bool,
) -> QuestionPage {
    let mut page = officer.page("report.question.title").at("/admin/report").usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let types = DataType::ALL.iter().map(|kind| Choice::new(kind.name(), page.t(kind.key()))).collect();
    QuestionPage { form, category, name, is_new, types, page }
}

fn fill(form: FormView, question: &Question, seen: i64) -> FormView {
    form.fill("seen", seen.to_string())
        .fill("code", question.code.clone())
        .fill("datatype", question.datatype.name())
        .fill("required", if question.required { "1" } else { "" })
        .fill("description", question.description.clone())
        .fill("description_en", question.description_en.clone())
        .fill("hint", question.hint.clone())
        .fill("values", write_choices(&question.values))
}

fn empty() -> Question {
    Question {
        code: String::new(),
        datatype: DataType::Line,
        required: false,
        description: String::new(),
        description_en: String::new(),
        hint: String::new(),
        values: Vec::new(),
    }
}

/// One question.
pub async fn show(officer: Officer<CanManageCategories>, Path((code, asked)): Path<(String, String)>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = Rules::read(&mut conn).await?;
    let seen = sql::category::version(&mut conn, &code).await?.unwrap_or(NOT_THERE_YET);
    drop(conn);
    let category = rules.category(&code).ok_or_else(PageError::not_found)?;
    let found = match asked.as_str() {
        NEW => empty(),
        asked => category.questions.find(asked).cloned().ok_or_else(PageError::not_found)?,
    };
    let name = category.name(officer.lang).to_owned();
    render(&question_page(&officer, (code, name), fill(officer.form(), &found, seen), asked == NEW))
}

fn read(form: &Form) -> Question {
    let text = |name: &str| form.fields.get(name).to_owned();
    Question {
        code: text("code"),
        datatype: DataType::parse(form.fields.get("datatype")).unwrap_or(DataType::Line),
        required: form.fields.get("required") == "1",
        description: text("description"),
        description_en: text("description_en"),
        hint: text("hint"),
        values: read_choices(form.fields.get("values")),
    }
}

/// Keeps a question.
pub async fn save(officer: Officer<CanManageCategories>, Path(code): Path<String>, form: Form) -> PageResult {
    let is_new = form.fields.get("new") == "1";
    let question = read(&form);
    let change = if is_new { Change::Add(question) } else { Change::Set(question) };
    match write(&officer, &code, &form, change).await {
        Ok(()) => Ok(back(&code, "report.flash.question_saved")),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            let rules = Rules::read(&mut officer.read().await?).await?;
            let name = rules.category(&code).map_or_else(|| code.clone(), |c| c.name(officer.lang).to_owned());
            render_refused(&question_page(&officer, (code, name), form, is_new))
        }
    }
}

/// Moves a question up or down, or takes it away: the button pressed says which.
pub async fn arrange(officer: Officer<CanManageCategories>, Path(code): Path<String>, form: Form) -> PageResult {
    let asked = |name: &str| Some(form.fields.get(name).to_owned()).filter(|asked| !asked.is_empty());
    let change = asked("up").map(Change::Up);
    let change = change.or_else(|| asked("down").map(Change::Down)).or_else(|| asked("remove").map(Change::Remove));
    let change = change.ok_or_else(|| PageError::bad_request("shell.trouble.form_unreadable"))?;
    let removed = matches!(change, Change::Remove(_));
    let flash = if removed { "report.flash.question_removed" } else { "report.flash.question_moved" };
    match write(&officer, &code, &form, change).await {
        Ok(()) => Ok(back(&code, flash)),
        // Somebody was faster: the page as it is now shows it.
        Err(simpul_store::Error::Refused(_)) => Ok(back(&code, "report.flash.rule_changed")),
        Err(error) => Err(error.into()),
    }
}

async fn write(
    officer: &Officer<CanManageCategories>,
    code: &str,
    form: &Form,
    change: Change,
) -> Result<(), simpul_store::Error> {
    let seen = form.fields.int("seen").unwrap_or(NOT_THERE_YET);
    officer.write(ChangeQuestions { category: code.to_owned(), seen: Some(seen), change }).await
}

fn back(code: &str, flash: &'static str) -> axum::response::Response {
    Redirect::to(format!("/admin/report/kategori/{code}#pertanyaan")).flash(flash).into_response()
}
