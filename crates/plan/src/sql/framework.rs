//! Frameworks and their words.

use simpul_store::{Conn, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use super::named;
use crate::model::{Framework, Term, TermKind};

simpul_store::statements! {
    pub(crate) FRAMEWORKS = "SELECT id, code, name, source FROM plan_framework
        WHERE region = $1 ORDER BY created_at, id LIMIT $2";
    pub(crate) FRAMEWORK = "SELECT id, code, name, source FROM plan_framework WHERE region = $1 AND id = $2";
    pub(crate) FRAMEWORK_BY_CODE = "SELECT id, code, name, source FROM plan_framework WHERE region = $1 AND code = $2";
    pub(crate) TERMS = "SELECT kind, code, parent, name_id, name_en FROM plan_term
        WHERE region = $1 AND framework_id = $2 ORDER BY kind, place, code LIMIT $3";
    pub(crate) MAPPING = "SELECT kind, from_code, to_code FROM plan_mapping
        WHERE region = $1 AND from_framework = $2 AND to_framework = $3 ORDER BY kind, from_code LIMIT $4";
    pub(crate) SET_MAPPING = "INSERT INTO plan_mapping (region, from_framework, to_framework, kind, from_code, to_code)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, from_framework, to_framework, kind, from_code) DO UPDATE SET to_code = excluded.to_code";
}

simpul_store::inserts! {
    pub(crate) INSERT_FRAMEWORK = "plan_framework" (id, code, name, source, created_at);
    pub(crate) INSERT_TERM = "plan_term" (framework_id, kind, code, parent, name_id, name_en, place);
}

/// Most frameworks of a region.
pub const FRAMEWORKS_MAX_COUNT: i64 = 50;
/// Most words of one, or of a mapping, that are read.
const WORDS_MAX_COUNT: i64 = 500;

struct Head {
    id: Uuid,
    code: String,
    name: String,
    source: String,
}

impl FromRow for Head {
    fn from_row(row: &Row) -> Result<Head> {
        Ok(Head { id: row.at(0)?, code: row.at(1)?, name: row.at(2)?, source: row.at(3)? })
    }
}

impl FromRow for Term {
    fn from_row(row: &Row) -> Result<Term> {
        let kind: String = row.at(0)?;
        Ok(Term {
            kind: named(&kind, TermKind::parse)?,
            code: row.at(1)?,
            parent: row.at(2)?,
            name_id: row.at(3)?,
            name_en: row.at(4)?,
        })
    }
}

async fn whole(conn: &mut Conn, head: Option<Head>) -> Result<Option<Framework>> {
    let Some(Head { id, code, name, source }) = head else { return Ok(None) };
    let terms = conn.all(&TERMS, args![id, WORDS_MAX_COUNT]).await?;
    Ok(Some(Framework { id, code, name, source, terms }))
}

/// The framework of an id.
pub async fn by_id(conn: &mut Conn, id: Uuid) -> Result<Option<Framework>> {
    let head = conn.opt(&FRAMEWORK, args![id]).await?;
    whole(conn, head).await
}

/// The framework of a code.
pub async fn by_code(conn: &mut Conn, code: &str) -> Result<Option<Framework>> {
    let head = conn.opt(&FRAMEWORK_BY_CODE, args![code]).await?;
    whole(conn, head).await
}

/// The newest framework, if there is any.
pub async fn newest(conn: &mut Conn) -> Result<Option<Framework>> {
    let mut heads: Vec<Head> = conn.all(&FRAMEWORKS, args![FRAMEWORKS_MAX_COUNT]).await?;
    let head = heads.pop();
    whole(conn, head).await
}

/// The code and name of every framework, oldest first.
pub async fn list(conn: &mut Conn) -> Result<Vec<(Uuid, String, String)>> {
    let heads: Vec<Head> = conn.all(&FRAMEWORKS, args![FRAMEWORKS_MAX_COUNT]).await?;
    Ok(heads.into_iter().map(|head| (head.id, head.code, head.name)).collect())
}

/// Adds a framework with its words.
pub(crate) fn insert(tx: &mut Tx, framework: &Framework, at: simpul_kernel::Timestamp) {
    let Framework { id, code, name, source, terms } = framework;
    tx.insert(&INSERT_FRAMEWORK, args![*id, code, name, source, at]);
    for (place, term) in (0i64..).zip(terms) {
        let Term { kind, code, parent, name_id, name_en } = term;
        tx.insert(&INSERT_TERM, args![*id, kind.name(), code, parent, name_id, name_en, place]);
    }
}

/// What the words of one framework become in another: kind, code there, code here.
pub async fn mapping(conn: &mut Conn, from: Uuid, to: Uuid) -> Result<Vec<(TermKind, String, String)>> {
    let rows: Vec<(String, String, String)> = conn.all(&MAPPING, args![from, to, WORDS_MAX_COUNT]).await?;
    rows.into_iter().map(|(kind, old, new)| Ok((named(&kind, TermKind::parse)?, old, new))).collect()
}

/// Says what a word of one framework becomes in another.
pub(crate) async fn set_mapping(
    tx: &mut Tx,
    from: Uuid,
    to: Uuid,
    (kind, old, new): (TermKind, &str, &str),
) -> Result<()> {
    tx.exec(&SET_MAPPING, args![from, to, kind.name(), old, new]).await.map(drop)
}
