//! One record of somebody else's history, read from whatever file it came in.

use sha2::{Digest, Sha256};
use simpul_kernel::clock::DAY_MICROS;
use simpul_kernel::limits::STANDARD_TEXT_MAX_CHARS;
use simpul_kernel::{Timestamp, mask};

use super::why::Why;
use crate::model::Class;
use crate::open311::submit::is_web_address;
use crate::open311::when::{self, OffsetSeconds};

/// Longest id that another system may give a record, in characters.
const FOREIGN_ID_MAX_CHARS: usize = 100;
/// Longest name of a category, in characters.
const CATEGORY_MAX_CHARS: usize = 120;

/// A record before it is a report.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRow {
    /// Line of the file in which it begins, counted from 1.
    pub line: u64,
    /// The other system's id.
    pub foreign_id: String,
    /// Code of its category, where the file has codes beside names.
    pub category_code: Option<String>,
    /// Name of its category.
    pub category: String,
    /// Where it stands.
    pub standing: Standing,
    /// What was written.
    pub text: String,
    /// When it was sent.
    pub reported_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whether the file itself says when that was.
    pub dated: bool,
    /// When it was closed, if that is known.
    pub closed_at: Option<Timestamp>,
    /// Latitude and longitude in degrees.
    pub point: Option<(f64, f64)>,
    /// Code of the village.
    pub village: Option<i64>,
    /// Where, in words.
    pub address: Option<String>,
    /// Link to a picture elsewhere.
    pub media_url: Option<String>,
    /// Its class, if the file says one.
    pub class: Option<Class>,
    /// Only the agency may see it.
    pub secret: bool,
    /// The agency that has it, as the file names it.
    pub agency: Option<String>,
    /// What else the file says, by name.
    pub attributes: Vec<(String, String)>,
    /// What happened to it, in order.
    pub notes: Vec<SourceNote>,
    /// What was left out of it, and why.
    pub remarks: Vec<Why>,
}

impl SourceRow {
    /// SHA-256 of what the record says. The time of its last change alone is none: many systems move it with every
    /// export.
    pub fn digest(&self) -> [u8; 32] {
        let mut hasher = Sha256::new_with_prefix(b"simpul imported row");
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        };
        part(self.category_code.as_deref().unwrap_or_default().as_bytes());
        part(self.category.as_bytes());
        part(&[self.standing as u8]);
        part(self.text.as_bytes());
        part(&self.reported_at.0.to_be_bytes());
        part(&self.closed_at.map_or(i64::MIN, |at| at.0).to_be_bytes());
        for degrees in [self.point.map(|(lat, _)| lat), self.point.map(|(_, long)| long)] {
            part(&degrees.map_or([0; 8], f64::to_be_bytes));
        }
        part(&self.village.unwrap_or_default().to_be_bytes());
        part(self.address.as_deref().unwrap_or_default().as_bytes());
        part(self.media_url.as_deref().unwrap_or_default().as_bytes());
        // Only what is there, so that rows of before are known again.
        if let Some(class) = self.class {
            part(class.name().as_bytes());
        }
        if self.secret {
            part(b"secret");
        }
        if let Some(agency) = &self.agency {
            part(agency.as_bytes());
        }
        part(&(self.attributes.len() as u64).to_be_bytes());
        for (name, value) in &self.attributes {
            part(name.as_bytes());
            part(value.as_bytes());
        }
        for note in &self.notes {
            let at = if note.at == self.updated_at { 0 } else { note.at.0 };
            part(&at.to_be_bytes());
            part(note.text.as_bytes());
            part(&[note.standing.map_or(u8::MAX, |standing| standing as u8)]);
        }
        hasher.finalize().into()
    }
}

/// One thing that happened to a record.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceNote {
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
    /// Where the record stood after it, if the note says so.
    pub standing: Option<Standing>,
}

/// Where a record stands, as far as the words of many systems can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Waiting.
    New,
    /// Somebody is at it.
    InProgress,
    /// Done.
    Closed,
    /// Turned down.
    Rejected,
    /// Put away without an answer.
    Archived,
    /// Verified and with an agency that has not begun.
    Waiting,
}

/// A record that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Line of the file in which it begins, counted from 1.
    pub line: u64,
    /// Its id, if it has one.
    pub foreign_id: Option<String>,
    /// Why, in words for whoever keeps the file.
    pub reason: Why,
}

/// How local times and dates of a file are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Offset of times without a zone, in seconds.
    pub offset: OffsetSeconds,
    /// Whether `04/05/2026` is 5 April, as in the United States, and not 4 May.
    pub month_first: bool,
}

/// Reads a state in the words of Simpul, of the standard, and of common systems in Indonesian and English.
pub fn standing(word: &str) -> Option<Standing> {
    let word: String = word.trim().to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    Some(match word.as_str() {
        "new"
        | "open"
        | "opened"
        | "submitted"
        | "received"
        | "acknowledged"
        | "verified"
        | "assigned"
        | "reopened"
        | "baru"
        | "diterima"
        | "terbuka"
        | "belum_diverifikasi"
        | "terverifikasi"
        | "belum_terverifikasi"
        | "menunggu_verifikasi" => Standing::New,
        "didisposisikan" | "belum_ditindaklanjuti" | "terdisposisi" => Standing::Waiting,
        "in_progress" | "inprogress" | "started" | "pending" | "planned" | "diproses" | "proses" | "dalam_proses"
        | "sedang_ditangani" | "direncanakan" | "on_progress" | "tunda" | "ditunda" => Standing::InProgress,
        "closed" | "resolved" | "fixed" | "completed" | "complete" | "done" | "selesai" | "ditutup" | "tuntas" => {
            Standing::Closed
        }
        "rejected"
        | "declined"
        | "invalid"
        | "cancelled"
        | "canceled"
        | "ditolak"
        | "out_of_authority"
        | "merged"
        | "duplicate"
        | "tidak_dapat_ditindaklanjuti" => Standing::Rejected,
        "archived" | "diarsipkan" | "arsip" => Standing::Archived,
        _ => return None,
    })
}

/// Reads an instant: W3C, or a day first (or month first) date with slashes, dashes or dots and a time after it.
pub fn instant(text: &str, reading: Reading) -> Option<Timestamp> {
    if let Some(at) = when::parse(text, reading.offset) {
        return Some(at);
    }
    let (date, clock) = text.trim().split_once([' ', 'T']).unwrap_or((text.trim(), ""));
    let parts: Vec<&str> = date.split(['/', '-', '.']).collect();
    let [first, second, year] = parts.as_slice() else { return None };
    let (day, month) = if reading.month_first { (second, first) } else { (first, second) };
    let plain = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !plain(day, 2) || !plain(month, 2) || year.len() != 4 {
        return None;
    }
    let clock = twenty_four_hours(clock.trim())?;
    let joined = if clock.is_empty() {
        format!("{year}-{month:0>2}-{day:0>2}")
    } else {
        format!("{year}-{month:0>2}-{day:0>2}T{clock}")
    };
    when::parse(&joined, reading.offset)
}

/// `8:55:58 AM` as `08:55:58`, and `08.55` as `08:55`.
fn twenty_four_hours(clock: &str) -> Option<String> {
    if clock.is_empty() {
        return Some(String::new());
    }
    let upper = clock.to_ascii_uppercase();
    let (digits, half) = match upper.strip_suffix("AM").map(|d| (d, Some(0))) {
        Some(found) => found,
        None => upper.strip_suffix("PM").map_or((upper.as_str(), None), |d| (d, Some(12))),
    };
    let digits = digits.trim().replace('.', ":");
    let (hour, rest) = digits.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(noon) => hour % 12 + noon,
        None => hour,
    };
    Some(format!("{hour:02}:{rest}"))
}

/// Degrees from two columns. Nothing, with a remark, for what can be no place on earth or stands for "unknown".
pub fn point(lat: Option<&str>, long: Option<&str>, remarks: &mut Vec<Why>) -> Option<(f64, f64)> {
    let (lat, long) = (lat?, long?);
    let read = |text: &str| text.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    match (read(lat), read(long)) {
        (Some(lat), Some(long)) if lat.abs() <= 90.0 && long.abs() <= 180.0 && (lat, long) != (0.0, 0.0) => {
            Some((lat, long))
        }
        _ => {
            let (lat, long) = (shown(lat), shown(long));
            let english = format!("lat `{lat}` and long `{long}` are no degrees on earth: taken without a point");
            remarks.push(Why::new("report.import.no_point", english).with("lat", lat).with("long", long));
            None
        }
    }
}

/// A text as it may be stored: no control characters but line feeds and tabs, no space around.
pub fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

/// Words in the name of a column that holds something of a person's: never taken.
const PERSONAL_WORDS: [&str; 26] = [
    "pelapor",
    "pengadu",
    "pemohon",
    "reporter",
    "complainant",
    "kontak",
    "contact",
    "telp",
    "telpon",
    "telepon",
    "tlp",
    "tlpn",
    "phone",
    "telephone",
    "hp",
    "handphone",
    "ponsel",
    "mobile",
    "wa",
    "whatsapp",
    "email",
    "mail",
    "surel",
    "nik",
    "ktp",
    "npwp",
];

/// Whether a column of that name holds something of a person's.
pub fn is_personal(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_one = |word: &str| PERSONAL_WORDS.contains(&word) || word.starts_with("telepon") || word.starts_with("nohp");
    words.clone().any(is_one) || matches!(words.collect::<Vec<_>>().as_slice(), ["nama"] | ["name"] | ["nohp"])
}

/// What stands in a file, short enough for a sentence about it.
pub fn shown(text: &str) -> String {
    clean(text).chars().take(40).collect()
}

/// A cell that is longer than it may be.
fn long(field: &str, max: usize, english: String) -> Why {
    Why::new("report.import.too_long", english).with("field", field).with("max", max)
}

/// Reads the class in LAPOR!'s words and ours; `None` for other words.
pub fn class(word: &str) -> Option<Class> {
    let word = word.trim().to_lowercase();
    match word.as_str() {
        "aspirasi" | "aspiration" => Some(Class::Aspiration),
        "informasi" | "permintaan informasi" | "information" => Some(Class::Information),
        "complaint" => Some(Class::Complaint),
        _ if word.starts_with("pengaduan") || word.starts_with("aduan") => Some(Class::Complaint),
        _ => None,
    }
}

/// Reads whether a record is secret. `None` for words that are neither yes nor no: what is secret must not become
/// public by a word that nobody knew.
pub fn secret(word: &str) -> Option<bool> {
    Some(match word.trim().to_lowercase().as_str() {
        "ya" | "y" | "yes" | "true" | "1" | "rahasia" | "laporan rahasia" | "secret" => true,
        "tidak" | "t" | "n" | "no" | "false" | "0" | "-" | "publik" | "terbuka" | "umum" | "normal" | "biasa"
        | "anonim" | "tidak rahasia" | "public" => false,
        _ => return None,
    })
}

/// The last checks, the same for every kind of file.
pub fn checked(mut row: SourceRow) -> Result<SourceRow, RefusedRow> {
    if let Some(url) = row.media_url.take_if(|url| !is_web_address(url)) {
        let english = format!("picture `{}` is no web address: taken without it", shown(&url));
        row.remarks.push(Why::new("report.import.no_picture", english).with("value", shown(&url)));
    }
    row.attributes.retain(|(name, _)| !is_personal(name));
    row.attributes.iter_mut().for_each(|(_, value)| *value = mask::mask(value));
    let refuse = |reason: Why| {
        let foreign_id = (!row.foreign_id.is_empty()).then(|| shown(&row.foreign_id));
        Err(RefusedRow { line: row.line, foreign_id, reason })
    };
    if row.foreign_id.is_empty() {
        return refuse(Why::new(
            "report.import.no_id",
            "has no id of its own, so a second import could not know it again",
        ));
    }
    if row.foreign_id.chars().count() > FOREIGN_ID_MAX_CHARS {
        return refuse(long(
            "id",
            FOREIGN_ID_MAX_CHARS,
            format!("its id has more than {FOREIGN_ID_MAX_CHARS} characters"),
        ));
    }
    if row.category.is_empty() || row.category.chars().count() > CATEGORY_MAX_CHARS {
        return {
            let english = format!("its category is missing or has more than {CATEGORY_MAX_CHARS} characters");
            refuse(Why::new("report.import.category_bad", english).with("max", CATEGORY_MAX_CHARS))
        };
    }
    if row.text.is_empty() {
        return refuse(Why::new("report.import.no_text", "says nothing: text and category are empty"));
    }
    let is_long = |text: &str| text.chars().count() > STANDARD_TEXT_MAX_CHARS;
    if is_long(&row.text) || row.notes.iter().any(|note| is_long(&note.text)) {
        let english = format!("has a text of more than {STANDARD_TEXT_MAX_CHARS} characters");
        return refuse(long("text", STANDARD_TEXT_MAX_CHARS, english));
    }
    if row.closed_at.is_some_and(|closed| closed < row.reported_at) {
        return refuse(Why::new("report.import.closed_before", "was closed before it was reported"));
    }
    Ok(row)
}

/// The first instant of 2000 in UTC: numbers of reports begin with that year.
const FIRST_INSTANT: Timestamp = Timestamp(946_684_800_000_000);

/// Refuses dates that can't be: before 2000, for which there are no numbers, and later than tomorrow.
pub fn check_times(row: &SourceRow, now: Timestamp) -> Result<(), Why> {
    let end = now.plus_micros(DAY_MICROS);
    if row.reported_at < FIRST_INSTANT {
        return Err(Why::new("report.import.before_2000", "was reported before 2000"));
    }
    let notes = row.notes.iter().map(|note| ("something is said to have happened", note.at));
    let own = [("was reported", Some(row.reported_at)), ("was closed", row.closed_at)];
    let own = own.into_iter().filter_map(|(what, at)| at.map(|at| (what, at)));
    match own.chain([("was changed", row.updated_at)]).chain(notes).find(|(_, at)| *at > end) {
        Some((what, _)) => {
            let english = format!("{what} later than tomorrow: is the year right, is the day first?");
            Err(Why::new("report.import.in_future", english))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WITA: Reading = Reading { offset: 8 * 3600, month_first: false };

    #[test]
    fn dates_of_spreadsheets_are_read_day_first_unless_told() {
        let fourth_of_may = when::parse("2026-05-04T08:55:58", 8 * 3600);
        for text in ["04/05/2026 08:55:58", "4-5-2026 8.55.58", "04.05.2026 8:55:58 AM", "2026-05-04 08:55:58"] {
            assert_eq!(instant(text, WITA), fourth_of_may, "{text}");
        }
        assert_eq!(instant("5/4/2026 8:55:58 am", Reading { month_first: true, ..WITA }), fourth_of_may);
        assert_eq!(instant("12:30 PM", WITA), None);
        assert_eq!(instant("32/01/2026", WITA), None);
        assert_eq!(instant("1/1/2026 12:05 AM", WITA), when::parse("2026-01-01T00:05", 8 * 3600));
    }

    #[test]
    fn coordinates_of_another_system_are_left_out_with_a_remark() {
        let mut remarks = Vec::new();
        assert_eq!(point(Some("530187.70942"), Some("3678691.8167"), &mut remarks), None);
        assert_eq!(point(Some("0"), Some("0.0"), &mut remarks), None);
        assert_eq!(remarks.len(), 2);
        assert_eq!(point(Some("-2,55"), Some("120.33"), &mut remarks), Some((-2.55, 120.33)));
        assert_eq!(point(None, Some("1"), &mut remarks), None);
    }

    #[test]
    fn what_holds_something_of_a_person_is_known_by_its_words() {
        for name in ["Kontak", "nomor telepon pelapor", "No HP", "no.wa", "E-mail", "NIK", "alamat pelapor", "Nama"] {
            assert!(is_personal(name), "{name}");
        }
        for name in ["Nama jalan", "kecamatan", "wadah", "panik", "nama_desa", "council_district"] {
            assert!(!is_personal(name), "{name}");
        }
    }

    #[test]
    fn the_words_of_lapor_are_read_and_an_unknown_word_never_means_public() {
        assert_eq!(class("Permintaan Informasi"), Some(Class::Information));
        assert_eq!(class("Pengaduan Tidak Berkadar Pengawasan"), Some(Class::Complaint));
        assert_eq!(class("Lainnya"), None);
        assert_eq!((secret("Ya"), secret(" TIDAK "), secret("entah")), (Some(true), Some(false), None));
        assert_eq!(standing("Belum Ditindaklanjuti"), Some(Standing::Waiting));
        assert_eq!(standing("Belum Terverifikasi"), Some(Standing::New));
        assert_eq!(standing("Tunda"), Some(Standing::InProgress));
    }

    #[test]
    fn states_are_read_in_both_languages() {
        assert_eq!(standing("Closed"), Some(Standing::Closed));
        assert_eq!(standing("Dalam proses"), Some(Standing::InProgress));
        assert_eq!(standing("Tidak dapat ditindaklanjuti"), Some(Standing::Rejected));
        assert_eq!(standing("vielleicht"), None);
    }

    proptest! {
        #[test]
        fn no_cell_breaks_the_readers(text in "\\PC{0,40}") {
            let _ = (instant(&text, WITA), standing(&text), point(Some(&text), Some("1"), &mut Vec::new()));
            prop_assert!(!clean(&text).contains('\0'));
        }
    }
}
