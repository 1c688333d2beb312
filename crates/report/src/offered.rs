//! The room's figures for whoever shows them beside other things, such as an indicator of the plan. They are those of
//! `/angka`, counted by the same walk, as anybody may know them: without what is secret.

use std::sync::Arc;

use simpul_kernel::{FigureCount, FigureKey, Refusal};
use simpul_people::Snapshot;
use simpul_shell::{FigureAsked, FigureChoice, FigureKind, FigureParameter, RoomFigures};
use simpul_store::{Conn, Error, Result};

use crate::desk;
use crate::figures;
use crate::model::filter::{Days, Of};
use crate::model::measure::{Durations, Figures};
use crate::model::{Dimension, Filter, Measure, Sight};
use crate::sql::filter::Asker;

const CATEGORY: &str = "category";
const DISTRICT: &str = "district";
const AGENCY: &str = "agency";

/// What each of them can be narrowed to.
const PARAMETERS: &[FigureParameter] = &[
    FigureParameter { name: CATEGORY, label: "report.figures.by_category" },
    FigureParameter { name: DISTRICT, label: "report.figures.by_district" },
    FigureParameter { name: AGENCY, label: "report.figures.by_agency" },
];

const REPORTS: &str = "report.offered.unit_reports";
const PERCENT: &str = "report.offered.unit_percent";
const HOURS: &str = "report.offered.unit_hours";
const STARS: &str = "report.offered.unit_stars";

const fn kind(name: &'static str, unit: &'static str, title: &'static str, definition: &'static str) -> FigureKind {
    FigureKind { name, title, definition, unit, parameters: PARAMETERS }
}

const KINDS: &[FigureKind] = &[
    kind("report.received", REPORTS, "report.offered.received", "report.figures.received_is"),
    kind("report.open", REPORTS, "report.offered.open", "report.figures.open_is"),
    kind("report.fixed", REPORTS, "report.offered.fixed", "report.figures.fixed_is"),
    kind("report.late", REPORTS, "report.offered.late", "report.figures.late_is"),
    kind("report.unknown", REPORTS, "report.offered.unknown", "report.figures.unknown_is"),
    kind("report.planned", REPORTS, "report.offered.planned", "report.figures.planned_is"),
    kind("report.on_time_rate", PERCENT, "report.offered.on_time_rate", "report.figures.on_time_rate_is"),
    kind("report.reopen_rate", PERCENT, "report.offered.reopen_rate", "report.figures.reopen_rate_is"),
    kind("report.satisfaction", STARS, "report.offered.satisfaction", "report.figures.satisfaction_is"),
    kind("report.verify_time", HOURS, "report.offered.verify_time", "report.figures.verify_time_is"),
    kind("report.answer_time", HOURS, "report.offered.answer_time", "report.figures.answer_time_is"),
    kind("report.resolve_time", HOURS, "report.offered.resolve_time", "report.figures.resolve_time_is"),
];

/// Minutes of an hour.
const HOUR_MINUTES: i64 = 60;

/// The room's figures.
pub struct ReportFigures;

/// The reports that a key means.
///
/// # Errors
/// `shell.figure.refused.value` for a place or an agency that can't be read.
fn filter_of(key: &FigureKey) -> Result<Filter> {
    let wrong = |parameter: &str| Refusal::field("figure", "shell.figure.refused.value").entry(parameter);
    let mut filter = Filter { category: key.get(CATEGORY).map(str::to_owned), ..Filter::default() };
    if let Some(code) = key.get(DISTRICT) {
        filter.district = Some(Of::One(code.parse().map_err(|_| wrong(DISTRICT).with("value", code))?));
    }
    if let Some(id) = key.get(AGENCY) {
        filter.agency = Some(Of::One(id.parse().map_err(|_| wrong(AGENCY).with("value", id))?));
    }
    Ok(filter)
}

fn median(times: &Durations) -> FigureCount {
    let value = times.median_minutes().map(|minutes| (minutes, HOUR_MINUTES));
    FigureCount::measured(value, i64::try_from(times.count()).unwrap_or(i64::MAX))
}

/// One of the figures of a table; `None` for a name that is none.
fn figure(name: &str, counted: &Figures) -> Option<FigureCount> {
    let count = |measure| counted.count(measure);
    if let Some(measure) = Measure::COUNTS.into_iter().find(|measure| measure.name() == name) {
        return Some(FigureCount { value: Some((count(measure), 1)), cases: count(Measure::Received) });
    }
    Some(match name {
        "report.on_time_rate" => FigureCount::percent(count(Measure::OnTime), count(Measure::Fixed)),
        "report.reopen_rate" => FigureCount::percent(count(Measure::Reopened), count(Measure::Solved)),
        "report.satisfaction" => {
            let rated = count(Measure::Rated);
            FigureCount::measured(Some((counted.stars(), rated)), rated)
        }
        "report.verify_time" => median(&counted.verify_time),
        "report.answer_time" => median(&counted.answer_time),
        "report.resolve_time" => median(&counted.resolve_time),
        _ => return None,
    })
}

impl RoomFigures for ReportFigures {
    fn kinds(&self) -> &'static [FigureKind] {
        KINDS
    }

    async fn choices(&self, conn: &mut Conn, place: &Arc<Snapshot>, parameter: &str) -> Result<Vec<FigureChoice>> {
        Ok(match parameter {
            CATEGORY => {
                let rules = desk::rules(conn).await?;
                let choice = |one: &crate::model::Category| FigureChoice {
                    value: one.code.clone(),
                    name_id: one.name_id.clone(),
                    name_en: one.name_en.clone(),
                };
                rules.categories.iter().map(choice).collect()
            }
            DISTRICT => place.districts.iter().map(|one| FigureChoice::named(one.code, &one.name)).collect(),
            AGENCY => place.agencies.iter().map(|one| FigureChoice::named(one.id, &one.short)).collect(),
            _ => Vec::new(),
        })
    }

    async fn count(&self, conn: &mut Conn, asked: FigureAsked<'_>) -> Result<FigureCount> {
        let calendar = &asked.place.calendar;
        let (from, to) = (asked.span.from(), asked.span.to());
        let filter = Filter { reported: Days::between(from, to), ..filter_of(asked.key)? };
        let (sight, zone) = (Sight::default(), calendar.zone);
        let asker = Asker { sight, officer: None, agencies: Vec::new(), now: asked.now, zone };
        let table = figures::table(conn, &filter, Dimension::Class, (&asker, calendar)).await?;
        figure(asked.key.name(), &table.all).ok_or(Error::NotFound("figure"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_figure_can_be_counted_and_says_nothing_of_nothing() {
        for kind in KINDS {
            let empty = figure(kind.name, &Figures::default()).unwrap_or_else(|| panic!("{}", kind.name));
            let is_count = Measure::COUNTS.iter().any(|measure| measure.name() == kind.name);
            assert_eq!(empty.value, is_count.then_some((0, 1)), "{}", kind.name);
        }
    }
}
