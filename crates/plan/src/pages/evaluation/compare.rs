//! A round beside an earlier one, or beside what was published of another region.

use askama::Template;
use simpul_kernel::RegionId;
use simpul_office::chart::{Figure, Radar, Series};
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageError, PageResult, Path, Query, SignedIn, Tag, render,
};
use uuid::Uuid;

use super::super::CanSeeEvaluation;
use super::super::words::{round_tag, shown, told};
use super::regions::Asked;
use super::round::{RadarPart, Whole, filled_of, may_see};
use crate::model::evaluation::compare::{PeerGroup, Side, compare, difference};
use crate::model::evaluation::round::round_state_key;
use crate::model::evaluation::score::MARK_MAX;
use crate::model::evaluation::{Ratio, Round};
use crate::sql::{evaluation, round as sql};

/// One section of both.
struct CompareRow {
    name: String,
    first: String,
    second: String,
    difference: String,
}

/// A round in the list of all.
struct RoundRow {
    id: Uuid,
    name: String,
    year: i64,
    tag: Tag,
    state: String,
    filled: String,
    index: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "plan/compare.html")]
struct ComparePage {
    page: Page,
    form: FormView,
    round: Round,
    choices: Vec<Choice>,
    other: Option<String>,
    radar: RadarPart,
    rows: Vec<CompareRow>,
    rounds: Vec<RoundRow>,
}

impl ComparePage {
    fn path(&self) -> String {
        format!("/evaluasi/{}/banding", self.round.id)
    }
}

/// What a round can be compared with, and by which word of the address it is chosen.
struct Candidate {
    word: String,
    name: String,
    group: String,
    source: Source,
}

/// Where the scores of a candidate stand. Those of a published region are read once it is chosen.
enum Source {
    Round(Side),
    Published { instrument: String, year: i64, name: String },
}

/// The rounds of the region that the officer may see, this one among them.
async fn round_sides(me: &SignedIn, page: &Page) -> Result<Vec<(Round, Side)>, PageError> {
    let mut conn = me.read().await?;
    let mut sides = Vec::new();
    for held in sql::list(&mut conn).await?.into_iter().filter(|held| may_see(me, held)) {
        let whole = Whole::of(&mut conn, held).await?;
        let side = whole.side(page)?;
        sides.push((whole.round, side));
    }
    Ok(sides)
}

/// What was published of all regions.
async fn published_candidates(me: &SignedIn, page: &Page) -> Result<Vec<Candidate>, PageError> {
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let mut candidates = Vec::new();
    for (id, instrument) in evaluation::instruments(&mut shared).await? {
        for (year, name) in evaluation::published_names(&mut shared, id).await? {
            candidates.push(Candidate {
                word: format!("terbit {year} {name} {instrument}"),
                group: format!("{instrument}, {year}"),
                name: format!("{name} ({}, {year})", page.t(PeerGroup::of(&name).key())),
                source: Source::Published { instrument: instrument.clone(), year, name },
            });
        }
    }
    Ok(candidates)
}

/// The scores of what was chosen.
async fn side_at(me: &SignedIn, source: &Source) -> Result<Option<Side>, PageError> {
    let (instrument, year, name) = match source {
        Source::Round(side) => return Ok(Some(side.clone())),
        Source::Published { instrument, year, name } => (instrument, *year, name),
    };
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let Some(known) = evaluation::instrument(&mut shared, instrument).await? else { return Ok(None) };
    let published = evaluation::published(&mut shared, known.id, year).await?;
    let one = published.iter().find(|one| one.name == *name);
    Ok(one.map(|one| Side::of_published(format!("{name} ({year})"), &known.instrument.sections, one)))
}

/// Sections of both around a point. What is unknown has no point.
fn radar(page: &Page, first: &Side, second: Option<&Side>) -> RadarPart {
    let rows = match second {
        Some(second) => compare(first, second),
        None => compare(first, first),
    };
    let figure = |score: Option<Ratio>| match score {
        Some(score) => Figure::new(score.as_f64(), shown(page, score)),
        None => Figure::none(page.t("plan.evaluation.no_data")),
    };
    let series = |side: &Side, of: fn(&crate::model::evaluation::compare::Compared) -> Option<Ratio>| Series {
        name: side.name.clone(),
        figures: rows.iter().map(|row| figure(of(row))).collect(),
    };
    let best = Ratio::whole(MARK_MAX);
    let radar = Radar {
        title: page.t("plan.evaluation.compare.title"),
        summary: page.t1("plan.evaluation.radar_summary", "index", told(page, first.index)),
        axis_name: page.t("plan.evaluation.section"),
        axes: rows.iter().map(|row| row.section.clone()).collect(),
        max: Figure::new(best.as_f64(), MARK_MAX.to_string()),
        first: series(first, |row| row.first),
        second: second.map(|second| series(second, |row| row.second)),
    };
    RadarPart::new(radar, page.lang)
}

fn compare_rows(page: &Page, first: &Side, second: &Side) -> Vec<CompareRow> {
    let apart = |apart: Option<i64>| told(page, apart.map(Ratio::hundredths));
    let mut rows: Vec<CompareRow> = compare(first, second)
        .into_iter()
        .map(|row| CompareRow {
            first: told(page, row.first),
            second: told(page, row.second),
            difference: apart(row.difference()),
            name: row.section,
        })
        .collect();
    rows.push(CompareRow {
        name: page.t("plan.evaluation.compare.index"),
        first: told(page, first.index),
        second: told(page, second.index),
        difference: apart(difference(first.index, second.index)),
    });
    rows.push(CompareRow {
        name: page.t("plan.evaluation.filled"),
        first: filled_of(page, first.known.filled, first.known.all),
        second: filled_of(page, second.known.filled, second.known.all),
        difference: String::new(),
    });
    rows
}

/// The round beside what was chosen; beside the round before, where nothing was.
pub async fn show(me: Officer<CanSeeEvaluation>, Path(id): Path<Uuid>, Query(asked): Query<Fields>) -> PageResult {
    let whole = Whole::read(&me, id).await?;
    let page = me.page("plan.evaluation.compare.title").at("/evaluasi").style("grafik.css");
    let first = whole.side(&page)?;
    let rounds = round_sides(&me, &page).await?;
    let own = page.t("plan.evaluation.compare.rounds");
    let others = rounds.iter().filter(|(held, _)| held.id != id).map(|(held, side)| Candidate {
        word: format!("putaran {}", held.id),
        name: side.name.clone(),
        group: own.clone(),
        source: Source::Round(side.clone()),
    });
    let mut candidates: Vec<Candidate> = others.collect();
    let before = rounds.iter().find(|(held, _)| held.id != id && held.year <= whole.round.year);
    let word = match (asked.get("dengan"), before) {
        ("", Some((held, _))) => format!("putaran {}", held.id),
        (word, _) => word.to_owned(),
    };
    candidates.extend(published_candidates(&me, &page).await?);
    let chosen = match candidates.iter().find(|one| one.word == word) {
        Some(one) => side_at(&me, &one.source).await?,
        None => None,
    };
    let row = |(held, side): &(Round, Side)| RoundRow {
        id: held.id,
        name: held.name.clone(),
        year: held.year,
        tag: round_tag(held.state),
        state: page.t(round_state_key(held.state)),
        filled: filled_of(&page, side.known.filled, side.known.all),
        index: told(&page, side.index),
        is_this: held.id == id,
    };
    let choices = candidates.iter().map(|one| Choice::new(&one.word, one.name.clone()).group(one.group.clone()));
    let mut fields = Fields::default();
    fields.set("dengan", word.clone());
    render(&ComparePage {
        form: me.form_with(&Asked(fields), &[]),
        choices: choices.collect(),
        radar: radar(&page, &first, chosen.as_ref()),
        rows: chosen.as_ref().map(|other| compare_rows(&page, &first, other)).unwrap_or_default(),
        other: chosen.map(|other| other.name),
        rounds: rounds.iter().map(row).collect(),
        round: whole.round,
        page,
    })
}
