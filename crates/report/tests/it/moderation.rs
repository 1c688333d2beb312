//! What officers do so that a report may stand in public: boxes over faces, an edited text; and LAPOR!'s number.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{EraseReporter, ForgetOriginals, export};
use simpul_report::model::hex;
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::Digest;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::town::{Founded, founded};

/// A white picture of 400 by 300 pixels, as JPEG; `tint` makes it another one.
fn white(tint: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_pixel(400, 300, image::Rgb([255, 255, 255 - tint]));
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Jpeg).unwrap();
    bytes
}

struct Town {
    site: TestSite,
    dishub: Uuid,
    village: String,
}

async fn town() -> Town {
    let Founded { site, dishub, village } = founded().await;
    Town { site, dishub, village }
}

async fn upload(browser: &mut Browser, path: &str, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> TestAnswer {
    let token = browser.token();
    let mut body = Vec::new();
    for (name, value) in [("csrf", token.as_str())].iter().chain(fields) {
        let part = format!("--garis\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    if let Some((name, bytes)) = file {
        let head = format!("--garis\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.jpg\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--garis--\r\n");
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=garis"), Body::from(body)).await
}

impl Town {
    /// A report with a photo; answers its number and the reporter's link.
    async fn sent(&self, text: &str, photo: &[u8]) -> (String, String) {
        let mut browser = self.site.browser();
        let fields = [
            ("category", "lampu_jalan"),
            ("village", self.village.as_str()),
            ("landmark", "dekat lapangan"),
            ("text", text),
            ("mode", "named"),
            ("phone", "0812 3456 7890"),
        ];
        let checked = upload(&mut browser, "/lapor", &fields, Some(("photos", photo))).await;
        assert_eq!(checked.location(), "/lapor/periksa", "{}", checked.text);
        let sent = browser.post("/lapor/kirim", &[]).await;
        let page = browser.get(sent.location()).await;
        let link = page.text.split("href=\"").find(|part| part.contains("?kunci=")).unwrap();
        let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap();
        (number.to_owned(), link.split('"').next().unwrap().to_owned())
    }

    async fn report(&self, number: &str) -> simpul_report::model::Report {
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        sql::by_number(&mut conn, number).await.unwrap().unwrap()
    }

    async fn photo(&self, number: &str) -> String {
        let report = self.report(number).await;
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        hex(&sql::photos(&mut conn, report.id).await.unwrap()[0].files.digest)
    }

    async fn status(&self, path: &str) -> StatusCode {
        self.site.browser().get(path).await.status
    }
}

const BOX: [(&str, &str); 4] = [("x1", "25"), ("y1", "25"), ("w1", "50"), ("h1", "50")];

#[tokio::test]
async fn from_the_moment_a_face_is_covered_nobody_sees_it_but_those_who_may() {
    let town = town().await;
    let (number, link) = town.sent("Orang ini merusak lampu", &white(0)).await;
    let (twin, _) = town.sent("Foto yang sama", &white(0)).await;
    let before = town.photo(&number).await;
    assert_eq!(town.status(&format!("/foto/{before}/besar")).await, StatusCode::OK);
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let path = format!("/kotak/{number}/foto/{before}/sensor");
    assert!(officer.get(&path).await.text.contains("name=\"x1\""));
    let done = officer.post(&path, &BOX).await;
    assert_eq!(done.location(), format!("/kotak/{number}/foto"), "{}", done.text);
    let after = town.photo(&number).await;
    assert_ne!(after, before);
    assert_eq!(town.photo(&twin).await, after, "the same face in another report is covered too");
    let key = link.split("kunci=").nth(1).unwrap();
    for size in ["besar", "sedang", "kecil"] {
        assert_eq!(town.status(&format!("/foto/{before}/{size}")).await, StatusCode::NOT_FOUND, "{size}");
        assert_eq!(town.status(&format!("/foto/{before}/{size}?kunci={key}")).await, StatusCode::NOT_FOUND);
        assert_eq!(town.status(&format!("/foto/{after}/{size}")).await, StatusCode::OK, "{size}");
    }
    let files = town.site.app.db.files();
    let shown = files.get(TEST_REGION, &Digest::parse(&after).unwrap()).await.unwrap();
    let shown = image::load_from_memory(&shown).unwrap().to_rgb8();
    assert!(shown.get_pixel(200, 150).0[0] < 16 && shown.get_pixel(20, 20).0[0] > 240);
    let page = town.site.browser().get(&format!("/laporan/{number}")).await;
    assert!(page.text.contains("Foto disamarkan") && page.text.contains(&after) && !page.text.contains(&before));
    let list = officer.get(&format!("/kotak/{number}/foto")).await;
    assert!(list.text.contains(&format!("/foto/{before}/besar")), "{}", list.text);
    let mut auditor = town.site.sign_in_as(Role::Auditor, None).await.unwrap();
    for browser in [&mut officer, &mut auditor] {
        assert_eq!(browser.get(&format!("/foto/{before}/besar")).await.status, StatusCode::OK);
    }
    for (role, agency) in [(Role::FieldOfficer, Some(town.dishub)), (Role::Leader, None)] {
        let mut browser = town.site.sign_in_as(role, agency).await.unwrap();
        assert_eq!(browser.get(&format!("/foto/{before}/besar")).await.status, StatusCode::NOT_FOUND, "{role:?}");
        assert_eq!(browser.get(&path).await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
}

#[tokio::test]
async fn boxes_are_refused_by_their_row_and_nothing_is_changed() {
    let town = town().await;
    let (number, _) = town.sent("Lampu mati", &white(0)).await;
    let photo = town.photo(&number).await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let path = format!("/kotak/{number}/foto/{photo}/sensor");
    let none = coordinator.post(&path, &[]).await;
    assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.text.contains("paling sedikit satu kotak"));
    let wrong = coordinator.post(&path, &[BOX[0], BOX[1], BOX[2], ("x3", "lima")]).await;
    for said in ["kotak 1 antara", "kotak 3 antara", "value=\"lima\""] {
        assert!(wrong.text.contains(said), "{said}: {}", wrong.text);
    }
    assert_eq!(town.photo(&number).await, photo);
    let other = format!("/kotak/{number}/foto/{}/sensor", "ab".repeat(32));
    assert_eq!(coordinator.post(&other, &BOX).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_original_is_kept_for_its_term_and_goes_at_once_when_its_person_is_erased() {
    let town = town().await;
    let ctx = town.site.db.ctx(Actor::system("upkeep"));
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let mut covered = Vec::new();
    for tint in [10, 20] {
        let (number, _) = town.sent("Lampu mati", &white(tint)).await;
        let photo = town.photo(&number).await;
        coordinator.post(&format!("/kotak/{number}/foto/{photo}/sensor"), &BOX).await;
        covered.push((town.report(&number).await.id, Digest::parse(&photo).unwrap()));
    }
    let db = &town.site.app.db;
    let erased = db.write(&ctx, EraseReporter { report: covered[0].0 }).await.unwrap();
    assert!(erased.files.contains(&covered[0].1.0), "the file with the face goes with its person");
    let named = |digest: Digest| async move {
        let mut conn = db.read(TEST_REGION).await.unwrap();
        simpul_report::files::in_reports(&mut conn, &[digest]).await.unwrap().contains(&digest)
    };
    assert!(!named(covered[0].1).await && named(covered[1].1).await, "a sweep leaves what is kept for its term");
    town.site.db.clock.advance(181 * DAY_MICROS);
    let ctx = town.site.db.ctx(Actor::system("upkeep"));
    assert_eq!(db.write(&ctx, ForgetOriginals).await.unwrap(), 1);
    assert!(!named(covered[1].1).await);
}

#[tokio::test]
async fn the_public_reads_the_edited_text_and_officers_with_the_right_the_first_one() {
    let town = town().await;
    let (number, _) = town.sent("Kades Fulan maling lampu", &white(0)).await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let path = format!("/kotak/{number}/sunting");
    let version = town.report(&number).await.version.to_string();
    let fields = |text: &'static str| {
        [("version", version.clone()), ("text", text.to_owned()), ("reason", "Nama orang".to_owned())]
    };
    let same = fields("Kades Fulan maling lampu");
    let same: Vec<(&str, &str)> = same.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(coordinator.post(&path, &same).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let edit = fields("Lampu hilang");
    let edit: Vec<(&str, &str)> = edit.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = coordinator.post(&path, &edit).await;
    assert_eq!(done.location(), format!("/kotak/{number}"), "{}", done.text);
    let stale = coordinator.post(&path, &edit).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "the page showed an older text");
    let public = town.site.browser().get(&format!("/laporan/{number}")).await;
    for said in ["Lampu hilang", "Disunting pada", "Teks disunting petugas"] {
        assert!(public.text.contains(said), "{said}: {}", public.text);
    }
    assert!(!public.text.contains("Fulan") && !public.text.contains("Nama orang"), "{}", public.text);
    let own = coordinator.get(&path).await;
    assert!(own.text.contains("Kades Fulan maling lampu"), "{}", own.text);
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(officer.get(&path).await.status, StatusCode::FORBIDDEN);
    assert!(!officer.get(&format!("/kotak/{number}")).await.text.contains("Fulan"));
    let report = town.report(&number).await;
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    let data = export(&mut conn, report.id).await.unwrap().unwrap();
    assert_eq!(data["text_before_edit"], "Kades Fulan maling lampu");
    drop(conn);
    let ctx = town.site.db.ctx(Actor::system("test"));
    town.site.app.db.write(&ctx, EraseReporter { report: report.id }).await.unwrap();
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    assert!(sql::original::original(&mut conn, report.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_report_has_one_number_of_lapor_and_no_other_report_has_it() {
    let town = town().await;
    let (first, _) = town.sent("Lampu mati", &white(0)).await;
    let (second, _) = town.sent("Lampu padam", &white(1)).await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let done = coordinator.post(&format!("/kotak/{first}/sp4n"), &[("sp4n_id", "#8812345")]).await;
    assert_eq!(done.location(), format!("/kotak/{first}"), "{}", done.text);
    assert!(coordinator.get(&format!("/kotak/{first}")).await.text.contains("8812345"));
    for wrong in ["8812345", "88 12", ""] {
        let refused = coordinator.post(&format!("/kotak/{second}/sp4n"), &[("sp4n_id", wrong)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(officer.get(&format!("/kotak/{second}/sp4n")).await.status, StatusCode::FORBIDDEN);
}
