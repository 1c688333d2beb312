//! Histories in CSV: any order of columns, three separators, headers in Indonesian or English, or named by flags.

use std::collections::BTreeMap;
use std::io::BufRead;

use simpul_office::sheet_in::{Quotes, separator_line};

use super::ImportError;
use super::row::{self, Reading, RefusedRow, SourceNote, SourceRow};
use super::why::Why;

/// Most lines of one row: a longer one has swallowed others by a quotation mark that nobody closed.
const ROW_LINES_MAX_COUNT: u64 = 100;

/// What a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The other system's id.
    ForeignId,
    /// Where the record stands.
    Status,
    /// Name of its category.
    Category,
    /// Code of its category.
    CategoryCode,
    /// What was written.
    Text,
    /// When it was sent.
    ReportedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it was closed.
    ClosedAt,
    /// Latitude in degrees.
    Lat,
    /// Longitude in degrees.
    Long,
    /// Where, in words.
    Address,
    /// Code of the village.
    Village,
    /// What was answered.
    Answer,
    /// Link to a picture.
    MediaUrl,
    /// A heading over what was written.
    Title,
    /// Complaint, aspiration or request for information.
    Class,
    /// Whether only the agency may see it.
    Secret,
    /// The agency that has it.
    Agency,
    /// Name, telephone number or e-mail of a person: never taken.
    Personal,
}

/// Every field with the name that a flag calls it by, and the headers that it is known by. New Orleans' 311 is among
/// them, as are the columns of our own export.
const FIELDS: [(Field, &str, &[&str]); 19] = [
    (
        Field::ForeignId,
        "id",
        &[
            "id",
            "number",
            "nomor",
            "foreign_id",
            "ticket_id",
            "service_request_id",
            "tracking_id",
            "no_laporan",
            "tracking",
            "nomor_tracking",
            "id_laporan",
        ],
    ),
    (Field::Status, "status", &["status", "ticket_status", "status_laporan", "state"]),
    (Field::Category, "category", &["category", "kategori", "issue_type", "service_name", "topik", "jenis"]),
    (Field::CategoryCode, "category_code", &["category_code", "kode_kategori", "service_code"]),
    (
        Field::Text,
        "text",
        &[
            "text",
            "isi",
            "uraian",
            "isi_laporan",
            "description",
            "issue_description",
            "deskripsi",
            "laporan",
            "isi_pengaduan",
        ],
    ),
    (
        Field::ReportedAt,
        "reported_at",
        &[
            "reported_at",
            "tanggal",
            "tanggal_laporan",
            "ticket_created_date_time",
            "requested_datetime",
            "created_at",
            "dilaporkan",
            "waktu_laporan",
            "tanggal_masuk",
            "tanggal_lapor",
            "tanggal_pengaduan",
        ],
    ),
    (Field::UpdatedAt, "updated_at", &["updated_at", "updated_datetime", "diperbarui", "tanggal_update"]),
    (
        Field::ClosedAt,
        "closed_at",
        &["closed_at", "ticket_closed_date_time", "closed_datetime", "selesai_pada", "tanggal_selesai", "resolved_at"],
    ),
    (Field::Lat, "lat", &["lat", "latitude", "lintang"]),
    (Field::Long, "long", &["long", "lon", "lng", "longitude", "bujur"]),
    (
        Field::Address,
        "address",
        &["address", "alamat", "lokasi", "lokasi_kejadian", "street_address", "patokan", "landmark"],
    ),
    (Field::Village, "village", &["village", "village_code", "kode_desa", "address_id"]),
    (
        Field::Answer,
        "answer",
        &["answer", "jawaban", "status_notes", "tindak_lanjut", "tanggapan", "tindak_lanjut_terakhir"],
    ),
    (Field::MediaUrl, "media_url", &["media_url", "foto", "photo", "lampiran"]),
    (Field::Title, "title", &["title", "judul", "judul_laporan"]),
    (Field::Class, "class", &["class", "klasifikasi", "klasifikasi_laporan", "tipe_laporan"]),
    (
        Field::Secret,
        "secret",
        &["secret", "rahasia", "is_rahasia", "laporan_rahasia", "sifat", "sifat_laporan", "kerahasiaan"],
    ),
    (
        Field::Agency,
        "agency",
        &["instansi", "instansi_tujuan", "instansi_terdisposisi", "opd", "perangkat_daerah", "terdisposisi_ke"],
    ),
    (
        Field::Personal,
        "personal",
        &[
            "name",
            "nama",
            "nama_pelapor",
            "pelapor",
            "first_name",
            "last_name",
            "phone",
            "telepon",
            "no_hp",
            "hp",
            "email",
            "e_mail",
            "nik",
            "reporter",
            "reporter_name",
            "reporter_phone",
        ],
    ),
];

impl Field {
    /// The field that a flag names.
    pub fn parse(name: &str) -> Option<Field> {
        FIELDS.iter().find(|(_, known, _)| *known == name).map(|(field, _, _)| *field)
    }

    /// The names that a flag may use.
    pub fn names() -> Vec<&'static str> {
        FIELDS.iter().map(|(_, name, _)| *name).collect()
    }
}

/// Which header holds which field, where the file's own words are not known to us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping(BTreeMap<String, Field>);

impl Mapping {
    /// Reads `id=No Tiket`, as a flag says it.
    pub fn add(&mut self, flag: &str) -> Result<(), ImportError> {
        let known = || Field::names().join(", ");
        let (name, header) = flag
            .split_once('=')
            .ok_or_else(|| ImportError::Mapping(format!("`{flag}` is not FIELD=COLUMN; fields: {}", known())))?;
        let field = Field::parse(name.trim())
            .ok_or_else(|| ImportError::Mapping(format!("`{name}` is no field; fields: {}", known())))?;
        self.0.insert(plain(header), field);
        Ok(())
    }

    fn of(&self, header: &str) -> Option<Field> {
        let header = plain(header);
        let told = self.0.get(&header).copied();
        let known = || FIELDS.iter().find(|(_, _, known)| known.contains(&header.as_str())).map(|(field, _, _)| *field);
        told.or_else(known).or_else(|| row::is_personal(&header).then_some(Field::Personal))
    }
}

/// A header as it is compared: small letters, everything else one low line.
fn plain(header: &str) -> String {
    let header = header.trim_start_matches('\u{feff}').trim().to_lowercase();
    let parts = header.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_")
}

/// Reads records from CSV, one at a time.
pub struct CsvRows<R> {
    reader: csv::Reader<Quotes<R>>,
    /// Lines before the header.
    skipped: u64,
    record: csv::ByteRecord,
    columns: Columns,
}

/// For each column what it holds, and its header.
pub(super) struct Columns {
    columns: Vec<(Option<Field>, String)>,
    reading: Reading,
}

impl Columns {
    /// Reads the header. Fails if a column that every record needs is not there, saying which.
    pub(super) fn new(
        headers: impl Iterator<Item = String>,
        mapping: &Mapping,
        reading: Reading,
    ) -> Result<Columns, ImportError> {
        let mut columns: Vec<(Option<Field>, String)> =
            headers.map(|h| (mapping.of(&h), h.trim().to_owned())).collect();
        first_of_each(&mut columns, mapping);
        for (field, name) in [
            (Field::ForeignId, "id"),
            (Field::Status, "status"),
            (Field::Category, "category"),
            (Field::ReportedAt, "reported_at"),
        ] {
            if !columns.iter().any(|(held, _)| *held == Some(field)) {
                let seen = columns.iter().map(|(_, header)| header.clone()).collect();
                return Err(ImportError::NoColumn { name, seen });
            }
        }
        Ok(Columns { columns, reading })
    }

    /// A row of which only the cells are known.
    pub(super) fn row<'c>(
        &self,
        line: u64,
        cells: impl ExactSizeIterator<Item = &'c [u8]>,
    ) -> Result<SourceRow, RefusedRow> {
        let refuse = |reason: Why| RefusedRow { line, foreign_id: None, reason };
        if cells.len() > self.columns.len() {
            let (has, most) = (cells.len(), self.columns.len());
            let says = format!("has {has} cells under {most} headers");
            return Err(refuse(Why::new("report.import.too_many_cells", says).with("count", has).with("max", most)));
        }
        let mut held: BTreeMap<Field, String> = BTreeMap::new();
        let mut attributes = Vec::new();
        for (cell, (field, header)) in cells.zip(&self.columns) {
            let text = std::str::from_utf8(cell).map_err(|_| {
                let says = format!("column `{header}` is not UTF-8");
                refuse(Why::new("report.import.not_utf8", says).with("column", header))
            })?;
            let text = row::clean(text);
            match field {
                _ if text.is_empty() => {}
                Some(Field::Personal) => {}
                Some(field) => {
                    held.insert(*field, text);
                }
                None => attributes.push((header.clone(), text)),
            }
        }
        self.assemble(line, &held, attributes)
    }

    fn assemble(
        &self,
        line: u64,
        cells: &BTreeMap<Field, String>,
        attributes: Vec<(String, String)>,
    ) -> Result<SourceRow, RefusedRow> {
        let cell = |field: Field| cells.get(&field).map(String::as_str);
        let foreign_id = cell(Field::ForeignId).unwrap_or_default().to_owned();
        let refuse = |reason: Why| RefusedRow {
            line,
            foreign_id: (!foreign_id.is_empty()).then(|| row::shown(&foreign_id)),
            reason,
        };
        let instant = |field: Field, name: &str| match cell(field) {
            None => Ok(None),
            Some(text) => row::instant(text, self.reading)
                .map(Some)
                .ok_or_else(|| refuse(unknown("report.import.no_date", name, text, "is no date"))),
        };
        let status = cell(Field::Status).ok_or_else(|| refuse(Why::new("report.import.no_status", "has no status")))?;
        let standing = row::standing(status)
            .ok_or_else(|| refuse(unknown("report.import.not_known", "status", status, "is not known")))?;
        let reported_at = instant(Field::ReportedAt, "reported_at")?
            .ok_or_else(|| refuse(Why::new("report.import.no_reported", "has no date of its report")))?;
        let closed_at = instant(Field::ClosedAt, "closed_at")?;
        let updated_at = instant(Field::UpdatedAt, "updated_at")?.or(closed_at).unwrap_or(reported_at).max(reported_at);
        let mut remarks = Vec::new();
        let secret = match cell(Field::Secret) {
            None => false,
            Some(word) => row::secret(word)
                .ok_or_else(|| refuse(unknown("report.import.not_known", "secret", word, "is neither yes nor no")))?,
        };
        let class = cell(Field::Class).and_then(row::class);
        if let (Some(word), None) = (cell(Field::Class), class) {
            let english = format!("class `{}` is not known: taken with its category's", row::shown(word));
            remarks.push(Why::new("report.import.class_unknown", english).with("value", row::shown(word)));
        }
        let category = cell(Field::Category).unwrap_or_default().to_owned();
        let answer = cell(Field::Answer);
        let notes = answer.map(|text| SourceNote { at: updated_at, text: text.to_owned(), standing: Some(standing) });
        row::checked(SourceRow {
            line,
            category_code: cell(Field::CategoryCode).map(str::to_owned),
            text: text_of(cell(Field::Title), cell(Field::Text)).unwrap_or_else(|| category.clone()),
            category,
            standing,
            reported_at,
            updated_at,
            closed_at,
            dated: cell(Field::UpdatedAt).is_some(),
            point: row::point(cell(Field::Lat), cell(Field::Long), &mut remarks),
            village: cell(Field::Village).and_then(|code| code.replace('.', "").parse().ok()),
            address: cell(Field::Address).map(str::to_owned),
            class,
            secret,
            agency: cell(Field::Agency).map(str::to_owned),
            media_url: cell(Field::MediaUrl).map(str::to_owned),
            attributes,
            notes: notes.into_iter().collect(),
            remarks,
            foreign_id: foreign_id.clone(),
        })
    }
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the header. Fails if a column that every record needs is not there, saying which.
    pub fn new(mut from: R, mapping: &Mapping, reading: Reading) -> Result<CsvRows<R>, ImportError> {
        let named = separator_line(from.fill_buf()?);
        from.consume(named.map_or(0, |(_, bytes)| bytes));
        let separator = match named {
            Some((separator, _)) => separator,
            None => separator(from.fill_buf()?),
        };
        let quotes = Quotes::new(from, separator);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(quotes);
        let mut record = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut record)? {
            return Err(ImportError::Unreadable("the file is empty".to_owned()));
        }
        if reader.get_ref().are_left_open() {
            return Err(ImportError::Unreadable("a quotation mark in the header is never closed".to_owned()));
        }
        let headers = record.iter().map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').to_owned());
        let columns = Columns::new(headers, mapping, reading)?;
        Ok(CsvRows { reader, skipped: u64::from(named.is_some()), record, columns })
    }

    /// The row that was read, unless a quotation mark has made one of several. Whatever a row over several lines is
    /// refused for, its lines are named: the mark is the likely reason.
    fn whole_row(&mut self, line: u64) -> Result<SourceRow, RefusedRow> {
        let cells = self.record.as_slice();
        let cells = cells.strip_suffix(b"\n").unwrap_or(cells);
        let ends = cells.iter().filter(|byte| **byte == b'\n').count();
        let last = line + u64::try_from(ends).unwrap_or(0);
        let refuse = |key: &'static str, english: String| {
            let reason = Why::new(key, english).with("first", line).with("last", last);
            RefusedRow { line, foreign_id: None, reason }
        };
        if self.reader.get_ref().are_left_open() {
            let says = format!("a quotation mark is never closed: lines {line} to {last} were read as one row");
            return Err(refuse("report.import.quote_open", format!("{says}, and no line after it")));
        }
        let end = self.reader.position().byte();
        let wrong = self.reader.get_mut().stand_wrong_before(end);
        if last > line && (wrong || last - line >= ROW_LINES_MAX_COUNT) {
            let says =
                format!("lines {line} to {last} were read as one row: a quotation mark stands wrong or is missing");
            return Err(refuse("report.import.quote_wrong", says));
        }
        self.columns.row(line, self.record.iter()).map_err(|refused| match last > line {
            true => {
                let reason = refused.reason.and(&format!(" (one row of lines {line} to {last})"));
                RefusedRow { reason, ..refused }
            }
            false => refused,
        })
    }
}

impl<R: BufRead> Iterator for CsvRows<R> {
    type Item = Result<Result<SourceRow, RefusedRow>, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line) + self.skipped;
                Some(Ok(self.whole_row(line)))
            }
            Ok(false) => None,
            Err(error) => Some(Err(error.into())),
        }
    }
}

/// A word that stands in a field and says nothing there.
fn unknown(key: &'static str, field: &str, word: &str, says: &str) -> Why {
    let value = row::shown(word);
    Why::new(key, format!("{field} `{value}` {says}")).with("field", field).with("value", value)
}

/// Heading and text as one, unless the text begins with its heading.
fn text_of(title: Option<&str>, text: Option<&str>) -> Option<String> {
    match (title, text) {
        (Some(title), Some(text)) if !text.starts_with(title) => Some(format!("{title}\n{text}")),
        (title, text) => text.or(title).map(str::to_owned),
    }
}

/// Reads records from the rows of a workbook.
pub fn sheet_rows(
    rows: Vec<(u64, Vec<String>)>,
    mapping: &Mapping,
    reading: Reading,
) -> Result<impl Iterator<Item = Result<SourceRow, RefusedRow>>, ImportError> {
    let mut rows = rows.into_iter();
    let (_, header) = rows.next().ok_or_else(|| ImportError::Unreadable("the workbook is empty".to_owned()))?;
    let columns = Columns::new(header.into_iter(), mapping, reading)?;
    Ok(rows.map(move |(line, cells)| columns.row(line, cells.iter().map(String::as_bytes))))
}

/// Where two columns could hold the same field, the one that a flag named wins, else the first; the other is kept as
/// an attribute.
fn first_of_each(columns: &mut [(Option<Field>, String)], mapping: &Mapping) {
    let mut seen: BTreeMap<Field, (usize, bool)> = BTreeMap::new();
    for at in 0..columns.len() {
        let Some(field) = columns[at].0.filter(|field| *field != Field::Personal) else { continue };
        let told = mapping.0.contains_key(&plain(&columns[at].1));
        match seen.get(&field) {
            Some((before, false)) if told => {
                columns[*before].0 = None;
                seen.insert(field, (at, true));
            }
            Some(_) => columns[at].0 = None,
            None => {
                seen.insert(field, (at, told));
            }
        }
    }
}

/// The separator of the first line: whichever of comma, semicolon and tab it has most of.
fn separator(start: &[u8]) -> u8 {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.iter().filter(|b| **b == separator).count();
    // The last of equals wins, and a comma is what most files mean.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::row::Standing;
    use super::*;

    const WITA: Reading = Reading { offset: 8 * 3600, month_first: false };

    fn read(text: &str) -> Vec<Result<SourceRow, RefusedRow>> {
        let rows = CsvRows::new(text.as_bytes(), &Mapping::default(), WITA).expect("header");
        rows.map(|row| row.expect("file")).collect()
    }

    const NEW_ORLEANS: &str = "ticket_id,ticket_status,ticket_created_date_time,ticket_closed_date_time,issue_type,\
        issue_description,latitude,longitude,street_address,neighborhood_district,council_district,zip_code\n";

    #[test]
    fn new_orleans_tickets_are_read_whole() {
        let text = format!(
            "{NEW_ORLEANS}\
             1,Open,2016-10-31T16:04:00.000,,Traffic Sign,\"If \"\"Other\"\": the sign\nis faded\",\
             29.93,-90.11,6115 Loyola,AUDUBON,A,70118\n\
             2,Closed,2016-11-01T13:00:47.000,2016-11-01T13:23:19.000,General Service Request,,530187.7,3678691.8,,,,\n"
        );
        let rows = read(&text);
        let first = rows[0].as_ref().expect("good");
        assert_eq!((first.line, first.foreign_id.as_str(), first.standing), (2, "1", Standing::New));
        assert_eq!(first.text, "If \"Other\": the sign\nis faded");
        assert_eq!(first.point, Some((29.93, -90.11)));
        assert_eq!(first.attributes[0], ("neighborhood_district".to_owned(), "AUDUBON".to_owned()));
        let second = rows[1].as_ref().expect("good");
        assert_eq!((second.line, second.text.as_str(), second.point), (4, "General Service Request", None));
        assert_eq!(second.remarks.len(), 1);
        assert!(second.closed_at.is_some());
    }

    #[test]
    fn a_refused_row_names_its_line_and_reason_and_the_next_is_read() {
        let rows = read(
            "nomor;status;kategori;isi;tanggal\n\
             1;baru;Jalan;rusak;kemarin\n;baru;Jalan;rusak;01/02/2026\n3;entah;Jalan;rusak;01/02/2026\n\
             4;selesai;Jalan;rusak;01/02/2026\n5;baru;Jalan;rusak;01/02/2026;x\n",
        );
        let reasons: Vec<(u64, &str)> =
            rows.iter().filter_map(|row| row.as_ref().err().map(|r| (r.line, &*r.reason))).collect();
        assert_eq!(reasons.len(), 4, "{reasons:?}");
        assert_eq!(reasons[0], (2, "reported_at `kemarin` is no date"));
        assert!(reasons[1].1.contains("no id") && reasons[2].1.contains("entah") && reasons[3].1.contains("6 cells"));
        assert_eq!(rows[3].as_ref().map(|row| row.foreign_id.as_str()), Ok("4"));
    }

    #[test]
    fn a_flag_names_a_column_that_is_not_known() {
        let mut mapping = Mapping::default();
        mapping.add("id=No. Tiket").expect("good");
        mapping.add("reported_at=Kapan").expect("good");
        assert!(mapping.add("nonsense=x").is_err() && mapping.add("id").is_err());
        let text = "\u{feff}No. Tiket,id,Status,Kategori,Kapan,Nama Pelapor\n7,99,Baru,Jalan,2026-01-02,Budi\n";
        let rows = CsvRows::new(text.as_bytes(), &mapping, WITA).expect("header");
        let rows: Vec<_> = rows.map(|row| row.expect("file").expect("good")).collect();
        assert_eq!(rows[0].foreign_id, "7");
        // A second id is kept beside; a person's name is not.
        assert_eq!(rows[0].attributes, [("id".to_owned(), "99".to_owned())]);
    }

    #[test]
    fn a_file_without_a_needed_column_says_which() {
        let error = CsvRows::new("id,status,kategori\n".as_bytes(), &Mapping::default(), WITA).err().expect("refused");
        assert!(error.to_string().contains("reported_at"), "{error}");
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_names_the_rows_that_it_swallowed() {
        let head = "id,status,category,reported_at,text\n";
        let rows = read(&format!(
            "{head}1,open,Jalan,2026-01-01,baik\n2,open,Jalan,2026-01-01,\"rusak\n3,open,Jalan,2026-01-01,x\n\
             4,open,Jalan,2026-01-01,y\n"
        ));
        assert!(rows[0].is_ok() && rows.len() == 2, "{rows:?}");
        let refused = rows[1].as_ref().expect_err("open");
        assert!(refused.line == 3 && refused.reason.contains("lines 3 to 5"), "{refused:?}");
        let many = "x\n".repeat(150);
        let rows = read(&format!("{head}1,open,Jalan,2026-01-01,\"{many}\"\n2,open,Jalan,2026-01-01,y\n"));
        assert!(rows[0].as_ref().is_err_and(|r| r.reason.contains("lines 2 to 151")), "{rows:?}");
        assert!(rows[1].is_ok(), "{rows:?}");
        let rows = read(&format!("{head}1,open,Jalan,2026-01-01,\"a\n2,open,Jalan,2026-01-01,\"b\n"));
        assert!(rows.iter().any(|row| row.as_ref().is_err_and(|r| r.reason.contains("lines 2 to 3"))), "{rows:?}");
    }

    #[test]
    fn the_line_in_which_excel_names_the_separator_is_no_header() {
        let rows = read("\u{feff}sep=;\r\nid;status;kategori;tanggal;isi\r\n1;baru;Jalan;2026-01-02;a,b\r\n;;;;\r\n");
        assert_eq!(rows[0].as_ref().map(|row| (row.line, row.text.as_str())), Ok((3, "a,b")));
        assert_eq!(rows[1].as_ref().err().map(|refused| refused.line), Some(4));
    }

    #[test]
    fn a_column_of_a_person_is_known_by_a_part_of_its_name() {
        let text = "id,status,kategori,tanggal,Kontak,nomor telepon pelapor,No. WA,Nama Jalan,catatan\n\
            1,baru,Jalan,2026-01-02,0812,0812,0812,Trans Sulawesi,hubungi 081234567890\n";
        let rows = read(text);
        let row = rows[0].as_ref().expect("good");
        let names: Vec<&str> = row.attributes.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Nama Jalan", "catatan"]);
        assert!(!row.attributes[1].1.contains("081234567890"), "{:?}", row.attributes);
    }

    /// What a fuzzer or a bad day has found, fed again.
    #[test]
    fn corpus_import_csv() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/import_csv");
        for entry in std::fs::read_dir(folder).expect("folder") {
            let bytes = std::fs::read(entry.expect("entry").path()).expect("file");
            if let Ok(rows) = CsvRows::new(bytes.as_slice(), &Mapping::default(), WITA) {
                assert!(rows.take(1000).count() < 1000);
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut file = NEW_ORLEANS.as_bytes().to_vec();
            file.extend(&bytes);
            if let Ok(rows) = CsvRows::new(file.as_slice(), &Mapping::default(), WITA) {
                prop_assert!(rows.take(1000).count() < 1000);
            }
            let _ = CsvRows::new(bytes.as_slice(), &Mapping::default(), WITA).map(|rows| rows.take(1000).count());
        }
    }
}
