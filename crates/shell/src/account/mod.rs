//! The pages of signing in and of one's own account.

mod code;
mod display;
mod lang;
mod link;
mod own;
mod sign_in;

use crate::cookie::CookieName;
use crate::respond::is_own_path;
use crate::{Routes, Site};

/// The shell's own routes.
pub fn routes() -> Routes {
    Routes::new()
        .get("/masuk", sign_in::page)
        .post("/masuk", sign_in::send)
        .get("/masuk/kode", code::page)
        .post("/masuk/kode", code::send)
        .post("/keluar", sign_in::out)
        .get("/akun", own::page)
        .post("/akun/sesi/{id}/akhiri", own::end_session)
        .get("/akun/sandi", own::password_page)
        .post("/akun/sandi", own::password_send)
        .get("/akun/kode", code::enrol_page)
        .post("/akun/kode", code::enrol_send)
        .get("/mulai/{token}", link::page)
        .post("/mulai/{token}", link::send)
        .get("/dinding/masuk", display::page)
        .post("/dinding/masuk", display::send)
        .get("/bahasa", lang::choose)
        .get("/a/{name}", crate::assets::asset)
        .get("/sw.js", crate::assets::service_worker)
        .get("/manifest.webmanifest", crate::assets::manifest)
        .get("/favicon.ico", crate::assets::favicon)
        .get("/healthz", crate::health::healthz)
        .get("/readyz", crate::health::readyz)
        .get("/metrics", crate::health::metrics)
        .api_get("/api/openapi.json", crate::openapi::document)
        .api_get("/api/v1/live", crate::live::events)
        .get("/langsung", crate::live::partials)
}

/// Where an officer goes after signing in, unless on the way elsewhere.
fn next_page(asked: &str) -> String {
    let back = is_own_path(asked) && asked != "/" && !asked.starts_with("/masuk") && !asked.starts_with("/keluar");
    if back { asked.to_owned() } else { "/akun".to_owned() }
}

/// The way after signing in: where one was going, or the first entry of the officer's navigation.
fn after_sign_in(site: &Site, asked: &str, me: Option<&simpul_people::SignedIn>) -> String {
    let next = next_page(asked);
    if next != "/akun" {
        return next;
    }
    let first = me.and_then(|me| {
        let seen = site.app.nav.iter().find(|item| simpul_people::permits(&me.actor, item.need));
        seen.map(|item| item.href.to_owned())
    });
    first.unwrap_or(next)
}

/// Puts a new session in place of whatever stood there before.
fn begin_session(site: &Site, session: &simpul_people::NewSession) {
    let seconds = session.ends_at.micros_since(site.now()) / simpul_kernel::clock::SECOND_MICROS;
    site.visit.drop_cookie(CookieName::Pending);
    site.visit.set_cookie(CookieName::Session, &session.token, Some(seconds.max(1)));
}
