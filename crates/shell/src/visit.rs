//! What the shell knows of one request before anybody has looked at who is asking: where it came from, in which
//! language, and which cookies the answer will set.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use axum::http::{Extensions, HeaderMap, HeaderValue, Method, Uri, header};
use data_encoding::BASE64URL_NOPAD;
use simpul_kernel::Env;
use simpul_kernel::format::Lang;
use uuid::Uuid;

use crate::cookie::{self, CookieName};

/// One request, as the front saw it come in.
#[derive(Debug)]
pub struct Visit {
    /// The request's id: in the log, and on error pages so that a person can name it at the telephone.
    pub id: String,
    /// The method.
    pub method: Method,
    /// Path and query.
    pub uri: Uri,
    /// Headers, cookies among them.
    pub headers: HeaderMap,
    /// The sender's address; behind a trusted proxy, the one that it names.
    pub address: IpAddr,
    /// Whether somebody claims, without being trusted, to have passed the request on.
    pub forwarded_by_stranger: bool,
    /// Whether the person's connection is encrypted, so that cookies may bear the `__Host-` prefix.
    pub secure: bool,
    env: Env,
    visitor: OnceLock<Visitor>,
    session_ended: AtomicBool,
    confidential: AtomicBool,
    cookies: Mutex<Vec<HeaderValue>>,
}

/// A browser that has asked for a page with a form: a secret of its own, kept in a cookie for 30 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    secret: String,
}

impl Visitor {
    /// The id under which rooms keep what belongs to this browser, such as a draft. It does not tell the cookie.
    pub fn id(&self) -> Uuid {
        let digest = crate::digest::digest("simpul visitor", &self.secret);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }
}

/// Characters of a visitor's secret: 32 bytes in base64url.
const SECRET_CHARS: usize = 43;

impl Visit {
    pub(crate) fn new(env: Env, request: &axum::extract::Request, peer: Peer) -> Visit {
        let mut id = [0u8; 6];
        env.entropy.fill(&mut id);
        Visit {
            id: data_encoding::HEXLOWER.encode(&id),
            method: request.method().clone(),
            uri: request.uri().clone(),
            headers: request.headers().clone(),
            address: peer.address,
            forwarded_by_stranger: peer.forwarded_by_stranger,
            secure: peer.secure,
            env,
            visitor: OnceLock::new(),
            session_ended: AtomicBool::new(false),
            confidential: AtomicBool::new(false),
            cookies: Mutex::new(Vec::new()),
        }
    }

    /// The visit of the request that these extensions belong to.
    pub(crate) fn of(extensions: &Extensions) -> Option<std::sync::Arc<Visit>> {
        extensions.get().cloned()
    }

    /// The host that was asked for, with its port if one was named.
    pub fn authority(&self) -> &str {
        let named = self.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        named.or_else(|| self.uri.authority().map(|authority| authority.as_str())).unwrap_or_default()
    }

    /// The host that was asked for, in small letters, without the port.
    pub fn host(&self) -> String {
        let host = self.authority();
        let without_port = match host.rsplit_once(':') {
            Some((name, port)) if port.chars().all(|sign| sign.is_ascii_digit()) => name,
            _ => host,
        };
        without_port.to_ascii_lowercase()
    }

    /// The path without the query.
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// Whether the answer goes to a program and not to a person.
    pub fn is_api(&self) -> bool {
        self.path().starts_with("/api/")
    }

    /// Whether htmx asks, which wants a piece of a page.
    pub fn is_htmx(&self) -> bool {
        self.headers.contains_key("hx-request")
    }

    /// The value of a cookie of ours.
    pub fn cookie(&self, name: CookieName) -> Option<&str> {
        cookie::find(&self.headers, name.text(self.secure))
    }

    /// The session's cookie, unless it was found to be of a session that has ended.
    pub(crate) fn session(&self) -> Option<&str> {
        self.cookie(CookieName::Session).filter(|_| !self.session_ended.load(Ordering::Relaxed))
    }

    /// The cookie's session has ended: it goes with the answer, and forms of this answer do not count on it.
    pub(crate) fn forget_session(&self) {
        self.session_ended.store(true, Ordering::Relaxed);
        self.drop_cookie(CookieName::Session);
    }

    /// The answer is for this officer's eyes: no browser keeps it, so that "back" after signing out shows nothing.
    pub(crate) fn keep_confidential(&self) {
        self.confidential.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_confidential(&self) -> bool {
        self.confidential.load(Ordering::Relaxed)
    }

    /// Whether the request comes from the machine itself and nobody has passed it on.
    pub fn is_local(&self) -> bool {
        self.address.is_loopback() && !self.forwarded_by_stranger
    }

    /// Sets a cookie with the answer.
    pub(crate) fn set_cookie(&self, name: CookieName, value: &str, seconds: Option<i64>) {
        if let Some(line) = cookie::line(name, self.secure, value, seconds) {
            self.cookies.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        }
    }

    /// Takes a cookie away with the answer.
    pub(crate) fn drop_cookie(&self, name: CookieName) {
        self.set_cookie(name, "", Some(0));
    }

    pub(crate) fn take_cookies(&self) -> Vec<HeaderValue> {
        std::mem::take(&mut *self.cookies.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The visitor that the request's cookie names, if it has one.
    pub(crate) fn known_visitor(&self) -> Option<Visitor> {
        let secret = self.cookie(CookieName::Visitor)?;
        let well_formed = secret.len() == SECRET_CHARS
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        well_formed.then(|| Visitor { secret: secret.to_owned() })
    }

    /// The visitor; a browser without one gets the cookie with this answer.
    pub fn visitor(&self) -> Visitor {
        let made = self.visitor.get_or_init(|| {
            let visitor =
                self.known_visitor().unwrap_or_else(|| Visitor { secret: BASE64URL_NOPAD.encode(&self.env.secret()) });
            // Set again each time, so that it lives for 30 days after the last form.
            self.set_cookie(CookieName::Visitor, visitor.secret(), Some(cookie::VISITOR_SECONDS));
            visitor
        });
        made.clone()
    }

    /// The language: what the address says, then what was chosen before, then what the browser prefers.
    pub fn lang(&self) -> Lang {
        let asked = self.uri.query().and_then(|query| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == "lang")
        });
        let parse = |text: &str| match text {
            "id" => Some(Lang::Id),
            "en" => Some(Lang::En),
            _ => None,
        };
        asked
            .and_then(|(_, value)| parse(value))
            .or_else(|| self.cookie(CookieName::Lang).and_then(parse))
            .unwrap_or_else(|| preferred(self.headers.get(header::ACCEPT_LANGUAGE)))
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub address: IpAddr,
    pub secure: bool,
    pub forwarded_by_stranger: bool,
}

/// English only where the browser puts it before Indonesian: the site's own language is Indonesian.
fn preferred(header: Option<&HeaderValue>) -> Lang {
    let Some(text) = header.and_then(|header| header.to_str().ok()) else { return Lang::Id };
    let mut best = (Lang::Id, 0.0f32);
    for part in text.split(',').take(20) {
        let mut words = part.split(';').map(str::trim);
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        let weight = words.find_map(|word| word.strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
        let lang = match name.split('-').next() {
            Some("id" | "in" | "ms" | "jv" | "su") => Lang::Id,
            Some("en") => Lang::En,
            _ => continue,
        };
        if weight > best.1 {
            best = (lang, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lang_of(header: &str) -> Lang {
        preferred(HeaderValue::from_str(header).ok().as_ref())
    }

    #[test]
    fn indonesian_is_the_language_of_the_site() {
        assert_eq!(preferred(None), Lang::Id);
        assert_eq!(lang_of("id-ID,id;q=0.9,en-US;q=0.8"), Lang::Id);
        assert_eq!(lang_of("en-GB,en;q=0.9"), Lang::En);
        assert_eq!(lang_of("en;q=0.1,id;q=0.9"), Lang::Id);
        assert_eq!(lang_of("fr"), Lang::Id);
    }

    proptest! {
        #[test]
        fn any_header_gives_a_language(text in "[ -~]{0,60}") {
            let _ = lang_of(&text);
        }
    }
}
