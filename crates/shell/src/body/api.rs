//! Bodies of requests that programs send: the key stands for the sender, so no token is asked for.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use simpul_kernel::limits::{FORM_BODY_MAX_BYTES, UPLOAD_BODY_MAX_BYTES};

use super::form::{bytes_up_to, media_type};
use super::upload;
use super::{Fields, UploadedFile};
use crate::{ApiError, App};

/// A JSON body as `T`.
#[derive(Debug, Clone)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _app: &App) -> Result<ApiJson<T>, ApiError> {
        let kind = media_type(request.headers().get(header::CONTENT_TYPE));
        if kind != "application/json" && !kind.ends_with("+json") {
            return Err(ApiError::unsupported_media());
        }
        let bytes = bytes_up_to(request, FORM_BODY_MAX_BYTES).await?;
        Ok(ApiJson(from_json(&bytes)?))
    }
}

fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut text).map_err(misshapen)?;
    text.end().map_err(unreadable)?;
    Ok(read)
}

fn misshapen(error: serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let field = error.path().to_string();
    let reason = error.into_inner();
    if !reason.is_data() || field == "." {
        return unreadable(reason);
    }
    ApiError::bad_request("shell.trouble.json_shape").with("field", field).with("reason", reason.to_string())
}

fn unreadable(reason: serde_json::Error) -> ApiError {
    ApiError::bad_request("shell.trouble.json_unreadable").with("reason", reason.to_string())
}

/// A body in whatever coding the program chose: form, form with files, or JSON.
#[derive(Debug, Clone)]
pub struct ApiBody {
    /// The request's headers.
    pub headers: HeaderMap,
    /// The fields of a form; empty for JSON.
    pub fields: Fields,
    /// The files of a form.
    pub files: Vec<UploadedFile>,
    /// The bytes of JSON or of an unknown type; empty for a form.
    pub bytes: Bytes,
}

impl ApiBody {
    /// The JSON body as `T`.
    ///
    /// # Errors
    /// A bad request that says where the text stops being JSON of that shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        from_json(&self.bytes)
    }

    /// The media type in small letters, without parameters.
    pub fn media_type(&self) -> String {
        media_type(self.headers.get(header::CONTENT_TYPE))
    }
}

impl FromRequest<App> for ApiBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<ApiBody, ApiError> {
        let headers = request.headers().clone();
        let mut body = ApiBody { headers, fields: Fields::new(), files: Vec::new(), bytes: Bytes::new() };
        match body.media_type().as_str() {
            "application/x-www-form-urlencoded" | "multipart/form-data" => {
                let form = upload::read(request, app).await?;
                body.fields = form.fields;
                body.files = form.files;
            }
            _ => body.bytes = bytes_up_to(request, UPLOAD_BODY_MAX_BYTES).await?,
        }
        Ok(body)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::from_json;

    #[derive(Debug, Deserialize)]
    struct Sent {
        #[expect(dead_code, reason = "only its shape is asked for")]
        places: Vec<Place>,
    }

    #[derive(Debug, Deserialize)]
    struct Place {
        #[expect(dead_code, reason = "only its shape is asked for")]
        lat: f64,
    }

    fn said(json: &str) -> (&'static str, Vec<(&'static str, String)>) {
        let error = from_json::<Sent>(json.as_bytes()).expect_err("it has not that shape");
        (error.0.says.key, error.0.says.args)
    }

    #[test]
    fn a_wrong_shape_names_the_field_and_a_broken_text_the_place() {
        let (key, args) = said(r#"{"places": [{"lat": 1.0}, {"lat": "north"}]}"#);
        assert_eq!((key, &args[0]), ("shell.trouble.json_shape", &("field", "places[1].lat".to_owned())));
        assert!(args[1].1.contains("line 1"), "{args:?}");
        assert_eq!(said("{\"places\": [").0, "shell.trouble.json_unreadable");
        assert_eq!(said("{}").0, "shell.trouble.json_unreadable", "what is missing is named by the reason");
    }

    #[test]
    fn text_behind_the_end_is_refused() {
        assert_eq!(said(r#"{"places": []} {"places": []}"#).0, "shell.trouble.json_unreadable");
    }
}
