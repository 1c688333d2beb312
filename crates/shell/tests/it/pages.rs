//! Every page of the shell's own, in both languages.

use axum::http::StatusCode;
use simpul_kernel::{Actor, Role};
use simpul_shell::testing::{Browser, PASSWORD, TestAnswer};
use simpul_store::testing::TEST_REGION;

use crate::support;

/// Words that would betray the other language, or a sentence that the catalogue has not.
const NEVER_IN_INDONESIAN: [&str; 6] = ["Sign in", "Password", "Sign out", "shell.", "people.", "Ask your"];
const NEVER_IN_ENGLISH: [&str; 6] = ["Kata sandi", "Keluar", "Kembali", "shell.", "people.", "Mintalah"];

async fn both(browser: &Browser, path: &str, fields: Option<&[(&str, &str)]>, status: StatusCode) {
    for (lang, never) in [("id", NEVER_IN_INDONESIAN), ("en", NEVER_IN_ENGLISH)] {
        let mut browser = browser.clone().with("accept-language", lang);
        let answer: TestAnswer = match fields {
            None => browser.get(path).await,
            Some(fields) => browser.post(path, fields).await,
        };
        assert_eq!(answer.status, status, "{path} ({lang})");
        assert!(answer.text.contains(&format!(r#"<html lang="{lang}">"#)), "{path} ({lang})");
        assert_eq!(answer.text.matches("<h1").count(), 1, "{path} ({lang}) has one heading");
        for word in never {
            let shown = answer.text.replace("/a/", "");
            assert!(!shown.contains(word), "{path} ({lang}) says {word}");
        }
    }
}

#[tokio::test]
async fn every_page_is_whole_in_both_languages() {
    let site = support::site().await;
    site.officer("rina@contoh.test", Role::RegionAdmin, None).await.unwrap();
    let ok = StatusCode::OK;
    let stranger = site.browser();
    both(&stranger, "/masuk", None, ok).await;
    both(&stranger, "/masuk", Some(&[("login", "x"), ("password", "y")]), StatusCode::UNPROCESSABLE_ENTITY).await;
    both(&stranger, "/dinding/masuk", None, ok).await;
    both(&stranger, "/dinding/masuk", Some(&[("token", "x")]), StatusCode::UNPROCESSABLE_ENTITY).await;
    both(&stranger, "/tidak-ada", None, StatusCode::NOT_FOUND).await;
    both(&stranger, "/mulai/tidak-ada", None, StatusCode::GONE).await;
    let admin_link = format!("/mulai/{}", site.app.doorman.make_admin_link(TEST_REGION).await.unwrap());
    both(&stranger, &admin_link, None, ok).await;
    both(&stranger, &admin_link, Some(&[("password", "x"), ("again", "y")]), StatusCode::UNPROCESSABLE_ENTITY).await;

    let mut officer = site.browser();
    officer.post("/masuk", &[("login", "rina@contoh.test"), ("password", PASSWORD)]).await;
    for path in ["/akun", "/akun/sandi", "/akun/kode"] {
        both(&officer, path, None, ok).await;
    }
    let wrong = [("old", "x"), ("password", "perahu layar biru"), ("again", "perahu layar biru")];
    both(&officer, "/akun/sandi", Some(&wrong), StatusCode::UNPROCESSABLE_ENTITY).await;
    both(&officer, "/akun/kode", Some(&[("code", "1")]), StatusCode::UNPROCESSABLE_ENTITY).await;

    let ctx = site.db.ctx(Actor::system("test"));
    let id = site.app.directory.of(TEST_REGION).await.unwrap().officers()[0].id;
    let link = format!("/mulai/{}", site.app.doorman.make_password_link(&ctx, id).await.unwrap());
    both(&stranger, &link, None, ok).await;
}

#[tokio::test]
async fn the_question_for_the_code_and_the_recovery_codes_are_whole() {
    let site = support::site().await;
    site.officer("rina@contoh.test", Role::RegionAdmin, None).await.unwrap();
    let sign_in = [("login", "rina@contoh.test"), ("password", PASSWORD)];
    for lang in ["id", "en"] {
        let mut officer = site.sign_in_as(Role::RegionAdmin, None).await.unwrap().with("accept-language", lang);
        let page = officer.get("/akun/kode").await.text;
        let secret = page.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().replace(' ', "");
        let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
        let code = simpul_people::second_factor::code_at(&secret, site.app.db.env().now()).unwrap();
        let done = officer.post("/akun/kode", &[("code", &code)]).await;
        assert_eq!(done.status, StatusCode::OK);
        assert!(done.text.contains("<strong>") && done.text.matches("<li><code>").count() >= 8);
    }
    let mut pending = site.browser();
    pending.cookies.insert("simpul-p".into(), "anything".into());
    both(&pending, "/masuk/kode", None, StatusCode::OK).await;
    assert_eq!(site.browser().get("/masuk/kode").await.location(), "/masuk");
    assert_eq!(site.browser().post("/masuk", &sign_in).await.status, StatusCode::SEE_OTHER);
}
