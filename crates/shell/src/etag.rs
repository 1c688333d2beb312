//! Answers that need not be sent again.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

/// A strong tag of `bytes`.
pub fn of(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("\"{}\"", data_encoding::BASE64URL_NOPAD.encode(&digest[..15]))
}

/// Whether `If-None-Match` names `tag`. The comparison is the weak one, as RFC 9110 asks for here.
pub fn matches(seen: &HeaderValue, tag: &str) -> bool {
    let bare = |text: &str| text.trim().trim_start_matches("W/").to_owned();
    let Ok(seen) = seen.to_str() else { return false };
    seen.trim() == "*" || seen.split(',').any(|one| bare(one) == bare(tag))
}

/// `bytes` with their tag, or 304 when the asker has them.
pub fn answer(asked: &HeaderMap, media_type: &'static str, bytes: impl Into<Bytes>) -> Response {
    let bytes = bytes.into();
    let tag = of(&bytes);
    let unchanged = asked.get(header::IF_NONE_MATCH).is_some_and(|seen| matches(seen, &tag));
    let mut answer = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let mut answer = Response::new(Body::from(bytes));
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
        answer
    };
    if let Ok(tag) = HeaderValue::try_from(tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_bytes_are_sent_once() {
        let first = answer(&HeaderMap::new(), "application/json", "{}");
        assert_eq!(first.status(), StatusCode::OK);
        let mut asked = HeaderMap::new();
        asked.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
        assert_eq!(answer(&asked, "application/json", "{}").status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(&asked, "application/json", "{ }").status(), StatusCode::OK);
    }

    #[test]
    fn a_list_of_tags_and_weak_ones_are_understood() {
        let seen = HeaderValue::from_static("\"a\", W/\"b\"");
        assert!(matches(&seen, "\"b\"") && !matches(&seen, "\"c\""));
        assert!(matches(&HeaderValue::from_static("*"), "\"x\""));
    }
}
