//! The 112 console: a whole call by keyboard alone, and what another does on one's own screen.

use simpul_e2e::{Browser, ENTER, Look, TAB, wait_for, wait_for_up_to};

use crate::{begin, sign_in};

/// Takes calls.
const CALL_TAKER: &str = "penerima112@contoh.simpul";
/// Sends units.
const DISPATCHER: &str = "pengarah112@contoh.simpul";
/// Supervises both.
const SUPERVISOR: &str = "supervisor112@contoh.simpul";
/// Keys as WebDriver names them.
const F2: &str = "\u{E032}";
const F3: &str = "\u{E033}";
const F4: &str = "\u{E034}";
const F6: &str = "\u{E036}";
const F7: &str = "\u{E037}";
const F8: &str = "\u{E038}";
const F9: &str = "\u{E039}";
const F10: &str = "\u{E03A}";
const SHIFT: &str = "\u{E008}";
const RIGHT: &str = "\u{E014}";
const CTRL: &str = "\u{E009}";
/// Keys of somebody who types without a pause for some three seconds.
const KEYS_COUNT: usize = 50;
/// What another does comes by itself; the limit is for a machine that draws several browsers at once.
const LIVE_SECONDS: u64 = 30;

/// A call by hand, and the incident that it leads to: answers the incident's address.
fn call(browser: &Browser, kind: &str) -> String {
    browser.leaving(|| browser.press(F2));
    assert!(browser.path().starts_with("/112?panggilan="), "{}", browser.text());
    browser.press(F3);
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("village"));
    browser.press("Kappuna, Masamba");
    browser.press(F4);
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("type"));
    browser.press(kind);
    wait_for("the questions of what is typed", || browser.find_now("#protokol section").map(drop));
    browser.leaving(|| browser.press_with(CTRL, ENTER));
    assert!(browser.path().starts_with("/112?panggilan="), "the console is not left: {}", browser.text());
    browser.find(".c-call h3 a").attribute("href").expect("the incident's address")
}

#[test]
fn a_whole_call_goes_without_the_mouse() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    browser.assert_accessible();
    browser.assert_fits();
    browser.picture("112");
    let incident = call(&browser, "Kebakaran rumah / bangunan");
    assert!(incident.starts_with("/112/kejadian/112-"), "{}", browser.text());
    browser.assert_accessible();
    browser.picture("112-kirim");
    browser.leaving(|| browser.press(F8));
    assert!(browser.path().starts_with("/112?panggilan="), "the console is not left: {}", browser.text());
    assert!(browser.text().contains("ditugaskan"), "the units that were recommended are sent: {}", browser.text());
    browser.assert_accessible();

    // One key for what it was, one for what came of it.
    browser.press(F10);
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("class"));
    browser.press("1");
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("outcome"));
    browser.press("1");
    browser.leaving(|| browser.press(F10));
    assert!(browser.text().contains("Klasifikasi tersimpan"), "{}", browser.text());
    assert!(browser.find_now("#antre .own").is_none(), "it waits no more");
    browser.go(&incident);
    browser.assert_accessible();
    browser.picture("112-kejadian");

    // A prank is one key.
    browser.go("/112");
    browser.leaving(|| browser.press(F2));
    browser.leaving(|| browser.press_with(CTRL, "g"));
    assert!(browser.text().contains("Klasifikasi tersimpan"), "{}", browser.text());

    browser.leaving(|| browser.press(F2));
    browser.press(F3);
    browser.press("Kappuna, Masamba");
    browser.press(TAB);
    wait_for("the incident that it may be", || browser.find_now("#mirip li").map(drop));
    browser.assert_accessible();
    browser.picture("112-mirip");
    browser.press(F6);
    browser.leaving(|| browser.press(ENTER));
    assert!(browser.text().contains("Panggilan tergabung"), "{}", browser.text());
    browser.assert_quiet();
}

#[test]
fn what_was_typed_is_there_again_after_the_browser_died_and_what_others_do_does_not_disturb_it() {
    let (server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    browser.leaving(|| browser.press(F2));
    browser.find(".c-call input[name=landmark]").type_in("depan SD 101");
    browser.press(TAB);
    browser.press("-2.5489, 120.");
    let other = server.browse(Look::DESK);
    sign_in(&other, DISPATCHER, "/112");
    let incident = call(&other, "Banjir");
    let number = incident.rsplit('/').next().expect("a number").to_owned();
    let row = format!("#kejadian a[href='/112/kejadian/{number}']");
    wait_for_up_to(LIVE_SECONDS, "the other's incident", &mut || browser.find_now(&row).map(drop));
    assert_eq!(browser.focused().value(), "-2.5489, 120.", "half-typed text stays");
    browser.assert_accessible();

    let again = server.browse(Look::DESK);
    sign_in(&again, CALL_TAKER, "/112");
    assert_eq!(again.find(".c-call input[name=landmark]").value(), "depan SD 101");
    wait_for("what was being typed when it died", || {
        again.reload();
        Some(()).filter(|()| again.find(".c-call input[name=point]").value() == "-2.5489, 120.")
    });
    browser.assert_quiet();
}

#[test]
fn who_types_without_a_pause_finds_most_of_it_again_when_the_browser_dies() {
    let (server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    browser.leaving(|| browser.press(F2));
    browser.press(F7);
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("note"));
    let mut pressed = 0;
    wait_for("all keys", || {
        browser.press("a");
        pressed += 1;
        (pressed == KEYS_COUNT).then_some(())
    });
    drop(browser);
    let again = server.browse(Look::DESK);
    sign_in(&again, CALL_TAKER, "/112");
    let kept = again.find(".c-call textarea[name=note]").value().len();
    assert!(kept * 2 >= KEYS_COUNT, "{kept} of {KEYS_COUNT}");
}

#[test]
fn it_is_usable_on_a_telephone_and_in_the_dark() {
    let (_server, browser) = begin(Look::PHONE.in_the_dark());
    sign_in(&browser, DISPATCHER, "/112");
    browser.assert_accessible();
    browser.assert_fits();
    browser.find("#kejadian a").click();
    browser.assert_accessible();
    browser.assert_fits();
    browser.assert_quiet();
}

#[test]
fn a_line_does_something_in_the_middle_of_a_call_and_the_cursor_returns() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    let incident = call(&browser, "Banjir");
    let serial = incident.rsplit('-').next().expect("a number").trim_start_matches('0').to_owned();
    browser.go("/112");
    browser.leaving(|| browser.press(F2));
    let landmark = browser.find(".c-call input[name=landmark]");
    landmark.type_in("depan SD");
    browser.press_with(CTRL, "k");
    assert_eq!(browser.focused().attribute("name").as_deref(), Some("command"));
    browser.press(&format!("{serial} +pp"));
    browser.press(TAB);
    wait_for("the unit's call sign", || Some(()).filter(|()| browser.focused().value().contains("+PP-1")));
    browser.press(ENTER);
    wait_for("the cursor is back", || Some(()).filter(|()| browser.focused().value() == "depan SD"));
    assert!(browser.text_of("#perintah-kata").contains("PP-1"), "{}", browser.text_of("#perintah-kata"));
    browser.press(" 101");
    assert_eq!(browser.focused().value(), "depan SD 101", "where it was, to the letter");
    browser.assert_quiet();
    // What is refused the browser itself complains of: its status is an error's.
    browser.press_with(CTRL, "k");
    browser.press("unit pp1 terbang");
    browser.press(ENTER);
    wait_for("what would have been understood", || {
        Some(()).filter(|()| browser.text_of("#perintah-kata").contains("menuju, tiba"))
    });
    browser.assert_accessible();
    browser.picture("112-perintah");
}

#[test]
fn the_questions_of_a_type_are_answered_by_one_key_each() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    browser.leaving(|| browser.press(F2));
    browser.press(F4);
    browser.press("Kebakaran rumah / bangunan");
    browser.press(TAB);
    wait_for("the card", || browser.find_now("#protokol [data-next]").map(drop));
    browser.press_with(SHIFT, F4);
    browser.press("1");
    wait_for("the first answer", || browser.find_now("#protokol [aria-pressed=true]").map(drop));
    browser.press("1");
    wait_for("a proposal", || browser.find_now("#protokol [name=use]").map(drop));
    browser.assert_accessible();
    browser.picture("112-protokol");
    browser.find("#protokol [name=use]").click();
    wait_for("the priority", || Some(()).filter(|()| browser.find(".c-call [name=priority]").value() == "1"));
    browser.assert_quiet();
}

#[test]
fn when_the_data_can_not_be_reached_the_console_says_so_keeps_what_is_typed_and_carries_on() {
    let (server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    browser.leaving(|| browser.press(F2));
    let landmark = browser.find(".c-call input[name=landmark]");
    browser.set_offline(true);
    wait_for("the console says so", || browser.find_now("#putus:not([hidden])").map(drop));
    landmark.type_in("jembatan putus");
    browser.press(TAB);
    browser.press_with(CTRL, ENTER);
    assert!(browser.path().starts_with("/112"), "no form leaves the page: {}", browser.path());
    assert_eq!(browser.find(".c-call input[name=landmark]").value(), "jembatan putus");
    browser.set_offline(false);
    wait_for_up_to(LIVE_SECONDS, "it is back", &mut || {
        Some(()).filter(|()| browser.text_of("#putus").contains("Tersambung lagi"))
    });
    let again = server.browse(Look::DESK);
    sign_in(&again, CALL_TAKER, "/112");
    wait_for("what was typed meanwhile is kept", || {
        again.reload();
        Some(()).filter(|()| again.find(".c-call input[name=landmark]").value() == "jembatan putus")
    });
}

/// Enter leads to the field of that name.
#[track_caller]
fn enter_leads_to(browser: &Browser, name: &str) {
    browser.press(ENTER);
    assert_eq!(browser.focused().attribute("name").as_deref(), Some(name));
}

#[test]
fn victims_are_said_and_a_supervisor_is_asked_for_by_keyboard_and_half_typed_text_stays() {
    let (server, browser) = begin(Look::DESK);
    sign_in(&browser, CALL_TAKER, "/112");
    let other = server.browse(Look::DESK);
    sign_in(&other, SUPERVISOR, "/112");
    browser.leaving(|| browser.press(F2));
    browser.press(F3);
    browser.press("Kappuna, Masamba");
    for name in ["landmark", "point", "type"] {
        enter_leads_to(&browser, name);
    }
    browser.press("Banjir");
    enter_leads_to(&browser, "victims");
    browser.press(RIGHT);
    enter_leads_to(&browser, "victims_count");
    browser.press("3");
    enter_leads_to(&browser, "note");
    browser.press("air setinggi da");
    browser.press(F9);
    wait_for_up_to(LIVE_SECONDS, "the supervisor's console", &mut || other.find_now("#bantuan [data-alert]").map(drop));
    assert_eq!(browser.focused().value(), "air setinggi da", "the page is not left");
    other.assert_accessible();
    other.picture("112-minta-supervisor");
    other.find("#bantuan form button").click();
    wait_for_up_to(LIVE_SECONDS, "who comes", &mut || {
        Some(()).filter(|()| browser.text_of("#bantuan").contains("supervisor datang"))
    });
    assert!(other.find_now("#bantuan [data-alert]").is_none(), "it sounds no more");
    assert_eq!(browser.focused().value(), "air setinggi da");
    browser.press("da");
    browser.assert_accessible();
    browser.picture("112-korban");

    let again = server.browse(Look::DESK);
    sign_in(&again, CALL_TAKER, "/112");
    assert_eq!(again.find(".c-call [name=victims]:checked").value(), "some");
    assert_eq!(again.find(".c-call [name=victims_count]").value(), "3");
    browser.leaving(|| browser.press_with(CTRL, ENTER));
    assert!(browser.text().contains("Korban: 3"), "{}", browser.text());
    browser.assert_quiet();
    other.assert_quiet();
}
