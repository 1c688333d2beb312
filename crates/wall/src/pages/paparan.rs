//! `/pimpinan/paparan`: the plan in a meeting, one slide at a time, on paper, and as a deck. A meeting of the house
//! sees what was handed in; visitors see what was published.

use askama::Template;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::format;
use simpul_office::Tone;
use simpul_office::chart::{Chart, Roadmap, RoadmapRow};
use simpul_office::deck::{Footer, Slide, Tile};
use simpul_plan::kept;
use simpul_plan::model::ProgrammeKind;
use simpul_plan::pages::attachment::{PPTX_TYPE, attachment};
use simpul_plan::pages::slides::SlidePart;
use simpul_plan::read::Sees;
use simpul_plan::slides::{self, Leaf, Telling};
use simpul_shell::{Choice, FormView, Officer, Page, PageResult, Query, encode_query, render};
use simpul_store::{Error, Result, journal};

use super::{CanSeeLeader, pimpinan};

/// Sheets of programmes in the deck for visitors.
const SHEETS_MAX_COUNT: usize = 40;

/// What is asked of a meeting: `jenis=kunjungan` is for visitors, `dimensi` one dimension, `slide` the one to be seen.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    jenis: String,
    dimensi: String,
    slide: usize,
    cetak: String,
}

impl Asked {
    fn is_visit(&self) -> bool {
        self.jenis == "kunjungan"
    }

    fn sees(&self) -> Sees {
        if self.is_visit() { Sees::Published } else { Sees::HandedIn }
    }

    /// The same slides, at `path`.
    fn link(&self, path: &str, more: &str) -> String {
        let Asked { jenis, dimensi, .. } = self;
        format!("{path}?jenis={}&dimensi={}{more}", encode_query(jenis), encode_query(dimensi))
    }
}

#[derive(Template)]
#[template(path = "wall/paparan.html")]
struct BriefingPage {
    page: Page,
    form: FormView,
    asked: Asked,
    leaves: Vec<Leaf>,
    dimensions: Vec<Choice>,
    kinds: Vec<Choice>,
    at: usize,
    is_print: bool,
    foot: Footer,
}

impl BriefingPage {
    fn shown(&self) -> Vec<SlidePart<'_>> {
        let all = self.leaves.iter().enumerate();
        let shown = all.filter(|(at, _)| self.is_print || *at + 1 == self.at);
        shown.map(|(at, leaf)| SlidePart::new(&self.page, leaf, at + 1)).collect()
    }

    fn turned(&self, at: usize) -> String {
        self.asked.link("/pimpinan/paparan", &format!("&slide={at}"))
    }

    fn previous(&self) -> Option<String> {
        (self.at > 1).then(|| self.turned(self.at - 1))
    }

    fn next(&self) -> Option<String> {
        (self.at < self.leaves.len()).then(|| self.turned(self.at + 1))
    }

    fn place(&self) -> String {
        let (at, all) = (self.at.to_string(), self.leaves.len().to_string());
        self.page.tx("wall.briefing.place", [("at", at.as_str()), ("all", &all)])
    }

    fn printed(&self) -> String {
        self.asked.link("/pimpinan/paparan", "&cetak=1")
    }

    fn file(&self) -> String {
        self.asked.link("/pimpinan/paparan.pptx", "")
    }
}

/// What a meeting looks at.
struct Briefing {
    leaves: Vec<Leaf>,
    dimensions: Vec<(String, String)>,
    foot: Footer,
}

async fn briefing(officer: &Officer<CanSeeLeader>, page: &Page, asked: &Asked) -> Result<Briefing> {
    let (now, place, sees) = (officer.now(), &officer.place, asked.sees());
    let mut conn = officer.read().await?;
    let (position, _) = journal::head(&mut conn).await?;
    let foot = slides::footer(page, place, position, now);
    let reports = pimpinan::month(&mut conn, officer, page).await?;
    let overview = kept::overview(&mut conn, place, now, sees).await?;
    let Some(overview) = overview else {
        let leaves = vec![reports_slide(page, reports, &foot).into()];
        return Ok(Briefing { leaves, dimensions: Vec::new(), foot });
    };
    let said = slides::last_words(&mut conn, &overview, (now, sees)).await?;
    let telling = Telling { page, place, overview: &overview, said };
    let dimensions = telling.dimensions();
    if !asked.dimensi.is_empty() && dimensions.iter().all(|(code, _)| *code != asked.dimensi) {
        return Err(Error::NotFound("dimension"));
    }
    let chosen = dimensions.iter().filter(|(code, _)| asked.dimensi.is_empty() || *code == asked.dimensi);
    let heading = page.t(if asked.is_visit() { "wall.briefing.visit" } else { "wall.briefing.meeting" });
    let lines = vec![place.region.full_name(), format::stamp_near(page.lang, place.region.zone, now, now)];
    let mut leaves: Vec<Leaf> = vec![telling.title(heading, lines).into()];
    if asked.is_visit() {
        leaves.push(telling.summary().into());
        leaves.push(roadmap(&telling).into());
        leaves.push(reports_slide(page, reports, &foot).into());
        let wins = chosen.flat_map(|(code, _)| telling.of_dimension(code));
        let wins = wins.filter(|stand| stand.programme.kind == ProgrammeKind::QuickWin).take(SHEETS_MAX_COUNT);
        for stand in wins {
            let mut sheet = slides::sheet(&mut conn, stand.clone(), &overview, sees).await?;
            sheet.photo = slides::photo_of(&mut conn, stand.programme.id).await?;
            leaves.push(telling.one_pager(&sheet));
        }
    } else {
        let asks = simpul_plan::sql::agenda::asked(&mut conn).await?;
        leaves.extend(telling.decisions(&asks).map(Leaf::from));
        leaves.push(telling.summary().into());
        leaves.extend(chosen.flat_map(|(code, name)| telling.dimension(code, name)).map(Leaf::from));
        leaves.push(reports_slide(page, reports, &foot).into());
        leaves.push(roadmap(&telling).into());
    }
    Ok(Briefing { leaves, dimensions, foot })
}

fn roadmap(telling: &Telling<'_>) -> Slide {
    let roadmap = telling.short_roadmap();
    let (title, note) = (roadmap.title.clone(), roadmap.summary.clone());
    Slide::Chart { title, note, chart: Chart::Roadmap(roadmap), with_table: false }
}

/// The month's figures of what citizens reported, as the leader's sheet says them.
fn reports_slide(page: &Page, (month, figures): (String, Vec<(String, String)>), foot: &Footer) -> Slide {
    let tile = |(label, value)| Tile { label, value, age: foot.date.clone(), tone: Tone::Plain };
    let title = page.t1("wall.leader.month", "month", month);
    Slide::Tiles { title, tiles: figures.into_iter().map(tile).collect() }
}

/// Rows of a table that a screen in a meeting has room for, in letters that the far end of the room reads.
const ROWS_ON_SCREEN_COUNT: usize = 5;
/// Bars of a roadmap, likewise.
const BARS_ON_SCREEN_COUNT: usize = 8;

/// The slides with what no screen holds parted over several.
fn on_screen(leaves: Vec<Leaf>) -> Vec<Leaf> {
    leaves
        .into_iter()
        .flat_map(|leaf| parted(leaf.slide).into_iter().map(move |slide| Leaf { slide, photo: leaf.photo.clone() }))
        .collect()
}

fn parted(slide: Slide) -> Vec<Slide> {
    match slide {
        Slide::Table { title, columns, rows } if rows.len() > ROWS_ON_SCREEN_COUNT => {
            let parts: Vec<Vec<_>> = rows.chunks(ROWS_ON_SCREEN_COUNT).map(<[_]>::to_vec).collect();
            let count = parts.len();
            let part =
                |(at, rows)| Slide::Table { title: part_title(&title, at, count), columns: columns.clone(), rows };
            parts.into_iter().enumerate().map(part).collect()
        }
        Slide::Chart { title, note, chart: Chart::Roadmap(roadmap), with_table } => {
            let parts = parted_rows(&roadmap.rows);
            let count = parts.len();
            let part = |(at, rows)| {
                let title = part_title(&title, at, count);
                let chart = Chart::Roadmap(Roadmap { title: title.clone(), rows, ..roadmap.clone() });
                Slide::Chart { title, note: note.clone(), chart, with_table }
            };
            parts.into_iter().enumerate().map(part).collect()
        }
        other => vec![other],
    }
}

fn part_title(title: &str, at: usize, count: usize) -> String {
    if count > 1 { format!("{title} ({}/{count})", at + 1) } else { title.to_owned() }
}

/// The dimensions of a roadmap in screens; one with more bars than a screen holds goes on in the next.
fn parted_rows(rows: &[RoadmapRow]) -> Vec<Vec<RoadmapRow>> {
    let mut screens: Vec<Vec<RoadmapRow>> = vec![Vec::new()];
    let mut bars = 0;
    let whole = rows.iter().flat_map(|row| {
        let chunks: Vec<&[_]> =
            if row.items.is_empty() { vec![&[]] } else { row.items.chunks(BARS_ON_SCREEN_COUNT).collect() };
        chunks
            .into_iter()
            .map(|items| RoadmapRow { label: row.label.clone(), items: items.to_vec() })
            .collect::<Vec<_>>()
    });
    for row in whole {
        let own = row.items.len().max(1);
        if bars + own > BARS_ON_SCREEN_COUNT && bars > 0 {
            screens.push(Vec::new());
            bars = 0;
        }
        bars += own;
        screens.last_mut().into_iter().for_each(|screen| screen.push(row.clone()));
    }
    screens
}

/// The slides of a meeting as pages.
pub async fn show(officer: Officer<CanSeeLeader>, Query(asked): Query<Asked>) -> PageResult {
    let page = officer.page("wall.briefing.title").at("/pimpinan").wide().print();
    let page = page.style("grafik.css").style("paparan.css").script("paparan.js").script("umum.js");
    let Briefing { leaves, dimensions, foot } = briefing(&officer, &page, &asked).await?;
    let leaves = if asked.cetak.is_empty() { on_screen(leaves) } else { leaves };
    let kinds = ["rakor", "kunjungan"].map(|kind| Choice::new(kind, page.t(&format!("wall.briefing.kind.{kind}"))));
    let kind = if asked.is_visit() { "kunjungan" } else { "rakor" };
    render(&BriefingPage {
        form: officer.form().fill("dimensi", &asked.dimensi).fill("jenis", kind),
        dimensions: dimensions.into_iter().map(|(code, name)| Choice::new(code, name)).collect(),
        kinds: kinds.into_iter().collect(),
        at: asked.slide.clamp(1, leaves.len().max(1)),
        is_print: !asked.cetak.is_empty(),
        leaves,
        foot,
        asked,
        page,
    })
}

/// The same slides as a deck.
pub async fn deck(officer: Officer<CanSeeLeader>, Query(asked): Query<Asked>) -> PageResult {
    let page = officer.page("wall.briefing.title");
    let Briefing { leaves, foot, .. } = briefing(&officer, &page, &asked).await?;
    let files = officer.app.db.files();
    let deck = slides::deck(&page, (files, &officer.place), (foot, officer.now()), leaves).await?;
    let bytes = deck.to_bytes().map_err(slides::refused)?;
    let day = officer.region().zone.date(officer.now());
    Ok(attachment(PPTX_TYPE, &format!("paparan-{day}.pptx"), bytes)?.into_response())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use simpul_office::chart::RoadmapItem;

    use super::*;

    proptest! {
        #[test]
        fn a_roadmap_s_screens_hold_every_bar_once_and_in_order(counts in proptest::collection::vec(0usize..15, 0..9)) {
            let item = |name: String| RoadmapItem { name, from: 0, to: 0, tone: Tone::Plain, state: String::new() };
            let row = |(at, count): (usize, &usize)| RoadmapRow {
                label: at.to_string(),
                items: (0..*count).map(|bar| item(format!("{at}.{bar}"))).collect(),
            };
            let rows: Vec<RoadmapRow> = counts.iter().enumerate().map(row).collect();
            let screens = parted_rows(&rows);
            let bars = |rows: &[RoadmapRow]| rows.iter().map(|row| row.items.len().max(1)).sum::<usize>();
            prop_assert!(screens.iter().all(|screen| bars(screen) <= BARS_ON_SCREEN_COUNT));
            let names = |rows: Vec<&RoadmapRow>| -> Vec<String> {
                rows.into_iter().flat_map(|row| row.items.iter().map(|item| item.name.clone())).collect()
            };
            prop_assert_eq!(names(screens.iter().flatten().collect()), names(rows.iter().collect()));
            for row in &rows {
                prop_assert!(screens.iter().flatten().any(|shown| shown.label == row.label));
            }
        }
    }
}
