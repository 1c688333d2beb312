//! Programs: keys, scopes, limits, and the description of the API.

use axum::http::{Method, StatusCode};
use serde_json::json;
use simpul_kernel::Role;
use simpul_kernel::limits::API_RATE;
use simpul_people::KeyScope;
use simpul_shell::testing::Browser;

use crate::support;

#[tokio::test]
async fn a_key_opens_what_its_scope_names_and_nothing_else() {
    let site = support::site().await;
    assert_eq!(site.browser().get("/api/v1/sample").await.status, StatusCode::UNAUTHORIZED);
    let key = site.api_key(&[KeyScope::Write], None).await.unwrap();
    let bearer = site.browser().with("authorization", &format!("Bearer {key}"));
    assert_eq!(bearer.clone().get("/api/v1/sample").await.status, StatusCode::FORBIDDEN);
    let sent = bearer.clone().send_json(Method::POST, "/api/v1/sample", &json!({ "name": "x" })).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let read = site.api_key(&[KeyScope::Read], None).await.unwrap();
    assert_eq!(site.browser().with("x-api-key", &read).get("/api/v1/sample").await.status, StatusCode::OK);
    assert_eq!(site.browser().get(&format!("/api/v1/sample?api_key={read}")).await.status, StatusCode::OK);
    assert_eq!(site.browser().with("x-api-key", "nonsense").get("/api/v1/sample").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_key_may_stand_in_the_form() {
    let site = support::site().await;
    let key = site.api_key(&[KeyScope::Open311], None).await.unwrap();
    let with = site.browser().post_bare("/lain/v2/requests", &[("api_key", &key)]).await;
    assert_eq!((with.status, with.text.as_str()), (StatusCode::OK, "\"test\""));
    let without = site.browser().post_bare("/lain/v2/requests", &[("x", "y")]).await;
    assert_eq!(without.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_key_has_its_own_limit() {
    let site = support::site().await;
    let key = site.api_key(&[KeyScope::Read], Some(2)).await.unwrap();
    let mut program = site.browser().with("x-api-key", &key);
    assert_eq!(program.get("/api/v1/sample").await.status, StatusCode::OK);
    assert_eq!(program.get("/api/v1/sample").await.status, StatusCode::OK);
    let third = program.get("/api/v1/sample").await;
    assert_eq!(third.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(third.headers["content-type"], "application/problem+json");
    assert!(third.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn what_can_not_be_read_is_named() {
    let site = support::site().await;
    let key = site.api_key(&[KeyScope::Write], None).await.unwrap();
    let mut program = site.browser().with("x-api-key", &key);
    let broken = program.send(Method::POST, "/api/v1/sample", Some("application/json"), "{".into()).await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    assert!(broken.json()["detail"].as_str().unwrap().contains("line 1"));
    let text = program.send(Method::POST, "/api/v1/sample", Some("text/plain"), "x".into()).await;
    assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let refused = program.send_json(Method::POST, "/api/v1/sample", &json!({ "name": "" })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["field"], "name");
    assert_eq!(refused.json()["errors"][0]["detail"], "Isi nama");
}

#[tokio::test]
async fn an_idempotency_key_is_the_callers_own() {
    let site = support::site().await;
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..2 {
        let key = site.api_key(&[KeyScope::Write], None).await.unwrap();
        let mut program = site.browser().with("x-api-key", &key).with("idempotency-key", "one");
        let first = program.send_json(Method::POST, "/api/v1/sample", &json!({ "name": "x" })).await.text;
        let again = program.send_json(Method::POST, "/api/v1/sample", &json!({ "name": "x" })).await.text;
        assert_eq!(first, again);
        seen.insert(first);
    }
    assert_eq!(seen.len(), 2, "two programs do not share a key");
}

#[tokio::test]
async fn the_description_is_openapi_3_1_and_is_sent_once() {
    let site = support::site().await;
    let mut browser = site.browser();
    let first = browser.get("/api/openapi.json").await;
    assert_eq!(first.json()["openapi"], "3.1.0");
    assert!(first.json()["paths"]["/api/v1/live"]["get"].is_object());
    let tag = first.headers["etag"].to_str().unwrap().to_owned();
    let again = browser.with("if-none-match", &tag).get("/api/openapi.json").await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn what_is_public_is_counted_by_the_key_that_asks() {
    let site = support::site().await;
    let key = site.api_key(&[KeyScope::Read], Some(2)).await.unwrap();
    let mut program = site.browser().with("x-api-key", &key);
    assert_eq!(program.get("/api/v1/open").await.status, StatusCode::OK);
    assert_eq!(program.get("/api/v1/open").await.status, StatusCode::OK);
    assert_eq!(program.get("/api/v1/open").await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(site.browser().get("/api/v1/open").await.status, StatusCode::OK);
    let other = site.api_key(&[KeyScope::Open311], None).await.unwrap();
    assert_eq!(site.browser().get(&format!("/api/v1/open?api_key={other}")).await.status, StatusCode::OK);
    let wrong = site.browser().with("authorization", "Bearer nonsense").get("/api/v1/open").await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert_eq!(wrong.json()["type"], "urn:simpul:shell.trouble.key_unknown");
}

#[tokio::test]
async fn a_stranger_is_counted_and_neither_a_key_nor_an_officer_pays_for_it() {
    let site = support::site().await;
    let from = |browser: Browser| browser.with("x-forwarded-for", "203.0.113.9");
    let mut stranger = from(site.browser());
    for _ in 0..API_RATE.0 {
        assert_eq!(stranger.get("/api/v1/open").await.status, StatusCode::OK);
    }
    let refused = stranger.get("/api/v1/open").await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(from(site.browser()).with("x-api-key", "x").get("/api/v1/open").await.status, refused.status);
    assert_eq!(from(site.browser()).post_bare("/lain/v2/requests", &[("x", "y")]).await.status, refused.status);
    let key = site.api_key(&[KeyScope::Read], None).await.unwrap();
    assert_eq!(from(site.browser()).with("x-api-key", &key).get("/api/v1/open").await.status, StatusCode::OK);
    let officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    assert_eq!(from(officer).get("/api/v1/open").await.status, StatusCode::OK);
    assert_eq!(stranger.get("/contoh").await.status, StatusCode::OK, "pages are not meant");
}
