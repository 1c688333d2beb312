//! Who may open what: read from the table of routes, so that a new route is covered the moment it is added.

use axum::http::{Method, StatusCode};
use simpul_kernel::Role;
use simpul_people::may;
use simpul_shell::{Need, RouteInfo};

use crate::site;

fn path_of(route: &RouteInfo) -> String {
    route.path.replace("{id}", "00000000-0000-7000-8000-000000000001")
}

#[tokio::test]
async fn every_page_refuses_roles_without_its_permission_and_strangers() {
    let site = site().await;
    let agency = site.agency("Dishub").await.unwrap();
    let table: Vec<RouteInfo> = site.table.iter().filter(|route| route.path.starts_with("/admin")).cloned().collect();
    assert!(table.len() > 50, "the table of routes is short: {}", table.len());
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Citizen) {
        let mut browser = site.sign_in_as(role, Some(agency)).await.unwrap();
        for route in &table {
            let Need::Officer(permission) = route.need else { panic!("{} needs {}", route.path, route.need) };
            let path = path_of(route);
            let answer = match route.method {
                Method::POST => browser.post(&path, &[]).await,
                _ => browser.get(&path).await,
            };
            let open = answer.status != StatusCode::FORBIDDEN;
            assert_eq!(open, may(role, permission), "{role:?} {} {path}: {}", route.method, answer.status);
            assert!(answer.status.as_u16() < 500, "{role:?} {} {path}: {}", route.method, answer.text);
        }
    }
}

#[tokio::test]
async fn a_stranger_is_led_to_the_sign_in_page() {
    let site = site().await;
    let mut browser = site.browser();
    for route in site.table.iter().filter(|route| route.path.starts_with("/admin") && route.method == Method::GET) {
        let answer = browser.get(&path_of(route)).await;
        assert!(answer.location().starts_with("/masuk"), "{}: {} {}", route.path, answer.status, answer.location());
    }
}

#[tokio::test]
async fn an_agency_officer_gets_403_from_every_page() {
    let site = site().await;
    let agency = site.agency("Dishub").await.unwrap();
    let mut browser = site.sign_in_as(Role::AgencyOfficer, Some(agency)).await.unwrap();
    for route in site.table.iter().filter(|route| route.path.starts_with("/admin") && route.method == Method::GET) {
        assert_eq!(browser.get(&path_of(route)).await.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
    assert!(!browser.get("/akun").await.text.contains("href=\"/admin\""));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let site = site().await;
    let mut browser = crate::admin(&site).await;
    for route in site.table.iter().filter(|route| route.path.starts_with("/admin") && route.method == Method::POST) {
        let answer = browser.post_bare(&path_of(route), &[("name", "x")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", route.path);
    }
}

#[tokio::test]
async fn the_auditor_sees_the_traces_and_no_levers() {
    let site = site().await;
    let mut browser = site.sign_in_as(Role::Auditor, None).await.unwrap();
    let home = browser.get("/admin").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.text.contains("href=\"/admin/jurnal\"") && home.text.contains("href=\"/admin/akses\""));
    assert!(!home.text.contains("href=\"/admin/petugas\"") && !home.text.contains("href=\"/admin/kunci\""));
}
