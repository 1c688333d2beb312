//! The plan as everybody may see it: by dimension, as a file, and who does what.

use std::sync::Arc;

use askama::Template;
use axum::response::IntoResponse;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use simpul_people::{Permission, Snapshot};
use simpul_shell::table::{Cell, FileKind, Head, download};
use simpul_shell::{
    Choice, FormView, Officer, Page, PageResult, Query, Redirect, Site, StatusTag, encode_query, json, render,
};

use super::{CanSeeWholePlan, view};
use crate::kept;
use crate::model::framework::TermKind;
use crate::model::status::Light;
use crate::model::{Part, ProgrammeKind, Quantity};
use crate::read::{Overview, Sees, Stand, Standing};

/// Rows of one page of the list.
const ROWS_MAX_COUNT: usize = 200;

/// What is asked of the list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    dimensi: String,
    perangkat: String,
    jenis: String,
    lihat: String,
    halaman: usize,
}

impl Asked {
    /// Whether what is not published is asked for as well.
    pub(super) fn all(&self) -> bool {
        self.lihat == "semua"
    }
}

/// A row as it is drawn.
struct Row<'a> {
    stand: &'a Stand,
    owner: String,
}

struct Group<'a> {
    name: String,
    rows: Vec<Row<'a>>,
}

/// How many stand how.
#[derive(Default)]
struct Counts {
    all: i64,
    green: i64,
    yellow: i64,
    red: i64,
    none: i64,
}

impl Counts {
    fn of<'a>(stands: impl Iterator<Item = &'a Stand>) -> Counts {
        let mut counts = Counts::default();
        for stand in stands {
            counts.all += 1;
            match stand.light() {
                Some(Light::Green) => counts.green += 1,
                Some(Light::Yellow) => counts.yellow += 1,
                Some(Light::Red) => counts.red += 1,
                None => counts.none += 1,
            }
        }
        counts
    }
}

#[derive(Template)]
#[template(path = "plan/plan.html")]
struct PlanPage<'a> {
    page: Page,
    form: FormView,
    overview: &'a Overview,
    counts: Counts,
    groups: Vec<Group<'a>>,
    dimensions: Vec<Choice>,
    agencies: Vec<Choice>,
    kinds: Vec<Choice>,
    previous: Option<String>,
    next: Option<String>,
    all: bool,
    manages: bool,
}

impl PlanPage<'_> {
    fn light(&self, row: &Row<'_>) -> StatusTag {
        view::light(&self.page, row.stand.light())
    }

    fn kind(&self, row: &Row<'_>) -> String {
        self.page.t(&format!("plan.kind.{}", row.stand.programme.kind.name()))
    }

    fn share(&self, row: &Row<'_>) -> String {
        view::points(&self.page, row.stand.facts.reached)
    }

    fn years(&self, row: &Row<'_>) -> String {
        view::years(row.stand.programme.years)
    }

    fn span(&self) -> String {
        view::years(self.overview.plan.years)
    }

    fn here(&self) -> &'static str {
        if self.all { "/rencana/lengkap" } else { "/rencana" }
    }
}

#[derive(Template)]
#[template(path = "plan/none.html")]
struct NonePage {
    page: Page,
    manages: bool,
}

/// For a link only: the door behind it asks for itself.
fn may_manage(site: &Site) -> bool {
    let actor = site.signed_in.as_ref().map_or(&site.ctx.actor, |who| &who.actor);
    simpul_people::permits(actor, Permission::ManagePlan)
}

async fn overview(site: &Site, sees: Sees) -> simpul_store::Result<Option<Arc<Overview>>> {
    let mut conn = site.read().await?;
    kept::overview(&mut conn, &site.place, site.now(), sees).await
}

/// The rows that are asked for. What is kept off the public pages stands on none.
fn chosen<'a>(overview: &'a Overview, asked: &Asked, place: &Snapshot, staff: bool) -> Vec<&'a Stand> {
    let agency = place.agency_by_short(&asked.perangkat).map(|agency| agency.id);
    let fits = |stand: &&Stand| {
        let one = &stand.programme;
        (staff || one.public)
            && (asked.dimensi.is_empty() || one.dimension == asked.dimensi)
            && (asked.jenis.is_empty() || one.kind.name() == asked.jenis)
            && (asked.perangkat.is_empty()
                || agency.is_some_and(|id| {
                    one.agency == Some(id) || stand.parties.iter().any(|party| party.agency == Some(id))
                }))
    };
    overview.stands.iter().filter(fits).collect()
}

fn groups<'a>(page: &Page, place: &Snapshot, overview: &'a Overview, stands: &[&'a Stand]) -> Vec<Group<'a>> {
    let known = overview.framework.of(TermKind::Dimension).map(|term| term.code.as_str());
    let group = |code: &str| {
        let own = stands.iter().filter(|stand| stand.programme.dimension == code);
        let rows = own.map(|stand| Row { owner: view::owner(page, place, &stand.programme), stand });
        Group { name: view::dimension(page, &overview.framework, code), rows: rows.collect() }
    };
    known.chain([""]).map(group).filter(|group| !group.rows.is_empty()).collect()
}

fn page_link(asked: &Asked, number: usize) -> String {
    let Asked { dimensi, perangkat, jenis, lihat, .. } = asked;
    let number = number.to_string();
    let pairs =
        [("dimensi", dimensi), ("perangkat", perangkat), ("jenis", jenis), ("lihat", lihat), ("halaman", &number)];
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    let said: Vec<String> = said.map(|(name, value)| format!("{name}={}", encode_query(value))).collect();
    format!("{}?{}", if asked.all() { "/rencana/lengkap" } else { "/rencana" }, said.join("&"))
}

/// The plan in public. What is not published has a door of its own, which asks who comes.
pub async fn show(site: Site, Query(asked): Query<Asked>) -> PageResult {
    if asked.all() {
        return Ok(Redirect::to(page_link(&asked, asked.halaman)).into_response());
    }
    let page = site.page("plan.public.title").wide();
    draw(&site, page, &asked, Sees::Published).await
}

/// The plan with what was handed in and what stands on no public page.
pub async fn whole(officer: Officer<CanSeeWholePlan>, Query(asked): Query<Asked>) -> PageResult {
    let page = officer.page("plan.public.title").at("/rencana").wide();
    let asked = Asked { lihat: "semua".to_owned(), ..asked };
    draw(&officer, page, &asked, Sees::HandedIn).await
}

async fn draw(site: &Site, page: Page, asked: &Asked, sees: Sees) -> PageResult {
    let manages = may_manage(site);
    let Some(overview) = overview(site, sees).await? else { return render(&NonePage { page, manages }) };
    let stands = chosen(&overview, asked, &site.place, sees == Sees::HandedIn);
    let counts = Counts::of(stands.iter().copied());
    let from = asked.halaman.min(stands.len() / ROWS_MAX_COUNT) * ROWS_MAX_COUNT;
    let to = (from + ROWS_MAX_COUNT).min(stands.len());
    let at = from / ROWS_MAX_COUNT;
    let terms = overview.framework.of(TermKind::Dimension);
    let dimensions = terms.map(|term| Choice::new(&term.code, view::term(&page, term))).collect();
    let agencies =
        site.place.active_agencies().map(|agency| Choice::new(&agency.short, agency.short.clone())).collect();
    let kinds = ProgrammeKind::ALL.iter().map(|kind| kind.name());
    let kinds = kinds.map(|kind| Choice::new(kind, page.t(&format!("plan.kind.{kind}")))).collect();
    let form = site.form().fill("dimensi", &asked.dimensi).fill("perangkat", &asked.perangkat);
    render(&PlanPage {
        form: form.fill("jenis", &asked.jenis).fill("lihat", &asked.lihat),
        groups: groups(&page, &site.place, &overview, stands.get(from..to).unwrap_or_default()),
        previous: (at > 0).then(|| page_link(asked, at - 1)),
        next: (to < stands.len()).then(|| page_link(asked, at + 1)),
        overview: &overview,
        counts,
        dimensions,
        agencies,
        kinds,
        all: sees == Sees::HandedIn,
        manages,
        page,
    })
}

/// A row of the public list for programs.
#[derive(Debug, Serialize)]
struct Line {
    code: String,
    kind: &'static str,
    name: String,
    dimension: String,
    agency: Option<String>,
    from_year: i64,
    to_year: i64,
    state: &'static str,
    light: Option<&'static str>,
    reached_percent: Option<String>,
    address: String,
    indicators: Vec<Measured>,
}

/// An indicator in such a row: numbers as text, so that no program rounds them.
#[derive(Debug, Clone, Default, Serialize)]
struct Measured {
    name: String,
    unit: String,
    year: i64,
    target: Option<String>,
    actual: Option<String>,
    reached_percent: Option<String>,
}

impl Measured {
    fn of(one: &Standing) -> Measured {
        Measured {
            name: one.indicator.name.clone(),
            unit: one.indicator.unit.clone(),
            year: one.year,
            target: one.target.map(Quantity::plain),
            actual: one.actual.map(Quantity::plain),
            reached_percent: one.share.map(|share| Quantity::percent_of_basis_points(share).plain()),
        }
    }
}

fn lines(site: &Site, overview: &Overview, asked: &Asked) -> Vec<Line> {
    let line = |stand: &Stand| {
        let one = &stand.programme;
        let share = stand.facts.reached.map(Quantity::percent_of_basis_points);
        Line {
            code: one.code.clone(),
            kind: one.kind.name(),
            name: one.name.clone(),
            dimension: one.dimension.clone(),
            agency: one.agency.and_then(|id| site.place.agency(id)).map(|agency| agency.short.clone()),
            from_year: one.years.0,
            to_year: one.years.1,
            state: one.state.name(),
            light: stand.light().map(Light::name),
            reached_percent: share.map(|share| share.plain()),
            address: format!("{}/rencana/{}", site.base_url(), one.code),
            indicators: stand.indicators.iter().map(Measured::of).collect(),
        }
    };
    chosen(overview, asked, &site.place, false).into_iter().map(line).collect()
}

/// The published list as JSON.
pub async fn as_json(site: Site, Query(asked): Query<Asked>) -> PageResult {
    let found = overview(&site, Sees::Published).await?;
    Ok(json(&found.map(|overview| lines(&site, &overview, &asked)).unwrap_or_default()))
}

/// The published list as a file.
pub async fn as_file(site: Site, Query(asked): Query<Asked>) -> PageResult {
    let page = site.page("plan.public.title");
    let found = overview(&site, Sees::Published).await?;
    let columns = [
        "code",
        "kind",
        "name",
        "dimension",
        "agency",
        "from_year",
        "to_year",
        "state",
        "light",
        "reached",
        "indicator",
        "year",
        "target",
        "actual",
        "unit",
        "address",
    ];
    let notes = page.is_demo().then(|| page.t("shell.demo"));
    let head = Head {
        notes: notes.into_iter().collect(),
        columns: columns.iter().map(|column| page.t(&format!("plan.column.{column}"))).collect(),
        zone: page.zone(),
    };
    // Programs read codes in the JSON; who opens a table reads the words of the page.
    let row = |overview: &Overview, line: &Line, one: &Measured| {
        let year = if one.name.is_empty() { Cell::text(String::new()) } else { Cell::Number(one.year) };
        let reached = if one.name.is_empty() { &line.reached_percent } else { &one.reached_percent };
        vec![
            Cell::text(&line.code),
            Cell::text(page.t(&format!("plan.kind.{}", line.kind))),
            Cell::text(&line.name),
            Cell::text(view::dimension(&page, &overview.framework, &line.dimension)),
            Cell::text(line.agency.clone().unwrap_or_default()),
            Cell::Number(line.from_year),
            Cell::Number(line.to_year),
            Cell::text(page.t(&format!("plan.state.{}", line.state))),
            Cell::text(page.t(&format!("plan.light.{}", line.light.unwrap_or("none")))),
            Cell::text(reached.clone().unwrap_or_default()),
            Cell::text(&one.name),
            year,
            Cell::text(one.target.clone().unwrap_or_default()),
            Cell::text(one.actual.clone().unwrap_or_default()),
            Cell::text(&one.unit),
            Cell::text(&line.address),
        ]
    };
    // A row for each indicator; a programme without one still stands there.
    let mut rows = Vec::new();
    if let Some(overview) = &found {
        for mut line in lines(&site, overview, &asked) {
            let mut own = std::mem::take(&mut line.indicators);
            own.resize_with(own.len().max(1), Measured::default);
            rows.extend(own.iter().map(|one| row(overview, &line, one)));
        }
    }
    Ok(download(FileKind::Csv, "rencana", &head, stream::iter([Ok(rows)]))?)
}

/// A row of who does what.
struct Raci {
    code: String,
    name: String,
    accountable: String,
    parts: Vec<(Part, Vec<String>)>,
    gaps: Vec<String>,
}

#[derive(Template)]
#[template(path = "plan/raci.html")]
struct RaciPage {
    page: Page,
    rows: Vec<Raci>,
    idle: Vec<String>,
    only_gaps: bool,
}

impl RaciPage {
    fn columns(&self) -> Vec<String> {
        Part::ALL.iter().map(|part| self.page.t(&format!("plan.party.{}", part.name()))).collect()
    }

    fn names(&self, names: &[String]) -> String {
        names.join(", ")
    }
}

/// What is asked of who does what.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct AskedGaps {
    kurang: String,
}

/// Who does what: one accountable agency a row, and what is empty or double.
pub async fn raci(site: Site, Query(asked): Query<AskedGaps>) -> PageResult {
    let page = site.page("plan.raci.title").wide();
    let manages = may_manage(&site);
    let Some(overview) = overview(&site, Sees::Published).await? else { return render(&NonePage { page, manages }) };
    let only_gaps = !asked.kurang.is_empty();
    let public = overview.stands.iter().filter(|stand| stand.programme.public);
    let rows: Vec<Raci> = public
        .filter(|stand| !only_gaps || !stand.gaps.is_empty())
        .map(|stand| raci_row(&page, &site.place, stand))
        .collect();
    let takes_part = |stand: &Stand| {
        let helps = stand.parties.iter().filter_map(|party| party.agency);
        helps.chain(stand.programme.agency).collect::<Vec<_>>()
    };
    let busy: Vec<_> = overview.stands.iter().flat_map(takes_part).collect();
    let inside = site.place.active_agencies().filter(|agency| !agency.outside && !busy.contains(&agency.id));
    let idle = inside.map(|agency| agency.short.clone()).collect();
    render(&RaciPage { page, rows, idle, only_gaps })
}

fn raci_row(page: &Page, place: &Snapshot, stand: &Stand) -> Raci {
    let name = |party: &crate::model::Party| match party.agency {
        Some(id) => view::agency(place, id),
        None => party.name.clone(),
    };
    let of = |part: Part| stand.parties.iter().filter(|party| party.part == part).map(name).collect();
    Raci {
        code: stand.programme.code.clone(),
        name: stand.programme.name.clone(),
        accountable: view::owner(page, place, &stand.programme),
        parts: Part::ALL.iter().map(|part| (*part, of(*part))).collect(),
        gaps: stand.gaps.iter().map(|gap| page.t(gap.key())).collect(),
    }
}
