//! The place of a report from the phone's own position.

use simpul_e2e::{Browser, Look, wait_for};

use crate::begin;

/// In the town of Masamba.
const IN_TOWN: (f64, f64) = (-2.5499, 120.3266);

/// Through the first step of the form.
pub fn to_the_place(browser: &Browser) {
    browser.go("/lapor");
    browser.find("label:has(input[name=category][value=lampu_jalan])").click();
    browser.visible("[data-next]").click();
}

/// From the place to the photos: past reports that may be the same, and past what the kind asks further.
pub fn to_the_photos(browser: &Browser) {
    while !browser.find("input[type=file]").is_shown() {
        next(browser);
    }
}

/// On to the next step. What stands near and may be the same is another matter.
pub fn next(browser: &Browser) {
    let at = || browser.run("return document.querySelector('form[data-report-form]').at").to_string();
    let before = at();
    wait_for("the next step", || {
        if at() != before {
            return Some(());
        }
        match browser.find_now("[data-near] [data-differs]").filter(simpul_e2e::Element::is_shown) {
            Some(other) => other.click(),
            None => browser.visible("[data-next]").click(),
        }
        None
    });
}

fn said(browser: &Browser) -> String {
    browser.text_of("[data-gps-out]")
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

/// Without boundaries nobody knows the village but the person, and the crew needs it.
#[test]
fn a_point_without_a_village_asks_for_it_and_is_kept() {
    let (_server, browser) = begin(Look::PHONE);
    browser.permit("geolocation", true);
    browser.stand_at(IN_TOWN, 18);
    to_the_place(&browser);
    browser.visible("[data-gps]").click();
    wait_for("the question", || said(&browser).contains("Pilih kecamatan dan desanya").then_some(()));
    browser.visible("[data-next]").click();
    let refusal = browser.text_of("[data-page]:not([hidden]) [role=alert]");
    assert_eq!(refusal, "Pilih desa atau kelurahan tempat masalahnya");
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    assert!(point(&browser).starts_with("-2.54"), "the point stays: {}", point(&browser));
    to_the_photos(&browser);
}

#[test]
fn another_island_is_no_place_of_this_region() {
    let (_server, browser) = begin(Look::PHONE);
    browser.permit("geolocation", true);
    browser.stand_at((-6.2, 106.8), 18);
    to_the_place(&browser);
    browser.visible("[data-gps]").click();
    wait_for("the refusal", || said(&browser).contains("di luar kabupaten").then_some(()));
    assert_eq!(point(&browser), "");
}

#[test]
fn who_does_not_know_the_village_says_what_stands_near() {
    let (_server, browser) = begin(Look::PHONE);
    to_the_place(&browser);
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Saya tidak tahu desanya");
    browser.visible("[data-next]").click();
    let refusal = browser.text_of("[data-page]:not([hidden]) [role=alert]");
    assert!(refusal.contains("tulis patokan"), "{refusal}");
    assert_eq!(browser.focused().attribute("id").as_deref(), Some("landmark"));
    browser.find("[name=landmark]").type_in("dekat jembatan");
    to_the_photos(&browser);
}

#[test]
fn the_map_opens_at_the_point_and_names_its_sources() {
    let (_server, browser) = begin(Look::PHONE);
    browser.permit("geolocation", true);
    browser.stand_at(IN_TOWN, 18);
    to_the_place(&browser);
    browser.visible("[data-gps]").click();
    wait_for("the place", || said(&browser).contains("± 18 m").then_some(()));
    browser.visible("[data-pick-open]").click();
    let credit = || browser.find_now("[data-pick] + p.muted").map(|credit| credit.text());
    assert!(wait_for("the map", credit).contains("GSHHG"));
    let scale = || browser.find_now(".leaflet-control-scale-line").map(|scale| scale.text());
    let scale = wait_for("the scale", scale);
    assert!(scale.ends_with(" m"), "streets can be told apart: {scale}");
    browser.assert_quiet();
}
