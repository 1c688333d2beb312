//! Open311 from end to end: a client's request in, the database, the standard's answer out.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use simpul_kernel::Actor;
use simpul_kernel::clock::{DAY_MICROS, HOUR_MICROS, SECOND_MICROS};
use simpul_people::KeyScope;
use simpul_report::actions::{HideReport, ResolveReport, SaveCategory, SeedRules};
use simpul_report::model::{Category, Questions};
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;

/// A square around Masamba, as the importer of boundaries reads it.
const SQUARE: &str = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
    "properties":{"code":"73.22.03","name":"Masamba"},"geometry":{"type":"Polygon","coordinates":
    [[[120.2,-2.7],[120.5,-2.7],[120.5,-2.4],[120.2,-2.4],[120.2,-2.7]]]}}]}"#;

/// A region with its areas and categories, and the room's routes.
pub async fn site() -> TestSite {
    let build = |builder: simpul_shell::AppBuilder| builder.messages(simpul_report::MESSAGES);
    let site = TestSite::new(&[simpul_report::MIGRATIONS], simpul_report::routes(), build).await.expect("site");
    let ctx = site.db.ctx(Actor::system("test"));
    let areas = [simpul_people::data::AREAS_LUWU_UTARA];
    site.app.directory.import_areas(&ctx, &areas, false).await.expect("areas");
    let agency = site.agency("Dishub").await.expect("agency");
    let seed = SeedRules { agencies: vec![("Dishub".to_owned(), agency)] };
    site.app.directory.write(&ctx, seed).await.expect("rules");
    site
}

pub async fn with_boundary(site: &TestSite) {
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.import_boundaries(&ctx, SQUARE.to_owned(), false).await.expect("boundary");
    assert!(site.app.directory.of(TEST_REGION).await.expect("snapshot").has_boundaries());
}

/// A client and its key.
struct Client {
    browser: Browser,
    key: String,
}

impl Client {
    async fn of(site: &TestSite) -> Client {
        let key = site.api_key(&[KeyScope::Open311], None).await.expect("key");
        Client { browser: site.browser(), key }
    }

    async fn get(&mut self, path: &str) -> TestAnswer {
        self.browser.get(path).await
    }

    /// Sends a form with the key and a service and place, changed by `fields`; an empty value takes a field away.
    async fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> TestAnswer {
        let key = self.key.clone();
        let mut all = vec![
            ("api_key", key.as_str()),
            ("service_code", "lampu_jalan"),
            ("lat", "-2.5489"),
            ("long", "120.3278"),
            ("description", "Lampu jalan mati"),
        ];
        all.retain(|(name, _)| !fields.iter().any(|(given, _)| given == name));
        all.extend(fields.iter().filter(|(_, value)| !value.is_empty()));
        self.browser.post_bare(path, &all).await
    }

    async fn report(&mut self, fields: &[(&str, &str)]) -> (String, String) {
        let answer = self.send("/open311/v2/requests.json", fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let json = answer.json();
        let text = |name: &str| json[0][name].as_str().expect("text").to_owned();
        (text("service_request_id"), text("token"))
    }

    async fn numbers(&mut self, query: &str) -> Vec<String> {
        let answer = self.get(&format!("/open311/v2/requests.json{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
        let json = answer.json();
        let list = json.as_array().expect("array");
        list.iter().map(|one| one["service_request_id"].as_str().expect("id").to_owned()).collect()
    }
}

fn media_type(answer: &TestAnswer) -> &str {
    answer.headers["content-type"].to_str().expect("text")
}

/// Reads the whole document, so that a part that is not well-formed fails the test.
fn well_formed(answer: &TestAnswer) {
    let mut reader = quick_xml::Reader::from_str(&answer.text);
    while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
    assert_eq!(media_type(answer), "text/xml; charset=utf-8");
}

/// The first words of every fault: the fields that are named.
fn faults(answer: &TestAnswer) -> Vec<String> {
    let json = answer.json();
    let list = json.as_array().unwrap_or_else(|| panic!("errors are an array: {}", answer.text));
    let word = |fault: &serde_json::Value| {
        assert_eq!(fault["code"].as_u64(), Some(u64::from(answer.status.as_u16())));
        fault["description"].as_str().expect("text").split(':').next().unwrap_or_default().to_owned()
    };
    list.iter().map(word).collect()
}

#[tokio::test]
async fn discovery_names_a_production_and_a_test_endpoint_in_both_languages() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let json = client.get("/open311/v2/discovery.json").await.json();
    let endpoints = json["endpoints"].as_array().expect("array");
    let kinds: Vec<_> = endpoints.iter().map(|endpoint| endpoint["type"].as_str().expect("type")).collect();
    assert_eq!(kinds, ["production", "test"]);
    assert_eq!(endpoints[0]["url"], "http://lutra.test/open311/v2");
    for field in ["changeset", "contact", "key_service"] {
        assert!(json[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
    }
    assert!(json["contact"].as_str().is_some_and(|text| text.starts_with("DATA CONTOH")), "{json}");
    let xml = client.get("/open311/v2/discovery.xml").await;
    well_formed(&xml);
    assert_eq!(xml.headers["x-simpul-demo"], "DATA CONTOH - BUKAN DATA RESMI");
    assert!(xml.text.contains("<formats><format>text/xml</format><format>application/json</format></formats>"));
}

#[tokio::test]
async fn services_say_real_booleans_and_a_plain_definition_has_no_attributes() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let json = client.get("/open311/v2/services.json?jurisdiction_id=73.22").await.json();
    let noise = json.as_array().expect("array").iter().find(|one| one["service_code"] == "ketertiban").expect("noise");
    assert_eq!((&noise["metadata"], &noise["type"]), (&false.into(), &"realtime".into()));
    well_formed(&client.get("/open311/v2/services.xml").await);
    let definition = client.get("/open311/v2/services/ketertiban.json").await;
    assert_eq!(definition.text, r#"{"service_code":"ketertiban","attributes":[]}"#);
    let xml = client.get("/open311/v2/services/ketertiban.xml").await;
    assert!(xml.text.contains("<attributes></attributes>"), "{}", xml.text);
    let unknown = client.get("/open311/v2/services/none.json").await;
    assert_eq!((unknown.status, faults(&unknown)), (StatusCode::NOT_FOUND, vec!["service_code".to_owned()]));
    let unknown = client.get("/open311/v2/services/none.xml").await;
    well_formed(&unknown);
    assert!(unknown.text.contains("<errors><error><code>404</code>"), "{}", unknown.text);
}

#[tokio::test]
async fn a_service_with_questions_asks_for_them() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let ctx = site.db.ctx(Actor::system("test"));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let lamp = simpul_report::sql::categories(&mut conn).await.expect("categories");
    let lamp = lamp.into_iter().find(|category| category.code == "lampu_jalan").expect("lamp");
    drop(conn);
    let questions = r#"[{"code":"TIANG","datatype":"number","required":true,"description":"Nomor tiang"}]"#;
    let category = Category { questions: Questions::parse(questions), ..lamp };
    site.app.directory.write(&ctx, SaveCategory { category, seen: None }).await.expect("saved");
    let services = client.get("/open311/v2/services.json").await.json();
    let lamp = services.as_array().expect("array").iter().find(|one| one["service_code"] == "lampu_jalan");
    assert_eq!(lamp.expect("lamp")["metadata"], true);
    let definition = client.get("/open311/v2/services/lampu_jalan.json").await.json();
    assert_eq!(definition["attributes"][0]["code"], "TIANG");
    let answer = client.send("/open311/v2/requests.json", &[]).await;
    assert_eq!((answer.status, faults(&answer)), (StatusCode::BAD_REQUEST, vec!["attribute".to_owned()]));
    client.report(&[("attribute[TIANG]", "12")]).await;
}

#[tokio::test]
async fn an_answer_to_choose_is_one_of_those_that_are_offered_and_reaches_the_officer_and_the_person() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let ctx = site.db.ctx(Actor::system("test"));
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let lamp = simpul_report::sql::categories(&mut conn).await.expect("categories");
    let lamp = lamp.into_iter().find(|category| category.code == "lampu_jalan").expect("lamp");
    drop(conn);
    let agency = lamp.agency.expect("agency");
    let questions = r#"[{"code":"WARNA","datatype":"singlevaluelist","required":false,"description":"Warna tiang?",
        "values":[{"key":"m","name":"Merah tua"},{"key":"p","name":"Putih"}]},
        {"code":"APA","datatype":"multivaluelist","required":false,"description":"Apa yang rusak?",
        "values":[{"key":"1","name":"Bola"},{"key":"2","name":"Kabel"}]}]"#;
    let category = Category { questions: Questions::parse(questions), ..lamp };
    site.app.directory.write(&ctx, SaveCategory { category, seen: None }).await.expect("saved");
    for wrong in [&[("attribute[WARNA]", "hijau")][..], &[("attribute[WARNA]", "m"), ("attribute[WARNA][]", "p")]] {
        let answer = client.send("/open311/v2/requests.json", wrong).await;
        assert_eq!((answer.status, faults(&answer)), (StatusCode::BAD_REQUEST, vec!["attribute".to_owned()]));
    }
    let fields = [
        ("attribute[WARNA]", "m"),
        ("attribute[APA][]", "1"),
        ("attribute[APA][]", "2"),
        ("attribute[TIANG]", "LJ-17"),
        ("phone", "111-111-1111"),
    ];
    let (number, _) = client.report(&fields).await;
    let public = client.get(&format!("/laporan/{number}")).await.text;
    assert!(!public.contains("LJ-17") && public.contains("Merah tua"), "only what was chosen from a list is public");
    let mut officer = site.sign_in_as(simpul_kernel::Role::AgencyOfficer, Some(agency)).await.expect("officer");
    let page = officer.get(&format!("/kotak/{number}")).await.text;
    for part in ["Warna tiang?", "Merah tua", "Bola, Kabel", "LJ-17", "111-111-1111"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let mut leader = site.sign_in_as(simpul_kernel::Role::Leader, None).await.expect("leader");
    let page = leader.get(&format!("/kotak/{number}")).await.text;
    assert!(page.contains("Merah tua") && !page.contains("111-1111"), "{page}");
    let report = by_number(&site, &number).await.id;
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let copy = simpul_report::actions::export(&mut conn, report).await.expect("export").expect("there");
    assert_eq!((&copy["answers"]["TIANG"], &copy["answers"]["phone"]), (&"LJ-17".into(), &"111-111-1111".into()));
}

#[tokio::test]
async fn a_post_answers_number_and_token_and_both_resolve_at_once() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, token) = client.report(&[("email", "budi@contoh.id"), ("phone", "0812 3456 7890")]).await;
    assert_eq!(number, "LUTRA-2611-0001");
    let by_token = client.get(&format!("/open311/v2/tokens/{token}.json")).await.json();
    assert_eq!(by_token[0]["service_request_id"], number.as_str());
    assert_eq!(by_token[0]["token"], token.as_str());
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    let one = &one[0];
    assert_eq!((&one["status"], &one["service_name"]), (&"open".into(), &"Lampu jalan".into()));
    assert_eq!((&one["lat"], &one["long"]), (&(-2.5489).into(), &120.3278.into()));
    assert_eq!(one["requested_datetime"], "2026-11-02T09:00:00+08:00");
    // The resolve deadline of a street light, in working days from Monday.
    let expected = one["expected_datetime"].as_str().expect("text");
    assert!(expected.ends_with("+08:00") && expected > "2026-11-03", "{expected}");
    assert!(one["service_notice"].as_str().is_some_and(|text| text.contains("2026")), "{one}");
    let xml = client.get(&format!("/open311/v2/requests/{number}.xml")).await;
    well_formed(&xml);
    assert!(xml.text.contains("<service_requests><request><service_request_id>LUTRA-2611-0001<"));
    assert_eq!(client.get("/open311/v2/tokens/none.json").await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/open311/v2/requests/LUTRA-2611-9999.json").await.status, StatusCode::NOT_FOUND);
}

/// Sends a report with a picture as multipart; answers number and token.
async fn with_picture(client: &mut Client) -> (String, String) {
    let mut body = Vec::new();
    for (name, value) in [
        ("api_key", client.key.as_str()),
        ("service_code", "lampu_jalan"),
        ("lat", "-2.5489"),
        ("long", "120.3278"),
        ("description", "Gelap"),
    ] {
        body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    body.extend(b"--XX\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\r\n");
    body.extend(picture());
    body.extend(b"\r\n--XX--\r\n");
    let kind = Some("multipart/form-data; boundary=XX");
    let answer = client.browser.send(Method::POST, "/open311/v2/requests.json", kind, Body::from(body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let text = |name: &str| answer.json()[0][name].as_str().expect("text").to_owned();
    (text("service_request_id"), text("token"))
}

#[tokio::test]
async fn a_multipart_form_with_a_picture_shows_its_address() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = with_picture(&mut client).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    let url = one[0]["media_url"].as_str().expect("media_url");
    let path = url.strip_prefix("http://lutra.test").expect("own address");
    let photo = client.get(path).await;
    assert_eq!((photo.status, media_type(&photo)), (StatusCode::OK, "image/jpeg"));
}

/// A small picture as PNG: 8 by 8 grey pixels.
fn picture() -> Vec<u8> {
    const HEX: &str = "89504e470d0a1a0a0000000d4948445200000008000000080800000000e1\
        64e1570000000e4944415478da6368800206ca18008084200110e86a170000000049454e44ae426082";
    let digits: Vec<u8> = HEX.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16).expect("hex");
    digits.chunks(2).map(byte).collect()
}

#[tokio::test]
async fn a_missing_or_wrong_key_is_403_in_the_standards_shape() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let without = client.send("/open311/v2/requests.json", &[("api_key", "")]).await;
    assert_eq!((without.status, faults(&without)), (StatusCode::FORBIDDEN, vec!["api_key".to_owned()]));
    let wrong = client.send("/open311/v2/requests.xml", &[("api_key", "nonsense")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    well_formed(&wrong);
    let reader = site.api_key(&[KeyScope::Read], None).await.expect("key");
    let wrong = client.send("/open311/v2/requests.json", &[("api_key", &reader)]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    assert!(client.numbers("").await.is_empty());
}

#[tokio::test]
async fn every_field_that_is_wrong_is_named() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let path = "/open311/v2/requests.json";
    type Case<'a> = (&'a [(&'a str, &'a str)], StatusCode, &'a [&'a str]);
    let cases: [Case<'_>; 8] = [
        (&[("service_code", "none")], StatusCode::NOT_FOUND, &["service_code"]),
        (&[("service_code", "")], StatusCode::BAD_REQUEST, &["service_code"]),
        (&[("lat", ""), ("long", "")], StatusCode::BAD_REQUEST, &["lat", "long"]),
        (&[("lat", "91")], StatusCode::BAD_REQUEST, &["lat"]),
        (&[("long", "abc")], StatusCode::BAD_REQUEST, &["long"]),
        (&[("lat", ""), ("long", ""), ("address_id", "12")], StatusCode::BAD_REQUEST, &["address_id"]),
        (&[("email", "nobody")], StatusCode::BAD_REQUEST, &["email"]),
        (&[("jurisdiction_id", "3520")], StatusCode::NOT_FOUND, &["jurisdiction_id"]),
    ];
    for (fields, status, named) in cases {
        let answer = client.send(path, fields).await;
        assert_eq!(
            (answer.status, faults(&answer)),
            (status, named.iter().map(|n| (*n).to_owned()).collect()),
            "{fields:?}"
        );
    }
    with_boundary(&site).await;
    let outside = client.send(path, &[("lat", "-3.0")]).await;
    assert_eq!(
        (outside.status, faults(&outside)),
        (StatusCode::BAD_REQUEST, vec!["lat".to_owned(), "long".to_owned()])
    );
    let (number, _) = client.report(&[]).await;
    let inside = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert!(inside[0]["address"].as_str().is_some_and(|address| address.contains("Masamba")), "{inside}");
}

#[tokio::test]
async fn words_or_a_villages_code_are_a_place_too() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) =
        client.report(&[("lat", ""), ("long", ""), ("address_id", "73.22.01.2001"), ("phone", "111-111-1111")]).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert_eq!((&one[0]["address_id"], &one[0]["address"]), (&"7322012001".into(), &"Pattimang, Malangke".into()));
    assert_eq!(one[0]["lat"], serde_json::Value::Null);
    let (number, _) = client.report(&[("lat", ""), ("long", ""), ("address_string", "Pasar Sentral")]).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert_eq!(one[0]["address"], "Pasar Sentral");
}

#[tokio::test]
async fn equal_content_is_two_reports_unless_a_key_makes_it_one() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (one, _) = client.report(&[]).await;
    let (other, _) = client.report(&[]).await;
    assert_ne!(one, other);
    client.browser = client.browser.with("Idempotency-Key", "kiriman-7");
    let first = client.report(&[]).await;
    let again = client.report(&[]).await;
    assert_eq!(first, again);
    assert_eq!(client.numbers("").await.len(), 3);
}

#[tokio::test]
async fn every_filter_of_the_standard_finds_what_it_names() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (old, _) = client.report(&[("service_code", "sampah")]).await;
    site.db.clock.advance(100 * DAY_MICROS);
    let (lamp, _) = client.report(&[]).await;
    site.db.clock.advance(HOUR_MICROS);
    let (road, _) = client.report(&[("service_code", "jalan_rusak")]).await;
    resolve(&site, &lamp).await;
    assert_eq!(client.numbers("").await, [road.as_str(), &lamp], "the last 90 days, newest first");
    assert_eq!(client.numbers("?start_date=2026-01-01").await.len(), 3);
    assert_eq!(client.numbers("?end_date=2026-11-30T00:00:00Z").await, [old.as_str()]);
    assert_eq!(
        client.numbers("?start_date=2026-11-02T08:59:59%2B08:00&end_date=2026-11-02T09:00:00+08:00").await,
        [old.as_str()]
    );
    assert_eq!(client.numbers("?status=closed").await, [lamp.as_str()]);
    assert_eq!(client.numbers("?status=open").await, [road.as_str()]);
    assert_eq!(client.numbers("?status=open,closed").await.len(), 2);
    assert_eq!(client.numbers("?service_code=jalan_rusak").await, [road.as_str()]);
    assert_eq!(client.numbers("?service_code=jalan_rusak,lampu_jalan").await.len(), 2);
    assert!(client.numbers("?service_code=none").await.is_empty());
    assert_eq!(client.numbers("?page=2&page_size=1").await, [lamp.as_str()]);
    assert!(client.numbers("?page=3&page_size=1").await.is_empty());
    assert_eq!(client.numbers(&format!("?service_request_id={old},{road}&status=closed")).await, [old.as_str(), &road]);
    assert_eq!(client.numbers("?updated_after=2026-12-01").await.len(), 2);
    assert_eq!(
        client.numbers("?updated_after=2026-01-01&service_code=sampah,jalan_rusak").await,
        [road.as_str(), &old]
    );
    let both = client.get(&format!("/open311/v2/requests/{old},{lamp}.json")).await.json();
    assert_eq!(both.as_array().map(Vec::len), Some(2));
    let wrong = client.get("/open311/v2/requests.json?status=maybe&start_date=x&page=0").await;
    assert_eq!(
        (wrong.status, faults(&wrong)),
        (StatusCode::BAD_REQUEST, ["start_date", "status", "page"].map(str::to_owned).to_vec())
    );
}

/// Takes a report through all its states to `resolved`, as the system.
async fn resolve(site: &TestSite, number: &str) {
    use simpul_report::actions::{AssignReport, StartWork, VerifyReport};
    let ctx = site.db.ctx(Actor::system("test"));
    let report = by_number(site, number).await;
    let agency =
        site.app.directory.of(TEST_REGION).await.expect("snapshot").agency_by_short("Dishub").expect("agency").id;
    let db = &site.db.db;
    let (class, needs_inspection) = (report.class, false);
    let verify = VerifyReport { report: report.id, version: None, class, needs_inspection, category: None };
    db.write(&ctx, verify).await.expect("verified");
    site.db.clock.advance(SECOND_MICROS);
    let assign = AssignReport { report: report.id, version: None, agency, officer: None, instruction: None };
    db.write(&ctx, assign).await.expect("assigned");
    site.db.clock.advance(SECOND_MICROS);
    db.write(&ctx, StartWork { report: report.id, version: None, note: None }).await.expect("started");
    site.db.clock.advance(SECOND_MICROS);
    let text = "Sudah diganti, hubungi 081234567890".to_owned();
    let no_photo_reason = Some("malam".to_owned());
    let done = ResolveReport { report: report.id, version: None, text, photos: Vec::new(), no_photo_reason };
    db.write(&ctx, done).await.expect("resolved");
}

async fn by_number(site: &TestSite, number: &str) -> simpul_report::model::Report {
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    simpul_report::sql::by_number(&mut conn, number).await.expect("read").expect("there")
}

#[tokio::test]
async fn secret_and_hidden_reports_never_appear_and_numbers_in_texts_are_masked() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (shown, _) = client.report(&[("description", "Hubungi 081234567890 atau a@b.id")]).await;
    let (hidden, _) = client.report(&[]).await;
    let ctx = site.db.ctx(Actor::system("test"));
    let report = by_number(&site, &hidden).await.id;
    site.db.db.write(&ctx, HideReport { report, reason: "wajah".to_owned() }).await.expect("hidden");
    let secret_code = secret_category(&site).await;
    let (secret, token) = client.report(&[("service_code", &secret_code)]).await;
    assert_eq!(client.numbers("").await, [shown.as_str()]);
    for number in [&hidden, &secret] {
        for format in ["json", "xml"] {
            let answer = client.get(&format!("/open311/v2/requests/{number}.{format}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{number}");
        }
        let answer = client.get(&format!("/open311/v2/requests.json?service_request_id={number}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let answer = client.get(&format!("/open311/v2/servicerequestupdates.json?service_request_id={number}")).await;
        assert_eq!(answer.text, "[]");
    }
    // Whoever sent it holds its token, which gives the number back and nothing else.
    let by_token = client.get(&format!("/open311/v2/tokens/{token}.json")).await.json();
    assert_eq!(by_token[0]["service_request_id"], secret.as_str());
    let text = client.get(&format!("/open311/v2/requests/{shown}.json")).await.text;
    assert!(!text.contains("081234567890") && !text.contains("a@b.id"), "{text}");
}

async fn secret_category(site: &TestSite) -> String {
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let categories = simpul_report::sql::categories(&mut conn).await.expect("categories");
    categories.into_iter().find(|category| category.secret && category.active).expect("a secret category").code
}

#[tokio::test]
async fn updates_go_both_ways() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = client.report(&[]).await;
    site.db.clock.advance(HOUR_MICROS);
    resolve(&site, &number).await;
    let listed = client.get("/open311/v2/servicerequestupdates.json").await.json();
    let last = listed.as_array().and_then(|list| list.last()).expect("an update").clone();
    assert_eq!((&last["service_request_id"], &last["status"]), (&number.as_str().into(), &"closed".into()));
    assert_eq!(last["external_status_code"], "resolved");
    assert!(last["description"].as_str().is_some_and(|text| text.starts_with("Sudah diganti")), "{last}");
    assert!(!last.to_string().contains("081234567890"));
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert_eq!((&one[0]["status"], &one[0]["status_notes"]), (&"closed".into(), &last["description"]));

    site.db.clock.advance(HOUR_MICROS);
    let key = client.key.clone();
    let fields = [
        ("api_key", key.as_str()),
        ("service_request_id", number.as_str()),
        ("update_id", "55"),
        ("status", "OPEN"),
        ("description", "Masih gelap"),
        ("updated_datetime", "2026-11-02T11:00:00+08:00"),
    ];
    let path = "/open311/v2/servicerequestupdates.json";
    let first = client.browser.post_bare(path, &fields).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    let given = first.json()[0]["update_id"].as_str().expect("id").to_owned();
    let again = client.browser.post_bare(path, &fields).await;
    assert_eq!(again.json()[0]["update_id"], given.as_str(), "the same update twice is one");
    let listed = client.get(&format!("{path}?service_request_id={number}")).await.json();
    let mine: Vec<_> =
        listed.as_array().expect("array").iter().filter(|one| one["update_id"] == given.as_str()).collect();
    assert_eq!(mine.len(), 1, "its sender knows it again");
    assert!(mine[0]["description"].as_str().is_some_and(|text| text.starts_with("Masih gelap")));
    let xml = client.get("/open311/v2/servicerequestupdates.xml").await;
    well_formed(&xml);
    assert!(xml.text.contains("<service_request_updates><request_update><update_id>"));
    let recent = client.get(&format!("{path}?start_date=2026-11-02T10:30:00%2B08:00")).await.json();
    assert_eq!(recent.as_array().map(Vec::len), Some(1));

    let unknown =
        client.browser.post_bare(path, &[("api_key", &key), ("service_request_id", "x"), ("description", "y")]).await;
    assert_eq!((unknown.status, faults(&unknown)), (StatusCode::NOT_FOUND, vec!["service_request_id".to_owned()]));
    let empty = client.browser.post_bare(path, &[("api_key", &key), ("service_request_id", &number)]).await;
    assert_eq!((empty.status, faults(&empty)), (StatusCode::BAD_REQUEST, vec!["description".to_owned()]));
    let keyless = client.browser.post_bare(path, &[("service_request_id", &number), ("description", "y")]).await;
    assert_eq!(keyless.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_test_endpoint_checks_everything_and_keeps_nothing() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let path = "/open311/test/v2/requests.json";
    let answer = client.send(path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let (number, token) = (answer.json()[0]["service_request_id"].clone(), answer.json()[0]["token"].clone());
    assert!(number.as_str().is_some_and(|number| number.starts_with("UJI-")));
    let token = token.as_str().expect("token");
    let by_token = client.get(&format!("/open311/test/v2/tokens/{token}.json")).await.json();
    assert_eq!(by_token[0]["service_request_id"], number);
    assert_eq!(client.send(path, &[("lat", "x")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(client.send(path, &[("api_key", "x")]).await.status, StatusCode::FORBIDDEN);
    assert!(client.numbers("").await.is_empty());
}

#[tokio::test]
async fn what_the_shell_refuses_has_the_standards_shape_too() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let answer = client.get("/open311/v2/nothing/here/at.json").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    faults(&answer);
    let answer = client.browser.send(Method::DELETE, "/open311/v2/requests.xml", None, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    well_formed(&answer);
    assert_eq!(client.get("/open311/v2/requests.html").await.status, StatusCode::NOT_FOUND);
    let limited = site.api_key(&[KeyScope::Open311], Some(1)).await.expect("key");
    client.send("/open311/v2/requests.json", &[("api_key", &limited)]).await;
    let answer = client.send("/open311/v2/requests.json", &[("api_key", &limited)]).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    faults(&answer);
}

#[tokio::test]
async fn every_statement_prepares() {
    let site = site().await;
    for statements in [simpul_report::open311::sql::ALL_STATEMENTS, simpul_report::api::sql::ALL_STATEMENTS] {
        let count = simpul_store::testing::prepare_all(&site.db.db, statements, &[]).await.expect("prepared");
        assert_eq!(count, statements.len());
    }
}

#[tokio::test]
async fn a_picture_may_be_shown_by_pages_that_stand_elsewhere() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = with_picture(&mut client).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    let path = one[0]["media_url"].as_str().and_then(|url| url.strip_prefix("http://lutra.test")).expect("address");
    let photo = client.get(path).await;
    assert_eq!(photo.headers["cross-origin-resource-policy"], "cross-origin");
    let ctx = site.db.ctx(Actor::system("test"));
    let report = by_number(&site, &number).await.id;
    site.db.db.write(&ctx, HideReport { report, reason: "wajah".to_owned() }).await.expect("hidden");
    assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_text_of_4000_characters_is_taken_and_one_more_is_not() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let long = "é".repeat(4000);
    let (number, _) = client.report(&[("description", &long)]).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert_eq!(one[0]["description"], long.as_str());
    let more = client.send("/open311/v2/requests.json", &[("description", &format!("{long}a"))]).await;
    assert_eq!((more.status, faults(&more)), (StatusCode::BAD_REQUEST, vec!["description".to_owned()]));
    let key = client.key.clone();
    let fields = [("api_key", key.as_str()), ("service_request_id", &number), ("description", &long)];
    let update = client.browser.post_bare("/open311/v2/servicerequestupdates.json", &fields).await;
    assert_eq!(update.status, StatusCode::OK, "{}", update.text);
}

#[tokio::test]
async fn every_service_of_the_region_may_be_named_in_one_search() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = client.report(&[]).await;
    let services = client.get("/open311/v2/services.json").await.json();
    let codes: Vec<&str> =
        services.as_array().expect("array").iter().map(|one| one["service_code"].as_str().expect("code")).collect();
    assert!(codes.len() > 16, "{}", codes.len());
    let all = codes.join(",");
    assert_eq!(client.numbers(&format!("?service_code={all}")).await, [number.as_str()]);
    assert_eq!(client.numbers(&format!("?service_code={all},{all},{all}&updated_after=2026-01-01")).await.len(), 1);
}

#[tokio::test]
async fn an_update_with_a_key_is_sent_once_and_keeps_its_picture_and_date() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = client.report(&[]).await;
    let path = "/open311/v2/servicerequestupdates.json";
    let key = client.key.clone();
    let fields = [
        ("api_key", key.as_str()),
        ("service_request_id", number.as_str()),
        ("description", "Masih gelap"),
        ("media_url", "https://foto.test/1.jpg"),
        ("updated_datetime", "2026-11-01T08:00:00Z"),
    ];
    let mut keyed = client.browser.clone().with("Idempotency-Key", "kabar-1");
    let first = keyed.post_bare(path, &fields).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(keyed.post_bare(path, &fields).await.json(), first.json());
    // The same key for a request is another key.
    let all = [
        ("api_key", key.as_str()),
        ("service_code", "lampu_jalan"),
        ("lat", "-2.5489"),
        ("long", "120.3278"),
        ("description", "Lampu jalan mati"),
    ];
    assert_eq!(keyed.post_bare("/open311/v2/requests.json", &all).await.status, StatusCode::OK);
    let listed = client.get(&format!("{path}?service_request_id={number}")).await.json();
    let list = listed.as_array().expect("array");
    assert_eq!(list.len(), 1, "{listed}");
    assert_eq!(list[0]["description"], "Masih gelap\nhttps://foto.test/1.jpg");
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let report = simpul_report::sql::by_number(&mut conn, &number).await.expect("read").expect("there");
    let events = simpul_report::sql::events(&mut conn, report.id).await.expect("events");
    assert!(events[0].detail.as_deref().is_some_and(|detail| detail.contains("2026-11-01T16:00:00+08:00")));
    let wrong = [("media_url", "javascript:x"), ("service_request_id", number.as_str()), ("description", "x")];
    let wrong = client.browser.post_bare(path, &[&wrong[..], &[("api_key", key.as_str())]].concat()).await;
    assert_eq!((wrong.status, faults(&wrong)), (StatusCode::BAD_REQUEST, vec!["media_url".to_owned()]));
}

#[tokio::test]
async fn a_code_beside_a_point_is_the_place_where_no_boundary_tells_more() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    let (number, _) = client.report(&[("address_id", "7322012001")]).await;
    let one = client.get(&format!("/open311/v2/requests/{number}.json")).await.json();
    assert_eq!((&one[0]["address_id"], &one[0]["address"]), (&"7322012001".into(), &"Pattimang, Malangke".into()));
    assert_eq!(one[0]["lat"], -2.5489);
    let wrong = client.send("/open311/v2/requests.json", &[("address_id", "9999012001")]).await;
    assert_eq!((wrong.status, faults(&wrong)), (StatusCode::BAD_REQUEST, vec!["address_id".to_owned()]));
    let long = "a".repeat(201);
    let wrong = client.send("/open311/v2/requests.json", &[("address_string", &long)]).await;
    assert_eq!((wrong.status, faults(&wrong)), (StatusCode::BAD_REQUEST, vec!["address_string".to_owned()]));
}

#[tokio::test]
async fn what_is_only_read_answers_a_post_with_405() {
    let site = site().await;
    let mut client = Client::of(&site).await;
    for path in ["/open311/v2/services.json", "/open311/v2/discovery.xml"] {
        let answer = client.send(path, &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.headers["allow"], "GET, HEAD");
    }
    assert_eq!(client.send("/open311/v2/nothing.json", &[]).await.status, StatusCode::NOT_FOUND);
}
