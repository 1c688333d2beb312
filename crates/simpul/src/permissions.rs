//! Who comes in where: every route, every role, every key, and no way from one region into another.
//! The table is generated, committed as `docs/permissions.md` and compared: a new route without a row fails here.

use std::fmt::Write;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use simpul_kernel::{Actor, Grant, RegionId, Role};
use simpul_people::{KeyScope, NewRegion, RegionSettings, SignIn, SignInAnswer, may, role_needs_agency};
use simpul_shell::testing::{Browser, PASSWORD, TestSite};
use simpul_shell::{Need, Permission, RouteInfo, RouteKind};

use crate::house;

async fn site() -> TestSite {
    let site = TestSite::new(
        &[simpul_report::MIGRATIONS, simpul_emergency::MIGRATIONS, simpul_plan::MIGRATIONS],
        house::room_routes(),
        |builder| house::furnish(builder, None),
    );
    site.await.unwrap()
}

fn who_may(need: Need) -> String {
    let holders = |permission: Permission| {
        let names: Vec<&str> = Role::ALL.into_iter().filter(|role| may(*role, permission)).map(Role::name).collect();
        names.join(", ")
    };
    match need {
        Need::Public => "everybody".to_owned(),
        Need::SignedIn => "every officer".to_owned(),
        Need::Officer(permission) => holders(permission),
        Need::ApiScope(scope) => format!("a key with the scope `{}`", scope.as_str()),
        Need::Display => format!("a display token, {}", holders(Permission::SeeWall)),
    }
}

fn table(routes: &[RouteInfo]) -> String {
    let mut rows: Vec<String> = routes
        .iter()
        .map(|route| format!("| {} | `{}` | {} | {} |", route.method, route.path, route.need, who_may(route.need)))
        .collect();
    rows.sort();
    let mut text = String::from(
        "# Who comes in where\n\nEvery route with what it needs and whom that lets in. The table is generated from the \
         routes themselves\nand compared by a test, which also knocks at every one of these doors in every role.\n\n\
         | method | path | needs | who |\n|---|---|---|---|\n",
    );
    for row in rows {
        let _ = writeln!(text, "{row}");
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_of_routes_in_docs_is_this_programs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/permissions.md");
    let table = table(&site().await.table);
    if std::env::var_os("SIMPUL_WRITE_GENERATED").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        table,
        "run with SIMPUL_WRITE_GENERATED=1 and look at the change"
    );
}

/// A path with its places filled with something that is well-formed and not there.
fn filled(path: &str) -> String {
    let place = |name: &str| match name {
        "number" => "LUTRA-2611-9999",
        "district" => "732201",
        "digest" => "0000000000000000000000000000000000000000000000000000000000000000",
        "size" => "320",
        "file" => "requests.json",
        // The name of the key that the knocking program holds.
        "trunk" => "test",
        _ => "00000000-0000-0000-0000-000000000001",
    };
    let fill = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => place(name.trim_start_matches('*')).to_owned(),
        None => part.to_owned(),
    };
    path.split('/').map(fill).collect::<Vec<_>>().join("/")
}

/// Whether whoever knocked was turned away at the door, whatever happened behind it.
async fn turned_away(browser: &Browser, route: &RouteInfo) -> bool {
    let mut browser = browser.clone();
    let body = match route.method {
        Method::GET => Body::empty(),
        _ => Body::from(format!("csrf={}", browser.token())),
    };
    let media = (route.method != Method::GET).then_some("application/x-www-form-urlencoded");
    let (status, headers, _) = browser.open(route.method.clone(), &filled(route.path), media, body).await;
    assert!(!status.is_server_error(), "{} {} answered {status}", route.method, route.path);
    let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    // Signing in has several steps: whoever begins in the middle is sent to the first.
    let signing_in = route.path.starts_with("/masuk") || route.path == "/dinding/masuk";
    let to_sign_in = to.split('?').next().is_some_and(|to| to.ends_with("/masuk")) && !signing_in;
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || to_sign_in
}

/// Doors whose own work is to end the visit; they are knocked at last.
fn ends_the_visit(route: &RouteInfo) -> bool {
    route.path == "/keluar" || route.path.starts_with("/akun")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_opens_for_exactly_the_roles_that_the_table_names() {
    let site = site().await;
    let agency = site.agency("Dishub").await.unwrap();
    let mut doors: Vec<&RouteInfo> = site.table.iter().filter(|route| !ends_the_visit(route)).collect();
    doors.sort_by_key(|route| route.path);
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Citizen) {
        let browser = site.sign_in_as(role, role_needs_agency(role).then_some(agency)).await.unwrap();
        for route in &doors {
            let welcome = match route.need {
                Need::Public | Need::SignedIn => true,
                Need::Officer(permission) => may(role, permission),
                Need::Display => may(role, Permission::SeeWall),
                Need::ApiScope(_) => false,
            };
            let away = turned_away(&browser, route).await;
            assert_eq!(away, !welcome, "{} at {} {} ({})", role.name(), route.method, route.path, route.need);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_a_screen_and_a_key_come_in_only_where_it_is_theirs() {
    let site = site().await;
    let stranger = site.browser();
    let screen = site.display().await.unwrap();
    let mut keys = Vec::new();
    for scope in KeyScope::ALL {
        let key = site.api_key(&[scope], None).await.unwrap();
        keys.push((scope, site.browser().with("authorization", &format!("Bearer {key}"))));
    }
    for route in &site.table {
        let away = turned_away(&stranger, route).await;
        assert_eq!(away, route.need != Need::Public, "a stranger at {} {}", route.method, route.path);
        let away = turned_away(&screen, route).await;
        let welcome = matches!(route.need, Need::Public | Need::Display);
        assert_eq!(away, !welcome, "a screen at {} {}", route.method, route.path);
        for (scope, browser) in &keys {
            // Pages know nothing of keys: a key there is a stranger.
            if route.kind == RouteKind::Api {
                let welcome = route.need == Need::Public || route.need == Need::ApiScope(*scope);
                let away = turned_away(browser, route).await;
                assert_eq!(away, !welcome, "a key for {} at {} {}", scope.as_str(), route.method, route.path);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_one_region_is_a_stranger_in_another() {
    let site = site().await;
    let magetan = RegionId(3520);
    let region =
        NewRegion { demo: true, host: Some("magetan.test".into()), ..NewRegion::new(magetan, "Magetan", "MGT") };
    let ctx = site.db.db.env().ctx(magetan, Actor::system("test"));
    site.app.directory.add_region(&ctx, region, RegionSettings::default()).await.unwrap();
    let home = NewRegion {
        demo: true,
        host: Some("lutra.test".into()),
        ..NewRegion::new(RegionId(7322), "Luwu Utara", "LUTRA")
    };
    site.app.directory.set_region(&site.db.ctx(Actor::system("test")), home).await.unwrap();
    let officer = simpul_people::NewOfficer {
        name: "Admin Magetan".into(),
        email: "admin@magetan.test".into(),
        nip: String::new(),
        phone: String::new(),
    };
    let hash = site.app.doorman.hash_password(PASSWORD, &[]).await.unwrap();
    let add = simpul_people::actions::AddOfficer {
        officer,
        grants: vec![Grant { role: Role::RegionAdmin, agency: None }],
        password_hash: Some(hash),
        must_change_password: false,
    };
    site.app.directory.write(&ctx, add).await.unwrap();
    let typed = SignIn {
        login: "admin@magetan.test".into(),
        password: PASSWORD.into(),
        address: "127.0.0.1".into(),
        agent: "test".into(),
    };
    let (SignInAnswer::Welcome(session) | SignInAnswer::NeedCode(session)) =
        site.app.doorman.sign_in(magetan, typed).await.unwrap();
    let mut browser = site.browser();
    browser.cookies.insert("simpul".to_owned(), session.token);
    for route in site.table.iter().filter(|route| route.need != Need::Public) {
        assert!(turned_away(&browser, route).await, "Magetan's administrator at {} {}", route.method, route.path);
    }
}
