//! Types, states and decisions of the room, as pure functions.

pub mod framework;
pub mod quantity;

pub use framework::{Framework, Term, TermKind};
pub use quantity::Quantity;
