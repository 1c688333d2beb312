//! Journeys through Simpul in a real browser.
#![expect(clippy::expect_used, reason = "a test stops at the first surprise")]

mod budgets;
mod console;
mod crew;
mod harness;
mod inbox;
mod journeys;
mod late;
mod leader;
mod meeting;
mod offline;
mod pages;
mod place;
mod plan;
mod queue_trouble;
mod report_form;
mod same_report;
mod unfinished;
mod wall;

use simpul_e2e::{Browser, Look, Server};

/// The demo's accounts, all with one password that the sign-in page shows.
pub const PASSWORD: &str = "contoh-simpul-2026";
/// Sees and steers all reports.
pub const COORDINATOR: &str = "koordinator@contoh.simpul";
/// Answers for the street lights.
pub const AGENCY_OFFICER: &str = "dishub@contoh.simpul";
/// Administers the region.
pub const ADMINISTRATOR: &str = "admin@contoh.simpul";
/// The regent.
pub const LEADER: &str = "pimpinan@contoh.simpul";

/// Signs in as an officer does, and ends where `path` leads.
#[track_caller]
pub fn sign_in(browser: &Browser, email: &str, path: &str) {
    browser.go(&format!("/masuk?ke={path}"));
    browser.find("main form input[name=login]:not([type=hidden])").fill(email);
    browser.find("main form input[name=password]:not([type=hidden])").fill(PASSWORD);
    browser.leaving(|| browser.press(simpul_e2e::ENTER));
    assert_eq!(browser.path(), path, "{}", browser.text());
}

/// A server and a browser before it.
pub fn begin(look: Look) -> (Server, Browser) {
    let server = Server::start();
    let browser = server.browse(look);
    (server, browser)
}
