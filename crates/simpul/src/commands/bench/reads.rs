//! `bench reads`: pages and lists of a full region, asked for by sixteen clients, against an answer that never changes.

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use simpul_kernel::{Grant, Role};
use simpul_people::actions::AddOfficer;
use simpul_people::{Doorman, KeyScope, NewOfficer, SignIn, SignInAnswer};
use simpul_report::model::public::Group;

use super::client::Client;
use super::fill::{Dice, Filled, fill};
use super::measure::{Measured, load, median, now};
use super::{House, REGION, failed};
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Clients that ask at the same time.
pub const CLIENTS_COUNT: usize = 16;
/// The officers' password: the house is gone after the measurement.
const PASSWORD: &str = "ukur-simpul-berulang-kali";
/// Half the side of a district's map, in degrees.
const MAP_HALF_DEGREES: f64 = 0.08;

/// What must be reached: requests in a second, and the slowest of a hundred.
type Goal = Option<(f64, Duration)>;

/// Draws the next address.
type Draw = Box<dyn Fn(&mut Dice, &Filled) -> String>;

/// A read that is measured.
struct Read {
    name: &'static str,
    goal: Goal,
    path: Draw,
    cookie: Option<String>,
}

fn read(name: &'static str, goal: Goal, path: impl Fn(&mut Dice, &Filled) -> String + 'static) -> Read {
    Read { name, goal, path: Box::new(path), cookie: None }
}

/// Fills the region, measures every read and prints the table.
pub async fn run(house: &House, reports: usize, seconds: u64, rounds: usize) -> Result<(), Failure> {
    let begun = now();
    let filled = fill(house, reports).await?;
    let took = begun.elapsed().as_secs_f64();
    note(format_args!("filled in {took:.0} s"));
    let (address, serving, _) = house.serve(&[KeyScope::Read]).await?;
    let reads = reads(house).await?;
    let measuring = async {
        let mut rows = Vec::new();
        for read in &reads {
            let mut measured = Vec::new();
            for round in 0..rounds.max(1) {
                let span = Duration::from_secs(seconds.max(1));
                measured.push(measure(address, read, &filled, (round, span)).await?);
            }
            note(format_args!("{}: {:.0}/s", read.name, middle(&measured).per_second));
            rows.push((read, middle(&measured)));
        }
        Ok(table(&format!("{:?}", house.db.engine()), reports, &rows))
    };
    let table: Result<String, Failure> = tokio::select! {
        table = measuring => table,
        ended = serving => Err(ended),
    };
    say(table?);
    Ok(())
}

/// Everything that is measured; the first is what the others are held against.
async fn reads(house: &House) -> Result<Vec<Read>, Failure> {
    let goal = |per_second: f64, millis| Some((per_second, Duration::from_millis(millis)));
    let list = goal(1_000.0, 20);
    let search = Some((0.0, Duration::from_millis(50)));
    let mut reads = vec![
        read("constant answer", None, |_, _| "/healthz".to_owned()),
        read("report page", goal(5_000.0, 20), |dice, filled| format!("/laporan/{}", filled.number(dice))),
        read("public list, page of 50", list, |_, _| "/laporan".to_owned()),
        read("public list, JSON of 100", list, |_, _| "/api/v1/reports?limit=100".to_owned()),
        read("Open311 list of 50", list, |_, _| "/open311/v2/requests.json?page=1&page_size=50".to_owned()),
        read("map of a district", list, |dice, filled| {
            let (_, centre) = *dice.pick(&filled.centres);
            let [west, east] = [-MAP_HALF_DEGREES, MAP_HALF_DEGREES].map(|by| centre.lon() + by);
            let [south, north] = [-MAP_HALF_DEGREES, MAP_HALF_DEGREES].map(|by| centre.lat() + by);
            format!("/peta/laporan.geojson?bbox={west:.5},{south:.5},{east:.5},{north:.5}")
        }),
        read("list by category, place and state", search, |dice, filled| {
            let (district, _) = *dice.pick(&filled.centres);
            let (category, group) = (dice.pick(&filled.categories).clone(), dice.pick(&Group::ALL).name());
            let kecamatan = simpul_people::model::area::dotted(district);
            format!("/laporan?kategori={category}&kecamatan={kecamatan}&status={group}")
        }),
    ];
    for (name, role) in
        [("inbox of an agency (50)", Role::AgencyOfficer), ("inbox of the region (50)", Role::ReportCoordinator)]
    {
        let cookie = Some(sign_in(house, role).await?);
        reads.push(Read { cookie, ..read(name, list, |_, _| "/kotak".to_owned()) });
    }
    let cookie = Some(sign_in(house, Role::Secretariat).await?);
    for (name, path) in [
        ("officers' list, open, of the region", "/kotak/daftar?status=terbuka"),
        ("officers' list, words of a text", "/kotak/daftar?cari=lampu+jalan"),
        ("figures of this month by agency", "/angka?menurut=perangkat"),
        ("figures of a year by month", "/angka?menurut=bulan&dari=2026-01-01&sampai=2026-12-31"),
    ] {
        let cookie = cookie.clone();
        reads.push(Read { cookie, ..read(name, None, move |_, _| path.to_owned()) });
    }
    Ok(reads)
}

/// An officer's session, as a cookie. An agency's officer works where most categories lead.
/// Signs a new officer of that role in; answers the cookie.
pub async fn sign_in(house: &House, role: Role) -> Result<String, Failure> {
    let doorman = Doorman::new(house.directory.clone());
    let hash = doorman.hash_password(PASSWORD, &[]).await?;
    let ctx = house::operator(&house.db, REGION);
    let categories = &house.desk.rules.categories;
    let load = |agency| categories.iter().filter(|category| category.agency == Some(agency)).count();
    let busiest = house.desk.place.agencies.iter().map(|agency| agency.id).max_by_key(|agency| load(*agency));
    let agency = busiest.filter(|_| simpul_people::role_needs_agency(role));
    let login = format!("{}@contoh.simpul", role.name());
    let officer = NewOfficer { name: "Petugas Ukur".to_owned(), email: login.clone(), ..NewOfficer::default() };
    let grants = vec![Grant { role, agency }];
    let add = AddOfficer { officer, grants, password_hash: Some(hash), must_change_password: false };
    house.directory.write(&ctx, add).await?;
    let address = "127.0.0.1".to_owned();
    let typed = SignIn { login, password: PASSWORD.to_owned(), address, agent: "bench".to_owned() };
    match doorman.sign_in(REGION, typed).await? {
        SignInAnswer::Welcome(session) | SignInAnswer::NeedCode(session) => Ok(format!("simpul={}", session.token)),
    }
}

async fn measure(
    address: SocketAddr,
    read: &Read,
    filled: &Filled,
    (round, span): (usize, Duration),
) -> Result<Measured, Failure> {
    let dice = Mutex::new(Dice::new(round as u64));
    let draw = || (read.path)(&mut dice.lock().unwrap_or_else(PoisonError::into_inner), filled);
    ask(address, (CLIENTS_COUNT, span), read.cookie.as_deref(), draw).await
}

/// Lets so many clients ask again and again for what `draw` answers.
pub async fn ask(
    address: SocketAddr,
    (clients, span): (usize, Duration),
    cookie: Option<&str>,
    draw: impl Fn() -> String,
) -> Result<Measured, Failure> {
    let mut open = Vec::with_capacity(clients);
    for _ in 0..clients {
        open.push(Client::connect(address).await.map_err(failed)?);
    }
    let cookie = cookie.map(|cookie| format!("cookie: {cookie}\r\n")).unwrap_or_default();
    let call = |client: Client| {
        let path = draw();
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{cookie}\r\n");
        async move { client.post(request).await.map_err(|error| Failure::Store(format!("{path}: {error}"))) }
    };
    load(open, span, call).await
}

/// The median of several rounds.
pub fn middle(rounds: &[Measured]) -> Measured {
    let of = |value: fn(&Measured) -> f64| median(rounds.iter().map(value));
    Measured {
        per_second: of(|measured| measured.per_second),
        p50: Duration::from_secs_f64(of(|measured| measured.p50.as_secs_f64())),
        p99: Duration::from_secs_f64(of(|measured| measured.p99.as_secs_f64())),
        cpu_micros: of(|measured| measured.cpu_micros),
    }
}

fn table(engine: &str, reports: usize, rows: &[(&Read, Measured)]) -> String {
    let mut text = format!(
        "{engine}, {reports} reports, {CLIENTS_COUNT} clients\n\
         | what | requests/s | p50 ms | p99 ms | CPU µs | of the constant answer | must reach |\n\
         |---|---:|---:|---:|---:|---:|---|\n"
    );
    let constant = rows.first().map_or(1.0, |(_, measured)| measured.per_second);
    for (read, measured) in rows {
        let goal = read.goal.map_or_else(String::new, |(per_second, p99)| match per_second > 0.0 {
            true => format!("≥ {per_second:.0}/s, p99 ≤ {} ms", p99.as_millis()),
            false => format!("p99 ≤ {} ms", p99.as_millis()),
        });
        let _ = writeln!(
            text,
            "| {} | {:.0} | {:.2} | {:.2} | {:.0} | {:.3} | {goal} |",
            read.name,
            measured.per_second,
            measured.p50.as_secs_f64() * 1e3,
            measured.p99.as_secs_f64() * 1e3,
            measured.cpu_micros,
            measured.per_second / constant,
        );
    }
    text
}
