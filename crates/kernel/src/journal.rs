//! The line of the journal, and the chain that shows a changed one.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{RegionId, Timestamp};

/// SHA-256 over the previous line's hash and this line.
pub type Hash = [u8; 32];

/// The hash before the first line of every region.
pub const GENESIS: Hash = [0; 32];

/// One line of what happened. `body` is JSON as it was stored, without personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// Where it happened.
    pub region: RegionId,
    /// 1, 2, 3 … in a region, without holes, in commit order.
    pub seq: i64,
    /// When, by the clock of the server that wrote it; order is by `seq`, never by this.
    pub at: Timestamp,
    /// Who, as [`crate::Actor::journal_name`].
    pub actor: String,
    /// What kind of thing it happened to: `report`, `officer`, …
    pub subject_kind: String,
    /// Which one.
    pub subject_id: Uuid,
    /// What happened: `report.submitted`, …
    pub kind: String,
    /// Details as JSON text: ids and digests only.
    pub body: String,
    /// The chain up to and with this line.
    pub hash: Hash,
}

impl JournalLine {
    /// The hash that this line must have after a line with hash `previous`.
    /// Every field is preceded by its length, so that no two lines have the same bytes.
    pub fn chained(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update([0u8]);
        hasher.update(self.region.0.to_be_bytes());
        hasher.update(self.seq.to_be_bytes());
        hasher.update(previous);
        hasher.update(self.at.0.to_be_bytes());
        hasher.update(self.subject_id.as_bytes());
        for field in [&self.actor, &self.subject_kind, &self.kind, &self.body] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        hasher.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> JournalLine {
        JournalLine {
            region: RegionId(7322),
            seq: 1,
            at: Timestamp(5),
            actor: "citizen".into(),
            subject_kind: "report".into(),
            subject_id: Uuid::from_u128(7),
            kind: "report.submitted".into(),
            body: "{}".into(),
            hash: GENESIS,
        }
    }

    #[test]
    fn moving_a_byte_between_fields_changes_the_hash() {
        let mut moved = line();
        moved.actor = "citizenr".into();
        moved.subject_kind = "eport".into();
        assert_ne!(line().chained(&GENESIS), moved.chained(&GENESIS));
    }

    #[test]
    fn the_previous_hash_is_part_of_the_next() {
        assert_ne!(line().chained(&GENESIS), line().chained(&[1; 32]));
    }
}
