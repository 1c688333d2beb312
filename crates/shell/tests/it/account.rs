//! Signing in and out, the second factor, one's own account.

use axum::http::StatusCode;
use simpul_kernel::{Actor, RegionId, Role};
use simpul_shell::testing::{PASSWORD, TestSite};
use simpul_shell::{DemoAccount, SiteConfig};
use simpul_store::testing::TEST_REGION;

use crate::support;

async fn with_officer() -> (TestSite, uuid::Uuid) {
    let site = support::site().await;
    let id = site.officer("rina@contoh.test", Role::RegionAdmin, None).await.unwrap();
    (site, id)
}

#[tokio::test]
async fn an_officer_signs_in_goes_where_she_wanted_and_out_again() {
    let (site, _) = with_officer().await;
    let mut browser = site.browser();
    let page = browser.get("/masuk?ke=/kotak").await;
    assert!(page.text.contains(r#"name="ke" value="/kotak""#));
    let fields = [("login", "rina@contoh.test"), ("password", PASSWORD), ("ke", "/kotak")];
    let answer = browser.post("/masuk", &fields).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/kotak"));
    let line = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap().to_owned());
    let line = line.into_iter().find(|line| line.starts_with("simpul=")).unwrap();
    assert!(line.contains("HttpOnly") && line.contains("SameSite=Lax") && line.contains("Path=/"));
    assert_eq!(browser.get("/kotak").await.status, StatusCode::OK);
    assert_eq!(browser.get("/masuk").await.location(), "/kotak", "who is in is sent on");
    let token = browser.cookies["simpul"].clone();
    assert_eq!(browser.post("/keluar", &[]).await.location(), "/masuk");
    assert!(!browser.cookies.contains_key("simpul"));
    browser.cookies.insert("simpul".into(), token);
    assert_eq!(browser.get("/kotak").await.status, StatusCode::SEE_OTHER, "the session is dead, not only the cookie");
}

#[tokio::test]
async fn a_wrong_password_says_nothing_of_which_part_was_wrong() {
    let (site, _) = with_officer().await;
    let wrong = site.browser().post("/masuk", &[("login", "rina@contoh.test"), ("password", "salah sekali ini")]).await;
    let unknown =
        site.browser().post("/masuk", &[("login", "siapa@contoh.test"), ("password", "salah sekali ini")]).await;
    assert_eq!((wrong.status, unknown.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    let summary =
        |text: &str| text.split(r#"class="errors""#).nth(1).unwrap().split("</ul>").next().unwrap().to_owned();
    assert_eq!(summary(&wrong.text), summary(&unknown.text));
    assert!(!wrong.text.contains("salah sekali ini"));
}

#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let (site, _) = with_officer().await;
    for evil in ["//evil.test", "https://evil.test", "/\\evil.test"] {
        let fields = [("login", "rina@contoh.test"), ("password", PASSWORD), ("ke", evil)];
        let answer = site.browser().post("/masuk", &fields).await;
        assert_eq!(answer.location(), "/kotak", "{evil}");
    }
}

#[tokio::test]
async fn a_session_that_ended_leaves_a_sign_in_form_that_works() {
    let (site, _) = with_officer().await;
    let mut browser = site.browser();
    browser.cookies.insert("simpul".into(), "gone".into());
    let page = browser.get("/masuk").await.text;
    assert!(!browser.cookies.contains_key("simpul"));
    let token = page.split(r#"name="csrf" value=""#).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let fields = [("csrf", token.as_str()), ("login", "rina@contoh.test"), ("password", PASSWORD)];
    assert_eq!(browser.post_bare("/masuk", &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_account_shows_sessions_and_ends_them() {
    let (site, _) = with_officer().await;
    let sign_in = [("login", "rina@contoh.test"), ("password", PASSWORD)];
    let (mut here, mut there) = (site.browser(), site.browser().with("user-agent", "Firefox <b>"));
    here.post("/masuk", &sign_in).await;
    there.post("/masuk", &sign_in).await;
    let page = here.get("/akun").await.text;
    assert!(page.contains("Perangkat ini") && page.contains("Firefox &#60;b&#62;") && page.contains("Admin instansi"));
    let path = page.split(r#"action="/akun/sesi/"#).nth(1).unwrap().split('"').next().unwrap();
    let answer = here.post(&format!("/akun/sesi/{path}"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(there.get("/akun").await.status, StatusCode::SEE_OTHER);
    assert_eq!(here.get("/akun").await.status, StatusCode::OK);
    let foreign = format!("/akun/sesi/{}/akhiri", uuid::Uuid::from_u128(7));
    assert_eq!(here.post(&foreign, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_password_is_changed_with_the_old_one_and_typed_twice() {
    let (site, _) = with_officer().await;
    let mut browser = site.browser();
    browser.post("/masuk", &[("login", "rina@contoh.test"), ("password", PASSWORD)]).await;
    assert_eq!(browser.get("/akun/sandi").await.status, StatusCode::OK);
    let new = "perahu layar biru laut";
    let differs = browser.post("/akun/sandi", &[("old", PASSWORD), ("password", new), ("again", "lain")]).await;
    assert!(differs.text.contains(r##"<a href="#again">"##), "{}", differs.text);
    let wrong = browser.post("/akun/sandi", &[("old", "bukan ini"), ("password", new), ("again", new)]).await;
    assert!(wrong.text.contains(r##"<a href="#old">"##));
    let done = browser.post("/akun/sandi", &[("old", PASSWORD), ("password", new), ("again", new)]).await;
    assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/akun"));
    assert_eq!(browser.get("/akun").await.status, StatusCode::OK, "this session goes on");
}

#[tokio::test]
async fn a_link_makes_the_first_administrator_once() {
    let site = support::site().await;
    let token = site.app.doorman.make_admin_link(simpul_store::testing::TEST_REGION).await.unwrap();
    let path = format!("/mulai/{token}");
    let mut browser = site.browser();
    assert!(browser.get(&path).await.text.contains("Buat akun administrator"));
    let fields = [("name", "Rina"), ("email", "rina@contoh.test"), ("password", PASSWORD), ("again", PASSWORD)];
    let short = [("name", "Rina"), ("email", "rina@contoh.test"), ("password", "pendek"), ("again", "pendek")];
    assert_eq!(browser.post(&path, &short).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(browser.post(&path, &fields).await.location(), "/masuk");
    assert_eq!(browser.post(&path, &fields).await.status, StatusCode::GONE);
    assert_eq!(browser.get("/mulai/nonsense").await.status, StatusCode::GONE);
    let answer = browser.post("/masuk", &[("login", "rina@contoh.test"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_second_factor_is_set_up_and_then_asked_for() {
    let (site, _) = with_officer().await;
    let mut browser = site.browser();
    let sign_in = [("login", "rina@contoh.test"), ("password", PASSWORD)];
    browser.post("/masuk", &sign_in).await;
    let page = browser.get("/akun/kode").await.text;
    let secret = page.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().replace(' ', "");
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let code = || simpul_people::second_factor::code_at(&secret, site.app.db.env().now()).unwrap();
    let shown = data_encoding::BASE32_NOPAD.encode(&secret);
    let wrong = browser.post("/akun/kode", &[("code", "000000"), ("secret", &shown), ("url", "javascript:x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains(&shown) && !wrong.text.contains("javascript:"),
        "the secret stays, a strange link goes"
    );
    let done = browser.post("/akun/kode", &[("code", &code())]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    let recovery = done.text.split("<li><code>").nth(1).unwrap().split('<').next().unwrap().to_owned();

    site.db.clock.advance(60_000_000);
    let mut again = site.browser();
    assert_eq!(again.post("/masuk", &sign_in).await.location(), "/masuk/kode?ke=/akun");
    assert_eq!(again.get("/akun").await.status, StatusCode::SEE_OTHER, "not in yet");
    assert_eq!(again.get("/masuk/kode").await.status, StatusCode::OK);
    assert_eq!(again.post("/masuk/kode", &[("code", "000000")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.post("/masuk/kode", &[("code", &code())]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(again.get("/akun").await.status, StatusCode::OK);
    let mut lost = site.browser();
    lost.post("/masuk", &sign_in).await;
    assert_eq!(lost.post("/masuk/kode", &[("code", &recovery)]).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_screen_is_connected_by_its_token() {
    let site = support::site().await;
    let ctx = site.db.ctx(Actor::system("test"));
    let (_, token) = site.app.doorman.new_display(&ctx, "dinding").await.unwrap();
    let mut screen = site.browser();
    assert_eq!(screen.get("/dinding/masuk").await.status, StatusCode::OK);
    assert_eq!(screen.post("/dinding/masuk", &[("token", "salah")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(screen.get(&format!("/dinding/masuk?token={token}")).await.location(), "/dinding");
    let wall = screen.get("/dinding").await;
    assert_eq!(wall.status, StatusCode::OK);
    assert!(wall.text.contains(r#"<body class="wall" data-live="/api/v1/live?topics=sample">"#));
    assert_eq!(screen.get("/kotak").await.status, StatusCode::SEE_OTHER, "a screen is no officer");
    let mut leader = site.sign_in_as(Role::Leader, None).await.unwrap();
    assert_eq!(leader.get("/dinding").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_demo_lists_its_accounts_and_signs_in_with_one_press() {
    let of_elsewhere = DemoAccount {
        region: RegionId(3520),
        login: "elsewhere@contoh.test".into(),
        password: PASSWORD.into(),
        name: "Elsewhere".into(),
        role: "shell.role.region_admin".into(),
        agency: None,
    };
    let account = DemoAccount {
        region: TEST_REGION,
        login: "rina@contoh.test".into(),
        password: PASSWORD.into(),
        name: "Rina <Contoh>".into(),
        role: "shell.role.region_admin".into(),
        agency: Some("PU".into()),
    };
    let config = SiteConfig { demo_accounts: vec![account, of_elsewhere], ..SiteConfig::default() };
    let site = TestSite::with_config(&[], support::routes(), config, |b| b.messages(support::MESSAGES)).await.unwrap();
    let text = site.browser().get("/masuk").await.text;
    assert!(
        text.contains("Akun contoh") && text.contains("Rina &#60;Contoh&#62;") && text.contains("Admin instansi · PU")
    );
    assert!(!text.contains("elsewhere@contoh.test"), "each region shows its own accounts");
}

#[tokio::test]
async fn on_https_cookies_are_bound_to_the_host() {
    let config = SiteConfig { https: true, ..SiteConfig::default() };
    let site = TestSite::with_config(&[], support::routes(), config, |b| b.messages(support::MESSAGES)).await.unwrap();
    let answer = site.browser().get("/contoh").await;
    let line = answer.headers["set-cookie"].to_str().unwrap();
    assert!(line.starts_with("__Host-simpul-v=") && line.contains("; Secure"));
    assert!(answer.headers["strict-transport-security"].to_str().unwrap().starts_with("max-age=63072000"));
}
