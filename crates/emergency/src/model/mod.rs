//! What this room's words mean, and every decision as a pure function.

pub mod after;
pub mod ami;
pub mod attempt;
pub mod block;
pub mod board;
pub mod call;
pub mod card;
pub mod cdr;
pub mod command;
pub mod cti;
pub mod dispatch;
pub mod drill;
pub mod eido;
pub mod export;
pub mod field;
pub mod figures;
pub mod help;
pub mod incident;
pub mod number;
pub mod offer;
pub mod paper;
pub mod place;
pub mod recap;
pub mod recommend;
pub mod replay;
pub mod run_card;
pub mod seed;
pub mod seed_cards;
pub mod shift;
pub mod silence;
pub mod similar;
pub mod sketch;
pub mod stage;
pub mod timer;
pub mod unit;
pub mod victims;

pub use attempt::{Attempt, AttemptKind, AttemptResult, CallList};
pub use block::Block;
pub use board::{Board, lacks_unit};
pub use call::{Call, CallClass, CallOutcome, CallSource, CallStatus, Claim, Claimed, Verdict};
pub use cti::{CtiEvent, CtiKind, Heard, LineState, hear};
pub use dispatch::{Dispatch, DispatchStatus};
pub use field::{NoteWay, PhotoFiles};
pub use incident::{Incident, IncidentStatus, IncidentType, Losses, Priority, Site};
pub use place::{Candidate, PlaceLink, PlaceSource, Spot};
pub use unit::{Position, Unit, UnitStatus};
pub use victims::Victims;

/// An enum whose variants have a name in tables, in the API and in the catalogue's keys.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one, in the order in which screens list them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The name in tables and in the API.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// The one of that name.
            pub fn parse(name: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}
use named;
