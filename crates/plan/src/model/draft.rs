//! Programmes as a file tells of them, before they are in the plan.

use std::collections::BTreeMap;

use simpul_kernel::{Refusal, RegionId};

use super::framework::Framework;
use super::programme::{self, NAME_MAX_CHARS, ProgrammeKind, ProgrammeState, YEAR_FIRST, YEAR_LAST};

/// Most rows of a file of programmes.
pub const DRAFT_ROWS_MAX_COUNT: usize = 20_000;

/// A row of a file, in the columns of a list of quick wins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftRow {
    /// The region's code, `73.22`.
    pub region: String,
    /// `2023`, or `2018-2025`.
    pub year: String,
    /// What it is called.
    pub name: String,
    /// The dimension as the source has it.
    pub dimension: String,
    /// Whether the source says so.
    pub stated: String,
    /// Who answers for it.
    pub agency: String,
    /// Who takes part.
    pub partners: String,
    /// What it does.
    pub summary: String,
    /// What was reported of it.
    pub progress: String,
    /// Where this comes from.
    pub source: String,
    /// The code that an export gives it.
    pub code: String,
    /// The kind that an export gives it.
    pub kind: String,
    /// The state that an export gives it.
    pub state: String,
}

/// What does not hinder a row and is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The agency is none of the region's: it is kept as text.
    UnknownAgency(String),
    /// The agency is written otherwise in the region: as the file has it, and as the region has it.
    ReadAs(String, String),
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
            Remark::ReadAs(text, short) => Refusal::new("plan.import.read_as").with("text", text).with("short", short),
            Remark::NoAgency => Refusal::new("plan.import.no_agency"),
            Remark::UnknownDimension(text) => Refusal::new("plan.import.unknown_dimension").with("text", text),
            Remark::NoDimension => Refusal::new("plan.import.no_dimension"),
        }
    }
}

/// A quick win that a file tells of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// Its code, where the file is an export; empty otherwise.
    pub code: String,
    /// What kind it is; a quick win where the file does not say.
    pub kind: Option<ProgrammeKind>,
    /// Where it stands; agreed where the file does not say.
    pub state: Option<ProgrammeState>,
}

/// What a column says where the source says nothing.
pub const NOT_SAID: &str = "tidak disebut";
/// Words of a source that mean that it says nothing.
const SAYS_NOTHING: [&str; 3] = [NOT_SAID, "-", "n/a"];
/// What the column says of a dimension that the source itself names.
pub const STATED: &str = "disebut sumber";
/// Longest value that a fault shows, in characters.
const SHOWN_MAX_CHARS: usize = 40;
/// Longest text of a cell that is kept, in characters.
const CELL_MAX_CHARS: usize = 1_000;

fn said(text: &str) -> &str {
    let text = text.trim();
    if SAYS_NOTHING.contains(&text.to_lowercase().as_str()) { "" } else { text }
}

fn cut(text: &str, most: usize) -> String {
    text.trim().chars().take(most).collect()
}

/// Whether a row is of this region: `73.22`, `7322`, `73.22.00`. One whose code can't be read is too: whoever reads it
/// is told so.
pub fn is_of(row: &DraftRow, region: RegionId) -> bool {
    code_of(row).map_or(!row.region.trim().is_empty(), |code| code == region.0)
}

/// The first four digits of a row's region.
fn code_of(row: &DraftRow) -> Option<i32> {
    let digits: String = row.region.chars().filter(char::is_ascii_digit).collect();
    digits.get(..4)?.parse().ok()
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
    if code_of(row).is_none() {
        return Err(Refusal::new("plan.import.bad_region").with("value", cut(&row.region, SHOWN_MAX_CHARS)));
    }
    let name = said(&row.name).trim().to_owned();
    if name.is_empty() {
        return Err(Refusal::new("plan.import.no_name"));
    }
    if name.chars().count() > NAME_MAX_CHARS {
        return Err(Refusal::new("plan.import.long_name").with("most", NAME_MAX_CHARS.to_string()));
    }
    let mut remarks = Vec::new();
    let (agency, agency_text) = agency(said(&row.agency), agencies, &mut remarks);
    let dimension = dimension(said(&row.dimension), framework, &mut remarks);
    let partners = said(&row.partners).split([',', ';']).map(|name| cut(name, NAME_MAX_CHARS));
    Ok(Draft {
        line,
        name,
        years: years(&row.year)?,
        inferred: !dimension.is_empty() && row.stated.trim() != STATED,
        dimension,
        agency,
        agency_text,
        partners: partners.filter(|name| !name.is_empty()).collect(),
        summary: cut(said(&row.summary), CELL_MAX_CHARS),
        earlier_report: cut(said(&row.progress), CELL_MAX_CHARS),
        source: cut(&row.source, CELL_MAX_CHARS),
        remarks,
        code: match row.code.trim() {
            "" => String::new(),
            typed => programme::code(typed)?,
        },
        kind: word(&row.kind, ProgrammeKind::parse)?,
        state: word(&row.state, ProgrammeState::parse)?,
    })
}

/// A word of an export; none where the cell is empty.
fn word<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
    let text = text.trim().to_lowercase();
    if text.is_empty() {
        return Ok(None);
    }
    parse(&text)
        .map(Some)
        .ok_or_else(|| Refusal::new("plan.import.unknown_word").with("text", cut(&text, NAME_MAX_CHARS)))
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

/// What letters and digits remain of a name, so that `Diskominfo-SP` is `Dinas Kominfo SP`.
pub fn agency_key(text: &str) -> String {
    let key: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    match key.strip_prefix("dinas") {
        Some(rest) => format!("dis{rest}"),
        None => key,
    }
}

/// Names of so many letters may differ by one.
const NEAR_LEAST_LETTERS: usize = 6;

/// Whether one letter more, less or another makes one name of the other.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if long.len() < NEAR_LEAST_LETTERS || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(a, b)| a == b).count();
    let rest = &long[(same + 1).min(long.len())..];
    let skipped = if short.len() == long.len() { &short[(same + 1).min(short.len())..] } else { &short[same..] };
    skipped == rest
}

/// The one agency that a name is near to; `None` where there is none or more than one.
fn near<'k>(key: &str, known: &'k BTreeMap<String, String>) -> Option<&'k String> {
    let mut found: Vec<&String> = known.iter().filter(|(name, _)| is_near(key, name)).map(|(_, short)| short).collect();
    found.dedup();
    match found.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
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
        None => match near(&agency_key(first), known) {
            Some(short) => {
                remarks.push(Remark::ReadAs(cut(text, NAME_MAX_CHARS), short.clone()));
                (short.clone(), cut(text, NAME_MAX_CHARS))
            }
            None => {
                remarks.push(Remark::UnknownAgency(cut(text, NAME_MAX_CHARS)));
                (String::new(), cut(text, NAME_MAX_CHARS))
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::framework::SHIPPED;
    use super::*;

    fn framework() -> Framework {
        SHIPPED[0].framework(Uuid::nil())
    }

    fn row() -> DraftRow {
        DraftRow {
            region: "73.22".to_owned(),
            year: "2023".to_owned(),
            name: "Penataan Sungai Contoh tahap 1".to_owned(),
            dimension: "Smart Branding".to_owned(),
            stated: "disebut sumber".to_owned(),
            agency: "Diskominfo-SP (pemanfaatan: PD teknis)".to_owned(),
            partners: "BBWS Contoh, Universitas Contoh".to_owned(),
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
        let row =
            DraftRow { agency: "Dinas Antah Berantah".to_owned(), dimension: "Smart Mobility".to_owned(), ..row() };
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
            agency: "tidak disebut".to_owned(),
            dimension: "tidak disebut".to_owned(),
            stated: "disimpulkan peneliti".to_owned(),
            ..row()
        };
        let read = draft(2, &row, &framework(), &agencies()).unwrap();
        assert_eq!(read.remarks, [Remark::NoAgency, Remark::NoDimension]);
        assert!(!read.inferred, "what is not known was not inferred either");
    }

    #[test]
    fn an_export_says_code_kind_and_state_and_other_words_are_refused() {
        let (code, kind) = ("p-2026-01".to_owned(), "programme".to_owned());
        let row = DraftRow { code, kind, state: "running".to_owned(), ..row() };
        let read = draft(2, &row, &framework(), &agencies()).unwrap();
        let told = (read.code.as_str(), read.kind, read.state);
        assert_eq!(told, ("P-2026-01", Some(ProgrammeKind::Programme), Some(ProgrammeState::Running)));
        let wrong = DraftRow { kind: "proyek".to_owned(), ..row };
        assert_eq!(draft(2, &wrong, &framework(), &agencies()).unwrap_err().key, "plan.import.unknown_word");
    }

    #[test]
    fn years_are_one_or_a_span() {
        let of = |text: &str| years(text).ok();
        assert_eq!(of("2018-2025"), Some((2018, 2025)));
        assert_eq!([of("2025-2018"), of("dua ribu"), of("23"), of("")], [None; 4]);
    }

    #[test]
    fn a_row_is_of_the_region_that_its_code_names() {
        let of = |code: &str| is_of(&DraftRow { region: code.to_owned(), ..row() }, RegionId(7322));
        assert!(of("73.22") && of("7322") && !of("35.07") && !of(""));
        for unread in ["73.2", "abc"] {
            let row = DraftRow { region: unread.to_owned(), ..row() };
            assert!(of(unread), "{unread}: it is not left out in silence");
            let refused = draft(2, &row, &framework(), &BTreeMap::new()).unwrap_err();
            assert_eq!(refused.key, "plan.import.bad_region");
        }
        let long = DraftRow { name: "a".repeat(NAME_MAX_CHARS + 1), ..row() };
        assert_eq!(draft(2, &long, &framework(), &BTreeMap::new()).unwrap_err().key, "plan.import.long_name");
    }

    #[test]
    fn one_letter_may_differ_where_only_one_agency_is_meant() {
        let known = agency_names([("DPUTRPKP2", "Dinas PU"), ("DLH", "Dinas Lingkungan Hidup")].into_iter());
        let read = |text: &str| {
            let mut remarks = Vec::new();
            (agency(text, &known, &mut remarks).0, remarks.len())
        };
        assert_eq!(read("DPUTRKP2"), ("DPUTRPKP2".to_owned(), 1));
        assert_eq!(read("DPUTRPKP3"), ("DPUTRPKP2".to_owned(), 1));
        assert_eq!(read("DLK"), (String::new(), 1), "a short name is not guessed");
        let two = agency_names([("DPUTRA1", "Satu"), ("DPUTRA2", "Dua")].into_iter());
        assert_eq!(agency("DPUTRA3", &two, &mut Vec::new()).0, "", "of two none is guessed");
    }

    proptest! {
        #[test]
        fn nearness_does_not_depend_on_the_order(one in "[a-c]{5,8}", other in "[a-c]{5,8}") {
            prop_assert_eq!(is_near(&one, &other), is_near(&other, &one));
        }

        #[test]
        fn no_row_panics(name in ".{0,300}", year in ".{0,20}", agency in ".{0,40}", partners in ".{0,40}") {
            let row = DraftRow {
                name,
                year,
                agency,
                partners,
                ..row()
            };
            let _ = draft(1, &row, &framework(), &agencies());
        }
    }
}
