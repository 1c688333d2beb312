//! Codes of areas: the Ministry of Home Affairs' (the key) and the statistics bureau's (an attribute).

use serde::{Deserialize, Serialize};

use crate::RegionId;

/// An area by the Ministry of Home Affairs' code. `Display` writes the dots (`73.22.01.2001`), as in the Ministry's
/// lists; [`AreaCode::number`] is the code as one integer, as it stands in tables (`7322012001`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AreaCode {
    /// A province, two digits: `73`.
    Province(i32),
    /// A regency or city, four digits: `73.22`.
    Region(RegionId),
    /// A district (kecamatan), six digits: `73.22.01`.
    District(i32),
    /// A village (desa or kelurahan), ten digits: `73.22.01.2001`.
    Village(i64),
}

/// What kind of village a code names: the seventh digit tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VillageKind {
    /// Kelurahan: an office of the regency or city, headed by a lurah.
    Kelurahan,
    /// Desa: governs itself, headed by an elected kepala desa.
    Desa,
}

/// The text is no area code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an area code of 2, 4, 6 or 10 digits")]
pub struct BadAreaCode;

impl AreaCode {
    /// Reads a code with dots (`73.22.01.2001`) or without any (`7322012001`).
    /// A code with some of its dots is refused: it is more often a typing error than a code.
    pub fn parse(text: &str) -> Option<AreaCode> {
        let text = text.trim();
        let digits: String = text.chars().filter(|c| *c != '.').collect();
        if digits.len() > 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let number: i64 = digits.parse().ok()?;
        let code = AreaCode::from_number(number)?;
        // A leading zero would be lost in the number, so the digits must be as many as the code has.
        let plain = number.to_string();
        (plain == digits && (text == plain || text == code.to_string())).then_some(code)
    }

    /// The area whose code has this number; the count of digits tells the level.
    pub fn from_number(number: i64) -> Option<AreaCode> {
        let small = i32::try_from(number).ok();
        match number {
            11..=99 => small.map(AreaCode::Province),
            1_100..=9_999 if number % 100 != 0 => small.map(|code| AreaCode::Region(RegionId(code))),
            110_000..=999_999 if number % 100 != 0 && number / 100 % 100 != 0 => small.map(AreaCode::District),
            1_100_000_000..=9_999_999_999 if number % 10_000 != 0 => {
                let district = AreaCode::from_number(number / 10_000)?;
                matches!(district, AreaCode::District(_)).then_some(AreaCode::Village(number))
            }
            _ => None,
        }
    }

    /// The code as one integer.
    pub fn number(self) -> i64 {
        match self {
            AreaCode::Province(code) | AreaCode::District(code) => i64::from(code),
            AreaCode::Region(region) => i64::from(region.0),
            AreaCode::Village(code) => code,
        }
    }

    /// The area one level up; a province has none.
    pub fn parent(self) -> Option<AreaCode> {
        match self {
            AreaCode::Province(_) => None,
            AreaCode::Region(_) | AreaCode::District(_) => AreaCode::from_number(self.number() / 100),
            AreaCode::Village(code) => AreaCode::from_number(code / 10_000),
        }
    }

    /// The regency or city that the area lies in; a province lies in none.
    pub fn region(self) -> Option<RegionId> {
        match self {
            AreaCode::Province(_) => None,
            AreaCode::Region(region) => Some(region),
            AreaCode::District(_) | AreaCode::Village(_) => self.parent()?.region(),
        }
    }

    /// The district that the area is or lies in.
    pub fn district(self) -> Option<AreaCode> {
        match self {
            AreaCode::District(_) => Some(self),
            AreaCode::Village(_) => self.parent(),
            AreaCode::Province(_) | AreaCode::Region(_) => None,
        }
    }

    /// Whether a village is a kelurahan (`1…`) or a desa (any other); `None` for what is no village.
    pub fn village_kind(self) -> Option<VillageKind> {
        match self {
            AreaCode::Village(code) if code / 1_000 % 10 == 1 => Some(VillageKind::Kelurahan),
            AreaCode::Village(_) => Some(VillageKind::Desa),
            _ => None,
        }
    }
}

impl std::fmt::Display for AreaCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = self.number();
        match self {
            AreaCode::Province(_) => write!(f, "{number:02}"),
            AreaCode::Region(_) => write!(f, "{:02}.{:02}", number / 100, number % 100),
            AreaCode::District(_) => write!(f, "{:02}.{:02}.{:02}", number / 10_000, number / 100 % 100, number % 100),
            AreaCode::Village(_) => {
                let district = number / 10_000;
                let (regency, last) = (district / 100, district % 100);
                write!(f, "{:02}.{:02}.{last:02}.{:04}", regency / 100, regency % 100, number % 10_000)
            }
        }
    }
}

impl std::str::FromStr for AreaCode {
    type Err = BadAreaCode;

    fn from_str(text: &str) -> Result<AreaCode, BadAreaCode> {
        AreaCode::parse(text).ok_or(BadAreaCode)
    }
}

impl TryFrom<String> for AreaCode {
    type Error = BadAreaCode;

    fn try_from(text: String) -> Result<AreaCode, BadAreaCode> {
        text.parse()
    }
}

impl From<AreaCode> for String {
    fn from(code: AreaCode) -> String {
        code.to_string()
    }
}

/// A code of the statistics bureau (BPS) as bare digits: 2, 4, 7 or 10 of them (a district has seven there).
/// It differs from the Ministry's for the same area, so it stays a text and is never calculated.
pub fn bps_code(text: &str) -> Option<String> {
    let digits: String = text.trim().chars().filter(|c| *c != '.').collect();
    let known_length = matches!(digits.len(), 2 | 4 | 7 | 10);
    (known_length && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0')).then_some(digits)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_level_reads_with_and_without_dots() {
        for (dotted, plain, code) in [
            ("73", "73", AreaCode::Province(73)),
            ("73.22", "7322", AreaCode::Region(RegionId(7322))),
            ("73.22.01", "732201", AreaCode::District(732_201)),
            ("73.22.01.2001", "7322012001", AreaCode::Village(7_322_012_001)),
        ] {
            assert_eq!(AreaCode::parse(dotted), Some(code));
            assert_eq!(AreaCode::parse(plain), Some(code));
            assert_eq!(code.to_string(), dotted);
            assert_eq!(code.number().to_string(), plain);
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "",
            ".",
            "7",
            "732",
            "73221",
            "7322010",
            "73.2.2",
            "7322.01",
            "73.22.01.",
            ".73",
            "73..22",
            "7300",
            "732200",
            "7322010000",
            "0122",
            "01",
            "10",
            "-73",
            "+7322",
            "73 22",
            "７３２２",
            "73.22.01.20011",
            "99999999999999999999",
        ] {
            assert_eq!(AreaCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_area_knows_what_it_lies_in() {
        let village = AreaCode::Village(7_322_012_001);
        assert_eq!(village.parent(), Some(AreaCode::District(732_201)));
        assert_eq!(village.district(), Some(AreaCode::District(732_201)));
        assert_eq!(village.region(), Some(RegionId(7322)));
        assert_eq!(AreaCode::Region(RegionId(7322)).parent(), Some(AreaCode::Province(73)));
        assert_eq!(AreaCode::Province(73).parent(), None);
        assert_eq!(AreaCode::Province(73).region(), None);
    }

    #[test]
    fn the_seventh_digit_tells_a_kelurahan_from_a_desa() {
        assert_eq!(AreaCode::Village(7_322_041_001).village_kind(), Some(VillageKind::Kelurahan));
        assert_eq!(AreaCode::Village(7_322_042_001).village_kind(), Some(VillageKind::Desa));
        assert_eq!(AreaCode::District(732_204).village_kind(), None);
    }

    #[test]
    fn json_carries_the_dotted_text() {
        let code = AreaCode::Village(7_322_012_001);
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"73.22.01.2001\"");
        assert_eq!(serde_json::from_str::<AreaCode>("\"7322012001\"").unwrap(), code);
        assert!(serde_json::from_str::<AreaCode>("\"luwu\"").is_err());
    }

    #[test]
    fn a_bps_code_keeps_its_digits_as_text() {
        assert_eq!(bps_code("7322010"), Some("7322010".into()));
        assert_eq!(bps_code("7322010001"), Some("7322010001".into()));
        assert_eq!(bps_code("732201"), None);
        assert_eq!(bps_code("73a2"), None);
    }

    proptest! {
        #[test]
        fn whatever_reads_is_written_back(number in 0i64..10_000_000_000) {
            if let Some(code) = AreaCode::from_number(number) {
                prop_assert_eq!(code.number(), number);
                prop_assert_eq!(AreaCode::parse(&code.to_string()), Some(code));
                prop_assert_eq!(AreaCode::parse(&number.to_string()), Some(code));
            }
        }

        #[test]
        fn no_text_breaks_the_parser(text in ".{0,20}") {
            if let Some(code) = AreaCode::parse(&text) {
                prop_assert!(text.trim() == code.to_string() || text.trim() == code.number().to_string());
            }
        }
    }
}
