//! What happened between takers and supervisors in a call: who took it over and why, and who was asked to come.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_people::Snapshot;
use simpul_shell::Page;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::pages::parts::names::author_name;
use crate::sql;

/// One thing that happened.
#[derive(Clone)]
struct Line {
    at: Timestamp,
    text: String,
    /// Why, in the supervisor's own words.
    reason: String,
}

/// What happened, in its order.
#[derive(Template, Clone)]
#[template(path = "emergency/call_story.html")]
pub struct CallStory {
    page: Page,
    lines: Vec<Line>,
}
impl HtmlSafe for CallStory {}

impl CallStory {
    /// Reads it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn of(conn: &mut Conn, page: &Page, place: &Snapshot, call: Uuid) -> Result<CallStory> {
        let name = |actor: &str| author_name(place, actor);
        let mut lines = Vec::new();
        for over in sql::help::take_overs(conn, call).await? {
            let (by, from) = (name(&over.by), name(&over.from));
            let text = page.tx("emergency.help.taken_over", [("by", by.as_str()), ("from", from.as_str())]);
            lines.push(Line { at: over.at, text, reason: over.reason });
        }
        for help in sql::help::of_call(conn, call).await? {
            let text = page.t1("emergency.help.was_asked", "name", name(&help.by));
            lines.push(Line { at: help.asked, text, reason: String::new() });
            if let Some((by, at)) = help.comes {
                let text = page.t1("emergency.help.came", "name", name(&by));
                lines.push(Line { at, text, reason: String::new() });
            }
        }
        lines.sort_by_key(|line| line.at);
        Ok(CallStory { page: page.clone(), lines })
    }
}
