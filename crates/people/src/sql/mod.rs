//! Every SQL statement of this crate, and rows to types. One module a table or two.

pub mod access;
pub mod agencies;
pub mod areas;
pub mod calendar;
pub mod door;
pub mod officers;
pub mod regions;

use simpul_store::{Error, Insert, Statement};

/// Every statement, for the test that prepares them on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let parts = [
        access::ALL_STATEMENTS,
        agencies::ALL_STATEMENTS,
        areas::ALL_STATEMENTS,
        calendar::ALL_STATEMENTS,
        door::ALL_STATEMENTS,
        officers::ALL_STATEMENTS,
        regions::ALL_STATEMENTS,
    ];
    parts.concat()
}

/// Every gathered INSERT, for the same test.
pub fn all_inserts() -> Vec<&'static Insert> {
    let parts = [
        access::ALL_INSERTS,
        agencies::ALL_INSERTS,
        areas::ALL_INSERTS,
        door::ALL_INSERTS,
        officers::ALL_INSERTS,
        regions::ALL_INSERTS,
    ];
    parts.concat()
}

/// A stored word that this version does not know.
fn unknown(what: &str, word: &str) -> Error {
    Error::Broken(format!("unknown {what} in a table: {word:?}"))
}
