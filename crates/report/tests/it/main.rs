//! The whole way of a report: HTTP in, database, HTTP out, on either engine.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod api;
mod figures;
mod import;
mod open311;
mod openly;
mod pages;
mod pause;
mod privacy;
mod rules;
mod secrecy;
mod seeds;
mod statements;
mod tracking;
mod watching;
mod worklist;
