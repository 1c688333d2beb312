//! A report that is not finished stays on the phone until it is sent or thrown away.

use simpul_e2e::{Browser, Look, wait_for};

use crate::begin;
use crate::place::{to_the_photos, to_the_place};

fn value(browser: &Browser, name: &str) -> String {
    browser.find(&format!("[name={name}]")).value()
}

/// Up to the story, with a photo on the way.
fn to_the_story(browser: &Browser) {
    to_the_place(browser);
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    to_the_photos(browser);
    let photo = browser.picture("a-photo-to-keep");
    browser.find("input[type=file]").type_in(&photo.to_string_lossy());
    wait_for("the smaller photo", || browser.find_now("[data-photo-list] img").map(drop));
    browser.visible("[data-next]").click();
    browser.find("textarea[name=text]").type_in("Lampu jalan mati sejak tiga hari");
}

/// What is kept is written shortly after the last key.
fn kept(browser: &Browser, text: &str) {
    let script = "const done = arguments[arguments.length - 1]; const open = indexedDB.open('simpul-isian', 1); \
                  open.onsuccess = () => { const ask = open.result.transaction('isian').objectStore('isian').getAll(); \
                  ask.onsuccess = () => { open.result.close(); done(JSON.stringify(ask.result)) } }";
    wait_for("the phone to keep it", || browser.run_async(script).to_string().contains(text).then_some(()));
}

#[test]
fn it_survives_a_reload_and_a_change_of_language() {
    let (_server, browser) = begin(Look::PHONE);
    to_the_story(&browser);
    kept(&browser, "sejak tiga hari");
    for _ in 0..2 {
        browser.reload();
        wait_for("the story", || (value(&browser, "text") == "Lampu jalan mati sejak tiga hari").then_some(()));
        let story = || browser.find("textarea[name=text]").is_shown().then_some(());
        wait_for("the step at which it was left", story);
        assert_eq!(
            browser.find("select[name=village] option:checked").attribute("value").as_deref(),
            Some("73.22.03.1001")
        );
        wait_for("the photo", || browser.find_now("[data-photo-list] img").map(drop));
        assert_eq!(browser.run("return document.querySelector('input[type=file]').files.length"), 1);
        browser.assert_accessible();
        browser.leaving(|| browser.find("footer a[hreflang]").click());
    }
    browser.assert_quiet();
}

#[test]
fn it_is_thrown_away_with_one_tap() {
    let (_server, browser) = begin(Look::PHONE);
    to_the_story(&browser);
    kept(&browser, "sejak tiga hari");
    browser.visible("[data-kept] button").click();
    wait_for("an empty form", || value(&browser, "text").is_empty().then_some(()));
    assert!(browser.find("input[name=category]").is_shown(), "it begins anew");
    browser.reload();
    browser.assert_quiet();
    assert_eq!((value(&browser, "text"), value(&browser, "landmark")), (String::new(), String::new()));
    assert!(browser.find_now("input[name=category]:checked").is_none());
}

#[test]
fn a_fourth_photo_is_not_dropped_in_silence() {
    let (_server, browser) = begin(Look::PHONE);
    to_the_place(&browser);
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    to_the_photos(&browser);
    let photo = browser.picture("a-photo-four-times");
    let four = vec![photo.to_string_lossy().into_owned(); 4].join("\n");
    browser.find("input[type=file]").type_in(&four);
    let said = || browser.find_now("[data-photo-list] .error").map(|error| error.text());
    assert_eq!(wait_for("the words", said), "Paling banyak 3 foto. 1 foto tidak diambil.");
    assert_eq!(browser.all("[data-photo-list] img").len(), 3);
}
