//! The database behind one door, whichever engine stands there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use simpul_kernel::limits::{
    ACQUIRE_TIMEOUT_SECONDS, POSTGRES_CONNECTIONS_MAX_COUNT, SQLITE_CACHE_KIB, SQLITE_READERS_MAX_COUNT,
    SQLITE_ROWS_AHEAD_COUNT,
};
use simpul_kernel::{Ctx, Env, RegionId};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlSafeStr, SqlitePool};

use crate::conn::{Conn, Raw};
use crate::files::FileStore;
use crate::hub::Hub;
use crate::migrate::{self, Migrations};
use crate::outbox::Gateways;
use crate::reaction::{self, ReactionSet};
use crate::writer::{Action, WriterStats, Writers};
use crate::{Error, Result, Subscription, deadline, journal, outbox, sql};

/// Stands in the data directory while a restore is under way: what lies there then is not whole.
pub(crate) const RESTORING: &str = "RESTORING";

/// Which engine holds the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// A file for each region, inside the program.
    Sqlite,
    /// One server for all regions.
    Postgres,
}

/// Where the data are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DbConfig {
    /// `DIR/shared.sqlite` and `DIR/regions/{code}.sqlite`.
    Sqlite {
        /// The directory of the databases.
        dir: PathBuf,
        /// The directory of the file store; mostly the same.
        data: PathBuf,
    },
    /// `postgres://…`; files of the file store still stand in `data`.
    Postgres {
        /// How to reach the server.
        url: String,
        /// The directory of the file store.
        data: PathBuf,
    },
}

impl DbConfig {
    /// Reads `sqlite:DIR`, `postgres://…`, or nothing for SQLite in the data directory.
    pub fn parse(text: Option<&str>, data: &Path) -> Result<DbConfig> {
        match text {
            None => Ok(DbConfig::sqlite(data)),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                postgres_options(url)?;
                Ok(DbConfig::Postgres { url: url.to_owned(), data: data.to_owned() })
            }
            Some(text) => match text.strip_prefix("sqlite:") {
                Some(dir) if !dir.is_empty() => Ok(DbConfig::Sqlite { dir: PathBuf::from(dir), data: data.to_owned() }),
                _ => Err(Error::Unfit("the database is `sqlite:DIR` or `postgres://…`".into())),
            },
        }
    }

    /// SQLite with everything in one directory.
    pub fn sqlite(dir: &Path) -> DbConfig {
        DbConfig::Sqlite { dir: dir.to_owned(), data: dir.to_owned() }
    }

    /// The directory of the file store.
    pub fn data_dir(&self) -> &Path {
        match self {
            DbConfig::Sqlite { data, .. } | DbConfig::Postgres { data, .. } => data,
        }
    }
}

/// A region's pools on SQLite: many readers, one writer.
#[derive(Debug, Clone)]
struct SqlitePools {
    readers: SqlitePool,
    writer: SqlitePool,
}

#[derive(Debug)]
enum Pools {
    Sqlite { dir: PathBuf, open: Mutex<HashMap<RegionId, SqlitePools>> },
    Postgres(PgPool),
}

#[derive(Debug)]
struct Inner {
    pools: Pools,
    env: Env,
    migrations: Vec<Migrations>,
    writers: Writers,
    hub: Hub,
    files: FileStore,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db(Arc<Inner>);

impl Db {
    /// Connects. `migrations` are the rooms' tables, parents first; the store's own are added before them.
    ///
    /// # Errors
    /// [`Error::Unfit`] where the address can't be read or a restore was interrupted; [`Error::Store`] where the
    /// directories can't be made.
    pub async fn open(config: &DbConfig, env: Env, migrations: &[Migrations]) -> Result<Db> {
        if config.data_dir().join(RESTORING).exists() {
            return Err(Error::Unfit(format!(
                "a restore into {} was interrupted: empty that directory and the database, then restore again",
                config.data_dir().display()
            )));
        }
        let files = FileStore::open(&config.data_dir().join("files")).await?;
        let pools = match config {
            DbConfig::Sqlite { dir, .. } => {
                let regions = dir.join("regions");
                let made = tokio::fs::create_dir_all(&regions).await;
                made.map_err(|error| Error::Store(format!("{}: {error}", regions.display())))?;
                Pools::Sqlite { dir: dir.clone(), open: Mutex::new(HashMap::new()) }
            }
            DbConfig::Postgres { url, .. } => Pools::Postgres(postgres_pool(url)?),
        };
        let migrations = std::iter::once(crate::MIGRATIONS).chain(migrations.iter().copied()).collect();
        let inner = Inner { pools, env, migrations, writers: Writers::default(), hub: Hub::default(), files };
        Ok(Db(Arc::new(inner)))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0.pools {
            Pools::Sqlite { .. } => Engine::Sqlite,
            Pools::Postgres(_) => Engine::Postgres,
        }
    }

    /// Clock and randomness.
    pub fn env(&self) -> &Env {
        &self.0.env
    }

    /// The file store.
    pub fn files(&self) -> &FileStore {
        &self.0.files
    }

    /// Brings a region's tables up to date, making them where there are none. Answers how many steps were new.
    /// [`RegionId::SHARED`] comes first, as it holds the list of the others.
    ///
    /// # Errors
    /// [`Error::Store`] where the region is known and its data are gone: nothing is made in their place.
    pub async fn migrate(&self, region: RegionId) -> Result<usize> {
        if region != RegionId::SHARED && !self.is_migrated(region).await? && self.regions().await?.contains(&region) {
            let place = match &self.0.pools {
                Pools::Sqlite { dir, .. } => region_file(dir, region).display().to_string(),
                Pools::Postgres(_) => "the PostgreSQL database".to_owned(),
            };
            return Err(Error::Store(format!(
                "region {region} is known, but {place} holds no data of it any more: \
                restore a backup"
            )));
        }
        self.migrate_anew(region).await
    }

    /// [`Db::migrate`] where the region's data are about to be put in.
    pub(crate) async fn migrate_anew(&self, region: RegionId) -> Result<usize> {
        let ledger = if self.engine() == Engine::Postgres { RegionId::SHARED } else { region };
        let mut conn = self.raw_writer(ledger, true).await?;
        let count = migrate::run(&mut conn, &self.0.migrations).await?;
        drop(conn);
        let mut conn = self.raw_writer(region, true).await?;
        migrate::start_head(&mut conn).await?;
        drop(conn);
        if region != RegionId::SHARED {
            let mut shared = self.raw_writer(RegionId::SHARED, false).await?;
            shared.change(SqlSafeStr::into_sql_str(sql::KEEP_REGION.sql), crate::args![region.0]).await?;
        }
        Ok(count)
    }

    /// The regions of this installation, without the shared one.
    pub async fn regions(&self) -> Result<Vec<RegionId>> {
        let mut conn = self.read(RegionId::SHARED).await?;
        let ids: Vec<(i64,)> = conn.all(&sql::REGIONS, crate::args![]).await?;
        Ok(ids.into_iter().filter_map(|(id,)| i32::try_from(id).ok()).map(RegionId).collect())
    }

    /// Whether the region's tables are there, with the head of its journal.
    ///
    /// # Errors
    /// [`Error::Store`] where something is there and can't be read.
    pub async fn is_migrated(&self, region: RegionId) -> Result<bool> {
        if let Some(file) = self.sqlite_file(region)
            && !file.exists()
        {
            return Ok(false);
        }
        let mut conn = self.read(region).await?;
        Ok(conn.has_table("region_head").await? && conn.opt::<(i64,)>(&sql::HEAD_SEQ, crate::args![]).await?.is_some())
    }

    /// Whether the database answers: one read of the shared data and of every region's.
    pub async fn is_ready(&self) -> Result<()> {
        journal::head(&mut self.read(RegionId::SHARED).await?).await?;
        for region in self.regions().await? {
            journal::head(&mut self.read(region).await?).await?;
        }
        Ok(())
    }

    /// Every region of which there is anything, known or not: those in the list, and those that have left a journal.
    pub async fn all_regions(&self) -> Result<Vec<RegionId>> {
        let mut all = self.regions().await?;
        match &self.0.pools {
            Pools::Sqlite { dir, .. } => all.extend(region_files(dir)?),
            Pools::Postgres(_) => {
                let heads = self.read(RegionId::SHARED).await?.heads().await?;
                all.extend(heads.into_iter().map(RegionId).filter(|region| *region != RegionId::SHARED));
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    /// The file of a region's data; none on PostgreSQL.
    pub(crate) fn sqlite_file(&self, region: RegionId) -> Option<PathBuf> {
        match &self.0.pools {
            Pools::Sqlite { dir, .. } => Some(region_file(dir, region)),
            Pools::Postgres(_) => None,
        }
    }

    /// The directory in which the files of this installation stand: photos, the signing key.
    pub(crate) fn data_dir(&self) -> &Path {
        self.0.files.root().parent().unwrap_or(Path::new("."))
    }

    /// A connection for reading one region.
    ///
    /// # Errors
    /// [`Error::Store`] where the region's file does not exist or no connection is free in time.
    pub async fn read(&self, region: RegionId) -> Result<Conn> {
        let raw = match &self.0.pools {
            Pools::Postgres(pool) => Raw::Postgres(pool.acquire().await?),
            Pools::Sqlite { .. } => Raw::Sqlite(self.sqlite(region, false)?.readers.acquire().await?),
        };
        Ok(Conn::new(region, raw))
    }

    /// Does an action: waits for its turn, for the commit, and for the disk.
    pub async fn write<A: Action>(&self, ctx: &Ctx, action: A) -> Result<A::Output> {
        self.0.writers.write(self, ctx, action).await
    }

    /// The journal of a region from after `after` on, or from now on; then live, in order, without a hole.
    pub async fn subscribe(&self, region: RegionId, after: Option<i64>) -> Result<Subscription> {
        self.0.hub.subscribe(self, region, after).await
    }

    /// What the writers have done since the start.
    pub fn writer_stats(&self) -> WriterStats {
        self.0.writers.stats()
    }

    /// Runs what happens by itself, for as long as the program runs: reactions, deadlines, the outbox.
    pub async fn run_background(&self, reactions: ReactionSet, gateways: Gateways) {
        let reactions = reaction::run(self.clone(), reactions);
        let deadlines = deadline::tick(self.clone());
        let outbox = outbox::run(self.clone(), gateways);
        tokio::join!(reactions, deadlines, outbox);
    }

    /// Lets a region's reactions and deadlines run until nothing moves any more: for commands and the demo.
    pub async fn settle(&self, region: RegionId, reactions: &ReactionSet) -> Result<()> {
        loop {
            let fired = deadline::fire_due(self, region).await?;
            let before = journal::head(&mut self.read(region).await?).await?.0;
            reaction::catch_up(self, region, reactions).await?;
            let after = journal::head(&mut self.read(region).await?).await?.0;
            if fired == 0 && before == after {
                return Ok(());
            }
        }
    }

    /// Finishes what waits and takes no more work.
    pub async fn close(&self) {
        self.0.writers.close().await;
        match &self.0.pools {
            Pools::Postgres(pool) => pool.close().await,
            Pools::Sqlite { open, .. } => {
                let pools: Vec<SqlitePools> =
                    open.lock().unwrap_or_else(PoisonError::into_inner).drain().map(|(_, pools)| pools).collect();
                for pool in pools {
                    pool.readers.close().await;
                    pool.writer.close().await;
                }
            }
        }
    }

    pub(crate) fn migrations(&self) -> &[Migrations] {
        &self.0.migrations
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// A connection that may write; `create` makes a region's file where there is none.
    pub(crate) async fn raw_writer(&self, region: RegionId, create: bool) -> Result<Conn> {
        let raw = match &self.0.pools {
            Pools::Postgres(pool) => Raw::Postgres(pool.acquire().await?),
            Pools::Sqlite { .. } => Raw::Sqlite(self.sqlite(region, create)?.writer.acquire().await?),
        };
        Ok(Conn::new(region, raw))
    }

    fn sqlite(&self, region: RegionId, create: bool) -> Result<SqlitePools> {
        let Pools::Sqlite { dir, open } = &self.0.pools else {
            return Err(Error::Broken("no SQLite here".into()));
        };
        let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pools) = open.get(&region) {
            return Ok(pools.clone());
        }
        let file = region_file(dir, region);
        if !create && !file.exists() {
            return Err(Error::Store(format!("region {region} has no data in {}", dir.display())));
        }
        let pools = sqlite_pools(&file);
        open.insert(region, pools.clone());
        Ok(pools)
    }
}

/// The file of a region's data.
pub fn region_file(dir: &Path, region: RegionId) -> PathBuf {
    match region {
        RegionId::SHARED => dir.join("shared.sqlite"),
        RegionId(code) => dir.join("regions").join(format!("{code}.sqlite")),
    }
}

/// The regions that have a file.
fn region_files(dir: &Path) -> Result<Vec<RegionId>> {
    let dir = dir.join("regions");
    let failed = |error: std::io::Error| Error::Store(format!("{}: {error}", dir.display()));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&dir).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
        found.extend(name.strip_suffix(".sqlite").and_then(|code| code.parse().ok()).map(RegionId));
    }
    Ok(found)
}

fn sqlite_pools(file: &Path) -> SqlitePools {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(ACQUIRE_TIMEOUT_SECONDS))
        .row_buffer_size(SQLITE_ROWS_AHEAD_COUNT)
        .pragma("cache_size", format!("-{SQLITE_CACHE_KIB}"))
        .statement_cache_capacity(100);
    // Readers do not wait for writers in WAL mode, so a small pool serves many pages.
    let readers = SqlitePoolOptions::new()
        .max_connections(SQLITE_READERS_MAX_COUNT)
        .acquire_timeout(Duration::from_secs(ACQUIRE_TIMEOUT_SECONDS))
        .test_before_acquire(false)
        .connect_lazy_with(options.clone().pragma("query_only", "ON"));
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(ACQUIRE_TIMEOUT_SECONDS))
        .test_before_acquire(false)
        .connect_lazy_with(options);
    SqlitePools { readers, writer }
}

fn postgres_options(url: &str) -> Result<PgConnectOptions> {
    PgConnectOptions::from_str(url).map_err(|error| Error::Unfit(format!("the database address: {error}")))
}

fn postgres_pool(url: &str) -> Result<PgPool> {
    let options = postgres_options(url)?
        .statement_cache_capacity(100)
        .application_name("simpul")
        // That a table is there already is no news.
        .options([("client_min_messages", "warning")]);
    Ok(PgPoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS_MAX_COUNT)
        .acquire_timeout(Duration::from_secs(ACQUIRE_TIMEOUT_SECONDS))
        .test_before_acquire(false)
        .connect_lazy_with(options))
}
