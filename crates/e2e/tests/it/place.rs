//! The place of a report from the phone's own position.

use simpul_e2e::{Browser, Look, wait_for};

use crate::begin;

/// In the town of Masamba.
const IN_TOWN: (f64, f64) = (-2.5499, 120.3266);

fn to_the_place(browser: &Browser) {
    browser.go("/lapor");
    browser.find("label:has(input[name=category][value=lampu_jalan])").click();
    browser.visible("[data-next]").click();
}

fn said(browser: &Browser) -> String {
    browser.find("[data-gps-out]").text()
}

fn point(browser: &Browser) -> String {
    browser.find("[name=lat]").value()
}

#[test]
fn the_phones_position_is_taken_after_a_tap_and_only_then() {
    let (_server, browser) = begin(Look::PHONE);
    browser.permit("geolocation", true);
    browser.stand_at(IN_TOWN, 18);
    to_the_place(&browser);
    assert_eq!((said(&browser), point(&browser)), (String::new(), String::new()));
    browser.visible("[data-gps]").click();
    wait_for("the place", || said(&browser).contains("± 18 m").then_some(()));
    assert!(point(&browser).starts_with("-2.54"), "{}", point(&browser));
    browser.assert_accessible();
    browser.assert_quiet();
    browser.picture("lapor-lokasi");
}

#[test]
fn without_permission_the_form_asks_for_district_and_village() {
    let (_server, browser) = begin(Look::PHONE);
    to_the_place(&browser);
    browser.permit("geolocation", false);
    browser.visible("[data-gps]").click();
    wait_for("the refusal", || said(&browser).contains("Pilih kecamatan dan desa").then_some(()));
    assert!(said(&browser).starts_with("Izin lokasi tidak diberikan."), "{}", said(&browser));
    assert_eq!(point(&browser), "");
    browser.assert_accessible();
}
