//! What the room does when it reads a line of the journal.

use simpul_store::ReactionSet;

/// The room's reactions.
pub fn reactions() -> ReactionSet {
    ReactionSet::new()
}
