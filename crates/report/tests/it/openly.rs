//! What anybody may see: the list with its filters, the feeds, the figures by district, "status tidak diketahui"; and
//! what nobody may see there.

use axum::http::StatusCode;
use simpul_kernel::Actor;
use simpul_kernel::clock::DAY_MICROS;
use simpul_report::actions::{AcceptReport, HideReport, Reporter, StartWork, SubmitReport, Submitted};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, ReporterMode, Source};
use simpul_shell::SiteConfig;
use simpul_shell::testing::{TestAnswer, TestSite};
use simpul_store::Action;
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

use super::town::{Founded, founded_with};

struct Town {
    site: TestSite,
    dishub: Uuid,
}

async fn town() -> Town {
    let config = SiteConfig { sends_text: true, ..SiteConfig::default() };
    let Founded { site, dishub, .. } = founded_with(config).await;
    Town { site, dishub }
}

impl Town {
    /// A report in the village of that place in the list.
    async fn sent(&self, village: usize, mode: ReporterMode, text: &str) -> Submitted {
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        let village = place.villages[village].code;
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let desk = std::sync::Arc::new(Desk::open(&mut conn, place).await.unwrap());
        let phone = (mode != ReporterMode::Anonymous).then(|| "0812 3456 7890".to_owned());
        let report = SubmitReport {
            key: self.site.app.db.env().new_id(),
            desk,
            category: "lampu_jalan".to_owned(),
            place: Place { village: Some(village), ..Place::default() },
            text: text.to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode: Some(mode), name: None, phone, email: None },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        self.by(Actor::citizen(), report).await
    }

    async fn by<A: Action>(&self, actor: Actor, action: A) -> A::Output {
        self.site.db.db.write(&self.site.db.ctx(actor), action).await.unwrap()
    }

    async fn get(&self, path: &str) -> TestAnswer {
        let answer = self.site.browser().get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer
    }

    fn coordinator(&self) -> Actor {
        let grant = simpul_kernel::Grant { role: simpul_kernel::Role::ReportCoordinator, agency: None };
        Actor { kind: simpul_kernel::ActorKind::Officer(Uuid::from_u128(5)), grants: vec![grant] }
    }

    async fn village(&self, at: usize) -> String {
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        simpul_kernel::area::AreaCode::from_number(place.villages[at].code).unwrap().to_string()
    }
}

#[tokio::test]
async fn feeds_say_what_the_list_says_and_nothing_of_what_is_secret_or_hidden() {
    let town = town().await;
    let open = town.sent(0, ReporterMode::Anonymous, "Lampu <mati> & 'gelap' \"sekali\" 081234567890").await;
    let secret = town.sent(0, ReporterMode::Secret, "Rahasia saya").await;
    let hidden = town.sent(0, ReporterMode::Anonymous, "Menyebut nama").await;
    town.by(town.coordinator(), HideReport { report: hidden.id, reason: "nama".to_owned() }).await;
    for (path, kind) in [("/laporan.atom", "application/atom+xml"), ("/laporan.rss", "application/rss+xml")] {
        let feed = town.get(path).await;
        assert!(feed.headers["content-type"].to_str().unwrap().starts_with(kind));
        assert!(feed.text.contains(&open.number) && feed.text.contains(&format!("urn:uuid:{}", open.id)));
        assert!(!feed.text.contains("081234567890") && feed.text.contains("disamarkan"), "{}", feed.text);
        for other in [&secret, &hidden] {
            assert!(!feed.text.contains(&other.number) && !feed.text.contains(&other.id.to_string()));
        }
        let mut reader = quick_xml::Reader::from_str(&feed.text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        let tag = feed.headers["etag"].to_str().unwrap().to_owned();
        let again = town.site.browser().with("if-none-match", &tag).get(path).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        let done = town.get(&format!("{path}?status=selesai")).await;
        assert!(!done.text.contains(&open.number), "the list's filters are the feed's");
    }
    let list = town.get("/laporan").await;
    assert!(list.text.contains("rel=\"alternate\"") && list.text.contains("/laporan.atom"), "{}", list.text);
}

#[tokio::test]
async fn a_village_and_a_month_filter_the_list_and_the_map() {
    let town = town().await;
    let here = town.sent(0, ReporterMode::Anonymous, "Di sini").await;
    let there = town.sent(1, ReporterMode::Anonymous, "Di sana").await;
    let village = town.village(0).await;
    for query in ["", "&status=baru", "&kategori=lampu_jalan", "&terbuka=1", "&masa=2026-11", "&masa=2026"] {
        let list = town.get(&format!("/laporan?desa={village}{query}")).await;
        assert!(list.text.contains(&here.number) && !list.text.contains(&there.number), "{query}");
    }
    for query in ["masa=2026-10", "masa=2025", "masa=2026-10&status=baru", "masa=2025&kategori=lampu_jalan"] {
        let list = town.get(&format!("/laporan?{query}")).await;
        assert!(!list.text.contains(&here.number), "{query}");
    }
    town.get(&format!("/peta/laporan.geojson?desa={village}&bbox=119,-4,121,-1&status=tidak-diketahui")).await;
    town.get(&format!("/peta/laporan.geojson?desa={village}&masa=2026-11")).await;
}

#[tokio::test]
async fn eight_weeks_without_a_step_are_said_everywhere() {
    let town = town().await;
    let silent = town.sent(0, ReporterMode::Anonymous, "Lama sekali").await;
    town.site.db.clock.advance(57 * simpul_kernel::clock::DAY_MICROS);
    let fresh = town.sent(0, ReporterMode::Anonymous, "Baru saja").await;
    let page = town.get(&format!("/laporan/{}", silent.number)).await;
    assert!(page.text.contains("Status tidak diketahui"), "{}", page.text);
    assert!(!town.get(&format!("/laporan/{}", fresh.number)).await.text.contains("Status tidak diketahui"));
    let list = town.get("/laporan?status=tidak-diketahui").await;
    assert!(list.text.contains(&silent.number) && !list.text.contains(&fresh.number), "{}", list.text);
    let district = town.site.app.directory.of(TEST_REGION).await.unwrap().villages[0].district;
    let corner = format!("kategori=lampu_jalan&kecamatan={}", simpul_people::model::area::dotted(district));
    let list = town.get(&format!("/laporan?status=tidak-diketahui&{corner}")).await;
    assert!(list.text.contains(&silent.number) && !list.text.contains(&fresh.number), "{corner}: {}", list.text);
    let api = town.get("/api/v1/reports?status_unknown=true").await.json();
    let numbers: Vec<&str> = api["items"].as_array().unwrap().iter().filter_map(|i| i["number"].as_str()).collect();
    assert_eq!(numbers, [silent.number.as_str()]);
    assert_eq!(api["items"][0]["status_unknown"], true);
    let places = town.get("/laporan/kecamatan?masa=2026").await;
    assert!(places.text.contains("status=tidak-diketahui\">1</a>"), "{}", places.text);
}

#[tokio::test]
async fn figures_by_district_count_only_what_their_links_lead_to() {
    let town = town().await;
    for _ in 0..3 {
        town.sent(0, ReporterMode::Anonymous, "Lampu mati").await;
    }
    town.sent(0, ReporterMode::Secret, "Rahasia").await;
    let places = town.get("/laporan/kecamatan").await;
    let link = places.text.split("href=\"").find(|part| part.contains("masa=") && part.contains(">3</a>")).unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let list = town.get(&link).await;
    assert_eq!(list.text.matches("href=\"/laporan/LUTRA-").count(), 3, "{}", list.text);
    assert!(!places.text.contains("Dinas Dishub"), "no agency is named unless the region wants it");
    assert!(town.get("/laporan").await.text.contains("<strong>3</strong>"), "the secret one is in no count");
}

#[tokio::test]
async fn the_time_to_an_answer_runs_only_while_offices_are_open() {
    let town = town().await;
    let (quick, slow) = (
        town.sent(0, ReporterMode::Anonymous, "Lampu mati").await,
        town.sent(0, ReporterMode::Anonymous, "Lampu mati lagi").await,
    );
    let secret = town.sent(0, ReporterMode::Secret, "Rahasia").await;
    let now = || simpul_kernel::Clock::now(&*town.site.db.clock);
    let calendar = town.site.app.directory.of(TEST_REGION).await.unwrap().calendar.clone();
    let came_in = now();
    let mut hours = Vec::new();
    for report in [quick.id, slow.id, secret.id] {
        town.site.db.clock.advance(DAY_MICROS);
        town.by(Actor::system("test"), AcceptReport { report, version: None, class: None }).await;
        town.by(
            Actor::system("test"),
            StartWork { report, version: None, note: Some("Petugas berangkat.".to_owned()) },
        )
        .await;
        hours.push(calendar.working_minutes_between(came_in, now()) as f64 / 60.0);
    }
    let places = town.get("/laporan/kecamatan").await;
    let told = format!("{:.1} jam kerja", hours[0]).replace('.', ",");
    assert!(places.text.contains(&told), "the first of two is the middle one, {told}: {}", places.text);
    assert!(hours[0] < 24.0 && hours[0] < hours[1], "{hours:?}");
}

#[tokio::test]
async fn where_agencies_are_not_named_no_public_answer_names_them() {
    let town = town().await;
    let sent = town.sent(0, ReporterMode::Named, "Lampu mati").await;
    let officer = simpul_kernel::Grant { role: simpul_kernel::Role::AgencyOfficer, agency: Some(town.dishub) };
    let officer = Actor { kind: simpul_kernel::ActorKind::Officer(Uuid::from_u128(6)), grants: vec![officer] };
    town.by(officer, AcceptReport { report: sent.id, version: None, class: None }).await;
    let paths = [
        "/laporan".to_owned(),
        format!("/laporan/{}", sent.number),
        "/laporan/kecamatan".to_owned(),
        "/laporan.atom".to_owned(),
        "/laporan.rss".to_owned(),
        "/peta/laporan.geojson".to_owned(),
        "/api/v1/reports".to_owned(),
        "/api/v1/agencies".to_owned(),
        "/api/v1/categories".to_owned(),
        format!("/api/v1/reports/{}", sent.number),
        format!("/open311/v2/requests/{}.json", sent.number),
    ];
    for path in &paths {
        let answer = town.get(path).await;
        assert!(!answer.text.contains("Dishub"), "{path}: {}", answer.text);
    }
    let own = town.get(&format!("/laporan/{}?kunci={}", sent.number, sent.token)).await;
    assert!(own.text.contains("Dinas Dishub"), "the reporter knows who answers");
    let ctx = town.site.db.ctx(Actor::system("test"));
    let mut settings = town.site.app.directory.of(TEST_REGION).await.unwrap().region.settings.clone();
    settings.public_agency_names = true;
    town.site.app.directory.set_settings(&ctx, settings).await.unwrap();
    assert!(town.get(&paths[1]).await.text.contains("Dinas Dishub"));
    for path in ["/laporan/kecamatan", "/api/v1/agencies", "/api/v1/categories"] {
        assert!(town.get(path).await.text.contains("Dinas Dishub"), "{path}");
    }
}

#[tokio::test]
async fn cek_laporan_takes_a_number_or_a_telephone_and_says_so_where_nothing_can_be_sent() {
    let town = town().await;
    let sent = town.sent(0, ReporterMode::Named, "Lampu mati").await;
    let secret = town.sent(0, ReporterMode::Secret, "Rahasia").await;
    let mut browser = town.site.browser();
    let found = browser.get(&format!("/cek?nomor={}", sent.number)).await;
    assert_eq!(found.location(), format!("/laporan/{}", sent.number));
    let unknown = [secret.number.as_str(), "LUTRA-2611-9999"];
    for number in unknown {
        let answer = town.get(&format!("/cek?nomor={number}")).await;
        assert!(answer.text.contains("tautan pribadinya"), "{}", answer.text);
    }
    let typed = town.get("/cek?nomor=0812%203456%207890").await;
    assert!(typed.text.contains("value=\"0812 3456 7890\""), "{}", typed.text);
    let wrong = browser.post("/cek", &[("reach", "bukan nomor")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("bukan nomor"), "what was typed stays");
    let asked = browser.post("/cek", &[("reach", "0812 3456 7890")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    let path = asked.location().to_owned();
    let page = browser.get(&path).await;
    assert!(page.text.contains("one-time-code"), "{}", page.text);
    let mut conn = town.site.db.db.read(TEST_REGION).await.unwrap();
    let messages = simpul_store::outbox::list(&mut conn, Uuid::max(), None, 5).await.unwrap();
    drop(conn);
    let code: String = messages[0].body.split("kode Anda ").nth(1).unwrap().chars().take(6).collect();
    let opened = browser.post(&path, &[("code", &code)]).await;
    assert!(opened.location().starts_with("/cek/laporan?kunci="), "{}", opened.text);
    let list = browser.get(opened.location()).await;
    assert!(list.text.contains(&sent.number) && list.text.contains(&secret.number), "both are one's own");
    let link = list.text.split("href=\"").find(|part| part.starts_with(&format!("/laporan/{}?", sent.number))).unwrap();
    let own = browser.get(link.split('"').next().unwrap()).await;
    assert!(own.text.contains("Lampu mati") && own.headers["cache-control"] == "private, no-store");
    let over = browser.get("/cek/laporan?kunci=salah").await;
    assert_eq!(over.location(), "/cek");
}
