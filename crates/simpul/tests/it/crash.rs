//! Killed without warning at any moment, the server has lost nothing that it acknowledged, nothing stands twice, and
//! every screen was shown every line once.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use simpul_kernel::{Entropy, SeededEntropy};
use simpul_store::testing::TEST_REGION;
use simpul_store::{Db, args, journal};
use uuid::Uuid;

use crate::server::{Installation, exchange};
use crate::watcher::Watcher;

const KILLS_COUNT: usize = 50;
const CLIENTS_COUNT: u64 = 12;
const WATCHERS_COUNT: u64 = 6;
/// How often one more screen leaves and comes back when the last life is over.
const RECONNECTS_COUNT: usize = 1_000;

simpul_store::statements! {
    REPORT_IDS = "SELECT id FROM report WHERE region = $1";
    REPORT_LINES = "SELECT seq FROM journal WHERE region = $1 AND subject_kind = 'report' ORDER BY seq";
    SUBMITTED = "SELECT COUNT(*) FROM journal WHERE region = $1 AND kind = 'report.submitted'";
}

/// What the clients know: keys that were sent, and the ids that were acknowledged for them.
#[derive(Default)]
struct Ledger {
    sent: Mutex<Vec<Uuid>>,
    acknowledged: Mutex<HashMap<Uuid, String>>,
}

fn submit(address: SocketAddr, key: &str, idempotency: Uuid) -> Option<(u16, String)> {
    let body = "{\"category\":\"lampu_jalan\",\"village\":7322012001,\"text\":\"Lampu jalan mati sejak dua minggu\"}";
    exchange(
        address,
        &format!(
            "POST /api/v1/reports HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {key}\r\n\
             idempotency-key: {idempotency}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        ),
    )
}

impl Ledger {
    /// Answers whether the server is still there.
    fn send(&self, address: SocketAddr, key: &str, idempotency: Uuid) -> bool {
        let Some((status, body)) = submit(address, key, idempotency) else { return false };
        // While it is going down the server may say so; then nothing was promised.
        if status == 503 {
            return false;
        }
        assert_eq!(status, 201, "{body}");
        let id = serde_json::from_str::<serde_json::Value>(&body).unwrap()["id"].as_str().unwrap().to_owned();
        let before = self.acknowledged.lock().unwrap().insert(idempotency, id.clone());
        assert!(before.is_none_or(|before| before == id), "the same key was answered with two reports");
        true
    }

    /// Sends again what was not acknowledged, as a phone does when it has signal again.
    fn retry(&self, address: SocketAddr, key: &str) {
        let acknowledged: HashSet<Uuid> = self.acknowledged.lock().unwrap().keys().copied().collect();
        let sent = self.sent.lock().unwrap().clone();
        for idempotency in sent.into_iter().filter(|sent| !acknowledged.contains(sent)) {
            assert!(self.send(address, key, idempotency), "the server is up and must answer");
        }
    }

    fn load(&self, address: SocketAddr, key: &str, dice: &SeededEntropy, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            let mut bytes = [0; 16];
            dice.fill(&mut bytes);
            let idempotency = uuid::Builder::from_random_bytes(bytes).into_uuid();
            self.sent.lock().unwrap().push(idempotency);
            if !self.send(address, key, idempotency) {
                return;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the test lets the server work for a random while")]
fn one_life(house: &Installation, key: &str, ledger: &Ledger, dice: &SeededEntropy, watchers: &mut [Watcher]) {
    let server = house.serve();
    let address = server.address;
    ledger.retry(address, key);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS_COUNT {
            let (stop, own) = (&stop, SeededEntropy::new(dice.next_u64() ^ client));
            scope.spawn(move || ledger.load(address, key, &own, stop));
        }
        for watcher in watchers {
            let stop = &stop;
            scope.spawn(move || watcher.watch(address, key, stop));
        }
        std::thread::sleep(Duration::from_millis(20 + dice.next_u64() % 180));
        server.kill();
        stop.store(true, Ordering::SeqCst);
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_nothing_acknowledged_is_lost_and_nothing_is_doubled() {
    let house = Installation::with_region().await;
    let key = house.ok(&["apikey", "add", "--region", "7322", "--scope", "read,write", "crash test"]);
    let (key, ledger, dice) = (key.trim().to_owned(), Ledger::default(), SeededEntropy::new(112));
    let mut watchers: Vec<Watcher> = (0..WATCHERS_COUNT).map(Watcher::new).collect();
    for _ in 0..KILLS_COUNT {
        tokio::task::block_in_place(|| one_life(&house, &key, &ledger, &dice, &mut watchers));
    }
    // The last life begins with a retry, so that every key is acknowledged, and ends when every screen has seen it all.
    let server = house.serve();
    tokio::task::block_in_place(|| ledger.retry(server.address, &key));
    let lines = report_lines(&house.test.db).await;
    let last = *lines.last().expect("reports came in");
    for watcher in &mut watchers {
        tokio::task::block_in_place(|| watcher.catch_up(server.address, &key, last));
        assert_eq!(watcher.seen, lines, "a screen was shown every line once, in order");
    }
    let mut restless = Watcher::new(WATCHERS_COUNT);
    tokio::task::block_in_place(|| restless.leave_after_each(server.address, &key, RECONNECTS_COUNT.min(lines.len())));
    tokio::task::block_in_place(|| restless.catch_up(server.address, &key, last));
    assert_eq!(restless.seen, lines, "a screen that comes back again and again is shown every line once, in order");
    server.kill();

    let acknowledged = ledger.acknowledged.lock().unwrap().clone();
    assert_eq!(acknowledged.len(), ledger.sent.lock().unwrap().len());
    assert!(acknowledged.len() > KILLS_COUNT, "the load was no load: {}", acknowledged.len());
    compare(&house.test.db, &acknowledged).await;
    let verified = house.ok(&["journal", "verify"]);
    assert!(verified.starts_with("OK "), "{verified}");
}

async fn report_lines(db: &Db) -> Vec<i64> {
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let lines: Vec<(i64,)> = conn.all(&REPORT_LINES, args![]).await.unwrap();
    lines.into_iter().map(|(seq,)| seq).collect()
}

async fn compare(db: &Db, acknowledged: &HashMap<Uuid, String>) {
    let mut conn = db.read(TEST_REGION).await.unwrap();
    let stored: Vec<(Uuid,)> = conn.all(&REPORT_IDS, args![]).await.unwrap();
    let mut stored: Vec<String> = stored.into_iter().map(|(id,)| id.to_string()).collect();
    let mut promised: Vec<String> = acknowledged.values().cloned().collect();
    stored.sort();
    promised.sort();
    assert_eq!(stored, promised, "stored and acknowledged are the same reports, each once");
    let told: (i64,) = conn.one(&SUBMITTED, args![]).await.unwrap();
    assert_eq!(told.0, i64::try_from(promised.len()).unwrap());
    assert!(matches!(journal::verify(&mut conn, |_| ()).await.unwrap(), journal::Verdict::Whole { .. }));
}
