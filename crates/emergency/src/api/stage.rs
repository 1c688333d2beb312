//! The operation centre's stage, for programs.

use serde::Serialize;
use simpul_kernel::format::iso;
use simpul_people::{Permission, require};
use simpul_shell::{ApiResult, Problem, json};
use utoipa::ToSchema;

use super::Client;
use crate::model::stage::{Confirmed, Proposal};
use crate::stage;

/// The stage in force and what is proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct StageView {
    /// The region's stage, 1 to 5.
    pub level: i64,
    /// The highest that there is.
    pub of: i64,
    /// Since when; absent before one was ever confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why, in words that the public reads.
    pub note: String,
    /// Districts with a stage of their own.
    pub districts: Vec<DistrictStage>,
    /// What Simpul proposes now.
    pub proposal: ProposalView,
}

/// A district's own stage.
#[derive(Debug, Serialize, ToSchema)]
pub struct DistrictStage {
    /// The Ministry's code.
    pub district: i64,
    /// 2 to 5.
    pub level: i64,
    /// Since when.
    pub since: String,
    /// Why.
    pub note: String,
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalView {
    /// 1 to 5.
    pub level: i64,
    /// Each reason with the stage that it asks for, the strongest first.
    pub reasons: Vec<ReasonView>,
}

/// A reason.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// The stage that it asks for.
    pub level: i64,
    /// Its code, such as `first` or `calls`, with its numbers.
    #[schema(value_type = Object)]
    pub reason: serde_json::Value,
}

impl ProposalView {
    fn of(proposal: &Proposal) -> ProposalView {
        let reason = |why| serde_json::to_value(why).unwrap_or_default();
        let reasons =
            proposal.reasons.iter().map(|(stage, why)| ReasonView { level: stage.level(), reason: reason(why) });
        ProposalView { level: proposal.stage.level(), reasons: reasons.collect() }
    }
}

/// The operation centre's stage: what is in force, and what Simpul proposes with its reasons.
#[utoipa::path(
    get,
    path = "/api/v1/emergency/stage",
    tag = "emergency",
    responses(
        (status = 200, body = StageView, description = "The stage"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key may not"),
    ),
    security(("key" = [])),
)]
pub async fn show(client: Client) -> ApiResult {
    require(&client.ctx, Permission::SeeConsole)?;
    let zone = client.region().zone;
    let mut conn = client.read().await?;
    let found = stage::in_force(&mut conn).await?;
    let proposal = stage::proposal(&mut conn, None, client.now()).await?;
    drop(conn);
    let of_district = |one: &Confirmed| DistrictStage {
        district: one.district.unwrap_or_default(),
        level: one.stage.level(),
        since: iso(one.at, zone),
        note: one.note.clone(),
    };
    Ok(json(&StageView {
        level: found.stage().level(),
        of: 5,
        since: found.region.as_ref().map(|one| iso(one.at, zone)),
        note: found.region.as_ref().map_or_else(String::new, |one| one.note.clone()),
        districts: found.districts.iter().map(of_district).collect(),
        proposal: ProposalView::of(&proposal),
    }))
}
