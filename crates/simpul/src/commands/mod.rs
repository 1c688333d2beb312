//! What each word of the command line does.

pub mod backup;
pub mod bench;
pub mod drill;
pub mod evaluation;
pub mod journal;
pub mod people;
pub mod plan;
pub mod reports;
pub mod serve;
pub mod trunk;
