//! The room's JSON API under `/api/v1/emergency`: what telephone systems tell, and the console for programs.
//!
//! A key of the scope `trunk` tells of calls on its own line. A key of the scope `write` that is bound to no agency
//! acts as the dispatcher. What the state of things does not allow is 409.

pub mod calls;
pub mod cti;
pub mod eido;
pub mod incidents;
pub mod recap;
pub mod stage;
pub mod telephony;
pub mod types;
pub mod units;

use axum::http::StatusCode;
use simpul_shell::{ApiClient, ApiError, MoveScope, Routes, WriteScope};
use utoipa::OpenApi;

/// A program that acts as the dispatcher.
pub(crate) type Client = ApiClient<WriteScope>;
/// A program that tells where units are; each unit is counted by itself.
pub(crate) type Mover = ApiClient<MoveScope>;

/// What this room says of its API.
#[derive(OpenApi)]
#[openapi(
    paths(
        cti::hear,
        calls::find,
        calls::one,
        calls::claim,
        calls::classify,
        incidents::list,
        incidents::open,
        incidents::one,
        incidents::send,
        incidents::step,
        incidents::merge,
        incidents::unmerge,
        incidents::recommendation,
        eido::export,
        eido::import,
        recap::month,
        stage::show,
        telephony::blocked,
        telephony::locations,
        telephony::locate,
        units::list,
        units::position,
        crate::pages::crew::osmand,
    ),
    tags((name = "emergency", description = "112 calls, incidents and units")),
)]
pub struct EmergencyApi;

/// The routes with their description.
pub fn routes() -> Routes {
    Routes::new()
        .api_post("/api/v1/emergency/cti/{trunk}", cti::hear)
        .api_get("/api/v1/emergency/calls", calls::find)
        .api_get("/api/v1/emergency/calls/{id}", calls::one)
        .api_post("/api/v1/emergency/calls/{id}/claim", calls::claim)
        .api_post("/api/v1/emergency/calls/{id}/classify", calls::classify)
        .api_get("/api/v1/emergency/incidents", incidents::list)
        .api_post("/api/v1/emergency/incidents", incidents::open)
        .api_get("/api/v1/emergency/incidents/{id}", incidents::one)
        .api_post("/api/v1/emergency/incidents/{id}/dispatches", incidents::send)
        .api_post("/api/v1/emergency/incidents/{id}/dispatches/{dispatch}/step", incidents::step)
        .api_post("/api/v1/emergency/incidents/{id}/merge", incidents::merge)
        .api_post("/api/v1/emergency/incidents/{id}/unmerge", incidents::unmerge)
        .api_get("/api/v1/emergency/incidents/{id}/recommendation", incidents::recommendation)
        .api_get("/api/v1/emergency/incidents/{id}/eido", eido::export)
        .api_post("/api/v1/emergency/eido", eido::import)
        .api_get("/api/v1/emergency/cti/{trunk}/blocked", telephony::blocked)
        .api_get("/api/v1/emergency/calls/{id}/locations", telephony::locations)
        .api_post("/api/v1/emergency/calls/{id}/locations", telephony::locate)
        .api_get("/api/v1/emergency/recap", recap::month)
        .api_get("/api/v1/emergency/stage", stage::show)
        .api_get("/api/v1/emergency/units", units::list)
        .api_post("/api/v1/emergency/units/{id}/position", units::position)
        .docs(EmergencyApi::openapi())
}

/// Where things don't stand as the action needs it: 409, and not the 422 of a wrong field.
pub(crate) fn conflict(error: simpul_store::Error) -> ApiError {
    let states =
        |refusal: &simpul_kernel::Refusal| refusal.field.is_none() && refusal.key != "people.refused.not_allowed";
    let conflicts = matches!(&error, simpul_store::Error::Refused(refusal) if states(refusal));
    let mut answer = ApiError::from(error);
    if conflicts {
        answer.0.status = StatusCode::CONFLICT;
    }
    answer
}
