//! An instrument: sections with weights, and the questions of each.

use std::collections::{BTreeMap, HashSet};

use simpul_kernel::Refusal;
use simpul_kernel::limits::LINE_MAX_CHARS;

use super::names::{read_year, score_column, section_key, section_name, weight_column};
use super::ratio::{SCORE_DECIMALS_MAX_COUNT, read_decimal};
use super::score::{MARK_MAX, Weights, read_weight};
use super::sheet::{Sheet, SheetRow, at_line};
use super::{QUESTIONS_PER_SECTION_MAX_COUNT, SECTIONS_MAX_COUNT};

/// What a question is known by: its code alone repeats, as 4.1.1 stands once in every dimension.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuestionKey {
    /// The section's key.
    pub section: String,
    /// The indicator, as written.
    pub indicator: String,
    /// The code.
    pub code: String,
}

impl std::fmt::Display for QuestionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.section, self.indicator, self.code)
    }
}

/// A part of the instrument that weighs something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What files are compared by.
    pub key: String,
    /// What it is called.
    pub name: String,
    /// What is said beside the name, such as how a survey is held.
    pub note: String,
    /// Its weight, in hundredths of a point of a hundred, before a year or a group settles another.
    pub weight: i64,
}

/// One question, scored from 0 to 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What it is known by.
    pub key: QuestionKey,
    /// The part of the indicator.
    pub subindicator: String,
    /// What is asked.
    pub body: String,
    /// Who answers, where the instrument says so.
    pub answered_by: String,
    /// What evidence it wants, where the instrument says so.
    pub evidence: String,
}

/// An instrument as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Its questions, in order.
    pub questions: Vec<Question>,
}

impl Instrument {
    /// The weights that the instrument itself names.
    ///
    /// # Errors
    /// `plan.refused.weights_sum`.
    pub fn weights(&self) -> Result<Weights, Refusal> {
        Weights::new(self.sections.iter().map(|section| (section.key.clone(), section.weight)).collect())
    }

    /// The section of that key.
    pub fn section(&self, key: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.key == key)
    }
}

/// The scores of one region that a file of an instrument holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnOfScores {
    /// The region, as named by the column.
    pub region: String,
    /// The year.
    pub year: i64,
    /// The score of each question in order, in thousandths; `None` where the cell is empty.
    pub scores: Vec<Option<i64>>,
}

/// What a file of an instrument holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadInstrument {
    /// The instrument.
    pub instrument: Instrument,
    /// The year of its weights, if the file says one.
    pub year: Option<i64>,
    /// The group of regions that its weights are for, if the file says one.
    pub group: String,
    /// Regions' scores.
    pub columns: Vec<ColumnOfScores>,
}

/// Where each thing stands in the file.
struct Columns {
    section: usize,
    weight: usize,
    indicator: usize,
    subindicator: usize,
    code: usize,
    body: usize,
    answered_by: Option<usize>,
    evidence: Option<usize>,
}

impl Columns {
    fn of(sheet: &Sheet) -> Result<Columns, Refusal> {
        Ok(Columns {
            section: sheet.needed("bagian")?,
            weight: sheet.needed("bobot")?,
            indicator: sheet.needed("indikator")?,
            subindicator: sheet.needed("subindikator")?,
            code: sheet.needed("kode")?,
            body: sheet.needed("pertanyaan")?,
            answered_by: sheet.column("penjawab"),
            evidence: sheet.column("bukti").or_else(|| sheet.column("jenis_bukti")),
        })
    }
}

/// Reads an instrument from CSV: `bagian`, `bobot…`, `indikator`, `subindikator`, `kode`, `pertanyaan…`, perhaps
/// `penjawab` and `bukti`, and a column `nilai_…` for each region whose scores it holds.
///
/// # Errors
/// What is wrong, and at which line. Nothing is half-read.
pub fn read(bytes: &[u8]) -> Result<ReadInstrument, Refusal> {
    let sheet = Sheet::read(bytes)?;
    let columns = Columns::of(&sheet)?;
    let (year, group) = weight_column(&sheet.head[columns.weight]).unwrap_or_default();
    let mut sections: Vec<Section> = Vec::new();
    let mut questions = Vec::new();
    let mut seen = HashSet::new();
    for row in &sheet.rows {
        let section = section_of(row, &columns, &mut sections)?;
        let question = question_of(row, &columns, section)?;
        if !seen.insert(question.key.clone()) {
            let key = question.key.to_string();
            return Err(at_line("plan.refused.question_twice", row.line).with("question", key));
        }
        questions.push(question);
    }
    check_counts(&sections, &questions)?;
    let columns = scores(&sheet, year)?;
    let instrument = Instrument { sections, questions };
    instrument.weights()?;
    Ok(ReadInstrument { instrument, year, group, columns })
}

fn section_of(row: &SheetRow, columns: &Columns, sections: &mut Vec<Section>) -> Result<String, Refusal> {
    let text = &row.cells[columns.section];
    let key = section_key(text);
    if key.is_empty() || text.chars().count() > LINE_MAX_CHARS {
        return Err(at_line("plan.refused.section_name", row.line));
    }
    let weight = read_weight(&row.cells[columns.weight]).map_err(|refusal| refusal.with("line", line(row)))?;
    match sections.iter().find(|section| section.key == key) {
        Some(known) if known.weight == weight => {}
        Some(known) => {
            let name = known.name.clone();
            return Err(at_line("plan.refused.section_weights", row.line).with("section", name));
        }
        None => {
            let (name, note) = section_name(text);
            sections.push(Section { key: key.clone(), name, note, weight });
        }
    }
    Ok(key)
}

fn line(row: &SheetRow) -> String {
    row.line.to_string()
}

fn question_of(row: &SheetRow, columns: &Columns, section: String) -> Result<Question, Refusal> {
    let cell = |at: usize| row.cells[at].clone();
    let optional = |at: Option<usize>| at.map(cell).unwrap_or_default();
    let key = QuestionKey { section, indicator: cell(columns.indicator), code: cell(columns.code) };
    let short = [&key.indicator, &key.code].into_iter().all(|text| text.chars().count() <= LINE_MAX_CHARS);
    if key.code.is_empty() || !short {
        return Err(at_line("plan.refused.question_code", row.line));
    }
    Ok(Question {
        key,
        subindicator: cell(columns.subindicator),
        body: cell(columns.body),
        answered_by: optional(columns.answered_by),
        evidence: optional(columns.evidence),
    })
}

fn check_counts(sections: &[Section], questions: &[Question]) -> Result<(), Refusal> {
    if sections.len() > SECTIONS_MAX_COUNT {
        return Err(Refusal::new("plan.refused.sections_many").with("most", SECTIONS_MAX_COUNT.to_string()));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for question in questions {
        *counts.entry(&question.key.section).or_default() += 1;
    }
    if counts.values().any(|count| *count > QUESTIONS_PER_SECTION_MAX_COUNT) {
        let most = QUESTIONS_PER_SECTION_MAX_COUNT.to_string();
        return Err(Refusal::new("plan.refused.questions_many").with("most", most));
    }
    Ok(())
}

fn scores(sheet: &Sheet, year: Option<i64>) -> Result<Vec<ColumnOfScores>, Refusal> {
    let mut found = Vec::new();
    for (at, head) in sheet.head.iter().enumerate() {
        let Some((region, own_year)) = score_column(head) else { continue };
        let missing = || Refusal::new("plan.refused.score_year").with("column", head.clone());
        let year = own_year.or(year).ok_or_else(missing)?;
        let scores = sheet.rows.iter().map(|row| score_in(row, at)).collect::<Result<_, _>>()?;
        found.push(ColumnOfScores { region, year, scores });
    }
    Ok(found)
}

/// The score in a cell, in thousandths.
///
/// # Errors
/// `plan.refused.score` with the line and what stands there.
pub(crate) fn score_in(row: &SheetRow, at: usize) -> Result<Option<i64>, Refusal> {
    let text = &row.cells[at];
    if text.is_empty() {
        return Ok(None);
    }
    let score = read_decimal(text, SCORE_DECIMALS_MAX_COUNT).filter(|score| *score <= MARK_MAX * 1_000);
    let refused = || at_line("plan.refused.score", row.line).with("text", text.clone());
    score.map(Some).ok_or_else(refused)
}

/// Reads the year of a command.
///
/// # Errors
/// `plan.refused.year`.
pub fn year_of(text: &str) -> Result<i64, Refusal> {
    read_year(text).ok_or_else(|| Refusal::new("plan.refused.year").with("text", text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "bagian,bobot_bagian_2023,indikator,subindikator,kode,pertanyaan_ringkas,nilai_kota_uji_2023(0-4)\n";

    fn read_rows(rows: &str) -> Result<ReadInstrument, Refusal> {
        read(format!("{HEAD}{rows}").as_bytes())
    }

    #[test]
    fn a_code_may_stand_in_several_indicators() {
        let read = read_rows("Dampak,60,A,a,4.1.1,x,3\nDampak,60,B,b,4.1.1,y,\nAwal (tahun ini),40,A,a,4.1.1,z,2.5\n");
        let read = read.unwrap();
        assert_eq!(read.instrument.questions.len(), 3);
        assert_eq!(read.instrument.sections[1].note, "tahun ini");
        assert_eq!(read.columns[0].scores, [Some(3_000), None, Some(2_500)]);
        assert_eq!((read.columns[0].region.as_str(), read.columns[0].year), ("Kota Uji", 2023));
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused_whole() {
        for (rows, key) in [
            ("A,100,i,s,1,x,3\nA,100,i,s,1,y,3\n", "plan.refused.question_twice"),
            ("A,50,i,s,1,x,3\nA,40,i,s,2,y,3\n", "plan.refused.section_weights"),
            ("A,50,i,s,1,x,3\nB,40,i,s,2,y,3\n", "plan.refused.weights_sum"),
            ("A,100,i,s,1,x,4.5\n", "plan.refused.score"),
            ("A,100,i,s,1,x,n/a\n", "plan.refused.score"),
            ("A,100,i,s,,x,3\n", "plan.refused.question_code"),
            (",100,i,s,1,x,3\n", "plan.refused.section_name"),
            ("A,seratus,i,s,1,x,3\n", "plan.refused.weight"),
        ] {
            assert_eq!(read_rows(rows).unwrap_err().key, key, "{rows}");
        }
        assert_eq!(read(b"bagian,kode\nA,1\n").unwrap_err().key, "plan.refused.sheet_column");
    }
}
