//! `bench submit`: the writer and the web server against a bare loop that writes the same rows, in the same run.

use std::fmt::Write;
use std::time::Duration;

use simpul_people::KeyScope;
use simpul_store::raw;

use super::client::Client;
use super::measure::{Measured, cpu_micros, load, median, now};
use super::{House, failed};
use crate::failure::Failure;
use crate::terminal::{note, say};

/// Actions that the bare loop writes in one measurement.
const RAW_ACTIONS_COUNT: usize = 20_000;

/// Measures and prints the table.
pub async fn run(house: &House, seconds: u64, rounds: usize) -> Result<(), Failure> {
    let mut measured = Vec::new();
    for round in 1..=rounds.max(1) {
        note(format_args!("round {round} of {}", rounds.max(1)));
        measured.push(house.round(Duration::from_secs(seconds.max(1))).await?);
    }
    say(table(&format!("{:?}", house.db.engine()), &measured));
    Ok(())
}

/// What one round gives: raw and writer at 64 and 256, http at 64.
struct Round {
    raw: [Measured; 2],
    writer: [Measured; 2],
    http: Measured,
}

impl House {
    async fn round(&self, span: Duration) -> Result<Round, Failure> {
        let raw = [self.raw(64).await?, self.raw(256).await?];
        let writer = [self.writer(64, span).await?, self.writer(256, span).await?];
        Ok(Round { raw, writer, http: self.http(64, span).await? })
    }

    async fn raw(&self, group: usize) -> Result<Measured, Failure> {
        let actions = (0..RAW_ACTIONS_COUNT).map(|_| self.submit()).collect();
        let captured = raw::capture(&self.db, &self.ctx(), actions).await?;
        let (start, cpu) = (now(), cpu_micros());
        raw::write(&self.db, &self.ctx(), captured, group).await?;
        let took = start.elapsed();
        let count = RAW_ACTIONS_COUNT as f64;
        let a_group = took.div_f64(count / group as f64);
        Ok(Measured {
            per_second: count / took.as_secs_f64(),
            p50: a_group,
            p99: a_group,
            cpu_micros: (cpu_micros() - cpu) / count,
        })
    }

    async fn writer(&self, callers: usize, span: Duration) -> Result<Measured, Failure> {
        let call = |()| async { self.db.write(&self.ctx(), self.submit()).await.map(drop).map_err(Failure::from) };
        load(vec![(); callers], span, call).await
    }

    async fn http(&self, clients: usize, span: Duration) -> Result<Measured, Failure> {
        let (address, serving, key) = self.serve(&[KeyScope::Write]).await?;
        let village = self.desk.place.villages[0].code;
        let posting = async {
            let mut open = Vec::with_capacity(clients);
            for _ in 0..clients {
                open.push(Client::connect(address).await.map_err(failed)?);
            }
            let call = |client: Client| {
                let request = request(&key, &self.db.env().new_id().to_string(), village);
                async move { client.post(request).await }
            };
            load(open, span, call).await
        };
        tokio::select! {
            measured = posting => measured,
            ended = serving => Err(ended),
        }
    }
}

fn request(key: &str, idempotency: &str, village: i64) -> String {
    let body = serde_json::json!({
        "category": "lampu_jalan",
        "village": village,
        "landmark": "dekat Masjid Nurul Iman",
        "text": "Lampu jalan dekat lapangan mati 3 biji sdh 2 minggu. gelap sekali klo malam",
        "reporter": { "phone": "081200000001" },
    })
    .to_string();
    format!(
        "POST /api/v1/reports HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\
         authorization: Bearer {key}\r\nidempotency-key: {idempotency}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn middle(rounds: &[Round], pick: impl Fn(&Round) -> Measured) -> Measured {
    let of = |value: fn(&Measured) -> f64| median(rounds.iter().map(|round| value(&pick(round))));
    Measured {
        per_second: of(|measured| measured.per_second),
        p50: Duration::from_secs_f64(of(|measured| measured.p50.as_secs_f64())),
        p99: Duration::from_secs_f64(of(|measured| measured.p99.as_secs_f64())),
        cpu_micros: of(|measured| measured.cpu_micros),
    }
}

fn table(engine: &str, rounds: &[Round]) -> String {
    let raw = [middle(rounds, |round| round.raw[0]), middle(rounds, |round| round.raw[1])];
    let writer = [middle(rounds, |round| round.writer[0]), middle(rounds, |round| round.writer[1])];
    let http = middle(rounds, |round| round.http);
    let lines = [
        ("raw, groups of 64", raw[0], None),
        ("raw, groups of 256", raw[1], None),
        ("writer, 64 callers", writer[0], Some(("raw 64", raw[0]))),
        ("writer, 256 callers", writer[1], Some(("raw 256", raw[1]))),
        ("http, 64 clients", http, Some(("writer 64", writer[0]))),
    ];
    let mut text = format!(
        "{engine}, median of {} rounds\n| what | actions/s | p50 ms | p99 ms | CPU µs an action | ratio |\n\
         |---|---:|---:|---:|---:|---|\n",
        rounds.len()
    );
    for (name, measured, against) in lines {
        let ratio = against.map_or_else(String::new, |(name, other): (&str, Measured)| {
            format!("{:.2} of {name}", measured.per_second / other.per_second)
        });
        let _ = writeln!(
            text,
            "| {name} | {:.0} | {:.2} | {:.2} | {:.0} | {ratio} |",
            measured.per_second,
            measured.p50.as_secs_f64() * 1e3,
            measured.p99.as_secs_f64() * 1e3,
            measured.cpu_micros
        );
    }
    text
}
