//! A connection that is opened for one region; there is no other way to SQL.

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use simpul_kernel::RegionId;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgArguments;
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, Postgres, Row as _, SqlSafeStr, SqlStr, Sqlite};

use crate::statement::{Insert, SHAPES, Statement};
use crate::value::{Args, FromRow, Inner as RowInner, Row, Value};
use crate::{Error, Result};

/// The engine's own connection.
pub(crate) enum Raw {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
}

/// Rows of one table that wait to be written together.
struct Waiting {
    insert: &'static Insert,
    rows: Vec<Vec<Value>>,
}

/// A row that was gathered for a multi-row INSERT.
pub(crate) type Gathered = (&'static Insert, Vec<Value>);

/// A connection to one region's rows. Reads see the rows that a transaction has gathered but not yet sent.
pub struct Conn {
    region: RegionId,
    raw: Raw,
    waiting: Vec<Waiting>,
    waiting_rows: usize,
    /// Rows that waited in each table at [`Conn::mark`]: they belong to earlier actions.
    marked: Vec<usize>,
    /// Whether something of the action since [`Conn::mark`] has reached the database.
    touched: bool,
}

impl std::fmt::Debug for Conn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Conn").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Conn {
    pub(crate) fn new(region: RegionId, raw: Raw) -> Conn {
        Conn { region, raw, waiting: Vec::new(), waiting_rows: 0, marked: Vec::new(), touched: false }
    }

    /// The region whose rows this connection reads.
    pub fn region(&self) -> RegionId {
        self.region
    }

    /// All rows of the answer.
    pub async fn all<T: FromRow>(&mut self, statement: &'static Statement, args: Args) -> Result<Vec<T>> {
        self.flush().await?;
        let mut rows = Vec::new();
        self.each_row(statement.sql.into_sql_str(), args, |row| {
            rows.push(T::from_row(&row)?);
            Ok(())
        })
        .await
        .map_err(|error| named(statement.name, error))?;
        Ok(rows)
    }

    /// The first row of the answer, if there is one.
    pub async fn opt<T: FromRow>(&mut self, statement: &'static Statement, args: Args) -> Result<Option<T>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// The one row of the answer; without it the statement was wrong.
    pub async fn one<T: FromRow>(&mut self, statement: &'static Statement, args: Args) -> Result<T> {
        let found = self.opt(statement, args).await?;
        found.ok_or_else(|| Error::Broken(format!("{} found no row", statement.name)))
    }

    async fn each_row(&mut self, sql: SqlStr, args: Args, mut take: impl FnMut(Row) -> Result<()>) -> Result<()> {
        check_count(&sql, args.0.len());
        match &mut self.raw {
            Raw::Sqlite(conn) => {
                let query = sqlx::query_with(sql, sqlite_args(self.region, args)?);
                let mut rows = query.fetch(&mut **conn);
                while let Some(row) = rows.try_next().await? {
                    take(Row(RowInner::Sqlite(row)))?;
                }
            }
            Raw::Postgres(conn) => {
                let query = sqlx::query_with(sql, postgres_args(self.region, args)?);
                let mut rows = query.fetch(&mut **conn);
                while let Some(row) = rows.try_next().await? {
                    take(Row(RowInner::Postgres(row)))?;
                }
            }
        }
        Ok(())
    }

    /// Rows one by one, for a copy that is larger than memory.
    pub(crate) fn stream(&mut self, sql: SqlStr) -> Result<BoxStream<'_, Result<Row>>> {
        let region = self.region;
        Ok(match &mut self.raw {
            Raw::Sqlite(conn) => {
                let query = sqlx::query_with(sql, sqlite_args(region, Args::default())?);
                query.fetch(&mut **conn).map_ok(|row| Row(RowInner::Sqlite(row))).map_err(Error::from).boxed()
            }
            Raw::Postgres(conn) => {
                let query = sqlx::query_with(sql, postgres_args(region, Args::default())?);
                query.fetch(&mut **conn).map_ok(|row| Row(RowInner::Postgres(row))).map_err(Error::from).boxed()
            }
        })
    }

    /// Runs a statement that changes rows, after what was gathered. Answers how many it changed.
    pub(crate) async fn change(&mut self, sql: SqlStr, args: Args) -> Result<u64> {
        self.flush().await?;
        self.touched = true;
        self.send(sql, args).await
    }

    async fn send(&mut self, sql: SqlStr, args: Args) -> Result<u64> {
        check_count(&sql, args.0.len());
        Ok(match &mut self.raw {
            Raw::Sqlite(conn) => {
                let query = sqlx::query_with(sql, sqlite_args(self.region, args)?);
                query.execute(&mut **conn).await?.rows_affected()
            }
            Raw::Postgres(conn) => {
                let query = sqlx::query_with(sql, postgres_args(self.region, args)?);
                query.execute(&mut **conn).await?.rows_affected()
            }
        })
    }

    /// Runs a statement without arguments and without a region: BEGIN, COMMIT, SAVEPOINT.
    pub(crate) async fn command(&mut self, sql: &'static str) -> Result<()> {
        match &mut self.raw {
            Raw::Sqlite(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ())?,
            Raw::Postgres(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Runs several statements of a migration.
    pub(crate) async fn script(&mut self, sql: String) -> Result<()> {
        let sql = sqlx::AssertSqlSafe(sql);
        match &mut self.raw {
            Raw::Sqlite(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ())?,
            Raw::Postgres(conn) => sqlx::raw_sql(sql).execute(&mut **conn).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Whether there is a table of that name.
    pub(crate) async fn has_table(&mut self, name: &str) -> Result<bool> {
        let found = match &mut self.raw {
            Raw::Sqlite(conn) => {
                let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1";
                sqlx::query(sql).bind(name.to_owned()).fetch_optional(&mut **conn).await?.is_some()
            }
            Raw::Postgres(conn) => {
                let sql = "SELECT 1 FROM pg_catalog.pg_class WHERE oid = to_regclass($1)";
                sqlx::query(sql).bind(name.to_owned()).fetch_optional(&mut **conn).await?.is_some()
            }
        };
        Ok(found)
    }

    /// The regions that have rows in the heads of journals, whoever they belong to: on SQLite those of this file.
    pub(crate) async fn heads(&mut self) -> Result<Vec<i32>> {
        let sql = "SELECT region FROM region_head ORDER BY region";
        let mut found = Vec::new();
        match &mut self.raw {
            Raw::Sqlite(conn) => {
                for row in sqlx::query(sql).fetch_all(&mut **conn).await? {
                    found.push(row.try_get(0)?);
                }
            }
            Raw::Postgres(conn) => {
                for row in sqlx::query(sql).fetch_all(&mut **conn).await? {
                    found.push(row.try_get(0)?);
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self.raw, Raw::Postgres(_))
    }

    pub(crate) fn into_raw(self) -> Raw {
        self.raw
    }

    /// Asks the engine whether it understands the text, without running it.
    pub(crate) async fn prepare(&mut self, sql: SqlStr) -> Result<()> {
        use sqlx::Executor;
        match &mut self.raw {
            Raw::Sqlite(conn) => (&mut **conn).prepare(sql).await.map(|_| ())?,
            Raw::Postgres(conn) => (&mut **conn).prepare(sql).await.map(|_| ())?,
        }
        Ok(())
    }

    /// Gathers a row; it is written before the next read or change, or at commit.
    pub(crate) fn gather(&mut self, insert: &'static Insert, args: Args) {
        debug_assert_eq!(insert.columns.len(), args.0.len(), "{}: columns and arguments differ", insert.name);
        self.waiting_rows += 1;
        match self.waiting.iter_mut().find(|waiting| std::ptr::eq(waiting.insert, insert)) {
            Some(waiting) => waiting.rows.push(args.0),
            None => self.waiting.push(Waiting { insert, rows: vec![args.0] }),
        }
    }

    /// Writes what was gathered, table by table in the order of their first row, so that parents come first.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        if self.waiting_rows == 0 {
            return Ok(());
        }
        self.touched |= self.waiting_rows > self.marked.iter().sum();
        self.waiting_rows = 0;
        self.marked.clear();
        for waiting in std::mem::take(&mut self.waiting) {
            self.write_rows(waiting.insert, waiting.rows).await.map_err(|error| named(waiting.insert.name, error))?;
        }
        Ok(())
    }

    async fn write_rows(&mut self, insert: &'static Insert, rows: Vec<Vec<Value>>) -> Result<()> {
        let mut rest = rows.into_iter();
        while rest.len() > 0 {
            let shape = SHAPES.iter().position(|shape| *shape <= rest.len()).unwrap_or(SHAPES.len() - 1);
            let values = rest.by_ref().take(SHAPES[shape]).flatten().collect();
            self.send(insert.sql(shape), Args(values)).await?;
        }
        Ok(())
    }

    /// Here begins one action: [`Conn::is_untouched`] and [`Conn::take_back`] speak of what comes after.
    pub(crate) fn mark(&mut self) {
        self.touched = false;
        self.marked = self.waiting.iter().map(|waiting| waiting.rows.len()).collect();
    }

    /// Whether nothing of the action since the mark has reached the database.
    pub(crate) fn is_untouched(&self) -> bool {
        !self.touched
    }

    /// Forgets what the action since the mark has gathered; only right while it is untouched.
    pub(crate) fn take_back(&mut self) {
        for (index, waiting) in self.waiting.iter_mut().enumerate() {
            waiting.rows.truncate(self.marked.get(index).copied().unwrap_or(0));
        }
        self.waiting.truncate(self.marked.len());
        self.waiting_rows = self.waiting.iter().map(|waiting| waiting.rows.len()).sum();
    }

    /// Takes the gathered rows out, table by table.
    pub(crate) fn take_waiting(&mut self) -> Vec<Gathered> {
        self.waiting_rows = 0;
        let tables = std::mem::take(&mut self.waiting);
        tables.into_iter().flat_map(|table| table.rows.into_iter().map(move |row| (table.insert, row))).collect()
    }

    /// Gathers a row that was taken out before.
    pub(crate) fn give(&mut self, (insert, row): Gathered) {
        self.gather(insert, Args(row));
    }

    /// Forgets everything gathered, after a rollback.
    pub(crate) fn forget(&mut self) {
        self.waiting.clear();
        self.waiting_rows = 0;
    }
}

fn named(name: &'static str, error: Error) -> Error {
    match error {
        Error::Broken(text) => Error::Broken(format!("{name}: {text}")),
        Error::Store(text) => Error::Store(format!("{name}: {text}")),
        other => other,
    }
}

/// Neither engine refuses an argument that the text does not use, so a debug build counts them.
fn check_count(sql: &SqlStr, given: usize) {
    if cfg!(debug_assertions) {
        let most = sql.as_str().split('$').skip(1).filter_map(leading_number).max().unwrap_or(0);
        debug_assert_eq!(most.max(1), given + 1, "arguments are counted from $2: {}", sql.as_str());
    }
}

fn leading_number(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn sqlite_args(region: RegionId, args: Args) -> Result<SqliteArguments> {
    let mut bound = SqliteArguments::default();
    bound.reserve(args.0.len() + 1, 0);
    bound.add(region.0).map_err(|error| Error::Broken(error.to_string()))?;
    args.0.into_iter().try_for_each(|value| value.bind_sqlite(&mut bound))?;
    Ok(bound)
}

fn postgres_args(region: RegionId, args: Args) -> Result<PgArguments> {
    let mut bound = PgArguments::default();
    bound.reserve(args.0.len() + 1, 0);
    bound.add(region.0).map_err(|error| Error::Broken(error.to_string()))?;
    args.0.into_iter().try_for_each(|value| value.bind_postgres(&mut bound))?;
    Ok(bound)
}

/// Keeps the raw handle's drop behaviour in one place: a connection in an unknown state is closed, not reused.
pub(crate) async fn discard(conn: Conn) {
    match conn.into_raw() {
        Raw::Sqlite(conn) => drop(conn.close().await),
        Raw::Postgres(conn) => drop(conn.close().await),
    }
}
