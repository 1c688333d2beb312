//! Histories of other systems: `simpul reports import FILE`.
//!
//! A file is read a record at a time ([`csv`], [`xlsx`], [`open311`]) into [`SourceRow`]s, checked, given a category
//! of this region, and written in batches through the region's writer, which knows a record again by its foreign id. A
//! record that can't be taken is told with its line and the reason, and the rest goes on; a second run changes nothing.

pub mod category;
pub mod csv;
mod error;
pub mod open311;
pub mod row;
mod run;
mod why;
pub mod xlsx;

pub use category::UnknownCategory;
pub use csv::{Field, Mapping};
pub use error::ImportError;
pub use row::{Reading, RefusedRow, SourceRow};
pub use run::{FileKind, ImportOptions, Summary, Watcher, run, run_as};
pub use why::Why;
