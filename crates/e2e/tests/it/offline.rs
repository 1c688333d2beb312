//! A village without signal: the report waits on the phone and is sent once.

use simpul_e2e::{Browser, Look, Server, wait_for};

use crate::begin;
use crate::place::next;
use crate::report_form::{CHECK, answer};

/// Whether the worker that keeps the form and sends what waits has taken over the page.
const WORKER_RULES: &str = "return !!(navigator.serviceWorker && navigator.serviceWorker.controller)";
/// Whether the empty form lies ready.
const FORM_IS_KEPT: &str = "return window.caches.match('/lapor', {ignoreVary: true}).then(kept => !!kept)";

fn queue(browser: &Browser) -> String {
    browser.text_of("[data-queue]")
}

/// How many reports of that text another program finds.
fn stored(server: &Server) -> usize {
    let (status, body) = server.fetch("/open311/v2/requests.json?service_code=lampu_jalan");
    assert_eq!(status, 200, "{body}");
    body.matches("gelap sekali. HP").count()
}

fn is_true(browser: &Browser, script: &str) -> Option<()> {
    (browser.run(script) == true).then_some(())
}

#[test]
fn what_is_written_without_signal_waits_and_is_sent_once() {
    let (mut server, browser) = begin(Look::PHONE);
    browser.go("/lapor");
    wait_for("the worker", || is_true(&browser, WORKER_RULES));
    wait_for("the kept form", || is_true(&browser, FORM_IS_KEPT));
    assert_eq!(stored(&server), 0);

    server.stop();
    browser.go("/lapor");
    answer(&browser, || next(&browser));
    browser.visible(CHECK).click();
    wait_for("the queue", || queue(&browser).contains("1 laporan belum terkirim").then_some(()));
    assert!(queue(&browser).contains("Belum terkirim.") && queue(&browser).contains("Kirim sekarang"));
    assert!(!browser.text().contains("Laporan terkirim"), "nothing was acknowledged yet");
    browser.picture("lapor-tanpa-sinyal");
    browser.go("/lapor");
    wait_for("the queue after a reload", || queue(&browser).contains("1 laporan belum terkirim").then_some(()));

    server.restart();
    browser.saying("Kirim sekarang").click();
    wait_for("the number", || queue(&browser).contains("Laporan terkirim: LUTRA-").then_some(()));
    browser.picture("lapor-terkirim-kemudian");
    // The page and the worker both wake the sender again; what was sent stays sent.
    browser.reload();
    wait_for("the number after a reload", || queue(&browser).contains("Laporan terkirim: LUTRA-").then_some(()));
    assert_eq!(stored(&server), 1, "the report is there, once");
    browser.saying("Tutup").click();
    wait_for("an empty queue", || queue(&browser).is_empty().then_some(()));
}
