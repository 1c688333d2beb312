//! What the pages of this room ask beyond what `people` and `store` answer.

use simpul_kernel::Timestamp;
use simpul_kernel::journal::JournalLine;
use simpul_people::sql::access::AccessLine;
use simpul_store::{Conn, Result, args, journal};
use uuid::Uuid;

simpul_store::statements! {
    /// A stretch of the journal, newest first, of kinds that begin with a word.
    JOURNAL = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND seq > $2 AND seq < $3 AND at >= $4 AND at < $5
        AND substr(kind, 1, length(CAST($6 AS TEXT))) = CAST($6 AS TEXT) ORDER BY seq DESC LIMIT $7";
    /// The same for one thing.
    JOURNAL_OF = "SELECT region, seq, at, actor, subject_kind, subject_id, kind, body, hash FROM journal
        WHERE region = $1 AND subject_id = $2 AND seq < $3 AND at >= $4 AND at < $5
        AND substr(kind, 1, length(CAST($6 AS TEXT))) = CAST($6 AS TEXT) ORDER BY seq DESC LIMIT $7";
    /// Who looked, newest first; an empty kind and the nil officer stand for all.
    ACCESS = "SELECT id, at, actor, officer, subject_kind, subject_id, what FROM access_log
        WHERE region = $1 AND id < $2 AND at >= $3 AND at < $4
        AND (CAST($5 AS TEXT) = '' OR subject_kind = $5) AND ($6 OR officer = $7) ORDER BY id DESC LIMIT $8";
}

simpul_store::inserts! {}

/// Lines that one page of a filtered journal looks through, so that a rare kind does not read the whole chain.
pub(crate) const SCAN_MAX_LINES: i64 = 20_000;

/// What a journal page asks for.
#[derive(Debug, Clone)]
pub(crate) struct JournalFilter {
    /// Kinds that begin so; empty for all.
    pub(crate) kind: String,
    /// About this thing.
    pub(crate) subject: Option<Uuid>,
    /// Not before.
    pub(crate) from: Timestamp,
    /// Before.
    pub(crate) until: Timestamp,
}

/// Lines before one, and the number below which the next page goes on.
#[derive(Debug)]
pub(crate) struct JournalPage {
    /// Newest first.
    pub(crate) lines: Vec<JournalLine>,
    /// Where older ones begin; none when the beginning, or the first day asked for, is reached.
    pub(crate) next: Option<i64>,
    /// Whether the page ended because it had looked through enough, not because it was full.
    pub(crate) cut_short: bool,
}

/// Up to `limit` lines before `before`.
pub(crate) async fn journal_page(
    conn: &mut Conn,
    filter: &JournalFilter,
    before: Option<i64>,
    limit: i64,
) -> Result<JournalPage> {
    let (head, _) = journal::head(conn).await?;
    let newest = seq_at(conn, filter.until, head).await?;
    let before = before.unwrap_or(i64::MAX).min(newest.saturating_add(1));
    let (kind, from, until) = (filter.kind.as_str(), filter.from, filter.until);
    if let Some(subject) = filter.subject {
        let lines = conn.all(&JOURNAL_OF, args![subject, before, from, until, kind, limit]).await?;
        let next = next_of(&lines, limit);
        return Ok(JournalPage { lines, next, cut_short: false });
    }
    let oldest = seq_at(conn, filter.from, head).await?;
    // Clocks of servers differ a little, so the edge is read generously; the statement looks at the time itself.
    let oldest = oldest.saturating_sub(1_000).max(0);
    let floor = before.saturating_sub(SCAN_MAX_LINES).max(oldest);
    let lines: Vec<JournalLine> = conn.all(&JOURNAL, args![floor, before, from, until, kind, limit]).await?;
    let full = next_of(&lines, limit);
    let cut_short = full.is_none() && floor > oldest;
    let next = full.or(cut_short.then_some(floor + 1)).filter(|next| *next > 1);
    Ok(JournalPage { lines, next, cut_short })
}

fn next_of(lines: &[JournalLine], limit: i64) -> Option<i64> {
    let full = i64::try_from(lines.len()).unwrap_or(i64::MAX) >= limit;
    lines.last().filter(|_| full).map(|line| line.seq)
}

/// The number of the last line before the instant, found by halving: lines are numbered without a hole.
async fn seq_at(conn: &mut Conn, at: Timestamp, head: i64) -> Result<i64> {
    if at == Timestamp(i64::MAX) {
        return Ok(head);
    }
    if at == Timestamp(i64::MIN) {
        return Ok(0);
    }
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let earlier = journal::line_at(conn, middle).await?.is_some_and(|line| line.at < at);
        if earlier {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// What a page of the access log asks for.
#[derive(Debug, Clone)]
pub(crate) struct AccessFilter {
    /// By this officer.
    pub(crate) officer: Option<Uuid>,
    /// About this kind of thing; empty for all.
    pub(crate) kind: String,
    /// Not before.
    pub(crate) from: Timestamp,
    /// Before.
    pub(crate) until: Timestamp,
}

/// Up to `limit` looks before the one with id `before`, newest first.
pub(crate) async fn access_page(
    conn: &mut Conn,
    filter: &AccessFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<AccessLine>> {
    let args = args![
        before.unwrap_or(Uuid::max()),
        filter.from,
        filter.until,
        filter.kind.as_str(),
        filter.officer.is_none(),
        filter.officer.unwrap_or_default(),
        limit
    ];
    conn.all(&ACCESS, args).await
}
