//! The administrator's room: settings, areas, agencies, officers, roles, calendar, journal, messages out, API keys,
//! screens, and who looked at what.
//!
//! It has pages and no tables: what is done here are the actions of `people` and `store`. `simpul` wires
//! [`routes`], [`MESSAGES`] and [`furnish`]; each other room brings its own page below `/admin/`.

mod actions;
mod handles;
mod model;
mod pages;
mod plain;
mod sheet;
mod sql;

pub use handles::{
    CanErasePersons, CanManageAgencies, CanManageAreas, CanManageKeys, CanManageOfficers, CanManageOutbox,
    CanManageRegion, CanSeeAccessLog, CanSeeJournal, CanSeeOperations, CanSeeOutbox,
};
pub use pages::routes;
pub use sql::{ALL_INSERTS, ALL_STATEMENTS};

use simpul_people::Permission;
use simpul_shell::{AppBuilder, MessageSet, NavItem};

/// What the pages of this room say.
pub const MESSAGES: MessageSet =
    MessageSet { room: "admin", id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

/// The entry of the officers' navigation. Whoever may read the journal sees it; the page shows the parts that are
/// theirs.
pub const NAV: NavItem = NavItem { href: "/admin", label: "admin.nav", need: Permission::SeeJournal, order: 90 };

/// What this room brings to the house besides its routes and [`MESSAGES`].
pub fn furnish(builder: AppBuilder) -> AppBuilder {
    builder.nav(NAV)
}
