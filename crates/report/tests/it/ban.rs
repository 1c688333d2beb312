//! Bans: who is barred, until when, and what stays open to them.

use axum::http::{Method, StatusCode};
use serde_json::json;
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::{Actor, Role};
use simpul_people::KeyScope;
use simpul_report::actions::ForgetSenders;
use simpul_report::sql;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;

use super::town::{Founded, founded};

struct Town {
    site: TestSite,
    village: String,
}

async fn town() -> Town {
    let Founded { site, village, .. } = founded().await;
    Town { site, village }
}

impl Town {
    async fn send(&self, browser: &mut Browser, phone: &str, mode: &str) -> TestAnswer {
        let fields = [
            ("category", "lampu_jalan"),
            ("village", self.village.as_str()),
            ("landmark", "dekat lapangan"),
            ("text", "Kalian semua bodoh"),
            ("mode", mode),
            ("phone", phone),
        ];
        let checked = browser.post("/lapor", &fields).await;
        match checked.status {
            StatusCode::SEE_OTHER => browser.post("/lapor/kirim", &[]).await,
            _ => checked,
        }
    }

    async fn sent(&self, browser: &mut Browser, phone: &str, mode: &str) -> String {
        let sent = self.send(browser, phone, mode).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        sent.location().strip_prefix("/lapor/terkirim/").unwrap().to_owned()
    }

    async fn senders(&self, number: &str) -> usize {
        let mut conn = self.site.app.db.read(TEST_REGION).await.unwrap();
        let report = sql::by_number(&mut conn, number).await.unwrap().unwrap();
        sql::ban::senders(&mut conn, report.id).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_barred_browser_is_told_until_when_and_may_send_again_after_it() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let number = town.sent(&mut citizen, "", "anonymous").await;
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let page = coordinator.get(&format!("/kotak/{number}/larang")).await;
    assert!(page.text.contains("value=\"browser\"") && !page.text.contains("value=\"phone\""), "{}", page.text);
    let path = format!("/kotak/{number}/larang");
    for wrong in
        [[("by", "browser"), ("days", "91"), ("reason", "kasar")], [("by", "phone"), ("days", "7"), ("reason", "x")]]
    {
        assert_eq!(coordinator.post(&path, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let done = coordinator.post(&path, &[("by", "browser"), ("days", "7"), ("reason", "Kata kasar")]).await;
    assert_eq!(done.location(), "/admin/report/larangan", "{}", done.text);
    let barred = town.send(&mut citizen, "", "anonymous").await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN);
    assert!(barred.text.contains("dihentikan sampai") && barred.text.contains("loket"), "{}", barred.text);
    let form = citizen.get("/lapor").await;
    assert!(form.text.contains("Kalian semua bodoh"), "what was typed is not lost");
    assert_eq!(citizen.get("/darurat").await.status, StatusCode::OK, "the emergency page is for everybody");
    town.site.db.clock.advance(7 * DAY_MICROS);
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    assert!(coordinator.get("/admin/report/larangan").await.text.contains("Berakhir"));
    town.sent(&mut citizen, "", "anonymous").await;
}

#[tokio::test]
async fn a_number_is_barred_whoever_uses_it_and_the_ban_may_be_lifted_early() {
    let town = town().await;
    let mut admin = town.site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    let add = [("sender", "+62 812-3456-7890"), ("days", "30"), ("reason", "Ancaman")];
    let done = admin.post("/admin/report/larangan", &add).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let barred = town.send(&mut town.site.browser(), "081234567890", "named").await;
    assert_eq!(barred.status, StatusCode::FORBIDDEN);
    let other = town.send(&mut town.site.browser(), "081234567891", "named").await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let list = admin.get("/admin/report/larangan").await;
    assert!(list.text.contains("Ancaman") && !list.text.contains("3456"), "{}", list.text);
    let lift = list.text.split("action=\"").find(|part| part.contains("/cabut\"")).unwrap();
    let lifted = admin.post(lift.split('"').next().unwrap(), &[]).await;
    assert_eq!(lifted.status, StatusCode::SEE_OTHER, "{}", lifted.text);
    assert_eq!(town.send(&mut town.site.browser(), "081234567890", "named").await.status, StatusCode::SEE_OTHER);
    let again = admin.post(lift.split('"').next().unwrap(), &[]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = admin.post("/admin/report/larangan", &[("sender", "Budi"), ("days", "3"), ("reason", "x")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_programs_key_is_barred_like_a_person() {
    let town = town().await;
    let key = town.site.api_key(&[KeyScope::Write], None).await.unwrap();
    let body = json!({ "category": "lampu_jalan", "text": "Sampah kalian", "landmark": "dekat lapangan",
        "village": town.village.replace('.', "").parse::<i64>().unwrap() });
    let mut program = town.site.browser().with("authorization", &format!("Bearer {key}"));
    let sent = program.send_json(Method::POST, "/api/v1/reports", &body).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let number = sent.json()["number"].as_str().unwrap().to_owned();
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let fields = [("by", "api_key"), ("days", "1"), ("reason", "Banjir laporan palsu")];
    coordinator.post(&format!("/kotak/{number}/larang"), &fields).await;
    let barred = program.send_json(Method::POST, "/api/v1/reports", &body).await;
    assert_eq!(barred.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", barred.text);
    assert!(barred.text.contains("dihentikan sampai") || barred.text.contains("stopped until"), "{}", barred.text);
}

#[tokio::test]
async fn where_a_secret_report_came_from_is_not_kept_and_of_others_not_for_long() {
    let town = town().await;
    let mut citizen = town.site.browser();
    let secret = town.sent(&mut citizen, "", "secret").await;
    let open = town.sent(&mut citizen, "", "anonymous").await;
    assert_eq!((town.senders(&secret).await, town.senders(&open).await), (0, 1));
    town.site.db.clock.advance(31 * DAY_MICROS);
    town.site.app.db.write(&town.site.db.ctx(Actor::system("upkeep")), ForgetSenders).await.unwrap();
    assert_eq!(town.senders(&open).await, 0);
}

#[tokio::test]
async fn only_the_coordinator_and_the_administrator_bar() {
    let town = town().await;
    let dishub = town.site.agency("Dishub 2").await.unwrap();
    for (role, agency) in [(Role::AgencyOfficer, Some(dishub)), (Role::Auditor, None), (Role::Leader, None)] {
        let mut browser = town.site.sign_in_as(role, agency).await.unwrap();
        assert_eq!(browser.get("/admin/report/larangan").await.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    let mut coordinator = town.site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let number = town.sent(&mut town.site.browser(), "", "secret").await;
    let hidden = coordinator.get(&format!("/kotak/{number}/larang")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "a secret report is none of the coordinator's business");
}
