//! What a body must look like whatever the region and the report are, before anything is asked of them. A wrong shape
//! is 422, as `/api/openapi.json` describes it; what this region or this report as it is now does not allow is 409.

use std::ops::RangeInclusive;

use axum::http::StatusCode;
use simpul_kernel::limits::{LINE_MAX_CHARS, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::{Refusal, words};
use simpul_shell::ApiError;
use utoipa::Modify;
use utoipa::openapi::{OpenApi, RefOr, Schema};

/// Longest code of a category or name of an agency, in characters.
const CODE_MAX_CHARS: usize = 60;

/// A code as categories have it.
pub fn code(field: &'static str, typed: &str) -> Result<(), Refusal> {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.' | '-');
    let good = (1..=CODE_MAX_CHARS).contains(&typed.len()) && typed.chars().all(known);
    if good { Ok(()) } else { Err(Refusal::field(field, "report.api.bad_value")) }
}

/// The short name or id of an agency.
pub fn agency(typed: &str) -> Result<(), Refusal> {
    words::clean_line("agency", typed, CODE_MAX_CHARS, true).map(drop)
}

/// Words that must be there.
pub fn text(field: &'static str, typed: &str) -> Result<(), Refusal> {
    words::clean_text(field, typed, REPORT_TEXT_MAX_CHARS, true).map(drop)
}

/// Words that may be there.
pub fn text_if_any(field: &'static str, typed: Option<&str>) -> Result<(), Refusal> {
    words::clean_text(field, typed.unwrap_or_default(), REPORT_TEXT_MAX_CHARS, false).map(drop)
}

/// A line that must be there.
pub fn line(field: &'static str, typed: &str) -> Result<(), Refusal> {
    words::clean_line(field, typed, LINE_MAX_CHARS, true).map(drop)
}

/// A line that may be there.
pub fn line_if_any(field: &'static str, typed: Option<&str>) -> Result<(), Refusal> {
    words::clean_line(field, typed.unwrap_or_default(), LINE_MAX_CHARS, false).map(drop)
}

/// A number from the first to the last of `range`.
pub fn within(field: &'static str, typed: i64, range: RangeInclusive<i64>) -> Result<i64, Refusal> {
    if range.contains(&typed) { Ok(typed) } else { Err(Refusal::field(field, "report.api.bad_value")) }
}

/// What the region, the report as it is now, or an earlier request with the same key does not allow: 409. The shape was
/// looked at before.
pub fn conflict(error: simpul_store::Error) -> ApiError {
    let may = |refusal: &Refusal| refusal.key != "people.refused.not_allowed";
    let conflicts = matches!(&error, simpul_store::Error::Refused(refusal) if may(refusal));
    let mut answer = ApiError::from(error);
    if conflicts {
        answer.0.status = StatusCode::CONFLICT;
    }
    answer
}

/// Says in the description what one field alone can't: latitude and longitude come together, and a place is needed.
pub struct PlaceNeeded;

impl Modify for PlaceNeeded {
    fn modify(&self, all: &mut OpenApi) {
        let schemas = all.components.as_mut().map(|components| &mut components.schemas);
        let Some(RefOr::T(Schema::Object(report))) = schemas.and_then(|schemas| schemas.get_mut("NewReport")) else {
            return;
        };
        let nowhere = serde_json::json!({ "type": "null" });
        let without_point = |field: &str, value: serde_json::Value| {
            serde_json::json!({
                "required": [field],
                "properties": { "lat": nowhere.clone(), "lon": nowhere.clone(), field: value },
            })
        };
        let whole = serde_json::json!({ "type": "integer" });
        let words = serde_json::json!({ "type": "string", "pattern": r"[^\s\x00-\x1f\x7f-\x9f]" });
        let number = serde_json::json!({ "type": "number" });
        let any_of = serde_json::json!([
            { "required": ["lat", "lon"], "properties": { "lat": number.clone(), "lon": number } },
            without_point("village", whole.clone()),
            without_point("district", whole),
            without_point("landmark", words),
        ]);
        report.extensions.get_or_insert_default().insert("anyOf".to_owned(), any_of);
    }
}
