//! Rows of a region from one engine to the other, table by table.

use std::path::Path;

use futures_util::TryStreamExt;
use simpul_kernel::RegionId;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, Row as _, SqlSafeStr};

use crate::conn::{Conn, Raw};
use crate::statement::SHAPES;
use crate::value::{Args, Col, Row, Value};
use crate::{Db, Error, Result, migrate};

pub(super) async fn file_conn(file: &Path, region: RegionId) -> Result<Conn> {
    let options =
        SqliteConnectOptions::new().filename(file).create_if_missing(true).synchronous(SqliteSynchronous::Off);
    let options = options.journal_mode(sqlx::sqlite::SqliteJournalMode::Delete).foreign_keys(false);
    let pool = sqlx::sqlite::SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    Ok(Conn::new(region, Raw::Sqlite(pool.acquire().await?)))
}

pub(super) async fn close(conn: Conn) {
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
pub(super) async fn export(db: &Db, region: RegionId, file: &Path) -> Result<()> {
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

/// Puts the rows of a backup's file into PostgreSQL, all or none.
pub(super) async fn copy_in_rows(db: &Db, region: RegionId, file: &Path) -> Result<()> {
    db.migrate_anew(region).await?;
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
