//! Every statement of the room, and rows to types. No decisions.

pub mod access;
pub mod after;
pub mod ami;
pub mod attempt;
pub mod block;
pub mod board;
pub mod call;
pub mod card;
pub mod drill;
pub mod field;
pub mod figures;
pub mod handover;
pub mod help;
pub mod incident;
pub mod link;
pub mod offer;
pub mod place;
pub mod replay;
pub mod shift;
pub mod stage;
pub mod timer;
pub mod unit;

use simpul_store::{Error, Insert, Result, Statement};

/// Every statement of the room, for the test that prepares them all on both engines.
pub fn all_statements() -> Vec<&'static Statement> {
    let calls = [access::ALL_STATEMENTS, ami::ALL_STATEMENTS, attempt::ALL_STATEMENTS, block::ALL_STATEMENTS];
    let watch = [board::ALL_STATEMENTS, drill::ALL_STATEMENTS, replay::ALL_STATEMENTS, stage::ALL_STATEMENTS];
    let field = [field::ALL_STATEMENTS, handover::ALL_STATEMENTS, shift::ALL_STATEMENTS, timer::ALL_STATEMENTS];
    let papers = [after::ALL_STATEMENTS, card::ALL_STATEMENTS, figures::ALL_STATEMENTS, offer::ALL_STATEMENTS];
    let help = [help::ALL_STATEMENTS, link::ALL_STATEMENTS];
    let rest = [call::ALL_STATEMENTS, incident::ALL_STATEMENTS, place::ALL_STATEMENTS, unit::ALL_STATEMENTS];
    [calls.concat(), watch.concat(), field.concat(), papers.concat(), help.concat(), rest.concat()].concat()
}

/// Every gathered INSERT of the room.
pub fn all_inserts() -> Vec<&'static Insert> {
    let calls = [attempt::ALL_INSERTS, block::ALL_INSERTS, help::ALL_INSERTS, link::ALL_INSERTS, place::ALL_INSERTS];
    let watch = [drill::ALL_INSERTS, stage::ALL_INSERTS];
    let field = [field::ALL_INSERTS, handover::ALL_INSERTS, shift::ALL_INSERTS];
    let papers = [after::ALL_INSERTS, card::ALL_INSERTS, offer::ALL_INSERTS];
    let rest = [call::ALL_INSERTS, incident::ALL_INSERTS, unit::ALL_INSERTS];
    [calls.concat(), watch.concat(), field.concat(), papers.concat(), rest.concat()].concat()
}

/// The one that a column names, or what is wrong with the row.
pub(crate) fn named<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
    parse(text).ok_or_else(|| Error::Broken(format!("{text:?} in a column of names")))
}
