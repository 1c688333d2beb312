//! What the room does when it reads a line of the journal.

mod commitment;
mod item;
mod period;

use simpul_store::ReactionSet;

use crate::messenger::Messenger;

/// The room's reactions.
pub fn reactions(messenger: Messenger) -> ReactionSet {
    let set = ReactionSet::new().add(item::ItemIsDue(messenger.clone()));
    let set = set.add(period::PeriodIsDue(messenger.clone()));
    set.add(item::TellOwner(messenger.clone())).add(commitment::CommitmentIsDue(messenger))
}
