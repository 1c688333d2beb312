//! Tables that people send: workbooks (XLSX) and CSV, whatever Excel made of them.
//!
//! [`read`] gives the cells of one sheet as they stand, with their addresses; [`Sheet::table`] finds the heading and
//! knows its columns. What is wrong is told for the whole file at once, each with its place ("D17") and in words of the
//! catalogue ([`MESSAGES_ID`](crate::MESSAGES_ID)), so that nobody has to send a file ten times.

mod csv;
mod guard;
mod quotes;
mod table;
mod value;
mod xlsx;

use std::fmt;

use simpul_kernel::Refusal;

pub use csv::separator_line;
pub use guard::{GuardError, GuardLimits, guard};
pub use quotes::Quotes;
pub use table::{Fault, Table, TableRow, Want, add};
pub use value::{Value, date_text, number_text};

/// Largest file, in bytes.
pub const SHEET_MAX_BYTES: usize = 16 * 1024 * 1024;
/// Most bytes that the parts of a workbook may unpack to, altogether.
pub const SHEET_UNPACKED_MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Most parts of a workbook.
pub const SHEET_PARTS_MAX_COUNT: usize = 1_000;
/// Most rows of a sheet, its heading among them.
pub const ROWS_MAX_COUNT: usize = 200_000;
/// Most columns of a sheet.
pub const COLUMNS_MAX_COUNT: usize = 256;
/// Most cells with something in them.
pub const CELLS_MAX_COUNT: usize = 4_000_000;
/// Most bytes of text in all cells together.
pub const SHEET_TEXT_MAX_BYTES: usize = 128 * 1024 * 1024;

/// A place in a sheet, counted from 0 and told as Excel does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// From 0.
    pub column: u16,
    /// From 1, as Excel counts.
    pub row: u32,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", column_letters(self.column), self.row)
    }
}

/// A column as Excel calls it: A, B … Z, AA.
pub fn column_letters(column: u16) -> String {
    let mut letters = Vec::new();
    let mut rest = u32::from(column) + 1;
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// Cells that were merged into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Its first cell, which holds the value.
    pub first: Address,
    /// Its last cell.
    pub last: Address,
}

/// A row with something in it.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetRow {
    /// From 1.
    pub number: u32,
    /// The cells with something in them, by column from 0, in order.
    pub cells: Vec<(u16, Value)>,
}

impl SheetRow {
    /// What stands in a column.
    pub fn get(&self, column: u16) -> &Value {
        const NOTHING: &Value = &Value::Empty;
        let found = self.cells.binary_search_by_key(&column, |(at, _)| *at);
        found.ok().and_then(|at| self.cells.get(at)).map_or(NOTHING, |(_, value)| value)
    }
}

/// A sheet as it stands, without its empty rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Its name; empty for CSV.
    pub name: String,
    /// Sheets that were hidden, and are not read: to be told.
    pub hidden: Vec<String>,
    /// The rows.
    pub rows: Vec<SheetRow>,
    /// What was merged.
    pub merged: Vec<Merged>,
}

/// How files begin that a name may call a table: PDF, pictures, web pages.
const STRANGERS: [&[u8]; 6] = [b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"<!DOCTYPE", b"<html", b"{\\rtf"];

fn refused(key: &'static str) -> Refusal {
    Refusal::field("file", key)
}

/// Reads the sheet of that name, or the first that is not hidden. Slow work for a long file: call it on a blocking
/// thread.
///
/// # Errors
/// When the file is neither workbook nor CSV, is larger than the limits of this file allow, or has no such sheet.
pub fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Sheet, Refusal> {
    if bytes.len() > SHEET_MAX_BYTES {
        return Err(refused("office.sheet.too_large").with("max", (SHEET_MAX_BYTES / 1_048_576).to_string()));
    }
    // The old binary kind of Excel, and workbooks behind a password, begin like this.
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        return Err(refused("office.sheet.old_kind"));
    }
    if STRANGERS.iter().any(|start| bytes.starts_with(start)) {
        return Err(refused("office.sheet.not_workbook"));
    }
    let found = if bytes.starts_with(b"PK") { xlsx::read(bytes, sheet)? } else { csv::read(bytes)? };
    if found.rows.is_empty() { Err(refused("office.sheet.empty")) } else { Ok(found) }
}

#[cfg(test)]
pub(crate) mod tests;
