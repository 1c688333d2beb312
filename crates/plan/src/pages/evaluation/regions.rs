//! `/evaluasi/daerah`: how the evaluation stands in every region that shows it to evaluators, and what was published of
//! the others; never a place without its group and how much is known beside it.

use askama::Template;
use axum::response::Response;
use simpul_kernel::RegionId;
use simpul_people::Region;
use simpul_shell::table::{Cell, FileKind, Head, download};
use simpul_shell::{Choice, Fields, FormView, Officer, Page, PageError, PageResult, Query, SignedIn, Tag, render};

use super::super::CanCompareRegions;
use super::super::words::{round_tag, told};
use super::round::{Whole, filled_of};
use crate::model::evaluation::cohort::{Cohort, cohorts, regions_count};
use crate::model::evaluation::compare::Side;
use crate::model::evaluation::ratio::written_hundredths;
use crate::model::evaluation::region_line::{Lines, RegionLine, RoundLine};
use crate::model::evaluation::round::round_state_key;
use crate::model::evaluation::{Ratio, Section};
use crate::sql::{cohort, evaluation, round as sql};

/// Fields that came in an address.
pub(super) struct Asked(pub(super) Fields);

impl simpul_shell::Typed for Asked {
    fn typed(&self) -> &Fields {
        &self.0
    }
}

/// A cohort with how many of its regions are known here by name, and of how many of these there are scores.
struct CohortRow {
    cohort: Cohort,
    named: usize,
    scored: usize,
}

/// A line of the table in words.
struct Row {
    name: String,
    group: &'static str,
    cohorts: String,
    round: Option<(Tag, String)>,
    filled: String,
    round_index: String,
    sections: Vec<String>,
    index: String,
    known: String,
    place: String,
}

/// Scores of which year are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edition {
    instrument: String,
    year: i64,
}

impl Edition {
    fn word(&self) -> String {
        format!("{} {}", self.year, self.instrument)
    }
}

#[derive(Template)]
#[template(path = "plan/regions.html")]
struct RegionsPage {
    page: Page,
    form: FormView,
    editions: Vec<Choice>,
    groups: Vec<Choice>,
    years: Vec<Choice>,
    sections: Vec<Section>,
    cohorts: Vec<CohortRow>,
    cohort_regions: usize,
    rows: Vec<Row>,
    query: String,
}

/// All that is known of regions, with the sections of the year that is looked at.
struct Known {
    editions: Vec<Edition>,
    chosen: Option<Edition>,
    sections: Vec<Section>,
    lines: Vec<RegionLine>,
}

/// What others see of a region's newest round.
async fn newest_round(me: &SignedIn, page: &Page, region: &Region) -> Result<Option<RoundLine>, PageError> {
    let mut conn = me.app.db.read(region.id).await?;
    let Some(held) = sql::list(&mut conn).await?.into_iter().next() else { return Ok(None) };
    let whole = Whole::of(&mut conn, held).await?;
    let (side, by) = (whole.side(page)?, whole.scored_by());
    let held = whole.round;
    Ok(Some(RoundLine::of(held.name, held.year, held.state, (&side, by))))
}

async fn known(me: &SignedIn, page: &Page, asked: &Fields) -> Result<Known, PageError> {
    let mut lines = Lines::default();
    // A region decides itself whether its rounds are shown beside those of others.
    let shares = |region: &Region| region.settings.share_evaluation || region.id == me.region().id;
    for region in me.app.directory.regions().await?.into_iter().filter(shares) {
        let round = newest_round(me, page, &region).await?;
        lines.region(&region.full_name(), region.id.0.into(), round);
    }
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let mut editions = Vec::new();
    for (id, instrument) in evaluation::instruments(&mut shared).await? {
        let years = evaluation::years(&mut shared, id).await?;
        editions.extend(years.into_iter().map(|(year, _)| Edition { instrument: instrument.clone(), year }));
    }
    editions.sort_by_key(|edition| std::cmp::Reverse(edition.year));
    let wanted = asked.get("nilai");
    let chosen = editions.iter().find(|one| one.word() == wanted).or(editions.first()).cloned();
    let mut sections = Vec::new();
    if let Some(edition) = &chosen
        && let Some(kept) = evaluation::instrument(&mut shared, &edition.instrument).await?
    {
        sections = kept.instrument.sections;
        for one in evaluation::published(&mut shared, kept.id, edition.year).await? {
            let side = Side::of_published(one.name.clone(), &sections, &one);
            lines.published(&one.name, one.region, side);
        }
    }
    for (year, name, code) in cohort::all(&mut shared).await? {
        lines.cohort(&name, code, year);
    }
    Ok(Known { editions, chosen, sections, lines: lines.finish() })
}

fn is_asked(line: &RegionLine, asked: &Fields) -> bool {
    let is = |name: &str, fits: bool| asked.get(name).is_empty() || fits;
    let year = asked.int("angkatan");
    is("angkatan", year.is_some_and(|year| line.cohorts.contains(&year)))
        && is("kelompok", line.group.key().ends_with(asked.get("kelompok")))
}

fn place_words(page: &Page, line: &RegionLine) -> String {
    let Some(place) = line.place else { return page.t("plan.evaluation.regions.no_place") };
    let group = page.t(line.group.key());
    let words = [("place", &*place.place.to_string()), ("of", &*place.of.to_string()), ("group", &*group)];
    page.tx("plan.evaluation.regions.place_of", words)
}

fn section_score(line: &RegionLine, key: &str) -> Option<Ratio> {
    let side = line.published.as_ref()?;
    side.sections.iter().find(|(own, ..)| own == key).and_then(|(.., score)| *score)
}

/// The index of a round with the word for who gave the scores.
fn round_index(page: &Page, line: &RegionLine) -> String {
    let known = line.round.as_ref().and_then(|round| Some((round.index?, round.by)));
    match known {
        Some((index, by)) => format!("{} ({})", told(page, Some(index)), page.t(by.key())),
        None => told(page, None),
    }
}

fn row(page: &Page, sections: &[Section], line: &RegionLine) -> Row {
    let none = || page.t("plan.evaluation.no_data");
    let years: Vec<String> = line.cohorts.iter().map(i64::to_string).collect();
    Row {
        name: line.name.clone(),
        group: line.group.key(),
        cohorts: if years.is_empty() { none() } else { years.join(", ") },
        round: line
            .round
            .as_ref()
            .map(|round| (round_tag(round.state), format!("{} {}", round.year, page.t(round_state_key(round.state))))),
        filled: line.round.as_ref().map_or_else(none, |round| filled_of(page, round.known.filled, round.known.all)),
        round_index: round_index(page, line),
        sections: sections.iter().map(|section| told(page, section_score(line, &section.key))).collect(),
        index: told(page, line.published.as_ref().and_then(|side| side.index)),
        known: line.published.as_ref().map_or_else(none, |side| filled_of(page, side.known.filled, side.known.all)),
        place: place_words(page, line),
    }
}

fn cohort_rows(lines: &[RegionLine]) -> Vec<CohortRow> {
    let row = |cohort: Cohort| {
        let own = || lines.iter().filter(move |line| line.cohorts.contains(&cohort.year));
        CohortRow { cohort, named: own().count(), scored: own().filter(|line| line.published.is_some()).count() }
    };
    cohorts().into_iter().map(row).collect()
}

/// The regions.
pub async fn show(me: Officer<CanCompareRegions>, Query(asked): Query<Fields>) -> PageResult {
    let page = me.page("plan.evaluation.regions.title").at("/evaluasi");
    let known = known(&me, &page, &asked).await?;
    let edition = known.chosen.as_ref().map(Edition::word).unwrap_or_default();
    let query = format!(
        "nilai={}&kelompok={}&angkatan={}",
        simpul_shell::encode_query(&edition),
        simpul_shell::encode_query(asked.get("kelompok")),
        simpul_shell::encode_query(asked.get("angkatan")),
    );
    let cohorts = cohort_rows(&known.lines);
    let all: Vec<Cohort> = cohorts.iter().map(|row| row.cohort).collect();
    let lines = known.lines.iter().filter(|line| is_asked(line, &asked));
    let rows = lines.map(|line| row(&page, &known.sections, line)).collect();
    let mut fields = asked;
    fields.set("nilai", edition);
    let group = |word: &str, key: &str| Choice::new(word, page.t(key));
    render(&RegionsPage {
        form: me.form_with(&Asked(fields), &[]),
        editions: known
            .editions
            .iter()
            .map(|one| Choice::new(one.word(), format!("{}, {}", one.instrument, one.year)))
            .collect(),
        groups: vec![
            group("regency", "plan.evaluation.published.regency"),
            group("city", "plan.evaluation.published.city"),
        ],
        years: all.iter().map(|one| Choice::new(one.year, one.year.to_string())).collect(),
        sections: known.sections,
        cohort_regions: regions_count(&all),
        cohorts,
        rows,
        query,
        page,
    })
}

fn score_cell(score: Option<Ratio>) -> Cell {
    score.map_or(Cell::Empty, |score| Cell::Text(written_hundredths(score.to_hundredths(), ".")))
}

fn count_cell(count: usize) -> Cell {
    i64::try_from(count).map_or(Cell::Empty, Cell::Number)
}

fn cells(page: &Page, sections: &[Section], line: &RegionLine) -> Vec<Cell> {
    let years: Vec<String> = line.cohorts.iter().map(i64::to_string).collect();
    let round = line.round.as_ref();
    let known = line.published.as_ref().map(|side| side.known);
    let mut cells = vec![
        Cell::text(line.name.clone()),
        Cell::text(page.t(line.group.key())),
        if years.is_empty() { Cell::Empty } else { Cell::text(years.join(" ")) },
        round.map_or(Cell::Empty, |round| Cell::Number(round.year)),
        round.map_or(Cell::Empty, |round| Cell::text(page.t(round_state_key(round.state)))),
        round.map_or(Cell::Empty, |round| count_cell(round.known.filled)),
        round.map_or(Cell::Empty, |round| count_cell(round.known.all)),
        score_cell(round.and_then(|round| round.index)),
        round.filter(|round| round.index.is_some()).map_or(Cell::Empty, |round| Cell::text(page.t(round.by.key()))),
    ];
    cells.extend(sections.iter().map(|section| score_cell(section_score(line, &section.key))));
    cells.push(score_cell(line.published.as_ref().and_then(|side| side.index)));
    cells.push(known.map_or(Cell::Empty, |known| count_cell(known.filled)));
    cells.push(known.map_or(Cell::Empty, |known| count_cell(known.all)));
    cells.push(line.place.map_or(Cell::Empty, |place| count_cell(place.place)));
    cells.push(line.place.map_or(Cell::Empty, |place| count_cell(place.of)));
    cells
}

/// The same as a file: what is unknown is empty there.
pub async fn as_file(me: Officer<CanCompareRegions>, Query(asked): Query<Fields>) -> Result<Response, PageError> {
    let page = me.page("plan.evaluation.regions.title");
    let known = known(&me, &page, &asked).await?;
    let name = |key: &str| page.t(&format!("plan.evaluation.regions.column.{key}"));
    let mut columns: Vec<String> = [
        "region",
        "group",
        "cohorts",
        "round_year",
        "round_state",
        "answered",
        "questions",
        "round_index",
        "scored_by",
    ]
    .map(name)
    .into();
    columns.extend(known.sections.iter().map(|section| section.name.clone()));
    columns.extend(["index", "known_sections", "sections", "place", "place_of"].map(name));
    let mut notes = Vec::new();
    if me.region().demo {
        notes.push(page.t("shell.demo"));
    }
    if let Some(edition) = &known.chosen {
        notes.push(format!("{}, {}", edition.instrument, edition.year));
    }
    let head = Head { notes, columns, zone: me.region().zone };
    let lines = known.lines.iter().filter(|line| is_asked(line, &asked));
    let rows: Vec<Vec<Cell>> = lines.map(|line| cells(&page, &known.sections, line)).collect();
    let blocks = futures_util::stream::iter([Ok(rows)]);
    Ok(download(FileKind::Csv, "evaluasi-daerah", &head, blocks)?)
}
