//! What a taker did to reach a caller, as a line.

use simpul_kernel::Timestamp;
use simpul_people::Snapshot;
use simpul_shell::Page;

use crate::model::Attempt;
use crate::pages::parts::names::holder_name;

/// What a taker did.
#[derive(Clone)]
pub struct Tried {
    /// How.
    pub kind: String,
    /// What came of it.
    pub result: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What takers did to reach a caller, as lines.
pub fn tried(page: &Page, place: &Snapshot, attempts: Vec<Attempt>) -> Vec<Tried> {
    let line = |attempt: Attempt| Tried {
        kind: page.t(&format!("emergency.attempt_kind.{}", attempt.kind.name())),
        result: page.t(&format!("emergency.attempt_result.{}", attempt.result.name())),
        by: holder_name(place, &attempt.author).unwrap_or_default(),
        at: attempt.at,
    };
    attempts.into_iter().map(line).collect()
}
