//! A file of SP4N-LAPOR! by the web, and the recap in its words.

use std::io::{Cursor, Write};

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Role;
use simpul_report::model::{Class, Report, Source, Status};
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;
use zip::write::SimpleFileOptions;

use super::town::{Founded, founded};

struct Town {
    site: TestSite,
    dishub: Uuid,
    coordinator: Browser,
}

async fn town() -> Town {
    let Founded { site, dishub, .. } = founded().await;
    let coordinator = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    Town { site, dishub, coordinator }
}

const HEAD: &str = "\u{feff}Tracking ID;Tanggal;Judul;Isi Laporan;Kategori;Klasifikasi;Instansi Tujuan;Status;\
                    Tindak Lanjut;Lokasi;Nama Pelapor;No. HP;Rahasia";

/// Four records as LAPOR! may export them; the last one can't be taken.
fn csv() -> String {
    let lamp = "8800001;01/11/2026 08:10;Lampu mati;\"Lampu mati \"\"total\"\";\nsudah lama\";Lampu jalan;Pengaduan";
    let wish = "8800002;01/11/2026;Usul taman;Tolong buat taman;Pertamanan;Aspirasi";
    let bribe = "8800003;01/11/2026;Pungli;Petugas minta uang;Lampu jalan;Pengaduan";
    let wrong = "8800004;kemarin;Rusak;Rusak;Lampu jalan;Pengaduan";
    [
        HEAD.to_owned(),
        format!("{lamp};Dishub;Diproses;Sedang dikerjakan;Masamba;Budi;0812 3456 7890;Tidak"),
        format!("{wish};Dinas Luar;Belum Terverifikasi;;;Sari;;Tidak"),
        format!("{bribe};Dishub;Belum Ditindaklanjuti;;;Tuti;;Ya"),
        format!("{wrong};Dishub;Diproses;;;Edi;;Entah"),
    ]
    .join("\n")
}

async fn send(browser: &mut Browser, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> TestAnswer {
    let token = browser.token();
    let mut body = Vec::new();
    for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
        let part = format!("--garis\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some((name, bytes)) = file {
        let head = format!("--garis\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--garis--\r\n");
    let kind = Some("multipart/form-data; boundary=garis");
    browser.send(Method::POST, "/admin/report/impor", kind, Body::from(body)).await
}

/// The hidden fields of the page that asks for the second button.
fn kept(page: &TestAnswer) -> String {
    let at = page.text.find("name=\"kept\" value=\"").unwrap() + 19;
    page.text[at..at + 64].to_owned()
}

impl Town {
    async fn look(&mut self, name: &str, bytes: &[u8]) -> TestAnswer {
        send(&mut self.coordinator, &[("source", "lapor"), ("unknown", "other")], Some((name, bytes))).await
    }

    async fn confirm(&mut self, page: &TestAnswer) -> TestAnswer {
        let digest = kept(page);
        let fields = [("source", "lapor"), ("unknown", "other"), ("kept", digest.as_str()), ("confirm", "1")];
        send(&mut self.coordinator, &fields, None).await
    }

    async fn report(&self, sp4n_id: &str) -> Option<Report> {
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        sql::by_foreign(&mut conn, Source::Lapor, sp4n_id).await.unwrap()
    }
}

/// "Laporan baru" and its number.
fn count(page: &TestAnswer, word: &str) -> i64 {
    let rest = page.text.split(&format!("<dt>{word}</dt><dd>")).nth(1).unwrap();
    rest.split('<').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_file_is_looked_at_first_and_taken_by_the_second_button_and_again_changes_nothing() {
    let mut town = town().await;
    let looked = town.look("lapor.csv", csv().as_bytes()).await;
    assert_eq!(looked.status, StatusCode::OK, "{}", looked.text);
    assert_eq!((count(&looked, "Laporan baru"), count(&looked, "Ditolak")), (3, 1), "{}", looked.text);
    for said in ["8800004", "kemarin bukan tanggal", "Usul taman"] {
        assert!(looked.text.contains(said), "{said}: {}", looked.text);
    }
    assert!(!looked.text.contains("Budi") && !looked.text.contains("0812"), "persons are never taken");
    assert!(town.report("8800001").await.is_none(), "looking writes nothing");
    let done = town.confirm(&looked).await;
    assert_eq!((done.status, count(&done, "Laporan baru")), (StatusCode::OK, 3), "{}", done.text);
    let lamp = town.report("8800001").await.unwrap();
    assert_eq!((lamp.status(), lamp.class, lamp.agency), (Status::InProgress, Class::Complaint, Some(town.dishub)));
    assert_eq!(lamp.body, "Lampu mati \"total\";\nsudah lama");
    let wish = town.report("8800002").await.unwrap();
    assert_eq!((wish.status(), wish.class, wish.category.as_str()), (Status::New, Class::Aspiration, "lainnya"));
    let again = town.look("lapor.csv", csv().as_bytes()).await;
    assert_eq!((count(&again, "Laporan baru"), count(&again, "Tetap sama")), (0, 3));
    let again = town.confirm(&again).await;
    assert_eq!((count(&again, "Berubah"), count(&again, "Tetap sama")), (0, 3));
    assert_eq!(town.report("8800001").await.unwrap(), lamp);
}

#[tokio::test]
async fn what_lapor_keeps_secret_is_in_nobodys_list() {
    let mut town = town().await;
    let looked = town.look("lapor.csv", csv().as_bytes()).await;
    town.confirm(&looked).await;
    let secret = town.report("8800003").await.unwrap();
    assert!(secret.secret && !secret.is_public());
    let mut visitor = town.site.browser();
    assert_eq!(visitor.get(&format!("/laporan/{}", secret.number)).await.status, StatusCode::NOT_FOUND);
    assert!(!visitor.get("/laporan").await.text.contains(&secret.number));
    assert!(!visitor.get("/api/v1/reports").await.text.contains(&secret.number));
    assert_eq!(town.coordinator.get(&format!("/kotak/{}", secret.number)).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_report_of_ours_that_has_lapors_number_is_known_again_and_keeps_its_words() {
    let mut town = town().await;
    let looked = town.look("lapor.csv", csv().as_bytes()).await;
    town.confirm(&looked).await;
    let mut citizen = town.site.browser();
    let fields =
        [("category", "lampu_jalan"), ("landmark", "dekat lapangan"), ("text", "Kata warga"), ("mode", "anonymous")];
    let place = town.site.app.directory.of(TEST_REGION).await.unwrap();
    let village = simpul_kernel::area::AreaCode::from_number(place.villages[0].code).unwrap().to_string();
    let mut fields = fields.to_vec();
    fields.push(("village", &village));
    citizen.post("/lapor", &fields).await;
    let sent = citizen.post("/lapor/kirim", &[]).await;
    let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
    town.coordinator.post(&format!("/kotak/{number}/sp4n"), &[("sp4n_id", "8800009")]).await;
    let row = "8800009;02/11/2026 09:00;Judul;Kata LAPOR;Lampu jalan;Pengaduan;Dishub;Selesai;Sudah;;Ani;;Tidak";
    let looked = town.look("lapor.csv", format!("{HEAD}\n{row}").as_bytes()).await;
    assert_eq!((count(&looked, "Laporan baru"), count(&looked, "Berubah")), (0, 1), "{}", looked.text);
    town.confirm(&looked).await;
    assert!(town.report("8800009").await.is_none(), "no second report is made of it");
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_number(&mut conn, &number).await.unwrap().unwrap();
    assert_eq!((report.body.as_str(), report.status()), ("Kata warga", Status::New), "its state goes along the arrows");
}

/// The same table as a workbook.
fn workbook(rows: &[&str]) -> Vec<u8> {
    let cell = |(column, text): (usize, &str), row: usize| {
        let letter = char::from(b'A' + column as u8);
        format!("<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |(at, line): (usize, &&str)| {
        let cells: String = line.split(';').enumerate().map(|found| cell(found, at + 1)).collect();
        format!("<row r=\"{}\">{cells}</row>", at + 1)
    };
    let sheet: String = rows.iter().enumerate().map(row).collect();
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book = format!(
        "<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets>\
         </workbook>"
    );
    let root = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r0\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let links = format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let parts = [
        ("_rels/.rels", root),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>")),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_workbook_is_taken_like_the_table_in_it_and_its_rows_keep_their_numbers() {
    let mut town = town().await;
    let head = HEAD.trim_start_matches('\u{feff}');
    let rows = [
        head,
        "8800011;01/11/2026 08:10;Lampu mati;Gelap;Lampu jalan;Pengaduan;Dishub;Diproses;;;Budi;0812;Tidak",
        "8800012;kapan;Lampu mati;Gelap;Lampu jalan;Pengaduan;Dishub;Diproses;;;Budi;0812;Tidak",
    ];
    let looked = town.look("lapor.xlsx", &workbook(&rows)).await;
    assert_eq!((count(&looked, "Laporan baru"), count(&looked, "Ditolak")), (1, 1), "{}", looked.text);
    assert!(looked.text.contains("<th scope=\"row\">3</th><td>8800012</td>"), "{}", looked.text);
    town.confirm(&looked).await;
    assert_eq!(town.report("8800011").await.unwrap().body, "Lampu mati\nGelap");
}

#[tokio::test]
async fn a_file_that_is_none_and_a_column_that_is_missing_are_named_at_their_field() {
    let mut town = town().await;
    for (name, bytes) in [("a.xlsx", &b"PK\x03\x04 bukan"[..]), ("a.csv", b""), ("a.csv", b"i\0d\0")] {
        let refused = town.look(name, bytes).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {}", refused.text);
        assert!(refused.text.contains("href=\"#file\""), "{}", refused.text);
    }
    let table = "Tiket;Tanggal;Kategori;Status\n1;01/11/2026;Lampu jalan;Selesai";
    let missing = town.look("a.csv", table.as_bytes()).await;
    assert!(missing.text.contains("href=\"#mapping\"") && missing.text.contains("Tiket, Tanggal"), "{}", missing.text);
    let digest = kept(&missing);
    let fields = [("source", "lapor"), ("kept", digest.as_str()), ("mapping", "id=Tiket")];
    let looked = send(&mut town.coordinator, &fields, None).await;
    assert_eq!(count(&looked, "Laporan baru"), 1, "the file need not be sent again: {}", looked.text);
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(officer.get("/admin/report/impor").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_recap_counts_in_lapors_words_and_an_agency_sees_its_own_alone() {
    let mut town = town().await;
    let looked = town.look("lapor.csv", csv().as_bytes()).await;
    town.confirm(&looked).await;
    let page = town.coordinator.get("/admin/report/rekap-lapor?masa=2026-11").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    for said in ["Belum terverifikasi", "Belum ditindaklanjuti", "Permintaan informasi", "SP4N-LAPOR!", "Triwulan 4"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    let file = town.coordinator.get("/admin/report/rekap-lapor.csv?masa=2026-T4").await;
    assert!(file.headers["content-type"].to_str().unwrap().starts_with("text/csv"));
    let line =
        |name: &str| file.text.lines().find(|line| line.starts_with(&format!("2026-T4,{name},"))).unwrap().to_owned();
    assert_eq!(line("Pengaduan"), "2026-T4,Pengaduan,0,1,1,0,0,0,0,0,2,0.0,");
    assert_eq!(line("Aspirasi"), "2026-T4,Aspirasi,1,0,0,0,0,0,0,0,1,,");
    let other = town.site.agency("PUPR").await.unwrap();
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(other)).await.unwrap();
    let own = officer.get("/admin/report/rekap-lapor.csv?masa=2026-11").await;
    assert!(own.text.contains("2026-11,Jumlah,0,0,0,0,0,0,0,0,0,,"), "{}", own.text);
    assert!(!own.text.contains("Dishub"));
    for wrong in ["2026-13", "x", "2026-T9"] {
        let asked = format!("/admin/report/rekap-lapor?masa={wrong}");
        assert_eq!(town.coordinator.get(&asked).await.status, StatusCode::NOT_FOUND);
    }
    let mut field = town.site.sign_in_as(Role::FieldOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(field.get("/admin/report/rekap-lapor").await.status, StatusCode::FORBIDDEN);
}
