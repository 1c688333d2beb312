//! The whole way of a report: HTTP in, database, HTTP out, on either engine.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod api;
mod ban;
mod bulk;
mod counter;
mod desk;
mod figures;
mod import;
mod lapor;
mod merged;
mod moderation;
mod morning;
mod open311;
mod openly;
mod pages;
mod pause;
mod privacy;
mod questions;
mod reach;
mod rules;
mod secrecy;
mod seeds;
mod statements;
mod together;
mod together_pages;
mod town;
mod tracking;
mod watching;
mod worklist;
