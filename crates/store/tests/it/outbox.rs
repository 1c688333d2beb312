use std::sync::{Arc, Mutex};

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Actor, Ctx};
use simpul_store::outbox::{ForgetSent, Gateways, OutboxEntry, Smtp, TextGateway, TryAgain, forget_about, list};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Action, Channel, Message, Result, Tx};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use crate::things::house;

struct Tell;

impl Action for Tell {
    type Output = Uuid;
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let message = Message {
            channel: Channel::Text,
            to: "+6281200000001".into(),
            subject: String::new(),
            body: "Laporan diterima".into(),
            about: None,
        };
        Ok(tx.outbox(ctx, message))
    }
}

struct TellInDrill;

impl Action for TellInDrill {
    type Output = Uuid;
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let message = Message {
            channel: Channel::Text,
            to: "+6281200000001".into(),
            subject: String::new(),
            body: "GLADI".into(),
            about: None,
        };
        Ok(tx.outbox_kept(ctx, message))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_drill_never_leaves_the_house() {
    let house = house().await;
    let (gateways, seen) = gateway(vec![200]).await;
    house.db.write(&house.ctx(Actor::citizen()), TellInDrill).await.unwrap();
    for _ in 0..3 {
        assert_eq!(house.send_outbox(&gateways).await.unwrap(), 0);
        house.clock.advance(HOUR_MICROS);
    }
    assert_eq!(state(&house).await, ("kept".to_owned(), 0));
    assert!(seen.lock().unwrap().is_empty());
}

/// A gateway that answers with these states, one a request, and keeps what it was sent.
async fn gateway(states: Vec<u16>) -> (Gateways, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/send", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = seen.clone();
    tokio::spawn(async move {
        for state in states {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut text = String::new();
            while !text.ends_with('}') {
                let mut buffer = [0; 2048];
                let n = stream.read(&mut buffer).await.unwrap();
                text.push_str(std::str::from_utf8(&buffer[..n]).unwrap());
            }
            kept.lock().unwrap().push(text);
            let answer = format!("HTTP/1.1 {state} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let text = Some(TextGateway { url, token: Some("secret".into()) });
    (Gateways { text, ..Gateways::default() }, seen)
}

async fn state(house: &TestDb) -> (String, i64) {
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    let entry = list(&mut conn, Uuid::max(), None, 10).await.unwrap().remove(0);
    (entry.state, entry.attempts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fails_is_tried_again_later_and_then_sent_once() {
    let house = house().await;
    let (gateways, seen) = gateway(vec![500, 200]).await;
    house.db.write(&house.ctx(Actor::citizen()), Tell).await.unwrap();
    house.send_outbox(&gateways).await.unwrap();
    assert_eq!(state(&house).await, ("waiting".to_owned(), 1));
    assert_eq!(house.send_outbox(&gateways).await.unwrap(), 0, "it waits before the next try");
    house.clock.advance(HOUR_MICROS);
    house.send_outbox(&gateways).await.unwrap();
    assert_eq!(state(&house).await.0, "sent");
    assert_eq!(house.send_outbox(&gateways).await.unwrap(), 0);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 2);
    assert!(seen[1].contains("Bearer secret") && seen[1].contains("Laporan diterima"), "{}", seen[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_good_stays_visible_and_can_be_tried_again_by_hand() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    let message = house.db.write(&ctx, Tell).await.unwrap();
    for _ in 0..8 {
        house.send_outbox(&Gateways::default()).await.unwrap();
        house.clock.advance(2 * HOUR_MICROS);
    }
    assert_eq!(state(&house).await, ("failed".to_owned(), 8));
    assert!(house.db.write(&ctx, TryAgain { message }).await.unwrap());
    assert_eq!(state(&house).await, ("waiting".to_owned(), 0));
}

/// A message about one thing, to one person.
struct TellAbout {
    channel: Channel,
    to: &'static str,
    about: Uuid,
}

impl Action for TellAbout {
    type Output = Uuid;
    async fn apply(&self, tx: &mut Tx, ctx: &Ctx) -> Result<Uuid> {
        let (subject, body) = ("Kabar laporan".to_owned(), "Laporan diterima".to_owned());
        let about = Some(("thing", self.about));
        Ok(tx.outbox(ctx, Message { channel: self.channel, to: self.to.into(), subject, body, about }))
    }
}

struct Forget(Uuid);

impl Action for Forget {
    type Output = u64;
    async fn apply(&self, tx: &mut Tx, _: &Ctx) -> Result<u64> {
        forget_about(tx, self.0).await
    }
}

async fn entry(house: &TestDb) -> OutboxEntry {
    let mut conn = house.db.read(TEST_REGION).await.unwrap();
    list(&mut conn, Uuid::max(), None, 10).await.unwrap().remove(0)
}

/// A mail server that knows nobody and says so with the address.
async fn mail_server() -> Gateways {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = tokio::io::BufReader::new(stream);
            stream.write_all(b"220 mail\r\n").await.unwrap();
            let mut line = String::new();
            while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
                let refused = line.starts_with("RCPT");
                let answer =
                    if refused { "550 5.1.1 <Warga.Uji@contoh.id>: unknown, +6281234567890\r\n" } else { "250 ok\r\n" };
                line.clear();
                if stream.write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
        }
    });
    Gateways { smtp: Some(Smtp { url, from: "simpul@contoh.id".into() }), ..Gateways::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_names_nobody_and_erasing_leaves_none() {
    let house = house().await;
    let (ctx, about) = (house.ctx(Actor::citizen()), Uuid::from_u128(7));
    let tell = TellAbout { channel: Channel::Email, to: "warga.uji@contoh.id", about };
    house.db.write(&ctx, tell).await.unwrap();
    house.send_outbox(&mail_server().await).await.unwrap();
    let error = entry(&house).await.last_error.unwrap();
    assert!(error.contains("unknown") && !error.to_lowercase().contains("warga") && !error.contains("8123"), "{error}");
    house.db.write(&ctx, Forget(about)).await.unwrap();
    let erased = entry(&house).await;
    assert_eq!((erased.state.as_str(), erased.recipient.as_str(), erased.last_error), ("erased", "", None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_erased_while_it_is_sent_stays_erased() {
    let house = house().await;
    let (ctx, about) = (house.ctx(Actor::citizen()), Uuid::from_u128(8));
    for answer in ["500 X", "200 OK"] {
        house.db.write(&ctx, TellAbout { channel: Channel::Text, to: "+6281234567890", about }).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/send", listener.local_addr().unwrap());
        let (db, erasing) = (house.db.clone(), ctx.clone());
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0; 2048];
            let _ = stream.read(&mut buffer).await.unwrap();
            db.write(&erasing, Forget(about)).await.unwrap();
            let answer = format!("HTTP/1.1 {answer}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let gateways = Gateways { text: Some(TextGateway { url, token: None }), ..Gateways::default() };
        assert_eq!(house.send_outbox(&gateways).await.unwrap(), 1);
        server.await.unwrap();
        let erased = entry(&house).await;
        assert_eq!((erased.state.as_str(), erased.last_error, erased.sent_at), ("erased", None, None), "{answer}");
        house.clock.advance(HOUR_MICROS);
        assert_eq!(house.send_outbox(&gateways).await.unwrap(), 0, "nothing waits");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_leave_is_kept_no_longer_than_what_did() {
    let house = house().await;
    let ctx = house.ctx(Actor::citizen());
    house.db.write(&ctx, Tell).await.unwrap();
    for _ in 0..8 {
        house.send_outbox(&Gateways::default()).await.unwrap();
        house.clock.advance(2 * HOUR_MICROS);
    }
    let waiting = house.db.write(&ctx, Tell).await.unwrap();
    let before = ctx.now().plus_micros(-24 * HOUR_MICROS);
    assert_eq!(house.db.write(&ctx, ForgetSent { before }).await.unwrap(), 0, "not yet");
    assert_eq!(house.db.write(&ctx, ForgetSent { before: ctx.now().plus_micros(1) }).await.unwrap(), 1);
    assert_eq!(entry(&house).await.id, waiting, "what still waits stays");
}
