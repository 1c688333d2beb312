//! `backup` and `restore`.

use std::path::Path;

use simpul_store::backup;

use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Copies everything into a new directory.
pub async fn take(settings: &Settings, dest: &Path) -> Result<(), Failure> {
    let db = house::open(settings).await?;
    let manifest = backup::backup(&db, dest, |what| note(format_args!("copying {what}"))).await?;
    let marker = settings.data().join(house::DEMO_MARKER);
    if marker.exists() {
        let kept = dest.join(house::DEMO_MARKER);
        std::fs::copy(&marker, &kept).map_err(Failure::io(&kept))?;
    }
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
    let manifest = backup::restore(&db, src, |what| note(format_args!("restoring {what}"))).await?;
    let marker = src.join(house::DEMO_MARKER);
    if marker.exists() {
        let kept = settings.data().join(house::DEMO_MARKER);
        std::fs::copy(&marker, &kept).map_err(Failure::io(&kept))?;
    }
    db.close().await;
    say(format_args!("OK {} databases, {} files", manifest.databases.len(), manifest.files));
    Ok(())
}
