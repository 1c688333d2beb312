//! Every page, on a phone and on a desk, by day and by night: accessible, as wide as the screen, and quiet.

use simpul_e2e::{Browser, Look, Server};

use crate::{ADMINISTRATOR, AGENCY_OFFICER, COORDINATOR, LEADER, begin, sign_in};

const LOOKS: [Look; 5] = [Look::PHONE, Look::PHONE.in_the_dark(), Look::DESK, Look::DESK.in_the_dark(), Look::ZOOMED];

/// Audits the pages of `paths` in every look, and holds that nothing is wrong with any.
#[track_caller]
fn audit<'path>(browser: &Browser, paths: impl IntoIterator<Item = &'path str>) {
    let mut faults = Vec::new();
    for path in paths {
        for look in LOOKS {
            browser.set_look(look);
            browser.go(path);
            faults.extend(browser.faults());
            let name = path.split('?').next().unwrap_or_default().trim_matches('/').replace('/', "-");
            browser.picture(if name.is_empty() { "home" } else { &name });
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

/// The address of the first report of a list.
fn first_report(browser: &Browser, list: &str, prefix: &str) -> String {
    browser.go(list);
    let link = browser.find(&format!("main a[href^='{prefix}LUTRA']")).attribute("href");
    let path = link.expect("a link leads somewhere").split('?').next().unwrap_or_default().to_owned();
    browser.go(&path);
    path
}

/// What was not found says so in plain words, and the browser's own complaint is of no interest.
#[test]
fn a_page_that_does_not_exist() {
    let (server, browser) = begin(Look::PHONE);
    for path in ["/tidak-ada", "/laporan/LUTRA-0000-0000", "/foto/00/kecil"] {
        assert_eq!(server.fetch(path).0, 404, "{path}");
        browser.go(path);
        browser.assert_accessible();
        browser.assert_fits();
        assert!(browser.find_now("main a[href='/']").is_some(), "{path} leads on: {}", browser.text());
    }
}

#[test]
fn the_citizens_pages() {
    let (_server, browser) = begin(Look::PHONE);
    let report = first_report(&browser, "/laporan", "/laporan/");
    audit(&browser, ["/", "/lapor", "/laporan", "/laporan?tampil=peta", "/darurat", "/masuk", &report]);
}

#[test]
fn the_pages_where_citizens_find_and_follow() {
    let (_server, browser) = begin(Look::PHONE);
    let stop = "/lapor/berhenti/kejadian_darurat";
    audit(&browser, ["/cek", "/ikuti", "/laporan/kecamatan", "/contoh/pesan", stop]);
}

#[test]
fn the_pages_of_work_together() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    let report = first_report(&browser, "/kotak", "/kotak/");
    let parts = ["/lembar-disposisi", "/surat-tugas", "/dukungan"].map(|part| format!("{report}{part}"));
    let lists = ["/kotak/dukungan", "/kotak/disposisi", "/kotak/lokasi", "/kotak/baru"];
    audit(&browser, lists.into_iter().chain(parts.iter().map(String::as_str)));
}

#[test]
fn the_lists_and_figures() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, COORDINATOR, "/kotak");
    audit(&browser, ["/kotak/daftar", "/kotak/saringan", "/angka", "/angka?menurut=bulan"]);
}

#[test]
fn what_the_coordinator_does_with_a_report() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, COORDINATOR, "/kotak");
    let report = first_report(&browser, "/kotak", "/kotak/");
    let parts = ["/foto", "/sunting", "/sp4n", "/larang"].map(|part| format!("{report}{part}"));
    audit(&browser, parts.iter().map(String::as_str));
}

#[test]
fn the_rules_that_the_coordinator_keeps() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, COORDINATOR, "/kotak");
    let category = "/admin/report/kategori/lampu_jalan";
    let (question, preview) = (format!("{category}/pertanyaan/baru"), format!("{category}/pratinjau"));
    let lists =
        ["impor", "rekap-lapor", "larangan", "templat", "persetujuan"].map(|list| format!("/admin/report/{list}"));
    audit(&browser, lists.iter().map(String::as_str).chain([category, &question, &preview]));
}

#[test]
fn the_citizens_pages_in_english() {
    let (_server, browser) = begin(Look::PHONE);
    browser.go("/");
    let link = browser.find("footer a[hreflang=en]").attribute("href").expect("it leads somewhere");
    browser.go(&link);
    assert_eq!(browser.find("html").attribute("lang").as_deref(), Some("en"));
    audit(&browser, ["/", "/lapor", "/laporan", "/masuk"]);
    assert_eq!(browser.find("html").attribute("lang").as_deref(), Some("en"), "the language stays");
}

#[test]
fn the_pages_of_an_agency() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, AGENCY_OFFICER, "/kotak");
    let report = first_report(&browser, "/kotak", "/kotak/");
    let deeds = linked(&browser, &format!("{report}/langkah/"));
    audit(
        &browser,
        ["/kotak", "/kotak?tab=selesai", &report, "/akun"].into_iter().chain(deeds.iter().map(String::as_str)),
    );
}

#[test]
fn the_pages_of_the_coordinator() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, COORDINATOR, "/kotak");
    audit(&browser, ["/kotak?tab=terlambat"]);
}

#[test]
fn the_leaders_page() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, LEADER, "/pimpinan");
    audit(&browser, ["/pimpinan"]);
}

#[test]
fn every_page_that_the_administration_links_to() {
    let (_server, browser) = begin(Look::DESK);
    sign_in(&browser, ADMINISTRATOR, "/admin");
    let paths = linked(&browser, "/admin");
    assert!(paths.len() > 5, "{paths:?}");
    audit(&browser, paths.iter().map(String::as_str));
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
