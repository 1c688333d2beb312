//! What stands on the pages, and who gets them.

use axum::http::StatusCode;
use simpul_emergency::actions::{AddUnit, ConfirmStage, OpenIncident, SeedTypes, SendUnits};
use simpul_emergency::model::stage::Stage;
use simpul_emergency::model::{Site, Victims};
use simpul_kernel::Role;
use simpul_kernel::clock::DAY_MICROS;
use simpul_people::Emergency112;
use simpul_people::actions::RevokeDisplay;

use crate::scene::{HIDDEN_WORDS, KAPPUNA, MASAMBA, PUBLIC_WORDS, SECRET_WORDS, Scene};

/// Uncompressed bytes of a home page that goes over the wire within its 8 KB.
const HOME_MAX_BYTES: usize = 24 * 1024;
const DEMO: &str = "DATA CONTOH – BUKAN DATA RESMI";

/// What stands between two texts, each time.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Vec<&'t str> {
    text.split(from).skip(1).filter_map(|rest| rest.split_once(to).map(|(found, _)| found)).collect()
}

#[tokio::test]
async fn the_home_page_says_in_both_languages_what_came_in_and_what_is_late() {
    let (scene, _) = Scene::filled().await;
    let mut browser = scene.site.browser();
    for (lang, title, late) in [
        ("id", "Ada yang perlu diperbaiki?", "laporan terlambat sekarang"),
        ("en", "Does something need fixing?", "late now"),
    ] {
        let answer = browser.get(&format!("/?lang={lang}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert!(answer.text.contains(title) && answer.text.contains(late), "{}", answer.text);
        assert!(answer.text.contains(DEMO) && answer.text.contains("<strong>3</strong>"), "{}", answer.text);
        assert!(answer.text.contains(r#"<a href="/laporan?kecamatan=73.22.03">Masamba</a>"#), "{}", answer.text);
    }
}

#[tokio::test]
async fn the_home_page_needs_no_script_and_no_cookie_and_is_small() {
    let (scene, _) = Scene::filled().await;
    let answer = scene.site.browser().get("/").await;
    assert!(!answer.text.contains("<script") && !answer.headers.contains_key("set-cookie"));
    assert!(answer.text.len() <= HOME_MAX_BYTES, "{} bytes", answer.text.len());
}

#[tokio::test]
async fn every_link_of_the_home_page_leads_somewhere() {
    let (scene, _) = Scene::filled().await;
    let mut browser = scene.site.browser();
    let home = browser.get("/").await;
    let hrefs: Vec<&str> = between(&home.text, "<a ", ">")
        .into_iter()
        .filter_map(|tag| between(tag, "href=\"", "\"").into_iter().next())
        .filter(|href| href.starts_with('/') && href.len() > 1)
        .collect();
    assert!(hrefs.len() > 15, "{hrefs:?}");
    for href in hrefs {
        let answer = browser.get(&href.replace("&amp;", "&").replace("&#38;", "&")).await;
        assert!(answer.status.as_u16() < 400, "{href}: {}", answer.status);
    }
}

#[tokio::test]
async fn no_112_is_shown_where_it_does_not_work() {
    let scene = Scene::new().await;
    let mut browser = scene.site.browser();
    let before = browser.get("/").await.text;
    assert!(
        !before.contains("tel:112") && before.contains("tel:119") && before.contains("112 belum aktif"),
        "{before}"
    );
    scene.settings(|settings| settings.emergency_112 = Emergency112::Trial).await;
    let trial = browser.get("/").await.text;
    assert!(trial.contains("diuji coba") && trial.contains("tel:119"), "{trial}");
    scene.settings(|settings| settings.emergency_112 = Emergency112::Active).await;
    let after = browser.get("/").await.text;
    assert!(after.contains("tel:112") && after.contains("Darurat? Telepon 112."), "{after}");
}

#[tokio::test]
async fn agencies_are_named_to_the_public_only_where_the_region_has_settled_so() {
    let (scene, _) = Scene::filled().await;
    scene.pass(40 * DAY_MICROS).await;
    let mut browser = scene.site.browser();
    assert!(!browser.get("/").await.text.contains("Dishub"));
    scene.settings(|settings| settings.public_agency_names = true).await;
    assert!(browser.get("/").await.text.contains("Dishub: "));
}

#[tokio::test]
async fn the_wall_opens_with_a_display_token_and_closes_when_it_is_revoked() {
    let (scene, _) = Scene::filled().await;
    let mut stranger = scene.site.browser();
    for path in ["/dinding", "/dinding/isi"] {
        let answer = stranger.get(path).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/dinding/masuk"));
    }
    let (id, token) = scene.site.app.doorman.new_display(&scene.system(), "dinding").await.unwrap();
    assert_eq!(stranger.get(&format!("/dinding/masuk?token={token}")).await.location(), "/dinding");
    for (lang, title) in [("id", "Laporan terlambat"), ("en", "Late reports")] {
        let wall = stranger.get(&format!("/dinding?lang={lang}&jarak=4&lebar=1,2")).await;
        assert_eq!(wall.status, StatusCode::OK, "{}", wall.text);
        assert!(wall.text.contains(title) && wall.text.contains(DEMO), "{}", wall.text);
        for data in [
            r#"class="wall""#,
            r#"data-live="/api/v1/live?topics=report,incident,call,unit,stage,drill""#,
            r#"data-stale-after="15""#,
            r#"data-distance="4""#,
            r#"data-width="1.2""#,
            r#"data-zone="WITA""#,
            r#"data-offset="480""#,
        ] {
            assert!(wall.text.contains(data), "{data}: {}", wall.text);
        }
    }
    scene.site.app.directory.write(&scene.system(), RevokeDisplay { id }).await.unwrap();
    assert_eq!(stranger.get("/dinding").await.location(), "/dinding/masuk");
}

#[tokio::test]
async fn an_officer_who_may_see_the_wall_needs_no_token() {
    let (scene, _) = Scene::filled().await;
    let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
    assert_eq!(leader.get("/dinding").await.status, StatusCode::OK);
    let mut assessor = scene.site.sign_in_as(Role::Assessor, None).await.unwrap();
    assert_eq!(assessor.get("/dinding").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_wall_has_at_most_ten_numbers_and_trouble_comes_first() {
    let (scene, _) = Scene::filled().await;
    scene.pass(40 * DAY_MICROS).await;
    let part = scene.site.display().await.unwrap().get("/dinding/isi").await;
    assert_eq!(part.status, StatusCode::OK, "{}", part.text);
    let numbers = part.text.matches("<b").count();
    assert!((3..=10).contains(&numbers), "{numbers} in {}", part.text);
    let at = |text: &str| part.text.find(text).unwrap_or_else(|| panic!("{text} is missing: {}", part.text));
    assert!(
        at("Laporan terlambat") < at("Belum ada yang menangani") && at("Belum ada yang menangani") < at("Bulan ini")
    );
    assert!(part.text.contains("Dishub") && part.text.contains("Kappuna"), "{}", part.text);
}

/// Of the day that passes until the answer only the open hours count, and what a citizen, the wall
/// and the leader are told is one figure.
#[tokio::test]
async fn the_time_to_an_answer_is_the_same_on_all_three_screens() {
    let (scene, _) = Scene::filled().await;
    let home = scene.site.browser().get("/").await.text;
    let said = between(&home, "jawaban pertama dalam ", " jam kerja");
    let [hours] = said.as_slice() else { panic!("the home page tells it once: {home}") };
    assert_ne!(*hours, "24,0", "offices are closed at night");
    let part = scene.site.display().await.unwrap().get("/dinding/isi").await.text;
    assert!(part.contains(&format!("<b>{hours}</b> <span>jam kerja")), "{hours}: {part}");
    let sheet = scene.site.sign_in_as(Role::Leader, None).await.unwrap().get("/pimpinan").await.text;
    assert!(sheet.contains(&format!("{hours} jam kerja")), "{hours}: {sheet}");
}

#[tokio::test]
async fn an_empty_region_has_pages_that_say_so() {
    let scene = Scene::new().await;
    let home = scene.site.browser().get("/").await;
    assert!(home.status == StatusCode::OK && home.text.contains("<strong>0</strong>"), "{}", home.text);
    let part = scene.site.display().await.unwrap().get("/dinding/isi").await;
    assert!(part.status == StatusCode::OK && part.text.contains("Belum ada kejadian."), "{}", part.text);
    let sheet = scene.site.sign_in_as(Role::Leader, None).await.unwrap().get("/pimpinan").await;
    assert!(sheet.status == StatusCode::OK && sheet.text.contains("tanpa pembanding"), "{}", sheet.text);
}

#[tokio::test]
async fn the_leaders_sheet_is_for_the_leader_and_the_secretariat_only() {
    let (scene, _) = Scene::filled().await;
    let answer = scene.site.browser().get("/pimpinan").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.location().starts_with("/masuk"), "{}", answer.location());
    for (role, agency, status) in [
        (Role::AgencyOfficer, Some(scene.agency), StatusCode::FORBIDDEN),
        (Role::DutyOfficer, None, StatusCode::FORBIDDEN),
        (Role::Leader, None, StatusCode::OK),
        (Role::Secretariat, None, StatusCode::OK),
    ] {
        let mut officer = scene.site.sign_in_as(role, agency).await.unwrap();
        assert_eq!(officer.get("/pimpinan").await.status, status, "{role:?}");
    }
    let mut screen = scene.site.display().await.unwrap();
    assert_eq!(screen.get("/pimpinan").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_went_up_to_the_regional_secretary_stands_first_on_the_leaders_sheet() {
    let (scene, numbers) = Scene::filled().await;
    for _ in 0..12 {
        scene.pass(7 * DAY_MICROS).await;
    }
    let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
    for (lang, heading, first) in
        [("id", "Kabupaten Luwu Utara – minggu ke-", "Perlu arahan"), ("en", "week", "Needs a direction")]
    {
        for query in [format!("?lang={lang}"), format!("?lang={lang}&cetak=1")] {
            let sheet = leader.get(&format!("/pimpinan{query}")).await;
            assert_eq!(sheet.status, StatusCode::OK, "{}", sheet.text);
            let text = &sheet.text;
            assert!(text.contains(heading) && text.contains(first) && text.contains(DEMO), "{text}");
            assert!(text.contains(&format!(r#"href="/kotak/{}""#, numbers.assigned)), "{text}");
            assert!(text.contains(&format!("/kotak/daftar?terlambat=1&#38;perangkat={}", scene.agency)), "{text}");
            assert!(text.contains("15") && !text.contains(&numbers.fixed), "{text}");
        }
    }
}

#[tokio::test]
async fn secret_and_hidden_reports_and_citizens_words_are_on_none_of_these_pages() {
    let (scene, numbers) = Scene::filled().await;
    let mut screen = scene.site.display().await.unwrap();
    for _ in 0..12 {
        scene.pass(7 * DAY_MICROS).await;
        // A session lasts a week at most.
        let mut leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap();
        let pages = [
            scene.site.browser().get("/").await,
            screen.get("/dinding").await,
            screen.get("/dinding/isi").await,
            leader.get("/pimpinan").await,
            scene.site.browser().get("/peta/kecamatan.geojson").await,
        ];
        for page in pages {
            assert_eq!(page.status, StatusCode::OK);
            for never in [SECRET_WORDS, HIDDEN_WORDS, PUBLIC_WORDS, &numbers.secret, &numbers.hidden, "0812", "Kancil"]
            {
                assert!(!page.text.contains(never), "{never} in {}", page.text);
            }
        }
    }
    let wall = screen.get("/dinding/isi").await.text;
    assert!(!wall.contains("LUTRA-"), "{wall}");
}

/// Opens an incident in Kappuna, with a landmark that leads to a door.
async fn opens(scene: &Scene, kind: &str) -> uuid::Uuid {
    let directory = &scene.site.app.directory;
    let place = Site {
        village: Some(KAPPUNA),
        district: Some(MASAMBA),
        landmark: "rumah Pak Kancil nomor 7".to_owned(),
        ..Site::default()
    };
    let key = scene.site.db.db.env().new_id();
    let note = "telepon 0812-3456-7890".to_owned();
    let victims = Victims::Unknown;
    let open = OpenIncident { key, call: None, kind: kind.to_owned(), priority: None, site: place, victims, note };
    directory.write(&scene.system(), open).await.unwrap().id
}

#[tokio::test]
async fn the_wall_has_its_emergency_half_with_ten_numbers_and_neither_doors_nor_persons() {
    let (scene, _) = Scene::filled().await;
    scene.pass(40 * DAY_MICROS).await;
    let directory = scene.site.app.directory.clone();
    directory.write(&scene.system(), SeedTypes).await.unwrap();
    let mut screen = scene.site.display().await.unwrap();
    let before = screen.get("/dinding/isi").await.text;
    assert!(!before.contains("112 sekarang"), "a region without 112 has no such half: {before}");
    let add = AddUnit { agency: scene.agency, call_sign: "DK-1".to_owned(), kind: "fire".to_owned(), base: None };
    let unit = directory.write(&scene.system(), add).await.unwrap();
    let burning = opens(&scene, "structure_fire").await;
    opens(&scene, "fallen_tree").await;
    scene.pass(22 * 60 * 1_000_000).await;
    let stage = Stage::new(2).unwrap();
    let note = "hujan lebat di hulu".to_owned();
    let confirm = ConfirmStage { key: scene.site.db.db.env().new_id(), district: None, stage, note };
    directory.write(&scene.system(), confirm).await.unwrap();

    for query in ["", "?jarak=6&lebar=1,21", "?lang=en"] {
        let part = screen.get(&format!("/dinding/isi{query}")).await.text;
        let numbers = part.matches("<b>").count();
        assert!((8..=10).contains(&numbers), "{numbers} in {part}");
        for never in ["Kancil", "nomor 7", "0812", "112-000", &burning.to_string()] {
            assert!(!part.contains(never), "{never} in {part}");
        }
    }
    let part = screen.get("/dinding/isi").await.text;
    let at = |text: &str| part.find(text).unwrap_or_else(|| panic!("{text} is missing: {part}"));
    assert!(at("2 dari 5") < at("112 sekarang") && at("112 sekarang") < at("Laporan warga"), "{part}");
    assert!(at("P1 Kebakaran rumah / bangunan, Kappuna") < at("P3 Pohon tumbang, Kappuna"), "{part}");
    assert!(part.contains("22 menit"), "{part}");

    let send = SendUnits { key: scene.site.db.db.env().new_id(), incident: burning, units: vec![unit] };
    directory.write(&scene.system(), send).await.unwrap();
    let part = screen.get("/dinding/isi").await.text;
    assert!(!part.contains("Kebakaran") && part.contains("Pohon tumbang"), "it has its unit now: {part}");

    let map = screen.get("/peta/kejadian.geojson").await;
    assert_eq!(map.status, StatusCode::OK);
    assert!(!map.text.contains("Kancil") && !map.text.contains("112-"), "{}", map.text);
    assert_eq!(scene.site.browser().get("/peta/kejadian.geojson").await.location(), "/dinding/masuk");
    let home = scene.site.browser().get("/").await.text;
    assert!(home.contains("Tingkat kesiagaan COC: 2 dari 5") && home.contains("hujan lebat di hulu"), "{home}");
    let leader = scene.site.sign_in_as(Role::Leader, None).await.unwrap().get("/pimpinan").await.text;
    assert!(leader.contains("Tingkat kesiagaan COC: 2 dari 5"), "{leader}");
}

#[tokio::test]
async fn at_the_first_stage_the_home_page_says_nothing_of_it() {
    let scene = Scene::new().await;
    assert!(!scene.site.browser().get("/").await.text.contains("kesiagaan"));
}
