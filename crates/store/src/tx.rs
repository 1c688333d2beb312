//! The one transaction that a group of actions shares.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

use simpul_kernel::journal::{Hash, JournalLine};
use simpul_kernel::{Ctx, Timestamp};
use sqlx::SqlSafeStr;
use uuid::Uuid;

use crate::conn::Conn;
use crate::deadline::Deadline;
use crate::outbox::Message;
use crate::statement::{Insert, Statement};
use crate::value::Args;
use crate::{Error, Result, args, sql};

/// A transaction on one region. Only the writer opens one; an action is handed it.
pub struct Tx {
    conn: Conn,
    lines: Vec<JournalLine>,
    seq: i64,
    hash: Hash,
    counters: BTreeMap<String, Counter>,
}

/// A counter that this transaction has used: read once, written once.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Counter {
    last: i64,
    stored: i64,
}

/// What one action has gathered outside the tables, to be put back if it fails.
pub(crate) struct Kept {
    lines: usize,
    counters: BTreeMap<String, Counter>,
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}

impl Tx {
    /// Opens the transaction and takes the region's head, which on PostgreSQL keeps other servers waiting.
    pub(crate) async fn begin(mut conn: Conn) -> std::result::Result<Tx, (Conn, Error)> {
        match Tx::take_head(&mut conn).await {
            Ok((seq, hash)) => Ok(Tx { conn, lines: Vec::new(), seq, hash, counters: BTreeMap::new() }),
            Err(error) => Err((conn, error)),
        }
    }

    async fn take_head(conn: &mut Conn) -> Result<(i64, Hash)> {
        let (begin, head) = match conn.is_postgres() {
            true => ("BEGIN", &sql::HEAD_LOCKED),
            false => ("BEGIN IMMEDIATE", &sql::HEAD),
        };
        conn.command(begin).await?;
        let head = conn.opt(head, args![]).await?;
        head.ok_or_else(|| Error::Store(format!("region {} is not migrated", conn.region())))
    }

    /// Runs an UPDATE, DELETE or upsert after what was gathered. Answers how many rows changed.
    pub async fn exec(&mut self, statement: &'static Statement, args: Args) -> Result<u64> {
        let changed = self.conn.change(statement.sql.into_sql_str(), args).await;
        changed.map_err(|error| match error {
            Error::Broken(text) => Error::Broken(format!("{}: {text}", statement.name)),
            other => other,
        })
    }

    /// Gathers a row for a multi-row INSERT. A constraint that it breaks shows at the next read, change or commit.
    pub fn insert(&mut self, insert: &'static Insert, args: Args) {
        self.conn.gather(insert, args);
    }

    /// Writes a line of the journal. `body` holds ids and digests only: no names, no numbers, no free text.
    pub fn journal(
        &mut self,
        ctx: &Ctx,
        subject_kind: &'static str,
        subject_id: Uuid,
        kind: &'static str,
        body: serde_json::Value,
    ) {
        self.journal_about(ctx, subject_kind, subject_id, kind, body);
    }

    /// The same for a subject whose kind comes from a row.
    pub(crate) fn journal_about(
        &mut self,
        ctx: &Ctx,
        subject_kind: &str,
        subject_id: Uuid,
        kind: &'static str,
        body: serde_json::Value,
    ) {
        self.lines.push(JournalLine {
            region: ctx.region,
            seq: 0,
            at: ctx.now(),
            actor: ctx.actor.journal_name(),
            subject_kind: subject_kind.to_owned(),
            subject_id,
            kind: kind.to_owned(),
            body: body.to_string(),
            hash: [0; 32],
        });
    }

    /// Asks for a `deadline.passed` line on the subject when the time comes.
    pub fn deadline(&mut self, ctx: &Ctx, deadline: Deadline) {
        let Deadline { subject_kind, subject_id, what, due_at } = deadline;
        self.insert(&sql::INSERT_DEADLINE, args![ctx.new_id(), subject_kind, subject_id, what, due_at]);
    }

    /// Takes back the subject's open deadlines: all, or those of one kind.
    pub async fn cancel_deadlines(&mut self, ctx: &Ctx, subject_id: Uuid, what: Option<&str>) -> Result<()> {
        self.exec(&sql::CANCEL_DEADLINES, args![subject_id, ctx.now(), what]).await?;
        Ok(())
    }

    /// Puts a message into the outbox; it leaves the house after the commit.
    pub fn outbox(&mut self, ctx: &Ctx, message: Message) -> Uuid {
        self.put_out(ctx, message, "waiting")
    }

    /// Puts a message into the outbox, where it stays: one of a drill never leaves the house.
    pub fn outbox_kept(&mut self, ctx: &Ctx, message: Message) -> Uuid {
        self.put_out(ctx, message, "kept")
    }

    fn put_out(&mut self, ctx: &Ctx, message: Message, state: &'static str) -> Uuid {
        let id = ctx.new_id();
        let (about_kind, about_id) = message.about.map_or((None, None), |(kind, id)| (Some(kind), Some(id)));
        self.insert(
            &sql::INSERT_OUTBOX,
            args![
                id,
                ctx.now(),
                message.channel.name(),
                message.to,
                message.subject,
                message.body,
                about_kind,
                about_id,
                state,
                0i64,
                ctx.now()
            ],
        );
        id
    }

    /// The next number of the counter `name`: 1, 2, 3 … without holes in the region, as a failed action gives
    /// its numbers back. The counter is read once and written once for a whole group of actions.
    pub async fn next_number(&mut self, name: &str) -> Result<i64> {
        self.next_numbers(name, 1).await
    }

    /// Takes `count` numbers at once and answers the first of them.
    pub async fn next_numbers(&mut self, name: &str, count: i64) -> Result<i64> {
        if !self.counters.contains_key(name) {
            let stored: Option<(i64,)> = self.conn.opt(&sql::COUNTER, args![name]).await?;
            let stored = stored.map_or(0, |(last,)| last);
            self.counters.insert(name.to_owned(), Counter { last: stored, stored });
        }
        let counter = self.counters.entry(name.to_owned()).or_insert(Counter { last: 0, stored: 0 });
        let first = counter.last + 1;
        counter.last += count;
        Ok(first)
    }

    pub(crate) fn keep(&self) -> Kept {
        Kept { lines: self.lines.len(), counters: self.counters.clone() }
    }

    pub(crate) fn put_back(&mut self, kept: &Kept) {
        self.lines.truncate(kept.lines);
        // A counter that was first read since then is still right to hold: only its new numbers are given back.
        for (name, counter) in &mut self.counters {
            counter.last = kept.counters.get(name).map_or(counter.stored, |before| before.last);
        }
    }

    /// Takes out the gathered lines and the counters' last numbers.
    pub(crate) fn take_gathered(&mut self) -> (Vec<JournalLine>, Vec<(String, i64)>) {
        let numbers = self.counters.iter().map(|(name, counter)| (name.clone(), counter.last)).collect();
        (std::mem::take(&mut self.lines), numbers)
    }

    /// Puts in what [`Tx::take_gathered`] took out.
    pub(crate) fn give_back(&mut self, lines: Vec<JournalLine>, numbers: Vec<(String, i64)>) {
        self.lines.extend(lines);
        for (name, last) in numbers {
            self.counters.insert(name, Counter { last, stored: 0 });
        }
    }

    async fn save_counters(&mut self) -> Result<()> {
        for (name, counter) in std::mem::take(&mut self.counters) {
            if counter.last != counter.stored {
                self.exec(&sql::SAVE_COUNTER, args![name, counter.last]).await?;
            }
        }
        Ok(())
    }

    /// Keeps the answer of an action under its key, so that a retry gets the same.
    pub(crate) fn keep_answer(&mut self, at: Timestamp, key: Uuid, answer: String) {
        self.insert(&sql::INSERT_ANSWER, args![key, at, answer]);
    }

    /// Chains the gathered lines to the head, writes everything and commits. Answers the lines as they stand now.
    pub(crate) async fn commit(mut self) -> std::result::Result<(Conn, Vec<JournalLine>), (Conn, Error)> {
        let mut lines = std::mem::take(&mut self.lines);
        let written = match self.save_counters().await {
            Ok(()) => self.write_lines(&mut lines).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            return Err((self.conn, error));
        }
        match self.conn.command("COMMIT").await {
            Ok(()) => Ok((self.conn, lines)),
            Err(error) => Err((self.conn, Error::Unknown(error.to_string()))),
        }
    }

    async fn write_lines(&mut self, lines: &mut [JournalLine]) -> Result<()> {
        if lines.is_empty() {
            return self.conn.flush().await;
        }
        for line in lines.iter_mut() {
            self.seq += 1;
            line.seq = self.seq;
            self.hash = line.chained(&self.hash);
            line.hash = self.hash;
            self.conn.gather(
                &sql::INSERT_LINE,
                args![
                    line.seq,
                    line.at,
                    line.actor.as_str(),
                    line.subject_kind.as_str(),
                    line.subject_id,
                    line.kind.as_str(),
                    line.body.as_str(),
                    line.hash
                ],
            );
        }
        let moved = self.exec(&sql::MOVE_HEAD, args![self.seq, self.hash]).await?;
        if moved == 1 { Ok(()) } else { Err(Error::Store("the journal's head is missing".into())) }
    }

    pub(crate) fn into_conn(self) -> Conn {
        self.conn
    }
}
