//! `backup` and `restore`.

use std::path::Path;

use indicatif::ProgressBar;
use simpul_store::backup::{self, Progress};

use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{progress, say};

/// What stands beside the photos in the data directory and belongs to them: the key that signs anchors, the operator's
/// own base map, and the mark of a demo.
const BESIDE: &[&str] = &["anchor.key", house::BASE_MAP, house::DEMO_MARKER];

fn move_bar(bar: &ProgressBar) -> impl FnMut(Progress) + '_ {
    |Progress { done, total }| {
        bar.set_length(total);
        bar.set_position(done);
    }
}

/// Copies everything into a new directory.
pub async fn take(settings: &Settings, dest: &Path) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    let bar = progress(0, "copying");
    let manifest = backup::backup(&db, dest, BESIDE, move_bar(&bar)).await;
    bar.finish_and_clear();
    let manifest = manifest?;
    let lines: i64 = manifest.databases.iter().map(|entry| entry.lines).sum();
    say(format_args!(
        "OK {} databases, {lines} journal lines, {} files in {}",
        manifest.databases.len(),
        manifest.files,
        dest.display()
    ));
    Ok(())
}

/// Puts a backup into an empty place.
pub async fn put_back(settings: &Settings, src: &Path) -> Result<(), Failure> {
    backup::check(src)?;
    let db = house::open_any(settings).await?;
    let bar = progress(0, "restoring");
    let manifest = backup::restore(&db, src, BESIDE, move_bar(&bar)).await;
    bar.finish_and_clear();
    let manifest = manifest?;
    db.close().await;
    say(format_args!("OK {} databases, {} files", manifest.databases.len(), manifest.files));
    Ok(())
}
