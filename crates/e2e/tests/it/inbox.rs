//! An agency's officer works through the inbox.

use simpul_e2e::{Browser, ENTER, Look, TAB, wait_for};

use crate::report_form::report;
use crate::{AGENCY_OFFICER, begin, sign_in};

#[test]
fn by_keyboard_alone() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    let rows = browser.all("[data-keys] > *");
    assert!(rows.len() > 3, "the demo gives this agency work");
    browser.run("document.querySelector('[data-keys] > [tabindex=\"0\"]').focus()");
    let first = browser.focused().attribute("id");
    browser.press("j");
    let second = browser.focused().attribute("id");
    assert_ne!(first, second);
    browser.press("k");
    assert_eq!(browser.focused().attribute("id"), first);
    browser.press("?");
    let help = browser.find("dialog[open]");
    assert!(help.text().contains("j / k"), "{}", help.text());
    assert!(!help.text().contains("cari"), "a key that does nothing here is not named: {}", help.text());
    browser.assert_accessible();
    browser.press(simpul_e2e::ESCAPE);
    wait_for("the help to close", || browser.find_now("dialog[open]").is_none().then_some(()));
    browser.leaving(|| browser.press("o"));
    assert!(browser.path().starts_with("/kotak/LUTRA-"), "{}", browser.path());
    browser.assert_quiet();
}

/// The key means the row it is pressed on where nothing is ticked, and afterwards one is where one was.
#[test]
fn one_key_takes_the_row_and_the_list_is_there_again() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let officer = server.browse(Look::DESK);
    sign_in(&officer, AGENCY_OFFICER, "/kotak");
    let row = format!("[data-keys] > li:has(a[href='/kotak/{number}'])");
    officer.run(&format!("document.querySelector(\"{row}\").focus()"));
    officer.assert_accessible();
    officer.leaving(|| officer.press("t"));
    assert!(officer.path().starts_with("/kotak?"), "{}", officer.path());
    assert!(officer.text().contains("Terima: 1 laporan"), "{}", officer.text());
    assert!(officer.text_of(&row).contains("Didisposisikan"), "{}", officer.text_of(&row));
    officer.run(&format!("document.querySelector(\"{row}\").focus()"));
    officer.press("x");
    officer.leaving(|| officer.press("p"));
    officer.assert_accessible();
    assert!(officer.text().contains(&number), "{}", officer.text());
    officer.assert_quiet();
}

#[test]
fn letters_do_nothing_outside_the_list() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    browser.run("document.activeElement.blur()");
    browser.press("o?x");
    assert_eq!(browser.path(), "/kotak");
    assert!(browser.find_now("dialog[open]").is_none());
}

#[test]
fn an_agency_does_not_see_what_is_not_its_own() {
    let (server, browser) = begin(Look::DESK);
    assert_eq!(server.fetch("/kotak").0, 303, "without signing in one is led to the door");
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    browser.go("/admin/officers");
    assert!(!browser.text().contains(crate::COORDINATOR), "{}", browser.text());
}

/// From a telephone in Masamba to "Selesai": what an officer does, the citizen reads.
#[test]
fn a_report_is_taken_worked_on_and_done() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let officer = server.browse(Look::DESK);
    let page = format!("/kotak/{number}");
    sign_in(&officer, AGENCY_OFFICER, &page);
    officer.assert_accessible();
    officer.leaving(|| officer.find("form[action$='/terima'] button").click());
    officer.leaving(|| officer.find("a[href$='/langkah/mulai']").click());
    officer.assert_accessible();
    officer.find("textarea[name=note]").type_in("Petugas berangkat pukul 14.00.");
    officer.leaving(|| officer.find("main form[method=post] button.btn").click());
    assert_eq!(officer.path(), page, "{}", officer.text());
    officer.leaving(|| officer.find("a[href$='/langkah/selesai']").click());
    let photo = citizen.picture("a-photo-of-the-work");
    officer.find("textarea[name=text]").type_in("Lampu diganti dan menyala lagi.");
    officer.find("input[type=file]").type_in(&photo.to_string_lossy());
    officer.assert_accessible();
    officer.leaving(|| officer.find("main form[method=post] button.btn").click());
    assert_eq!(officer.path(), page, "{}", officer.text());
    officer.picture("kotak-selesai");
    officer.assert_quiet();
    citizen.go(&format!("/laporan/{number}"));
    let text = citizen.text();
    assert!(citizen.find_now("main .tag-done").is_some(), "the report is shown as done: {text}");
    assert!(text.contains("Lampu diganti dan menyala lagi."), "{text}");
    assert!(text.contains("Petugas berangkat pukul 14.00."), "{text}");
    citizen.picture("laporan-selesai");
}

/// Most presses of a key until the focus must be where it is wanted.
const PRESSES_MAX_COUNT: usize = 120;

/// Presses the key until the focus is on what the selector means.
#[track_caller]
fn press_until(browser: &Browser, key: &str, selector: &str) {
    let there = format!("return document.activeElement.matches({})", serde_json::Value::from(selector));
    for _ in 0..PRESSES_MAX_COUNT {
        if browser.run(&there) == true {
            return;
        }
        browser.press(key);
    }
    panic!("no key leads to {selector} on {}:\n{}", browser.path(), browser.text())
}

/// Goes to the row of a report as a keyboard does: into the list, and down.
#[track_caller]
fn go_to_row(browser: &Browser, number: &str) {
    press_until(browser, TAB, "[data-keys] > li");
    let row = format!("[data-keys] > li:has(a[href='/kotak/{number}'])");
    let above = browser.all(&format!("[data-keys] > li:has(~ li a[href='/kotak/{number}'])")).len();
    browser.press(&"j".repeat(above));
    assert_eq!(browser.focused().attribute("id"), browser.find(&row).attribute("id"));
}

/// Follows a link or presses a button that the keyboard reaches.
fn enter(browser: &Browser, selector: &str) {
    press_until(browser, TAB, selector);
    browser.leaving(|| browser.press(ENTER));
}

/// From the list to "Selesai" with both hands on the keys; the mouse lies in a drawer.
#[test]
fn from_verified_to_solved_without_a_mouse() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let page = format!("/kotak/{number}");
    let officer = server.browse(Look::DESK);
    sign_in(&officer, AGENCY_OFFICER, "/kotak");

    go_to_row(&officer, &number);
    officer.press("x");
    officer.leaving(|| officer.press("v"));
    enter(&officer, "main form[method=post] button.btn");
    assert!(officer.text().contains("Verifikasi: 1 laporan"), "{}", officer.text());
    go_to_row(&officer, &number);
    officer.leaving(|| officer.press("t"));
    assert!(officer.text().contains("Terima: 1 laporan"), "{}", officer.text());

    go_to_row(&officer, &number);
    officer.leaving(|| officer.press(ENTER));
    assert_eq!(officer.path(), page);
    enter(&officer, "a[href$='/langkah/mulai']");
    enter(&officer, "main form[method=post] button.btn");
    enter(&officer, "a[href$='/langkah/selesai']");
    press_until(&officer, TAB, "textarea[name=text]");
    officer.press("Lampu diganti dan menyala lagi.");
    press_until(&officer, TAB, "input[name=no_photo_reason]");
    officer.press("Gelap, foto tidak terbaca.");
    enter(&officer, "main form[method=post] button.btn:not(.secondary)");
    assert_eq!(officer.path(), page, "{}", officer.text());
    officer.assert_quiet();
    citizen.go(&format!("/laporan/{number}"));
    assert!(citizen.find_now("main .tag-done").is_some(), "{}", citizen.text());
    assert!(citizen.text().contains("Lampu diganti dan menyala lagi."), "{}", citizen.text());
}

/// Lists beside the inbox have the same keys, and nothing to tick.
#[test]
fn the_other_lists_have_keys_too() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    browser.go("/kotak/daftar");
    press_until(&browser, TAB, "[data-keys] > tr");
    let first = browser.focused().text();
    browser.press("j");
    assert_ne!(browser.focused().text(), first);
    browser.assert_accessible();
    browser.press("?");
    let help = browser.text_of("dialog[open]");
    assert!(help.contains("j / k") && !help.contains("centang"), "{help}");
    browser.press(simpul_e2e::ESCAPE);
    browser.leaving(|| browser.press(ENTER));
    assert!(browser.path().starts_with("/kotak/LUTRA-"), "{}", browser.path());
    browser.assert_quiet();
}

/// The coordinator finds the report complete.
fn verify(coordinator: &Browser, number: &str) {
    sign_in(coordinator, crate::COORDINATOR, &format!("/kotak/{number}"));
    coordinator.go(&format!("/kotak/{number}/langkah/verifikasi"));
    coordinator.leaving(|| coordinator.find("main form[method=post] button.btn").click());
}

/// The coordinator gives it to another agency than the one that it came to.
fn hand_to_the_waste_agency(coordinator: &Browser, number: &str) {
    coordinator.go(&format!("/kotak/{number}/langkah/serahkan"));
    coordinator.find("select[name=agency]").choose("DLH – Dinas Lingkungan Hidup");
    coordinator.leaving(|| coordinator.find("main form[method=post] button.btn").click());
}

/// The list changes under the officer's hand: the keys go on from the row on which they stood.
#[test]
fn a_row_that_changes_keeps_the_focus_and_one_that_leaves_hands_it_on() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let officer = server.browse(Look::DESK);
    sign_in(&officer, AGENCY_OFFICER, "/kotak");
    let row = format!("[data-keys] > li:has(a[href='/kotak/{number}'])");
    let id = officer.find(&row).attribute("id");
    officer.run(&format!("document.querySelector(\"{row}\").focus()"));

    let coordinator = server.browse(Look::DESK);
    verify(&coordinator, &number);
    wait_for("the change", || (!officer.text_of(&row).contains("Belum diverifikasi")).then_some(()));
    assert_eq!(officer.focused().attribute("id"), id, "the focus stays on the row that was drawn anew");
    officer.press("k");
    let above = officer.focused().attribute("id");
    assert_ne!(above, id);
    officer.press("j");
    assert_eq!(officer.focused().attribute("id"), id);

    hand_to_the_waste_agency(&coordinator, &number);
    wait_for("the row to leave", || officer.find_now(&row).is_none().then_some(()));
    assert!(officer.focused().attribute("id").is_some_and(|id| id.starts_with("r-")), "a neighbour has the focus");
    officer.assert_quiet();
}

#[test]
fn work_that_is_handed_over_is_told_and_what_is_seen_to_change_is_not() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let waste = server.browse(Look::DESK);
    sign_in(&waste, "dlh@contoh.simpul", "/kotak");
    let told = || waste.text_of("#kabar-kotak");
    assert_eq!(told(), "");
    let coordinator = server.browse(Look::DESK);
    verify(&coordinator, &number);
    hand_to_the_waste_agency(&coordinator, &number);
    wait_for("the news", || told().contains("Ada laporan yang perlu Anda tangani").then_some(()));
    waste.assert_accessible();
    waste.leaving(|| waste.find("#kabar-kotak a").click());
    assert!(waste.find_now(&format!("a[href='/kotak/{number}']")).is_some());
    waste.assert_quiet();
}
