//! A form that a page of ours sent.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use simpul_kernel::limits::FORM_BODY_MAX_BYTES;
use uuid::Uuid;

use super::{Fields, Typed};
use crate::{App, PageError, csrf};

/// The fields of a form, also as the handler's own type `T`. Its token has been checked.
#[derive(Debug, Clone)]
pub struct Form<T = Fields> {
    /// The fields as `T`; `T` made of texts with `#[serde(default)]` never fails.
    pub value: T,
    /// The fields as they were typed.
    pub fields: Fields,
}

impl<T> Form<T> {
    /// The idempotency key that the page put into the form.
    pub fn key(&self) -> Option<Uuid> {
        self.fields.key()
    }
}

impl<T> Typed for Form<T> {
    fn typed(&self) -> &Fields {
        &self.fields
    }
}

/// Reads a body up to `most` bytes.
pub(crate) async fn bytes_up_to(request: Request, most: usize) -> Result<Bytes, PageError> {
    let said = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if said.is_some_and(|length: usize| length > most) {
        return Err(too_long(most));
    }
    let limited = http_body_util::Limited::new(request.into_body(), most);
    match http_body_util::BodyExt::collect(limited).await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Err(too_long(most)),
        Err(_) => Err(PageError::bad_request("shell.trouble.form_cut_off")),
    }
}

fn too_long(most: usize) -> PageError {
    PageError::status(StatusCode::PAYLOAD_TOO_LARGE, "shell.trouble.too_large_body")
        .with("most", (most / 1024).to_string())
}

/// The media type without its parameters, in small letters.
pub(crate) fn media_type(value: Option<&HeaderValue>) -> String {
    let text = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

impl<T: DeserializeOwned> FromRequest<App> for Form<T> {
    type Rejection = PageError;

    async fn from_request(request: Request, _app: &App) -> Result<Form<T>, PageError> {
        if media_type(request.headers().get(header::CONTENT_TYPE)) != "application/x-www-form-urlencoded" {
            return Err(PageError::bad_request("shell.trouble.form_unreadable"));
        }
        let proof = csrf::Proof::of(request.extensions(), request.headers());
        let fields = Fields::parse(&bytes_up_to(request, FORM_BODY_MAX_BYTES).await?)?;
        proof.check(&fields)?;
        Ok(Form { value: fields.read()?, fields })
    }
}

impl<'de> serde::Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        let pairs = Pairs::deserialize(deserializer)?;
        let mut fields = Fields::new();
        pairs.0.into_iter().for_each(|(name, value)| fields.add(name, value));
        Ok(fields)
    }
}

/// Pairs read from a map, keeping names that stand twice.
struct Pairs(Vec<(String, String)>);

impl<'de> serde::Deserialize<'de> for Pairs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Pairs;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the fields of a form")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}
