//! `/112/rekap`: the recap of a month, as a page that prints and as files. Numbers of callers are none of it, but those
//! that called for nothing again and again, masked.

use std::borrow::Borrow;
use std::path::Path as FilePath;
use std::sync::OnceLock;

use askama::Template;
use futures_util::stream;
use serde::Deserialize;
use simpul_kernel::format;
use simpul_people::Snapshot;
use simpul_shell::table::{Cell, FileKind, Head, Rows, download};
use simpul_shell::{Choice, FormView, Officer, Page, PageError, PageResult, Query, render};
use uuid::Uuid;

use super::CanSeeFigures;
use super::view::type_name;
use crate::model::export::{Fault, Mapping};
use crate::model::figures::{By, MonthFigures, Part, Span, Summary, by, calls_by, overall};
use crate::model::recap::{ANSWER_GOALS_SECONDS, Month};
use crate::model::{CallClass, IncidentType};
use crate::read;
use crate::sql;

/// Months to choose from.
const MONTHS_COUNT: usize = 24;

static MAPPING: OnceLock<Mapping> = OnceLock::new();

/// Reads what the ministry wants to be sent and offers it on the recap's page. The first file stays.
///
/// # Errors
/// Every line that is wrong; a file that can't be read is one fault of line 0.
pub fn choose_mapping(path: &FilePath) -> Result<(), Vec<Fault>> {
    let text = std::fs::read_to_string(path).map_err(|error| vec![Fault { line: 0, what: error.to_string() }])?;
    // A second house in the same process, as tests build them, has the first one's.
    let _ = MAPPING.set(Mapping::read(&text)?);
    Ok(())
}

/// What is asked for: the month as `2026-11`, and which table is told apart by what.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    bulan: String,
    waktu: String,
    menurut: String,
    jenis: String,
}

#[derive(Template)]
#[template(path = "emergency/recap.html")]
struct RecapPage {
    page: Page,
    form: FormView,
    months: Vec<Choice>,
    spans: Vec<Choice>,
    bys: Vec<Choice>,
    figures: MonthFigures,
    types: Vec<IncidentType>,
    place: std::sync::Arc<Snapshot>,
    span: Span,
    by: By,
    has_mapping: bool,
}

impl RecapPage {
    fn name(&self) -> String {
        name_of(&self.page, self.figures.month)
    }

    fn class(&self, class: &CallClass) -> String {
        self.page.t(&format!("emergency.class.{}", class.name()))
    }

    fn seconds(&self, seconds: impl Borrow<Option<f64>>) -> String {
        seconds.borrow().map_or_else(|| "–".to_owned(), clock)
    }

    fn share(&self, share: impl Borrow<Option<f64>>) -> String {
        share.borrow().map_or_else(|| "–".to_owned(), |share| self.page.percent(share * 100.0))
    }

    fn goals(&self) -> [i64; 3] {
        ANSWER_GOALS_SECONDS
    }

    fn all_spans(&self) -> Vec<(Span, Summary)> {
        Span::ALL.iter().map(|span| (*span, overall(&self.figures.samples, *span))).collect()
    }

    fn span_name(&self, span: &Span) -> String {
        self.page.t(&format!("emergency.after.span.{}", span.name()))
    }

    fn goal(&self, span: &Span) -> String {
        #[expect(clippy::cast_precision_loss, reason = "a goal is minutes")]
        span.goal().map_or_else(|| "–".to_owned(), |micros| format!("≤ {}", clock(micros as f64 / 1e6)))
    }

    fn detail(&self) -> Vec<(String, Summary)> {
        let parts = by(&self.figures.samples, self.span, self.by);
        parts.into_iter().map(|(part, summary)| (self.part(&part, self.by), summary)).collect()
    }

    fn by_agency(&self) -> [(&'static str, &[(Uuid, i64)]); 2] {
        by_agency(&self.figures)
    }

    fn calls(&self, by: &str) -> Vec<(String, i64)> {
        let Some(by) = By::parse(by) else { return Vec::new() };
        let parts = calls_by(&self.figures.counted, by).into_iter();
        parts.map(|(part, count)| (self.part(&part, by), count)).collect()
    }

    fn part(&self, part: &Part, by: By) -> String {
        part_name(&self.page, &self.place, &self.types, part, by)
    }

    fn kind(&self, code: &str) -> String {
        type_name(&self.types, code)
    }

    fn agency(&self, id: &Uuid) -> String {
        self.place.agency(*id).map(|agency| agency.short.clone()).unwrap_or_default()
    }

    fn by_name(&self) -> String {
        self.page.t(&format!("emergency.recap.by.{}", self.by.name()))
    }
}

fn clock(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a step lasts hours, not centuries")]
    super::after::clock((seconds * 1e6).round() as i64)
}

/// What a part is called.
fn part_name(page: &Page, place: &Snapshot, types: &[IncidentType], part: &Part, by: By) -> String {
    match part {
        Part::Hour(hour) => format!("{hour:02}.00–{:02}.59", hour),
        Part::Type(code) => type_name(types, code),
        Part::District(code) => place.district(*code).map(|district| district.name.clone()).unwrap_or_default(),
        Part::Agency(id) => place.agency(*id).map(|agency| agency.short.clone()).unwrap_or_default(),
        Part::Nowhere => page.t(&format!("emergency.recap.nowhere.{}", by.name())),
    }
}

fn name_of(page: &Page, month: Month) -> String {
    format!("{} {}", format::month(page.lang, u8::from(month.month())), month.year())
}

/// The month that is asked for; without one, the present. What is no month is refused.
fn asked_for(officer: &Officer<CanSeeFigures>, asked: &Asked) -> Result<Month, PageError> {
    if asked.bulan.is_empty() {
        return Ok(Month::of(officer.now(), officer.region().zone));
    }
    Month::parse(&asked.bulan).ok_or_else(|| PageError::bad_request("emergency.refused.month"))
}

async fn counted(
    officer: &Officer<CanSeeFigures>,
    month: Month,
) -> Result<(MonthFigures, Vec<IncidentType>), PageError> {
    let mut conn = officer.read().await?;
    let figures = read::month(&mut conn, month, officer.region().zone).await?;
    Ok((figures, sql::incident::types(&mut conn).await?))
}

/// The page.
pub async fn show(officer: Officer<CanSeeFigures>, Query(asked): Query<Asked>) -> PageResult {
    let zone = officer.region().zone;
    let month = asked_for(&officer, &asked)?;
    let (figures, types) = counted(&officer, month).await?;
    let page = officer.page("emergency.recap.title").wide().style("konsol.css");
    let mut each = Month::of(officer.now(), zone);
    let mut offered = Vec::new();
    for _ in 0..MONTHS_COUNT {
        offered.push(each);
        each = each.previous();
    }
    if !offered.contains(&month) {
        offered.push(month);
    }
    let months = offered.into_iter().map(|month| Choice::new(month.text(), name_of(&page, month))).collect();
    let (span, by) =
        (Span::parse(&asked.waktu).unwrap_or(Span::Response), By::parse(&asked.menurut).unwrap_or(By::District));
    let form = officer.form().fill("bulan", month.text()).fill("waktu", span.name()).fill("menurut", by.name());
    let spans =
        Span::ALL.iter().map(|span| Choice::new(span.name(), page.t(&format!("emergency.after.span.{}", span.name()))));
    let bys = By::ALL.iter().map(|by| Choice::new(by.name(), page.t(&format!("emergency.recap.by.{}", by.name()))));
    let (spans, bys) = (spans.collect(), bys.collect());
    let has_mapping = MAPPING.get().is_some();
    let place = officer.place.clone();
    render(&RecapPage { page, form, months, spans, bys, figures, types, place, span, by, has_mapping })
}

/// What is counted by agency, by the key of its word.
fn by_agency(figures: &MonthFigures) -> [(&'static str, &[(Uuid, i64)]); 2] {
    [("calls_by_agency", &figures.calls_by_agency), ("dispatches", &figures.dispatches)]
}

/// The rows of the file: what, of what, how many, and for times the percentiles in seconds and the share within the
/// goal.
fn rows(page: &Page, place: &Snapshot, types: &[IncidentType], figures: &MonthFigures) -> Rows {
    let mut rows: Rows = Vec::new();
    let recap = &figures.recap;
    let label = |key: &str| page.t(&format!("emergency.recap.{key}"));
    let mut count = |what: String, of: String, count: i64| {
        rows.push(vec![Cell::text(what), Cell::text(of), Cell::Number(count)]);
    };
    for (key, number) in [
        ("received", recap.received),
        ("abandoned", recap.abandoned),
        ("missed", recap.missed),
        ("ringing", recap.ringing),
        ("answered", recap.answered),
    ] {
        count(label("by_way"), label(key), number);
    }
    for (class, number) in &recap.classes {
        count(label("by_class"), page.t(&format!("emergency.class.{}", class.name())), *number);
    }
    for one in [By::Hour, By::Type, By::District] {
        let what = format!("{} {}", label("calls"), label(&format!("by.{}", one.name())).to_lowercase());
        for (part, number) in calls_by(&figures.counted, one) {
            count(what.clone(), part_name(page, place, types, &part, one), number);
        }
    }
    for (code, number) in &figures.incidents {
        count(label("incidents"), type_name(types, code), *number);
    }
    for (what, agencies) in by_agency(figures) {
        for (agency, number) in agencies {
            count(label(what), part_name(page, place, types, &Part::Agency(*agency), By::Agency), *number);
        }
    }
    for (number, times) in &figures.nuisance {
        count(label("nuisance"), number.clone(), *times);
    }
    for span in Span::ALL {
        let what = page.t(&format!("emergency.after.span.{}", span.name()));
        let mut time = |of: String, told: Summary| {
            let share = told.within.map(|share| share * 100.0);
            let cells = [told.p50, told.p90, told.p95, share].map(Cell::decimal);
            rows.push([vec![Cell::text(&what), Cell::text(of), Cell::Number(told.count)], cells.to_vec()].concat());
        };
        time(label("all"), overall(&figures.samples, *span));
        for one in By::ALL {
            for (part, told) in by(&figures.samples, *span, *one) {
                time(part_name(page, place, types, &part, *one), told);
            }
        }
    }
    rows
}

/// The same as a file: CSV as Excel in Indonesia reads it, or XLSX.
pub async fn file(officer: Officer<CanSeeFigures>, Query(asked): Query<Asked>) -> PageResult {
    let month = asked_for(&officer, &asked)?;
    let (figures, types) = counted(&officer, month).await?;
    let page = officer.page("emergency.recap.title");
    let label = |key: &str| page.t(&format!("emergency.recap.{key}"));
    let mut notes = vec![format!("{}: {}", label("title"), name_of(&page, month)), label("definitions")];
    if page.is_demo() {
        notes.insert(0, "DATA CONTOH – BUKAN DATA RESMI".to_owned());
    }
    let columns = ["part", "of", "count", "p50", "p90", "p95", "within"].map(label).to_vec();
    let head = Head { notes, columns, zone: officer.region().zone };
    let rows = rows(&page, &officer.place, &types, &figures);
    let kind = if asked.jenis == "xlsx" { FileKind::Xlsx } else { FileKind::CsvSemicolon };
    Ok(download(kind, &format!("rekap-112-{}", month.text()), &head, stream::iter([Ok(rows)]))?)
}

/// The row that the ministry's monitoring centre wants, by the installation's own mapping.
pub async fn ministry(officer: Officer<CanSeeFigures>, Query(asked): Query<Asked>) -> PageResult {
    let mapping = MAPPING.get().ok_or_else(PageError::not_found)?;
    let month = asked_for(&officer, &asked)?;
    let (figures, _) = counted(&officer, month).await?;
    let region = officer.region();
    let code = region.id.to_string();
    let row = mapping.row(&figures, (&code, &region.name)).into_iter().map(Cell::Text).collect();
    let columns = mapping.0.iter().map(|(name, _)| name.clone()).collect();
    let head = Head { notes: Vec::new(), columns, zone: region.zone };
    Ok(download(FileKind::Csv, &format!("112-kementerian-{}", month.text()), &head, stream::iter([Ok(vec![row])]))?)
}
