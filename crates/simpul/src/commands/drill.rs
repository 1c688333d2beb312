//! `drill`: a scenario is played on this installation, marked as such.

use std::path::Path;

use simpul_emergency::actions::EndDrill;
use simpul_emergency::drill::{DrillError, Pace, SPEED_MAX, Stage};
use simpul_emergency::model::drill::{Fault, SHIPPED, Scenario, read, shipped};
use simpul_emergency::sql::drill::running;
use simpul_kernel::{Actor, RegionId};
use simpul_people::{Directory, choose_region};
use simpul_store::Db;

use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Largest file of a scenario, in bytes.
const FILE_MAX_BYTES: u64 = 4 << 20;

/// Plays a scenario, or stops the one that is being played.
pub async fn drill(settings: &Settings, word: cli::Drill) -> Result<(), Failure> {
    let cli::Drill { file, speed, region, calls_only, stop } = word;
    if !(0.0..=SPEED_MAX).contains(&speed) {
        return Err(Failure::Usage(format!("--speed is 0 to {SPEED_MAX}")));
    }
    let scenario = load(file.as_deref())?;
    let db = house::open(settings).await?;
    let directory = Directory::new(db.clone());
    let region = where_to(settings, &directory, region.as_deref(), &scenario).await?;
    if stop {
        return end(&db, region).await;
    }
    let place = directory.of(region).await?;
    note(&scenario.name);
    let stage = Stage { db: &db, place: &place };
    let tell = |step: &simpul_emergency::model::drill::Step, refused: Option<&str>| {
        if let Some(why) = refused {
            note(format_args!("line {}: refused: {why}", step.line));
        }
    };
    let playing = stage.play(&scenario, Pace { speed, calls_only }, tell);
    let played = tokio::select! {
        played = playing => played.map_err(|error| failed(error, file.as_deref()))?,
        _ = tokio::signal::ctrl_c() => return end(&db, region).await,
    };
    let stopped = if played.stopped { ", stopped" } else { "" };
    say(format_args!(
        "OK {}: {} steps, {} calls, {} incidents, {} refused{stopped}",
        scenario.name,
        played.steps,
        played.calls,
        played.incidents,
        played.refused.len()
    ));
    Ok(())
}

/// Ends the drill that is being played.
pub async fn end(db: &Db, region: RegionId) -> Result<(), Failure> {
    let Some(running) = running(&mut db.read(region).await?).await? else {
        say("no drill is being played");
        return Ok(());
    };
    db.write(&db.env().ctx(region, Actor::system("operator")), EndDrill { drill: running.id }).await?;
    say(format_args!("OK ended {}", running.name));
    Ok(())
}

fn names() -> String {
    SHIPPED.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The file, or a scenario that comes with Simpul, or the default one.
fn load(file: Option<&Path>) -> Result<Scenario, Failure> {
    let Some(file) = file else { return parsed("sungai-contoh", SHIPPED[0].1) };
    let shown = file.display().to_string();
    if let Some(text) = shipped(&shown).filter(|_| !file.exists()) {
        return parsed(&shown, text);
    }
    let about = std::fs::metadata(file)
        .map_err(|error| Failure::Usage(format!("{shown}: {error}; scenarios that come with Simpul: {}", names())))?;
    if about.len() > FILE_MAX_BYTES {
        return Err(Failure::Usage(format!("{shown} has more than {FILE_MAX_BYTES} bytes")));
    }
    let text = std::fs::read_to_string(file).map_err(|error| Failure::Usage(format!("{shown}: {error}")))?;
    parsed(&shown, &text)
}

fn parsed(name: &str, text: &str) -> Result<Scenario, Failure> {
    read(text).map_err(|faults| refused(name, &faults))
}

/// Every fault on its own line; nothing was played.
fn refused(name: &str, faults: &[Fault]) -> Failure {
    let lines: Vec<String> = faults.iter().map(|fault| format!("{name}: {fault}")).collect();
    Failure::Usage(format!("{}\nnothing was played", lines.join("\n")))
}

fn failed(error: DrillError, file: Option<&Path>) -> Failure {
    let name = file.map_or_else(|| "sungai-contoh".to_owned(), |file| file.display().to_string());
    match error {
        DrillError::Faults(faults) => refused(&name, &faults),
        DrillError::Store(simpul_store::Error::Refused(refusal))
            if refusal.key == "emergency.refused.drill_running" =>
        {
            Failure::Usage("a drill is being played already: `simpul drill --stop` ends it".into())
        }
        DrillError::Store(error) => error.into(),
    }
}

/// The region that is named, else the scenario's, else the one that answers to every host.
async fn where_to(
    settings: &Settings,
    directory: &Directory,
    named: Option<&str>,
    scenario: &Scenario,
) -> Result<RegionId, Failure> {
    if let Some(code) = named {
        return house::region_code(code);
    }
    let regions = directory.regions().await?;
    let wanted = scenario.region.and_then(|code| regions.iter().find(|one| i64::from(one.id.0) == code));
    if let Some(region) = wanted {
        return Ok(region.id);
    }
    let default = settings.opt("default_region").map(|code| house::region_code(&code)).transpose()?;
    let known: Vec<(RegionId, Option<String>)> = regions.into_iter().map(|one| (one.id, one.host)).collect();
    choose_region(&known, "", default).ok_or_else(|| Failure::Usage("name the region: --region CODE".into()))
}
