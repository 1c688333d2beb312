//! Every page, on a phone and on a desk, by day and by night: accessible, as wide as the screen, and quiet.

use simpul_e2e::{Browser, Look, Server};

use crate::{ADMINISTRATOR, AGENCY_OFFICER, COORDINATOR, LEADER, begin, sign_in};

const LOOKS: [Look; 4] = [Look::PHONE, Look::PHONE.in_the_dark(), Look::DESK, Look::DESK.in_the_dark()];

/// Audits the page of `path` in every look.
#[track_caller]
fn audit(browser: &Browser, path: &str) {
    for look in LOOKS {
        browser.set_look(look);
        browser.go(path);
        browser.assert_accessible();
        browser.assert_fits();
        browser.assert_quiet();
        let name = path.split('?').next().unwrap_or_default().trim_matches('/').replace('/', "-");
        browser.picture(if name.is_empty() { "home" } else { &name });
    }
    browser.set_look(Look::ZOOMED);
    browser.go(path);
    browser.assert_fits();
}

/// The address of the first report of a list.
fn first_report(browser: &Browser, list: &str, prefix: &str) -> String {
    browser.go(list);
    let link = browser.find(&format!("main a[href^='{prefix}LUTRA']"));
    link.attribute("href").expect("a link leads somewhere").split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn the_citizens_pages() {
    let (_server, browser) = begin(Look::PHONE);
    let report = first_report(&browser, "/laporan", "/laporan/");
    for path in ["/", "/lapor", "/laporan", "/laporan?tampil=peta", "/darurat", "/masuk", &report, "/tidak-ada"] {
        audit(&browser, path);
    }
}

#[test]
fn the_citizens_pages_in_english() {
    let (_server, browser) = begin(Look::PHONE);
    browser.go("/");
    let link = browser.find("footer a[hreflang=en]").attribute("href").expect("it leads somewhere");
    browser.go(&link);
    assert_eq!(browser.find("html").attribute("lang").as_deref(), Some("en"));
    for path in ["/", "/lapor", "/laporan"] {
        audit(&browser, path);
        assert_eq!(browser.find("html").attribute("lang").as_deref(), Some("en"), "{path} keeps the language");
    }
}

#[test]
fn the_pages_of_an_agency() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    let report = first_report(&browser, "/kotak", "/kotak/");
    for path in ["/kotak", &report, "/akun"] {
        audit(&browser, path);
    }
}

#[test]
fn the_pages_of_the_coordinator() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, COORDINATOR, "/kotak");
    audit(&browser, "/kotak?tab=terlambat");
}

#[test]
fn the_leaders_page() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, LEADER, "/pimpinan");
    audit(&browser, "/pimpinan");
}

#[test]
fn every_page_that_the_administration_links_to() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, ADMINISTRATOR, "/admin");
    let paths = linked(&browser, "/admin");
    assert!(paths.len() > 5, "{paths:?}");
    for path in paths {
        audit(&browser, &path);
    }
}

/// The addresses under `prefix` that the page links to, each once.
fn linked(browser: &Browser, prefix: &str) -> Vec<String> {
    let mut paths: Vec<String> = browser.all("a[href]").iter().filter_map(|link| link.attribute("href")).collect();
    paths.retain(|path| path.starts_with(prefix) && !path.contains('#'));
    paths.sort();
    paths.dedup();
    paths
}

/// No link of the public pages leads nowhere.
#[test]
fn no_link_is_dead() {
    let server = Server::start();
    let mut known = vec!["/".to_owned()];
    let mut at = 0;
    while at < known.len() && at < 60 {
        let path = known[at].clone();
        at += 1;
        let (status, body) = server.fetch(&path);
        assert!(matches!(status, 200 | 303), "{path} answers {status}");
        for href in body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let target = href.split('#').next().unwrap_or_default().replace("&amp;", "&");
            let is_page = target.starts_with('/') && !target.starts_with("//");
            if is_page && !known.contains(&target) {
                known.push(target);
            }
        }
    }
    assert!(at > 10, "the pages link to each other: {known:?}");
}
