//! Evidence: documents and photos, each kept once and claimed for whatever it proves.

use simpul_kernel::Refusal;
use simpul_kernel::limits::{LINE_MAX_CHARS, PHOTO_MAX_BYTES, REPORT_TEXT_MAX_CHARS};
use simpul_kernel::words::{clean_line, clean_text};
use simpul_office::{OpenFault, Opened, is_whole_pdf, look_into, look_into_pdf};
use time::Date;
use uuid::Uuid;

use super::evaluation::names::{YEAR_MAX, YEAR_MIN};
use super::framework::names;

/// Largest file of evidence, in bytes.
pub const EVIDENCE_MAX_BYTES: usize = PHOTO_MAX_BYTES;
/// Claims from which on one piece of evidence is asked about.
pub const CLAIMS_MANY_COUNT: i64 = 5;
/// Years after which evidence without an end of validity is old.
pub const EVIDENCE_OLD_YEARS: i64 = 2;
/// Most claims of one piece of evidence.
pub const CLAIMS_MAX_COUNT: i64 = 200;

names! {
    /// What kind of evidence it is.
    EvidenceKind {
        /// A regulation, a decree, a letter of order.
        Decree = "decree",
        /// Minutes, an attendance list.
        Minutes = "minutes",
        /// A photo.
        Photo = "photo",
        /// A picture of a screen.
        Screenshot = "screenshot",
        /// A signed statement, such as the SPTJM of an evaluation.
        Statement = "statement",
        /// Results of a survey.
        Survey = "survey",
        /// Numbers.
        Data = "data",
        /// A figure that Simpul itself proves.
        Figure = "figure",
        /// Anything else.
        Other = "other",
    }
}

names! {
    /// What the secretariat says of it.
    EvidenceState {
        /// Nobody has looked.
        Unchecked = "unchecked",
        /// It proves what it says.
        Accepted = "accepted",
        /// It does not.
        Refused = "refused",
    }
}

names! {
    /// What evidence can be claimed for.
    SubjectKind {
        /// A question of an evaluation round.
        Question = "question",
        /// A programme.
        Programme = "programme",
        /// A progress report.
        Progress = "progress",
        /// A commitment.
        Commitment = "commitment",
        /// A meeting.
        Meeting = "meeting",
    }
}

names! {
    /// What a file is by its bytes.
    Media {
        /// PDF.
        Pdf = "application/pdf",
        /// Word.
        Docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        /// Excel.
        Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        /// A photo; it is kept as JPEG without hidden data.
        Photo = "image/jpeg",
        /// A table as text.
        Csv = "text/csv; charset=utf-8",
        /// A figure's snapshot.
        Snapshot = "application/json",
    }
}

impl Media {
    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Media::Pdf => "pdf",
            Media::Docx => "docx",
            Media::Xlsx => "xlsx",
            Media::Photo => "jpg",
            Media::Csv => "csv",
            Media::Snapshot => "json",
        }
    }

    /// The key of its word.
    pub fn word(self) -> &'static str {
        match self {
            Media::Pdf => "plan.evidence.media.pdf",
            Media::Docx => "plan.evidence.media.docx",
            Media::Xlsx => "plan.evidence.media.xlsx",
            Media::Photo => "plan.evidence.media.photo",
            Media::Csv => "plan.evidence.media.csv",
            Media::Snapshot => "plan.evidence.media.snapshot",
        }
    }
}

/// How files begin that are no evidence, and what they are.
const STRANGERS: [(&[u8], &str); 9] = [
    (b"MZ", "plan.evidence.media.program"),
    (b"\x7fELF", "plan.evidence.media.program"),
    (b"#!", "plan.evidence.media.program"),
    (b"\xd0\xcf\x11\xe0", "plan.evidence.media.old_office"),
    (b"GIF8", "plan.evidence.media.gif"),
    (b"Rar!", "plan.evidence.media.archive"),
    (b"7z\xbc\xaf", "plan.evidence.media.archive"),
    (b"\x1f\x8b", "plan.evidence.media.archive"),
    (b"{\\rtf", "plan.evidence.media.rtf"),
];

fn office_media(bytes: &[u8]) -> Result<Media, &'static str> {
    look_into(bytes)
        .map(|opened| match opened {
            Opened::Document => Media::Docx,
            Opened::Workbook => Media::Xlsx,
        })
        .map_err(fault_word)
}

fn fault_word(fault: OpenFault) -> &'static str {
    match fault {
        OpenFault::Damaged => "plan.evidence.media.damaged",
        OpenFault::Archive => "plan.evidence.media.archive",
        OpenFault::Macro => "plan.evidence.media.macro",
        OpenFault::Program => "plan.evidence.media.holds_program",
        OpenFault::Locked => "plan.evidence.media.locked",
        OpenFault::TooLarge => "plan.evidence.media.bomb",
    }
}

/// What the bytes are, or the word for what they are instead.
fn media_of(bytes: &[u8]) -> Result<Media, &'static str> {
    let photo = bytes.starts_with(b"\xff\xd8\xff")
        || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if photo {
        return Ok(Media::Photo);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return office_media(bytes);
    }
    if let Some((_, word)) = STRANGERS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(word);
    }
    if matches!(bytes.get(4..8), Some(b"ftyp")) {
        return Err("plan.evidence.media.video");
    }
    if is_whole_pdf(bytes) {
        return look_into_pdf(bytes).map(|()| Media::Pdf).map_err(fault_word);
    }
    if bytes.starts_with(b"%PDF-") {
        return Err("plan.evidence.media.broken_pdf");
    }
    text_of(bytes)
}

fn text_of(bytes: &[u8]) -> Result<Media, &'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Err("plan.evidence.media.unknown") };
    let text = text.trim_start_matches('\u{feff}');
    let lower: String = text.trim_start().chars().take(20).collect::<String>().to_lowercase();
    if lower.starts_with("<!doctype")
        || lower.starts_with("<html")
        || lower.starts_with("<svg")
        || lower.starts_with("<?xml")
    {
        return Err("plan.evidence.media.web_page");
    }
    let plain = text.chars().all(|sign| !sign.is_control() || ['\n', '\r', '\t'].contains(&sign));
    let first = text.lines().next().unwrap_or_default();
    if plain && first.contains([',', ';', '\t']) { Ok(Media::Csv) } else { Err("plan.evidence.media.text") }
}

/// The ends of names that say one of our kinds.
fn media_named(name: &str) -> Option<Media> {
    let (_, end) = name.rsplit_once('.')?;
    match end.to_lowercase().as_str() {
        "pdf" => Some(Media::Pdf),
        "docx" => Some(Media::Docx),
        "xlsx" => Some(Media::Xlsx),
        "jpg" | "jpeg" | "png" | "webp" => Some(Media::Photo),
        "csv" => Some(Media::Csv),
        _ => None,
    }
}

/// Looks at the bytes of a file that was sent as evidence.
///
/// # Errors
/// `plan.refused.evidence_empty`, `…_large`; `…_media` with what the file is; `…_disguised` where its name says
/// something else than its bytes.
pub fn look_at(name: &str, bytes: &[u8], too_big: bool) -> Result<Media, Refusal> {
    if too_big || bytes.len() > EVIDENCE_MAX_BYTES {
        return Err(Refusal::field("file", "plan.refused.evidence_large"));
    }
    if bytes.is_empty() {
        return Err(Refusal::field("file", "plan.refused.evidence_empty"));
    }
    let media = media_of(bytes);
    let found = media.map_or_else(|word| word, Media::word);
    match (media, media_named(name)) {
        (Ok(media), Some(named)) if media == named => Ok(media),
        (Ok(media), None) => Ok(media),
        (_, Some(named)) => Err(Refusal::field("file", "plan.refused.evidence_disguised")
            .with_words("named", [named.word()])
            .with_words("found", [found])),
        (Err(_), None) => Err(Refusal::field("file", "plan.refused.evidence_media").with_words("found", [found])),
    }
}

/// What is typed about a piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EvidenceText {
    /// What it is.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// The year that it speaks of.
    pub year: String,
    /// Who made or holds the original.
    pub owner: String,
    /// The agency whose evidence it is.
    pub agency: Option<Uuid>,
    /// The last day on which it holds (`2027-12-31`); empty without an end.
    pub valid_until: String,
    /// What to look at in it.
    pub note: String,
}

/// The same, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// What it is.
    pub title: String,
    /// Its kind.
    pub kind: EvidenceKind,
    /// The year that it speaks of.
    pub year: i64,
    /// Who made or holds the original.
    pub owner: String,
    /// The agency whose evidence it is.
    pub agency: Option<Uuid>,
    /// The last day on which it holds.
    pub valid_until: Option<Date>,
    /// What to look at in it.
    pub note: String,
}

impl EvidenceText {
    /// Checks what was typed.
    ///
    /// # Errors
    /// The first field that can't be kept, with what to do.
    pub fn check(&self) -> Result<Described, Refusal> {
        let title = clean_line("title", &self.title, LINE_MAX_CHARS, true)?;
        let kind = EvidenceKind::parse(&self.kind).filter(|kind| *kind != EvidenceKind::Figure);
        let kind = kind.ok_or_else(|| Refusal::field("kind", "plan.refused.evidence_kind"))?;
        let year = self.year.trim().parse().ok().filter(|year| (YEAR_MIN..=YEAR_MAX).contains(year));
        let year = year.ok_or_else(|| Refusal::field("year", "plan.refused.evidence_year"))?;
        let owner = clean_line("owner", &self.owner, LINE_MAX_CHARS, false)?;
        let valid_until = read_day("valid_until", &self.valid_until)?;
        let note = clean_text("note", &self.note, REPORT_TEXT_MAX_CHARS, false)?;
        Ok(Described { title, kind, year, owner, agency: self.agency, valid_until, note })
    }
}

/// A day that may be left open.
///
/// # Errors
/// `plan.refused.day` for the field.
pub fn read_day(field: &'static str, text: &str) -> Result<Option<Date>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format).map(Some).map_err(|_| Refusal::field(field, "plan.refused.day"))
}

/// A day as forms and tables hold it; empty where there is none.
pub fn day_text(day: Option<Date>) -> String {
    day.map_or_else(String::new, |day| day.to_string())
}

/// A piece of evidence as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its id.
    pub id: Uuid,
    /// What is said of it.
    pub about: Described,
    /// What the secretariat says.
    pub state: EvidenceState,
    /// Why, where it was refused.
    pub check_note: String,
    /// The number of its newest file.
    pub current: i64,
    /// For how much it is claimed.
    pub claims_count: i64,
}

impl Evidence {
    /// Whether it no longer holds on that day.
    pub fn is_old(&self, today: Date) -> bool {
        match self.about.valid_until {
            Some(last) => last < today,
            None => self.about.year < i64::from(today.year()) - EVIDENCE_OLD_YEARS,
        }
    }

    /// Whether it may stand under a round as its signed statement: a statement that was accepted and still holds, and
    /// whose newest file is a PDF or a scan.
    pub fn is_statement(&self, newest: Media, today: Date) -> bool {
        let signed = self.about.kind == EvidenceKind::Statement && matches!(newest, Media::Pdf | Media::Photo);
        signed && self.state == EvidenceState::Accepted && !self.is_old(today)
    }

    /// Whether so much is proven by it alone that it is asked about.
    pub fn is_claimed_by_many(&self) -> bool {
        self.claims_count >= CLAIMS_MANY_COUNT
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::Month;

    use super::*;

    /// The smallest whole PDF, and the words in it.
    fn pdf(words: &str) -> Vec<u8> {
        format!("%PDF-1.7\n% {words}\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n").into_bytes()
    }

    fn docx() -> Vec<u8> {
        let letter = simpul_office::letter::Letter {
            title: "Notula".into(),
            lang: simpul_kernel::format::Lang::Id,
            made_at: simpul_kernel::Timestamp(0),
            paper: simpul_office::letter::Paper::Upright,
            mark: None,
            footer: String::new(),
            blocks: Vec::new(),
        };
        letter.to_bytes().unwrap()
    }

    fn key(name: &str, bytes: &[u8]) -> Result<Media, &'static str> {
        look_at(name, bytes, false).map_err(|refusal| refusal.key)
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(key("a.pdf", &pdf("notula")), Ok(Media::Pdf));
        assert_eq!(
            key("a.pdf", &[b"sampah\n".as_slice(), &pdf("notula")].concat()),
            Ok(Media::Pdf),
            "as readers take it"
        );
        assert_eq!(key("a.png", b"\x89PNG\r\n\x1a\n"), Ok(Media::Photo));
        assert_eq!(key("a.docx", &docx()), Ok(Media::Docx));
        assert_eq!(key("a.xlsx", &docx()), Err("plan.refused.evidence_disguised"));
        assert_eq!(key("a.csv", "\u{feff}a;b\n1;2\n".as_bytes()), Ok(Media::Csv));
        assert_eq!(key("no-end", &pdf("notula")), Ok(Media::Pdf));
    }

    #[test]
    fn what_only_begins_like_a_document_is_none() {
        let found = |name: &str, bytes: &[u8]| {
            let refusal = look_at(name, bytes, false).unwrap_err();
            assert_eq!(refusal.key, "plan.refused.evidence_disguised");
            refusal.said(str::to_owned)[1].1.rsplit('.').next().unwrap().to_owned()
        };
        assert_eq!(found("a.pdf", b"%PDF-1.4 not a pdf at all"), "broken_pdf");
        assert_eq!(found("a.docx", b"PK\x03\x04 word/document.xml"), "damaged");
        let whole = pdf("laporan yang panjang");
        for cut in [whole.len() / 2, whole.len() - 8] {
            assert_eq!(found("a.pdf", &whole[..cut]), "broken_pdf", "cut at {cut}");
        }
        assert_eq!(found("a.pdf", b"a,b\n%PDF-,startxref\n"), "csv", "a table that speaks of PDF is a table");
    }

    #[test]
    fn a_file_that_is_not_what_its_name_says_is_told_what_it_is() {
        let refusal = look_at("notula.pdf", b"MZ\x90\0", false).unwrap_err();
        assert_eq!(refusal.key, "plan.refused.evidence_disguised");
        assert_eq!(
            refusal.said(str::to_owned),
            [("named", "plan.evidence.media.pdf".to_owned()), ("found", "plan.evidence.media.program".to_owned())]
        );
        assert_eq!(key("foto.jpg", &pdf("x")), Err("plan.refused.evidence_disguised"));
        assert_eq!(key("x.docx", b"PK\x03\x04 nothing"), Err("plan.refused.evidence_disguised"));
    }

    #[test]
    fn what_is_no_evidence_is_refused() {
        for bytes in
            [&b"<html><script>"[..], b"<svg onload=x>,", b"\xd0\xcf\x11\xe0", b"only words", b"\xff\xfe\x00", b"GIF89a"]
        {
            assert_eq!(key("berkas", bytes), Err("plan.refused.evidence_media"), "{bytes:?}");
        }
        assert_eq!(key("a.pdf", b""), Err("plan.refused.evidence_empty"));
        assert_eq!(look_at("a.pdf", b"", true).unwrap_err().key, "plan.refused.evidence_large");
    }

    #[test]
    fn only_an_accepted_scan_of_a_statement_that_holds_stands_under_a_round() {
        let day = |month| Date::from_calendar_date(2026, month, 27).unwrap();
        let about = EvidenceText {
            title: "SPTJM".into(),
            kind: "statement".into(),
            year: "2026".into(),
            valid_until: "2026-11-30".into(),
            ..Default::default()
        };
        let (state, check_note) = (EvidenceState::Accepted, String::new());
        let id = Uuid::nil();
        let good = Evidence { id, about: about.check().unwrap(), state, check_note, current: 1, claims_count: 0 };
        assert!(good.is_statement(Media::Pdf, day(Month::November)));
        assert!(good.is_statement(Media::Photo, day(Month::November)));
        assert!(!good.is_statement(Media::Docx, day(Month::November)), "nothing is signed there");
        assert!(!good.is_statement(Media::Pdf, day(Month::December)), "it holds no longer");
        let unchecked = Evidence { state: EvidenceState::Unchecked, ..good.clone() };
        let mut photo = good;
        photo.about.kind = EvidenceKind::Photo;
        for other in [unchecked, photo] {
            assert!(!other.is_statement(Media::Pdf, day(Month::November)), "{other:?}");
        }
    }

    #[test]
    fn evidence_is_old_after_its_last_day_or_two_years() {
        let day = |year, day| Date::from_calendar_date(year, Month::November, day).unwrap();
        let about =
            EvidenceText { title: "SK".into(), kind: "decree".into(), year: "2024".into(), ..Default::default() };
        let mut one = Evidence {
            id: Uuid::nil(),
            about: about.check().unwrap(),
            state: EvidenceState::Unchecked,
            check_note: String::new(),
            current: 1,
            claims_count: 4,
        };
        assert!(!one.is_old(day(2026, 27)) && one.is_old(day(2027, 1)));
        one.about.valid_until = Some(day(2026, 26));
        assert!(one.is_old(day(2026, 27)) && !one.is_old(day(2026, 26)));
        assert!(!one.is_claimed_by_many());
        one.claims_count = CLAIMS_MANY_COUNT;
        assert!(one.is_claimed_by_many());
    }

    proptest! {
        #[test]
        fn a_cut_pdf_is_never_kept(words in "\\PC{0,40}", cut in 0usize..=90) {
            let whole = pdf(&words);
            prop_assert_eq!(key("a.pdf", &whole), Ok(Media::Pdf));
            prop_assert!(key("a.pdf", &whole[..whole.len() * cut / 100]).is_err());
        }

        #[test]
        fn no_bytes_make_it_panic(name in ".{0,20}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = look_at(&name, &bytes, false);
        }
    }
}
