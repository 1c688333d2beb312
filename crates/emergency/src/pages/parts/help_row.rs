//! A taker who waits for a supervisor, as a row of the consoles of supervisors and of whoever asked.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_people::{Permission, Snapshot};
use simpul_shell::{Page, Tag};
use uuid::Uuid;

use crate::model::help::Help;
use crate::pages::parts::names::author_name;

/// The row.
#[derive(Template, Clone)]
#[template(path = "emergency/help_row.html")]
pub struct HelpRow {
    page: Page,
    call: Uuid,
    asked: Timestamp,
    by: String,
    comes: Option<String>,
    /// Whether whoever looks asked.
    own: bool,
    supervises: bool,
}
impl HtmlSafe for HelpRow {}

impl HelpRow {
    /// The row as `viewer` (a journal name) sees it: supervisors, and whoever asked. Nobody else needs it.
    pub fn of(page: &Page, place: &Snapshot, help: &Help, viewer: &str) -> Option<HelpRow> {
        let supervises = page.may(Permission::SuperviseCalls);
        let own = help.by == viewer;
        (own || supervises).then(|| HelpRow {
            page: page.clone(),
            call: help.call,
            asked: help.asked,
            by: author_name(place, &help.by),
            comes: help.comes.as_ref().map(|(by, _)| author_name(place, by)),
            own,
            supervises,
        })
    }

    /// Whether it sounds here: nobody has said that they come, and whoever looks could.
    fn sounds(&self) -> bool {
        self.comes.is_none() && self.supervises && !self.own
    }

    fn tag(&self) -> Tag {
        if self.comes.is_some() { Tag::Work } else { Tag::Late }
    }

    fn label(&self) -> &'static str {
        if self.comes.is_some() { "emergency.help.coming" } else { "emergency.help.asked" }
    }

    fn path(&self, deed: &str) -> String {
        format!("/112/panggilan/{}/{deed}", self.call)
    }
}
