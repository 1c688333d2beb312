//! Bytes on the wire of a first visit, headers included and photos not: what a page costs everybody.

use simpul_e2e::{Look, Server};

use crate::{AGENCY_OFFICER, begin, sign_in};

/// The home page and a report's page.
const CITIZEN_MAX_BYTES: u64 = 32 * 1024;
/// The form: as the home page, and its script and service worker.
const FORM_MAX_BYTES: u64 = CITIZEN_MAX_BYTES + 8 * 1024;
/// The inbox: as the home page, and htmx with its stream and the keys.
const INBOX_MAX_BYTES: u64 = CITIZEN_MAX_BYTES + 21 * 1024;

#[test]
fn the_home_page_is_small_and_has_no_script() {
    let (_server, browser) = begin(Look::PHONE);
    let bytes = browser.bytes_of("/");
    assert!(bytes <= CITIZEN_MAX_BYTES, "{bytes} bytes");
    assert!(browser.all("script").is_empty());
}

#[test]
fn a_reports_page_is_small_and_has_no_script() {
    let server = Server::start();
    let (_, list) = server.fetch("/laporan");
    let number = list.split("href=\"/laporan/LUTRA").nth(1).and_then(|rest| rest.split(['"', '?']).next());
    let path = format!("/laporan/LUTRA{}", number.expect("the demo has public reports"));
    let browser = server.browse(Look::PHONE);
    let bytes = browser.bytes_of(&path);
    assert!(bytes <= CITIZEN_MAX_BYTES, "{bytes} bytes for {path}");
    assert!(browser.all("script").is_empty());
}

#[test]
fn the_form_is_small() {
    let (_server, browser) = begin(Look::PHONE);
    let bytes = browser.bytes_of("/lapor");
    assert!(bytes <= FORM_MAX_BYTES, "{bytes} bytes");
}

#[test]
fn the_inbox_is_small() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    browser.session_forgets_cache();
    let bytes = browser.bytes_of("/kotak");
    assert!(bytes <= INBOX_MAX_BYTES, "{bytes} bytes");
}
