//! The whole way through this crate: action, database, and what is read back. On the engine that `SIMPUL_TEST_DB`
//! names.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod areas;
mod boundaries;
mod directory;
mod door;
mod hostile;
mod keys;
mod lives;
mod officers;
mod statements;

use simpul_kernel::Refusal;
use simpul_kernel::journal::JournalLine;
use simpul_people::testing::House;
use simpul_store::testing::TEST_REGION;
use simpul_store::{Error, journal};

/// The refusal that an action must have answered with.
fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Refusal {
    match outcome {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

/// The region's whole journal.
async fn lines(house: &House) -> Vec<JournalLine> {
    let mut conn = house.test.db.read(TEST_REGION).await.unwrap();
    journal::lines_after(&mut conn, 0, 10_000).await.unwrap()
}

/// The kinds of the journal's lines, in order.
async fn kinds(house: &House) -> Vec<String> {
    lines(house).await.into_iter().map(|line| line.kind).collect()
}
