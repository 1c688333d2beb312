//! Where it is, as well as the reporter could say.

use serde::{Deserialize, Serialize};
use simpul_kernel::geo::Point;

/// A place: a point, a village, a district, or only words. Imported histories may have none of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Place {
    /// The village, by the Ministry's code without dots.
    pub village: Option<i64>,
    /// The district, by the Ministry's code without dots.
    pub district: Option<i64>,
    /// The point on the map.
    pub point: Option<Point>,
    /// How far the point may be off, in metres.
    pub accuracy_m: Option<i64>,
    /// What stands near, or an address in words; may be empty.
    pub landmark: String,
}

/// A photo that the file store holds in three sizes, each by its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhotoRef {
    /// 1600 pixels on its longer side; also the photo's name.
    pub digest: [u8; 32],
    /// 960 pixels.
    pub medium: [u8; 32],
    /// 320 pixels.
    pub small: [u8; 32],
    /// Width of the largest, in pixels.
    pub width: i64,
    /// Height of the largest, in pixels.
    pub height: i64,
}

impl PhotoRef {
    /// The photo's name in addresses: 64 hexadecimal digits.
    pub fn hex(&self) -> String {
        hex(&self.digest)
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// 32 bytes from 64 hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Where a photo belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// How it was when it was reported.
    Before,
    /// How it is after the work.
    After,
    /// With a note in between.
    Note,
}

impl Purpose {
    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::Before => "before",
            Purpose::After => "after",
            Purpose::Note => "note",
        }
    }

    /// The purpose of that name; an unknown one is a note.
    pub fn parse(name: &str) -> Purpose {
        match name {
            "before" => Purpose::Before,
            "after" => Purpose::After,
            _ => Purpose::Note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_read_back() {
        let bytes: [u8; 32] = std::array::from_fn(|at| (at * 7) as u8);
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("zz"), None);
        assert_eq!(unhex(&"+1".repeat(32)), None);
    }
}
