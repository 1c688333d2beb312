//! Types, states and decisions of a report. Pure: no IO, no SQL, no clock.

pub mod category;
pub mod code;
pub mod direction;
pub mod filter;
pub mod measure;
pub mod number;
pub mod origin;
pub mod pause;
pub mod place;
pub mod public;
pub mod rating;
pub mod reach;
pub mod report;
pub mod silence;
pub mod span;
pub mod status;
pub mod steps;
pub mod watching;
pub mod worktime;

pub use category::{Category, Class, Deadlines};
pub use filter::{Filter, Sight};
pub use measure::{Dimension, Measure};
pub use number::{id_at, id_ceiling, id_floor, month_of, new_token, read_number, token_hash};
pub use origin::Origin;
pub use place::{PhotoRef, Place, Purpose, hex, unhex};
pub use public::public_text;
pub use rating::Rating;
pub use reach::{Reach, read_email};
pub use report::{Level, Pause, Report, ReporterMode, Source, State, Times, shape_of};
pub use status::{Shape, Status};
pub use steps::what;

#[cfg(test)]
mod life;
