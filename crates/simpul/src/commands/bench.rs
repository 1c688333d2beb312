//! `bench`: the writer and the web server against a bare loop that writes the same rows, in the same run, on this
//! machine. Ratios travel; bare figures drift with the disk.

use std::fmt::Write;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use simpul_kernel::{Actor, Ctx, RegionId};
use simpul_people::{Directory, Doorman};
use simpul_report::actions::{Reporter, SubmitReport};
use simpul_report::desk::Desk;
use simpul_report::model::{Place, Source};
use simpul_shell::SiteConfig;
use simpul_store::{Db, raw};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::cli::Bench;
use crate::config::Settings;
use crate::demo;
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

const REGION: RegionId = RegionId(7322);
/// Actions that the bare loop writes in one measurement.
const RAW_ACTIONS_COUNT: usize = 20_000;

/// One measurement.
#[derive(Debug, Clone, Copy)]
struct Measured {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    cpu_micros: f64,
}

/// Measures and prints the table.
pub async fn bench(settings: &Settings, options: &Bench) -> Result<(), Failure> {
    let scratch = tempfile::tempdir().map_err(|error| Failure::Store(error.to_string()))?;
    let config = match settings.opt("db").filter(|url| url.starts_with("postgres")) {
        Some(url) => simpul_store::DbConfig::Postgres { url, data: scratch.path().to_owned() },
        None => simpul_store::DbConfig::Sqlite(scratch.path().to_owned()),
    };
    let db = Db::open(&config, simpul_store::clock::system_env(), house::MIGRATIONS).await?;
    if db.is_migrated(REGION).await {
        return Err(Failure::Usage("bench writes: give it an empty database".into()));
    }
    let directory = Directory::new(db.clone());
    demo::furnish_region(&db, &directory).await?;
    let house = Bare { desk: demo::desk(&db, &directory).await?, directory, db };
    let mut rows = Vec::new();
    for round in 1..=options.rounds.max(1) {
        note(format_args!("round {round} of {}", options.rounds.max(1)));
        rows.push(house.round(Duration::from_secs(options.seconds.max(1))).await?);
    }
    say(table(&format!("{:?}", house.db.engine()), &rows));
    house.db.close().await;
    Ok(())
}

/// What one round gives: raw and writer at 64 and 256, http at 64.
struct Round {
    raw: [Measured; 2],
    writer: [Measured; 2],
    http: Measured,
}

struct Bare {
    db: Db,
    directory: Directory,
    desk: Arc<Desk>,
}

impl Bare {
    fn ctx(&self) -> Ctx {
        self.db.env().ctx(REGION, Actor::citizen())
    }

    fn submit(&self) -> SubmitReport {
        let village = &self.desk.place.villages[0];
        SubmitReport {
            key: self.db.env().new_id(),
            desk: self.desk.clone(),
            category: "lampu_jalan".to_owned(),
            place: Place {
                village: Some(village.code),
                district: Some(village.district),
                point: None,
                accuracy_m: None,
                landmark: "dekat Masjid Nurul Iman".to_owned(),
            },
            text: "Lampu jalan dekat lapangan mati 3 biji sdh 2 minggu. gelap sekali klo malam".to_owned(),
            photos: Vec::new(),
            reporter: Reporter { mode: None, name: None, phone: Some("081200000001".to_owned()), email: None },
            source: Source::Web,
            foreign_id: None,
            media_url: None,
            attributes: None,
            previous: None,
        }
    }

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
        let failed = |error: std::io::Error| Failure::Store(error.to_string());
        let doorman = Doorman::new(self.directory.clone());
        let key = demo::bench_key(&self.db, &doorman).await?;
        let config = SiteConfig { unlimited: true, ..SiteConfig::default() };
        let app = house::app(self.db.clone(), self.directory.clone(), doorman, config, None)?;
        let router = house::routes().into_router(app.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
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
            () = simpul_shell::serve(listener, router, app, std::future::pending()) => {
                Err(Failure::Store("the server ended".into()))
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a measurement reads the machine's clock")]
fn now() -> Instant {
    Instant::now()
}

/// Lets every worker call again and again until the time is over.
async fn load<W, F>(workers: Vec<W>, span: Duration, call: impl Fn(W) -> F) -> Result<Measured, Failure>
where
    F: Future<Output = Result<W, Failure>>,
{
    let (start, cpu) = (now(), cpu_micros());
    let call = &call;
    let busy = workers.into_iter().map(|mut worker| async move {
        let mut latencies = Vec::new();
        while start.elapsed() < span {
            let begun = now();
            worker = call(worker).await?;
            latencies.push(begun.elapsed());
        }
        Ok::<_, Failure>(latencies)
    });
    let mut latencies: Vec<Duration> = try_join_all(busy).await?.into_iter().flatten().collect();
    let (took, cpu) = (start.elapsed(), cpu_micros() - cpu);
    latencies.sort_unstable();
    let at = |share: usize| latencies.get(latencies.len() * share / 100).copied().unwrap_or_default();
    let count = latencies.len().max(1) as f64;
    Ok(Measured { per_second: count / took.as_secs_f64(), p50: at(50), p99: at(99), cpu_micros: cpu / count })
}

/// CPU time of this process in microseconds, as Linux counts it in hundredths of a second.
fn cpu_micros() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: f64 = after_name.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<f64>().ok()).sum();
    ticks * 10_000.0
}

/// One open connection that posts again and again.
struct Client(BufReader<TcpStream>);

impl Client {
    async fn connect(address: SocketAddr) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Client(BufReader::new(stream)))
    }

    async fn post(mut self, request: String) -> Result<Client, Failure> {
        let status = self.exchange(request).await.map_err(|error| Failure::Store(error.to_string()))?;
        match status.as_str() {
            "200" | "201" => Ok(self),
            other => Err(Failure::Store(format!("the server answered {other}"))),
        }
    }

    async fn exchange(&mut self, request: String) -> std::io::Result<String> {
        self.0.write_all(request.as_bytes()).await?;
        let mut line = String::new();
        self.0.read_line(&mut line).await?;
        let status = line.split(' ').nth(1).unwrap_or("").to_owned();
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).await?;
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(std::io::Error::other)?;
            }
        }
        self.0.read_exact(&mut vec![0; length]).await?;
        Ok(status)
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

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
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
