//! Every statement of the room, and rows to types. No decisions.

pub mod category;
pub mod direction;
pub mod figures;
pub mod files;
pub mod filter;
pub mod lists;
pub mod map;
pub mod origin;
pub mod parts;
pub mod report;
pub mod saved;

pub use category::{Reason, categories, reasons};
pub use lists::{Line, PublicFilter, Whose, inbox_due, inbox_status, line, public_page};
pub use parts::{Contact, Event, Photo, PhotoOwner, contact, events, events_between, photos};
pub use report::{by_foreign, by_id, by_number};

use simpul_store::{Insert, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let modules = [
        category::ALL_STATEMENTS,
        direction::ALL_STATEMENTS,
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
    [origin::ALL_INSERTS, parts::ALL_INSERTS, report::ALL_INSERTS, saved::ALL_INSERTS].concat()
}
