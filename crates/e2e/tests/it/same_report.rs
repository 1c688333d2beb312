//! "Sudah dilaporkan?": somebody stands where the same problem was reported before.

use serde_json::Value;
use simpul_e2e::{Browser, Look, Server, wait_for};

use crate::place::{to_the_photos, to_the_place};

/// An open report of a dark street light: its number, latitude and longitude.
fn dark_light(server: &Server) -> (String, (f64, f64)) {
    let (_, text) = server.fetch("/peta/laporan.geojson?terbuka=1&kategori=lampu_jalan");
    let read: Value = serde_json::from_str(&text).expect("the map's points are JSON");
    let first = &read["features"][0];
    let degree = |at: usize| first["geometry"]["coordinates"][at].as_f64().expect("a point has degrees");
    (first["properties"]["id"].as_str().expect("a point has a number").to_owned(), (degree(1), degree(0)))
}

/// A phone that stands there, and has answered where.
fn at_the_light() -> (Server, Browser, String) {
    let server = Server::start();
    let (number, place) = dark_light(&server);
    let browser = server.browse(Look::PHONE);
    browser.permit("geolocation", true);
    browser.stand_at(place, 18);
    to_the_place(&browser);
    browser.visible("[data-gps]").click();
    wait_for("the place", || browser.text_of("[data-gps-out]").contains("± 18 m").then_some(()));
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    browser.visible("[data-next]").click();
    wait_for("the question", || browser.find_now("[data-near] h2").filter(simpul_e2e::Element::is_shown).map(drop));
    (server, browser, number)
}

#[test]
fn the_same_one_is_followed_and_no_new_one_sent() {
    let (_server, browser, number) = at_the_light();
    let asked = || (browser.focused().text() == "Masalah ini mungkin sudah dilaporkan").then_some(());
    wait_for("the question to have the focus", asked);
    browser.assert_accessible();
    browser.picture("lapor-sama");
    let row = format!("[data-near] form[action='/laporan/{number}/ikuti'] button");
    browser.leaving(|| browser.find(&row).click());
    assert_eq!(browser.path(), format!("/laporan/{number}"));
    assert!(browser.text().contains("Anda ikut melaporkan hal ini"), "{}", browser.text());
    let follow = format!("form[action='/laporan/{number}/ikuti']");
    assert!(browser.find_now(&follow).is_none(), "it is not offered twice");
    browser.reload();
    assert!(browser.find_now(&follow).is_none(), "nor later");
    browser.assert_quiet();
}

#[test]
fn a_different_one_goes_on_and_is_not_asked_again() {
    let (_server, browser, _) = at_the_light();
    browser.visible("[data-differs]").click();
    to_the_photos(&browser);
    assert!(!browser.find("[data-near]").is_shown());
    while !browser.find("select[name=village]").is_shown() {
        browser.visible("[data-prev]").click();
    }
    to_the_photos(&browser);
    browser.assert_quiet();
}
