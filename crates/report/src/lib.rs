//! Citizens' reports, from the form to "selesai": who may do what with them, by when, and who has heard of it.
//!
//! A report comes in through the form, Open311, the API or a file; its category names the agency that answers and the
//! deadlines. Officers verify, assign, work and resolve; the citizen says whether it is fixed; Simpul closes it after
//! ten days, marks what is late and takes it up the ladder. Free text, photos and contacts stand in this room's tables
//! and never in the journal.
//!
//! It offers [`routes`], [`reactions`], the live views in [`live`], [`figures`] for screens that look across rooms, and
//! [`actions`] for whatever fills a demonstration.

pub mod actions;
pub mod api;
pub mod desk;
mod digest;
pub mod figures;
pub mod files;
pub mod gate;
pub mod import;
pub mod live;
mod messenger;
pub mod model;
mod morning;
pub mod offered;
pub mod open311;
mod outside;
pub mod pages;
pub mod public_figures;
pub mod reactions;
pub mod sql;

pub use messenger::Messenger;
pub use reactions::reactions;
pub use simpul_shell::table;

use simpul_people::Permission;
use simpul_shell::{AppBuilder, MessageSet, NavItem, Routes};
use simpul_store::{Migrations, Step};

/// The room's name, in migrations and message keys.
pub const ROOM: &str = "report";

/// The room's tables.
pub const MIGRATIONS: Migrations = Migrations {
    room: ROOM,
    steps: &[
        Step { version: 1, sql: include_str!("../migrations/0001_start.sql") },
        Step { version: 2, sql: include_str!("../migrations/0002_photo_sizes.sql") },
        Step { version: 3, sql: include_str!("../migrations/0003_lists.sql") },
        Step { version: 4, sql: include_str!("../migrations/0004_pause.sql") },
        Step { version: 5, sql: include_str!("../migrations/0005_origin.sql") },
        Step { version: 6, sql: include_str!("../migrations/0006_followers.sql") },
        Step { version: 7, sql: include_str!("../migrations/0007_questions.sql") },
        Step { version: 8, sql: include_str!("../migrations/0008_citizen.sql") },
        Step { version: 9, sql: include_str!("../migrations/0009_together.sql") },
        Step { version: 10, sql: include_str!("../migrations/0010_desk.sql") },
        Step { version: 11, sql: include_str!("../migrations/0011_channel.sql") },
        Step { version: 12, sql: include_str!("../migrations/0012_figures.sql") },
        Step { version: 13, sql: include_str!("../migrations/0013_wishes.sql") },
        Step { version: 14, sql: include_str!("../migrations/0014_drill.sql") },
    ],
};

/// The room's sentences.
pub const MESSAGES: MessageSet =
    MessageSet { room: ROOM, id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

/// The room's pages.
pub fn routes() -> Routes {
    pages::routes().merge(open311::routes()).merge(api::routes())
}

/// What the room adds to the officers' menu.
pub fn nav() -> [NavItem; 5] {
    [
        NavItem { href: "/kotak", label: "report.nav.inbox", need: Permission::SeeInbox, order: 10 },
        NavItem { href: "/angka", label: "report.nav.figures", need: Permission::SeeFigures, order: 40 },
        NavItem { href: "/kotak/baru", label: "report.counter.nav", need: Permission::FileForCitizen, order: 15 },
        NavItem { href: "/admin/report", label: "report.nav.admin", need: Permission::ManageCategories, order: 80 },
        NavItem {
            href: "/admin/report/templat",
            label: "report.nav.templates",
            need: Permission::ManageAnswers,
            order: 81,
        },
    ]
}

/// What the room brings to the house: its entries in the menu, its figures and its live lines.
pub fn furnish(builder: AppBuilder) -> AppBuilder {
    let directory = builder.directory().clone();
    let builder = nav().into_iter().fold(builder, AppBuilder::nav);
    let builder = builder.figures(offered::ReportFigures);
    builder.live(live::ReportLive).partial(live::InboxPartial(directory))
}
