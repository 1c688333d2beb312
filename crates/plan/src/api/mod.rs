//! The room's JSON API under `/api/v1/plan` and `/api/v1/evaluation`.

pub mod plan;

use simpul_shell::Routes;
use utoipa::OpenApi;

/// What this room says of its API.
#[derive(OpenApi)]
#[openapi(
    paths(plan::list, plan::one, plan::periods),
    tags((name = "plan", description = "The masterplan, its programmes and how they stand")),
)]
pub struct PlanApi;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
        .api_get("/api/v1/plan/programmes", plan::list)
        .api_get("/api/v1/plan/programmes/{code}", plan::one)
        .api_get("/api/v1/plan/periods", plan::periods)
        .docs(PlanApi::openapi())
}
