//! The number under which SP4N-LAPOR! knows a report.

use simpul_kernel::Refusal;

/// Longest number, in characters: LAPOR!'s own has 7 to 9 digits, its short links a few letters more.
pub const SP4N_ID_MAX_CHARS: usize = 40;

/// A number as it is kept: letters, digits, dots, dashes and low lines; a hash before it and spaces around it are
/// forgiven.
///
/// # Errors
/// At the field `sp4n_id`.
pub fn read(typed: &str) -> Result<String, Refusal> {
    let plain = typed.trim().trim_start_matches('#').trim();
    let fits = !plain.is_empty() && plain.chars().count() <= SP4N_ID_MAX_CHARS;
    let signs = plain.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if fits && signs { Ok(plain.to_owned()) } else { Err(Refusal::field("sp4n_id", "report.sp4n.bad")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_its_hash_and_nothing_else() {
        assert_eq!(read(" #8812345 ").unwrap(), "8812345");
        for wrong in ["", "#", "88 12", "<b>", &"1".repeat(41), "8812\u{202e}"] {
            assert_eq!(read(wrong).unwrap_err().field, Some("sp4n_id"), "{wrong}");
        }
    }
}
