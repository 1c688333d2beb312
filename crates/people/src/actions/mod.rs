//! Everything that can be done to regions, areas, the calendar, agencies, officers and the door. The only code that
//! writes.

mod agencies;
mod areas;
mod calendar;
pub(crate) mod door;
mod officers;
mod privacy;
mod regions;

pub use agencies::{AddAgency, AddDistrictOffices, ImportAgencies, SetAgency};
pub use areas::{ImportAreas, ImportBoundaries, PlaceLabels};
pub use calendar::{AddDayOff, RemoveDayOff, SetHours};
pub use door::{RevokeApiKey, RevokeDisplay, RevokeSession, RevokeSessionsOf};
pub use officers::{AddOfficer, EraseOfficer, RemoveSecondFactor, SetActive, SetGrants, SetOfficer};
pub use privacy::{LogAccess, Purge, Purged};
pub use regions::{AddRegion, NoteRegionChange};
pub(crate) use regions::{SetRegion, SetRegionSettings, refuse_known};
