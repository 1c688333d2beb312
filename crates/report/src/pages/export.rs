//! Lists as files. Every file that is taken is written to the log of looks; who reported stands in it only where the
//! officer may see it, and asked for it.

use std::sync::Arc;

use futures_util::stream::try_unfold;
use simpul_people::actions::LogAccess;
use simpul_people::{Permission, Snapshot};
use simpul_shell::{Fields, Lang, Officer, Page, PageResult, Query, SignedIn};
use simpul_store::Result;
use uuid::Uuid;

use super::CanExportReports;
use super::asked::filter_of;
use super::questions::{all_told, no_longer_asked};
use super::view::agency_name;
use super::worklist::asker;
use crate::desk::{self, Rules};
use crate::model::{Answers, Category, Filter, Questions, public, public_text};
use crate::sql::filter::{Asker, ListRow, Place, Question};
use crate::table::{Cell, FileKind, Head, Rows, TABLE_ROWS_MAX_COUNT, download};

/// Rows that are read and written at a time.
const BLOCK_ROWS_COUNT: usize = 500;

/// The headings of a list's columns.
const COLUMNS: [&str; 20] = [
    "report.table.number",
    "report.table.status",
    "report.table.category",
    "report.table.class",
    "report.table.source",
    "report.table.agency",
    "report.table.officer",
    "report.table.district",
    "report.table.village",
    "report.table.landmark",
    "report.table.text",
    "report.table.reported_at",
    "report.table.verified_at",
    "report.table.answered_at",
    "report.table.resolved_at",
    "report.table.closed_at",
    "report.table.resolve_due",
    "report.table.due_at",
    "report.table.reopened",
    "report.table.followers",
];
const PERSON_COLUMNS: [&str; 3] =
    ["report.table.person_name", "report.table.person_phone", "report.table.person_email"];

/// Files go to offices, whatever language their taker reads.
pub(super) fn indonesian(mut page: Page) -> Page {
    page.lang = Lang::Id;
    page
}

/// What every table says above its heading: that its data are a sample.
pub(super) fn notes(page: &Page) -> Vec<String> {
    page.is_demo().then(|| page.t("shell.demo")).into_iter().collect()
}

/// A file's name: what it holds, the region, the day.
pub(super) fn file_name(officer: &SignedIn, what: &str) -> String {
    let today = officer.place.calendar.zone.date(officer.now());
    format!("{what}-{}-{today}", officer.region().id)
}

/// What the blocks of a file are made from.
struct Source {
    officer: SignedIn,
    page: Page,
    rules: Arc<Rules>,
    filter: Filter,
    asker: Asker,
    people: bool,
    asked: Questions,
    place: Option<Place>,
    left: usize,
}

impl Source {
    async fn block(mut self) -> Result<Option<(Rows, Source)>> {
        if self.left == 0 {
            return Ok(None);
        }
        let limit = self.left.min(BLOCK_ROWS_COUNT);
        let mut conn = self.officer.read().await?;
        let question = Question::new(&mut conn, &self.filter, &self.asker).await?;
        let found = question.rows(&mut conn, self.place, limit, self.people).await?;
        drop(conn);
        self.left = if found.len() < limit { 0 } else { self.left - found.len() };
        let Some(last) = found.last() else { return Ok(None) };
        self.place = Some(Place { due: last.fact.due, id: last.fact.id });
        let rows = found.iter().map(|row| self.cells(row)).collect();
        Ok(Some((rows, self)))
    }

    fn cells(&self, row: &ListRow) -> Vec<Cell> {
        let (fact, page, place): (_, _, &Snapshot) = (&row.fact, &self.page, &self.officer.place);
        let reads = self.asker.sight.reads(fact.agency, row.secret);
        let category = self.rules.category(&fact.category);
        let district = fact.district.and_then(|code| place.district(code)).map(|district| district.name.clone());
        let village = row.village.and_then(|code| place.village(code)).map(|village| village.name.clone());
        let officer = row.officer.filter(|_| reads).and_then(|id| place.officer(id));
        let name = |text: Option<String>| text.map_or(Cell::Empty, Cell::Text);
        let words = |text: &str| Cell::Text(if reads { text.to_owned() } else { public_text(text) });
        let mut cells = vec![
            Cell::text(&row.number),
            Cell::Text(page.t(fact.status.staff_key())),
            category.map_or_else(|| Cell::text(&fact.category), |category| Cell::text(category.name(page.lang))),
            Cell::Text(page.t(fact.class.key())),
            Cell::Text(page.t(fact.source.key())),
            Cell::Text(agency_name(place, fact.agency)),
            name(officer.map(|officer| officer.name.clone())),
            name(district),
            name(village),
            words(&row.landmark),
            words(&row.body),
            Cell::Moment(fact.reported),
            Cell::moment(fact.verified),
            Cell::moment(fact.answered),
            Cell::moment(fact.resolved),
            Cell::moment(row.closed),
            Cell::Moment(fact.resolve_due),
            Cell::moment(fact.due),
            Cell::Number(fact.reopened_count),
            Cell::Number(row.followers),
        ];
        let seen =
            self.people && reads && public::covers(&self.officer.ctx.actor, Permission::SeeReporter, fact.agency);
        cells.extend(self.answers(row, category, (reads, seen)));
        if self.people {
            let person = |text: &Option<String>| name(text.clone().filter(|_| seen));
            let contact = &row.contact;
            cells.extend([person(&contact.name), person(&contact.phone), person(&contact.email)]);
        }
        cells
    }

    /// What was answered: a cell for each question that has a column, and what has none together in the last one, a
    /// line each. A number to call is the reporter's, wherever it was written.
    fn answers(&self, row: &ListRow, category: Option<&Category>, (reads, seen): (bool, bool)) -> Vec<Cell> {
        let (page, answers) = (&self.page, Answers::parse(row.attributes.as_deref()));
        let said = self.asked.iter().map(|question| question.told(page.lang, &answers, !reads));
        let mut cells: Vec<Cell> = said.map(|said| said.map_or(Cell::Empty, Cell::Text)).collect();
        let rest = match category {
            _ if reads && !self.asked.is_empty() => no_longer_asked(page, &self.asked, &answers, seen),
            _ if reads => all_told(page, category, row.attributes.as_deref(), seen),
            Some(category) if self.asked.is_empty() => category.questions.told(page.lang, &answers, true),
            _ => Vec::new(),
        };
        let lines: Vec<String> = rest.into_iter().map(|(asked, said)| format!("{asked}: {said}")).collect();
        cells.push(if lines.is_empty() { Cell::Empty } else { Cell::Text(lines.join("\n")) });
        cells
    }
}

/// The headings of answers: the questions of the one category that is asked for, and what holds all others.
fn answer_columns(page: &Page, asked: &Questions) -> Vec<String> {
    let rest = if asked.is_empty() { "report.table.answers" } else { "report.table.answers_other" };
    asked.iter().map(|question| question.text(page.lang).to_owned()).chain([page.t(rest)]).collect()
}

/// The list that the address asks for, as a file.
pub async fn list(officer: Officer<CanExportReports>, Query(fields): Query<Fields>) -> PageResult {
    let (filter, _) = filter_of(&fields);
    let kind = FileKind::parse(fields.get("jenis"));
    let people = fields.has("pelapor") && officer.may(Permission::SeeReporter);
    let asker = asker(&officer);
    let page = indonesian(officer.page("report.worklist.title"));
    let mut conn = officer.read().await?;
    let rules = desk::rules(&mut conn).await?;
    let most = i64::try_from(TABLE_ROWS_MAX_COUNT).unwrap_or(i64::MAX);
    let (_, listed) = Question::new(&mut conn, &filter, &asker).await?.count(&mut conn, most + 1).await?;
    drop(conn);
    let what = if people { "report_export_people" } else { "report_export" };
    officer.write(LogAccess { subject_kind: "report", subject_id: Uuid::nil(), what }).await?;
    let mut notes = notes(&page);
    if listed > most {
        notes.push(page.t1("report.table.cut", "n", page.number(most)));
    }
    let zone = asker.zone;
    let people_columns: &[&str] = if people { &PERSON_COLUMNS } else { &[] };
    let asked = filter.category.as_deref().and_then(|code| rules.category(code));
    let asked = asked.map(|category| category.questions.clone()).unwrap_or_default();
    let title = |key: &&str| page.t1(key, "zone", zone.name());
    let mut columns: Vec<String> = COLUMNS.iter().map(title).collect();
    columns.extend(answer_columns(&page, &asked));
    columns.extend(people_columns.iter().map(title));
    let head = Head { notes, columns, zone };
    let name = file_name(&officer, "laporan");
    let signed = SignedIn::clone(&officer);
    let source =
        Source { officer: signed, page, rules, filter, asker, people, asked, place: None, left: TABLE_ROWS_MAX_COUNT };
    let blocks = try_unfold(source, Source::block);
    Ok(download(kind, &name, &head, blocks)?)
}
