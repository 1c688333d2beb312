//! Backup and restore. A backup is a directory of SQLite files, one a region, whichever engine it was taken from: so it
//! can be looked into with any SQLite, and restored into either engine, which is also the way from one to the other.

use std::path::Path;

use data_encoding::HEXLOWER;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use simpul_kernel::RegionId;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Row as _, SqlSafeStr};

use crate::conn::{Conn, Raw};
use crate::db::region_file;
use crate::statement::SHAPES;
use crate::value::{Args, Col, Row, Value};
use crate::{Db, Engine, Error, Result, journal, migrate};

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

fn failed(path: &Path) -> impl Fn(std::io::Error) -> Error + '_ {
    move |error| Error::Store(format!("{}: {error}", path.display()))
}

/// Takes a backup of everything into the new directory `to`, while Simpul runs. `seen` is told what is being copied.
/// The directory appears under its name only when it is whole.
///
/// # Errors
/// [`Error::Store`] where `to` exists, can't be written, or the copy's journal is not whole.
pub async fn backup(db: &Db, to: &Path, mut seen: impl FnMut(&str)) -> Result<Manifest> {
    if to.exists() {
        return Err(Error::Store(format!("{} exists already: name a new directory", to.display())));
    }
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent).map_err(failed(parent))?;
    let scratch = tempfile::Builder::new().prefix(".simpul-backup-").tempdir_in(parent).map_err(failed(parent))?;
    std::fs::create_dir_all(scratch.path().join("regions")).map_err(failed(scratch.path()))?;
    let mut databases = Vec::new();
    // Files first would miss a photo whose report is in by then; databases first, every row finds its file.
    for region in std::iter::once(RegionId::SHARED).chain(db.regions().await?) {
        seen(&format!("region {region}"));
        databases.push(copy_out(db, region, scratch.path()).await?);
    }
    seen("files");
    let files = copy_tree(db.files().root(), &scratch.path().join("files"))?;
    let key = db.files().root().with_file_name("anchor.key");
    if key.exists() {
        let kept = scratch.path().join("anchor.key");
        std::fs::copy(&key, &kept).map_err(failed(&kept))?;
    }
    let manifest = Manifest { format: 1, at: db.env().now().0, databases, files };
    let path = scratch.path().join(MANIFEST);
    std::fs::write(&path, serde_json::to_vec_pretty(&manifest)?).map_err(failed(&path))?;
    sync(&path)?;
    let whole = scratch.keep();
    std::fs::rename(&whole, to).map_err(failed(to))?;
    Ok(manifest)
}

fn sync(path: &Path) -> Result<()> {
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(failed(path))
}

async fn copy_out(db: &Db, region: RegionId, to: &Path) -> Result<DatabaseEntry> {
    let file = region_file(to, region);
    match db.engine() {
        Engine::Sqlite => vacuum_into(db, region, &file).await?,
        Engine::Postgres => export(db, region, &file).await?,
    }
    sync(&file)?;
    let (lines, head) = check_copy(&file, region).await?;
    Ok(DatabaseEntry { region: region.0, sha256: file_digest(&file)?, lines, head: HEXLOWER.encode(&head) })
}

/// SQLite itself writes a consistent copy beside the running writer.
async fn vacuum_into(db: &Db, region: RegionId, file: &Path) -> Result<()> {
    let source = region_file(db.files().root().parent().unwrap_or(Path::new(".")), region);
    let mut conn = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(source)).await?;
    let target = file.to_str().ok_or_else(|| Error::Store("the backup's path must be plain text".into()))?;
    sqlx::query("VACUUM INTO $1").bind(target.to_owned()).execute(&mut conn).await?;
    conn.close().await?;
    Ok(())
}

/// The copy must be whole before it may call itself a backup.
async fn check_copy(file: &Path, region: RegionId) -> Result<(i64, [u8; 32])> {
    let mut conn = file_conn(file, region).await?;
    match journal::verify(&mut conn, |_| ()).await? {
        journal::Verdict::Whole { .. } => {}
        journal::Verdict::Bad { seq, reason } => {
            return Err(Error::Store(format!("{}: region {region} seq {seq}: {reason}", file.display())));
        }
    }
    let head = journal::head(&mut conn).await?;
    close(conn).await;
    Ok(head)
}

async fn file_conn(file: &Path, region: RegionId) -> Result<Conn> {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).synchronous(SqliteSynchronous::Off);
    let options = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Delete).foreign_keys(false);
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    Ok(Conn::new(region, Raw::Sqlite(pool.acquire().await?)))
}

async fn close(conn: Conn) {
    crate::conn::discard(conn).await;
}

/// One table as SQLite's schema tells it; the other engine has the same, as both come from the same migrations.
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
}

#[derive(Clone, Copy)]
enum Kind {
    Int,
    Text,
    Bool,
    Real,
    Bytes,
    Id,
}

fn kind_of(declared: &str) -> Result<Kind> {
    Ok(match declared.to_ascii_uppercase().as_str() {
        "INTEGER" | "BIGINT" => Kind::Int,
        "TEXT" => Kind::Text,
        "BOOLEAN" => Kind::Bool,
        "DOUBLE PRECISION" => Kind::Real,
        "BLOB" => Kind::Bytes,
        "UUID" => Kind::Id,
        other => return Err(Error::Broken(format!("a column of type {other}"))),
    })
}

/// The tables in the order in which they were made: parents before children.
async fn tables(file: &Path) -> Result<Vec<Table>> {
    let mut conn = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await?;
    let names =
        sqlx::query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid");
    let names = names.fetch_all(&mut conn).await?;
    let mut tables = Vec::new();
    for row in names {
        let name: String = row.try_get(0)?;
        let info = sqlx::query("SELECT name, type FROM pragma_table_info($1)").bind(name.clone());
        let mut columns = Vec::new();
        for row in info.fetch_all(&mut conn).await? {
            let declared: String = row.try_get(1)?;
            columns.push((row.try_get(0)?, kind_of(&declared)?));
        }
        tables.push(Table { name, columns });
    }
    conn.close().await?;
    Ok(tables)
}

/// Copies a region's rows from PostgreSQL into a new SQLite file, as they stood at one moment.
async fn export(db: &Db, region: RegionId, file: &Path) -> Result<()> {
    let mut target = file_conn(file, region).await?;
    migrate::run(&mut target, db.migrations()).await?;
    let mut source = db.read(region).await?;
    source.command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    target.command("BEGIN").await?;
    for table in tables(file).await? {
        // The ledger of migrations is the target's own.
        if table.name != "migration" {
            copy_table(&mut source, &mut target, &table).await?;
        }
    }
    target.command("COMMIT").await?;
    source.command("ROLLBACK").await?;
    close(target).await;
    Ok(())
}

async fn copy_table(source: &mut Conn, target: &mut Conn, table: &Table) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let own: Vec<&(String, Kind)> = table.columns.iter().filter(|(name, _)| name != "region").collect();
    let select = format!("SELECT {} FROM {} WHERE region = $1", names.join(", "), table.name);
    let mut rows: Vec<Vec<Value>> = Vec::new();
    let positions: Vec<(usize, Kind)> =
        table.columns.iter().enumerate().filter(|(_, (name, _))| name != "region").map(|(i, (_, k))| (i, *k)).collect();
    let mut stream = source.stream(AssertSqlSafe(select).into_sql_str())?;
    while let Some(row) = stream.try_next().await? {
        rows.push(positions.iter().map(|(index, kind)| value_at(&row, *index, *kind)).collect::<Result<_>>()?);
        if rows.len() == SHAPES[0] {
            put(target, table, &own, std::mem::take(&mut rows)).await?;
        }
    }
    put(target, table, &own, rows).await
}

fn value_at(row: &Row, index: usize, kind: Kind) -> Result<Value> {
    Ok(match kind {
        Kind::Int => Value::Int(Option::at(row, index)?),
        Kind::Text => Value::Text(Option::at(row, index)?),
        Kind::Bool => Value::Bool(Option::at(row, index)?),
        Kind::Real => Value::Real(Option::at(row, index)?),
        Kind::Bytes => Value::Bytes(Option::at(row, index)?),
        Kind::Id => Value::Id(Option::at(row, index)?),
    })
}

async fn put(target: &mut Conn, table: &Table, own: &[&(String, Kind)], rows: Vec<Vec<Value>>) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns: Vec<&str> = own.iter().map(|(name, _)| name.as_str()).collect();
    let sql = crate::statement::insert_text(&table.name, &columns, rows.len());
    let values = rows.into_iter().flatten().collect();
    target.change(AssertSqlSafe(sql).into_sql_str(), Args(values)).await?;
    Ok(())
}

fn file_digest(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path).map_err(failed(path))?;
    let mut hasher = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match std::io::Read::read(&mut file, &mut buffer).map_err(failed(path))? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}

/// Files never change under their name, so a copy beside the running store is safe. One that is swept away meanwhile
/// is named by no row of the copied databases either.
fn copy_tree(from: &Path, to: &Path) -> Result<u64> {
    std::fs::create_dir_all(to).map_err(failed(to))?;
    let mut count = 0;
    for entry in std::fs::read_dir(from).map_err(failed(from))? {
        let entry = entry.map_err(failed(from))?;
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name().to_string_lossy().starts_with(".new-") {
            continue;
        }
        if path.is_dir() {
            count += copy_tree(&path, &target)?;
        } else {
            match std::fs::copy(&path, &target) {
                Ok(_) => count += 1,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && !path.exists() => {}
                Err(error) => return Err(failed(&target)(error)),
            }
        }
    }
    Ok(count)
}

/// Reads a backup's list and checks every database in it against its digest.
///
/// # Errors
/// [`Error::Store`], naming what is missing or has changed.
pub fn check(from: &Path) -> Result<Manifest> {
    let path = from.join(MANIFEST);
    let text = std::fs::read(&path).map_err(failed(&path))?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| Error::Store(format!("{} is no list of a backup: {error}", path.display())))?;
    if manifest.format != 1 {
        return Err(Error::Store(format!("{}: format {} is not known here", path.display(), manifest.format)));
    }
    for entry in &manifest.databases {
        let file = region_file(from, RegionId(entry.region));
        if file_digest(&file)? != entry.sha256 {
            return Err(Error::Store(format!("{} has changed since the backup was taken", file.display())));
        }
    }
    Ok(manifest)
}

/// Puts a backup into an empty place. Nothing is written unless all of it is readable.
///
/// # Errors
/// [`Error::Store`] where the backup is damaged or the place holds data already.
pub async fn restore(db: &Db, from: &Path, mut seen: impl FnMut(&str)) -> Result<Manifest> {
    let manifest = check(from)?;
    for entry in &manifest.databases {
        let region = RegionId(entry.region);
        if db.is_migrated(region).await {
            return Err(Error::Store(format!(
                "there are data of region {region} already: restore into an empty place"
            )));
        }
    }
    seen("files");
    let files = from.join("files");
    if files.exists() {
        copy_tree(&files, db.files().root())?;
    }
    let key = from.join("anchor.key");
    if key.exists() {
        let target = db.files().root().with_file_name("anchor.key");
        std::fs::copy(&key, &target).map_err(failed(&target))?;
    }
    for entry in &manifest.databases {
        let region = RegionId(entry.region);
        seen(&format!("region {region}"));
        let file = region_file(from, region);
        match db.engine() {
            Engine::Sqlite => copy_in_file(db, region, &file)?,
            Engine::Postgres => copy_in_rows(db, region, &file).await?,
        }
        db.migrate(region).await?;
    }
    Ok(manifest)
}

fn copy_in_file(db: &Db, region: RegionId, file: &Path) -> Result<()> {
    let target = region_file(db.files().root().parent().unwrap_or(Path::new(".")), region);
    let scratch = target.with_extension("restoring");
    std::fs::copy(file, &scratch).map_err(failed(&scratch))?;
    sync(&scratch)?;
    std::fs::rename(&scratch, &target).map_err(failed(&target))
}

async fn copy_in_rows(db: &Db, region: RegionId, file: &Path) -> Result<()> {
    db.migrate(region).await?;
    let mut source = file_conn(file, region).await?;
    let mut target = db.raw_writer(region, true).await?;
    target.command("BEGIN").await?;
    let outcome = copy_in_tables(&mut source, &mut target, file).await;
    target.command(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    close(source).await;
    drop(target);
    outcome?;
    db.renew_statistics(region).await
}

async fn copy_in_tables(source: &mut Conn, target: &mut Conn, file: &Path) -> Result<()> {
    for table in tables(file).await? {
        if table.name == "migration" {
            continue;
        }
        // The migration has made the region's head (and its entry in the list): the backup's replaces it.
        if table.name == "region_head" || table.name == "region_known" {
            let sql = format!("DELETE FROM {} WHERE region = $1", table.name);
            target.change(AssertSqlSafe(sql).into_sql_str(), Args::default()).await?;
        }
        copy_table(source, target, &table).await?;
    }
    Ok(())
}
