//! Reading the journal, and proving that nobody has changed it.

use simpul_kernel::journal::{GENESIS, Hash, JournalLine};
use simpul_kernel::limits::JOURNAL_PAGE_LINES_MAX_COUNT;
use simpul_kernel::{RegionId, Timestamp};
use uuid::Uuid;

use crate::{Conn, Error, FromRow, Result, Row, args, sql};

impl FromRow for JournalLine {
    fn from_row(row: &Row) -> Result<JournalLine> {
        Ok(JournalLine {
            region: RegionId(row.at::<i32>(0)?),
            seq: row.at(1)?,
            at: Timestamp(row.at(2)?),
            actor: row.at(3)?,
            subject_kind: row.at(4)?,
            subject_id: row.at(5)?,
            kind: row.at(6)?,
            body: row.at(7)?,
            hash: row.at(8)?,
        })
    }
}

/// The region's last line: its number and its hash; 0 and [`GENESIS`] where nothing has happened yet.
pub async fn head(conn: &mut Conn) -> Result<(i64, Hash)> {
    Ok(conn.opt(&sql::HEAD, args![]).await?.unwrap_or((0, GENESIS)))
}

/// Up to `limit` lines after `seq`, in order.
pub async fn lines_after(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<JournalLine>> {
    conn.all(&sql::LINES_AFTER, args![seq, limit]).await
}

/// Up to `limit` lines before `seq`, newest first.
pub async fn lines_before(conn: &mut Conn, seq: i64, limit: i64) -> Result<Vec<JournalLine>> {
    conn.all(&sql::LINES_BEFORE, args![seq, limit]).await
}

/// The first `limit` lines of one thing's history.
pub async fn history(conn: &mut Conn, subject: Uuid, limit: i64) -> Result<Vec<JournalLine>> {
    conn.all(&sql::LINES_OF_SUBJECT, args![subject, limit]).await
}

/// The last `limit` lines of one thing's history up to `seq`, newest first.
pub async fn history_before(conn: &mut Conn, subject: Uuid, seq: i64, limit: i64) -> Result<Vec<JournalLine>> {
    conn.all(&sql::LAST_LINES_OF_SUBJECT, args![subject, seq, limit]).await
}

/// The last line that was written at `moment` or before; 0 where there is none. Found by halving: lines are written in
/// the order of the clock, but for the moments by which a clock was set back.
pub async fn seq_at(conn: &mut Conn, moment: Timestamp) -> Result<i64> {
    let (mut low, (mut high, _)) = (0, head(conn).await?);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        match line_at(conn, middle).await? {
            Some(line) if line.at <= moment => low = middle,
            Some(_) => high = middle - 1,
            None => return Err(Error::Broken(format!("line {middle} is missing"))),
        }
    }
    Ok(low)
}

/// The line at `seq`, if it is there.
pub async fn line_at(conn: &mut Conn, seq: i64) -> Result<Option<JournalLine>> {
    conn.opt(&sql::LINE_AT, args![seq]).await
}

/// What a check of a region's journal found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every line follows from the one before, and the head agrees.
    Whole {
        /// How many lines there are.
        lines: i64,
    },
    /// The first line that is wrong.
    Bad {
        /// Its number; one past the last where lines are missing at the end.
        seq: i64,
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// Walks the whole chain of a region. Memory stays small, as lines are read in pages.
/// `seen` is told the number of the last line read, for a progress bar.
///
/// While Simpul runs, lines are added meanwhile: the head is read first, so it is never ahead of what is walked.
///
/// # Errors
/// [`crate::Error::Store`] where the database does not answer. What it answers and what can't be read as a line is a
/// verdict and no error.
pub async fn verify(conn: &mut Conn, mut seen: impl FnMut(i64)) -> Result<Verdict> {
    let mut place = 0;
    match walk(conn, &mut place, &mut seen).await {
        Err(Error::Broken(_)) => Ok(unreadable(conn, place).await),
        verdict => verdict,
    }
}

async fn walk(conn: &mut Conn, place: &mut i64, seen: &mut impl FnMut(i64)) -> Result<Verdict> {
    let (head_seq, head_hash) = head(conn).await?;
    let mut hash = GENESIS;
    while *place < head_seq {
        let lines = lines_after(conn, *place, JOURNAL_PAGE_LINES_MAX_COUNT.min(head_seq - *place)).await?;
        if lines.is_empty() {
            return Ok(Verdict::Bad { seq: *place + 1, reason: "the line is missing" });
        }
        for line in &lines {
            if let Some(reason) = fault(line, *place, &hash) {
                return Ok(Verdict::Bad { seq: *place + 1, reason });
            }
            *place = line.seq;
            hash = line.hash;
        }
        seen(*place);
    }
    if hash != head_hash {
        return Ok(Verdict::Bad { seq: head_seq, reason: "the head holds another hash than the last line" });
    }
    if let Some(seq) = strange_line(conn).await? {
        return Ok(Verdict::Bad { seq, reason: "the line stands outside the chain" });
    }
    beyond_head(conn, head_seq).await
}

/// A line that no walk along the chain meets.
async fn strange_line(conn: &mut Conn) -> Result<Option<i64>> {
    let mut found: Option<(i64,)> = conn.opt(&sql::LINE_BEFORE_FIRST, args![]).await?;
    if found.is_none() && !conn.is_postgres() {
        found = conn.opt(&sql::LINE_OF_OTHERS, args![]).await?;
    }
    Ok(found.map(|(seq,)| seq))
}

/// Finds the line after `place` that can't be read: a page of many tells only that one is among them.
async fn unreadable(conn: &mut Conn, place: i64) -> Verdict {
    if head(conn).await.is_err() {
        return Verdict::Bad { seq: place, reason: "the head can't be read" };
    }
    let mut seq = place + 1;
    while matches!(line_at(conn, seq).await, Ok(Some(_))) {
        seq += 1;
    }
    Verdict::Bad { seq, reason: "the line can't be read" }
}

/// Lines after the head are right only if the head has moved on meanwhile.
async fn beyond_head(conn: &mut Conn, walked: i64) -> Result<Verdict> {
    let last: Option<(i64,)> = conn.opt(&sql::LAST_SEQ, args![]).await?;
    let head_now = head(conn).await?.0;
    match last {
        Some((last,)) if last > head_now => {
            Ok(Verdict::Bad { seq: head_now + 1, reason: "the line stands after the head" })
        }
        _ => Ok(Verdict::Whole { lines: walked }),
    }
}

fn fault(line: &JournalLine, place: i64, hash: &Hash) -> Option<&'static str> {
    if line.seq != place + 1 {
        return Some("the line is missing");
    }
    (line.chained(hash) != line.hash).then_some("the line's hash does not follow from the line before")
}
