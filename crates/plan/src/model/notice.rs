//! Letters to agencies that have not reported: how they are numbered, and what is written in them.

use simpul_kernel::{Refusal, Timestamp};
use uuid::Uuid;

/// Longest form of a number, in characters.
pub const NUMBER_FORM_MAX_CHARS: usize = 80;
/// The form of a number where a region has set none: "peringatan" of the general classification.
pub const NUMBER_FORM: &str = "000.8/{nomor}/SETDA/{tahun}";
/// The template where a region has set none.
pub const TEMPLATE: &str = include_str!("../../data/nota-dinas.txt");
/// Largest template, in characters.
pub const TEMPLATE_MAX_CHARS: usize = 20_000;

/// The place in the form of a number where the serial stands.
const SERIAL: &str = "{nomor}";
/// Where the year stands.
const YEAR: &str = "{tahun}";
/// Where the month stands, in Roman figures.
const MONTH: &str = "{bulan}";

/// What letters look like and who signs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeForm {
    /// The template.
    pub body: String,
    /// How they are numbered.
    pub number_form: String,
    /// Who signs.
    pub signer_name: String,
    /// In which post.
    pub signer_post: String,
    /// The rank; may be empty.
    pub signer_rank: String,
    /// The NIP; may be empty.
    pub signer_nip: String,
    /// Guards against two at once; 0 where nothing was set.
    pub version: i64,
}

impl Default for NoticeForm {
    fn default() -> NoticeForm {
        NoticeForm {
            body: TEMPLATE.to_owned(),
            number_form: NUMBER_FORM.to_owned(),
            signer_name: String::new(),
            signer_post: "Sekretaris Daerah".to_owned(),
            signer_rank: String::new(),
            signer_nip: String::new(),
            version: 0,
        }
    }
}

/// A letter that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Id.
    pub id: Uuid,
    /// The year of its number.
    pub year: i64,
    /// Its place in that year's sequence.
    pub serial: i64,
    /// Its number as it is written.
    pub number: String,
    /// The period.
    pub period: Uuid,
    /// To whom.
    pub agency: Uuid,
    /// What was missing when it was issued: code and name.
    pub missing: Vec<(String, String)>,
    /// When the period locked for the agency, as it stood then; not kept of the oldest letters.
    pub locks_at: Option<Timestamp>,
    /// When it was issued.
    pub at: Timestamp,
    /// By whom, as the journal names them.
    pub by: String,
}

/// Months in Roman figures, as numbers of letters have them.
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// The number of a letter, from its form.
pub fn number(form: &str, serial: i64, (year, month): (i64, u8)) -> String {
    let roman = ROMAN.get(usize::from(month.saturating_sub(1))).copied().unwrap_or_default();
    form.replace(SERIAL, &serial.to_string()).replace(YEAR, &year.to_string()).replace(MONTH, roman)
}

/// Refuses a form under which two letters would bear one number.
///
/// # Errors
/// `plan.notice.refused.number_form`.
pub fn check_number_form(form: &str) -> Result<(), Refusal> {
    let whole = form.contains(SERIAL) && form.contains(YEAR);
    if whole { Ok(()) } else { Err(Refusal::field("number_form", "plan.notice.refused.number_form")) }
}

/// What was missing, as a table keeps it: a line each, code and name.
pub fn lines_of(missing: &[(String, String)]) -> String {
    let line = |(code, name): &(String, String)| format!("{code}\t{name}");
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The reverse of [`lines_of`].
pub fn missing_of(lines: &str) -> Vec<(String, String)> {
    let read = |line: &str| line.split_once('\t').map(|(code, name)| (code.to_owned(), name.to_owned()));
    lines.lines().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_is_written_as_the_region_wants_it() {
        assert_eq!(number(NUMBER_FORM, 7, (2026, 11)), "000.8/7/SETDA/2026");
        assert_eq!(number("800/{nomor}/{bulan}/{tahun}", 12, (2026, 4)), "800/12/IV/2026");
        assert!(check_number_form(NUMBER_FORM).is_ok());
        assert!(check_number_form("800/{tahun}").is_err() && check_number_form("800/{nomor}").is_err());
    }

    proptest! {
        #[test]
        fn two_letters_never_bear_one_number(
            one in (1i64..5_000, 2000i64..2100),
            other in (1i64..5_000, 2000i64..2100),
        ) {
            let same = one == other;
            let numbers = [one, other].map(|(serial, year)| number(NUMBER_FORM, serial, (year, 1)));
            prop_assert_eq!(numbers[0] == numbers[1], same);
        }

        #[test]
        fn what_was_missing_is_read_as_it_was_kept(
            missing in proptest::collection::vec(("[A-Z0-9-]{1,12}", "[^\\t\\r\\n\\p{C}]{1,30}"), 0..6),
        ) {
            prop_assert_eq!(missing_of(&lines_of(&missing)), missing);
        }
    }
}
