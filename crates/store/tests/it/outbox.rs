use std::sync::{Arc, Mutex};

use simpul_kernel::clock::HOUR_MICROS;
use simpul_kernel::{Actor, Ctx};
use simpul_store::outbox::{Gateways, TextGateway, TryAgain, list};
use simpul_store::testing::{TEST_REGION, TestDb};
use simpul_store::{Action, Channel, Message, Result, Tx};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
    (Gateways { smtp: None, text }, seen)
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
