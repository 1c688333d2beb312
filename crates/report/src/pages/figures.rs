//! `/angka`: the figures that domain.md names, by agency, category, district, month, source or class. Behind every
//! number stands the list that it counts; beside the table stands what each name means.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use askama::Template;
use simpul_kernel::{Refusal, Timestamp, format};
use simpul_people::Snapshot;
use simpul_people::actions::LogAccess;
use simpul_shell::{
    Choice, Fields, FormView, Officer, Page, PageResult, Query, Shared, SignedIn, render, render_refused,
};
use simpul_store::Result;
use time::Date;
use uuid::Uuid;

use super::asked::{filter_of, query_of};
use super::export::{file_name, indonesian, notes};
use super::worklist::{Choices, address, asker, file_key, form};
use super::{CanExportReports, CanSeeFigures};
use crate::desk::{self, Rules};
use crate::figures as counted;
use crate::model::filter::{Days, Of};
use crate::model::measure::{Durations, FigureTable, Figures, Group, last_day};
use crate::model::{Class, Dimension, Filter, Measure, Source};
use crate::sql::filter::Asker;
use crate::table::{Cell, FileKind, Head};

/// Longest span of figures, in months: two years are as many as a budget and its forerunner.
pub const FIGURES_SPAN_MAX_MONTHS: i32 = 24;
/// Figures of more than a month walk many reports: whoever asks the same within this time is told the same.
const LONG_FRESH: Duration = Duration::from_secs(300);
/// A month is counted anew for whoever asks, but for all who ask at once only one time.
static NOW: LazyLock<Shared<Arc<(Timestamp, FigureTable)>>> = LazyLock::new(|| Shared::new(Duration::ZERO));
static LONG: LazyLock<Shared<Arc<(Timestamp, FigureTable)>>> = LazyLock::new(|| Shared::new(LONG_FRESH));

/// A number with the list behind it.
struct Number {
    text: String,
    href: Option<String>,
}

/// One row of the table.
struct RowView {
    name: String,
    cells: Vec<Number>,
}

/// What a figure is called, and what it counts.
struct Definition {
    name: &'static str,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "report/figures.html")]
struct FiguresPage {
    page: Page,
    form: FormView,
    choices: Choices,
    dimensions: Vec<Choice>,
    head: String,
    columns: Vec<String>,
    rows: Vec<RowView>,
    all: RowView,
    span: String,
    as_of: Timestamp,
    definitions: Vec<Definition>,
    query: Vec<(&'static str, String)>,
    dimension: &'static str,
    kinds: Vec<Choice>,
    may_export: bool,
    no_ratings: bool,
}

/// What is asked for: a filter with both ends in time, and by what it is grouped.
struct Asked {
    filter: Filter,
    dimension: Dimension,
    wrong: Vec<Refusal>,
}

/// Months from one day's to another's, both counted.
fn months(from: Date, to: Date) -> i32 {
    (to.year() - from.year()) * 12 + i32::from(u8::from(to.month())) - i32::from(u8::from(from.month())) + 1
}

/// The address as a question. What it leaves open is this month; an agency's officer who asks for nothing is shown the
/// own agency's figures.
fn asked(fields: &Fields, asker: &Asker) -> Asked {
    let (mut filter, mut wrong) = filter_of(fields);
    let today = asker.zone.date(asker.now);
    let first = today.replace_day(1).unwrap_or(today);
    let to = filter.reported.to.unwrap_or_else(|| filter.reported.from.map_or(last_day(first), |from| from.max(today)));
    let from = filter.reported.from.unwrap_or_else(|| to.replace_day(1).unwrap_or(to));
    filter.reported = Days::between(from, to);
    if months(from, to) > FIGURES_SPAN_MAX_MONTHS {
        let most = FIGURES_SPAN_MAX_MONTHS.to_string();
        wrong.push(Refusal::field("dari", "report.figures.span_too_long").with("n", most));
    }
    if !wrong.is_empty() {
        filter.reported = Days::between(first, last_day(first));
    }
    // A word is no property of a group, and the order of a list none of a number.
    filter.text = None;
    filter.sort = crate::model::filter::Sort::Newest;
    if fields.pairs().next().is_none() && !asker.sight.own.is_empty() {
        filter.agency = Some(Of::Mine);
    }
    let dimension = Dimension::parse(fields.get("menurut")).unwrap_or_default();
    Asked { filter, dimension, wrong }
}

/// Counts, or tells what was counted a moment ago where counting takes long.
async fn count(officer: &SignedIn, asker: &Asker, asked: &Asked) -> Result<Arc<(Timestamp, FigureTable)>> {
    let Asked { filter, dimension, .. } = asked;
    let place = &officer.place;
    let fresh = async || {
        let mut conn = officer.read().await?;
        let table = counted::table(&mut conn, filter, *dimension, (asker, &place.calendar)).await?;
        Ok::<_, simpul_store::Error>(Arc::new((asker.now, table)))
    };
    let (from, to) = (filter.reported.from, filter.reported.to);
    let is_long = from.zip(to).is_some_and(|(from, to)| months(from, to) > 1);
    // Who may count what is a part of the question.
    let sight = (&asker.sight, filter.agency.filter(|of| *of == Of::Mine).map(|_| &asker.agencies));
    let question = format!("{}&{}&{sight:?}", query_of(filter), dimension.name());
    if is_long { LONG.get(place, question, fresh).await } else { NOW.get(place, question, fresh).await }
}

/// The figures.
pub async fn show(officer: Officer<CanSeeFigures>, Query(fields): Query<Fields>) -> PageResult {
    let asker = asker(&officer);
    let asked = asked(&fields, &asker);
    let counted = count(&officer, &asker, &asked).await?;
    let rules = desk::rules(&mut officer.read().await?).await?;
    let page = officer.page("report.figures.title").style("lembar.css").script("umum.js");
    let page = if asked.wrong.is_empty() { page } else { page.failed() };
    let words = Words { page: &page, place: &officer.place, rules: &rules };
    let Asked { filter, dimension, wrong } = &asked;
    let (as_of, table) = counted.as_ref();
    let rows = words
        .in_order(table)
        .into_iter()
        .map(|(name, group, figures)| RowView { name, cells: words.cells(figures, &group.narrow(filter)) });
    let view = FiguresPage {
        form: form(&officer, filter, &fields, wrong).fill("menurut", dimension.name()),
        choices: Choices::of(&page, &officer.place, &rules),
        dimensions: Dimension::ALL.map(|each| Choice::new(each.name(), page.t(dimension_key(each)))).to_vec(),
        head: page.t(dimension_key(*dimension)),
        columns: columns(&page),
        rows: rows.collect(),
        all: RowView { name: page.t("report.figures.all"), cells: words.cells(&table.all, filter) },
        span: words.span(filter.reported),
        no_ratings: table.all.satisfaction().is_none(),
        as_of: *as_of,
        definitions: definitions(&page),
        query: filter.pairs(),
        dimension: dimension.name(),
        kinds: FileKind::ALL.map(|kind| Choice::new(kind.name(), page.t(file_key(kind)))).to_vec(),
        may_export: officer.may(simpul_people::Permission::ExportReports),
        page: page.clone(),
    };
    if wrong.is_empty() { render(&view) } else { render_refused(&view) }
}

/// The same table as a file.
pub async fn download(officer: Officer<CanExportReports>, Query(fields): Query<Fields>) -> PageResult {
    let asker = asker(&officer);
    let asked = asked(&fields, &asker);
    let counted = count(&officer, &asker, &asked).await?;
    let rules = desk::rules(&mut officer.read().await?).await?;
    officer.write(LogAccess { subject_kind: "report", subject_id: Uuid::nil(), what: "figures_export" }).await?;
    let page = indonesian(officer.page("report.figures.title"));
    let words = Words { page: &page, place: &officer.place, rules: &rules };
    let (as_of, table) = counted.as_ref();
    let mut notes = notes(&page);
    let at = format::stamp(page.lang, asker.zone, *as_of);
    notes.push(page.tx("report.figures.file_note", [("span", &*words.span(asked.filter.reported)), ("at", &*at)]));
    let titles = std::iter::once(page.t(dimension_key(asked.dimension))).chain(columns(&page));
    let head = Head { notes, columns: titles.collect(), zone: asker.zone };
    let mut rows: Vec<Vec<Cell>> =
        words.in_order(table).into_iter().map(|(name, _, figures)| file_row(name, figures)).collect();
    rows.push(file_row(page.t("report.figures.all"), &table.all));
    // A table has its meaning with it wherever it goes.
    rows.push(Vec::new());
    rows.extend(
        definitions(&page).into_iter().map(|d| vec![Cell::Text(d.title), Cell::from(d.name), Cell::Text(d.text)]),
    );
    let blocks = futures_util::stream::once(async move { Ok(rows) });
    let name = file_name(&officer, "angka");
    Ok(crate::table::download(FileKind::parse(fields.get("jenis")), &name, &head, blocks)?)
}

fn file_row(name: String, figures: &Figures) -> Vec<Cell> {
    let counts = Measure::COUNTS.into_iter().map(|measure| Cell::Number(figures.count(measure)));
    let percent = |rate: Option<f64>| Cell::decimal(rate.map(|rate| round(rate * 100.0)));
    let rates = [figures.on_time_rate(), figures.reopen_rate()].map(percent);
    let times =
        times(figures).into_iter().flat_map(|time| [time.median(), time.p90()].map(|t| Cell::decimal(t.map(round))));
    std::iter::once(Cell::Text(name))
        .chain(counts)
        .chain(rates)
        .chain([Cell::decimal(figures.satisfaction().map(round))])
        .chain(times)
        .collect()
}

/// To one place, as it is shown.
fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn times(figures: &Figures) -> [&Durations; 3] {
    [&figures.verify_time, &figures.answer_time, &figures.resolve_time]
}

/// Rates and times by their fixed names, in the order of the columns.
const RATES: [(&str, &str, &str); 2] = [
    ("report.on_time_rate", "report.figures.on_time_rate", "report.figures.on_time_rate_is"),
    ("report.reopen_rate", "report.figures.reopen_rate", "report.figures.reopen_rate_is"),
];
const SATISFACTION: (&str, &str, &str) =
    ("report.satisfaction", "report.figures.satisfaction", "report.figures.satisfaction_is");
const TIMES: [(&str, &str, &str); 3] = [
    ("report.verify_time", "report.figures.verify_time", "report.figures.verify_time_is"),
    ("report.answer_time", "report.figures.answer_time", "report.figures.answer_time_is"),
    ("report.resolve_time", "report.figures.resolve_time", "report.figures.resolve_time_is"),
];

fn columns(page: &Page) -> Vec<String> {
    let counts = Measure::COUNTS.into_iter().map(|measure| page.t(keys(measure).0));
    let rates = RATES.into_iter().chain([SATISFACTION]).map(|(_, title, _)| page.t(title));
    let times = TIMES.into_iter().flat_map(|(_, title, _)| {
        ["report.figures.median_of", "report.figures.p90_of"].map(|key| page.t1(key, "time", page.t(title)))
    });
    counts.chain(rates).chain(times).collect()
}

fn definitions(page: &Page) -> Vec<Definition> {
    let of = |name, title: &str, text: &str| Definition { name, title: page.t(title), text: page.t(text) };
    let counts = Measure::COUNTS.into_iter().map(|measure| of(measure.name(), keys(measure).0, keys(measure).1));
    let others = RATES.into_iter().chain([SATISFACTION]).chain(TIMES).map(|(name, title, text)| of(name, title, text));
    counts.chain(others).collect()
}

/// Catalogue keys of what a count is called, and of what it counts.
fn keys(measure: Measure) -> (&'static str, &'static str) {
    match measure {
        Measure::Received => ("report.figures.received", "report.figures.received_is"),
        Measure::Open => ("report.figures.open", "report.figures.open_is"),
        Measure::Fixed => ("report.figures.fixed", "report.figures.fixed_is"),
        Measure::Late => ("report.figures.late", "report.figures.late_is"),
        Measure::Unknown => ("report.figures.unknown", "report.figures.unknown_is"),
        Measure::Rejected => ("report.figures.rejected", "report.figures.rejected_is"),
        Measure::OutOfAuthority => ("report.figures.out_of_authority", "report.figures.out_of_authority_is"),
        Measure::Merged => ("report.figures.merged", "report.figures.merged_is"),
        Measure::Planned => ("report.figures.planned", "report.figures.planned_is"),
        Measure::Archived => ("report.figures.archived", "report.figures.archived_is"),
        Measure::OnTime
        | Measure::Reopened
        | Measure::Verified
        | Measure::Answered
        | Measure::Solved
        | Measure::Rated => ("report.figures.base", "report.figures.base_is"),
    }
}

fn dimension_key(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Agency => "report.figures.by_agency",
        Dimension::Category => "report.figures.by_category",
        Dimension::District => "report.figures.by_district",
        Dimension::Month => "report.figures.by_month",
        Dimension::Source => "report.figures.by_source",
        Dimension::Class => "report.figures.by_class",
    }
}

/// What says things in the reader's language.
struct Words<'a> {
    page: &'a Page,
    place: &'a Snapshot,
    rules: &'a Rules,
}

impl Words<'_> {
    /// Rows by name; months by time.
    fn in_order<'t>(&self, table: &'t FigureTable) -> Vec<(String, &'t Group, &'t Figures)> {
        let mut rows: Vec<_> = table.rows.iter().map(|(group, figures)| (self.name(group), group, figures)).collect();
        if !matches!(rows.first(), Some((_, Group::Month(_), _))) {
            rows.sort_by_key(|(name, ..)| name.to_lowercase());
        }
        rows
    }

    fn name(&self, group: &Group) -> String {
        let page = self.page;
        match group {
            Group::Agency(None) => page.t("report.inbox.no_agency"),
            Group::Agency(Some(id)) => {
                self.place.agency(*id).map_or_else(|| id.to_string(), |agency| agency.short.clone())
            }
            Group::Category(code) => {
                self.rules.category(code).map_or_else(|| code.clone(), |c| c.name(page.lang).to_owned())
            }
            Group::District(None) => page.t("report.filter.no_district"),
            Group::District(Some(code)) => {
                self.place.district(*code).map_or_else(|| code.to_string(), |district| district.name.clone())
            }
            Group::Month(first) => format!("{} {}", format::month(page.lang, first.month().into()), first.year()),
            Group::Source(name) => Source::parse(name).map_or_else(String::new, |source| page.t(source.key())),
            Group::Class(name) => Class::parse(name).map_or_else(String::new, |class| page.t(class.key())),
        }
    }

    fn span(&self, days: Days) -> String {
        let date = |date: Option<Date>| date.map(|date| format::day_medium(self.page.lang, date)).unwrap_or_default();
        format!("{} – {}", date(days.from), date(days.to))
    }

    /// The numbers of a row, each with its list; what is not known is a dash, never a zero.
    fn cells(&self, figures: &Figures, list: &Filter) -> Vec<Number> {
        let page = self.page;
        let href = |measure: Measure| measure.narrow(list).map(|list| address("/angka/daftar", &list));
        let counts = Measure::COUNTS.into_iter().map(|measure| {
            let count = figures.count(measure);
            Number { text: page.number(count), href: href(measure).filter(|_| count > 0) }
        });
        let unknown = || page.t("report.figures.none");
        let rates = [(figures.on_time_rate(), Measure::OnTime), (figures.reopen_rate(), Measure::Reopened)];
        let rates = rates.map(|(rate, measure)| Number {
            text: rate.map_or_else(unknown, |rate| page.percent(rate * 100.0)),
            href: rate.and_then(|_| href(measure)),
        });
        let bases = [Measure::Verified, Measure::Answered, Measure::Fixed];
        let times = times(figures).into_iter().zip(bases).flat_map(|(time, measure)| {
            [time.median(), time.p90()].map(|hours| Number {
                text: hours.map_or_else(unknown, |hours| page.decimal(hours, 1)),
                href: hours.and_then(|_| href(measure)),
            })
        });
        let satisfaction = Number {
            text: figures.satisfaction().map_or_else(unknown, |stars| page.decimal(stars, 1)),
            href: figures.satisfaction().and_then(|_| href(Measure::Rated)),
        };
        counts.chain(rates).chain([satisfaction]).chain(times).collect()
    }
}
