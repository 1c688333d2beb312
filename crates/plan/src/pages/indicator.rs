//! An indicator with its trajectory, and the budget lines of a programme.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::{FigureKey, Refusal};
use simpul_shell::{
    Choice, Fields, Form, FormView, Lang, Officer, Page, PageResult, Path, Query, Redirect, SignedIn, render,
    render_refused,
};
use simpul_store::{Error, Result};
use uuid::Uuid;

use super::figure::{self, FigureFields};
use super::{CanManagePlan, view};
use crate::actions::{DropBudget, DropIndicator, Over, SaveBudget, SaveIndicator, SetTargets, mark_of};
use crate::model::budget::{Fund, Stage, budget_code, rupiah};
use crate::model::{BudgetLine, Counting, Frequency, Indicator, PartOfYear, Programme, Quantity, Target};
use crate::sql;

#[derive(Template)]
#[template(path = "plan/indicator.html")]
struct IndicatorPage {
    page: Page,
    form: FormView,
    programme: Programme,
    indicator: Option<Indicator>,
    years: Vec<i64>,
    countings: Vec<Choice>,
    frequencies: Vec<Choice>,
    figure_fields: FigureFields,
    live: Option<String>,
}

impl IndicatorPage {
    fn here(&self, deed: &str) -> String {
        let id = self.indicator.as_ref().map_or_else(|| "baru".to_owned(), |one| one.id.to_string());
        format!("/rencana/{}/indikator/{id}{deed}", self.programme.code)
    }

    /// The parts of a year in the order of columns.
    fn parts(&self) -> [i64; 5] {
        [1, 2, 3, 4, 0]
    }

    fn target_name(&self, year: &i64, part: &i64) -> String {
        format!("target-{year}-{part}")
    }

    /// The mark of what the form is drawn from; what was refused keeps the one that it was drawn from.
    fn seen(&self) -> String {
        let now = self.indicator.as_ref().map(mark_of).unwrap_or_default();
        Some(self.form.typed("seen").to_owned()).filter(|seen| !seen.is_empty()).unwrap_or(now)
    }

    fn part_label(&self, part: &i64) -> String {
        match part {
            0 => self.page.t("plan.indicator.year"),
            quarter => self.page.t1("plan.indicator.quarter", "n", quarter),
        }
    }
}

/// The id of an indicator in an address; none for a new one.
fn id_of(text: &str) -> Result<Option<Uuid>> {
    match text {
        "baru" => Ok(None),
        id => Uuid::parse_str(id).map(Some).map_err(|_| Error::NotFound("indicator")),
    }
}

async fn draw(officer: &Officer<CanManagePlan>, code: &str, id: Option<Uuid>, refused: Option<FormView>) -> PageResult {
    let mut conn = officer.read().await?;
    let found = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = found.ok_or(Error::NotFound("programme"))?;
    let indicators = sql::indicator::of(&mut conn, programme.id).await?;
    let targets = sql::indicator::targets(&mut conn, programme.id).await?;
    let indicator = match id {
        Some(id) => Some(indicators.into_iter().find(|one| one.id == id).ok_or(Error::NotFound("indicator"))?),
        None => None,
    };
    let page = officer.page("plan.indicator.title");
    let figure_fields = FigureFields::read(&mut conn, officer, &page).await?;
    let key = indicator.as_ref().and_then(|one| FigureKey::parse(&one.live).ok());
    let live = match &key {
        Some(key) => Some(officer.app.figure_words(&mut conn, &officer.place, (&page, key)).await?.definition),
        None => None,
    };
    drop(conn);
    let failed = refused.is_some();
    let mut form = refused.unwrap_or_else(|| officer.form());
    if let Some(one) = &indicator {
        let own = targets.into_iter().filter(|(of, _)| *of == one.id).map(|(_, target)| target);
        form = fill(&page, form, one, &own.collect::<Vec<_>>());
        if let Some(key) = key.as_ref().filter(|_| !failed) {
            form = figure::fill(form, key);
        }
    }
    let choice = |prefix: &str, name: &str| Choice::new(name, page.t(&format!("plan.{prefix}.{name}")));
    let view = IndicatorPage {
        years: (programme.years.0..=programme.years.1).collect(),
        countings: Counting::ALL.iter().map(|one| choice("counting", one.name())).collect(),
        figure_fields,
        live,
        frequencies: Frequency::ALL.iter().map(|one| choice("frequency", one.name())).collect(),
        page: if failed { page.failed() } else { page },
        form,
        programme,
        indicator,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

fn fill(page: &Page, mut form: FormView, one: &Indicator, targets: &[Target]) -> FormView {
    for (name, value) in [
        ("name", one.name.as_str()),
        ("definition", &one.definition),
        ("unit", &one.unit),
        ("source", &one.source),
        ("frequency", one.frequency.name()),
        ("counting", one.counting.name()),
        ("numerator", &one.numerator),
        ("denominator", &one.denominator),
        ("library", &one.library),
        ("responsible", &one.responsible),
    ] {
        form = form.fill(name, value);
    }
    if let Some(baseline) = one.baseline {
        form = form.fill("baseline", view::quantity(page, baseline));
    }
    if let Some(year) = one.baseline_year {
        form = form.fill("baseline_year", year.to_string());
    }
    if one.by_district && !form.has_errors() {
        form = form.fill("by_district", "1");
    }
    for target in targets {
        let name = format!("target-{}-{}", target.year, target.part.code());
        form = form.fill(&name, view::quantity(page, target.amount));
    }
    form
}

/// An indicator, or the form for a new one.
pub async fn show(officer: Officer<CanManagePlan>, Path((code, id)): Path<(String, String)>) -> PageResult {
    draw(&officer, &code, id_of(&id)?, None).await
}

/// What is said of what is there already, and what the form was drawn from.
fn over(fields: &Fields, why: &str) -> Over {
    Over { seen: fields.get("seen").to_owned(), why: fields.get(why).to_owned() }
}

/// A reason that is missing is asked for in the field of the form that was sent: the page has several.
fn why_at(error: Error, field: &'static str) -> Error {
    match error {
        Error::Refused(why) if why.field == Some("why") => Error::Refused(Refusal { field: Some(field), ..why }),
        other => other,
    }
}

fn read(programme: Uuid, id: Option<Uuid>, fields: &Fields) -> Result<Indicator, Refusal> {
    let text = |name: &str| fields.get(name).to_owned();
    let baseline = match fields.get("baseline") {
        "" => None,
        typed => Some(Quantity::parse(typed).map_err(|why| Refusal { field: Some("baseline"), ..why })?),
    };
    let counting = Counting::parse(fields.get("counting"));
    Ok(Indicator {
        id: id.unwrap_or_default(),
        programme,
        place: 0,
        name: text("name"),
        definition: text("definition"),
        unit: text("unit"),
        source: text("source"),
        frequency: Frequency::parse(fields.get("frequency")).unwrap_or(Frequency::Quarterly),
        counting: counting.ok_or_else(|| Refusal::field("counting", "plan.refused.choose_counting"))?,
        numerator: text("numerator"),
        denominator: text("denominator"),
        baseline,
        baseline_year: fields.int("baseline_year"),
        live: String::new(),
        library: text("library"),
        by_district: fields.has("by_district"),
        responsible: text("responsible"),
    })
}

/// The indicator as it was typed. One that the system counts has the unit of its figure, in the words of papers.
async fn live(me: &SignedIn, programme: Uuid, id: Option<Uuid>, fields: &Fields) -> Result<Indicator> {
    let indicator = read(programme, id, fields)?;
    let Some(key) = figure::chosen(me, fields).await? else { return Ok(indicator) };
    let unit = me.app.figure_kind(key.name()).map(|kind| me.app.catalogue.text(Lang::Id, kind.unit, &[]));
    Ok(Indicator { live: key.to_string(), unit: unit.unwrap_or_default(), by_district: false, ..indicator })
}

/// An indicator is written.
pub async fn save(officer: Officer<CanManagePlan>, Path((code, id)): Path<(String, String)>, form: Form) -> PageResult {
    let fields = &form.fields;
    let id = id_of(&id)?;
    let mut conn = officer.read().await?;
    let programme = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = programme.ok_or(Error::NotFound("programme"))?;
    drop(conn);
    let key = fields.key().unwrap_or_else(|| officer.ctx.new_id());
    let done = match live(&officer, programme.id, id, fields).await {
        Ok(indicator) => officer.write(SaveIndicator { key, indicator, over: over(fields, "why_change") }).await,
        Err(error) => Err(error),
    };
    match done.map_err(|error| why_at(error, "why_change")) {
        Ok(id) => {
            let here = format!("/rencana/{}/indikator/{id}", programme.code);
            Ok(Redirect::to(here).flash("plan.keep.saved").into_response())
        }
        Err(error) => draw(&officer, &code, id, Some(officer.refused(error, fields)?)).await,
    }
}

fn targets(fields: &Fields) -> Result<Vec<(i64, PartOfYear, Option<Quantity>)>, Refusal> {
    let mut targets = Vec::new();
    for (name, typed) in fields.pairs() {
        let Some((year, part)) = name.strip_prefix("target-").and_then(|rest| rest.split_once('-')) else { continue };
        let part = part.parse().ok().and_then(PartOfYear::new);
        let Some((year, part)) = year.parse::<i64>().ok().zip(part) else { continue };
        let amount = match typed.trim() {
            "" => None,
            text => {
                let at = format!("{year}-{}", part.code());
                Some(Quantity::parse(text).map_err(|why| Refusal { field: Some("target"), ..why }.entry(at))?)
            }
        };
        targets.push((year, part, amount));
    }
    Ok(targets)
}

/// The trajectory of an indicator is set.
pub async fn aim(officer: Officer<CanManagePlan>, Path((code, id)): Path<(String, Uuid)>, form: Form) -> PageResult {
    let fields = &form.fields;
    let done = match targets(fields) {
        Ok(targets) => {
            let why = fields.get("why").to_owned();
            officer.write(SetTargets { indicator: id, targets, why }).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => {
            let here = format!("/rencana/{}/indikator/{id}", code.to_uppercase());
            Ok(Redirect::to(here).flash("plan.keep.saved").into_response())
        }
        Err(error) => draw(&officer, &code, Some(id), Some(officer.refused(error, fields)?)).await,
    }
}

/// An indicator is given up.
pub async fn give_up(
    officer: Officer<CanManagePlan>,
    Path((code, id)): Path<(String, Uuid)>,
    form: Form,
) -> PageResult {
    let drop = DropIndicator { indicator: id, over: over(&form.fields, "why_drop") };
    match officer.write(drop).await.map_err(|error| why_at(error, "why_drop")) {
        Ok(()) => {
            let here = format!("/rencana/{}/ubah", code.to_uppercase());
            Ok(Redirect::to(here).flash("plan.keep.saved").into_response())
        }
        Err(error) => draw(&officer, &code, Some(id), Some(officer.refused(error, &form.fields)?)).await,
    }
}

#[derive(Template)]
#[template(path = "plan/budget.html")]
struct BudgetPage {
    page: Page,
    form: FormView,
    programme: Programme,
    lines: Vec<BudgetLine>,
    funds: Vec<Choice>,
    stages: Vec<Choice>,
}

impl BudgetPage {
    fn fund(&self, line: &BudgetLine) -> String {
        self.page.t(&format!("plan.fund.{}", line.fund.name()))
    }

    fn stage(&self, line: &BudgetLine) -> String {
        self.page.t(&format!("plan.stage.{}", line.stage.name()))
    }

    fn spent(&self, line: &BudgetLine) -> i64 {
        line.spent_until(12)
    }

    fn path(&self) -> String {
        format!("/rencana/{}/anggaran", self.programme.code)
    }

    /// The line that is changed.
    fn changed(&self) -> Option<&BudgetLine> {
        self.lines.iter().find(|line| line.id.to_string() == self.form.typed("line"))
    }

    /// The mark of what the form is drawn from; what was refused keeps the one that it was drawn from.
    fn seen(&self) -> String {
        let now = self.changed().map(mark_of).unwrap_or_default();
        Some(self.form.typed("seen").to_owned()).filter(|seen| !seen.is_empty()).unwrap_or(now)
    }

    fn drop_path(&self, line: &BudgetLine) -> String {
        format!("{}/{}/hapus", self.path(), line.id)
    }

    fn months(&self) -> std::ops::RangeInclusive<i64> {
        1..=12
    }

    fn month_name(&self, month: &i64) -> String {
        format!("month-{month}")
    }
}

/// A line as the form holds it.
fn filled(form: FormView, line: &BudgetLine) -> FormView {
    let mut form = form;
    for (name, value) in [
        ("line", line.id.to_string()),
        ("year", line.year.to_string()),
        ("code", line.code.clone()),
        ("edition", line.edition.clone()),
        ("name", line.name.clone()),
        ("fund", line.fund.name().to_owned()),
        ("stage", line.stage.name().to_owned()),
        ("ceiling", line.ceiling.to_string()),
        ("ceiling_changed", line.ceiling_changed.map(|amount| amount.to_string()).unwrap_or_default()),
        ("officer_in_charge", line.officer_in_charge.clone()),
    ] {
        form = form.fill(name, value);
    }
    for (month, amount) in &line.realised {
        form = form.fill(&format!("month-{month}"), amount.to_string());
    }
    form
}

async fn draw_budget(
    officer: &Officer<CanManagePlan>,
    code: &str,
    (wanted, refused): (Option<Uuid>, Option<FormView>),
) -> PageResult {
    let mut conn = officer.read().await?;
    let found = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = found.ok_or(Error::NotFound("programme"))?;
    let lines = sql::indicator::budget(&mut conn, programme.id).await?;
    drop(conn);
    let page = officer.page("plan.budget.title");
    let failed = refused.is_some();
    let line = lines.iter().find(|line| Some(line.id) == wanted);
    let form = match (refused, line) {
        (Some(refused), Some(line)) => filled(refused, line),
        (Some(refused), None) => refused,
        (None, Some(line)) => filled(officer.form(), line),
        (None, None) => officer.form().fill("year", programme.years.0.to_string()),
    };
    let choice = |prefix: &str, name: &str| Choice::new(name, page.t(&format!("plan.{prefix}.{name}")));
    let view = BudgetPage {
        funds: Fund::ALL.iter().map(|one| choice("fund", one.name())).collect(),
        stages: Stage::ALL.iter().map(|one| choice("stage", one.name())).collect(),
        page: if failed { page.failed() } else { page },
        form,
        programme,
        lines,
    };
    if failed { render_refused(&view) } else { render(&view) }
}

/// The budget lines of a programme; `?baris=` is one to be changed.
pub async fn budget(
    officer: Officer<CanManagePlan>,
    Path(code): Path<String>,
    Query(asked): Query<Fields>,
) -> PageResult {
    draw_budget(&officer, &code, (asked.uuid("baris"), None)).await
}

/// A budget line is taken back.
pub async fn drop_budget(
    officer: Officer<CanManagePlan>,
    Path((code, line)): Path<(String, Uuid)>,
    form: Form,
) -> PageResult {
    let found = sql::plan::programme_by_code(&mut officer.read().await?, &code.to_uppercase()).await?;
    let programme = found.ok_or(Error::NotFound("programme"))?;
    let drop = DropBudget { programme: programme.id, line, over: over(&form.fields, "why_drop") };
    match officer.write(drop).await.map_err(|error| why_at(error, "why_drop")) {
        Ok(()) => {
            let here = format!("/rencana/{}/anggaran", programme.code);
            Ok(Redirect::to(here).flash("plan.budget.dropped").into_response())
        }
        Err(error) => {
            let refused: FormView = officer.refused(error, &form.fields)?;
            draw_budget(&officer, &code, (Some(line), Some(refused))).await
        }
    }
}

fn budget_line(programme: Uuid, fields: &Fields) -> Result<BudgetLine, Refusal> {
    let text = |name: &str| fields.get(name).to_owned();
    let money = |field: &'static str, typed: &str| match typed.trim() {
        "" => Ok(None),
        text => rupiah(text).map(Some).map_err(|why| Refusal { field: Some(field), ..why }),
    };
    let mut realised = Vec::new();
    for month in 1..=12 {
        if let Some(amount) = money("month", fields.get(&format!("month-{month}")))? {
            realised.push((month, amount));
        }
    }
    let ceiling = money("ceiling", fields.get("ceiling"))?;
    Ok(BudgetLine {
        id: fields.uuid("line").unwrap_or_default(),
        programme,
        year: fields.int("year").unwrap_or_default(),
        code: budget_code(fields.get("code"))?.code,
        edition: text("edition"),
        name: text("name"),
        fund: Fund::parse(fields.get("fund")).unwrap_or(Fund::Other),
        stage: Stage::parse(fields.get("stage")).unwrap_or(Stage::Rkpd),
        ceiling: ceiling.ok_or_else(|| Refusal::field("ceiling", "plan.refused.no_amount"))?,
        ceiling_changed: money("ceiling_changed", fields.get("ceiling_changed"))?,
        officer_in_charge: text("officer_in_charge"),
        realised,
    })
}

/// A budget line is written.
pub async fn save_budget(officer: Officer<CanManagePlan>, Path(code): Path<String>, form: Form) -> PageResult {
    let fields = &form.fields;
    let mut conn = officer.read().await?;
    let programme = sql::plan::programme_by_code(&mut conn, &code.to_uppercase()).await?;
    let programme = programme.ok_or(Error::NotFound("programme"))?;
    drop(conn);
    let done = match budget_line(programme.id, fields) {
        Ok(line) => officer.write(SaveBudget { line, over: over(fields, "why") }).await.map(drop),
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(()) => {
            // A code that was spelt otherwise is told: the next report of the money will carry the right one.
            let mended = budget_code(fields.get("code")).is_ok_and(|code| code.mended);
            let flash = if mended { "plan.budget.code_mended" } else { "plan.keep.saved" };
            Ok(Redirect::to(format!("/rencana/{}/anggaran", programme.code)).flash(flash).into_response())
        }
        Err(error) => draw_budget(&officer, &code, (None, Some(officer.refused(error, fields)?))).await,
    }
}
