//! Backup and restore. A backup is a directory of SQLite files, one a region, whichever engine it was taken from: so it
//! can be looked into with any SQLite, and restored into either engine, which is also the way from one to the other.

mod files;
mod rows;

use std::path::Path;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use simpul_kernel::RegionId;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::db::{RESTORING, region_file};
use crate::{Db, Error, Result, journal};
use files::{check_files, copy_files, file_digest, files_below};

/// The name of the list of what a backup holds.
const MANIFEST: &str = "manifest.json";

/// What a backup holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Form of the backup.
    pub format: u32,
    /// When it was taken, microseconds UTC.
    pub at: i64,
    /// The databases in it.
    pub databases: Vec<DatabaseEntry>,
    /// How many files of the file store it holds.
    pub files: u64,
}

/// One region's database in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DatabaseEntry {
    /// Whose; 0 is the shared one.
    pub region: i32,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// Lines of its journal.
    pub lines: i64,
    /// Hash of the last line, in hexadecimal.
    pub head: String,
}

/// How far a backup or a restore is: databases and files, of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Done so far.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| Error::Store(format!("{}: {error}", path.display()))
}

fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}

/// Takes a backup of everything into the new directory `to`, while Simpul runs: databases, photos, and those files
/// `beside` them that are there. `seen` is told how far it is. The directory appears under its name only when it is
/// whole.
///
/// # Errors
/// [`Error::Unfit`] where `to` exists or lies among the photos; [`Error::Store`] where it can't be written or the
/// copy's journal is not whole.
pub async fn backup(db: &Db, to: &Path, beside: &[&str], mut seen: impl FnMut(Progress)) -> Result<Manifest> {
    if to.exists() {
        return Err(Error::Unfit(format!("{} exists already: name a new directory", to.display())));
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    refuse_among_photos(db, parent)?;
    std::fs::create_dir_all(parent).map_err(failed(parent))?;
    let scratch = tempfile::Builder::new().prefix(".simpul-backup-").tempdir_in(parent).map_err(failed(parent))?;
    std::fs::create_dir_all(scratch.path().join("regions")).map_err(failed(scratch.path()))?;
    let regions: Vec<RegionId> = std::iter::once(RegionId::SHARED).chain(db.regions().await?).collect();
    let mut databases = Vec::new();
    // Files first would miss a photo whose report is in by then; databases first, every row finds its file.
    for region in &regions {
        seen(Progress { done: count(databases.len()), total: count(regions.len()) });
        databases.push(copy_out(db, *region, scratch.path()).await?);
    }
    let photos = files_below(db.files().root())?;
    let (before, total) = (count(regions.len()), count(regions.len() + photos.len()));
    let files = copy_files(&photos, db.files().root(), &scratch.path().join("files"), |done| {
        seen(Progress { done: before + done, total });
    })?;
    copy_beside(db.data_dir(), scratch.path(), beside)?;
    let manifest = Manifest { format: 1, at: db.env().now().0, databases, files };
    let path = scratch.path().join(MANIFEST);
    std::fs::write(&path, serde_json::to_vec_pretty(&manifest)?).map_err(failed(&path))?;
    sync(&path)?;
    let whole = scratch.keep();
    std::fs::rename(&whole, to).map_err(failed(to))?;
    Ok(manifest)
}

/// A backup among what is backed up would copy itself.
fn refuse_among_photos(db: &Db, parent: &Path) -> Result<()> {
    let there = parent.ancestors().find_map(|place| place.canonicalize().ok());
    let photos = db.files().root().canonicalize().ok();
    match (there, photos) {
        (Some(there), Some(photos)) if there.starts_with(&photos) => {
            Err(Error::Unfit(format!("{} lies among the photos: name another place", parent.display())))
        }
        _ => Ok(()),
    }
}

/// Copies the named files that are there.
fn copy_beside(from: &Path, to: &Path, names: &[&str]) -> Result<()> {
    for name in names {
        let (source, target) = (from.join(name), to.join(name));
        if source.exists() {
            std::fs::copy(&source, &target).map_err(failed(&target))?;
        }
    }
    Ok(())
}

fn sync(path: &Path) -> Result<()> {
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

async fn copy_out(db: &Db, region: RegionId, to: &Path) -> Result<DatabaseEntry> {
    let file = region_file(to, region);
    match db.sqlite_file(region) {
        Some(source) => vacuum_into(&source, &file).await?,
        None => rows::export(db, region, &file).await?,
    }
    sync(&file)?;
    let (lines, head) = check_copy(&file, region).await?;
    Ok(DatabaseEntry { region: region.0, sha256: file_digest(&file)?, lines, head: HEXLOWER.encode(&head) })
}

/// SQLite itself writes a consistent copy beside the running writer.
async fn vacuum_into(source: &Path, file: &Path) -> Result<()> {
    let mut conn = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(source)).await?;
    let target = file.to_str().ok_or_else(|| Error::Unfit("the backup's path must be plain text".into()))?;
    sqlx::query("VACUUM INTO $1").bind(target.to_owned()).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// The copy must be whole before it may call itself a backup.
async fn check_copy(file: &Path, region: RegionId) -> Result<(i64, [u8; 32])> {
    let mut conn = rows::file_conn(file, region).await?;
    match journal::verify(&mut conn, |_| ()).await? {
        journal::Verdict::Whole { .. } => {}
        journal::Verdict::Bad { seq, reason } => {
            return Err(Error::Store(format!("{}: region {region} seq {seq}: {reason}", file.display())));
        }
    }
    let head = journal::head(&mut conn).await?;
    rows::close(conn).await;
    Ok(head)
}

/// Reads a backup's list and checks every database against its digest and every file against its name.
///
/// # Errors
/// [`Error::Unfit`], naming what is missing or has changed.
pub fn check(from: &Path) -> Result<Manifest> {
    let path = from.join(MANIFEST);
    let unfit = |what: String| Error::Unfit(format!("{}: {what}", path.display()));
    let text = std::fs::read(&path).map_err(|error| unfit(format!("no list of a backup: {error}")))?;
    let manifest: Manifest =
        serde_json::from_slice(&text).map_err(|error| unfit(format!("no list of a backup: {error}")))?;
    if manifest.format != 1 {
        return Err(unfit(format!("format {} is not known here", manifest.format)));
    }
    for entry in &manifest.databases {
        let file = region_file(from, RegionId(entry.region));
        if file_digest(&file)? != entry.sha256 {
            return Err(Error::Unfit(format!("{} has changed since the backup was taken", file.display())));
        }
    }
    let files = files_below(&from.join("files"))?;
    if count(files.len()) != manifest.files {
        return Err(unfit(format!("{} files are named and {} are there", manifest.files, files.len())));
    }
    check_files(&files)?;
    Ok(manifest)
}

/// Puts a backup into an empty place. Nothing is written unless all of it is readable; a place where this was
/// interrupted opens for nothing else.
///
/// # Errors
/// [`Error::Unfit`] where the backup is damaged or the place holds data already.
pub async fn restore(db: &Db, from: &Path, beside: &[&str], mut seen: impl FnMut(Progress)) -> Result<Manifest> {
    let manifest = check(from)?;
    refuse_taken(db).await?;
    let mark = db.data_dir().join(RESTORING);
    std::fs::write(&mark, "").map_err(failed(&mark))?;
    sync(&mark)?;
    let files = files_below(&from.join("files"))?;
    let total = count(files.len() + manifest.databases.len());
    copy_files(&files, &from.join("files"), db.files().root(), |done| seen(Progress { done, total }))?;
    copy_beside(from, db.data_dir(), beside)?;
    for (index, entry) in manifest.databases.iter().enumerate() {
        let region = RegionId(entry.region);
        let file = region_file(from, region);
        match db.sqlite_file(region) {
            Some(target) => copy_in_file(&file, &target)?,
            None => rows::copy_in_rows(db, region, &file).await?,
        }
        seen(Progress { done: count(files.len() + index + 1), total });
    }
    for entry in &manifest.databases {
        db.migrate(RegionId(entry.region)).await?;
    }
    std::fs::remove_file(&mark).map_err(failed(&mark))?;
    Ok(manifest)
}

/// Whatever stands there is kept, readable or not: it may be all that is left.
async fn refuse_taken(db: &Db) -> Result<()> {
    let taken = match db.sqlite_file(RegionId::SHARED) {
        None => db.is_migrated(RegionId::SHARED).await?.then(|| "the PostgreSQL database".to_owned()),
        Some(shared) => {
            let dir = shared.parent().unwrap_or(Path::new("."));
            let regions = files_below(&dir.join("regions"))?;
            let beside = std::fs::read_dir(dir).map_err(failed(dir))?.filter_map(std::result::Result::ok);
            let mut of_shared = beside.filter(|entry| entry.file_name().to_string_lossy().starts_with("shared.sqlite"));
            of_shared.next().map(|entry| entry.path()).or(regions.into_iter().next()).map(|p| p.display().to_string())
        }
    };
    match taken {
        Some(what) => Err(Error::Unfit(format!("{what} is there already: restore into an empty place"))),
        None => Ok(()),
    }
}

fn copy_in_file(file: &Path, target: &Path) -> Result<()> {
    let scratch = target.with_extension("restoring");
    std::fs::copy(file, &scratch).map_err(failed(&scratch))?;
    sync(&scratch)?;
    std::fs::rename(&scratch, target).map_err(failed(target))
}
