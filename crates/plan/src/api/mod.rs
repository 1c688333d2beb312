//! The room's JSON API under `/api/v1/plan` and `/api/v1/evaluation`.

pub mod collaboration;
pub mod evaluation;
pub mod plan;

use simpul_shell::Routes;
use utoipa::OpenApi;

/// What this room says of its API.
#[derive(OpenApi)]
#[openapi(
    paths(
        plan::list,
        plan::one,
        plan::periods,
        evaluation::instruments,
        evaluation::scores,
        evaluation::rounds,
        evaluation::one,
    ),
    tags(
        (name = "plan", description = "The masterplan, its programmes and how they stand"),
        (name = "evaluation", description = "The ministry's evaluation: instruments, scores and rounds"),
    ),
)]
pub struct PlanApi;

/// What the room says of its API for meetings, action items and commitments.
#[derive(OpenApi)]
#[openapi(paths(
    collaboration::meetings,
    collaboration::meeting,
    collaboration::items,
    collaboration::finish,
    collaboration::commitments,
))]
pub struct CollaborationApi;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
        .api_get("/api/v1/plan/programmes", plan::list)
        .api_get("/api/v1/plan/programmes/{code}", plan::one)
        .api_get("/api/v1/plan/periods", plan::periods)
        .api_get("/api/v1/evaluation/instruments", evaluation::instruments)
        .api_get("/api/v1/evaluation/scores", evaluation::scores)
        .api_get("/api/v1/evaluation/rounds", evaluation::rounds)
        .api_get("/api/v1/evaluation/rounds/{id}", evaluation::one)
        .api_get("/api/v1/plan/meetings", collaboration::meetings)
        .api_get("/api/v1/plan/meetings/{id}", collaboration::meeting)
        .api_get("/api/v1/plan/action-items", collaboration::items)
        .api_post("/api/v1/plan/action-items/{id}/finish", collaboration::finish)
        .api_get("/api/v1/plan/commitments", collaboration::commitments)
        .docs(PlanApi::openapi())
        .docs(CollaborationApi::openapi())
}
