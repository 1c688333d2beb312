//! Every statement of the room, and rows to types. No decisions.

pub mod board;
pub mod call;
pub mod drill;
pub mod figures;
pub mod incident;
pub mod replay;
pub mod stage;
pub mod unit;

use simpul_store::{Error, Insert, Result, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    [
        board::ALL_STATEMENTS,
        call::ALL_STATEMENTS,
        drill::ALL_STATEMENTS,
        figures::ALL_STATEMENTS,
        incident::ALL_STATEMENTS,
        replay::ALL_STATEMENTS,
        stage::ALL_STATEMENTS,
        unit::ALL_STATEMENTS,
    ]
    .concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    [call::ALL_INSERTS, drill::ALL_INSERTS, incident::ALL_INSERTS, stage::ALL_INSERTS, unit::ALL_INSERTS].concat()
}

/// The one that a column names, or what is wrong with the row.
pub(crate) fn named<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of names")))
}
