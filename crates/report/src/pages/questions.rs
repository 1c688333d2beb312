//! The further questions of a category in a form: the citizen's steps ask them, and whoever files for a citizen. A
//! piece of a page for the script, and a part of the page without it.

use askama::Template;
use axum::http::StatusCode;
use simpul_shell::{Choice, Control, Fields, FormView, Lang, Limit, Page, PageResult, Query, Site, partial};

use crate::desk;
use crate::model::question::{ANSWER_TEXT_MAX_CHARS, DataType, FIELD};
use crate::model::{Answers, Category, Question, Questions};
use simpul_kernel::limits::LINE_MAX_CHARS;

/// The field that says which category's questions a form showed, so that unanswered ones are not asked again.
pub const ASKED: &str = "asked";
/// More answers than this open as a list.
const RADIOS_MAX_COUNT: usize = 8;

/// Whether the category has questions that the person has not seen yet; `asked`: the code of the category whose
/// questions the form showed.
pub fn must_be_asked(category: Option<&Category>, asked: &str) -> bool {
    category.is_some_and(|category| !category.questions.is_empty() && asked != category.code)
}

/// The answers that a form brought to the questions, as they were typed.
pub fn typed(questions: &Questions, fields: &Fields) -> Answers {
    let mut answers = Answers::default();
    for question in questions.iter() {
        for text in fields.all(&question.control()).into_iter().filter(|text| !text.is_empty()) {
            answers.add(&question.code, text);
        }
    }
    answers
}

/// The control of a question. It bears the question's own words and no asterisk: what may stay empty says so.
fn control<'f>(form: &'f FormView, question: &Question, lang: Lang) -> Control<'f> {
    let (name, label) = (question.control(), "report.question.title");
    let choices: Vec<Choice> =
        question.values.iter().map(|choice| Choice::new(&choice.key, choice.name(lang))).collect();
    let control = match question.datatype {
        DataType::Line => form.text(&name, label).max(LINE_MAX_CHARS),
        DataType::Number => form.text(&name, label).width(10).inputmode("decimal"),
        DataType::Date => form.text(&name, label).kind("date").width(20),
        DataType::Text => form.area(&name, label).rows(3).max(ANSWER_TEXT_MAX_CHARS),
        DataType::Many => form.checks(&name, label).options(&choices),
        DataType::One if choices.len() > RADIOS_MAX_COUNT => {
            form.select(&name, label).prompt("report.form.choose").options(&choices)
        }
        // Whoever has tapped an answer can't take it back, so not knowing is one of them.
        DataType::One if !question.required => {
            form.radios(&name, label).options(&choices).choice("", "report.question.unknown")
        }
        DataType::One => form.radios(&name, label).options(&choices),
    };
    let control = control.label_text(question.text(lang)).hint_text(&question.hint);
    if question.required { control } else { control.optional() }
}

/// The questions with their controls, as the template shows them.
pub struct Asked<'f> {
    /// Code of the category.
    pub category: &'f str,
    /// Name of the hidden field that says which questions these are.
    pub mark: &'static str,
    /// Name of each control, what the script says where it must not stay empty, and the control itself.
    pub controls: Vec<(String, Option<String>, Control<'f>)>,
}

impl<'f> Asked<'f> {
    /// Those of the category; `None` where it asks nothing.
    pub fn of(page: &Page, form: &'f FormView, category: &'f Category) -> Option<Asked<'f>> {
        let one = |question: &Question| {
            let text = question.text(page.lang);
            let need = question.required.then(|| page.t1("report.refused.answer_missing", "question", text));
            (question.control(), need, control(form, question, page.lang))
        };
        let controls: Vec<_> = category.questions.iter().map(one).collect();
        (!controls.is_empty()).then_some(Asked { category: &category.code, mark: ASKED, controls })
    }
}

#[derive(Template)]
#[template(path = "report/questions.html")]
struct Piece<'f> {
    asked: Asked<'f>,
}

/// The questions of `?category=` as a piece of a page; empty where there are none.
pub async fn piece(site: Site, Query(fields): Query<Fields>) -> PageResult {
    site.limit(Limit::Search)?;
    let rules = desk::rules(&mut site.read().await?).await?;
    let page = site.page("report.form.title");
    let form = site.form();
    let category = rules.category(fields.get("category")).filter(|category| category.active);
    match category.and_then(|category| Asked::of(&page, &form, category)) {
        Some(asked) => partial(&Piece { asked }),
        None => Ok(simpul_shell::html(StatusCode::OK, String::new())),
    }
}

/// What was asked and what was said, for the person and for the officers. Answers to questions that are no longer asked
/// stand at the end, under their codes; a telephone number among them only `with_phone`.
pub fn all_told(
    page: &Page,
    category: Option<&Category>,
    kept: Option<&str>,
    with_phone: bool,
) -> Vec<(String, String)> {
    let answers = Answers::parse(kept);
    let none = Questions::default();
    let questions = category.map_or(&none, |category| &category.questions);
    let mut told = questions.told(page.lang, &answers, false);
    told.extend(no_longer_asked(page, questions, &answers, with_phone));
    told
}

/// Answers to questions that are not among these, under their codes; a telephone number among them only `with_phone`.
pub fn no_longer_asked(
    page: &Page,
    questions: &Questions,
    answers: &Answers,
    with_phone: bool,
) -> Vec<(String, String)> {
    let unasked = answers.iter().filter(|(code, _)| questions.find(code).is_none());
    let unasked = unasked.filter(|(code, _)| with_phone || *code != PHONE).map(|(code, list)| {
        let name = match code {
            PHONE => page.t("report.staff_page.answer_phone"),
            "category" => page.t("report.staff_page.answer_category"),
            other => other.to_owned(),
        };
        (name, list.join(", "))
    });
    unasked.collect()
}

/// A number that can get no news stands among the answers; it is the reporter's all the same.
pub const PHONE: &str = "phone";

/// The name under which a form holds answers, for whoever looks through its fields.
pub fn is_answer(name: &str) -> bool {
    name.strip_prefix(FIELD).is_some_and(|rest| rest.starts_with('-'))
}
