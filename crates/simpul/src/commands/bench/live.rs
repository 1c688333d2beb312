//! `bench live`: one journal line to many open screens, until the last has it, against a bare loop that sends the same
//! bytes to as many sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use simpul_people::KeyScope;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, broadcast};
use tokio::task::JoinSet;

use super::measure::{at, now};
use super::{House, failed};
use crate::failure::Failure;
use crate::terminal::{note, say};

/// Lines sent in one measurement.
const LINES_COUNT: usize = 100;
/// Longest wait for a line to be everywhere.
const LINE_MAX_WAIT: Duration = Duration::from_secs(10);

/// Counts the screens that have seen a line.
#[derive(Debug, Default)]
struct Seen {
    count: AtomicUsize,
    all: Notify,
}

impl Seen {
    fn one_more(&self, of: usize) {
        if self.count.fetch_add(1, Ordering::AcqRel) + 1 == of {
            self.all.notify_one();
        }
    }

    /// Waits until every screen has seen the line, and begins to count the next one.
    async fn everywhere(&self) -> Result<(), Failure> {
        let waited = tokio::time::timeout(LINE_MAX_WAIT, self.all.notified()).await;
        let seen = self.count.swap(0, Ordering::AcqRel);
        waited.map_err(|_| Failure::Store(format!("after {LINE_MAX_WAIT:?} only {seen} screens had the line")))
    }
}

/// Measures and prints the table.
pub async fn run(house: &House, screens: usize) -> Result<(), Failure> {
    if screens == 0 {
        return Err(Failure::Usage("--screens: at least one".into()));
    }
    note(format_args!("{screens} sockets, bare"));
    let bare = bare(screens).await?;
    note(format_args!("{screens} screens"));
    let (address, serving, key) = house.serve(&[KeyScope::Read]).await?;
    let request = format!(
        "GET /api/v1/live?topics=report HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\
         authorization: Bearer {key}\r\n\r\n"
    );
    let live = tokio::select! {
        measured = watched(house, address, request, screens) => measured?,
        ended = serving => return Err(ended),
    };
    say(format_args!(
        "one line to {screens} screens, until the last has it, {LINES_COUNT} lines\n\
         | what | p50 ms | p99 ms | ratio |\n|---|---:|---:|---:|\n\
         | bare sockets | {:.1} | {:.1} |  |\n| journal to screens | {:.1} | {:.1} | {:.1} × bare |",
        at(&bare, 50),
        at(&bare, 99),
        at(&live, 50),
        at(&live, 99),
        at(&live, 50) / at(&bare, 50)
    ));
    Ok(())
}

fn sorted(mut millis: Vec<f64>) -> Vec<f64> {
    millis.sort_unstable_by(f64::total_cmp);
    millis
}

/// Opens a stream that the server has granted.
pub async fn listen(address: SocketAddr, request: &str) -> Result<BufReader<TcpStream>, Failure> {
    let mut stream = BufReader::new(TcpStream::connect(address).await.map_err(failed)?);
    stream.write_all(request.as_bytes()).await.map_err(failed)?;
    let mut line = String::new();
    stream.read_line(&mut line).await.map_err(failed)?;
    match line.contains(" 200 ") {
        true => Ok(stream),
        false => Err(Failure::Store(format!("the stream answered {}", line.trim_end()))),
    }
}

/// Opens the screens, each a task of its own that reads its stream and counts the events.
async fn open(address: SocketAddr, request: &str, screens: usize, seen: &Arc<Seen>) -> Result<JoinSet<()>, Failure> {
    let mut open = JoinSet::new();
    for _ in 0..screens {
        let mut stream = listen(address, request).await?;
        let seen = seen.clone();
        open.spawn(async move {
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                if line.starts_with("id: ") {
                    seen.one_more(screens);
                }
                line.clear();
            }
        });
    }
    Ok(open)
}

/// From the call that writes a report until its line stands on every screen: the commit is in it.
async fn watched(house: &House, address: SocketAddr, request: String, screens: usize) -> Result<Vec<f64>, Failure> {
    let seen = Arc::<Seen>::default();
    let _open = open(address, &request, screens, &seen).await?;
    let mut took = Vec::with_capacity(LINES_COUNT);
    for _ in 0..LINES_COUNT {
        let begun = now();
        house.db.write(&house.ctx(), house.submit()).await?;
        seen.everywhere().await?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(sorted(took))
}

/// The ceiling: a task a socket that passes on the same bytes as soon as they are there. Nothing is stored.
pub async fn bare(screens: usize) -> Result<Vec<f64>, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let (send, _) = broadcast::channel::<Arc<str>>(16);
    let seen = Arc::<Seen>::default();
    let mut serving = JoinSet::new();
    let sender = send.clone();
    serving.spawn(async move {
        let mut sockets = JoinSet::new();
        while let Ok((socket, _)) = listener.accept().await {
            sockets.spawn(pass_on(socket, sender.subscribe()));
        }
    });
    let _open = open(address, "GET / HTTP/1.1\r\n\r\n", screens, &seen).await?;
    let mut took = Vec::with_capacity(LINES_COUNT);
    for line in 0..LINES_COUNT {
        let begun = now();
        let body = "x".repeat(300);
        let _ = send.send(format!("id: 7322:{line}\nevent: report.submitted\ndata: {body}\n\n").into());
        seen.everywhere().await?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    Ok(sorted(took))
}

async fn pass_on(mut socket: TcpStream, mut lines: broadcast::Receiver<Arc<str>>) {
    let mut request = [0; 1024];
    if socket.read(&mut request).await.is_err() || socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.is_err() {
        return;
    }
    while let Ok(line) = lines.recv().await {
        if socket.write_all(line.as_bytes()).await.is_err() {
            return;
        }
    }
}
