//! A table from a file of an office: whatever separator, mark and line end the program that wrote it has.

use simpul_kernel::Refusal;

/// Largest file of an instrument or of scores, in bytes.
pub const SHEET_MAX_BYTES: usize = 8 * 1024 * 1024;
/// Most columns of one.
const COLUMNS_MAX_COUNT: usize = 200;
/// Most rows of one.
pub const ROWS_MAX_COUNT: usize = 10_000;
/// Longest cell, in characters.
pub const CELL_MAX_CHARS: usize = 2_000;

/// One row with the line at which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The line in the file, counted from 1.
    pub line: u64,
    /// Its cells, trimmed; as many as the head has.
    pub cells: Vec<String>,
}

/// Head and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub head: Vec<String>,
    /// What follows.
    pub rows: Vec<SheetRow>,
}

impl Sheet {
    /// Reads CSV in UTF-8, separated by comma, semicolon or tab. Empty rows are left out.
    ///
    /// # Errors
    /// `plan.refused.sheet_…`: what is wrong, and at which line.
    pub fn read(bytes: &[u8]) -> Result<Sheet, Refusal> {
        if bytes.len() > SHEET_MAX_BYTES {
            return Err(Refusal::new("plan.refused.sheet_large").with("most", megabytes(SHEET_MAX_BYTES)));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            at_line("plan.refused.sheet_not_text", line)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .delimiter(separator(text))
            .from_reader(text.as_bytes());
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                at_line("plan.refused.sheet_broken", error.position().map_or(0, |position| position.line()))
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if cells.iter().all(String::is_empty) {
                continue;
            }
            if cells.len() > COLUMNS_MAX_COUNT || rows.len() > ROWS_MAX_COUNT {
                return Err(at_line("plan.refused.sheet_many", line));
            }
            if cells.iter().any(|cell| cell.chars().count() > CELL_MAX_CHARS || cell.contains('\0')) {
                return Err(at_line("plan.refused.sheet_cell", line));
            }
            rows.push(SheetRow { line, cells });
        }
        if rows.len() < 2 {
            return Err(Refusal::new("plan.refused.sheet_empty"));
        }
        let head = rows.remove(0).cells;
        for row in &mut rows {
            if row.cells.len() > head.len() && row.cells[head.len()..].iter().any(|cell| !cell.is_empty()) {
                return Err(at_line("plan.refused.sheet_wide", row.line));
            }
            row.cells.resize(head.len(), String::new());
        }
        Ok(Sheet { head, rows })
    }

    /// The column whose name begins like that, without regard to case.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.head.iter().position(|head| head.to_lowercase().starts_with(name))
    }

    /// The same, where it must be there.
    ///
    /// # Errors
    /// `plan.refused.sheet_column` with the name.
    pub fn needed(&self, name: &str) -> Result<usize, Refusal> {
        self.column(name).ok_or_else(|| Refusal::new("plan.refused.sheet_column").with("column", name.to_owned()))
    }
}

/// A refusal that names a line of the file.
pub fn at_line(key: &'static str, line: impl ToString) -> Refusal {
    Refusal::new(key).with("line", line.to_string())
}

fn megabytes(bytes: usize) -> String {
    format!("{} MB", bytes / 1024 / 1024)
}

/// The sign that parts the columns of the first line most often.
fn separator(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: char| first.matches(sign).count();
    if count(';') > count(',') {
        b';'
    } else if count('\t') > count(',') {
        b'\t'
    } else {
        b','
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_is_read_whatever_program_wrote_it() {
        for text in ["a,b\n1,\"x, y\"\n", "\u{feff}a;b\r\n1;x, y\r\n", "a\tb\n\n1\tx, y\n", "a,b\n1,\"x, y\",,\n"] {
            let sheet = Sheet::read(text.as_bytes()).unwrap();
            assert_eq!((sheet.head.len(), sheet.rows.len()), (2, 1), "{text}");
            assert_eq!(sheet.rows[0].cells, ["1", "x, y"], "{text}");
        }
    }

    #[test]
    fn what_is_no_table_is_refused_with_its_line() {
        let key = |bytes: &[u8]| {
            let refusal = Sheet::read(bytes).unwrap_err();
            (refusal.key, refusal.args.into_iter().map(|(_, value)| value).collect::<Vec<_>>())
        };
        assert_eq!(key(b"a,b\n\xff,2\n"), ("plan.refused.sheet_not_text", vec!["2".to_owned()]));
        assert_eq!(key(b"a,b\n"), ("plan.refused.sheet_empty", vec![]));
        assert_eq!(key(b"a,b\n1,2,3\n"), ("plan.refused.sheet_wide", vec!["2".to_owned()]));
        assert_eq!(key("a,b\n1,\0\n".as_bytes()), ("plan.refused.sheet_cell", vec!["2".to_owned()]));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Sheet::read(&bytes);
        }
    }
}
