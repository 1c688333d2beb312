//! What was published of all regions in a year: index as computed and as published, and how much of it is known.

use askama::Template;
use simpul_kernel::RegionId;
use simpul_shell::{Fields, Officer, Page, PageError, PageResult, Query, render};

use super::super::CanSeeEvaluation;
use super::super::words::shown;
use crate::model::evaluation::compare::PeerGroup;
use crate::model::evaluation::{Published, Ratio, Section};
use crate::sql::evaluation as sql;

struct RegionRow {
    name: String,
    group: &'static str,
    sections: Vec<String>,
    computed: String,
    published: String,
    difference: String,
    known: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "plan/published.html")]
struct PublishedPage {
    page: Page,
    instrument: String,
    year: i64,
    sections: Vec<Section>,
    rows: Vec<RegionRow>,
}

fn region_row(page: &Page, sections: &[Section], questions: usize, one: &Published, here: i64) -> RegionRow {
    let standing = one.standing();
    let none = || "–".to_owned();
    let told = |score: Option<Ratio>| score.map_or_else(none, |score| shown(page, score));
    let known_sections = standing.sections.len();
    RegionRow {
        name: one.name.clone(),
        group: PeerGroup::of(&one.name).key(),
        sections: sections.iter().map(|section| told(standing.sections.get(&section.key).copied())).collect(),
        computed: told(standing.index),
        published: told(one.index.map(Ratio::thousandths)),
        difference: told(one.difference().map(Ratio::thousandths)),
        known: page.tx(
            "plan.evaluation.published.known",
            [
                ("sections", &*known_sections.to_string()),
                ("questions", &*standing.scored_count.to_string()),
                ("all", &*questions.to_string()),
            ],
        ),
        is_here: one.region == Some(here),
    }
}

/// The scores of a year, by name: never a rank without group and completeness beside it.
pub async fn show(me: Officer<CanSeeEvaluation>, Query(asked): Query<Fields>) -> PageResult {
    let name = asked.get("instrumen").to_owned();
    let year = asked.int("tahun").ok_or_else(PageError::not_found)?;
    let mut shared = me.app.db.read(RegionId::SHARED).await?;
    let known = sql::instrument(&mut shared, &name).await?.ok_or_else(PageError::not_found)?;
    let published = sql::published(&mut shared, known.id, year).await?;
    let page = me.page("plan.evaluation.published.title").at("/evaluasi");
    let (sections, questions) = (known.instrument.sections, known.instrument.questions.len());
    let here = i64::from(me.region().id.0);
    let rows = published.iter().map(|one| region_row(&page, &sections, questions, one, here)).collect();
    render(&PublishedPage { page, instrument: name, year, sections, rows })
}
