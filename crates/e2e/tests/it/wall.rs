//! The wall of the operation centre.

use simpul_e2e::{Look, wait_for_up_to};

use crate::report_form::report;
use crate::{ADMINISTRATOR, LEADER, begin, sign_in};

/// Without a sign of life the wall says so after this time, in seconds.
const STALE_SECONDS: u64 = 15;
/// What happens comes to the wall by itself; how soon it does on a quiet machine is measured, not asserted. The limit
/// is here for a machine that draws several browsers at once, and far below the wall's own reload at night.
const LIVE_SECONDS: u64 = 30;
/// A screen whose token was taken back is sent away after this time, in seconds.
const REVOKED_SECONDS: u64 = 30;

#[test]
fn it_is_quiet_accessible_and_legible() {
    let (_server, browser) = begin(Look::WALL);
    sign_in(&browser, LEADER, "/dinding");
    browser.assert_accessible();
    browser.assert_fits();
    browser.assert_quiet();
    browser.picture("dinding");
    let (text, height) = (browser.text(), browser.run("return document.documentElement.scrollHeight"));
    assert!(text.contains("DATA CONTOH"), "{text}");
    assert_eq!(height, 2160, "nothing is below the edge");
}

#[test]
fn it_says_when_data_stop() {
    let (mut server, browser) = begin(Look::WALL);
    sign_in(&browser, LEADER, "/dinding");
    assert!(!browser.find(".stale").is_shown());
    server.stop();
    wait_for_up_to(STALE_SECONDS + 10, "the warning", &mut || browser.find(".stale").is_shown().then_some(()));
    let warning = browser.text_of(".stale");
    assert!(warning.contains("Data berhenti sejak") && warning.contains("WITA"), "{warning}");
    browser.picture("dinding-berhenti");
    let bottom = browser.run("return document.querySelector('.w-top').getBoundingClientRect().bottom");
    let top = browser.run("return document.querySelector('.stale').getBoundingClientRect().top");
    assert!(top.as_f64() >= bottom.as_f64(), "the mark of a demo and the clock stay legible");
}

#[test]
fn it_counts_a_new_report_at_once() {
    let (server, wall) = begin(Look::WALL);
    sign_in(&wall, LEADER, "/dinding");
    let received = || wall.text_of(".big.new b");
    let before = received();
    report(&server.browse(Look::PHONE.without_scripts()));
    wait_for_up_to(LIVE_SECONDS, "the new number", &mut || (received() != before).then_some(()));
    wall.assert_quiet();
}

#[test]
fn a_screen_needs_a_link_and_no_account_until_the_link_is_taken_back() {
    let (server, admin) = begin(Look::DESK);
    sign_in(&admin, ADMINISTRATOR, "/admin/layar");
    admin.find("main form input[name=name]").type_in("dinding uji");
    admin.follow("Tambah layar");
    admin.assert_accessible();
    let link = admin.text_of(".secret code");
    let path = link.strip_prefix(server.url()).unwrap_or_else(|| panic!("{link} leads elsewhere"));
    let wall = server.browse(Look::WALL);
    wall.go(path);
    assert_eq!(wall.path(), "/dinding", "{}", wall.text());
    wall.assert_accessible();
    wall.assert_fits();
    let before = wall.text_of(".big.new b");
    report(&server.browse(Look::PHONE.without_scripts()));
    let counted = || (wall.text_of(".big.new b") != before).then_some(());
    wait_for_up_to(LIVE_SECONDS, "the new number", &mut { counted });
    wall.assert_quiet();

    admin.go("/admin/layar");
    assert_eq!(admin.all("a[href$='/cabut']").len(), 1, "{}", admin.text());
    admin.leaving(|| admin.find("a[href$='/cabut']").click());
    admin.assert_accessible();
    admin.follow("Cabut layar");
    admin.assert_quiet();
    wait_for_up_to(REVOKED_SECONDS, "the refusal", &mut || (wall.path() == "/dinding/masuk").then_some(()));
    let refusal = wall.text();
    assert!(refusal.contains("token dari admin"), "{refusal}");
    wall.assert_accessible();
    wall.assert_fits();
    wall.picture("dinding-dicabut");
    wall.go(path);
    assert_eq!(wall.path(), path, "an old link opens nothing: {}", wall.text());
    wall.assert_accessible();
}
