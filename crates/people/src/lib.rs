//! What every room asks about: regions, areas and their boundaries, the calendar, agencies, officers, what each role
//! may do, and who comes in: sign-in, sessions, API keys, display tokens.
//!
//! [`Directory`] answers reads from a snapshot that is renewed when something changed; [`Doorman`] opens the door;
//! [`actions`] holds everything that can be done. No pages and no HTTP: those stand in `shell` and `admin`.

pub mod actions;
pub mod boundaries;
pub mod data;
pub mod directory;
pub mod doorman;
pub mod model;
pub mod privacy;
pub mod second_factor;
pub mod sql;
pub mod testing;

use simpul_store::{Migrations, Step};

pub use directory::{Directory, Snapshot};
pub use doorman::{Doorman, LinkFor, Must, NewApiKey, NewSession, SignIn, SignInAnswer, SignedIn, login_form};
pub use model::{
    Agency, AgencyKind, ApiKey, AreaLevel, DisplayToken, District, Emergency112, ImportReport, KeyScope, NewAgency,
    NewOfficer, NewRegion, Officer, OfficerName, Permission, Reach, RefusedRow, Region, RegionKind, RegionSettings,
    Retention, Scope, SessionRow, Village, at_host, check_nip, choose_region, may, permits, permits_in, reach,
    region_subject, require, require_in, role_needs_agency, scope, zone_of,
};
pub use sql::calendar::calendar_of;

/// The room's name, in migrations and message keys.
pub const ROOM: &str = "people";

/// The room's tables.
pub const MIGRATIONS: Migrations =
    Migrations { room: ROOM, steps: &[Step { version: 1, sql: include_str!("../migrations/0001_start.sql") }] };

/// The room's sentences in Bahasa Indonesia, for the message catalogue.
pub const MESSAGES_ID: &str = include_str!("../messages/id.toml");
/// The same in English.
pub const MESSAGES_EN: &str = include_str!("../messages/en.toml");
