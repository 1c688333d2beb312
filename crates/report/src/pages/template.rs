//! `/admin/report/templat`: the words that answers begin with, and their place on the page of a deed.

use askama::Template as Drawn;
use axum::response::IntoResponse;
use simpul_kernel::Refusal;
use simpul_kernel::format::{self, Lang};
use simpul_people::{Permission, Scope};
use simpul_shell::{
    Choice, Form, FormView, Officer, Page, PageError, PageResult, Path, Redirect, SignedIn, render, render_refused,
};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::view::{agency_full, agency_name, place_short};
use super::{CanManageAnswers, offer::Deed};
use crate::actions::SaveTemplate;
use crate::desk::{self, Rules};
use crate::model::Report;
use crate::model::template::{Facts, Template, TemplateStep, filled_in};
use crate::sql;

/// The word in addresses for one that does not exist yet.
const NEW: &str = "baru";
const LIST: &str = "/admin/report/templat";

/// A template on the page of a deed, with the report's facts in it.
pub struct Offered {
    /// The key.
    pub code: String,
    /// What it is chosen by.
    pub title: String,
    /// The words.
    pub text: String,
    /// It was asked for.
    pub chosen: bool,
}

/// The templates for a deed with that report. What citizens read is Indonesian, whatever the officer reads.
pub async fn offered(
    conn: &mut Conn,
    me: &SignedIn,
    page: &Page,
    report: &Report,
    deed: Deed,
    chosen: &str,
) -> Result<Vec<Offered>, Error> {
    let Some((step, _)) = deed.template() else { return Ok(Vec::new()) };
    let templates = sql::template::templates(conn).await?;
    let rules = desk::rules(conn).await?;
    let facts = facts(me, page, report, &rules);
    let fitting = templates.into_iter().filter(|template| template.fits(step, report));
    let offered = fitting.map(|template| Offered {
        text: filled_in(&template.body, &facts),
        chosen: template.code == chosen,
        code: template.code,
        title: template.title,
    });
    Ok(offered.collect())
}

fn facts(me: &SignedIn, page: &Page, report: &Report, rules: &Rules) -> Facts {
    let category = rules.category(&report.category);
    let village = place_short(&me.place, report.place.village, report.place.district);
    let agency = agency_full(&me.place, report.agency);
    Facts {
        number: report.number.clone(),
        due: format::day_medium(Lang::Id, page.zone().date(report.deadlines.resolve)),
        category: category.map_or_else(|| report.category.clone(), |category| category.name(Lang::Id).to_owned()),
        // A report without a place lies in the region all the same.
        village: if village.is_empty() { me.place.region.name.clone() } else { village },
        agency: if agency.is_empty() { me.place.region.name.clone() } else { agency },
    }
}

/// Catalogue key of a step's word.
fn step_key(step: TemplateStep) -> &'static str {
    match step {
        TemplateStep::Start => Deed::Start,
        TemplateStep::Note => Deed::Note,
        TemplateStep::Pause => Deed::Pause,
        TemplateStep::Resolve => Deed::Resolve,
        TemplateStep::Plan => Deed::Plan,
        TemplateStep::Reject => Deed::Reject,
        TemplateStep::SendElsewhere => Deed::SendElsewhere,
    }
    .key()
}

struct Row {
    code: String,
    title: String,
    step: String,
    category: String,
    agency: String,
    active: bool,
    own: bool,
}

#[derive(Drawn)]
#[template(path = "report/template_list.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
}

/// Whether the officer keeps the templates of that agency; those for all are the coordinator's.
fn keeps(officer: &Officer<CanManageAnswers>, agency: Option<Uuid>) -> bool {
    match officer.scope(Permission::ManageAnswers) {
        Scope::WholeRegion => true,
        scope => agency.is_some_and(|agency| scope.covers(agency)),
    }
}

/// All of them; those of other agencies are the coordinator's to see.
pub async fn list(officer: Officer<CanManageAnswers>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let templates = sql::template::templates(&mut conn).await?;
    drop(conn);
    let page = officer.page("report.template.title").at(LIST);
    let seen = templates.into_iter().filter(|t| t.agency.is_none() || keeps(&officer, t.agency));
    let row = |template: Template| Row {
        own: keeps(&officer, template.agency),
        step: page.t(step_key(template.step)),
        category: match &template.category {
            Some(code) => rules.category(code).map_or_else(|| code.clone(), |c| c.name(page.lang).to_owned()),
            None => page.t("report.template.all"),
        },
        agency: match template.agency {
            Some(_) => agency_name(&officer.place, template.agency),
            None => page.t("report.template.all"),
        },
        code: template.code,
        title: template.title,
        active: template.active,
    };
    let rows = seen.map(row).collect();
    render(&ListPage { rows, page })
}

#[derive(Drawn)]
#[template(path = "report/template_form.html")]
struct TemplatePage {
    page: Page,
    form: FormView,
    is_new: bool,
    steps: Vec<Choice>,
    categories: Vec<Choice>,
    agencies: Vec<Choice>,
    /// Whether it may be offered to all agencies.
    everywhere: bool,
}

fn template_page(officer: &Officer<CanManageAnswers>, form: FormView, is_new: bool, rules: &Rules) -> TemplatePage {
    let mut page = officer.page("report.template.one").at(LIST).usual_width().script("umum.js");
    if form.has_errors() {
        page = page.failed();
    }
    let everywhere = officer.scope(Permission::ManageAnswers) == Scope::WholeRegion;
    let inside = officer.place.agencies.iter().filter(|agency| agency.active && !agency.outside);
    let own = inside.filter(|agency| keeps(officer, Some(agency.id)));
    let agencies = own.map(|agency| Choice::new(agency.id, format!("{} – {}", agency.short, agency.name)));
    TemplatePage {
        steps: TemplateStep::ALL.iter().map(|step| Choice::new(step.name(), page.t(step_key(*step)))).collect(),
        categories: rules.active().map(|c| Choice::new(&c.code, c.name(page.lang))).collect(),
        agencies: agencies.collect(),
        everywhere,
        is_new,
        form,
        page,
    }
}

/// One template.
pub async fn show(officer: Officer<CanManageAnswers>, Path(code): Path<String>) -> PageResult {
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let form = officer.form();
    let form = match code.as_str() {
        NEW => {
            let all = sql::template::templates(&mut conn).await?;
            let next = all.iter().map(|template| template.position).max().unwrap_or(0) + 1;
            form.fill("position", next.to_string()).fill("active", "1").fill("step", TemplateStep::Resolve.name())
        }
        code => {
            let found = sql::template::template(&mut conn, code).await?.ok_or_else(PageError::not_found)?;
            if !keeps(&officer, found.agency) {
                return Err(PageError::not_found());
            }
            form.fill("code", found.code)
                .fill("title", found.title)
                .fill("body", found.body)
                .fill("step", found.step.name())
                .fill("category", found.category.unwrap_or_default())
                .fill("agency", found.agency.map(|id| id.to_string()).unwrap_or_default())
                .fill("active", if found.active { "1" } else { "" })
                .fill("position", found.position.to_string())
                .fill("version", found.version.to_string())
        }
    };
    drop(conn);
    render(&template_page(&officer, form, code == NEW, &rules))
}

/// Keeps a template.
pub async fn save(officer: Officer<CanManageAnswers>, form: Form) -> PageResult {
    let fields = &form.fields;
    let text = |name: &str| fields.get(name).to_owned();
    let is_new = fields.get("new") == "1";
    let template = Template {
        code: text("code").trim().to_owned(),
        title: text("title"),
        body: text("body"),
        step: TemplateStep::parse(fields.get("step")).unwrap_or(TemplateStep::Resolve),
        category: Some(text("category")).filter(|category| !category.is_empty()),
        agency: fields.uuid("agency"),
        active: fields.get("active") == "1",
        position: fields.int("position").unwrap_or(0),
        version: if is_new { 0 } else { fields.int("version").unwrap_or(0) },
    };
    let title = template.title.clone();
    let saved = match TemplateStep::parse(fields.get("step")) {
        Some(_) => officer.write(SaveTemplate { template }).await,
        None => Err(Refusal::field("step", "report.template.step_missing").into()),
    };
    match saved {
        Ok(()) => Ok(Redirect::to(LIST).flash("report.template.flash").with("title", title).into_response()),
        Err(error) => {
            let form = officer.refused(error, &form)?;
            let mut conn = officer.read().await?;
            let rules = desk::rules(&mut conn).await?;
            drop(conn);
            render_refused(&template_page(&officer, form, is_new, &rules))
        }
    }
}
