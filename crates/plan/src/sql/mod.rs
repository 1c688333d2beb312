//! Every statement of the room, and rows to types. No decisions.

pub mod agenda;
pub mod body;
pub mod cohort;
pub mod commitment;
pub mod evaluation;
pub mod evidence;
pub mod finding;
pub mod framework;
pub mod indicator;
pub mod item;
pub mod library;
pub mod live;
pub mod meeting;
pub mod notice;
pub mod plan;
pub mod progress;
pub mod round;
pub mod survey;
pub mod template;

use simpul_store::{Error, Insert, Result, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let parts = [
        agenda::ALL_STATEMENTS,
        body::ALL_STATEMENTS,
        cohort::ALL_STATEMENTS,
        commitment::ALL_STATEMENTS,
        evaluation::ALL_STATEMENTS,
        evidence::ALL_STATEMENTS,
        finding::ALL_STATEMENTS,
        framework::ALL_STATEMENTS,
        indicator::ALL_STATEMENTS,
        item::ALL_STATEMENTS,
        live::ALL_STATEMENTS,
        library::ALL_STATEMENTS,
        meeting::ALL_STATEMENTS,
        notice::ALL_STATEMENTS,
        plan::ALL_STATEMENTS,
        progress::ALL_STATEMENTS,
        round::ALL_STATEMENTS,
        survey::ALL_STATEMENTS,
        template::ALL_STATEMENTS,
    ];
    parts.concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    let parts = [
        agenda::ALL_INSERTS,
        body::ALL_INSERTS,
        commitment::ALL_INSERTS,
        evaluation::ALL_INSERTS,
        evidence::ALL_INSERTS,
        framework::ALL_INSERTS,
        indicator::ALL_INSERTS,
        item::ALL_INSERTS,
        library::ALL_INSERTS,
        meeting::ALL_INSERTS,
        notice::ALL_INSERTS,
        plan::ALL_INSERTS,
        progress::ALL_INSERTS,
        round::ALL_INSERTS,
        survey::ALL_INSERTS,
    ];
    parts.concat()
}

/// The one that a column names, or what is wrong with the row.
pub(crate) fn named<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of names")))
}
