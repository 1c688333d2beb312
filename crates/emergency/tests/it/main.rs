//! The whole way of a call: the telephone system tells, a taker takes, units are sent; on either engine.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod ami;
mod api;
mod asked;
mod console;
mod crew;
mod drill;
mod eido;
mod field;
mod gone;
mod help;
mod papers;
mod replay;
mod room;
mod rules;
mod stage;
mod statements;
mod telephony;
