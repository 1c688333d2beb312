//! Every statement of the room, and rows to types. No decisions.

pub mod answer;
pub mod ban;
pub mod category;
pub mod cover;
pub mod direction;
pub mod disposition;
pub mod drill;
pub mod figures;
pub mod filed;
pub mod files;
pub mod filter;
pub mod inspection;
pub mod keys;
pub mod lists;
pub mod map;
pub mod marks;
pub mod onsite;
pub mod origin;
pub mod original;
pub mod parts;
pub mod public;
pub mod rating;
pub mod recap;
pub mod report;
pub mod saved;
pub mod sp4n;
pub mod support;
pub mod template;
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
        answer::ALL_STATEMENTS,
        ban::ALL_STATEMENTS,
        category::ALL_STATEMENTS,
        cover::ALL_STATEMENTS,
        direction::ALL_STATEMENTS,
        disposition::ALL_STATEMENTS,
        drill::ALL_STATEMENTS,
        figures::ALL_STATEMENTS,
        filed::ALL_STATEMENTS,
        files::ALL_STATEMENTS,
        filter::ALL_STATEMENTS,
        inspection::ALL_STATEMENTS,
        keys::ALL_STATEMENTS,
        lists::ALL_STATEMENTS,
        map::ALL_STATEMENTS,
        marks::ALL_STATEMENTS,
        onsite::ALL_STATEMENTS,
        origin::ALL_STATEMENTS,
        original::ALL_STATEMENTS,
        parts::ALL_STATEMENTS,
        public::ALL_STATEMENTS,
        rating::ALL_STATEMENTS,
        recap::ALL_STATEMENTS,
        report::ALL_STATEMENTS,
        saved::ALL_STATEMENTS,
        sp4n::ALL_STATEMENTS,
        support::ALL_STATEMENTS,
        template::ALL_STATEMENTS,
        watch::ALL_STATEMENTS,
    ];
    modules.concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    let modules = [
        ban::ALL_INSERTS,
        cover::ALL_INSERTS,
        disposition::ALL_INSERTS,
        drill::ALL_INSERTS,
        filed::ALL_INSERTS,
        inspection::ALL_INSERTS,
        keys::ALL_INSERTS,
        onsite::ALL_INSERTS,
        origin::ALL_INSERTS,
        parts::ALL_INSERTS,
        report::ALL_INSERTS,
        saved::ALL_INSERTS,
        support::ALL_INSERTS,
        watch::ALL_INSERTS,
    ];
    modules.concat()
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
