//! `bench calls`: 112 under load: what the telephone system tells, what crews' telephones tell, and how far behind the
//! consoles are, against bare sockets that pass on the same number of lines.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use simpul_emergency::actions::{AddUnit, SeedTypes};
use simpul_kernel::Role;
use simpul_kernel::format::iso;
use simpul_people::KeyScope;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::client::Client;
use super::live::{bare, listen};
use super::measure::{at, now, peak_mib};
use super::reads::sign_in;
use super::{House, REGION, failed};
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Words of the telephone system a second, in the first measurement.
const WORDS_PER_SECOND: u32 = 100;
/// Calls a second of a minute with 300, in the last one; each says three words.
const CALLS_PER_SECOND: u32 = 5;
/// Open connections over which units tell where they are.
const UNIT_LINES_COUNT: usize = 20;
/// After the last word, so long are consoles waited for.
const AFTER: Duration = Duration::from_secs(3);
/// Meters of longitude at the equator are 1e7 / 111,320 of a degree: units move by some.
const STEP_E7: i64 = 900;

/// When a word about a call was sent, and when each console had it.
#[derive(Debug, Default)]
struct Log {
    sent: HashMap<String, Instant>,
    seen: HashMap<String, Vec<Instant>>,
}

type Shared = Arc<Mutex<Log>>;

fn with<T>(log: &Shared, change: impl FnOnce(&mut Log) -> T) -> T {
    change(&mut log.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// What a measurement amounts to.
struct Row {
    what: String,
    sent: usize,
    missing: usize,
    millis: Vec<f64>,
    answers: Vec<f64>,
}

/// Measures and prints the table.
pub async fn run(house: &House, consoles: usize, units: usize, seconds: u64) -> Result<(), Failure> {
    if consoles == 0 || units == 0 {
        return Err(Failure::Usage("--consoles and --units: at least one".into()));
    }
    note(format_args!("{consoles} sockets, bare"));
    let bare = bare(consoles).await?;
    let crews = furnish(house, units).await?;
    let cookie = sign_in(house, Role::CallTaker).await?;
    let (address, serving, key) = house.serve(&[KeyScope::Trunk, KeyScope::Write]).await?;
    let load = Load { house, address, key, consoles, cookie, seconds };
    let rows = tokio::select! {
        rows = load.all(&crews) => rows?,
        ended = serving => return Err(ended),
    };
    say(format_args!(
        "{consoles} consoles, {} units, {seconds} s each\n\
         | what | sent | not seen | p50 ms | p99 ms | most behind ms | answer p99 ms | ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|---|\n\
         | bare sockets | {} | 0 | {:.1} | {:.1} | {:.1} |  |  |",
        crews.len(),
        bare.len(),
        at(&bare, 50),
        at(&bare, 99),
        at(&bare, 100)
    ));
    for row in &rows {
        say(format_args!(
            "| {} | {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} × bare |",
            row.what,
            row.sent,
            row.missing,
            at(&row.millis, 50),
            at(&row.millis, 99),
            at(&row.millis, 100),
            at(&row.answers, 99),
            at(&row.millis, 50) / at(&bare, 50)
        ));
    }
    say(format_args!("memory at its most: {} MiB, server, consoles and load together", peak_mib()));
    Ok(())
}

/// Kinds of incidents, and the units.
async fn furnish(house: &House, count: usize) -> Result<Vec<String>, Failure> {
    let operator = house::operator(&house.db, REGION);
    house.db.write(&operator, SeedTypes).await?;
    let agency = house.desk.place.active_agencies().next().map(|agency| agency.id).unwrap_or_default();
    let mut units = Vec::with_capacity(count);
    for number in 0..count {
        let add = AddUnit { agency, call_sign: format!("U-{number}"), kind: "ambulance".to_owned(), base: None };
        units.push(house.db.write(&operator, add).await?.to_string());
    }
    Ok(units)
}

/// A word of the telephone system as its request's body.
fn word(event: &str, call: &str, at: &str) -> String {
    format!(
        r#"{{"event":"{event}","call_id":"{call}","caller_number":"081200000001","called_number":"112","at":"{at}"}}"#
    )
}

struct Load<'a> {
    house: &'a House,
    address: SocketAddr,
    key: String,
    consoles: usize,
    cookie: String,
    seconds: u64,
}

impl Load<'_> {
    async fn all(&self, crews: &[String]) -> Result<Vec<Row>, Failure> {
        note(format_args!("{WORDS_PER_SECOND} words of the telephone system a second"));
        let words = self.calls("CTI, 100 words a second", WORDS_PER_SECOND, &["ringing"]).await?;
        note(format_args!("{} units each second", crews.len()));
        let what = format!("CTI, 10 words a second, while {} units tell each second", crews.len());
        let told = async { self.calls(&what, 10, &["ringing"]).await };
        let (row, answers) = tokio::try_join!(told, self.positions(crews))?;
        let moved = Row { answers, ..row };
        note(format_args!("300 calls in a minute"));
        let calls = self.calls("300 calls a minute", CALLS_PER_SECOND, &["ringing", "answered", "ended"]).await?;
        Ok(vec![words, moved, calls])
    }

    fn request(&self, path: &str, body: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n\
             content-length: {}\r\n\r\n{body}",
            self.key,
            body.len()
        )
    }

    /// So many calls a second begin and go their way; each console is to show each of them.
    async fn calls(&self, what: &str, per_second: u32, words: &[&str]) -> Result<Row, Failure> {
        let log = Shared::default();
        let consoles = self.open(&log).await?;
        let mut client = Client::connect(self.address).await.map_err(failed)?;
        let (start, count) = (now(), u64::from(per_second) * self.seconds);
        let mut answers = Vec::new();
        for number in 0..count {
            tokio::time::sleep_until((start + Duration::from_secs(1) * number as u32 / per_second).into()).await;
            let call = format!("{what}-{number}");
            for event in words {
                let at = iso(self.house.db.env().now(), self.house.desk.place.region.zone);
                let request = self.request("/api/v1/emergency/cti/bench", &word(event, &call, &at));
                let begun = now();
                let (back, body) = client.ask(request).await?;
                client = back;
                answers.push(begun.elapsed().as_secs_f64() * 1e3);
                let id = id_of(&body)?;
                if *event == "ringing" {
                    with(&log, |log| log.sent.insert(id, begun));
                }
            }
        }
        tokio::time::sleep(AFTER).await;
        drop(consoles);
        let (sent, millis) = with(&log, |log| (log.sent.len(), log.waits()));
        let missing = sent * self.consoles - millis.len();
        answers.sort_unstable_by(f64::total_cmp);
        Ok(Row { what: what.to_owned(), sent, missing, millis, answers })
    }

    /// Every unit tells once a second where it is.
    async fn positions(&self, crews: &[String]) -> Result<Vec<f64>, Failure> {
        let start = now();
        let line = |own: Vec<String>| async move {
            let mut client = Client::connect(self.address).await.map_err(failed)?;
            let mut answers = Vec::new();
            for second in 0..self.seconds {
                tokio::time::sleep_until((start + Duration::from_secs(second)).into()).await;
                for (number, unit) in own.iter().enumerate() {
                    let lon = 120.3 + (number as i64 * STEP_E7 + second as i64 * STEP_E7) as f64 / 1e7;
                    let body = format!(r#"{{"lat":-2.55,"lon":{lon:.6},"accuracy_m":8}}"#);
                    let request = self.request(&format!("/api/v1/emergency/units/{unit}/position"), &body);
                    let begun = now();
                    client = client.ask(request).await?.0;
                    answers.push(begun.elapsed().as_secs_f64() * 1e3);
                }
            }
            Ok::<_, Failure>(answers)
        };
        let share = crews.len().div_ceil(UNIT_LINES_COUNT).max(1);
        let lines = crews.chunks(share).map(|own| line(own.to_vec()));
        let all = futures_util::future::try_join_all(lines).await?;
        let behind = start.elapsed().as_secs_f64() - self.seconds as f64;
        if behind > 0.0 {
            note(format_args!("the last round of positions ended {behind:.1} s late"));
        }
        let mut answers: Vec<f64> = all.into_iter().flatten().collect();
        answers.sort_unstable_by(f64::total_cmp);
        Ok(answers)
    }

    /// Opens the consoles, each a task that notes the calls whose rows come in.
    async fn open(&self, log: &Shared) -> Result<JoinSet<()>, Failure> {
        let request = format!(
            "GET /langsung?layar=112 HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: text/event-stream\r\n\
             cookie: {}\r\n\r\n",
            self.cookie
        );
        let mut open = JoinSet::new();
        for _ in 0..self.consoles {
            let stream = listen(self.address, &request).await?;
            open.spawn(watch(stream, log.clone()));
        }
        Ok(open)
    }
}

/// A console: the first row of each call that it is sent counts.
async fn watch(mut stream: BufReader<TcpStream>, log: Shared) {
    let mut known = std::collections::HashSet::new();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
        for found in line.split("id=\"c-").skip(1) {
            let id = found.split('"').next().unwrap_or_default();
            if known.insert(id.to_owned()) {
                let seen = now();
                with(&log, |log| log.seen.entry(id.to_owned()).or_default().push(seen));
            }
        }
        line.clear();
    }
}

impl Log {
    /// Milliseconds from a word until each console had it, sorted.
    fn waits(&self) -> Vec<f64> {
        let of = |(id, sent): (&String, &Instant)| {
            let seen = self.seen.get(id).map(Vec::as_slice).unwrap_or_default();
            seen.iter().map(|seen| seen.duration_since(*sent).as_secs_f64() * 1e3).collect::<Vec<_>>()
        };
        let mut waits: Vec<f64> = self.sent.iter().flat_map(of).collect();
        waits.sort_unstable_by(f64::total_cmp);
        waits
    }
}

fn id_of(body: &[u8]) -> Result<String, Failure> {
    let answer: serde_json::Value =
        serde_json::from_slice(body).map_err(|error| Failure::Store(format!("no JSON came back: {error}")))?;
    match answer["id"].as_str() {
        Some(id) => Ok(id.to_owned()),
        None => Err(Failure::Store(format!("no id came back: {answer}"))),
    }
}
