//! `evaluation`: instruments and published scores, which belong to all regions.

use std::path::Path;

use serde_json::Number;
use simpul_kernel::RegionId;
use simpul_people::Directory;
use simpul_plan::actions::evaluation::{ImportCohorts, ImportInstrument, ImportScores, KnownRegion};
use simpul_plan::api::evaluation::year_scores;
use simpul_plan::model::evaluation::score::read_weights;
use simpul_plan::model::evaluation::{cohort, instrument};
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
        cli::Evaluation::ImportCohorts { file } => import_cohorts(&db, &file).await,
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
    if !done.left_out.is_empty() {
        note(format_args!("note: left out, as they hold no scores: {}", done.left_out.join(", ")));
    }
    say(format_args!("OK {} new, {} changed", done.new_count, done.changed_count));
    Ok(())
}

async fn import_cohorts(db: &Db, file: &Path) -> Result<(), Failure> {
    let rows = cohort::read(&bytes_of(file)?).map_err(refused)?;
    let regions = known_regions(db).await?;
    let done = db.write(&house::operator(db, RegionId::SHARED), ImportCohorts { rows, regions }).await?;
    for name in &done.unmatched {
        note(format_args!("note: {name} is no region of this installation; it is kept under the name"));
    }
    say(format_args!("OK {} rows", done.kept_count));
    Ok(())
}

async fn show(db: &Db, name: &str, year: &str, json: bool) -> Result<(), Failure> {
    let year = instrument::year_of(year).map_err(refused)?;
    let mut conn = db.read(RegionId::SHARED).await?;
    let scores = year_scores(&mut conn, name, year).await?;
    if json {
        let text = serde_json::to_string(&scores).map_err(|error| Failure::Store(error.to_string()))?;
        say(text);
        return Ok(());
    }
    let told = |number: &Option<Number>| number.as_ref().map_or_else(|| "–".to_owned(), Number::to_string);
    for region in &scores.regions {
        let sections: Vec<String> = region.sections.iter().map(|(name, score)| format!("{name} {score}")).collect();
        let (computed, published) = (told(&region.index_computed), told(&region.index_published));
        say(format_args!("{:32} {computed:>5} (published {published})  {}", region.name, sections.join(", ")));
    }
    Ok(())
}
