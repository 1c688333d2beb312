//! `bench plan`: a large masterplan: its public page, one programme, a deck, and a long workbook, against a constant
//! answer of the same run.

use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use simpul_kernel::calendar::Calendar;
use simpul_kernel::{Ctx, Role};
use simpul_office::sheet_in::{Value, read as read_sheet};
use simpul_office::sheet_out::{SheetBook, SheetColumn, SheetPage};
use simpul_people::KeyScope;
use simpul_plan::actions::{
    AddProgramme, OpenPeriods, PlanHead, ProgrammeHead, PutInForce, SaveIndicator, SetTargets, StartPlan, WriteProgress,
};
use simpul_plan::model::{Indicator, PartOfYear, PeriodKind, ProgrammeKind, Quantity, Written};
use simpul_plan::sql;
use simpul_store::Action;
use uuid::Uuid;

use super::measure::now;
use super::reads::{CLIENTS_COUNT, ask, middle, sign_in};
use super::{House, REGION};
use crate::failure::Failure;
use crate::house;
use crate::terminal::{note, say};

/// Years of the plan.
const YEARS_COUNT: i64 = 10;
/// Actions that wait for the writer at the same time.
const AT_ONCE_COUNT: usize = 256;
/// Every so many programmes one is a quick win.
const WIN_EVERY_COUNT: usize = 50;
/// Rows of the long workbook.
const SHEET_ROWS_COUNT: usize = 50_000;
/// Columns of it.
const SHEET_COLUMNS_COUNT: usize = 12;
/// Long enough for one answer, which is worked out for all that follow.
const WARM_UP: Duration = Duration::from_millis(1);
/// Dimensions of the framework that ships with Simpul.
const DIMENSIONS: [&str; 6] = ["governance", "branding", "economy", "living", "society", "environment"];

/// Fills, measures and prints the table.
pub async fn run(
    house: &House,
    (programmes, indicators): (usize, usize),
    (seconds, rounds): (u64, usize),
) -> Result<(), Failure> {
    let begun = now();
    let codes = fill(house, programmes, indicators).await?;
    note(format_args!("filled in {:.0} s", begun.elapsed().as_secs_f64()));
    let leader = sign_in(house, Role::Leader).await?;
    let (address, serving, _) = house.serve(&[KeyScope::Read]).await?;
    let span = Duration::from_secs(seconds.max(1));
    let reads: [(&str, String, Option<&str>, usize, &str); 5] = [
        ("constant answer", "/healthz".to_owned(), None, CLIENTS_COUNT, ""),
        ("public page of the plan", "/rencana".to_owned(), None, CLIENTS_COUNT, "p99 ≤ 50 ms"),
        (
            "one programme",
            format!("/rencana/{}", codes.first().map_or("", String::as_str)),
            None,
            CLIENTS_COUNT,
            "p99 ≤ 50 ms",
        ),
        ("all programmes as JSON", "/rencana.json".to_owned(), None, CLIENTS_COUNT, ""),
        (
            "deck for visitors, 40 sheets",
            "/pimpinan/paparan.pptx?jenis=kunjungan".to_owned(),
            Some(&leader),
            1,
            "≤ 200 ms",
        ),
    ];
    let measuring = async {
        let mut rows = Vec::new();
        for (name, path, cookie, clients, goal) in &reads {
            ask(address, (1, WARM_UP), *cookie, || path.clone()).await?;
            let mut measured = Vec::new();
            for _ in 0..rounds.max(1) {
                measured.push(ask(address, (*clients, span), *cookie, || path.clone()).await?);
            }
            note(format_args!("{name}: {:.0}/s", middle(&measured).per_second));
            rows.push((*name, *goal, middle(&measured)));
        }
        Ok::<_, Failure>(rows)
    };
    let rows = tokio::select! {
        rows = measuring => rows?,
        ended = serving => return Err(ended),
    };
    let constant = rows.first().map_or(1.0, |(_, _, measured)| measured.per_second);
    say(format_args!(
        "{:?}, {programmes} programmes, {indicators} indicators, {YEARS_COUNT} years\n\
         | what | requests/s | p50 ms | p99 ms | of the constant answer | must reach |\n|---|---:|---:|---:|---:|---|",
        house.db.engine()
    ));
    for (name, goal, measured) in &rows {
        let (p50, p99) = (measured.p50.as_secs_f64() * 1e3, measured.p99.as_secs_f64() * 1e3);
        let ratio = measured.per_second / constant;
        say(format_args!("| {name} | {:.0} | {p50:.2} | {p99:.2} | {ratio:.4} | {goal} |", measured.per_second));
    }
    sheet()
}

/// Writes these at once, as many as the writer gathers.
async fn write_all<A: Action>(house: &House, ctx: &Ctx, actions: Vec<A>) -> Result<Vec<A::Output>, Failure> {
    let write = |action: A| async move { house.db.write(&house.db.env().ctx(REGION, ctx.actor.clone()), action).await };
    let done: Vec<A::Output> = stream::iter(actions).map(write).buffered(AT_ONCE_COUNT).try_collect().await?;
    Ok(done)
}

/// A plan in force, told of in two quarters; answers the codes of its quick wins.
async fn fill(house: &House, programmes: usize, indicators: usize) -> Result<Vec<String>, Failure> {
    let (db, ctx) = (&house.db, house::operator(&house.db, REGION));
    let zone = house.desk.place.region.zone;
    let year = i64::from(zone.date(db.env().now()).year());
    let years = (year - 1, year - 2 + YEARS_COUNT);
    let head = PlanHead { name: "Rencana besar".to_owned(), years, ..PlanHead::default() };
    let start = StartPlan { key: db.env().new_id(), framework: "enam-dimensi".to_owned(), head };
    let plan = db.write(&ctx, start).await?;
    db.write(&ctx, PutInForce { plan }).await?;
    let agencies: Vec<String> = house.desk.place.active_agencies().map(|agency| agency.short.clone()).collect();
    let add = |number: usize| AddProgramme {
        key: db.env().new_id(),
        plan,
        kind: if number.is_multiple_of(WIN_EVERY_COUNT) { ProgrammeKind::QuickWin } else { ProgrammeKind::Programme },
        code: format!("UKUR-{number}"),
        head: ProgrammeHead {
            name: format!("Program besar nomor {number} untuk pelayanan dasar"),
            summary: "Satu kalimat tentang yang dikerjakan di program ini.".to_owned(),
            dimension: DIMENSIONS[number % DIMENSIONS.len()].to_owned(),
            years,
            agency: agencies.get(number % agencies.len().max(1)).cloned().unwrap_or_default(),
            public: true,
            ..ProgrammeHead::default()
        },
        source: String::new(),
    };
    let codes = write_all(house, &ctx, (0..programmes).map(add).collect()).await?;
    let all = sql::plan::programmes(&mut db.read(REGION).await?, plan).await?;
    let ids: Vec<Uuid> = all.iter().map(|one| one.id).collect();
    let of = |number: usize| ids.get(number % ids.len().max(1)).copied().unwrap_or_default();
    let save = |number| SaveIndicator::new(db.env().new_id(), indicator(of(number), number));
    let made = write_all(house, &ctx, (0..indicators).map(save).collect()).await?;
    let target = |year: i64| (year, PartOfYear::YEAR, Some(Quantity::whole((year - years.0 + 1) * 100)));
    let aim = |indicator: &Uuid| SetTargets {
        indicator: *indicator,
        targets: (years.0..=years.1).map(target).collect(),
        why: String::new(),
    };
    write_all(house, &ctx, made.iter().map(aim).collect()).await?;
    let calendar = Calendar::standard(zone);
    db.write(
        &ctx,
        OpenPeriods { plan, year, kind: PeriodKind::Quarter, first_month: 1, calendar, days: Default::default() },
    )
    .await?;
    let periods = sql::progress::periods(&mut db.read(REGION).await?, plan).await?;
    let open = periods.iter().filter(|period| period.takes(db.env().now(), None).is_ok()).take(2);
    for period in open {
        let tell = |(at, programme): (usize, &Uuid)| WriteProgress {
            key: db.env().new_id(),
            programme: *programme,
            period: period.id,
            version: 0,
            written: Written { sentence: "Berjalan".to_owned(), ..Written::default() },
            values: (at..made.len())
                .step_by(ids.len().max(1))
                .filter_map(|number| made.get(number))
                .map(|id| (*id, 0, Some(Quantity::whole(150)), "Sesuai keadaan lapangan".to_owned()))
                .collect(),
            live: Vec::new(),
            submit: true,
            proof: None,
        };
        write_all(house, &ctx, ids.iter().enumerate().map(tell).collect()).await?;
    }
    Ok(codes.into_iter().step_by(WIN_EVERY_COUNT).collect())
}

fn indicator(programme: Uuid, number: usize) -> Indicator {
    let name = format!("Indikator {number}: jumlah layanan yang selesai tepat waktu");
    Indicator {
        definition: "Layanan yang selesai dalam batas waktunya, dibagi semua layanan yang diminta".to_owned(),
        source: "Laporan perangkat daerah".to_owned(),
        baseline: Some(Quantity::whole(100)),
        ..Indicator::new(programme, name, "layanan")
    }
}

/// A workbook of fifty thousand rows is written and read again.
fn sheet() -> Result<(), Failure> {
    let broken = |error: String| Failure::Store(error);
    let column = |at: usize| SheetColumn { name: format!("Kolom {at}"), width: 14, ..SheetColumn::default() };
    let cell = |row: usize, at: usize| match at % 2 {
        0 => Value::Text(format!("Baris {row} kolom {at}")),
        _ => Value::Number((row * at) as f64),
    };
    let page = SheetPage {
        name: "Panjang".to_owned(),
        notes: Vec::new(),
        columns: (0..SHEET_COLUMNS_COUNT).map(column).collect(),
        rows: (0..SHEET_ROWS_COUNT).map(|row| (0..SHEET_COLUMNS_COUNT).map(|at| cell(row, at)).collect()).collect(),
        blank_rows: 0,
    };
    let book = SheetBook { title: "Ukur".to_owned(), made_at: simpul_kernel::Timestamp(0), sheets: vec![page] };
    let begun = now();
    let bytes = book.to_bytes().map_err(|error| broken(error.to_string()))?;
    let written = begun.elapsed().as_secs_f64();
    let begun = now();
    let back = read_sheet(&bytes, None).map_err(|why| broken(why.to_string()))?;
    let read = begun.elapsed().as_secs_f64();
    let rows = back.rows.len();
    say(format_args!(
        "XLSX of {SHEET_ROWS_COUNT} rows × {SHEET_COLUMNS_COUNT}: written in {written:.2} s, {rows} rows read in \
         {read:.2} s (≤ 5 s each), {} KiB",
        bytes.len() / 1_024
    ));
    Ok(())
}
