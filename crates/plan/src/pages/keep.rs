//! The plan is written: its head, its programmes, who takes part, indicators, budget lines.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_shell::{
    Choice, Fields, Form, FormView, Officer, Page, PageResult, Path, Redirect, StatusTag, Tag, render, render_refused,
};
use simpul_store::{Conn, Error, Result};
use uuid::Uuid;

use super::{CanManagePlan, framework, view};
use crate::actions::{
    AddParty, AddProgramme, ChangePlan, ChangeProgramme, DropParty, MoveProgramme, PlanHead, ProgrammeHead, PutInForce,
    StartPlan,
};
use crate::model::framework::TermKind;
use crate::model::programme::{PlanState, TraceLevel};
use crate::model::{
    Field, Framework, Indicator, Masterplan, Part, Party, Programme, ProgrammeKind, ProgrammeState, Trace,
};
use crate::sql;

#[derive(Template)]
#[template(path = "plan/keep.html")]
struct KeepPage {
    page: Page,
    form: FormView,
    plans: Vec<Masterplan>,
    frameworks: Vec<Choice>,
}

impl KeepPage {
    fn state(&self, plan: &Masterplan) -> StatusTag {
        match plan.state {
            PlanState::Draft => self.page.tag(Tag::New, "plan.plan_state.draft"),
            PlanState::InForce => self.page.tag(Tag::Done, "plan.plan_state.in_force"),
            PlanState::Replaced => self.page.tag(Tag::Off, "plan.plan_state.replaced"),
        }
    }

    fn span(&self, plan: &Masterplan) -> String {
        view::years(plan.years)
    }
}

async fn draw_plans(officer: &Officer<CanManagePlan>, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let plans = sql::plan::all(&mut conn).await?;
    let frameworks = framework::choices(&framework::offered(&mut conn).await?);
    drop(conn);
    let page = officer.page("plan.keep.title");
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let view = KeepPage { page: if failed { page.failed() } else { page }, form, plans, frameworks };
    if failed { render_refused(&view) } else { render(&view) }
}

/// Every masterplan, and the form for a new one.
pub async fn plans(officer: Officer<CanManagePlan>) -> PageResult {
    draw_plans(&officer, None).await
}

fn head(fields: &Fields) -> PlanHead {
    let text = |name: &str| fields.get(name).to_owned();
    let year = |name: &str| fields.int(name).unwrap_or_default();
    PlanHead {
        name: text("name"),
        edition: text("edition"),
        legal_basis: text("legal_basis"),
        vision: text("vision"),
        years: (year("from_year"), year("to_year")),
    }
}

fn key(officer: &Officer<CanManagePlan>, fields: &Fields) -> Uuid {
    fields.key().unwrap_or_else(|| officer.ctx.new_id())
}

/// A plan is started.
pub async fn start(officer: Officer<CanManagePlan>, form: Form) -> PageResult {
    let fields = &form.fields;
    let framework = fields.get("framework").to_owned();
    match officer.write(StartPlan { key: key(&officer, fields), framework, head: head(fields) }).await {
        Ok(id) => Ok(Redirect::to(format!("/rencana/atur/{id}")).flash("plan.keep.started").into_response()),
        Err(error) => draw_plans(&officer, Some(officer.refused(error, fields)?)).await,
    }
}

#[derive(Template)]
#[template(path = "plan/keep_plan.html")]
struct PlanPage {
    page: Page,
    form: FormView,
    plan: Masterplan,
    dimensions: Vec<(String, String)>,
    programmes: Vec<Programme>,
    kinds: Vec<Choice>,
    lists: Lists,
    is_draft: bool,
}

impl PlanPage {
    fn owner(&self, programme: &Programme) -> String {
        match programme.agency.and_then(|id| self.lists.agencies.iter().find(|(known, _)| *known == id)) {
            Some((_, short)) => short.clone(),
            None if programme.agency_text.is_empty() => self.page.t("plan.nobody"),
            None => programme.agency_text.clone(),
        }
    }

    fn state(&self, programme: &Programme) -> StatusTag {
        view::state(&self.page, programme.state)
    }

    fn here(&self, deed: &str) -> String {
        format!("/rencana/atur/{}{deed}", self.plan.id)
    }

    fn strategy_name(&self, code: &str) -> String {
        format!("strategy-{code}")
    }
}

/// What selects offer.
struct Lists {
    dimensions: Vec<Choice>,
    subdimensions: Vec<Choice>,
    horizons: Vec<Choice>,
    families: Vec<Choice>,
    owners: Vec<Choice>,
    agencies: Vec<(Uuid, String)>,
}

fn lists(officer: &Officer<CanManagePlan>, page: &Page, framework: &Framework) -> Lists {
    let of = |kind| framework.of(kind).map(|term| Choice::new(&term.code, view::term(page, term))).collect();
    let parts = framework.of(TermKind::Subdimension);
    let part = |term: &crate::model::Term| {
        let group = view::dimension(page, framework, &term.parent);
        Choice::new(&term.code, view::term(page, term)).group(group)
    };
    let active = || officer.place.active_agencies();
    Lists {
        dimensions: of(TermKind::Dimension),
        subdimensions: parts.map(part).collect(),
        horizons: of(TermKind::Horizon),
        families: of(TermKind::Family),
        owners: active().map(|agency| Choice::new(&agency.short, agency.short.clone())).collect(),
        agencies: active().map(|agency| (agency.id, agency.short.clone())).collect(),
    }
}

async fn plan_of(conn: &mut Conn, id: Uuid) -> Result<(Masterplan, Framework)> {
    let plan = sql::plan::by_id(conn, id).await?.ok_or(Error::NotFound("masterplan"))?;
    let framework = sql::framework::by_id(conn, plan.framework).await?.ok_or(Error::NotFound("framework"))?;
    Ok((plan, framework))
}

async fn draw_plan(officer: &Officer<CanManagePlan>, id: Uuid, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let (plan, framework) = plan_of(&mut conn, id).await?;
    let strategies = sql::plan::strategies(&mut conn, id).await?;
    let programmes = sql::plan::programmes(&mut conn, id).await?;
    drop(conn);
    let page = officer.page("plan.keep.title").title_text(plan.name.clone());
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    for (name, value) in [("edition", &plan.edition), ("legal_basis", &plan.legal_basis), ("vision", &plan.vision)] {
        form = form.fill(name, value);
    }
    form = form.fill("plan_name", &plan.name);
    form = form.fill("from_year", plan.years.0.to_string()).fill("to_year", plan.years.1.to_string());
    for (dimension, body) in &strategies {
        form = form.fill(&format!("strategy-{dimension}"), body);
    }
    let dimension = |term: &crate::model::Term| (term.code.clone(), view::term(&page, term).to_owned());
    let kinds = ProgrammeKind::ALL.iter().map(|kind| kind.name());
    let view = PlanPage {
        dimensions: framework.of(TermKind::Dimension).map(dimension).collect(),
        kinds: kinds.map(|kind| Choice::new(kind, page.t(&format!("plan.kind.{kind}")))).collect(),
        lists: lists(officer, &page, &framework),
        is_draft: plan.state == PlanState::Draft,
        page: if failed { page.failed() } else { page },
        form,
        plan,
        programmes,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// One plan: its head, strategies and programmes.
pub async fn plan(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>) -> PageResult {
    draw_plan(&officer, id, None).await
}

/// The head of a plan is changed.
pub async fn change_plan(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let strategy = |(name, body): (&str, &str)| Some((name.strip_prefix("strategy-")?.to_owned(), body.to_owned()));
    let action = ChangePlan {
        plan: id,
        version: fields.int("version").unwrap_or_default(),
        head: PlanHead { name: fields.get("plan_name").to_owned(), ..head(fields) },
        strategies: fields.pairs().filter_map(strategy).collect(),
        why: fields.get("why").to_owned(),
    };
    let done = officer.write(action).await;
    after_plan(&officer, id, done, fields).await
}

async fn after_plan(officer: &Officer<CanManagePlan>, id: Uuid, done: Result<()>, fields: &Fields) -> PageResult {
    match done {
        Ok(()) => Ok(Redirect::to(format!("/rencana/atur/{id}")).flash("plan.keep.saved").into_response()),
        Err(error) => draw_plan(officer, id, Some(officer.refused(error, fields)?)).await,
    }
}

/// A plan counts from now on.
pub async fn put_in_force(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let done = officer.write(PutInForce { plan: id }).await;
    after_plan(&officer, id, done, &form.fields).await
}

fn programme_head(fields: &Fields) -> ProgrammeHead {
    let text = |name: &str| fields.get(name).to_owned();
    let year = |name: &str| fields.int(name).unwrap_or_default();
    ProgrammeHead {
        name: text("name"),
        summary: text("summary"),
        parent: text("parent"),
        dimension: text("dimension"),
        subdimension: text("subdimension"),
        horizon: text("horizon"),
        family: text("family"),
        years: (year("from_year"), year("to_year")),
        agency: text("agency"),
        public: fields.has("public"),
    }
}

/// A programme is added.
pub async fn add(officer: Officer<CanManagePlan>, Path(id): Path<Uuid>, form: Form) -> PageResult {
    let fields = &form.fields;
    let action = AddProgramme {
        key: key(&officer, fields),
        plan: id,
        kind: ProgrammeKind::parse(fields.get("kind")).unwrap_or(ProgrammeKind::Programme),
        code: fields.get("code").to_owned(),
        head: ProgrammeHead { public: true, ..programme_head(fields) },
        source: String::new(),
    };
    match officer.write(action).await {
        Ok(code) => Ok(Redirect::to(format!("/rencana/{code}/ubah")).flash("plan.keep.added").into_response()),
        Err(error) => draw_plan(&officer, id, Some(officer.refused(error, fields)?)).await,
    }
}

#[derive(Template)]
#[template(path = "plan/keep_programme.html")]
struct ProgrammePage {
    page: Page,
    form: FormView,
    programme: Programme,
    lists: Lists,
    indicators: Vec<Indicator>,
    parties: Vec<(Party, String)>,
    parts: Vec<Choice>,
    states: Vec<Choice>,
}

impl ProgrammePage {
    fn here(&self, deed: &str) -> String {
        format!("/rencana/{}/{deed}", self.programme.code)
    }

    fn aspects(&self) -> &'static [Field] {
        Field::aspects()
    }

    fn others(&self) -> &'static [Field] {
        Field::others()
    }

    fn field_name(&self, field: &Field) -> String {
        format!("text-{}", field.name())
    }

    fn field_label(&self, field: &Field) -> String {
        self.page.t(&format!("plan.field.{}", field.name()))
    }

    fn levels(&self) -> &'static [TraceLevel] {
        TraceLevel::ALL
    }

    fn level_label(&self, level: &TraceLevel) -> String {
        self.page.t(&format!("plan.trace.{}", level.name()))
    }

    fn level_name(&self, level: &TraceLevel, what: &str) -> String {
        format!("trace-{what}-{}", level.name())
    }

    fn part(&self, party: &Party) -> String {
        self.page.t(&format!("plan.party.{}", party.part.name()))
    }
}

async fn one(conn: &mut Conn, code: &str) -> Result<Programme> {
    sql::plan::programme_by_code(conn, &code.to_uppercase()).await?.ok_or(Error::NotFound("programme"))
}

async fn draw_programme(officer: &Officer<CanManagePlan>, code: &str, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let programme = one(&mut conn, code).await?;
    let (_, framework) = plan_of(&mut conn, programme.masterplan).await?;
    let parent = match programme.parent {
        Some(id) => sql::plan::programme(&mut conn, id).await?.map(|parent| parent.code),
        None => None,
    };
    let texts = sql::plan::texts(&mut conn, programme.id).await?;
    let traces = sql::plan::traces(&mut conn, programme.id).await?;
    let indicators = sql::indicator::of(&mut conn, programme.id).await?;
    let parties = sql::plan::parties(&mut conn, programme.id).await?;
    drop(conn);
    let page = officer.page("plan.keep.title").title_text(programme.name.clone());
    let failed = refused.is_some();
    let form = refused.unwrap_or_else(|| officer.form());
    let form = fill(form, officer, &programme, parent.as_deref(), &texts, &traces);
    let named = |party: Party| {
        let name = party.agency.map_or_else(|| party.name.clone(), |id| view::agency(&officer.place, id));
        (party, name)
    };
    let states = programme.state.next().iter().map(|state| state.name());
    let view = ProgrammePage {
        lists: lists(officer, &page, &framework),
        parts: super::programme::parts(&page),
        states: states.map(|state| Choice::new(state, page.t(&format!("plan.state.{state}")))).collect(),
        parties: parties.into_iter().map(named).collect(),
        page: if failed { page.failed() } else { page },
        form,
        programme,
        indicators,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

fn fill(
    mut form: FormView,
    officer: &Officer<CanManagePlan>,
    programme: &Programme,
    parent: Option<&str>,
    texts: &[(Field, String)],
    traces: &[Trace],
) -> FormView {
    let agency = programme.agency.map(|id| view::agency(&officer.place, id)).unwrap_or_default();
    for (name, value) in [
        ("name", programme.name.as_str()),
        ("summary", &programme.summary),
        ("parent", parent.unwrap_or_default()),
        ("dimension", &programme.dimension),
        ("subdimension", &programme.subdimension),
        ("horizon", &programme.horizon),
        ("family", &programme.family),
        ("agency", &agency),
    ] {
        form = form.fill(name, value);
    }
    form = form.fill("from_year", programme.years.0.to_string()).fill("to_year", programme.years.1.to_string());
    if programme.public && !form.has_errors() {
        form = form.fill("public", "1");
    }
    for (field, body) in texts {
        form = form.fill(&format!("text-{}", field.name()), body);
    }
    for trace in traces {
        let level = trace.level.name();
        form = form.fill(&format!("trace-code-{level}"), &trace.code);
        form = form.fill(&format!("trace-body-{level}"), &trace.body);
    }
    form
}

/// One programme, to be written.
pub async fn programme(officer: Officer<CanManagePlan>, Path(code): Path<String>) -> PageResult {
    draw_programme(&officer, &code, None).await
}

async fn after_programme(
    officer: &Officer<CanManagePlan>,
    code: &str,
    done: Result<()>,
    fields: &Fields,
) -> PageResult {
    match done {
        Ok(()) => {
            let here = format!("/rencana/{}/ubah", code.to_uppercase());
            Ok(Redirect::to(here).flash("plan.keep.saved").into_response())
        }
        Err(error) => draw_programme(officer, code, Some(officer.refused(error, fields)?)).await,
    }
}

fn traces(fields: &Fields) -> Vec<Trace> {
    let text = |what: &str, level: &TraceLevel| fields.get(&format!("trace-{what}-{}", level.name())).to_owned();
    let trace = |level: &TraceLevel| Trace { level: *level, code: text("code", level), body: text("body", level) };
    TraceLevel::ALL.iter().map(trace).collect()
}

/// A programme is changed.
pub async fn change(officer: Officer<CanManagePlan>, Path(code): Path<String>, form: Form) -> PageResult {
    let fields = &form.fields;
    let mut conn = officer.read().await?;
    let known = one(&mut conn, &code).await?;
    drop(conn);
    let text = |field: &Field| {
        let name = format!("text-{}", field.name());
        fields.has(&name).then(|| (*field, fields.get(&name).to_owned()))
    };
    let action = ChangeProgramme {
        programme: known.id,
        version: fields.int("version").unwrap_or_default(),
        head: programme_head(fields),
        texts: Field::ALL.iter().filter_map(text).collect(),
        traces: traces(fields),
        why: fields.get("why").to_owned(),
    };
    let done = officer.write(action).await;
    after_programme(&officer, &code, done, fields).await
}

/// A programme begins, is done, or is stopped.
pub async fn move_on(officer: Officer<CanManagePlan>, Path(code): Path<String>, form: Form) -> PageResult {
    let fields = &form.fields;
    let mut conn = officer.read().await?;
    let known = one(&mut conn, &code).await?;
    drop(conn);
    let done = match ProgrammeState::parse(fields.get("to")) {
        Some(to) => {
            officer.write(MoveProgramme { programme: known.id, to, reason: fields.get("reason").to_owned() }).await
        }
        None => Err(Refusal::field("to", "plan.refused.choose_state").into()),
    };
    after_programme(&officer, &code, done, fields).await
}

/// Somebody takes part.
pub async fn add_party(officer: Officer<CanManagePlan>, Path(code): Path<String>, form: Form) -> PageResult {
    let fields = &form.fields;
    let mut conn = officer.read().await?;
    let known = one(&mut conn, &code).await?;
    drop(conn);
    let action = AddParty {
        key: key(&officer, fields),
        programme: known.id,
        part: Part::parse(fields.get("part")).unwrap_or(Part::Partner),
        agency: fields.get("party_agency").to_owned(),
        name: fields.get("party_name").to_owned(),
        duty: fields.get("duty").to_owned(),
    };
    let done = officer.write(action).await.map(drop);
    after_programme(&officer, &code, done, fields).await
}

/// Somebody takes part no more.
pub async fn drop_party(
    officer: Officer<CanManagePlan>,
    Path((code, party)): Path<(String, Uuid)>,
    form: Form,
) -> PageResult {
    let mut conn = officer.read().await?;
    let known = one(&mut conn, &code).await?;
    drop(conn);
    let done = officer.write(DropParty { programme: known.id, party }).await;
    after_programme(&officer, &code, done, &form.fields).await
}
