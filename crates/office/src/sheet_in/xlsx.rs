//! A sheet of a workbook, cell by cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use simpul_kernel::Refusal;

use super::{
    Address, CELLS_MAX_COUNT, COLUMNS_MAX_COUNT, GuardError, GuardLimits, Merged, ROWS_MAX_COUNT,
    SHEET_PARTS_MAX_COUNT, SHEET_TEXT_MAX_BYTES, SHEET_UNPACKED_MAX_BYTES, Sheet, SheetRow, Value, guard, refused,
    value,
};

const LIMITS: GuardLimits = GuardLimits {
    unpacked_bytes: SHEET_UNPACKED_MAX_BYTES,
    parts_count: SHEET_PARTS_MAX_COUNT,
    texts_count: CELLS_MAX_COUNT,
};

/// What the reader says of it is in its own words, which help nobody who has the file before them.
fn damaged(_: XlsxError) -> Refusal {
    refused("office.sheet.not_workbook")
}

pub fn read(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Refusal> {
    // The reader computes with numbers of the file before it has looked at them, and may panic on a damaged one.
    let read = std::panic::catch_unwind(|| read_trusting(bytes, wanted));
    read.unwrap_or_else(|_| Err(refused("office.sheet.not_workbook")))
}

fn read_trusting(bytes: &[u8], wanted: Option<&str>) -> Result<Sheet, Refusal> {
    guard(bytes, LIMITS).map_err(|error| match error {
        GuardError::Damaged(_) => refused("office.sheet.not_workbook"),
        GuardError::TooManyParts | GuardError::TooManyBytes | GuardError::TooManyTexts => {
            refused("office.sheet.unpacks_too_large")
        }
    })?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let (name, hidden) = choose(&book, wanted)?;
    let merged = book.merge_cells_by_sheet_name(&name).map_err(damaged)?;
    let merged = merged
        .iter()
        .filter(|area| area.start != area.end)
        .filter_map(|area| Some(Merged { first: address(area.start)?, last: address(area.end)? }));
    let merged: Vec<Merged> = merged.collect();
    let mut taking = Taking::default();
    let mut cells = book.worksheet_cells_reader(&name).map_err(damaged)?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(damaged)? {
        let value = match (&cell.value, &cell.formula) {
            (DataRef::Empty, Some(_)) => Value::Formula,
            (value, _) => value::of(value),
        };
        taking.take(cell.pos, value)?;
    }
    let mut rows = taking.rows;
    rows.retain(|row| !row.cells.is_empty());
    Ok(Sheet { name, hidden, rows, merged })
}

fn address((row, column): (u32, u32)) -> Option<Address> {
    Some(Address { column: u16::try_from(column).ok()?, row: row.saturating_add(1) })
}

/// The sheet to be read, and those that are hidden.
fn choose(book: &Xlsx<Cursor<&[u8]>>, wanted: Option<&str>) -> Result<(String, Vec<String>), Refusal> {
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let (shown, hidden): (Vec<_>, Vec<_>) = sheets.partition(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<&str> = shown.iter().map(|sheet| sheet.name.as_str()).collect();
    let same = |name: &&&str| wanted.is_none_or(|wanted| name.trim().to_lowercase() == wanted.trim().to_lowercase());
    let name = names.iter().find(same).map(|name| (*name).to_owned()).ok_or_else(|| match wanted {
        Some(wanted) => refused("office.sheet.no_such_sheet").with("name", wanted).with("found", names.join(", ")),
        None => refused("office.sheet.no_sheet"),
    })?;
    Ok((name, hidden.into_iter().map(|sheet| sheet.name.clone()).collect()))
}

/// Rows as they come.
#[derive(Default)]
struct Taking {
    rows: Vec<SheetRow>,
    cells: usize,
    bytes: usize,
}

impl Taking {
    fn take(&mut self, (row, column): (u32, u32), value: Value) -> Result<(), Refusal> {
        if value == Value::Empty {
            return Ok(());
        }
        self.cells += 1;
        self.bytes += if let Value::Text(text) = &value { text.len() } else { 0 };
        if self.cells > CELLS_MAX_COUNT || self.bytes > SHEET_TEXT_MAX_BYTES {
            return Err(refused("office.sheet.unpacks_too_large"));
        }
        let column = u16::try_from(column).ok().filter(|column| usize::from(*column) < COLUMNS_MAX_COUNT);
        let column = column
            .ok_or_else(|| refused("office.sheet.too_many_columns").with("max", COLUMNS_MAX_COUNT.to_string()))?;
        let number = row.saturating_add(1);
        let out_of_order = || refused("office.sheet.not_workbook");
        match self.rows.last() {
            Some(last) if last.number > number => return Err(out_of_order()),
            Some(last) if last.number == number => {}
            _ if self.rows.len() >= ROWS_MAX_COUNT => {
                return Err(refused("office.sheet.too_many_rows").with("max", ROWS_MAX_COUNT.to_string()));
            }
            _ => self.rows.push(SheetRow { number, cells: Vec::new() }),
        }
        let Some(last) = self.rows.last_mut() else { return Ok(()) };
        if last.cells.last().is_some_and(|(before, _)| *before >= column) {
            return Err(out_of_order());
        }
        last.cells.push((column, value));
        Ok(())
    }
}
