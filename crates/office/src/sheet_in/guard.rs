//! A workbook is a ZIP of XML, so a few kilobytes may unpack to anything. Everything is unpacked once to be counted,
//! piece by piece, before a reader sees it.

use std::io::{Cursor, Read};

/// Room that is read at a time, in bytes.
const PIECE_BYTES: usize = 64 * 1024;
/// What a part may promise: a number of texts, for which a reader makes room at once.
const PROMISE: &str = "uniqueCount";
/// Bytes after the promise within which its number stands.
const PROMISE_REACH_BYTES: usize = 32;

/// What a workbook may unpack to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuardLimits {
    /// Most bytes of all parts together.
    pub unpacked_bytes: u64,
    /// Most parts.
    pub parts_count: usize,
    /// Most texts that a part may promise.
    pub texts_count: usize,
}

/// Why a workbook is not even looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GuardError {
    /// It is no ZIP.
    Damaged(String),
    /// Too many parts.
    TooManyParts,
    /// It unpacks to too much.
    TooManyBytes,
    /// It promises too many texts.
    TooManyTexts,
}

/// Unpacks every part once and counts. A header may lie about sizes, so nothing is believed.
///
/// # Errors
/// When the file is no ZIP, or holds more than the limits allow.
pub fn guard(bytes: &[u8], limits: GuardLimits) -> Result<(), GuardError> {
    let damaged = |error: &dyn std::fmt::Display| GuardError::Damaged(error.to_string());
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if parts.len() > limits.parts_count {
        return Err(GuardError::TooManyParts);
    }
    let mut left = limits.unpacked_bytes;
    let mut piece = vec![0; PIECE_BYTES];
    for index in 0..parts.len() {
        let mut part = parts.by_index(index).map_err(|error| damaged(&error))?;
        // The end of one piece stands before the next, since a promise may lie across.
        let mut seen: Vec<u8> = Vec::new();
        loop {
            let count = part.read(&mut piece).map_err(|error| damaged(&error))?;
            left = left.checked_sub(count as u64).ok_or(GuardError::TooManyBytes)?;
            seen.extend_from_slice(&piece[..count]);
            if promises_more(&seen, limits.texts_count) {
                return Err(GuardError::TooManyTexts);
            }
            if count == 0 {
                break;
            }
            seen.drain(..seen.len().saturating_sub(PROMISE.len() + PROMISE_REACH_BYTES));
        }
    }
    Ok(())
}

fn promises_more(part: &[u8], most: usize) -> bool {
    let text = String::from_utf8_lossy(part);
    let mut numbers = text.match_indices(PROMISE).map(|(at, promise)| {
        let rest = text[at + promise.len()..].trim_start_matches([' ', '\t', '\n', '\r', '=', '"', '\'']);
        let digits = rest.bytes().take_while(u8::is_ascii_digit);
        digits.fold(0usize, |number, digit| number.saturating_mul(10).saturating_add(usize::from(digit - b'0')))
    });
    numbers.any(|promised| promised > most)
}

#[cfg(test)]
mod tests {
    use super::super::tests::zip_of;
    use super::*;

    const LIMITS: GuardLimits = GuardLimits { unpacked_bytes: 1_000_000, parts_count: 5, texts_count: 1_000 };

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let bomb = zip_of(&[("a.xml", "A".repeat(2_000_000))]);
        assert!(bomb.len() < 20_000, "a small file: {}", bomb.len());
        assert_eq!(guard(&bomb, LIMITS), Err(GuardError::TooManyBytes));
        let halves = zip_of(&[("a.xml", "A".repeat(600_000)), ("b.xml", "B".repeat(600_000))]);
        assert_eq!(guard(&halves, LIMITS), Err(GuardError::TooManyBytes));
        let names: Vec<String> = (0..6).map(|at| format!("{at}.xml")).collect();
        let many: Vec<(&str, String)> = names.iter().map(|name| (name.as_str(), String::new())).collect();
        assert_eq!(guard(&zip_of(&many), LIMITS), Err(GuardError::TooManyParts));
        assert!(guard(&zip_of(&many[..5]), LIMITS).is_ok());
        assert!(matches!(guard(b"no zip", LIMITS), Err(GuardError::Damaged(_))));
    }

    #[test]
    fn a_promise_is_found_wherever_it_stands() {
        for before in [0, PIECE_BYTES - 8, PIECE_BYTES - 12, 3 * PIECE_BYTES - 3] {
            let part = |number: &str| {
                let text = format!("{}<sst uniqueCount = \"{number}\">", " ".repeat(before));
                zip_of(&[("xl/sharedStrings.xml", text)])
            };
            assert_eq!(guard(&part("99999999999999999999999"), LIMITS), Err(GuardError::TooManyTexts), "{before}");
            assert_eq!(guard(&part("1001"), LIMITS), Err(GuardError::TooManyTexts), "{before}");
            assert!(guard(&part("1000"), LIMITS).is_ok(), "{before}");
        }
    }
}
