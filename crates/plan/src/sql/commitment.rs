//! Commitments, their signatures, and what was said of them.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::parse_date;
use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use time::Date;
use uuid::Uuid;

use super::named;
use crate::model::commitment::{Commitment, CommitmentState, DocumentKind, SignWay, Signature, Terms, Word};

macro_rules! commitment {
    () => {
        "SELECT id, year, serial, title, agency_id, party, promise, amount,
        due_at, document, document_number, from_day,
            until_day, programme_id, edition, state, late_at, met_at, closing, token, version FROM plan_commitment
            WHERE region = $1 "
    };
}

simpul_store::statements! {
    pub(crate) COMMITMENT = concat!(commitment!(), "AND id = $2");
    pub(crate) COMMITMENT_TO_VERIFY = concat!(commitment!(), "AND token = $2");
    pub(crate) COMMITMENTS = concat!(commitment!(), "ORDER BY due_at, id LIMIT $2");
    pub(crate) COMMITMENTS_OF = concat!(commitment!(), "AND agency_id = $2 ORDER BY due_at, id LIMIT $3");
    pub(crate) SAVE_COMMITMENT = "UPDATE plan_commitment SET title = $4, agency_id = $5, party = $6, promise = $7,
        amount = $8, due_at = $9, document = $10, document_number = $11, from_day = $12, until_day = $13,
        edition = $14, state = $15, late_at = $16, met_at = $17, closing = $18, version = $19
        WHERE region = $1 AND id = $2 AND version = $3";
    pub(crate) SIGNATURES = "SELECT id, commitment_id, edition, at, by_whom, name, post, organisation, of_party, way,
        scan, digest FROM plan_signature WHERE region = $1 AND commitment_id = $2 ORDER BY at, id LIMIT $3";
    pub(crate) EDITIONS = "SELECT edition, at, promise FROM plan_commitment_edition
        WHERE region = $1 AND commitment_id = $2 AND edition < $3 ORDER BY edition DESC LIMIT $4";
    pub(crate) COMMITMENT_WORDS = "SELECT at, by_whom, what, body, amount FROM plan_commitment_word
        WHERE region = $1 AND commitment_id = $2 ORDER BY at, id LIMIT $3";
}

simpul_store::inserts! {
    pub(crate) INSERT_COMMITMENT = "plan_commitment" (id, year, serial, title, agency_id, party, promise, amount,
        due_at, document, document_number, from_day, until_day, programme_id, edition, state, closing, token, version,
        created_at);
    pub(crate) INSERT_EDITION = "plan_commitment_edition" (commitment_id, edition, at, by_whom, promise, digest);
    pub(crate) INSERT_SIGNATURE = "plan_signature" (id, commitment_id, edition, at, by_whom, name, post, organisation,
        of_party, way, scan, digest);
    pub(crate) INSERT_COMMITMENT_WORD = "plan_commitment_word" (id, commitment_id, at, by_whom, what, body, amount);
}

/// Most commitments of a list.
pub const COMMITMENTS_MAX_COUNT: i64 = 1_000;
/// Most signatures or words of one that are read.
const PARTS_MAX_COUNT: i64 = 500;

impl FromRow for Commitment {
    fn from_row(row: &Row) -> Result<Commitment> {
        let (document, state): (String, String) = (row.at(9)?, row.at(15)?);
        let (from, until): (String, String) = (row.at(11)?, row.at(12)?);
        let terms = Terms {
            title: row.at(3)?,
            agency: row.at(4)?,
            party: row.at(5)?,
            promise: row.at(6)?,
            value: row.at(7)?,
            due: row.at(8)?,
            document: named(&document, DocumentKind::parse)?,
            document_number: row.at(10)?,
            from: parse_date(&from),
            until: parse_date(&until),
        };
        Ok(Commitment {
            id: row.at(0)?,
            year: row.at(1)?,
            serial: row.at(2)?,
            terms,
            programme: row.at(13)?,
            edition: row.at(14)?,
            state: named(&state, CommitmentState::parse)?,
            late: row.at(16)?,
            met: row.at(17)?,
            closing: row.at(18)?,
            token: row.at(19)?,
            version: row.at(20)?,
        })
    }
}

impl FromRow for Signature {
    fn from_row(row: &Row) -> Result<Signature> {
        let way: String = row.at(9)?;
        Ok(Signature {
            id: row.at(0)?,
            commitment: row.at(1)?,
            edition: row.at(2)?,
            at: row.at(3)?,
            by: row.at(4)?,
            name: row.at(5)?,
            post: row.at(6)?,
            organisation: row.at(7)?,
            of_party: row.at(8)?,
            way: named(&way, SignWay::parse)?,
            scan: row.at(10)?,
            digest: row.at(11)?,
        })
    }
}

impl FromRow for Word {
    fn from_row(row: &Row) -> Result<Word> {
        Ok(Word { at: row.at(0)?, by: row.at(1)?, what: row.at(2)?, body: row.at(3)?, value: row.at(4)? })
    }
}

fn text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// The commitment of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Commitment>> {
    conn.opt(&COMMITMENT, args![id]).await
}

/// The commitment whose papers bear that token.
pub async fn to_verify(conn: &mut Conn, token: &str) -> Result<Option<Commitment>> {
    conn.opt(&COMMITMENT_TO_VERIFY, args![token]).await
}

/// Every commitment, by the day of its promise.
pub async fn all(conn: &mut Conn) -> Result<Vec<Commitment>> {
    conn.all(&COMMITMENTS, args![COMMITMENTS_MAX_COUNT]).await
}

/// Those of an agency, by the day of their promise.
pub async fn of_agency(conn: &mut Conn, agency: Uuid) -> Result<Vec<Commitment>> {
    conn.all(&COMMITMENTS_OF, args![agency, COMMITMENTS_MAX_COUNT]).await
}

/// Adds a commitment.
pub(crate) fn insert(tx: &mut Tx, one: &Commitment, at: Timestamp) {
    let terms = &one.terms;
    tx.insert(
        &INSERT_COMMITMENT,
        args![
            one.id,
            one.year,
            one.serial,
            &terms.title,
            terms.agency,
            &terms.party,
            &terms.promise,
            terms.value,
            terms.due,
            terms.document.name(),
            &terms.document_number,
            text(terms.from),
            text(terms.until),
            one.programme,
            one.edition,
            one.state.name(),
            &one.closing,
            &one.token,
            one.version,
            at
        ],
    );
}

/// Saves a commitment that was read as `before`. Answers whether nobody else had changed it.
pub(crate) async fn save(tx: &mut Tx, before: i64, one: &Commitment) -> Result<bool> {
    let terms = &one.terms;
    let changed = tx.exec(
        &SAVE_COMMITMENT,
        args![
            one.id,
            before,
            &terms.title,
            terms.agency,
            &terms.party,
            &terms.promise,
            terms.value,
            terms.due,
            terms.document.name(),
            &terms.document_number,
            text(terms.from),
            text(terms.until),
            one.edition,
            one.state.name(),
            one.late,
            one.met,
            &one.closing,
            one.version
        ],
    );
    Ok(changed.await? == 1)
}

/// Keeps the text of this edition.
pub(crate) fn insert_edition(tx: &mut Tx, one: &Commitment, at: Timestamp, by: &str) {
    tx.insert(&INSERT_EDITION, args![one.id, one.edition, at, by, &one.terms.promise, one.digest()]);
}

/// A text that was to be signed before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Which.
    pub edition: i64,
    /// Since when.
    pub at: Timestamp,
    /// What was promised.
    pub promise: String,
}

impl FromRow for Edition {
    fn from_row(row: &Row) -> Result<Edition> {
        Ok(Edition { edition: row.at(0)?, at: row.at(1)?, promise: row.at(2)? })
    }
}

/// The texts before an edition, the newest first.
pub async fn earlier(conn: &mut Conn, commitment: Uuid, edition: i64) -> Result<Vec<Edition>> {
    conn.all(&EDITIONS, args![commitment, edition, PARTS_MAX_COUNT]).await
}

/// Who signed, in order, under which edition.
pub async fn signatures(conn: &mut Conn, commitment: Uuid) -> Result<Vec<Signature>> {
    conn.all(&SIGNATURES, args![commitment, PARTS_MAX_COUNT]).await
}

/// Keeps a signature.
pub(crate) fn insert_signature(tx: &mut Tx, one: &Signature) {
    let Signature { id, commitment, edition, at, by, name, post, organisation, of_party, way, scan, digest } = one;
    let way = way.name();
    tx.insert(
        &INSERT_SIGNATURE,
        args![*id, *commitment, *edition, *at, by, name, post, organisation, *of_party, way, scan, *digest],
    );
}

/// What happened with it, in order.
pub async fn history(conn: &mut Conn, commitment: Uuid) -> Result<Vec<Word>> {
    conn.all(&COMMITMENT_WORDS, args![commitment, PARTS_MAX_COUNT]).await
}

/// Keeps what happened with it.
pub(crate) fn insert_word(tx: &mut Tx, id: Uuid, commitment: Uuid, word: &Word) {
    let Word { at, by, what, body, value } = word;
    tx.insert(&INSERT_COMMITMENT_WORD, args![id, commitment, *at, by, what, body, *value]);
}
