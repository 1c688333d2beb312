//! What happens when nobody acts: the clock runs ahead, and the report goes up or comes to its end by itself.

use simpul_e2e::{Browser, Look, wait_for_up_to};

use crate::report_form::report;
use crate::{AGENCY_OFFICER, begin, sign_in};

/// Longest wait for the ticker, in seconds: after a leap it has a whole region's missed deadlines to call.
const TICKER_SECONDS: u64 = 90;

/// Waits until the page at `path` says `words`.
#[track_caller]
fn says_in_time(browser: &Browser, path: &str, words: &str) {
    wait_for_up_to(TICKER_SECONDS, words, &mut || {
        browser.go(path);
        browser.text().contains(words).then_some(())
    });
}

#[test]
fn a_report_that_nobody_touches_goes_up_the_ladder() {
    let (mut server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let page = format!("/laporan/{number}");
    citizen.go(&page);
    assert!(!citizen.text().contains("Lewat batas waktu"), "{}", citizen.text());

    // A leap of two weeks holds a working day, whatever holidays lie in it.
    server.restart_ahead(30);
    says_in_time(&citizen, &page, "Lewat batas waktu");
    let officer = server.browse(Look::DESK);
    let desk = format!("/kotak/{number}");
    sign_in(&officer, AGENCY_OFFICER, &desk);
    says_in_time(&officer, &desk, "Kepala perangkat daerah");
    officer.picture("kotak-terlambat");

    server.restart_ahead(44);
    says_in_time(&citizen, &page, "Asisten");
    server.restart_ahead(58);
    says_in_time(&citizen, &page, "Sekretaris Daerah (Sekda)");
    assert!(citizen.text().contains("Anda tidak perlu melapor lagi"), "{}", citizen.text());
    citizen.picture("laporan-terlambat");
}
