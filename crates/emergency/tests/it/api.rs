//! The API: the webhook of telephone systems, and the console for programs.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use simpul_emergency::actions::{AddUnit, SeedTypes};
use simpul_kernel::Actor;
use simpul_kernel::format::iso;
use simpul_people::{KeyScope, NewApiKey};
use simpul_shell::testing::{Browser, TestAnswer, TestSite};
use simpul_store::testing::TEST_REGION;

pub(crate) struct Line {
    site: TestSite,
    switch: Browser,
    console: Browser,
}

async fn key(site: &TestSite, name: &str, scope: KeyScope) -> Browser {
    let ctx = site.db.ctx(Actor::system("test"));
    let new =
        NewApiKey { name: name.to_owned(), scopes: vec![scope], agency: None, expires_at: None, per_minute: None };
    let (_, key) = site.app.doorman.new_api_key(&ctx, new).await.unwrap();
    site.browser().with("authorization", &format!("Bearer {key}"))
}

pub(crate) async fn line() -> Line {
    let rooms = [simpul_emergency::MIGRATIONS];
    let build =
        |builder: simpul_shell::AppBuilder| simpul_emergency::furnish(builder.messages(simpul_emergency::MESSAGES));
    let site = TestSite::new(&rooms, simpul_emergency::routes(), build).await.unwrap();
    let ctx = site.db.ctx(Actor::system("test"));
    site.db.db.write(&ctx, SeedTypes).await.unwrap();
    let agency = site.agency("Damkar").await.unwrap();
    let base = simpul_kernel::geo::Point::from_degrees(-2.55, 120.33).ok();
    let add = AddUnit { agency, call_sign: "DK-1".to_owned(), kind: "fire".to_owned(), base };
    site.db.db.write(&ctx, add).await.unwrap();
    let switch = key(&site, "utama", KeyScope::Trunk).await;
    let console = key(&site, "konsol", KeyScope::Write).await;
    Line { site, switch, console }
}

impl Line {
    pub(crate) fn word(&self, event: &str) -> Value {
        let at = iso(self.site.db.db.env().now(), simpul_kernel::calendar::Zone::Wita);
        json!({ "event": event, "call_id": "7.42", "caller_number": "0812", "called_number": "112", "at": at })
    }

    pub(crate) async fn tell(&mut self, word: &Value) -> TestAnswer {
        self.switch.send_json(Method::POST, "/api/v1/emergency/cti/utama", word).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: Value) -> TestAnswer {
        self.console.send_json(Method::POST, &format!("/api/v1/emergency/{path}"), &body).await
    }

    pub(crate) async fn get(&mut self, path: &str) -> Value {
        let answer = self.console.get(&format!("/api/v1/emergency/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.json()
    }
}

#[tokio::test]
async fn a_switch_tells_of_a_call_and_is_told_its_id_and_state() {
    let mut line = line().await;
    let ringing = line.word("ringing");
    let told = line.tell(&ringing).await;
    assert_eq!(told.status, StatusCode::ACCEPTED, "{}", told.text);
    assert_eq!(told.json()["state"], "ringing");
    assert_eq!(line.tell(&ringing).await.json(), told.json(), "the same word again");
    line.site.db.clock.advance(5_000_000);
    let answered = line.word("answered");
    assert_eq!(line.tell(&answered).await.json()["state"], "answered");
    let found = line.get("calls?call_id=7.42").await;
    assert_eq!(found["calls"][0]["id"], told.json()["id"]);
    assert_eq!(found["calls"][0]["caller_number"], "0812");
    assert_eq!(found["calls"][0]["waited_seconds"], 5.0);
}

#[tokio::test]
async fn a_wrong_key_is_401_and_a_wrong_word_422_with_the_reason() {
    let mut line = line().await;
    let word = line.word("ringing");
    let path = "/api/v1/emergency/cti/utama";
    for browser in
        [line.site.browser(), line.site.browser().with("authorization", "Bearer sk_salah"), line.console.clone()]
    {
        let mut browser = browser;
        let answer = browser.send_json(Method::POST, path, &word).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    }
    let other = line.switch.send_json(Method::POST, "/api/v1/emergency/cti/lain", &word).await;
    assert_eq!(other.status, StatusCode::UNAUTHORIZED);
    for (field, value) in [("event", "exploded"), ("at", "kemarin"), ("at", "1999-01-01T00:00:00Z"), ("call_id", "")] {
        let mut wrong = word.clone();
        wrong[field] = json!(value);
        let answer = line.tell(&wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{}", answer.text);
    }
    assert_eq!(line.get("calls").await["calls"], json!([]), "nothing of it was kept");
}

#[tokio::test]
async fn of_two_programs_one_claims_the_call_and_the_other_is_told_409() {
    let mut line = line().await;
    let word = line.word("ringing");
    let id = line.tell(&word).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/emergency/calls/{id}/claim");
    let mut other = key(&line.site, "konsol 2", KeyScope::Write).await;
    assert_eq!(line.post(&format!("calls/{id}/claim"), json!({})).await.status, StatusCode::OK);
    let late = other.send(Method::POST, &path, None, axum::body::Body::empty()).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);
    let word = line.word("answered");
    line.tell(&word).await;
    let said = line.post(&format!("calls/{id}/classify"), json!({ "class": "ghost", "outcome": "none" })).await;
    assert_eq!(said.json()["class"], "ghost", "{}", said.text);
    let wrong = line.post(&format!("calls/{id}/classify"), json!({ "class": "unclassified", "outcome": "none" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn an_incident_is_opened_recommended_for_sent_to_and_merged() {
    let mut line = line().await;
    let body = json!({ "type": "structure_fire", "lat": -2.55, "lon": 120.33, "landmark": "depan SD 101" });
    let opened = line.post("incidents", body.clone()).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
    let id = opened.json()["id"].as_str().unwrap().to_owned();
    let advice = line.get(&format!("incidents/{id}/recommendation")).await;
    assert_eq!(advice["units"][0]["call_sign"], "DK-1");
    assert_eq!(advice["shortfalls"][0]["wanted"], 2);
    let units = json!({ "units": [advice["units"][0]["unit"]] });
    let sent = line.post(&format!("incidents/{id}/dispatches"), units).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let dispatch = sent.json()["dispatches"][0]["id"].as_str().unwrap().to_owned();
    let step = format!("incidents/{id}/dispatches/{dispatch}/step");
    assert_eq!(line.post(&step, json!({ "state": "on_scene" })).await.status, StatusCode::OK);
    let back = line.post(&step, json!({ "state": "en_route" })).await;
    assert_eq!(back.status, StatusCode::CONFLICT, "{}", back.text);
    assert_eq!(line.get(&format!("incidents/{id}")).await["state"], "on_scene");

    let other = line.post("incidents", body).await.json()["number"].as_str().unwrap().to_owned();
    assert_eq!(line.post(&format!("incidents/{other}/merge"), json!({ "into": id })).await.status, StatusCode::OK);
    assert_eq!(line.get(&format!("incidents/{id}")).await["merged"].as_array().unwrap().len(), 1);
    assert_eq!(line.post(&format!("incidents/{other}/unmerge"), json!({})).await.json()["state"], "open");
}

#[tokio::test]
async fn a_place_or_a_type_that_is_none_is_told_and_nothing_is_opened() {
    let mut line = line().await;
    for (body, field) in [
        (json!({ "type": "structure_fire" }), "place"),
        (json!({ "type": "ufo", "landmark": "pasar" }), "type"),
        (json!({ "type": "flood", "lat": -2.5 }), "lat"),
        (json!({ "type": "flood", "village": 1 }), "village"),
        (json!({ "type": "flood", "landmark": "pasar", "priority": 6 }), "priority"),
    ] {
        let answer = line.post("incidents", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    assert_eq!(line.get("incidents").await["incidents"], json!([]));
}

#[tokio::test]
async fn the_recap_counts_every_call_once() {
    let mut line = line().await;
    for (call_id, words) in [("a", vec!["ringing", "answered", "ended"]), ("b", vec!["ringing", "abandoned"])] {
        for event in words {
            let mut word = line.word(event);
            word["call_id"] = json!(call_id);
            line.tell(&word).await;
            line.site.db.clock.advance(4_000_000);
        }
    }
    let month = iso(line.site.db.db.env().now(), simpul_kernel::calendar::Zone::Wita)[..7].to_owned();
    let recap = line.get(&format!("recap?month={month}")).await;
    assert_eq!((&recap["received"], &recap["answered"], &recap["abandoned"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!(recap["answer_p90_seconds"], 4.0);
    let classes: i64 = recap["classes"].as_array().unwrap().iter().map(|class| class["count"].as_i64().unwrap()).sum();
    assert_eq!(classes, 2);
    for part in ["hour", "type", "district"] {
        let parts = recap["calls_by"].as_array().unwrap().iter().filter(|one| one["by"] == part);
        assert_eq!(parts.map(|one| one["count"].as_i64().unwrap()).sum::<i64>(), 2, "{part}");
    }
    assert_eq!(recap["times"][0]["within"], 1.0, "{recap}");
    let wrong = line.console.get("/api/v1/emergency/recap?month=november").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
}

#[tokio::test]
async fn a_unit_tells_where_it_is() {
    let mut line = line().await;
    let id = line.get("units").await["units"][0]["id"].as_str().unwrap().to_owned();
    let moved = line.post(&format!("units/{id}/position"), json!({ "lat": -2.54, "lon": 120.32 })).await;
    assert_eq!(moved.json()["news"], true, "{}", moved.text);
    let wrong = line.post(&format!("units/{id}/position"), json!({ "lat": 200.0, "lon": 120.32 })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(line.get("units").await["units"][0]["position"]["lat"], -2.54);
}

#[tokio::test]
async fn a_key_for_reading_sees_no_call() {
    let line = line().await;
    let mut reader = key(&line.site, "baca", KeyScope::Read).await;
    for path in ["calls", "incidents", "units"] {
        let answer = reader.get(&format!("/api/v1/emergency/{path}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn each_unit_on_the_move_is_counted_by_itself_and_the_key_is_not() {
    let line = line().await;
    let ctx = line.site.db.ctx(Actor::system("test"));
    let agency = line.site.app.directory.of(TEST_REGION).await.unwrap().agencies[0].id;
    let mut units = Vec::new();
    for call_sign in ["DK-2", "DK-3"] {
        let add = AddUnit { agency, call_sign: call_sign.to_owned(), kind: "fire".to_owned(), base: None };
        units.push(line.site.db.db.write(&ctx, add).await.unwrap());
    }
    let scopes = vec![KeyScope::Write];
    let new = NewApiKey { name: "gerbang".to_owned(), scopes, agency: None, expires_at: None, per_minute: Some(1) };
    let (_, key) = line.site.app.doorman.new_api_key(&ctx, new).await.unwrap();
    let mut gate = line.site.browser().with("authorization", &format!("Bearer {key}"));
    let place = json!({ "lat": -2.54, "lon": 120.32 });
    let path = |id: uuid::Uuid| format!("/api/v1/emergency/units/{id}/position");
    for _ in 0..3 {
        for unit in &units {
            let answer = gate.send_json(Method::POST, &path(*unit), &place).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        }
    }
    let mut fast = 0;
    while gate.send_json(Method::POST, &path(units[0]), &place).await.status == StatusCode::OK {
        fast += 1;
        assert!(fast < 100, "nobody stops a unit that tells faster than once a second");
    }
    let other = gate.send_json(Method::POST, &path(units[1]), &place).await;
    assert_eq!(other.status, StatusCode::OK, "the other unit is not held up: {}", other.text);
    let nobody = gate.send_json(Method::POST, &path(uuid::Uuid::from_u128(9)), &place).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND, "{}", nobody.text);
    let nobody = gate.send_json(Method::POST, &path(uuid::Uuid::from_u128(8)), &place).await;
    assert_eq!(nobody.status, StatusCode::TOO_MANY_REQUESTS, "units that nobody has are counted by the key");
}
