//! What is told when something does not work.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Role;

use crate::support;

#[tokio::test]
async fn what_is_not_there_is_told_in_plain_words() {
    let site = support::site().await;
    let answer = site.browser().get("/tidak-ada").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.text.contains("Halaman tidak ditemukan") && answer.text.contains(r#"<main id="main""#));
    let english = site.browser().with("accept-language", "en").get("/tidak-ada").await;
    assert!(english.text.contains("Page not found"));
    assert_eq!(site.browser().get("/nomor/bukan-angka").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.browser().get("/nomor/7").await.text, "7");
}

#[tokio::test]
async fn a_program_gets_problem_json() {
    let site = support::site().await;
    let answer = site.browser().get("/api/v1/nothing").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json()["status"], 404);
    assert_eq!(answer.json()["type"], "urn:simpul:shell.trouble.not_found");
}

#[tokio::test]
async fn another_method_is_refused_and_says_which_are_not() {
    let site = support::site().await;
    let answer = site.browser().send(Method::DELETE, "/contoh", None, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    let allowed = answer.headers["allow"].to_str().unwrap();
    assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    assert!(answer.text.contains("<h1>"));
}

#[tokio::test]
async fn a_bug_is_an_error_page_and_the_next_request_works() {
    let site = support::site().await;
    let mut browser = site.browser();
    let answer = browser.get("/rusak").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.text.contains("Layanan sedang bermasalah") && !answer.text.contains("a bug"));
    assert!(answer.text.contains(answer.headers["x-request-id"].to_str().unwrap()));
    assert_eq!(browser.get("/contoh").await.status, StatusCode::OK);
    assert!(browser.get("/metrics").await.text.contains("simpul_panics_total 1"));
}

#[tokio::test]
async fn a_query_that_does_not_fit_is_told_and_an_empty_one_is_absent() {
    let site = support::site().await;
    assert_eq!(site.browser().get("/contoh?number=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.browser().get("/contoh?number=&name=").await.status, StatusCode::OK);
    assert_eq!(site.browser().get("/contoh?number=7").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_may_not_is_told_so_and_who_is_unknown_is_asked_to_sign_in() {
    let site = support::site().await;
    let stranger = site.browser().get("/kotak?urut=batas").await;
    assert_eq!((stranger.status, stranger.location()), (StatusCode::SEE_OTHER, "/masuk?ke=/kotak%3Furut%3Dbatas"));
    let piece = site.browser().with("hx-request", "true").get("/kotak").await;
    assert_eq!(piece.headers["hx-redirect"], "/masuk?ke=/kotak");
    let partner = site.sign_in_as(Role::Evaluator, None).await.unwrap().get("/kotak").await;
    assert_eq!(partner.status, StatusCode::FORBIDDEN);
    assert!(partner.text.contains("Tidak diizinkan"));
    let wall = site.browser().get("/dinding").await;
    assert_eq!(wall.location(), "/dinding/masuk");
}

#[tokio::test]
async fn too_often_says_when_to_come_back() {
    let site = support::site().await;
    let mut local = site.browser();
    for _ in 0..100 {
        assert_ne!(local.post("/contoh", &[("name", "")]).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
    let mut browser = site.browser().with("x-forwarded-for", "203.0.113.9");
    let mut last = browser.post("/contoh", &[("name", "")]).await;
    for _ in 0..200 {
        if last.status == StatusCode::TOO_MANY_REQUESTS {
            break;
        }
        last = browser.post("/contoh", &[("name", "")]).await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    let seconds: u64 = last.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!(last.text.contains("Terlalu sering"));
    site.db.clock.advance(i64::try_from(seconds).unwrap() * 1_000_000);
    assert_eq!(browser.post("/contoh", &[("name", "")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_database_that_is_away_is_told_with_a_time_to_come_back() {
    let site = support::site().await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/contoh").await.status, StatusCode::OK);
    site.db.db.close().await;
    let answer = browser.get("/contoh").await;
    // What is kept in memory may still serve; what needs the database says when to come back.
    if answer.status != StatusCode::OK {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers.contains_key("retry-after"));
    }
    let sent = browser.post("/contoh", &[("name", "x")]).await;
    assert_eq!(sent.status, StatusCode::SERVICE_UNAVAILABLE, "{}", sent.text);
    assert!(sent.headers.contains_key("retry-after") && sent.text.contains("<h1>"));
}
