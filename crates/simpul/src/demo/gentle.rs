//! The gentle drill of the demo: a calm half hour in the 112 room, again and again, until somebody stops it.

use std::time::Duration;

use simpul_emergency::actions::EndDrill;
use simpul_emergency::drill::{DrillError, Pace, Stage};
use simpul_emergency::model::drill::{read, shipped};
use simpul_emergency::sql::drill::running;
use simpul_people::Directory;
use simpul_store::Db;

use crate::house;
use crate::terminal::note;

/// Which scenario.
const SCENARIO: &str = "hari-biasa";
/// Between two rounds.
const PAUSE: Duration = Duration::from_secs(5 * 60);
/// The server starts first.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// Plays it for as long as the program runs and nobody stops it. Where there is no demo, `wanted` is `None`.
pub async fn run(db: &Db, directory: &Directory, wanted: Option<bool>) {
    if let Some(wanted) = wanted {
        tokio::time::sleep(FIRST_PAUSE).await;
        if let Err(error) = end_left(db).await {
            tracing::warn!(%error, "a drill that an earlier program left behind can't be ended just now");
        }
        if wanted {
            note("A gentle drill runs in the 112 room: --no-drill leaves it out, the button on /112/gladi stops it.");
            rounds(db, directory).await;
        }
    }
    std::future::pending::<()>().await;
}

/// One round after the other, until one is stopped.
async fn rounds(db: &Db, directory: &Directory) {
    loop {
        match play(db, directory).await {
            Ok(true) => tokio::time::sleep(PAUSE).await,
            Ok(false) => return,
            Err(error) => return tracing::warn!(%error, "the gentle drill was not played"),
        }
    }
}

/// A program that was killed can't end its drill. One that is being played shows so every second.
async fn end_left(db: &Db) -> simpul_store::Result<()> {
    let region = super::REGION;
    let Some(before) = running(&mut db.read(region).await?).await? else { return Ok(()) };
    tokio::time::sleep(LEFT_AFTER).await;
    let now = running(&mut db.read(region).await?).await?;
    match now.filter(|now| now.id == before.id && now.beat == before.beat) {
        Some(left) => db.write(&house::operator(db, region), EndDrill { drill: left.id }).await.map(drop),
        None => Ok(()),
    }
}

/// A drill that was silent for so long is left behind.
const LEFT_AFTER: Duration = Duration::from_secs(5);

/// Answers whether it was played to its end.
async fn play(db: &Db, directory: &Directory) -> Result<bool, DrillError> {
    let text = shipped(SCENARIO).unwrap_or_default();
    let scenario = read(text).map_err(DrillError::Faults)?;
    let place = directory.of(super::REGION).await?;
    let stage = Stage { db, place: &place };
    let played = stage.play(&scenario, Pace { speed: 1.0, calls_only: false }, |_, _| {}).await?;
    Ok(!played.stopped)
}
