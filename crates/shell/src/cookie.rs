//! The cookies of Simpul: their names, and how they are written and read.

use axum::http::{HeaderMap, HeaderValue, header};

/// Lifetime of the visitor's cookie, in seconds: as long as a phone keeps an unsent report.
pub(crate) const VISITOR_SECONDS: i64 = 30 * 24 * 3600;
/// Lifetime of the choice of language, in seconds.
pub(crate) const LANG_SECONDS: i64 = 365 * 24 * 3600;
/// Lifetime of a message to the next page, in seconds.
pub(crate) const FLASH_SECONDS: i64 = 120;
/// Lifetime of a display's cookie, in seconds. The token itself can be revoked at any time.
pub(crate) const DISPLAY_SECONDS: i64 = 365 * 24 * 3600;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieName {
    /// An officer's session.
    Session,
    /// A sign-in that waits for its code.
    Pending,
    /// A browser that uses forms without signing in.
    Visitor,
    /// A screen that may show the wall.
    Display,
    /// The language chosen.
    Lang,
    /// What the next page says first.
    Flash,
}

impl CookieName {
    /// The cookie's name. On an encrypted connection the prefix binds it to this very host.
    pub(crate) fn text(self, secure: bool) -> &'static str {
        match (self, secure) {
            (CookieName::Session, true) => "__Host-simpul",
            (CookieName::Session, false) => "simpul",
            (CookieName::Pending, true) => "__Host-simpul-p",
            (CookieName::Pending, false) => "simpul-p",
            (CookieName::Visitor, true) => "__Host-simpul-v",
            (CookieName::Visitor, false) => "simpul-v",
            (CookieName::Display, true) => "__Host-simpul-d",
            (CookieName::Display, false) => "simpul-d",
            (CookieName::Lang, true) => "__Host-simpul-l",
            (CookieName::Lang, false) => "simpul-l",
            (CookieName::Flash, true) => "__Host-simpul-f",
            (CookieName::Flash, false) => "simpul-f",
        }
    }
}

/// The value of the first cookie called `name`.
pub(crate) fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, value)| value).filter(|value| !value.is_empty())
}

/// A `Set-Cookie` line; `seconds` of `None` ends with the browser, `0` takes the cookie away.
pub(crate) fn line(name: CookieName, secure: bool, value: &str, seconds: Option<i64>) -> Option<HeaderValue> {
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let only = if secure { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{age}{only}", name.text(secure));
    HeaderValue::try_from(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers =
            HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static("xsimpul=a; simpul=b; simpul-v=c"))]);
        assert_eq!(find(&headers, "simpul"), Some("b"));
        assert_eq!(find(&headers, "simpul-v"), Some("c"));
        assert_eq!(find(&headers, "simpul-d"), None);
    }

    #[test]
    fn on_https_a_session_is_bound_to_the_host() {
        let line = line(CookieName::Session, true, "t", None).unwrap();
        assert_eq!(line, "__Host-simpul=t; Path=/; HttpOnly; SameSite=Lax; Secure");
    }

    proptest! {
        #[test]
        fn any_cookie_header_is_read_without_a_panic(text in "[ -~]{0,80}") {
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(text).unwrap())]);
            let _ = find(&headers, "simpul");
        }
    }
}
