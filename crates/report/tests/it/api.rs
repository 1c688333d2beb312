//! Our own API from end to end.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use simpul_people::KeyScope;
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;

use crate::open311::site;

async fn writer(site: &TestSite) -> Browser {
    let key = site.api_key(&[KeyScope::Write], None).await.expect("key");
    site.browser().with("authorization", &format!("Bearer {key}"))
}

fn lamp() -> Value {
    json!({ "category": "lampu_jalan", "text": "Lampu jalan mati", "lat": -2.5489, "lon": 120.3278 })
}

async fn post(browser: &mut Browser, path: &str, body: &Value) -> TestAnswer {
    browser.send_json(Method::POST, path, body).await
}

async fn submit(browser: &mut Browser) -> String {
    let answer = post(browser, "/api/v1/reports", &lamp()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    answer.json()["number"].as_str().expect("number").to_owned()
}

fn problem(answer: &TestAnswer) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", answer.text);
    let problem = answer.json();
    assert_eq!(problem["status"].as_u64(), Some(u64::from(answer.status.as_u16())));
    problem
}

#[tokio::test]
async fn a_report_is_sent_read_and_not_sent_again_while_it_is_the_same() {
    let site = site().await;
    let mut browser = writer(&site).await;
    let created = post(&mut browser, "/api/v1/reports", &lamp()).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text);
    assert_eq!(created.headers["location"], "/api/v1/reports/LUTRA-2611-0001");
    assert_eq!(created.json()["page_url"], "http://lutra.test/laporan/LUTRA-2611-0001");
    let mut reader = site.browser();
    let one = reader.get("/api/v1/reports/lutra-2611-1").await;
    let json = one.json();
    assert_eq!(
        (&json["status"], &json["open"], &json["category"]["name"]),
        (&"new".into(), &true.into(), &"Lampu jalan".into())
    );
    assert_eq!(json["reported_at"], "2026-11-02T09:00:00+08:00");
    assert!(json.get("reporter").is_none() && json.get("token").is_none());
    let tag = one.headers["etag"].to_str().expect("tag").to_owned();
    let again = reader.clone().with("if-none-match", &tag).get("/api/v1/reports/LUTRA-2611-0001").await;
    assert_eq!((again.status, again.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(one.headers["x-simpul-demo"], "DATA CONTOH - BUKAN DATA RESMI");
    assert_eq!(reader.get("/api/v1/reports/LUTRA-2611-0002").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_retry_with_the_same_key_gets_the_first_answer() {
    let site = site().await;
    let mut browser = writer(&site).await.with("idempotency-key", "kirim-1");
    let first = post(&mut browser, "/api/v1/reports", &lamp()).await;
    let again = post(&mut browser, "/api/v1/reports", &lamp()).await;
    assert_eq!(first.json(), again.json());
    assert_eq!(site.browser().get("/api/v1/reports").await.json()["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_senders_own_number_makes_a_report_one_for_ever() {
    let site = site().await;
    let mut browser = writer(&site).await;
    let mut body = lamp();
    body["foreign_id"] = "A-7".into();
    let first = post(&mut browser, "/api/v1/reports", &body).await;
    assert_eq!((first.status, first.json()["token"].is_string()), (StatusCode::CREATED, true), "{}", first.text);
    site.db.clock.advance(60 * simpul_kernel::clock::DAY_MICROS);
    let again = post(&mut browser, "/api/v1/reports", &body).await;
    assert_eq!((again.status, again.json()["token"].is_null()), (StatusCode::OK, true), "{}", again.text);
    assert_eq!(first.json()["number"], again.json()["number"]);
}

#[tokio::test]
async fn a_step_with_a_key_is_taken_once() {
    let site = site().await;
    let mut browser = writer(&site).await;
    let number = submit(&mut browser).await;
    let path = format!("/api/v1/reports/{number}/verify");
    let mut keyed = browser.with("idempotency-key", "langkah-1");
    let first = post(&mut keyed, &path, &json!({ "class": "complaint" })).await;
    let again = post(&mut keyed, &path, &json!({ "class": "complaint" })).await;
    assert_eq!((first.status, first.json()), (again.status, again.json()), "{}", again.text);
    assert_eq!(again.json()["version"], 2);
}

#[tokio::test]
async fn without_a_key_or_its_scope_nothing_is_written() {
    let site = site().await;
    let answer = post(&mut site.browser(), "/api/v1/reports", &lamp()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    problem(&answer);
    let key = site.api_key(&[KeyScope::Read, KeyScope::Open311], None).await.expect("key");
    let mut browser = site.browser().with("x-api-key", &key);
    let answer = post(&mut browser, "/api/v1/reports", &lamp()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    problem(&answer);
}

#[tokio::test]
async fn a_wrong_field_is_named_in_the_problem() {
    let site = site().await;
    let mut browser = writer(&site).await;
    for (field, body) in [
        ("category", json!({ "category": "Not a code", "text": "x", "lat": -2.5, "lon": 120.3 })),
        ("text", json!({ "category": "none", "text": "a\u{1}b", "lat": -2.5, "lon": 120.3 })),
        ("lat", json!({ "category": "lampu_jalan", "text": "x", "lat": 91, "lon": 120.3 })),
        ("lon", json!({ "category": "lampu_jalan", "text": "x", "lat": -2.5 })),
        ("village", json!({ "category": "lampu_jalan", "text": "x" })),
        ("text", json!({ "category": "lampu_jalan", "text": " ", "lat": -2.5, "lon": 120.3 })),
        (
            "mode",
            json!({ "category": "lampu_jalan", "text": "x", "lat": -2.5, "lon": 120.3, "reporter": { "mode": "x" } }),
        ),
    ] {
        let answer = post(&mut browser, "/api/v1/reports", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {}", answer.text);
        assert_eq!(problem(&answer)["errors"][0]["field"], field);
    }
    // What is well said and not to be had in this region is a conflict, not a mistake.
    for (field, body) in [
        ("category", json!({ "category": "none", "text": "x", "lat": -2.5, "lon": 120.3 })),
        ("village", json!({ "category": "lampu_jalan", "text": "x", "village": 1.0 })),
        ("district", json!({ "category": "lampu_jalan", "text": "x", "district": 1 })),
    ] {
        let answer = post(&mut browser, "/api/v1/reports", &body).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{field}: {}", answer.text);
        assert_eq!(problem(&answer)["errors"][0]["field"], field);
    }
    let answer = post(&mut browser, "/api/v1/reports", &json!({ "unknown": 1 })).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    problem(&answer);
}

#[tokio::test]
async fn pages_follow_one_another_without_gap_or_repeat() {
    let site = site().await;
    let mut browser = writer(&site).await;
    let mut sent = Vec::new();
    for _ in 0..7 {
        sent.push(submit(&mut browser).await);
        site.db.clock.advance(1_000_000);
    }
    sent.reverse();
    let mut found = Vec::new();
    let mut path = Some("/api/v1/reports?limit=3&open=true".to_owned());
    while let Some(next) = path {
        let answer = site.browser().get(&next).await;
        assert_eq!(answer.status, StatusCode::OK, "{next}: {}", answer.text);
        let json = answer.json();
        let numbers = json["items"].as_array().expect("items").iter();
        found.extend(numbers.map(|one| one["number"].as_str().expect("number").to_owned()));
        path = json["next"].as_str().map(str::to_owned);
        assert_eq!(path.is_some(), answer.headers.contains_key("link"));
    }
    assert_eq!(found, sent);
    for query in ["limit=0", "limit=101", "cursor=nonsense", "status=x", "from=yesterday"] {
        let answer = site.browser().get(&format!("/api/v1/reports?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        problem(&answer);
    }
}

#[tokio::test]
async fn filters_find_what_they_name() {
    let site = site().await;
    let mut browser = writer(&site).await;
    submit(&mut browser).await;
    site.db.clock.advance(3_600_000_000);
    let body = json!({ "category": "sampah", "text": "x", "village": 7322012001i64 });
    assert_eq!(post(&mut browser, "/api/v1/reports", &body).await.status, StatusCode::CREATED);
    let count = async |query: &str| {
        let answer = site.browser().get(&format!("/api/v1/reports?{query}")).await;
        answer.json()["items"].as_array().unwrap_or_else(|| panic!("{query}: {}", answer.text)).len()
    };
    for (query, expected) in [
        ("", 2),
        ("category=sampah", 1),
        ("district=732201", 1),
        ("village=7322012001", 1),
        ("district=732201&category=lampu_jalan", 0),
        ("status=new", 2),
        ("status=closed", 0),
        ("open=false", 0),
        ("from=2026-11-02T09:30:00%2B08:00", 1),
        ("to=2026-11-02T09:30:00%2B08:00", 1),
        ("to=2026-11-02T09:00:00%2B08:00", 1),
        ("updated_after=2026-11-02T09:30:00%2B08:00", 1),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_program_takes_the_steps_of_an_officer() {
    let site = site().await;
    let mut browser = writer(&site).await;
    let number = submit(&mut browser).await;
    let path = |step: &str| format!("/api/v1/reports/{number}/{step}");
    let verified = post(&mut browser, &path("verify"), &json!({ "class": "complaint", "version": 1 })).await;
    assert_eq!(verified.json(), json!({ "number": number, "status": "verified", "version": 2 }), "{}", verified.text);
    let stale = post(&mut browser, &path("assign"), &json!({ "agency": "Dishub", "version": 1 })).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let assigned = post(&mut browser, &path("assign"), &json!({ "agency": "dishub" })).await;
    assert_eq!(assigned.json()["status"], "assigned", "{}", assigned.text);

    // The agency's own key goes on.
    let agency =
        site.app.directory.of(TEST_REGION).await.expect("snapshot").agency_by_short("Dishub").expect("agency").id;
    let new = simpul_people::NewApiKey {
        name: "Dishub".to_owned(),
        scopes: vec![KeyScope::Write],
        agency: Some(agency),
        expires_at: None,
        per_minute: None,
    };
    let ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    let (_, key) = site.app.doorman.new_api_key(&ctx, new).await.expect("key");
    let mut agency = site.browser().with("authorization", &format!("Bearer {key}"));
    let started = post(&mut agency, &path("start"), &json!({ "note": "Petugas berangkat" })).await;
    assert_eq!(started.json()["status"], "in_progress", "{}", started.text);
    let noted = post(&mut agency, &path("notes"), &json!({ "text": "Hanya untuk petugas" })).await;
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.text);
    let body = json!({ "text": "Lampu sudah diganti", "no_photo_reason": "malam" });
    let resolved = post(&mut agency, &path("resolve"), &body).await;
    assert_eq!(resolved.json()["status"], "resolved", "{}", resolved.text);
    let again = post(&mut agency, &path("resolve"), &body).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let events = site.browser().get(&path("events")).await;
    assert!(!events.text.contains("Hanya untuk petugas"));
    let kinds: Vec<String> = events
        .json()
        .as_array()
        .expect("array")
        .iter()
        .map(|one| one["kind"].as_str().expect("kind").to_owned())
        .collect();
    for kind in ["report.verified", "report.assigned", "report.started", "report.resolved"] {
        assert!(kinds.iter().any(|one| one == kind), "{kind} in {kinds:?}");
    }
}

#[tokio::test]
async fn categories_areas_and_agencies_are_listed() {
    let site = site().await;
    let mut browser = site.browser();
    let categories = browser.get("/api/v1/categories").await.json();
    assert!(categories["items"].as_array().expect("array").iter().any(|one| one["code"] == "lampu_jalan"));
    let areas = browser.get("/api/v1/areas").await.json();
    let districts = areas["items"].as_array().expect("array");
    assert_eq!(districts.len(), 15);
    assert_eq!(districts.iter().map(|one| one["villages"].as_array().map_or(0, Vec::len)).sum::<usize>(), 173);
    let agencies = writer(&site).await.get("/api/v1/agencies").await.json();
    assert_eq!(agencies["items"][0]["short"], "Dishub", "a program that gives them work must know them");
    let strange = browser.with("authorization", "Bearer unknown").get("/api/v1/agencies").await;
    assert_eq!(strange.status, StatusCode::FORBIDDEN, "{}", strange.text);
}

/// A key of that name, bound to nothing.
async fn named_key(site: &TestSite, name: &str) -> Browser {
    bound_key(site, name, None).await
}

/// The same, bound to an agency or to nothing.
async fn bound_key(site: &TestSite, name: &str, agency: Option<uuid::Uuid>) -> Browser {
    let new = simpul_people::NewApiKey {
        name: name.to_owned(),
        scopes: vec![KeyScope::Write],
        agency,
        expires_at: None,
        per_minute: None,
    };
    let ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    let (_, key) = site.app.doorman.new_api_key(&ctx, new).await.expect("key");
    site.browser().with("authorization", &format!("Bearer {key}"))
}

async fn secret_category(site: &TestSite) -> String {
    let mut conn = site.db.db.read(TEST_REGION).await.expect("conn");
    let categories = simpul_report::sql::categories(&mut conn).await.expect("categories");
    categories.into_iter().find(|category| category.secret && category.active).expect("a secret category").code
}

#[tokio::test]
async fn one_key_for_two_operations_is_two_keys_and_for_two_bodies_is_refused() {
    let site = site().await;
    let mut plain = writer(&site).await;
    let (one, other) = (submit(&mut plain).await, submit(&mut plain).await);
    let mut keyed = plain.clone().with("idempotency-key", "K");
    let verify = json!({ "class": "complaint" });
    let sent = post(&mut keyed, "/api/v1/reports", &lamp()).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    for number in [&one, &other] {
        let done = post(&mut keyed, &format!("/api/v1/reports/{number}/verify"), &verify).await;
        assert_eq!((done.status, &done.json()["number"]), (StatusCode::OK, &number.as_str().into()), "{}", done.text);
        let read = site.browser().get(&format!("/api/v1/reports/{number}")).await.json();
        assert_eq!(read["status"], "verified", "{number}");
    }
    let note = json!({ "text": "Sudah dicek" });
    let noted = post(&mut keyed, &format!("/api/v1/reports/{one}/notes"), &note).await;
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.text);
    // The same operation with another content is a mistake, and is not answered with the first one's answer.
    let mut changed = lamp();
    changed["text"] = "Lain sekali".into();
    let wrong = post(&mut keyed, "/api/v1/reports", &changed).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT, "{}", wrong.text);
    assert_eq!(problem(&wrong)["type"], "urn:simpul:form.key_used");
    let again = post(&mut keyed, "/api/v1/reports", &lamp()).await;
    assert_eq!(again.json(), sent.json());
    assert_eq!(site.browser().get("/api/v1/reports").await.json()["items"].as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn two_keys_of_one_name_do_not_share_their_numbers() {
    let site = site().await;
    let (mut one, mut other) = (named_key(&site, "dup").await, named_key(&site, "dup").await);
    let mut secret = lamp();
    secret["category"] = secret_category(&site).await.into();
    secret["foreign_id"] = "7".into();
    let mut open = lamp();
    open["foreign_id"] = "7".into();
    let first = post(&mut one, "/api/v1/reports", &secret).await;
    assert_eq!(first.json()["secret"], true, "{}", first.text);
    let second = post(&mut other, "/api/v1/reports", &open).await;
    assert_eq!((second.status, &second.json()["secret"]), (StatusCode::CREATED, &false.into()), "{}", second.text);
    assert_ne!(first.json()["number"], second.json()["number"]);
    // Whoever sent it learns its number again.
    let again = post(&mut one, "/api/v1/reports", &secret).await;
    assert_eq!((again.status, &again.json()["number"]), (StatusCode::OK, &first.json()["number"]));
    let mut colon = named_key(&site, "dup:1").await;
    let mut joint = lamp();
    joint["foreign_id"] = "1:2".into();
    assert_eq!(post(&mut one, "/api/v1/reports", &joint).await.status, StatusCode::CREATED);
    joint["foreign_id"] = "2".into();
    assert_eq!(post(&mut colon, "/api/v1/reports", &joint).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_filter_without_a_value_is_refused_by_name() {
    let site = site().await;
    for name in ["open", "status", "category", "district", "from", "cursor", "limit"] {
        let answer = site.browser().get(&format!("/api/v1/reports?{name}=")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{name}: {}", answer.text);
        assert_eq!(problem(&answer)["errors"][0]["field"], name);
    }
}

#[tokio::test]
async fn what_the_form_asks_for_is_described_tagged_and_speaks_of_codes_as_the_rest_does() {
    let site = site().await;
    for path in ["/api/v1/places/at?lat=-2.55&lon=120.33", "/api/v1/areas/732201/villages"] {
        let answer = site.browser().get(path).await;
        let tag = answer.headers["etag"].to_str().expect("tag").to_owned();
        let again = site.browser().with("if-none-match", &tag).get(path).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    let villages = site.browser().get("/api/v1/areas/73.22.01/villages").await.json();
    assert!(villages["items"][0]["code"].is_i64(), "{villages}");
    for query in ["", "lat=-2.55", "lat=&lon=120", "lat=x&lon=120", "lat=91&lon=120", "lat=NaN&lon=120"] {
        let answer = site.browser().get(&format!("/api/v1/places/at?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        problem(&answer);
    }
}

#[tokio::test]
async fn a_point_outside_is_told_by_the_fields_that_the_body_has() {
    let site = site().await;
    crate::open311::with_boundary(&site).await;
    let mut browser = writer(&site).await;
    let mut body = lamp();
    body["lat"] = (-3.0).into();
    let answer = post(&mut browser, "/api/v1/reports", &body).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text);
    let problem = problem(&answer);
    let fields: Vec<_> = problem["errors"].as_array().expect("errors").iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["lat", "lon"]);
}

#[tokio::test]
async fn an_agencys_own_program_pauses_plans_and_hands_back_and_a_coordinators_reminds_and_merges() {
    let site = site().await;
    let dishub = site.app.directory.of(TEST_REGION).await.expect("place").agencies[0].id;
    let mut agency = bound_key(&site, "Dishub", Some(dishub)).await;
    let mut coordinator = writer(&site).await;
    let (one, other, third) =
        (submit(&mut coordinator).await, submit(&mut coordinator).await, submit(&mut coordinator).await);
    let at = |number: &str, step: &str| format!("/api/v1/reports/{number}/{step}");
    for number in [&one, &other] {
        for (step, body) in [("verify", json!({ "class": "complaint" })), ("assign", json!({ "agency": "Dishub" }))] {
            let done = post(&mut coordinator, &at(number, step), &body).await;
            assert_eq!(done.status, StatusCode::OK, "{step}: {}", done.text);
        }
        let begun = post(&mut agency, &at(number, "start"), &json!({})).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    }
    for (step, body, status) in [
        ("pause", json!({ "days": 0, "text": "Menunggu bahan" }), StatusCode::UNPROCESSABLE_ENTITY),
        ("pause", json!({ "days": 3, "text": "Menunggu bahan" }), StatusCode::OK),
        ("pause", json!({ "days": 3, "text": "Menunggu bahan" }), StatusCode::CONFLICT),
        ("resume", json!({}), StatusCode::OK),
        ("remind", json!({}), StatusCode::FORBIDDEN),
        ("escalate", json!({ "reason": "Lama" }), StatusCode::FORBIDDEN),
        ("plan", json!({ "year": 1, "reason": "Perlu anggaran" }), StatusCode::UNPROCESSABLE_ENTITY),
        ("plan", json!({ "year": 2027, "reason": "Perlu anggaran" }), StatusCode::OK),
    ] {
        let done = post(&mut agency, &at(&one, step), &body).await;
        assert_eq!(done.status, status, "{step}: {}", done.text);
    }
    for (number, step, body, status) in [
        (&other, "remind", json!({}), StatusCode::OK),
        (&other, "remind", json!({}), StatusCode::CONFLICT),
        (&other, "escalate", json!({ "reason": "Mendesak" }), StatusCode::OK),
        (&third, "merge", json!({ "into": &other }), StatusCode::OK),
        (&third, "unmerge", json!({}), StatusCode::OK),
        (&third, "out-of-authority", json!({ "body": "PLN", "text": "Kami teruskan ke PLN" }), StatusCode::OK),
    ] {
        let done = post(&mut coordinator, &at(number, step), &body).await;
        assert_eq!(done.status, status, "{step}: {}", done.text);
    }
    let read = site.browser().get(&format!("/api/v1/reports/{third}")).await.json();
    assert_eq!(read["status"], "out_of_authority");
}
