//! `evaluation`: instruments and published scores, which belong to all regions.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;
use serde_json::Number;
use simpul_kernel::RegionId;
use simpul_people::Directory;
use simpul_plan::actions::evaluation::{ImportInstrument, ImportScores, KnownRegion};
use simpul_plan::model::evaluation::ratio::written_hundredths;
use simpul_plan::model::evaluation::score::read_weights;
use simpul_plan::model::evaluation::{Instrument, Published, instrument};
use simpul_plan::sql::evaluation as sql;
use simpul_store::{Db, Error};

use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Does what the word says.
pub async fn evaluation(settings: &Settings, word: cli::Evaluation) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    match word {
        cli::Evaluation::ImportInstrument { file, name } => import_instrument(&db, &file, name).await,
        cli::Evaluation::ImportScores { file, instrument, year, weights } => {
            import_scores(&db, &file, (instrument, &year), weights.as_deref()).await
        }
        cli::Evaluation::Show { instrument, year, json } => show(&db, &instrument, &year, json).await,
    }
}

fn bytes_of(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}

fn refused(refusal: simpul_kernel::Refusal) -> Failure {
    Failure::from(Error::Refused(refusal))
}

async fn known_regions(db: &Db) -> Result<Vec<KnownRegion>, Failure> {
    let regions = Directory::new(db.clone()).regions().await?;
    Ok(regions.into_iter().map(|region| (region.id.0.into(), region.full_name())).collect())
}

async fn import_instrument(db: &Db, file: &Path, name: String) -> Result<(), Failure> {
    let read = instrument::read(&bytes_of(file)?).map_err(refused)?;
    let regions = known_regions(db).await?;
    let ctx = house::operator(db, RegionId::SHARED);
    let done = db.write(&ctx, ImportInstrument { name: name.clone(), read, regions }).await?;
    for (region, year, count, is_known) in &done.scores {
        say(format_args!("{region} {year}: {count} scores"));
        if !is_known {
            note(format_args!("note: {region} is no region of this installation; its scores are kept under the name"));
        }
    }
    let state = if done.is_new { "new" } else { "the same" };
    say(format_args!("OK {name}: {} questions in {} sections, {state}", done.questions_count, done.sections_count));
    Ok(())
}

async fn import_scores(
    db: &Db,
    file: &Path,
    (instrument, year): (String, &str),
    weights: Option<&str>,
) -> Result<(), Failure> {
    let year = instrument::year_of(year).map_err(refused)?;
    let weights = weights.map(read_weights).transpose().map_err(refused)?;
    let bytes = bytes_of(file)?;
    let regions = known_regions(db).await?;
    let ctx = house::operator(db, RegionId::SHARED);
    let done = db.write(&ctx, ImportScores { instrument, year, weights, bytes, regions }).await?;
    for name in &done.unmatched {
        note(format_args!("note: {name} is no region of this installation; its scores are kept under the name"));
    }
    say(format_args!("OK {} new, {} changed", done.new_count, done.changed_count));
    Ok(())
}

/// One region in the answer of `evaluation show`.
#[derive(Debug, Serialize)]
struct RegionView {
    name: String,
    sections: BTreeMap<String, Number>,
    index_computed: Option<Number>,
    index_published: Option<Number>,
    difference: Option<Number>,
}

#[derive(Debug, Serialize)]
struct AnswerView {
    regions: Vec<RegionView>,
}

/// Hundredths as a number of JSON: the text is exact, and JSON's number is that text.
fn number(hundredths: i64) -> Option<Number> {
    written_hundredths(hundredths, ".").parse().ok()
}

fn thousandths(count: i64) -> Option<Number> {
    let (sign, count) = (if count < 0 { "-" } else { "" }, count.unsigned_abs());
    format!("{sign}{}.{:03}", count / 1_000, count % 1_000).parse().ok()
}

fn view(instrument: &Instrument, published: &Published) -> RegionView {
    let standing = published.standing();
    let section = |(key, score): (&String, &simpul_plan::model::evaluation::Ratio)| {
        let name = instrument.section(key).map_or_else(|| key.clone(), |section| section.name.clone());
        Some((name, number(score.to_hundredths())?))
    };
    RegionView {
        name: published.name.clone(),
        sections: standing.sections.iter().filter_map(section).collect(),
        index_computed: standing.index.and_then(|index| number(index.to_hundredths())),
        index_published: published.index.and_then(thousandths),
        difference: published.difference().and_then(thousandths),
    }
}

async fn show(db: &Db, name: &str, year: &str, json: bool) -> Result<(), Failure> {
    let year = instrument::year_of(year).map_err(refused)?;
    let mut conn = db.read(RegionId::SHARED).await?;
    let known = sql::instrument(&mut conn, name).await?;
    let known = known.ok_or_else(|| Failure::Usage(format!("there is no instrument called {name}")))?;
    let published = sql::published(&mut conn, known.id, year).await?;
    let regions: Vec<RegionView> = published.iter().map(|one| view(&known.instrument, one)).collect();
    if json {
        let text = serde_json::to_string(&AnswerView { regions }).map_err(|error| Failure::Store(error.to_string()))?;
        say(text);
        return Ok(());
    }
    let told = |number: &Option<Number>| number.as_ref().map_or_else(|| "–".to_owned(), Number::to_string);
    for region in &regions {
        let sections: Vec<String> = region.sections.iter().map(|(name, score)| format!("{name} {score}")).collect();
        let (computed, published) = (told(&region.index_computed), told(&region.index_published));
        say(format_args!("{:32} {computed:>5} (published {published})  {}", region.name, sections.join(", ")));
    }
    Ok(())
}
