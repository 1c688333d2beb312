//! The ground floor on both engines: what is acknowledged is stored, once, in order, and provably unchanged.

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
