//! Every page is rendered in both languages, with rows and without.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Role;
use simpul_people::actions::LogAccess;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::{Action, Channel, Message, Tx};
use uuid::Uuid;

use crate::{admin, between, site};

/// A message that waits, as a room's reaction would leave it.
struct Send;

impl Action for Send {
    type Output = Uuid;

    async fn apply(&self, tx: &mut Tx, ctx: &simpul_kernel::Ctx) -> simpul_store::Result<Uuid> {
        let message = Message {
            channel: Channel::Email,
            to: "warga@contoh.test".into(),
            subject: "Kabar laporan".into(),
            body: "Isi pesan".into(),
            about: None,
        };
        Ok(tx.outbox(ctx, message))
    }
}

/// One of everything that the pages list.
async fn filled(site: &TestSite) -> Vec<String> {
    let system = site.db.ctx(simpul_kernel::Actor::system("test"));
    let agency = site.agency("Dishub").await.unwrap();
    let officer = site.officer("rina@contoh.test", Role::AgencyOfficer, Some(agency)).await.unwrap();
    let areas = simpul_people::data::AREAS_LUWU_UTARA;
    site.app.directory.import_areas(&system, &[areas], false).await.unwrap();
    site.api_key(&[simpul_people::KeyScope::Read], Some(60)).await.unwrap();
    site.display().await.unwrap();
    let look = LogAccess { subject_kind: "report", subject_id: Uuid::from_u128(9), what: "reporter" };
    site.app.directory.write(&system, look).await.unwrap();
    let message = site.app.directory.write(&system, Send).await.unwrap();
    let mut conn = site.db.db.read(system.region).await.unwrap();
    let key = simpul_people::sql::door::api_keys(&mut conn).await.unwrap()[0].id;
    let display = simpul_people::sql::door::displays(&mut conn).await.unwrap()[0].id;
    vec![
        format!("/admin/perangkat-daerah/{agency}"),
        format!("/admin/perangkat-daerah/{agency}/nonaktif"),
        format!("/admin/petugas/{officer}"),
        format!("/admin/petugas/{officer}/ubah"),
        format!("/admin/petugas/{officer}/nonaktif"),
        format!("/admin/petugas/{officer}/kode"),
        format!("/admin/petugas/{officer}/hapus"),
        format!("/admin/kunci/{key}/cabut"),
        format!("/admin/layar/{display}/cabut"),
        format!("/admin/pesan/{message}"),
        "/admin/pesan?keadaan=waiting".to_owned(),
    ]
}

/// No key of the catalogue, no debug form of a value, no tag left open by a template.
fn looks_whole(path: &str, text: &str) {
    assert!(text.trim_end().ends_with("</html>"), "{path}: {text}");
    let visible = between(text, "<main", "</main>");
    for mark in ["admin.", "shell.", "people.", "Some(", "None)", "{n}", "{name}", "{{"] {
        // Addresses and kinds of the journal hold dots; sentences of the catalogue never begin with a room's name.
        let found = visible.match_indices(mark).find(|(at, _)| !visible[..*at].ends_with(['/', '.', '"']));
        assert!(found.is_none() || visible.contains("<code>"), "{path}: {mark} in {visible}");
    }
    assert_eq!(text.matches("<h1").count(), 1, "{path}: one heading of the first rank");
    assert!(!text.contains(" style="), "{path}: a style that the policy forbids");
    for tag in ["form", "table", "details", "section", "ul", "dl", "div", "fieldset"] {
        let (open, close) = (text.matches(&format!("<{tag}")).count(), text.matches(&format!("</{tag}>")).count());
        assert_eq!(open, close, "{path}: <{tag}>");
    }
    let primary = visible.matches("class=\"btn\"").count() + visible.matches("class=\"btn warning\"").count();
    assert!(primary <= 1, "{path}: {primary} main deeds");
}

async fn in_both_languages(browser: &Browser, path: &str) {
    for lang in ["id", "en"] {
        let mut browser = browser.clone().with("accept-language", lang);
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{lang} {path}: {}", answer.text);
        assert!(answer.text.contains(&format!("<html lang=\"{lang}\"")), "{path}");
        assert!(answer.text.contains("<p class=\"demo\""), "{path}: a demo that does not say so");
        looks_whole(path, &answer.text);
    }
}

/// Every page that lists or asks, by the table of routes.
fn plain_paths(site: &TestSite) -> Vec<&'static str> {
    let pages = site.table.iter().filter(|route| route.path.starts_with("/admin") && route.method == Method::GET);
    pages.map(|route| route.path).filter(|path| !path.contains('{') && !path.ends_with(".csv")).collect()
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages_when_nothing_is_there() {
    let site = site().await;
    let browser = admin(&site).await;
    let paths = plain_paths(&site);
    assert!(paths.len() >= 18, "{paths:?}");
    for path in paths {
        in_both_languages(&browser, path).await;
    }
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages_with_rows() {
    let site = site().await;
    let browser = admin(&site).await;
    let more = filled(&site).await;
    for path in plain_paths(&site) {
        in_both_languages(&browser, path).await;
    }
    for path in &more {
        in_both_languages(&browser, path).await;
    }
    let covered = |pattern: &str| {
        let (before, after) = pattern.split_once("{id}").unwrap();
        more.iter().any(|path| path.starts_with(before) && path.ends_with(after))
    };
    for route in site.table.iter().filter(|route| route.path.starts_with("/admin") && route.method == Method::GET) {
        assert!(!route.path.contains('{') || covered(route.path), "{} is rendered by no test", route.path);
    }
}

#[tokio::test]
async fn every_filter_answers_with_a_page() {
    let site = site().await;
    let browser = admin(&site).await;
    filled(&site).await;
    for path in [
        "/admin/jurnal?jenis=officer&dari=2026-01-01&sampai=2027-01-01",
        "/admin/jurnal?hal=00000000-0000-7000-8000-000000000001",
        "/admin/jurnal?sebelum=3",
        "/admin/akses?jenis=report&dari=2026-01-01&sampai=2027-01-01",
        "/admin/akses?petugas=00000000-0000-7000-8000-000000000001",
        "/admin/petugas?q=rina&peran=agency_officer&keadaan=active",
        "/admin/petugas?halaman=7",
        "/admin/perangkat-daerah?tampil=all&q=dis",
        "/admin/kalender?tahun=2027",
        "/admin/kalender?tahun=99999999999999999999",
        "/admin/pesan?keadaan=sent",
    ] {
        in_both_languages(&browser, path).await;
    }
}

#[tokio::test]
async fn the_names_of_people_stand_in_the_journal_page_and_not_in_its_file() {
    let site = site().await;
    let mut browser = admin(&site).await;
    filled(&site).await;
    let page = browser.get("/admin/jurnal").await;
    assert!(page.text.contains("Petugas agency_officer"));
    let file = browser.get("/admin/jurnal.csv").await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().contains("contoh-jurnal.csv"));
    assert!(!file.text.contains("Petugas agency_officer") && file.text.contains("officer.added"));
    let mut rows = csv::Reader::from_reader(file.text.as_bytes());
    assert!(rows.records().all(|row| row.unwrap().iter().next_back() == Some("DATA CONTOH – BUKAN DATA RESMI")));
}

/// Whoever reads the journal alone is led to no page that is closed to them.
#[tokio::test]
async fn the_journal_links_only_to_what_its_reader_may_open() {
    let site = site().await;
    filled(&site).await;
    let links =
        |text: &str| (text.matches("\"/admin/petugas/").count(), text.matches("\"/admin/perangkat-daerah/").count());
    let (officers, agencies) = links(&admin(&site).await.get("/admin/jurnal").await.text);
    assert!(officers > 0 && agencies > 0);
    let mut auditor = site.sign_in_as(Role::Auditor, None).await.unwrap();
    assert_eq!(links(&auditor.get("/admin/jurnal").await.text), (0, 0));
}

#[tokio::test]
async fn a_form_that_is_empty_says_what_to_do_in_both_languages() {
    let site = site().await;
    let browser = admin(&site).await;
    let more = filled(&site).await;
    let forms = [
        "/admin/wilayah",
        "/admin/perangkat-daerah/baru",
        "/admin/petugas/baru",
        "/admin/kalender",
        "/admin/kalender/jam",
        "/admin/kunci/baru",
        "/admin/layar",
    ];
    let confirms = more
        .iter()
        .map(String::as_str)
        .filter(|path| ["/nonaktif", "/kode", "/hapus", "/ubah"].iter().any(|end| path.ends_with(end)));
    for path in forms.into_iter().chain(confirms) {
        for lang in ["id", "en"] {
            let mut browser = browser.clone().with("accept-language", lang);
            let answer = browser.post(path, &[]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.text);
            assert!(answer.text.contains("class=\"errors\""), "{path}");
            looks_whole(path, &answer.text);
        }
    }
}

#[tokio::test]
async fn the_upload_without_a_file_says_so() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let token = browser.token();
    let body = format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--b--\r\n");
    let answer = browser
        .send(Method::POST, "/admin/wilayah/batas", Some("multipart/form-data; boundary=b"), Body::from(body))
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Pilih berkas GeoJSON"));
}
