//! That something happened in this room, for screens that then ask how things stand: the wall, the leader's page. The
//! signal itself says nothing of the call, the incident or the unit.

use serde_json::{Value, json};
use simpul_kernel::journal::JournalLine;
use simpul_people::Permission;
use simpul_shell::{LiveView, Viewer};
use simpul_store::{Conn, Result};

/// The first words of this room's lines, for `/api/v1/live?topics=…`.
pub const TOPICS: [&str; 5] = ["call", "incident", "unit", "stage", "drill"];

/// Lines of one topic as bare signals.
pub struct Signal {
    /// The topic.
    pub topic: &'static str,
}

impl LiveView for Signal {
    type Loaded = ();

    fn topic(&self) -> &'static str {
        self.topic
    }

    async fn load(&self, _conn: &mut Conn, _line: &JournalLine) -> Result<Option<()>> {
        Ok(Some(()))
    }

    fn show(&self, viewer: &Viewer, _line: &JournalLine, _loaded: &()) -> Option<Value> {
        (viewer.may(Permission::SeeWall) || viewer.may(Permission::SeeConsole)).then(|| json!({}))
    }
}
