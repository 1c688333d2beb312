//! The room's own JSON API under `/api/v1`, described at `/api/openapi.json`.
//!
//! Whatever is public may be read without a key. A key with the scope `write` sends reports and takes the steps of an
//! officer: the report coordinator's, or those of the agency that the key belongs to. Errors are problem+json; lists
//! page by key; a POST may bear an `Idempotency-Key`; reads have an `ETag`.

pub mod areas;
pub mod deeds;
pub mod read;
pub mod shape;
pub mod sql;
pub mod steps;
pub mod submit;
pub mod support;
pub mod types;
pub mod view;

use shape::PlaceNeeded;
use simpul_shell::Routes;
use utoipa::OpenApi;

/// What this room says of its API.
#[derive(OpenApi)]
#[openapi(
    paths(
        read::list,
        read::one,
        read::events,
        read::categories,
        read::areas,
        read::agencies,
        areas::place_at,
        areas::villages,
        submit::submit,
        steps::verify,
        steps::assign,
        steps::start,
        steps::note,
        steps::resolve,
        deeds::pause,
        deeds::resume,
        deeds::plan,
        deeds::out_of_authority,
        deeds::hand_back,
        deeds::remind,
        deeds::escalate,
        deeds::merge,
        deeds::unmerge,
        deeds::site_check,
        support::ask,
        support::accept,
        support::done,
        support::hand_back,
    ),
    components(schemas(types::StepDone)),
    tags(
        (name = "reports", description = "Citizens' reports"),
        (name = "steps", description = "What an officer does with a report"),
        (name = "region", description = "Categories, areas and agencies"),
    ),
    modifiers(&PlaceNeeded),
)]
pub struct ReportApi;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
        .api_get("/api/v1/reports", read::list)
        .api_post("/api/v1/reports", submit::submit)
        .api_get("/api/v1/reports/{number}", read::one)
        .api_get("/api/v1/reports/{number}/events", read::events)
        .api_post("/api/v1/reports/{number}/verify", steps::verify)
        .api_post("/api/v1/reports/{number}/assign", steps::assign)
        .api_post("/api/v1/reports/{number}/start", steps::start)
        .api_post("/api/v1/reports/{number}/notes", steps::note)
        .api_post("/api/v1/reports/{number}/resolve", steps::resolve)
        .api_post("/api/v1/reports/{number}/pause", deeds::pause)
        .api_post("/api/v1/reports/{number}/resume", deeds::resume)
        .api_post("/api/v1/reports/{number}/plan", deeds::plan)
        .api_post("/api/v1/reports/{number}/out-of-authority", deeds::out_of_authority)
        .api_post("/api/v1/reports/{number}/hand-back", deeds::hand_back)
        .api_post("/api/v1/reports/{number}/remind", deeds::remind)
        .api_post("/api/v1/reports/{number}/escalate", deeds::escalate)
        .api_post("/api/v1/reports/{number}/merge", deeds::merge)
        .api_post("/api/v1/reports/{number}/unmerge", deeds::unmerge)
        .api_post("/api/v1/reports/{number}/site-check", deeds::site_check)
        .api_post("/api/v1/reports/{number}/support", support::ask)
        .api_post("/api/v1/reports/{number}/support/accept", support::accept)
        .api_post("/api/v1/reports/{number}/support/done", support::done)
        .api_post("/api/v1/reports/{number}/support/hand-back", support::hand_back)
        .api_get("/api/v1/categories", read::categories)
        .api_get("/api/v1/areas", read::areas)
        .api_get("/api/v1/agencies", read::agencies)
        .api_get("/api/v1/places/at", areas::place_at)
        .api_get("/api/v1/areas/{district}/villages", areas::villages)
        .docs(ReportApi::openapi())
}
