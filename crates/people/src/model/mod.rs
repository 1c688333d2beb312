//! The words of this crate and its decisions, as pure functions.

pub mod agency;
pub mod area;
pub(crate) mod link;
pub mod officer;
pub mod password;
pub mod region;
pub mod roles;
pub mod secret;
pub mod table;
pub mod throttle;
pub mod tokens;

use serde::{Deserialize, Serialize};
use simpul_kernel::{Refusal, RegionId};
use uuid::Uuid;

pub use agency::{Agency, AgencyKind, NewAgency};
pub use area::{AreaLevel, District, Village};
pub use officer::{
    Login, NewOfficer, Officer, OfficerDetails, OfficerName, check_email, check_grants, check_nip, check_phone,
};
pub use region::{
    Emergency112, NewRegion, Region, RegionKind, RegionSettings, Retention, at_host, choose_region, zone_of,
};
pub use roles::{
    Permission, Reach, Scope, may, permits, permits_in, reach, require, require_in, role_needs_agency, scope,
};
pub use tokens::{ApiKey, DisplayToken, KeyScope, SessionRow};

/// A row of an imported file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// Its line in the file, counted from 1.
    pub line: u64,
    /// Why, in English: it goes to whoever runs the import.
    pub reason: String,
}

/// What an import did, or would do in a dry run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Rows that were new.
    pub added: u64,
    /// Rows that changed what was there.
    pub changed: u64,
    /// Rows that were there already.
    pub unchanged: u64,
    /// Rows of other regions, passed over.
    pub elsewhere: u64,
    /// Rows that were not taken.
    pub refused: Vec<RefusedRow>,
}

/// The id under which the journal speaks of a region itself.
pub fn region_subject(region: RegionId) -> Uuid {
    Uuid::from_u128(u128::from(region.0.unsigned_abs()))
}

/// One line of text, trimmed, with single spaces and without marks of direction, which would turn the page around it.
///
/// # Errors
/// `people.refused.control_character` or `people.refused.too_long`, naming the field.
pub(crate) fn line(field: &'static str, text: &str, max_chars: usize) -> Result<String, Refusal> {
    let text = text.replace(simpul_kernel::words::is_direction_mark, "");
    if text.trim().chars().any(char::is_control) {
        return Err(Refusal::field(field, "people.refused.control_character"));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() > max_chars {
        return Err(Refusal::field(field, "people.refused.too_long").with("max", max_chars.to_string()));
    }
    Ok(text)
}
