//! The pages: the form with and without signal, one report, the inbox and its deeds.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::{Actor, Role};
use simpul_report::actions::{HideReport, SeedRules};
use simpul_report::sql;
use simpul_shell::SiteConfig;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

/// A grey picture of one pixel, as PNG.
const PIXEL: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8,
    0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0,
    1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

pub(crate) struct Town {
    pub(crate) site: TestSite,
    pub(crate) dishub: Uuid,
    village: String,
}

pub(crate) async fn town() -> Town {
    let build = |builder: simpul_shell::AppBuilder| builder.messages(simpul_report::MESSAGES);
    let config = SiteConfig { sends_text: true, ..SiteConfig::default() };
    let site = TestSite::with_config(&[simpul_report::MIGRATIONS], simpul_report::routes(), config, build);
    let site = site.await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    let dishub = site.agency("Dishub").await.unwrap();
    let seed = SeedRules { agencies: vec![("Dishub".to_owned(), dishub)] };
    site.app.directory.write(&ctx, seed).await.unwrap();
    let place = site.app.directory.of(TEST_REGION).await.unwrap();
    let village = simpul_kernel::area::AreaCode::from_number(place.villages[0].code).unwrap().to_string();
    Town { site, dishub, village }
}

/// The form as a browser sends it, with files.
pub(crate) async fn upload(
    browser: &mut Browser,
    path: &str,
    fields: &[(&str, &str)],
    photos: &[&[u8]],
    name: &str,
) -> TestAnswer {
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
        part(format!("name=\"{name}\"; filename=\"a.png\""), photo);
    }
    body.extend_from_slice(b"--garis--\r\n");
    browser.send(Method::POST, path, Some("multipart/form-data; boundary=garis"), Body::from(body)).await
}

impl Town {
    fn answers<'a>(&'a self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![
            ("category", "lampu_jalan"),
            ("asked", "lampu_jalan"),
            ("district", ""),
            ("village", &self.village),
            ("landmark", "dekat lapangan"),
            ("text", text),
            ("mode", "named"),
            ("phone", "0812 3456 7890"),
        ]
    }

    /// Sends a report through the pages; answers its number and the reporter's link.
    pub(crate) async fn sent(&self, browser: &mut Browser, text: &str) -> (String, String) {
        let checked = upload(browser, "/lapor", &self.answers(text), &[PIXEL], "photos").await;
        assert_eq!(checked.location(), "/lapor/periksa", "{}", checked.text);
        let sent = browser.post("/lapor/kirim", &[]).await;
        let number = sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned();
        let page = browser.get(sent.location()).await;
        let link = page.text.split("href=\"").find(|part| part.contains("?kunci=")).unwrap();
        (number, link.split('"').next().unwrap().to_owned())
    }
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_and_says_all_that_is_missing() {
    let town = town().await;
    let mut browser = town.site.browser();
    let empty = browser.get("/lapor").await;
    assert_eq!(empty.status, StatusCode::OK, "{}", empty.text);
    assert_eq!(empty.text.matches("data-page").count() - empty.text.matches("data-page=").count(), 5);
    let missing =
        upload(&mut browser, "/lapor", &[("landmark", "dekat masjid <b>"), ("mode", "named")], &[PIXEL], "photos")
            .await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Pilih jenis masalahnya", "Pilih desa atau kelurahan tempat masalahnya", "Ceritakan masalahnya"] {
        assert!(missing.text.contains(words), "{words}: {}", missing.text);
    }
    assert!(missing.text.contains("dekat masjid &#60;b&#62;") || missing.text.contains("dekat masjid &lt;b&gt;"));
    assert!(missing.text.contains("/kecil"), "the photo is kept");
    let again = upload(&mut browser, "/lapor", &town.answers("Lampu mati"), &[], "photos").await;
    assert_eq!(again.location(), "/lapor/periksa");
    let review = browser.get("/lapor/periksa").await;
    assert!(review.text.contains("Lampu mati") && review.text.contains("/kecil"), "{}", review.text);
    let other = town.site.browser().get("/lapor").await;
    assert!(!other.text.contains("Lampu mati"), "a draft is its own browser's");
}

#[tokio::test]
async fn a_report_is_sent_once_even_when_send_is_tapped_twice() {
    let town = town().await;
    let mut browser = town.site.browser();
    let (number, link) = town.sent(&mut browser, "Lampu mati, telepon 081234567890").await;
    assert_eq!(number, "LUTRA-2611-0001");
    let again = browser.post("/lapor/kirim", &[]).await;
    assert_eq!(again.location(), "/lapor/terkirim/LUTRA-2611-0001");
    let page = town.site.browser().get(&format!("/laporan/{number}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("081234567890"), "numbers are masked in public");
    let own = town.site.browser().get(&link).await;
    assert!(own.text.contains("081234567890"), "{}", own.text);
    let photo = page.text.split("src=\"").find(|part| part.starts_with("/foto/")).unwrap();
    let photo = photo.split('"').next().unwrap();
    let file = town.site.browser().get(photo).await;
    assert_eq!((file.status, file.headers["content-type"].to_str().unwrap()), (StatusCode::OK, "image/jpeg"));
}

#[tokio::test]
async fn a_report_that_waited_for_a_signal_is_sent_at_once_and_only_once() {
    let town = town().await;
    let mut browser = town.site.browser();
    let key = Uuid::from_u128(77).to_string();
    let mut fields = town.answers("Lampu mati sejak Senin");
    fields.push(("confirm", "1"));
    fields.push(("key", &key));
    let first = upload(&mut browser, "/lapor", &fields, &[PIXEL], "photos").await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
    assert_eq!(first.location(), "/lapor/terkirim/LUTRA-2611-0001");
    let second = upload(&mut browser, "/lapor", &fields, &[PIXEL], "photos").await;
    assert_eq!(second.location(), "/lapor/terkirim/LUTRA-2611-0001");
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    assert!(sql::by_number(&mut conn, "LUTRA-2611-0002").await.unwrap().is_none());
}

#[tokio::test]
async fn an_agency_takes_works_and_solves_and_the_citizen_answers() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let (number, link) = town.sent(&mut citizen, "Lampu mati dekat lapangan").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let inbox = officer.get("/kotak").await;
    assert!(inbox.text.contains(&number), "{}", inbox.text);
    let page = officer.get(&format!("/kotak/{number}")).await;
    assert!(page.text.contains("0812-3456-7890") && page.text.contains("Terima"), "{}", page.text);
    for deed in ["terima", "mulai"] {
        let done = officer.post(&format!("/kotak/{number}/{deed}"), &[]).await;
        assert_eq!(done.location(), format!("/kotak/{number}"), "{deed}: {}", done.text);
    }
    let path = format!("/kotak/{number}/selesai");
    let refused = upload(&mut officer, &path, &[("text", "")], &[], "photo").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let form = officer.get(&format!("/kotak/{number}/langkah/selesai")).await;
    assert_eq!(form.status, StatusCode::OK);
    let done = upload(&mut officer, &path, &[("text", "Lampu diganti")], &[PIXEL], "photo").await;
    assert_eq!(done.location(), format!("/kotak/{number}"), "{}", done.text);
    let public = town.site.browser().get(&format!("/laporan/{number}")).await;
    assert!(public.text.contains("Lampu diganti"), "{}", public.text);
    assert!(!public.text.contains("Belum, masih rusak"), "only the reporter answers");
    assert!(!public.text.contains("Sudah benar?"), "and only the reporter is asked");
    let own = citizen.get(&link).await;
    for said in ["Belum, masih rusak", "<strong>Sudah ditangani</strong> pada <time", "Sudah ditangani. Sudah benar?"] {
        assert!(own.text.contains(said), "{said}: {}", own.text);
    }
    let (_, after) = own.text.split_once("<a href=\"/foto/").unwrap();
    assert!(after.contains(">Lihat foto sesudahnya.</a>"), "{}", own.text);
    citizen.get("/bahasa?lang=en").await;
    let english = citizen.get(&link).await;
    assert!(english.text.contains("<strong>Worked on</strong> on <time"), "{}", english.text);
    citizen.get("/bahasa?lang=id").await;
    let key = link.split("kunci=").nth(1).unwrap();
    let yes = citizen.post(&format!("/laporan/{number}/benar"), &[("kunci", key)]).await;
    assert_eq!(yes.status, StatusCode::SEE_OTHER, "{}", yes.text);
    let closed = citizen.get(&link).await;
    assert!(closed.text.contains("Pelapor menyatakan sudah benar"), "{}", closed.text);
}

#[tokio::test]
async fn every_page_stands_in_both_languages() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let (number, _) = town.sent(&mut citizen, "Lampu mati").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let mut admin = town.site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let mut pages: Vec<(Browser, String)> = Vec::new();
    for path in ["/lapor?ubah=pertanyaan", "/lapor/berhenti/kejadian_darurat"] {
        pages.push((citizen.clone(), path.to_owned()));
    }
    for path in ["/lapor", "/lapor?ubah=tempat", "/darurat", "/laporan", "/laporan?tampil=peta&status=terlambat"] {
        pages.push((citizen.clone(), path.to_owned()));
    }
    pages.push((citizen.clone(), format!("/laporan/{number}")));
    for tab in ["semua", "terlambat", "hari-ini", "minggu-ini", "menunggu", "selesai"] {
        pages.push((officer.clone(), format!("/kotak?tab={tab}")));
        pages.push((coordinator.clone(), format!("/kotak?tab={tab}&perangkat=tanpa")));
    }
    pages.push((officer.clone(), format!("/kotak/{number}")));
    for deed in ["kembalikan", "catatan", "kabar", "teruskan"] {
        pages.push((officer.clone(), format!("/kotak/{number}/langkah/{deed}")));
    }
    for deed in ["verifikasi", "tolak", "gabung", "sembunyikan", "catatan"] {
        pages.push((coordinator.clone(), format!("/kotak/{number}/langkah/{deed}")));
    }
    for path in ["pratinjau", "pertanyaan/baru", "pertanyaan/tiang"] {
        pages.push((coordinator.clone(), format!("/admin/report/kategori/lampu_jalan/{path}")));
    }
    for path in ["", "/kategori/baru", "/kategori/lampu_jalan", "/alasan/baru", "/alasan/unclear"] {
        pages.push((coordinator.clone(), format!("/admin/report{path}")));
    }
    pages.push((admin.clone(), "/admin/report/pelapor?cari=0812+3456+7890".to_owned()));
    for (browser, path) in pages {
        for language in ["id", "en"] {
            let answer = browser.clone().with("accept-language", language).get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {language}: {}", answer.text);
            assert!(answer.text.contains(&format!("<html lang=\"{language}\"")), "{path}");
            assert!(answer.text.contains("<h1"), "{path} has a heading");
            assert_eq!(key_in(&answer.text), None, "{path} {language} shows a key of the catalogue");
        }
    }
    drop((officer.get("/kotak").await, coordinator.get("/kotak").await, admin.get("/admin/report").await));
}

/// A key that stands where a sentence should: `report.` with a name behind it.
fn key_in(text: &str) -> Option<&str> {
    let keys = text.match_indices("report.").map(|(at, _)| &text[at..]);
    keys.filter(|rest| rest[7..].starts_with(|c: char| c.is_ascii_lowercase())).map(|rest| rest.get(..40)).next()?
}

#[tokio::test]
async fn a_hidden_report_is_gone_for_the_public_with_its_photos() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let (number, _) = town.sent(&mut citizen, "Lampu mati").await;
    let mut stranger = town.site.browser();
    let page = stranger.get(&format!("/laporan/{number}")).await;
    let photo = page.text.split("src=\"").find(|part| part.starts_with("/foto/")).unwrap();
    let photo = photo.split('"').next().unwrap().to_owned();
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    let report = sql::by_number(&mut conn, &number).await.unwrap().unwrap();
    drop(conn);
    let ctx = town.site.db.ctx(Actor::system("test"));
    town.site.app.db.write(&ctx, HideReport { report: report.id, reason: "wajah anak".to_owned() }).await.unwrap();
    assert_eq!(stranger.get(&format!("/laporan/{number}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&photo).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/laporan").await.text.contains(&number));
    assert!(!stranger.get("/peta/laporan.geojson").await.text.contains(&number));
}

#[tokio::test]
async fn categories_are_kept_by_those_who_may_and_new_deadlines_count_at_once() {
    let town = town().await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let agency = town.dishub.to_string();
    let fields = [
        ("new", "1"),
        ("code", "halte_bus"),
        ("name_id", "Halte bus"),
        ("name_en", "Bus stop"),
        ("tile", "lainnya"),
        ("icon", "lainnya"),
        ("agency", agency.as_str()),
        ("class", "complaint"),
        ("verify", "1"),
        ("answer", "2"),
        ("resolve", "x"),
        ("resolve_unit", "working_day"),
        ("span_source", "Perbup 12/2026"),
        ("active", "1"),
        ("position", "40"),
    ];
    let refused = coordinator.post("/admin/report/kategori", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("antara 1 dan 365"), "{}", refused.text);
    let mut fields = fields.to_vec();
    fields[10] = ("resolve", "4");
    assert_eq!(coordinator.post("/admin/report/kategori", &fields).await.status, StatusCode::SEE_OTHER);
    let form = town.site.browser().get("/lapor").await;
    assert!(form.text.contains("Halte bus"), "the form offers it at once");
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    assert_eq!(officer.get("/admin/report").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_script_learns_where_a_point_lies_and_which_villages_there_are() {
    let town = town().await;
    let mut browser = town.site.browser();
    let at = browser.get("/api/v1/places/at?lat=-2.55&lon=120.33").await;
    assert_eq!(at.json()["inside"], true, "nothing imported: nothing to check");
    let bad = browser.get("/api/v1/places/at?lat=abc&lon=1").await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    let district = &town.village[..8];
    let villages = browser.get(&format!("/api/v1/areas/{district}/villages")).await.json();
    assert!(villages["items"].as_array().unwrap().len() > 3, "{villages}");
}

#[tokio::test]
async fn the_list_pages_by_key_through_every_filter_and_repeats_nothing() {
    let town = town().await;
    let mut browser = town.site.browser();
    for number in 1..=53 {
        let text = format!("Lampu mati nomor {number}");
        let mut fields = town.answers(&text);
        let key = Uuid::from_u128(number).to_string();
        fields.extend([("confirm", "1"), ("key", &key)]);
        let sent = upload(&mut browser, "/lapor", &fields, &[], "photos").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    }
    // Eleven days on all are late.
    town.site.db.clock.advance(11 * simpul_kernel::clock::DAY_MICROS);
    let district = &town.village[..8];
    let queries = ["", "status=baru", "status=terlambat", "kategori=lampu_jalan", "kategori=lampu_jalan&status=baru"];
    let with_district = queries.map(|query| format!("kecamatan={district}&{query}"));
    let all = queries.map(str::to_owned).into_iter().chain(with_district).chain(["terbuka=1".to_owned()]);
    for query in all {
        let mut path = format!("/laporan?{query}");
        let mut seen = Vec::new();
        loop {
            let page = browser.get(&path).await;
            let links = page.text.split("href=\"/laporan/").skip(1).filter(|link| link.starts_with("LUTRA"));
            seen.extend(links.map(|link| link.split('"').next().unwrap().to_owned()));
            let Some(next) = page.text.split("rel=\"next\" href=\"").nth(1) else { break };
            path = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        }
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), count), (53, 53), "{query}");
    }
    for query in ["status=selesai", "status=lainnya", "kategori=sampah"] {
        let page = browser.get(&format!("/laporan?{query}")).await;
        assert!(!page.text.contains("href=\"/laporan/LUTRA"), "{query}");
    }
}

#[tokio::test]
async fn who_gives_a_number_reads_beside_it_how_long_it_is_kept() {
    let form = town().await.site.browser().get("/lapor").await;
    // A report that waits for a signal goes out from this page, without the one that shows the answers once more.
    assert!(form.text.contains("hari setelah laporan selesai"), "{}", form.text);
}

#[tokio::test]
async fn a_followers_number_is_found_on_the_page_and_erased_from_it() {
    let town = town().await;
    let (number, _) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let mut neighbour = town.site.browser();
    let asked = neighbour.post(&format!("/laporan/{number}/kabar"), &[("reach", "0813 0000 0009")]).await;
    let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
    let message = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 1).await.unwrap().remove(0);
    drop(conn);
    let code: String = message.body.split("kode Anda ").nth(1).unwrap().chars().take(6).collect();
    let followed = neighbour.post(asked.location(), &[("code", &code)]).await;
    assert_eq!(followed.location(), format!("/laporan/{number}"), "{}", followed.text);
    let mut admin = town.site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let page = admin.get("/admin/report/pelapor?cari=081300000009").await;
    assert!(page.text.contains(&number) && page.text.contains("Hapus nomor"), "{}", page.text);
    assert!(!page.text.contains("/salinan"), "the reporter's data are not handed to a follower: {}", page.text);
    let path = format!("/admin/report/pelapor/{number}/hapus");
    let erased = admin.post(&path, &[("pengikut", "+6281300000009")]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.text);
    let page = admin.get("/admin/report/pelapor?cari=081300000009").await;
    assert!(page.text.contains("Tidak ada laporan dengan data itu"), "{}", page.text);
    let own = admin.get("/admin/report/pelapor?cari=0812+3456+7890").await;
    assert!(own.text.contains("/salinan"), "the reporter's own data stay: {}", own.text);
}

#[tokio::test]
async fn one_browser_follows_once_however_often_it_asks() {
    let town = town().await;
    let (number, _) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let (page, follow) = (format!("/laporan/{number}"), format!("/laporan/{number}/ikuti"));
    let followers = async || {
        let mut conn = town.site.app.db.read(TEST_REGION).await.unwrap();
        sql::by_number(&mut conn, &number).await.unwrap().unwrap().follower_count
    };
    let mut neighbour = town.site.browser();
    assert!(neighbour.get(&page).await.text.contains(&follow));
    for key in 1..=3 {
        let key = Uuid::from_u128(key).to_string();
        assert_eq!(neighbour.post(&follow, &[("key", &key)]).await.location(), page);
    }
    assert_eq!(followers().await, 1);
    let again = neighbour.get(&page).await.text;
    assert!(!again.contains(&follow), "who follows is not asked again: {again}");
    let mut other = town.site.browser();
    other.post(&follow, &[]).await;
    assert_eq!(followers().await, 2);
}

#[tokio::test]
async fn the_address_of_a_deed_leads_to_its_page() {
    let town = town().await;
    let (number, _) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let mut browser = town.site.browser().with("accept", "text/html,*/*;q=0.8");
    for deed in ["benar", "belum", "ikuti", "jawab"] {
        let answer = browser.get(&format!("/laporan/{number}/{deed}")).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, format!("/laporan/{number}").as_str()));
    }
    assert_eq!(browser.get(&format!("/kotak/{number}/tolak")).await.location(), format!("/kotak/{number}"));
    assert_eq!(browser.get("/lapor/kirim").await.location(), "/lapor");
    let program = town.site.browser().get("/lapor/kirim").await;
    assert_eq!(program.status, StatusCode::METHOD_NOT_ALLOWED, "a program is told what it did");
}

#[tokio::test]
async fn what_is_wrong_is_tied_to_its_field() {
    let town = town().await;
    let mut fields = town.answers("Lampu mati");
    fields[6] = ("phone", "12");
    let answer = upload(&mut town.site.browser(), "/lapor", &fields, &[], "photos").await.text;
    assert!(answer.contains(r#"aria-describedby="phone-hint phone-error" aria-invalid="true""#), "{answer}");
    let far =
        [("lat", "-95.0"), ("district", "73.22.01"), ("village", "?"), ("text", "x"), ("category", "lampu_jalan")];
    let answer = upload(&mut town.site.browser(), "/lapor", &far, &[], "photos").await.text;
    assert!(answer.contains(r#"aria-describedby="landmark-hint landmark-error" aria-invalid="true""#), "{answer}");
    assert!(answer.contains(r#"<option value="?" selected>"#), "what was chosen stays chosen");
}

#[tokio::test]
async fn the_map_explains_its_shapes_and_has_words_where_no_script_runs() {
    let town = town().await;
    let page = town.site.browser().get("/laporan?tampil=peta").await.text;
    let legend = page.split("class=\"legend\"").nth(1).unwrap().split("</ul>").next().unwrap();
    for shape in ["baru", "dikerjakan", "selesai", "terlambat", "ditolak"] {
        assert!(legend.contains(&format!("#{shape}\"")), "{shape}: {legend}");
    }
    assert!(!legend.contains("makin gelap"), "nothing is shaded where no boundary was imported");
    assert!(page.contains("<noscript><p>Peta ini memerlukan JavaScript."));
}

#[tokio::test]
async fn what_waited_at_the_last_button_means_its_own_draft() {
    let town = town().await;
    let mut browser = town.site.browser();
    let (one, two) = (Uuid::from_u128(1).to_string(), Uuid::from_u128(2).to_string());
    let mut fields = town.answers("Lampu mati");
    fields.push(("key", &one));
    upload(&mut browser, "/lapor", &fields, &[], "photos").await;
    let review = browser.get("/lapor/periksa").await.text;
    assert!(review.contains(&one) && review.contains(r#"name="text" value="Lampu mati""#), "{review}");
    let sent = browser.post("/lapor/kirim", &[("key", &one)]).await;
    assert_eq!(sent.location(), "/lapor/terkirim/LUTRA-2611-0001");
    fields.pop();
    fields.push(("key", &two));
    upload(&mut browser, "/lapor", &fields, &[], "photos").await;
    let again = browser.post("/lapor/kirim", &[("key", &one)]).await;
    assert_eq!(again.location(), "/lapor/terkirim/LUTRA-2611-0001", "the second draft is not sent in its place");
    let unknown = browser.post("/lapor/kirim", &[("key", &Uuid::from_u128(3).to_string())]).await;
    assert_eq!(unknown.location(), "/lapor");
    let sent = browser.get("/lapor/terkirim/LUTRA-2611-0001").await.text;
    let printed = sent.split("class=\"print-only").nth(1).unwrap();
    assert!(printed.contains("/laporan/LUTRA-2611-0001?kunci="), "on paper the address can be read: {sent}");
}

#[tokio::test]
async fn strangers_are_not_addressed_as_the_reporter() {
    let town = town().await;
    let (number, link) = town.sent(&mut town.site.browser(), "Lampu mati").await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    officer.post(&format!("/kotak/{number}/terima"), &[]).await;
    let question = [("waits_for", "citizen"), ("text", "Tiang nomor berapa?"), ("days", "3")];
    let asked = officer.post(&format!("/kotak/{number}/tunda"), &question).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let public = town.site.browser().get(&format!("/laporan/{number}")).await.text;
    assert!(public.contains("Menunggu data dari pelapor sampai") && !public.contains("dari Anda"), "{public}");
    assert_eq!(public.matches("Menunggu data dari pelapor sampai").count(), 1, "it is said once");
    assert!(public.contains("Pertanyaan petugas") && !public.contains("<script"), "{public}");
    let own = town.site.browser().get(&link).await.text;
    assert!(own.contains("Menunggu data dari Anda sampai"), "{own}");
}
