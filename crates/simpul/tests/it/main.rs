//! The whole binary, from outside: commands, the server, and what it survives.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod commands;
mod crash;
mod server;
mod watcher;
