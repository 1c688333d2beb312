//! Columns by their headings, and rows by their columns.

use simpul_kernel::Refusal;
use time::Date;

use super::{Address, Merged, Sheet, SheetRow, Value, column_letters};

/// Rows among which the heading is looked for: letters and notes may stand above a table.
const HEADING_ROWS_COUNT: usize = 30;
/// Faults that are told of one file; more are only said to be there.
pub const FAULTS_MAX_COUNT: usize = 500;
/// Most headings that are listed where one is missing.
const FOUND_MAX_COUNT: usize = 40;
/// Longest value that is told in a fault, in characters.
const SHOWN_MAX_CHARS: usize = 40;

/// A column that a table should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// By which the program asks for it.
    pub key: &'static str,
    /// Headings that it is known by, as they should be written; the first is told where it is missing. Case, spaces and
    /// punctuation make no difference.
    pub names: &'static [&'static str],
    /// Whether a table without it is refused.
    pub needed: bool,
}

/// Something that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row, from 1; 0 where the whole file is meant.
    pub row: u32,
    /// What is wrong, with its place.
    pub refusal: Refusal,
}

/// A table with its heading known.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<'a> {
    /// The row of the heading, from 1.
    pub heading: u32,
    /// Headings that nobody asked for.
    pub unknown: Vec<String>,
    columns: Vec<(&'static str, u16, String)>,
    rows: &'a [SheetRow],
}

/// One row of a table.
#[derive(Debug, Clone, Copy)]
pub struct TableRow<'a> {
    table: &'a Table<'a>,
    row: &'a SheetRow,
}

/// A heading as it is compared: small letters and digits only.
fn plain(heading: &str) -> String {
    heading.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN_MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Adds a fault; beyond [`FAULTS_MAX_COUNT`] only that there are more.
pub fn add(faults: &mut Vec<Fault>, fault: Fault) {
    if faults.len() < FAULTS_MAX_COUNT {
        faults.push(fault);
    } else if faults.len() == FAULTS_MAX_COUNT {
        let refusal = Refusal::field("file", "office.sheet.more").with("max", FAULTS_MAX_COUNT.to_string());
        faults.push(Fault { row: fault.row, refusal });
    }
}

impl Sheet {
    /// Finds the heading: the row among the first that knows most of the wanted columns. Everything that stands in the
    /// way of reading the rows is told at once: columns that are missing or doubled, data cells that were merged,
    /// formulas without a result, errors of Excel's.
    ///
    /// # Errors
    /// Every fault with its place.
    pub fn table(&self, wants: &[Want]) -> Result<Table<'_>, Vec<Fault>> {
        let known = |value: &Value| {
            let heading = plain(&value.text());
            wants.iter().find(|want| !heading.is_empty() && want.names.iter().any(|name| plain(name) == heading))
        };
        let matches = |row: &SheetRow| {
            wants.iter().filter(|want| row.cells.iter().any(|(_, value)| known(value) == Some(want))).count()
        };
        let rows = self.rows.iter().take(HEADING_ROWS_COUNT).enumerate();
        // Of equals the first is the heading.
        let (at, heading) = match rows.rev().max_by_key(|(_, row)| matches(row)) {
            Some(found) => found,
            None => return Err(vec![fault(0, "office.sheet.empty")]),
        };
        let mut faults = Vec::new();
        let mut columns: Vec<(&'static str, u16, String)> = Vec::new();
        let mut unknown = Vec::new();
        for (column, value) in &heading.cells {
            let name = value.text();
            match known(value) {
                None => unknown.push(shown(&name)),
                Some(want) => match columns.iter().find(|(key, ..)| *key == want.key) {
                    Some((_, first, _)) => {
                        let place = |column: u16| Address { column, row: heading.number }.to_string();
                        let refusal = Refusal::field("file", "office.sheet.doubled").with("name", shown(&name));
                        let refusal = refusal.with("first", place(*first)).with("second", place(*column));
                        add(&mut faults, Fault { row: heading.number, refusal });
                    }
                    None => columns.push((want.key, *column, name)),
                },
            }
        }
        let found: Vec<String> =
            heading.cells.iter().take(FOUND_MAX_COUNT).map(|(_, value)| shown(&value.text())).collect();
        for want in wants.iter().filter(|want| want.needed && !columns.iter().any(|(key, ..)| *key == want.key)) {
            let name = want.names.first().copied().unwrap_or(want.key);
            let refusal = Refusal::field("file", "office.sheet.missing").with("name", name);
            let refusal = refusal.with("row", heading.number.to_string()).with("found", found.join(", "));
            add(&mut faults, Fault { row: heading.number, refusal });
        }
        let rows = &self.rows[at + 1..];
        for area in self.merged.iter().filter(|area| area.last.row > heading.number) {
            add(&mut faults, merged(*area));
        }
        for row in rows {
            for (column, value) in &row.cells {
                let key = match value {
                    Value::Formula => "office.sheet.formula",
                    Value::Error(_) => "office.sheet.error",
                    _ => continue,
                };
                if columns.iter().any(|(_, known, _)| known == column) {
                    let place = Address { column: *column, row: row.number }.to_string();
                    let refusal = Refusal::field("file", key).with("place", place).with("value", shown(&value.text()));
                    add(&mut faults, Fault { row: row.number, refusal });
                }
            }
        }
        let table = Table { heading: heading.number, unknown, columns, rows };
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }
}

fn fault(row: u32, key: &'static str) -> Fault {
    Fault { row, refusal: Refusal::field("file", key) }
}

fn merged(area: Merged) -> Fault {
    let place = format!("{}:{}", area.first, area.last);
    Fault { row: area.first.row, refusal: Refusal::field("file", "office.sheet.merged").with("place", place) }
}

impl<'a> Table<'a> {
    /// The rows with something in a known column, from the top.
    pub fn rows(&'a self) -> impl Iterator<Item = TableRow<'a>> {
        let has_data = |row: &&SheetRow| self.columns.iter().any(|(_, column, _)| *row.get(*column) != Value::Empty);
        self.rows.iter().filter(has_data).map(|row| TableRow { table: self, row })
    }

    /// Whether the table has a column.
    pub fn has(&self, key: &str) -> bool {
        self.column(key).is_some()
    }

    fn column(&self, key: &str) -> Option<(u16, &str)> {
        let found = self.columns.iter().find(|(known, ..)| *known == key)?;
        Some((found.1, &found.2))
    }
}

impl TableRow<'_> {
    /// The row's number, from 1.
    pub fn number(&self) -> u32 {
        self.row.number
    }

    /// What stands in a column; nothing where the table lacks it.
    pub fn value(&self, key: &str) -> &Value {
        const NOTHING: &Value = &Value::Empty;
        self.table.column(key).map_or(NOTHING, |(column, _)| self.row.get(column))
    }

    /// The place of a cell: "D17".
    pub fn place(&self, key: &str) -> String {
        self.table.column(key).map_or_else(
            || self.row.number.to_string(),
            |(column, _)| format!("{}{}", column_letters(column), self.row.number),
        )
    }

    /// A fault of one cell, with its place, its column's heading and what stands there.
    pub fn fault(&self, key: &str, refusal: Refusal) -> Fault {
        let name = self.table.column(key).map_or(key, |(_, name)| name);
        let refusal = refusal.with("place", self.place(key)).with("name", shown(name));
        Fault { row: self.row.number, refusal: refusal.with("value", shown(&self.value(key).text())) }
    }

    fn told<T>(&self, key: &str, told: Option<T>, why: &'static str, faults: &mut Vec<Fault>) -> Option<T> {
        if told.is_none() && *self.value(key) != Value::Empty {
            add(faults, self.fault(key, Refusal::field("file", why)));
        }
        told
    }

    /// As a text; `None` where nothing stands.
    pub fn text(&self, key: &str) -> Option<String> {
        Some(self.value(key).text()).filter(|text| !text.is_empty())
    }

    /// As a text that has to be there.
    pub fn needed(&self, key: &str, faults: &mut Vec<Fault>) -> Option<String> {
        let text = self.text(key);
        if text.is_none() {
            add(faults, self.fault(key, Refusal::field("file", "office.sheet.needed")));
        }
        text
    }

    /// As a number; what is none is a fault.
    pub fn decimal(&self, key: &str, faults: &mut Vec<Fault>) -> Option<f64> {
        self.told(key, self.value(key).number(), "office.sheet.no_number", faults)
    }

    /// As a whole number; what is none is a fault.
    pub fn whole(&self, key: &str, faults: &mut Vec<Fault>) -> Option<i64> {
        self.told(key, self.value(key).whole(), "office.sheet.no_whole", faults)
    }

    /// As a day; what is none is a fault.
    pub fn date(&self, key: &str, faults: &mut Vec<Fault>) -> Option<Date> {
        self.told(key, self.value(key).date(), "office.sheet.no_date", faults)
    }
}
