//! The words and rules that every room shares: who acts, where, when, and what a line of the journal is.
//!
//! Pure: no IO, no `async`, no SQL, no HTTP. Whoever needs the time or a random number gets it through [`Ctx`].

pub mod actor;
pub mod area;
pub mod calendar;
pub mod clock;
pub mod ctx;
pub mod error;
pub mod figure;
pub mod format;
pub mod geo;
pub mod journal;
pub mod limits;
pub mod mask;
pub mod region;
pub mod words;

pub use actor::{Actor, ActorKind, Grant, Role};
pub use clock::{Clock, TestClock, Timestamp};
pub use ctx::{Ctx, Entropy, Env, SeededEntropy};
pub use error::Refusal;
pub use figure::{FigureCount, FigureKey, FigureSpan};
pub use region::RegionId;
