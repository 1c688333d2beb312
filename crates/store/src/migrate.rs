//! Tables: every room brings its own, in numbered steps that are never changed once released.

use sha2::{Digest, Sha256};
use simpul_kernel::journal::GENESIS;
use sqlx::SqlSafeStr;

use crate::conn::Conn;
use crate::{Error, Result, args, sql};

/// One step of a room's tables.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// 1, 2, 3 … in the room.
    pub version: i64,
    /// Statements for both engines; `{{BYTES}}` stands for the engine's type of bytes.
    pub sql: &'static str,
}

/// A room's tables.
#[derive(Debug, Clone, Copy)]
pub struct Migrations {
    /// The room's name.
    pub room: &'static str,
    /// Its steps in order.
    pub steps: &'static [Step],
}

const LEDGER: &str = "CREATE TABLE IF NOT EXISTS migration (
    region INTEGER NOT NULL, room TEXT NOT NULL, version BIGINT NOT NULL, digest TEXT NOT NULL,
    PRIMARY KEY (region, room, version))";

/// Brings the region's tables up to date in one transaction. On PostgreSQL the tables are all regions' together:
/// the ledger is kept under region 0 there. Answers how many steps were new.
pub(crate) async fn run(conn: &mut Conn, all: &[Migrations]) -> Result<usize> {
    let begin = if conn.is_postgres() { "BEGIN" } else { "BEGIN IMMEDIATE" };
    conn.command(begin).await?;
    let outcome = steps(conn, all).await;
    match outcome {
        Ok(count) => conn.command("COMMIT").await.map(|()| count),
        Err(error) => {
            conn.command("ROLLBACK").await?;
            Err(error)
        }
    }
}

async fn steps(conn: &mut Conn, all: &[Migrations]) -> Result<usize> {
    if conn.is_postgres() {
        // Two servers that start together would both create the tables.
        conn.script("SELECT pg_advisory_xact_lock(8112)".to_owned()).await?;
    }
    conn.script(LEDGER.to_owned()).await?;
    let done: Vec<(String, i64, String)> = conn.all(&sql::DONE_STEPS, args![]).await?;
    refuse_newer(&done, all)?;
    let mut count = 0;
    for migrations in all {
        for step in migrations.steps {
            count += usize::from(run_step(conn, &done, migrations.room, step).await?);
        }
    }
    Ok(count)
}

async fn run_step(conn: &mut Conn, done: &[(String, i64, String)], room: &str, step: &Step) -> Result<bool> {
    let digest = digest(step.sql);
    match done.iter().find(|(name, version, _)| name == room && *version == step.version) {
        Some((_, _, kept)) if *kept == digest => return Ok(false),
        Some(_) => {
            return Err(Error::Store(format!("step {} of {room} was changed after it had run", step.version)));
        }
        None => {}
    }
    let bytes = if conn.is_postgres() { "BYTEA" } else { "BLOB" };
    conn.script(step.sql.replace("{{BYTES}}", bytes)).await?;
    conn.change(SqlSafeStr::into_sql_str(sql::KEEP_STEP.sql), args![room, step.version, digest]).await?;
    Ok(true)
}

/// An older program must not write into tables that it does not know.
fn refuse_newer(done: &[(String, i64, String)], all: &[Migrations]) -> Result<()> {
    for (room, version, _) in done {
        let known = all.iter().find(|migrations| migrations.room == room);
        let newest = known.and_then(|migrations| migrations.steps.last()).map_or(0, |step| step.version);
        if *version > newest {
            return Err(Error::Store(format!(
                "the data was written by a newer Simpul (room {room}, step {version}): install that version"
            )));
        }
    }
    Ok(())
}

/// Makes the region's head, from which its journal counts.
pub(crate) async fn start_head(conn: &mut Conn) -> Result<()> {
    conn.change(SqlSafeStr::into_sql_str(sql::START_HEAD.sql), args![GENESIS]).await.map(|_| ())
}

fn digest(sql: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(sql.as_bytes()))
}
