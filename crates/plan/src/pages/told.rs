//! A progress report for whoever reads it: its values beside the last ones and the trajectory, and what was done with
//! it.

use askama::Template;
use askama::filters::HtmlSafe;
use simpul_kernel::{FigureSpan, Timestamp};
use simpul_people::Snapshot;
use simpul_shell::{Page, PageError, StatusTag};
use simpul_store::Conn;
use uuid::Uuid;

use super::asked::{Place, measured};
use super::figure::span_text;
use super::together::actor_name;
use super::view;
use super::words::progress_tag;
use crate::model::figure::Taken;
use crate::model::{Indicator, Period, Progress, Quantity};
use crate::sql;

/// A value that was told.
pub(super) struct ToldLine {
    pub(super) name: String,
    pub(super) value: String,
    /// Why it is as it is, or how the system counted it.
    pub(super) why: String,
    /// The last value, and what should be reached by now.
    pub(super) beside: String,
}

/// What was told last and what should be reached by now.
pub(super) fn beside(page: &Page, unit: &str, last: Option<(&str, Quantity)>, expected: Option<Quantity>) -> String {
    let last = last.map(|(period, value)| {
        let value = view::with_unit(page, Some(value), unit);
        page.tx("plan.progress.last", [("period", period), ("value", &value)])
    });
    let due = expected.map(|due| page.t1("plan.progress.due", "value", view::with_unit(page, Some(due.told()), unit)));
    last.into_iter().chain(due).collect::<Vec<_>>().join(" ")
}

fn by_system(page: &Page, taken: &Taken) -> String {
    let (cases, seq) = (page.number(taken.cases), page.number(taken.seq));
    let days = FigureSpan::new(taken.first_day, taken.last_day).map(|span| span_text(page.lang, span));
    let days = days.unwrap_or_default();
    page.tx("plan.figure.taken", [("days", days.as_str()), ("cases", &cases), ("seq", &seq)])
}

/// The values of a report, those of the districts after that of the region.
pub(super) async fn lines(
    conn: &mut Conn,
    (page, place): (&Page, &Snapshot),
    at: &Place,
    (progress, indicators, periods): (&Progress, &[Indicator], &[Period]),
) -> Result<Vec<ToldLine>, PageError> {
    let taken = sql::live::of_progress(conn, progress.id).await?;
    let mut lines = Vec::new();
    for asked in measured(conn, at, indicators, (Some(progress), periods)).await? {
        let one = &asked.indicator;
        let counted = taken.iter().find(|taken| taken.indicator == one.id);
        let told = asked.told.as_ref();
        if told.is_none() && counted.is_none() {
            continue;
        }
        let typed = told.map(|told| told.why.clone()).unwrap_or_default();
        lines.push(ToldLine {
            name: one.name.clone(),
            value: view::with_unit(page, told.map(|told| one.shown(told.amount)), &one.unit),
            why: counted.map_or(typed, |taken| by_system(page, taken)),
            beside: beside(page, &one.unit, asked.last_shown(), asked.expected),
        });
        for told in &asked.by_district {
            let Some(district) = place.district(told.district) else { continue };
            lines.push(ToldLine {
                name: format!("{} · {}", one.name, district.name),
                value: view::with_unit(page, Some(told.amount), &one.unit),
                why: told.why.clone(),
                beside: String::new(),
            });
        }
    }
    Ok(lines)
}

struct StepLine {
    at: Timestamp,
    by: String,
    state: StatusTag,
    reason: String,
}

/// What was done with a report: when, by whom, and why it was sent back.
#[derive(Template)]
#[template(path = "plan/steps.html")]
pub(super) struct Steps {
    page: Page,
    lines: Vec<StepLine>,
}
impl HtmlSafe for Steps {}

impl Steps {
    /// The history of a report, oldest first.
    pub(super) async fn read(
        conn: &mut Conn,
        (page, place): (&Page, &Snapshot),
        progress: Uuid,
    ) -> Result<Steps, PageError> {
        let line = |step: sql::progress::StepDone| StepLine {
            at: step.at,
            by: actor_name(place, &step.by),
            state: progress_tag(page, step.state),
            reason: step.reason,
        };
        let lines = sql::progress::steps(conn, progress).await?.into_iter().map(line).collect();
        Ok(Steps { page: page.clone(), lines })
    }

    /// The history of a report that is not there.
    pub(super) fn none(page: &Page) -> Steps {
        Steps { page: page.clone(), lines: Vec::new() }
    }

    /// Whether nothing was done yet.
    pub(super) fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
