//! Tables from CSV files, with the line of every row, so that a refusal can name it.

use std::collections::HashMap;
use std::sync::Arc;

/// A file read as a table: the names of its columns and its rows.
#[derive(Debug)]
pub struct Table {
    /// Column names in lower case, with their place.
    columns: Arc<HashMap<String, usize>>,
    /// Rows, or the line and the reason why one could not be read.
    pub rows: Vec<Result<TableRow, (u64, String)>>,
}

/// One row with its line in the file, counted from 1.
#[derive(Debug)]
pub struct TableRow {
    /// The line on which the row begins.
    pub line: u64,
    columns: Arc<HashMap<String, usize>>,
    fields: csv::StringRecord,
}

impl TableRow {
    /// The trimmed field of that column; empty if there is none.
    pub fn get(&self, column: &str) -> &str {
        self.columns.get(column).and_then(|place| self.fields.get(*place)).unwrap_or("").trim()
    }
}

impl Table {
    /// Reads the text; `,` or `;` separates, as spreadsheets in Indonesia write the latter.
    ///
    /// # Errors
    /// Why the head of the file cannot be read.
    pub fn read(text: &str) -> Result<Table, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let head = text.lines().next().unwrap_or("");
        let delimiter = if head.matches(';').count() > head.matches(',').count() { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(true)
            .from_reader(text.as_bytes());
        let headers = reader.headers().map_err(|error| format!("the head cannot be read: {error}"))?;
        let columns: HashMap<String, usize> =
            headers.iter().enumerate().map(|(place, name)| (name.trim().to_lowercase(), place)).collect();
        let columns = Arc::new(columns);
        let rows = reader
            .records()
            .map(|record| match record {
                Ok(fields) => {
                    let line = fields.position().map_or(0, csv::Position::line);
                    Ok(TableRow { line, columns: Arc::clone(&columns), fields })
                }
                Err(error) => Err((error.position().map_or(0, csv::Position::line), error.to_string())),
            })
            .collect();
        Ok(Table { columns, rows })
    }

    /// The first of `wanted` that the file has no column for.
    pub fn missing<'a>(&self, wanted: &[&'a str]) -> Option<&'a str> {
        wanted.iter().copied().find(|name| !self.columns.contains_key(*name))
    }

    /// Whether the file has that column.
    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_know_their_line_though_a_field_spans_two() {
        let table = Table::read("\u{feff}Code;Name\n1;\"a\nb\"\n2;c\n").unwrap();
        let lines: Vec<_> = table.rows.iter().map(|row| row.as_ref().unwrap().line).collect();
        assert_eq!(lines, [2, 4]);
        assert_eq!(table.rows[1].as_ref().unwrap().get("name"), "c");
        assert_eq!(table.missing(&["code", "parent"]), Some("parent"));
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "[\\PC\n\",;]{0,200}") {
            if let Ok(table) = Table::read(&text) {
                for row in table.rows.into_iter().flatten() {
                    let _ = row.get("code");
                }
            }
        }
    }
}
