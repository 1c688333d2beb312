//! What screens see of this room's journal lines as they happen. Secret and hidden reports are left out for the public.

use serde_json::{Value, json};
use simpul_kernel::format::Lang;
use simpul_kernel::journal::JournalLine;
use simpul_people::{Directory, Permission, Scope};
use simpul_shell::{LiveView, PartialView, Screen, Viewer};
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::actions::SUBJECT;
use crate::desk;
use crate::model::{Category, public, shape_of};
use crate::pages::inbox::{InboxScope, MINE, Names, row_html};
use crate::pages::view;
use crate::sql::{self, Line};

/// A report as it stands, with its category.
#[derive(Debug, Clone)]
pub struct Loaded {
    line: Line,
    category: Option<Category>,
    names: Names,
    /// Who has a step of it in hand.
    hands: Vec<Uuid>,
}

async fn load(conn: &mut Conn, journal: &JournalLine) -> Result<Option<Loaded>> {
    if journal.subject_kind != SUBJECT {
        return Ok(None);
    }
    let Some(line) = sql::line(conn, journal.subject_id).await? else { return Ok(None) };
    let rules = desk::rules(conn).await?;
    let category = rules.category(&line.category).cloned();
    Ok(Some(Loaded { line, category, names: Names::default(), hands: Vec::new() }))
}

/// Reports in `/api/v1/live?topics=report`.
pub struct ReportLive;

impl LiveView for ReportLive {
    type Loaded = Loaded;

    fn topic(&self) -> &'static str {
        "report"
    }

    async fn load(&self, conn: &mut Conn, line: &JournalLine) -> Result<Option<Loaded>> {
        load(conn, line).await
    }

    fn show(&self, viewer: &Viewer, journal: &JournalLine, loaded: &Loaded) -> Option<Value> {
        let line = &loaded.line;
        let staff = public::may_see_of(viewer.as_actor(), line.agency, (line.secret, line.wish));
        if !line.public && !staff {
            return None;
        }
        // What staff tell each other is no news for others.
        if is_internal(&journal.body) && !staff {
            return None;
        }
        Some(json!({
            "number": line.number,
            "status": line.status.name(),
            "state": public::shape_name(shape_of(line.status, line.due, journal.at)),
            "category": line.category,
            "category_name": loaded.category.as_ref().map(|category| category.name(Lang::Id)),
            "district": line.district,
            "village": line.village,
            "agency": line.agency.filter(|_| staff),
            "status_unknown": line.is_silent(journal.at),
            "due_at": line.due.map(|due| due.0),
        }))
    }
}

/// Whether the line says of itself that only staff may know of it.
fn is_internal(body: &str) -> bool {
    body.contains(r#""public":false"#)
}

/// Rows of `/kotak` that change while an officer looks: `/langsung?layar=kotak`.
pub struct InboxPartial(
    /// Names of places and agencies.
    pub Directory,
);

impl PartialView for InboxPartial {
    type Loaded = Loaded;

    fn screen(&self) -> &'static str {
        "kotak"
    }

    fn topic(&self) -> &'static str {
        "report"
    }

    async fn load(&self, conn: &mut Conn, line: &JournalLine) -> Result<Option<Loaded>> {
        let place = self.0.of(conn.region()).await?;
        let Some(loaded) = load(conn, line).await? else { return Ok(None) };
        let Line { id, village, district, agency, due, .. } = loaded.line;
        let names = Names {
            place: view::place_short(&place, village, district),
            agency: view::agency_name(&place, agency),
            marks: sql::marks::marks(conn, &[id]).await?.keys(id, due.is_some()),
        };
        let hands = sql::disposition::hands_of(conn, id).await?;
        Ok(Some(Loaded { names, hands, ..loaded }))
    }

    fn show(&self, screen: &Screen, journal: &JournalLine, loaded: &Loaded) -> Option<String> {
        let actor = screen.viewer.as_actor();
        if !screen.viewer.may(Permission::SeeInbox) {
            return None;
        }
        let line = &loaded.line;
        let mine = screen.params.get("punya") == MINE;
        let shown = InboxScope::of(actor, screen.params.get("perangkat"), mine).shows(line, &loaded.hands);
        let may_see = public::may_see_of(actor, line.agency, (line.secret, line.wish));
        if !shown || !may_see {
            // It may have left this inbox: its row goes, if it stood there. Of a secret one others learn not even that.
            let told = may_see || !line.secret;
            let left = told && LEAVES.contains(&journal.kind.as_str());
            return left.then(|| format!(r##"<hx-partial hx-target="#r-{}" hx-swap="delete"></hx-partial>"##, line.id));
        }
        if journal.kind == "report.submitted" {
            return Some(notice(screen, "report.inbox.new_here", "#kabar-kotak"));
        }
        let mut names = loaded.names.clone();
        if screen.viewer.scope(Permission::SeeInbox) != Scope::WholeRegion {
            names.agency.clear();
        }
        let row = row_html(&screen.page, line, loaded.category.as_ref(), &names)?;
        let row = format!(r##"<hx-partial hx-target="#r-{}" hx-swap="outerMorph">{row}</hx-partial>"##, line.id);
        let given = mine && journal.kind == "report.directed";
        if !given && !COMES_IN.contains(&journal.kind.as_str()) {
            return Some(row);
        }
        // Who sees the row change need not be told.
        let told = format!("#kabar-kotak:not(:has(~ #inbox > #r-{}))", line.id);
        Some(format!("{}{row}", notice(screen, "report.inbox.work_here", &told)))
    }
}

/// Steps by which a report leaves an inbox in which it stood.
const LEAVES: [&str; 4] = ["report.handed_back", "report.assigned", "report.directed", "report.disposition_done"];
/// Steps by which a report comes into an inbox in which it may not stand yet.
const COMES_IN: [&str; 6] = [
    "report.assigned",
    "report.reopened",
    "report.handed_back",
    "report.unmerged",
    "report.resumed",
    "report.question_answered",
];

/// Work that comes in does not push rows away under the officer's hand: a line above the list, if it is the `target`,
/// says that it is there.
fn notice(screen: &Screen, key: &str, target: &str) -> String {
    let (text, link) = (screen.page.t(key), screen.page.t("report.inbox.show_new"));
    format!(
        r##"<hx-partial hx-target="{target}" hx-swap="innerHTML">{} <a href="">{}</a></hx-partial>"##,
        escape(&text),
        escape(&link)
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
