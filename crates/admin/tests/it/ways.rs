//! Whole ways: what an administrator comes for, from the form to what others see of it.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;
use simpul_kernel::{Actor, Ctx, Role};
use simpul_shell::testing::{Browser, TestAnswer};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Action, Tx};

use crate::{admin, between, site};

#[tokio::test]
async fn an_officer_is_added_gets_a_link_and_sets_a_password() {
    let site = site().await;
    let agency = site.agency("Dishub").await.unwrap().to_string();
    let mut browser = admin(&site).await;
    let fields = [
        ("name", "Budi Contoh"),
        ("email", "budi@contoh.test"),
        ("nip", "19850101 201001 1 001"),
        ("phone", "0812-3456-7890"),
        ("role", "agency_officer"),
        ("agency", agency.as_str()),
    ];
    let page = browser.post("/admin/petugas/baru", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let link = between(&page.text, "<code>", "</code>");
    let path = link.strip_prefix("http://lutra.test").unwrap();
    let mut person = site.browser();
    let password = [("password", "tambatan kapal nelayan"), ("again", "tambatan kapal nelayan")];
    assert_eq!(person.get(path).await.status, StatusCode::OK);
    assert_eq!(person.post(path, &password).await.status, StatusCode::SEE_OTHER);
    assert_eq!(person.get(path).await.status, StatusCode::GONE);
    let list = browser.get("/admin/petugas?q=0812 3456".replace(' ', "%20").as_str()).await.text;
    assert!(list.contains("Budi Contoh") && list.contains("Dishub"));
}

#[tokio::test]
async fn the_link_is_mailed_where_mail_can_leave() {
    let config = simpul_shell::SiteConfig { sends_email: true, ..simpul_shell::SiteConfig::default() };
    let routes = simpul_admin::routes();
    let made = simpul_shell::testing::TestSite::with_config(&[], routes, config, |app| {
        simpul_admin::furnish(app.messages(simpul_admin::MESSAGES))
    });
    let site = made.await.unwrap();
    let mut browser = admin(&site).await;
    let fields = [("name", "Budi"), ("email", "budi@contoh.test"), ("role", "planner")];
    let page = browser.post("/admin/petugas/baru", &fields).await.text;
    assert!(page.contains("Tautan juga dikirim ke budi@contoh.test"), "{page}");
    let link = between(&page, "<code>", "</code>").to_owned();
    let list = browser.get("/admin/pesan?keadaan=waiting").await.text;
    assert!(list.contains("b…@contoh.test") && !list.contains("budi@contoh.test"));
    assert!(!list.contains(&link), "a link in a message is for its recipient alone");
    let one = between(&list, "href=\"/admin/pesan/", "\"").to_owned();
    let opened = browser.get(&format!("/admin/pesan/{one}")).await.text;
    assert!(opened.contains("budi@contoh.test") && !opened.contains(&link));
    assert!(browser.get("/admin/akses?jenis=message").await.text.contains("Penerima pesan"));
}

#[tokio::test]
async fn roles_are_added_and_taken_away() {
    let site = site().await;
    let agency = site.agency("Dishub").await.unwrap();
    let id = site.officer("rina@contoh.test", Role::AgencyOfficer, Some(agency)).await.unwrap();
    let mut browser = admin(&site).await;
    let path = format!("/admin/petugas/{id}/peran");
    assert_eq!(browser.post(&path, &[("role", "planner")]).await.status, StatusCode::SEE_OTHER);
    let gone = format!("agency_officer:{agency}");
    assert_eq!(browser.post(&path, &[("remove", &gone)]).await.status, StatusCode::SEE_OTHER);
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let grants = simpul_people::sql::officers::by_id(&mut conn, id).await.unwrap().unwrap().grants;
    assert_eq!(grants.iter().map(|grant| (grant.role, grant.agency)).collect::<Vec<_>>(), [(Role::Planner, None)]);
}

#[tokio::test]
async fn disabling_needs_the_tick_and_ends_the_officers_sessions() {
    let site = site().await;
    let mut other = site.sign_in_as(Role::Planner, None).await.unwrap();
    let mut browser = admin(&site).await;
    let list = browser.get("/admin/petugas?peran=planner").await.text;
    let path = format!("/admin/petugas/{}", between(&list, "<td><a href=\"/admin/petugas/", "\""));
    assert!(browser.get(&path).await.text.contains("127.0.0.1"));
    let deed = format!("{path}/nonaktif");
    assert_eq!(browser.post(&deed, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(other.get("/akun").await.status, StatusCode::OK);
    assert_eq!(browser.post(&deed, &[("understood", "1")]).await.status, StatusCode::SEE_OTHER);
    assert!(other.get("/akun").await.location().starts_with("/masuk"));
    assert_eq!(browser.post(&format!("{path}/aktif"), &[]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_erased_officer_leaves_an_id_and_nothing_else() {
    let site = site().await;
    let id = site.officer("rina@contoh.test", Role::Planner, None).await.unwrap();
    let mut browser = admin(&site).await;
    let deed = format!("/admin/petugas/{id}/hapus");
    assert_eq!(browser.post(&deed, &[("understood", "1")]).await.status, StatusCode::SEE_OTHER);
    let page = browser.get(&format!("/admin/petugas/{id}")).await;
    assert!(!page.text.contains("rina@contoh.test") && page.text.contains("Petugas yang dihapus"));
    assert_eq!(browser.get(&format!("/admin/petugas/{id}/ubah")).await.status, StatusCode::GONE);
    assert!(!browser.get("/admin/petugas").await.text.contains(&id.to_string()));
    assert!(browser.get("/admin/petugas?keadaan=erased").await.text.contains(&id.to_string()));
}

#[tokio::test]
async fn a_key_is_shown_once_counts_and_stops_counting_when_revoked() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [("name", "Jembatan"), ("scopes", "open311"), ("scopes", "read"), ("expires", "2027-11-22")];
    let page = browser.post("/admin/kunci/baru", &fields).await;
    let key = between(&page.text, "<code>", "</code>").to_owned();
    assert!(site.app.doorman.api_key(TEST_REGION, &key).await.unwrap().is_some());
    let list = browser.get("/admin/kunci").await.text;
    assert!(!list.contains(&key) && list.contains("open311,read") && list.contains("Jembatan"));
    let path = format!("/admin/kunci/{}/cabut", between(&list, "/admin/kunci/", "/cabut").rsplit('/').next().unwrap());
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(site.app.doorman.api_key(TEST_REGION, &key).await.unwrap().is_none());
    assert_eq!(browser.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_that_would_have_ended_already_is_refused() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [("name", "Lama"), ("scopes", "read"), ("expires", "2026-10-01")];
    assert_eq!(browser.post("/admin/kunci/baru", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let fields = [("name", "Cepat"), ("scopes", "read"), ("per_minute", "0")];
    assert_eq!(browser.post("/admin/kunci/baru", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_screen_signs_in_by_its_link() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let page = browser.post("/admin/layar", &[("name", "Dinding ruang COC")]).await;
    let link = between(&page.text, "<code>", "</code>");
    let token = link.rsplit("token=").next().unwrap().to_owned();
    assert!(link.starts_with("http://lutra.test/dinding/masuk?token="));
    assert!(site.app.doorman.display(TEST_REGION, &token).await.unwrap().is_some());
    assert!(!browser.get("/admin/layar").await.text.contains(&token));
}

#[tokio::test]
async fn settings_count_at_once_and_stand_in_the_journal_without_their_values() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [
        ("name", "Luwu Utara Jaya"),
        ("emergency_112", "trial"),
        ("phone_psc", "0473-21112"),
        ("office_name", "Dinas Kominfo"),
        ("whatsapp", "0812 3456 7890"),
        ("public_agency_names", "1"),
        ("reporter_days", "365"),
        ("access_log_days", "730"),
        ("session_days", "30"),
        ("outbox_days", "90"),
    ];
    let answer = browser.post("/admin/wilayah", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let (region, settings) = (&place.region, &place.region.settings);
    assert_eq!((region.name.as_str(), settings.whatsapp.as_str()), ("Luwu Utara Jaya", "+6281234567890"));
    assert!(settings.public_agency_names && settings.retention.reporter_days == 365);
    let journal = browser.get("/admin/jurnal?jenis=region").await.text;
    let lines = between(&journal, "<tbody>", "</tbody>");
    assert!(lines.contains("Pengaturan wilayah diubah") && !lines.contains("1234567890"), "{lines}");
}

#[tokio::test]
async fn an_agency_is_changed_stopped_and_started() {
    let site = site().await;
    let id = site.agency("Dishub").await.unwrap();
    let mut browser = admin(&site).await;
    let path = format!("/admin/perangkat-daerah/{id}");
    let fields = [("short", "Dishub"), ("name", "Dinas Perhubungan"), ("kind", "dinas"), ("duties", "Rambu\r\nLampu")];
    assert_eq!(browser.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.post(&format!("{path}/nonaktif"), &[("understood", "1")]).await.status, StatusCode::SEE_OTHER);
    let agency = site.app.directory.of(TEST_REGION).await.unwrap().agency(id).cloned().unwrap();
    assert!(!agency.active && agency.duties == "Rambu Lampu" && agency.name == "Dinas Perhubungan");
    assert_eq!(browser.post(&format!("{path}/aktif"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(site.app.directory.of(TEST_REGION).await.unwrap().agency(id).unwrap().active);
}

#[tokio::test]
async fn a_day_off_is_added_and_a_national_one_worked() {
    let site = site().await;
    let mut browser = admin(&site).await;
    let fields = [("date", "2026-12-14"), ("name", "Hari Jadi"), ("kind", "regional")];
    assert_eq!(browser.post("/admin/kalender", &fields).await.location(), "/admin/kalender?tahun=2026");
    let page = browser.get("/admin/kalender?tahun=2026").await.text;
    assert!(page.contains("Hari Jadi") && page.contains("Senin, 14 Desember 2026"));
    assert_eq!(browser.post("/admin/kalender/hapus", &[("day", "2026-12-25")]).await.status, StatusCode::SEE_OTHER);
    let page = browser.get("/admin/kalender?tahun=2026").await.text;
    let rows = between(&page, "<tbody>", "</tbody>");
    assert!(!rows.contains("25 Desember 2026"));
    let hours = [("work_days", "mon"), ("work_days", "sat"), ("open_minute", "7:30"), ("close_minute", "14.00")];
    assert_eq!(browser.post("/admin/kalender/jam", &hours).await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/admin/kalender").await.text.contains("Senin, Sabtu, 07.30–14.00"));
}

#[tokio::test]
async fn the_journal_says_what_happened_pages_back_and_checks_itself() {
    let site = site().await;
    let mut browser = admin(&site).await;
    for number in 0..60 {
        site.agency(&format!("Dinas{number}")).await.unwrap();
    }
    let first = browser.get("/admin/jurnal?jenis=agency").await.text;
    assert!(first.contains("Perangkat daerah ditambahkan") && first.contains("Dinas59"));
    assert!(!first.contains(">Dinas9<"), "fifty lines a page");
    let next = between(&first, "rel=\"next\" href=\"", "\"").replace("&amp;", "&").replace("&#38;", "&");
    let second = browser.get(&next).await.text;
    assert!(second.contains(">Dinas9<") && !second.contains(">Dinas59<"));
    let checked = browser.post("/admin/jurnal/periksa", &[]).await.text;
    assert!(checked.contains("Jurnal utuh"), "{checked}");
    let none = browser.get("/admin/jurnal?dari=2030-01-01").await.text;
    assert!(none.contains("Tidak ada baris yang cocok"));
}

/// A line about a report, as the room of reports writes it.
struct ReportLine {
    secret: bool,
}

impl Action for ReportLine {
    type Output = ();
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> simpul_store::Result<()> {
        let number = if self.secret { "LUTRA-2611-0002" } else { "LUTRA-2611-0001" };
        let body = json!({ "number": number, "category": "pungli_rahasia", "secret": self.secret });
        tx.journal(ctx, "report", ctx.new_id(), "report.submitted", body);
        Ok(())
    }
}

#[tokio::test]
async fn a_secret_reports_lines_stand_in_the_journal_without_what_they_say() {
    let site = site().await;
    for secret in [false, true] {
        let ctx = site.db.ctx(Actor::system("test"));
        site.db.db.write(&ctx, ReportLine { secret }).await.unwrap();
    }
    let mut admin = admin(&site).await;
    for path in ["/admin/jurnal", "/admin/jurnal.csv"] {
        let text = admin.get(path).await.text;
        assert_eq!(text.matches("report.submitted").count(), 2, "{path}");
        assert!(text.contains("LUTRA-2611-0001") && !text.contains("LUTRA-2611-0002"), "{path}: {text}");
        assert_eq!(text.matches("pungli_rahasia").count(), 1, "{path}");
    }
    let mut auditor = site.sign_in_as(Role::Auditor, None).await.unwrap();
    for path in ["/admin/jurnal", "/admin/jurnal.csv"] {
        assert!(auditor.get(path).await.text.contains("LUTRA-2611-0002"), "{path}");
    }
}

#[tokio::test]
async fn who_looks_at_an_officer_or_erases_one_is_kept() {
    let site = site().await;
    let id = site.officer("rina@contoh.test", Role::Planner, None).await.unwrap();
    let mut browser = admin(&site).await;
    let seen = async || {
        let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
        let lines = simpul_people::sql::access::of_subject(&mut conn, id, None, 100).await.unwrap();
        let mut seen: Vec<String> = lines.into_iter().map(|line| line.what).collect();
        // The test's clock stands still, so their order says nothing.
        seen.sort_unstable();
        seen
    };
    browser.get("/admin/petugas").await;
    assert!(seen().await.is_empty(), "a list shows no numbers");
    let path = format!("/admin/petugas/{id}");
    browser.get(&path).await;
    assert_eq!(seen().await, ["officer"]);
    browser.get(&format!("{path}/ubah")).await;
    browser.post(&format!("{path}/hapus"), &[]).await;
    assert_eq!(seen().await, ["officer", "officer"], "without the tick nothing is erased");
    browser.post(&format!("{path}/hapus"), &[("understood", "1")]).await;
    assert_eq!(seen().await, ["officer", "officer", "officer_erase"]);
    let log = browser.get("/admin/akses").await.text;
    assert!(log.contains("Data dan sesi petugas") && log.contains("Penghapusan data petugas"), "{log}");
}

async fn upload(browser: &mut Browser, path: &str, name: &str, content: &str) -> TestAnswer {
    let token = browser.token();
    let part = |head: &str, body: &str| format!("--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{body}\r\n");
    let file = format!("name=\"file\"; filename=\"{name}\"");
    let body = format!("{}{}--b--\r\n", part("name=\"csrf\"", &token), part(&file, content));
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=b"), Body::from(body)).await
}

fn polygon(code: &str, west: f64) -> String {
    let east = west + 0.1;
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":
        [[[{west},-2.6],[{east},-2.6],[{east},-2.5],[{west},-2.5],[{west},-2.6]]]}}}}"#
    )
}

#[tokio::test]
async fn boundaries_are_shown_before_they_are_stored() {
    let site = site().await;
    let system = site.db.ctx(simpul_kernel::Actor::system("test"));
    let areas = simpul_people::data::AREAS_LUWU_UTARA;
    site.app.directory.import_areas(&system, &[areas], false).await.unwrap();
    let village = site.app.directory.of(TEST_REGION).await.unwrap().villages[0].code;
    let code = simpul_people::model::area::dotted(village);
    let mut browser = admin(&site).await;
    let features = [polygon(&code, 120.3), polygon("99.99.99.2001", 121.0)].join(",");
    let file = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
    let report = upload(&mut browser, "/admin/wilayah/batas", "batas.geojson", &file).await;
    assert_eq!(report.status, StatusCode::OK, "{}", report.text);
    assert!(report.text.contains("1 batas cocok") && report.text.contains("1 batas tidak dikenali"));
    assert!(!site.app.directory.of(TEST_REGION).await.unwrap().has_boundaries());
    let digest = between(&report.text, "name=\"file\" value=\"", "\"").to_owned();
    let saved = browser.post("/admin/wilayah/batas/simpan", &[("file", &digest)]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    assert!(site.app.directory.of(TEST_REGION).await.unwrap().has_boundaries());
    let again = browser.post("/admin/wilayah/batas/simpan", &[("file", &digest)]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let next = simpul_people::model::area::dotted(site.app.directory.of(TEST_REGION).await.unwrap().villages[1].code);
    let report = upload(&mut browser, "/admin/wilayah/batas", "satu.geojson", &polygon(&next, 120.4)).await;
    assert!(report.text.contains("1 wilayah lain tetap memakai batas lamanya"), "{}", report.text);
    let far = upload(&mut browser, "/admin/wilayah/batas", "jauh.geojson", &polygon(&code, 10.0)).await;
    assert!(far.text.contains("1 batas ditolak") && far.text.contains("outside of Indonesia"), "{}", far.text);
    assert!(!far.text.contains("/admin/wilayah/batas/simpan"), "nothing to store");
}

#[tokio::test]
async fn a_file_that_is_no_geojson_is_refused_with_the_reason() {
    let site = site().await;
    let mut browser = admin(&site).await;
    for content in ["bukan json", "{}", "[1,2]", "{\"type\":\"FeatureCollection\"}", "\u{feff}"] {
        let answer = upload(&mut browser, "/admin/wilayah/batas", "x.geojson", content).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{content}: {}", answer.text);
    }
    let sneaky = browser.post("/admin/wilayah/batas/simpan", &[("file", "../../shared.sqlite")]).await;
    assert_eq!(sneaky.status, StatusCode::UNPROCESSABLE_ENTITY);
}
