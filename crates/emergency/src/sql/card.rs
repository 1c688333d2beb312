//! Question cards, and what was answered with them.

use simpul_kernel::Timestamp;
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::card::Card;

macro_rules! columns {
    () => {
        "k.type_code, k.version, k.common_code, k.body, k.author, k.at"
    };
}

simpul_store::statements! {
    /// The newest version of each card.
    pub(crate) CARDS = concat!("SELECT ", columns!(), " FROM emergency_card k WHERE k.region = $1
        AND k.version = (SELECT MAX(o.version) FROM emergency_card o
        WHERE o.region = k.region AND o.type_code = k.type_code) ORDER BY k.type_code LIMIT $2");
    pub(crate) CARD_NEWEST = concat!("SELECT ", columns!(), " FROM emergency_card k
        WHERE k.region = $1 AND k.type_code = $2 ORDER BY k.version DESC LIMIT 1");
    pub(crate) CARD_VERSION = concat!("SELECT ", columns!(), " FROM emergency_card k
        WHERE k.region = $1 AND k.type_code = $2 AND k.version = $3");
    pub(crate) CARD_VERSIONS = concat!("SELECT ", columns!(), " FROM emergency_card k
        WHERE k.region = $1 AND k.type_code = $2 ORDER BY k.version DESC LIMIT $3");
    pub(crate) CARD_ANSWERS = "SELECT type_code, question, version, answer, at FROM emergency_card_answer
        WHERE region = $1 AND call_id = $2 ORDER BY at, question LIMIT $3";
    pub(crate) KEEP_CARD_ANSWER = "INSERT INTO emergency_card_answer (region, call_id, type_code, question, version,
        answer, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (region, call_id, type_code, question)
        DO UPDATE SET version = excluded.version, answer = excluded.answer, at = excluded.at";
    pub(crate) DROP_CARD_ANSWER = "DELETE FROM emergency_card_answer
        WHERE region = $1 AND call_id = $2 AND type_code = $3 AND question = $4";
}

simpul_store::inserts! {
    pub(crate) INSERT_CARD = "emergency_card" (type_code, version, common_code, body, author, at);
}

/// Most cards of a region: one for each type.
const CARDS_MAX_COUNT: i64 = 500;
/// Most versions of a card that are listed.
const VERSIONS_MAX_COUNT: i64 = 50;
/// Most answers of a call.
const ANSWERS_MAX_COUNT: i64 = 500;

/// A card as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptCard {
    /// Code of its type.
    pub kind: String,
    /// Counts its versions.
    pub version: i64,
    /// The type's code for exchange.
    pub common: String,
    /// The card.
    pub card: Card,
    /// Who wrote this version.
    pub author: String,
    /// When.
    pub at: Timestamp,
}

impl FromRow for KeptCard {
    fn from_row(row: &Row) -> Result<KeptCard> {
        let body: String = row.at(3)?;
        let card = Card::read(&body).map_err(|refusal| Error::Broken(format!("card: {}", refusal.key)))?;
        Ok(KeptCard {
            kind: row.at(0)?,
            version: row.at(1)?,
            common: row.at(2)?,
            card,
            author: row.at(4)?,
            at: row.at(5)?,
        })
    }
}

/// The newest version of each card, by the type's code.
pub async fn newest(conn: &mut Conn) -> Result<Vec<KeptCard>> {
    conn.all(&CARDS, args![CARDS_MAX_COUNT]).await
}

/// The newest version of a type's card.
pub async fn of_type(conn: &mut Conn, kind: &str) -> Result<Option<KeptCard>> {
    conn.opt(&CARD_NEWEST, args![kind]).await
}

/// One version of a type's card.
pub async fn version(conn: &mut Conn, kind: &str, version: i64) -> Result<Option<KeptCard>> {
    conn.opt(&CARD_VERSION, args![kind, version]).await
}

/// The versions of a type's card, the newest first.
pub async fn versions(conn: &mut Conn, kind: &str) -> Result<Vec<KeptCard>> {
    conn.all(&CARD_VERSIONS, args![kind, VERSIONS_MAX_COUNT]).await
}

/// Gathers a version of a card.
pub fn insert(tx: &mut Tx, kept: &KeptCard) {
    let body = kept.card.write();
    tx.insert(&INSERT_CARD, args![&kept.kind, kept.version, &kept.common, body, &kept.author, kept.at]);
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Code of the type whose card asked.
    pub kind: String,
    /// The question's code.
    pub question: String,
    /// The card's version.
    pub version: i64,
    /// Which answer, counted from 0.
    pub answer: usize,
    /// When.
    pub at: Timestamp,
}

impl FromRow for KeptAnswer {
    fn from_row(row: &Row) -> Result<KeptAnswer> {
        let answer: i64 = row.at(3)?;
        Ok(KeptAnswer {
            kind: row.at(0)?,
            question: row.at(1)?,
            version: row.at(2)?,
            answer: usize::try_from(answer).map_err(|_| Error::Broken(format!("answer {answer}")))?,
            at: row.at(4)?,
        })
    }
}

/// What was answered during a call, in the order in which it was.
pub async fn answers(conn: &mut Conn, call: Uuid) -> Result<Vec<KeptAnswer>> {
    conn.all(&CARD_ANSWERS, args![call, ANSWERS_MAX_COUNT]).await
}

/// Keeps an answer; the one before it goes.
pub async fn keep_answer(tx: &mut Tx, call: Uuid, kept: &KeptAnswer) -> Result<()> {
    let answer = i64::try_from(kept.answer).unwrap_or(i64::MAX);
    tx.exec(&KEEP_CARD_ANSWER, args![call, &kept.kind, &kept.question, kept.version, answer, kept.at]).await?;
    Ok(())
}

/// Takes an answer back.
pub async fn drop_answer(tx: &mut Tx, call: Uuid, kind: &str, question: &str) -> Result<()> {
    tx.exec(&DROP_CARD_ANSWER, args![call, kind, question]).await?;
    Ok(())
}
