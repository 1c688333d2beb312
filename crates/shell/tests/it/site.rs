//! Every page: language, frame, headers, assets.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Role;

use crate::support;

#[tokio::test]
async fn every_page_has_the_headers_that_keep_it_to_itself() {
    let site = support::site().await;
    let answer = site.browser().get("/contoh").await;
    let header = |name: &str| answer.headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert!(header("content-security-policy").contains("default-src 'none'"));
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    assert!(!header("content-security-policy").contains("unsafe"));
    assert!(answer.headers.get("strict-transport-security").is_none(), "not over plain http");
    assert!(!answer.text.contains("style=") && !answer.text.contains("<script>"), "nothing inline");
}

#[tokio::test]
async fn the_language_is_asked_for_remembered_or_preferred() {
    let site = support::site().await;
    let mut browser = site.browser();
    assert!(browser.get("/contoh").await.text.contains(r#"<html lang="id">"#));
    let english = browser.clone().with("accept-language", "en").get("/contoh").await;
    assert!(english.text.contains(r#"<html lang="en">"#) && english.text.contains("1 report"));
    assert!(browser.get("/contoh?lang=en").await.text.contains(r#"<html lang="en">"#));
    let chosen = browser.get("/bahasa?lang=en&ke=/contoh").await;
    assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/contoh"));
    assert!(browser.get("/contoh").await.text.contains("Sample"));
    assert_eq!(browser.get("/bahasa?lang=id&ke=//evil.test").await.location(), "/");
}

#[tokio::test]
async fn a_demo_says_so_on_every_frame() {
    let site = support::site().await;
    let mut officer = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    for path in ["/contoh", "/cetak", "/kotak", "/tidak-ada", "/masuk", "/akun"] {
        let answer = officer.get(path).await;
        if answer.status != StatusCode::SEE_OTHER {
            assert!(answer.text.contains("DATA CONTOH – BUKAN DATA RESMI"), "{path}");
        }
    }
}

#[tokio::test]
async fn numbers_and_times_read_as_in_indonesia() {
    let site = support::site().await;
    let text = site.browser().get("/contoh").await.text;
    for part in ["1.234.567", "87,3%", "Rp\u{a0}1.250.000", "Senin, 2 November 2026", "09.00 WITA", "batas"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn until_112_works_other_numbers_stand_there() {
    let site = support::site().await;
    let text = site.browser().get("/contoh").await.text;
    assert!(text.contains("tel:119") && text.contains("tel:110") && !text.contains("tel:112"));
}

#[tokio::test]
async fn no_browser_keeps_an_officers_page() {
    let site = support::site().await;
    let mut officer = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    assert_eq!(officer.get("/kotak").await.headers["cache-control"], "no-store");
    assert_eq!(site.browser().get("/contoh").await.headers["cache-control"], "private, no-cache");
}

#[tokio::test]
async fn officers_see_the_navigation_of_what_they_may() {
    let site = support::site().await;
    let agency = site.agency("PU").await.unwrap();
    let text = site.sign_in_as(Role::AgencyOfficer, Some(agency)).await.unwrap().get("/kotak").await.text;
    assert!(text.contains(r#"<a href="/kotak" aria-current="page">"#) && text.contains("Petugas agency_officer · PU"));
    let text = site.sign_in_as(Role::Evaluator, None).await.unwrap().get("/akun").await.text;
    assert!(!text.contains(r#"<a href="/kotak""#));
}

#[tokio::test]
async fn hostile_text_stays_text() {
    let site = support::site().await;
    for naughty in
        ["<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>", "{{ 7 * 7 }}", "\u{202e}abc", "𝕏🦊"]
    {
        let query = simpul_shell::encode_query(naughty);
        let text = site.browser().get(&format!("/contoh?name={query}")).await.text;
        assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{naughty}");
        assert!(!text.contains(">49<"));
    }
}

#[tokio::test]
async fn an_asset_is_named_by_its_digest_and_kept_for_good() {
    let site = support::site().await;
    let mut browser = site.browser();
    let page = browser.get("/contoh").await.text;
    let start = page.find("/a/simpul-").expect("the page has its stylesheet");
    let path = page[start..].split('"').next().unwrap().to_owned();
    let answer = browser.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers["cache-control"].to_str().unwrap().contains("immutable"));
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/css"));
    assert!(!answer.text.contains("url(/a/plus-jakarta-sans.woff2)"), "fonts are named by digest too");
    let packed = browser.clone().with("accept-encoding", "br").get(&path).await;
    assert_eq!(packed.headers["content-encoding"], "br");
    let plain = browser.get("/a/simpul.css").await;
    assert_eq!(plain.headers["cache-control"], "no-cache");
    assert_eq!(browser.get("/a/nothing.css").await.status, StatusCode::NOT_FOUND);
    let worker = browser.get("/sw.js").await;
    assert_eq!((worker.status, worker.headers["cache-control"].to_str().unwrap()), (StatusCode::OK, "no-cache"));
    assert_eq!(browser.get("/manifest.webmanifest").await.status, StatusCode::OK);
}

#[tokio::test]
async fn pages_are_compressed_and_head_has_no_body() {
    let site = support::site().await;
    let mut browser = site.browser();
    let answer = browser.clone().with("accept-encoding", "gzip").get("/contoh").await;
    assert_eq!(answer.headers["content-encoding"], "gzip");
    let head = browser.send(Method::HEAD, "/contoh", None, Body::empty()).await;
    assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn machines_are_answered_and_figures_stay_inside() {
    let site = support::site().await;
    let mut browser = site.browser();
    assert_eq!(browser.get("/healthz").await.text, "ok");
    assert_eq!(browser.get("/readyz").await.status, StatusCode::OK);
    let metrics = browser.get("/metrics").await.text;
    assert!(metrics.contains(r#"route="/healthz",status="2xx"} 1"#), "{metrics}");
    assert!(metrics.contains("simpul_writer_actions_total "));
    let outside = browser.with("x-forwarded-for", "203.0.113.9").get("/metrics").await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_first_visit_of_a_page_is_small() {
    let site = support::site().await;
    let browser = site.browser().with("accept-encoding", "br");
    let page = browser.clone().get("/masuk").await;
    let size = |answer: &simpul_shell::testing::TestAnswer| -> usize {
        answer.headers.get("content-length").map_or(0, |length| length.to_str().unwrap().parse().unwrap())
    };
    assert!(page.text.len() < 8 * 1024, "{}", page.text.len());
    let css = browser.clone().get("/a/simpul.css").await;
    assert!(css.text.len().max(size(&css)) < 24 * 1024);
}
