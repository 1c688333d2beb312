use std::io::{Cursor, Write};

use proptest::prelude::*;
use time::macros::date;
use zip::write::SimpleFileOptions;

use super::*;

/// A ZIP of those parts.
pub(crate) fn zip_of(parts: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        let packed = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
        zip.start_file(*name, packed).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of sheets: name, whether it is hidden, and what stands in its part.
fn book(sheets: &[(&str, bool, &str)], is_1904: bool) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut list, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (name, hidden, inner)) in sheets.iter().enumerate() {
        let state = if *hidden { " state=\"hidden\"" } else { "" };
        list += &format!("<sheet name=\"{name}\" sheetId=\"{}\"{state} r:id=\"r{at}\"/>", at + 1);
        relations +=
            &format!("<Relationship Id=\"r{at}\" Type=\"{office}/worksheet\" Target=\"worksheets/s{at}.xml\"/>");
        parts.push((format!("xl/worksheets/s{at}.xml"), format!("{HEAD}<worksheet {MAIN}>{inner}</worksheet>")));
    }
    relations += &format!("<Relationship Id=\"st\" Type=\"{office}/styles\" Target=\"styles.xml\"/>");
    let epoch = if is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let styles = "<cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs>";
    parts.extend([
        (
            "_rels/.rels".to_owned(),
            format!(
                "{HEAD}<Relationships xmlns=\"{package}\"><Relationship Id=\"r\" Type=\"{office}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!("{HEAD}<workbook {MAIN} xmlns:r=\"{office}\">{epoch}<sheets>{list}</sheets></workbook>"),
        ),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            format!("{HEAD}<Relationships xmlns=\"{package}\">{relations}</Relationships>"),
        ),
        ("xl/styles.xml".to_owned(), format!("{HEAD}<styleSheet {MAIN}>{styles}</styleSheet>")),
    ]);
    let parts: Vec<(&str, String)> = parts.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
    zip_of(&parts)
}

fn one(rows: &str) -> Vec<u8> {
    book(&[("Data", false, &format!("<sheetData>{rows}</sheetData>"))], false)
}

/// A row of texts.
fn texts(number: usize, cells: &[&str]) -> String {
    let cell = |(at, text): (u16, &&str)| {
        let place = Address { column: at, row: number as u32 };
        format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let cells: String = (0u16..).zip(cells).filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

const WANTS: [Want; 3] = [
    Want { key: "code", names: &["Kode", "Kode quick win"], needed: true },
    Want { key: "value", names: &["Nilai sekarang"], needed: true },
    Want { key: "day", names: &["Tanggal"], needed: false },
];

fn keys(faults: &[Fault]) -> Vec<(&str, String)> {
    faults
        .iter()
        .map(|fault| {
            let place = fault.refusal.args.iter().find(|(name, _)| *name == "place" || *name == "name");
            (fault.refusal.key, place.map(|(_, value)| value.clone()).unwrap_or_default())
        })
        .collect()
}

#[test]
fn places_are_told_as_excel_does() {
    for (column, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
        assert_eq!(column_letters(column), letters);
    }
    assert_eq!(Address { column: 3, row: 17 }.to_string(), "D17");
}

#[test]
fn the_heading_is_found_under_notes_and_however_it_is_written() {
    let rows = [
        texts(1, &["DATA CONTOH"]),
        texts(3, &["", "NILAI  Sekarang", "kode_quick-win", "Catatan"]),
        texts(4, &["", "1.234,5", "QW-01", "x"]),
        texts(9, &["", "", "", "hanya catatan"]),
        texts(12, &["", "7", "QW-02"]),
    ];
    let sheet = read(&one(&rows.concat()), None).unwrap();
    let table = sheet.table(&WANTS).unwrap();
    assert_eq!((table.heading, table.unknown.clone(), table.has("day")), (3, vec!["Catatan".to_owned()], false));
    let mut faults = Vec::new();
    let read: Vec<(u32, Option<String>, Option<f64>, String)> = table
        .rows()
        .map(|row| (row.number(), row.text("code"), row.decimal("value", &mut faults), row.place("value")))
        .collect();
    assert_eq!(
        read,
        [(4, Some("QW-01".into()), Some(1_234.5), "B4".into()), (12, Some("QW-02".into()), Some(7.0), "B12".into())]
    );
    assert!(faults.is_empty());
}

#[test]
fn hidden_sheets_are_left_out_and_told() {
    let inner = |words: &str| format!("<sheetData>{}</sheetData>", texts(1, &[words]));
    let (secret, shown, other) = (inner("rahasia"), inner("tampil"), inner("lain"));
    let bytes = book(&[("Rahasia", true, &secret), ("Data", false, &shown), ("Lain", false, &other)], false);
    let sheet = read(&bytes, None).unwrap();
    assert_eq!((sheet.name.as_str(), sheet.hidden.as_slice()), ("Data", &["Rahasia".to_owned()][..]));
    assert_eq!(read(&bytes, Some(" lain ")).unwrap().rows[0].get(0), &Value::Text("lain".into()));
    let refusal = read(&bytes, Some("Rahasia")).unwrap_err();
    assert_eq!((refusal.key, refusal.args[1].1.as_str()), ("office.sheet.no_such_sheet", "Data, Lain"));
    let hidden = book(&[("Rahasia", true, &secret)], false);
    assert_eq!(read(&hidden, None).unwrap_err().key, "office.sheet.no_sheet");
}

#[test]
fn every_fault_of_the_file_is_told_at_once_with_its_place() {
    let rows = [
        texts(1, &["Kode", "Kode", "Tanggal"]),
        "<row r=\"2\"><c r=\"A2\"><f>1+1</f></c><c r=\"B2\" t=\"e\"><v>#REF!</v></c><c r=\"C2\" t=\"e\">\
         <v>#N/A</v></c></row>"
            .to_owned(),
        texts(3, &["a", "b", "c"]),
    ];
    let merged = "<mergeCells count=\"2\"><mergeCell ref=\"A3:C3\"/><mergeCell ref=\"A1:A1\"/></mergeCells>";
    let inner = format!("<sheetData>{}</sheetData>{merged}", rows.concat());
    let sheet = read(&book(&[("Data", false, &inner)], false), None).unwrap();
    let faults = sheet.table(&WANTS).unwrap_err();
    assert_eq!(
        keys(&faults),
        [
            ("office.sheet.doubled", "Kode".to_owned()),
            ("office.sheet.missing", "Nilai sekarang".to_owned()),
            ("office.sheet.merged", "A3:C3".to_owned()),
            ("office.sheet.formula", "A2".to_owned()),
            ("office.sheet.error", "C2".to_owned()),
        ]
    );
    let found = faults[1].refusal.args.iter().find(|(name, _)| *name == "found").unwrap();
    assert_eq!(found.1, "Kode, Kode, Tanggal");
}

#[test]
fn a_merged_title_above_the_heading_is_no_fault() {
    let rows = [texts(1, &["Laporan triwulan"]), texts(2, &["Kode", "Nilai sekarang"]), texts(3, &["a", "1"])];
    let merged = "<mergeCells count=\"1\"><mergeCell ref=\"A1:C1\"/></mergeCells>";
    let inner = format!("<sheetData>{}</sheetData>{merged}", rows.concat());
    let sheet = read(&book(&[("Data", false, &inner)], false), None).unwrap();
    assert_eq!(sheet.merged.len(), 1);
    assert_eq!(sheet.table(&WANTS).unwrap().rows().count(), 1);
}

#[test]
fn a_formula_gives_its_saved_result_and_days_are_counted_from_either_epoch() {
    let rows = |day: u32| {
        format!(
            "{}<row r=\"2\"><c r=\"A2\"><f>1+1</f><v>2</v></c><c r=\"B2\"><v>0.5</v></c><c r=\"C2\" s=\"1\">\
             <v>{day}</v></c></row>{}{}",
            texts(1, &["Kode", "Nilai sekarang", "Tanggal"]),
            texts(3, &["x", "banyak", "27/11/2026"]),
            texts(4, &["y", "1,5", "kemarin"]),
        )
    };
    // 27 November 2026 is day 46353 of Excel, and 1462 days fewer since 1904.
    for (is_1904, day) in [(false, 46_353), (true, 46_353 - 1_462)] {
        let inner = format!("<sheetData>{}</sheetData>", rows(day));
        let sheet = read(&book(&[("Data", false, &inner)], is_1904), None).unwrap();
        let table = sheet.table(&WANTS).unwrap();
        let mut faults = Vec::new();
        let days: Vec<_> = table.rows().map(|row| row.date("day", &mut faults)).collect();
        assert_eq!(days, [Some(date!(2026 - 11 - 27)), Some(date!(2026 - 11 - 27)), None]);
        let numbers: Vec<_> = table.rows().map(|row| row.decimal("value", &mut faults)).collect();
        assert_eq!(numbers, [Some(0.5), None, Some(1.5)]);
        let whole: Vec<_> = table.rows().map(|row| row.whole("code", &mut faults)).collect();
        assert_eq!(whole[0], Some(2));
        let told = keys(&faults);
        assert_eq!(told[0], ("office.sheet.no_date", "C4".to_owned()));
        assert_eq!(told[1], ("office.sheet.no_number", "B3".to_owned()));
        assert_eq!(table.rows().next().unwrap().text("code").as_deref(), Some("2"));
    }
}

#[test]
fn csv_comes_by_the_same_door() {
    for text in [
        "\u{feff}Kode;Nilai sekarang;Tanggal\r\nQW-01;\"1.234,5\";27-11-2026\r\n\r\n;;\r\n",
        "sep=;\nKode;Nilai sekarang;Tanggal\nQW-01;1.234,5;27-11-2026\n",
        "Kode,Nilai sekarang,Tanggal\nQW-01,\"1.234,5\",27-11-2026\n",
        "Judul tanpa pemisah\nKode\tNilai sekarang\tTanggal\nQW-01\t1.234,5\t27-11-2026\n",
    ] {
        let sheet = read(text.as_bytes(), None).unwrap();
        let table = sheet.table(&WANTS).unwrap();
        let mut faults = Vec::new();
        let rows: Vec<_> = table
            .rows()
            .map(|row| (row.text("code"), row.decimal("value", &mut faults), row.date("day", &mut faults)))
            .collect();
        assert_eq!(rows, [(Some("QW-01".to_owned()), Some(1_234.5), Some(date!(2026 - 11 - 27)))], "{text}");
    }
    let wrong = |bytes: &[u8]| read(bytes, None).unwrap_err().key;
    assert_eq!(wrong(b"Kode,Nilai\n\"a,b\nc,d\n"), "office.sheet.quote");
    assert_eq!(wrong(b"Kode\n\xff\xfe\n"), "office.sheet.not_utf8");
    assert_eq!(wrong(b""), "office.sheet.empty");
    assert_eq!(wrong(b"\xd0\xcf\x11\xe0\xa1\xb1"), "office.sheet.old_kind");
    assert_eq!(wrong(b"PK\x03\x04 no workbook"), "office.sheet.not_workbook");
}

#[test]
fn a_sheet_beyond_the_limits_is_refused() {
    let row = |number: usize| format!("<row r=\"{number}\"><c r=\"A{number}\"><v>1</v></c></row>");
    let rows: String = (1..=ROWS_MAX_COUNT + 1).map(row).collect();
    assert_eq!(read(&one(&rows), None).unwrap_err().key, "office.sheet.too_many_rows");
    let wide = "<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>";
    assert_eq!(read(&one(wide), None).unwrap_err().key, "office.sheet.too_many_columns");
    assert_eq!(read(&vec![0; SHEET_MAX_BYTES + 1], None).unwrap_err().key, "office.sheet.too_large");
    let far = "<row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c></row>";
    assert_eq!(read(&one(far), None).unwrap().rows[0].number, 1_048_576, "an empty million rows take no room");
}

#[test]
fn of_a_thousand_faults_the_first_are_told_and_that_there_are_more() {
    let mut rows = texts(1, &["Kode", "Nilai sekarang"]);
    for number in 2..1_000 {
        rows += &format!("<row r=\"{number}\"><c r=\"A{number}\"><f>1+1</f></c></row>");
    }
    let sheet = read(&one(&rows), None).unwrap();
    let faults = sheet.table(&WANTS).unwrap_err();
    assert_eq!(faults.len(), table::FAULTS_MAX_COUNT + 1);
    assert_eq!(faults.last().unwrap().refusal.key, "office.sheet.more");
}

#[test]
fn what_is_no_table_is_told_so_and_not_read_as_one() {
    for bytes in [&b"%PDF-1.4 hello, there; a\n"[..], b"<html><body>a;b</body></html>", b"{\\rtf1 a;b}"] {
        assert_eq!(read(bytes, None).unwrap_err().key, "office.sheet.not_workbook");
    }
    let other = zip_of(&[("a.txt", "x".to_owned())]);
    let refusal = read(&other, None).unwrap_err();
    assert_eq!((refusal.key, refusal.args.len()), ("office.sheet.not_workbook", 0), "in no words of a library");
}

#[test]
fn every_refusal_stands_in_the_catalogue() {
    let sources = ["mod.rs", "csv.rs", "table.rs", "xlsx.rs"]
        .map(|file| std::fs::read_to_string(format!("{}/src/sheet_in/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap());
    for source in sources {
        for key in source.split("\"office.sheet.").skip(1).filter_map(|rest| rest.split('"').next()) {
            for messages in [crate::MESSAGES_ID, crate::MESSAGES_EN] {
                assert!(messages.contains(&format!("\n{key} = ")), "{key}");
            }
        }
    }
}

#[test]
fn corpus_sheet_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/sheet_in");
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        if let Ok(sheet) = read(&bytes, None) {
            let _ = sheet.table(&WANTS);
        }
    }
}

/// Tags of sheets in any order, with any places.
const ANY_SHEET: &str =
    "(<(row|c|v|f|is|t|mergeCell) (r|ref|t|s|si)=\"[A-Z0-9:e]{0,8}\"/?>|</(row|c|v)>|[0-9]{0,4}){0,12}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(sheet) = read(&bytes, None) {
            let _ = sheet.table(&WANTS);
        }
    }

    #[test]
    fn no_damage_of_a_workbook_makes_it_panic(at in 0usize..4_000, byte: u8, cut in 0usize..4_000) {
        let mut bytes = one(&[texts(1, &["Kode", "Nilai sekarang"]), texts(2, &["a", "1"])].concat());
        let length = bytes.len();
        bytes[at % length] = byte;
        let _ = read(&bytes, None);
        let _ = read(&bytes[..cut % length], None);
    }

    #[test]
    fn no_sheet_makes_it_panic(inner in ANY_SHEET) {
        if let Ok(sheet) = read(&one(&inner), None) {
            let _ = sheet.table(&WANTS);
        }
    }
}
