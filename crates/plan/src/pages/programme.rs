//! One programme: what it is, who does what, how it goes, what was said of it.

use askama::Template;
use axum::response::IntoResponse;
use simpul_kernel::Timestamp;
use simpul_people::{Permission, permits, permits_in};
use simpul_shell::{
    Officer, Page, PageError, PageResult, Path, Query, Redirect, Site, StatusTag, encode_query, render,
};
use simpul_store::{Conn, Error};

use super::CanSeeWholePlan;
use super::figure::{self, LiveNow};
use super::plan::Asked;
use super::slides::ChartPart;
use super::told::Steps;
use super::view;
use crate::kept;
use crate::model::programme::Change;
use crate::model::{BudgetLine, Field, Part, Programme, Progress, ProgressState, Quantity, Trace};
use crate::read::{Sees, Stand, Standing};
use crate::slides::{self, Telling};
use crate::sql;

/// A progress report as it is shown.
struct Said {
    period: String,
    progress: Progress,
    at: Option<Timestamp>,
    /// What was done with it, for whoever may know.
    steps: Option<Steps>,
}

impl Said {
    /// Whether it stands with its agency again, so that its words are being written.
    fn is_back(&self) -> bool {
        !self.progress.state.is_handed_in()
    }
}

#[derive(Template)]
#[template(path = "plan/programme.html")]
struct ProgrammePage {
    page: Page,
    stand: Stand,
    chart: Option<ChartPart>,
    live: Vec<LiveNow>,
    keeps: bool,
    owner: String,
    dimension: String,
    texts: Vec<(Field, String)>,
    traces: Vec<Trace>,
    said: Vec<Said>,
    budget: Vec<BudgetLine>,
    parts: Vec<(String, String, String)>,
    changes: Vec<Change>,
    manages: bool,
    verifies: bool,
    reports: bool,
    proves: bool,
    all: bool,
}

impl ProgrammePage {
    fn light(&self) -> StatusTag {
        view::light(&self.page, self.stand.light())
    }

    fn computed(&self) -> StatusTag {
        view::light(&self.page, self.stand.status.light)
    }

    fn state(&self) -> StatusTag {
        view::state(&self.page, self.stand.programme.state)
    }

    fn kind(&self) -> String {
        self.page.t(&format!("plan.kind.{}", self.stand.programme.kind.name()))
    }

    fn years(&self) -> String {
        view::years(self.stand.programme.years)
    }

    fn reasons(&self) -> Vec<String> {
        self.stand.status.reasons.iter().map(|(_, why)| view::reason(&self.page, why)).collect()
    }

    fn field(&self, field: &Field) -> String {
        self.page.t(&format!("plan.field.{}", field.name()))
    }

    fn missing(&self) -> String {
        let names: Vec<String> = self.stand.missing.iter().map(|field| self.field(field)).collect();
        names.join(", ")
    }

    fn level(&self, trace: &Trace) -> String {
        self.page.t(&format!("plan.trace.{}", trace.level.name()))
    }

    fn actual(&self, one: &Standing) -> String {
        view::with_unit(&self.page, one.shown(), &one.indicator.unit)
    }

    fn expected(&self, one: &Standing) -> String {
        view::with_unit(&self.page, one.expected.map(Quantity::told), &one.indicator.unit)
    }

    fn target(&self, one: &Standing) -> String {
        view::with_unit(&self.page, one.target, &one.indicator.unit)
    }

    fn share(&self, one: &Standing) -> String {
        view::points(&self.page, one.share)
    }

    fn counting(&self, one: &Standing) -> String {
        self.page.t(&format!("plan.counting.{}", one.indicator.counting.name()))
    }

    fn spent(&self, line: &BudgetLine) -> i64 {
        line.spent_until(12)
    }

    fn fund(&self, line: &BudgetLine) -> String {
        self.page.t(&format!("plan.fund.{}", line.fund.name()))
    }

    fn said_state(&self, said: &Said) -> StatusTag {
        super::words::progress_tag(&self.page, said.progress.state)
    }

    fn log(&self, change: &Change) -> String {
        self.page.t(&change.what)
    }
}

/// The door of a programme for those who see what is not published.
pub(super) fn whole_path(code: &str) -> String {
    format!("/rencana/{}/lengkap", encode_query(code))
}

/// The programme of a code; what stands on no public page is there for those who came by its own door.
///
/// # Errors
/// 404 where there is none.
pub(super) async fn found(conn: &mut Conn, code: &str, sees: Sees) -> Result<Programme, PageError> {
    let one = sql::plan::programme_by_code(conn, &code.to_uppercase()).await?;
    one.filter(|one| one.public || sees == Sees::HandedIn).ok_or_else(|| Error::NotFound("programme").into())
}

/// One programme as it was published. `?lihat=semua`, and a programme that is not public, lead officers to the door
/// that asks who comes.
pub async fn show(site: Site, Path(code): Path<String>, Query(asked): Query<Asked>) -> PageResult {
    let is_hidden = async {
        let one = sql::plan::programme_by_code(&mut site.read().await?, &code.to_uppercase()).await?;
        Ok::<_, PageError>(one.is_some_and(|one| !one.public))
    };
    if asked.all() || site.signed_in.is_some() && is_hidden.await? {
        return Ok(Redirect::to(whole_path(&code)).into_response());
    }
    let page = site.page("plan.programme.title");
    draw(&site, page, &code, Sees::Published).await
}

/// One programme with what was handed in, and how it was changed.
pub async fn whole(officer: Officer<CanSeeWholePlan>, Path(code): Path<String>) -> PageResult {
    let page = officer.page("plan.programme.title").at("/rencana");
    draw(&officer, page, &code, Sees::HandedIn).await
}

async fn draw(site: &Site, page: Page, code: &str, sees: Sees) -> PageResult {
    let mut conn = site.read().await?;
    let gone = || PageError::from(Error::NotFound("programme"));
    let one = found(&mut conn, code, sees).await?;
    let all = sees == Sees::HandedIn;
    let plan = sql::plan::by_id(&mut conn, one.masterplan).await?.ok_or_else(gone)?;
    let overview = kept::of_plan(&mut conn, &site.place, plan, (site.now(), sees)).await?.ok_or_else(gone)?;
    let dimension = |page: &Page| view::dimension(page, &overview.framework, &one.dimension);
    let page = page.title_text(one.name.clone()).wide().style("grafik.css");
    let dimension = dimension(&page);
    let stand = overview.stands.iter().find(|stand| stand.programme.id == one.id).cloned().ok_or_else(gone)?;
    let chart = match slides::leading(&stand.indicators) {
        Some(one) => {
            let course = slides::course(&mut conn, one, &overview, sees).await?;
            let told = Telling { page: &page, place: &site.place, overview: &overview, said: Default::default() };
            told.trajectory(one, &course).map(|chart| ChartPart::new(&page, &chart, "jalan"))
        }
        None => None,
    };
    // Links only: each of the doors behind them asks for itself.
    let actor = site.signed_in.as_ref().map_or(&site.ctx.actor, |who| &who.actor);
    let mut said = Vec::new();
    for progress in sql::progress::of_programme(&mut conn, one.id).await? {
        let knows = all && permits_in(actor, Permission::SeePlan, progress.agency);
        let back = knows && progress.first_submitted.is_some();
        let shown = progress.state == ProgressState::Published || all && progress.state.is_handed_in() || back;
        let period = overview.periods.iter().find(|period| period.id == progress.period);
        if let Some(period) = period.filter(|_| shown) {
            let steps = match knows {
                true => Some(Steps::read(&mut conn, (&page, &site.place), progress.id).await?),
                false => None,
            };
            said.push(Said { period: period.name.clone(), at: progress.submitted, progress, steps });
        }
    }
    said.reverse();
    let reports = one.agency.is_some_and(|agency| permits_in(actor, Permission::ReportProgress, agency));
    let changes = if all { sql::plan::changes(&mut conn, one.masterplan).await? } else { Vec::new() };
    let part = |party: &crate::model::Party| {
        let name = party.agency.map_or_else(|| party.name.clone(), |id| view::agency(&site.place, id));
        (page.t(&format!("plan.party.{}", party.part.name())), name, party.duty.clone())
    };
    let parties = stand.parties.iter().filter_map(|party| party.agency);
    let takes_part = parties.chain(one.agency).any(|agency| permits_in(actor, Permission::SeePlan, agency));
    let texts = sql::plan::texts(&mut conn, one.id).await?;
    let traces = sql::plan::traces(&mut conn, one.id).await?;
    let budget = sql::indicator::budget(&mut conn, one.id).await?;
    drop(conn);
    let indicators = stand.indicators.iter().map(|standing| &standing.indicator);
    render(&ProgrammePage {
        live: figure::live_now(site, &page, indicators, &overview.periods).await?,
        keeps: permits(actor, Permission::KeepEvidence),
        owner: view::owner(&page, &site.place, &one),
        texts,
        traces,
        budget,
        parts: stand.parties.iter().map(part).collect(),
        changes: changes.into_iter().filter(|change| change.programme == Some(one.id)).collect(),
        manages: permits(actor, Permission::ManagePlan),
        verifies: permits(actor, Permission::VerifyProgress),
        reports,
        chart,
        proves: permits(actor, Permission::SeeWholePlan) || takes_part,
        stand,
        dimension,
        said,
        all,
        page,
    })
}

/// Every part that a body may have, for selects.
pub(super) fn parts(page: &Page) -> Vec<simpul_shell::Choice> {
    let choice = |part: &Part| simpul_shell::Choice::new(part.name(), page.t(&format!("plan.party.{}", part.name())));
    Part::ALL.iter().map(choice).collect()
}
