//! The ground floor: the only crate that names a database driver.
//!
//! Engines (SQLite, PostgreSQL), transactions, the journal and its chain, the group-commit writer, the live hub,
//! reactions, deadlines, the outbox and the file store. It knows no room: rooms bring their tables as [`Migrations`],
//! their statements through [`statements!`] and [`inserts!`], and what they do as [`Action`]s.

pub mod anchor;
pub mod backup;
pub mod clock;
mod conn;
pub mod darkroom;
mod db;
pub mod deadline;
mod error;
pub mod files;
mod hub;
pub mod journal;
mod migrate;
pub mod outbox;
pub mod picture;
pub mod raw;
mod reaction;
pub mod sql;
mod statement;
mod statistics;
pub mod testing;
mod tx;
mod value;
mod writer;

pub use conn::Conn;
pub use db::{Db, DbConfig, Engine, region_file};
pub use deadline::Deadline;
pub use error::{Error, Result};
pub use files::{Digest, FileStore};
pub use hub::Subscription;
pub use migrate::{Migrations, Step};
pub use outbox::{Channel, Message};
pub use reaction::{Parked, Reaction, ReactionSet, parked};
pub use statement::{Insert, Statement};
pub use tx::Tx;
pub use value::{Args, Col, FromRow, Row, Value};
pub use writer::{Action, WriterStats};

/// The store's own tables: they come first in every region.
pub const MIGRATIONS: Migrations =
    Migrations { room: "store", steps: &[Step { version: 1, sql: include_str!("../migrations/0001_start.sql") }] };
