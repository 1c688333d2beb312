//! `/kotak`: the work of an agency, least time left first, with tabs by what is to be done about it.

use askama::Template;
use askama::filters::HtmlSafe;
use axum::response::IntoResponse;
use serde::Deserialize;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Timestamp};
use simpul_people::{Permission, Scope, permits, scope};
use simpul_shell::{Choice, DrawnPiece, FormView, Officer, Page, PageResult, Query, Redirect, Tag};
use simpul_store::{Conn, Error};
use uuid::Uuid;

use super::direction::InboxTop;
use super::view::{photo_path, place_short, tag};
use super::{CanSeeInbox, bulk};
use crate::desk::{self, Rules};
use crate::model::{Category, Shape, Status, public, shape_of};
use crate::sql::marks::Marks;
use crate::sql::{self, Line, Whose, lists};

/// Rows of one page: more than a screen of 1080 lines shows.
pub const INBOX_ROWS_COUNT: i64 = 50;
/// Work is counted up to here; beyond it a tab says "99+".
const COUNT_MAX: i64 = 100;
/// Longest text of a row, in characters.
const ROW_TEXT_MAX_CHARS: usize = 110;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    tab: String,
    perangkat: String,
    punya: String,
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
    /// Answers that somebody must approve.
    Approval,
    /// Over.
    Done,
    /// Another body's: never counted as done.
    Elsewhere,
}

impl Tab {
    /// Every tab, in order.
    pub const ALL: [Tab; 8] =
        [Tab::All, Tab::Late, Tab::Today, Tab::Week, Tab::Waiting, Tab::Approval, Tab::Done, Tab::Elsewhere];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Tab::All => "semua",
            Tab::Late => "terlambat",
            Tab::Today => "hari-ini",
            Tab::Week => "minggu-ini",
            Tab::Waiting => "menunggu",
            Tab::Approval => "persetujuan",
            Tab::Done => "selesai",
            Tab::Elsewhere => "bukan-kewenangan",
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
            Tab::Approval => "report.approval.tab",
            Tab::Done => "report.inbox.tab_done",
            Tab::Elsewhere => "report.forwarding.tab",
        }
    }

    fn empty_key(self) -> &'static str {
        match self {
            Tab::All => "report.inbox.empty_all",
            Tab::Late => "report.inbox.empty_late",
            Tab::Today => "report.inbox.empty_today",
            Tab::Week => "report.inbox.empty_week",
            Tab::Waiting => "report.inbox.empty_waiting",
            Tab::Approval => "report.approval.empty",
            Tab::Done => "report.inbox.empty_done",
            Tab::Elsewhere => "report.forwarding.empty",
        }
    }

    /// The moments between which its work is due; `None` for tabs of states.
    fn span(self, now: Timestamp, midnight: Timestamp) -> Option<(Timestamp, Timestamp)> {
        Some(match self {
            Tab::All => (Timestamp(i64::MIN), Timestamp(i64::MAX)),
            Tab::Late => (Timestamp(i64::MIN), now),
            Tab::Today => (now, midnight),
            Tab::Week => (midnight, midnight.plus_micros(7 * DAY_MICROS)),
            Tab::Waiting | Tab::Approval | Tab::Done | Tab::Elsewhere => return None,
        })
    }

    fn statuses(self) -> &'static [Status] {
        match self {
            Tab::Waiting => &[Status::Resolved, Status::Planned],
            Tab::Done => &[Status::Closed, Status::Rejected, Status::Archived],
            Tab::Elsewhere => &[Status::OutOfAuthority],
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
/// The officer's own work, whatever else the agency has.
pub const MINE: &str = "saya";

impl InboxScope {
    /// What the officer may see of what was asked for; the whole of it where nothing was asked for. `mine`: only what
    /// the officer has in hand.
    pub fn of(actor: &Actor, wanted: &str, mine: bool) -> InboxScope {
        let whose = InboxScope::whole(actor, wanted);
        let Some(officer) = actor.officer_id().filter(|_| mine) else { return InboxScope { whose } };
        let own = |whose: Whose| match whose.agency() {
            (true, _, secrets) => Whose::Mine { officer, agency: None, secrets },
            (false, agency, secrets) => Whose::Mine { officer, agency: Some(agency), secrets },
        };
        InboxScope { whose: whose.into_iter().map(own).collect() }
    }

    fn whole(actor: &Actor, wanted: &str) -> Vec<Whose> {
        let secrets = permits(actor, Permission::SeeSecretReports);
        match scope(actor, Permission::SeeInbox) {
            Scope::Nothing => Vec::new(),
            Scope::Agencies(own) => {
                let wanted: Option<Uuid> = wanted.parse().ok();
                let chosen = own.iter().filter(|id| wanted.is_none_or(|wanted| wanted == **id));
                chosen.map(|id| Whose::Agency { agency: *id, secrets: true }).collect()
            }
            Scope::WholeRegion => {
                let wishes = (!secrets && public::assigns(actor)).then_some(Whose::Wishes);
                match (wanted, wanted.parse()) {
                    (NOBODY, _) => [Whose::Nobody { secrets }].into_iter().chain(wishes).collect(),
                    (_, Ok(agency)) => vec![Whose::Agency { agency, secrets }],
                    _ => [Whose::All { secrets }].into_iter().chain(wishes).collect(),
                }
            }
        }
    }

    /// Whether an agency's work may stand in it.
    fn reaches(&self, agency: Uuid) -> bool {
        self.whose.iter().any(|whose| matches!(whose.agency(), (all, own, _) if all || own == agency))
    }

    /// Whether a report belongs in it; `hands`: who has a step of it in hand.
    pub fn shows(&self, line: &Line, hands: &[Uuid]) -> bool {
        self.whose.iter().any(|whose| match whose {
            Whose::Agency { agency, secrets } => line.agency == Some(*agency) && (*secrets || !line.secret),
            Whose::Mine { officer, agency, secrets } => {
                (line.officer == Some(*officer) || hands.contains(officer))
                    && agency.is_none_or(|agency| line.agency == Some(agency))
                    && (*secrets || !line.secret)
            }
            Whose::All { secrets } => *secrets || !line.secret,
            Whose::Nobody { secrets } => line.agency.is_none() && (*secrets || !line.secret),
            Whose::Wishes => line.agency.is_none() && line.wish,
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
    marks: Vec<String>,
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
        marks: names.marks.iter().map(|key| page.t(key)).collect(),
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
    /// Catalogue keys of what it is marked with.
    pub marks: Vec<&'static str>,
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
    pieces: Vec<DrawnPiece>,
    tabs: Vec<TabView>,
    rows: Vec<RowView<'a>>,
    agencies: Vec<Choice>,
    empty: String,
    tab: &'static str,
    first: Option<String>,
    next: Option<String>,
    stream: String,
    acts: Vec<bulk::Act>,
    /// This page's own address.
    here: String,
    whole: String,
    mine: Option<String>,
    is_mine: bool,
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
        if tab == Tab::Approval {
            found.extend(sql::answer::drafts(conn, *whose, after(&filter.sesudah).map(|(_, id)| id), limit).await?);
        }
        for status in tab.statuses() {
            found.extend(sql::inbox_status(conn, *whose, *status, before, limit).await?);
        }
    }
    match tab.statuses() {
        [] if tab == Tab::Approval => found.sort_by_key(|line| line.id),
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

/// A page of the inbox: what the address asks for, in another tab, with another's work, or after another row.
fn address(filter: &Filter, tab: Tab, punya: &str, sesudah: &str) -> String {
    let parts = [("tab", tab.name()), ("perangkat", &filter.perangkat), ("punya", punya), ("sesudah", sesudah)];
    let filled = parts.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> =
        filled.map(|(name, value)| format!("{name}={}", simpul_shell::encode_query(value))).collect();
    format!("/kotak?{}", query.join("&"))
}

async fn tabs(
    conn: &mut Conn,
    officer: &Officer<CanSeeInbox>,
    scope: &InboxScope,
    (filter, current): (&Filter, Tab),
    (now, midnight): (Timestamp, Timestamp),
) -> Result<Vec<TabView>, Error> {
    let mut tabs = Vec::new();
    for each in Tab::ALL {
        let count = match each.span(now, midnight) {
            Some(span) => Some(counts(conn, scope, span).await?),
            None if each == Tab::Approval => {
                let mut sum = 0;
                for whose in &scope.whose {
                    sum += sql::answer::count_drafts(conn, *whose).await?;
                }
                // Where no agency of the officer's wants its answers approved, the tab is no news.
                let wanted = sql::answer::approvals(conn).await?.into_iter().any(|agency| scope.reaches(agency));
                if sum == 0 && !wanted && each != current {
                    continue;
                }
                Some(sum.to_string())
            }
            None => None,
        };
        let href = address(filter, each, &filter.punya, "");
        tabs.push(TabView { label: officer.t(each.key()), href, count, current: each == current });
    }
    Ok(tabs)
}

/// The inbox.
pub async fn show(officer: Officer<CanSeeInbox>, Query(filter): Query<Filter>) -> PageResult {
    if filter.tab == "dukungan" {
        return Ok(Redirect::to("/kotak/dukungan").into_response());
    }
    let now = officer.now();
    let calendar = &officer.place.calendar;
    let tomorrow = calendar.zone.date(now.plus_micros(DAY_MICROS));
    let midnight = calendar.zone.instant(tomorrow, 0);
    let scope = InboxScope::of(&officer.ctx.actor, &filter.perangkat, filter.punya == MINE);
    let tab = Tab::parse(&filter.tab);
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let mut found = lines(&mut conn, &scope, tab, &filter, (now, midnight)).await?;
    let more = found.len() > usize::try_from(INBOX_ROWS_COUNT).unwrap_or(usize::MAX);
    found.truncate(usize::try_from(INBOX_ROWS_COUNT).unwrap_or(usize::MAX));
    let ids: Vec<Uuid> = found.iter().map(|line| line.id).collect();
    let marks = sql::marks::marks(&mut conn, &ids).await?;
    let mut tabs = tabs(&mut conn, &officer, &scope, (&filter, tab), (now, midnight)).await?;
    // Work that is not the agency's own to end stands on lists of its own.
    for way in super::together::ways(&officer, &mut conn).await? {
        tabs.push(TabView { label: way.label, href: way.href.to_owned(), count: Some(way.count), current: false });
    }
    let page = officer.page("report.inbox.title").htmx().script("keys.js").at("/kotak");
    let top = InboxTop::read(&mut conn, &officer, &page).await?;
    let pieces = officer.app.inbox_pieces(&mut conn, &officer, &page).await?;
    drop(conn);
    draw(&officer, &page, Drawn { filter, tab, tabs, top, pieces, found, more, marks, rules: &rules })
}

/// What the page is drawn from.
struct Drawn<'a> {
    filter: Filter,
    tab: Tab,
    tabs: Vec<TabView>,
    top: InboxTop,
    pieces: Vec<DrawnPiece>,
    found: Vec<Line>,
    more: bool,
    marks: Marks,
    rules: &'a Rules,
}

fn draw(officer: &Officer<CanSeeInbox>, page: &Page, drawn: Drawn<'_>) -> PageResult {
    let Drawn { filter, tab, tabs, top, pieces, found, more, marks, rules } = drawn;
    let wide_scope = officer.scope(Permission::SeeInbox) == Scope::WholeRegion;
    let rows = found.iter().map(|line| {
        let agency = if wide_scope { super::view::agency_name(&officer.place, line.agency) } else { String::new() };
        let place = place_short(&officer.place, line.village, line.district);
        let names = Names { place, agency, marks: marks.keys(line.id, line.due.is_some()) };
        row(page, line, rules.category(&line.category), &names)
    });
    let last = found.last().filter(|_| more);
    let after_last = |line: &Line| format!("{}.{}", line.due.map_or(0, |due| due.0), line.id);
    let next = last.map(|line| address(&filter, tab, &filter.punya, &after_last(line)));
    let mut agencies = Vec::new();
    if wide_scope {
        agencies.push(Choice::new(NOBODY, page.t("report.inbox.no_agency")));
        agencies.extend(officer.place.agencies.iter().filter(|a| a.active).map(|a| Choice::new(a.id, a.short.clone())));
    }
    let time = simpul_kernel::format::time(page.lang, page.zone(), page.now);
    let query = simpul_shell::encode_query;
    simpul_shell::render(&InboxPage {
        form: officer.form().fill("perangkat", filter.perangkat.clone()),
        tabs,
        top,
        pieces,
        rows: rows.collect(),
        agencies,
        empty: page.t1(tab.empty_key(), "time", time),
        tab: tab.name(),
        first: (!filter.sesudah.is_empty()).then(|| address(&filter, tab, &filter.punya, "")),
        next,
        stream: format!("/langsung?layar=kotak&perangkat={}&punya={}", query(&filter.perangkat), query(&filter.punya)),
        acts: bulk::acts(page),
        here: address(&filter, tab, &filter.punya, &filter.sesudah),
        whole: address(&filter, tab, "", ""),
        // Nobody is given work by name who only looks on.
        mine: page.may(Permission::WorkReports).then(|| address(&filter, tab, MINE, "")),
        is_mine: filter.punya == MINE,
        wide_scope,
        page,
    })
}
