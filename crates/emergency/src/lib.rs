//! 112: calls, incidents, units. From the ring to the unit on scene, and what is known of it afterwards.
//!
//! A telephone system tells of calls; takers claim them, say where and what, and open incidents; units are recommended
//! with the reasons and sent; every step keeps its time. Numbers, texts and recordings stand in this room's tables and
//! never in the journal.
//!
//! It offers [`routes`], the live views in [`live`], how things stand in [`board`], and [`actions`] for whatever fills
//! a demonstration.

pub mod actions;
pub mod ami;
pub mod api;
pub mod board;
pub mod drill;
pub mod live;
pub mod model;
pub mod news;
pub mod offered;
pub mod pages;
pub mod reactions;
pub mod read;
pub mod replay;
pub mod signal;
pub mod sql;
pub mod stage;
pub mod tell;
pub mod tls;
pub mod token;

use simpul_people::Permission;
use simpul_shell::{AppBuilder, MessageSet, NavItem, Routes};
use simpul_store::{Migrations, Step};

/// The room's name, in migrations and message keys.
pub const ROOM: &str = "emergency";

/// The room's tables.
pub const MIGRATIONS: Migrations = Migrations { room: ROOM, steps: STEPS };

const STEPS: &[Step] = &[
    Step { version: 1, sql: include_str!("../migrations/0001_start.sql") },
    Step { version: 2, sql: include_str!("../migrations/0002_telephony.sql") },
    Step { version: 3, sql: include_str!("../migrations/0003_field.sql") },
    Step { version: 4, sql: include_str!("../migrations/0004_stage_drill.sql") },
    Step { version: 5, sql: include_str!("../migrations/0005_papers.sql") },
    Step { version: 6, sql: include_str!("../migrations/0006_agencies.sql") },
    Step { version: 7, sql: include_str!("../migrations/0007_console.sql") },
    Step { version: 8, sql: include_str!("../migrations/0008_switch_tls.sql") },
    Step { version: 9, sql: include_str!("../migrations/0009_number_key.sql") },
    Step { version: 10, sql: include_str!("../migrations/0010_alarm_and_links.sql") },
];

/// The room's sentences.
pub const MESSAGES: MessageSet =
    MessageSet { room: ROOM, id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

pub use reactions::reactions;

/// The room's pages and answers.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// What the room brings to the house: its entry in the menu, its figures and its live lines.
pub fn furnish(builder: AppBuilder) -> AppBuilder {
    let directory = builder.directory().clone();
    let item = NavItem { href: "/112", label: "emergency.nav.console", need: Permission::SeeConsole, order: 5 };
    let recap = NavItem { href: "/112/rekap", label: "emergency.nav.recap", need: Permission::SeeFigures, order: 41 };
    let stage = NavItem { href: "/112/kesiagaan", label: "emergency.nav.stage", need: Permission::SeeWall, order: 69 };
    let keep = NavItem { href: "/112/atur", label: "emergency.nav.keep", need: Permission::ManageEmergency, order: 42 };
    let shift = NavItem { href: "/112/piket", label: "emergency.nav.shift", need: Permission::SeeConsole, order: 6 };
    let cards =
        NavItem { href: "/112/protokol", label: "emergency.nav.cards", need: Permission::ManageEmergency, order: 83 };
    let need = Permission::AcknowledgeHandovers;
    let asked = NavItem { href: news::AGENCY_PAGE, label: "emergency.nav.asked", need, order: 12 };
    let builder = [item, recap, keep, shift, cards, stage, asked].into_iter().fold(builder, AppBuilder::nav);
    let builder = builder.news(news::RoomNews).figures(offered::EmergencyFigures);
    let builder = signal::TOPICS.iter().fold(builder, |builder, topic| builder.live(signal::Signal { topic }));
    let builder = [actions::INCIDENT, actions::STAGE]
        .into_iter()
        .fold(builder, |builder, topic| builder.partial(live::StagePartial { directory: directory.clone(), topic }));
    let builder = builder.partial(live::LinePartial).partial(live::AskedPartial { directory: directory.clone() });
    let board = |topic| live::BoardPartial { directory: directory.clone(), topic };
    let topics = [actions::CALL, actions::INCIDENT, actions::UNIT, actions::OFFER];
    topics.into_iter().fold(builder.partial(live::DrillPartial), |builder, topic| builder.partial(board(topic)))
}
