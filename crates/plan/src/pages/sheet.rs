//! One programme on one sheet, as a page, on paper and as a slide; and the roadmap of all.

use std::sync::Arc;

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_office::chart::Chart;
use simpul_shell::{Officer, Page, PageError, PageResult, Path, Query, Site, render};
use simpul_store::{Error, journal};

use super::CanSeeWholePlan;
use super::attachment::{PPTX_TYPE, attachment};
use super::programme::found;
use super::slides::{ChartPart, SlidePart};
use crate::kept;
use crate::model::Programme;
use crate::read::{Overview, Sees};
use crate::slides::{self, Leaf, Sheet, Telling};
use crate::sql;

/// What is asked of a sheet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    cetak: String,
}

#[derive(Template)]
#[template(path = "plan/sheet.html")]
struct SheetPage {
    page: Page,
    leaf: Leaf,
    programme: Programme,
    as_of: String,
    is_all: bool,
}

impl SheetPage {
    fn part(&self) -> SlidePart<'_> {
        SlidePart::new(&self.page, &self.leaf, 1)
    }
}

/// The sheet of a programme with the plan that it belongs to.
async fn read(site: &Site, code: &str, sees: Sees) -> Result<(Arc<Overview>, Sheet, i64), PageError> {
    let gone = || PageError::from(Error::NotFound("programme"));
    let mut conn = site.read().await?;
    let one = found(&mut conn, code, sees).await?;
    let plan = sql::plan::by_id(&mut conn, one.masterplan).await?.ok_or_else(gone)?;
    let found = kept::of_plan(&mut conn, &site.place, plan, (site.now(), sees)).await?;
    let overview = found.ok_or_else(gone)?;
    let stand = overview.stands.iter().find(|stand| stand.programme.id == one.id).cloned().ok_or_else(gone)?;
    let mut sheet = slides::sheet(&mut conn, stand, &overview, sees).await?;
    if sees == Sees::HandedIn {
        sheet.photo = slides::photo_of(&mut conn, one.id).await?;
    }
    let (position, _) = journal::head(&mut conn).await?;
    Ok((overview, sheet, position))
}

fn telling<'a>(site: &'a Site, page: &'a Page, overview: &'a Overview) -> Telling<'a> {
    Telling { page, place: &site.place, overview, said: Default::default() }
}

/// One programme on one sheet, as it was published.
pub async fn show(site: Site, Path(code): Path<String>, Query(asked): Query<Asked>) -> PageResult {
    draw(&site, site.page("plan.slides.sheet"), &code, (&asked, Sees::Published)).await
}

/// One programme on one sheet, with what was handed in and its photo.
pub async fn whole(
    officer: Officer<CanSeeWholePlan>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> PageResult {
    draw(&officer, officer.page("plan.slides.sheet").at("/rencana"), &code, (&asked, Sees::HandedIn)).await
}

async fn draw(site: &Site, page: Page, code: &str, (asked, sees): (&Asked, Sees)) -> PageResult {
    let (overview, sheet, position) = read(site, code, sees).await?;
    let programme = sheet.stand.programme.clone();
    let page = page.title_text(programme.name.clone()).wide();
    let page = page.style("grafik.css").style("paparan.css").script("umum.js");
    let page = if asked.cetak.is_empty() { page } else { page.print() };
    let leaf = telling(site, &page, &overview).one_pager(&sheet);
    let foot = slides::footer(&page, &site.place, position, site.now());
    let as_of = format!("{} · {} · {}", foot.source, foot.date, foot.position);
    render(&SheetPage { leaf, programme, as_of, is_all: sees == Sees::HandedIn, page })
}

/// The public sheet as a deck.
pub async fn deck(site: Site, Path(code): Path<String>) -> PageResult {
    file(&site, &code, Sees::Published).await
}

/// The sheet with what was handed in as a deck.
pub async fn whole_deck(officer: Officer<CanSeeWholePlan>, Path(code): Path<String>) -> PageResult {
    file(&officer, &code, Sees::HandedIn).await
}

async fn file(site: &Site, code: &str, sees: Sees) -> PageResult {
    let (overview, sheet, position) = read(site, code, sees).await?;
    let page = site.page("plan.slides.sheet");
    let leaf = telling(site, &page, &overview).one_pager(&sheet);
    let foot = slides::footer(&page, &site.place, position, site.now());
    let files = site.app.db.files();
    let deck = slides::deck(&page, (files, &site.place), (foot, site.now()), vec![leaf]).await?;
    let bytes = deck.to_bytes().map_err(slides::refused)?;
    let name = format!("{}.pptx", sheet.stand.programme.code.to_lowercase());
    Ok(attachment(PPTX_TYPE, &name, bytes)?.into_response())
}

#[derive(Template)]
#[template(path = "plan/roadmap.html")]
struct RoadmapPage {
    page: Page,
    chart: Option<ChartPart>,
}

/// The roadmap: years across, dimensions down.
pub async fn roadmap(site: Site) -> PageResult {
    let page = site.page("plan.roadmap.title").wide().style("grafik.css");
    let mut conn = site.read().await?;
    let found = kept::overview(&mut conn, &site.place, site.now(), Sees::Published).await?;
    let chart = found.map(|overview| {
        let chart = Chart::Roadmap(telling(&site, &page, &overview).roadmap());
        ChartPart::new(&page, &chart, "peta-jalan")
    });
    render(&RoadmapPage { chart, page })
}
