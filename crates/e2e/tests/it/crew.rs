//! A crew's phone: what is pressed without a signal goes when there is one, with the time at which it was pressed.

use simpul_e2e::{Browser, Look, wait_for};

use crate::{begin, sign_in};

/// Keeps units and their keys.
const SUPERVISOR: &str = "supervisor112@contoh.simpul";

/// Gives the unit a key and answers the path of its crew's page.
fn crew_page(browser: &Browser, unit: &str) -> String {
    sign_in(browser, SUPERVISOR, "/112/atur");
    browser.assert_accessible();
    browser.assert_fits();
    browser.picture("112-atur");
    browser.follow(unit);
    browser.assert_accessible();
    browser.leaving(|| browser.saying("Buat kunci").click());
    browser.assert_accessible();
    let address = browser.text_of("code");
    let path = address.find("/112/unit/").map(|place| address[place..].to_owned());
    path.expect("the address of the crew's page")
}

#[test]
fn a_step_without_signal_waits_on_the_phone_and_goes_by_itself() {
    let (server, desk) = begin(Look::DESK);
    let path = crew_page(&desk, "DK-1");
    let phone = server.browse(Look::PHONE);
    phone.go(&path);
    phone.assert_accessible();
    phone.assert_fits();
    phone.picture("112-kru");
    phone.set_offline(true);
    phone.saying("Tiba di lokasi").click();
    wait_for("what waits", || phone.text().contains("1 belum terkirim").then_some(()));
    phone.assert_accessible();
    phone.set_offline(false);
    wait_for("the next step", || phone.text().contains("Membawa pasien").then_some(()));
    assert!(!phone.text().contains("belum terkirim"), "{}", phone.text());
    desk.go("/112");
    assert!(desk.text().contains("DK-1 tiba"), "{}", desk.text());
}

/// Whether the crew's page lies ready on the phone.
const PAGE_IS_KEPT: &str = "return window.caches.open('simpul-awak-1').then(c => c.keys()).then(k => k.length === 1)";

#[test]
fn the_page_opens_without_signal_as_it_last_came_and_what_was_pressed_goes_later() {
    let (mut server, desk) = begin(Look::DESK);
    let path = crew_page(&desk, "DK-1");
    let phone = server.browse(Look::PHONE);
    phone.go(&path);
    wait_for("the kept page", || (phone.run(PAGE_IS_KEPT) == true).then_some(()));
    assert!(!phone.text().contains("Tidak ada sinyal."), "{}", phone.text());
    server.stop();
    phone.saying("Tiba di lokasi").click();
    wait_for("what waits", || phone.text().contains("1 belum terkirim").then_some(()));
    phone.go(&path);
    wait_for("the last state", || phone.text().contains("Tidak ada sinyal. Ini keadaan terakhir").then_some(()));
    wait_for("what still waits", || phone.text().contains("1 belum terkirim").then_some(()));
    assert!(phone.text().contains("Tiba di lokasi"), "its own dispatch stands there: {}", phone.text());
    phone.assert_accessible();
    phone.assert_fits();
    phone.picture("112-kru-tanpa-sinyal");
    server.restart();
    wait_for("the next step", || phone.text().contains("Membawa pasien").then_some(()));
    assert!(
        !phone.text().contains("belum terkirim") && !phone.text().contains("Tidak ada sinyal."),
        "{}",
        phone.text()
    );
}
