//! PostgreSQL is gone for a while: consoles learn it at once, nothing is half-written, and work goes on by itself.

use std::time::Duration;

use axum::http::StatusCode;
use simpul_emergency::actions::SeedTypes;
use simpul_kernel::{Actor, Role};
use simpul_shell::SiteConfig;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::{Cut, TestDb};

/// How long the console's script waits for its data before it says that they are away (sambung.js).
const CONSOLE_PATIENCE: Duration = Duration::from_millis(900);
/// So long it is gone: longer than any single try, so that what waits has to begin anew.
const GONE: Duration = Duration::from_secs(3);
/// So long after it is back, everything must go on.
const BACK: Duration = Duration::from_secs(10);

/// Whether the console reaches its data, as its script asks.
async fn reaches(taker: &mut Browser) -> bool {
    match tokio::time::timeout(CONSOLE_PATIENCE, taker.get("/112/sambungan")).await {
        Ok(answer) => answer.status == StatusCode::NO_CONTENT,
        Err(_) => false,
    }
}

async fn until_reached(taker: &mut Browser) {
    let back = async {
        while !reaches(taker).await {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    assert!(tokio::time::timeout(BACK, back).await.is_ok(), "the console reaches its data again");
}

#[tokio::test(flavor = "multi_thread")]
async fn consoles_learn_at_once_that_postgresql_is_gone_and_carry_on_when_it_is_back() {
    let rooms = [simpul_people::MIGRATIONS, simpul_emergency::MIGRATIONS];
    let db = TestDb::by_cable(&rooms).await.unwrap();
    // SQLite is in the process itself: there is no way that could be cut.
    let Some(_) = db.cable() else { return };
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::on(db, simpul_emergency::routes(), SiteConfig::default(), build).await.unwrap();
    site.db.db.write(&site.db.ctx(Actor::system("test")), SeedTypes).await.unwrap();
    let mut taker = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let mut other = site.sign_in_as(Role::CallTaker, None).await.unwrap();
    let cable = site.db.cable().unwrap();
    for (place, how) in [Cut::Broken, Cut::Silent].into_iter().enumerate() {
        assert!(reaches(&mut taker).await);
        cable.cut(how);
        assert!(!reaches(&mut taker).await, "{how:?}: the console learns it within its patience");
        let number = format!("08129999000{place}");
        let lost = tokio::time::timeout(GONE, other.post("/112/panggilan", &[("number", &number)])).await;
        assert!(lost.is_err() || lost.unwrap().status.is_server_error(), "{how:?}: nothing is promised meanwhile");
        tokio::time::sleep(GONE).await;
        cable.cut(Cut::Whole);
        until_reached(&mut taker).await;
        let kept = tokio::time::timeout(BACK, taker.post("/112/panggilan", &[("number", &number)])).await.unwrap();
        assert!(kept.location().starts_with("/112"), "{how:?}: work goes on: {} {}", kept.status, kept.text);
        let page = taker.get("/112").await;
        assert_eq!(page.status, StatusCode::OK, "{how:?}: {}", page.text);
    }
}
