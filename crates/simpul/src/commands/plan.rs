//! `plan import`, `plan import-library` and `plan export`.

use std::path::Path;

use simpul_plan::actions::{EnsurePlan, ImportDrafts, ImportLibrary};
use simpul_plan::file::{ReadFile, export, read_file};
use simpul_plan::model::draft::agency_names;
use simpul_plan::model::framework::{Framework, SHIPPED};
use simpul_plan::model::library;
use simpul_plan::sql;
use uuid::Uuid;

use super::people::Desk;
use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::messages::sentence;
use crate::terminal::{note, say};

/// Years that a plan looks ahead which is made for a file.
const AHEAD_YEARS: i64 = 4;

/// What is done with the plan.
pub async fn plan(settings: &Settings, word: cli::Plan) -> Result<(), Failure> {
    match word {
        cli::Plan::Import { file, region, skip_bad } => {
            let desk = Desk::open(settings, &region).await?;
            import(&desk, &file, skip_bad).await
        }
        cli::Plan::ImportLibrary { file, name, region } => {
            let desk = Desk::open_one(settings, region.as_deref()).await?;
            import_library(&desk, &file, name).await
        }
        cli::Plan::Export { file, region } => {
            let desk = Desk::open_one(settings, region.as_deref()).await?;
            write_out(&desk, &file).await
        }
    }
}

fn is_xlsx(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xlsx"))
}

/// The words of the plan in force, or of the one that will be made for the file.
async fn framework(desk: &Desk) -> Result<Framework, Failure> {
    let mut conn = desk.db.read(desk.ctx.region).await?;
    if let Some(plan) = sql::plan::in_force(&mut conn).await?
        && let Some(framework) = sql::framework::by_id(&mut conn, plan.framework).await?
    {
        return Ok(framework);
    }
    let usual = SHIPPED.first().map(|one| one.framework(Uuid::nil()));
    usual.ok_or_else(|| Failure::Found("no framework comes with this program".to_owned()))
}

async fn read(desk: &Desk, file: &Path) -> Result<ReadFile, Failure> {
    let framework = framework(desk).await?;
    let place = desk.snapshot().await?;
    let agencies = place.active_agencies().map(|agency| (agency.short.as_str(), agency.name.as_str()));
    let agencies = agency_names(agencies);
    let bytes = std::fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    read_file(&bytes, desk.ctx.region, &framework, &agencies).map_err(|faults| {
        let told: Vec<String> = faults.iter().map(|fault| sentence(&fault.refusal)).collect();
        Failure::Usage(format!("{}: {}", file.display(), told.join("; ")))
    })
}

async fn import(desk: &Desk, file: &Path, skip_bad: bool) -> Result<(), Failure> {
    let ReadFile { drafts, others, bad } = read(desk, file).await?;
    for (line, why) in &bad {
        note(format_args!("line {line}: {}", sentence(why)));
    }
    for draft in &drafts {
        for remark in &draft.remarks {
            note(format_args!("line {}: note: {}", draft.line, sentence(&remark.said())));
        }
    }
    if !bad.is_empty() && !skip_bad {
        let count = bad.len();
        return Err(Failure::Found(format!("{count} rows are bad; nothing was taken (--skip-bad leaves them out)")));
    }
    let first = drafts.iter().map(|draft| draft.years.0).min();
    let Some(first) = first else {
        say(format_args!("0 new, 0 known, {others} of other regions, {} bad", bad.len()));
        return Ok(());
    };
    let last = drafts.iter().map(|draft| draft.years.1).max().unwrap_or(first).max(first + AHEAD_YEARS);
    let plan = desk.db.write(&desk.ctx, EnsurePlan { years: (first, last) }).await?;
    let done = desk.db.write(&desk.ctx, ImportDrafts { plan, drafts }).await?;
    say(format_args!("{} new, {} known, {others} of other regions, {} bad", done.new.len(), done.known, bad.len()));
    Ok(())
}

async fn import_library(desk: &Desk, file: &Path, name: String) -> Result<(), Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let rows = library::read(&bytes, &name)
        .map_err(|why| Failure::Usage(format!("{}: {}", file.display(), sentence(&why))))?;
    if library::numbers_only(&name) {
        note(format_args!("note: of an ISO standard only the numbers of its clauses are kept"));
    }
    let done = desk.db.write(&desk.ctx, ImportLibrary { name: name.clone(), rows }).await?;
    say(format_args!("OK {name}: {} indicators, {}", done.count, if done.is_new { "new" } else { "replaced" }));
    Ok(())
}

async fn write_out(desk: &Desk, file: &Path) -> Result<(), Failure> {
    if !is_xlsx(file) {
        return Err(Failure::Usage(format!("{}: the file's name must end in .xlsx", file.display())));
    }
    let place = desk.snapshot().await?;
    let mut conn = desk.db.read(desk.ctx.region).await?;
    let Some(plan) = sql::plan::in_force(&mut conn).await? else {
        return Err(Failure::Found("no masterplan is in force: there is nothing to write".to_owned()));
    };
    let (bytes, count) = export(&mut conn, &plan, &place, desk.ctx.now()).await?;
    drop(conn);
    // A file that is there is somebody's: it is not written over.
    let write = std::fs::File::create_new(file).and_then(|mut into| std::io::Write::write_all(&mut into, &bytes));
    write.map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    say(format_args!("{count} programmes"));
    Ok(())
}
