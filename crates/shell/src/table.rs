//! Tables that leave Simpul as files: CSV for every spreadsheet, CSV for Excel as it stands in Indonesia, and XLSX.
//!
//! What a person typed can't become a formula in either: Excel, LibreOffice and Google Sheets calculate a cell of a CSV
//! file that begins like one, so such a cell is begun with an apostrophe; in XLSX every text is a string cell. Rows are
//! written as they come, so that a long table needs no memory of its own.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::{Stream, StreamExt};
use rust_xlsxwriter::{Format as CellFormat, Workbook, XlsxError};
use simpul_kernel::Timestamp;
use simpul_kernel::calendar::Zone;
use simpul_store::{Error, Result};

/// Most rows of a table that is handed out as a file.
pub const TABLE_ROWS_MAX_COUNT: usize = 100_000;
/// Longest text of a cell, in characters of UTF-16: Excel's own limit.
const CELL_TEXT_MAX_UNITS: usize = 32_767;
/// Days from Excel's day 0 to 1970-01-01.
const EXCEL_EPOCH_DAYS: i64 = 25_569;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileKind {
    /// Fields apart by commas, UTF-8 with a mark at its beginning, by which Excel knows it.
    #[default]
    Csv,
    /// The same apart by semicolons: what Excel expects where the comma is the decimal sign, as in Indonesia.
    CsvSemicolon,
    /// Excel's own.
    Xlsx,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [FileKind; 3] = [FileKind::Csv, FileKind::CsvSemicolon, FileKind::Xlsx];

    /// The word in addresses.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Csv => "csv",
            FileKind::CsvSemicolon => "csv-excel",
            FileKind::Xlsx => "xlsx",
        }
    }

    /// The kind of that name; what is unknown is CSV.
    pub fn parse(name: &str) -> FileKind {
        FileKind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or_default()
    }

    fn extension(self) -> &'static str {
        match self {
            FileKind::Csv | FileKind::CsvSemicolon => "csv",
            FileKind::Xlsx => "xlsx",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            FileKind::Csv | FileKind::CsvSemicolon => "text/csv; charset=utf-8",
            FileKind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing: unknown, which is not zero.
    Empty,
    /// A text, whoever wrote it.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A number with places.
    Decimal(f64),
    /// A moment, shown in the table's zone, which its column's heading names.
    Moment(Timestamp),
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    /// A moment, where there is one.
    pub fn moment(at: Option<Timestamp>) -> Cell {
        at.map_or(Cell::Empty, Cell::Moment)
    }

    /// A number, where there is one.
    pub fn decimal(value: Option<f64>) -> Cell {
        value.map_or(Cell::Empty, Cell::Decimal)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

/// What stands above the rows.
#[derive(Debug, Clone)]
pub struct Head {
    /// Lines above the heading: that the data are a sample, that the table was cut.
    pub notes: Vec<String>,
    /// The names of the columns.
    pub columns: Vec<String>,
    /// In which zone moments are shown.
    pub zone: Zone,
}

/// Writes a table row by row.
pub struct TableWriter {
    zone: Zone,
    file: File,
}

enum File {
    /// What parts the fields, and what has been written since it was taken last.
    Csv(u8, Box<csv::Writer<Vec<u8>>>),
    Xlsx {
        book: Box<Workbook>,
        row: u32,
        moment: CellFormat,
    },
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::Broken(format!("table: {error}"))
}

/// Whether a spreadsheet would calculate a text that begins so. Spaces before it don't hold every program back, and the
/// wide signs of East Asian keyboards count as the narrow ones.
fn is_formula(text: &str) -> bool {
    let first = text.trim_start_matches(' ').chars().next();
    matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'))
}

/// The text as a field of CSV that no spreadsheet calculates.
pub fn harmless(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

/// At most so much of a text as a cell of Excel holds.
fn fitting(text: &str) -> &str {
    let mut units = 0;
    for (at, sign) in text.char_indices() {
        units += sign.len_utf16();
        if units > CELL_TEXT_MAX_UNITS {
            return &text[..at];
        }
    }
    text
}

/// `2026-11-22 08:10` in the zone.
fn moment_text(zone: Zone, at: Timestamp) -> String {
    let local = zone.local(at);
    let (date, hour, minute) = (local.date(), local.hour(), local.minute());
    format!("{date} {hour:02}:{minute:02}")
}

/// The moment as Excel counts: days since its day 0, in the zone, to the minute.
fn excel_days(zone: Zone, at: Timestamp) -> f64 {
    let local = zone.local(at);
    let minutes = (local.unix_timestamp() + i64::from(local.offset().whole_seconds())).div_euclid(60);
    EXCEL_EPOCH_DAYS as f64 + minutes as f64 / 1_440.0
}

impl TableWriter {
    /// A table with its head.
    ///
    /// # Errors
    /// When there is no place for the file that an XLSX grows in.
    pub fn new(kind: FileKind, head: &Head) -> Result<TableWriter> {
        let file = match kind {
            FileKind::Csv | FileKind::CsvSemicolon => {
                let delimiter = if kind == FileKind::Csv { b',' } else { b';' };
                // Excel takes a file without this mark for one of an older character set.
                File::Csv(delimiter, Box::new(csv_writer(delimiter, "\u{feff}".as_bytes().to_vec())))
            }
            FileKind::Xlsx => {
                let mut book = Workbook::new();
                book.add_worksheet_with_constant_memory().map_err(broken)?;
                let moment = CellFormat::new().set_num_format("yyyy-mm-dd hh:mm");
                File::Xlsx { book: Box::new(book), row: 0, moment }
            }
        };
        let mut table = TableWriter { zone: head.zone, file };
        for note in &head.notes {
            table.row(&[Cell::text(note)])?;
        }
        let columns: Vec<Cell> = head.columns.iter().map(Cell::text).collect();
        table.row(&columns)?;
        Ok(table)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When memory or the disk is full.
    pub fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let zone = self.zone;
        match &mut self.file {
            File::Csv(_, writer) => {
                let texts = cells.iter().map(|cell| match cell {
                    Cell::Empty => String::new(),
                    Cell::Text(text) => harmless(text),
                    Cell::Number(number) => number.to_string(),
                    Cell::Decimal(number) => number.to_string(),
                    Cell::Moment(at) => moment_text(zone, *at),
                });
                writer.write_record(texts).map_err(broken)
            }
            File::Xlsx { book, row, moment } => {
                write_cells(book, *row, cells, (zone, moment)).map_err(broken)?;
                *row += 1;
                Ok(())
            }
        }
    }

    /// What has been written since it was asked for last; nothing before the end of an XLSX file.
    ///
    /// # Errors
    /// When memory or the disk is full.
    pub fn take(&mut self) -> Result<Vec<u8>> {
        match &mut self.file {
            File::Csv(delimiter, writer) => {
                let next = Box::new(csv_writer(*delimiter, Vec::new()));
                std::mem::replace(writer, next).into_inner().map_err(broken)
            }
            File::Xlsx { .. } => Ok(Vec::new()),
        }
    }

    /// What is left of the file. Packing a long XLSX takes a second, so that it stands on a thread of its own.
    ///
    /// # Errors
    /// As [`TableWriter::take`].
    pub async fn finish(mut self) -> Result<Vec<u8>> {
        match self.file {
            File::Csv(..) => self.take(),
            File::Xlsx { mut book, .. } => {
                let packing = tokio::task::spawn_blocking(move || book.save_to_buffer().map_err(broken));
                packing.await.map_err(broken)?
            }
        }
    }
}

fn csv_writer(delimiter: u8, into: Vec<u8>) -> csv::Writer<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    builder.delimiter(delimiter).flexible(true).terminator(csv::Terminator::CRLF);
    builder.from_writer(into)
}

/// Rows of a table, some at a time.
pub type Rows = Vec<Vec<Cell>>;

/// The table as the answer to a request: a file `name` whose rows are written as `blocks` brings them.
///
/// # Errors
/// When the table can't be begun. An error that comes later breaks the download off, so that nobody takes half a table
/// for a whole one.
pub fn download(
    kind: FileKind,
    name: &str,
    head: &Head,
    blocks: impl Stream<Item = Result<Rows>> + Send + 'static,
) -> Result<Response> {
    let writer = TableWriter::new(kind, head)?;
    let steps = futures_util::stream::try_unfold(Some((writer, Box::pin(blocks))), |state| async move {
        let Some((mut writer, mut blocks)) = state else { return Ok::<_, Error>(None) };
        match blocks.next().await {
            Some(rows) => {
                rows?.iter().try_for_each(|row| writer.row(row))?;
                Ok(Some((Bytes::from(writer.take()?), Some((writer, blocks)))))
            }
            None => Ok(Some((Bytes::from(writer.finish().await?), None))),
        }
    });
    let mut answer = Response::new(Body::from_stream(steps));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    let file = format!("attachment; filename=\"{name}.{}\"", kind.extension());
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::try_from(file).map_err(broken)?);
    Ok(answer)
}

fn write_cells(
    book: &mut Workbook,
    row: u32,
    cells: &[Cell],
    (zone, moment): (Zone, &CellFormat),
) -> std::result::Result<(), XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    for (column, cell) in (0u16..).zip(cells) {
        match cell {
            Cell::Empty => {}
            Cell::Text(text) => drop(sheet.write_string(row, column, fitting(text))?),
            Cell::Number(number) => drop(sheet.write_number(row, column, *number as f64)?),
            Cell::Decimal(number) => drop(sheet.write_number(row, column, *number)?),
            Cell::Moment(at) => drop(sheet.write_number_with_format(row, column, excel_days(zone, *at), moment)?),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head() -> Head {
        let notes = vec!["DATA CONTOH – BUKAN DATA RESMI".to_owned()];
        Head { notes, columns: vec!["Nomor".into(), "Dilaporkan (WITA)".into()], zone: Zone::Wita }
    }

    async fn written(kind: FileKind, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut table = TableWriter::new(kind, &head()).unwrap();
        let mut bytes = Vec::new();
        for row in rows {
            table.row(row).unwrap();
            bytes.extend(table.take().unwrap());
        }
        bytes.extend(table.finish().await.unwrap());
        bytes
    }

    #[tokio::test]
    async fn a_csv_file_has_its_mark_its_notes_and_moments_of_the_region() {
        let row = vec![Cell::from("LUTRA-2611-0001"), Cell::Moment(Timestamp(1_793_476_800_000_000)), Cell::Empty];
        let text = String::from_utf8(written(FileKind::Csv, std::slice::from_ref(&row)).await).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "\u{feff}DATA CONTOH – BUKAN DATA RESMI");
        assert_eq!(lines[1], "Nomor,Dilaporkan (WITA)");
        assert_eq!(lines[2], "LUTRA-2611-0001,2026-11-01 04:00,");
        let text = String::from_utf8(written(FileKind::CsvSemicolon, &[row]).await).unwrap();
        assert!(text.contains("LUTRA-2611-0001;2026-11-01 04:00;"), "{text}");
    }

    #[test]
    fn no_text_is_calculated() {
        for evil in ["=1+1", "+62812", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "＝1"] {
            assert_eq!(harmless(evil), format!("'{evil}"));
        }
        for fine in ["LUTRA-2611-0001", "'=1", "", "a=1", "1-2"] {
            assert_eq!(harmless(fine), fine);
        }
    }

    #[test]
    fn a_moment_of_excel_is_that_of_the_wall_clock() {
        // 1 November 2026, 04.00 WITA: day 46327 of Excel.
        assert!((excel_days(Zone::Wita, Timestamp(1_793_476_800_000_000)) - (46_327.0 + 4.0 / 24.0)).abs() < 1e-6);
    }

    #[tokio::test]
    async fn a_text_too_long_for_a_cell_is_cut_and_the_file_is_still_one() {
        let long = "😀".repeat(20_000);
        assert_eq!(fitting(&long).encode_utf16().count(), CELL_TEXT_MAX_UNITS - 1);
        let file = written(FileKind::Xlsx, &[vec![Cell::Text(long), Cell::Number(-3), Cell::Decimal(0.5)]]).await;
        assert_eq!(&file[..2], b"PK");
    }

    /// The cells of the row below the head, as a program reads them, and whether any is calculated.
    fn read_back(file: Vec<u8>) -> (Vec<String>, bool) {
        use calamine::{Reader, Xlsx};
        let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(file)).unwrap();
        let calculates = !book.worksheet_formula("Sheet1").unwrap().is_empty();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let cells = sheet.rows().nth(2).unwrap_or_default().iter().map(ToString::to_string);
        (cells.collect(), calculates)
    }

    #[tokio::test]
    async fn every_text_comes_back_from_excel_to_the_letter_and_none_is_calculated() {
        let hard = [
            "=1+1",
            "+62812",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "＝1",
            "=HYPERLINK(\"http://evil.test\",\"x\")",
            "_x000D_",
            "_x005F_x000D_",
            "<b>&amp;]]>",
            "a\r\nb\rc",
            "  spasi  ",
            "http://contoh.test",
            "1e5",
            "TRUE",
            "#REF!",
            "👩\u{200d}👧\u{202e}é",
        ];
        let cells: Vec<Cell> = hard.iter().copied().map(Cell::from).collect();
        let (back, calculates) = read_back(written(FileKind::Xlsx, &[cells]).await);
        assert_eq!(back, hard);
        assert!(!calculates);
        // What XML has no place for does not make the file one that nobody can open.
        let (back, _) = read_back(written(FileKind::Xlsx, &[vec![Cell::from("a\u{fffe}b\u{ffff}c\u{1}d")]]).await);
        assert!(back[0].starts_with('a') && back[0].ends_with('d'), "{back:?}");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_csv_as_it_was(texts in prop::collection::vec("[\\PC\n\r\t,;\"]{0,20}", 1..5)) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            for (kind, delimiter) in [(FileKind::Csv, b','), (FileKind::CsvSemicolon, b';')] {
                let cells: Vec<Cell> = texts.iter().map(Cell::text).collect();
                let bytes = runtime.block_on(written(kind, &[cells]));
                let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter)
                    .from_reader(&bytes[..]);
                let row = reader.records().nth(2).unwrap().unwrap();
                let back: Vec<&str> = row.iter().map(|field| {
                    prop_assert!(!is_formula(field), "{field:?}");
                    Ok(field)
                }).collect::<std::result::Result<_, TestCaseError>>()?;
                let expected: Vec<String> = texts.iter().map(|text| harmless(text)).collect();
                prop_assert_eq!(back, expected);
            }
        }
    }
}
