//! Two regions in one house do not see each other, whichever way they are asked.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use simpul_kernel::{Actor, Grant, RegionId, Role};
use simpul_people::{KeyScope, NewApiKey, NewOfficer, SignIn, SignInAnswer, actions};
use simpul_report::actions::Submitted;
use simpul_report::model::PhotoRef;
use simpul_shell::testing::{Browser, PASSWORD, TestSite};
use simpul_shell::{Need, RouteInfo};
use simpul_store::testing::TEST_REGION;

use super::{filled, photo, sent, town};
use crate::demo;
use crate::demo::magetan::{HOST, MAGETAN};

const HOME: &str = "lutra.test";

struct Side {
    host: &'static str,
    region: RegionId,
    /// Words that only this side has.
    words: Vec<String>,
    report: Submitted,
    photo: PhotoRef,
}

struct Two {
    site: TestSite,
    sides: [Side; 2],
}

/// Luwu Utara at every host, Magetan at its own, a report with a photo in each.
async fn two() -> Two {
    let site = town().await;
    demo::furnish(&site.db.db, &site.app.directory, &MAGETAN).await.unwrap();
    let sides = [
        side(&site, HOME, TEST_REGION, "gelap di Pattimang", ["LUTRA-", "Malangke", "Masamba", "DPUTRPKP2"]).await,
        side(&site, HOST, MAGETAN.id, "peteng ing Alastuwo", ["MGT-", "Plaosan", "Kawedanan", "DPUPR"]).await,
    ];
    Two { site, sides }
}

async fn side(site: &TestSite, host: &'static str, region: RegionId, text: &str, names: [&str; 4]) -> Side {
    let photo = photo(site, region, region.0.unsigned_abs() % 5).await;
    let report = sent(site, region, text, vec![photo]).await;
    let mut words = vec![text.to_owned(), report.number.clone(), report.id.to_string()];
    words.extend(names.map(str::to_owned));
    Side { host, region, words, report, photo }
}

impl Two {
    fn pairs(&self) -> [(&Side, &Side); 2] {
        [(&self.sides[0], &self.sides[1]), (&self.sides[1], &self.sides[0])]
    }

    fn stranger(&self, at: &Side) -> Browser {
        self.site.browser().at(at.host)
    }

    /// A browser in which that region's administrator is signed in.
    async fn admin(&self, at: &Side) -> Browser {
        let email = format!("admin@{}", at.host);
        let ctx = self.site.app.db.env().ctx(at.region, Actor::system("test"));
        let add = actions::AddOfficer {
            officer: NewOfficer {
                name: "Admin".into(),
                email: email.clone(),
                nip: String::new(),
                phone: String::new(),
            },
            grants: vec![Grant { role: Role::RegionAdmin, agency: None }],
            password_hash: Some(self.site.app.doorman.hash_password(PASSWORD, &[]).await.unwrap()),
            must_change_password: false,
        };
        self.site.app.directory.write(&ctx, add).await.unwrap();
        let typed =
            SignIn { login: email, password: PASSWORD.into(), address: "127.0.0.1".into(), agent: "test".into() };
        let (SignInAnswer::Welcome(session) | SignInAnswer::NeedCode(session)) =
            self.site.app.doorman.sign_in(at.region, typed).await.unwrap();
        let mut browser = self.stranger(at);
        browser.cookies.insert("simpul".to_owned(), session.token);
        browser
    }

    async fn key(&self, at: &Side) -> String {
        let ctx = self.site.app.db.env().ctx(at.region, Actor::system("test"));
        let scopes = KeyScope::ALL.to_vec();
        let new = NewApiKey { name: "test".into(), scopes, agency: None, expires_at: None, per_minute: None };
        self.site.app.doorman.new_api_key(&ctx, new).await.unwrap().1
    }
}

/// A path with the places filled by what belongs to that side.
fn path_of(route: &RouteInfo, of: &Side) -> String {
    filled(route, |name| match name {
        "number" => of.report.number.clone(),
        "district" => format!("{}01", of.region.0),
        "digest" => of.photo.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        "size" => "kecil".to_owned(),
        "file" if route.path.ends_with("v2/{file}") => "requests.json".to_owned(),
        "file" => format!("{}.json", of.report.number),
        _ => of.report.id.to_string(),
    })
}

/// Streams never end; what they say is asked in a test of its own.
fn ends(route: &RouteInfo) -> bool {
    !["/api/v1/live", "/langsung", "/api/openapi.json"].contains(&route.path)
}

fn assert_silent(text: &str, of: &Side, asked: &str) {
    for word in &of.words {
        // What was asked for may stand in the answer that it is not there.
        let said = text.replace(asked, "");
        assert!(!said.contains(word.as_str()) || asked.contains(word.as_str()), "{asked} tells of {word}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_file_or_answer_of_a_region_tells_of_another() {
    let two = two().await;
    for (here, there) in two.pairs() {
        let key = two.key(here).await;
        let browsers = [
            two.stranger(here),
            two.admin(here).await,
            two.stranger(here).with("authorization", &format!("Bearer {key}")),
        ];
        for mut browser in browsers {
            for route in two.site.table.iter().filter(|route| route.method == Method::GET && ends(route)) {
                let answer = browser.get(&path_of(route, here)).await;
                assert!(!answer.status.is_server_error(), "{} {}", route.path, answer.status);
                assert_silent(&answer.text, there, &path_of(route, here));
                if route.path.contains('{') && !route.path.starts_with("/a/") {
                    let foreign = path_of(route, there);
                    let answer = browser.get(&foreign).await;
                    assert_silent(&answer.text, there, &foreign);
                    let found = answer.status.is_success() && !lists(route);
                    assert!(!found, "{foreign} of another region is there: {}", answer.text);
                }
            }
        }
    }
}

/// Pages that answer with an empty form or list of their own region, whatever is named.
fn lists(route: &RouteInfo) -> bool {
    ["/mulai/", "/open311/", "/cek/kode/"].iter().any(|start| route.path.starts_with(start))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_region_shows_its_own_in_every_format() {
    let two = two().await;
    for (here, _) in two.pairs() {
        let mut browser = two.stranger(here);
        let number = &here.report.number;
        for path in [
            "/laporan".to_owned(),
            format!("/laporan/{number}"),
            "/api/v1/reports".to_owned(),
            format!("/api/v1/reports/{number}"),
            format!("/open311/v2/requests/{number}.json"),
            format!("/open311/v2/requests/{number}.xml"),
            "/open311/v2/requests.json".to_owned(),
            "/peta/laporan.geojson".to_owned(),
        ] {
            let answer = browser.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} at {}: {}", here.host, answer.text);
            assert!(answer.text.contains(number.as_str()), "{path} at {}: {}", here.host, answer.text);
        }
        let digest: String = here.photo.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(browser.get(&format!("/foto/{digest}/kecil")).await.status, StatusCode::OK);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_a_key_and_a_form_of_one_region_mean_nothing_in_another() {
    let two = two().await;
    for (here, there) in two.pairs() {
        let mut own = two.admin(here).await;
        assert_eq!(own.get("/admin").await.status, StatusCode::OK);
        let mut abroad = two.stranger(there);
        abroad.cookies = own.cookies.clone();
        let key = two.key(here).await;
        let mut program = two.stranger(there).with("authorization", &format!("Bearer {key}"));
        for route in two.site.table.iter().filter(|route| route.need != Need::Public) {
            let path = path_of(route, there);
            for browser in [&mut abroad, &mut program] {
                let token = browser.token();
                let answer = match route.method {
                    Method::GET => browser.get(&path).await,
                    _ => browser.post_bare(&path, &[("csrf", &token)]).await,
                };
                let sent_away = answer.location().split('?').next().is_some_and(|to| to.ends_with("/masuk"));
                let away = sent_away || [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status);
                assert!(away, "{} {path} at {}: {}", route.method, there.host, answer.status);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_stream_of_a_region_is_silent_about_another() {
    let two = two().await;
    for (here, there) in two.pairs() {
        let mut browser = two.admin(here).await;
        let mut streams = Vec::new();
        for path in ["/api/v1/live?topics=report", "/langsung?layar=kotak"] {
            let (status, _, body) = browser.open(Method::GET, path, None, Body::empty()).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            streams.push(body.into_data_stream());
        }
        let foreign = sent(&two.site, there.region, "jauh", Vec::new()).await;
        // One of its own marks the end of what the stream had to say.
        let own = sent(&two.site, here.region, "dekat", Vec::new()).await;
        for mut stream in streams {
            let mut text = String::new();
            let read = async {
                while !text.contains(&own.id.to_string()) && !text.contains("kabar-kotak") {
                    text.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
                }
            };
            assert!(tokio::time::timeout(Duration::from_secs(10), read).await.is_ok(), "{text}");
            assert!(!text.contains(&foreign.id.to_string()) && !text.contains(&foreign.number), "{text}");
            assert!(!text.contains(&format!("{}:", there.region)), "a place in another region's journal: {text}");
            assert_eq!(text.matches("kabar-kotak").count() + text.matches(&own.number).count().min(1), 1, "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_host_that_is_not_magetans_is_luwu_utaras() {
    let two = two().await;
    for host in ["localhost", "127.0.0.1:8112", "lutra.test", "luwu.localhost"] {
        let page = two.site.browser().at(host).get("/laporan").await.text;
        assert!(page.contains("Simpul Luwu Utara") && !page.contains("Simpul Magetan"), "{host}");
    }
    for host in ["magetan.localhost", "MAGETAN.localhost:8112", "magetan.localhost."] {
        let page = two.site.browser().at(host).get("/laporan").await.text;
        assert!(page.contains("Simpul Magetan") && !page.contains("Luwu Utara"), "{host}");
    }
}

#[test]
fn the_accounts_of_the_demo_belong_to_one_region_each() {
    for region in demo::ALL {
        for member in region.cast {
            // The offices of the districts are made from the list of areas.
            let office = |short: &str| short.strip_prefix("Kec. ").is_some_and(|name| region.areas.contains(name));
            let listed = |short: &str| region.agencies.contains(&format!("\n{short},"));
            assert!(member.agency.is_none_or(|short| listed(short) || office(short)), "{} works nowhere", member.email);
        }
        for (_, here) in region.owners {
            assert!(region.agencies.contains(&format!("\n{here},")), "{here}");
        }
        for (code, body, _) in region.elsewhere {
            assert!(region.kinds.iter().any(|kind| kind.category == *code && kind.answers.is_empty()), "{code}");
            assert!(region.agencies.contains(&format!("\n{body},")), "{body}");
        }
    }
    let logins: Vec<&str> = demo::ALL.iter().flat_map(|region| region.cast.iter().map(|m| m.email)).collect();
    let distinct: std::collections::BTreeSet<&str> = logins.iter().copied().collect();
    assert_eq!(logins.len(), distinct.len());
}
