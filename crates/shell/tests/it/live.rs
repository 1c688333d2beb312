//! The live streams: what comes, to whom, and from where after a break.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Method, StatusCode};
use futures_util::StreamExt;
use simpul_kernel::limits::{LIVE_PUBLIC_GAP_MAX_LINES, LIVE_STREAMS_PER_VIEWER_MAX_COUNT};
use simpul_kernel::{Actor, Role};
use simpul_people::actions::SetGrants;
use simpul_shell::testing::{Browser, TestSite};
use simpul_store::testing::TEST_REGION;

use crate::support::{self, Many, Note};

struct Stream {
    body: BodyDataStream,
    text: String,
}

async fn open(browser: &mut Browser, path: &str) -> Stream {
    let (status, headers, body) = browser.open(Method::GET, path, None, Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers["content-type"].to_str().unwrap().starts_with("text/event-stream"));
    assert!(!headers.contains_key("content-encoding"));
    Stream { body: body.into_data_stream(), text: String::new() }
}

impl Stream {
    /// Reads until `wanted` has come.
    async fn until(&mut self, wanted: &str) -> String {
        let read = async {
            while !self.text.contains(wanted) {
                let bytes = self.body.next().await.expect("the stream goes on").unwrap();
                self.text.push_str(std::str::from_utf8(&bytes).unwrap());
            }
        };
        let outcome = tokio::time::timeout(Duration::from_secs(10), read).await;
        assert!(outcome.is_ok(), "{wanted} did not come: {}", self.text);
        std::mem::take(&mut self.text)
    }
}

async fn note(site: &TestSite, kind: &'static str) -> i64 {
    let ctx = site.db.ctx(simpul_kernel::Actor::system("test"));
    site.db.db.write(&ctx, Note { name: "x".into(), key: None, kind }).await.unwrap();
    let mut conn = site.db.db.read(TEST_REGION).await.unwrap();
    simpul_store::journal::head(&mut conn).await.unwrap().0
}

#[tokio::test]
async fn a_line_comes_with_its_place_kind_and_what_the_room_shows() {
    let site = support::site().await;
    let mut stream = open(&mut site.browser(), "/api/v1/live?topics=sample").await;
    stream.until("event: heartbeat").await;
    let seq = note(&site, "sample.noted").await;
    let text = stream.until("sample.noted\"").await;
    assert!(text.contains(&format!("id: 7322:{seq}\nevent: sample.noted\ndata: {{")), "{text}");
    let data: serde_json::Value =
        serde_json::from_str(text.lines().rev().find_map(|line| line.strip_prefix("data: ")).unwrap()).unwrap();
    assert_eq!(data["seq"], seq);
    assert_eq!(data["text"], "loaded sample.noted");
    assert_eq!(data["at"], "2026-11-02T09:00:00+08:00");
}

#[tokio::test]
async fn what_a_viewer_may_not_see_does_not_come() {
    let site = support::site().await;
    let mut officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let mut seen = open(&mut officer, "/api/v1/live?topics=sample").await;
    let mut public = open(&mut site.browser(), "/api/v1/live?topics=sample").await;
    seen.until("heartbeat").await;
    public.until("heartbeat").await;
    note(&site, "sample.hidden").await;
    note(&site, "other.noted").await;
    note(&site, "sample.secret").await;
    note(&site, "sample.noted").await;
    let officer_text = seen.until("event: sample.noted").await;
    assert!(officer_text.contains("event: sample.secret") && !officer_text.contains("sample.hidden"));
    let public_text = public.until("event: sample.noted").await;
    assert!(!public_text.contains("secret") && !public_text.contains("hidden") && !public_text.contains("other"));
}

#[tokio::test]
async fn a_stream_goes_on_where_it_was_broken_off_without_hole_or_double() {
    let site = support::site().await;
    let first = note(&site, "sample.noted").await;
    for _ in 0..20 {
        note(&site, "sample.noted").await;
    }
    let mut browser = site.browser().with("last-event-id", &format!("7322:{first}"));
    let mut stream = open(&mut browser, "/api/v1/live?topics=sample").await;
    let text = stream.until(&format!("id: 7322:{}\nevent: sample.noted", first + 20)).await;
    let ids: Vec<i64> = text
        .split("\n\n")
        .filter(|event| event.contains("event: sample.noted"))
        .map(|event| event.split("7322:").nth(1).unwrap().split('\n').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ids, (first + 1..=first + 20).collect::<Vec<_>>());
    let mut after = open(&mut site.browser(), &format!("/api/v1/live?topics=sample&after={}", first + 19)).await;
    let text = after.until(&format!("id: 7322:{}\nevent: sample", first + 20)).await;
    assert_eq!(text.matches("event: sample.noted").count(), 1);
}

#[tokio::test]
async fn a_screen_from_before_a_restore_is_told_to_read_anew_and_goes_on() {
    let site = support::site().await;
    let head = note(&site, "sample.noted").await;
    let mut browser = site.browser().with("last-event-id", "7322:99999");
    let mut stream = open(&mut browser, "/api/v1/live?topics=sample").await;
    stream.until(&format!("id: 7322:{head}\nevent: restored\ndata: {{\"at\":")).await;
    let seq = note(&site, "sample.noted").await;
    stream.until(&format!("id: 7322:{seq}\nevent: sample.noted")).await;
    let mut sound =
        open(&mut site.browser().with("last-event-id", &format!("7322:{head}")), "/api/v1/live?topics=sample").await;
    assert!(!sound.until(&format!("id: 7322:{seq}\nevent: sample.noted")).await.contains("restored"));
}

#[tokio::test]
async fn a_silent_stream_shows_that_it_lives_and_where_it_is() {
    let site = support::site().await;
    let mut stream = open(&mut site.browser(), "/api/v1/live?topics=sample").await;
    stream.until("heartbeat").await;
    let seq = note(&site, "other.noted").await;
    let text = stream.until(&format!("id: 7322:{seq}\nevent: heartbeat")).await;
    assert!(text.contains("data: {\"at\":"));
}

#[tokio::test]
async fn a_place_or_topic_that_is_none_is_refused() {
    let site = support::site().await;
    let mut browser = site.browser();
    for path in
        ["/api/v1/live", "/api/v1/live?topics=", "/api/v1/live?topics=nothing", "/api/v1/live?topics=sample&after=x"]
    {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    let other_region = browser.with("last-event-id", "3520:1").get("/api/v1/live?topics=sample").await;
    assert_eq!(other_region.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_screen_of_officers_gets_pieces_of_its_page_and_the_public_none() {
    let site = support::site().await;
    assert_eq!(site.browser().get("/langsung?layar=contoh").await.status, StatusCode::UNAUTHORIZED);
    let mut officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    assert_eq!(officer.get("/langsung?layar=nothing").await.status, StatusCode::NOT_FOUND);
    let mut stream = open(&mut officer, "/langsung?layar=contoh").await;
    stream.until("heartbeat").await;
    note(&site, "sample.noted").await;
    let text = stream.until("</hx-partial>").await;
    let event = text.split("\n\n").find(|event| event.contains("hx-partial")).unwrap();
    assert!(!event.contains("event:"), "an unnamed event is what htmx swaps in: {event}");
    assert!(event.contains("data: Contoh</hx-partial>"));
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let site = support::site().await;
    let mut officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let mut stream = open(&mut officer, "/api/v1/live?topics=sample").await;
    stream.until("heartbeat").await;
    officer.post("/keluar", &[]).await;
    let ended = tokio::time::timeout(Duration::from_secs(25), async {
        while let Some(bytes) = stream.body.next().await {
            bytes.unwrap();
        }
    });
    assert!(ended.await.is_ok(), "the stream is still open");
}

#[tokio::test]
async fn a_right_that_was_taken_away_shows_nothing_more_on_an_open_stream() {
    let site = support::site().await;
    let mut browser = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    let officer = site.app.directory.of(TEST_REGION).await.unwrap().officers()[0].id;
    let mut events = open(&mut browser, "/api/v1/live?topics=sample").await;
    let mut pieces = open(&mut browser, "/langsung?layar=contoh").await;
    events.until("heartbeat").await;
    pieces.until("heartbeat").await;
    note(&site, "sample.secret").await;
    events.until("event: sample.secret").await;
    pieces.until("</hx-partial>").await;
    let ctx = site.db.ctx(Actor::system("test"));
    site.app.directory.write(&ctx, SetGrants { officer, grants: Vec::new() }).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    note(&site, "sample.secret").await;
    note(&site, "sample.noted").await;
    let text = events.until("event: sample.noted").await;
    assert!(!text.contains("sample.secret"), "{text}");
    let text = pieces.until("</hx-partial>").await;
    assert_eq!(text.matches("<hx-partial").count(), 1, "{text}");
}

#[tokio::test]
async fn one_address_does_not_take_all_seats() {
    let site = support::site().await;
    let path = "/api/v1/live?topics=sample";
    let mut stranger = site.browser().with("x-forwarded-for", "203.0.113.9");
    let mut streams = Vec::new();
    for _ in 0..LIVE_STREAMS_PER_VIEWER_MAX_COUNT {
        streams.push(open(&mut stranger, path).await);
    }
    let refused = stranger.get(path).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers.contains_key("retry-after"));
    let officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    open(&mut officer.with("x-forwarded-for", "203.0.113.9"), path).await;
    streams.pop();
    open(&mut stranger, path).await;
}

#[tokio::test]
async fn the_public_goes_on_after_a_gap_and_not_from_the_beginning_of_the_journal() {
    let site = support::site().await;
    let first = note(&site, "sample.noted").await;
    let ctx = site.db.ctx(Actor::system("test"));
    site.db.db.write(&ctx, Many(LIVE_PUBLIC_GAP_MAX_LINES)).await.unwrap();
    let from = |seq: i64| format!("/api/v1/live?topics=sample&after={seq}");
    let mut stranger = site.browser().with("x-forwarded-for", "203.0.113.9");
    let far = stranger.get(&from(first - 1)).await;
    assert_eq!(far.status, StatusCode::GONE, "{}", far.text);
    assert_eq!(far.json()["type"], "urn:simpul:shell.trouble.place_far");
    open(&mut stranger, &from(first)).await;
    let officer = site.sign_in_as(Role::ReportCoordinator, None).await.unwrap();
    open(&mut officer.with("x-forwarded-for", "203.0.113.9"), &from(0)).await;
}
