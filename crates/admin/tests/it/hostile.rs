//! What nobody should send, and somebody will.

use axum::http::StatusCode;
use simpul_kernel::Role;

use crate::{admin, site};

const SCRIPT: &str = "<script>alert(1)</script>\"'&";

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_and_kept_in_the_form() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let long = "x".repeat(5_000);
    for (path, fields) in [
        ("/admin/petugas/baru", vec![("name", long.as_str()), ("email", "a@contoh.test"), ("role", "planner")]),
        ("/admin/perangkat-daerah/baru", vec![("short", long.as_str()), ("name", "Dinas"), ("kind", "dinas")]),
        ("/admin/layar", vec![("name", long.as_str())]),
        ("/admin/kunci/baru", vec![("name", long.as_str()), ("scopes", "read")]),
        ("/admin/kalender", vec![("date", "2026-12-31"), ("name", long.as_str()), ("kind", "regional")]),
    ] {
        let answer = browser.post(path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(answer.text.contains(&long), "{path}: what was typed is gone");
    }
}

#[tokio::test]
async fn an_officers_number_mail_and_role_are_checked() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let good = [("name", "Budi Contoh"), ("email", "budi@contoh.test"), ("role", "planner")];
    let with = |name: &'static str, value: &'static str| {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(field, _)| *field != name).collect();
        fields.push((name, value));
        fields
    };
    for (field, value) in [
        ("nip", "123"),
        ("nip", "199913012020011001"),
        ("email", "bukan surel"),
        ("phone", "nol delapan"),
        ("role", "raja"),
        ("role", "citizen"),
        ("role", "agency_officer"),
        ("name", ""),
    ] {
        let answer = browser.post("/admin/petugas/baru", &with(field, value)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}: {}", answer.text);
    }
    let unknown = [("agency", "00000000-0000-7000-8000-000000000001")];
    let answer = browser.post("/admin/petugas/baru", &[&good[..], &unknown].concat()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_second_officer_with_the_same_mail_is_refused_at_the_field() {
    let site = site().await;
    let mut browser = admin(&site).await;
    site.officer("rina@contoh.test", Role::Planner, None).await.unwrap();
    let fields = [("name", "Rina Dua"), ("email", "RINA@contoh.test"), ("role", "planner")];
    let answer = browser.post("/admin/petugas/baru", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("href=\"#email\"") && answer.text.contains("RINA@contoh.test"));
}

#[tokio::test]
async fn a_second_agency_with_the_same_short_name_is_refused() {
    let site = site().await;
    let mut browser = admin(&site).await;
    site.agency("Dishub").await.unwrap();
    let fields = [("short", "DISHUB"), ("name", "Dinas Perhubungan"), ("kind", "dinas")];
    let answer = browser.post("/admin/perangkat-daerah/baru", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("href=\"#short\""));
}

#[tokio::test]
async fn what_was_typed_never_becomes_markup() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [("short", SCRIPT), ("name", SCRIPT), ("kind", "dinas"), ("duties", SCRIPT), ("contact", SCRIPT)];
    assert_eq!(browser.post("/admin/perangkat-daerah/baru", &fields).await.status, StatusCode::SEE_OTHER);
    let fields = [("name", SCRIPT), ("email", "a@contoh.test"), ("role", "planner")];
    assert_eq!(browser.post("/admin/petugas/baru", &fields).await.status, StatusCode::OK);
    browser.post("/admin/layar", &[("name", SCRIPT)]).await;
    browser.post("/admin/kunci/baru", &[("name", SCRIPT), ("scopes", "read")]).await;
    browser.post("/admin/kalender", &[("date", "2026-12-31"), ("name", SCRIPT), ("kind", "regional")]).await;
    for path in [
        "/admin/perangkat-daerah",
        "/admin/petugas",
        "/admin/petugas/baru",
        "/admin/layar",
        "/admin/kunci",
        "/admin/kalender",
        "/admin/jurnal",
        "/admin/akses",
    ] {
        let text = browser.get(path).await.text;
        assert!(!text.contains("<script>alert"), "{path}");
    }
    let query = "/admin/petugas?q=%3Cscript%3Ealert(1)%3C/script%3E";
    assert!(!browser.get(query).await.text.contains("<script>alert"));
}

#[tokio::test]
async fn a_formula_in_a_name_stays_text_in_the_file() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [("short", "=1+1"), ("name", "@SUM(A1)"), ("kind", "dinas"), ("contact", "+62 812")];
    assert_eq!(browser.post("/admin/perangkat-daerah/baru", &fields).await.status, StatusCode::SEE_OTHER);
    let file = browser.get("/admin/perangkat-daerah.csv").await.text;
    assert!(file.contains("'=1+1") && file.contains("'@SUM(A1)") && file.contains("'+62 812"), "{file}");
    assert!(file.contains("DATA CONTOH – BUKAN DATA RESMI"));
}

#[tokio::test]
async fn nonsense_in_filters_is_answered_and_never_an_error_of_ours() {
    let site = site().await;
    let mut browser = admin(&site).await;
    for query in [
        "/admin/jurnal?dari=kemarin",
        "/admin/jurnal?hal=bukan-nomor",
        "/admin/jurnal?sebelum=-5&jenis=%25%27--",
        "/admin/jurnal?sebelum=9223372036854775807",
        "/admin/jurnal?sampai=9999-12-31",
        "/admin/jurnal.csv?dari=kemarin",
        "/admin/akses?dari=2026-02-30",
        "/admin/akses?petugas=x&jenis=%00",
        "/admin/petugas?halaman=-1&perangkat=x&peran=raja&keadaan=?",
        "/admin/petugas?halaman=18446744073709551615",
        "/admin/kalender?tahun=-1",
        "/admin/pesan?keadaan=x&sebelum=x",
        "/admin/petugas/bukan-nomor",
        "/admin/pesan/ffffffff-ffff-ffff-ffff-ffffffffffff",
    ] {
        let answer = browser.get(query).await;
        assert!(answer.status.as_u16() < 500, "{query}: {} {}", answer.status, answer.text);
    }
    assert_eq!(browser.get("/admin/jurnal?dari=kemarin").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn settings_that_cannot_stand_are_refused_and_nothing_is_kept() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let good = [
        ("name", "Luwu Utara"),
        ("reporter_days", "730"),
        ("access_log_days", "730"),
        ("session_days", "30"),
        ("outbox_days", "90"),
    ];
    for (field, value) in [
        ("name", ""),
        ("reporter_days", "0"),
        ("reporter_days", "banyak"),
        ("session_days", "99999999999999999999"),
        ("office_email", "bukan surel"),
        ("whatsapp", "x"),
        ("default_agency", "TidakAda"),
    ] {
        let mut fields: Vec<(&str, &str)> = good.iter().copied().filter(|(name, _)| *name != field).collect();
        fields.push((field, value));
        fields.push(("office_name", "Tidak disimpan"));
        let answer = browser.post("/admin/wilayah", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        assert!(answer.text.contains(&format!("href=\"#{field}\"")), "{field}: {}", answer.text);
    }
    assert!(!browser.get("/admin/wilayah").await.text.contains("Tidak disimpan"));
}

#[tokio::test]
async fn nobody_locks_themselves_or_the_last_administrator_out() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let mut conn = site.db.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
    let me = simpul_people::sql::officers::administrators(&mut conn).await.unwrap()[0];
    for (path, fields) in [
        (format!("/admin/petugas/{me}/nonaktif"), vec![("understood", "1")]),
        (format!("/admin/petugas/{me}/hapus"), vec![("understood", "1")]),
        (format!("/admin/petugas/{me}/kode"), vec![("understood", "1")]),
        (format!("/admin/petugas/{me}/peran"), vec![("remove", "region_admin:")]),
    ] {
        let answer = browser.post(&path, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    assert_eq!(browser.get("/admin").await.status, StatusCode::OK);
}

#[tokio::test]
async fn hours_that_no_day_has_are_refused() {
    let site = site().await;
    let mut browser = admin(&site).await;
    for fields in [
        vec![("open_minute", "08.00"), ("close_minute", "16.00")],
        vec![("work_days", "mon"), ("open_minute", "16.00"), ("close_minute", "08.00")],
        vec![("work_days", "mon"), ("open_minute", "25.00"), ("close_minute", "26.00")],
    ] {
        let answer = browser.post("/admin/kalender/jam", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(answer.text.contains("class=\"errors\""));
    }
}
