//! What proves a person: further keys to a report, keys that end news, and codes. Digests only.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::Reach;

simpul_store::statements! {
    pub(crate) OPENS = "SELECT 1 FROM report_key WHERE region = $1 AND hash = $2 AND report_id = $3";
    pub(crate) END_KEYS = "DELETE FROM report_key WHERE region = $1 AND report_id = $2";
    pub(crate) END_KEYS_OF_FORGOTTEN = "DELETE FROM report_key WHERE region = $1 AND report_id IN (
        SELECT id FROM report WHERE region = $1 AND status IN ('closed', 'rejected', 'out_of_authority', 'archived')
        AND updated_at < $2)";
    pub(crate) STOP = "SELECT follower_id, watch_id FROM report_stop WHERE region = $1 AND hash = $2";
    pub(crate) DROP_OLD_STOPS = "DELETE FROM report_stop WHERE region = $1 AND created_at < $2";
    pub(crate) CODE = "SELECT id, reach, purpose, target, hash, tries, created_at, ends_at, used_at FROM report_code
        WHERE region = $1 AND id = $2";
    pub(crate) CODES_SINCE = "SELECT COUNT(*) FROM report_code WHERE region = $1 AND reach = $2 AND created_at > $3";
    pub(crate) COUNT_TRY = "UPDATE report_code SET tries = tries + 1 WHERE region = $1 AND id = $2";
    pub(crate) USE_CODE = "UPDATE report_code SET used_at = $3, pass_hash = $4, pass_ends_at = $5
        WHERE region = $1 AND id = $2 AND used_at IS NULL";
    pub(crate) PASS = "SELECT reach FROM report_code WHERE region = $1 AND pass_hash = $2 AND pass_hash IS NOT NULL
        AND pass_ends_at > $3";
    pub(crate) DROP_OLD_CODES = "DELETE FROM report_code WHERE region = $1 AND created_at < $2";
    pub(crate) DROP_CODES_OF = "DELETE FROM report_code WHERE region = $1 AND reach = $2";
}

simpul_store::inserts! {
    pub(crate) INSERT_KEY = "report_key" (hash, report_id, created_at);
    pub(crate) INSERT_STOP = "report_stop" (hash, follower_id, watch_id, created_at);
    pub(crate) INSERT_CODE = "report_code" (id, reach, purpose, target, hash, created_at, ends_at);
}

/// Whether the digest is that of a further key to the report.
pub async fn opens(conn: &mut Conn, report: Uuid, hash: [u8; 32]) -> Result<bool> {
    Ok(conn.opt::<(i64,)>(&OPENS, args![hash, report]).await?.is_some())
}

/// Gathers a further key to a report.
pub fn insert_key(tx: &mut Tx, report: Uuid, hash: [u8; 32], at: Timestamp) {
    tx.insert(&INSERT_KEY, args![hash, report, at]);
}

/// Ends all further keys to a report.
pub async fn end_keys(tx: &mut Tx, report: Uuid) -> Result<()> {
    tx.exec(&END_KEYS, args![report]).await?;
    Ok(())
}

/// Ends the further keys to reports that have ended and have not changed since `before`.
pub async fn end_keys_of_forgotten(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&END_KEYS_OF_FORGOTTEN, args![before]).await?;
    Ok(())
}

/// Whose news a key ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Subscriber {
    /// Somebody who follows a report.
    Follower(Uuid),
    /// Somebody who follows a place.
    Watch(Uuid),
}

/// Gathers a key that ends news.
pub fn insert_stop(tx: &mut Tx, whose: Subscriber, hash: [u8; 32], at: Timestamp) {
    let (follower, watch) = match whose {
        Subscriber::Follower(id) => (Some(id), None),
        Subscriber::Watch(id) => (None, Some(id)),
    };
    tx.insert(&INSERT_STOP, args![hash, follower, watch, at]);
}

/// Whose news the key with that digest ends.
pub async fn stop(conn: &mut Conn, hash: [u8; 32]) -> Result<Option<Subscriber>> {
    let found: Option<(Option<Uuid>, Option<Uuid>)> = conn.opt(&STOP, args![hash]).await?;
    Ok(found.and_then(|(follower, watch)| follower.map(Subscriber::Follower).or_else(|| watch.map(Subscriber::Watch))))
}

/// Ends the keys of messages that are older than `before`.
pub async fn drop_old_stops(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&DROP_OLD_STOPS, args![before]).await?;
    Ok(())
}

/// A code that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    /// Its row.
    pub id: Uuid,
    /// Whom it proves.
    pub reach: Reach,
    /// What it is for, by the word in the table.
    pub purpose: String,
    /// The follower or the watch that it confirms.
    pub target: Option<Uuid>,
    /// Its digest.
    pub hash: Vec<u8>,
    /// Wrong codes that were typed.
    pub tries: i64,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// When it was typed.
    pub used_at: Option<Timestamp>,
}

impl FromRow for Code {
    fn from_row(row: &Row) -> Result<Code> {
        Ok(Code {
            id: row.at(0)?,
            reach: Reach::stored(row.at(1)?),
            purpose: row.at(2)?,
            target: row.at(3)?,
            hash: row.at(4)?,
            tries: row.at(5)?,
            created_at: row.at(6)?,
            ends_at: row.at(7)?,
            used_at: row.at(8)?,
        })
    }
}

/// A code by its id.
pub async fn code(conn: &mut Conn, id: Uuid) -> Result<Option<Code>> {
    conn.opt(&CODE, args![id]).await
}

/// How many codes were asked for with that number or address since a moment.
pub async fn codes_since(conn: &mut Conn, reach: &Reach, since: Timestamp) -> Result<i64> {
    Ok(conn.one::<(i64,)>(&CODES_SINCE, args![reach.as_str(), since]).await?.0)
}

/// Gathers a code.
pub fn insert_code(tx: &mut Tx, code: &Code) {
    let hash = code.hash.clone();
    let Code { id, reach, purpose, target, created_at, ends_at, .. } = code;
    tx.insert(&INSERT_CODE, args![*id, reach.as_str(), purpose.as_str(), *target, hash, *created_at, *ends_at]);
}

/// Counts a wrong code.
pub async fn count_try(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.exec(&COUNT_TRY, args![id]).await?;
    Ok(())
}

/// Takes a code, once; with the digest and the end of the list's key if it opens one. Answers whether it was there.
pub async fn use_code(tx: &mut Tx, id: Uuid, at: Timestamp, pass: Option<([u8; 32], Timestamp)>) -> Result<bool> {
    let (hash, ends_at) = pass.map_or((None, None), |(hash, ends_at)| (Some(hash.to_vec()), Some(ends_at)));
    Ok(tx.exec(&USE_CODE, args![id, at, hash, ends_at]).await? == 1)
}

/// Whose list the key with that digest opens at `now`.
pub async fn pass(conn: &mut Conn, hash: [u8; 32], now: Timestamp) -> Result<Option<Reach>> {
    let found: Option<(String,)> = conn.opt(&PASS, args![hash, now]).await?;
    Ok(found.map(|(reach,)| Reach::stored(reach)))
}

/// Forgets codes that were asked for before a moment.
pub async fn drop_old_codes(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&DROP_OLD_CODES, args![before]).await?;
    Ok(())
}

/// Forgets the codes of a number or address.
pub async fn drop_codes_of(tx: &mut Tx, reach: &Reach) -> Result<()> {
    tx.exec(&DROP_CODES_OF, args![reach.as_str()]).await?;
    Ok(())
}
