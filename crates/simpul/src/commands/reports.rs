//! `reports import`.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use indicatif::ProgressBar;
use simpul_people::Directory;
use simpul_report::import::{
    ImportError, ImportOptions, Mapping, Reading, RefusedRow, UnknownCategory, Watcher, Why, run,
};
use simpul_report::model::Source;

use crate::cli;
use crate::config::Settings;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, progress, say};

/// Bytes of a file that are read at once.
const BUFFER_BYTES: usize = 1 << 16;

/// Tells what happens on standard error, beside the bar.
struct Teller {
    bar: ProgressBar,
}

impl Watcher for Teller {
    fn refused(&mut self, row: &RefusedRow) {
        let id = row.foreign_id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
        self.bar.suspend(|| note(format_args!("line {}{id}: {}", row.line, row.reason)));
    }

    fn remark(&mut self, line: u64, says: &Why) {
        self.bar.suspend(|| note(format_args!("line {line}: note: {says}")));
    }

    fn progress(&mut self, rows: u64) {
        self.bar.set_message(format!("{rows} reports"));
    }
}

/// Imports a file of reports.
pub async fn import(settings: &Settings, word: cli::Reports) -> Result<(), Failure> {
    let cli::Reports::Import { region, file, .. } = &word;
    let region = house::region_code(region)?;
    let from = File::open(file).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))?;
    let db = house::open(settings).await?;
    let directory = Directory::new(db);
    let options = options(&word, &directory, region).await?;
    let total = from.metadata().map_or(0, |about| about.len());
    let mut teller = Teller { bar: progress(total, "bytes") };
    let from = BufReader::with_capacity(BUFFER_BYTES, teller.bar.wrap_read(from));
    let done = run(&directory, region, from, &options, &mut teller).await;
    teller.bar.finish_and_clear();
    let done = done.map_err(|error| failed(file, error))?;
    for category in &done.categories {
        note(format_args!("new category without an agency: {category}"));
    }
    say(format_args!(
        "{}{} read, {} new, {} changed, {} the same, {} refused, {} notes",
        if options.dry_run { "dry run: " } else { "" },
        done.read,
        done.new,
        done.changed,
        done.same,
        done.refused,
        done.remarks
    ));
    match done.refused {
        0 => Ok(()),
        count => Err(Failure::Found(format!("{count} rows were refused"))),
    }
}

fn failed(file: &Path, error: ImportError) -> Failure {
    match error {
        ImportError::Store(error) => Failure::from(error),
        other => Failure::Usage(format!("{}: {other}", file.display())),
    }
}

async fn options(
    word: &cli::Reports,
    directory: &Directory,
    region: simpul_kernel::RegionId,
) -> Result<ImportOptions, Failure> {
    let cli::Reports::Import { source, prefix, mapping: flags, unknown, month_first, dry_run, .. } = word;
    let mut mapping = Mapping::default();
    for flag in flags {
        mapping.add(flag).map_err(|error| Failure::Usage(format!("--map {flag}: {error}")))?;
    }
    let unknown = match unknown.as_str() {
        "create" => UnknownCategory::Create,
        "other" => UnknownCategory::Other,
        "refuse" => UnknownCategory::Refuse,
        other => return Err(Failure::Usage(format!("--unknown {other}: there are create, other, refuse"))),
    };
    let source = Source::parse(source).ok_or_else(|| {
        let known: Vec<&str> = Source::ALL.iter().map(|source| source.name()).collect();
        Failure::Usage(format!("--source {source}: there are {}", known.join(", ")))
    })?;
    let zone = directory.of(region).await?.region.zone;
    let reading = Reading { offset: i32::from(zone.offset_hours()) * 3_600, month_first: *month_first };
    let prefix = prefix.clone();
    Ok(ImportOptions { kind: None, source, prefix, mapping, unknown, reading, dry_run: *dry_run })
}
