//! A citizen reports a broken street light.

use simpul_e2e::{Browser, Look, wait_for};

use crate::begin;
use crate::place::next;

/// The button that ends the form.
pub const CHECK: &str = "form[data-report-form] button:not([type])";
/// The button that sends what was checked.
pub const SEND: &str = "form[action='/lapor/kirim'] button";

/// Answers the parts of the form that are asked of everyone; `next` leads from one to the next.
pub fn answer(browser: &Browser, next: impl Fn()) {
    browser.find("label:has(input[name=category][value=lampu_jalan])").click();
    next();
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    browser.find("[name=landmark]").type_in("depan SD 101");
    next();
    // Reports that may be the same come between, and what this kind asks further.
    while !browser.find("input[type=file]").is_shown() {
        next();
    }
    let photo = browser.picture("a-photo-to-send");
    browser.find("input[type=file]").type_in(&photo.to_string_lossy());
    next();
    browser.find("textarea[name=text]").type_in("Lampu jalan mati sejak tiga hari, gelap sekali. HP 081234567890.");
    next();
}

/// Ends the form without scripts: what the kind asks further comes on a page of its own, and may stay empty.
pub fn check(browser: &Browser) {
    browser.leaving(|| browser.find(CHECK).click());
    assert!(browser.text().contains("Berapa nomor tiangnya?"), "{}", browser.text());
    browser.leaving(|| browser.find(CHECK).click());
    assert_eq!(browser.path(), "/lapor/periksa", "{}", browser.text());
}

/// Reports a dark street light without scripts and gives the report's number.
pub fn report(browser: &Browser) -> String {
    browser.go("/lapor");
    answer(browser, || {});
    check(browser);
    browser.leaving(|| browser.find(SEND).click());
    number(browser)
}

/// The number in the address of the confirmation.
fn number(browser: &Browser) -> String {
    let path = browser.path();
    path.strip_prefix("/lapor/terkirim/").unwrap_or_else(|| panic!("at {path}: {}", browser.text())).to_owned()
}

#[test]
fn without_scripts_from_the_home_page_to_the_number() {
    let (_server, browser) = begin(Look::PHONE.without_scripts());
    browser.go("/");
    browser.leaving(|| browser.find("a[href='/lapor']").click());
    answer(&browser, || {});
    check(&browser);
    browser.picture("lapor-periksa");
    browser.leaving(|| browser.find(SEND).click());
    let number = number(&browser);
    assert!(number.starts_with("LUTRA-"), "{number}");
    assert!(browser.text().contains(&number) && browser.text().contains("Laporan terkirim"), "{}", browser.text());
    browser.picture("lapor-terkirim");
    browser.go(&format!("/laporan/{number}"));
    let page = browser.text();
    assert!(page.contains(&number) && page.contains("Lampu jalan mati"), "{page}");
    assert!(!page.contains("081234567890"), "a telephone number in the text is masked: {page}");
}

#[test]
fn without_scripts_what_is_missing_is_said_and_what_was_typed_is_kept() {
    let (_server, browser) = begin(Look::PHONE.without_scripts());
    browser.go("/lapor");
    browser.find("textarea[name=text]").type_in("Lampu jalan mati");
    browser.leaving(|| browser.find(CHECK).click());
    assert!(browser.title().starts_with("Kesalahan: "), "{}", browser.title());
    let mistakes = browser.find(".errors");
    assert!(mistakes.text().contains("Ada masalah"), "{}", mistakes.text());
    for link in browser.all(".errors a") {
        let target = link.attribute("href").expect("a mistake links to its field");
        assert!(browser.find_now(&target.replace("/lapor", "")).is_some(), "{target}");
    }
    assert_eq!(browser.find("textarea[name=text]").value(), "Lampu jalan mati");
    browser.picture("lapor-salah");
}

#[test]
fn with_scripts_one_thing_at_a_time() {
    let (_server, browser) = begin(Look::PHONE);
    browser.go("/lapor");
    let shown = || browser.all("[data-page]").into_iter().filter(|page| page.is_shown()).count();
    assert_eq!(shown(), 1);
    answer(&browser, || {
        browser.assert_accessible();
        next(&browser);
        assert_eq!(shown(), 1);
    });
    browser.assert_accessible();
    browser.visible(CHECK).click();
    wait_for("the review", || (browser.path() == "/lapor/periksa").then_some(()));
    browser.assert_accessible();
    browser.visible(SEND).click();
    wait_for("the number", || browser.path().starts_with("/lapor/terkirim/").then_some(()));
    assert!(browser.text_of("main").contains(&number(&browser)));
    browser.assert_accessible();
    browser.assert_quiet();
}

#[test]
fn a_step_that_lacks_something_says_so_and_stays() {
    let (_server, browser) = begin(Look::PHONE);
    browser.go("/lapor");
    browser.visible("[data-next]").click();
    let alert = browser.find("[data-page]:not([hidden]) [role=alert]");
    assert!(alert.is_shown() && !alert.text().is_empty());
    browser.assert_accessible();
}

#[test]
fn a_second_tap_on_send_makes_no_second_report() {
    let (server, browser) = begin(Look::PHONE.without_scripts());
    let first = report(&browser);
    browser.back();
    browser.find("body");
    if let Some(again) = browser.find_now(SEND) {
        browser.leaving(|| again.click());
        assert_eq!(number(&browser), first);
    }
    let said = server.command(&["journal", "verify"]);
    assert!(said.starts_with("OK "), "{said}");
}
