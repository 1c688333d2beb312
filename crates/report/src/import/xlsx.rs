//! Histories in a workbook of Excel: its first sheet, row by row.
//!
//! A workbook is a ZIP of XML, so a few kilobytes may unpack to anything. Everything is unpacked once to be counted,
//! before the reader sees it; and what the reader gives is counted again, since one long text may stand in every cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use simpul_office::sheet_in::{GuardError, GuardLimits, guard};

use super::ImportError;

/// Largest workbook, in bytes.
pub const XLSX_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most bytes that its parts may unpack to, altogether.
pub const XLSX_UNPACKED_MAX_BYTES: u64 = 64 * 1024 * 1024;
/// Most parts.
pub const XLSX_PARTS_MAX_COUNT: usize = 1_000;
/// Most rows, the header among them.
pub const XLSX_ROWS_MAX_COUNT: usize = 100_001;
/// Most columns: a table of LAPOR! has some thirty.
pub const XLSX_COLUMNS_MAX_COUNT: usize = 200;
/// Most cells with something in them.
pub const XLSX_CELLS_MAX_COUNT: usize = 2_000_000;
/// Most bytes of text in all cells together.
pub const XLSX_TEXT_MAX_BYTES: usize = 64 * 1024 * 1024;

/// The day of Excel after which no year has four digits any more.
const LAST_DAY: f64 = 2_958_465.0;

/// A row with its number in the sheet, counted from 1.
pub type SheetRow = (u64, Vec<String>);

fn unreadable(says: impl Into<String>) -> ImportError {
    ImportError::Unreadable(says.into())
}

fn too_large(what: &str) -> ImportError {
    unreadable(format!("the workbook has too many {what}: save the sheet as CSV and import it by the command line"))
}

/// Reads the first sheet. Slow work: call it on a blocking thread.
///
/// # Errors
/// When it is no workbook, or larger than the limits of this file allow.
pub fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, ImportError> {
    if bytes.len() > XLSX_MAX_BYTES {
        return Err(too_large("bytes"));
    }
    check_parts(bytes, XLSX_UNPACKED_MAX_BYTES)?;
    let damaged = |error: calamine::XlsxError| unreadable(format!("the workbook is damaged: {error}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let name = book.sheet_names().first().cloned().ok_or_else(|| unreadable("the workbook has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    let mut sheet = Sheet::default();
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        sheet.take(row, column, text(cell.get_value()))?;
    }
    Ok(sheet.rows)
}

/// Counts what is unpacked before the reader sees it.
fn check_parts(bytes: &[u8], most_bytes: u64) -> Result<(), ImportError> {
    let limits = GuardLimits {
        unpacked_bytes: most_bytes,
        parts_count: XLSX_PARTS_MAX_COUNT,
        texts_count: XLSX_CELLS_MAX_COUNT,
    };
    guard(bytes, limits).map_err(|error| match error {
        GuardError::Damaged(says) => unreadable(format!("the file is no workbook: {says}")),
        GuardError::TooManyParts => too_large("parts"),
        GuardError::TooManyBytes => too_large("bytes"),
        GuardError::TooManyTexts => too_large("texts"),
    })
}

/// Rows as they come.
#[derive(Default)]
struct Sheet {
    rows: Vec<SheetRow>,
    cells: usize,
    bytes: usize,
}

impl Sheet {
    fn take(&mut self, row: u32, column: u32, text: String) -> Result<(), ImportError> {
        if text.is_empty() {
            return Ok(());
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let line = u64::from(row) + 1;
        self.cells += 1;
        self.bytes += text.len();
        if self.cells > XLSX_CELLS_MAX_COUNT || self.bytes > XLSX_TEXT_MAX_BYTES {
            return Err(too_large("cells"));
        }
        if column >= XLSX_COLUMNS_MAX_COUNT {
            return Err(too_large("columns"));
        }
        match self.rows.last() {
            Some((last, _)) if *last > line => return Err(unreadable("the rows of the workbook are out of order")),
            Some((last, _)) if *last == line => {}
            _ if self.rows.len() >= XLSX_ROWS_MAX_COUNT => return Err(too_large("rows")),
            _ => self.rows.push((line, Vec::new())),
        }
        if let Some((_, cells)) = self.rows.last_mut() {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text;
        }
        Ok(())
    }
}

/// A cell as it would stand in a CSV file.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Int(number) => number.to_string(),
        // A tracking id is a whole number to Excel.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(yes) => (if *yes { "ya" } else { "tidak" }).to_owned(),
        DataRef::DateTime(at) if at.is_datetime() && (0.0..=LAST_DAY).contains(&at.as_f64()) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTime(at) => at.as_f64().to_string(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Write;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// A workbook with that sheet and those shared texts, as XML.
    pub(crate) fn book(sheet: &str, texts: &str) -> Vec<u8> {
        const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>"#;
        const MAIN: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let parts = [
            (
                "_rels/.rels",
                format!(
                    r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
                    <Relationship Id="r0" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    r#"{HEAD}<workbook {MAIN} xmlns:r="{office}"><sheets><sheet name="A" sheetId="1" r:id="r1"/>
                    </sheets></workbook>"#
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    r#"{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
                    <Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(r#"{HEAD}<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>"#),
            ),
            ("xl/sharedStrings.xml", format!(r#"{HEAD}<sst {MAIN} {texts}</sst>"#)),
        ];
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
            zip.start_file(name, packed).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    /// A table of plain texts as a workbook.
    pub(crate) fn table(rows: &[&[&str]]) -> Vec<u8> {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let cell = |(column, text): (usize, &&str), row: usize| {
            let letter = char::from(b'A' + column as u8);
            format!(r#"<c r="{letter}{}" t="inlineStr"><is><t>{}</t></is></c>"#, row + 1, escape(text))
        };
        let row = |(at, cells): (usize, &&[&str])| {
            let cells: String = cells.iter().enumerate().map(|found| cell(found, at)).collect();
            format!(r#"<row r="{}">{cells}</row>"#, at + 1)
        };
        let sheet: String = rows.iter().enumerate().map(row).collect();
        book(&sheet, r#"count="0" uniqueCount="0">"#)
    }

    #[test]
    fn texts_numbers_and_gaps_stand_in_their_columns_and_rows() {
        let sheet = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>tiga</t></is></c></row>
            <row r="4"><c r="B4"><v>8812345</v></c><c r="D4"><v>1.5</v></c></row>"#;
        let read = rows(&book(sheet, r#"count="1" uniqueCount="1"><si><t>satu</t></si>"#)).unwrap();
        let own = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        assert_eq!(read, [(1, own(&["satu", "", "tiga"])), (4, own(&["", "8812345", "", "1.5"]))]);
    }

    #[test]
    fn a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_read() {
        let long = "A".repeat(200_000);
        let bomb = book(&format!("<!--{long}-->"), r#"count="0" uniqueCount="0">"#);
        assert!(bomb.len() < 5_000, "a small file: {}", bomb.len());
        assert!(matches!(check_parts(&bomb, 100_000), Err(ImportError::Unreadable(_))));
        assert!(check_parts(&bomb, 300_000).is_ok());
        for wrong in [
            book("", r#"count="1" uniqueCount="99999999999999">"#),
            book(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#, r#"count="0" uniqueCount="0">"#),
            book(
                r#"<row r="9"><c r="A9"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#,
                r#"count="0" uniqueCount="0">"#,
            ),
            vec![0; XLSX_MAX_BYTES + 1],
            b"PK\x03\x04 no workbook".to_vec(),
            Vec::new(),
        ] {
            assert!(matches!(rows(&wrong), Err(ImportError::Unreadable(_))));
        }
        let far =
            rows(&book(r#"<row r="1048576"><c r="A1048576"><v>1</v></c></row>"#, r#"count="0" uniqueCount="0">"#));
        assert_eq!(far.unwrap(), [(1_048_576, vec!["1".to_owned()])], "an empty million rows take no room");
    }

    #[test]
    fn one_long_text_in_many_cells_is_counted_in_each() {
        let cells: String =
            (1..3_000).map(|row| format!(r#"<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>"#)).collect();
        let long = "panjang ".repeat(4_000);
        let read = rows(&book(&cells, &format!(r#"count="1" uniqueCount="1"><si><t>{long}</t></si>"#)));
        assert!(matches!(read, Err(ImportError::Unreadable(_))));
    }

    static TABLE: LazyLock<Vec<u8>> = LazyLock::new(|| table(&[&["id", "status"], &["1", "selesai"]]));

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn no_damage_makes_it_panic(at in 0usize..2_000, byte: u8, cut in 0usize..2_000) {
            let mut bytes = TABLE.clone();
            let length = bytes.len();
            bytes[at % length] = byte;
            let _ = rows(&bytes);
            let _ = rows(&bytes[..cut % length]);
        }
    }
}
