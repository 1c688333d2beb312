//! The room's own JSON API under `/api/v1`, described at `/api/openapi.json`.
//!
//! Whatever is public may be read without a key. A key with the scope `write` sends reports and takes the steps of an
//! officer: the report coordinator's, or those of the agency that the key belongs to. Errors are problem+json; lists
//! page by key; a POST may bear an `Idempotency-Key`; reads have an `ETag`.

pub mod areas;
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
        support::ask,
        support::accept,
        support::done,
        support::hand_back,
    ),
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
