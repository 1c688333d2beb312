//! Officers whom the journal names.

use simpul_people::Snapshot;

/// The name of an officer whom the journal names; none for a program.
pub fn holder_name(place: &Snapshot, actor: &str) -> Option<String> {
    let id = actor.strip_prefix("officer:")?.parse().ok()?;
    place.officer(id).map(|officer| officer.name.clone())
}

/// The name of an officer whom the journal names; empty for a program.
pub fn author_name(place: &Snapshot, author: &str) -> String {
    holder_name(place, author).unwrap_or_default()
}
