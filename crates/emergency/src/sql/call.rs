//! Calls, what was said of them, and who takes them.

use sha2::{Digest, Sha256};
use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::block::number_key;
use crate::model::cti::EVENTS_MAX_COUNT;
use crate::model::{Call, CallClass, CallOutcome, CallSource, CallStatus, Claim, CtiEvent, CtiKind, Heard, Verdict};

macro_rules! columns {
    () => {
        "c.id, c.trunk, c.call_id, c.source, c.status, c.started_at, c.answered_at, c.ended_at, c.held_micros, c.queue,
        c.agent, c.is_withheld, c.claimed_by, c.claimed_at, c.beat_at, c.class, c.outcome, c.classified_at,
        c.incident_id, c.is_drill, c.version"
    };
}

simpul_store::statements! {
    pub(crate) CALL = concat!("SELECT ", columns!(), " FROM emergency_call c WHERE c.region = $1 AND c.id = $2");
    pub(crate) CALL_OF_TRUNK = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.trunk = $2 AND c.call_id = $3");
    pub(crate) HAS_TRUNK = "SELECT c.trunk FROM emergency_call c WHERE c.region = $1 AND c.trunk = $2 LIMIT 1";
    pub(crate) CALLS_BY_CALL_ID = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.call_id = $2 ORDER BY c.trunk LIMIT $3");
    pub(crate) GOING_CALLS = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.is_open = TRUE AND c.status <> 'wrap_up' ORDER BY c.started_at, c.id LIMIT $2");
    pub(crate) OVER_CALLS = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.is_open = TRUE AND c.status = 'wrap_up' ORDER BY c.started_at DESC, c.id DESC
        LIMIT $2");
    pub(crate) BEAT_ALL = "UPDATE emergency_call SET beat_at = $3
        WHERE region = $1 AND is_open = TRUE AND claimed_by = $2";
    pub(crate) GOING_ON = "SELECT c.trunk, c.call_id FROM emergency_call c WHERE c.region = $1 AND c.is_open = TRUE
        AND c.ended_at IS NULL AND c.source = 'cti' AND c.is_drill = FALSE ORDER BY c.started_at, c.id LIMIT $2";
    /// Calls that nobody answered and nobody called back, the newest first. The dialplan turned away those of a blocked
    /// number.
    pub(crate) LOST_CALLS = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.status IN ('abandoned', 'missed') AND c.classified_at IS NULL
        AND c.started_at >= $2 AND NOT EXISTS (SELECT 1 FROM emergency_blocked_call b
        WHERE b.region = $1 AND b.call_id = c.id) ORDER BY c.started_at DESC, c.id DESC LIMIT $3");
    /// Calls that broke off and whose caller nobody has reached since, the newest first.
    pub(crate) CUT_OFF_CALLS = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.class = 'disconnected' AND c.started_at >= $2
        AND NOT EXISTS (SELECT 1 FROM emergency_attempt a WHERE a.region = $1 AND a.call_id = c.id
        AND a.kind = 'call_back' AND a.result IN ('reached', 'given_up'))
        ORDER BY c.started_at DESC, c.id DESC LIMIT $3");
    pub(crate) CALLS_OF_INCIDENT = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.incident_id = $2 ORDER BY c.id LIMIT $3");
    pub(crate) CALLS_FROM = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.started_at >= $2 ORDER BY c.started_at, c.id LIMIT $3");
    pub(crate) EVENTS_OF_CALL = "SELECT kind, at, agent, reason, caller_number, called_number, queue, recording_url
        FROM emergency_call_event WHERE region = $1 AND call_id = $2 ORDER BY at LIMIT $3";
    /// The sum keeps SQLite from walking the index of all calls by time.
    pub(crate) LAST_HEARD = "SELECT MAX(received_at + 0) FROM emergency_call_event
        WHERE region = $1 AND call_id = $2";
    /// Calls from the switch's records of which nobody has said yet what they were.
    pub(crate) UNSAID_CALLS = concat!("SELECT ", columns!(), " FROM emergency_call c
        WHERE c.region = $1 AND c.class IS NULL AND c.status = 'ended' AND c.started_at >= $2
        ORDER BY c.started_at DESC, c.id DESC LIMIT $3");
    pub(crate) KEEP_EVENT = "INSERT INTO emergency_call_event (region, call_id, digest, kind, at, agent, reason,
        caller_number, called_number, queue, recording_url, received_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (region, call_id, digest) DO NOTHING";
    pub(crate) SAVE_CALL = "UPDATE emergency_call SET status = $3, started_at = $4, answered_at = $5, ended_at = $6,
        held_micros = $7, queue = $8, agent = $9, is_withheld = $10, claimed_by = $11, claimed_at = $12, beat_at = $13,
        class = $14, outcome = $15, classified_at = $16, incident_id = $17, version = $18,
        is_open = $19
        WHERE region = $1 AND id = $2";
    pub(crate) CALLER = "SELECT number, called_number, recording_url FROM emergency_caller
        WHERE region = $1 AND call_id = $2";
    pub(crate) SAVE_CALLER = "INSERT INTO emergency_caller (region, call_id, number, called_number, recording_url,
        started_at, is_known, number_key) VALUES ($1, $2, $3, $4, $5, $6, TRUE, $7)
        ON CONFLICT (region, call_id) DO UPDATE SET number = excluded.number, called_number = excluded.called_number,
        recording_url = excluded.recording_url, started_at = excluded.started_at, number_key = excluded.number_key";
    pub(crate) FORGET_CALLERS = "UPDATE emergency_caller
        SET number = NULL, number_key = NULL, called_number = NULL, recording_url = NULL, is_known = FALSE
        WHERE region = $1 AND is_known = TRUE AND started_at < $3 AND EXISTS (SELECT 1 FROM emergency_call c
        WHERE c.region = $1 AND c.id = emergency_caller.call_id AND COALESCE(c.class, 'unclassified') = $2)";
    pub(crate) FORGET_EVENTS = "DELETE FROM emergency_call_event WHERE region = $1 AND received_at < $2";
    pub(crate) FORGET_FIELDS = "DELETE FROM emergency_call_field WHERE region = $1 AND at < $2";
    /// How often a number called since a moment, by class.
    pub(crate) CALLS_OF_NUMBER = "SELECT COALESCE(c.class, 'unclassified'), COUNT(*) FROM emergency_caller p
        JOIN emergency_call c ON c.region = p.region AND c.id = p.call_id
        WHERE p.region = $1 AND p.number_key = $2 AND p.started_at >= $3 AND p.call_id <> $4
        GROUP BY COALESCE(c.class, 'unclassified')";
    /// Incidents that a number called about since a moment.
    pub(crate) INCIDENTS_OF_NUMBER = "SELECT c.incident_id, p.started_at FROM emergency_caller p
        JOIN emergency_call c ON c.region = p.region AND c.id = p.call_id
        WHERE p.region = $1 AND p.number_key = $2 AND p.started_at >= $3 AND p.call_id <> $4
        AND c.incident_id IS NOT NULL ORDER BY p.started_at DESC LIMIT $5";
    pub(crate) FIELDS_OF_CALL = "SELECT name, value FROM emergency_call_field
        WHERE region = $1 AND call_id = $2 ORDER BY name LIMIT $3";
    pub(crate) KEEP_FIELD = "INSERT INTO emergency_call_field (region, call_id, name, value, at)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (region, call_id, name) DO UPDATE SET value = excluded.value,
        at = excluded.at WHERE emergency_call_field.at <= excluded.at";
    pub(crate) TAKER_AT = "SELECT officer_id FROM emergency_taker WHERE region = $1 AND extension = $2";
    pub(crate) EXTENSION_OF = "SELECT extension FROM emergency_taker WHERE region = $1 AND officer_id = $2";
    pub(crate) LEAVE_EXTENSION = "DELETE FROM emergency_taker
        WHERE region = $1 AND (extension = $2 OR officer_id = $3)";
}

simpul_store::inserts! {
    pub(crate) INSERT_CALL = "emergency_call" (id, trunk, call_id, source, status, started_at, answered_at, ended_at,
        held_micros, queue, agent, is_withheld, claimed_by, claimed_at, beat_at, class, outcome, classified_at,
        incident_id, is_open, is_drill, version);
    pub(crate) INSERT_TAKER = "emergency_taker" (officer_id, extension);
}

impl FromRow for Call {
    fn from_row(row: &Row) -> Result<Call> {
        let (source, status): (String, String) = (row.at(3)?, row.at(4)?);
        Ok(Call {
            id: row.at(0)?,
            trunk: row.at(1)?,
            call_id: row.at(2)?,
            source: named(&source, CallSource::parse)?,
            status: named(&status, CallStatus::parse)?,
            started: row.at(5)?,
            answered: row.at(6)?,
            ended: row.at(7)?,
            held_micros: row.at(8)?,
            queue: row.at(9)?,
            agent: row.at(10)?,
            withheld: row.at(11)?,
            claim: claim_of(row)?,
            verdict: verdict_of(row)?,
            incident: row.at(18)?,
            drill: row.at(19)?,
            version: row.at(20)?,
        })
    }
}

fn claim_of(row: &Row) -> Result<Option<Claim>> {
    let (by, since, beat): (Option<String>, Option<Timestamp>, Option<Timestamp>) =
        (row.at(12)?, row.at(13)?, row.at(14)?);
    Ok(by.zip(since).zip(beat).map(|((by, since), beat)| Claim { by, since, beat }))
}

fn verdict_of(row: &Row) -> Result<Option<Verdict>> {
    let (class, outcome, at): (Option<String>, Option<String>, Option<Timestamp>) =
        (row.at(15)?, row.at(16)?, row.at(17)?);
    let Some(((class, outcome), at)) = class.zip(outcome).zip(at) else { return Ok(None) };
    Ok(Some(Verdict { class: named(&class, CallClass::parse)?, outcome: named(&outcome, CallOutcome::parse)?, at }))
}

/// Who called, and what is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Caller {
    /// The number; absent where it is withheld or erased.
    pub number: Option<String>,
    /// The number that was called.
    pub called_number: Option<String>,
    /// Where the recording lies.
    pub recording_url: Option<String>,
}

impl FromRow for Caller {
    fn from_row(row: &Row) -> Result<Caller> {
        Ok(Caller { number: row.at(0)?, called_number: row.at(1)?, recording_url: row.at(2)? })
    }
}

/// A call by its id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Call>> {
    conn.opt(&CALL, args![id]).await
}

/// A call by the telephone system's own id.
pub async fn of_trunk(conn: &mut Conn, trunk: &str, call_id: &str) -> Result<Option<Call>> {
    conn.opt(&CALL_OF_TRUNK, args![trunk, call_id]).await
}

/// Calls of any line by the telephone system's own id.
pub async fn by_call_id(conn: &mut Conn, call_id: &str, limit: i64) -> Result<Vec<Call>> {
    conn.all(&CALLS_BY_CALL_ID, args![call_id, limit]).await
}

/// Whether any call came by a line.
pub(crate) async fn has_trunk(conn: &mut Conn, trunk: &str) -> Result<bool> {
    Ok(conn.opt::<(String,)>(&HAS_TRUNK, args![trunk]).await?.is_some())
}

/// Calls that still ask for somebody: those that ring or are spoken, the longest waiting first, and after them those
/// that are over and not classified, the newest first. Each is limited by itself: a heap of what is over hides nobody
/// who calls.
pub async fn open(conn: &mut Conn, limit: i64) -> Result<Vec<Call>> {
    let mut calls: Vec<Call> = conn.all(&GOING_CALLS, args![limit]).await?;
    calls.extend(conn.all::<Call>(&OVER_CALLS, args![limit]).await?);
    Ok(calls)
}

/// Calls since a moment that nobody answered and nobody called back.
pub async fn lost(conn: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<Call>> {
    conn.all(&LOST_CALLS, args![since, limit]).await
}

/// Calls since a moment that broke off and whose caller nobody has reached since.
pub async fn cut_off(conn: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<Call>> {
    conn.all(&CUT_OFF_CALLS, args![since, limit]).await
}

/// The telephone system's ids of a line's calls that are still going on.
pub async fn open_of_trunk(conn: &mut Conn, trunk: &str, limit: i64) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> = conn.all(&GOING_ON, args![limit]).await?;
    Ok(rows.into_iter().filter(|(line, _)| line == trunk).map(|(_, call_id)| call_id).collect())
}

/// Calls about an incident.
pub async fn of_incident(conn: &mut Conn, incident: Uuid, limit: i64) -> Result<Vec<Call>> {
    conn.all(&CALLS_OF_INCIDENT, args![incident, limit]).await
}

/// Gathers a new call.
pub fn insert(tx: &mut Tx, call: &Call) {
    let (claim, verdict) = (call.claim.as_ref(), call.verdict);
    tx.insert(
        &INSERT_CALL,
        args![
            call.id,
            &call.trunk,
            &call.call_id,
            call.source.name(),
            call.status.name(),
            call.started,
            call.answered,
            call.ended,
            call.held_micros,
            call.queue.clone(),
            call.agent.clone(),
            call.withheld,
            claim.map(|claim| claim.by.clone()),
            claim.map(|claim| claim.since),
            claim.map(|claim| claim.beat),
            verdict.map(|verdict| verdict.class.name()),
            verdict.map(|verdict| verdict.outcome.name()),
            verdict.map(|verdict| verdict.at),
            call.incident,
            call.status.is_open(),
            call.drill,
            call.version
        ],
    );
}

/// Saves a call as it is now.
pub async fn save(tx: &mut Tx, call: &Call) -> Result<()> {
    let (claim, verdict) = (call.claim.as_ref(), call.verdict);
    let values = args![
        call.id,
        call.status.name(),
        call.started,
        call.answered,
        call.ended,
        call.held_micros,
        call.queue.clone(),
        call.agent.clone(),
        call.withheld,
        claim.map(|claim| claim.by.clone()),
        claim.map(|claim| claim.since),
        claim.map(|claim| claim.beat),
        verdict.map(|verdict| verdict.class.name()),
        verdict.map(|verdict| verdict.outcome.name()),
        verdict.map(|verdict| verdict.at),
        call.incident,
        call.version,
        call.status.is_open()
    ];
    match tx.exec(&SAVE_CALL, values).await? {
        1 => Ok(()),
        _ => Err(Error::NotFound("call")),
    }
}

/// Whoever works at a screen of 112 shows that they are there: all that they have stays theirs.
pub async fn beat_all(tx: &mut Tx, by: &str, now: Timestamp) -> Result<()> {
    tx.exec(&BEAT_ALL, args![by, now]).await.map(drop)
}

impl FromRow for CtiEvent {
    fn from_row(row: &Row) -> Result<CtiEvent> {
        let kind: String = row.at(0)?;
        Ok(CtiEvent {
            kind: named(&kind, CtiKind::parse)?,
            at: row.at(1)?,
            agent: row.at(2)?,
            reason: row.at(3)?,
            caller_number: row.at(4)?,
            called_number: row.at(5)?,
            queue: row.at(6)?,
            recording_url: row.at(7)?,
        })
    }
}

/// What tells one word of a switch from every other: all of it, each part with its length before it.
fn digest(event: &CtiEvent) -> [u8; 32] {
    let words =
        [&event.agent, &event.reason, &event.caller_number, &event.called_number, &event.queue, &event.recording_url];
    let mut hash = Sha256::new();
    hash.update(event.kind.name());
    hash.update(event.at.0.to_be_bytes());
    for word in words {
        let length = word.as_ref().map_or(-1, |word| i64::try_from(word.len()).unwrap_or(i64::MAX));
        hash.update(length.to_be_bytes());
        hash.update(word.as_deref().unwrap_or_default());
    }
    hash.finalize().into()
}

/// Everything that was said of a call, up to the most that is kept and one more.
pub async fn events(conn: &mut Conn, call: Uuid) -> Result<Vec<CtiEvent>> {
    let most = i64::try_from(EVENTS_MAX_COUNT).unwrap_or(i64::MAX) + 1;
    conn.all(&EVENTS_OF_CALL, args![call, most]).await
}

/// When the last word about a call came.
pub async fn last_heard(conn: &mut Conn, call: Uuid) -> Result<Option<Timestamp>> {
    let found: Option<(Option<Timestamp>,)> = conn.opt(&LAST_HEARD, args![call]).await?;
    Ok(found.and_then(|(at,)| at))
}

/// Calls since a moment, from the switch's records, of which nobody has said yet what they were.
pub async fn unsaid(conn: &mut Conn, since: Timestamp, limit: i64) -> Result<Vec<Call>> {
    conn.all(&UNSAID_CALLS, args![since, limit]).await
}

/// Keeps one word about a call. Answers whether it was new.
pub async fn keep_event(tx: &mut Tx, call: Uuid, event: &CtiEvent, now: Timestamp) -> Result<bool> {
    let CtiEvent { at, kind, agent, reason, caller_number, called_number, queue, recording_url } = event.clone();
    let values = args![
        call,
        digest(event),
        kind.name(),
        at,
        agent,
        reason,
        caller_number,
        called_number,
        queue,
        recording_url,
        now
    ];
    Ok(tx.exec(&KEEP_EVENT, values).await? == 1)
}

/// Who called.
pub async fn caller(conn: &mut Conn, call: Uuid) -> Result<Caller> {
    Ok(conn.opt(&CALLER, args![call]).await?.unwrap_or_default())
}

/// Who calls, while it rings: whoever answers sees it before.
pub async fn ringing_number(conn: &mut Conn, call: &Call) -> Result<Option<String>> {
    match call.status {
        CallStatus::Ringing => Ok(caller(conn, call.id).await?.number),
        _ => Ok(None),
    }
}

/// Keeps who called.
pub async fn save_caller(tx: &mut Tx, call: Uuid, heard: &Heard) -> Result<()> {
    let Heard { caller_number, called_number, recording_url, started, .. } = heard.clone();
    let key = caller_number.as_deref().and_then(number_key);
    tx.exec(&SAVE_CALLER, args![call, caller_number, called_number, recording_url, started, key]).await?;
    Ok(())
}

/// Calls that began at a moment or later, in their order.
pub async fn since(conn: &mut Conn, from: Timestamp, limit: i64) -> Result<Vec<Call>> {
    conn.all(&CALLS_FROM, args![from, limit]).await
}

/// How often that number called since a moment, by class; `but` is the call that is looked at.
pub async fn history(conn: &mut Conn, number: &str, since: Timestamp, but: Uuid) -> Result<Vec<(CallClass, i64)>> {
    let rows: Vec<(String, i64)> = conn.all(&CALLS_OF_NUMBER, args![number_key(number), since, but]).await?;
    rows.into_iter().map(|(class, count)| Ok((named(&class, CallClass::parse)?, count))).collect()
}

/// Most earlier calls of a number that are looked at.
const NUMBER_CALLS_MAX_COUNT: i64 = 50;

/// The incidents that a number called about since a moment, and when; `but` is the call that is looked at.
pub async fn incidents_of_number(
    conn: &mut Conn,
    number: &str,
    since: Timestamp,
    but: Uuid,
) -> Result<Vec<(Uuid, Timestamp)>> {
    conn.all(&INCIDENTS_OF_NUMBER, args![number_key(number), since, but, NUMBER_CALLS_MAX_COUNT]).await
}

/// Forgets who called, where calls of that class began before a moment. Answers how many were forgotten.
pub async fn forget_callers(tx: &mut Tx, class: CallClass, before: Timestamp) -> Result<u64> {
    tx.exec(&FORGET_CALLERS, args![class.name(), before]).await
}

/// Forgets what was said and typed of calls before a moment; where they stand is kept with them.
pub async fn forget_words(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.exec(&FORGET_EVENTS, args![before]).await?;
    tx.exec(&FORGET_FIELDS, args![before]).await?;
    Ok(())
}

/// Most fields of a call that are kept.
const FIELDS_MAX_COUNT: i64 = 50;

/// What was typed during a call, by field.
pub async fn fields(conn: &mut Conn, call: Uuid) -> Result<Vec<(String, String)>> {
    conn.all(&FIELDS_OF_CALL, args![call, FIELDS_MAX_COUNT]).await
}

/// Keeps what stands in a field now.
pub async fn keep_field(tx: &mut Tx, call: Uuid, name: &str, value: &str, at: Timestamp) -> Result<()> {
    tx.exec(&KEEP_FIELD, args![call, name, value, at]).await?;
    Ok(())
}

/// The officer at an extension.
pub async fn taker_at(conn: &mut Conn, extension: &str) -> Result<Option<Uuid>> {
    let found: Option<(Uuid,)> = conn.opt(&TAKER_AT, args![extension]).await?;
    Ok(found.map(|(officer,)| officer))
}

/// The extension of an officer.
pub async fn extension_of(conn: &mut Conn, officer: Uuid) -> Result<Option<String>> {
    let found: Option<(String,)> = conn.opt(&EXTENSION_OF, args![officer]).await?;
    Ok(found.map(|(extension,)| extension))
}

/// The officer sits at that extension now, and nobody else does.
pub async fn sit_at(tx: &mut Tx, officer: Uuid, extension: &str) -> Result<()> {
    tx.exec(&LEAVE_EXTENSION, args![extension, officer]).await?;
    tx.insert(&INSERT_TAKER, args![officer, extension]);
    Ok(())
}
