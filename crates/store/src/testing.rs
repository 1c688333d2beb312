//! A database for tests, on the engine that `SIMPUL_TEST_DB` names, with a clock that the test sets.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::TryStreamExt;
use simpul_kernel::{Actor, Ctx, Entropy, Env, RegionId, TestClock, Timestamp};
use sqlx::SqlSafeStr;
use tempfile::TempDir;

mod cable;

pub use cable::{Cable, Cut};

use crate::clock::OsEntropy;
use crate::conn::{Conn, Raw};
use crate::db::region_file;
use crate::outbox::Gateways;
use crate::{Db, DbConfig, Digest, Engine, Error, Insert, Migrations, ReactionSet, Result, Statement, outbox};

/// Monday 2 November 2026, 09.00 in Luwu Utara (01.00 UTC).
pub const TEST_START: Timestamp = Timestamp(1_793_581_200_000_000);

/// The region of the tests.
pub const TEST_REGION: RegionId = RegionId(7322);

/// Random bytes of which those of an id begin with a count. A test's clock stands still, and ids of one millisecond
/// have no order among themselves: here they have that in which they were made, as rows have where time goes on.
#[derive(Debug)]
struct InOrder(AtomicU32);

/// As many random bytes as an id takes.
const ID_BYTES_COUNT: usize = 10;

impl Entropy for InOrder {
    fn fill(&self, into: &mut [u8]) {
        OsEntropy.fill(into);
        if into.len() == ID_BYTES_COUNT {
            let [high, second, third, low] = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
            // The upper half of the first byte and the upper bits of the third belong to the id's version and variant.
            into[..5].copy_from_slice(&[high & 0x0f, second, 0, third, low]);
        }
    }
}

/// A database of its own, removed at the end of the test.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// Where its files stand.
    pub dir: TempDir,
    postgres: Option<Database>,
    /// The way to PostgreSQL, where it can be cut.
    cable: Option<Cable>,
    /// The connection by which [`TestDb::mark`] looks, kept since a trial looks thousands of times.
    marker: tokio::sync::Mutex<Option<sqlx::PgConnection>>,
}

impl TestDb {
    /// Makes one. With PostgreSQL it is a database of its own on the server that `SIMPUL_TEST_PG` names, copied from
    /// one in which these migrations have run already.
    pub async fn new(migrations: &[Migrations]) -> Result<TestDb> {
        TestDb::made(migrations, None).await
    }

    /// The same by a way that [`TestDb::cable`] cuts; there is none to SQLite, which is in the process itself.
    pub async fn by_cable(migrations: &[Migrations]) -> Result<TestDb> {
        let cable = if on_postgres() { Some(Cable::lay(&server().await?.0).await?) } else { None };
        TestDb::made(migrations, cable).await
    }

    async fn made(migrations: &[Migrations], cable: Option<Cable>) -> Result<TestDb> {
        let template = if on_postgres() { Some(template(migrations).await?) } else { None };
        let test = TestDb::from(migrations, template.as_deref(), cable).await?;
        test.db.migrate(RegionId::SHARED).await?;
        test.db.migrate(TEST_REGION).await?;
        Ok(test)
    }

    /// The same without any tables yet.
    pub async fn empty(migrations: &[Migrations]) -> Result<TestDb> {
        TestDb::from(migrations, None, None).await
    }

    async fn from(migrations: &[Migrations], template: Option<&str>, cable: Option<Cable>) -> Result<TestDb> {
        let dir = tempfile::tempdir().map_err(|error| Error::Store(error.to_string()))?;
        let clock = Arc::new(TestClock::new(TEST_START));
        let env = Env { clock: clock.clone(), entropy: Arc::new(InOrder(AtomicU32::new(0))) };
        let (config, postgres) = if on_postgres() {
            let database = Database::fresh(&env, template).await?;
            let data = dir.path().to_owned();
            let way = cable.as_ref().map_or_else(|| database.url.clone(), |cable| cable.url(&database.url));
            (DbConfig::Postgres { url: way, data }, Some(database))
        } else {
            (DbConfig::sqlite(dir.path()), None)
        };
        let db = Db::open(&config, env, migrations).await?;
        Ok(TestDb { db, clock, dir, postgres, cable, marker: tokio::sync::Mutex::default() })
    }

    /// The context of `actor` in the test's region.
    pub fn ctx(&self, actor: Actor) -> Ctx {
        self.db.env().ctx(TEST_REGION, actor)
    }

    /// The way to PostgreSQL, where it can be cut.
    pub fn cable(&self) -> Option<&Cable> {
        self.cable.as_ref()
    }

    /// How the database was reached, if it is PostgreSQL.
    pub fn postgres_url(&self) -> Option<&str> {
        self.postgres.as_ref().map(|database| database.url.as_str())
    }

    /// How many rows PostgreSQL's planner believes to be in a table, if it has ever looked; `None` on SQLite.
    pub async fn believed_rows(&self, table: &str) -> Result<Option<f32>> {
        use sqlx::{Connection, Row};
        let Some(url) = self.postgres_url() else { return Ok(None) };
        let mut conn = sqlx::PgConnection::connect(url).await?;
        let believed = sqlx::query("SELECT reltuples FROM pg_class WHERE oid = to_regclass($1)").bind(table.to_owned());
        let rows = believed.fetch_one(&mut conn).await?.try_get(0)?;
        conn.close().await?;
        Ok(Some(rows))
    }

    /// What is another after every write in the test's region: so much cheaper than [`rows`] that a trial can look
    /// after each request. It may be another without a write, too.
    pub async fn mark(&self) -> Result<String> {
        use sqlx::{Connection, Row};
        let Some(url) = self.postgres_url() else {
            let file = region_file(self.dir.path(), TEST_REGION);
            let of = |name: &std::path::Path| {
                name.metadata().ok().map(|found| (found.len(), found.modified().ok())).unwrap_or_default()
            };
            return Ok(format!("{:?}", (of(&file), of(&file.with_extension("sqlite-wal")))));
        };
        let mut kept = self.marker.lock().await;
        let conn = match &mut *kept {
            Some(conn) => conn,
            none => none.insert(sqlx::PgConnection::connect(url).await?),
        };
        let place = sqlx::query("SELECT CAST(pg_current_wal_insert_lsn() AS TEXT)").fetch_one(conn).await?;
        Ok(place.try_get(0)?)
    }

    /// Runs reactions and deadlines until nothing moves any more.
    pub async fn settle(&self, reactions: &ReactionSet) -> Result<()> {
        self.settle_region(TEST_REGION, reactions).await
    }

    /// The same for another region.
    pub async fn settle_region(&self, region: RegionId, reactions: &ReactionSet) -> Result<()> {
        self.db.settle(region, reactions).await
    }

    /// Sends what waits in the outbox once.
    pub async fn send_outbox(&self, gateways: &Gateways) -> Result<usize> {
        outbox::send_due(&self.db, TEST_REGION, gateways).await
    }
}

/// Prepares every statement on the test's engine: in place of a check at compile time.
///
/// # Errors
/// The first statement that the engine does not understand, by name.
pub async fn prepare_all(db: &Db, statements: &[&'static Statement], inserts: &[&'static Insert]) -> Result<usize> {
    let mut conn = db.raw_writer(TEST_REGION, false).await?;
    let locks_rows = |sql: &str| sql.ends_with("FOR UPDATE");
    for statement in statements {
        if db.engine() == Engine::Postgres || !locks_rows(statement.sql) {
            let prepared = conn.prepare(statement.sql.into_sql_str()).await;
            prepared.map_err(|error| Error::Broken(format!("{}: {error}", statement.name)))?;
        }
    }
    for insert in inserts {
        let prepared = conn.prepare(insert.sql(0)).await;
        prepared.map_err(|error| Error::Broken(format!("{}: {error}", insert.name)))?;
    }
    Ok(statements.len() + inserts.len())
}

/// How SQLite would run each statement, in its own words, by the statement's name; nothing on PostgreSQL, whose plans
/// depend on what is in the tables.
pub async fn plans(db: &Db, statements: &[&'static Statement]) -> Result<Vec<(&'static str, Vec<String>)>> {
    use sqlx::Row;
    let mut plans = Vec::new();
    let Raw::Sqlite(mut conn) = db.raw_writer(TEST_REGION, false).await?.into_raw() else { return Ok(plans) };
    for statement in statements.iter().filter(|statement| !statement.sql.ends_with("FOR UPDATE")) {
        let text = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", statement.sql));
        let rows = sqlx::raw_sql(text).fetch_all(&mut *conn).await?;
        let steps = rows.iter().map(|row| row.try_get::<String, _>("detail"));
        plans.push((statement.name, steps.collect::<std::result::Result<_, _>>()?));
    }
    Ok(plans)
}

/// The region's tables with all their columns. Both engines want to be told of the region that is bound.
const TABLES_SQLITE: &str = "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND CAST($1 AS INTEGER) IS NOT NULL";
const TABLES_POSTGRES: &str = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT)
    FROM information_schema.columns WHERE table_schema = current_schema() AND CAST($1 AS INTEGER) IS NOT NULL";

/// A digest of all rows of each table of the region, by the table's name: what a refusal must leave as it was. One
/// statement reads them all, so that nothing moves between two tables.
pub async fn rows(db: &Db, region: RegionId) -> Result<BTreeMap<String, Digest>> {
    let mut conn = db.read(region).await?;
    let is_postgres = db.engine() == Engine::Postgres;
    let list = if is_postgres { TABLES_POSTGRES } else { TABLES_SQLITE };
    let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in pairs(&mut conn, list.into_sql_str()).await? {
        columns.entry(table).or_default().push(column);
    }
    columns.retain(|_, columns| columns.iter().any(|column| column == "region"));
    let selects = columns.iter().map(|(table, columns)| {
        let quoted = |column: &String| format!("quote(\"{column}\")");
        let row = match is_postgres {
            true => format!("CAST({table} AS TEXT)"),
            false => columns.iter().map(quoted).collect::<Vec<_>>().join(" || ',' || "),
        };
        format!("SELECT '{table}', {row} FROM {table} WHERE region = $1")
    });
    let sql = sqlx::AssertSqlSafe(selects.collect::<Vec<_>>().join(" UNION ALL "));
    let mut digests: BTreeMap<String, Digest> = columns.into_keys().map(|table| (table, Digest([0; 32]))).collect();
    for (table, row) in pairs(&mut conn, sql.into_sql_str()).await? {
        // The rows of a table have no order and no doubles, so that their sum tells them.
        let all = digests.entry(table).or_insert(Digest([0; 32]));
        all.0.iter_mut().zip(Digest::of(row.as_bytes()).0).for_each(|(sum, byte)| *sum ^= byte);
    }
    Ok(digests)
}

async fn pairs(conn: &mut Conn, sql: sqlx::SqlStr) -> Result<Vec<(String, String)>> {
    conn.stream(sql)?.and_then(|row| async move { Ok((row.at(0)?, row.at(1)?)) }).try_collect().await
}

fn on_postgres() -> bool {
    std::env::var("SIMPUL_TEST_DB").as_deref() == Ok("postgres")
}

/// The server's address without a database, and a connection to it.
async fn server() -> Result<(String, sqlx::PgConnection)> {
    use sqlx::Connection;
    let server = std::env::var("SIMPUL_TEST_PG")
        .map_err(|_| Error::Store("SIMPUL_TEST_PG must name a PostgreSQL server for the tests".into()))?;
    let (base, _) = server.rsplit_once('/').ok_or_else(|| Error::Store("SIMPUL_TEST_PG has no database".into()))?;
    Ok((base.to_owned(), sqlx::PgConnection::connect(&server).await?))
}

/// A database of PostgreSQL that goes with its owner: a thousand tests' databases would fill a disk.
struct Database {
    url: String,
    name: String,
}

impl Database {
    /// Copied as files, which writes next to nothing into the server's log: that would be the larger half of all.
    async fn fresh(env: &Env, template: Option<&str>) -> Result<Database> {
        use sqlx::Connection;
        let name = format!("simpul_test_{}", env.new_id().simple());
        let (base, mut conn) = server().await?;
        let copied = template.map_or_else(String::new, |template| format!(" TEMPLATE {template} STRATEGY FILE_COPY"));
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}{copied}"));
        sqlx::raw_sql(create).execute(&mut conn).await?;
        conn.close().await?;
        Ok(Database { url: format!("{base}/{name}"), name })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = std::mem::take(&mut self.name);
        // A thread and a runtime of its own: the test's runtime may be at its end.
        let dropping = std::thread::spawn(move || -> Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map_err(|error| Error::Store(error.to_string()))?.block_on(drop_database(&name))
        });
        // What can't be dropped goes with the server.
        let _ = dropping.join();
    }
}

/// Drops a database whoever is still connected to it.
async fn drop_database(name: &str) -> Result<()> {
    let (_, mut conn) = server().await?;
    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut conn).await?;
    Ok(())
}

/// Keeps two tests from making the same template at once.
const TEMPLATE_LOCK: i64 = 7_322;

/// The name of the database in which these migrations have run, made by the first test that asks for it. Running them
/// for every test would take longer than most tests do.
async fn template(migrations: &[Migrations]) -> Result<String> {
    use sqlx::Connection;
    let rooms = std::iter::once(&crate::MIGRATIONS).chain(migrations);
    let all: String = rooms.flat_map(|room| room.steps.iter().flat_map(|step| [room.room, "\n", step.sql])).collect();
    let digest = Digest::of(all.as_bytes()).to_string();
    let name = format!("simpul_template_{}", digest.get(..16).unwrap_or(&digest));
    let (base, mut conn) = server().await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(TEMPLATE_LOCK).execute(&mut conn).await?;
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(name.clone());
    if known.fetch_optional(&mut conn).await?.is_none() {
        let draft = format!("{name}_draft");
        let run = |sql: String| sqlx::raw_sql(sqlx::AssertSqlSafe(sql));
        drop_database(&draft).await?;
        run(format!("CREATE DATABASE {draft}")).execute(&mut conn).await?;
        migrated(&format!("{base}/{draft}"), migrations).await?;
        run(format!("ALTER DATABASE {draft} RENAME TO {name}")).execute(&mut conn).await?;
    }
    // The lock ends with the connection.
    conn.close().await?;
    Ok(name)
}

async fn migrated(url: &str, migrations: &[Migrations]) -> Result<()> {
    let dir = tempfile::tempdir().map_err(|error| Error::Store(error.to_string()))?;
    let env = Env { clock: Arc::new(TestClock::new(TEST_START)), entropy: Arc::new(InOrder(AtomicU32::new(0))) };
    let config = DbConfig::Postgres { url: url.to_owned(), data: dir.path().to_owned() };
    let db = Db::open(&config, env, migrations).await?;
    db.migrate(RegionId::SHARED).await?;
    db.migrate(TEST_REGION).await?;
    db.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_a_test_makes_at_one_moment_are_in_order() {
        let env = Env { clock: Arc::new(TestClock::new(TEST_START)), entropy: Arc::new(InOrder(AtomicU32::new(250))) };
        let ids: Vec<uuid::Uuid> = (0..70_000).map(|_| env.new_id()).collect();
        assert!(ids.windows(2).all(|two| two[0] < two[1]));
        assert_eq!((ids[0].get_version_num(), ids[0].get_variant()), (7, uuid::Variant::RFC4122));
    }
}
