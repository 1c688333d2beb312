//! The wall of the operation centre.

use simpul_e2e::{Look, wait_for_up_to};

use crate::report_form::report;
use crate::{LEADER, begin, sign_in};

/// Without a sign of life the wall says so after this time, in seconds.
const STALE_SECONDS: u64 = 15;
/// What happens is on the wall after this time, in seconds; the wall asks for its figures at most once a second.
const LIVE_SECONDS: u64 = 3;

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
    let warning = browser.find(".stale").text();
    assert!(warning.contains("Data berhenti sejak") && warning.contains("WITA"), "{warning}");
    browser.picture("dinding-berhenti");
}

#[test]
fn it_counts_a_new_report_at_once() {
    let (server, wall) = begin(Look::WALL);
    sign_in(&wall, LEADER, "/dinding");
    let received = || wall.find(".big.new b").text();
    let before = received();
    report(&server.browse(Look::PHONE.without_scripts()));
    wait_for_up_to(LIVE_SECONDS, "the new number", &mut || (received() != before).then_some(()));
    wall.assert_quiet();
}
