//! Who comes in: sessions, counted failures, one-time links, API keys, display tokens.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::unknown;
use crate::model::throttle::Failures;
use crate::model::{ApiKey, DisplayToken, KeyScope, SessionRow};

simpul_store::statements! {
    SESSION = "SELECT id, officer, created_at, seen_at, ends_at, stage, address, agent FROM session
        WHERE region = $1 AND token_hash = $2 AND ended_at IS NULL";
    SESSION_BY_ID = "SELECT id, officer, created_at, seen_at, ends_at, stage, address, agent FROM session
        WHERE region = $1 AND id = $2 AND ended_at IS NULL";
    SESSIONS_OF = "SELECT id, officer, created_at, seen_at, ends_at, stage, address, agent FROM session
        WHERE region = $1 AND officer = $2 AND ended_at IS NULL ORDER BY id DESC";
    EVERY_SESSION_OF = "SELECT id, officer, created_at, seen_at, ends_at, stage, address, agent FROM session
        WHERE region = $1 AND officer = $2 ORDER BY id";
    SEEN = "UPDATE session SET seen_at = $3 WHERE region = $1 AND id = $2 AND seen_at < $3";
    END = "UPDATE session SET ended_at = $3 WHERE region = $1 AND id = $2 AND ended_at IS NULL";
    END_ALL_OF = "UPDATE session SET ended_at = $3 WHERE region = $1 AND officer = $2 AND ended_at IS NULL";
    END_OTHERS_OF = "UPDATE session SET ended_at = $4
        WHERE region = $1 AND officer = $2 AND id <> $3 AND ended_at IS NULL";
    PURGE_SESSIONS = "DELETE FROM session WHERE region = $1 AND ends_at < $2";
    FORGET_ADDRESSES = "UPDATE session SET address = '', agent = '' WHERE region = $1 AND officer = $2";

    FAILURES = "SELECT attempts, last_at FROM sign_in_failure WHERE region = $1 AND counter = $2";
    KEEP_FAILURES = "INSERT INTO sign_in_failure (region, counter, attempts, last_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (region, counter) DO UPDATE SET attempts = $3, last_at = $4";
    DROP_FAILURES = "DELETE FROM sign_in_failure WHERE region = $1 AND counter = $2";
    ONE_FAILURE_LESS = "UPDATE sign_in_failure SET attempts = attempts - 1
        WHERE region = $1 AND counter = $2 AND attempts > 0";
    PURGE_FAILURES = "DELETE FROM sign_in_failure WHERE region = $1 AND last_at < $2";

    LINK = "SELECT id, purpose, officer, expires_at FROM one_time_link
        WHERE region = $1 AND token_hash = $2 AND used_at IS NULL";
    USE_LINK = "UPDATE one_time_link SET used_at = $3 WHERE region = $1 AND id = $2 AND used_at IS NULL";
    DROP_LINKS = "DELETE FROM one_time_link WHERE region = $1 AND purpose = $2 AND used_at IS NULL";
    DROP_LINKS_OF = "DELETE FROM one_time_link
        WHERE region = $1 AND purpose = $2 AND officer = $3 AND used_at IS NULL";
    PURGE_LINKS = "DELETE FROM one_time_link WHERE region = $1 AND expires_at < $2";

    KEY = "SELECT id, name, scopes, agency, per_minute, created_at, expires_at, used_at, revoked_at FROM api_key
        WHERE region = $1 AND key_hash = $2";
    KEYS = "SELECT id, name, scopes, agency, per_minute, created_at, expires_at, used_at, revoked_at FROM api_key
        WHERE region = $1 ORDER BY id DESC";
    KEY_USED = "UPDATE api_key SET used_at = $3 WHERE region = $1 AND id = $2";
    REVOKE_KEY = "UPDATE api_key SET revoked_at = $3 WHERE region = $1 AND id = $2 AND revoked_at IS NULL";

    DISPLAY = "SELECT id, name, created_at, used_at, revoked_at FROM display_token
        WHERE region = $1 AND token_hash = $2";
    DISPLAYS = "SELECT id, name, created_at, used_at, revoked_at FROM display_token WHERE region = $1 ORDER BY id DESC";
    DISPLAY_USED = "UPDATE display_token SET used_at = $3 WHERE region = $1 AND id = $2";
    REVOKE_DISPLAY = "UPDATE display_token SET revoked_at = $3 WHERE region = $1 AND id = $2 AND revoked_at IS NULL";
}

simpul_store::inserts! {
    INSERT_SESSION = "session" (id, token_hash, officer, stage, created_at, seen_at, ends_at, address, agent);
    INSERT_LINK = "one_time_link" (id, token_hash, purpose, officer, created_at, expires_at);
    INSERT_KEY = "api_key" (id, key_hash, name, scopes, agency, per_minute, created_at, expires_at);
    INSERT_DISPLAY = "display_token" (id, token_hash, name, created_at);
}

const STAGE_CODE: &str = "code";
const STAGE_FULL: &str = "full";

impl FromRow for SessionRow {
    fn from_row(row: &Row) -> Result<SessionRow> {
        Ok(SessionRow {
            id: row.at(0)?,
            officer: row.at(1)?,
            created_at: row.at(2)?,
            seen_at: row.at(3)?,
            ends_at: row.at(4)?,
            waits_for_code: row.at::<String>(5)? == STAGE_CODE,
            address: row.at(6)?,
            agent: row.at(7)?,
        })
    }
}

impl FromRow for ApiKey {
    fn from_row(row: &Row) -> Result<ApiKey> {
        let scopes: String = row.at(2)?;
        Ok(ApiKey {
            id: row.at(0)?,
            name: row.at(1)?,
            scopes: KeyScope::parse_list(&scopes).map_err(|word| unknown("scope", &word))?,
            agency: row.at(3)?,
            per_minute: row.at(4)?,
            created_at: row.at(5)?,
            expires_at: row.at(6)?,
            used_at: row.at(7)?,
            revoked_at: row.at(8)?,
        })
    }
}

impl FromRow for DisplayToken {
    fn from_row(row: &Row) -> Result<DisplayToken> {
        Ok(DisplayToken {
            id: row.at(0)?,
            name: row.at(1)?,
            created_at: row.at(2)?,
            used_at: row.at(3)?,
            revoked_at: row.at(4)?,
        })
    }
}

/// The session that a token opens, unless it was ended; whether its time is over is for the caller.
pub(crate) async fn session(conn: &mut Conn, token_hash: Vec<u8>) -> Result<Option<SessionRow>> {
    conn.opt(&SESSION, args![token_hash]).await
}

/// The session of that id, unless it was ended.
pub async fn session_by_id(conn: &mut Conn, id: Uuid) -> Result<Option<SessionRow>> {
    conn.opt(&SESSION_BY_ID, args![id]).await
}

/// An officer's sessions that were not ended, newest first.
pub async fn sessions_of(conn: &mut Conn, officer: Uuid) -> Result<Vec<SessionRow>> {
    conn.all(&SESSIONS_OF, args![officer]).await
}

/// An officer's sessions, ended ones included, oldest first.
pub(crate) async fn every_session_of(conn: &mut Conn, officer: Uuid) -> Result<Vec<SessionRow>> {
    conn.all(&EVERY_SESSION_OF, args![officer]).await
}

pub(crate) fn insert_session(tx: &mut Tx, session: &SessionRow, token_hash: Vec<u8>) {
    let stage = if session.waits_for_code { STAGE_CODE } else { STAGE_FULL };
    let row = args![
        session.id,
        token_hash,
        session.officer,
        stage,
        session.created_at,
        session.seen_at,
        session.ends_at,
        &session.address,
        &session.agent
    ];
    tx.insert(&INSERT_SESSION, row);
}

pub(crate) async fn seen(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&SEEN, args![id, at]).await
}

pub(crate) async fn end_session(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&END, args![id, at]).await
}

/// Ends an officer's sessions, all but `except`.
pub(crate) async fn end_sessions_of(tx: &mut Tx, officer: Uuid, except: Option<Uuid>, at: Timestamp) -> Result<u64> {
    match except {
        Some(kept) => tx.exec(&END_OTHERS_OF, args![officer, kept, at]).await,
        None => tx.exec(&END_ALL_OF, args![officer, at]).await,
    }
}

pub(crate) async fn forget_addresses(tx: &mut Tx, officer: Uuid) -> Result<u64> {
    tx.exec(&FORGET_ADDRESSES, args![officer]).await
}

pub(crate) async fn failures(conn: &mut Conn, counter: &str) -> Result<Option<Failures>> {
    let row: Option<(i64, Timestamp)> = conn.opt(&FAILURES, args![counter]).await?;
    Ok(row.map(|(count, last_at)| Failures { count, last_at }))
}

pub(crate) async fn keep_failures(tx: &mut Tx, counter: &str, failures: Failures) -> Result<u64> {
    tx.exec(&KEEP_FAILURES, args![counter, failures.count, failures.last_at]).await
}

pub(crate) async fn drop_failures(tx: &mut Tx, counter: &str) -> Result<u64> {
    tx.exec(&DROP_FAILURES, args![counter]).await
}

pub(crate) async fn one_failure_less(tx: &mut Tx, counter: &str) -> Result<u64> {
    tx.exec(&ONE_FAILURE_LESS, args![counter]).await
}

/// Removes sessions, links and counters that ended before.
pub(crate) async fn purge(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let sessions = tx.exec(&PURGE_SESSIONS, args![before]).await?;
    let links = tx.exec(&PURGE_LINKS, args![before]).await?;
    let failures = tx.exec(&PURGE_FAILURES, args![before]).await?;
    Ok(sessions + links + failures)
}

/// An unused one-time link: its id, purpose, officer and end.
pub(crate) type LinkRow = (Uuid, String, Option<Uuid>, Timestamp);

pub(crate) async fn link(conn: &mut Conn, token_hash: Vec<u8>) -> Result<Option<LinkRow>> {
    conn.opt(&LINK, args![token_hash]).await
}

pub(crate) fn insert_link(tx: &mut Tx, row: &LinkRow, token_hash: Vec<u8>, at: Timestamp) {
    let (id, purpose, officer, expires_at) = row;
    tx.insert(&INSERT_LINK, args![*id, token_hash, purpose, *officer, at, *expires_at]);
}

pub(crate) async fn use_link(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&USE_LINK, args![id, at]).await? == 1)
}

/// Removes unused links of that purpose: all, or those of one officer.
pub(crate) async fn drop_links(tx: &mut Tx, purpose: &str, officer: Option<Uuid>) -> Result<u64> {
    match officer {
        Some(officer) => tx.exec(&DROP_LINKS_OF, args![purpose, officer]).await,
        None => tx.exec(&DROP_LINKS, args![purpose]).await,
    }
}

pub(crate) async fn api_key(conn: &mut Conn, key_hash: Vec<u8>) -> Result<Option<ApiKey>> {
    conn.opt(&KEY, args![key_hash]).await
}

/// All API keys, newest first, revoked ones included.
pub async fn api_keys(conn: &mut Conn) -> Result<Vec<ApiKey>> {
    conn.all(&KEYS, args![]).await
}

pub(crate) fn insert_key(tx: &mut Tx, key: &ApiKey, key_hash: Vec<u8>) {
    let scopes = KeyScope::list_text(&key.scopes);
    let row = args![key.id, key_hash, &key.name, scopes, key.agency, key.per_minute, key.created_at, key.expires_at];
    tx.insert(&INSERT_KEY, row);
}

pub(crate) async fn key_used(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&KEY_USED, args![id, at]).await
}

pub(crate) async fn revoke_key(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&REVOKE_KEY, args![id, at]).await? == 1)
}

pub(crate) async fn display(conn: &mut Conn, token_hash: Vec<u8>) -> Result<Option<DisplayToken>> {
    conn.opt(&DISPLAY, args![token_hash]).await
}

/// All display tokens, newest first, revoked ones included.
pub async fn displays(conn: &mut Conn) -> Result<Vec<DisplayToken>> {
    conn.all(&DISPLAYS, args![]).await
}

pub(crate) fn insert_display(tx: &mut Tx, display: &DisplayToken, token_hash: Vec<u8>) {
    tx.insert(&INSERT_DISPLAY, args![display.id, token_hash, &display.name, display.created_at]);
}

pub(crate) async fn display_used(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<u64> {
    tx.exec(&DISPLAY_USED, args![id, at]).await
}

pub(crate) async fn revoke_display(tx: &mut Tx, id: Uuid, at: Timestamp) -> Result<bool> {
    Ok(tx.exec(&REVOKE_DISPLAY, args![id, at]).await? == 1)
}
