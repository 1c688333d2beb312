//! `/rencana/atur/{id}/terusan`: a plan is carried over to the next, with what its words become there.

use std::collections::BTreeSet;

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Path, Query, Redirect, render, render_refused,
};
use simpul_store::Conn;
use uuid::Uuid;

use super::{CanManagePlan, framework, view};
use crate::actions::{Carried, CarryOver};
use crate::model::carry::{Mapping, TO_DIMENSION, goes_on};
use crate::model::{Framework, Masterplan, Programme, Term, TermKind};
use crate::sql;

/// The kinds of words that programmes have.
const KINDS: [TermKind; 4] = [TermKind::Dimension, TermKind::Subdimension, TermKind::Horizon, TermKind::Family];
/// Years of a plan that follows a term of office.
const NEXT_YEARS: i64 = 4;

/// A word of the old framework and what may become of it.
struct Word {
    field: String,
    name: String,
    options: Vec<Choice>,
}

struct Group {
    title: String,
    words: Vec<Word>,
}

#[derive(Template)]
#[template(path = "plan/carry.html")]
struct CarryPage {
    page: Page,
    filter: FormView,
    form: FormView,
    plan: Masterplan,
    frameworks: Vec<Choice>,
    into: String,
    groups: Vec<Group>,
    on_count: usize,
    over_count: usize,
}

impl CarryPage {
    fn here(&self) -> String {
        format!("/rencana/atur/{}/terusan", self.plan.id)
    }
}

fn field(kind: TermKind, code: &str) -> String {
    format!("term-{}-{code}", kind.name())
}

/// The words of a kind that programmes which go on have.
fn used(programmes: &[Programme], kind: TermKind) -> BTreeSet<&str> {
    programmes
        .iter()
        .map(|one| match kind {
            TermKind::Dimension => one.dimension.as_str(),
            TermKind::Subdimension => one.subdimension.as_str(),
            TermKind::Horizon => one.horizon.as_str(),
            TermKind::Family => one.family.as_str(),
            TermKind::Body => "",
        })
        .filter(|code| !code.is_empty())
        .collect()
}

fn options(page: &Page, into: &Framework, kind: TermKind) -> Vec<Choice> {
    let group = |kind: TermKind| page.t(&format!("plan.carry.kind.{}", kind.name()));
    let own = into.of(kind).map(|term| Choice::new(&term.code, view::term(page, term)).group(group(kind)));
    let risen = |term: &Term| {
        let value = format!("{TO_DIMENSION}{}", term.code);
        Choice::new(value, view::term(page, term)).group(group(TermKind::Dimension))
    };
    let dimensions = into.of(TermKind::Dimension).filter(|_| kind == TermKind::Subdimension).map(risen);
    own.chain(dimensions).collect()
}

/// What is asked of the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kerangka: String,
}

async fn plan(conn: &mut Conn, id: Uuid) -> Result<Masterplan, PageError> {
    sql::plan::by_id(conn, id).await?.ok_or_else(PageError::not_found)
}

async fn draw(officer: &Officer<CanManagePlan>, id: Uuid, wanted: &str, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let plan = plan(&mut conn, id).await?;
    let from = sql::framework::by_id(&mut conn, plan.framework).await?.ok_or_else(PageError::not_found)?;
    let frameworks = framework::offered(&mut conn).await?;
    let into = frameworks.iter().find(|one| one.code == wanted).unwrap_or(&from).clone();
    let known = Mapping(sql::framework::mapping(&mut conn, from.id, into.id).await?);
    let all = sql::plan::programmes(&mut conn, id).await?;
    drop(conn);
    let all_count = all.len();
    let programmes: Vec<Programme> = all.into_iter().filter(goes_on).collect();
    let page = officer.page("plan.carry.title").at("/rencana/atur").usual_width();
    let failed = refused.is_some();
    let next = plan.years.1 + 1;
    let mut form = refused.unwrap_or_else(|| officer.form()).fill("name", &plan.name);
    form = form.fill("from_year", next.to_string()).fill("to_year", (next + NEXT_YEARS).to_string());
    let mut groups = Vec::new();
    for kind in KINDS {
        let used = used(&programmes, kind);
        let mut words = Vec::new();
        for term in from.of(kind).filter(|term| used.contains(term.code.as_str())) {
            let field = field(kind, &term.code);
            form = form.fill(&field, known.becomes(&into, kind, &term.code));
            words.push(Word { field, name: view::term(&page, term).to_owned(), options: options(&page, &into, kind) });
        }
        if !words.is_empty() {
            groups.push(Group { title: page.t(&format!("plan.carry.kind.{}", kind.name())), words });
        }
    }
    let view = CarryPage {
        filter: officer.form().fill("kerangka", &into.code),
        page: if failed { page.failed() } else { page },
        form,
        frameworks: framework::choices(&frameworks),
        into: into.code,
        groups,
        on_count: programmes.len(),
        over_count: all_count - programmes.len(),
        plan,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// What the words of the plan become in another framework.
pub async fn show(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, Query(asked): Query<Asked>) -> PageResult {
    draw(&officer, id, &asked.kerangka, None).await
}

/// The mapping as it was chosen.
fn mapping(fields: &Fields) -> Mapping {
    let word = |(name, here): (&str, &str)| {
        let (kind, code) = name.strip_prefix("term-")?.split_once('-')?;
        Some((TermKind::parse(kind)?, code.to_owned(), here.to_owned()))
    };
    Mapping(fields.pairs().filter_map(word).collect())
}

/// The next plan is made, as a draft.
pub async fn make(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let year = |name: &str| fields.int(name).unwrap_or_default();
    let action = CarryOver {
        key: fields.key().unwrap_or_else(|| officer.ctx.new_id()),
        plan: id,
        framework: fields.get("kerangka").to_owned(),
        name: fields.get("name").to_owned(),
        years: (year("from_year"), year("to_year")),
        mapping: mapping(fields),
    };
    match officer.write(action).await {
        Ok(Carried { plan, programmes, over, without_dimension }) => {
            let said = |count: usize| count.to_string();
            let told = Redirect::to(format!("/rencana/atur/{plan}")).flash("plan.carry.done");
            let told = told.with("programmes", said(programmes)).with("over", said(over));
            Ok(told.with("without", said(without_dimension)).into_response())
        }
        Err(error) => draw(&officer, id, fields.get("kerangka"), Some(officer.refused(error, fields)?)).await,
    }
}
