//! What is secret stays with those who may read it, whoever looks is kept, and what strangers send is counted.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use simpul_kernel::limits::{SEARCH_RATE, SUBMIT_RATE};
use simpul_kernel::{Actor, Role};
use simpul_people::sql::access;
use simpul_report::actions::{Reporter, SeedRules, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, ReporterMode, Source};
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;
use uuid::Uuid;

struct Town {
    site: TestSite,
    dishub: Uuid,
    inspectorate: Uuid,
}

async fn town() -> Town {
    let site = TestSite::new(&[simpul_report::MIGRATIONS], simpul_report::routes(), |builder| {
        simpul_report::furnish(builder.messages(simpul_report::MESSAGES))
    });
    let site = site.await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_areas(&ctx, &[simpul_people::data::AREAS_LUWU_UTARA], false).await.unwrap();
    let (dishub, inspectorate) = (site.agency("Dishub").await.unwrap(), site.agency("Inspektorat").await.unwrap());
    let agencies = vec![("Dishub".to_owned(), dishub), ("Inspektorat".to_owned(), inspectorate)];
    site.app.directory.write(&ctx, SeedRules { agencies }).await.unwrap();
    Town { site, dishub, inspectorate }
}

impl Town {
    /// A report of that category without a reporter's number; answers its number.
    async fn sent(&self, category: &str) -> String {
        self.sent_as(category, ReporterMode::Anonymous).await
    }

    async fn sent_as(&self, category: &str, mode: ReporterMode) -> String {
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        let village = place.villages[0].code;
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let desk = std::sync::Arc::new(Desk::open(&mut conn, place).await.unwrap());
        let report = SubmitReport {
            key: self.site.app.db.env().new_id(),
            desk,
            category: category.to_owned(),
            place: Place { village: Some(village), ..Place::default() },
            text: "Dimintai uang di loket".to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode: Some(mode), name: None, phone: None, email: None },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        };
        self.site.db.db.write(&self.site.db.ctx(Actor::citizen()), report).await.unwrap().number
    }

    async fn id(&self, number: &str) -> Uuid {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        simpul_report::sql::by_number(&mut conn, number).await.unwrap().unwrap().id
    }

    async fn looks(&self, report: Uuid) -> Vec<String> {
        let mut conn = self.site.db.db.read(TEST_REGION).await.unwrap();
        let lines = access::of_subject(&mut conn, report, None, 100).await.unwrap();
        lines.into_iter().map(|line| line.what).collect()
    }
}

#[tokio::test]
async fn the_inbox_of_others_hears_nothing_of_a_secret_report() {
    let town = town().await;
    let number = town.sent("pungli_rahasia").await;
    let id = town.id(&number).await;
    let mut others = Vec::new();
    for (role, agency) in [(Role::ReportCoordinator, None), (Role::AgencyOfficer, Some(town.dishub))] {
        let mut browser = town.site.sign_in_as(role, agency).await.unwrap();
        let (status, _, body) = browser.open(Method::GET, "/langsung?layar=kotak", None, Body::empty()).await;
        assert_eq!(status, StatusCode::OK);
        others.push(body.into_data_stream());
    }
    let mut own = town.site.sign_in_as(Role::AgencyHead, Some(town.inspectorate)).await.unwrap();
    let accepted = own.post(&format!("/kotak/{number}/terima"), &[]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
    // A report that they may see marks the end of what they had to hear.
    town.sent("lampu_jalan").await;
    for mut stream in others {
        let mut text = String::new();
        let read = async {
            while !text.contains("kabar-kotak") {
                text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(10), read).await.is_ok(), "{text}");
        assert!(!text.contains(&id.to_string()), "{text}");
    }
}

#[tokio::test]
async fn a_wish_for_secrecy_without_an_agency_waits_in_the_coordinators_inbox_alone() {
    let town = town().await;
    let number = town.sent_as("jalan_rusak", ReporterMode::Secret).await;
    let complaint = town.sent_as("pungli_rahasia", ReporterMode::Secret).await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    for path in ["/kotak", "/kotak?perangkat=tanpa"] {
        let inbox = coordinator.get(path).await;
        assert!(inbox.text.contains(&number) && !inbox.text.contains(&complaint), "{path}");
    }
    assert_eq!(coordinator.get(&format!("/kotak/{number}")).await.status, StatusCode::OK);
    assert_eq!(coordinator.get(&format!("/kotak/{complaint}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.looks(town.id(&number).await).await, ["report"], "the look is kept");
    for (role, agency) in [(Role::RegionAdmin, None), (Role::Leader, None), (Role::AgencyOfficer, Some(town.dishub))] {
        let mut other = town.site.sign_in_as(role, agency).await.unwrap();
        assert!(!other.get("/kotak").await.text.contains(&number), "{role:?}");
        assert_eq!(other.get(&format!("/kotak/{number}")).await.status, StatusCode::NOT_FOUND, "{role:?}");
    }
}

#[tokio::test]
async fn an_agency_hands_a_wish_for_secrecy_back_to_the_coordinator_and_a_complaint_to_nobody() {
    let town = town().await;
    let number = town.sent_as("lampu_jalan", ReporterMode::Secret).await;
    let mut officer = town.site.sign_in_as(Role::AgencyOfficer, Some(town.dishub)).await.unwrap();
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    assert_eq!(coordinator.get(&format!("/kotak/{number}")).await.status, StatusCode::NOT_FOUND);
    let suggest = town.inspectorate.to_string();
    let fields = [("reason", "Jalan provinsi"), ("suggest", suggest.as_str())];
    let given = officer.post(&format!("/kotak/{number}/kembalikan"), &fields).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text);
    assert_eq!(coordinator.get(&format!("/kotak/{number}")).await.status, StatusCode::OK);
    assert_eq!(officer.get(&format!("/kotak/{number}")).await.status, StatusCode::NOT_FOUND);

    let complaint = town.sent_as("pungli_rahasia", ReporterMode::Secret).await;
    let mut inspector = town.site.sign_in_as(Role::AgencyOfficer, Some(town.inspectorate)).await.unwrap();
    let suggest = town.dishub.to_string();
    let fields = [("reason", "Bukan kami"), ("suggest", suggest.as_str())];
    let refused = inspector.post(&format!("/kotak/{complaint}/kembalikan"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
}

#[tokio::test]
async fn every_look_at_a_secret_report_is_kept() {
    let town = town().await;
    let (secret, open) = (town.sent("pungli_rahasia").await, town.sent("lampu_jalan").await);
    let (secret_id, open_id) = (town.id(&secret).await, town.id(&open).await);
    let mut auditor = town.site.sign_in_as(Role::Auditor, None).await.unwrap();
    for path in ["kotak", "laporan"] {
        for number in [&secret, &open] {
            let page = auditor.get(&format!("/{path}/{number}")).await;
            assert_eq!(page.status, StatusCode::OK, "{path} {number}");
        }
    }
    assert_eq!(town.looks(secret_id).await, ["report", "report"]);
    assert!(town.looks(open_id).await.is_empty());
    assert_eq!(town.site.browser().get(&format!("/laporan/{secret}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.looks(secret_id).await.len(), 2);
}

#[tokio::test]
async fn an_erasure_is_kept_in_the_log_of_looks() {
    let town = town().await;
    let number = town.sent("lampu_jalan").await;
    let id = town.id(&number).await;
    let mut admin = town.site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let erased = admin.post(&format!("/admin/report/pelapor/{number}/hapus"), &[]).await;
    assert_eq!(erased.status, StatusCode::SEE_OTHER, "{}", erased.text);
    assert_eq!(town.looks(id).await, ["reporter_erase"]);
}

fn stranger(site: &TestSite) -> Browser {
    site.browser().with("x-forwarded-for", "203.0.113.9")
}

#[tokio::test]
async fn whatever_a_citizen_sends_about_a_report_is_counted() {
    let town = town().await;
    let mut stranger = stranger(&town.site);
    for _ in 0..SUBMIT_RATE.0 {
        assert_eq!(stranger.post("/laporan/LUTRA-2611-9999/ikuti", &[]).await.status, StatusCode::NOT_FOUND);
    }
    for deed in ["benar", "belum", "ikuti", "jawab"] {
        let answer = stranger.post(&format!("/laporan/LUTRA-2611-9999/{deed}"), &[]).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "{deed}");
    }
    let mut local = town.site.browser();
    assert_eq!(local.post("/laporan/LUTRA-2611-9999/benar", &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn searching_the_list_is_counted_and_the_list_itself_is_not() {
    let town = town().await;
    let mut stranger = stranger(&town.site);
    for _ in 0..SEARCH_RATE.0 {
        assert_eq!(stranger.get("/laporan?nomor=9999").await.status, StatusCode::OK);
    }
    assert_eq!(stranger.get("/laporan?status=baru").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(stranger.get("/laporan").await.status, StatusCode::OK);
}

/// A new answer for programs that stands elsewhere would go uncounted.
#[tokio::test]
async fn every_answer_for_programs_stands_where_it_is_counted() {
    let town = town().await;
    for route in town.site.table.iter().filter(|route| route.kind == simpul_shell::RouteKind::Api) {
        let counted = ["/api/", "/open311/", "/peta/"].iter().any(|prefix| route.path.starts_with(prefix));
        assert!(counted, "{}", route.path);
    }
}
