//! Reads from the journal what is played again: an incident, or the whole room between two moments.

use simpul_kernel::Timestamp;
use simpul_kernel::journal::JournalLine;
use simpul_store::{Conn, Result, journal};
use uuid::Uuid;

use crate::actions::{CALL, INCIDENT, UNIT};
use crate::model::Incident;
use crate::model::replay::Picture;
use crate::sql;

/// Most lines of one thing.
const HISTORY_MAX_LINES: i64 = 2_000;
/// Most calls of an incident.
const CALLS_MAX_COUNT: i64 = 500;
/// Lines of all rooms that are read at once.
const PAGE_LINES: i64 = 1_000;
/// Most lines of all rooms that one replay looks at.
const READ_MAX_LINES: i64 = 200_000;
/// Most lines that one replay shows.
pub const SHOWN_MAX_LINES: usize = 8_000;

/// What is played: how things stood before, and every line since.
#[derive(Debug, Clone, Default)]
pub struct Reel {
    /// How things stood when it begins.
    pub before: Picture,
    /// The lines, in order.
    pub lines: Vec<JournalLine>,
    /// Whether there were more lines than are shown.
    pub is_cut: bool,
}

impl Reel {
    fn of(mut lines: Vec<JournalLine>, begins_after: i64) -> Reel {
        lines.sort_by_key(|line| line.seq);
        lines.dedup_by_key(|line| line.seq);
        let is_cut = lines.iter().filter(|line| line.seq > begins_after).count() > SHOWN_MAX_LINES;
        let mut reel = Reel { is_cut, ..Reel::default() };
        for line in lines {
            match line.seq <= begins_after {
                true => reel.before.apply(&line),
                false if reel.lines.len() < SHOWN_MAX_LINES => reel.lines.push(line),
                false => break,
            }
        }
        reel
    }

    /// Shows each line with how things stood after it.
    pub fn walk(&self, mut see: impl FnMut(&JournalLine, &Picture)) {
        let mut picture = self.before.clone();
        for line in &self.lines {
            picture.apply(line);
            see(line, &picture);
        }
    }
}

/// An incident from its first call to its end, with those that were merged into it.
pub async fn of_incident(conn: &mut Conn, incident: &Incident) -> Result<Reel> {
    let merged = sql::incident::merged_into(conn, incident.id).await?;
    let mut lines = Vec::new();
    for id in std::iter::once(incident.id).chain(merged.iter().map(|one| one.id)) {
        lines.extend(journal::history(conn, id, HISTORY_MAX_LINES).await?);
        for call in sql::call::of_incident(conn, id, CALLS_MAX_COUNT).await? {
            lines.extend(journal::history(conn, call.id, HISTORY_MAX_LINES).await?);
        }
    }
    Ok(Reel::of(lines, 0))
}

/// The whole room between two moments.
pub async fn of_room(conn: &mut Conn, from: Timestamp, until: Timestamp) -> Result<Reel> {
    let begins_after = journal::seq_at(conn, from.plus_micros(-1)).await?;
    let mut lines = before(conn, from, until, begins_after).await?;
    let mut place = begins_after;
    while place - begins_after < READ_MAX_LINES {
        let page = journal::lines_after(conn, place, PAGE_LINES).await?;
        let Some(last) = page.last().map(|line| (line.seq, line.at)) else { break };
        let is_ours = |line: &JournalLine| [CALL, INCIDENT, UNIT].contains(&line.subject_kind.as_str());
        lines.extend(page.into_iter().filter(|line| line.at <= until && is_ours(line)));
        place = last.0;
        if last.1 > until {
            break;
        }
    }
    Ok(Reel::of(lines, begins_after))
}

/// The lines that say how things stood when the span began.
async fn before(conn: &mut Conn, from: Timestamp, until: Timestamp, seq: i64) -> Result<Vec<JournalLine>> {
    let mut subjects: Vec<Uuid> = sql::replay::incidents(conn, from, until).await?;
    subjects.extend(sql::replay::calls(conn, from, until).await?);
    let mut lines = Vec::new();
    for subject in subjects {
        lines.extend(journal::history_before(conn, subject, seq, HISTORY_MAX_LINES).await?);
    }
    // Of a unit its first line says that it is there, and its last what it did, where no dispatch says it.
    for (unit, _) in sql::replay::signs(conn).await? {
        lines.extend(journal::history(conn, unit, 1).await?.into_iter().filter(|line| line.seq <= seq));
        lines.extend(journal::history_before(conn, unit, seq, 1).await?);
    }
    Ok(lines)
}
