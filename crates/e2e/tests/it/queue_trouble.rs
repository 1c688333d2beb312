//! What waited on the phone and was refused, and a signal that is lost at the last button.

use simpul_e2e::{Browser, Look, wait_for};

use crate::begin;
use crate::place::{next, to_the_photos, to_the_place};
use crate::report_form::{CHECK, SEND};

/// Up to the last step; the telephone number is one that only the server finds wrong.
fn fill(browser: &Browser, phone: &str) {
    to_the_place(browser);
    browser.find("select[name=district]").choose("Masamba");
    browser.find("select[name=village]").choose("Kappuna");
    to_the_photos(browser);
    next(browser);
    browser.find("textarea[name=text]").type_in("Lampu jalan mati sejak tiga hari");
    next(browser);
    browser.find("[name=phone]").type_in(phone);
}

/// The page has no network; the service worker, which sends, is another program and has it again at once.
fn wait_for_the_sender(browser: &Browser) {
    let ready = "const done = arguments[arguments.length - 1]; \
                 navigator.serviceWorker.ready.then(({ active }) => done(active.state))";
    wait_for("the service worker", || (browser.run_async(ready) == "activated").then_some(()));
}

/// The list is drawn anew whenever the sender reports: what is found in it may be gone a moment later.
fn press_in_queue(browser: &Browser, what: &str) {
    browser.run(&format!("document.querySelector('[data-queue] {what}').click()"));
}

#[test]
fn what_was_refused_says_why_and_can_be_mended() {
    let (_server, browser) = begin(Look::PHONE);
    fill(&browser, "12");
    wait_for_the_sender(&browser);
    browser.set_offline(true);
    browser.visible(CHECK).click();
    let said = || Some(browser.text_of("[data-queue]")).filter(|text| text.contains("Tulis nomor HP"));
    let text = wait_for("the reason", said);
    assert!(text.contains("Belum terkirim."), "{text}");
    browser.assert_accessible();
    browser.set_offline(false);
    browser.leaving(|| press_in_queue(&browser, "button"));
    wait_for("what was typed", || (browser.find("[name=phone]").value() == "12").then_some(()));
    assert!(browser.find("[name=phone]").is_shown(), "at the step that was refused");
    assert_eq!(browser.find("textarea[name=text]").value(), "Lampu jalan mati sejak tiga hari");
    assert!(!browser.find("[data-queue]").is_shown());
    browser.find("[name=phone]").fill("081234567890");
    browser.visible(CHECK).click();
    wait_for("the review", || (browser.path() == "/lapor/periksa").then_some(()));
}

#[test]
fn a_signal_lost_at_the_last_button_loses_nothing() {
    let (_server, browser) = begin(Look::PHONE);
    fill(&browser, "081234567890");
    browser.visible(CHECK).click();
    wait_for("the review", || (browser.path() == "/lapor/periksa").then_some(()));
    wait_for_the_sender(&browser);
    browser.set_offline(true);
    browser.visible(SEND).click();
    let sent = || Some(browser.text_of("[data-queue]")).filter(|text| text.contains("Laporan terkirim: LUTRA-"));
    wait_for("the number", sent);
    assert!(browser.find_now(SEND).is_none(), "it is not sent twice");
    browser.set_offline(false);
    browser.leaving(|| press_in_queue(&browser, "a"));
    assert!(browser.text().contains("Laporan terkirim"), "{}", browser.text());
}

/// The server's own trouble is no lost signal: what was typed stays, and nothing is kept for later unasked.
#[test]
fn an_answer_that_is_no_page_of_the_form_leaves_the_form_as_it_is() {
    let (_server, browser) = begin(Look::PHONE);
    fill(&browser, "081234567890");
    browser.run(
        "const open = XMLHttpRequest.prototype.open; \
         XMLHttpRequest.prototype.open = function (method) { open.call(this, method, '/tidak-ada') }",
    );
    let said = || browser.find_now("form[data-report-form] .error[role]").map(|error| error.text());
    browser.visible(CHECK).click();
    let text = wait_for("the words", said);
    assert!(text.ends_with("Isian Anda tetap di sini."), "{text}");
    assert_eq!(browser.find("textarea[name=text]").value(), "Lampu jalan mati sejak tiga hari");
    assert!(browser.find("[name=phone]").is_shown());

    browser.run("Object.defineProperty(XMLHttpRequest.prototype, 'status', { get: () => 503 })");
    browser.visible(CHECK).click();
    let later = wait_for("the offer", || browser.find_now("form[data-report-form] .error[role] button"));
    assert!(!browser.find("[data-queue]").is_shown(), "it is not kept unasked");
    browser.assert_accessible();
    later.click();
    wait_for("the queue", || browser.find("[data-queue]").is_shown().then_some(()));
    assert_eq!(browser.find("textarea[name=text]").value(), "", "the form is free for the next report");
}

#[test]
fn the_link_of_a_sent_report_can_be_copied() {
    let (_server, browser) = begin(Look::PHONE);
    browser.permit("clipboard-write", true);
    fill(&browser, "");
    browser.visible(CHECK).click();
    wait_for("the review", || (browser.path() == "/lapor/periksa").then_some(()));
    browser.visible(SEND).click();
    wait_for("the number", || browser.path().starts_with("/lapor/terkirim/").then_some(()));
    browser.saying("Salin tautan").click();
    let told = || (browser.text_of("[data-copy] + [role=status]") == "Tautan tersalin").then_some(());
    wait_for("the word for it", told);
    browser.assert_accessible();
    browser.assert_quiet();
}
