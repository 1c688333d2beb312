//! The planning offices' forms as workbooks: gathered from a plan, and T-C.14 read back.

use std::collections::{BTreeMap, HashMap};

use simpul_kernel::{Refusal, Timestamp};
use simpul_office::sheet_in::{Fault, TableRow, Want, add, read};
use simpul_office::sheet_out::{SheetBook, SheetColumn, SheetPage};
use simpul_people::Snapshot;
use simpul_store::{Conn, Result};
use uuid::Uuid;

use crate::file::packed;
use crate::model::budget::{BudgetCode, budget_code};
use crate::model::cell;
use crate::model::form::{FORM_YEARS_MAX_COUNT, FormKind, FormProgramme, Measure, Money, columns, form_years, rows};
use crate::model::indicator::reached;
use crate::model::programme::TraceLevel;
use crate::model::{Fund, Indicator, Masterplan, Period, Programme, Quantity, Target, Trajectory};
use crate::sql;
use crate::sql::progress::ToldOf;

/// Most rows that a form is read with.
pub const FORM_ROWS_MAX_COUNT: usize = 20_000;

/// What a row of T-C.14 tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Its row in the file.
    pub line: u32,
    /// The programme's code.
    pub programme: String,
    /// The indicator's name, its unit, its baseline, and targets by year.
    pub aim: Option<Aim>,
    /// Money of one code and source by year.
    pub money: Option<FormMoney>,
}

/// An indicator as a row of T-C.14 has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Its value before anything was done.
    pub baseline: Option<Quantity>,
    /// Targets by year.
    pub targets: Vec<(i64, Quantity)>,
}

/// Money as a row of T-C.14 has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormMoney {
    /// The code, put right.
    pub code: String,
    /// Where it comes from.
    pub fund: Fund,
    /// Rupiah by year.
    pub ceilings: Vec<(i64, i64)>,
}

const fn want(key: &'static str, names: &'static [&'static str], needed: bool) -> Want {
    Want { key, names, needed }
}

/// The columns of T-C.14 that are read; all others are worked out from them or only for whoever reads the sheet.
const HEAD: [Want; 6] = [
    want("code", &["Kode rekening"], false),
    want("fund", &["Sumber dana"], false),
    want("programme", &["Kode program"], true),
    want("indicator", &["Indikator kinerja program"], true),
    want("unit", &["Satuan"], false),
    want("baseline", &["Kondisi awal"], false),
];

macro_rules! years {
    ($($at:literal),*) => {
        /// The columns of the years: target and rupiah.
        const YEARS: [(Want, Want); FORM_YEARS_MAX_COUNT] = [$((
            want(concat!("target-", $at), &[concat!("Target tahun ke-", $at)], false),
            want(concat!("rupiah-", $at), &[concat!("Rp tahun ke-", $at)], false),
        )),*];
    };
}

years!(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

/// Reads T-C.14 for a plan of these years.
///
/// # Errors
/// Every fault with its cell; nothing is half read.
pub fn read_tc14(bytes: &[u8], years: (i64, i64)) -> std::result::Result<Vec<FormRow>, Vec<Fault>> {
    let whole = |refusal| vec![Fault { row: 0, refusal }];
    let years = form_years(years);
    let by_year = YEARS.iter().take(years.len()).flat_map(|(target, rupiah)| [*target, *rupiah]);
    let wants: Vec<Want> = HEAD.iter().cloned().chain(by_year).collect();
    let sheet = read(bytes, None).map_err(whole)?;
    let table = sheet.table(&wants)?;
    let strange = table.unknown.iter().filter(|heading| names_a_year(heading));
    let strange = strange.map(|heading| {
        let refusal = Refusal::field("file", "plan.form.bad_year").with("name", heading);
        Fault { row: table.heading, refusal: refusal.with("most", years.len().to_string()) }
    });
    let strange: Vec<Fault> = strange.collect();
    if !strange.is_empty() {
        return Err(strange);
    }
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    for (count, row) in table.rows().enumerate() {
        if count >= FORM_ROWS_MAX_COUNT {
            let most = FORM_ROWS_MAX_COUNT.to_string();
            return Err(whole(Refusal::field("file", "plan.import.too_long").with("most", most)));
        }
        found.extend(read_row(&row, &years, &mut faults));
    }
    if faults.is_empty() { Ok(found) } else { Err(faults) }
}

/// Whether a heading that nobody asked for means a year all the same: what stands under it would be lost.
fn names_a_year(heading: &str) -> bool {
    let plain: String = heading.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect();
    let means = ["target", "rp", "pagu", "anggaran"].iter().any(|word| plain.starts_with(word));
    plain.contains("tahunke")
        || means && (plain.contains("tahun") || plain.contains(|sign: char| sign.is_ascii_digit()))
}

fn read_row(row: &TableRow<'_>, years: &[i64], faults: &mut Vec<Fault>) -> Option<FormRow> {
    let programme = row.needed("programme", faults)?.to_uppercase();
    let targets: Vec<(i64, Quantity)> = (years.iter().zip(&YEARS))
        .filter_map(|(year, (target, _))| Some((*year, quantity(row, target.key, faults)?)))
        .collect();
    let ceilings: Vec<(i64, i64)> = (years.iter().zip(&YEARS))
        .filter_map(|(year, (_, rupiah))| Some((*year, row.whole(rupiah.key, faults)?)))
        .collect();
    let baseline = quantity(row, "baseline", faults);
    let aim = match row.text("indicator") {
        Some(name) => Some(Aim { name, unit: row.needed("unit", faults)?, baseline, targets }),
        None if targets.is_empty() => None,
        None => {
            add(faults, row.fault("indicator", Refusal::field("file", "office.sheet.needed")));
            None
        }
    };
    let money = match row.text("code") {
        Some(code) => money(row, &code, ceilings, faults),
        None if ceilings.is_empty() => None,
        None => {
            add(faults, row.fault("code", Refusal::field("file", "office.sheet.needed")));
            None
        }
    };
    Some(FormRow { line: row.number(), programme, aim, money })
}

fn money(row: &TableRow<'_>, code: &str, ceilings: Vec<(i64, i64)>, faults: &mut Vec<Fault>) -> Option<FormMoney> {
    let fund = row.text("fund").map(|word| Fund::parse(&word.to_lowercase()));
    let Some(fund) = fund.unwrap_or(Some(Fund::Other)) else {
        add(faults, row.fault("fund", Refusal::field("file", "plan.form.bad_fund")));
        return None;
    };
    match budget_code(code) {
        Ok(BudgetCode { code, .. }) => Some(FormMoney { code, fund, ceilings }),
        Err(_) => {
            add(faults, row.fault("code", Refusal::field("file", "plan.form.bad_code")));
            None
        }
    }
}

/// A quantity as the cell has it: a number of Excel's, or a text as people here write it.
fn quantity(row: &TableRow<'_>, key: &str, faults: &mut Vec<Fault>) -> Option<Quantity> {
    match cell::quantity(row.value(key)) {
        Ok(amount) => amount,
        Err(_) => {
            add(faults, row.fault(key, Refusal::field("file", "office.sheet.no_number")));
            None
        }
    }
}

/// All that forms tell of a plan.
struct Gathered {
    indicators: Vec<Indicator>,
    targets: HashMap<Uuid, Vec<Target>>,
    values: BTreeMap<i64, Vec<ToldOf>>,
    periods: Vec<Period>,
    money: HashMap<Uuid, BTreeMap<(String, &'static str), Money>>,
}

async fn gather(conn: &mut Conn, plan: &Masterplan, year: i64) -> Result<Gathered> {
    let (from, to) = plan.years;
    let mut targets: HashMap<Uuid, Vec<Target>> = HashMap::new();
    for (indicator, target) in sql::indicator::targets_of_years(conn, plan.id, (from - 1, to)).await? {
        targets.entry(indicator).or_default().push(target);
    }
    let (mut values, mut money) = (BTreeMap::new(), HashMap::new());
    for each in form_years(plan.years) {
        values.insert(each, sql::progress::values_of_year(conn, plan.id, each).await?);
        for line in sql::indicator::budget_of_year(conn, plan.id, each).await? {
            let lines: &mut BTreeMap<_, Money> = money.entry(line.programme).or_default();
            let one = lines.entry((line.code.clone(), line.fund.name())).or_insert_with(|| Money::of(&line));
            one.add(&line, year);
        }
    }
    Ok(Gathered {
        indicators: sql::indicator::of_plan(conn, plan.id).await?,
        periods: sql::progress::periods(conn, plan.id).await?,
        targets,
        values,
        money,
    })
}

impl Gathered {
    /// The values of an indicator in a year, each with the month in which its period ends. Only published values count:
    /// a form goes to other offices.
    fn published(&self, one: &Indicator, year: i64) -> Vec<(i64, Quantity)> {
        let told = self.values.get(&year).into_iter().flatten().filter(|told| told.indicator == one.id);
        let ends = |told: &ToldOf| self.periods.iter().find(|period| period.id == told.period).map(|p| p.part.months());
        told.filter(|told| crate::read::Sees::Published.shows(told.state))
            .filter_map(|told| Some((ends(told)?, told.amount)))
            .collect()
    }

    /// What was reached of an indicator in a year by the end of so many months.
    fn reached(&self, one: &Indicator, year: i64, months: i64) -> Option<Quantity> {
        let known = self.published(one, year).into_iter().filter(|(ends, _)| *ends <= months);
        let amounts: Vec<Quantity> = known.map(|(_, amount)| amount).collect();
        reached(one.counting, &amounts)
    }

    /// The same by the end of the quarter that ends with that month; nothing where nobody told of that quarter.
    fn in_quarter(&self, one: &Indicator, year: i64, months: i64) -> Option<Quantity> {
        let told = self.published(one, year).iter().any(|(ends, _)| (months - 2..=months).contains(ends));
        if told { self.reached(one, year, months) } else { None }
    }

    fn measure(&self, one: &Indicator, year: i64) -> Measure {
        let by_year = |year: &i64| Some((*year, self.reached(one, *year, 12)?));
        Measure {
            line: Trajectory::new(self.targets.get(&one.id).cloned().unwrap_or_default()),
            reached: self.values.keys().filter_map(by_year).collect(),
            quarters: [3, 6, 9, 12].map(|months| self.in_quarter(one, year, months)),
            indicator: one.clone(),
        }
    }
}

async fn told(
    conn: &mut Conn,
    (gathered, year): (&Gathered, i64),
    place: &Snapshot,
    programme: Programme,
) -> Result<FormProgramme> {
    let traces = sql::plan::traces(conn, programme.id).await?;
    let goal = traces.into_iter().find(|trace| trace.level == TraceLevel::Target).map(|trace| trace.body);
    let agency = programme.agency.and_then(|id| place.agency(id)).map(|agency| agency.name.clone());
    let own = gathered.indicators.iter().filter(|one| one.programme == programme.id);
    let money = gathered.money.get(&programme.id);
    Ok(FormProgramme {
        goal: goal.unwrap_or_default(),
        owner: agency.unwrap_or_else(|| programme.agency_text.clone()),
        measures: own.map(|one| gathered.measure(one, year)).collect(),
        money: money.map(|lines| lines.values().cloned().collect()).unwrap_or_default(),
        code: programme.code,
        name: programme.name,
    })
}

/// A form of a plan as a workbook; `year` is the one that E.79 tells of.
///
/// # Errors
/// The store's; a text that no cell holds.
pub async fn workbook(
    conn: &mut Conn,
    (kind, plan, year): (FormKind, &Masterplan, i64),
    place: &Snapshot,
    now: Timestamp,
) -> Result<Vec<u8>> {
    let gathered = gather(conn, plan, year).await?;
    let years = form_years(plan.years);
    let mut all = Vec::new();
    for programme in sql::plan::programmes(conn, plan.id).await? {
        let told = told(conn, (&gathered, year), place, programme).await?;
        all.extend(rows(kind, &told, &years, year));
    }
    let title = match kind {
        FormKind::Tc14 => "T-C.14 Program dengan target dan pagu indikatif".to_owned(),
        FormKind::E78 => "E.78 Evaluasi hasil rencana per tahun".to_owned(),
        FormKind::E79 => format!("E.79 Evaluasi hasil tahun {year} per triwulan"),
    };
    let mark = place.region.demo.then(|| "DATA CONTOH – BUKAN DATA RESMI".to_owned());
    let said = years.iter().enumerate().map(|(at, year)| format!("tahun ke-{} = {year}", at + 1)).collect::<Vec<_>>();
    let heading = format!("{title}. {}, {}", plan.name, place.region.full_name());
    let column = |(name, width)| SheetColumn { name, width, ..SheetColumn::default() };
    let page = SheetPage {
        name: kind.name().to_uppercase(),
        notes: mark.into_iter().chain([heading, said.join(", ")]).collect(),
        columns: columns(kind, &years, year).into_iter().map(column).collect(),
        rows: all,
        blank_rows: 0,
    };
    packed(SheetBook { title, made_at: now, sheets: vec![page] }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(rows: &str) -> std::result::Result<Vec<FormRow>, Vec<Fault>> {
        let head = "Kode rekening;Sumber dana;Kode program;Indikator kinerja program;Satuan;Kondisi awal;\
                    Target tahun ke-1;Rp tahun ke-1;Target tahun ke-2;Rp tahun ke-2\n";
        read_tc14(format!("{head}{rows}").as_bytes(), (2025, 2026))
    }

    #[test]
    fn a_row_tells_of_an_indicator_and_of_money() {
        let rows = file("1.3.3.2.02.2;PAD;qw-1;Titik lampu;titik;100;200;1000;400;2000\n;;QW-1;Keluhan;%;;;;12,5;\n");
        let rows = rows.unwrap();
        let (first, second) = (&rows[0], &rows[1]);
        assert_eq!(first.programme, "QW-1");
        let money = first.money.as_ref().unwrap();
        assert_eq!((money.code.as_str(), money.fund), ("1.03.03.2.02.0002", Fund::Pad));
        assert_eq!(money.ceilings, [(2025, 1_000), (2026, 2_000)]);
        let aim = first.aim.as_ref().unwrap();
        assert_eq!(aim.targets, [(2025, Quantity::whole(200)), (2026, Quantity::whole(400))]);
        assert_eq!(second.aim.as_ref().unwrap().targets, [(2026, Quantity::parse("12,5").unwrap())]);
        assert_eq!(second.money, None);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_cell_and_nothing_is_taken() {
        for (row, key) in [
            (";;;Titik;titik;;1;;;\n", "office.sheet.needed"),
            (";;QW-1;Titik;;;1;;;\n", "office.sheet.needed"),
            (";;QW-1;;;;1;;;\n", "office.sheet.needed"),
            (";;QW-1;;;;;5;;\n", "office.sheet.needed"),
            ("abc;PAD;QW-1;;;;;5;;\n", "plan.form.bad_code"),
            ("1.03.03.2.02.0002;XYZ;QW-1;;;;;5;;\n", "plan.form.bad_fund"),
            (";;QW-1;Titik;titik;;banyak;;;\n", "office.sheet.no_number"),
        ] {
            let faults = file(row).unwrap_err();
            assert_eq!((faults[0].row, faults[0].refusal.key), (2, key), "{row}");
        }
    }

    #[test]
    fn a_column_of_a_year_that_is_none_of_the_plans_is_refused_and_any_other_may_stay() {
        let read = |column: &str| {
            let head = format!("Kode program;Indikator kinerja program;Satuan;Target tahun ke-1;{column}\n");
            read_tc14(format!("{head}QW-1;Titik;titik;1;5\n").as_bytes(), (2025, 2029)).map_err(|faults| {
                let one = &faults[0];
                (one.row, one.refusal.key, one.refusal.to_string().contains(column))
            })
        };
        for column in ["Target tahun ke-9", "Rp tahun ke-6", "Target 2026", "Target tahun kedua", "Pagu tahun ke-2"] {
            assert_eq!(read(column).unwrap_err(), (1, "plan.form.bad_year", true), "{column}");
        }
        for column in ["Catatan", "Kondisi akhir", "Program", "Target tahun ke-5", "Perangkat daerah penanggung jawab"]
        {
            assert!(read(column).is_ok(), "{column}");
        }
    }

    #[test]
    fn a_quarter_of_which_nobody_told_is_empty() {
        use crate::model::{Counting, PartOfYear, PeriodKind, ProgressState};
        let period = |number: i64| {
            let (first_day, last_day) = crate::model::period::days(2026, PeriodKind::Quarter, number, 1).unwrap();
            Period {
                id: Uuid::from_u128(number.unsigned_abs().into()),
                masterplan: Uuid::nil(),
                name: String::new(),
                kind: PeriodKind::Quarter,
                year: 2026,
                part: PartOfYear::quarter(number).unwrap(),
                first_day,
                last_day,
                opens_at: Timestamp(0),
                due_at: Timestamp(1),
                locks_at: Timestamp(2),
            }
        };
        let one = Indicator { counting: Counting::Accumulative, ..Indicator::new(Uuid::nil(), "Titik", "titik") };
        let told = |number: i64, amount: i64, state| ToldOf {
            indicator: one.id,
            period: period(number).id,
            state,
            district: 0,
            amount: Quantity::whole(amount),
        };
        let (published, submitted) = (ProgressState::Published, ProgressState::Submitted);
        let told = vec![told(1, 5, published), told(3, 2, published), told(4, 9, submitted)];
        let gathered = Gathered {
            indicators: Vec::new(),
            targets: HashMap::new(),
            values: BTreeMap::from([(2026, told)]),
            periods: [1, 2, 3, 4].map(period).to_vec(),
            money: HashMap::new(),
        };
        let measure = gathered.measure(&one, 2026);
        assert_eq!(measure.quarters, [Some(5), None, Some(7), None].map(|amount| amount.map(Quantity::whole)));
        assert_eq!(measure.reached[&2026], Quantity::whole(7), "the year is what was told of it");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = file(&text);
        }
    }
}
