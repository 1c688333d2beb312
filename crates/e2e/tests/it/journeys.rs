//! Ways that lead through several rooms: what a citizen calls unfixed comes back, what a kind of problem asks reaches
//! the officer, a covered face stays covered, and what is no matter for a form ends at a telephone number.

use simpul_e2e::{Browser, Look, wait_for_up_to};

use crate::report_form::{CHECK, SEND, answer, report};
use crate::{AGENCY_OFFICER, COORDINATOR, begin, sign_in};

/// The button of the form that does the deed.
const DO: &str = "main form[method=post] button.btn";

/// The agency's officer takes the report, begins, and says with a photo that it is done.
fn solve(officer: &Browser, number: &str, photo: &std::path::Path) {
    let page = format!("/kotak/{number}");
    sign_in(officer, AGENCY_OFFICER, &page);
    officer.leaving(|| officer.find("form[action$='/terima'] button").click());
    officer.go(&format!("{page}/langkah/mulai"));
    officer.leaving(|| officer.find(DO).click());
    officer.go(&format!("{page}/langkah/selesai"));
    officer.find("textarea[name=text]").type_in("Lampu diganti.");
    officer.find("input[type=file]").type_in(&photo.to_string_lossy());
    officer.leaving(|| officer.find(DO).click());
    assert_eq!(officer.path(), page, "{}", officer.text());
}

#[test]
fn what_the_citizen_calls_unfixed_comes_back_and_in_the_end_gets_its_stars() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let link = citizen.find("a[href*='kunci=']").attribute("href").expect("it leads somewhere");
    let photo = citizen.picture("a-photo-of-the-work");
    let officer = server.browse(Look::DESK);
    solve(&officer, &number, &photo);

    citizen.go(&link);
    assert!(citizen.text().contains("Sudah benar?"), "{}", citizen.text());
    citizen.picture("laporan-sudah-benar");
    citizen.find("details:has(form[action$='/belum']) summary").click();
    citizen.find("form[action$='/belum'] textarea").type_in("Malam ini mati lagi.");
    citizen.leaving(|| citizen.find("form[action$='/belum'] button").click());
    assert!(citizen.text().contains("Sedang ditangani"), "{}", citizen.text());
    officer.reload();
    assert!(officer.text().contains("Malam ini mati lagi."), "{}", officer.text());

    officer.go(&format!("/kotak/{number}/langkah/selesai"));
    officer.find("textarea[name=text]").type_in("Kabel diganti.");
    officer.find("input[type=file]").type_in(&photo.to_string_lossy());
    officer.leaving(|| officer.find(DO).click());
    citizen.go(&link);
    citizen.leaving(|| citizen.find("form[action$='/benar'] button").click());
    citizen.find("label:has(input[name=stars][value='4'])").click();
    citizen.picture("laporan-nilai");
    citizen.leaving(|| citizen.find("form[action$='/nilai'] button").click());
    assert!(citizen.text().contains("Selesai"), "{}", citizen.text());
    citizen.go(&format!("/laporan/{number}"));
    assert!(!citizen.text().contains("Kepuasan"), "what one citizen thinks is nobody else's: {}", citizen.text());
}

/// A photo is drawn anew in three sizes by a program that was built for tests: that may take so long on a busy machine,
/// in seconds.
const DRAWN_ANEW_SECONDS: u64 = 60;

#[test]
fn a_face_is_covered_for_everybody_at_once() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    let number = report(&citizen);
    let page = format!("/laporan/{number}");
    citizen.go(&page);
    let before = citizen.find("main img[src*='/foto/']").attribute("src").expect("the photo");
    assert_eq!(server.fetch(&before).0, 200);
    let officer = server.browse(Look::DESK);
    let list = format!("/kotak/{number}/foto");
    sign_in(&officer, COORDINATOR, &list);
    officer.assert_accessible();
    officer.leaving(|| officer.find("main a[href$='/sensor']").click());
    officer.visible("[data-sensor-add]").click();
    assert_eq!(officer.find("[name=x1]").value(), "40.0", "the box stands in the fields that are sent");
    officer.assert_accessible();
    officer.picture("foto-sensor");
    officer.find("main .btns button").click();
    wait_for_up_to(DRAWN_ANEW_SECONDS, "the covered photo", &mut || (officer.path() == list).then_some(()));
    citizen.go(&page);
    let after = citizen.find("main img[src*='/foto/']").attribute("src").expect("the photo");
    assert_ne!(after, before);
    assert_eq!(server.fetch(&before).0, 404, "the photo as it was is no longer given to the public");
    assert_eq!(server.fetch(&after).0, 200);
    officer.assert_quiet();
}

#[test]
fn what_is_no_matter_for_a_form_ends_at_a_telephone_number() {
    let (_server, browser) = begin(Look::PHONE.without_scripts());
    browser.go("/lapor/berhenti/kejadian_darurat");
    browser.picture("lapor-berhenti");
    assert!(browser.find_now("main a[href='tel:119']").is_some(), "{}", browser.text());
    assert!(browser.find_now("main form").is_none(), "nothing more is asked");
}

/// A street light asks which pole it is; what was answered reaches the officer.
#[test]
fn what_the_kind_of_problem_asks_is_asked_before_the_check_and_told_to_the_officer() {
    let (server, citizen) = begin(Look::PHONE.without_scripts());
    citizen.go("/lapor");
    answer(&citizen, || {});
    citizen.leaving(|| citizen.find(CHECK).click());
    citizen.picture("lapor-pertanyaan");
    if let Some(question) = citizen.find_now("main form input[type=text]:not([name=lat])") {
        question.type_in("TB-17");
        citizen.leaving(|| citizen.find(CHECK).click());
    }
    assert_eq!(citizen.path(), "/lapor/periksa", "{}", citizen.text());
    assert!(citizen.text().contains("TB-17"), "{}", citizen.text());
    citizen.leaving(|| citizen.find(SEND).click());
    let number = citizen.path().rsplit('/').next().unwrap_or_default().to_owned();
    let officer = server.browse(Look::DESK);
    sign_in(&officer, AGENCY_OFFICER, &format!("/kotak/{number}"));
    assert!(officer.text().contains("TB-17"), "{}", officer.text());
}
