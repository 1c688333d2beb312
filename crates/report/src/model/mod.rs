//! Types, states and decisions of a report. Pure: no IO, no SQL, no clock.

pub mod call;
pub mod answer;
pub mod category;
pub mod filter;
pub mod measure;
pub mod code;
pub mod disposition;
pub mod inspection;
pub mod ban;
pub mod category;
pub mod cover;
pub mod filed;
pub mod number;
pub mod onsite;
pub mod origin;
pub mod pause;
pub mod place;
pub mod public;
pub mod rating;
pub mod reach;
pub mod question;
pub mod report;
pub mod silence;
pub mod span;
pub mod status;
pub mod steps;
pub mod worktime;
pub mod watching;
pub mod template;

pub use answer::{Answer, Forwarding};
pub use category::{Category, Class, Deadlines};
pub use filter::{Filter, Sight};
pub use measure::{Dimension, Measure};
pub mod support;
pub mod within;
pub mod recap;
pub mod report;
pub mod sp4n;
pub mod status;
pub mod steps;
pub mod whatsapp;

pub use category::{Category, Class, Deadlines};
pub use disposition::{Disposition, Order};
pub use inspection::{Inspection, Missing, Protocol, Signer};
pub use number::{id_at, id_ceiling, id_floor, month_of, new_token, read_number, token_hash};
pub use onsite::{SiteCheck, Verdict};
pub use origin::Origin;
pub use place::{PhotoRef, Place, Purpose, hex, unhex};
pub use public::public_text;
pub use rating::Rating;
pub use reach::{Reach, read_email};
pub use question::{Answers, Question, Questions};
pub use report::{Level, Pause, Report, ReporterMode, Source, State, Times, shape_of};
pub use status::{Shape, Status};
pub use steps::what;
pub use support::{Stage, Support};

#[cfg(test)]
mod life;
