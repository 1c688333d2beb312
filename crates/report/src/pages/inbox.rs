//! `/kotak`: the work of an agency, least time left first, with tabs by what is to be done about it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Timestamp};
use simpul_people::{Permission, Scope, permits, scope};
use simpul_shell::{Choice, Form, FormView, Officer, Page, PageResult, Query, Redirect, Tag};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::direction::InboxTop;
use super::view::{photo_path, place_short, tag};
use super::{CanSeeInbox, CanWorkReports};
use crate::actions::AcceptReport;
use crate::desk::{self, Rules};
use crate::model::{Category, Shape, Status, public, shape_of};
use crate::sql::{self, Line, Whose, lists};

/// Rows of one page: more than a screen of 1080 lines shows.
pub const INBOX_ROWS_COUNT: i64 = 50;
/// Work is counted up to here; beyond it a tab says "99+".
const COUNT_MAX: i64 = 100;
/// Most reports that are taken at once.
const ACCEPT_MAX_COUNT: usize = 50;
/// Longest text of a row, in characters.
const ROW_TEXT_MAX_CHARS: usize = 110;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    tab: String,
    perangkat: String,
    sesudah: String,
}

/// A tab of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Everything that is owed, least time left first.
    All,
    /// Past its moment.
    Late,
    /// Due before midnight.
    Today,
    /// Due within seven days.
    Week,
    /// Others must act: the citizen, or the budget.
    Waiting,
    /// Over.
    Done,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Tab; 6] = [Tab::All, Tab::Late, Tab::Today, Tab::Week, Tab::Waiting, Tab::Done];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Tab::All => "semua",
            Tab::Late => "terlambat",
            Tab::Today => "hari-ini",
            Tab::Week => "minggu-ini",
            Tab::Waiting => "menunggu",
            Tab::Done => "selesai",
        }
    }

    fn parse(name: &str) -> Tab {
        Tab::ALL.into_iter().find(|tab| tab.name() == name).unwrap_or(Tab::All)
    }

    fn key(self) -> &'static str {
        match self {
            Tab::All => "report.inbox.tab_all",
            Tab::Late => "report.inbox.tab_late",
            Tab::Today => "report.inbox.tab_today",
            Tab::Week => "report.inbox.tab_week",
            Tab::Waiting => "report.inbox.tab_waiting",
            Tab::Done => "report.inbox.tab_done",
        }
    }

    fn empty_key(self) -> &'static str {
        match self {
            Tab::All => "report.inbox.empty_all",
            Tab::Late => "report.inbox.empty_late",
            Tab::Today => "report.inbox.empty_today",
            Tab::Week => "report.inbox.empty_week",
            Tab::Waiting => "report.inbox.empty_waiting",
            Tab::Done => "report.inbox.empty_done",
        }
    }

    /// The moments between which its work is due; `None` for tabs of states.
    fn span(self, now: Timestamp, midnight: Timestamp) -> Option<(Timestamp, Timestamp)> {
        Some(match self {
            Tab::All => (Timestamp(i64::MIN), Timestamp(i64::MAX)),
            Tab::Late => (Timestamp(i64::MIN), now),
            Tab::Today => (now, midnight),
            Tab::Week => (midnight, midnight.plus_micros(7 * DAY_MICROS)),
            Tab::Waiting | Tab::Done => return None,
        })
    }

    fn statuses(self) -> &'static [Status] {
        match self {
            Tab::Waiting => &[Status::Resolved, Status::Planned],
            Tab::Done => &[Status::Closed, Status::Rejected, Status::OutOfAuthority, Status::Archived],
            _ => &[],
        }
    }
}

/// Whose work an officer looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxScope {
    whose: Vec<Whose>,
}

/// The coordinator's own work: what has no agency.
const NOBODY: &str = "tanpa";

impl InboxScope {
    /// What the officer may see of what was asked for; the whole of it where nothing was asked for.
    pub fn of(actor: &Actor, wanted: &str) -> InboxScope {
        let secrets = permits(actor, Permission::SeeSecretReports);
        let whose = match scope(actor, Permission::SeeInbox) {
            Scope::Nothing => Vec::new(),
            Scope::Agencies(own) => {
                let wanted: Option<Uuid> = wanted.parse().ok();
                let chosen = own.iter().filter(|id| wanted.is_none_or(|wanted| wanted == **id));
                chosen.map(|id| Whose::Agency { agency: *id, secrets: true }).collect()
            }
            Scope::WholeRegion => match (wanted, wanted.parse()) {
                (NOBODY, _) => vec![Whose::Nobody { secrets }],
                (_, Ok(agency)) => vec![Whose::Agency { agency, secrets }],
                _ => vec![Whose::All { secrets }],
            },
        };
        InboxScope { whose }
    }

    /// Whether a report belongs in it.
    pub fn shows(&self, line: &Line) -> bool {
        self.whose.iter().any(|whose| match whose {
            Whose::Agency { agency, secrets } => line.agency == Some(*agency) && (*secrets || !line.secret),
            Whose::All { secrets } => *secrets || !line.secret,
            Whose::Nobody { secrets } => line.agency.is_none() && (*secrets || !line.secret),
        })
    }
}

/// One row.
#[derive(Template)]
#[template(path = "report/inbox_row.html")]
struct RowView<'a> {
    page: &'a Page,
    id: Uuid,
    number: String,
    tag: Tag,
    state: String,
    late: bool,
    title: String,
    text: String,
    place: String,
    due: Option<Timestamp>,
    reported: Timestamp,
    photo: Option<String>,
    secret: bool,
    selectable: bool,
    agency: String,
    level: Option<String>,
    link: String,
}
impl HtmlSafe for RowView<'_> {}

fn row<'a>(page: &'a Page, line: &Line, category: Option<&Category>, names: &Names) -> RowView<'a> {
    let late = line.is_late(page.now);
    let shape = shape_of(line.status, line.due, page.now);
    RowView {
        id: line.id,
        number: line.number.clone(),
        tag: tag(shape),
        state: if shape == Shape::Late {
            page.t("report.inbox.late")
        } else if line.is_paused() {
            page.t("report.pause.short")
        } else {
            page.t(line.status.staff_key())
        },
        late,
        title: category.map_or_else(|| line.category.clone(), |category| category.name(page.lang).to_owned()),
        text: public::excerpt(&line.body, ROW_TEXT_MAX_CHARS),
        place: names.place.clone(),
        due: line.due,
        reported: line.reported,
        photo: line.photo.map(|digest| photo_path(&digest, "kecil")),
        secret: line.secret,
        selectable: !line.is_paused()
            && matches!(line.status, Status::New | Status::Verified)
            && page.may(Permission::WorkReports),
        agency: names.agency.clone(),
        level: marks(page, line),
        link: format!("/kotak/{}", line.number),
        page,
    }
}

/// How far up it has gone, and whether nothing has happened for long.
fn marks(page: &Page, line: &Line) -> Option<String> {
    let level = (line.level.number() > 0).then(|| page.t(line.level.short_key()));
    let silent = line.is_silent(page.now).then(|| page.t("report.silence.short"));
    let marks: Vec<String> = level.into_iter().chain(silent).collect();
    (!marks.is_empty()).then(|| marks.join(" · "))
}

/// The names that a row shows beside the report's own words.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Where.
    pub place: String,
    /// Whose; empty where everything shown is one agency's.
    pub agency: String,
}

/// A row as HTML, for the live stream.
pub fn row_html(page: &Page, line: &Line, category: Option<&Category>, names: &Names) -> Option<String> {
    row(page, line, category, names).render().ok()
}

struct TabView {
    label: String,
    href: String,
    count: Option<String>,
    current: bool,
}

#[derive(Template)]
#[template(path = "report/inbox.html")]
struct InboxPage<'a> {
    page: &'a Page,
    form: FormView,
    top: InboxTop,
    tabs: Vec<TabView>,
    rows: Vec<RowView<'a>>,
    agencies: Vec<Choice>,
    empty: String,
    tab: &'static str,
    first: Option<String>,
    next: Option<String>,
    stream: String,
    can_accept: bool,
    wide_scope: bool,
}

/// The next page's key: a moment and an id, or an id alone.
pub fn after(text: &str) -> Option<(Timestamp, Uuid)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
}

async fn lines(
    conn: &mut Conn,
    scope: &InboxScope,
    tab: Tab,
    filter: &Filter,
    (now, midnight): (Timestamp, Timestamp),
) -> Result<Vec<Line>, Error> {
    let mut found = Vec::new();
    let limit = INBOX_ROWS_COUNT + 1;
    for whose in &scope.whose {
        if let Some(span) = tab.span(now, midnight) {
            found.extend(sql::inbox_due(conn, *whose, span, after(&filter.sesudah), limit).await?);
        }
        let before = after(&filter.sesudah).map(|(_, id)| id);
        if tab == Tab::Waiting {
            found.extend(lists::paused(conn, *whose, before, limit).await?);
        }
        for status in tab.statuses() {
            found.extend(sql::inbox_status(conn, *whose, *status, before, limit).await?);
        }
    }
    match tab.statuses() {
        [] => found.sort_by_key(|line| (line.due, line.id)),
        _ => found.sort_by_key(|line| std::cmp::Reverse(line.id)),
    }
    Ok(found)
}

async fn counts(conn: &mut Conn, scope: &InboxScope, span: (Timestamp, Timestamp)) -> Result<String, Error> {
    let mut sum = 0;
    for whose in &scope.whose {
        sum += lists::count_due(conn, *whose, span, COUNT_MAX).await?;
    }
    Ok(if sum >= COUNT_MAX { format!("{}+", COUNT_MAX - 1) } else { sum.to_string() })
}

/// The inbox.
pub async fn show(officer: Officer<CanSeeInbox>, Query(filter): Query<Filter>) -> PageResult {
    let now = officer.now();
    let calendar = &officer.place.calendar;
    let tomorrow = calendar.zone.date(now.plus_micros(DAY_MICROS));
    let midnight = calendar.zone.instant(tomorrow, 0);
    let scope = InboxScope::of(&officer.ctx.actor, &filter.perangkat);
    let tab = Tab::parse(&filter.tab);
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let found = lines(&mut conn, &scope, tab, &filter, (now, midnight)).await?;
    let mut tabs = Vec::new();
    for each in Tab::ALL {
        let count = match each.span(now, midnight) {
            Some(span) => Some(counts(&mut conn, &scope, span).await?),
            None => None,
        };
        let agency =
            if filter.perangkat.is_empty() { String::new() } else { format!("&perangkat={}", filter.perangkat) };
        let href = format!("/kotak?tab={}{agency}", each.name());
        tabs.push(TabView { label: officer.t(each.key()), href, count, current: each == tab });
    }
    let page = officer.page("report.inbox.title").htmx().script("keys.js").at("/kotak");
    let top = InboxTop::read(&mut conn, &officer, &page).await?;
    drop(conn);
    draw(&officer, &page, Drawn { filter, tab, tabs, top, found, rules: &rules })
}

/// What the page is drawn from.
struct Drawn<'a> {
    filter: Filter,
    tab: Tab,
    tabs: Vec<TabView>,
    top: InboxTop,
    found: Vec<Line>,
    rules: &'a Rules,
}

fn draw(officer: &Officer<CanSeeInbox>, page: &Page, drawn: Drawn<'_>) -> PageResult {
    let Drawn { filter, tab, tabs, top, found, rules } = drawn;
    let shown = found.len().min(usize::try_from(INBOX_ROWS_COUNT).unwrap_or(usize::MAX));
    let wide_scope = officer.scope(Permission::SeeInbox) == Scope::WholeRegion;
    let rows = found[..shown].iter().map(|line| {
        let agency = if wide_scope { super::view::agency_name(&officer.place, line.agency) } else { String::new() };
        let names = Names { place: place_short(&officer.place, line.village, line.district), agency };
        row(page, line, rules.category(&line.category), &names)
    });
    let here = |sesudah: &str| {
        let parts = [("tab", tab.name()), ("perangkat", &filter.perangkat), ("sesudah", sesudah)];
        let filled = parts.iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<String> =
            filled.map(|(name, value)| format!("{name}={}", simpul_shell::encode_query(value))).collect();
        format!("/kotak?{}", query.join("&"))
    };
    let last = found.get(shown.wrapping_sub(1)).filter(|_| found.len() > shown);
    let next = last.map(|line| here(&format!("{}.{}", line.due.map_or(0, |due| due.0), line.id)));
    let mut agencies = Vec::new();
    if wide_scope {
        agencies.push(Choice::new(NOBODY, page.t("report.inbox.no_agency")));
        agencies.extend(officer.place.agencies.iter().filter(|a| a.active).map(|a| Choice::new(a.id, a.short.clone())));
    }
    let time = simpul_kernel::format::time(page.lang, page.zone(), page.now);
    simpul_shell::render(&InboxPage {
        form: officer.form().fill("perangkat", filter.perangkat.clone()),
        tabs,
        top,
        rows: rows.collect(),
        agencies,
        empty: page.t1(tab.empty_key(), "time", time),
        tab: tab.name(),
        first: (!filter.sesudah.is_empty()).then(|| here("")),
        next,
        stream: format!("/langsung?layar=kotak&perangkat={}", simpul_shell::encode_query(&filter.perangkat)),
        can_accept: page.may(Permission::WorkReports),
        wide_scope,
        page,
    })
}

/// Takes all that was ticked.
pub async fn accept_many(officer: Officer<CanWorkReports>, form: Form) -> PageResult {
    let ids: Vec<Uuid> = form.fields.all("id").iter().filter_map(|id| id.parse().ok()).take(ACCEPT_MAX_COUNT).collect();
    let mut taken = 0;
    for report in &ids {
        match officer.write(AcceptReport { report: *report, version: None, class: None }).await {
            Ok(_) => taken += 1,
            Err(Error::Refused(_) | Error::NotFound(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let key = if ids.is_empty() { "report.flash.none_ticked" } else { "report.flash.accepted_many" };
    let done = Redirect::to("/kotak").flash(key).with("count", taken.to_string()).with("of", ids.len().to_string());
    Ok(if taken == ids.len() && taken > 0 { done } else { done.warning() }.into_response())
}
