//! An agency that lives in Excel: the workbook of a period goes out, comes in again, and is taken whole or not at all.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Role;
use simpul_office::sheet_in;
use simpul_plan::model::{Period, Progress, ProgressState, Quantity};
use simpul_plan::sql;
use simpul_shell::testing::{Browser, TestAnswer};
use simpul_store::testing::TEST_REGION;

use crate::completeness::{Town, town};

pub async fn upload(browser: &mut Browser, path: &str, fields: &[(&str, &str)], file: &[u8]) -> TestAnswer {
    let token = browser.token();
    let mut body = Vec::new();
    for (field, value) in fields.iter().chain(&[("csrf", token.as_str())]) {
        let part = format!("--tepi\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n");
        body.extend(part.into_bytes());
    }
    let head = "--tepi\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lembar.xlsx\"\r\n\r\n";
    body.extend(head.as_bytes());
    body.extend_from_slice(file);
    body.extend(b"\r\n--tepi--\r\n");
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=tepi"), Body::from(body)).await
}

async fn bytes(browser: &mut Browser, path: &str) -> Vec<u8> {
    let (status, _, body) = browser.open(Method::GET, path, None, Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    axum::body::to_bytes(body, 8 << 20).await.unwrap().to_vec()
}

/// The reports of the period by the programme's name.
async fn said(town: &Town, period: &Period) -> Vec<(String, Progress, Vec<Quantity>)> {
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let programmes = sql::plan::programmes(&mut conn, period.masterplan).await.unwrap();
    let mut all = Vec::new();
    for progress in sql::progress::of_period(&mut conn, period.id).await.unwrap() {
        let name = programmes.iter().find(|one| one.id == progress.programme).unwrap().name.clone();
        let told = sql::progress::values(&mut conn, progress.id).await.unwrap();
        all.push((name, progress, told.into_iter().map(|told| told.amount).collect()));
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// The rows of a workbook as a CSV of the columns that are read, with what `typed` puts into value and sentence.
fn filled(file: &[u8], typed: &[(&str, &str, &str)]) -> Vec<u8> {
    let sheet = sheet_in::read(file, None).unwrap();
    let mut lines = vec!["Kode program;Nilai sekarang;Kemajuan;Kunci".to_owned()];
    let rows = sheet.rows.iter().skip_while(|row| row.get(0).text() != "Kode program").skip(1);
    for row in rows {
        let name = row.get(1).text();
        let (_, value, sentence) = typed.iter().find(|(of, ..)| *of == name).copied().unwrap_or((&name, "", ""));
        lines.push(format!("{};{value};{sentence};{}", row.get(0).text(), row.get(14).text()));
    }
    lines.join("\r\n").into_bytes()
}

/// An officer who is asked for the reports of a period, one of them on an indicator, and where the workbook goes.
struct Asked {
    town: Town,
    period: Period,
    officer: Browser,
    path: String,
}

async fn asked(more: &[(&str, &str)]) -> Asked {
    let mut town = town().await;
    let fields = [("name", "Titik lampu"), ("unit", "titik"), ("counting", "positive"), ("frequency", "quarterly")];
    let fields = [&fields[..], more].concat();
    let saved = town.clerk.post("/rencana/QW-2026-01/indikator/baru", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    let period = town.period().await;
    town.at(period.opens_at).await;
    let officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let path = format!("/kotak/laporan-kemajuan/lembar/{}", period.id);
    Asked { town, period, officer, path }
}

#[tokio::test]
async fn a_workbook_goes_out_and_comes_in_whole_or_not_at_all() {
    let Asked { town, period, mut officer, path } = asked(&[]).await;
    let list = officer.get("/kotak/laporan-kemajuan").await.text;
    assert!(list.contains(&path), "{list}");
    let book = bytes(&mut officer, &format!("{path}/unduh")).await;
    let names = String::from_utf8_lossy(&filled(&book, &[])).into_owned();
    assert_eq!(names.lines().count(), 3, "a row for the lamps, one for the programme without an indicator: {names}");

    let same = upload(&mut officer, &path, &[], &book).await;
    assert_eq!((same.status, same.location()), (StatusCode::SEE_OTHER, path.as_str()), "{}", same.text);
    assert!(said(&town, &period).await.is_empty(), "what was not filled in is no report");

    let wrong = filled(&book, &[("Parkir tertib", "", "Rambu terpasang"), ("Penerangan jalan", "banyak", "Berjalan")]);
    let refused = upload(&mut officer, &path, &[], &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("tulis angka saja") && refused.text.contains("Belum ada yang tersimpan"));
    assert!(said(&town, &period).await.is_empty(), "nothing is half taken");

    // Handed in at once, a report without its sentence holds the other one up as well.
    let half = filled(&book, &[("Penerangan jalan", "480", "Tiang berdiri")]);
    let refused = upload(&mut officer, &path, &[("submit", "on")], &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
    assert!(said(&town, &period).await.is_empty(), "nothing is half handed in");

    let kept = upload(&mut officer, &path, &[], &half).await;
    assert_eq!(kept.location(), "/kotak/laporan-kemajuan", "{}", kept.text);
    let drafts = said(&town, &period).await;
    assert_eq!(drafts.len(), 1, "what was not filled in is no report");
    let (name, draft, values) = &drafts[0];
    assert_eq!((name.as_str(), draft.state, draft.version), ("Penerangan jalan", ProgressState::Draft, 1));
    assert_eq!((draft.sentence.as_str(), values.as_slice()), ("Tiang berdiri", [Quantity::whole(480)].as_slice()));

    // The old workbook again says the same, and is no conflict. Whoever wrote with it may go on in it; for another, who
    // has the same workbook, it is what somebody else changed meanwhile.
    let again = upload(&mut officer, &path, &[], &half).await;
    assert_eq!(again.location(), path, "{}", again.text);
    let more = filled(&book, &[("Penerangan jalan", "481", "Tiang berdiri")]);
    let more = upload(&mut officer, &path, &[], &more).await;
    assert_eq!(more.location(), "/kotak/laporan-kemajuan", "{}", more.text);
    let mut colleague = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let other = filled(&book, &[("Penerangan jalan", "482", "Tiang berdiri")]);
    let stale = upload(&mut colleague, &path, &[], &other).await;
    assert!(stale.text.contains("sudah diubah sejak lembar dibuat"), "{}", stale.text);
    let drafts = said(&town, &period).await;
    assert_eq!((drafts[0].1.version, drafts[0].2.as_slice()), (2, [Quantity::whole(481)].as_slice()));
    let book = bytes(&mut officer, &format!("{path}/unduh")).await;
    let same = upload(&mut officer, &path, &[], &book).await;
    assert_eq!(same.location(), path, "out and in again changes nothing: {}", same.text);
    assert_eq!(said(&town, &period).await, drafts);

    let whole = [("Penerangan jalan", "490,5", "Tiang berdiri"), ("Parkir tertib", "", "Rambu terpasang")];
    let handed_in = upload(&mut officer, &path, &[("submit", "on")], &filled(&book, &whole)).await;
    assert_eq!(handed_in.location(), "/kotak/laporan-kemajuan", "{}", handed_in.text);
    let all = said(&town, &period).await;
    assert!(all.iter().all(|(_, one, _)| one.state == ProgressState::Submitted) && all.len() == 2, "{all:?}");
    let after = upload(&mut officer, &path, &[], &filled(&book, &[("Penerangan jalan", "1", "Lain")])).await;
    assert!(after.text.contains("sudah dikirim"), "{}", after.text);
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    let foreign = upload(&mut other, &path, &[], &book).await;
    assert!(foreign.text.contains("bukan program yang wajib Anda laporkan"), "{}", foreign.text);
    let damaged = upload(&mut officer, &path, &[], b"PK\x03\x04 no workbook").await;
    assert_eq!(damaged.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_told_by_district_comes_in_by_the_workbook_as_by_the_form() {
    let Asked { town, period, mut officer, path } = asked(&[("by_district", "1")]).await;
    let book = bytes(&mut officer, &format!("{path}/unduh")).await;
    let districts = town.site.app.directory.of(TEST_REGION).await.unwrap().districts.len();
    let filled = String::from_utf8(filled(&book, &[("Penerangan jalan", "7", "Tiang berdiri")])).unwrap();
    assert_eq!(filled.lines().count(), 1 + 1 + districts + 1, "{filled}");
    let kept = upload(&mut officer, &path, &[], filled.as_bytes()).await;
    assert_eq!(kept.location(), "/kotak/laporan-kemajuan", "{}", kept.text);
    let values = said(&town, &period).await.remove(0).2;
    assert_eq!(values, vec![Quantity::whole(7); 1 + districts], "the region and every district");
    let book = bytes(&mut officer, &format!("{path}/unduh")).await;
    let same = upload(&mut officer, &path, &[], &book).await;
    assert_eq!(same.location(), path, "out and in again changes nothing: {}", same.text);
}

#[tokio::test]
async fn a_report_brings_its_evidence_along_and_other_words_under_the_same_key_are_not_lost() {
    let mut town = town().await;
    let period = town.period().await;
    town.at(period.opens_at).await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let proof = bytes(&mut officer, &format!("/kotak/laporan-kemajuan/lembar/{}/unduh", period.id)).await;
    let path = format!("/kotak/laporan-kemajuan/QW-2026-02/{}", period.id);
    let said = |sentence| [("key", "01a21ebd-57de-7c90-b906-95e2a75d4271"), ("version", "0"), ("sentence", sentence)];
    let refused = upload(&mut officer, &path, &said("Rambu terpasang"), b"MZ no workbook").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("Rambu terpasang"), "what was typed stays: {}", refused.text);
    for _ in 0..2 {
        let kept = upload(&mut officer, &path, &said("Rambu terpasang"), &proof).await;
        assert_eq!(kept.location(), path, "{}", kept.text);
    }
    let form = officer.get(&path).await.text;
    assert_eq!(form.matches("Triwulan IV 2026: Parkir tertib (lembar.xlsx)").count(), 1, "once, however often: {form}");
    let other = upload(&mut officer, &path, &said("Rambu dan marka"), &proof).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "what differs is no retry");
    assert!(other.text.contains("Rambu dan marka") && other.text.contains("Rambu terpasang"), "{}", other.text);
}
