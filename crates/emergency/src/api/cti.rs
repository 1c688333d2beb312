//! The webhook by which any telephone system tells of calls.

use axum::http::StatusCode;
use simpul_kernel::format::parse_iso;
use simpul_kernel::{Refusal, words};
use simpul_shell::{ApiClient, ApiError, ApiJson, ApiResult, Path, Problem, TrunkScope, json_status};

use super::conflict;
use super::types::{CallState, CtiBody};
use crate::actions::HearCti;
use crate::model::cti::{RECORDING_URL_MAX_CHARS, WORD_MAX_CHARS};
use crate::model::{CtiEvent, CtiKind};

/// A key that is none, or not this line's, is told so in the words of HTTP: 401.
pub(super) fn unknown(mut error: ApiError) -> ApiError {
    if error.0.status == StatusCode::FORBIDDEN {
        error.0.status = StatusCode::UNAUTHORIZED;
    }
    error
}

/// The key is that line's.
pub(super) fn known_trunk(client: ApiClient<TrunkScope>, trunk: &str) -> Result<ApiClient<TrunkScope>, ApiError> {
    match client.key.name == trunk {
        true => Ok(client),
        false => Err(ApiError::status(StatusCode::UNAUTHORIZED, "emergency.trouble.trunk")),
    }
}

fn word(field: &'static str, typed: Option<&String>, most: usize) -> Result<Option<String>, Refusal> {
    let clean = words::clean_line(field, typed.map_or("", String::as_str), most, false)?;
    Ok(Some(clean).filter(|word| !word.is_empty()))
}

fn read(body: &CtiBody) -> Result<CtiEvent, Refusal> {
    let kind = CtiKind::parse(&body.event).ok_or_else(|| {
        let known: Vec<&str> = CtiKind::ALL.iter().map(|kind| kind.name()).collect();
        Refusal::field("event", "emergency.refused.event").with("known", known.join(", "))
    })?;
    let at = body.at.as_str().and_then(parse_iso).ok_or_else(|| Refusal::field("at", "emergency.refused.instant"))?;
    Ok(CtiEvent {
        kind,
        at,
        agent: word("agent", body.agent.as_ref(), WORD_MAX_CHARS)?,
        reason: word("reason", body.reason.as_ref(), WORD_MAX_CHARS)?,
        caller_number: word("caller_number", body.caller_number.as_ref(), WORD_MAX_CHARS)?,
        called_number: word("called_number", body.called_number.as_ref(), WORD_MAX_CHARS)?,
        queue: word("queue", body.queue.as_ref(), WORD_MAX_CHARS)?,
        recording_url: word("recording_url", body.recording_url.as_ref(), RECORDING_URL_MAX_CHARS)?,
    })
}

/// Tells of a call. The same word again changes nothing, and a late one finds its place.
#[utoipa::path(
    post,
    path = "/api/v1/emergency/cti/{trunk}",
    tag = "emergency",
    params(("trunk" = String, Path, description = "The line, as `simpul trunk add` named it")),
    request_body = CtiBody,
    responses(
        (status = 202, body = CallState, description = "Kept: the call's id and where it stands"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "Not this line's key"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "Too many words"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "A field is wrong"),
    ),
    security(("key" = [])),
)]
pub async fn hear(
    client: Result<ApiClient<TrunkScope>, ApiError>,
    Path(trunk): Path<String>,
    body: Result<ApiJson<CtiBody>, ApiError>,
) -> ApiResult {
    let client = known_trunk(client.map_err(unknown)?, &trunk)?;
    let ApiJson(body) = body?;
    let event = read(&body)?;
    let call_id = words::clean_line("call_id", &body.call_id, WORD_MAX_CHARS, true)?;
    let done = client.write(HearCti { trunk, call_id, event, drill: false }).await.map_err(conflict)?;
    Ok(json_status(StatusCode::ACCEPTED, &CallState::from(done)))
}
