//! `/admin/report/rekap-lapor`: the recap of a month or a quarter in the words of SP4N-LAPOR!, as a page that prints
//! and as a file.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use simpul_kernel::format;
use simpul_people::{Permission, Scope};
use simpul_shell::{Choice, Fields, Form, FormView, Officer, Page, PageError, PageResult, Query, render};
use uuid::Uuid;

use super::CanExportReports;
use crate::model::recap::{Group, Period, Recap, Row, Stand};
use crate::model::{id_floor, public};
use crate::open311::when;
use crate::sql;

type Me = Officer<CanExportReports>;

/// Months to choose from.
const MONTHS_COUNT: usize = 24;
/// Quarters to choose from.
const QUARTERS_COUNT: usize = 8;

/// Which period.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    masa: String,
}

/// One row as it is shown.
struct Line {
    name: String,
    row: Row,
}

impl Line {
    fn answer_days(&self, page: &Page) -> String {
        self.row.answer_days().map_or_else(|| page.t("report.recap.none"), |days| page.decimal(days, 1))
    }

    fn solve_days(&self, page: &Page) -> String {
        self.row.solve_days().map_or_else(|| page.t("report.recap.none"), |days| page.decimal(days, 1))
    }
}

/// One table.
struct Table {
    id: &'static str,
    title: String,
    first: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "report/recap.html")]
struct RecapPage {
    page: Page,
    form: FormView,
    periods: Vec<Choice>,
    period: String,
    file: String,
    stands: Vec<String>,
    tables: Vec<Table>,
    own: bool,
}

fn name_of(page: &Page, period: Period) -> String {
    match period.quarter_number() {
        Some(number) => {
            let (number, year) = (number.to_string(), period.year().to_string());
            page.tx("report.recap.quarter", [("number", number.as_str()), ("year", year.as_str())])
        }
        None => format!("{} {}", format::month(page.lang, period.first_month()), period.year()),
    }
}

/// The period asked for; the present month where none is.
fn period_of(me: &Me, asked: &Asked) -> Result<Period, PageError> {
    let today = me.place.calendar.zone.date(me.now());
    let present = Period::month(today.year(), u8::from(today.month())).ok_or_else(PageError::not_found)?;
    if asked.masa.is_empty() {
        return Ok(present);
    }
    Period::parse(&asked.masa).ok_or_else(PageError::not_found)
}

/// Months and quarters back from the present.
fn periods(me: &Me, page: &Page) -> Vec<Choice> {
    let today = me.place.calendar.zone.date(me.now());
    let (year, month) = (today.year(), u8::from(today.month()));
    let back = |first: Option<Period>, count| std::iter::successors(first, |period| period.before()).take(count);
    let quarters = back(Period::quarter(year, month), QUARTERS_COUNT);
    let all = back(Period::month(year, month), MONTHS_COUNT).map(|period| (period, "report.recap.months"));
    let all = all.chain(quarters.map(|period| (period, "report.recap.quarters")));
    all.map(|(period, group)| Choice::new(period.code(), name_of(page, period)).group(page.t(group))).collect()
}

/// What the officer may count: everything, or the work of the own agencies.
async fn recap(me: &Me, period: Period) -> Result<(Recap, bool), PageError> {
    let offset = i32::from(me.place.calendar.zone.offset_hours()) * 3_600;
    let (from, to) = period.days();
    let ids = |day: &str| when::parse(day, offset).map(id_floor).ok_or_else(PageError::not_found);
    let span = (ids(&from)?, ids(&to)?);
    let groups: Vec<Group> = sql::recap::groups(&mut me.read().await?, span).await?;
    let scope = me.scope(Permission::ExportReports);
    let seen =
        groups.into_iter().filter(|group| public::covers(&me.ctx.actor, Permission::ExportReports, group.agency));
    Ok((Recap::of(&seen.collect::<Vec<_>>()), scope != Scope::WholeRegion))
}

fn agency_name(me: &Me, page: &Page, agency: Option<Uuid>) -> String {
    let found = agency.and_then(|id| me.place.agency(id)).map(|agency| agency.name.clone());
    found.unwrap_or_else(|| page.t("report.inbox.no_agency"))
}

fn tables(me: &Me, page: &Page, recap: &Recap) -> Vec<Table> {
    let total = || Line { name: page.t("report.recap.total"), row: recap.total };
    let line = |name: String, row: &Row| Line { name, row: *row };
    let classes = recap.classes.iter().map(|(class, row)| line(page.t(class.key()), row));
    let sources = recap.sources.iter().map(|(source, row)| line(page.t(source.key()), row));
    let agencies = recap.agencies.iter().map(|(agency, row)| line(agency_name(me, page, *agency), row));
    let table = |id, title: &str, first: &str, lines: Vec<Line>| Table {
        id,
        title: page.t(title),
        first: page.t(first),
        lines: lines.into_iter().chain([total()]).collect(),
    };
    vec![
        table("kelas", "report.recap.by_class", "report.staff_page.class", classes.collect()),
        table("kanal", "report.recap.by_source", "report.staff_page.source", sources.collect()),
        table("perangkat", "report.recap.by_agency", "report.citizen_page.agency", agencies.collect()),
    ]
}

/// The page.
pub async fn show(me: Me, Query(asked): Query<Asked>) -> PageResult {
    let period = period_of(&me, &asked)?;
    let (recap, own) = recap(&me, period).await?;
    let page = me.page("report.recap.title").at("/admin/report").style("lembar.css").script("umum.js");
    let mut fields = Fields::new();
    fields.set("masa", period.code());
    render(&RecapPage {
        form: me.form_of(&Form { value: (), fields }),
        periods: periods(&me, &page),
        period: name_of(&page, period),
        file: format!("/admin/report/rekap-lapor.csv?masa={}", period.code()),
        stands: Stand::ALL.iter().map(|stand| page.t(stand.key())).collect(),
        tables: tables(&me, &page, &recap),
        own,
        page,
    })
}

/// The same as CSV, for a spreadsheet.
pub async fn file(me: Me, Query(asked): Query<Asked>) -> Result<Response, PageError> {
    let period = period_of(&me, &asked)?;
    let (recap, _) = recap(&me, period).await?;
    let page = me.page("report.recap.title");
    let broken = |error: csv::Error| PageError::from(simpul_store::Error::Broken(format!("recap: {error}")));
    let mut sheet = csv::WriterBuilder::new().flexible(true).from_writer(b"\xEF\xBB\xBF".to_vec());
    if page.is_demo() {
        sheet.write_record([page.t("report.recap.demo")]).map_err(broken)?;
    }
    for table in tables(&me, &page, &recap) {
        let words = [table.title.clone(), table.first.clone()];
        let stands = Stand::ALL.iter().map(|stand| page.t(stand.key()));
        let more = ["total", "answer_days", "solve_days"].map(|key| page.t(&format!("report.recap.{key}")));
        sheet.write_record(words.into_iter().chain(stands).chain(more).map(harmless)).map_err(broken)?;
        for line in &table.lines {
            let numbers = line.row.stands.iter().chain([&line.row.total]).map(ToString::to_string);
            let days = [line.row.answer_days(), line.row.solve_days()];
            let days = days.map(|days| days.map_or_else(String::new, |days| format!("{days:.1}")));
            let words = [period.code(), line.name.clone()].map(harmless);
            sheet.write_record(words.into_iter().chain(numbers).chain(days)).map_err(broken)?;
        }
    }
    let bytes = sheet.into_inner().map_err(|error| simpul_store::Error::Broken(format!("recap: {error}")))?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
    let name = format!("attachment; filename=\"rekap-lapor-{}.csv\"", period.code());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// A cell that no spreadsheet takes for a formula.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
