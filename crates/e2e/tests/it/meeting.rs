//! A meeting produces an action item, which appears in the inbox of its owner, who closes it.

use simpul_e2e::{Browser, Look};

use crate::{AGENCY_OFFICER, begin, sign_in};

/// Calls meetings and writes their minutes.
const SECRETARIAT: &str = "sekretariat@contoh.simpul";

/// Puts a value into a control that people fill by a picker.
fn pick(browser: &Browser, name: &str, value: &str) {
    browser.run(&format!("document.querySelector('main [name={name}]').value = '{value}'"));
}

fn send(browser: &Browser, path: &str) {
    browser.leaving(|| browser.find(&format!("form[action$='/{path}'] button")).click());
}

#[test]
fn what_a_meeting_decides_appears_in_the_agencys_inbox_and_is_closed_there() {
    let (server, clerk) = begin(Look::DESK);
    sign_in(&clerk, SECRETARIAT, "/rapat/baru");
    clerk.assert_accessible();
    let local = clerk.run("return new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 16)");
    clerk.find("input[name=title]").type_in("Rakor lampu jalan Masamba");
    clerk.find("input[name=venue]").type_in("Aula Bapperida");
    pick(&clerk, "starts", local.as_str().unwrap_or_default());
    clerk.leaving(|| clerk.find("main form[method=post] button.btn").click());
    clerk.assert_accessible();
    send(&clerk, "laksana");
    clerk.find("textarea[name=decision]").type_in("Jalan utama Masamba terang sebelum akhir tahun");
    clerk.find("textarea[name=task]").type_in("Pasang 40 lampu di Jalan Ahmad Yani");
    clerk.find("select[name=agency]").choose("Dinas Perhubungan");
    let due = clerk.run("return new Date(Date.now() + 9 * 86400e3).toISOString().slice(0, 10)");
    pick(&clerk, "due", due.as_str().unwrap_or_default());
    clerk.assert_accessible();
    send(&clerk, "keputusan");
    clerk.assert_accessible();
    clerk.picture("rapat-keputusan");

    let officer = server.browse(Look::PHONE);
    sign_in(&officer, AGENCY_OFFICER, "/kotak");
    officer.assert_accessible();
    officer.picture("kotak-tindak-lanjut");
    officer.follow("Pasang 40 lampu di Jalan Ahmad Yani");
    officer.assert_accessible();
    officer.find("textarea[name=text]").type_in("40 lampu menyala sejak kemarin.");
    send(&officer, "selesai");
    assert!(officer.find_now("main .tag-done").is_some(), "{}", officer.text());
    officer.assert_fits();
    officer.picture("tindak-lanjut-selesai");
    officer.go("/kotak");
    assert!(!officer.text().contains("Pasang 40 lampu"), "what is done is owed no more");
    officer.assert_quiet();

    clerk.reload();
    assert!(clerk.find_now("main .tag-done").is_some(), "{}", clerk.text());
    clerk.assert_quiet();
}
