//! A form with files.

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::{StatusCode, header};
use bytes::{Bytes, BytesMut};
use simpul_kernel::limits::{
    FORM_BODY_MAX_BYTES, FORM_FIELDS_MAX_COUNT, FORM_FILES_MAX_COUNT, LINE_MAX_CHARS, PHOTO_MAX_BYTES,
    UPLOAD_BODY_MAX_BYTES,
};
use uuid::Uuid;

use super::form::{bytes_up_to, media_type};
use super::{Fields, Typed};
use crate::{App, PageError, csrf};

/// One file as it was sent: nothing is known of it yet, least of all its type.
#[derive(Debug, Clone)]
pub struct UploadedFile {
    /// The form's name for it.
    pub field: String,
    /// What the sender's device called it, cut to a line; never a path to write to.
    pub name: String,
    /// Its bytes; empty when it was too big.
    pub bytes: Bytes,
    /// It was larger than a photo may be and has not been kept.
    pub too_big: bool,
}

/// The fields and files of a form. Its token has been checked. A form without files may come as a plain one.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The fields as they were typed.
    pub fields: Fields,
    /// The files in order; inputs left empty are not among them.
    pub files: Vec<UploadedFile>,
}

impl Upload {
    /// The idempotency key that the page put into the form.
    pub fn key(&self) -> Option<Uuid> {
        self.fields.key()
    }
}

impl Typed for Upload {
    fn typed(&self) -> &Fields {
        &self.fields
    }
}

impl FromRequest<App> for Upload {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Upload, PageError> {
        let proof = csrf::Proof::of(request.extensions(), request.headers());
        let upload = read(request, app).await?;
        proof.check(&upload.fields)?;
        Ok(upload)
    }
}

/// Reads a form in either coding, without asking for a token.
pub(crate) async fn read(mut request: Request, app: &App) -> Result<Upload, PageError> {
    match media_type(request.headers().get(header::CONTENT_TYPE)).as_str() {
        "application/x-www-form-urlencoded" => {
            let fields = Fields::parse(&bytes_up_to(request, FORM_BODY_MAX_BYTES).await?)?;
            Ok(Upload { fields, files: Vec::new() })
        }
        "multipart/form-data" => {
            DefaultBodyLimit::max(UPLOAD_BODY_MAX_BYTES).apply(&mut request);
            let parts = Multipart::from_request(request, app).await;
            read_parts(parts.map_err(|_| PageError::bad_request("shell.trouble.form_unreadable"))?).await
        }
        _ => Err(PageError::bad_request("shell.trouble.form_unreadable")),
    }
}

async fn read_parts(mut parts: Multipart) -> Result<Upload, PageError> {
    let mut upload = Upload::default();
    let mut text_bytes = 0;
    while let Some(part) = parts.next_field().await.map_err(cut_off)? {
        let field = part.name().unwrap_or_default().to_owned();
        let Some(name) = part.file_name().map(shown_name) else {
            let (value, too_big) = bytes_of(part, FORM_BODY_MAX_BYTES - text_bytes).await?;
            text_bytes += value.len();
            if too_big || upload.fields.pairs().count() >= FORM_FIELDS_MAX_COUNT {
                return Err(PageError::too_large());
            }
            upload.fields.add(field, String::from_utf8_lossy(&value));
            continue;
        };
        let (bytes, too_big) = bytes_of(part, PHOTO_MAX_BYTES).await?;
        if upload.files.len() >= FORM_FILES_MAX_COUNT {
            return Err(PageError::too_large());
        }
        // A browser sends an empty part for an input that was left alone.
        if !bytes.is_empty() || too_big {
            upload.files.push(UploadedFile { field, name, bytes, too_big });
        }
    }
    Ok(upload)
}

/// Up to `most` bytes of a part; what is larger is read to its end and dropped, so that the person gets an answer
/// that names the file instead of a broken connection.
async fn bytes_of(mut part: Field<'_>, most: usize) -> Result<(Bytes, bool), PageError> {
    let mut kept = BytesMut::new();
    let mut too_big = false;
    while let Some(chunk) = part.chunk().await.map_err(cut_off)? {
        too_big |= kept.len() + chunk.len() > most;
        if too_big {
            kept = BytesMut::new();
        } else {
            kept.extend_from_slice(&chunk);
        }
    }
    Ok((kept.freeze(), too_big))
}

fn cut_off(error: MultipartError) -> PageError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => PageError::too_large(),
        _ => PageError::bad_request("shell.trouble.form_cut_off"),
    }
}

/// The last part of whatever path the device sent, without control characters.
fn shown_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|sign| !sign.is_control()).take(LINE_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_never_a_path() {
        assert_eq!(shown_name("../../etc/passwd"), "passwd");
        assert_eq!(shown_name("C:\\foto\\lampu.jpg"), "lampu.jpg");
        assert_eq!(shown_name("a\0b\n.jpg"), "ab.jpg");
    }
}
