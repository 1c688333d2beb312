//! A report between its agency and the secretariat: what each sees of it, its history, and two who write at once.

use axum::http::StatusCode;
use simpul_kernel::Role;
use simpul_plan::sql;
use simpul_shell::testing::Browser;
use simpul_store::testing::TEST_REGION;

use crate::completeness::{Town, town};

const WHY: &str = "Foto malam belum ada";
const ASKED: &str = "Boleh memakai sisa pagu?";

/// The form of the lamps' report while it can be handed in, and an officer of its agency.
async fn opened() -> (Town, Browser, String) {
    let mut town = town().await;
    let period = town.period().await;
    town.at(period.opens_at).await;
    let officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let form = format!("/kotak/laporan-kemajuan/QW-2026-01/{}", period.id);
    (town, officer, form)
}

/// Hands the report in as it stands now.
async fn hand_in(officer: &mut Browser, form: &str, version: &str) {
    let words = [("sentence", "Tiang berdiri"), ("next_step", "Pasang kabel"), ("decision", ASKED)];
    let sent = officer.post(form, &[&words[..], &[("version", version), ("submit", "1")]].concat()).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
}

async fn step(town: &mut Town, step: &str, reason: &str) {
    let period = town.period().await;
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let one = sql::progress::of_period(&mut conn, period.id).await.unwrap().remove(0);
    drop(conn);
    let (path, version) = (format!("/rencana/periksa/laporan/{}", one.id), one.version.to_string());
    let done = town.clerk.post(&path, &[("step", step), ("reason", reason), ("version", &version)]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
}

#[tokio::test]
async fn why_a_report_was_sent_back_is_seen_after_it_came_again() {
    let (mut town, mut officer, form) = opened().await;
    let check = format!("/rencana/periksa/{}", town.period().await.id);
    hand_in(&mut officer, &form, "0").await;
    let checked = town.clerk.get(&check).await.text;
    assert!(checked.contains("Pasang kabel") && checked.contains("Belum ada bukti"), "{checked}");
    step(&mut town, "return", WHY).await;
    let whole = "/rencana/QW-2026-01/lengkap";
    assert!(officer.get(whole).await.text.contains(WHY), "also while it is with its agency");
    hand_in(&mut officer, &form, "2").await;
    for page in [check.as_str(), whole] {
        let page = town.clerk.get(page).await.text;
        assert!(page.contains(WHY) && page.contains("Riwayat"), "{page}");
    }
    let own = officer.get(&form).await.text;
    assert!(own.contains(WHY) && own.contains("Terkirim"), "{own}");
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let other = other.get(whole).await.text;
    assert!(other.contains("Tiang berdiri") && !other.contains(WHY), "another agency is told no reason: {other}");
}

#[tokio::test]
async fn a_report_that_was_handed_in_is_shown_and_not_written() {
    let (mut town, mut officer, form) = opened().await;
    assert!(officer.get(&form).await.text.contains("Kirim laporan"));
    hand_in(&mut officer, &form, "0").await;
    let sent = officer.get(&form).await.text;
    assert!(!sent.contains("Kirim laporan") && !sent.contains("name=\"sentence\""), "{sent}");
    assert!(sent.contains("Terkirim") && sent.contains("Pasang kabel"), "{sent}");
    // A tab that was still open: what was typed is not lost.
    let late = officer.post(&form, &[("sentence", "Kalimat baru"), ("version", "1"), ("submit", "1")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(late.text.contains("Yang Anda ketik") && late.text.contains("Kalimat baru"), "{}", late.text);
    step(&mut town, "verify", "").await;
    step(&mut town, "publish", "").await;
    let published = officer.get(&form).await.text;
    assert!(published.contains("sudah terbit") && !published.contains("Kirim laporan"), "{published}");
}

#[tokio::test]
async fn whoever_was_slower_sees_what_the_other_wrote_before_writing_over_it() {
    let (town, mut officer, form) = opened().await;
    let mut colleague = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let first = officer.post(&form, &[("sentence", "Kabel tiba"), ("obstacle", "Hujan"), ("version", "0")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    let second = colleague.post(&form, &[("sentence", "Kabel hilang"), ("obstacle", "Hujan"), ("version", "0")]).await;
    assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
    let stands = second.text.split("id=\"lain\"").nth(1).unwrap_or_else(|| panic!("{}", second.text));
    let stands = stands.split("</section>").next().unwrap();
    assert!(stands.contains("Kabel tiba") && !stands.contains("Hujan"), "only what differs: {stands}");
    assert!(second.text.contains("Kabel hilang") && second.text.contains("name=\"version\" value=\"1\""));
    let again = colleague.post(&form, &[("sentence", "Kabel hilang"), ("version", "1")]).await;
    assert_eq!(again.status, StatusCode::SEE_OTHER, "{}", again.text);
}

#[tokio::test]
async fn what_is_asked_comes_back_on_every_agenda_until_a_decision_answers_it() {
    let (mut town, mut officer, form) = opened().await;
    hand_in(&mut officer, &form, "0").await;
    let starts = town.site.db.db.env().now();
    let starts = simpul_kernel::format::iso(starts, simpul_kernel::calendar::Zone::Wita)[..16].to_owned();
    let call = [("title", "Rakor"), ("starts", starts.as_str()), ("venue", "Aula")];
    let mut meetings = Vec::new();
    for _ in 0..3 {
        let made = town.clerk.post("/rapat/baru", &call).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
        meetings.push(made.location().to_owned());
    }
    let [first, second, third] = &meetings[..] else { panic!("three") };
    for meeting in [first, second] {
        assert_eq!(town.clerk.post(&format!("{meeting}/laksana"), &[]).await.status, StatusCode::SEE_OTHER);
        assert!(town.clerk.get(meeting).await.text.contains(ASKED), "it stood on one agenda and was not decided");
    }
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let asked = sql::agenda::asked(&mut conn).await.unwrap();
    drop(conn);
    let report = asked[0].newest.progress.to_string();
    let other = town.clerk.post(&format!("{second}/keputusan"), &[("decision", "Rapat bulanan")]).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER, "{}", other.text);
    assert!(town.clerk.get(third).await.text.contains(ASKED), "another decision answers nothing");
    let answer = [("decision", "Boleh"), ("answers", report.as_str())];
    let decided = town.clerk.post(&format!("{second}/keputusan"), &answer).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    assert!(!town.clerk.get(third).await.text.contains(ASKED));
    let twice = town.clerk.post(&format!("{second}/keputusan"), &answer).await;
    assert!(twice.text.contains("sudah diputuskan"), "{}", twice.text);
}
