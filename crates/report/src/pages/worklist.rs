//! `/kotak/daftar` and `/angka/daftar`: the reports that a filter asks for, each list with an address of its own. The
//! first is the inbox's, the second stands behind the figures; both show what the officer may see and nothing else.

use askama::Template;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use simpul_kernel::area::AreaCode;
use simpul_kernel::{Refusal, Timestamp};
use simpul_people::{Permission, Snapshot};
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageResult, Query, Redirect, SignedIn, Tag, render, render_refused,
};
use uuid::Uuid;

use super::asked::{filter_of, query_of};
use super::bulk::Act;
use super::saved::{self, SavedView};
use super::view::{agency_name, place_short, tag};
use super::{CanSeeFigures, CanSeeInbox};
use crate::desk::{self, Rules};
use crate::model::filter::{Of, SEARCH_MAX_CHARS, Sort, Standing};
use crate::model::{Class, Filter, Sight, Source, Status, public, public_text, read_number, shape_of};
use crate::sql::filter::{Asker, ListRow, Place, Question};
use crate::sql::{self};
use crate::table::{FileKind, TABLE_ROWS_MAX_COUNT};

/// Rows of one page.
pub const WORKLIST_ROWS_COUNT: usize = 50;
/// A list without both ends in time is counted up to here.
const COUNT_MAX: i64 = 1_000;
/// Longest text of a row, in characters.
const ROW_TEXT_MAX_CHARS: usize = 90;
/// The value in an address that holds a page's place.
const AFTER: &str = "sesudah";

/// Which of the two lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// The inbox's.
    Inbox,
    /// That behind the figures.
    Figures,
}

impl ListKind {
    /// Its address.
    pub fn path(self) -> &'static str {
        match self {
            ListKind::Inbox => "/kotak/daftar",
            ListKind::Figures => "/angka/daftar",
        }
    }
}

/// The officer as one who asks for a list.
pub fn asker(officer: &SignedIn) -> Asker {
    let actor = &officer.ctx.actor;
    let mut agencies: Vec<Uuid> = actor.grants.iter().filter_map(|grant| grant.agency).collect();
    agencies.sort_unstable();
    agencies.dedup();
    let zone = officer.place.calendar.zone;
    Asker { sight: Sight::of(actor), officer: Some(officer.id()), agencies, now: officer.now(), zone }
}

/// A filter's address below `path`.
pub fn address(path: &str, filter: &Filter) -> String {
    format!("{path}?{}", query_of(filter))
}

/// Where a page begins, as an address holds it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Key(Option<i64>, Uuid);

/// One row.
struct RowView {
    number: String,
    link: String,
    tag: Tag,
    state: String,
    category: String,
    text: String,
    place: String,
    agency: String,
    reported: Timestamp,
    due: Option<Timestamp>,
    resolved: Option<Timestamp>,
    secret: bool,
}

#[derive(Template)]
#[template(path = "report/worklist.html")]
struct WorklistPage {
    page: Page,
    form: FormView,
    path: &'static str,
    choices: Choices,
    rows: Vec<RowView>,
    count: String,
    withheld: i64,
    searched_since: Option<Timestamp>,
    first: Option<String>,
    next: Option<String>,
    query: Vec<(&'static str, String)>,
    kinds: Vec<Choice>,
    saved: Option<SavedView>,
    may_export: bool,
    may_see_reporter: bool,
    may_search: bool,
    cut: Option<String>,
    /// What a key does with the ticked rows: nothing is ticked here.
    acts: Vec<Act>,
}

/// What the filter offers.
pub(super) struct Choices {
    pub standings: Vec<Choice>,
    pub agencies: Vec<Choice>,
    pub officers: Vec<Choice>,
    pub categories: Vec<Choice>,
    pub districts: Vec<Choice>,
    pub villages: Vec<Choice>,
    pub classes: Vec<Choice>,
    pub sources: Vec<Choice>,
    pub sorts: Vec<Choice>,
    pub on_time: Vec<Choice>,
}

impl Choices {
    /// What there is in the region, in the reader's language.
    pub fn of(page: &Page, place: &Snapshot, rules: &Rules) -> Choices {
        let area = |code: i64, name: &str| Some(Choice::new(AreaCode::from_number(code)?, name));
        let special = |value: &str, key: &str| Choice::new(value, page.t(key));
        let standings = [Standing::Open, Standing::Fixed].map(|standing| {
            let key = if standing == Standing::Open { "report.filter.open" } else { "report.filter.fixed" };
            special(standing.name(), key)
        });
        let states = Status::ALL.map(|status| Choice::new(status.name(), page.t(status.staff_key())));
        let agencies = place.agencies.iter().filter(|agency| agency.active);
        let villages = place.villages.iter().filter_map(|village| {
            let group = place.district(village.district).map(|district| district.name.clone()).unwrap_or_default();
            Some(area(village.code, &village.name)?.group(group))
        });
        Choices {
            standings: standings.into_iter().chain(states).collect(),
            agencies: [special("saya", "report.filter.my_agency"), special("tanpa", "report.inbox.no_agency")]
                .into_iter()
                .chain(agencies.map(|agency| Choice::new(agency.id, agency.short.clone())))
                .collect(),
            officers: [special("saya", "report.filter.me"), special("tanpa", "report.filter.no_officer")]
                .into_iter()
                .chain(place.officers().iter().map(|officer| Choice::new(officer.id, officer.name.clone())))
                .collect(),
            categories: rules.categories.iter().map(|c| Choice::new(&c.code, c.name(page.lang))).collect(),
            districts: std::iter::once(special("tanpa", "report.filter.no_district"))
                .chain(place.districts.iter().filter_map(|d| area(d.code, &d.name)))
                .collect(),
            villages: villages.collect(),
            classes: Class::ALL.map(|class| Choice::new(class.name(), page.t(class.key()))).to_vec(),
            sources: Source::ALL.map(|source| Choice::new(source.name(), page.t(source.key()))).to_vec(),
            sorts: Sort::ALL.map(|sort| Choice::new(sort.name(), page.t(sort_key(sort)))).to_vec(),
            on_time: vec![special("ya", "report.filter.on_time_yes"), special("tidak", "report.filter.on_time_no")],
        }
    }
}

fn sort_key(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "report.filter.sort_newest",
        Sort::Oldest => "report.filter.sort_oldest",
        Sort::Due => "report.filter.sort_due",
    }
}

/// The inbox's list.
pub async fn of_inbox(officer: Officer<CanSeeInbox>, Query(fields): Query<Fields>) -> PageResult {
    show(&officer, ListKind::Inbox, fields).await
}

/// The list behind a figure.
pub async fn of_figures(officer: Officer<CanSeeFigures>, Query(fields): Query<Fields>) -> PageResult {
    show(&officer, ListKind::Figures, fields).await
}

/// A report that was sought by its number leads to its page, where the officer may see one.
async fn by_number(officer: &SignedIn, filter: &Filter) -> Result<Option<String>, simpul_store::Error> {
    let typed = filter.text.as_deref().unwrap_or_default();
    let Some(number) = read_number(&officer.region().prefix, typed) else { return Ok(None) };
    let found = sql::by_number(&mut officer.read().await?, &number).await?;
    Ok(found.and_then(|report| match public::may_see(&officer.ctx.actor, &report) {
        true => Some(format!("/kotak/{number}")),
        false => report.is_public().then(|| format!("/laporan/{number}")),
    }))
}

async fn show(officer: &SignedIn, kind: ListKind, fields: Fields) -> PageResult {
    let (mut filter, wrong) = filter_of(&fields);
    if let Some(path) = by_number(officer, &filter).await? {
        return Ok(Redirect::to(path).into_response());
    }
    let asker = asker(officer);
    if fields.pairs().next().is_none() && !asker.sight.own.is_empty() {
        filter.agency = Some(Of::Mine);
    }
    let key: Option<Key> = simpul_shell::cursor::decode_opt(Some(fields.get(AFTER))).ok().flatten();
    let place = key.map(|Key(due, id)| Place { due: due.map(Timestamp), id });
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let question = Question::new(&mut conn, &filter, &asker).await?;
    let mut found = question.rows(&mut conn, place, WORKLIST_ROWS_COUNT + 1, false).await?;
    let most = if filter.reported.from.is_some() { i64::MAX } else { COUNT_MAX };
    let (counted, listed) = question.count(&mut conn, most).await?;
    let saved = match kind {
        ListKind::Inbox => Some(saved::view(&mut conn, officer, &filter).await?),
        ListKind::Figures => None,
    };
    drop(conn);
    let more = found.len() > WORKLIST_ROWS_COUNT;
    found.truncate(WORKLIST_ROWS_COUNT);
    let last = found.last().filter(|_| more);
    let here = address(kind.path(), &filter);
    let next = last.map(|row| {
        let key = simpul_shell::cursor::encode(&Key(row.fact.due.map(|due| due.0), row.fact.id));
        format!("{here}{}{AFTER}={key}", if here.ends_with('?') { "" } else { "&" })
    });
    let at = if kind == ListKind::Inbox { "/kotak" } else { "/angka" };
    let page = officer.page("report.worklist.title").at(at).script("keys.js");
    let page = if wrong.is_empty() { page } else { page.failed() };
    let refused = !wrong.is_empty();
    let view = WorklistPage {
        form: form(officer, &filter, &fields, &wrong),
        path: kind.path(),
        choices: Choices::of(&page, &officer.place, &rules),
        rows: found.iter().map(|row| row_view(&page, officer, &asker.sight, &rules, row)).collect(),
        count: count_text(&page, if filter.text.is_some() { listed } else { counted }, most),
        // How many texts match that the officer may not read is none of the officer's business.
        withheld: if filter.text.is_some() { 0 } else { counted - listed },
        searched_since: question.searched_since(),
        first: place.is_some().then(|| here.clone()),
        next,
        query: filter.pairs(),
        kinds: FileKind::ALL.map(|kind| Choice::new(kind.name(), page.t(file_key(kind)))).to_vec(),
        saved,
        may_export: officer.may(Permission::ExportReports),
        may_see_reporter: officer.may(Permission::SeeReporter),
        may_search: officer.may(Permission::SeeInbox),
        acts: Vec::new(),
        cut: (listed > TABLE_ROWS_MAX_COUNT as i64).then(|| page.number(TABLE_ROWS_MAX_COUNT)),
        page,
    };
    if refused { render_refused(&view) } else { render(&view) }
}

/// The filter's form: what was understood, and beside it what was typed where it was not.
pub(super) fn form(officer: &SignedIn, filter: &Filter, typed: &Fields, wrong: &[Refusal]) -> FormView {
    let mut fields = Fields::new();
    for (name, value) in filter.pairs() {
        fields.add(name, value);
    }
    for refusal in wrong {
        if let Some(field) = refusal.field {
            fields.set(field, typed.get(field));
        }
    }
    officer.form_with(&fields, wrong)
}

fn count_text(page: &Page, count: i64, most: i64) -> String {
    if count >= most {
        page.t1("report.worklist.count_more", "n", page.number(most))
    } else {
        page.tn("report.worklist.count", count)
    }
}

/// Catalogue key of a file's kind.
pub(super) fn file_key(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Csv => "report.table.csv",
        FileKind::CsvSemicolon => "report.table.csv_semicolon",
        FileKind::Xlsx => "report.table.xlsx",
    }
}

fn row_view(page: &Page, officer: &SignedIn, sight: &Sight, rules: &Rules, row: &ListRow) -> RowView {
    let fact = &row.fact;
    let reads = sight.reads(fact.agency, row.secret);
    let shape = shape_of(fact.status, fact.due, page.now);
    let late = fact.due.is_some_and(|due| due < page.now);
    let text = if reads { row.body.clone() } else { public_text(&row.body) };
    RowView {
        number: row.number.clone(),
        link: format!("/{}/{}", if reads { "kotak" } else { "laporan" }, row.number),
        tag: tag(shape),
        state: page.t(if late { "report.inbox.late" } else { fact.status.staff_key() }),
        category: rules
            .category(&fact.category)
            .map_or_else(|| fact.category.clone(), |category| category.name(page.lang).to_owned()),
        text: public::excerpt(&text, ROW_TEXT_MAX_CHARS),
        place: place_short(&officer.place, row.village, fact.district),
        agency: agency_name(&officer.place, fact.agency),
        reported: fact.reported,
        due: fact.due,
        resolved: fact.resolved,
        secret: row.secret,
    }
}
