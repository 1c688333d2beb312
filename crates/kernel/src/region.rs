//! The tenant: one regency or city.

use serde::{Deserialize, Serialize};

/// A local government, by the Ministry of Home Affairs' code as an integer: Luwu Utara 73.22 is `7322`.
/// Region 0 is no region: what belongs to the whole installation stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RegionId(pub i32);

impl RegionId {
    /// What belongs to no region: the list of regions, area codes of all Indonesia.
    pub const SHARED: RegionId = RegionId(0);

    /// Reads `7322` or `73.22`. Province codes run from 11, so a regency's code has four digits.
    pub fn parse(text: &str) -> Option<RegionId> {
        let digits: String = text.trim().chars().filter(|c| *c != '.').collect();
        let code: i32 = digits.parse().ok()?;
        (1100..=9999).contains(&code).then_some(RegionId(code))
    }
}

impl std::fmt::Display for RegionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_with_and_without_its_dot() {
        assert_eq!(RegionId::parse("73.22"), Some(RegionId(7322)));
        assert_eq!(RegionId::parse("7322"), Some(RegionId(7322)));
        assert_eq!(RegionId::parse("12"), None);
        assert_eq!(RegionId::parse("luwu"), None);
    }
}
