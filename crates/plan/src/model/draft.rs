//! Programmes as a file tells of them, before they are in the plan.

use std::collections::BTreeMap;

use serde::Deserialize;
use simpul_kernel::{Refusal, RegionId};

use super::framework::Framework;
use super::programme::{NAME_MAX_CHARS, YEAR_FIRST, YEAR_LAST};

/// Most rows of a file of programmes.
pub const DRAFT_ROWS_MAX_COUNT: usize = 20_000;

/// A row of a file, in the columns of a list of quick wins.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct DraftRow {
    /// The region's code, `73.22`.
    pub kode_wilayah: String,
    /// `2023`, or `2018-2025`.
    pub tahun: String,
    /// What it is called.
    pub quick_win: String,
    /// The dimension as the source has it.
    pub dimensi: String,
    /// Whether the source says so.
    pub dimensi_dasar: String,
    /// Who answers for it.
    pub perangkat_daerah_penanggung_jawab: String,
    /// Who takes part.
    pub mitra: String,
    /// What it does.
    pub uraian_singkat: String,
    /// What was reported of it.
    pub progres_dilaporkan: String,
    /// Where this comes from.
    pub sumber: String,
}

/// The columns without which a file is none of ours.
pub const WANTED_COLUMNS: [&str; 3] = ["kode_wilayah", "tahun", "quick_win"];

/// What does not hinder a row and is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The agency is none of the region's: it is kept as text.
    UnknownAgency(String),
    /// The source names no agency.
    NoAgency,
    /// The framework has no such dimension.
    UnknownDimension(String),
    /// The source names no dimension.
    NoDimension,
}

impl Remark {
    /// The catalogue's key and the text that fills its place.
    pub fn said(&self) -> Refusal {
        match self {
            Remark::UnknownAgency(text) => Refusal::new("plan.import.unknown_agency").with("text", text),
            Remark::NoAgency => Refusal::new("plan.import.no_agency"),
            Remark::UnknownDimension(text) => Refusal::new("plan.import.unknown_dimension").with("text", text),
            Remark::NoDimension => Refusal::new("plan.import.no_dimension"),
        }
    }
}

/// A quick win that a file tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The line of the file.
    pub line: u64,
    /// What it is called.
    pub name: String,
    /// Its years.
    pub years: (i64, i64),
    /// The dimension's code; empty without one.
    pub dimension: String,
    /// Whether it was inferred.
    pub inferred: bool,
    /// The agency's short name as the region has it; empty where none is meant.
    pub agency: String,
    /// The agency as the file names it, where it is none of the region's or says more.
    pub agency_text: String,
    /// Partners.
    pub partners: Vec<String>,
    /// What it does.
    pub summary: String,
    /// What was reported.
    pub earlier_report: String,
    /// Where this comes from.
    pub source: String,
    /// What is told of the row.
    pub remarks: Vec<Remark>,
}

/// Words of a source that mean that it says nothing.
const SAYS_NOTHING: [&str; 3] = ["tidak disebut", "-", "n/a"];
/// What the column says of a dimension that the source itself names.
const STATED: &str = "disebut sumber";
/// Longest text of a cell that is kept, in characters.
const CELL_MAX_CHARS: usize = 1_000;

fn said(text: &str) -> &str {
    let text = text.trim();
    if SAYS_NOTHING.contains(&text.to_lowercase().as_str()) { "" } else { text }
}

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

/// Whether a row is of this region: `73.22`, `7322`, `73.22.00`.
pub fn is_of(row: &DraftRow, region: RegionId) -> bool {
    let digits: String = row.kode_wilayah.chars().filter(char::is_ascii_digit).collect();
    digits.get(..4).and_then(|code| code.parse::<i32>().ok()) == Some(region.0)
}

/// Reads a row of this region. `agencies` finds an agency's short name by any way to write it.
///
/// # Errors
/// `plan.import.no_name`, `plan.import.bad_year` with what stands there.
pub fn draft(
    line: u64,
    row: &DraftRow,
    framework: &Framework,
    agencies: &BTreeMap<String, String>,
) -> Result<Draft, Refusal> {
    let name = cut(said(&row.quick_win), NAME_MAX_CHARS);
    if name.is_empty() {
        return Err(Refusal::new("plan.import.no_name"));
    }
    let mut remarks = Vec::new();
    let (agency, agency_text) = agency(said(&row.perangkat_daerah_penanggung_jawab), agencies, &mut remarks);
    let dimension = dimension(said(&row.dimensi), framework, &mut remarks);
    let partners = said(&row.mitra).split([',', ';']).map(|name| cut(name, NAME_MAX_CHARS));
    Ok(Draft {
        line,
        name,
        years: years(&row.tahun)?,
        inferred: !dimension.is_empty() && row.dimensi_dasar.trim() != STATED,
        dimension,
        agency,
        agency_text,
        partners: partners.filter(|name| !name.is_empty()).collect(),
        summary: cut(said(&row.uraian_singkat), CELL_MAX_CHARS),
        earlier_report: cut(said(&row.progres_dilaporkan), CELL_MAX_CHARS),
        source: cut(&row.sumber, CELL_MAX_CHARS),
        remarks,
    })
}

fn years(text: &str) -> Result<(i64, i64), Refusal> {
    let bad = || Refusal::new("plan.import.bad_year").with("text", cut(text, NAME_MAX_CHARS));
    let (from, to) = text.trim().split_once(['-', '\u{2013}']).unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<i64>().ok().filter(|year| (YEAR_FIRST..=YEAR_LAST).contains(year));
    let (from, to) = year(from).zip(year(to)).ok_or_else(bad)?;
    if from <= to { Ok((from, to)) } else { Err(bad()) }
}

fn dimension(text: &str, framework: &Framework, remarks: &mut Vec<Remark>) -> String {
    if text.is_empty() {
        remarks.push(Remark::NoDimension);
        return String::new();
    }
    match framework.dimension_named(text) {
        Some(term) => term.code.clone(),
        None => {
            remarks.push(Remark::UnknownDimension(text.to_owned()));
            String::new()
        }
    }
}

/// What letters and digits remain of a name, so that `Diskominfo-SP` is `Diskominfo SP`.
pub fn agency_key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Every way to write the agencies of a region: short names and full names.
pub fn agency_names<'a>(agencies: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    let both = agencies.flat_map(|(short, name)| [(agency_key(name), short), (agency_key(short), short)]);
    both.map(|(key, short)| (key, short.to_owned())).collect()
}

fn agency(text: &str, known: &BTreeMap<String, String>, remarks: &mut Vec<Remark>) -> (String, String) {
    if text.is_empty() {
        remarks.push(Remark::NoAgency);
        return (String::new(), String::new());
    }
    // What follows in brackets, or after a semicolon, says more of it or names another.
    let first = text.split(['(', ';']).next().unwrap_or(text).trim();
    match known.get(&agency_key(text)).or_else(|| known.get(&agency_key(first))) {
        Some(short) => {
            let more = if agency_key(text) == agency_key(short) { String::new() } else { cut(text, NAME_MAX_CHARS) };
            (short.clone(), more)
        }
        None => {
            remarks.push(Remark::UnknownAgency(cut(text, NAME_MAX_CHARS)));
            (String::new(), cut(text, NAME_MAX_CHARS))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::framework::SHIPPED;
    use super::*;

    fn framework() -> Framework {
        let shipped = &SHIPPED[0];
        Framework {
            id: Uuid::nil(),
            code: shipped.code.to_owned(),
            name: shipped.name.to_owned(),
            source: String::new(),
            terms: shipped.terms(),
        }
    }

    fn row() -> DraftRow {
        DraftRow {
            kode_wilayah: "73.22".to_owned(),
            tahun: "2023".to_owned(),
            quick_win: "Penataan Sungai Contoh tahap 1".to_owned(),
            dimensi: "Smart Branding".to_owned(),
            dimensi_dasar: "disebut sumber".to_owned(),
            perangkat_daerah_penanggung_jawab: "Diskominfo-SP (pemanfaatan: PD teknis)".to_owned(),
            mitra: "BBWS Contoh, Universitas Contoh".to_owned(),
            ..DraftRow::default()
        }
    }

    fn agencies() -> BTreeMap<String, String> {
        agency_names([("Diskominfo SP", "Dinas Komunikasi dan Informatika")].into_iter())
    }

    #[test]
    fn an_agency_is_known_however_it_is_written() {
        let read = draft(2, &row(), &framework(), &agencies()).unwrap();
        assert_eq!(read.agency, "Diskominfo SP");
        assert_eq!(read.agency_text, "Diskominfo-SP (pemanfaatan: PD teknis)");
        assert_eq!(read.partners, ["BBWS Contoh", "Universitas Contoh"]);
        assert!(read.remarks.is_empty() && !read.inferred && read.dimension == "branding");
    }

    #[test]
    fn what_nobody_knows_is_kept_as_text_and_told() {
        let row = DraftRow {
            perangkat_daerah_penanggung_jawab: "Dinas Antah Berantah".to_owned(),
            dimensi: "Smart Mobility".to_owned(),
            ..row()
        };
        let read = draft(2, &row, &framework(), &agencies()).unwrap();
        assert_eq!((read.agency.as_str(), read.agency_text.as_str()), ("", "Dinas Antah Berantah"));
        let told = [
            Remark::UnknownAgency("Dinas Antah Berantah".to_owned()),
            Remark::UnknownDimension("Smart Mobility".to_owned()),
        ];
        assert_eq!(read.remarks, told);
    }

    #[test]
    fn a_source_that_says_nothing_says_nothing() {
        let row = DraftRow {
            perangkat_daerah_penanggung_jawab: "tidak disebut".to_owned(),
            dimensi: "tidak disebut".to_owned(),
            dimensi_dasar: "disimpulkan peneliti".to_owned(),
            ..row()
        };
        let read = draft(2, &row, &framework(), &agencies()).unwrap();
        assert_eq!(read.remarks, [Remark::NoAgency, Remark::NoDimension]);
        assert!(!read.inferred, "what is not known was not inferred either");
    }

    #[test]
    fn years_are_one_or_a_span() {
        let of = |text: &str| years(text).ok();
        assert_eq!(of("2018-2025"), Some((2018, 2025)));
        assert_eq!([of("2025-2018"), of("dua ribu"), of("23"), of("")], [None; 4]);
    }

    #[test]
    fn a_row_is_of_the_region_that_its_code_names() {
        let of = |code: &str| is_of(&DraftRow { kode_wilayah: code.to_owned(), ..row() }, RegionId(7322));
        assert!(of("73.22") && of("7322") && !of("73.2") && !of("35.07") && !of(""));
    }

    proptest! {
        #[test]
        fn no_row_panics(name in ".{0,300}", year in ".{0,20}", agency in ".{0,40}", partners in ".{0,40}") {
            let row = DraftRow {
                quick_win: name,
                tahun: year,
                perangkat_daerah_penanggung_jawab: agency,
                mitra: partners,
                ..row()
            };
            let _ = draft(1, &row, &framework(), &agencies());
        }
    }
}
