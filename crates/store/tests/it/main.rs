//! The ground floor on both engines: what is acknowledged is stored, once, in order, and provably unchanged.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![expect(clippy::disallowed_methods, reason = "a test awaits the tasks that it spawns")]

mod anchor;
mod backup;
mod files;
mod journal;
mod live;
mod outbox;
mod raw;
mod reactions;
mod things;
mod writer;
