//! What a program is told when something does not work, as `/api/openapi.json` describes it.

use serde::Serialize;
use utoipa::ToSchema;

/// What went wrong (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Which kind of trouble, as a URN.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do, in the language asked for.
    pub detail: String,
    /// The request, for whoever asks the operator about it.
    pub instance: String,
    /// What is wrong with each field.
    #[serde(default)]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// The sentence's key, for programs.
    pub key: String,
    /// The sentence.
    pub detail: String,
}
