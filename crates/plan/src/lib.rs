//! The masterplan and its quick wins: who does what, by when, proven by what; and the ministry's evaluation.
//!
//! A plan is made in a framework of dimensions. Its programmes have one accountable agency each; agencies say every
//! period how they go, a secretariat checks and publishes, and the status is computed with its reasons. Evidence is
//! kept once and claimed for whatever it proves.
//!
//! It offers [`routes`], and [`actions`] for whatever fills a demonstration.

pub mod actions;
pub mod agenda;
pub mod api;
pub mod books;
pub mod file;
pub mod form_file;
pub mod forms;
pub mod kept;
pub mod leader;
mod messenger;
pub mod model;
pub mod notice;
pub mod offered;
pub mod pages;
pub mod papers;
pub mod progress_file;
pub mod reactions;
pub mod read;
pub mod slides;
pub mod sql;
pub mod subject;
mod token;

use simpul_people::Permission;
use simpul_shell::{AppBuilder, MessageSet, NavItem, Routes};
use simpul_store::{Migrations, Step};

/// The room's name, in migrations and message keys.
pub const ROOM: &str = "plan";

/// The room's tables.
pub const MIGRATIONS: Migrations = Migrations { room: ROOM, steps: STEPS };

const STEPS: &[Step] = &[
    Step { version: 1, sql: include_str!("../migrations/0001_start.sql") },
    Step { version: 2, sql: include_str!("../migrations/0002_evaluation.sql") },
    Step { version: 3, sql: include_str!("../migrations/0003_evidence.sql") },
    Step { version: 4, sql: include_str!("../migrations/0004_survey.sql") },
    Step { version: 5, sql: include_str!("../migrations/0005_collaboration.sql") },
    Step { version: 6, sql: include_str!("../migrations/0006_commitments.sql") },
    Step { version: 7, sql: include_str!("../migrations/0007_figures.sql") },
    Step { version: 8, sql: include_str!("../migrations/0008_completeness.sql") },
    Step { version: 10, sql: include_str!("../migrations/0010_cohorts.sql") },
    Step { version: 11, sql: include_str!("../migrations/0011_libraries.sql") },
    Step { version: 12, sql: include_str!("../migrations/0012_templates.sql") },
    Step { version: 13, sql: include_str!("../migrations/0013_duty.sql") },
    Step { version: 14, sql: include_str!("../migrations/0014_answers.sql") },
    Step { version: 15, sql: include_str!("../migrations/0015_sheet_write.sql") },
    Step { version: 20, sql: include_str!("../migrations/0020_answer_steps.sql") },
    Step { version: 21, sql: include_str!("../migrations/0021_evidence_changes.sql") },
    Step { version: 30, sql: include_str!("../migrations/0030_responsible.sql") },
    Step { version: 31, sql: include_str!("../migrations/0031_notice_locks.sql") },
];

/// The room's sentences.
pub const MESSAGES: MessageSet =
    MessageSet { room: ROOM, id: include_str!("../messages/id.toml"), en: include_str!("../messages/en.toml") };

pub use messenger::Messenger;
pub use reactions::reactions;

/// The room's pages and answers.
pub fn routes() -> Routes {
    pages::routes().merge(api::routes())
}

/// What the room brings to the house: its entries in the menu, its piece of the inbox, its figures.
pub fn furnish(builder: AppBuilder) -> AppBuilder {
    let plan = NavItem { href: "/rencana", label: "plan.nav.plan", need: Permission::SeePlan, order: 50 };
    let meetings = NavItem { href: "/rapat", label: "plan.nav.meetings", need: Permission::SeePlan, order: 52 };
    let evidence = NavItem { href: "/bukti", label: "plan.nav.evidence", need: Permission::SeePlan, order: 56 };
    let evaluation =
        NavItem { href: "/evaluasi", label: "plan.nav.evaluation", need: Permission::SeeEvaluation, order: 57 };
    let owed = NavItem {
        href: "/kotak/laporan-kemajuan",
        label: "plan.nav.progress",
        need: Permission::ReportProgress,
        order: 12,
    };
    let check =
        NavItem { href: "/rencana/periksa", label: "plan.nav.check", need: Permission::VerifyProgress, order: 51 };
    let keep = NavItem { href: "/rencana/atur", label: "plan.nav.keep", need: Permission::ManagePlan, order: 84 };
    let entries = [plan, owed, check, keep, meetings, evidence, evaluation];
    let builder = entries.into_iter().fold(builder, AppBuilder::nav);
    builder.inbox_piece(pages::owed::OwedItems).figures(offered::PlanFigures)
}
