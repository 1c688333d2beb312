//! Files of office programs as answers.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use simpul_kernel::Refusal;
use simpul_shell::Upload;
use simpul_store::{Error, Result};

/// The media type of a deck.
pub const PPTX_TYPE: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
/// The media type of a letter.
pub const DOCX_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The media type of a workbook.
pub const XLSX_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A file to be kept under `name`, which holds letters, digits, hyphens and dots only.
///
/// # Errors
/// When the name holds what no head may.
pub fn attachment(media: &'static str, name: &str, bytes: Vec<u8>) -> Result<Response> {
    let kept = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    let kept = kept.map_err(|error| Error::Broken(error.to_string()))?;
    let media = HeaderValue::from_static(media);
    let private = HeaderValue::from_static("private, no-store");
    let heads = [(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, kept), (header::CACHE_CONTROL, private)];
    Ok((heads, bytes).into_response())
}

/// The file that came in the form's field `file`.
///
/// # Errors
/// `plan.file.missing` where none was chosen, or an empty one; `plan.file.too_large`.
pub fn sent_file(upload: &Upload) -> Result<Vec<u8>> {
    let file = upload.files.iter().find(|file| file.field == "file");
    let file = file.ok_or_else(|| Refusal::field("file", "plan.file.missing"))?;
    if file.too_big { Err(Refusal::field("file", "plan.file.too_large").into()) } else { Ok(file.bytes.to_vec()) }
}
