//! Tables as CSV: comma, semicolon or tab, with or without the mark that Excel sets at the beginning.

use simpul_kernel::Refusal;

use super::quotes::Quotes;
use super::{COLUMNS_MAX_COUNT, ROWS_MAX_COUNT, Sheet, SheetRow, Value, refused};

/// Lines that are looked at to find the separator.
const SNIFFED_LINES_COUNT: usize = 30;

/// The separator that Excel names in a line of its own, `sep=;`, with the length of that line.
pub fn separator_line(start: &[u8]) -> Option<(u8, usize)> {
    let end = start.iter().position(|byte| *byte == b'\n')?;
    let line = start[..end].strip_suffix(b"\r").unwrap_or(&start[..end]);
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    match line.strip_prefix(b"sep=").or_else(|| line.strip_prefix(b"SEP=")) {
        Some([separator]) => Some((*separator, end + 1)),
        _ => None,
    }
}

/// The separator that stands most often in one of the first lines: those above a table's heading may have none.
fn separator(text: &str) -> u8 {
    let most = |separator: u8| {
        let lines = text.lines().take(SNIFFED_LINES_COUNT);
        lines.map(|line| line.bytes().filter(|byte| *byte == separator).count()).max().unwrap_or(0)
    };
    // The last of equals wins, and a comma is what most files mean.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| most(*separator)).unwrap_or(b',')
}

/// Reads a whole file.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Refusal> {
    let named = separator_line(bytes);
    let body = &bytes[named.map_or(0, |(_, end)| end)..];
    let text = std::str::from_utf8(body).map_err(|_| refused("office.sheet.not_utf8"))?;
    let text = text.trim_start_matches('\u{feff}');
    let separator = named.map_or_else(|| separator(text), |(separator, _)| separator);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(Quotes::new(text.as_bytes(), separator));
    let (mut record, mut rows) = (csv::StringRecord::new(), Vec::new());
    let before = u32::from(named.is_some());
    while reader.read_record(&mut record).map_err(|_| refused("office.sheet.not_workbook"))? {
        let line = record.position().map_or(0, csv::Position::line);
        let number = u32::try_from(line).unwrap_or(u32::MAX).saturating_add(before);
        let end = reader.position().byte();
        if reader.get_ref().are_left_open() || reader.get_mut().stand_wrong_before(end) {
            return Err(refused("office.sheet.quote").with("line", number.to_string()));
        }
        if rows.len() >= ROWS_MAX_COUNT {
            return Err(refused("office.sheet.too_many_rows").with("max", ROWS_MAX_COUNT.to_string()));
        }
        if record.len() > COLUMNS_MAX_COUNT {
            return Err(refused("office.sheet.too_many_columns").with("max", COLUMNS_MAX_COUNT.to_string()));
        }
        let cells = (0u16..).zip(record.iter().map(str::trim)).filter(|(_, cell)| !cell.is_empty());
        let cells: Vec<(u16, Value)> = cells.map(|(at, cell)| (at, Value::Text(cell.to_owned()))).collect();
        if !cells.is_empty() {
            rows.push(SheetRow { number, cells });
        }
    }
    Ok(Sheet { name: String::new(), hidden: Vec::new(), rows, merged: Vec::new() })
}
