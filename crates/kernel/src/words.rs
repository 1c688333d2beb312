//! What people type: checked text, words that mean an emergency, and the numbers of reports.

use serde::{Deserialize, Serialize};

use crate::calendar::Zone;
use crate::{Refusal, Timestamp};

/// Whether a character only turns the direction of the writing around it. A text holds its own direction; such a sign
/// would turn what stands beside it on the page, and make one name look like another. The joiners U+200C and U+200D,
/// which scripts and emoji need, are none.
pub fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of several lines. What was typed is kept to the letter but for three things that nobody sees: white space
/// before and after it goes, so do marks of direction ([`is_direction_mark`]), and line ends become `\n`. Anything else
/// that can't be kept is refused, never altered: nothing but spaces where something is `required` (`form.missing`), a
/// control character other than line end and tab (`form.control_char`), more than `max_chars` characters
/// (`form.too_long` with `max`), each with the field named.
pub fn clean_text(field: &'static str, text: &str, max_chars: usize, required: bool) -> Result<String, Refusal> {
    // Browsers send CRLF for every line end and count it as one character against maxlength.
    let text = text.replace("\r\n", "\n").replace('\r', "\n").replace(is_direction_mark, "");
    checked(field, text.trim(), max_chars, required, |c| matches!(c, '\n' | '\t'))
}

/// One line of text, kept to the letter but for white space before and after it and marks of direction, which go, and
/// for line ends and tabs that were pasted into it, which become spaces. Refusals as [`clean_text`].
pub fn clean_line(field: &'static str, text: &str, max_chars: usize, required: bool) -> Result<String, Refusal> {
    let text = text.replace("\r\n", " ").replace(['\n', '\r', '\t'], " ").replace(is_direction_mark, "");
    checked(field, text.trim(), max_chars, required, |_| false)
}

fn checked(
    field: &'static str,
    text: &str,
    max_chars: usize,
    required: bool,
    allowed: impl Fn(char) -> bool,
) -> Result<String, Refusal> {
    if required && text.is_empty() {
        return Err(Refusal::field(field, "form.missing"));
    }
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(Refusal::field(field, "form.control_char"));
    }
    if text.chars().count() > max_chars {
        return Err(Refusal::field(field, "form.too_long").with("max", max_chars.to_string()));
    }
    Ok(text.to_owned())
}

/// Words and phrases after which 112 is offered at once. Lower case, words parted by one space.
const EMERGENCY: [&str; 62] = [
    "kebakaran",
    "terbakar",
    "api membesar",
    "api berkobar",
    "kobaran api",
    "rumah kebakar",
    "tenggelam",
    "hanyut",
    "terseret arus",
    "terseret banjir",
    "terseret ombak",
    "tertimbun",
    "tertimpa pohon",
    "tertimpa bangunan",
    "terjebak banjir",
    "terjebak api",
    "banjir bandang",
    "tanah longsor",
    "tsunami",
    "gempa bumi",
    "meledak",
    "ledakan",
    "kecelakaan",
    "tabrakan",
    "tabrak lari",
    "tertabrak",
    "ditabrak",
    "kapal karam",
    "perahu terbalik",
    "orang hilang",
    "pingsan",
    "sekarat",
    "tidak sadarkan diri",
    "tidak bernapas",
    "tidak bernafas",
    "sesak napas",
    "sesak nafas",
    "kejang",
    "serangan jantung",
    "pendarahan",
    "perdarahan",
    "mau melahirkan",
    "keracunan",
    "kesetrum",
    "tersetrum",
    "tersengat listrik",
    "gas bocor",
    "kebocoran gas",
    "perampokan",
    "dirampok",
    "dibegal",
    "penculikan",
    "diculik",
    "penyanderaan",
    "disandera",
    "ditikam",
    "dibacok",
    "pembunuhan",
    "dibunuh",
    "bunuh diri",
    "gantung diri",
    "minta tolong darurat",
];
/// The same in English, for visitors.
const EMERGENCY_EN: [&str; 14] = [
    "on fire",
    "house fire",
    "drowning",
    "drowned",
    "explosion",
    "car accident",
    "car crash",
    "unconscious",
    "not breathing",
    "heart attack",
    "bleeding",
    "gas leak",
    "electrocuted",
    "kidnapped",
];
/// Words before an emergency word that speak of another time, of fear, or of the fire brigade itself.
const NOT_NOW: [&str; 16] = [
    "pemadam",
    "rawan",
    "bekas",
    "pasca",
    "cegah",
    "mencegah",
    "pencegahan",
    "antisipasi",
    "simulasi",
    "pelatihan",
    "sosialisasi",
    "bahaya",
    "risiko",
    "resiko",
    "potensi",
    "hidran",
];
/// Endings that do not change what a word means.
const SUFFIXES: [&str; 4] = ["nya", "lah", "kah", "pun"];

/// The emergency word or phrase that the text holds, as it stands in the list.
pub fn emergency_word(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let holds = |phrase: &&&'static str| {
        let wanted: Vec<&str> = phrase.split(' ').collect();
        words.windows(wanted.len()).enumerate().any(|(at, found)| {
            let same = found.iter().zip(&wanted).all(|(word, wanted)| is_word(word, wanted));
            same && !(at > 0 && NOT_NOW.contains(&words[at - 1]))
        })
    };
    EMERGENCY.iter().chain(&EMERGENCY_EN).find(holds).copied()
}

/// Whether the text tells of an emergency, so that 112 is offered before a report is taken. A guess that errs on the
/// side of offering: the person decides.
pub fn looks_like_emergency(text: &str) -> bool {
    emergency_word(text).is_some()
}

fn is_word(found: &str, wanted: &str) -> bool {
    found == wanted || SUFFIXES.iter().any(|suffix| found.strip_suffix(suffix) == Some(wanted))
}

/// The number that a citizen keeps: `LUTRA-2611-0042`, the 42nd of November 2026 in a region with the prefix LUTRA.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReportNumber {
    prefix: String,
    year: u8,
    month: u8,
    serial: u32,
}

/// The text is no report number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a report number such as LUTRA-2611-0042")]
pub struct BadReportNumber;

/// Highest number of one month.
const SERIAL_MAX: u32 = 999_999;

impl ReportNumber {
    /// The `serial`-th number of a month; `prefix` has 2 to 10 letters A to Z, `year` is 2000 to 2099, `serial` 1 to
    /// 999 999.
    pub fn new(prefix: &str, year: i32, month: u8, serial: u32) -> Option<ReportNumber> {
        let prefix = prefix.trim().to_ascii_uppercase();
        let letters = (2..=10).contains(&prefix.len()) && prefix.bytes().all(|b| b.is_ascii_uppercase());
        let possible = letters && (1..=12).contains(&month) && (1..=SERIAL_MAX).contains(&serial);
        let year = u8::try_from(year - 2_000).ok().filter(|year| *year < 100)?;
        possible.then_some(ReportNumber { prefix, year, month, serial })
    }

    /// The `serial`-th number of the month that the zone's calendar shows at the instant.
    pub fn at(prefix: &str, zone: Zone, at: Timestamp, serial: u32) -> Option<ReportNumber> {
        let date = zone.date(at);
        ReportNumber::new(prefix, date.year(), date.month().into(), serial)
    }

    /// Reads a number as people type it: in any case, with `-`, `/`, `.`, spaces or nothing between its parts, with
    /// missing zeros (`lutra 2611 42`), with a `#` or `No.` before it, with the letter O for a zero.
    pub fn parse(text: &str) -> Option<ReportNumber> {
        ReportNumber::read(text, None)
    }

    /// As [`ReportNumber::parse`], and the prefix may be left out: `2611-42`.
    pub fn parse_in(text: &str, prefix: &str) -> Option<ReportNumber> {
        ReportNumber::read(text, Some(prefix))
    }

    fn read(text: &str, default_prefix: Option<&str>) -> Option<ReportNumber> {
        if text.len() > 64 {
            return None;
        }
        let upper = text.trim().to_uppercase();
        let stripped = ["#", "NOMOR ", "NO. ", "NO.", "NO "].iter().find_map(|head| upper.strip_prefix(head));
        let bare = stripped.unwrap_or(&upper).trim_matches(|c: char| !c.is_alphanumeric());
        let letters = bare.bytes().take_while(u8::is_ascii_uppercase).count();
        let (prefix, rest) = bare.split_at(letters);
        let prefix = if prefix.is_empty() { default_prefix? } else { prefix };
        let separator = |c: char| matches!(c, '-' | '/' | '.' | '_' | ' ' | '\u{2010}'..='\u{2014}' | '\u{2212}');
        let parts: Vec<String> = rest.split(separator).filter(|part| !part.is_empty()).map(zeros_for_o).collect();
        let (when, serial) = match parts.as_slice() {
            [both] if both.is_ascii() && both.len() > 4 => both.split_at(4),
            [when, serial] if when.len() == 4 => (when.as_str(), serial.as_str()),
            _ => return None,
        };
        let all_digits = when.bytes().chain(serial.bytes()).all(|b| b.is_ascii_digit());
        if !all_digits || serial.len() > 6 {
            return None;
        }
        let year: i32 = when[..2].parse().ok()?;
        ReportNumber::new(prefix, 2_000 + year, when[2..].parse().ok()?, serial.parse().ok()?)
    }

    /// The region's prefix, in capitals.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The year, 2000 to 2099.
    pub fn year(&self) -> i32 {
        2_000 + i32::from(self.year)
    }

    /// The month, 1 to 12.
    pub fn month(&self) -> u8 {
        self.month
    }

    /// Which one of its month.
    pub fn serial(&self) -> u32 {
        self.serial
    }
}

/// Digits that were typed as letters which look like them.
fn zeros_for_o(part: &str) -> String {
    part.replace('O', "0").replace(['I', 'L'], "1")
}

impl std::fmt::Display for ReportNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:02}{:02}-{:04}", self.prefix, self.year, self.month, self.serial)
    }
}

impl std::str::FromStr for ReportNumber {
    type Err = BadReportNumber;

    fn from_str(text: &str) -> Result<ReportNumber, BadReportNumber> {
        ReportNumber::parse(text).ok_or(BadReportNumber)
    }
}

impl TryFrom<String> for ReportNumber {
    type Error = BadReportNumber;

    fn try_from(text: String) -> Result<ReportNumber, BadReportNumber> {
        text.parse()
    }
}

impl From<ReportNumber> for String {
    fn from(number: ReportNumber) -> String {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_trimmed_and_its_line_ends_made_one() {
        assert_eq!(clean_text("text", "  satu\r\ndua\rtiga\t! \n", 100, true), Ok("satu\ndua\ntiga\t!".into()));
        assert_eq!(clean_line("name", " Pasar\nMasamba\t1 ", 100, true), Ok("Pasar Masamba 1".into()));
    }

    #[test]
    fn nothing_turns_the_writing_around_it() {
        for (typed, kept) in [
            ("Dinas \u{202e}gpj.exe\u{202c}", "Dinas gpj.exe"),
            ("\u{2067}nama\u{2069}\u{200f}", "nama"),
            ("\u{200e}+62 812\u{200e} ", "+62 812"),
            ("keluarga 👩\u{200d}👧", "keluarga 👩\u{200d}👧"),
            ("می\u{200c}خواهم שלום", "می\u{200c}خواهم שלום"),
        ] {
            assert_eq!(clean_line("name", typed, 100, true).as_deref(), Ok(kept), "{typed:?}");
            assert_eq!(clean_text("text", typed, 100, true).as_deref(), Ok(kept), "{typed:?}");
        }
        let nothing_else = clean_line("name", " \u{202e}\u{2066} ", 100, true);
        assert_eq!(nothing_else, Err(Refusal::field("name", "form.missing")));
    }

    #[test]
    fn what_is_missing_is_refused_with_its_field() {
        assert_eq!(clean_text("text", " \n ", 100, true), Err(Refusal::field("text", "form.missing")));
        assert_eq!(clean_text("text", " \n ", 100, false), Ok(String::new()));
    }

    #[test]
    fn nul_and_control_characters_are_refused() {
        for bad in ["a\0b", "a\u{1b}[31m", "a\u{7f}", "a\u{85}b", "a\u{8}b"] {
            assert_eq!(clean_text("text", bad, 100, true), Err(Refusal::field("text", "form.control_char")), "{bad:?}");
            assert_eq!(clean_line("text", bad, 100, true), Err(Refusal::field("text", "form.control_char")), "{bad:?}");
        }
    }

    #[test]
    fn length_counts_characters_and_not_bytes() {
        assert_eq!(clean_line("name", "éééé", 4, true), Ok("éééé".into()));
        let refusal = Refusal::field("name", "form.too_long").with("max", "4");
        assert_eq!(clean_line("name", "ééééé", 4, true), Err(refusal));
        // The browser counts a line end as one character, so it is one here.
        assert_eq!(clean_text("text", "a\r\nb", 3, true), Ok("a\nb".into()));
    }

    #[test]
    fn emergencies_are_heard() {
        for text in [
            "KEBAKARAN di pasar!",
            "Ada rumah terbakar di Kappuna",
            "anak tenggelam di sungai",
            "Kebakarannya makin besar",
            "ada orang tidak sadarkan diri",
            "tabrakan motor, korban pingsan",
            "warga hanyut terbawa arus",
            "tanah   longsor\nmenutup rumah",
            "Someone is drowning",
            "The house is on fire",
            "gas-bocor",
        ] {
            assert!(looks_like_emergency(text), "{text}");
        }
    }

    #[test]
    fn ordinary_reports_are_no_emergencies() {
        for text in [
            "Jalan berlubang di depan pasar",
            "Lampu jalan mati sudah seminggu",
            "Mobil pemadam kebakaran parkir sembarangan",
            "jalan ini rawan kecelakaan",
            "Pos pemadam kebakaran rusak",
            "bekas kebakaran belum dibersihkan",
            "pencegahan kebakaran hutan",
            "sampah menumpuk",
            "air PDAM tidak mengalir",
            "pembakaran sampah oleh tetangga",
            "",
            "rawan longsor",
        ] {
            assert_eq!(emergency_word(text), None, "{text}");
        }
    }

    #[test]
    fn the_lists_are_written_as_they_are_compared() {
        for phrase in EMERGENCY.iter().chain(&EMERGENCY_EN) {
            assert_eq!(emergency_word(phrase), Some(*phrase), "{phrase} is hidden by another or badly written");
        }
    }

    #[test]
    fn a_report_number_has_one_form() {
        let number = ReportNumber::new("lutra", 2026, 11, 42).unwrap();
        assert_eq!(number.to_string(), "LUTRA-2611-0042");
        assert_eq!((number.prefix(), number.year(), number.month(), number.serial()), ("LUTRA", 2026, 11, 42));
        assert_eq!(ReportNumber::new("LUTRA", 2026, 11, 12_345).unwrap().to_string(), "LUTRA-2611-12345");
    }

    #[test]
    fn a_report_number_is_read_as_people_type_it() {
        let number = ReportNumber::new("LUTRA", 2026, 11, 42);
        for text in [
            "LUTRA-2611-0042",
            "lutra-2611-0042",
            " Lutra 2611 42 ",
            "LUTRA26110042",
            "lutra/2611/042",
            "#LUTRA-2611-0042",
            "No. LUTRA-2611-0042",
            "nomor LUTRA-2611-0042.",
            "LUTRA2611-42",
            "LUTRA–2611–0042",
            "LUTRA - 2611 - 0042",
            "lutra-2611-oo42",
            "LUTRA-26l1-0042",
            "LUTRA.2611.0042",
        ] {
            assert_eq!(ReportNumber::parse(text), number, "{text}");
        }
        assert_eq!(ReportNumber::parse_in("2611-42", "LUTRA"), number);
        assert_eq!(ReportNumber::parse_in("26110042", "LUTRA"), number);
        assert_eq!(ReportNumber::parse_in("lutra 2611 42", "MAGETAN"), number);
        assert_eq!(ReportNumber::parse("2611-42"), None);
    }

    #[test]
    fn what_is_no_report_number_is_refused() {
        for text in [
            "",
            "LUTRA",
            "LUTRA-2613-0042",
            "LUTRA-2600-0042",
            "LUTRA-2611-0000",
            "LUTRA-2611",
            "LUTRA-2611-0042-1",
            "L-2611-0042",
            "LUTRA-2611-1234567",
            "LUTRA-26-11-42",
            "é",
            "LUTRA-éééé-0042",
            "LUTRAéé2611",
            "../../etc/passwd",
            "LUTRA-2611--",
            "LUTRAPANJANGX-2611-0042",
        ] {
            assert_eq!(ReportNumber::parse(text), None, "{text}");
        }
        assert_eq!(ReportNumber::new("LUTRA", 1999, 11, 1), None);
        assert_eq!(ReportNumber::new("LUTRA", 2100, 11, 1), None);
        assert_eq!(ReportNumber::new("LUTRA", 2026, 11, 1_000_000), None);
    }

    #[test]
    fn the_month_is_that_of_the_regions_calendar() {
        // 16.30 UTC on 30 November is already December in Makassar.
        let at = crate::format::parse_iso("2026-11-30T16:30:00Z").unwrap();
        assert_eq!(ReportNumber::at("LUTRA", Zone::Wita, at, 1).unwrap().to_string(), "LUTRA-2612-0001");
        assert_eq!(ReportNumber::at("LUTRA", Zone::Wib, at, 1).unwrap().to_string(), "LUTRA-2611-0001");
    }

    proptest! {
        #[test]
        fn a_report_number_reads_back(
            prefix in "[A-Z]{2,10}", year in 2000i32..2100, month in 1u8..=12, serial in 1u32..=SERIAL_MAX,
        ) {
            // A heading "NO" before the number is taken for one.
            prop_assume!(!prefix.starts_with("NO"));
            let number = ReportNumber::new(&prefix, year, month, serial).unwrap();
            let text = number.to_string();
            prop_assert_eq!(ReportNumber::parse(&text), Some(number.clone()));
            prop_assert_eq!(ReportNumber::parse(&text.to_lowercase()), Some(number.clone()));
            prop_assert_eq!(ReportNumber::parse(&text.replace('-', " ")), Some(number.clone()));
            prop_assert_eq!(ReportNumber::parse(&text.replace('-', "")), Some(number.clone()));
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<ReportNumber>(&json).unwrap(), number);
        }

        #[test]
        fn no_text_breaks_the_reader_of_numbers(
            text in "\\PC{0,40}|[A-Za-z]{0,6}[-/ .]?[0-9OIl]{0,5}[-/ .]?\\PC{0,6}",
        ) {
            if let Some(number) = ReportNumber::parse(&text) {
                prop_assert_eq!(ReportNumber::parse(&number.to_string()), Some(number));
            }
        }

        #[test]
        fn cleaning_twice_is_the_same_as_once(text in any::<String>(), max in 0usize..40) {
            if let Ok(once) = clean_text("text", &text, max, false) {
                prop_assert!(once.chars().count() <= max && !once.contains('\0'));
                prop_assert_eq!(clean_text("text", &once, max, false), Ok(once));
            }
            if let Ok(once) = clean_line("text", &text, max, false) {
                prop_assert!(once.chars().count() <= max && !once.chars().any(char::is_control));
                prop_assert_eq!(clean_line("text", &once, max, false), Ok(once));
            }
        }

        #[test]
        fn no_text_breaks_the_search_for_emergencies(text in any::<String>()) {
            let _ = looks_like_emergency(&text);
        }
    }
}
