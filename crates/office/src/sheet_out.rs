//! Workbooks that go out to be filled in and sent back: several sheets, the heading frozen, key columns locked, choices
//! offered. What [`crate::sheet_in`] reads of them is what was written.
//!
//! A long table that is only to be read leaves by the shell's own writer, row by row.

use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Note, ProtectionOptions, Workbook,
    Worksheet, XlsxError,
};
use simpul_kernel::Timestamp;
use time::{Date, PrimitiveDateTime};

use crate::sheet_in::{Address, ROWS_MAX_COUNT, Value};

/// Longest text of a cell, in characters of UTF-16: Excel's own limit.
pub const CELL_TEXT_MAX_UNITS: usize = 32_767;
/// Longest name of a sheet, in characters: Excel's own limit.
const SHEET_NAME_MAX_CHARS: usize = 31;
/// The Julian day of Excel's day 0.
const EXCEL_EPOCH_JULIAN: i32 = 2_415_019;
/// Seconds of a day.
const DAY_SECONDS: f64 = 86_400.0;

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
pub enum SheetOutError {
    /// A text longer than a cell of Excel holds; it is not cut silently.
    #[error("the text of {sheet} {place} has more than {CELL_TEXT_MAX_UNITS} characters")]
    TooLong {
        /// The sheet.
        sheet: String,
        /// The cell.
        place: Address,
    },
    /// More rows than could be read again.
    #[error("a sheet would have more than {ROWS_MAX_COUNT} rows")]
    TooManyRows,
    /// The file could not be written.
    #[error("workbook: {0}")]
    Xlsx(#[from] XlsxError),
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SheetColumn {
    /// Its heading.
    pub name: String,
    /// Its width in characters.
    pub width: u16,
    /// Whether it may not be changed; where no column is locked, the sheet is not protected at all.
    pub locked: bool,
    /// What may be chosen; nothing where anything may be typed.
    pub choices: Vec<String>,
    /// What to fill in, shown at the heading.
    pub note: String,
    /// How Excel shows a number, such as `#,##0`; nothing for its own way.
    pub number_format: String,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SheetPage {
    /// Its name; what Excel does not allow is left out.
    pub name: String,
    /// Lines above the heading: what to do, that the data are a sample.
    pub notes: Vec<String>,
    /// The columns.
    pub columns: Vec<SheetColumn>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// Empty rows behind them that may be filled in.
    pub blank_rows: u16,
}

/// A workbook.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetBook {
    /// The file's title.
    pub title: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its sheets.
    pub sheets: Vec<SheetPage>,
}

impl SheetBook {
    /// The file. Slow work for a long one: call it on a blocking thread.
    ///
    /// # Errors
    /// When a text or a sheet is longer than Excel or Simpul could read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SheetOutError> {
        let mut book = Workbook::new();
        let made = ExcelDateTime::from_timestamp(self.made_at.unix_seconds())?;
        book.set_properties(&DocProperties::new().set_title(&self.title).set_creation_datetime(&made));
        let mut names: Vec<String> = Vec::new();
        for page in &self.sheets {
            if page.rows.len() + page.notes.len() >= ROWS_MAX_COUNT {
                return Err(SheetOutError::TooManyRows);
            }
            let name = free_name(&page.name, &names);
            let sheet = book.add_worksheet();
            sheet.set_name(&name)?;
            names.push(name.to_lowercase());
            Page { sheet, name, page }.write()?;
        }
        if self.sheets.is_empty() {
            book.add_worksheet();
        }
        Ok(book.save_to_buffer()?)
    }
}

/// A name that Excel allows and that no sheet before has.
fn free_name(name: &str, taken: &[String]) -> String {
    let allowed: String =
        name.chars().map(|sign| if sign.is_control() || "[]:*?/\\".contains(sign) { ' ' } else { sign }).collect();
    let allowed = allowed.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = allowed.trim_matches('\'');
    let base = if bare.is_empty() { "Data" } else { bare };
    let with = |end: &str| {
        let mut units = end.len();
        let fits = |sign: &char| {
            units += sign.len_utf16();
            units <= SHEET_NAME_MAX_CHARS
        };
        let start: String = base.chars().take_while(fits).collect();
        format!("{}{end}", start.trim_end_matches([' ', '\'']))
    };
    let first = with("");
    if !taken.contains(&first.to_lowercase()) {
        return first;
    }
    let more = (2..).map(|number| with(&format!(" {number}")));
    more.into_iter().find(|name| !taken.contains(&name.to_lowercase())).unwrap_or(first)
}

/// A day as Excel counts.
fn excel_day(date: Date) -> f64 {
    f64::from(date.to_julian_day() - EXCEL_EPOCH_JULIAN)
}

fn excel_moment(at: PrimitiveDateTime) -> f64 {
    let (hour, minute, second) = at.time().as_hms();
    let seconds = f64::from(hour) * 3_600.0 + f64::from(minute) * 60.0 + f64::from(second);
    excel_day(at.date()) + seconds / DAY_SECONDS
}

struct Page<'a> {
    sheet: &'a mut Worksheet,
    name: String,
    page: &'a SheetPage,
}

impl Page<'_> {
    fn write(mut self) -> Result<(), SheetOutError> {
        let page = self.page;
        let head = u32::try_from(page.notes.len()).unwrap_or(u32::MAX);
        let plain = Format::new();
        for (row, note) in (0..).zip(&page.notes) {
            self.text((row, 0), note, &Format::new().set_bold())?;
        }
        let heading = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color(0x00DD_E2E6)
            .set_border_bottom(FormatBorder::Thin);
        for (at, column) in (0u16..).zip(&page.columns) {
            self.text((head, at), &column.name, &heading)?;
            self.sheet.set_column_width(at, f64::from(column.width.max(4)))?;
            if !column.note.trim().is_empty() {
                let note = Note::new(&column.note).set_author("Simpul").add_author_prefix(false);
                self.sheet.insert_note(head, at, &note)?;
            }
        }
        let is_locked = page.columns.iter().any(|column| column.locked);
        let free = |format: Format, column: &SheetColumn| {
            let format =
                if column.number_format.is_empty() { format } else { format.set_num_format(&column.number_format) };
            if is_locked && !column.locked { format.set_unlocked() } else { format }
        };
        let looks: Vec<[Format; 3]> = page
            .columns
            .iter()
            .map(|column| {
                let as_date = |pattern: &str| free(Format::new(), column).set_num_format(pattern);
                let text = free(Format::new(), column).set_text_wrap().set_align(FormatAlign::Top);
                [text, as_date("dd/mm/yyyy"), as_date("dd/mm/yyyy hh:mm")]
            })
            .collect();
        for (row, cells) in (head + 1..).zip(&page.rows) {
            for (at, look) in (0u16..).zip(&looks) {
                let value = cells.get(usize::from(at)).unwrap_or(&Value::Empty);
                self.cell((row, at), value, look)?;
            }
            for (at, value) in (0u16..).zip(cells).skip(looks.len()) {
                self.cell((row, at), value, &[plain.clone(), plain.clone(), plain.clone()])?;
            }
        }
        let rows = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
        let last = head.saturating_add(rows).saturating_add(u32::from(page.blank_rows));
        for row in head + 1 + rows..=last {
            for (at, [look, ..]) in (0u16..).zip(&looks) {
                self.sheet.write_blank(row, at, look)?;
            }
        }
        self.offer(head, last)?;
        if !page.columns.is_empty() {
            self.sheet.set_freeze_panes(head + 1, 0)?;
        }
        if is_locked {
            let options = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
            self.sheet.protect_with_options(&options);
        }
        Ok(())
    }

    /// Offers what may be chosen.
    fn offer(&mut self, head: u32, last: u32) -> Result<(), SheetOutError> {
        for (at, column) in (0u16..).zip(&self.page.columns) {
            if column.choices.is_empty() || last <= head {
                continue;
            }
            // Excel takes no list of more than 255 characters: whoever reads the file checks it in any case.
            if let Ok(rule) = DataValidation::new().allow_list_strings(&column.choices) {
                self.sheet.add_data_validation(head + 1, at, last, at, &rule)?;
            }
        }
        Ok(())
    }

    /// Text is always a text: what begins with `=` is no formula.
    fn text(&mut self, (row, column): (u32, u16), text: &str, look: &Format) -> Result<(), SheetOutError> {
        if text.encode_utf16().count() > CELL_TEXT_MAX_UNITS {
            let place = Address { column, row: row + 1 };
            return Err(SheetOutError::TooLong { sheet: self.name.clone(), place });
        }
        self.sheet.write_string_with_format(row, column, text, look)?;
        Ok(())
    }

    fn cell(&mut self, at: (u32, u16), value: &Value, look: &[Format; 3]) -> Result<(), SheetOutError> {
        let [plain, day, moment] = look;
        let (row, column) = at;
        match value {
            Value::Text(text) | Value::Error(text) => self.text(at, text, plain)?,
            Value::Number(number) if number.is_finite() => {
                self.sheet.write_number_with_format(row, column, *number, plain)?;
            }
            Value::Date(date) => {
                self.sheet.write_number_with_format(row, column, excel_day(*date), day)?;
            }
            Value::Moment(time) => {
                self.sheet.write_number_with_format(row, column, excel_moment(*time), moment)?;
            }
            Value::Bool(yes) => {
                self.sheet.write_boolean_with_format(row, column, *yes, plain)?;
            }
            Value::Empty | Value::Formula | Value::Number(_) => {
                self.sheet.write_blank(row, column, plain)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;
    use crate::sheet_in::{self, Want};

    fn column(name: &str, locked: bool) -> SheetColumn {
        SheetColumn { name: name.into(), width: 20, locked, ..SheetColumn::default() }
    }

    fn book(rows: Vec<Vec<Value>>) -> SheetBook {
        let status = SheetColumn {
            choices: vec!["Selesai".into(), "Dikerjakan".into()],
            note: "Pilih salah satu".into(),
            ..column("Status", false)
        };
        let page = SheetPage {
            name: "Laporan [kemajuan]: 2026/III".into(),
            notes: vec!["DATA CONTOH – BUKAN DATA RESMI".into(), "Isi kolom yang tidak berwarna.".into()],
            columns: vec![column("Kode", true), column("Nilai", false), status],
            rows,
            blank_rows: 2,
        };
        let other = SheetPage { name: "Petunjuk".into(), notes: vec!["Cara mengisi".into()], ..SheetPage::default() };
        SheetBook { title: "Laporan".into(), made_at: Timestamp(0), sheets: vec![page, other] }
    }

    const WANTS: [Want; 3] = [
        Want { key: "code", names: &["Kode"], needed: true },
        Want { key: "value", names: &["Nilai"], needed: true },
        Want { key: "status", names: &["Status"], needed: true },
    ];

    #[test]
    fn what_goes_out_comes_in_again() {
        let text = |text: &str| Value::Text(text.into());
        let rows = vec![
            vec![text("QW-01"), Value::Number(12.5), text("=1+1")],
            vec![text("QW-02"), Value::Date(date!(2026 - 11 - 27)), Value::Moment(datetime!(2026-11-27 08:30))],
            vec![text("QW-03"), Value::Bool(true), Value::Empty],
        ];
        let bytes = book(rows.clone()).to_bytes().unwrap();
        let sheet = sheet_in::read(&bytes, None).unwrap();
        assert_eq!(sheet.name, "Laporan kemajuan 2026 III");
        let table = sheet.table(&WANTS).unwrap();
        assert_eq!(table.heading, 3);
        let read: Vec<Vec<Value>> =
            table.rows().map(|row| ["code", "value", "status"].map(|key| row.value(key).clone()).to_vec()).collect();
        assert_eq!(read, rows);
    }

    #[test]
    fn only_open_columns_can_be_changed_and_choices_are_offered() {
        let bytes = book(vec![vec![Value::Text("QW-01".into())]]).to_bytes().unwrap();
        let parts = crate::package::tests::parts(&bytes);
        let sheet = String::from_utf8(parts["xl/worksheets/sheet1.xml"].clone()).unwrap();
        assert!(sheet.contains("<sheetProtection") && sheet.contains("state=\"frozen\""), "{sheet}");
        assert!(sheet.contains("Selesai,Dikerjakan"));
        let styles = String::from_utf8(parts["xl/styles.xml"].clone()).unwrap();
        assert!(styles.contains("<protection locked=\"0\""));
        let other = String::from_utf8(parts["xl/worksheets/sheet2.xml"].clone()).unwrap();
        assert!(!other.contains("<sheetProtection"));
    }

    #[test]
    fn a_text_that_no_cell_holds_is_refused_with_its_place() {
        let rows = vec![vec![Value::Text("x".repeat(CELL_TEXT_MAX_UNITS + 1))]];
        let Err(SheetOutError::TooLong { place, .. }) = book(rows).to_bytes() else { panic!("it was written") };
        assert_eq!(place.to_string(), "A4");
    }

    #[test]
    fn names_of_sheets_are_allowed_and_differ() {
        let mut taken = Vec::new();
        for name in ["", "Data", "data", "a:b/c", "'kutip'", &"x".repeat(50), &"x".repeat(60), "😀".repeat(20).as_str()]
        {
            let free = free_name(name, &taken);
            assert!(rust_xlsxwriter::utility::check_sheet_name(&free).is_ok(), "{free}");
            assert!(!taken.contains(&free.to_lowercase()), "{free}");
            taken.push(free.to_lowercase());
        }
    }

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Empty),
            "[a-z=+<&>\"' é😀]{1,30}".prop_map(|text| match text.trim() {
                "" => Value::Empty,
                text => Value::Text(text.to_owned()),
            }),
            (-1e9..1e9f64).prop_map(Value::Number),
            (2_415_080i32..2_488_000).prop_map(|day| Value::Date(Date::from_julian_day(day).unwrap())),
            any::<bool>().prop_map(Value::Bool),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(30))]

        #[test]
        fn every_value_comes_in_as_it_went_out(rows in prop::collection::vec(prop::collection::vec(value(), 3), 0..8)) {
            let bytes = book(rows.clone()).to_bytes().unwrap();
            let sheet = sheet_in::read(&bytes, None).unwrap();
            let table = sheet.table(&WANTS).unwrap();
            let values = |row: sheet_in::TableRow<'_>| ["code", "value", "status"].map(|key| row.value(key).clone());
            let read: Vec<Vec<Value>> = table.rows().map(|row| values(row).to_vec()).collect();
            let full: Vec<Vec<Value>> =
                rows.into_iter().filter(|row| row.iter().any(|value| *value != Value::Empty)).collect();
            prop_assert_eq!(read, full);
        }
    }
}
