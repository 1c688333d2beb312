//! Officers whom the journal names.

use simpul_kernel::Timestamp;
use simpul_people::Snapshot;
use simpul_shell::Page;

/// The name of an officer whom the journal names; none for a program.
pub fn holder_name(place: &Snapshot, actor: &str) -> Option<String> {
    let id = actor.strip_prefix("officer:")?.parse().ok()?;
    place.officer(id).map(|officer| officer.name.clone())
}

/// The name of an officer whom the journal names; empty for a program.
pub fn author_name(place: &Snapshot, author: &str) -> String {
    holder_name(place, author).unwrap_or_default()
}

/// The time of day to the second, as the region's clocks show it: `14.05.32`.
pub fn time_of_day(page: &Page, at: Timestamp) -> String {
    let local = page.zone().local(at);
    format!("{:02}.{:02}.{:02}", local.hour(), local.minute(), local.second())
}
