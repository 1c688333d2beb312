//! What another system said last of a report, and how far what it says now is followed.

use simpul_kernel::Timestamp;

use super::report::Report;
use super::status::Status;

/// What a file said last of an imported report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// SHA-256 of its row.
    pub digest: [u8; 32],
    /// The state that it gave.
    pub status: Status,
    /// When it had changed there.
    pub updated: Timestamp,
}

/// What becomes of a report's state when the other system says a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    /// Ours stays: the other system says nothing new, or what is true here already.
    Stay,
    /// The report goes there.
    Go,
    /// Ours stays, since work was done here and no arrow leads there; officers are told.
    Hold,
}

/// Whether the state that the other system now says is taken. Where nothing was done here the report is its mirror;
/// where officers have worked, a state changes only along the arrows.
pub fn follow(report: &Report, before: Option<Status>, now: Status, done_here: bool) -> Follow {
    let ours = report.status();
    if now == ours || before == Some(now) {
        return Follow::Stay;
    }
    let moved = before.is_some_and(|before| before != ours);
    if !done_here && !moved {
        return Follow::Go;
    }
    if ours.next().contains(&now) && !report.is_paused() { Follow::Go } else { Follow::Hold }
}
