//! Forms: what was typed comes back, nothing is done twice, and nobody else's form is taken.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use simpul_kernel::Role;
use simpul_kernel::limits::{FORM_RATE, UPLOADS_PER_ADDRESS_MAX_COUNT};
use simpul_shell::testing::{Browser, TestAnswer};

use crate::support;

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_typed() {
    let site = support::site().await;
    let fields =
        [("name", " "), ("story", "jalan <b>rusak</b>"), ("village", "8"), ("age", "2"), ("secret", "rahasia")];
    let answer = site.browser().post("/contoh", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = &answer.text;
    assert!(text.contains("<title>Kesalahan: Contoh – Simpul Luwu Utara</title>"));
    assert!(text.contains(r##"<a href="#name">Isi nama</a>"##) && text.contains(r#"aria-invalid="true""#));
    assert!(text.contains(r#"aria-describedby="name-hint name-error""#));
    assert!(text.contains("jalan &#60;b&#62;rusak&#60;/b&#62;"));
    assert!(text.contains(r#"<option value="8" selected>"#) && text.contains(r#"value="2" checked"#));
    assert!(!text.contains("rahasia"), "a secret is never shown again");
}

#[tokio::test]
async fn a_form_that_was_done_leads_on_and_says_so_once() {
    let site = support::site().await;
    let mut browser = site.browser();
    let answer = browser.post("/contoh", &[("name", "<b>Rina</b>")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/contoh"));
    let page = browser.get("/contoh").await.text;
    assert!(page.contains("Tersimpan: &#60;b&#62;Rina&#60;/b&#62;"), "{page}");
    assert!(!browser.get("/contoh").await.text.contains("Tersimpan"));
}

#[tokio::test]
async fn the_same_form_sent_twice_is_done_once() {
    let site = support::site().await;
    let mut browser = site.browser();
    let page = browser.get("/contoh").await.text;
    let key = page.split(r#"name="key" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    for _ in 0..2 {
        let answer = browser.post("/contoh", &[("name", "x"), ("key", &key)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
    }
    let mut conn = site.db.db.read(simpul_store::testing::TEST_REGION).await.unwrap();
    let lines = simpul_store::journal::lines_after(&mut conn, 0, 500).await.unwrap();
    assert_eq!(lines.iter().filter(|line| line.kind == "sample.noted").count(), 1);
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let site = support::site().await;
    let mut browser = site.browser();
    assert_eq!(browser.post_bare("/contoh", &[("name", "x")]).await.status, StatusCode::FORBIDDEN);
    let token = browser.token();
    let mut other = site.browser();
    assert_eq!(other.post_bare("/contoh", &[("name", "x"), ("csrf", &token)]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post_bare("/contoh", &[("name", "x"), ("csrf", &token)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_with_every_cookie() {
    let site = support::site().await;
    let browser = site.sign_in_as(Role::RegionAdmin, None).await.unwrap();
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.test")]
    {
        let answer = browser.clone().with(name, value).post("/contoh", &[("name", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    let mut ours = browser.clone().with("sec-fetch-site", "same-origin");
    assert_eq!(ours.post("/contoh", &[("name", "x")]).await.status, StatusCode::SEE_OTHER);
    let mut worker = site.browser().with("sec-fetch-site", "same-origin").with("x-simpul", "1");
    assert_eq!(worker.post_bare("/contoh", &[("name", "x")]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_page_with_a_form_gives_the_browser_what_the_form_needs() {
    let site = support::site().await;
    let mut browser = site.browser();
    let page = browser.get("/contoh").await;
    let token = page.text.split(r#"name="csrf" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert!(browser.cookies.contains_key("simpul-v"));
    let answer = browser.post_bare("/contoh", &[("name", "x"), ("csrf", &token)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!site.browser().get("/healthz").await.headers.contains_key("set-cookie"));
}

const BOUNDARY: &str = "----simpul";

fn multipart(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn send_files(parts: &[(&str, Option<&str>, &[u8])], with_token: bool) -> simpul_shell::testing::TestAnswer {
    let site = support::site().await;
    let mut browser = site.browser();
    let token = browser.token();
    let mut all = parts.to_vec();
    if with_token {
        all.push(("csrf", None, token.as_bytes()));
    }
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    browser.send(Method::POST, "/unggah", Some(&kind), Body::from(multipart(&all))).await
}

#[tokio::test]
async fn files_come_with_their_form_and_a_large_one_is_named() {
    let large = vec![0u8; simpul_kernel::limits::PHOTO_MAX_BYTES + 1];
    let parts: [(&str, Option<&str>, &[u8]); 4] = [
        ("name", None, b"Rina"),
        ("photo", Some("../a.jpg"), b"abc"),
        ("photo", Some("big.jpg"), &large),
        ("photo", Some(""), b""),
    ];
    let answer = send_files(&parts, true).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["files"], serde_json::json!(["photo:a.jpg:3:false", "photo:big.jpg:0:true"]));
    assert_eq!(send_files(&parts[..2], false).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_refused() {
    let site = support::site().await;
    let mut browser = site.browser();
    let story = "a".repeat(simpul_kernel::limits::FORM_BODY_MAX_BYTES + 1);
    let answer = browser.post("/contoh", &[("name", "x"), ("story", &story)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text.contains("Terlalu besar"));
    let many = vec![0u8; simpul_kernel::limits::UPLOAD_BODY_MAX_BYTES];
    let parts: [(&str, Option<&str>, &[u8]); 2] = [("photo", Some("a"), &many), ("photo", Some("b"), &many)];
    assert_eq!(send_files(&parts, true).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

/// Begins to send a photo and never ends.
async fn begin_photo(mut browser: Browser) -> TestAnswer {
    let endless = futures_util::stream::pending::<Result<Vec<u8>, std::convert::Infallible>>();
    let kind = "multipart/form-data; boundary=garis";
    browser.send(Method::POST, "/unggah", Some(kind), Body::from_stream(endless)).await
}

#[tokio::test]
async fn a_form_is_counted_before_its_photos_are_read() {
    let site = support::site().await;
    let from = |browser: Browser| browser.with("x-forwarded-for", "203.0.113.9");
    let mut stranger = from(site.browser());
    for _ in 0..FORM_RATE.0 {
        assert_eq!(stranger.post("/unggah", &[]).await.status, StatusCode::OK);
    }
    let refused = begin_photo(stranger.clone()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(stranger.get("/contoh").await.status, StatusCode::OK);
    let officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    assert_eq!(from(officer).post("/unggah", &[]).await.status, StatusCode::OK, "an office shares an address");
    assert_eq!(site.browser().post("/unggah", &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_address_has_so_many_photos_under_way_and_no_more() {
    let site = support::site().await;
    let stranger = site.browser().with("x-forwarded-for", "203.0.113.9");
    let mut under_way: FuturesUnordered<_> =
        (0..UPLOADS_PER_ADDRESS_MAX_COUNT).map(|_| begin_photo(stranger.clone())).collect();
    let begun = tokio::time::timeout(std::time::Duration::from_millis(500), under_way.next()).await;
    assert!(begun.is_err(), "one was answered: {begun:?}");
    let refused = begin_photo(stranger.clone()).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    drop(under_way);
    let again = tokio::time::timeout(std::time::Duration::from_millis(500), begin_photo(stranger)).await;
    assert!(again.is_err(), "{again:?}");
}
