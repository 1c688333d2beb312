//! Every statement of the room, and rows to types. No decisions.

pub mod framework;

use simpul_store::{Error, Insert, Result, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    [framework::ALL_STATEMENTS].concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    [framework::ALL_INSERTS].concat()
}

/// The one that a column names, or what is wrong with the row.
pub(crate) fn named<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of names")))
}
