//! Histories in CSV: any order of columns, three separators, headers in Indonesian or English, or named by flags.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::ImportError;
use super::row::{self, Reading, RefusedRow, SourceNote, SourceRow};

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
    /// Name, telephone number or e-mail of a person: never taken.
    Personal,
}

/// Every field with the name that a flag calls it by, and the headers that it is known by. New Orleans' 311 is among
/// them, as are the columns of our own export.
const FIELDS: [(Field, &str, &[&str]); 15] = [
    (
        Field::ForeignId,
        "id",
        &["id", "number", "nomor", "foreign_id", "ticket_id", "service_request_id", "tracking_id", "no_laporan"],
    ),
    (Field::Status, "status", &["status", "ticket_status", "status_laporan", "state"]),
    (Field::Category, "category", &["category", "kategori", "issue_type", "service_name", "topik", "jenis"]),
    (Field::CategoryCode, "category_code", &["category_code", "kode_kategori", "service_code"]),
    (
        Field::Text,
        "text",
        &["text", "isi", "uraian", "isi_laporan", "description", "issue_description", "deskripsi", "laporan"],
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
    (Field::Address, "address", &["address", "alamat", "lokasi", "street_address", "patokan", "landmark"]),
    (Field::Village, "village", &["village", "village_code", "kode_desa", "address_id"]),
    (Field::Answer, "answer", &["answer", "jawaban", "status_notes", "tindak_lanjut", "tanggapan"]),
    (Field::MediaUrl, "media_url", &["media_url", "foto", "photo", "lampiran"]),
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
        told.or_else(|| {
            FIELDS.iter().find(|(_, _, known)| known.contains(&header.as_str())).map(|(field, _, _)| *field)
        })
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
    reader: csv::Reader<R>,
    record: csv::ByteRecord,
    /// For each column what it holds, and its header.
    columns: Vec<(Option<Field>, String)>,
    reading: Reading,
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the header. Fails if a column that every record needs is not there, saying which.
    pub fn new(mut from: R, mapping: &Mapping, reading: Reading) -> Result<CsvRows<R>, ImportError> {
        let separator = separator(from.fill_buf()?);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(separator).flexible(true).has_headers(false).from_reader(from);
        let mut record = csv::ByteRecord::new();
        if !reader.read_byte_record(&mut record)? {
            return Err(ImportError::Unreadable("the file is empty".to_owned()));
        }
        let headers = record.iter().map(|cell| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').to_owned());
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
                let seen: Vec<&str> = columns.iter().map(|(_, header)| header.as_str()).collect();
                let says = format!("no column holds `{name}`; name it as {name}=COLUMN, one of: {}", seen.join(", "));
                return Err(ImportError::Unreadable(says));
            }
        }
        Ok(CsvRows { reader, record, columns, reading })
    }

    fn row(&self, line: u64) -> Result<SourceRow, RefusedRow> {
        let refuse = |reason: String| RefusedRow { line, foreign_id: None, reason };
        let mut cells: BTreeMap<Field, String> = BTreeMap::new();
        let mut attributes = Vec::new();
        for (cell, (field, header)) in self.record.iter().zip(&self.columns) {
            let text = std::str::from_utf8(cell).map_err(|_| refuse(format!("column `{header}` is not UTF-8")))?;
            let text = row::clean(text);
            match field {
                _ if text.is_empty() => {}
                Some(Field::Personal) => {}
                Some(field) => {
                    cells.insert(*field, text);
                }
                None => attributes.push((header.clone(), text)),
            }
        }
        if self.record.len() > self.columns.len() {
            let says = format!("has {} cells under {} headers", self.record.len(), self.columns.len());
            return Err(refuse(says));
        }
        self.assemble(line, &cells, attributes)
    }

    fn assemble(
        &self,
        line: u64,
        cells: &BTreeMap<Field, String>,
        attributes: Vec<(String, String)>,
    ) -> Result<SourceRow, RefusedRow> {
        let cell = |field: Field| cells.get(&field).map(String::as_str);
        let foreign_id = cell(Field::ForeignId).unwrap_or_default().to_owned();
        let refuse = |reason: String| RefusedRow {
            line,
            foreign_id: (!foreign_id.is_empty()).then(|| row::shown(&foreign_id)),
            reason,
        };
        let instant = |field: Field, name: &str| match cell(field) {
            None => Ok(None),
            Some(text) => row::instant(text, self.reading)
                .map(Some)
                .ok_or_else(|| refuse(format!("{name} `{}` is no date", row::shown(text)))),
        };
        let status = cell(Field::Status).ok_or_else(|| refuse("has no status".to_owned()))?;
        let standing =
            row::standing(status).ok_or_else(|| refuse(format!("status `{}` is not known", row::shown(status))))?;
        let reported_at =
            instant(Field::ReportedAt, "reported_at")?.ok_or_else(|| refuse("has no date of its report".to_owned()))?;
        let closed_at = instant(Field::ClosedAt, "closed_at")?;
        let updated_at = instant(Field::UpdatedAt, "updated_at")?.or(closed_at).unwrap_or(reported_at).max(reported_at);
        let mut remarks = Vec::new();
        let category = cell(Field::Category).unwrap_or_default().to_owned();
        let answer = cell(Field::Answer);
        let notes = answer.map(|text| SourceNote { at: updated_at, text: text.to_owned(), standing: Some(standing) });
        row::checked(SourceRow {
            line,
            category_code: cell(Field::CategoryCode).map(str::to_owned),
            text: cell(Field::Text).map_or_else(|| category.clone(), str::to_owned),
            category,
            standing,
            reported_at,
            updated_at,
            closed_at,
            point: row::point(cell(Field::Lat), cell(Field::Long), &mut remarks),
            village: cell(Field::Village).and_then(|code| code.replace('.', "").parse().ok()),
            address: cell(Field::Address).map(str::to_owned),
            media_url: cell(Field::MediaUrl).map(str::to_owned),
            attributes,
            notes: notes.into_iter().collect(),
            remarks,
            foreign_id: foreign_id.clone(),
        })
    }
}

impl<R: BufRead> Iterator for CsvRows<R> {
    type Item = Result<Result<SourceRow, RefusedRow>, ImportError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) => {
                let line = self.record.position().map_or(0, csv::Position::line);
                Some(Ok(self.row(line)))
            }
            Ok(false) => None,
            Err(error) => Some(Err(error.into())),
        }
    }
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
            rows.iter().filter_map(|row| row.as_ref().err().map(|r| (r.line, r.reason.as_str()))).collect();
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
