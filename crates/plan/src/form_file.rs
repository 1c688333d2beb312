//! The planning offices' forms read back: T-C.14, E.78 and E.79, known by their headings. What a form works out
//! (shares, ends, sums) is not read; targets, money and results are.

use std::collections::HashMap;

use simpul_kernel::Refusal;
use simpul_office::sheet_in::{Fault, Sheet, Table, TableRow, Want, add, read};

use crate::model::budget::{BudgetCode, RUPIAH_MAX, budget_code};
use crate::model::cell;
use crate::model::form::{FORM_YEARS_MAX_COUNT, FormKind, FormSpan, form_years};
use crate::model::{Fund, Quantity};

/// Most rows that a form is read with.
pub const FORM_ROWS_MAX_COUNT: usize = 20_000;

/// A form that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFile {
    /// Which one it is.
    pub kind: FormKind,
    /// What its rows tell.
    pub rows: Vec<FormRow>,
}

/// What a row of a form tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormRow {
    /// Its row in the file.
    pub line: u32,
    /// The programme's code.
    pub programme: String,
    /// The indicator, its unit, baseline, targets and results.
    pub aim: Option<Aim>,
    /// Money of one code and source.
    pub money: Option<FormMoney>,
}

/// An indicator as a row of a form has it.
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
    /// What was reached, by year or quarter.
    pub results: Vec<(FormSpan, Quantity)>,
}

/// Money as a row of a form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormMoney {
    /// The code, put right.
    pub code: String,
    /// Where it comes from.
    pub fund: Fund,
    /// Whether it was spelt otherwise.
    pub mended: bool,
    /// Rupiah by year: in T-C.14 the ceiling as first set, in the others the one that counts.
    pub ceilings: Vec<(i64, i64)>,
    /// Rupiah spent, by year or quarter.
    pub spent: Vec<(FormSpan, i64)>,
}

const fn want(key: &'static str, names: &'static [&'static str], needed: bool) -> Want {
    Want { key, names, needed }
}

/// The columns that the forms have alike.
const HEAD: [Want; 6] = [
    want("code", &["Kode rekening"], false),
    want("fund", &["Sumber dana"], false),
    want("programme", &["Kode program"], true),
    want("indicator", &["Indikator kinerja program", "Indikator kinerja"], true),
    want("unit", &["Satuan"], false),
    want("baseline", &["Kondisi awal", "Data capaian awal"], false),
];

/// The columns of E.79 that are of its one year.
const OF_YEAR: [Want; 3] = [
    want("year", &["Tahun"], true),
    want("target", &["Target tahun ini (K)"], false),
    want("rupiah", &["Anggaran tahun ini (Rp)"], false),
];

/// The columns of a year: those of T-C.14, and those of E.78.
struct OfPlanYear {
    tc14: [Want; 2],
    e78: [Want; 4],
}

macro_rules! years {
    ($($at:literal),*) => {
        const YEARS: [OfPlanYear; FORM_YEARS_MAX_COUNT] = [$(OfPlanYear {
            tc14: [
                want(concat!("target-", $at), &[concat!("Target tahun ke-", $at)], false),
                want(concat!("rupiah-", $at), &[concat!("Rp tahun ke-", $at)], false),
            ],
            e78: [
                want(concat!("target-", $at), &[concat!("Target tahun ke-", $at, " (K)")], false),
                want(concat!("rupiah-", $at), &[concat!("Target tahun ke-", $at, " (Rp)")], false),
                want(concat!("reached-", $at), &[concat!("Capaian tahun ke-", $at, " (K)")], false),
                want(concat!("spent-", $at), &[concat!("Capaian tahun ke-", $at, " (Rp)")], false),
            ],
        }),*];
    };
}

years!(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);

macro_rules! quarters {
    ($($at:literal),*) => {
        /// The columns of E.79's quarters.
        const QUARTERS: [[Want; 2]; 4] = [$([
            want(concat!("reached-", $at), &[concat!("Realisasi triwulan ", $at, " (K)")], false),
            want(concat!("spent-", $at), &[concat!("Realisasi triwulan ", $at, " (Rp)")], false),
        ]),*];
    };
}

quarters!(1, 2, 3, 4);

/// The columns of a form for a plan of so many years.
fn wants(kind: FormKind, years_count: usize) -> Vec<Want> {
    let years = YEARS.iter().take(years_count);
    let own: Vec<Want> = match kind {
        FormKind::Tc14 => years.flat_map(|year| year.tc14).collect(),
        FormKind::E78 => years.flat_map(|year| year.e78).collect(),
        FormKind::E79 => OF_YEAR.into_iter().chain(QUARTERS.into_iter().flatten()).collect(),
    };
    HEAD.into_iter().chain(own).collect()
}

/// Which form it is, by the columns that no other has.
fn kind_of(sheet: &Sheet) -> FormKind {
    let has = |own: &[Want]| sheet.table(own).is_ok_and(|table| own.iter().any(|want| table.has(want.key)));
    if has(QUARTERS.as_flattened()) {
        return FormKind::E79;
    }
    if YEARS.iter().any(|year| has(&year.e78)) { FormKind::E78 } else { FormKind::Tc14 }
}

/// Reads a form for a plan of these years.
///
/// # Errors
/// Every fault with its cell; nothing is half read.
pub fn read_form(bytes: &[u8], years: (i64, i64)) -> Result<FormFile, Vec<Fault>> {
    let whole = |refusal| vec![Fault { row: 0, refusal }];
    let years = form_years(years);
    let sheet = read(bytes, None).map_err(whole)?;
    let kind = kind_of(&sheet);
    let wants = wants(kind, years.len());
    let table = sheet.table(&wants)?;
    let strange = strange(kind, &table, years.len());
    if !strange.is_empty() {
        return Err(strange);
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (count, row) in table.rows().enumerate() {
        if count >= FORM_ROWS_MAX_COUNT {
            let most = FORM_ROWS_MAX_COUNT.to_string();
            return Err(whole(Refusal::field("file", "plan.import.too_long").with("most", most)));
        }
        rows.extend(read_row(kind, &row, &years, &mut faults));
    }
    if faults.is_empty() {
        faults = at_odds(&rows);
    }
    if faults.is_empty() { Ok(FormFile { kind, rows }) } else { Err(faults) }
}

/// Columns that mean a year which is none of the plan's: what stands under them would be lost.
fn strange(kind: FormKind, table: &Table<'_>, years_count: usize) -> Vec<Fault> {
    let unknown = table.unknown.iter().filter(|heading| kind != FormKind::E79 && names_a_year(heading));
    let fault = |heading: &String| {
        let refusal = Refusal::field("file", "plan.form.bad_year").with("name", heading);
        Fault { row: table.heading, refusal: refusal.with("most", years_count.to_string()) }
    };
    unknown.map(fault).collect()
}

/// Whether a heading that nobody asked for means a year all the same. Shares are worked out, and nobody reads them.
fn names_a_year(heading: &str) -> bool {
    let plain: String = heading.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect();
    let means = ["target", "rp", "pagu", "anggaran", "capaian"].iter().any(|word| plain.starts_with(word));
    let year = plain.contains("tahunke")
        || means && (plain.contains("tahun") || plain.contains(|sign: char| sign.is_ascii_digit()));
    year && !plain.starts_with("tingkat")
}

/// What the columns of a row belong to: targets and ceilings by year, results and what was spent by year or quarter.
struct Spans {
    targets: Vec<(i64, [&'static str; 2])>,
    results: Vec<(FormSpan, [&'static str; 2])>,
}

impl Spans {
    fn of(kind: FormKind, row: &TableRow<'_>, years: &[i64], faults: &mut Vec<Fault>) -> Spans {
        let planned = years.iter().copied().zip(&YEARS);
        match kind {
            FormKind::Tc14 => {
                let targets = planned.map(|(year, of)| (year, of.tc14.map(|want| want.key)));
                Spans { targets: targets.collect(), results: Vec::new() }
            }
            FormKind::E78 => {
                let keys = |of: &OfPlanYear| of.e78.map(|want| want.key);
                let targets = planned.clone().map(|(year, of)| (year, [keys(of)[0], keys(of)[1]]));
                let results = planned.map(|(year, of)| (FormSpan::Year(year), [keys(of)[2], keys(of)[3]]));
                Spans { targets: targets.collect(), results: results.collect() }
            }
            FormKind::E79 => {
                let Some(year) = year_of(row, years, faults) else {
                    return Spans { targets: Vec::new(), results: Vec::new() };
                };
                let quarters = (1..).zip(QUARTERS);
                let results = quarters.map(|(at, wants)| (FormSpan::Quarter(year, at), wants.map(|want| want.key)));
                Spans { targets: vec![(year, ["target", "rupiah"])], results: results.collect() }
            }
        }
    }
}

/// The year of a row of E.79.
fn year_of(row: &TableRow<'_>, years: &[i64], faults: &mut Vec<Fault>) -> Option<i64> {
    row.needed("year", faults)?;
    let year = row.whole("year", faults)?;
    if !years.contains(&year) {
        add(faults, row.fault("year", Refusal::field("file", "plan.form.other_year")));
        return None;
    }
    Some(year)
}

fn read_row(kind: FormKind, row: &TableRow<'_>, years: &[i64], faults: &mut Vec<Fault>) -> Option<FormRow> {
    let programme = row.needed("programme", faults)?.to_uppercase();
    let spans = Spans::of(kind, row, years, faults);
    let mut quantities = |key: &'static str| quantity(row, key, faults);
    let targets: Vec<_> = spans.targets.iter().filter_map(|(year, keys)| Some((*year, quantities(keys[0])?))).collect();
    let results: Vec<_> = spans.results.iter().filter_map(|(span, keys)| Some((*span, quantities(keys[0])?))).collect();
    let baseline = quantities("baseline");
    let mut rupiah = |key: &'static str| rupiah(row, key, faults);
    let ceilings: Vec<_> = spans.targets.iter().filter_map(|(year, keys)| Some((*year, rupiah(keys[1])?))).collect();
    let spent: Vec<_> = spans.results.iter().filter_map(|(span, keys)| Some((*span, rupiah(keys[1])?))).collect();
    let aim = match row.text("indicator") {
        Some(name) => Some(Aim { name, unit: row.needed("unit", faults)?, baseline, targets, results }),
        None => needed(row, "indicator", targets.is_empty() && results.is_empty(), faults),
    };
    let money = match row.text("code") {
        Some(code) => money(row, &code, (ceilings, spent), faults),
        None => needed(row, "code", ceilings.is_empty() && spent.is_empty(), faults),
    };
    Some(FormRow { line: row.number(), programme, aim, money })
}

/// Nothing; a fault where figures stand beside an empty name.
fn needed<T>(row: &TableRow<'_>, key: &'static str, is_empty: bool, faults: &mut Vec<Fault>) -> Option<T> {
    if !is_empty {
        add(faults, row.fault(key, Refusal::field("file", "office.sheet.needed")));
    }
    None
}

type Rupiah = (Vec<(i64, i64)>, Vec<(FormSpan, i64)>);

fn money(row: &TableRow<'_>, code: &str, (ceilings, spent): Rupiah, faults: &mut Vec<Fault>) -> Option<FormMoney> {
    let fund = row.text("fund").map(|word| Fund::parse(&word.to_lowercase()));
    let Some(fund) = fund.unwrap_or(Some(Fund::Other)) else {
        add(faults, row.fault("fund", Refusal::field("file", "plan.form.bad_fund")));
        return None;
    };
    match budget_code(code) {
        Ok(BudgetCode { code, mended }) => Some(FormMoney { code, fund, mended, ceilings, spent }),
        Err(_) => {
            add(faults, row.fault("code", Refusal::field("file", "plan.form.bad_code")));
            None
        }
    }
}

/// Rupiah as the cell has them; what no budget holds is a fault.
fn rupiah(row: &TableRow<'_>, key: &'static str, faults: &mut Vec<Fault>) -> Option<i64> {
    let amount = row.whole(key, faults)?;
    if (0..=RUPIAH_MAX).contains(&amount) {
        return Some(amount);
    }
    add(faults, row.fault(key, Refusal::field("file", "plan.form.bad_rupiah")));
    None
}

/// Rows that say one thing twice and each otherwise: neither can be taken for the right one.
fn at_odds(rows: &[FormRow]) -> Vec<Fault> {
    let mut said: HashMap<String, (String, u32)> = HashMap::new();
    let mut faults = Vec::new();
    for row in rows {
        for (what, value) in sayings(row) {
            let (known, first) = said.entry(what).or_insert_with(|| (value.clone(), row.line));
            if *known != value {
                let refusal = Refusal::field("file", "plan.form.at_odds").with("line", row.line.to_string());
                add(&mut faults, Fault { row: row.line, refusal: refusal.with("first", first.to_string()) });
                break;
            }
        }
    }
    faults
}

/// What a row says, each with what it says it of.
fn sayings(row: &FormRow) -> Vec<(String, String)> {
    let mut all = Vec::new();
    if let Some(aim) = &row.aim {
        let of = format!("{}/{}", row.programme, aim.name.to_lowercase());
        all.push((format!("{of}/unit"), aim.unit.clone()));
        all.extend(aim.baseline.map(|amount| (format!("{of}/baseline"), amount.plain())));
        all.extend(aim.targets.iter().map(|(year, amount)| (format!("{of}/{year}"), amount.plain())));
        all.extend(aim.results.iter().map(|(span, amount)| (format!("{of}/{span:?}"), amount.plain())));
    }
    if let Some(money) = &row.money {
        let of = format!("{}/{}/{}", row.programme, money.code, money.fund.name());
        all.extend(money.ceilings.iter().map(|(year, rupiah)| (format!("{of}/{year}"), rupiah.to_string())));
        all.extend(money.spent.iter().map(|(span, rupiah)| (format!("{of}/{span:?}"), rupiah.to_string())));
    }
    all
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

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> Result<FormFile, Vec<Fault>> {
        read_form(text.as_bytes(), (2025, 2026))
    }

    fn file(rows: &str) -> Result<Vec<FormRow>, Vec<Fault>> {
        let head = "Kode rekening;Sumber dana;Kode program;Indikator kinerja program;Satuan;Kondisi awal;\
                    Target tahun ke-1;Rp tahun ke-1;Target tahun ke-2;Rp tahun ke-2\n";
        form(&format!("{head}{rows}")).map(|file| file.rows)
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
        assert!(money.spent.is_empty() && aim.results.is_empty(), "T-C.14 tells of no results");
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
            ("1.03.03.2.02.0002;PAD;QW-1;;;;;-5;;\n", "plan.form.bad_rupiah"),
        ] {
            let faults = file(row).unwrap_err();
            assert_eq!((faults[0].row, faults[0].refusal.key), (2, key), "{row}");
        }
    }

    #[test]
    fn a_column_of_a_year_that_is_none_of_the_plans_is_refused_and_any_other_may_stay() {
        let read = |column: &str| {
            let head = format!("Kode program;Indikator kinerja program;Satuan;Target tahun ke-1;{column}\n");
            read_form(format!("{head}QW-1;Titik;titik;1;5\n").as_bytes(), (2025, 2029)).map_err(|faults| {
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
    fn rows_that_say_one_thing_each_otherwise_are_refused_and_the_same_twice_is_not() {
        let line = "1.03.03.2.02.0002;PAD;QW-1;Titik;titik;;4;480;;\n";
        assert_eq!(file(&format!("{line}{line}")).unwrap().len(), 2);
        for other in
            ["1.03.03.2.02.0002;PAD;QW-1;;;;;111;;\n", ";;qw-1;TITIK;titik;;99;;;\n", ";;QW-1;Titik;lampu;;;;;\n"]
        {
            let faults = file(&format!("{line}{other}")).unwrap_err();
            assert_eq!((faults[0].row, faults[0].refusal.key), (3, "plan.form.at_odds"), "{other}");
        }
        assert!(file(&format!("{line};;QW-2;Titik;titik;;99;;;\n")).is_ok(), "another programme's");
    }

    #[test]
    fn each_form_is_known_by_its_columns() {
        let e78 = "Kode program;Indikator kinerja;Satuan;Kode rekening;Target tahun ke-2 (K);Target tahun ke-2 (Rp);\
                   Capaian tahun ke-1 (K);Capaian tahun ke-1 (Rp);Tingkat capaian tahun ke-1 (K, %)\n\
                   QW-1;Titik;titik;1.03.03.2.02.0002;400;2000;150;900;75\n";
        let read = form(e78).unwrap();
        let (aim, money) = (read.rows[0].aim.as_ref().unwrap(), read.rows[0].money.as_ref().unwrap());
        assert_eq!(read.kind, FormKind::E78);
        assert_eq!(
            (&aim.targets[..], &money.ceilings[..]),
            (&[(2026, Quantity::whole(400))][..], &[(2026, 2_000)][..])
        );
        assert_eq!(aim.results, [(FormSpan::Year(2025), Quantity::whole(150))]);
        assert_eq!(money.spent, [(FormSpan::Year(2025), 900)]);
        let e79 = |year: &str| {
            form(&format!(
                "Tahun;Kode program;Indikator kinerja;Satuan;Kode rekening;Target tahun ini (K);\
                 Anggaran tahun ini (Rp);Realisasi triwulan 2 (K);Realisasi triwulan 3 (Rp)\n\
                 {year};QW-1;Titik;titik;1.03.03.2.02.0002;400;2000;160;30\n"
            ))
        };
        let read = e79("2026").unwrap();
        let (aim, money) = (read.rows[0].aim.as_ref().unwrap(), read.rows[0].money.as_ref().unwrap());
        assert_eq!(read.kind, FormKind::E79);
        assert_eq!(
            (&aim.targets[..], &money.ceilings[..]),
            (&[(2026, Quantity::whole(400))][..], &[(2026, 2_000)][..])
        );
        assert_eq!(aim.results, [(FormSpan::Quarter(2026, 2), Quantity::whole(160))]);
        assert_eq!(money.spent, [(FormSpan::Quarter(2026, 3), 30)]);
        assert_eq!(e79("2031").unwrap_err()[0].refusal.key, "plan.form.other_year");
        assert_eq!(e79("").unwrap_err()[0].refusal.key, "office.sheet.needed");
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let _ = file(&text);
            let _ = form(&text);
        }
    }
}
