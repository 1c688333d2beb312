//! A screen that watches the live stream through whatever happens to the server, and remembers what it was shown.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "a screen waits by the machine's clock; a test stops at the first surprise"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use simpul_kernel::SeededEntropy;

/// Longest time without a byte before the screen gives its connection up.
const SILENCE_MAX: Duration = Duration::from_secs(20);
/// The last line must have come by then.
const CATCH_UP_MAX: Duration = Duration::from_secs(30);

/// What one screen knows.
pub struct Watcher {
    /// The `id` of the last event, as a browser keeps it.
    last: String,
    /// `seq` of every line that was shown, in the order in which it was shown.
    pub seen: Vec<i64>,
    dice: SeededEntropy,
}

impl Watcher {
    /// A screen that begins before the first line.
    pub fn new(seed: u64) -> Watcher {
        Watcher { last: "7322:0".to_owned(), seen: Vec::new(), dice: SeededEntropy::new(seed) }
    }

    /// Watches until `stop`, leaving and coming back at random moments.
    pub fn watch(&mut self, address: SocketAddr, key: &str, stop: &AtomicBool) {
        while !stop.load(Ordering::SeqCst) {
            let until = Instant::now() + Duration::from_millis(2 + self.dice.next_u64() % 15);
            if self.open(address, key, |_| Instant::now() >= until).is_none() {
                return;
            }
        }
    }

    /// Comes back that often, and each time leaves after one line.
    pub fn leave_after_each(&mut self, address: SocketAddr, key: &str, times: usize) {
        for already in 0..times {
            self.open(address, key, |seen| seen.len() > already).expect("the server is up");
        }
    }

    /// Watches until the line `last` was shown.
    pub fn catch_up(&mut self, address: SocketAddr, key: &str, last: i64) {
        let until = Instant::now() + CATCH_UP_MAX;
        let arrived = |seen: &[i64]| seen.last().is_some_and(|seq| *seq >= last) || Instant::now() >= until;
        while !arrived(&self.seen) {
            self.open(address, key, arrived);
        }
    }

    /// Opens the stream where the last one ended and reads it until `enough` or until it breaks; `None` where nobody
    /// answers.
    fn open(&mut self, address: SocketAddr, key: &str, enough: impl Fn(&[i64]) -> bool) -> Option<()> {
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(SILENCE_MAX)).ok()?;
        // HTTP/1.0 has no chunks: what comes is the stream itself.
        let request = format!(
            "GET /api/v1/live?topics=report HTTP/1.0\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
             last-event-id: {}\r\n\r\n",
            self.last
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let status = lines.next()?;
        assert!(status.contains(" 200 "), "{status}");
        let (mut id, mut event) = (None, None);
        for line in lines.skip_while(|line| !line.is_empty()).skip(1) {
            match line.split_once(": ") {
                Some(("id", value)) => id = Some(value.to_owned()),
                Some(("event", value)) => event = Some(value.to_owned()),
                // An event counts when its empty line has come, as in a browser.
                _ if line.is_empty() => self.dispatch(id.take(), event.take()),
                _ => {}
            }
            if line.is_empty() && enough(&self.seen) {
                break;
            }
        }
        Some(())
    }

    fn dispatch(&mut self, id: Option<String>, event: Option<String>) {
        let Some(id) = id else { return };
        if event.is_some_and(|kind| kind.starts_with("report.")) {
            let (_, seq) = id.split_once(':').expect("REGION:SEQ");
            self.seen.push(seq.parse().expect("a number"));
        }
        self.last = id;
    }
}
