//! `reports import`.

use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;

/// Imports a file of reports.
pub async fn import(settings: &Settings, word: cli::Reports) -> Result<(), Failure> {
    let _ = (settings, word);
    Ok(())
}
