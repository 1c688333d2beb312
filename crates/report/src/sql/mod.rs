//! Every statement of the room, and rows to types. No decisions.

pub mod category;
pub mod direction;
pub mod figures;
pub mod files;
pub mod filter;
pub mod keys;
pub mod lists;
pub mod map;
pub mod origin;
pub mod parts;
pub mod public;
pub mod rating;
pub mod report;
pub mod saved;
pub mod watch;

pub use category::{Reason, categories, reasons};
pub use lists::{Line, PublicFilter, Whose, inbox_due, inbox_status, line, public_page};
pub use parts::{Contact, Event, Photo, PhotoOwner, contact, events, events_between, photos};
pub use report::{by_foreign, by_id, by_number};

use simpul_store::{Conn, Insert, Result, Statement};

use crate::model::{Report, token_hash};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let modules = [
        category::ALL_STATEMENTS,
        direction::ALL_STATEMENTS,
        figures::ALL_STATEMENTS,
        files::ALL_STATEMENTS,
        keys::ALL_STATEMENTS,
        filter::ALL_STATEMENTS,
        lists::ALL_STATEMENTS,
        map::ALL_STATEMENTS,
        origin::ALL_STATEMENTS,
        parts::ALL_STATEMENTS,
        public::ALL_STATEMENTS,
        rating::ALL_STATEMENTS,
        report::ALL_STATEMENTS,
        watch::ALL_STATEMENTS,
        saved::ALL_STATEMENTS,
    ];
    modules.concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    let inserts = [
        keys::ALL_INSERTS,
        origin::ALL_INSERTS,
        parts::ALL_INSERTS,
        report::ALL_INSERTS,
        saved::ALL_INSERTS,
        watch::ALL_INSERTS,
    ];
    inserts.concat()
}

/// Whether `token` is a key by which somebody is taken for the report's reporter: the one that it was sent with, or one
/// that came with a message.
pub async fn is_key(conn: &mut Conn, report: &Report, token: &str) -> Result<bool> {
    if token.trim().is_empty() {
        return Ok(false);
    }
    let hash = token_hash(token);
    Ok(hash == report.token_hash || keys::opens(conn, report.id, hash).await?)
}
