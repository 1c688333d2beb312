//! Hostile input at every door: path parts, query strings, forms, JSON, files. Doors, forms and fields are found by
//! walking the table of routes, the pages and the API's own description, so that a new one is tried without a word
//! here. What holds for all of them: no error of ours, a refusal says something, and a refusal leaves no trace
//! in any table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::Value;
use simpul_kernel::Role;
use simpul_people::{KeyScope, may, role_needs_agency};
use simpul_shell::testing::{Browser, TestSite};
use simpul_shell::{Need, RouteInfo, RouteKind};
use simpul_store::Digest;
use simpul_store::testing::{TEST_REGION, rows};

use super::html::{Field, Form, forms};
use super::{filled, photo, sent, town};

/// Longest thing that is typed into a field, in characters.
const LONG_CHARS: usize = 10_000;

/// Of all values, one place tries one in so many, another place others: all of them everywhere take minutes.
const SHARE_OF_PATHS: usize = 11;
const SHARE_OF_QUERIES: usize = 43;
const SHARE_OF_FIELDS: usize = 13;

fn some_of(values: &[String], place: usize, share: usize) -> impl Iterator<Item = &String> {
    values.iter().skip(place % share).step_by(share)
}

/// Values as they stand in an address or a form, percent-encoded: some of them are no text at all.
fn values() -> Vec<String> {
    let long = "a".repeat(LONG_CHARS);
    let wide = "%F0%9F%92%A9".repeat(LONG_CHARS / 4);
    let mut all: Vec<String> = [
        "",
        "%00",
        "a%00b",
        "%01",
        "%FF%FE",
        "%ED%A0%80",
        "%C0%AF",
        "%",
        "%zz",
        "%0D%0AX-Injected:%201",
        "-1",
        "0",
        "9223372036854775808",
        "-9223372036854775809",
        "1e309",
        "NaN",
        "Infinity",
        "-Infinity",
        "null",
        "%5B%5D",
        "%7B%7D",
        "0000-01-01",
        "0000-00",
        "9999-12-31",
        "9999-12",
        "10000-01-01",
        "2100-02-30",
        "-0001-05-05",
        "2026-13-01",
        "2026-02-30T25:61:61Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59.999999999+14:00",
        "2026-11-31",
        "180.0001,91,-181,-91",
        "NaN,NaN,NaN,NaN",
        "0,0,0,0",
        "..%2F..%2Fetc%2Fpasswd",
        "%27%3B%20DROP%20TABLE%20report%3B--",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%E2%80%AE",
        "%EF%BB%BF",
        "00000000-0000-0000-0000-000000000000",
        "%3D1%2B1",
    ]
    .map(str::to_owned)
    .to_vec();
    all.extend([long, wide]);
    all
}

/// Who knocks.
struct Actor {
    name: String,
    browser: Browser,
    welcome: Box<dyn Fn(&RouteInfo) -> bool>,
}

/// The digests of all rows, by their table.
type Rows = BTreeMap<String, Digest>;

/// What a refusal writes on purpose: what was typed so far in a form of several steps, that somebody looked or could
/// not sign in, when a key was last used, and the region's secret by which senders are told apart, at its first need.
const MAY_MOVE: [&str; 5] = ["report_draft", "access_log", "sign_in_failure", "api_key", "report_ban_key"];

struct Trial {
    site: TestSite,
    numbers: Vec<String>,
    digest: String,
    /// What was answered wrongly, each once.
    faults: BTreeSet<String>,
    /// The rows, and the mark of the database when they were read.
    seen: Option<(String, Rows)>,
}

/// Doors that end the visit, and streams that never end.
fn tried(route: &RouteInfo) -> bool {
    let own_account = route.path.starts_with("/akun") && route.method != Method::GET;
    !(own_account || ["/keluar", "/api/v1/live", "/langsung"].contains(&route.path))
}

impl Trial {
    async fn new() -> Trial {
        let site = town().await;
        let photo = photo(&site, TEST_REGION, 1).await;
        let mut numbers = Vec::new();
        for text in ["Lampu mati sudah dua minggu", "Tiang lampu miring", "Lampu berkedip"] {
            numbers.push(sent(&site, TEST_REGION, text, vec![photo]).await.number);
        }
        let digest = photo.digest.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut trial = Trial { site, numbers, digest, faults: BTreeSet::new(), seen: None };
        let mut officer = trial.officer(Role::AgencyOfficer).await;
        for (number, steps) in [(1, &["terima", "mulai"][..]), (2, &["terima"])] {
            for step in steps {
                officer.browser.post(&format!("/kotak/{}/{step}", trial.numbers[number]), &[]).await;
            }
        }
        trial
    }

    async fn officer(&mut self, role: Role) -> Actor {
        let place = self.site.app.directory.of(TEST_REGION).await.unwrap();
        let agency = role_needs_agency(role).then(|| place.agency_by_short("Dishub").unwrap().id);
        let browser = self.site.sign_in_as(role, agency).await.unwrap();
        let welcome = move |route: &RouteInfo| match route.need {
            Need::Officer(permission) => may(role, permission),
            Need::SignedIn => role == Role::RegionAdmin,
            Need::Display => may(role, simpul_people::Permission::SeeWall),
            Need::Public | Need::ApiScope(_) => false,
        };
        Actor { name: role.name().to_owned(), browser, welcome: Box::new(welcome) }
    }

    async fn actors(&mut self) -> Vec<Actor> {
        let stranger = self.site.browser();
        let public = |route: &RouteInfo| route.need == Need::Public;
        let mut actors = vec![Actor { name: "stranger".to_owned(), browser: stranger, welcome: Box::new(public) }];
        let key = self.site.api_key(&KeyScope::ALL, Some(i64::from(i32::MAX))).await.unwrap();
        let program = self.site.browser().with("authorization", &format!("Bearer {key}"));
        let api = |route: &RouteInfo| route.kind == RouteKind::Api;
        actors.push(Actor { name: "program".to_owned(), browser: program, welcome: Box::new(api) });
        // Together these may do everything; what a role may not is tried by the table of permissions.
        for role in [Role::RegionAdmin, Role::ReportCoordinator, Role::AgencyHead, Role::Leader, Role::Supervisor] {
            actors.push(self.officer(role).await);
        }
        actors
    }

    fn path(&self, route: &RouteInfo, number: usize) -> String {
        filled(route, |name| match name {
            "number" => self.numbers[number % self.numbers.len()].clone(),
            "district" => "732201".to_owned(),
            "digest" => self.digest.clone(),
            "size" => "kecil".to_owned(),
            "file" if route.path.ends_with("v2/{file}") => "requests.json".to_owned(),
            "file" => format!("{}.json", self.numbers[0]),
            _ => "00000000-0000-0000-0000-000000000001".to_owned(),
        })
    }

    /// Every row of the region, unless nothing at all was written since they were looked at last.
    async fn rows(&mut self) -> Rows {
        let mark = self.site.db.mark().await.unwrap();
        if self.seen.as_ref().is_none_or(|(seen, _)| *seen != mark) {
            let mut rows = rows(&self.site.db.db, TEST_REGION).await.unwrap();
            rows.retain(|table, _| !MAY_MOVE.contains(&table.as_str()));
            self.seen = Some((mark, rows));
        }
        self.seen.as_ref().map(|(_, rows)| rows.clone()).unwrap_or_default()
    }

    /// Sends it and looks at what comes back; `what` names the try in a fault.
    async fn knock(&mut self, browser: &mut Browser, what: &str, request: Request<'_>) -> Option<(StatusCode, String)> {
        let Request { method, path, media, body } = request;
        let before = self.rows().await;
        let (status, headers, answer) = browser.open(method.clone(), path, media, Body::from(body)).await;
        // A path that is no path at all never reaches us: the connection refuses it.
        if headers.is_empty() && status == StatusCode::BAD_REQUEST {
            return None;
        }
        let bytes = axum::body::to_bytes(answer, 64 * 1024 * 1024).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if status.is_server_error() {
            self.faults.insert(format!("{what}: {status} {}", start_of(&text)));
        }
        if status.is_client_error() {
            if method != Method::HEAD && text.trim().is_empty() {
                self.faults.insert(format!("{what}: {status} without a word"));
            }
            let after = self.rows().await;
            let changed: Vec<&String> = after.keys().filter(|table| after.get(*table) != before.get(*table)).collect();
            if !changed.is_empty() {
                self.faults.insert(format!("{what}: {status}, but something was written: {changed:?}"));
            }
        }
        if headers.contains_key("x-injected") {
            self.faults.insert(format!("{what}: a header was put in"));
        }
        Some((status, text))
    }

    fn assert_faultless(&self) {
        let faults: Vec<&str> = self.faults.iter().map(String::as_str).collect();
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }
}

struct Request<'a> {
    method: Method,
    path: &'a str,
    media: Option<&'a str>,
    body: Vec<u8>,
}

impl<'a> Request<'a> {
    fn get(path: &'a str) -> Request<'a> {
        Request { method: Method::GET, path, media: None, body: Vec::new() }
    }

    fn form(path: &'a str, body: String) -> Request<'a> {
        Request {
            method: Method::POST,
            path,
            media: Some("application/x-www-form-urlencoded"),
            body: body.into_bytes(),
        }
    }
}

fn start_of(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

fn start_of_value(value: &str) -> String {
    value.chars().take(40).collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What the API's own description calls the parameters of each path.
async fn described(site: &TestSite) -> BTreeMap<String, BTreeSet<String>> {
    let doc = site.browser().get("/api/openapi.json").await.json();
    let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, methods) in doc["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().values() {
            let list = method["parameters"].as_array().cloned().unwrap_or_default();
            let queries = list.iter().filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
            names.entry(path.clone()).or_default().extend(queries.map(str::to_owned));
        }
    }
    names
}

/// Names that queries have without a form that shows them.
const QUERY_NAMES: [&str; 12] =
    ["cursor", "after", "page", "bulan", "dari", "sampai", "start_date", "end_date", "bbox", "lat", "lon", "limit"];

#[tokio::test(flavor = "multi_thread")]
async fn no_path_and_no_query_string_breaks_anything() {
    let mut trial = Trial::new().await;
    let described = described(&trial.site).await;
    let routes: Vec<RouteInfo> = trial.site.table.iter().filter(|route| tried(route)).cloned().collect();
    let values = values();
    for mut actor in trial.actors().await {
        for (place, route) in routes.iter().filter(|route| (actor.welcome)(route)).enumerate() {
            for value in some_of(&values, place, SHARE_OF_PATHS) {
                let part = if value.is_empty() { "-" } else { value };
                let short = if part.len() > 4_000 { &part[..4_000] } else { part };
                if route.path.contains('{') {
                    let path = filled(route, |_| short.to_owned());
                    let what =
                        format!("{} at {} {} with {}", actor.name, route.method, route.path, start_of_value(value));
                    let token = actor.browser.token();
                    let request = match route.method {
                        Method::GET => Request::get(&path),
                        _ => Request::form(&path, format!("csrf={token}")),
                    };
                    trial.knock(&mut actor.browser, &what, request).await;
                }
            }
            if route.method != Method::GET {
                continue;
            }
            let path = trial.path(route, 0);
            let page = actor.browser.get(&path).await.text;
            let mut names: BTreeSet<String> = QUERY_NAMES.map(str::to_owned).into();
            names.extend(described.get(route.path).into_iter().flatten().cloned());
            let gets = forms(&page, &path).into_iter().filter(|form| form.method != "post");
            names.extend(gets.flat_map(|form| form.fields).map(|field| field.name));
            // Each name of each route meets another part of the values, so that all meet all in the end.
            for (at, name) in names.iter().enumerate() {
                for value in some_of(&values, place + at, SHARE_OF_QUERIES) {
                    let part = if value.len() > 2_000 { &value[..2_000] } else { value };
                    let query = format!("{path}?{name}={part}");
                    let what = format!("{} at {} ?{name}={}", actor.name, route.path, start_of_value(value));
                    trial.knock(&mut actor.browser, &what, Request::get(&query)).await;
                }
            }
        }
    }
    trial.assert_faultless();
}

/// Every form that somebody is shown, once for each place that it is sent to.
async fn found_forms(trial: &Trial, actor: &mut Actor, routes: &[RouteInfo]) -> Vec<(String, Form)> {
    let mut found = BTreeMap::new();
    let shown = |route: &&RouteInfo| route.method == Method::GET && route.kind == RouteKind::Page;
    for route in routes.iter().filter(shown) {
        for number in 0..trial.numbers.len() {
            let path = trial.path(route, number);
            let answer = actor.browser.get(&path).await;
            if !answer.status.is_success() {
                continue;
            }
            for form in forms(&answer.text, &path).into_iter().filter(|form| form.method == "post") {
                let names: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
                let ends = form.action.starts_with("/keluar") || form.action.starts_with("/akun");
                let shape = format!("{} {}", shape(&form.action), names.join(" "));
                if !ends {
                    found.entry(shape).or_insert(form);
                }
            }
            if !route.path.contains("{number}") {
                break;
            }
        }
    }
    found.into_iter().collect()
}

/// An action without what makes it one of many.
fn shape(action: &str) -> String {
    let part = |part: &str| if part.chars().any(|c| c.is_ascii_digit()) { "{}".to_owned() } else { part.to_owned() };
    action.split('?').next().unwrap_or_default().split('/').map(part).collect::<Vec<_>>().join("/")
}

/// The form with one field as given, and what it asks for in the others.
fn body_with(trial: &Trial, form: &Form, changed: &str, value: &str) -> String {
    let mut parts = Vec::new();
    for Field { name, value: kept, kind } in &form.fields {
        let typed = match kind.as_str() {
            _ if name == changed => value.to_owned(),
            // The same key again would give the same answer again.
            _ if name == "key" => trial.site.app.db.env().new_id().to_string(),
            "textarea" => "Sudah diperiksa di tempat".to_owned(),
            "checkbox" | "button" | "radio" => continue,
            _ => encoded(kept),
        };
        parts.push(format!("{}={typed}", encoded(name)));
    }
    parts.join("&")
}

#[tokio::test(flavor = "multi_thread")]
async fn no_field_of_any_form_breaks_anything() {
    let mut trial = Trial::new().await;
    let routes: Vec<RouteInfo> = trial.site.table.iter().filter(|route| tried(route)).cloned().collect();
    let values = values();
    let mut seen = BTreeSet::new();
    let mut tries = 0;
    for mut actor in trial.actors().await {
        for (shape, form) in found_forms(&trial, &mut actor, &routes).await {
            if !seen.insert(shape) {
                continue;
            }
            for (place, field) in form.fields.iter().filter(|field| field.name != "csrf").enumerate() {
                for value in some_of(&values, place + seen.len(), SHARE_OF_FIELDS) {
                    let body = body_with(&trial, &form, &field.name, value);
                    let what = format!("{} at {} {}={}", actor.name, form.action, field.name, start_of_value(value));
                    trial.knock(&mut actor.browser, &what, Request::form(&form.action, body)).await;
                    tries += 1;
                }
            }
        }
    }
    assert!(tries > 500, "only {tries} tries: the pages' forms were not found");
    trial.assert_faultless();
}

/// Bodies that are no form, no JSON or no file, or a broken one.
fn bodies(token: &str) -> Vec<(&'static str, Vec<u8>)> {
    let urlencoded = "application/x-www-form-urlencoded";
    let json = "application/json";
    let part = |head: &str, body: &[u8]| {
        let csrf = format!("--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n");
        [csrf.as_bytes(), b"--b\r\n", head.as_bytes(), b"\r\n\r\n", body, b"\r\n--b--\r\n"].concat()
    };
    let multipart = "multipart/form-data; boundary=b";
    let deep = "[".repeat(100_000);
    let many = format!("csrf={token}&{}", "a=1&".repeat(5_000));
    vec![
        (urlencoded, Vec::new()),
        (urlencoded, format!("csrf={token}&\0=\0&%FF=%FF&=").into_bytes()),
        (urlencoded, [b"csrf=", token.as_bytes(), b"&text=\xff\xfe\xed\xa0\x80"].concat()),
        (urlencoded, many.into_bytes()),
        ("text/plain", b"x".to_vec()),
        ("application/octet-stream", vec![0, 255]),
        ("multipart/form-data", b"--b--".to_vec()),
        (multipart, b"--b\r\nContent-Disp".to_vec()),
        (multipart, part("Content-Disposition: form-data; name=\"a\0b\"", b"x")),
        (multipart, part("Content-Disposition: form-data; name=\"text\"", b"\xff\xfe\0")),
        (multipart, part("Content-Disposition: form-data; name=\"file\"; filename=\"\0\u{202e}gpj.exe\"", b"GIF89a")),
        (multipart, part("Content-Disposition: form-data", b"x")),
        (
            multipart,
            part("Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: image/jpeg", b""),
        ),
        (multipart, part(&format!("Content-Disposition: form-data; name=\"{}\"", "n".repeat(LONG_CHARS)), b"x")),
        (json, Vec::new()),
        (json, b"null".to_vec()),
        (json, b"[]".to_vec()),
        (json, b"{".to_vec()),
        (json, br#"{"text":"\ud800","category":"\udfff"}"#.to_vec()),
        (json, b"{\"text\":\"\xff\xfe\"}".to_vec()),
        (json, br#"{"text":NaN,"lat":Infinity}"#.to_vec()),
        (json, br#"{"lat":1e400,"lon":-1e400}"#.to_vec()),
        (json, deep.clone().into_bytes()),
        (json, format!("{{\"text\":{deep}").into_bytes()),
        (json, b"\xef\xbb\xbf{}".to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_body_breaks_anything() {
    let mut trial = Trial::new().await;
    let routes: Vec<RouteInfo> =
        trial.site.table.iter().filter(|route| tried(route) && route.method != Method::GET).cloned().collect();
    for mut actor in trial.actors().await {
        for route in routes.iter().filter(|route| (actor.welcome)(route)) {
            let path = trial.path(route, 0);
            let token = actor.browser.token();
            for (index, (media, body)) in bodies(&token).into_iter().enumerate() {
                let what = format!("{} at {} {} body {index} ({media})", actor.name, route.method, route.path);
                let request = Request { method: route.method.clone(), path: &path, media: Some(media), body };
                trial.knock(&mut actor.browser, &what, request).await;
            }
        }
    }
    trial.assert_faultless();
}

/// Values of the wrong kind for a property of a JSON body.
fn wrong() -> Vec<Value> {
    let long = "a".repeat(LONG_CHARS);
    let values = [
        r#"null"#,
        "true",
        "-1",
        "1e308",
        "9223372036854775808",
        "\"\"",
        r#""a\u0000b""#,
        r#""\u001b[31m""#,
        "[]",
        "{}",
        r#"[[[[]]]]"#,
        r#""0000-01-01""#,
        r#""9999-12-31T23:59:59+14:00""#,
        r#""2100-02-30T00:00:00Z""#,
        r#""NaN""#,
    ];
    let mut all: Vec<Value> = values.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    all.push(Value::String(long));
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn no_property_of_a_json_body_breaks_anything() {
    let mut trial = Trial::new().await;
    let doc = trial.site.browser().get("/api/openapi.json").await.json();
    let mut actors = trial.actors().await;
    let program = actors.iter_mut().find(|actor| actor.name == "program").unwrap();
    let routes: Vec<RouteInfo> = trial
        .site
        .table
        .iter()
        .filter(|route| route.path.starts_with("/api/") && route.method != Method::GET)
        .cloned()
        .collect();
    let mut tries = 0;
    for route in &routes {
        let method = route.method.as_str().to_lowercase();
        let body = &doc["paths"][route.path][&method]["requestBody"]["content"]["application/json"]["schema"]["$ref"];
        let Some(name) = body.as_str().and_then(|name| name.rsplit('/').next()) else { continue };
        let properties = doc["components"]["schemas"][name]["properties"].as_object().cloned().unwrap_or_default();
        for property in properties.keys() {
            for value in wrong() {
                let mut whole = serde_json::json!({
                    "text": "Lampu mati", "category": "lampu_jalan", "district": 732_201, "landmark": "di lapangan",
                });
                whole[property] = value.clone();
                let what = format!("{} {} {property}={}", route.method, route.path, start_of(&value.to_string()));
                let path = trial.path(route, tries);
                let mut browser =
                    program.browser.clone().with("idempotency-key", &trial.site.app.db.env().new_id().to_string());
                let body = whole.to_string().into_bytes();
                let request =
                    Request { method: route.method.clone(), path: &path, media: Some("application/json"), body };
                let answer = trial.knock(&mut browser, &what, request).await;
                let problem = answer.filter(|(status, _)| status.is_client_error()).map(|(_, text)| text);
                let told = problem
                    .is_none_or(|text| serde_json::from_str::<Value>(&text).is_ok_and(|v| v["detail"].is_string()));
                assert!(told, "{what}: a problem without a detail");
                tries += 1;
            }
        }
    }
    assert!(tries > 200, "only {tries} tries");
    trial.assert_faultless();
}
