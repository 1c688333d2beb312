//! Lists as CSV files that open safely in a spreadsheet.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use simpul_shell::PageError;
use simpul_store::Error;

/// What stands in the last column of every row of a demo: the file may travel without the page it came from.
const DEMO: &str = "DATA CONTOH – BUKAN DATA RESMI";

/// A file that is being written.
pub(crate) struct Sheet {
    writer: csv::Writer<Vec<u8>>,
    demo: bool,
}

impl Sheet {
    /// Begins with the names of the columns.
    pub(crate) fn new(demo: bool, columns: &[&str]) -> Result<Sheet, PageError> {
        let mut sheet = Sheet { writer: csv::Writer::from_writer(Vec::new()), demo };
        let mark = demo.then_some("keterangan");
        sheet.write(columns.iter().copied().chain(mark))?;
        Ok(sheet)
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[&str]) -> Result<(), PageError> {
        let cells: Vec<String> = cells.iter().map(|cell| harmless(cell)).collect();
        let mark = self.demo.then_some(DEMO);
        self.write(cells.iter().map(String::as_str).chain(mark))
    }

    fn write<'c>(&mut self, cells: impl Iterator<Item = &'c str>) -> Result<(), PageError> {
        self.writer.write_record(cells).map_err(|error| Error::Broken(format!("csv: {error}")).into())
    }

    /// The file's text.
    fn text(self) -> Result<Vec<u8>, PageError> {
        self.writer.into_inner().map_err(|error| Error::Broken(format!("csv: {error}")).into())
    }

    /// The answer that a browser saves as `NAME.csv`; `name` is ours and plain ASCII.
    pub(crate) fn answer(self, name: &str) -> Result<Response, PageError> {
        let name = if self.demo { format!("contoh-{name}.csv") } else { format!("{name}.csv") };
        let mut answer = Response::new(Body::from(self.text()?));
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"));
        if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
        Ok(answer)
    }
}

/// A cell that a spreadsheet would take for a formula gets an apostrophe before it, which the spreadsheet hides.
fn harmless(cell: &str) -> String {
    // A NUL or a lone carriage return would be read as the end of the cell by some.
    let cell = cell.replace(['\0', '\r'], " ");
    if cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠']) || cell.starts_with('\t') {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(demo: bool, cells: &[&str]) -> String {
        let mut sheet = Sheet::new(demo, &["a"]).unwrap();
        sheet.row(cells).unwrap();
        String::from_utf8(sheet.text().unwrap()).unwrap()
    }

    #[test]
    fn a_formula_stays_text() {
        for cell in ["=1+1", "+62812", "-1", "@sum", "\t=1", "  =cmd|' /C calc'!A0"] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(harmless("Dinas Perhubungan"), "Dinas Perhubungan");
    }

    #[test]
    fn every_row_of_a_demo_says_so() {
        assert_eq!(written(true, &["x"]), format!("a,keterangan\nx,{DEMO}\n"));
        assert_eq!(written(false, &["x"]), "a\nx\n");
    }

    proptest! {
        #[test]
        fn a_row_stays_one_row(cell in "[\\PC\n\r\",;]{0,30}") {
            let text = written(false, &[&cell]);
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            prop_assert_eq!(reader.records().count(), 1);
        }
    }
}
