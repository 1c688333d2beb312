//! The recap of a month, for programs.

use simpul_kernel::Refusal;
use simpul_people::{Permission, require};
use simpul_shell::{ApiResult, Problem, Query, json};

use super::Client;
use super::types::{ClassCount, RecapQuery, RecapView};
use crate::model::recap::Month;
use crate::pages::recap::of_month;

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
    let recap = of_month(&mut client.read().await?, month, client.region().zone).await?;
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
    }))
}
