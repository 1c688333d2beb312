//! The shell from outside: requests in, answers out, on a real database.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod account;
mod api;
mod errors;
mod forms;
mod live;
mod pages;
mod serving;
mod site;
mod support;
