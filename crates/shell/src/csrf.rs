//! That a form came from our own page: the browser's word on where the request began, and a token in the form that
//! only a page of this browser can hold.

use std::sync::Arc;

use axum::http::{Extensions, HeaderMap, Method, header};
use data_encoding::BASE64URL_NOPAD;

use crate::cookie::CookieName;
use crate::digest::digest;
use crate::visit::Visit;
use crate::{Fields, PageError};

/// The form's field that holds the token.
pub(crate) const TOKEN_FIELD: &str = "csrf";
/// A header that a page of another origin can't send without asking first: our own scripts send it in place of the
/// token, which a queued report may have outlived.
pub(crate) const OWN_SCRIPT_HEADER: &str = "x-simpul";
/// Bytes of the token.
const TOKEN_BYTES: usize = 16;

/// The token of this visit for a new form: from the session where there is one, else from the visitor's cookie.
/// It is masked with fresh bytes each time, so that compressing the page tells nothing of it.
pub(crate) fn token(visit: &Visit) -> String {
    let secret = match visit.session() {
        Some(session) => session.to_owned(),
        None => visit.visitor().secret().to_owned(),
    };
    let mut mask = [0u8; TOKEN_BYTES];
    visit.env().entropy.fill(&mut mask);
    let mut bytes = Vec::with_capacity(2 * TOKEN_BYTES);
    bytes.extend_from_slice(&mask);
    bytes.extend(bare(&secret).iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    BASE64URL_NOPAD.encode(&bytes)
}

fn bare(secret: &str) -> [u8; TOKEN_BYTES] {
    let mut token = [0; TOKEN_BYTES];
    token.copy_from_slice(&digest("simpul form", secret)[..TOKEN_BYTES]);
    token
}

/// Whether `given` was made from `secret`. Takes the same time whatever the difference.
fn is_from(given: &str, secret: &str) -> bool {
    let Ok(bytes) = BASE64URL_NOPAD.decode(given.as_bytes()) else { return false };
    if bytes.len() != 2 * TOKEN_BYTES {
        return false;
    }
    let (mask, masked) = bytes.split_at(TOKEN_BYTES);
    let wanted = bare(secret);
    let difference = masked
        .iter()
        .zip(mask)
        .zip(wanted)
        .fold(0, |difference, ((byte, mask), want)| difference | (byte ^ mask ^ want));
    difference == 0
}

/// Whether a request that changes something began on a page of ours, as far as the browser says.
/// Old browsers say nothing; then the token alone decides.
pub(crate) fn began_here(visit: &Visit) -> bool {
    if matches!(visit.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    if let Some(site) = visit.headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match visit.headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
        None => true,
        Some(origin) => {
            let host = visit.authority();
            let scheme = if visit.secure { "https://" } else { "http://" };
            origin.strip_prefix(scheme).is_some_and(|named| named.eq_ignore_ascii_case(host))
        }
    }
}

/// What the request offers in proof, taken before its body is read.
pub(crate) struct Proof {
    visit: Option<Arc<Visit>>,
    own_script: bool,
}

impl Proof {
    pub(crate) fn of(extensions: &Extensions, headers: &HeaderMap) -> Proof {
        let from_here = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
        Proof { visit: Visit::of(extensions), own_script: from_here && headers.contains_key(OWN_SCRIPT_HEADER) }
    }

    /// Holds the form's token against the cookies.
    pub(crate) fn check(&self, fields: &Fields) -> Result<(), PageError> {
        let Some(visit) = &self.visit else { return Err(PageError::stale_form()) };
        if !began_here(visit) {
            return Err(PageError::stale_form());
        }
        if self.own_script {
            return Ok(());
        }
        let given = fields.get(TOKEN_FIELD);
        // A form that was opened before signing in carries the visitor's token and stays good.
        let visitor = visit.known_visitor();
        let secrets = visit.cookie(CookieName::Session).into_iter().chain(visitor.as_ref().map(|one| one.secret()));
        if secrets.into_iter().any(|secret| is_from(given, secret)) { Ok(()) } else { Err(PageError::stale_form()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::visit;
    use proptest::prelude::*;

    fn sent(cookie: &str, token: &str, extra: &[(&str, &str)]) -> bool {
        let mut headers = vec![("cookie", cookie), ("host", "lutra.test")];
        headers.extend_from_slice(extra);
        let visit = Arc::new(visit(Method::POST, "/x", &headers));
        let mut extensions = Extensions::new();
        extensions.insert(visit.clone());
        let mut fields = Fields::new();
        fields.add(TOKEN_FIELD, token);
        Proof::of(&extensions, &visit.headers).check(&fields).is_ok()
    }

    fn token_of(cookie: &str) -> String {
        token(&visit(Method::GET, "/x", &[("cookie", cookie)]))
    }

    #[test]
    fn a_token_is_good_for_its_own_session_only() {
        let token = token_of("simpul=one");
        assert!(sent("simpul=one", &token, &[]));
        assert!(!sent("simpul=two", &token, &[]));
        assert!(!sent("", &token, &[]));
        assert!(!sent("simpul=one", "", &[]));
    }

    #[test]
    fn every_form_has_another_token_and_all_are_good() {
        let (first, second) = (token_of("simpul=one"), token_of("simpul=one"));
        assert_ne!(first, second);
        assert!(sent("simpul=one", &first, &[]) && sent("simpul=one", &second, &[]));
    }

    #[test]
    fn a_form_of_another_site_is_refused_even_with_the_token() {
        let token = token_of("simpul=one");
        assert!(!sent("simpul=one", &token, &[("sec-fetch-site", "cross-site")]));
        assert!(!sent("simpul=one", &token, &[("sec-fetch-site", "same-site")]));
        assert!(!sent("simpul=one", &token, &[("origin", "http://evil.test")]));
        assert!(!sent("simpul=one", &token, &[("origin", "null")]));
        assert!(sent("simpul=one", &token, &[("origin", "http://lutra.test")]));
    }

    #[test]
    fn our_own_script_needs_no_token_and_nobody_else_can_pose_as_it() {
        assert!(sent("", "", &[("sec-fetch-site", "same-origin"), ("x-simpul", "1")]));
        assert!(!sent("", "", &[("x-simpul", "1")]));
        assert!(!sent("", "", &[("sec-fetch-site", "cross-site"), ("x-simpul", "1")]));
    }

    proptest! {
        #[test]
        fn no_other_text_is_a_token(text in "\\PC{0,60}") {
            prop_assert!(!is_from(&text, "secret"));
        }
    }
}
