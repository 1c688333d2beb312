//! What an officer's page of a report shows of work inside and between agencies, and the lists of what waits for the
//! officer beside the own inbox.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::Timestamp;
use simpul_people::{Permission, Scope, Snapshot};
use simpul_shell::{Officer, Page, PageError, Tag};
use simpul_store::Conn;
use uuid::Uuid;

use super::CanSeeInbox;
use super::bulk::Act;
use super::find::{How, Seen};
use super::view::{agency_name, photo_path};
use crate::model::onsite::districts_of;
use crate::model::{Disposition, Inspection, Stage, Support, public};
use crate::sql::{self, Photo};

/// Work beside the inbox is counted up to here; beyond it a tab says "99+".
const COUNT_MAX: i64 = 100;

/// One step down, as it is shown.
pub struct StepView {
    /// Id.
    pub id: Uuid,
    /// Who gave it.
    pub from: String,
    /// Who has it.
    pub to: String,
    /// What was ticked, in words.
    pub orders: Vec<String>,
    /// The giver's own words.
    pub instruction: String,
    /// Until when.
    pub due: Option<Timestamp>,
    /// When it was given.
    pub given: Timestamp,
    /// When it was done.
    pub done: Option<Timestamp>,
    /// What was said to it.
    pub done_note: String,
    /// The viewer has it in hand.
    pub mine: bool,
    /// The viewer may say that it is done.
    pub may_finish: bool,
}

impl StepView {
    /// The tag of a step.
    pub fn tag(&self) -> Tag {
        if self.done.is_some() { Tag::Done } else { Tag::Work }
    }

    /// Catalogue key of the tag's word.
    pub fn tag_key(&self) -> &'static str {
        if self.done.is_some() { "report.disposition.is_done" } else { "report.disposition.is_open" }
    }
}

/// The name of an officer; a program has none.
pub fn officer_name(place: &Snapshot, page: &Page, id: Option<Uuid>) -> String {
    let Some(id) = id else { return page.t("report.who.program") };
    place.officer(id).map(|officer| officer.name.clone()).unwrap_or_default()
}

/// The steps as `viewer` sees them.
pub fn steps(place: &Snapshot, page: &Page, steps: &[Disposition], viewer: Option<Uuid>) -> Vec<StepView> {
    let view = |step: &Disposition| StepView {
        id: step.id,
        from: officer_name(place, page, step.from),
        to: officer_name(place, page, Some(step.to)),
        orders: step.orders.iter().map(|order| page.t(order.key())).collect(),
        instruction: step.instruction.clone().unwrap_or_default(),
        due: step.due,
        given: step.given,
        done: step.done,
        done_note: step.done_note.clone().unwrap_or_default(),
        mine: step.done.is_none() && viewer == Some(step.to),
        may_finish: step.may_finish(viewer),
    };
    steps.iter().map(view).collect()
}

/// Help, as it is shown.
pub struct SupportView {
    /// Id.
    pub id: Uuid,
    /// Who helps.
    pub agency: String,
    /// Shape of its stage.
    pub tag: Tag,
    /// Word of its stage.
    pub stage: String,
    /// How far up it has gone.
    pub level: String,
    /// What it is asked to do.
    pub instruction: String,
    /// Until when, while it is owed.
    pub due: Option<Timestamp>,
    /// What was said at the end.
    pub note: String,
    /// Whether its moment has passed.
    pub late: bool,
    /// Whether it is owed.
    pub open: bool,
    /// Whether it has not said yes yet.
    pub unanswered: bool,
}

/// The tag in which help is drawn.
pub fn support_tag(support: &Support, now: Timestamp) -> Tag {
    if support.is_late(now) {
        return Tag::Late;
    }
    match support.stage {
        Stage::Asked => Tag::New,
        Stage::Accepted => Tag::Work,
        Stage::Done => Tag::Done,
        Stage::HandedBack | Stage::Ended => Tag::Off,
    }
}

/// Help as a page shows it.
pub fn support_view(place: &Snapshot, page: &Page, support: &Support) -> SupportView {
    let late = support.is_late(page.now);
    let word = page.t(support.stage.key());
    SupportView {
        id: support.id,
        agency: agency_name(place, Some(support.agency)),
        tag: support_tag(support, page.now),
        stage: if late { format!("{word} · {}", page.t("report.inbox.late")) } else { word },
        level: if support.level.number() > 0 { page.t(support.level.short_key()) } else { String::new() },
        instruction: support.instruction.clone(),
        due: support.stage.is_open().then_some(support.due),
        note: support.note.clone().unwrap_or_default(),
        late,
        open: support.stage.is_open(),
        unanswered: support.stage == Stage::Asked,
    }
}

/// A field check, as it is shown.
pub struct CheckView {
    /// Id.
    pub id: Uuid,
    /// Who sent out.
    pub agency: String,
    /// First and last day.
    pub days: (Timestamp, Timestamp),
    /// When they were there.
    pub at: Option<Timestamp>,
    /// What was found.
    pub findings: String,
    /// Photos from there, small.
    pub photos: Vec<String>,
    /// Whether the viewer works for that agency.
    pub own: bool,
}

/// What stands above everything: what the viewer was asked to do with this report.
#[derive(Template)]
#[template(path = "report/mine.html")]
pub struct Mine {
    page: Page,
    number: String,
    steps: Vec<StepView>,
    help: Option<SupportView>,
    lead: String,
    may_work: bool,
}
impl HtmlSafe for Mine {}

/// Who else works on it.
#[derive(Template)]
#[template(path = "report/together.html")]
pub struct Together {
    page: Page,
    number: String,
    supports: Vec<SupportView>,
    may_ask: bool,
    may_end: bool,
    steps: Vec<StepView>,
    sheet: bool,
    checks: Vec<CheckView>,
    may_inspect: bool,
    on_site: bool,
}
impl HtmlSafe for Together {}

impl Together {
    fn is_empty(&self) -> bool {
        self.supports.is_empty()
            && !self.may_ask
            && self.steps.is_empty()
            && self.checks.is_empty()
            && !self.may_inspect
            && !self.on_site
    }
}

/// Reads both parts of a report's page.
pub async fn parts(
    officer: &Officer<CanSeeInbox>,
    conn: &mut Conn,
    page: &Page,
    seen: &Seen,
    photos: &[Photo],
) -> Result<(Mine, Together), PageError> {
    let (report, place, actor) = (&seen.report, &officer.place, &officer.ctx.actor);
    let own = seen.how == How::Own;
    let taken = if own { sql::disposition::of_report(conn, report.id).await? } else { Vec::new() };
    let own_steps = steps(place, page, &taken, Some(officer.id()));
    let mut checks = Vec::new();
    if seen.how != How::OnSite {
        let found = sql::inspection::of_report(conn, report.id).await?;
        let shown = found.iter().filter(|check| own || seen.acting == Some(check.agency));
        checks.extend(shown.map(|check| check_view(place, check, seen.acting, photos)));
    }
    let leads = own
        && (public::covers(actor, Permission::WorkReports, report.agency)
            || public::covers(actor, Permission::AssignReports, report.agency));
    let help = seen.supports.iter().rev().find(|support| {
        let works = officer.scope(Permission::WorkReports).covers(support.agency);
        support.stage.is_open() && (works || (!own && officer.scope(Permission::SeeInbox).covers(support.agency)))
    });
    let number = report.number.clone();
    let mine = steps(place, page, &taken, Some(officer.id())).into_iter();
    let mine = Mine {
        page: page.clone(),
        number: number.clone(),
        steps: mine.filter(|step| step.mine && report.status().is_open()).collect(),
        may_work: help.is_some_and(|help| officer.scope(Permission::WorkReports).covers(help.agency)),
        help: help.map(|help| support_view(place, page, help)),
        lead: agency_name(place, report.agency),
    };
    let supports = seen.supports.iter().filter(|_| own).map(|support| support_view(place, page, support));
    let together = Together {
        page: page.clone(),
        number,
        supports: supports.collect(),
        may_ask: leads && report.may_be_helped(),
        may_end: leads,
        sheet: !own_steps.is_empty(),
        steps: own_steps,
        checks,
        may_inspect: seen.acting.is_some() && report.may_be_inspected(),
        on_site: seen.office.is_some(),
    };
    Ok((mine, together))
}

fn check_view(place: &Snapshot, check: &Inspection, acting: Option<Uuid>, photos: &[Photo]) -> CheckView {
    let protocol = check.protocol.as_ref();
    let event = protocol.and_then(|protocol| protocol.event);
    let own = photos.iter().filter(|photo| event.is_some() && photo.event == event);
    CheckView {
        id: check.id,
        agency: agency_name(place, Some(check.agency)),
        days: (check.from, check.until),
        at: protocol.map(|protocol| protocol.at),
        findings: protocol.map(|protocol| protocol.findings.clone()).unwrap_or_default(),
        photos: own.map(|photo| photo_path(&photo.files.digest, "kecil")).collect(),
        own: acting == Some(check.agency),
    }
}

/// A way to one of the lists beside the inbox.
pub struct Way {
    /// Its word.
    pub label: String,
    /// Where it leads.
    pub href: &'static str,
    /// How much waits there.
    pub count: String,
}

fn counted(count: i64) -> String {
    if count >= COUNT_MAX { format!("{}+", COUNT_MAX - 1) } else { count.to_string() }
}

/// Whose help an officer's lists show: that of the own agencies, or everybody's.
pub fn helpers(officer: &Officer<CanSeeInbox>) -> Vec<Option<Uuid>> {
    match officer.scope(Permission::SeeInbox) {
        Scope::Nothing => Vec::new(),
        Scope::Agencies(own) => own.into_iter().map(Some).collect(),
        Scope::WholeRegion => vec![None],
    }
}

/// The lists that the officer has beside the own inbox: help that is asked for, steps in hand, places to look at.
pub async fn ways(officer: &Officer<CanSeeInbox>, conn: &mut Conn) -> Result<Vec<Way>, simpul_store::Error> {
    let mut helping = 0;
    for agency in helpers(officer) {
        helping += sql::support::count(conn, agency, COUNT_MAX).await?;
    }
    let mut ways =
        vec![Way { label: officer.t("report.support.tab"), href: "/kotak/dukungan", count: counted(helping) }];
    let in_hand = sql::disposition::in_hand_of(conn, officer.id(), COUNT_MAX).await?.len();
    if in_hand > 0 {
        let count = counted(i64::try_from(in_hand).unwrap_or(COUNT_MAX));
        ways.push(Way { label: officer.t("report.disposition.tab"), href: "/kotak/disposisi", count });
    }
    let districts = districts_of(&officer.ctx.actor, &officer.place.agencies);
    if !districts.is_empty() {
        let mut waiting = 0;
        for own in districts {
            waiting += sql::onsite::count_waiting(conn, own, COUNT_MAX).await?;
        }
        ways.push(Way { label: officer.t("report.onsite.tab"), href: "/kotak/lokasi", count: counted(waiting) });
    }
    Ok(ways)
}

/// A line of one of these lists.
pub struct Row {
    /// Where it leads.
    pub href: String,
    /// The report's number.
    pub number: String,
    /// Shape of its state.
    pub tag: Tag,
    /// Word of its state.
    pub state: String,
    /// Whether its moment has passed.
    pub late: bool,
    /// What it is about.
    pub text: String,
    /// Where it is, or whose.
    pub place: String,
    /// Its moment.
    pub due: Option<Timestamp>,
    /// Its day where it has no moment.
    pub day: Timestamp,
}

#[derive(Template)]
#[template(path = "report/waiting.html")]
struct WaitingPage {
    page: Page,
    title: &'static str,
    ways: Vec<Way>,
    here: &'static str,
    rows: Vec<Row>,
    empty: String,
    first: Option<String>,
    next: Option<String>,
    /// What a key does with the ticked rows: nothing is ticked here.
    acts: Vec<Act>,
}

/// Draws one of the lists.
pub fn draw(
    page: Page,
    (title, empty, here): (&'static str, &'static str, &'static str),
    ways: Vec<Way>,
    rows: Vec<Row>,
    next: Option<String>,
) -> simpul_shell::PageResult {
    let time = simpul_kernel::format::time(page.lang, page.zone(), page.now);
    let empty = page.t1(empty, "time", time);
    let page = page.at("/kotak").script("keys.js");
    simpul_shell::render(&WaitingPage { page, title, ways, here, rows, empty, first: None, next, acts: Vec::new() })
}
