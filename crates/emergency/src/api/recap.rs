//! The recap of a month, for programs.

use simpul_kernel::Refusal;
use simpul_kernel::clock::SECOND_MICROS;
use simpul_people::{Permission, require};
use simpul_shell::{ApiResult, Problem, Query, json};
use uuid::Uuid;

use super::Client;
use super::types::{ClassCount, PartView, RecapQuery, RecapView, SpanView};
use crate::model::figures::{By, MonthFigures, Part, Span, calls_by, overall};
use crate::model::recap::Month;
use crate::read;

fn span_view(span: Span, figures: &MonthFigures) -> SpanView {
    let told = overall(&figures.samples, span);
    SpanView {
        span: span.name().to_owned(),
        count: told.count,
        p50_seconds: told.p50,
        p90_seconds: told.p90,
        p95_seconds: told.p95,
        goal_seconds: span.goal().map(|micros| micros / SECOND_MICROS),
        within: told.within,
    }
}

fn part(by: &str, part: Option<String>, count: i64) -> PartView {
    PartView { by: by.to_owned(), part, count }
}

fn parts(by: By, figures: &MonthFigures) -> Vec<PartView> {
    let named = |one: Part| match one {
        Part::Hour(number) | Part::District(number) => Some(number.to_string()),
        Part::Type(code) => Some(code),
        Part::Agency(id) => Some(id.to_string()),
        Part::Nowhere => None,
    };
    calls_by(&figures.counted, by).into_iter().map(|(one, count)| part(by.name(), named(one), count)).collect()
}

fn by_agency(counts: &[(Uuid, i64)]) -> Vec<PartView> {
    counts.iter().map(|(id, count)| part("agency", Some(id.to_string()), *count)).collect()
}

/// What came in during a month, what of it was answered and how soon, and what it was. Drills are not counted.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/recap",
    tag = "emergency",
    params(RecapQuery),
    responses(
        (status = 200, body = RecapView, description = "The recap"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "No month"),
    ),
    security(("key" = [])),
)]
pub async fn month(client: Client, Query(query): Query<RecapQuery>) -> ApiResult {
    require(&client.ctx, Permission::SeeFigures)?;
    let month = Month::parse(&query.month).ok_or_else(|| Refusal::field("month", "emergency.refused.month"))?;
    let figures = read::month(&mut client.read().await?, month, client.region().zone).await?;
    let recap = &figures.recap;
    let classes =
        recap.classes.iter().map(|(class, count)| ClassCount { class: class.name().to_owned(), count: *count });
    Ok(json(&RecapView {
        month: month.text(),
        received: recap.received,
        abandoned: recap.abandoned,
        missed: recap.missed,
        ringing: recap.ringing,
        answered: recap.answered,
        classes: classes.collect(),
        answer_p50_seconds: recap.answer_seconds(50),
        answer_p90_seconds: recap.answer_seconds(90),
        answer_p95_seconds: recap.answer_seconds(95),
        within_10_seconds: recap.within(10),
        within_15_seconds: recap.within(15),
        within_20_seconds: recap.within(20),
        times: Span::ALL.iter().map(|span| span_view(*span, &figures)).collect(),
        calls_by: [By::Hour, By::Type, By::District].iter().flat_map(|by| parts(*by, &figures)).collect(),
        incidents: figures.incidents.iter().map(|(code, count)| part("type", Some(code.clone()), *count)).collect(),
        calls_by_agency: by_agency(&figures.calls_by_agency),
        dispatches: by_agency(&figures.dispatches),
    }))
}
