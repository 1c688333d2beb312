//! The masterplan in the hands of those who tell, check, show and prove it.

use simpul_e2e::Look;

use crate::{LEADER, begin, sign_in};

/// Checks progress and keeps evaluations.
const SECRETARIAT: &str = "sekretariat@contoh.simpul";
/// An officer of the agency that answers for most quick wins of the demonstration.
const OFFICER: &str = "pu@contoh.simpul";

/// Follows the first report of the list that nobody has begun: the demonstration has a period open on any day.
const FOLLOW: &str = "for (const row of document.querySelectorAll('main ul.rows li')) { \
    const link = row.querySelector(\"a[href^='/kotak/laporan-kemajuan/']\"); \
    if (link && row.textContent.includes('Belum dilaporkan')) { link.click(); return; } } \
    throw new Error('no report that nobody has begun')";
/// Sends the report with that sentence back, from the page on which all reports of its period stand.
const SEND_BACK: &str = "for (const card of document.querySelectorAll('article')) { \
    if (!card.textContent.includes('Sepuluh tiang berdiri')) continue; \
    card.querySelector('input[name=reason]').value = 'Foto malam belum ada'; \
    card.querySelector('button[value=return]').click(); return; } \
    throw new Error('the report is not there')";

#[test]
fn an_agency_reports_on_a_phone_and_the_secretariat_sends_it_back_with_a_reason() {
    let (server, clerk) = begin(Look::DESK);
    sign_in(&clerk, SECRETARIAT, "/rencana/periksa");
    clerk.assert_accessible();

    let officer = server.browse(Look::PHONE);
    sign_in(&officer, OFFICER, "/kotak/laporan-kemajuan");
    officer.assert_accessible();
    officer.assert_fits();
    officer.picture("laporan-kemajuan");
    officer.leaving(|| drop(officer.run(FOLLOW)));
    let form = officer.path();
    officer.assert_accessible();
    officer.assert_fits();
    officer.run("for (const one of document.querySelectorAll('main input[name^=value]')) one.value = '150'");
    officer
        .run("for (const one of document.querySelectorAll('main input[name^=why]')) one.value = 'Kabel belum datang'");
    officer.find("textarea[name=sentence]").type_in("Sepuluh tiang berdiri bulan ini.");
    officer.picture("laporan-kemajuan-isi");
    officer.leaving(|| officer.find("button[name=submit]").click());
    assert!(!officer.path().contains("/kotak/laporan-kemajuan/QW"), "it is handed in: {}", officer.text());
    officer.assert_quiet();

    let period = form.rsplit('/').next().unwrap_or_default();
    clerk.go(&format!("/rencana/periksa/{period}"));
    assert!(clerk.text().contains("Sepuluh tiang berdiri"), "{}", clerk.text());
    clerk.assert_accessible();
    clerk.picture("periksa-kemajuan");
    clerk.leaving(|| drop(clerk.run(SEND_BACK)));

    officer.go(&form);
    assert!(officer.text().contains("Foto malam belum ada"), "{}", officer.text());
    officer.assert_fits();
    officer.picture("laporan-kemajuan-kembali");
}

#[test]
fn the_leader_turns_the_slides_of_a_meeting_and_takes_them_as_a_deck() {
    let (_server, leader) = begin(Look::DESK);
    sign_in(&leader, LEADER, "/pimpinan/paparan");
    leader.assert_accessible();
    leader.picture("paparan-judul");
    leader.leaving(|| leader.press("\u{e014}"));
    assert!(leader.run("return location.search").to_string().contains("slide=2"), "the arrow key turns the page");
    leader.assert_accessible();
    leader.picture("paparan-2");
    leader.leaving(|| leader.press("\u{e012}"));
    assert!(leader.run("return location.search").to_string().contains("slide=1"));
    let deck = leader.run_async(
        "const done = arguments[arguments.length - 1];
         fetch('/pimpinan/paparan.pptx').then((answer) => answer.arrayBuffer())
           .then((bytes) => done(String.fromCharCode(...new Uint8Array(bytes).slice(0, 2)) + bytes.byteLength));",
    );
    let deck = deck.as_str().unwrap_or_default();
    assert!(deck.starts_with("PK") && deck.len() > 5, "a deck came: {deck}");
    leader.set_look(Look::PHONE);
    leader.go("/pimpinan/paparan?slide=4");
    leader.assert_fits();
    leader.assert_accessible();
    leader.go("/rencana/peta-jalan");
    leader.assert_fits();
    leader.assert_accessible();
    leader.assert_quiet();
}

#[test]
fn a_question_of_the_evaluation_is_answered_and_proven() {
    let (_server, clerk) = begin(Look::DESK);
    sign_in(&clerk, SECRETARIAT, "/evaluasi");
    clerk.assert_accessible();
    clerk.leaving(|| clerk.find("main a[href^='/evaluasi/']:not([href$='nilai']):not([href$='daerah'])").click());
    clerk.assert_accessible();
    clerk.picture("evaluasi-putaran");
    let round = clerk.path();
    clerk.go(&format!("{round}/soal"));
    clerk.assert_accessible();
    let all =
        "return [...document.querySelectorAll('main a[href*=\"/soal/\"]')].map((link) => link.pathname).join(' ')";
    let all = clerk.run(all).as_str().unwrap_or_default().to_owned();
    // Some are answered and checked already, as in life.
    let open = all.split(' ').find(|path| {
        clerk.go(path);
        clerk.find_now("input[name=score][value='3']").is_some()
    });
    let question = open.expect("a question waits for its answer").to_owned();
    clerk.assert_accessible();
    clerk.picture("evaluasi-soal");
    clerk.find("input[name=score][value='3']").click();
    clerk.find("textarea[name=note]").fill("Layanan dipakai setiap hari, lihat notula.");
    clerk.leaving(|| clerk.find("form[action$='/jawab'] button.btn").click());
    clerk.go(&question);
    assert!(clerk.text().contains("Layanan dipakai setiap hari"), "{}", clerk.text());
    if let Some(library) = clerk.find_now("form[action$='/bukti'] select[name=evidence]") {
        let choice =
            clerk.run("return document.querySelector('select[name=evidence] option:nth-child(2)').textContent");
        library.choose(choice.as_str().unwrap_or_default().trim());
        clerk.leaving(|| clerk.find("form:has(select[name=evidence]) button.btn").click());
        clerk.go(&question);
    }
    assert!(clerk.find_now("main a[href^='/bukti/']:not([href*='baru'])").is_some(), "it is proven: {}", clerk.text());
    clerk.assert_quiet();
}
