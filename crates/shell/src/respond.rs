//! Answers: pages, pieces of pages, redirects with a word for the next page, JSON.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};

use crate::{PageResult, Trouble};

/// A page, status 200.
///
/// # Errors
/// When the template can't be rendered, which is a bug.
pub fn render(page: &impl Template) -> PageResult {
    render_status(StatusCode::OK, page)
}

/// The page with the form that was refused, status 422.
///
/// # Errors
/// As [`render`].
pub fn render_refused(page: &impl Template) -> PageResult {
    render_status(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A page with a status of its own.
///
/// # Errors
/// As [`render`].
pub fn render_status(status: StatusCode, page: &impl Template) -> PageResult {
    Ok(html(status, page.render()?))
}

/// A piece of a page, for htmx.
///
/// # Errors
/// As [`render`].
pub fn partial(piece: &impl Template) -> PageResult {
    render(piece)
}

/// HTML that a template made.
pub fn html(status: StatusCode, text: String) -> Response {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    answer
}

/// JSON, status 200.
pub fn json(value: &impl Serialize) -> Response {
    json_status(StatusCode::OK, value)
}

/// JSON with a status of its own.
pub fn json_status(status: StatusCode, value: &impl Serialize) -> Response {
    typed(status, "application/json", value)
}

/// JSON of a thing that has just been made, with its address.
pub fn created(location: &str, value: &impl Serialize) -> Response {
    let mut answer = json_status(StatusCode::CREATED, value);
    if let Ok(location) = HeaderValue::try_from(location) {
        answer.headers_mut().insert(header::LOCATION, location);
    }
    answer
}

pub(crate) fn typed(status: StatusCode, media_type: &'static str, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => {
            let mut answer = Response::new(Body::from(bytes));
            *answer.status_mut() = status;
            answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            answer
        }
        Err(error) => Trouble::broken(format!("json: {error}")).into_response(),
    }
}

/// What the next page says first: a sentence of the catalogue with its values. Nothing of a person stands in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    #[serde(rename = "k")]
    pub(crate) key: String,
    #[serde(rename = "a", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) args: Vec<(String, String)>,
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) warns: bool,
}

/// Longest flash that a cookie carries, in bytes.
const FLASH_MAX_BYTES: usize = 1_500;

impl Flash {
    pub(crate) fn to_cookie(&self) -> Option<String> {
        let text = BASE64URL_NOPAD.encode(&serde_json::to_vec(self).ok()?);
        (text.len() <= FLASH_MAX_BYTES).then_some(text)
    }

    pub(crate) fn from_cookie(text: &str) -> Option<Flash> {
        serde_json::from_slice(&BASE64URL_NOPAD.decode(text.as_bytes()).ok()?).ok()
    }
}

/// The way to another page after something was done (303), so that reloading does not do it twice.
#[derive(Debug, Clone)]
pub struct Redirect {
    to: String,
    flash: Option<Flash>,
}

impl Redirect {
    /// To a path of ours. Anything else (another host, a script) becomes the home page.
    pub fn to(path: impl Into<String>) -> Redirect {
        let path = path.into();
        let to = if is_own_path(&path) { path } else { "/".to_owned() };
        Redirect { to, flash: None }
    }

    /// The next page says the sentence `key` first.
    #[must_use]
    pub fn flash(mut self, key: &'static str) -> Redirect {
        self.flash = Some(Flash { key: key.to_owned(), args: Vec::new(), warns: false });
        self
    }

    /// A value for a place of that sentence.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Redirect {
        if let Some(flash) = &mut self.flash {
            flash.args.push((name.to_owned(), value.into()));
        }
        self
    }

    /// The sentence is drawn as a warning.
    #[must_use]
    pub fn warning(mut self) -> Redirect {
        if let Some(flash) = &mut self.flash {
            flash.warns = true;
        }
        self
    }
}

/// A path on this host: one slash, no second one, nothing that a header can't hold.
pub(crate) fn is_own_path(path: &str) -> bool {
    let mut signs = path.chars();
    signs.next() == Some('/')
        && !matches!(signs.next(), Some('/' | '\\'))
        && path.chars().all(|sign| !sign.is_control() && sign != '\\')
}

/// Characters that a header can't hold are written as `%XX`.
fn ascii(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        let mut answer = StatusCode::SEE_OTHER.into_response();
        if let Ok(to) = HeaderValue::try_from(ascii(&self.to)) {
            answer.headers_mut().insert(header::LOCATION, to);
        }
        if let Some(flash) = self.flash {
            answer.extensions_mut().insert(flash);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        for evil in
            ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)", "", "/a\r\nSet-Cookie: x"]
        {
            let answer = Redirect::to(evil).into_response();
            assert_eq!(answer.headers()[header::LOCATION], "/", "{evil}");
        }
        assert_eq!(Redirect::to("/kotak?urut=batas").into_response().headers()[header::LOCATION], "/kotak?urut=batas");
    }

    proptest! {
        #[test]
        fn every_redirect_has_a_location_on_this_host(path in "\\PC{0,40}") {
            let answer = Redirect::to(format!("/{path}")).into_response();
            let to = answer.headers()[header::LOCATION].to_str().unwrap();
            prop_assert!(to.starts_with('/') && !to.starts_with("//"));
        }

        #[test]
        fn any_flash_cookie_is_read_without_a_panic(text in "\\PC{0,60}") {
            let _ = Flash::from_cookie(&text);
        }
    }

    #[test]
    fn corpus_flash() {
        crate::testing::replay("flash", |bytes| drop(Flash::from_cookie(&String::from_utf8_lossy(bytes))));
    }

    #[test]
    fn a_flash_comes_back_as_it_was() {
        let flash = Flash { key: "k".into(), args: vec![("n".into(), "LUTRA-1".into())], warns: true };
        assert_eq!(Flash::from_cookie(&flash.to_cookie().unwrap()), Some(flash));
    }
}
