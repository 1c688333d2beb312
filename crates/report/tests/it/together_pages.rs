//! The pages of work inside and between agencies: who sees what, and papers that are whole or not printed.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::{Actor, Role};
use simpul_people::actions::AddDistrictOffices;
use simpul_report::actions::{Reporter, SeedRules, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, Source};
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

/// A grey picture of one pixel, as PNG.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

struct Town {
    site: TestSite,
    dishub: Uuid,
    dlh: Uuid,
    office: Uuid,
    elsewhere: Uuid,
    number: String,
    lead: Browser,
}

/// A town in which Dishub has begun to work on a report.
async fn town() -> Town {
    let site = TestSite::new(&[simpul_report::MIGRATIONS], simpul_report::routes(), |builder| {
        simpul_report::furnish(builder.messages(simpul_report::MESSAGES))
    });
    let site = site.await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    let (dishub, dlh) = (site.agency("Dishub").await.unwrap(), site.agency("DLH").await.unwrap());
    site.app.directory.write(&ctx, AddDistrictOffices).await.unwrap();
    let seed = SeedRules { agencies: vec![("Dishub".to_owned(), dishub)] };
    site.app.directory.write(&ctx, seed).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let village = &place.villages[0];
    let offices: Vec<_> = place.agencies.iter().filter(|agency| agency.district.is_some()).collect();
    let office = offices.iter().find(|agency| agency.district == Some(village.district)).unwrap().id;
    let elsewhere = offices.iter().find(|agency| agency.id != office).unwrap().id;
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    let desk = std::sync::Arc::new(Desk::open(&mut conn, place.clone()).await.unwrap());
    drop(conn);
    let report = SubmitReport {
        key: Uuid::from_u128(1),
        desk,
        category: "lampu_jalan".to_owned(),
        place: Place { village: Some(village.code), landmark: "dekat lapangan".to_owned(), ..Place::default() },
        text: "Lampu mati, telepon saya 0812 3456 7890".to_owned(),
        photos: Vec::new(),
        reporter: Reporter { phone: Some("0813 0000 0001".to_owned()), ..Reporter::default() },
        source: Source::Web,
        foreign_id: None,
        media_url: None,
        attributes: None,
        previous: None,
    };
    let number = site.db.db.write(&site.db.ctx(Actor::citizen()), report).await.unwrap().number;
    let mut lead = site.sign_in_as(Role::AgencyOfficer, Some(dishub)).await.unwrap();
    for deed in ["terima", "mulai"] {
        let done = lead.post(&format!("/kotak/{number}/{deed}"), &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
    Town { site, dishub, dlh, office, elsewhere, number, lead }
}

/// A form with photos as a browser sends it.
async fn upload(browser: &mut Browser, path: &str, fields: &[(&str, &str)], photos: &[&[u8]]) -> TestAnswer {
    let mut body = Vec::new();
    let token = browser.token();
    let mut part = |head: String, bytes: &[u8]| {
        body.extend_from_slice(format!("--garis\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"csrf\"".to_owned(), token.as_bytes());
    for (field, value) in fields {
        part(format!("name=\"{field}\""), value.as_bytes());
    }
    for photo in photos {
        part("name=\"photo\"; filename=\"a.png\"".to_owned(), photo);
    }
    body.extend_from_slice(b"--garis--\r\n");
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=garis"), Body::from(body)).await
}

/// A key that stands where a sentence should.
fn key_in(text: &str) -> Option<&str> {
    let keys = text.match_indices("report.").map(|(at, _)| &text[at..]);
    keys.filter(|rest| rest[7..].starts_with(|c: char| c.is_ascii_lowercase())).map(|rest| rest.get(..40)).next()?
}

impl Town {
    fn at(&self, rest: &str) -> String {
        format!("/kotak/{}{rest}", self.number)
    }

    async fn reads(&self, browser: &Browser, path: &str) -> String {
        for language in ["en", "id"] {
            let answer = browser.clone().with("accept-language", language).get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {language}: {}", answer.text);
            assert!(answer.text.contains("<h1"), "{path} has a heading");
            assert_eq!(key_in(&answer.text), None, "{path} {language} shows a key of the catalogue");
            if language == "id" {
                return answer.text;
            }
        }
        unreachable!()
    }

    async fn support(&self) -> Uuid {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let report = sql::by_number(&mut conn, &self.number).await.unwrap().unwrap();
        sql::support::of_report(&mut conn, report.id).await.unwrap().pop().unwrap().id
    }

    async fn check(&self) -> Uuid {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let report = sql::by_number(&mut conn, &self.number).await.unwrap().unwrap();
        sql::inspection::of_report(&mut conn, report.id).await.unwrap().pop().unwrap().id
    }
}

#[tokio::test]
async fn a_helping_agency_sees_the_work_and_nothing_of_the_reporter() {
    let mut town = town().await;
    town.lead.post(&town.at("/catatan"), &[("text", "Pelapor mudah marah")]).await;
    let mut helper = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    assert_eq!(helper.get(&town.at("")).await.status, StatusCode::NOT_FOUND, "not before it was asked");
    town.reads(&town.lead, &town.at("/dukungan")).await;
    let dlh = town.dlh.to_string();
    let missing = town.lead.post(&town.at("/dukungan"), &[("agency", &dlh), ("instruction", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let far = [("agency", dlh.as_str()), ("instruction", "Pinjamkan alat"), ("due", "2027-12-31")];
    let refused = town.lead.post(&town.at("/dukungan"), &far).await;
    assert!(refused.text.contains("di dalam batas untuk warga") && refused.text.contains("Pinjamkan alat"));
    let asked = town.lead.post(&town.at("/dukungan"), &[far[0], far[1]]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let list = town.reads(&helper, "/kotak/dukungan").await;
    assert!(list.contains(&town.number) && list.contains("Pinjamkan alat"), "{list}");
    let inbox = town.reads(&helper, "/kotak").await;
    assert!(inbox.contains("Dukungan <span class=\"badge\">1</span>"), "{inbox}");
    assert_eq!(helper.get("/kotak?tab=dukungan").await.location(), "/kotak/dukungan");
    let page = town.reads(&helper, &town.at("")).await;
    assert!(page.contains("Pinjamkan alat") && page.contains("Lampu mati"), "{page}");
    for hidden in ["3456", "0813", "mudah marah", "/langkah/", "/dukungan\""] {
        assert!(!page.contains(hidden), "{hidden}: {page}");
    }
    let own = town.reads(&town.lead, &town.at("")).await;
    assert!(own.contains("mudah marah") && own.contains("0813") && own.contains("Perangkat daerah pendukung"), "{own}");
    for path in ["/langkah/selesai", "/langkah/disposisi", "/lembar-disposisi"] {
        assert_eq!(helper.get(&town.at(path)).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let id = town.support().await;
    for deed in ["kabar", "selesai", "kembalikan"] {
        town.reads(&helper, &town.at(&format!("/dukungan/{id}/{deed}"))).await;
        let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.elsewhere)).await.unwrap();
        assert_eq!(other.get(&town.at(&format!("/dukungan/{id}/{deed}"))).await.status, StatusCode::NOT_FOUND);
    }
    let accepted = helper.post(&town.at(&format!("/dukungan/{id}/terima")), &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
    let path = town.at(&format!("/dukungan/{id}/selesai"));
    let done = upload(&mut helper, &path, &[("text", "Alat sudah kembali")], &[PIXEL]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let own = town.reads(&town.lead, &town.at("")).await;
    assert!(own.contains("Alat sudah kembali") && own.contains("Bagian DLH selesai"), "{own}");
    let public = town.site.browser().get(&format!("/laporan/{}", town.number)).await.text;
    assert!(public.contains("Dinas lain ikut membantu") && !public.contains("Alat sudah"), "{public}");
    assert!(!public.contains("/foto/"), "photos among staff stay there: {public}");
    let program = town.site.browser().get(&format!("/api/v1/reports/{}", town.number)).await.json();
    assert_eq!((program["supporting"].as_array().unwrap().len(), program["photos"].as_array().unwrap().len()), (0, 0));
    let photo = own.split("href=\"/foto/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let photo = format!("/foto/{photo}");
    assert_eq!(town.site.browser().get(&photo).await.status, StatusCode::NOT_FOUND);
    assert_eq!(helper.get(&photo).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_lembar_disposisi_is_printed_once_somebody_has_been_given_something() {
    let mut town = town().await;
    let bare = town.reads(&town.lead, &town.at("/lembar-disposisi")).await;
    assert!(bare.contains("belum lengkap") && bare.contains("Disposisi pertama"), "{bare}");
    town.reads(&town.lead, &town.at("/langkah/disposisi")).await;
    let form = town.lead.get(&town.at("/langkah/disposisi")).await.text;
    let me = form.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("officer", me.as_str()), ("orders", "act"), ("instruction", "Ganti malam ini <b>"), ("due", "")];
    let given = town.lead.post(&town.at("/disposisi"), &fields).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    let sheet = town.reads(&town.lead, &town.at("/lembar-disposisi")).await;
    for words in [
        "LEMBAR DISPOSISI",
        "1/2026",
        "PEMERINTAH KABUPATEN",
        "DATA CONTOH",
        "Tindak lanjuti",
        "Ganti malam ini &#60;b&#62;",
    ] {
        assert!(sheet.contains(words), "{words}: {sheet}");
    }
    assert!(!sheet.contains("3456"), "the sheet lies about in an office: {sheet}");
    let english = town.lead.clone().with("accept-language", "en").get(&town.at("/lembar-disposisi")).await.text;
    assert!(english.contains("LEMBAR DISPOSISI") && english.contains("<html lang=\"id\""), "{english}");
    let page = town.reads(&town.lead, &town.at("")).await;
    assert!(page.contains("Disposisi kepada Anda"), "{page}");
    let list = town.reads(&town.lead, "/kotak/disposisi").await;
    assert!(list.contains(&town.number), "{list}");
    let finish = page.split("href=\"").find(|part| part.contains("/disposisi/")).unwrap().split('"').next().unwrap();
    town.reads(&town.lead, finish).await;
    let done = town.lead.post(finish, &[("note", "Sudah diganti")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert!(town.reads(&town.lead, "/kotak/disposisi").await.contains("Tidak ada disposisi"));
}

#[tokio::test]
async fn a_letter_that_is_not_whole_says_what_is_missing_and_is_not_printed() {
    let mut town = town().await;
    town.reads(&town.lead, &town.at("/surat-tugas")).await;
    let mut fields = vec![
        ("number", ""),
        ("dated", "2026-11-02"),
        ("from", "2026-11-02"),
        ("until", "2026-11-03"),
        ("purpose", "Memeriksa tiang"),
        ("others", "Budi Rongko"),
        ("signer_name", "Hasnah Patta"),
        ("signer_nip", ""),
        ("signer_title", "Kepala Dinas Perhubungan"),
    ];
    let wrong = town.lead.post(&town.at("/surat-tugas"), &[("dated", "besok")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let ordered = town.lead.post(&town.at("/surat-tugas"), &fields).await;
    assert_eq!(ordered.status, StatusCode::SEE_OTHER, "{}", ordered.text);
    let id = town.check().await;
    let letter = town.at(&format!("/surat-tugas/{id}"));
    let bare = town.reads(&town.lead, &letter).await;
    assert!(bare.contains("belum lengkap") && bare.contains("NIP penanda tangan"), "{bare}");
    assert!(!bare.contains("class=\"kop\""), "no letterhead for half a letter: {bare}");
    let record = town.at(&format!("/berita-acara/{id}/isi"));
    town.reads(&town.lead, &record).await;
    let found = [("day", "2026-11-02"), ("time", "09:00"), ("findings", "Tiang miring"), ("gps", "-2.55, 120.33")];
    let bad = [found[0], found[1], found[2], ("gps", "di sana")];
    let refused = upload(&mut town.lead, &record, &bad, &[]).await;
    assert!(refused.text.contains("Tulis koordinat") && refused.text.contains("Tiang miring"), "{}", refused.text);
    let recorded = upload(&mut town.lead, &record, &found, &[PIXEL]).await;
    assert_eq!(recorded.status, StatusCode::SEE_OTHER, "{}", recorded.text);
    let protocol = town.at(&format!("/berita-acara/{id}"));
    assert!(town.reads(&town.lead, &protocol).await.contains("belum lengkap"), "its letter is not whole");
    town.reads(&town.lead, &town.at(&format!("/surat-tugas/{id}/ubah"))).await;
    fields[0] = ("number", "800/7/ST/2026");
    fields[7] = ("signer_nip", "19700101 199001 2 001");
    let changed = town.lead.post(&town.at(&format!("/surat-tugas/{id}/ubah")), &fields).await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER, "{}", changed.text);
    let paper = town.reads(&town.lead, &letter).await;
    for words in ["SURAT TUGAS", "800/7/ST/2026", "Hasnah Patta", "Budi Rongko", "class=\"kop\"", "2 November 2026"] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let again = town.lead.post(&town.at(&format!("/surat-tugas/{id}/ubah")), &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a letter that was gone out on stays");
    assert!(town.reads(&town.lead, &protocol).await.contains("belum lengkap"), "it has no number yet");
    let numbered = upload(&mut town.lead, &record, &[("number", "800/3/BA/2026")], &[]).await;
    assert_eq!(numbered.status, StatusCode::SEE_OTHER, "{}", numbered.text);
    let paper = town.reads(&town.lead, &protocol).await;
    for words in ["BERITA ACARA", "800/3/BA/2026", "800/7/ST/2026", "Tiang miring", "-2.55000, 120.33000", "/foto/"] {
        assert!(paper.contains(words), "{words}: {paper}");
    }
    let public = town.site.browser().get(&format!("/laporan/{}", town.number)).await.text;
    assert!(public.contains("Petugas memeriksa lokasi pada Senin, 2 November 2026"), "{public}");
    for hidden in ["Tiang miring", "Budi", "Hasnah", "800/", "/foto/"] {
        assert!(!public.contains(hidden), "{hidden}: {public}");
    }
    let mut other = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dlh)).await.unwrap();
    for path in [&letter, &protocol, &record] {
        assert_eq!(other.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_new_date_of_a_field_examination_is_shown_before_it_is_chosen_and_told_to_the_citizen() {
    let mut town = town().await;
    let form = town.lead.get(&town.at("/surat-tugas")).await.text;
    let offered = form.split("batas untuk warga menjadi ").nth(1).unwrap().split(", dan pelapor").next().unwrap();
    let fields = [
        ("dated", "2026-11-02"),
        ("from", "2026-11-02"),
        ("until", "2026-11-02"),
        ("purpose", "Memeriksa"),
        ("extend", "1"),
    ];
    let ordered = town.lead.post(&town.at("/surat-tugas"), &fields).await;
    assert_eq!(ordered.status, StatusCode::SEE_OTHER, "{}", ordered.text);
    let public = town.site.browser().get(&format!("/laporan/{}", town.number)).await.text;
    assert!(public.contains(&format!("Selesai paling lambat {offered}")), "{offered}: {public}");
    assert!(!town.lead.get(&town.at("/surat-tugas")).await.text.contains("batas untuk warga menjadi"));
}

#[tokio::test]
async fn a_camat_confirms_on_site_what_another_agency_leads() {
    let town = town().await;
    let mut camat = town.site.sign_in_as(Role::FieldOfficer, Some(town.office)).await.unwrap();
    let list = town.reads(&camat, "/kotak/lokasi").await;
    assert!(list.contains(&town.number) && !list.contains("3456"), "{list}");
    let page = town.reads(&camat, &town.at("")).await;
    assert!(page.contains("/cek-lokasi") && !page.contains("0813") && !page.contains("3456"), "{page}");
    let path = town.at("/cek-lokasi");
    town.reads(&camat, &path).await;
    let empty = upload(&mut camat, &path, &[("text", "gelap")], &[]).await;
    assert!(empty.text.contains("Pilih bagaimana keadaannya") && empty.text.contains("gelap"), "{}", empty.text);
    let fields = [("verdict", "true"), ("text", "Tiga lampu mati, hubungi 081234567890")];
    let checked = upload(&mut camat, &path, &fields, &[PIXEL]).await;
    assert_eq!(checked.status, StatusCode::SEE_OTHER, "{}", checked.text);
    assert!(!town.reads(&camat, "/kotak/lokasi").await.contains(&path), "nothing is left to look at");
    let public = town.site.browser().get(&format!("/laporan/{}", town.number)).await.text;
    assert!(public.contains("Sudah dicek di lokasi: Benar") && public.contains("/foto/"), "{public}");
    assert!(!public.contains("081234567890"), "{public}");
    let own = town.reads(&town.lead, &town.at("")).await;
    assert!(own.contains("Sudah dicek di lokasi: Benar"), "{own}");
    let mut other = town.site.sign_in_as(Role::FieldOfficer, Some(town.elsewhere)).await.unwrap();
    for rest in ["", "/cek-lokasi"] {
        assert_eq!(other.get(&town.at(rest)).await.status, StatusCode::NOT_FOUND, "{rest}");
    }
    assert!(!town.reads(&other, "/kotak/lokasi").await.contains(&town.number));
    let mut lead = town.lead.clone();
    assert_eq!(lead.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_ne!(town.dishub, town.office);
}
