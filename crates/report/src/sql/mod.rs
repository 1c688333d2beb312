//! Every statement of the room, and rows to types. No decisions.

pub mod category;
pub mod disposition;
pub mod figures;
pub mod files;
pub mod filter;
pub mod inspection;
pub mod lists;
pub mod map;
pub mod onsite;
pub mod origin;
pub mod parts;
pub mod report;
pub mod saved;
pub mod support;

pub use category::{Reason, categories, reasons};
pub use lists::{Line, PublicFilter, Whose, inbox_due, inbox_status, line, public_page};
pub use parts::{Contact, Event, Photo, PhotoOwner, contact, events, events_between, photos};
pub use report::{by_foreign, by_id, by_number};

use simpul_store::{Insert, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let modules = [
        category::ALL_STATEMENTS,
        disposition::ALL_STATEMENTS,
        inspection::ALL_STATEMENTS,
        onsite::ALL_STATEMENTS,
        support::ALL_STATEMENTS,
        figures::ALL_STATEMENTS,
        files::ALL_STATEMENTS,
        filter::ALL_STATEMENTS,
        lists::ALL_STATEMENTS,
        map::ALL_STATEMENTS,
        origin::ALL_STATEMENTS,
        parts::ALL_STATEMENTS,
        report::ALL_STATEMENTS,
        saved::ALL_STATEMENTS,
    ];
    modules.concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    let modules = [
        disposition::ALL_INSERTS,
        inspection::ALL_INSERTS,
        onsite::ALL_INSERTS,
        origin::ALL_INSERTS,
        parts::ALL_INSERTS,
        report::ALL_INSERTS,
        saved::ALL_INSERTS,
        support::ALL_INSERTS,
    ];
    modules.concat()
}
