//! Categories and the reasons for turning a report down.

use simpul_kernel::Timestamp;
use simpul_kernel::calendar::{Span, SpanUnit};
use simpul_store::{Conn, Error, FromRow, Result, Row, Tx, args};
use uuid::Uuid;

use crate::model::{Category, Class, Questions};

simpul_store::statements! {
    pub(crate) CATEGORIES = "SELECT code, name_id, name_en, description, keywords, tile, icon, agency_id, class,
        verify_count, verify_unit, answer_count, answer_unit, resolve_count, resolve_unit, span_source, is_emergency,
        is_secret, is_active, position, questions, stop_id, stop_en
        FROM category WHERE region = $1 ORDER BY position, code LIMIT $2";
    pub(crate) SAVE_CATEGORY = "INSERT INTO category (region, code, name_id, name_en, description, keywords, tile,
        icon, agency_id, class, verify_count, verify_unit, answer_count, answer_unit, resolve_count, resolve_unit,
        span_source, is_emergency, is_secret, is_active, position, questions, stop_id, stop_en)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
        $23, $24)
        ON CONFLICT (region, code) DO UPDATE SET name_id = $3, name_en = $4, description = $5, keywords = $6,
        tile = $7, icon = $8, agency_id = $9, class = $10, verify_count = $11, verify_unit = $12, answer_count = $13,
        answer_unit = $14, resolve_count = $15, resolve_unit = $16, span_source = $17, is_emergency = $18,
        is_secret = $19, is_active = $20, position = $21, questions = $22, stop_id = $23, stop_en = $24,
        version = category.version + 1";
    pub(crate) REASONS = "SELECT code, text_id, text_en, is_active, position FROM report_reason
        WHERE region = $1 ORDER BY position, code LIMIT $2";
    pub(crate) SAVE_REASON = "INSERT INTO report_reason (region, code, text_id, text_en, is_active, position)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (region, code) DO UPDATE SET text_id = $3, text_en = $4, is_active = $5, position = $6,
        version = report_reason.version + 1";
    pub(crate) VERSION = "SELECT version FROM category WHERE region = $1 AND code = $2";
    pub(crate) REASON_VERSION = "SELECT version FROM report_reason WHERE region = $1 AND code = $2";
    pub(crate) HISTORY = "SELECT at, actor, body FROM journal WHERE region = $1 AND subject_id = $2 AND kind = $3
        ORDER BY seq DESC LIMIT $4";
    pub(crate) STAMP = "SELECT stamp FROM report_setting WHERE region = $1";
    pub(crate) SAVE_STAMP = "INSERT INTO report_setting (region, stamp) VALUES ($1, $2)
        ON CONFLICT (region) DO UPDATE SET stamp = $2";
}

/// Most categories of a region.
pub const CATEGORIES_MAX_COUNT: i64 = 500;
/// Most reasons of a region.
pub const REASONS_MAX_COUNT: i64 = 100;

/// Why a report may be turned down.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Reason {
    /// The key.
    pub code: String,
    /// What the citizen reads, in Indonesian.
    pub text_id: String,
    /// What the citizen reads, in English.
    pub text_en: String,
    /// Offered to officers.
    pub active: bool,
    /// Its place in lists.
    pub position: i64,
}

impl Reason {
    /// The names of what is otherwise than in `before`: codes, fit for the journal.
    pub fn changed_since(&self, before: &Reason) -> Vec<&'static str> {
        let all = [
            ("text_id", self.text_id != before.text_id),
            ("text_en", self.text_en != before.text_en),
            ("active", self.active != before.active),
            ("position", self.position != before.position),
        ];
        all.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

impl FromRow for Reason {
    fn from_row(row: &Row) -> Result<Reason> {
        Ok(Reason {
            code: row.at(0)?,
            text_id: row.at(1)?,
            text_en: row.at(2)?,
            active: row.at(3)?,
            position: row.at(4)?,
        })
    }
}

fn span(row: &Row, at: usize) -> Result<Span> {
    let unit: String = row.at(at + 1)?;
    let unit = SpanUnit::parse(&unit).ok_or_else(|| Error::Broken(format!("category: unit {unit:?}")))?;
    Ok(Span { count: u32::try_from(row.at::<i64>(at)?).unwrap_or(0), unit })
}

impl FromRow for Category {
    fn from_row(row: &Row) -> Result<Category> {
        let class: String = row.at(8)?;
        Ok(Category {
            code: row.at(0)?,
            name_id: row.at(1)?,
            name_en: row.at(2)?,
            description: row.at(3)?,
            keywords: row.at(4)?,
            tile: row.at(5)?,
            icon: row.at(6)?,
            agency: row.at(7)?,
            class: Class::parse(&class).ok_or_else(|| Error::Broken(format!("category: class {class:?}")))?,
            verify: span(row, 9)?,
            answer: span(row, 11)?,
            resolve: span(row, 13)?,
            span_source: row.at(15)?,
            emergency: row.at(16)?,
            secret: row.at(17)?,
            active: row.at(18)?,
            position: row.at(19)?,
            questions: row.at::<Option<String>>(20)?.as_deref().map(Questions::parse).unwrap_or_default(),
            stop_id: row.at(21)?,
            stop_en: row.at(22)?,
        })
    }
}

/// All categories of the region, in the order of lists.
pub async fn categories(conn: &mut Conn) -> Result<Vec<Category>> {
    conn.all(&CATEGORIES, args![CATEGORIES_MAX_COUNT]).await
}

/// All reasons of the region, in the order of lists.
pub async fn reasons(conn: &mut Conn) -> Result<Vec<Reason>> {
    conn.all(&REASONS, args![REASONS_MAX_COUNT]).await
}

/// How often the category was saved; `None` where there is none of that code.
pub async fn version(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    Ok(conn.opt::<(i64,)>(&VERSION, args![code]).await?.map(|(version,)| version))
}

/// How often the reason was saved; `None` where there is none of that code.
pub async fn reason_version(conn: &mut Conn, code: &str) -> Result<Option<i64>> {
    Ok(conn.opt::<(i64,)>(&REASON_VERSION, args![code]).await?.map(|(version,)| version))
}

/// One time that a rule was saved, as the journal tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// When.
    pub at: Timestamp,
    /// By whom, as the journal names them.
    pub actor: String,
    /// The line's body: codes only.
    pub body: String,
}

impl FromRow for Saved {
    fn from_row(row: &Row) -> Result<Saved> {
        Ok(Saved { at: row.at(0)?, actor: row.at(1)?, body: row.at(2)? })
    }
}

/// The last `most` lines of that kind about the rule of that id, newest first.
pub async fn history(conn: &mut Conn, subject: Uuid, kind: &str, most: i64) -> Result<Vec<Saved>> {
    conn.all(&HISTORY, args![subject, kind, most]).await
}

/// SHA-256 over categories and reasons; `None` before the first was saved.
pub async fn stamp(conn: &mut Conn) -> Result<Option<[u8; 32]>> {
    Ok(conn.opt::<([u8; 32],)>(&STAMP, args![]).await?.map(|(stamp,)| stamp))
}

/// Keeps the stamp.
pub async fn save_stamp(tx: &mut Tx, stamp: [u8; 32]) -> Result<()> {
    tx.exec(&SAVE_STAMP, args![stamp]).await?;
    Ok(())
}

/// Adds or changes a category.
pub async fn save_category(tx: &mut Tx, category: &Category) -> Result<()> {
    let changed = tx.exec(
        &SAVE_CATEGORY,
        args![
            category.code.as_str(),
            category.name_id.as_str(),
            category.name_en.as_str(),
            category.description.as_str(),
            category.keywords.as_str(),
            category.tile.as_str(),
            category.icon.as_str(),
            category.agency,
            category.class.name(),
            category.verify.count,
            category.verify.unit.as_str(),
            category.answer.count,
            category.answer.unit.as_str(),
            category.resolve.count,
            category.resolve.unit.as_str(),
            category.span_source.as_str(),
            category.emergency,
            category.secret,
            category.active,
            category.position,
            category.questions.to_json(),
            category.stop_id.as_str(),
            category.stop_en.as_str()
        ],
    );
    changed.await?;
    Ok(())
}

/// Adds or changes a reason.
pub async fn save_reason(tx: &mut Tx, reason: &Reason) -> Result<()> {
    let Reason { code, text_id, text_en, active, position } = reason.clone();
    tx.exec(&SAVE_REASON, args![code, text_id, text_en, active, position]).await?;
    Ok(())
}
